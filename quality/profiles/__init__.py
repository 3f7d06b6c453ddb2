"""Which rules hold for which shop since when, and rules that a company wrote down itself."""
