"""Claims over a box: where their points are drawn, and the check that each has without being asked.

A coordinate runs from 0 to 1 along a range; it is logarithmic where the ends are positive and more
than a factor `DECADES` apart. Whole-number parameters take whole values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from bounds import ClaimOf
from bounds.box import Domain, Range
from verify.catalogue.budgets import INSTANCES
from verify.catalogue.check import Check, check
from verify.catalogue.grid import Cell

Array = NDArray[np.float64]

DECADES = 100
BLOCK = 5120
MOST_TRIES = 1000
"""Points of the box that are tried for one inside of ``where`` and the hypotheses."""


class Coordinates:
    """The parameters of a domain as numbers from 0 to 1, and back."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        ends = np.array([_doubles(one) for one in domain.box]).T[:, :, None]
        self.low, self.high = ends
        self.whole = np.array([[bool(one.symbol.is_integer)] for one in domain.box])
        positive = self.low > 0
        with np.errstate(all="ignore"):
            self.logarithmic = positive & (self.high / self.low > DECADES)
            self._start = np.where(self.logarithmic, np.log(np.abs(self.low)), self.low)
            stop = np.where(self.logarithmic, np.log(np.abs(self.high)), self.high)
        self._length = np.where(stop > self._start, stop - self._start, 1.0)

    def values(self, at: Array) -> Array:
        """Return the values of the parameters at coordinates, both (k, n)."""
        x = self._start + np.clip(at, 0, 1) * self._length
        with np.errstate(over="ignore"):  # only where it is not logarithmic
            x = np.where(self.logarithmic, np.exp(x), x)
        x = np.where(self.whole, np.round(x), x)
        inner = np.clip(x, self.low, self.high)
        ends: Array = np.where(at <= 0, self.low, np.where(at >= 1, self.high, inner))
        return ends

    def of(self, values: Array) -> Array:
        """Return the coordinates of values, both (k, n)."""
        with np.errstate(all="ignore"):
            x = np.where(self.logarithmic, np.log(np.abs(values)), values)
        at: Array = np.clip((x - self._start) / self._length, 0, 1)
        return at

    def named(self, values: Array) -> dict[str, Array]:
        """Return values (k, n) by the names of the parameters."""
        return dict(zip(self.domain.names, values, strict=True))


def _doubles(one: Range) -> tuple[float, float]:
    """Return the outermost doubles within a range."""
    low, high = one.low, one.high
    if one.symbol.is_integer:
        low, high = sp.ceiling(low), sp.floor(high)
    a, b = float(low), float(high)
    if sp.Rational(a) < low:
        a = float(np.nextafter(a, np.inf))
    if sp.Rational(b) > high:
        b = float(np.nextafter(b, -np.inf))
    return a, b


def drawn(domain: Domain, rng: np.random.Generator, n: int) -> dict[str, Array]:
    """Draw ``n`` points of a domain, uniformly in its coordinates.

    Raises
    ------
    ValueError
        If hardly any point of the box is in the domain.
    """
    coordinates = Coordinates(domain)
    found: list[Array] = []
    kept = tried = 0
    while kept < n:
        values = coordinates.values(rng.random((len(domain.box), n)))
        values = values[:, domain.inside(coordinates.named(values))]
        found.append(values)
        kept, tried = kept + values.shape[1], tried + n
        if kept < n and tried >= MOST_TRIES * min(n, kept + 1):
            raise ValueError(
                f"of {tried} points of the box {kept} are inside the claim's domain, {domain}: "
                "give a box that fits it better (solve an equation of `where` for a parameter)"
            )
    return coordinates.named(np.concatenate(found, axis=1)[:, :n])


def check_of_box(item: ClaimOf) -> Check:
    """Return the check of a claim over a box."""
    domain = item.theorem.domain(item.claim)

    def simulate(rng: np.random.Generator, cell: Cell, n: int) -> Mapping[str, Any]:
        """One replicate is a point of the box; the worst one is searched for besides."""
        return drawn(domain, rng, n)

    bind = check(
        [item],
        id=f"{item.id}/box",
        cells=[{"box": str(domain)}],
        seconds_per_replicate=2e-6,
        block=BLOCK,
        first=INSTANCES,
        quick=1,
        full=1,
    )
    return bind(simulate)
