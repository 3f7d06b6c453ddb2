"""Orders through the REST door."""
