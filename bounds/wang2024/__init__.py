"""Wang, Zhang and Arora (2024), Benign Overfitting in Adversarial Training of Neural Networks."""

from bounds.wang2024 import (
    activation,
    convergence,
    default_initialisation,
    digits_claims,
    error,
    events,
    figures_claims,
    lower_bound,
    nonsmooth,
    training,
)
from bounds.wang2024.notation import paper

theorems = (
    *activation.theorems,
    *error.theorems,
    *lower_bound.theorems,
    *events.theorems,
    *training.theorems,
    *convergence.theorems,
    *nonsmooth.theorems,
    *figures_claims.theorems,
    *digits_claims.theorems,
    *default_initialisation.theorems,
)
"""Every encoded statement of the paper."""

__all__ = ["paper", "theorems"]
