"""Counter-examples of claims that a simulation observes: searched, shrunk, confirmed.

What the search finds is not believed. The point goes, smaller, through an ordinary run of the
check from a seed that the search has not seen: what it breaks there is at the error level of that
run, replayed by other means, and shown again by its command. A report's error is divided by 16 384
claims; each confirmation is one of these, so what the search has looked at costs nothing.
"""

from __future__ import annotations

import math
import shlex
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import process_time as clock
from typing import Any

import numpy as np
import threadpoolctl

from bounds import ClaimOf
from verify.catalogue.check import Check
from verify.catalogue.grid import digest
from verify.catalogue.kinds import is_exact
from verify.catalogue.overrides import every_setting_is_used
from verify.catalogue.registry import Registry
from verify.errors import UserError, as_typed
from verify.evidence.gathering import Evidence
from verify.evidence.progress import Silent
from verify.evidence.sample import positions_of
from verify.evidence.settings import Settings
from verify.evidence.store import Store
from verify.evidence.workers import Workers
from verify.judging import regimes
from verify.judging.ledger import Ledger
from verify.judging.pipeline import CONFIRMATION_SHIFT, Pipeline, Question, go_through
from verify.judging.settling import settle
from verify.judging.verdict import Verdict
from verify.probing.falsify.outcome import Answer
from verify.probing.falsify.rays import NoRay, has_regime, persisting
from verify.probing.falsify.search import Candidate, Search
from verify.probing.falsify.shrinking import shrunk
from verify.probing.falsify.space import Point, Space, spaces
from verify.words import counted

MOST_CONFIRMATIONS = 12
"""Candidates that are looked at once more; after so many failures the search ends."""

MOST_RAYS = 12
"""Candidates whose rays are followed."""

SHRINKING = 0.25
"""Share of the time that may be spent on making a counter-example smaller."""

SEEDS = 7919
"""Between the seeds of the search and those of the confirmations."""


@dataclass
class _Hunt:
    """The search for one claim, in all its spaces."""

    registry: Registry
    item: ClaimOf
    check: Check
    settings: Settings
    seconds: float
    confirmations: int = 0
    tried: int = 0
    outside: str = ""
    untried: str = ""
    aside: str = ""
    unconfirmed: int = 0
    rays: int = 0

    @property
    def others(self) -> tuple[ClaimOf, ...]:
        """The claims of the check that are known to hold: those of a user's own are on trial."""
        return () if self.check.code else self.check.claims

    @property
    def _is_over(self) -> bool:
        """Whether so many candidates have failed that the search ends."""
        return self.confirmations >= MOST_CONFIRMATIONS or self.rays >= MOST_RAYS

    def run(self, places: list[Space]) -> Answer:
        """Look in each space in turn; the time is shared among them."""
        end = clock() + self.seconds
        for number, space in enumerate(places):
            left = end - clock()
            if left <= 0:
                break
            until = clock() + left / (len(places) - number)
            search = Search(space, self.settings.seed, until)
            for candidate in search:
                answer = self._accepted(search, candidate)
                if answer is not None:
                    self.tried += search.tried
                    return answer
                if self._is_over:
                    break
            self.tried += search.tried
            if self._is_over:
                break
        return self._nothing(places)

    def _nothing(self, places: list[Space]) -> Answer:
        if self.outside:
            return Answer("outside the regime", note=self.outside)
        notes = [f"{counted(self.tried, 'point')} tried"]
        if self.untried:
            notes.append(self.untried)
        if self.aside:
            notes.append(f"set aside where other claims break too: {self.aside}")
        if self.unconfirmed:
            suspicions = counted(self.unconfirmed, "suspicion")
            notes.append(f"{suspicions} that fresh seeds did not confirm")
        tied = list(dict.fromkeys(space.tied for space in places if space.tied))
        return Answer("none found", note="; ".join([*notes, *tied]))

    def _accepted(self, search: Search, candidate: Candidate) -> Answer | None:
        """Return the counter-example that a candidate comes to, if it stands."""
        if other := candidate.trial.contradicted(self.others):
            self.aside = other
            return None
        point, note = candidate.point, ""
        in_regime = has_regime(self.item.theorem, candidate.space)
        if in_regime:
            self.rays += 1
            ray = persisting(search, candidate)
            if isinstance(ray, NoRay):
                margins = regimes.margins(
                    self.item.theorem, [{**candidate.space.base, **candidate.point}]
                )
                place = f"violated at {_shown(candidate.point) or 'the cell of the check'}"
                if ray.untried:
                    self.untried = f"{place}, but {ray.words}"
                else:
                    self.outside = f"{place}: {regimes.outside(margins) or ray.words}"
                return None
            point = ray.first
            way = ", ".join(f"{name}^{exponent:.3g}" for name, exponent in ray.direction.items())
            note = f"it persists along the ray {way}, inside the regime"
        small = self._smaller(search, candidate, point, in_regime)
        for one in (small, point) if small != point else (point,):
            self.confirmations += 1
            answer = self._confirmed(candidate.space, one, candidate.trial.n)
            if answer is not None:
                return replace(answer, note=note or answer.note)
        self.unconfirmed += 1
        return None

    def _smaller(
        self, search: Search, candidate: Candidate, point: Point, in_regime: bool
    ) -> Point:
        """Return the simplest point that was found at which the claim is violated as clearly."""
        space = candidate.space
        until = clock() + max(SHRINKING * self.seconds, 0.5)
        search.until = max(search.until, until)
        seen: dict[str, bool] = {}

        def violates(near: Point) -> bool:
            key = repr(near)
            if key not in seen:
                seen[key] = clock() < until and self._stands(search, candidate, near, in_regime)
            return seen[key]

        return shrunk(point, violates, tuple(one.name for one in space.free))

    def _stands(self, search: Search, candidate: Candidate, point: Point, in_regime: bool) -> bool:
        space = candidate.space
        for one in space.free:
            if one.of(point[one.name]) != point[one.name]:
                return False
        if in_regime and space.path is None:
            if regimes.outside(regimes.margins(self.item.theorem, [{**space.base, **point}])):
                return False
        trial = search.trial(point, search.more * candidate.trial.n)
        if trial is None or trial.violates() is None:
            return False
        return not trial.contradicted(self.others)

    def _confirmed(self, space: Space, point: Point, n: int) -> Answer | None:
        """Return what a run says of a point, if that is that the claim is broken there."""
        exact = is_exact(self.item.claim)
        fresh = 0 if exact or not space.free else SEEDS * self.confirmations
        how = replace(
            self.settings,
            budget="quick",
            jobs=1,
            seed=self.settings.seed + fresh,
            overrides=overrides(space, point),
        )
        check = space.grid(point)
        if check is None:
            return None
        verdict = _run(check, self.item, how)
        if verdict.verdict == "undecided" and not exact:
            how = replace(how, replicates=4 * n)
            verdict = _run(check, self.item, how)
        if verdict.verdict != "broken" or verdict.counterexample is None:
            return None
        example = {**verdict.counterexample, "searched": [one.name for one in space.free]}
        if space.path is not None:  # its cells lie further out than what is set
            base = check.paths[0].path.base
            example["begins"] = {name: base[name] for name in space.path.ray}
        if not self._is_the_run(check, how):
            example["command"] = self._again(how)
        return Answer("violated", False, example, verdict.note)

    def _is_the_run(self, check: Check, how: Settings) -> bool:
        """Whether `verify run` with the same settings has just these cells for the claim."""
        try:
            whole = self.check.with_settings(how.overrides)
        except UserError:  # a value that it does not take
            return False
        cells = {digest(whole.cells[place]) for place in positions_of(whole, self.item)}
        return cells == set(map(digest, check.cells))

    def _again(self, how: Settings) -> str:
        source = self.registry.file_of(self.item.theorem.id)
        parts = ["verify", "falsify", *([as_typed(source)] if source else []), self.item.id]
        return shlex.join([*parts, *how.options])


def _run(check: Check, item: ClaimOf, how: Settings) -> Verdict:
    """Return the verdict of a run of a check, whose replicates are not kept."""
    positions = positions_of(check, item)
    looks = check.looks[how.budget]
    if not check.complete and how.replicates:
        looks = check.looks_to(how.replicates)
    with (
        tempfile.TemporaryDirectory() as folder,
        Store(folder) as store,
        Workers[Pipeline]("loky", 1) as workers,
    ):
        evidence, again = (
            Evidence(check, store, seed, positions=positions, limit=how.task_seconds)
            for seed in (how.seed, how.seed + CONFIRMATION_SHIFT)
        )
        questions = [Question(item, positions)]
        every = [Pipeline(evidence, questions, Ledger(how.alpha), looks, again, math.inf)]
        (verdict,) = (settle(one, how)[0] for one in go_through(every, workers, Silent()))
    return verdict


def overrides(space: Space, point: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that make the grid of a check the point: what a user would `--set`."""
    along = getattr(space.item.claim, "along", None)
    grown = set(space.path.ray) if space.path is not None else set()
    every = space.check.paths if space.path is not None else ()
    bases = [placed.path.base for placed in every] or list(space.check.cells)
    found = {}
    for name, value in {**space.base, **point}.items():
        if name == along:
            continue
        differs = any(name in base and not _same(base[name], value) for base in bases)
        if name in point or (differs and name not in grown):
            found[name] = _plain(value)
    return {name: found[name] for name in sorted(found)}


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(np.all(np.asarray(one == other)))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return tuple(_plain(one) for one in value)
    return value.item() if hasattr(value, "item") else value


def _shown(point: Mapping[str, Any]) -> str:
    return ", ".join(f"{k} = {v:.6g}" if isinstance(v, float) else f"{k} = {v}"
                     for k, v in point.items())  # fmt: skip


def by_simulation(
    registry: Registry,
    item: ClaimOf,
    check: Check,
    fixed: Mapping[str, Any],
    settings: Settings,
    seconds: float,
) -> tuple[Answer, int]:
    """Look for a violation of a claim that a check observes, and count the points tried.

    Raises
    ------
    UserError
        If a fixed parameter is none of the check's.
    """
    every_setting_is_used(check.cells, fixed)
    hunt = _Hunt(registry, item, check, settings, seconds)
    with threadpoolctl.threadpool_limits(1):
        answer = hunt.run(spaces(check, item, fixed))
    return answer, hunt.tried
