"""Rule for growth claims: Theta, O and Omega along the rays of a regime."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np

from bounds import BigO, Omega, Theta
from verify.catalogue.grid import PathCells
from verify.evidence.sample import Array, Sample
from verify.judging.forecast import replicates_needed
from verify.judging.intervals import Contrasts, Moments, fewest_replicates
from verify.judging.judgement import Judgement, Outcome, cannot_tell
from verify.judging.ledger import Ledger
from verify.judging.rules import bracket
from verify.judging.rules.bracket import Bracket

Growth = Theta | BigO | Omega


class Sides(NamedTuple):
    """On which sides of the stated exponent a claim can be broken, and what is said if it holds."""

    below: bool
    above: bool
    met: str


SIDES = {
    "theta": Sides(True, True, "within {:g} of the stated one"),
    "O": Sides(False, True, "below the stated one or at most {:g} beyond it"),
    "omega": Sides(True, False, "above the stated one or at most {:g} beyond it"),
}

LARGEST_RELATIVE_ERROR = 0.05
"""Relative standard error of a cell's mean above which its logarithm is not used."""


def judge(sample: Sample[Growth], look: int, ledger: Ledger) -> Judgement:
    """Judge that the observable divided by the claimed growth tends to a constant along each ray.

    Exponents are measured in the two halves of every path, and bracketed between the far half's
    and its extrapolation; Theta is judged on both sides, O only above and Omega only below.
    """
    claim, level = sample.claim, ledger.level(look)
    if not sample.paths:
        return cannot_tell(float("nan"), "the check has no path of growing size for this claim")
    growth = sample.table(claim.of)
    if np.any(growth <= 0) or not np.all(np.isfinite(growth)):
        return cannot_tell(float("nan"), "the claimed growth is not positive at every cell")
    try:
        residuals, usable = _residuals(sample, growth)
    except ValueError as failure:
        return cannot_tell(float("nan"), str(failure))
    rays = _rays(sample)
    zone = _zone(sample, rays)
    if claim.exact:
        return _judge_exact(sample, rays, residuals, growth, zone)
    contrasts = Contrasts(residuals, independent=sample.independent, usable=usable)
    lower, upper = zone
    divisor = len(rays) * int(np.isfinite(zone).sum())

    stated = {ray.label: _stated_exponent(ray, np.log(growth).mean(axis=1)) for ray in rays}
    for ray in rays:
        step = max(ray.step_holds, ray.step_broken)
        if not np.isfinite(step):
            continue
        both = ray.ends(step)
        if not contrasts.trustworthy(both, level / divisor).all():
            continue
        low, high = contrasts.bounds(both, level / divisor)
        if low.min() > upper or high.max() < lower:
            speed = "faster" if low.min() > upper else "slower"
            return _report(
                sample,
                ray,
                stated,
                contrasts,
                (low, high),
                "broken",
                f"grows {speed} than claimed along {ray.label}",
            )
    bounds = [contrasts.bounds(ray.ends(ray.step_holds), level) for ray in rays]
    trusted = [bool(contrasts.trustworthy(ray.ends(ray.step_holds), level).all()) for ray in rays]
    margins = [
        min(upper - high.max(), low.min() - lower) if sure else -np.inf
        for (low, high), sure in zip(bounds, trusted, strict=True)
    ]
    worst = int(np.argmin(margins))
    ray = rays[worst]
    if margins[worst] > 0:
        return _report(
            sample,
            ray,
            stated,
            contrasts,
            bounds[worst],
            "holds",
            f"{_met(claim)} on every ray, margin {margins[worst]:.3f} along {ray.label}",
        )
    if contrasts.heavy(ray.ends(ray.step_holds), level):
        return _report(sample, ray, stated, contrasts, bounds[worst], "undecided", "heavy_tail")
    return _undecided(
        sample, ray, stated, contrasts, bounds[worst], trusted[worst], zone, look, ledger, divisor
    )


def _zone(sample: Sample[Growth], rays: list[Bracket]) -> tuple[float, float]:
    """Allowed errors of the exponent; infinite on the side that O or Omega does not speak about."""
    sides = SIDES[sample.claim.kind]
    width = sample.claim.tolerance + _logarithmic_slack(sample, rays)
    return -width if sides.below else -np.inf, width if sides.above else np.inf


def _met(claim: Growth) -> str:
    """Say what holds of the exponent."""
    return f"exponent {SIDES[claim.kind].met.format(claim.tolerance)}"


def _judge_exact(
    sample: Sample[Growth],
    rays: list[Bracket],
    residuals: Array,
    growth: Array,
    zone: tuple[float, float],
) -> Judgement:
    """Judge instance by instance; the values carry no randomness, so the ends have no error."""
    lower, upper = zone
    worst: Judgement | None = None
    smallest = np.inf
    for ray in rays:

        def report(
            verdict: Outcome, reason: str, row: int, ray: Bracket = ray, **more: Any
        ) -> Judgement:
            exponent = _stated_exponent(ray, np.log(growth[:, row]))
            far, end = (float(one @ residuals[:, row]) for one in ray.ends(ray.step_holds))
            return Judgement(
                verdict,
                reason,
                exponent,
                exponent + far,
                None,
                sample.claim.tolerance,
                cell=ray.last,
                row=row,
                cells=tuple(int(cell) for cell in np.flatnonzero(ray.far)),
                values={
                    "ray": ray.label,
                    "observed": exponent + far,
                    "predicted": exponent,
                    "extrapolated": exponent + end,
                },
                **more,
            )

        step = max(ray.step_holds, ray.step_broken)
        if np.isfinite(step):
            slow = ray.ends(step) @ residuals
            outside = np.maximum(slow.min(axis=0) - upper, lower - slow.max(axis=0))
            row = int(np.argmax(outside))
            if outside[row] > 0:
                speed = "faster" if slow[0, row] > upper else "slower"
                return report(
                    "broken", f"grows {speed} than claimed along {ray.label}", row, p_value=0.0
                )
        ends = ray.ends(ray.step_holds) @ residuals
        margins = np.minimum(upper - ends.max(axis=0), ends.min(axis=0) - lower)
        row = int(np.argmin(margins))
        if margins[row] < smallest:
            smallest = margins[row]
            far, end = ends[:, row]
            if smallest > 0:
                worst = report(
                    "holds",
                    f"{_met(sample.claim)} on every ray",
                    row,
                    note=f"exact values of {sample.n} instances",
                )
            else:
                size, note = _larger_sizes(
                    sample.claim.tolerance,
                    float(ray.near @ residuals[:, row]),
                    float(far),
                    float(end),
                    _stated_exponent(ray, np.log(growth[:, row])),
                    ray.label,
                )
                worst = report("undecided", "drift", row, forecast_size=size, note=note)
    assert worst is not None
    return worst


def _larger_sizes(
    tau: float, near: float, far: float, end: float, exponent: float, label: str
) -> tuple[float, str]:
    """Forecast by which factor sizes must grow until both ends of the bracket agree."""
    gap = abs(far - end)
    factor = (gap / (tau / 2)) ** 2 if gap > tau / 2 else 4.0
    return float(factor), (
        f"local exponents drift from {exponent + near:.3f} to {exponent + far:.3f} along {label}; "
        f"sizes {factor:.0f} times larger would tell"
    )


def _residuals(sample: Sample[Growth], growth: Array) -> tuple[Array, Array]:
    """Logarithm of the functional minus that of the claimed growth, per replicate.

    Returns
    -------
    (cells, n) values whose means are the logarithms, and which cells may be used. For the
    logarithm of a mean, the values are linearised at the mean.
    """
    claim = sample.claim
    values = sample.table(claim.observable)
    usable = np.ones(len(values), dtype=bool)
    if not np.all(np.isfinite(values)):
        raise ValueError("the observable is not a finite number")
    if claim.exact or claim.functional == "logmean":
        if np.any(values <= 0):
            raise ValueError("the observable is not positive, so it has no logarithm")
        residual = np.log(values) - np.log(growth)
    else:
        moments = Moments.of(values)
        if np.any(moments.mean <= 0):
            raise ValueError("the mean of the observable is not positive, so it has no logarithm")
        usable = moments.standard_error < LARGEST_RELATIVE_ERROR * moments.mean
        relative = (values - moments.mean[:, None]) / moments.mean[:, None]
        level = np.log(moments.mean) - np.log(growth.mean(axis=1))
        residual = level[:, None] + relative
    if not claim.exact and not Moments.of(residual).deviation.any():
        raise ValueError("the observable has no randomness: state the claim with exact=True")
    return residual, usable


def _rays(sample: Sample[Growth]) -> list[Bracket]:
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
                far=np.mean(far, axis=0),
                near=np.mean(near, axis=0),
                step_holds=max(steps_holds),
                step_broken=max(steps_broken),
                last=paths[0].positions[-1],
                label=bracket.describe(paths[0]),
            )
        )
    return rays


def _logarithmic_slack(sample: Sample[Growth], rays: list[Bracket]) -> float:
    """Widen the zone for a claim "up to log factors"."""
    if not sample.claim.log_slack:
        return 0.0
    sizes = [bracket.sizes_along(sample, path)[-1] for path in sample.paths]
    return float(sample.claim.log_slack / np.log(max(min(sizes), math.e)))


def _stated_exponent(ray: Bracket, logarithm: Array) -> float:
    """Exponent of the claimed growth along a ray, measured as the observable's is."""
    return float(ray.far @ logarithm)


def _report(
    sample: Sample[Growth],
    ray: Bracket,
    stated: dict[str, float],
    contrasts: Contrasts,
    bounds: tuple[Array, Array],
    verdict: Outcome,
    reason: str,
    **more: Any,
) -> Judgement:
    exponent = stated[ray.label]
    far, extrapolated = contrasts.estimate(ray.ends(ray.step_holds))
    used = tuple(int(cell) for cell in np.flatnonzero(ray.far))
    return Judgement(
        verdict,
        reason,
        exponent,
        float(exponent + far),
        (float(exponent + bounds[0].min()), float(exponent + bounds[1].max())),
        sample.claim.tolerance,
        cell=ray.last,
        cells=used,
        row=None,
        values={
            "ray": ray.label,
            "observed": float(exponent + far),
            "predicted": exponent,
            "extrapolated": float(exponent + extrapolated),
        },
        **more,
    )


def _undecided(
    sample: Sample[Growth],
    ray: Bracket,
    stated: dict[str, float],
    contrasts: Contrasts,
    bounds: tuple[Array, Array],
    trusted: bool,
    zone: tuple[float, float],
    look: int,
    ledger: Ledger,
    divisor: int,
) -> Judgement:
    """Tell noise from drift: with both ends resolved, more replicates do not help."""
    tau = sample.claim.tolerance
    low, high = bounds
    half_width = (high - low).max() / 2
    far, extrapolated = (float(end) for end in contrasts.estimate(ray.ends(ray.step_holds)))
    if trusted and half_width < tau / 2:
        inside = [zone[0] < end < zone[1] for end in (far, extrapolated)]
        drifts = not any(inside) or abs(far - extrapolated) > tau / 2
        size, note = _larger_sizes(
            tau,
            float(contrasts.estimate(ray.near)),
            far,
            extrapolated,
            stated[ray.label],
            ray.label,
        )
        return _report(
            sample,
            ray,
            stated,
            contrasts,
            bounds,
            "undecided",
            "drift" if drifts else "edge",
            note=note if drifts else "",
            forecast_size=size if drifts else None,
        )
    ends = (far, extrapolated)
    needed = replicates_needed(
        distance_inside=min(zone[1] - max(ends), min(ends) - zone[0]),
        distance_outside=max(min(ends) - zone[1], zone[0] - max(ends)),
        deviation=float(contrasts.error(ray.ends(ray.step_holds)).max() * np.sqrt(sample.n)),
        n=sample.n,
        look=look,
        ledger=ledger,
        divisor=divisor,
        fewest=fewest_replicates(ledger.level(look)) / np.count_nonzero(ray.far),
    )
    reason = "noise" if np.isfinite(needed) else "edge"
    return _report(sample, ray, stated, contrasts, bounds, "undecided", reason, forecast=needed)
