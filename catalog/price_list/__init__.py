"""The seller's price list by file: read as a dry run, looked at, applied as a version that can be undone (kaspi-api.md §6.2)."""
