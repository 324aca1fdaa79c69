"""Robust errors that can be computed: linear classifiers, and the best of all on the line.

The points are ``x = c mean + noise`` with a fair sign ``c``; the label is ``c``, flipped with
probability ``flip`` independently of everything else. A point is a robust error of a classifier if
some perturbation of norm at most ``radius`` makes ``y f <= 0`` (a tie is an error). Probabilities
come from densities by quadrature or from explicitly attacked samples, not from closed forms.

The setting is that of wang2024, definition 2.1 with independent flips; theorem 3.2 there bounds the
smallest robust error through the overlap of two shifted densities.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.clusters import _line_classifier
from sim.clusters._line_law import line_law
from sim.clusters.data import Noise, gaussian
from sim.networks.activation import Array
from sim.quadrature import legendre

STANDARD_NORMAL = gaussian()
OVERLAP_PANELS = 128


class ErrorBracket(NamedTuple):
    """Two-sided bounds of the smallest robust error, and a classifier that attains the upper one.

    ``lower`` and ``upper`` have the broadcast shape of the parameters; ``first`` is the sign of the
    attaining classifier's leftmost run, and ``thresholds`` are where its sign changes (an object
    array of arrays).
    """

    lower: Array
    upper: Array
    first: NDArray[np.intp]
    thresholds: NDArray[np.object_]


def linear_robust_error(
    distance: ArrayLike,
    radius: ArrayLike,
    *,
    flip: ArrayLike = 0.0,
    noise: Noise = STANDARD_NORMAL,
) -> Array:
    """Return the robust error of ``sign <theta, x>`` by quadrature over the law of its margin.

    Parameters
    ----------
    distance : array
        ``<mean, theta> / |theta|``.
    radius : array, >= 0
        Attack radius in the Euclidean norm.
    flip : array in [0, 1]
        Probability of a flipped label.
    noise : Noise
        Law of ``<noise, theta> / |theta|``: for normal noise that of a coordinate whatever
        ``theta``, for other product noise only if ``theta`` is along an axis (otherwise see
        :func:`sample_projected_robust_error`).

    Returns
    -------
    array of the broadcast shape

    Raises
    ------
    ValueError
        If a parameter is outside its domain.
    """
    distance, radius, flip = _parameters(distance, radius, flip)
    law = line_law(noise)
    # y <theta, x> / |theta| falls by the radius under the best attack.
    kept = law.tail(distance - radius)  # distance + xi <= radius, xi symmetric
    flipped = law.tail(-(radius + distance))  # -(distance + xi) <= radius
    return (1 - flip) * kept + flip * flipped


def sample_linear_errors(
    rng: np.random.Generator,
    theta: ArrayLike,
    mean: ArrayLike,
    radius: float,
    n: int,
    *,
    flip: float = 0.0,
    noise: Noise = STANDARD_NORMAL,
) -> NDArray[np.bool_]:
    """Draw n points, attack each explicitly, and return where the attack succeeds.

    Parameters
    ----------
    rng : numpy.random.Generator
    theta, mean : (d,) arrays
    radius, flip
        As in :func:`linear_robust_error`.
    n : int
        Number of points, each an independent replicate.
    noise : Noise
        Law of every coordinate of the noise.

    Returns
    -------
    (n,) array of bool

    Raises
    ------
    ValueError
        If a parameter is outside its domain or ``theta`` is zero.
    """
    theta, mean = _direction(theta, mean)
    _parameters(0.0, radius, flip)
    cluster = rng.choice([-1.0, 1.0], size=n)
    label = np.where(rng.random(n) < flip, -cluster, cluster)
    x = cluster[:, None] * mean + noise.sample(rng, (n, len(mean)))
    attacked = x - radius * label[:, None] * (theta / np.linalg.norm(theta))
    return label * (attacked @ theta) <= 0


def sample_projected_robust_error(
    rng: np.random.Generator,
    theta: ArrayLike,
    mean: ArrayLike,
    radius: float,
    n: int,
    *,
    flip: float = 0.0,
    noise: Noise = STANDARD_NORMAL,
) -> Array:
    """Return n independent unbiased estimates in [0, 1] of a linear classifier's robust error.

    For product noise in a general direction: all coordinates but the one with the largest weight
    are drawn, and the probability over that one is computed by quadrature. The variance is at most
    that of :func:`sample_linear_errors`, whose parameters these are.

    Returns
    -------
    (n,) array
    """
    theta, mean = _direction(theta, mean)
    _parameters(0.0, radius, flip)
    theta = theta / np.linalg.norm(theta)
    largest = int(np.abs(theta).argmax())
    rest = np.delete(theta, largest)
    drawn = theta @ mean + noise.sample(rng, (n, len(rest))) @ rest
    law, weight = line_law(noise), abs(theta[largest])
    kept = law.tail((drawn - radius) / weight)
    flipped = law.tail(-(drawn + radius) / weight)
    return (1 - flip) * kept + flip * flipped


def overlap(shift: ArrayLike, *, noise: Noise = STANDARD_NORMAL) -> Array:
    """Return ``int min(p(z), p(z + v)) dz`` for a shift ``v`` along a coordinate axis.

    The overlap of theorem 3.2 of wang2024.

    Parameters
    ----------
    shift : array
        Length of ``v``, of any sign. For normal noise, of a shift in any direction.
    noise : Noise
        Law of every coordinate.

    Returns
    -------
    array of the shape of ``shift``

    Raises
    ------
    ValueError
        If a shift is not finite.
    """
    shift = np.asarray(shift, dtype=np.float64)
    if not np.isfinite(shift).all():
        raise ValueError("the shift must be finite; it contains NaN or infinity")
    law = line_law(noise)
    # Panels end where either density has a kink or a jump, and half-way, where the two may cross.
    s = np.abs(shift)[..., None]
    reach = np.full_like(s, law.reach)
    places = [-s - reach, -s, reach - s, -s / 2, -reach, 0 * s, reach]
    ends = np.sort(np.concatenate(places, axis=-1), axis=-1)[..., None]
    edges = ends[..., :-1, :] + np.diff(ends, axis=-2) * np.linspace(0.0, 1.0, OVERLAP_PANELS + 1)
    nodes, weights = legendre(16)
    half = np.diff(edges) / 2
    z = (edges[..., :-1] + half)[..., None] + half[..., None] * nodes
    least = np.minimum(law.density(z), law.density(z + s[..., None, None]))
    return (half * (least @ weights)).sum(axis=(-1, -2))


def sample_overlap(
    rng: np.random.Generator, shift: ArrayLike, n: int, *, noise: Noise = STANDARD_NORMAL
) -> Array:
    """Return n independent unbiased estimates in [0, 1] of ``int min(p(z), p(z + v)) dz``.

    Parameters
    ----------
    shift : (d,) array
        The vector ``v``.
    n : int
        Number of estimates: one draw of the noise each.
    noise : Noise
        Law of every coordinate of the noise.

    Returns
    -------
    (n,) array
    """
    shift = np.asarray(shift, dtype=np.float64)
    if shift.ndim != 1 or not np.isfinite(shift).all():
        raise ValueError(f"the shift must be a finite vector (d,); got shape {shift.shape}")
    z = noise.sample(rng, (n, len(shift)))
    with np.errstate(divide="ignore"):  # a density of 0 at the shifted place: no overlap there
        log_ratio = (np.log(noise.density(z + shift)) - np.log(noise.density(z))).sum(axis=1)
    return np.exp(np.minimum(log_ratio, 0.0))


def smallest_robust_error(
    mean: ArrayLike,
    radius: ArrayLike,
    *,
    flip: ArrayLike = 0.0,
    noise: Noise = STANDARD_NORMAL,
    cells: int = 2000,
) -> ErrorBracket:
    """Bracket the smallest robust error of any classifier on the line.

    The minimum is over all measurable classifiers of ``x = c mean + noise`` in one dimension, by
    dynamic programming over their thresholds. No classifier does better than ``lower``; the one
    with the returned thresholds attains ``upper``.

    Parameters
    ----------
    mean : array, >= 0
        Distance of the clusters from 0.
    radius : array, >= 0
        Half-length of the attack's interval.
    flip : array in [0, 1/2]
        Probability of a flipped label.
    noise : Noise
        Law of the noise; symmetric and unimodal.
    cells : int
        Number of cells of the grid of thresholds.

    Returns
    -------
    ErrorBracket
        Arrays of the broadcast shape of the parameters.

    Raises
    ------
    ValueError
        If a parameter is outside its domain.

    Notes
    -----
    The bounds differ by the square of a cell's length. Where the radius is below half of the
    finest cell that is affordable, ``lower`` is that of the smallest error without an attack.
    """
    mean, radius, flip = _parameters(mean, radius, flip)
    if (mean < 0).any() or (flip > 0.5).any() or cells < 1:
        raise ValueError("expected mean >= 0, flip <= 1/2 and at least one cell")
    shape = mean.shape
    law = line_law(noise)
    division = _line_classifier.best_division(
        law, mean.ravel(), radius.ravel(), flip.ravel(), cells
    )
    thresholds = np.empty(mean.size, dtype=object)
    thresholds[:] = division.thresholds
    return ErrorBracket(
        np.maximum(1 - division.bound, 0.0).reshape(shape),
        np.minimum(1 - division.attained, 1.0).reshape(shape),
        division.first.reshape(shape),
        thresholds.reshape(shape),
    )


def sample_one_step_margins(
    rng: np.random.Generator,
    mean: float,
    dimension: int,
    samples: int,
    replicates: int,
    *,
    flip: float = 0.0,
    deviation: float = 1.0,
) -> Array:
    """Draw the normalised margin of a linear network after one gradient step, in any dimension.

    The step from zero on ``samples`` points of normal clusters leads to ``sum_i y_i x_i``. Its
    component along the mean and the length of the rest are drawn directly, at a cost that does not
    depend on the dimension or the number of samples.

    Parameters
    ----------
    rng : numpy.random.Generator
    mean : float >= 0
        Length of the mean.
    dimension : int >= 2
    samples : int >= 1
        Number of training points.
    replicates : int
        Number of independent draws.
    flip : float in [0, 1]
        Probability of a flipped label.
    deviation : float > 0
        Standard deviation of the noise in every direction.

    Returns
    -------
    (replicates,) array
        ``<mean, theta> / |theta|`` for the trained ``theta``.

    Raises
    ------
    ValueError
        If a parameter is outside its domain.
    """
    _parameters(mean, 0.0, flip)
    if mean < 0 or dimension < 2 or samples < 1 or not deviation > 0:
        raise ValueError("expected mean >= 0, dimension >= 2, samples >= 1 and deviation > 0")
    surplus = samples - 2.0 * rng.binomial(samples, flip, size=replicates)
    spread = np.sqrt(samples) * deviation
    along = surplus * mean + spread * rng.standard_normal(replicates)
    across = spread * np.sqrt(rng.chisquare(dimension - 1, size=replicates))
    return mean * along / np.hypot(along, across)


def _parameters(distance: ArrayLike, radius: ArrayLike, flip: ArrayLike) -> tuple[Array, ...]:
    """Return the parameters as arrays of one shape, or say which is outside its domain."""
    arrays = np.broadcast_arrays(
        *(np.asarray(value, dtype=np.float64) for value in (distance, radius, flip))
    )
    if not np.isfinite(arrays[0]).all():
        raise ValueError("the mean (or its distance from the hyperplane) must be finite")
    if not (np.isfinite(arrays[1]).all() and (arrays[1] >= 0).all()):
        raise ValueError("the radius must be finite and not negative")
    if not ((arrays[2] >= 0) & (arrays[2] <= 1)).all():
        raise ValueError("the probability of a flipped label must lie in [0, 1]")
    return arrays


def _direction(theta: ArrayLike, mean: ArrayLike) -> tuple[Array, Array]:
    """Return both vectors, or say what is wrong with them."""
    theta, mean = np.asarray(theta, dtype=np.float64), np.asarray(mean, dtype=np.float64)
    if theta.ndim != 1 or theta.shape != mean.shape:
        raise ValueError(f"expected two vectors (d,); got {theta.shape} and {mean.shape}")
    if not (np.isfinite(theta).all() and np.isfinite(mean).all() and theta.any()):
        raise ValueError("the coefficients and the mean must be finite, the coefficients not zero")
    return theta, mean
