"""The best robust classifier on the line, over all classifiers, bracketed by dynamic programming.

A classifier is a division of the line into runs of one sign. A point with label ``s`` is robustly
right if its whole window ``[x - radius, x + radius]`` has sign ``s``; so a run of sign ``s`` from
``t`` to ``t'`` earns ``G_s(t' - radius) - G_s(t + radius)``, where ``G_s(t) = P(x <= t, y = s)``.
Runs shorter than the window earn less than nothing in this sum and nothing in truth; merging them
with their neighbours never costs anything, so the best sum is the best classifier's. The sum splits
into one gain for each threshold, hence the recursion has the sign as its only state.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clusters._line_law import LineLaw
from sim.networks.activation import Array

MOST_CELLS = 20_000
ROUNDING = 1e-12
NO_MASS = 1e-17  # beyond this a cluster has no mass left in double precision


class Division(NamedTuple):
    """Bounds of the largest robust accuracy, and the thresholds that attain the lower one.

    ``thresholds`` has one array for each batch entry, from left to right; ``first`` is the sign of
    the leftmost run.
    """

    attained: Array
    bound: Array
    first: NDArray[np.intp]
    thresholds: list[Array]


def _labelled_tail(law: LineLaw, t: Array, mean: Array, flip: Array, label: int) -> Array:
    """Return ``P(x > t, y = label)`` for clusters at ``+-mean``."""
    own, other = law.tail(t - label * mean), law.tail(t + label * mean)
    return ((1 - flip) * own + flip * other) / 2


def _labelled_slopes(
    law: LineLaw, left: Array, right: Array, mean: Array, flip: Array, label: int
) -> tuple[Array, Array]:
    """Return the least and the greatest density of points with that label on each open cell."""
    inset = 1e-9 * (right - left)  # one-sided limits where the density jumps at an end
    low, high = np.zeros_like(left), np.zeros_like(left)
    for share, centre in ((1 - flip, label * mean), (flip, -label * mean)):
        a, b = left + inset - centre, right - inset - centre
        at_ends = law.density(a), law.density(b)
        nearest = np.clip(0.0, a, b)  # the density falls with the distance from its centre
        low = low + share / 2 * np.minimum(*at_ends)
        high = high + share / 2 * law.density(nearest)
    return low, high


def _grid(law: LineLaw, mean: Array, radius: Array, end: Array, cells: int) -> Array:
    """Return nodes (batch, cells + 1 or more) with every jump of a gain among them."""
    mean, radius, end = mean[:, None], radius[:, None], end[:, None]
    uniform = end * np.linspace(-1.0, 1.0, cells + 1)
    special = [
        shift * radius + centre * mean + edge * law.reach
        for shift in (-1, 1)
        for centre in (-1, 1)
        for edge in (-1, 0, 1)
    ]
    extra = np.clip(np.concatenate(special, axis=1), -end, end)
    return np.sort(np.concatenate([uniform, extra], axis=1), axis=1)


def best_division(law: LineLaw, mean: Array, radius: Array, flip: Array, cells: int) -> Division:
    """Bracket the largest robust accuracy of any classifier.

    Parameters
    ----------
    law : LineLaw
        Law of the noise in ``x = c mean + noise``; the label is ``c``, flipped with probability
        ``flip``.
    mean, radius, flip : (batch,) arrays
        Radii are positive.
    cells : int
        Of the grid of thresholds; more where a window would be shorter than a cell.

    Notes
    -----
    ``attained`` is exact for a classifier with its thresholds on the grid. ``bound`` holds for all
    classifiers: in a cell shorter than the window at most one threshold is worth having, and its
    gain is at most the supremum over the cell, bounded through the slopes of the gain, so that the
    two differ by the square of the cell's length.
    """
    width = law.edges[np.searchsorted(-law.tails, -NO_MASS)]
    end = mean + radius + min(width, law.reach)
    with np.errstate(divide="ignore"):
        needed = np.ceil(end / radius)
    cells = int(max(cells, needed[needed <= MOST_CELLS].max(initial=0)))
    grid = _grid(law, mean, radius, end, cells)
    mean, radius, flip = mean[:, None], radius[:, None], flip[:, None]

    def earned(sign: int) -> Array:
        """Gain of a threshold with ``sign`` to its left, over not having it."""
        lost_on_the_left = _labelled_tail(law, grid - radius, mean, flip, sign)
        return _labelled_tail(law, grid + radius, mean, flip, -sign) - lost_on_the_left

    def supremum(sign: int, gain: Array) -> Array:
        """Upper bound of that gain on every cell."""
        left, right = grid[:, :-1], grid[:, 1:]
        rise = _labelled_slopes(law, left - radius, right - radius, mean, flip, sign)
        fall = _labelled_slopes(law, left + radius, right + radius, mean, flip, -sign)
        steepest, flattest = rise[1] - fall[0], rise[0] - fall[1]
        length = right - left
        return np.minimum(
            gain[:, :-1] + length * np.maximum(steepest, 0),
            gain[:, 1:] + length * np.maximum(-flattest, 0),
        )

    gains = earned(1), earned(-1)
    attained, switched = _recursion(*gains, worth=1e-15)  # no thresholds out of rounding noise
    bound, _ = _recursion(supremum(1, gains[0]), supremum(-1, gains[1]), worth=0.0)
    # With cells longer than a window several thresholds in one may be worth having.
    bound = np.where(needed <= cells, bound.max(axis=0), np.inf)
    # No attack is weaker than none, and then the nearer cluster, whose density is larger, decides.
    unattacked = (1 - flip) * law.tail(-mean) + flip * law.tail(mean)
    bound = np.minimum(bound, unattacked[:, 0] - 0.5)
    first, thresholds = _traced(attained, switched, grid)
    # Without any threshold a constant classifier is right on the half of the points.
    return Division(
        attained.max(axis=0) + 0.5 - ROUNDING, bound + 0.5 + ROUNDING, first, thresholds
    )


def _recursion(down: Array, up: Array, worth: float) -> tuple[Array, NDArray[np.bool_]]:
    """Best sums (2, batch) by the sign of the last run, and where it was best to switch.

    ``down`` and ``up`` (batch, places) are the gains of a threshold from + to - and from - to +;
    a threshold must bring more than ``worth``.
    """
    batch, places = down.shape
    gain = np.ascontiguousarray(np.stack([up, down], axis=0).transpose(2, 0, 1))
    switched = np.empty((places, 2, batch), dtype=bool)
    best = np.zeros((2, batch))  # last run positive, last run negative
    for place in range(places):
        candidate = best[::-1] + gain[place]
        np.greater(candidate, best + worth, out=switched[place])
        best = np.where(switched[place], candidate, best)
    return best, switched


def _traced(
    best: Array, switched: NDArray[np.bool_], grid: Array
) -> tuple[NDArray[np.intp], list[Array]]:
    """Return the sign of the leftmost run and the thresholds of the best division."""
    last = best.argmax(axis=0)
    entries = np.arange(len(last))
    chosen = np.zeros(grid.shape, dtype=bool)
    for place in range(len(switched) - 1, -1, -1):
        here = switched[place, last, entries]
        chosen[:, place] = here
        last = np.where(here, 1 - last, last)
    return 1 - 2 * last, [nodes[kept] for nodes, kept in zip(grid, chosen, strict=True)]
