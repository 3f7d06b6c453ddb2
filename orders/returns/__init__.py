"""Returns: cases with their deadlines, what came back and what became of it, claims on the courier."""
