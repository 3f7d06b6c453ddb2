"""What goods cost: receipts in layers, tariffs by date, and the full cost of an offer."""
