"""Prices that are planned: when they begin and end, who planned them, and what became of each."""
