"""The deadline radar: what burns over all shelves, who is told before it is too late, what will be missed."""
