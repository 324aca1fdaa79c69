"""Panels of claims on whole curves: a distribution function, and what holds at all times."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from bounds import Always, ClaimOf, Law, evaluate
from verify.catalogue.check import horizon
from verify.evidence.sample import Sample, expand
from verify.judging.rules.always import TIME, over_time
from verify.judging.rules.law import band, claimed
from verify.showing.palette import OBSERVED, PREDICTED
from verify.showing.panels.marks import READERS_LEVEL, claim_label, legend

MOST_CURVES, PLACES = 40, 400


def law(axes: Axes, sample: Sample[Law]) -> None:
    """Draw the observed distribution function with its band, and the claimed one."""
    width = band(sample.n, 2 * READERS_LEVEL)
    for cell in range(len(sample.cells)):
        values = np.sort(sample.values(cell, sample.claim.observable))
        pad = 0.05 * (np.ptp(values) or 1.0)
        x = np.linspace(values[0] - pad, values[-1] + pad, PLACES)
        share = np.searchsorted(values, x, side="right") / len(values)
        word = "" if cell else "observed, with its 95 % band"
        axes.plot(x, share, color=OBSERVED, linewidth=1.2, label=word or None)
        low, high = np.clip(share - width, 0, 1), np.clip(share + width, 0, 1)
        axes.fill_between(x, low, high, color=OBSERVED, alpha=0.2, linewidth=0)
        axes.plot(
            x,
            claimed(sample, cell, x),
            "--",
            color=PREDICTED,
            linewidth=1.3,
            label=None if cell else "claimed",
        )
    axes.set_xlabel(claim_label(sample, sample.claim.observable, "x"))
    axes.set_ylabel("probability of at most this")
    legend(axes)


def always(axes: Axes, sample: Sample[Always]) -> None:
    """Draw runs over time, and what they must not pass."""
    claim = sample.claim
    bound = claim.at_most if claim.at_most is not None else claim.at_least
    word = "at most" if claim.at_most is not None else "at least"
    each = max(1, MOST_CURVES // len(sample.cells))
    for cell, parameters in enumerate(sample.cells):
        last = horizon(ClaimOf(sample.theorem, claim), parameters)
        runs = {name: values[:each] for name, values in sample.replicates[cell].items()}
        known = over_time(parameters, runs, last)
        numbers = {name: value for name, value in known.items() if not isinstance(value, str)}
        for side, color, label in (
            (claim.left, OBSERVED, "runs"),
            (bound, PREDICTED, f"claimed: {word} this"),
        ):
            written_out = expand(side, sample.theorem, frozenset(known))
            table = np.atleast_2d(evaluate(written_out, numbers))
            curves = np.broadcast_to(table, (len(table), last + 1)).T
            lines = axes.plot(known[TIME][0], curves, color=color, linewidth=0.8, alpha=0.7)
            if not cell:
                lines[0].set_label(label)
    axes.set_xlabel("time t")
    axes.set_ylabel(claim_label(sample, claim.left, "left side"))
    legend(axes)
