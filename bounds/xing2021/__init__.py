"""Xing, Song and Cheng (2021), On the Generalization Properties of Adversarial Training."""

from bounds.xing2021 import risk
from bounds.xing2021.notation import paper

theorems = (*risk.theorems,)

__all__ = ["paper", "theorems"]
