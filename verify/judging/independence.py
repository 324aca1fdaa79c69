"""Whether the rows of a simulation are independent: what can be seen of it in what it returned.

Every measured verdict takes its replicates for independent draws of one law. A generator that is
not used, one draw for a whole block, a chain of rows, or rows that stand twice would make its error
too small, and no rule could know. Three tests look for that, on ranks, so that heavy tails do no
harm; each has its share of the error of one claim.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import scipy
from numpy.typing import NDArray

Array = NDArray[np.float64]

TESTS = 3
"""Among so many tests of one column the level is divided."""

ENOUGH = 25
"""Rows other than the commonest value that a group must expect, for the limit laws to be near."""

MOST_ROWS = 2**18


def dependence(values: Array, block: int, level: float) -> str:
    """Say what shows that rows are not independent, or nothing.

    Parameters
    ----------
    values : (n,) replicates of one cell, in whole blocks that come from generators of their own
    block : rows of a block
    level : probability of saying something of rows that are independent and of one law
    """
    rows = min(len(values), MOST_ROWS) // block * block
    table = np.asarray(values[:rows], dtype=np.float64).reshape(-1, block)
    _, places, counts = np.unique(table, return_inverse=True, return_counts=True)
    if len(counts) < 2 or not np.all(np.isfinite(table)):
        return ""
    level /= TESTS
    if _repeated(table, float(((counts / rows) ** 2).sum()), level):
        return "rows come twice, in the same order"
    # Those of `scipy.stats.rankdata`, which takes longer to be loaded than all the rest of a run.
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places].reshape(table.shape)
    scores = (ranks - ranks.mean()) / ranks.std()
    varied = 1 - counts.max() / rows
    if _lagged(scores, varied) < level:
        return "rows depend on the row before"
    if _between(scores, varied) < level:
        return "rows of one block resemble one another"
    return ""


def _repeated(table: Array, same: float, level: float) -> bool:
    """Return whether blocks, halves or quarters of them are the same too often.

    ``same`` is the probability that two independent values are equal.
    """
    for parts in (1, 2, 4):
        size = table.shape[1] // parts
        if size < 2:
            continue
        pieces = table[:, : size * parts].reshape(-1, size)
        distinct = len({piece.tobytes() for piece in pieces})
        pairs = len(pieces) * (len(pieces) - 1) / 2
        if distinct < len(pieces) and np.log(pairs) + size * np.log(same) < np.log(level / 3):
            return True
    return False


def _lagged(scores: Array, varied: float) -> float:
    """Return the p-value of the rank correlation of a row with the next of its block."""
    pairs = scores[:, 1:].size
    if pairs * varied**2 < ENOUGH:
        return 1.0
    total = float((scores[:, :-1] * scores[:, 1:]).sum()) + pairs / (scores.size - 1)
    return float(2 * scipy.special.ndtr(-abs(total) / np.sqrt(pairs)))


def _between(scores: Array, varied: float) -> float:
    """Return the p-value of the test of Kruskal and Wallis among blocks."""
    blocks, rows = scores.shape
    together = int(np.ceil(ENOUGH / (rows * varied)))
    edges = range(0, blocks + 1, together)
    groups = [scores[start:stop] for start, stop in pairwise(edges)]
    if len(groups) < 2 or rows < 2:
        return 1.0
    used = sum(group.size for group in groups)
    spread = sum(group.size * group.mean() ** 2 for group in groups)
    middle = sum(group.sum() for group in groups) ** 2 / used
    statistic = (spread - middle) * (1 - 1 / used)
    return float(scipy.special.chdtrc(len(groups) - 1, statistic))
