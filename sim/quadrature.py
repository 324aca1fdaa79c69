"""Nodes and weights of quadrature, each worked out once."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@cache
def legendre(count: int) -> tuple[Array, Array]:
    """Return the nodes and weights of Gauss and Legendre on [-1, 1], which cannot be written to.

    Exact for polynomials of degree ``2 count - 1``.
    """
    nodes, weights = np.polynomial.legendre.leggauss(count)
    nodes.flags.writeable = weights.flags.writeable = False
    return nodes, weights
