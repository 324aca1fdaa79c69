"""Hypothesis strategies for what theorems of learning are about besides numbers.

Vectors, covariances, weights and perturbations in a ball, separated points, labels and flipped
labels. Every array that is drawn has the property that is asked for, by construction: nothing is
filtered. What shrinks are shapes and scales; the simplest arrays are the axes and the identity.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from numpy.typing import ArrayLike, NDArray

from verify.errors import UserError

Array = NDArray[np.float64]
Size = int | SearchStrategy[int]

NORMS = (2.0, math.inf, 1.0)
"""Orders of the norms that perturbations are usually measured in."""

ROUND = (1.0, 2.0, 0.5, 10.0, 0.1, 100.0, 0.01)
"""Sizes that are tried first, as far as they are allowed."""

FAINT = 1e-140
"""In a ball with a smaller radius, where the squares of a norm underflow, the centre is drawn."""

CANDIDATES = 200
"""Random directions, for each point that is wanted, among which separated ones are looked for."""


def _seeds() -> SearchStrategy[int]:
    return st.integers(0, 2**32 - 1)


def _size(draw: st.DrawFn, given: Size) -> int:
    return int(draw(given)) if isinstance(given, SearchStrategy) else int(given)


def _sizes(smallest: float, largest: float) -> SearchStrategy[float]:
    """Numbers between two positive ends, on a logarithmic scale; round ones first."""
    _refuse(0 < smallest <= largest < math.inf, f"0 < {smallest:g} <= {largest:g} < infinity")
    some = [one for one in ROUND if smallest <= one <= largest] or [smallest]
    # The ends are pulled in by a rounding, so that a vector of that norm is not beyond them.
    low, high = math.log(smallest * (1 + 1e-13)), math.log(largest * (1 - 1e-13))
    spread = st.floats(min(low, high), max(low, high)).map(math.exp)
    return st.one_of(st.sampled_from(some), spread)


def _refuse(met: bool, wanted: str) -> None:
    if not met:
        raise UserError(f"A strategy needs {wanted}.")


def _norms(x: Array, order: float) -> Array:
    """Norms along the last axis, kept."""
    return np.asarray(np.linalg.norm(x, ord=order, axis=-1, keepdims=True))


@st.composite
def vectors(
    draw: st.DrawFn,
    d: Size,
    *,
    smallest: float = 1e-3,
    largest: float = 1e3,
    order: float = 2.0,
) -> Array:
    """Draw vectors along an axis, the diagonal or anything; norms are on a logarithmic scale.

    Parameters
    ----------
    d : int or strategy
        The dimension.
    smallest, largest : float
        Between which the norm lies.
    order : float
        Which norm: 1, 2, ``numpy.inf`` or any other order from 1 on.

    Returns
    -------
    (d,) float64 array.
    """
    length = _size(draw, d)
    _refuse(length >= 1 and order >= 1, "a dimension and the order of a norm, both at least 1")
    size = draw(_sizes(smallest, largest))
    along = draw(st.sampled_from(("axis", "diagonal", "any")))
    direction = np.ones(length)
    if along == "axis":
        direction = np.eye(length)[draw(st.integers(0, length - 1))]
    elif along == "any":
        direction = np.random.default_rng(draw(_seeds())).standard_normal(length)
    return np.asarray(size * direction / _norms(direction, order))


@st.composite
def covariances(draw: st.DrawFn, d: Size, *, condition: float = 1e3, scale: float = 1.0) -> Array:
    """Draw covariance matrices: the identity, diagonal ones, and ones with random axes.

    Eigenvalues are spread on a logarithmic scale.

    Parameters
    ----------
    d : int or strategy
        The dimension.
    condition : float
        Largest ratio of two eigenvalues.
    scale : float
        Geometric centre of the eigenvalues' range.

    Returns
    -------
    (d, d) symmetric positive definite float64 array.
    """
    length = _size(draw, d)
    _refuse(length >= 1 and condition >= 1 and scale > 0, "d >= 1, condition >= 1 and scale > 0")
    shape = draw(st.sampled_from(("identity", "diagonal", "any")))
    if shape == "identity":
        return scale * np.eye(length)
    rng = np.random.default_rng(draw(_seeds()))
    spread = math.log(draw(_sizes(1.0, condition)))
    eigenvalues = scale * np.exp(spread * (rng.random(length) - 0.5))
    if shape == "diagonal":
        return np.diag(eigenvalues)
    axes = np.linalg.qr(rng.standard_normal((length, length)))[0]
    matrix = (axes * eigenvalues) @ axes.T
    return np.asarray((matrix + matrix.T) / 2)


@st.composite
def in_ball(
    draw: st.DrawFn,
    shape: int | Sequence[int],
    radius: float = 1.0,
    *,
    order: float = 2.0,
    around: ArrayLike | None = None,
    each_row: bool = False,
) -> Array:
    """Draw arrays in a closed ball: weights near their start, points, perturbations.

    The centre, corners and the boundary are drawn often: there most statements are tight.

    Parameters
    ----------
    shape : int or tuple of int
        Of the array.
    radius : float
        Of the ball.
    order : float
        Of the norm, from 1 on, of all entries together (for a matrix and order 2: of Frobenius).
    around : array, optional
        The centre, of that shape; 0 by default. Then rounding may add 1e-15 of the centre's size.
    each_row : bool
        Whether each row, along the last axis, is in a ball of its own.

    Returns
    -------
    float64 array of that shape. Without ``around`` no norm is above the radius, not by a rounding.
    """
    dimensions = (shape,) if isinstance(shape, int) else tuple(shape)
    _refuse(all(one >= 1 for one in dimensions), f"sizes of at least 1, not the shape {shape}")
    _refuse(radius >= 0 and order >= 1, "a radius from 0 on and a norm of order at least 1")
    where = draw(st.sampled_from(("centre", "corner", "boundary", "inside")))
    columns = dimensions[-1] if each_row else math.prod(dimensions)
    rows = math.prod(dimensions) // columns
    moves = np.zeros((rows, columns))
    if where != "centre" and radius >= FAINT:
        rng = np.random.default_rng(draw(_seeds()))
        directions = rng.standard_normal((rows, columns))
        if where == "corner":
            directions = np.sign(directions)
            if order < math.inf:  # an axis; the corners of the cube have all coordinates
                directions *= np.eye(columns)[rng.integers(columns, size=rows)]
        lengths = np.full((rows, 1), float(radius))
        if where == "inside":
            lengths *= rng.random((rows, 1)) ** (1 / columns)
        moves = _shortened(lengths * directions / _norms(directions, order), radius, order)
    moved = moves.reshape(dimensions)
    return moved if around is None else np.asarray(around, dtype=float) + moved


def _shortened(x: Array, radius: float, order: float) -> Array:
    """Return rows whose norms are at most the radius, in whichever order they are summed."""
    slack = 4 * (x.shape[-1] + 4) * np.finfo(float).eps
    far = _norms(x, order) > radius * (1 - slack)
    return np.where(far, x * (1 - 2 * slack), x)


def perturbations(
    shape: int | Sequence[int], epsilon: float, order: float = 2.0
) -> SearchStrategy[Array]:
    """Draw attacks on inputs: arrays of which each row has at most the norm epsilon.

    Parameters
    ----------
    shape : int or tuple of int
        (d,) for one input, (n, d) for n of them.
    epsilon : float
        The attack radius.
    order : float
        Of the norm: 2, ``numpy.inf``, 1 or any other from 1 on; `NORMS` has the usual ones.

    Returns
    -------
    Strategy of float64 arrays: none at all, corners, the boundary and inside.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(perturbations((2, 3), 0.5, np.inf), lambda delta: np.abs(delta).max() > 0.4).shape
    (2, 3)
    """
    return in_ball(shape, epsilon, order=order, each_row=True)


@st.composite
def separated(draw: st.DrawFn, n: Size, d: Size, delta: float, *, sphere: bool = False) -> Array:
    """Draw points of which any two are at least delta apart, in the Euclidean norm.

    Parameters
    ----------
    n, d : int or strategy
        How many points, of which dimension.
    delta : float
        The least distance.
    sphere : bool
        Whether all are on the unit sphere.

    Returns
    -------
    (n, d) float64 array.

    Raises
    ------
    UserError
        If so many points with that distance do not fit on the sphere, as far as is known here.
    """
    count, length = _size(draw, n), _size(draw, d)
    _refuse(count >= 1 and length >= 1, "at least one point, of at least one dimension")
    _refuse(delta >= 0, "a distance from 0 on")
    rng = np.random.default_rng(draw(_seeds()))
    if sphere:
        return _on_sphere(rng, count, length, delta)
    # Different corners of a lattice, each moved by less than the lattice has to spare.
    jitter = draw(st.sampled_from((0.0, 0.5, 2.0))) * max(delta, 1e-3)
    axis = int(rng.integers(length))
    corners = np.zeros((count, length))
    corners[:, axis] = rng.permutation(count)
    corners[:, np.arange(length) != axis] = rng.integers(0, 2, (count, length - 1))
    moves = rng.standard_normal((count, length))
    moves *= jitter * rng.random((count, 1)) / _norms(moves, 2.0)
    spacing = (delta + 2 * jitter) * (1 + 1e-12)
    points = spacing * (corners - corners.mean(axis=0).round()) + moves
    return np.asarray(points[rng.permutation(count)])


def _on_sphere(rng: np.random.Generator, n: int, d: int, delta: float) -> Array:
    """Return separated points of the unit sphere: random ones where they fit, else regular ones."""
    least = max(delta * (1 + 1e-12), 1e-12)
    left = rng.standard_normal((CANDIDATES * n, d))
    left /= _norms(left, 2.0)
    found: list[Array] = []
    while len(found) < n and len(left):
        found.append(left[0])
        left = left[np.linalg.norm(left - left[0], axis=1) >= least]
    if len(found) == n:
        return np.array(found)
    for points in _regular(n, d):
        near = np.linalg.norm(points[:, None] - points[None], axis=-1) + 4 * np.eye(len(points))
        if near.min(initial=4.0) >= delta:
            turn = np.linalg.qr(rng.standard_normal((d, d)))[0]
            turned = (points @ turn.T)[rng.permutation(n)]
            return np.asarray(turned / _norms(turned, 2.0))
    raise UserError(f"No {n} points of the unit sphere in R^{d} were found to be {delta:g} apart.")


def _regular(n: int, d: int) -> list[Array]:
    """Return arrangements of n points on the sphere that are far apart."""
    found = []
    if n == 2:
        found.append(np.array([1.0, -1.0])[:, None] * np.eye(d)[0])
    if d >= 2:
        angles = 2 * np.pi * np.arange(n) / n
        found.append(np.stack([np.cos(angles), np.sin(angles)], axis=1) @ np.eye(d)[:2])
    if n <= d + 1:  # a simplex: the axes of n dimensions, seen from their middle
        axes = np.eye(n) - 1 / n
        basis = np.linalg.svd(axes)[2][: n - 1]
        simplex = np.zeros((n, d))
        simplex[:, : n - 1] = axes @ basis.T
        if n > 1:
            found.append(simplex / _norms(simplex, 2.0))
    if n <= 2 * d:
        found.append(np.vstack([np.eye(d), -np.eye(d)])[:n])
    return found


def labels(n: Size) -> SearchStrategy[Array]:
    """Draw labels: (n,) float64 arrays of 1 and -1, also all of one sign."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Array:
        signs = draw(st.lists(st.booleans(), min_size=(size := _size(draw, n)), max_size=size))
        return np.where(np.array(signs, dtype=bool), -1.0, 1.0)

    return drawn()


@st.composite
def flipped(draw: st.DrawFn, clean: ArrayLike, at_most: int | float) -> Array:
    """Draw labels with noise: some signs of clean labels turned.

    Parameters
    ----------
    clean : (n,) array
        The labels without noise.
    at_most : int or float
        How many are turned at most; a float is their share, from 0 to 1.

    Returns
    -------
    (n,) float64 array.

    Examples
    --------
    >>> from hypothesis import find
    >>> np.sort(find(flipped(np.ones(4), at_most=0.5), lambda y: y.sum() == 0))
    array([-1., -1.,  1.,  1.])
    """
    signs = np.asarray(clean, dtype=float)
    most: Any = math.floor(at_most * len(signs)) if isinstance(at_most, float) else at_most
    _refuse(0 <= most <= len(signs), f"from 0 to {len(signs)} flips, not {at_most}")
    turned = draw(
        st.lists(st.integers(0, max(len(signs) - 1, 0)), max_size=most, unique=True)
        if len(signs)
        else st.just([])
    )
    noisy = signs.copy()
    noisy[turned] *= -1
    return noisy
