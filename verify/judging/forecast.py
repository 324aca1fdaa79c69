"""How many replicates an undecided claim still needs, and whether any number would do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from verify.judging.judgement import Judgement
from verify.judging.laws import normal_isf
from verify.judging.ledger import Ledger

HORIZON = 20
"""Looks ahead that are tried: beyond a thousandfold the answer is "never"."""

SAFETY = 1.4

REACH = SAFETY * 2 ** (HORIZON / 2)
"""Times as many replicates as there are, beyond which no forecast is believed."""


def looks_ahead(n: int) -> Iterator[float]:
    """Yield the sizes that come after ``n`` replicates, as far as the horizon."""
    return (n * 2 ** (ahead / 2) for ahead in range(1, HORIZON + 1))


def replicates_needed(
    *,
    distance_inside: float,
    distance_outside: float,
    deviation: float,
    n: int,
    look: int,
    ledger: Ledger,
    divisor: float = 1.0,
    fewest: float = 0.0,
) -> float:
    """Forecast the replicates per cell after which a mean is settled.

    Parameters
    ----------
    distance_inside : float
        From the estimate to the nearest edge of the tolerance zone (positive inside): what an
        interval must shrink below for `holds`.
    distance_outside : float
        From the estimate to the claim zone (positive outside), for `broken`.
    deviation : float
        Standard deviation of one replicate.
    n, look : int
        Where the claim stands now.
    divisor : float
        By how much the level of `broken` is divided.
    fewest : float
        Replicates without which nothing is judged.

    Returns
    -------
    float
        With a safety factor; infinity if no look of the horizon settles it.
    """
    for ahead, size in enumerate(looks_ahead(n), start=1):
        level = ledger.level(look + ahead)
        width_inside = normal_isf(level) * deviation / np.sqrt(size)
        width_outside = normal_isf(level / divisor) * deviation / np.sqrt(size)
        if width_inside <= distance_inside or width_outside <= distance_outside:
            return float(np.ceil(max(SAFETY * size, fewest)))
    return float("inf")


def with_reason(judgement: Judgement, n: int) -> Judgement:
    """Say whether noise keeps a claim open that has a forecast, or the edge of a zone.

    That the estimate sits on an edge is known only of one that is known better than the zone is
    wide; of any other, a forecast beyond reach says no more than that it is noisy.
    """
    assert judgement.forecast is not None
    beyond = judgement.forecast > REACH * n
    return replace(judgement, reason="edge" if beyond and _is_narrow(judgement) else "noise")


def _is_narrow(judgement: Judgement) -> bool:
    """Whether there is an interval that is narrower than the zone."""
    if judgement.interval is None or judgement.tolerance is None:
        return False
    low, high = judgement.interval
    return high - low < 2 * judgement.tolerance
