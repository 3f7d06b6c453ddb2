"""Goods that others name in their own words: which of our offers each is, with a score and its reasons."""
