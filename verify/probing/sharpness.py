"""What the evidence pins: which constants and exponents a claim could have and still hold.

For each family of a claim (`bounds.variation.families`) the claim is judged again on the same
replicates at the same level, and ranges are found by bisection: where it would still hold, and
where it is not broken, which is a confidence set. No new replicate is drawn: what is undecided on
those that settled the claim, and would have had more of them, counts as what may hold.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import sympy as sp
import threadpoolctl

from bounds import ClaimOf
from bounds.claims import Unchecked
from bounds.variation import VARIED, Family, families
from verify.catalogue.kinds import kind_of
from verify.catalogue.registry import Registry
from verify.evidence.progress import Progress
from verify.evidence.sample import Sample
from verify.evidence.settings import Settings
from verify.evidence.store import Store
from verify.evidence.workers import Workers
from verify.judging import rules
from verify.judging.boxes import Problem, known, look_for
from verify.judging.judgement import Judgement
from verify.judging.ledger import Ledger
from verify.judging.pipeline import NOT_BY_REPLICATES, Pipeline, go_through, pipelines
from verify.judging.rules.always import mean_over_time
from verify.judging.search import ranked, starts
from verify.judging.strength import UNPROVED, strength

NEAR = (1 / 128, 1 / 16, 1 / 4)
"""Shares of the way from the printed value to an end at which is looked before it is bisected."""

FINEST = 1 / 4096
"""Of that way, the part that is not divided further: of a range from 1 to 1000 it is 0.2 %, of an
exponent 0.0003."""

POINTS = 256
"""Points of a box, its corners among them, at which changed claims over it are judged."""

PIN_SECONDS = 0.5
"""CPU seconds that the pins of a claim take, on average."""

CLOSE, FACTOR, SHARE = 1.25, 2.0, 0.25
"""A two-sided claim is pinned within this factor, or this much of an exponent; the slack of a
one-sided one is located within the other factor."""


@dataclass(frozen=True)
class Pin:
    """One constant or exponent of a claim, and how far the evidence fixes it.

    Attributes
    ----------
    what : str
        "constant", "exponent of d".
    printed : float
        The value in the claim.
    ends : pair of float
        Between which values it was varied.
    holds : pair of float
        Outside of it the claim would not come out as holding, at this budget.
    not_broken : pair of float
        Where it is not broken.
    shown : pair of float
        Where it holds on the evidence that settled the claim. What is undecided there would have
        gone on to a later look of the budget, at which it may hold.
    direction : int
        1 where smaller values say more, -1 where larger ones do, 0 where neither does.
    is_exponent : bool
    closed : bool
        Whether no value beyond the larger end is possible.
    final : bool
        Whether more replicates were out of the question, so that what is not broken stays so.
    """

    what: str
    printed: float
    ends: tuple[float, float]
    holds: tuple[float, float]
    not_broken: tuple[float, float]
    shown: tuple[float, float]
    direction: int
    is_exponent: bool
    closed: bool = False
    final: bool = True

    @property
    def is_untested(self) -> bool:
        """Whether the claim may hold with any value, or holds with any that says more."""
        found = self.shown if self.direction else self.holds
        low, high = (found[k] == self.ends[k] for k in (0, 1))
        return {0: low and high, 1: low, -1: high and not self.closed}[self.direction]

    @property
    def is_pinned(self) -> bool:
        """Whether a two-sided value is fixed closely, or the slack of a bound is located."""
        if self.direction == 0:
            return all(self._distance(end, self.printed) <= self._close for end in self.holds)
        side = 0 if self.direction > 0 else 1
        here, there = self.shown[side], self.not_broken[side]
        at_wall = side == 1 and self.closed
        inside = at_wall or self.ends[side] not in (here, there)
        room = SHARE if self.is_exponent else math.log(FACTOR)
        return inside and self._distance(here, there) <= room

    @property
    def _close(self) -> float:
        return SHARE if self.is_exponent else math.log(CLOSE)

    def _distance(self, one: float, other: float) -> float:
        return abs(one - other) if self.is_exponent else abs(math.log(one / other))

    @property
    def words(self) -> str:
        """The pin in a few words."""
        if self.is_untested:
            return f"{self.what}: untested"
        if self.direction == 0:
            printed, low, high = _apart(self.printed, *self.holds)
            words = f"{self.what} {printed} in [{low}, {high}]"
            near = (self._distance(end, self.printed) <= self._close for end in self.not_broken)
            if not self.final or all(near):
                return words
            low, high = _apart(*self.not_broken)
            return f"{words}, undecided in [{low}, {high}]"
        side = 0 if self.direction > 0 else 1
        way = "down to" if self.direction > 0 else "up to"
        printed, here, there = _apart(self.printed, self.shown[side], self.not_broken[side])
        words = f"{self.what} {printed}, {way} {here} holds too"
        if self.not_broken[side] == self.ends[side]:
            return words
        if here != there:
            return f"{words}, {there} is broken"
        beyond = "less" if self.direction > 0 else "more"
        return f"{words if here != printed else f'{self.what} {printed}'}, {beyond} is broken"

    def to_dict(self) -> dict[str, Any]:
        """Return the pin as plain data."""
        return {
            "what": self.what,
            "printed": self.printed,
            "holds": list(self.holds),
            "not_broken": list(self.not_broken),
            "shown": list(self.shown),
            "pinned": self.is_pinned,
            "untested": self.is_untested,
            "words": self.words,
        }


def _apart(*values: float) -> list[str]:
    """Write numbers with so many digits, up to six, that those which differ look different."""
    words: list[str] = []
    for digits in range(3, 7):
        words = [f"{value:.{digits}g}" for value in values]
        if len(set(words)) == len(set(values)):
            break
    return words


@dataclass(frozen=True)
class Sharpness:
    """What the evidence of one claim that holds pins; ``reason`` is the claim's, if it is blunt."""

    id: str
    pins: tuple[Pin, ...]
    is_sampled: bool
    reason: str = ""

    @property
    def is_blunt(self) -> bool:
        """Whether it is measured or sampled, and nothing that it prints is pinned.

        A claim without any constant or exponent (of what rises, or tends to 0) has none to pin.
        """
        loose = bool(self.pins) and not any(pin.is_pinned for pin in self.pins)
        return self.is_sampled and loose

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, without the id."""
        why = {"why_blunt": self.reason} if self.is_blunt and self.reason else {}
        return {"blunt": self.is_blunt, **why, "pins": [pin.to_dict() for pin in self.pins]}


def judge_sharpness(
    registry: Registry,
    items: Iterable[ClaimOf],
    settings: Settings,
    progress: Progress,
    others: dict[str, Judgement] | None = None,
) -> tuple[Sharpness, ...]:
    """Return what the evidence of those claims that hold pins.

    Parameters
    ----------
    registry : Registry
    items : iterable of ClaimOf
    settings : Settings
    progress : Progress
    others : dict, optional
        Gets the judgements on those that do not hold, by id.

    Raises
    ------
    UserError
        If a setting does not fit a check.
    """
    wanted = [one for one in items if not isinstance(one.claim, Unchecked) and one.claim.observed]
    found: dict[str, Sharpness] = {}
    with (
        Store(settings.store) as store,
        threadpoolctl.threadpool_limits(1),
        Workers[Pipeline].of(settings) as workers,
    ):
        every = pipelines(registry, wanted, settings, store)
        for pipeline in every:
            pipeline.again = None
        look_for(wanted, workers, progress)
        known: dict[str, Judgement] = {} if others is None else others
        held = _held(every, workers, progress, Ledger(settings.alpha), known)

        def is_own(one: _Held) -> bool:
            return registry.is_own(one.item.id)

        for one, pins in workers.apply(_pins, held, PIN_SECONDS * len(wanted), is_own):
            found[one.item.id] = Sharpness(one.item.id, pins, one.is_sampled, one.item.claim.blunt)
    return tuple(found[one.id] for one in wanted if one.id in found)


@dataclass(frozen=True)
class _Held:
    """A claim that holds, and what it is judged on; no sample for one over a box.

    It ``goes_on`` if an undecided one would have come to a later look of the budget.
    """

    item: ClaimOf
    sample: Sample[Any] | None
    look: int
    goes_on: bool
    ledger: Ledger
    is_sampled: bool


def _held(
    every: Sequence[Pipeline],
    workers: Workers[Pipeline],
    progress: Progress,
    ledger: Ledger,
    others: dict[str, Judgement],
) -> Iterator[_Held]:
    """Yield the claims that hold, check by check; note the judgements on the others."""
    for pipeline in go_through(every, workers, progress):
        check = pipeline.evidence.check
        for question in pipeline.questions:
            item, judgement = question.item, question.judgement
            if judgement is None or judgement.verdict != "holds":
                if judgement is not None:
                    others[item.id] = judgement
                continue
            claim = _changed(item.claim, {})
            bare = ClaimOf(replace(item.theorem, claims=(claim,), errata=()), claim)
            sample = None
            if claim.box is None:
                sample = pipeline.evidence.sample(bare, question.n, question.positions)
            complete = check.complete and claim.given is None
            sampled = strength(claim, judgement, complete=complete) in UNPROVED
            goes_on = pipeline.until is not None or question.look + 1 < pipeline.last
            yield _Held(bare, sample, question.look, goes_on, ledger, sampled)


def _pins(held: _Held) -> tuple[Pin, ...]:
    """Return a pin for each family of a claim that holds."""
    item, sample = held.item, held.sample
    judged = _at_points(item) if sample is None else _on(sample, held)

    def verdict(family: Family, value: float) -> str:
        is_factor = family.scale == "factor"
        varied = value / family.printed if is_factor else 1 + value - family.printed
        try:
            return judged(family, varied)
        except (KeyError, ValueError, ArithmeticError):
            return "undecided"

    found = families(item.claim)
    if sample is not None:
        found = tuple(_directed(family, sample) for family in found)
    final = not held.goes_on
    return tuple(replace(_pin(family, partial(verdict, family)), final=final) for family in found)


def _directed(family: Family, sample: Sample[Any]) -> Family:
    """Return a family with the direction that its constant or exponent has at these cells."""
    varied = family.term if family.base is None else family.base
    if varied is None or family.direction == 0 or varied.is_nonpositive:
        return family
    means = np.array([_mean(sample, cell, varied) for cell in range(len(sample.cells))])
    if family.base is not None:
        if not np.all(means > 0):
            return family
        means = np.log(means)
        if sample.claim.up_to_a_factor:
            ends = [(path.positions[0], path.positions[-1]) for path in sample.paths]
            means = np.array([means[last] - means[first] for first, last in ends])
    falls = bool(np.all(means <= 0) and np.any(means < 0))
    return replace(family, direction=-family.direction) if falls else family


def _mean(sample: Sample[Any], cell: int, side: sp.Basic) -> float:
    """Return the mean of a side at a cell, over its times too if the claim is about all of them."""
    if kind_of(sample.claim).over_time:
        return mean_over_time(sample, cell, side)
    return float(sample.values(cell, side).mean())


Judged = Callable[[Family, float], str]
"""The verdict on the claim of a family in which a constant or an exponent has another value."""


OPEN = "open"
"""The verdict on what is undecided, and would have more replicates at a later look."""


def _on(sample: Sample[Any], held: _Held) -> Judged:
    """Judge changed claims on the evidence of the claim."""

    def judged(family: Family, varied: float) -> str:
        claim = _changed(sample.claim, family.changes)
        cells = [{**cell, VARIED.name: varied} for cell in sample.cells]
        judgement = rules.judge(replace(sample, claim=claim, cells=cells), held.look, held.ledger)
        if rules.contradicts_itself(judgement):
            return "broken"
        goes_on = held.goes_on and judgement.reason not in ("error", *NOT_BY_REPLICATES)
        return OPEN if goes_on and judgement.verdict == "undecided" else judgement.verdict

    return judged


def _at_points(item: ClaimOf) -> Judged:
    """Judge changed claims over a box at points: the worst one that is known, corners and others.

    No proof is looked for: a value with which none of them refutes the claim counts as holding.
    """
    domain = item.theorem.domain(item.claim)
    worst = known(Problem.of(item.theorem, item.claim)).worst
    points = np.concatenate([np.array([worst]).T, starts(domain)[:, :POINTS]], axis=1)

    def judged(family: Family, varied: float) -> str:
        at = sp.Rational(varied)  # a float would be no number that balls know
        changes = {name: side.subs(VARIED, at) for name, side in family.changes.items()}
        problem = Problem.of(item.theorem, _changed(item.claim, changes))
        values, gaps = ranked(problem.gap, domain, points)
        return "broken" if len(problem.refuting(values, gaps)) else "holds"

    return judged


def _changed(claim: Any, changes: Mapping[str, Any]) -> Any:
    return dataclasses.replace(claim, mutants=(), printed=None, **changes)


def _pin(family: Family, verdict: Callable[[float], str]) -> Pin:
    """Find by bisection where a claim of a family still holds, and where it is not broken."""
    exponent = family.scale == "exponent"
    known: dict[float, str] = {}

    def seen(value: float) -> str:
        if value not in known:
            known[value] = verdict(value)
        return known[value]

    def last(end: float, good: Callable[[str], bool]) -> float:
        """Return the value nearest to an end up to which the verdict is good."""

        def at(share: float) -> float:
            """Return the value so far on the way to the end."""
            if exponent:
                return family.printed + share * (end - family.printed)
            return float(family.printed * (end / family.printed) ** share)

        if good(seen(end)):
            return end
        inside, outside = 0.0, 1.0
        for share in NEAR:
            if not good(seen(at(share))):
                outside = share
                break
            inside = share
        while outside - inside > FINEST:
            between = (inside + outside) / 2
            inside, outside = (between, outside) if good(seen(at(between))) else (inside, between)
        return at(inside)

    low, high = family.ends

    def ends(good: Callable[[str], bool]) -> tuple[float, float]:
        return last(low, good), last(high, good)

    return Pin(
        family.what,
        family.printed,
        family.ends,
        ends(lambda v: v in ("holds", OPEN)),
        ends(lambda v: v != "broken"),
        ends(lambda v: v == "holds"),
        family.direction,
        exponent,
        family.closed,
    )
