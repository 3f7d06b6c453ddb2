"""Papers of an order: waybills, labels, lists, and what was printed."""
