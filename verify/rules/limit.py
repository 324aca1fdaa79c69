"""Rule for limits along a path."""

from __future__ import annotations

import numpy as np

from verify.forecast import replicates_needed
from verify.grid import PathCells
from verify.intervals import Moments, contrast_bounds, proportion_bounds
from verify.judgement import Judgement, cannot_tell
from verify.ledger import Ledger
from verify.rules import bracket
from verify.rules.bracket import Bracket
from verify.sample import Array, Sample

RESOLVED_START = 5.0
"""Standard errors by which the first value must differ from the limit to fix the side it is on."""


def judge(sample: Sample, look: int, ledger: Ledger) -> Judgement:
    """Judge that the functional of the observable tends to the stated limit along every path.

    The far value and its extrapolation must both lie in the zone for `holds`, both outside on one
    side for `broken`. Without a declared rate, `broken` must survive logarithmic convergence too.
    """
    claim, level = sample.claim, ledger.level(look)
    if not sample.paths:
        return cannot_tell(float("nan"), "the check has no path of growing size for this claim")
    cells = range(len(sample.cells))
    target = sample.table(claim.to).mean(axis=1)
    values = sample.table(claim.observable)
    if not np.all(np.isfinite(values)) or not np.all(np.isfinite(target)):
        return cannot_tell(float("nan"), "the observable or the limit is not a finite number")
    distance = values - target[:, None]
    absolute = None
    if claim.tolerance is not None:
        absolute = np.array([sample.parameter(cell, claim.tolerance) for cell in cells])
    if claim.exact:
        estimate, variance = distance, np.zeros(len(values))
    else:
        moments = Moments.of(distance)
        if claim.functional == "mean" and np.any(moments.deviation == 0):
            return cannot_tell(
                float("nan"), "the observable has no randomness: state the limit with exact=True"
            )
        estimate, variance = moments.mean, moments.standard_error**2
    evidence = _Evidence(sample, estimate, variance, target, absolute)

    paths = [_path(sample, path) for path in sample.paths]
    settled = []
    for path, ends in zip(sample.paths, paths, strict=True):
        start = path.positions[0]
        side = evidence.side(start)
        if side == 0 and absolute is None:
            settled.append((-np.inf, ends, (np.nan, np.nan)))
            continue
        step = max(ends.step_holds, ends.step_broken)
        above, below = evidence.outside(ends.ends(step), start, side, level / (2 * len(paths)))
        if above.min() > 0 or below.min() > 0:
            return _report(
                evidence, ends, "broken", "stays away from the stated limit",
                evidence.raw(ends, ends.ends(step), level / (2 * len(paths))),
                start=start, side=side,
            )
        margin = evidence.inside(ends.ends(ends.step_holds), start, side, level)
        settled.append((margin, ends, evidence.raw(ends, ends.ends(ends.step_holds), level)))
    worst = int(np.argmin([margin for margin, *_ in settled]))
    margin, ends, bounds = settled[worst]
    start = sample.paths[worst].positions[0]
    side = evidence.side(start)
    if margin > 0:
        return _report(
            evidence, ends, "holds", f"inside the zone along {ends.label}", bounds,
            start=start, side=side,
        )
    return _undecided(evidence, ends, bounds, start, side, look, ledger, len(paths))


class _Evidence:
    """Estimates per cell, with bounds of contrasts between them."""

    def __init__(
        self, sample: Sample, estimate: Array, variance: Array, target: Array,
        absolute: Array | None,
    ) -> None:
        self.sample, self.estimate, self.variance = sample, estimate, variance
        self.target, self.absolute = target, absolute
        self.proportions = sample.claim.functional == "proportion"

    def bounds(self, contrast: Array, level: float) -> tuple[Array, Array]:
        """Bounds of a contrast of the distances from the limit."""
        if not self.proportions:
            return contrast_bounds(contrast, self.estimate, self.variance, self.sample.n, level)
        # Each of the few cells in the contrast gets an equal share of the level.
        n = self.sample.n
        used = max(1, int((contrast != 0).any(axis=0).sum()))
        successes = np.round((self.estimate + self.target) * n)
        low, high = (b - self.target for b in proportion_bounds(successes, n, level / used))
        up, down = np.clip(contrast, 0, None), np.clip(contrast, None, 0)
        return up @ low + down @ high, up @ high + down @ low

    def side(self, start: int) -> float:
        """On which side of the limit the path starts; 0 if that is not resolved."""
        first = np.mean(self.estimate[start])
        error = np.sqrt(self.variance[start])
        return float(np.sign(first)) if abs(first) > RESOLVED_START * error else 0.0

    def zone(self, start: int, side: float) -> Array:
        """Half-width of the zone, as a contrast (relative) or a number (absolute)."""
        contrast = np.zeros(len(self.sample.cells))
        if self.absolute is None:
            contrast[start] = self.sample.claim.gap * side
        return contrast

    def half_width(self, start: int, side: float) -> float:
        """Half-width of the zone in numbers."""
        if self.absolute is not None:
            return float(self.absolute[start])
        return float(self.sample.claim.gap * side * np.mean(self.estimate[start]))

    def _shift(self, start: int) -> float:
        return 0.0 if self.absolute is None else float(self.absolute[start])

    def outside(self, ends: Array, start: int, side: float, level: float) -> tuple[Array, Array]:
        """By how much both ends are certainly above, and below, the zone."""
        zone, shift = self.zone(start, side), self._shift(start)
        above = self.bounds(ends - zone, level)[0] - shift
        below = -self.bounds(ends + zone, level)[1] - shift
        return above, below

    def inside(self, ends: Array, start: int, side: float, level: float) -> float:
        """By how much both ends are certainly inside the zone."""
        zone, shift = self.zone(start, side), self._shift(start)
        high = self.bounds(ends - zone, level)[1] - shift
        low = self.bounds(ends + zone, level)[0] + shift
        return float(min(-high.max(), low.min()))

    def raw(self, path: Bracket, ends: Array, level: float) -> tuple[float, float]:
        """Hull of the bounds of both ends, on the scale of the observable."""
        low, high = self.bounds(ends, level)
        limit = float(self.target[path.last])
        return limit + float(low.min()), limit + float(high.max())


def _path(sample: Sample, path: PathCells) -> Bracket:
    """Bracket of one path: means of its last two values and of the two before them."""
    claim = sample.claim
    positions = np.array(path.positions)
    far, near = np.zeros(len(sample.cells)), np.zeros(len(sample.cells))
    far[positions[-2:]] = near[positions[-4:-2]] = 0.5
    ratio = path.path.step**2
    sizes = np.log(bracket.sizes_along(sample, path))
    slow = bracket.logarithmic_step(
        float(np.exp(sizes[-4:-2].mean())), float(np.exp(sizes[-2:].mean())), power=1
    )
    holds = bracket.power_step(
        ratio, bracket.POWER_FOR_HOLDS if claim.rate is None else claim.rate
    )
    return Bracket(
        far=far, near=near, step_holds=holds,
        step_broken=max(holds, slow) if claim.rate is None else holds,
        last=int(positions[-1]), label=bracket.describe(path),
    )


def _report(
    evidence: _Evidence, path: Bracket, verdict: str, reason: str, bounds: tuple[float, float],
    *, start: int, side: float, **more: object,
) -> Judgement:
    limit = float(evidence.target[path.last])
    far = float(np.mean(path.far @ evidence.estimate))
    extrapolated = float(np.mean(path.ends(path.step_holds)[1] @ evidence.estimate))
    return Judgement(
        verdict, reason, limit, limit + far, bounds,  # type: ignore[arg-type]
        evidence.half_width(start, side), cell=path.last,
        cells=tuple(int(cell) for cell in np.flatnonzero(path.far + path.near)),
        values={
            "path": path.label, "observed": limit + far, "predicted": limit,
            "extrapolated": limit + extrapolated,
            "first": limit + float(np.mean(evidence.estimate[start])),
        },
        **more,  # type: ignore[arg-type]
    )


def _undecided(
    evidence: _Evidence, path: Bracket, bounds: tuple[float, float], start: int, side: float,
    look: int, ledger: Ledger, paths: int,
) -> Judgement:
    claim = evidence.sample.claim
    if side == 0 and evidence.absolute is None:
        return _report(
            evidence, path, "undecided", "noise", bounds, start=start, side=side,
            note="the first value does not yet differ from the limit beyond its noise",
        )
    half_width = evidence.half_width(start, side)
    resolution = (bounds[1] - bounds[0]) / 2
    far, end = (path.ends(path.step_holds) @ evidence.estimate).reshape(2, -1).mean(axis=1)
    spread = abs(far - end) / 2
    if resolution - spread < half_width / 2:
        rate = claim.rate or 0.5
        factor = (max(abs(far) / half_width, 2.0)) ** (1 / rate)
        return _report(
            evidence, path, "undecided", "drift", bounds, start=start, side=side,
            forecast_size=float(factor),
            note=f"far value {far:+.3g} from the limit, zone {half_width:.3g}; "
            f"sizes {factor:.0f} times larger would tell",
        )
    worst = max(abs(far), abs(end))
    deviation = float(
        np.sqrt(((path.ends(path.step_holds) ** 2) @ (evidence.variance * evidence.sample.n)).max())
    )
    needed = replicates_needed(
        distance_inside=half_width - worst, distance_outside=min(abs(far), abs(end)) - half_width,
        deviation=deviation, n=evidence.sample.n, look=look, ledger=ledger, divisor=2.0 * paths,
    )
    return _report(
        evidence, path, "undecided", "noise" if np.isfinite(needed) else "edge", bounds,
        start=start, side=side, forecast=needed,
    )
