"""Hypothesis strategies: parameters inside a theorem's domain, covariances and vectors.

See `verify.probing.strategies`.
"""

from verify.probing.strategies import covariances, parameters, vectors

__all__ = ["covariances", "parameters", "vectors"]
