"""How far a check goes: the two budgets, and the fixed sizes at which its data are looked at."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import Literal

Budget = Literal["quick", "full"]
BUDGETS: tuple[Budget, ...] = ("quick", "full")

USUAL: Mapping[Budget, float] = {"quick": 2.0, "full": 90.0}
SECONDS: Mapping[Budget, float] = {
    "quick": float(os.environ.get("THEORYCHECK_QUICK_SECONDS", USUAL["quick"])),
    "full": float(os.environ.get("THEORYCHECK_FULL_SECONDS", USUAL["full"])),
}
"""CPU seconds that one check may take to the last look of each budget, unless it says otherwise.
Smaller budgets, from the environment, try something out: a notebook, say."""

LONGER, SHARED = 1.5, 0.67
"""How many times the seconds of the quick budget a check may take for exact claims, and for those
of events that have not failed yet, of which it is known how many replicates settle them: half as
many more, or two thirds of them for each, as claims share their replicates. What nothing near them
will settle is given up earlier, and pays for it."""

EARLIER = 4
"""How many looks before the last one of the quick budget a claim may be given up."""

SHARE: Mapping[Budget, float] = {name: min(1.0, SECONDS[name] / USUAL[name]) for name in BUDGETS}
"""Share of its repetitions that a figure is drawn from: less than one with a smaller budget."""

RARE = 1e-3
"""Share of violating instances that a sampled `holds` may overlook, if instances are cheap."""

COMMON = 0.2
"""The same share, however dear instances are said to be."""

INSTANCES = 14_336
"""Instances that exclude so rare violations, at a report's error level."""

OVERHEAD = 1.5e-6
"""CPU seconds that a replicate costs at least: it is kept, read and judged."""


def look_size(look: int, first: int, block: int) -> int:
    """Return replicates per cell at a look: ``first * 2**(look/2)``, in whole blocks."""
    return block * max(1, round(first * 2 ** (look / 2) / block))


def affordable(
    most: float, first: int, block: int, seconds: float, enough: float = math.inf
) -> int:
    """Return how many looks so many CPU seconds pay for, and anybody needs; one at least.

    Parameters
    ----------
    most : float
    first, block : int
        Replicates per cell at the first look, and per generator.
    seconds : float
        Declared cost of one replicate at every cell together; positive.
    enough : float
        Replicates per cell by which every claim is decided.
    """
    looks = 1
    while (
        look_size(looks - 1, first, block) < enough
        and look_size(looks, first, block) * seconds <= most
    ):
        looks += 1
    return looks
