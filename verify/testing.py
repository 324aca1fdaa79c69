"""What property-based tests of bounds of one's own need: the strategies, under a second name."""

from verify.probing.strategies import covariances, parameters, vectors

__all__ = ["covariances", "parameters", "vectors"]
