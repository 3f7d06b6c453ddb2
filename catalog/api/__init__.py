"""Goods for programs (contract.md §5)."""
