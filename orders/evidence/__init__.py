"""Proofs of decisions: calls, pictures and notes, kept with the order and handed out as one pack."""
