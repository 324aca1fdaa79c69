"""Whether a quantity stays bounded along paths of growing size, on one side or on both.

The quantity is the logarithm of a ratio for growth claims (`scaling`), a difference for `bounded`.
Its slope against the logarithm of the size is the excess: zero is where the claim is true, and a
slope within the tolerance counts as zero.

What is promised
----------------
`holds`: on every path, each by itself, (i) the slope lies certainly inside the tolerance, whatever
corrections of one sign that fade like ``size**-1/2`` (or the declared rate) or faster are added:
of all sizes, or of the two halves (an odd count's middle size belongs to both); (ii) no size is
off the curve ``c + a x + A size**-1/2`` by more than the tolerance makes over half of the path, or,
for a one-sided claim, no size lies beyond any smaller one by more than the tolerance allows;
(iii) a fit of ``(log size)**b`` has b certainly below 1/3 (2/3 where the sizes are too close to see
less), or below 1/4 beside ``A size**-1/2``, unless the claim ignores logarithms. It is wrong with
probability ``level``, assuming that corrections beyond the tested range fade like those.

`broken`: no finite range contradicts what happens at infinity, so it stands on an assumption.
- With a declared class (``corrections="power"``, ``rate``, ``amplitude``): the slope differs from
  zero certainly at ``level``, and from every slope of the zone at 1e-3, whatever corrections
  ``prod (1 + A_i size**-r_i)**c_i`` with ``r_i >= rate``, ``c_i >= 0`` and all ``A_i`` positive (up
  to ``amplitude`` at the first size) or all negative are taken out. Or a power of a logarithm is
  left, whatever those are: certainly at ``level``, more than 1/4 at 1e-3, where (iii) is refuted,
  too. Each of the two may err with half of ``level``.
- Without one, and only for values without noise: the local exponents are outside of the zone on one
  side at every size, and constant to rounding, or settle geometrically at least as fast as
  ``size**-1/2`` at a value outside of it. It assumes that corrections fade with size beyond the
  tested range. Noise hides drift, and what still moves may turn, so that anything else is
  undecided (drift): "contradicted on the tested range".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verify.catalogue.grid import PathCells
from verify.evidence.sample import Array, Sample
from verify.judging.assuming import FADING, together, unseen
from verify.judging.forecast import SAFETY, with_reason
from verify.judging.intervals import Contrasts
from verify.judging.judgement import Judgement, Outcome
from verify.judging.laws import normal_isf
from verify.judging.ledger import CONSISTENT, Ledger
from verify.judging.rules import bracket
from verify.judging.rules.measured import Demand, Measured, Way
from verify.words import counted

ROUNDING = 1e-8
"""Local exponents without noise that differ by less are equal."""

SETTLED = 0.5
"""Without a declared rate, local exponents settle if they do so like this power of the size."""

ALIKE = 1.05
"""By which factor the ratios of neighbouring steps differ at most if they settle so."""

LOGARITHM = 1 / 3
"""Largest power of a logarithm that counts as none: a factor (log n)^(1/2) is told from it."""

LEFT = 1 / 4
"""The same for what is left of a logarithm beside a fading correction."""

DIGITS = 12
"""So many digits of a claimed slope, which is one of logarithms, are more than rounding."""

SHORT_SPAN = 0.5
"""Sizes whose iterated logarithms differ by less show only a whole factor of a logarithm."""


@dataclass(frozen=True)
class Trend:
    """What is asked of a quantity along paths.

    Attributes
    ----------
    sample : the evidence, whose claim has ``corrections``, ``rate`` and ``exact``
    values : (cells, n) whose means (or rows, if exact) are judged
    stated : (cells,) whose slope is the claimed exponent
    below, above : on which sides the claim can be false
    tolerance : slopes that count as zero
    shapes : of the corrections that the claim declares: those that lift the near sizes
    logarithms : powers of a logarithm that the claim ignores
    usable : cells whose values may be used
    met : what is said if it holds
    faster, slower : how the quantity behaves if it does not
    """

    sample: Sample[Any]
    values: Array
    stated: Array
    below: bool
    above: bool
    tolerance: float
    amplitude: float = 0.0
    logarithms: float = 0.0
    usable: NDArray[np.bool_] | None = None
    met: str = ""
    faster: str = "grows faster than claimed"
    slower: str = "grows slower than claimed"

    @property
    def zone(self) -> tuple[float, float]:
        """Slopes that the claim allows."""
        return (
            -self.tolerance if self.below else -np.inf,
            self.tolerance if self.above else np.inf,
        )

    def exponent(self, line: Line) -> float:
        """Return the claimed exponent along a path."""
        return round(float(line.whole[0] @ self.stated), DIGITS)

    @property
    def declared(self) -> bool:
        """Whether the claim says of which class its corrections are."""
        return bool(self.sample.claim.corrections == "power")

    @property
    def rate(self) -> float:
        """Exponent of the slowest corrections that `holds` must survive."""
        return float(self.sample.claim.rate) if self.declared else bracket.POWER_FOR_HOLDS


@dataclass(frozen=True)
class Line:
    """One path, with its contrasts: (cells,) each, or (contrasts, cells).

    Attributes
    ----------
    whole, far : ends of the bracket of the slope: of all sizes, and of the two halves
    slower : ends of the bracket against corrections that only seem to slow it down
    local : local exponents from size to size
    misfit : deviations from the curve ``c + a x + A size**-rate``
    chords : slopes between every two sizes
    power, power_left : b of a fit of ``c (log size)**b``, without and with a fading correction
    powers, powers_slower : ends of the bracket of b, against both signs of the corrections
    """

    label: str
    positions: tuple[int, ...]
    x: Array
    whole: Array
    far: Array
    slower: Array
    local: Array
    misfit: Array
    chords: Array
    power: Array
    power_left: Array
    powers: Array
    powers_slower: Array
    span: float

    @classmethod
    def of(cls, trend: Trend, path: PathCells) -> Line:
        """Prepare the contrasts of a path."""
        sample, rate = trend.sample, trend.rate
        x, count = bracket.scales_along(sample, path), len(path.positions)
        plain = bracket.slope(x)
        fading = bracket.fading(x, rate)
        lifting = bracket.fading_factors(x, rate, trend.amplitude) if trend.amplitude else fading
        half = (count + 1) // 2
        near, far = np.zeros(count), np.zeros(count)
        near[:half], far[-half:] = bracket.slope(x[:half]), bracket.slope(x[-half:])
        ratio = float(np.exp(x[-half:].mean() - x[:half].mean()))
        curve = np.column_stack([np.ones(count), x, fading[:, 0]])
        size = np.log(bracket.sizes_along(sample, path))
        loglog = np.log(size if size[0] >= 1 else 1 + size - size[0])
        both = np.column_stack([np.ones(count), fading[:, 0], loglog])
        unit = np.eye(count)
        first, last = np.triu_indices(count, k=1)

        def over_cells(contrasts: Array) -> Array:
            placed = np.zeros((*contrasts.shape[:-1], len(sample.cells)))
            placed[..., list(path.positions)] = contrasts
            return placed

        misfit = unit - curve @ np.linalg.pinv(curve)
        power, along = bracket.slope(loglog), x[:, None]
        # What only falls behind the claimed growth is no logarithm beyond it.
        rising, falling = np.hstack([-fading, -along]), np.hstack([lifting, along])
        return cls(
            label=bracket.describe(path),
            positions=path.positions,
            x=x,
            whole=over_cells(np.stack([plain, bracket.slope_beyond(x, -fading)])),
            far=over_cells(np.stack([far, bracket.extrapolated(near, far, ratio, rate)])),
            slower=over_cells(np.stack([plain, -bracket.slope_beyond(-x, lifting)])),
            local=over_cells(np.diff(unit, axis=0) / np.diff(x)[:, None]),
            misfit=over_cells(misfit[np.linalg.norm(misfit, axis=1) > 1e-6]),
            chords=over_cells((unit[last] - unit[first]) / (x[last] - x[first])[:, None]),
            power=over_cells(power[None]),
            power_left=over_cells(bracket.least_squares(both, 2)[None]),
            powers=over_cells(np.stack([power, bracket.slope_beyond(loglog, rising)])),
            powers_slower=over_cells(np.stack([power, -bracket.slope_beyond(-loglog, falling)])),
            span=float(np.ptp(loglog)),
        )

    def demands(self, trend: Trend) -> Iterator[Demand]:
        """Yield what `holds` asks of this path."""
        lower, upper = trend.zone
        yield Demand("slope", (Way(self.whole, lower, upper), Way(self.far, lower, upper)))
        bend = trend.tolerance * float(np.ptp(self.x)) / 2
        curves = [Way(self.misfit, -bend, bend)]
        if not (trend.below and trend.above):
            curves.append(Way(self.chords, lower, upper))
        yield Demand("curve", tuple(curves))
        if not trend.logarithms:
            yield self.without_logarithm(trend)

    def without_logarithm(self, trend: Trend) -> Demand:
        """Ask that no power of a logarithm is left."""
        power = LOGARITHM if self.span >= SHORT_SPAN else 2 * LOGARITHM
        ways = []
        for contrasts, most in ((self.power, power), (self.power_left, LEFT)):
            ends = (-most if trend.below else -np.inf, most if trend.above else np.inf)
            ways.append(Way(contrasts, *ends))
        return Demand("logarithm", tuple(ways))


def judge(trend: Trend, look: int, ledger: Ledger) -> Judgement:
    """Judge that the quantity stays bounded along every path."""
    sample, level = trend.sample, ledger.level(look)
    contrasts = None
    if not sample.claim.exact:
        contrasts = Contrasts(trend.values, independent=sample.independent, usable=trend.usable)
    measured = Measured(trend.values, contrasts)
    rare = "" if contrasts is None else unseen(sample.n)
    lines = [Line.of(trend, path) for path in sample.paths]
    share = level / (len(lines) * (trend.below + trend.above))
    signs = (1.0,) * trend.above + (-1.0,) * trend.below
    of_logarithms = trend.declared and not trend.logarithms
    ways = (_excess, _logarithm) if of_logarithms else (_excess,)
    for way in ways:
        tried = [
            (way(trend, line, measured, sign, share / len(ways)), line, sign)
            for line in lines
            for sign in signs
        ]
        excess, line, sign = max(tried, key=lambda one: float(one[0].max()))
        if excess.max() <= 0:
            continue
        how = f"{trend.faster if sign > 0 else trend.slower} along {line.label}"
        return _report(
            trend,
            line,
            measured,
            "broken",
            f"{how}, by a power of a logarithm" if way is _logarithm else how,
            share / len(ways),
            row=int(np.argmax(excess)),
            ends=line.whole if sign > 0 else line.slower,
            assuming=together(
                _class_of(trend)
                if trend.declared
                else f"{FADING} fade with size beyond the tested range",
                rare,
            ),
        )
    asked = [(line, demand) for line in lines for demand in line.demands(trend)]
    margins = np.stack([demand.certain(measured, level) for _, demand in asked])
    slopes = [k for k, (_, demand) in enumerate(asked) if demand.what == "slope"]
    if margins.min() > 0:
        k = min(slopes, key=lambda k: margins[k].min())
        margin = float(margins[k].min())
        return _report(
            trend,
            asked[k][0],
            measured,
            "holds",
            f"{trend.met} on every path, margin {margin:.3f} along {asked[k][0].label}",
            level,
            row=int(np.argmin(margins[k])),
            note=f"exact values of {counted(sample.n, 'instance')}" if sample.claim.exact else "",
            assuming=together(
                f"{FADING} beyond the tested range fade like size^-{trend.rate:g} or faster", rare
            ),
        )
    against = np.stack([demand.refuted(measured) for _, demand in asked])
    for k, (line, demand) in enumerate(asked):
        row = int(np.argmax(against[k]))
        if against[k, row] >= 0:
            breaks = _breaks(trend, lines, measured, ledger.level(look + 4))
            return _drift(trend, line, measured, demand.what, row, level, breaks)
    return _noise(trend, asked, margins, measured, look, ledger)


def _excess(trend: Trend, line: Line, measured: Measured, sign: float, level: float) -> Array:
    """By how much a path certainly breaks the claim on a side: (rows,)."""
    if not trend.declared:
        if measured.contrasts is not None:
            return np.array([-np.inf])
        return _settled(sign * measured.estimates(line.local), line.x) - trend.tolerance
    ends = line.whole if sign > 0 else line.slower
    low, near = (measured.bounds(sign * ends, at)[0].min(axis=0) for at in (level, CONSISTENT))
    return np.asarray(np.minimum(low, near - trend.tolerance))


def _logarithm(trend: Trend, line: Line, measured: Measured, sign: float, level: float) -> Array:
    """By how much a path certainly breaks the claim by a power of a logarithm: (rows,)."""
    ends = sign * (line.powers if sign > 0 else line.powers_slower)
    low, near = (measured.bounds(ends, at)[0].min(axis=0) for at in (level, CONSISTENT))
    refuted = line.without_logarithm(trend).refuted(measured)
    return np.asarray(np.min([low, near - LEFT, refuted], axis=0))


def _settled(local: Array, x: Array) -> Array:
    """Return the local exponent at which each row has settled; -inf if it has not.

    ``local``: (sizes - 1, rows), on the side where the claim is false if positive.
    """
    toward = -np.diff(local, axis=0)
    tiny = ROUNDING * np.maximum(1.0, np.abs(local).max(axis=0))
    flat = (np.abs(toward) <= tiny).all(axis=0)
    end = np.where(flat, local[-1], -np.inf)
    if len(toward) >= 3:
        q = float(np.exp(-SETTLED * np.diff(x).mean()))
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = toward[1:] / toward[:-1]
        lowest, highest = ratio.min(axis=0), ratio.max(axis=0)
        # The ratios of a power are all alike; those of 1/log n rise.
        geometric = (lowest > 0) & (highest <= q) & (highest <= ALIKE * lowest)
        rest = np.maximum(toward[-1], 0.0) * q / (1 - q)
        end = np.where(geometric, np.maximum(end, local[-1] - rest), end)
    return np.asarray(np.minimum(end, local.min(axis=0)))


def _class_of(trend: Trend) -> str:
    """Say which corrections the claim declares."""
    claim = trend.sample.claim
    if not trend.amplitude:
        return f"{FADING} fade like size^-{claim.rate:g} or faster"
    return (
        f"{FADING} are factors 1 + A size^-r with r >= {claim.rate:g} "
        f"and A <= {trend.amplitude:g} at the first size"
    )


def _larger(trend: Trend, near: float, far: float) -> float:
    """Forecast by which factor sizes must grow until the local exponents agree."""
    gap = abs(far - near)
    return float(max((gap / (trend.tolerance / 4)) ** 2, 4.0))


def _drift(
    trend: Trend,
    line: Line,
    measured: Measured,
    what: str,
    row: int,
    level: float,
    breaks: float,
) -> Judgement:
    """Say what in the tested sizes speaks against the claim, or keeps it open.

    After ``breaks`` replicates, if that is finite, they break it.
    """
    local = measured.estimates(line.local)[:, row]
    exponent = trend.exponent(line)
    sizes, note = None, f"the sizes along {line.label} lie on no curve that fading corrections make"
    if what == "logarithm":
        b = float(measured.estimates(line.power)[0, row])
        note = f"a factor log n is not excluded along {line.label}: its power is near {b:.2f}"
    elif what == "slope":
        sizes = _larger(trend, float(local[0]), float(local[-1]))
        note = (
            f"contradicted on the tested range: local exponents drift from "
            f"{exponent + local[0]:.3f} to {exponent + local[-1]:.3f} along {line.label}; "
            f"sizes {sizes:.0f} times larger would tell"
        )
    needed = SAFETY * max(breaks, trend.sample.n)
    return _report(
        trend,
        line,
        measured,
        "undecided",
        "drift",
        level,
        row=row,
        note=note,
        forecast=needed if np.isfinite(breaks) else None,
        forecast_size=sizes,
    )


def _breaks(trend: Trend, lines: Iterable[Line], measured: Measured, level: float) -> float:
    """Forecast the replicates after which a slope breaks the claim."""
    if not trend.declared or measured.contrasts is None:
        return float("inf")
    found = []
    for line in lines:
        for sign in (1.0,) * trend.above + (-1.0,) * trend.below:
            ends = sign * (line.whole if sign > 0 else line.slower)
            outside = Demand("", (Way(ends, trend.tolerance / 2, np.inf),))
            found.append(outside.needs(measured, level, trend.sample.n))
    return min(found, default=float("inf"))


def _noise(
    trend: Trend,
    asked: list[tuple[Line, Demand]],
    margins: Array,
    measured: Measured,
    look: int,
    ledger: Ledger,
) -> Judgement:
    """Forecast the replicates that would settle what the noise hides."""
    sample, level = trend.sample, ledger.level(look)
    line, worst = asked[int(np.argmin(margins.min(axis=1)))]
    if measured.heavy(np.concatenate([way.contrasts for way in worst.ways]), level):
        return _report(trend, line, measured, "undecided", "heavy_tail", level)
    later = ledger.level(look + 4)
    holds = max(demand.needs(measured, later, sample.n) for _, demand in asked)
    slopes = (one for one, demand in asked if demand.what == "slope")
    breaks = _breaks(trend, slopes, measured, later)
    few = worst.fewest(measured, later)
    needed = max(SAFETY * min(holds, breaks), 2.0 * sample.n, few)
    loud = float(measured.errors(line.whole).max()) * normal_isf(level) > trend.tolerance / 2
    if not np.isfinite(needed) and loud:  # the estimate itself says little yet
        needed = 4.0 * sample.n
    judgement = _report(trend, line, measured, "undecided", "edge", level, forecast=needed)
    return judgement if measured.contrasts is None else with_reason(judgement, sample.n)


def _report(
    trend: Trend,
    line: Line,
    measured: Measured,
    verdict: Outcome,
    reason: str,
    level: float,
    *,
    row: int = 0,
    ends: Array | None = None,
    **more: Any,
) -> Judgement:
    """Put a judgement together, on the scale of the exponent."""
    exact = measured.contrasts is None
    ends = line.whole if ends is None else ends
    exponent = trend.exponent(line)
    slope, beyond = (exponent + float(end[row]) for end in measured.estimates(ends))
    low, high = measured.bounds(ends, level)
    interval = (exponent + float(low.min()), exponent + float(high.max()))
    shown = not exact and bool(np.isfinite(interval).all())
    if exact and verdict == "broken":
        more["p_value"] = 0.0
    return Judgement(
        verdict,
        reason,
        exponent,
        slope,
        interval if shown else None,
        trend.tolerance,
        cell=line.positions[-1],
        cells=line.positions,
        row=row if exact else None,
        values={
            "ray": line.label,
            "observed": slope,
            "predicted": exponent,
            "extrapolated": beyond,
        },
        **more,
    )
