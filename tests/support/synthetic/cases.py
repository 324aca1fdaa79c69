"""A claim whose truth is known, with its simulation, judged look by look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bounds import Theorem
from bounds.claims import Claim
from verify import check
from verify.catalogue.check import Check
from verify.evidence.sample import Sample
from verify.judging.judgement import Judgement
from verify.judging.ledger import Ledger
from verify.judging.rules import judge

Truth = str
TRUE, EDGE, FALSE = "true", "edge", "false"


@dataclass(frozen=True)
class PerClaim(Ledger):
    """A ledger that spends the whole of ``alpha`` on one claim, so that errors can be counted."""

    @property
    def error(self) -> float:
        """What one claim may spend, over all its looks."""
        return self.alpha


@dataclass(frozen=True)
class Case:
    """A claim with a known truth.

    Attributes
    ----------
    name : what is simulated, in words
    truth : "true", "edge" (on the boundary of a zone) or "false"
    wrong : the verdict that would be an error
    check : the simulation, bound to the one claim
    looks : how many looks are taken
    held_out : whether it was written after the rules
    beyond : whether it is outside the assumptions that the rates rest on
    """

    name: str
    truth: Truth
    wrong: str
    check: Check
    looks: int
    held_out: bool = False
    beyond: bool = False

    @property
    def claim(self) -> Claim:
        """The claim."""
        return self.check.claims[0].claim


@dataclass(frozen=True)
class Outcome:
    """What became of a case."""

    verdict: str
    reason: str
    n: int
    judgement: Judgement


def decide(case: Case, seed: int | np.random.SeedSequence, ledger: Ledger) -> Outcome:
    """Judge a case look by look until it is settled or its looks are spent."""
    bound, item = case.check, case.check.claims[0]
    streams = np.random.SeedSequence(seed) if isinstance(seed, int) else seed
    children = streams.spawn(1 if bound.common_random_numbers else len(bound.cells))
    evidence: dict[int, dict[str, np.ndarray]] = {}
    have = 0
    for look in range(case.looks):
        n = bound.size(look)
        for position, cell in enumerate(bound.cells):
            stream = children[0 if bound.common_random_numbers else position]
            key = (*stream.spawn_key, look)
            rng = np.random.default_rng(np.random.SeedSequence(stream.entropy, spawn_key=key))
            fresh = bound.simulate(rng, cell, n - have)
            old = evidence.get(position)
            evidence[position] = (
                dict(fresh)
                if old is None
                else {name: np.concatenate([old[name], fresh[name]]) for name in fresh}
            )
        have = n
        judgement = judge(Sample.of(bound, item, evidence, n), look, ledger)
        if judgement.verdict != "undecided":
            break
    return Outcome(judgement.verdict, judgement.reason, n, judgement)


def case(
    name: str,
    truth: Truth,
    claim: Claim,
    simulate: Callable[..., Mapping[str, np.ndarray]],
    *,
    looks: int,
    wrong: str = "",
    held_out: bool = False,
    beyond: bool = False,
    **grid: Any,
) -> Case:
    """Make a case; by default `broken` is wrong for a true claim, `holds` for any other."""
    theorem = Theorem(id="synthetic/example-1", statement="", claims=[claim])
    bound = check(theorem, seconds_per_replicate=1e-9, **grid)(simulate)
    wrong = wrong or ("broken" if truth == TRUE else "holds")
    return Case(name, truth, wrong, bound, looks, held_out, beyond)
