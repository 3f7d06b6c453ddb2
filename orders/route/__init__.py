"""The route list: what of the shop's own delivery must be brought today."""
