"""Hand-over waves: what must be at which drop point by when, and one press when it is there."""
