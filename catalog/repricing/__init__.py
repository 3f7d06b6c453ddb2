"""Prices that follow others by rules: what sources tell, what rules decide within bounds, and how it is explained."""
