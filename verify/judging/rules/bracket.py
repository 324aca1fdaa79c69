"""Contrasts over the sizes of a path that see what is left when corrections have faded.

A quantity along a path is ``c + a x + corrections``, ``x`` the logarithm of the size. Corrections
are sums, with coefficients of one sign, of shapes that fade like ``size**-rate`` or faster. A
contrast that such shapes can only make smaller bounds what is left from one side; the sharpest is
the part of the sought trend that no shape explains (a projection onto a convex cone), and it uses
every size. Against corrections of the other sign the plain fit is the bound. Both ends must agree
before a verdict is given.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy

from verify.catalogue.grid import PathCells
from verify.evidence.sample import Array, Sample

POWER_FOR_HOLDS = 0.5
"""Exponent of the slowest power correction that `holds` must survive, where none is declared."""

FASTER = np.array([1, 1.25, 1.5, 2, 3, 5, 10])
"""How much faster than the declared rate the shapes of a class fade."""

AMPLITUDES = 6
"""Between how many amplitudes of a correction its class is spanned."""


def sizes_along(sample: Sample[Any], path: PathCells) -> Array:
    """Return, per cell of a path, the largest of its growing parameters (1/x if it shrinks)."""
    grown = [
        np.array([float(sample.cells[c][name]) for c in path.positions]) ** np.sign(exponent)
        for name, exponent in path.path.ray.items()
        if exponent != 0
    ]
    largest: Array = np.max(grown, axis=0)
    return largest


def scales_along(sample: Sample[Any], path: PathCells) -> Array:
    """Return the logarithms of the scales of a path's cells, as their parameters were rounded."""
    logs = [
        np.log([float(sample.cells[c][name]) / float(path.path.base[name]) for c in path.positions])
        / exponent
        for name, exponent in path.path.ray.items()
        if exponent != 0
    ]
    scales: Array = np.mean(logs, axis=0)
    return scales


def describe(path: PathCells) -> str:
    """Return "n, d^2" for a ray along which d grows like the square of n."""
    parts = [
        name if exponent == 1 else f"{name}^{exponent:g}"
        for name, exponent in path.path.ray.items()
    ]
    return ", ".join(parts)


def fading(x: Array, rate: float) -> Array:
    """Return shapes that fade like ``size**-rate`` or faster: (sizes, shapes), one at the first."""
    shapes: Array = np.exp(-np.outer(x - x[0], rate * FASTER))
    return shapes


def fading_factors(x: Array, rate: float, amplitude: float) -> Array:
    """Return logarithms of factors ``1 + A size**-rate`` or faster, A up to ``amplitude``."""
    amplitudes = np.geomspace(amplitude / 100, amplitude, AMPLITUDES)
    return np.concatenate([np.log1p(a * fading(x, rate)) for a in amplitudes], axis=1)


def unexplained(trend: Array, shapes: Array) -> Array:
    """Return the part of a trend that no nonnegative combination of shapes explains."""
    columns = shapes / np.linalg.norm(shapes, axis=0)
    weights, _ = scipy.optimize.nnls(columns, trend)
    rest: Array = trend - columns @ weights
    return rest


def least_squares(columns: Array, wanted: int) -> Array:
    """Return the contrast that is a coefficient of a fit."""
    contrast: Array = np.linalg.pinv(columns)[wanted]
    return contrast


def slope(x: Array) -> Array:
    """Return the contrast that is the slope of a straight line."""
    centred = x - x.mean()
    return np.asarray(centred / (centred @ centred))


def slope_beyond(x: Array, shapes: Array) -> Array:
    """Return the contrast of a slope that ``shapes`` can only lower; zero if nothing is left."""
    centred = x - x.mean()
    rest = unexplained(centred, shapes - shapes.mean(axis=0))
    left = float(rest @ centred)
    if left < 1e-9 * float(centred @ centred):
        return np.zeros_like(x)
    return np.asarray(rest / left)


def level_beyond(x: Array, shapes: Array) -> Array:
    """Return the contrast of a constant that ``shapes`` can only lower; zero if nothing is left."""
    rest = unexplained(np.ones_like(x), shapes)
    left = float(rest.sum())
    return np.zeros_like(x) if left < 1e-9 * len(x) else np.asarray(rest / left)


def extrapolated(near: Array, far: Array, ratio: float, rate: float) -> Array:
    """Return the contrast of Richardson's extrapolation from two parts of a path."""
    contrast: Array = far + (far - near) / (ratio**rate - 1)
    return contrast
