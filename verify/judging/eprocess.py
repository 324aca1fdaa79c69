"""E-processes: evidence against a value of a mean or a probability that may be looked at any time.

Under the hypothesis an e-process exceeds ``1/delta`` at some time, however often it is looked at,
with probability at most ``delta`` (Ville's inequality). Each one here is an average, over a fixed
ladder of bets, of products of one factor per replicate, in the spirit of Waudby-Smith and Ramdas
(2024): nothing has to be known of the alternative, and a ladder of a few dozen bets costs the
logarithm of their number. Everything is on the scale of logarithms, so that nothing underflows.

What is returned is a pair ``(above, below)``: the evidence against "at most the value", and the
evidence against "at least the value".
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from verify.judging.laws import normal_cdf

Array = NDArray[np.float64]
Evidence = tuple[float, float]
"""Logarithms of the e-values above and below."""

TILTS = np.geomspace(0.005, 40.0, 48)
"""Logarithms of the odds ratios (or of the ratios of means) that are bet on."""

ODDS = np.expm1(TILTS)
"""The same odds ratios, less one."""

STAKES = np.append(np.geomspace(1e-5, 0.8, 23), 0.9999)
"""Shares of the capital that are bet on a bounded value."""

WEIGHTS = np.geomspace(3e-4, 2.0, 24)
"""What is bet on a value of bounded variance, in its largest standard deviations."""

EFFECTS = np.geomspace(0.01, 30.0, 16)
"""Prior deviations of the effect of a normal variable, in its standard deviations."""

SHARED = 3.0
"""About the logarithm of the number of bets: what the best one earns less than it would alone."""

CHUNK = 8
"""So many factors are multiplied before a logarithm is taken."""

AT_ONCE = 8192
"""So many values are weighed at once with all bets: their factors take two megabytes."""


def average(terms: ArrayLike, axis: int = -1) -> Any:
    """Return the logarithm of the average of e-values that are given by their logarithms."""
    terms = np.asarray(terms, dtype=np.float64)
    return np.logaddexp.reduce(terms, axis=axis) - np.log(terms.shape[axis])


def of_count(successes: ArrayLike, n: int, bound: ArrayLike) -> tuple[Array, Array]:
    """Return the evidence of counts among ``n`` against probabilities; an array like the counts.

    Against a probability of at most 0 one success is infinite evidence.
    """
    return _count_above(successes, n, bound), _count_below(successes, n, bound)


def _count_above(successes: ArrayLike, n: int, bound: ArrayLike) -> Array:
    k, p = np.broadcast_arrays(
        np.asarray(successes, dtype=np.float64), np.clip(np.asarray(bound, dtype=np.float64), 0, 1)
    )
    growth = np.log1p(p[..., None] * ODDS)
    evidence = average(k[..., None] * TILTS - n * growth)
    return np.where((p <= 0) & (k > 0), np.inf, evidence)


def _count_below(successes: ArrayLike, n: int, bound: ArrayLike) -> Array:
    """Return the evidence for fewer successes: for more failures than there may be."""
    return _count_above(n - np.asarray(successes), n, 1 - np.asarray(bound))


def of_range(values: Array, mean: float, low: float, high: float) -> Evidence:
    """Return the evidence of values in ``[low, high]`` against their mean.

    Where an end is infinite, there is no evidence on the other side.
    """
    return above_in_range(values, mean, low), below_in_range(values, mean, high)


def above_in_range(values: Array, mean: float, low: float) -> float:
    """Return the evidence of values of at least ``low`` against a mean of at most so much."""
    return _staked(values - mean, mean - low)


def below_in_range(values: Array, mean: float, high: float) -> float:
    """Return the evidence of values of at most ``high`` against a mean of at least so much."""
    return _staked(mean - values, high - mean)


def _staked(gain: Array, stake: float) -> float:
    """Return the evidence against a mean of at most 0 of gains that are at least ``-stake``."""
    if not np.isfinite(stake):
        return -np.inf
    if stake <= 0:  # all values lie on this side of the mean, or on it
        return np.inf if np.any(gain > 0) else 0.0
    return float(average(_log_products(STAKES / stake, gain, _growth)))


def _growth(gains: Array) -> Array:
    """Turn gains, in place, into the factors by which they change the capital."""
    gains += 1
    return gains


def _influence(gains: Array) -> Array:
    """Turn gains y, in place, into ``1 + y + y^2/2 = ((1 + y)^2 + 1) / 2``."""
    gains += 1
    gains *= gains
    gains += 1
    gains *= 0.5
    return gains


def _log_products(bets: Array, values: Array, factor: Callable[[Array], Array]) -> Array:
    """Return the logarithm of the product of the values' factors, for every bet: (bets,).

    Parameters
    ----------
    factor : callable
        Turns gains, bets times values, into factors.
    """
    total = np.zeros(len(bets))
    room = np.empty((len(bets), min(len(values), AT_ONCE)))
    for start in range(0, len(values), AT_ONCE):
        some = values[start : start + AT_ONCE]
        factors = factor(np.multiply.outer(bets, some, out=room[:, : len(some)]))
        whole = factors.shape[1] // CHUNK * CHUNK
        chunks = factors[:, :whole].reshape(len(bets), CHUNK, -1)
        with np.errstate(over="ignore"):
            products = chunks.prod(axis=1)
        if not np.isfinite(products).all():
            products = chunks.reshape(len(bets), -1)
        total += np.log(products).sum(axis=1) + np.log(factors[:, whole:]).sum(axis=1)
    return total


def of_variance(values: Array, mean: float, variance: float) -> Evidence:
    """Return the evidence of values with a variance of at most ``variance`` against their mean.

    Catoni's (2012) influence function keeps a far value from counting for more than its logarithm:
    a gain y counts ``log(1 + y + y^2/2)``, and a loss as much less.
    """
    scaled = (values - mean) / np.sqrt(variance)
    gains, losses = scaled[scaled > 0], -scaled[scaled < 0]
    sums = _log_products(WEIGHTS, gains, _influence) - _log_products(WEIGHTS, losses, _influence)
    cost = len(values) * WEIGHTS**2 / 2
    return float(average(sums - cost)), float(average(-sums - cost))


def of_normal(values: Array, mean: float) -> Evidence:
    """Return the evidence of normal values of unknown variance against their mean.

    Bayes factors with the right-Haar prior on the variance; they depend on Student's t alone.
    """
    n, deviation = len(values), float(values.std(ddof=1))
    if deviation == 0:
        return -np.inf, -np.inf
    t = float(values.mean() - mean) / deviation * np.sqrt(n)
    spread = 1 + n * EFFECTS**2
    square = t * t / (n - 1)
    factor = float(
        average(n / 2 * (np.log1p(square) - np.log1p(square / spread)) - np.log(spread) / 2)
    )
    return (factor, -np.inf) if t > 0 else (-np.inf, factor)


def of_exponential(values: Array, mean: float) -> Evidence:
    """Return the evidence of exponential values against their mean."""
    total, n = float(values.sum()) / mean, len(values)
    above, below = (float(average(-total * np.expm1(-h) - n * h)) for h in (TILTS, -TILTS))
    return above, below


def of_poisson(values: Array, mean: float) -> Evidence:
    """Return the evidence of Poisson counts against their mean."""
    total, rate = float(values.sum()), len(values) * mean
    above, below = (float(average(total * h - rate * np.expm1(h))) for h in (TILTS, -TILTS))
    return above, below


LAWS: dict[str, Callable[[Array, float], Evidence]] = {
    "normal": of_normal,
    "exponential": of_exponential,
    "poisson": of_poisson,
}
"""Laws that a claim may state."""


def contradicts(values: Array, law: str, level: float) -> str:
    """Say how values contradict the law that is stated for them, or nothing.

    The largest distance of their distribution from the law with their own mean (and deviation)
    against the band of Dvoretzky, Kiefer, Wolfowitz and Massart.
    """
    n, centre = len(values), float(values.mean())
    if law != "normal" and values.min() < 0:
        return f"values of {law} law are not negative, and one is {values.min():g}"
    if law == "poisson" and np.any(values != np.round(values)):
        return "values of Poisson law are whole numbers"
    ordered = np.sort(values)
    if law == "poisson":
        share, ordered = np.arange(1, n + 1) / n, ordered
        last = np.append(ordered[1:] != ordered[:-1], True)
        stated = scipy.special.pdtr(ordered[last], centre)
        distance = float(np.max(np.abs(stated - share[last])))
    else:
        if law == "normal":
            stated = normal_cdf((ordered - centre) / max(float(values.std()), 1e-300))
        else:
            stated = -np.expm1(-ordered / max(centre, 1e-300))
        steps = np.arange(n + 1) / n
        distance = float(max(np.max(steps[1:] - stated), np.max(stated - steps[:-1])))
    if distance <= np.sqrt(np.log(2 / level) / (2 * n)):
        return ""
    return f"the values are not of {law} law: their distribution is off by {distance:.2g}"


def interval(
    evidence: Callable[[float, int], float], centre: float, step: float, needed: float
) -> tuple[float, float]:
    """Return the values around ``centre`` against which there is less evidence than ``needed``.

    Parameters
    ----------
    evidence : callable
        Of a value and a side: 0 against at most the value, 1 against at least the value.
    step : float
        About how wide it is; zero for a single point.
    """

    def end(side: int) -> float:
        def root(distance: float) -> float:
            """Return the root of what the best bet earns, which the distance is proportional to."""
            value = centre - distance if side == 0 else centre + distance
            return float(np.sqrt(max(0.0, evidence(value, side) + SHARED)))

        enough, near, far = np.sqrt(needed + SHARED), (0.0, 0.0), (step, root(step))
        for _ in range(60):
            if far[1] >= enough:
                break
            near, far = far, (2 * far[0], root(2 * far[0]))
        else:
            return -np.inf if side == 0 else np.inf
        outer = _crossing(root, near, far, enough)
        return centre - outer if side == 0 else centre + outer

    return (float(end(0)), float(end(1))) if step > 0 else (centre, centre)


def _crossing(
    of: Callable[[float], float],
    near: tuple[float, float],
    far: tuple[float, float],
    enough: float,
) -> float:
    """Return from where on an increasing function is enough, from above by 1e-5 of the bracket.

    Parameters
    ----------
    near, far : pairs of float
        Where it is too little and where it is enough, and what it is there.
    """
    width, precision, halved = far[0] - near[0], 1e-5 * (far[0] - near[0]), True
    while width > precision:
        share = (enough - near[1]) / (far[1] - near[1]) if halved and far[1] < np.inf else 0.5
        # A little to the side of the end that is farther, so that it comes close, too.
        aside = 0.4 * precision / width
        share = share + aside if share < 0.5 else share - aside
        place = near[0] + width * min(max(share, aside), 1 - aside)
        found = (place, of(place))
        near, far = (near, found) if found[1] >= enough else (found, far)
        width, halved = far[0] - near[0], far[0] - near[0] <= width / 2
    return far[0]


def count_interval(successes: int, n: int, needed: float) -> tuple[float, float]:
    """Return the probabilities against which a count is less evidence than ``needed``."""

    def end(against: Callable[[int, int, float], Array], outer: float) -> float:
        near = successes / n
        if against(successes, n, outer) < needed:
            return outer
        for _ in range(50):
            middle = (near + outer) / 2
            if against(successes, n, middle) >= needed:
                outer = middle
            else:
                near = middle
        return outer

    return end(_count_above, 0.0), end(_count_below, 1.0)


def refuted_counts(n: int, probability: float, needed: float) -> tuple[int, int]:
    """Return the largest and the smallest count that are enough evidence against a probability.

    -1 and ``n + 1`` where no count is.
    """

    def first(against: Callable[[int, int, float], Array], counts: range) -> int:
        place = bisect_left(counts, True, key=lambda k: bool(against(k, n, probability) >= needed))
        return counts[place] if place < len(counts) else counts[-1] + counts.step

    middle = int(n * probability)
    return first(_count_below, range(middle, -1, -1)), first(_count_above, range(middle, n + 1))
