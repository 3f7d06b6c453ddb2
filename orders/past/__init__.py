"""An order as it was at any past moment, by two clocks: what was so at Kaspi, and what we knew."""
