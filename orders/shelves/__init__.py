"""The shelves, composed in words."""
