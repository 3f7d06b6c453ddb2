"""What was promised beside what happened, and the term that would have been honest."""
