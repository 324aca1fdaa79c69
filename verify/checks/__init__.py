"""Which simulation, over which grid, observes which claim: one package per paper."""
