"""Rule for limits along a path.

Judged is the distance from the stated limit, counted positive on the side where the path starts.
The zone is absolute (that of the farthest cell, if it differs between cells), or ``gap`` times the
first distance.

What is promised
----------------
`holds`: on every path the limit of the distance lies certainly inside the zone, whatever
corrections of one sign that fade like ``size**-rate`` (``size**-1/2`` if none is declared; powers
of the size's logarithm if the claim says so) or faster are added; it is wrong with probability
``level`` if they fade so beyond the tested range.
That every size fits such an approach is asked for too, at 1e-3 each: the last two sizes are each
inside the zone, no size is beyond the limit by more than the zone, and each is inside the zone or
not above any smaller one by more than the zone. So ``+1, -1, +1, ...`` never holds.

`broken`: only with a declared rate; without one nothing tells slow convergence from none. The limit
of the distance differs from zero certainly at ``level``, and is outside of the zone at 1e-3,
whatever such corrections are taken out. Corrections of one sign neither cross the limit nor turn
round: a path that certainly does either (beyond the zone) does not break the claim, unless it
crosses and then recedes for too long. Two corrections of opposite signs have their largest distance
beyond the limit at most ``e**(1/rate)`` times the size where they cross it; a path that is farther
away still at the last size than at the one before, both that much larger than one that is beyond
the limit already, does not come back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from bounds import Limit
from verify.catalogue.grid import PathCells
from verify.evidence.sample import Array, Sample
from verify.judging.assuming import FADING, together, unseen
from verify.judging.forecast import SAFETY, with_reason
from verify.judging.intervals import Contrasts, proportion_bounds
from verify.judging.judgement import Judgement, Outcome, cannot_tell
from verify.judging.ledger import CONSISTENT, Ledger
from verify.judging.rules import bracket
from verify.judging.rules.measured import Demand, Measured, Way
from verify.words import counted

RESOLVED_START = 2.9e-7
"""One-sided level (five standard errors) at which the first value must differ from the limit to
fix the side that it is on."""


def judge(sample: Sample[Limit], look: int, ledger: Ledger) -> Judgement:
    """Judge that the functional of the observable tends to the stated limit along every path."""
    claim = sample.claim
    if not sample.paths:
        return cannot_tell(float("nan"), "the check has no path of growing size for this claim")
    target, values = sample.table(claim.to), sample.table(claim.observable)
    sample.refuse_infinite(target, "the limit")
    sample.refuse_infinite(values, "the observable")
    if problem := _cannot_be_judged(sample, values, target):
        return cannot_tell(float("nan"), problem)
    approaches = []
    for path in sample.paths:
        start = path.positions[0]
        if claim.exact and claim.tolerance is None and not (values - target)[start].all():
            why = "the first value equals the limit, so that a zone relative to their distance "
            why += "is empty: give the claim a tolerance"
            return cannot_tell(float(target[start, 0]), why, cell=start)
        approaches.append(_Approach.of(sample, path, values, target))
    return _judge(sample, approaches, look, ledger)


def _cannot_be_judged(sample: Sample[Limit], values: Array, target: Array) -> str:
    """Say why the values are not of the form that the claim needs, or nothing."""
    if sample.claim.exact:
        return ""
    if sample.claim.functional == "proportion":
        sample.refuse_no_event(values)
        return (
            "the limit of a proportion must not be random" if np.ptp(target, axis=1).any() else ""
        )
    if np.ptp(values - target, axis=1).any():
        return ""
    return "the observable has no randomness: state the limit with exact=True"


class _Shares(Measured):
    """Proportions less their limits, with exact binomial bounds; the cells share the level."""

    def __init__(self, values: Array, target: Array, side: float) -> None:
        super().__init__(side * (values - target), Contrasts(side * (values - target)))
        self.successes, self.n = values.sum(axis=1), values.shape[1]
        self.target, self.side = target[:, 0], side

    def fewest(self, contrasts: Array, level: float) -> float:
        """Exact bounds need no least number of replicates."""
        return 0.0

    def bounds(self, contrasts: Array, level: float) -> tuple[Array, Array]:
        """Return one-sided bounds, from the bounds of the cells that the contrasts use."""
        used = max(1, int((contrasts != 0).any(axis=0).sum()))
        low, high = (
            end - self.target for end in proportion_bounds(self.successes, self.n, level / used)
        )
        if self.side < 0:
            low, high = -high, -low
        up, down = np.clip(contrasts, 0, None), np.clip(contrasts, None, 0)
        return (up @ low + down @ high)[:, None], (up @ high + down @ low)[:, None]

    def heavy(self, contrasts: Array, level: float) -> bool:
        """Return that a proportion has no tails."""
        return False


@dataclass(frozen=True)
class _Approach:
    """One path: distances from the limit, on the side where it starts, and their contrasts.

    Attributes
    ----------
    side : the sign of the first distance (per row, if exact); 0 if that is not resolved
    zone : half-width of the zone as a contrast, and ``shift`` as a number; one of them is zero
    whole, last : ends of the bracket of the limit: of all sizes, and of the last four
    x : logarithms of the scales of the sizes, or of those of their logarithms
    """

    label: str
    positions: tuple[int, ...]
    measured: Measured
    side: Array
    zone: Array
    shift: float
    whole: Array
    last: Array
    target: Array
    x: Array

    @classmethod
    def of(cls, sample: Sample[Limit], path: PathCells, values: Array, target: Array) -> _Approach:
        """Prepare a path."""
        claim, start = sample.claim, path.positions[0]
        distance = values - target
        unit = np.eye(len(sample.cells))
        if claim.exact:
            side = np.where(distance[start] < 0, -1.0, 1.0)
            measured = Measured(side * distance, None)
        else:
            shares = claim.functional == "proportion"

            def seen(sign: float) -> Measured:
                if shares:
                    return _Shares(values, target, sign)
                return Measured(
                    sign * distance, Contrasts(sign * distance, independent=sample.independent)
                )

            measured = seen(1.0)
            low, high = measured.bounds(unit[[start]], RESOLVED_START)
            if not shares:
                assert measured.contrasts is not None
                low, high = (
                    e[:, None] for e in measured.contrasts.bounds(unit[[start]], RESOLVED_START)
                )
            side = (low[0] > 0).astype(float) - (high[0] < 0)
            if side[0] < 0:
                measured = seen(-1.0)
        x, count, rate = _scales(sample, path), len(path.positions), _rate(claim)
        near, far, half = np.zeros(count), np.zeros(count), np.zeros(count)
        far[-2:] = near[-4:-2] = 0.5
        half[-((count + 1) // 2) :] = 1 / ((count + 1) // 2)
        last = np.stack([far, bracket.extrapolated(near, far, float(np.exp(x[-1] - x[-3])), rate)])
        whole = np.stack([half, bracket.level_beyond(x, bracket.fading(x, rate))])
        place = unit[list(path.positions)]
        relative = claim.tolerance is None
        return cls(
            label=bracket.describe(path),
            positions=path.positions,
            measured=measured,
            side=side,
            zone=claim.gap * unit[start] if relative else np.zeros(len(unit)),
            shift=0.0 if relative else sample.parameter(path.positions[-1], claim.tolerance),
            whole=(last if claim.functional == "proportion" else whole) @ place,
            last=last @ place,
            target=target,
            x=x,
        )

    def within(self, contrasts: Array, *, below: bool = True, above: bool = True) -> Way:
        """Ask that contrasts lie above the lower end of the zone, below the upper one, or both."""
        parts = [contrasts - self.zone] * above + [contrasts + self.zone] * below
        upper = [self.shift] * (len(contrasts) * above) + [np.inf] * (len(contrasts) * below)
        lower = [-np.inf] * (len(contrasts) * above) + [-self.shift] * (len(contrasts) * below)
        return Way(np.concatenate(parts), np.array(lower)[:, None], np.array(upper)[:, None])

    def sizes(self) -> Array:
        """Return the contrasts that are the distances at the sizes: (sizes, cells)."""
        return np.asarray(np.eye(len(self.zone))[list(self.positions)])

    def ends(self) -> Demand:
        """Ask that both ends of the bracket are in the zone, from all sizes or from the last."""
        return Demand("ends", (self.within(self.whole), self.within(self.last)))

    def shape(self) -> Iterator[Demand]:
        """Ask of every size that it fits an approach from one side."""
        sizes = self.sizes()
        for j, size in enumerate(sizes):
            inside = self.within(size[None])
            if j >= len(sizes) - 2 or (self.side == 0).any():
                yield Demand("shape", (inside,))
            elif j:
                steps = self.within(size - sizes[:j], below=False)
                above = self.within(size[None], above=False)
                falling = Way(*(np.concatenate(pair) for pair in zip(steps, above, strict=True)))
                yield Demand("shape", (inside, falling))

    def outside(self, level: float) -> Array:
        """By how much the limit is certainly away from the stated one, and beyond its zone."""
        ends, found = self.whole, []
        for sign in (1.0, -1.0):
            low, _ = self.measured.bounds(sign * ends, level)
            near, _ = self.measured.bounds(sign * ends - self.zone, CONSISTENT)
            margin = np.minimum(low, near - self.shift).min(axis=0)
            crossed, _ = self.measured.bounds(-sign * self.sizes(), CONSISTENT)
            found.append(np.where(crossed.max(axis=0) > 0, -np.inf, margin))
        return np.where(self._turns(), -np.inf, np.max(found, axis=0))

    def breaks(self, level: float, n: int) -> float:
        """Forecast the replicates after which the limit is certainly away from the stated one."""
        if self._turns().any():
            return float("inf")
        needed = [float("inf")]
        for sign in (1.0, -1.0):
            crossed, _ = self.measured.bounds(-sign * self.sizes(), CONSISTENT)
            if crossed.max() <= 0:
                away = Demand("away", (Way(sign * self.whole - self.zone, self.shift / 2, np.inf),))
                needed.append(away.needs(self.measured, level, n))
        return min(needed)

    def receding(self, level: float, rate: float) -> Array:
        """By how much the path has certainly crossed the limit, and goes on away from it.

        Of two corrections ``A size**-r - B size**-s`` that cross zero at some size, the largest
        distance on the other side is at ``(s/r)**(1/(s-r))`` times that size, which is at most
        ``exp(1/min(r, s))``. The level is that of a limit on the far side, which is told only
        where it is not certain on which side the path starts.
        """
        sizes, x = self.sizes(), self.x
        crossed = np.flatnonzero(x <= x[-2] - 1 / rate)
        if not crossed.size or (self.side == 0).any():
            return np.full(len(self.side), -np.inf)
        asked = -np.stack([sizes[crossed[-1]], sizes[-1] - sizes[-2]])
        sure = self.measured.bounds(asked, level)[0].min(axis=0)
        beyond = self.measured.bounds(-sizes[-2:] - self.zone, CONSISTENT)[0].min(axis=0)
        return np.asarray(np.minimum(sure, beyond - self.shift))

    def _turns(self) -> Array:
        """Whether the distances certainly both rise and fall by more than the zone: (rows,)."""
        sizes = self.sizes()
        first, last = np.triu_indices(len(sizes), k=1)
        moves = []
        for sign in (1.0, -1.0):
            step = sign * (sizes[last] - sizes[first]) - self.zone
            moves.append(self.measured.bounds(step, CONSISTENT)[0].max(axis=0) > self.shift)
        return np.asarray(moves[0] & moves[1])


def _judge(
    sample: Sample[Limit], approaches: list[_Approach], look: int, ledger: Ledger
) -> Judgement:
    claim, level = sample.claim, ledger.level(look)
    share = level / (2 * len(approaches))
    settled = []
    for way in approaches:
        if (way.side == 0).any() and claim.tolerance is None:
            settled.append((np.array([-np.inf]), way))
            continue
        if claim.rate is not None:
            for how, ends, outside in (
                ("stays away from", way.whole, way.outside(share)),
                ("crosses, and recedes from,", way.last, way.receding(share, claim.rate)),
            ):
                if outside.max() > 0:
                    return _report(
                        sample,
                        way,
                        "broken",
                        f"{how} the stated limit",
                        share,
                        row=int(np.argmax(outside)),
                        ends=ends,
                        assuming=together(
                            f"{FADING} fade like {_fading(claim)} or faster",
                            _unseen(sample),
                        ),
                    )
        margins = [way.ends().certain(way.measured, level)]
        for demand in way.shape():
            margins.append(demand.certain(way.measured, CONSISTENT * len(demand.ways)))
        settled.append((np.min(margins, axis=0), way))
    margin, way = min(settled, key=lambda one: float(one[0].min()))
    row = int(np.argmin(margin))
    if margin[row] > 0 or (claim.exact and margin[row] >= 0):
        return _report(
            sample,
            way,
            "holds",
            f"inside the zone along {way.label}",
            level,
            row=row,
            note=f"exact values of {counted(sample.n, 'instance')}" if claim.exact else "",
            assuming=together(
                f"{FADING} beyond the tested range fade like {_fading(claim)} or faster",
                _unseen(sample),
            ),
        )
    return _undecided(sample, way, row, look, ledger)


def _rate(claim: Limit) -> float:
    return bracket.POWER_FOR_HOLDS if claim.rate is None else claim.rate


def _fading(claim: Limit) -> str:
    return f"{'(log size)' if claim.logarithmic else 'size'}^-{_rate(claim):g}"


def _scales(sample: Sample[Limit], path: PathCells) -> Array:
    """Return the logarithms, from the first on, of what corrections are powers of: (sizes,)."""
    if not sample.claim.logarithmic:
        return bracket.scales_along(sample, path)
    sizes = np.log(bracket.sizes_along(sample, path))
    if sizes.min() <= 0:
        raise ValueError("powers of the size's logarithm need sizes above 1")
    scales: Array = np.log(sizes / sizes[0])
    return scales


def _unseen(sample: Sample[Limit]) -> str:
    """Say what is assumed of means; frequencies and exact values need no assumption."""
    counted = sample.claim.exact or sample.claim.functional == "proportion"
    return "" if counted else unseen(sample.n)


def _report(
    sample: Sample[Limit],
    way: _Approach,
    verdict: Outcome,
    reason: str,
    level: float,
    *,
    row: int = 0,
    ends: Array | None = None,
    **more: Any,
) -> Judgement:
    exact = sample.claim.exact
    side = float(way.side[row if exact else 0]) or 1.0
    far, beyond = (side * float(end[row]) for end in way.measured.estimates(way.last))
    first = float(way.measured.estimates(way.sizes()[:1])[0, row])
    limit = float(
        way.target[way.positions[-1]][row] if exact else way.target[way.positions[-1]].mean()
    )
    low, high = way.measured.bounds(way.last if ends is None else ends, level)
    found = sorted(side * float(end) for end in (low.min(), high.max()))
    shown = not exact and bool(np.isfinite(found).all())
    if exact and verdict == "broken":
        more["p_value"] = 0.0
    return Judgement(
        verdict,
        reason,
        limit,
        limit + far,
        (limit + found[0], limit + found[1]) if shown else None,
        way.shift or abs(float(sample.claim.gap * first)),
        cell=way.positions[-1],
        cells=way.positions,
        row=row if exact else None,
        values={
            "path": way.label,
            "observed": limit + far,
            "predicted": limit,
            "extrapolated": limit + beyond,
            "first": limit + side * first,
        },
        **more,
    )


def _undecided(
    sample: Sample[Limit], way: _Approach, row: int, look: int, ledger: Ledger
) -> Judgement:
    """Tell noise from drift: what the sizes certainly refute is not mended by replicates."""
    claim, level, measured = sample.claim, ledger.level(look), way.measured
    if (way.side == 0).any() and claim.tolerance is None:
        note = "the first value does not yet differ from the limit beyond its noise"
        return _report(sample, way, "undecided", "noise", level, note=note)
    if measured.heavy(way.ends().ways[1].contrasts, level):
        return _report(sample, way, "undecided", "heavy_tail", level)
    ends, shape = way.ends(), list(way.shape())
    later = ledger.level(look + 4)
    if ends.refuted(measured)[row] >= 0:
        half = way.shift or abs(float(claim.gap * measured.estimates(way.sizes()[:1])[0, row]))
        far = float(measured.estimates(way.last)[0, row])
        factor = max(abs(far) / half, 2.0) ** (1 / _rate(claim)) if half else 4.0
        which = "sizes whose logarithms are" if claim.logarithmic else "sizes"
        note = (
            f"far value {far:+.3g} from the limit, zone {half:.3g}; "
            f"{which} {factor:.6g} times larger would tell"
        )
        breaks = way.breaks(later, sample.n) if claim.rate and not claim.exact else np.inf
        return _report(
            sample,
            way,
            "undecided",
            "drift",
            level,
            row=row,
            note=note,
            forecast=SAFETY * max(breaks, sample.n) if np.isfinite(breaks) else None,
            forecast_size=None if claim.logarithmic else factor,
        )
    if any(demand.refuted(measured)[row] >= 0 for demand in shape):
        note = f"the sizes along {way.label} do not approach the limit from one side"
        return _report(sample, way, "undecided", "drift", level, row=row, note=note)
    needed = max(
        ends.needs(measured, later, sample.n),
        *(d.needs(measured, CONSISTENT, sample.n) for d in shape),
    )
    if claim.rate is not None:
        needed = min(needed, way.breaks(later, sample.n))
    needed = max(SAFETY * needed, 2.0 * sample.n, ends.fewest(measured, later))
    judgement = _report(sample, way, "undecided", "edge", level, forecast=needed)
    return judgement if claim.exact else with_reason(judgement, sample.n)
