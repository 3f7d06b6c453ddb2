"""Who buys: what is shown of him, to whom, and until when it is kept."""
