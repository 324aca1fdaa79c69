"""A measured verdict is looked at once more, on a fresh seed, and its rows by themselves.

The fresh replicates, as many as decided, are judged once, at the whole level of the claim. They
disagree if they give the opposite verdict, or if the same statistic lies in an interval that has
nothing in common with the first one. Of a sound simulation that is as improbable as a wrong
verdict, so a disagreement is an `error`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from verify.catalogue.grid import shown
from verify.catalogue.kinds import is_exact
from verify.evidence.gathering import Evidence
from verify.evidence.sample import Sample, expand
from verify.judging import rules, textbook
from verify.judging.independence import dependence
from verify.judging.judgement import HAPPENED, Judgement
from verify.judging.ledger import Ledger
from verify.judging.pipeline import Pipeline, Question

OPPOSITE = {"holds": "broken", "broken": "holds"}


class OneLook(Ledger):
    """Spends all that a claim may at a single look."""

    def level(self, look: int) -> float:
        """What the look spends."""
        return self.error


def confirm(pipeline: Pipeline, question: Question, judgement: Judgement) -> dict[str, Any] | None:
    """Judge a claim again on the fresh replicates of the check; ``None`` where there are none."""
    if pipeline.again is None or not pipeline.confirms(question):
        return None
    found: dict[str, Any] = {"seed": pipeline.again.seed, "p": None, "agrees": None}
    failures = [f for p, f in pipeline.again.failures.items() if p in question.positions]
    try:
        if failures:
            raise ValueError(failures[0])
        sample = pipeline.again.sample(question.item, question.n, question.positions)
        fresh = rules.judge(sample, question.look, OneLook(pipeline.ledger.alpha))
    except Exception as failure:  # of the simulation, or of an expression where it now leads
        return found | {"note": f"{type(failure).__name__}: {failure}"}
    found["verdict"], found["observed"] = fresh.verdict, fresh.observed
    found["p"] = _p_value(sample, judgement) if judgement.verdict == "broken" else fresh.p_value
    certain = judgement.reason == HAPPENED  # that may be too rare to be seen again
    opposite = fresh.verdict == OPPOSITE[judgement.verdict]
    found["agrees"] = certain or not (opposite or _apart(judgement, fresh))
    return found


def _p_value(sample: Sample[Any], judgement: Judgement) -> float | None:
    """Test the side on which the claim was broken by textbook means, on fresh replicates."""
    try:
        return textbook.test(sample, judgement).p_value
    except Exception:  # it is shown, and decides nothing
        return None


def _apart(first: Judgement, second: Judgement) -> bool:
    """Return whether the intervals of one statistic have nothing in common."""
    same = first.cell == second.cell and first.cells == second.cells
    if first.verdict == second.verdict == "broken":  # by one statistic or by another
        same &= first.reason == second.reason
    if not same or first.interval is None or second.interval is None:
        return False
    return max(first.interval[0], second.interval[0]) > min(first.interval[1], second.interval[1])


def contradicted(confirmation: dict[str, Any], judgement: Judgement) -> Judgement:
    """Return the error that a confirmation makes of a verdict."""
    return replace(
        judgement,
        verdict="undecided",
        reason="error",
        note=f"said to be {judgement.verdict} ({judgement.reason}, {judgement.observed:.6g}), but "
        f"as many replicates from the seed {confirmation['seed']} say {confirmation['verdict']} "
        f"({confirmation['observed']:.6g}): the replicates cannot be independent",
    )


def dependent(pipeline: Pipeline, question: Question) -> str:
    """Say what shows that the replicates of a measured claim are not independent, or nothing."""
    claim, check = question.item.claim, pipeline.evidence.check
    if is_exact(claim) or check.complete or not question.positions or not question.n:
        return ""
    columns = list(_columns(pipeline, question))
    level = pipeline.ledger.error / max(len(columns), 1)
    for name, position, values in columns:
        if problem := dependence(values, check.block, level):
            where = f"{name} at {shown(check.cells[position])}"
            return f"the replicates are not independent: {problem} ({where})"
    return ""


def _columns(pipeline: Pipeline, question: Question) -> Iterator[tuple[str, int, Any]]:
    """Yield the observables that a claim uses, at each of its cells, fresh ones behind."""
    theorem, claim = question.item.theorem, question.item.claim
    for position in question.positions:
        drawn = _loaded(pipeline.evidence, position, question.n)
        again = {}
        if pipeline.again is not None and pipeline.confirms(question):
            again = _loaded(pipeline.again, position, pipeline.confirming)
        known = frozenset({*pipeline.evidence.check.cells[position], *drawn})
        used = {
            symbol.name
            for expression in claim.expressions()
            for symbol in expand(expression, theorem, known).free_symbols
        }
        for name in sorted(used & drawn.keys()):
            yield name, position, np.concatenate([drawn[name], *([again[name]] if again else [])])


def _loaded(evidence: Evidence, position: int, n: int) -> dict[str, Any]:
    if position in evidence.failures:
        return {}
    return {name: v[:n] for name, v in evidence.observables(position).items() if v.ndim == 1}
