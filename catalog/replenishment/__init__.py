"""What to order and when: how long goods last, how many buyers may want, and what a shortage would cost."""
