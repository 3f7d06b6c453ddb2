"""Papers of the storekeeper: counts, receipts, write-offs and moves."""
