"""What is earned: per line and order, and over a stretch of days."""
