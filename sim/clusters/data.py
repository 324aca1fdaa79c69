"""Mixtures of two mirrored clusters with flipped labels, in full dimension.

A point is ``x = c mu + xi`` with a fair sign ``c`` and product noise ``xi``; its label ``y`` is
``c``, flipped with probability ``flip`` independently of everything else (wang2024, definition 2.1
and the special case of its section 3.4).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.quadrature import legendre

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Noise:
    """A symmetric, mean-zero, strongly log-concave law of one coordinate.

    Attributes
    ----------
    name : str
        What it is, with its parameters.
    sample : callable
        ``sample(rng, shape)`` draws independent values, exactly.
    density : callable
        Density, for arrays of any shape.
    variance : float
    log_concavity : float
        A ``lambda > 0`` such that minus the log-density has curvature at least ``lambda``; the
        largest one.
    """

    name: str
    sample: Callable[[np.random.Generator, tuple[int, ...]], Array]
    density: Callable[[Array], Array]
    variance: float
    log_concavity: float


def gaussian(deviation: float = 1.0) -> Noise:
    """Return centred normal noise.

    Raises
    ------
    ValueError
        If ``deviation`` is not positive.
    """
    _require_positive(deviation=deviation)

    def density(z: Array) -> Array:
        return np.exp(-np.square(z / deviation) / 2) / (deviation * np.sqrt(2 * np.pi))

    return Noise(
        f"normal ({deviation:g})",
        lambda rng, shape: deviation * rng.standard_normal(shape),
        density,
        deviation**2,
        1 / deviation**2,
    )


def laplace_gaussian(scale: float, concavity: float) -> Noise:
    """Return noise with density proportional to ``exp(-|z|/scale - concavity z^2/2)``.

    Its absolute value is a normal variable conditioned on being positive, so it is drawn by
    inverting that tail.

    Parameters
    ----------
    scale, concavity : float > 0
        With ``scale * sqrt(concavity) >= 1e-4``; below that the law is Laplace's in double
        precision and the inversion loses digits.

    Raises
    ------
    ValueError
        If a parameter is outside its range.
    """
    _require_positive(scale=scale, concavity=concavity)
    cut = 1 / (scale * np.sqrt(concavity))
    if cut > 1e4:
        raise ValueError(
            "scale * sqrt(concavity) must be at least 1e-4: below that the noise is a Laplace law "
            f"up to rounding, which is not strongly log-concave; got {1 / cut:g}"
        )
    log_tail = scipy.special.log_ndtr(-cut)
    unit = 1 / np.sqrt(concavity)
    # The inverse Mills ratio at the cut: phi(cut) / Phi(-cut).
    mills = np.exp(-(cut**2) / 2 - log_tail) / np.sqrt(2 * np.pi)

    def sample(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        beyond = -scipy.special.ndtri_exp(np.log1p(-rng.random(shape)) + log_tail) - cut
        return unit * np.maximum(beyond, 0) * rng.choice([-1.0, 1.0], size=shape)

    def density(z: Array) -> Array:
        size = np.abs(z) / unit
        return mills / (2 * unit) * np.exp(-cut * size - np.square(size) / 2)

    reach = unit * (np.hypot(cut, np.sqrt(90.0)) - cut)  # the density falls by exp(-45)
    return Noise(
        f"exp(-|z|/{scale:g} - {concavity:g} z^2/2)",
        sample,
        density,
        _variance(density, reach),
        concavity,
    )


def truncated_normal(half_width: float, deviation: float = 1.0) -> Noise:
    """Return a centred normal law conditioned on ``[-half_width, half_width]``.

    Raises
    ------
    ValueError
        If a parameter is not positive.
    """
    _require_positive(half_width=half_width, deviation=deviation)
    cut = half_width / deviation
    half_mass = scipy.special.ndtr(cut) - 0.5
    peak = 1 / (2 * half_mass * np.sqrt(2 * np.pi))

    def sample(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        # The lower tail keeps its digits for wide intervals.
        below = scipy.special.ndtri(0.5 - half_mass * rng.random(shape))
        return deviation * np.maximum(below, -cut) * rng.choice([-1.0, 1.0], size=shape)

    def density(z: Array) -> Array:
        inside = np.abs(z) <= half_width
        return np.where(inside, peak / deviation * np.exp(-np.square(z / deviation) / 2), 0.0)

    return Noise(
        f"normal ({deviation:g}) on [-{half_width:g}, {half_width:g}]",
        sample,
        density,
        _variance(density, min(half_width, 12 * deviation)),
        1 / deviation**2,
    )


class Sample(NamedTuple):
    """Points ``x`` (R, n, d), their labels ``y`` (R, n) and the sign of their cluster (R, n)."""

    x: Array
    y: Array
    cluster: Array


@dataclass(frozen=True)
class Clusters:
    """The mixture ``x = c mean + noise`` with labels flipped with probability ``flip``.

    Attributes
    ----------
    mean : (d,) array
    flip : float in [0, 1/2]
    noise : Noise
        Law of every coordinate of the noise.
    """

    mean: Array
    flip: float = 0.0
    noise: Noise = field(default_factory=gaussian)

    def __post_init__(self) -> None:
        require_flip_probability(self.flip)

    def sample(
        self, rng: np.random.Generator, replicates: int, n: int, *, dtype: type = np.float64
    ) -> Sample:
        """Draw ``n`` points for each replicate."""
        y, cluster = labels(rng, (replicates, n), self.flip, dtype=dtype)
        x = self.noise.sample(rng, (replicates, n, len(self.mean)))
        x += cluster[..., None] * self.mean
        return Sample(x.astype(dtype, copy=False), y, cluster)


def first_axis(dimension: int, norm: float) -> Array:
    """Return the vector of length ``norm`` along the first axis, ``(d,)``."""
    mean = np.zeros(dimension)
    mean[0] = norm
    return mean


def labels(
    rng: np.random.Generator, shape: tuple[int, ...], flip: float, *, dtype: type = np.float64
) -> tuple[Array, Array]:
    """Draw labels and the fair cluster signs that they are flips of, both of ``shape``."""
    cluster = rng.choice(np.array([-1, 1], dtype=dtype), size=shape)
    flipped = rng.random(shape) < flip
    return np.where(flipped, -cluster, cluster), cluster


def require_flip_probability(flip: float) -> None:
    """Raise :class:`ValueError` unless ``flip`` is in [0, 1/2]."""
    if not 0 <= flip <= 0.5:
        raise ValueError(
            f"labels are flipped with a probability between 0 and 1/2; got {flip}. Above 1/2, "
            "mirror the mean instead"
        )


def _require_positive(**parameters: float) -> None:
    for name, parameter in parameters.items():
        if not 0 < parameter < np.inf:
            raise ValueError(f"{name} must be positive and finite; got {parameter}")


def _variance(density: Callable[[Array], Array], reach: float) -> float:
    """Integrate ``z^2 density(z)`` over ``[-reach, reach]`` for an even density."""
    nodes, weights = legendre(200)
    z = reach * (nodes + 1) / 2
    return float(reach * np.sum(weights * np.square(z) * density(z)))
