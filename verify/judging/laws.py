"""Tails of the normal and of Student's law, to the bit those of `scipy.stats`.

Loading all of that takes longer than most claims take to judge. Who needs another of its laws
writes ``scipy.stats.beta`` behind a plain ``import scipy``: it is loaded when it is first used.

Arguments are numbers or arrays, and so is what is returned.
"""

from __future__ import annotations

from typing import Any

import scipy


def normal_isf(level: Any) -> Any:
    """Return what a standard normal variable exceeds with a given probability."""
    return -scipy.special.ndtri(level)


def student_isf(level: Any, freedom: Any) -> Any:
    """Return what a variable with Student's law exceeds with a given probability."""
    return -scipy.special.stdtrit(freedom, level)


def student_cdf(value: Any, freedom: Any) -> Any:
    """Return how probable it is that a variable with Student's law is at most a value."""
    return scipy.special.stdtr(freedom, value)


def normal_cdf(value: Any) -> Any:
    """Return how probable it is that a standard normal variable is at most a value."""
    return scipy.special.ndtr(value)
