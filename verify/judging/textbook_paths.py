"""Textbook tests of claims along paths: least squares, with and without a correction.

No code is shared with the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import scipy

from bounds import BigO, Bounded, Limit, Omega, Theta
from verify.catalogue.grid import PathCells
from verify.evidence.sample import Array, Sample
from verify.judging.judgement import Judgement


class Test(NamedTuple):
    """A textbook test of the side on which a claim is broken."""

    observed: float
    p_value: float | None
    same_side: bool


def _deciding_path(sample: Sample[Any], judgement: Judgement) -> PathCells:
    return next(
        path
        for path in sample.paths
        if path.positions[-1] == judgement.cell
        and (not judgement.cells or set(path.positions) == set(judgement.cells))
    )


def _along(sample: Sample[Any], path: PathCells) -> Array:
    """Return the logarithm of the scale of each size, as the parameters were rounded."""
    rays = [(name, power) for name, power in path.path.ray.items() if power]
    logs = [
        np.log([sample.cells[c][name] / path.path.base[name] for c in path.positions]) / power
        for name, power in rays
    ]
    return np.asarray(np.mean(logs, axis=0))


def _fits(columns: Sequence[Array], wanted: int, values: Array, sample: Sample[Any]) -> Test:
    """Test by least squares, with and without the correction, that a coefficient is zero.

    ``values`` is (sizes, replicates). The last column is the correction. The weaker of the two
    tests counts, and both must be on one side.
    """
    tests = []
    for count in (len(columns), len(columns) - 1):
        weights = np.linalg.pinv(np.column_stack(columns[:count]))[wanted]
        scores = weights @ values
        if scores.size == 1:
            tests.append(Test(float(scores[0]), None, True))
            continue
        error = float(np.std(scores, ddof=1))
        if sample.independent:
            error = float(np.sqrt(weights**2 @ np.var(values, axis=1, ddof=1)))
        distance = abs(float(scores.mean())) * np.sqrt(scores.size)
        statistic = distance / error if error > 0 else (np.inf if distance else 0.0)
        p = float(scipy.stats.t.sf(statistic, scores.size - 1))
        tests.append(Test(float(scores.mean()), p, True))
    corrected, plain = tests
    p_value = None if plain.p_value is None else max(plain.p_value, corrected.p_value or 0.0)
    return Test(plain.observed, p_value, _same(plain.observed, corrected.observed))


def limit(sample: Sample[Limit], judgement: Judgement) -> Test:
    """Fit the limit of the distances, with a power of the size and without."""
    claim, path = sample.claim, _deciding_path(sample, judgement)
    distance = np.stack(
        [sample.values(c, claim.observable) - sample.values(c, claim.to) for c in path.positions]
    )
    half = len(distance) // 2 if claim.functional == "mean" else max(len(distance) - 4, 0)
    x = _along(sample, path)[half:]
    if claim.logarithmic:
        names = [name for name, power in path.path.ray.items() if power > 0]
        largest = np.max([[sample.cells[c][one] for c in path.positions] for one in names], axis=0)
        x = np.log(np.log(largest))[half:]
    found = _fits([np.ones_like(x), np.exp(-(claim.rate or 0.5) * x)], 0, distance[half:], sample)
    value = float(sample.values(path.positions[-1], claim.to).mean()) + found.observed
    side = _same(found.observed, judgement.observed - judgement.predicted)
    return Test(value, found.p_value, found.same_side and side)


def trend(sample: Sample[Theta | BigO | Omega | Bounded], judgement: Judgement) -> Test:
    """Fit the slope of a path, with the slowest declared correction and without."""
    claim, path = sample.claim, _deciding_path(sample, judgement)
    x, rows = _along(sample, path), [_excess(sample, c) for c in path.positions]
    above = judgement.observed > judgement.predicted
    columns = [np.ones_like(x), x]
    fading = np.exp(-claim.rate * (x - x[0]))
    if not above and claim.up_to_a_factor:
        fading = np.log1p(claim.amplitude * fading)
    if claim.corrections == "power":
        columns.append(fading)
    else:  # exact values whose local exponents have settled
        x, rows = x[len(x) // 2 :], rows[len(x) // 2 :]
        columns = [np.ones_like(x), x, np.exp(-10 * (x - x[0]))]
    found = _fits(columns, 1, np.stack(rows), sample)
    slope = judgement.predicted + found.observed
    return Test(slope, found.p_value, found.same_side and (found.observed > 0) == above)


def _excess(sample: Sample[Theta | BigO | Omega | Bounded], cell: int) -> Array:
    """Return the logarithm of observable over growth, or their difference, replicate by replicate.

    Logarithms of means are linearised at them.
    """
    ours, theirs = (sample.values(cell, e) for e in (sample.claim.observable, sample.claim.of))
    if not sample.claim.up_to_a_factor:
        return np.asarray(ours - theirs)
    if sample.claim.functional == "mean" and not sample.claim.exact:
        a, b = float(np.mean(ours)), float(np.mean(theirs))
        return np.asarray(np.log(a / b) + ours / a - theirs / b)
    return np.asarray(np.log(ours) - np.log(theirs))


def _same(a: float, b: float) -> bool:
    return bool(a * b > 0)
