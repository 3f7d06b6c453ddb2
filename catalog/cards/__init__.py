"""Cards of goods: written here, checked by Kaspi's published rules, sent by a worker, followed until Kaspi has answered."""
