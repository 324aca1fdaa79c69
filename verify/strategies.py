"""Hypothesis strategies: parameters inside a theorem's domain, and the arrays it is about.

See `verify.probing.strategies` and `verify.probing.arrays`.
"""

from verify.probing.arrays import (
    NORMS,
    covariances,
    flipped,
    in_ball,
    labels,
    perturbations,
    separated,
    vectors,
)
from verify.probing.strategies import parameters

__all__ = [
    "NORMS", "covariances", "flipped", "in_ball", "labels", "parameters", "perturbations",
    "separated", "vectors",
]  # fmt: skip
