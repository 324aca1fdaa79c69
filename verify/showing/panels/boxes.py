"""The panel of claims over a box: how far their points are from violating them."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from verify.evidence.sample import Sample
from verify.judging.gap import Gap
from verify.showing.palette import OBSERVED, PREDICTED
from verify.showing.panels.marks import legend, many

DECADES = 30
"""What is further from the claim than so many powers of ten is drawn at the edge."""

MOST_POINTS = 2048
"""Points of a histogram: more would not be seen, and each may take balls of many digits."""


def gaps(axes: Axes, sample: Sample[Any]) -> None:
    """Draw a histogram, over the points drawn, of what is positive where the claim is violated."""
    domain = sample.theorem.domain(sample.claim)
    gap = Gap.of(sample.theorem, sample.claim)
    values, _ = gap({name: sample.replicates[0][name][:MOST_POINTS] for name in domain.names})
    powers = np.clip(values / np.log(10), -DECADES, DECADES)
    counts, *_ = axes.hist(powers, bins=60, color=OBSERVED, alpha=0.75, label="points of the box")
    word = "equal" if gap.two_sided else "at most 0"
    axes.axvline(0, color=PREDICTED, linewidth=1.6, label=f"claimed: {word}")
    axes.set_xlabel("power of ten by which the claim is violated")
    axes.set_ylabel("number of points")
    many(axes, counts)
    legend(axes)
