"""Facts in: what Kaspi says of orders, read by slots and kept."""
