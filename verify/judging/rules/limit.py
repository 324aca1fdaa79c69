"""Rule for limits along a path."""

from __future__ import annotations

from typing import Any

import numpy as np

from bounds import Limit
from verify.catalogue.grid import PathCells
from verify.evidence.sample import Array, Sample
from verify.judging.forecast import replicates_needed
from verify.judging.intervals import Contrasts, fewest_replicates, proportion_bounds
from verify.judging.judgement import Judgement, Outcome, cannot_tell
from verify.judging.ledger import Ledger
from verify.judging.rules import bracket
from verify.judging.rules.bracket import Bracket

RESOLVED_START = 2.9e-7
"""One-sided level (five standard errors) at which the first value must differ from the limit to
fix the side that it is on."""


def judge(sample: Sample[Limit], look: int, ledger: Ledger) -> Judgement:
    """Judge that the functional of the observable tends to the stated limit along every path.

    The far value and its extrapolation must both lie in the zone for `holds`, both outside on one
    side for `broken`. Without a declared rate nothing tells slow convergence from none, and the
    worst verdict is `undecided (drift)`.
    """
    claim, level = sample.claim, ledger.level(look)
    if not sample.paths:
        return cannot_tell(float("nan"), "the check has no path of growing size for this claim")
    target, values = sample.table(claim.to), sample.table(claim.observable)
    if not np.all(np.isfinite(values)) or not np.all(np.isfinite(target)):
        return cannot_tell(float("nan"), "the observable or the limit is not a finite number")
    absolute = None
    if claim.tolerance is not None:
        cells = range(len(sample.cells))
        absolute = np.array([sample.parameter(cell, claim.tolerance) for cell in cells])
    if claim.exact:
        return _judge_exact(sample, values - target, target, absolute)
    if claim.functional == "proportion":
        if problem := sample.not_an_event(values):
            return cannot_tell(float("nan"), problem)
        if np.ptp(target, axis=1).any():
            return cannot_tell(float("nan"), "the limit of a proportion must not be random")
    elif not np.ptp(values - target, axis=1).any():
        return cannot_tell(
            float("nan"), "the observable has no randomness: state the limit with exact=True"
        )
    evidence = _Evidence(sample, values, target, absolute)

    paths = [_path(sample, path) for path in sample.paths]
    settled = []
    for path, ends in zip(sample.paths, paths, strict=True):
        start = path.positions[0]
        side = evidence.side(start)
        if side == 0 and absolute is None:
            settled.append((-np.inf, ends, (np.nan, np.nan)))
            continue
        step = max(ends.step_holds, ends.step_broken)
        share = level / (2 * len(paths))
        if np.isfinite(step) and evidence.is_outside(ends.ends(step), start, side, share):
            return _report(
                evidence,
                ends,
                "broken",
                "stays away from the stated limit",
                evidence.raw(ends, ends.ends(step), share),
                start=start,
                side=side,
            )
        margin = evidence.inside(ends.ends(ends.step_holds), start, side, level)
        settled.append((margin, ends, evidence.raw(ends, ends.ends(ends.step_holds), level)))
    worst = int(np.argmin([margin for margin, *_ in settled]))
    margin, ends, bounds = settled[worst]
    start = sample.paths[worst].positions[0]
    side = evidence.side(start)
    if margin > 0:
        return _report(
            evidence,
            ends,
            "holds",
            f"inside the zone along {ends.label}",
            bounds,
            start=start,
            side=side,
        )
    return _undecided(evidence, ends, bounds, start, side, look, ledger, len(paths))


def _judge_exact(
    sample: Sample[Limit], distance: Array, target: Array, absolute: Array | None
) -> Judgement:
    """Judge instance by instance; the values carry no randomness, so the ends have no error."""
    claim = sample.claim
    worst: Judgement | None = None
    smallest = np.inf
    for path in sample.paths:
        ends, start = _path(sample, path), path.positions[0]
        half = np.abs(claim.gap * distance[start])
        if absolute is not None:
            half = np.full(sample.n, absolute[start])
        if absolute is None and not distance[start].all():
            return cannot_tell(
                float(target[start, 0]),
                "the first value equals the limit, so that a zone "
                "relative to their distance is empty: give the claim a tolerance",
                cell=start,
            )

        def report(
            verdict: Outcome,
            reason: str,
            row: int,
            ends: Bracket = ends,
            start: int = start,
            half: Array = half,
            **more: Any,
        ) -> Judgement:
            limit, first = float(target[ends.last, row]), float(distance[start, row])
            far, end = (float(e @ distance[:, row]) for e in ends.ends(ends.step_holds))
            return Judgement(
                verdict,
                reason,
                limit,
                limit + far,
                None,
                float(half[row]),
                cell=ends.last,
                row=row,
                cells=tuple(int(cell) for cell in np.flatnonzero(ends.far + ends.near)),
                values={
                    "path": ends.label,
                    "observed": limit + far,
                    "predicted": limit,
                    "extrapolated": limit + end,
                    "first": limit + first,
                },
                **more,
            )

        step = max(ends.step_holds, ends.step_broken)
        if np.isfinite(step):
            slow = ends.ends(step) @ distance
            outside = np.maximum(slow.min(axis=0), -slow.max(axis=0)) - half
            row = int(np.argmax(outside))
            if outside[row] > 0:
                return report("broken", "stays away from the stated limit", row, p_value=0.0)
        margins = half - np.abs(ends.ends(ends.step_holds) @ distance).max(axis=0)
        row = int(np.argmin(margins))
        if margins[row] < smallest:
            smallest = margins[row]
            if margins[row] >= 0:
                note = f"exact values of {sample.n} instances"
                worst = report("holds", f"inside the zone along {ends.label}", row, note=note)
            else:
                far = float(ends.far @ distance[:, row])
                size, note = _larger_sizes(claim.rate, far, float(half[row]))
                worst = report("undecided", "drift", row, forecast_size=size, note=note)
    assert worst is not None
    return worst


def _larger_sizes(rate: float | None, far: float, half_width: float) -> tuple[float, str]:
    """Forecast by which factor sizes must grow until the far value is inside the zone."""
    factor = max(abs(far) / half_width, 2.0) ** (1 / (rate or bracket.POWER_FOR_HOLDS))
    return float(factor), (
        f"far value {far:+.3g} from the limit, zone {half_width:.3g}; "
        f"sizes {factor:.0f} times larger would tell"
    )


class _Evidence:
    """Distances from the limit per cell, with bounds of contrasts between them."""

    def __init__(
        self, sample: Sample[Limit], values: Array, target: Array, absolute: Array | None
    ) -> None:
        self.sample, self.absolute = sample, absolute
        self.target = target.mean(axis=1)
        self.contrasts = Contrasts(values - target, independent=sample.independent)
        self.estimate = self.contrasts.cells.mean
        self.successes = values.sum(axis=1)
        self.proportions = sample.claim.functional == "proportion"

    def bounds(self, contrast: Array, level: float) -> tuple[Array, Array]:
        """Bounds of a contrast of the distances from the limit."""
        if not self.proportions:
            return self.contrasts.bounds(contrast, level)
        # Each of the few cells in the contrast gets an equal share of the level.
        n = self.sample.n
        used = max(1, int((contrast != 0).any(axis=tuple(range(contrast.ndim - 1))).sum()))
        low, high = (b - self.target for b in proportion_bounds(self.successes, n, level / used))
        up, down = np.clip(contrast, 0, None), np.clip(contrast, None, 0)
        return up @ low + down @ high, up @ high + down @ low

    def trustworthy(self, contrast: Array, level: float) -> bool:
        """Whether the bounds of the contrasts may be used."""
        return self.proportions or bool(np.all(self.contrasts.trustworthy(contrast, level)))

    def side(self, start: int) -> float:
        """On which side of the limit the path starts; 0 if that is not resolved."""
        low, high = self.bounds(self._unit(start, 1.0), RESOLVED_START)
        return float(low > 0) - float(high < 0)

    def _unit(self, start: int, factor: float) -> Array:
        contrast = np.zeros(len(self.sample.cells))
        contrast[start] = factor
        return contrast

    def zone(self, start: int, side: float) -> Array:
        """Half-width of the zone as a contrast, if it is relative; else zero."""
        relative = self.absolute is None
        return self._unit(start, self.sample.claim.gap * side if relative else 0.0)

    def half_width(self, start: int, side: float) -> float:
        """Half-width of the zone in numbers."""
        if self.absolute is not None:
            return float(self.absolute[start])
        return float(self.sample.claim.gap * side * self.estimate[start])

    def _shift(self, start: int) -> float:
        return 0.0 if self.absolute is None else float(self.absolute[start])

    def is_outside(self, ends: Array, start: int, side: float, level: float) -> bool:
        """Whether both ends are certainly above, or both certainly below, the zone."""
        zone, shift = self.zone(start, side), self._shift(start)
        above = self.bounds(ends - zone, level)[0].min() > shift
        below = self.bounds(ends + zone, level)[1].max() < -shift
        return bool(
            (above and self.trustworthy(ends - zone, level))
            or (below and self.trustworthy(ends + zone, level))
        )

    def inside(self, ends: Array, start: int, side: float, level: float) -> float:
        """By how much both ends are certainly inside the zone."""
        zone, shift = self.zone(start, side), self._shift(start)
        if not self.trustworthy(np.stack([ends - zone, ends + zone]), level):
            return -np.inf
        high = self.bounds(ends - zone, level)[1] - shift
        low = self.bounds(ends + zone, level)[0] + shift
        return float(min(-high.max(), low.min()))

    def raw(self, path: Bracket, ends: Array, level: float) -> tuple[float, float]:
        """Hull of the bounds of both ends, on the scale of the observable."""
        low, high = self.bounds(ends, level)
        limit = float(self.target[path.last])
        return limit + float(low.min()), limit + float(high.max())


def _path(sample: Sample[Limit], path: PathCells) -> Bracket:
    """Bracket of one path: means of its last two values and of the two before them."""
    claim = sample.claim
    positions = np.array(path.positions)
    far, near = np.zeros(len(sample.cells)), np.zeros(len(sample.cells))
    far[positions[-2:]] = near[positions[-4:-2]] = 0.5
    ratio = path.path.step**2
    holds = bracket.power_step(ratio, bracket.POWER_FOR_HOLDS if claim.rate is None else claim.rate)
    return Bracket(
        far=far,
        near=near,
        step_holds=holds,
        step_broken=np.inf if claim.rate is None else holds,
        last=int(positions[-1]),
        label=bracket.describe(path),
    )


def _report(
    evidence: _Evidence,
    path: Bracket,
    verdict: Outcome,
    reason: str,
    bounds: tuple[float, float],
    *,
    start: int,
    side: float,
    **more: Any,
) -> Judgement:
    limit = float(evidence.target[path.last])
    far, extrapolated = (float(end @ evidence.estimate) for end in path.ends(path.step_holds))
    return Judgement(
        verdict,
        reason,
        limit,
        limit + far,
        bounds,
        evidence.half_width(start, side),
        cell=path.last,
        cells=tuple(int(cell) for cell in np.flatnonzero(path.far + path.near)),
        values={
            "path": path.label,
            "observed": limit + far,
            "predicted": limit,
            "extrapolated": limit + extrapolated,
            "first": limit + float(evidence.estimate[start]),
        },
        **more,
    )


def _undecided(
    evidence: _Evidence,
    path: Bracket,
    bounds: tuple[float, float],
    start: int,
    side: float,
    look: int,
    ledger: Ledger,
    paths: int,
) -> Judgement:
    claim = evidence.sample.claim
    if side == 0 and evidence.absolute is None:
        return _report(
            evidence,
            path,
            "undecided",
            "noise",
            bounds,
            start=start,
            side=side,
            note="the first value does not yet differ from the limit beyond its noise",
        )
    level = ledger.level(look)
    both = path.ends(path.step_holds)
    if not evidence.proportions and evidence.contrasts.heavy(both, level):
        return _report(evidence, path, "undecided", "heavy_tail", bounds, start=start, side=side)
    half_width = evidence.half_width(start, side)
    resolution = (bounds[1] - bounds[0]) / 2
    far, end = both @ evidence.estimate
    spread = abs(far - end) / 2
    if resolution - spread < half_width / 2 and evidence.trustworthy(both, level):
        factor, note = _larger_sizes(claim.rate, float(far), half_width)
        return _report(
            evidence,
            path,
            "undecided",
            "drift",
            bounds,
            start=start,
            side=side,
            forecast_size=factor,
            note=note,
        )
    worst = max(abs(far), abs(end))
    needed = replicates_needed(
        distance_inside=half_width - worst,
        distance_outside=min(abs(far), abs(end)) - half_width,
        deviation=float(evidence.contrasts.error(both).max() * np.sqrt(evidence.sample.n)),
        n=evidence.sample.n,
        look=look,
        ledger=ledger,
        divisor=2.0 * paths,
        fewest=0.0 if evidence.proportions else fewest_replicates(level) / 2,
    )
    return _report(
        evidence,
        path,
        "undecided",
        "noise" if np.isfinite(needed) else "edge",
        bounds,
        start=start,
        side=side,
        forecast=needed,
    )
