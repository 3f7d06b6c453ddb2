"""The order export of the seller's cabinet: brought by a person, read by a worker, looked at as a dry run, then written."""
