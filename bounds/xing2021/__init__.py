"""Xing, Song and Cheng (2021), On the Generalization Properties of Adversarial Training."""

from bounds.xing2021 import cost, descent, interpolation, networks, risk, sparse, surrogate
from bounds.xing2021.notation import paper

theorems = (
    *risk.theorems,
    *cost.theorems,
    *surrogate.theorems,
    *descent.theorems,
    *networks.theorems,
    *interpolation.theorems,
    *sparse.theorems,
)
"""Every encoded statement of the paper."""

__all__ = ["paper", "theorems"]
