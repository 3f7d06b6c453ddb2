"""Goods that others name in their own words: to which of our offers each belongs, with a score, its reasons, and a person's word."""
