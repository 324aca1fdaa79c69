"""Rule for growth claims: Theta, O and Omega along the rays of a regime."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from verify.forecast import replicates_needed
from verify.grid import PathCells
from verify.intervals import Moments, contrast_bounds
from verify.judgement import Judgement, cannot_tell
from verify.ledger import Ledger
from verify.rules import bracket
from verify.rules.bracket import Bracket
from verify.sample import Array, Sample

LARGEST_RELATIVE_ERROR = 0.05
"""Relative standard error of a cell's mean above which its logarithm is not used."""


def judge(sample: Sample, look: int, ledger: Ledger) -> Judgement:
    """Judge that the observable divided by the claimed growth tends to a constant along each ray.

    Exponents are measured in the two halves of every path, and bracketed between the far half's
    and its extrapolation; Theta is judged on both sides, O only above and Omega only below.
    """
    claim, level = sample.claim, ledger.level(look)
    if not sample.paths:
        return cannot_tell(float("nan"), "the check has no path of growing size for this claim")
    above, below = claim.kind in ("theta", "O"), claim.kind in ("theta", "omega")
    growth = sample.table(claim.of)
    if np.any(growth <= 0) or not np.all(np.isfinite(growth)):
        return cannot_tell(float("nan"), "the claimed growth is not positive at every cell")
    try:
        estimate, variance = _residuals(sample, growth)
    except ValueError as failure:
        return cannot_tell(float("nan"), str(failure))
    rays = _rays(sample)
    divisor = len(rays) * (above + below)
    tau = claim.tolerance
    upper = tau + _logarithmic_slack(sample, rays) if above else np.inf
    lower = -tau if below else -np.inf
    if below:
        lower -= _logarithmic_slack(sample, rays)

    def ends(ray: Bracket, step: float, at: float) -> tuple[Array, Array]:
        """Bounds of both ends: arrays (2,), or (2, instances) for exact values."""
        return contrast_bounds(ray.ends(step), estimate, variance, sample.n, at)

    stated = {ray.label: _stated_exponent(sample, ray, growth) for ray in rays}
    for ray in rays:
        low, high = ends(ray, max(ray.step_holds, ray.step_broken), level / divisor)
        too_fast = above and low.min(axis=0).max() > upper
        too_slow = below and high.max(axis=0).min() < lower
        if too_fast or too_slow:
            return _report(
                sample, ray, stated, estimate, (low, high), "broken",
                f"grows {'faster' if too_fast else 'slower'} than claimed along {ray.label}",
            )
    margins = []
    bounds = []
    for ray in rays:
        low, high = ends(ray, ray.step_holds, level)
        bounds.append((low, high))
        margins.append(min(upper - high.max(), low.min() - lower))
    worst = int(np.argmin(margins))
    ray = rays[worst]
    if margins[worst] > 0:
        return _report(
            sample, ray, stated, estimate, bounds[worst], "holds",
            f"exponent within {tau:g} on every ray, margin {margins[worst]:.3f} along {ray.label}",
        )
    return _undecided(
        sample, ray, stated, estimate, variance, bounds[worst], (lower, upper), look, ledger,
        divisor,
    )


def _residuals(sample: Sample, growth: Array) -> tuple[Array, Array]:
    """Logarithm of the functional minus that of the claimed growth, and its squared error.

    Exact values keep their instances: (cells, instances), without variance.
    """
    claim = sample.claim
    values = sample.table(claim.observable)
    if not np.all(np.isfinite(values)):
        raise ValueError("the observable is not a finite number")
    if claim.exact or claim.functional == "logmean":
        if np.any(values <= 0):
            raise ValueError("the observable is not positive, so it has no logarithm")
        residual = np.log(values) - np.log(growth)
        if claim.exact:
            return residual, np.zeros(len(values))
        moments = Moments.of(residual)
        if np.any(moments.deviation == 0):
            raise ValueError("the observable has no randomness: state the claim with exact=True")
        return moments.mean, moments.standard_error**2
    if claim.functional != "mean":
        raise ValueError(f"scaling claims are about a mean or logmean, not {claim.functional!r}")
    moments = Moments.of(values)
    if np.any(moments.mean <= 0):
        raise ValueError("the mean of the observable is not positive, so it has no logarithm")
    relative = moments.standard_error / moments.mean
    return np.log(moments.mean) - np.log(growth.mean(axis=1)), np.where(
        relative < LARGEST_RELATIVE_ERROR, relative**2, np.inf
    )


def _rays(sample: Sample) -> list[Bracket]:
    """One bracket per ray; paths along the same ray from several bases are averaged."""
    claim = sample.claim
    by_ray: dict[object, list[PathCells]] = defaultdict(list)
    for path in sample.paths:
        by_ray[path.path.direction].append(path)
    rays = []
    for paths in by_ray.values():
        far, near, steps_holds, steps_broken = [], [], [], []
        for path in paths:
            first, second, ratio = bracket.halves(path)
            near.append(bracket.slope_contrast(sample, path, first))
            far.append(bracket.slope_contrast(sample, path, second))
            power = bracket.power_step(ratio, claim.rate)
            steps_holds.append(bracket.power_step(ratio, bracket.POWER_FOR_HOLDS))
            sizes = np.log(bracket.sizes_along(sample, path))
            slow = bracket.logarithmic_step(
                np.exp(sizes[first].mean()), np.exp(sizes[second].mean()), power=2
            )
            steps_broken.append(power if claim.corrections == "power" else max(power, slow))
        rays.append(
            Bracket(
                far=np.mean(far, axis=0), near=np.mean(near, axis=0),
                step_holds=max(steps_holds), step_broken=max(steps_broken),
                last=paths[0].positions[-1], label=bracket.describe(paths[0]),
            )
        )
    return rays


def _logarithmic_slack(sample: Sample, rays: list[Bracket]) -> float:
    """Widen the zone for a claim "up to log factors"."""
    if not sample.claim.log_slack:
        return 0.0
    sizes = [bracket.sizes_along(sample, path)[-1] for path in sample.paths]
    return sample.claim.log_slack / np.log(max(min(sizes), np.e))


def _stated_exponent(sample: Sample, ray: Bracket, growth: Array) -> float:
    """Exponent of the claimed growth along a ray, measured as the observable's is."""
    return float(np.mean(ray.far @ np.log(growth)))


def _report(
    sample: Sample, ray: Bracket, stated: dict[str, float], estimate: Array,
    bounds: tuple[Array, Array], verdict: str, reason: str, **more: object,
) -> Judgement:
    exponent = stated[ray.label]
    far = np.mean(ray.far @ estimate)
    used = tuple(int(cell) for cell in np.flatnonzero(ray.far))
    return Judgement(
        verdict, reason, exponent, float(exponent + far),  # type: ignore[arg-type]
        (float(exponent + bounds[0].min()), float(exponent + bounds[1].max())),
        sample.claim.tolerance, cell=ray.last, cells=used, row=None,
        values={
            "ray": ray.label,
            "observed": float(exponent + far),
            "predicted": exponent,
            "extrapolated": float(exponent + np.mean(ray.ends(ray.step_holds)[1] @ estimate)),
        },
        **more,  # type: ignore[arg-type]
    )


def _undecided(
    sample: Sample, ray: Bracket, stated: dict[str, float], estimate: Array, variance: Array,
    bounds: tuple[Array, Array], zone: tuple[float, float], look: int, ledger: Ledger,
    divisor: int,
) -> Judgement:
    """Tell noise from drift: with both ends resolved, more replicates do not help."""
    tau = sample.claim.tolerance
    low, high = bounds
    half_width = (high - low).max() / 2
    far, extrapolated = (ray.ends(ray.step_holds) @ estimate).reshape(2, -1).mean(axis=1)
    if half_width < tau / 2:
        gap = abs(far - extrapolated)
        inside = [zone[0] < end < zone[1] for end in (far, extrapolated)]
        reason = "edge" if all(inside) or not any(inside) else "drift"
        if not any(inside) or gap > tau / 2:
            reason = "drift"
        factor = (gap / (tau / 2)) ** 2 if gap > tau / 2 else 4.0
        note = (
            f"local exponents drift from {stated[ray.label] + ray.near @ _mean(estimate):.3f} to "
            f"{stated[ray.label] + far:.3f} along {ray.label}; sizes {factor:.0f} times larger "
            "would tell"
        )
        return _report(
            sample, ray, stated, estimate, bounds, "undecided", reason, note=note,
            forecast_size=float(factor),
        )
    deviation = np.sqrt(((ray.ends(ray.step_holds) ** 2) @ (variance * sample.n)).max())
    middle = max(far, extrapolated, key=abs)
    needed = replicates_needed(
        distance_inside=min(zone[1] - middle, middle - zone[0]),
        distance_outside=max(min(far, extrapolated) - zone[1], zone[0] - max(far, extrapolated)),
        deviation=deviation, n=sample.n, look=look, ledger=ledger, divisor=divisor,
    )
    reason = "noise" if np.isfinite(needed) else "edge"
    return _report(
        sample, ray, stated, estimate, bounds, "undecided", reason, forecast=needed
    )


def _mean(estimate: Array) -> Array:
    return estimate if estimate.ndim == 1 else estimate.mean(axis=1)
