"""From a judgement to a verdict: `broken` is said only of what survives a replay."""

from __future__ import annotations

import shlex
import traceback
from dataclasses import replace
from typing import Any

import numpy as np

from bounds import ClaimOf
from verify.catalogue.check import Check
from verify.errors import as_typed
from verify.evidence.gathering import Evidence
from verify.evidence.sample import Sample, left_out
from verify.evidence.settings import DEFAULT_STORE, Settings
from verify.judging import regimes
from verify.judging.confirming import confirm, contradicted, dependent
from verify.judging.judgement import Judgement, as_usual
from verify.judging.ledger import Ledger
from verify.judging.pipeline import Pipeline, Question
from verify.judging.replay import ReplayFailed, replay
from verify.judging.rules.always import TIME
from verify.judging.verdict import Verdict


@as_usual
def settle(pipeline: Pipeline, settings: Settings) -> list[Verdict]:
    """Return the verdicts on all claims of a check, counter-examples replayed.

    What the replicates cost is shared among them.
    """
    share = pipeline.evidence.seconds() / max(len(pipeline.questions), 1)
    return [_settle(pipeline, question, settings, share) for question in pipeline.questions]


def settle_without_replicates(
    item: ClaimOf, judgement: Judgement, ledger: Ledger, seconds: float, source: str
) -> Verdict:
    """Return the verdict on a claim that is judged by algebra, or on which there is no evidence.

    Parameters
    ----------
    source : str
        The file that defines the claim, if it is the user's own.
    """
    counterexample = None
    if judgement.verdict == "broken":
        counterexample = {
            "parameters": judgement.values["parameters"],
            "seed": None,
            "observed": judgement.values["observed"],
            "predicted": judgement.values["predicted"],
            "cell": None,
            "blocks": [],
            "replicates": 0,
            "command": shlex.join(
                ["verify", "run", *([as_typed(source)] if source else []), item.id]
            ),
        }
    return Verdict.on(
        item, judgement, error=ledger.error, seconds=seconds, counterexample=counterexample
    )


def _settle(pipeline: Pipeline, question: Question, settings: Settings, seconds: float) -> Verdict:
    evidence, item, ledger = pipeline.evidence, question.item, pipeline.ledger
    judgement = question.judgement
    assert judgement is not None
    counterexample = None
    detail: dict[str, Any] = {}
    if len(question.positions) < len(evidence.check.cells):
        detail |= {"left_out": words} if (words := left_out(evidence.check, item)) else {}
    if judgement.verdict == "broken":
        try:
            sample = evidence.sample(item, question.n, question.positions)
            sides = replay(evidence, sample, judgement)
            counterexample = _counterexample(evidence, sample, question, judgement, settings)
            if sides:
                counterexample["sizes"] = [
                    {"cell": dict(sample.cells[cell]), "observed": a, "claimed": b}
                    for cell, (a, b) in zip(judgement.cells, sides, strict=True)
                ]
        except Exception as failure:  # also whatever the simulation raises the second time
            what = "" if isinstance(failure, ReplayFailed) else f"{type(failure).__name__}: "
            judgement = replace(
                judgement,
                verdict="undecided",
                reason="error",
                note=f"said to be broken ({judgement.reason}), but the replay disagrees: "
                f"{what}{failure}",
                trace=traceback.format_exc() if what else "",
            )
    judgement, confirmation = _looked_at_again(pipeline, question, judgement)
    if confirmation is not None:
        detail["confirmation"] = confirmation
    if judgement.verdict != "broken":
        counterexample = None
    cells = evidence.check.cells
    cell = None
    if judgement.cell is not None and judgement.verdict != "not applicable":
        cell = dict(cells[question.positions[judgement.cell]])
    broken_at = cell if judgement.verdict == "broken" else None
    wanted = [cells[position] for position in evidence.positions]
    margins = regimes.margins(item.theorem, wanted if broken_at is None else [broken_at])
    if broken_at is not None and (words := regimes.outside(margins)):
        judgement = replace(judgement, note=f"{judgement.note}; {words}".removeprefix("; "))
    return Verdict.on(
        item,
        judgement,
        error=ledger.error,
        seconds=seconds,
        replicates=question.n if evidence.positions else 0,
        complete=evidence.check.complete and item.claim.given is None,
        cell=cell,
        counterexample=counterexample,
        detail={
            "look": question.look,
            "level": ledger.level(question.look),
            "p_value": judgement.p_value,
            "functional": item.claim.functional,
            "cells": len(evidence.positions),
            "forecast": judgement.forecast,
            "forecast_size": judgement.forecast_size,
            "values": dict(judgement.values),
            "margins": margins,
            **detail,
        },
    )


def _looked_at_again(
    pipeline: Pipeline, question: Question, judgement: Judgement
) -> tuple[Judgement, dict[str, Any] | None]:
    """Confirm a measured verdict on a fresh seed, and look at its rows.

    Replicates that are not independent, and a confirmation that disagrees, are an error.
    """
    if judgement.verdict == "not applicable" or judgement.reason == "error":
        return judgement, None
    confirmation = None
    if judgement.verdict != "undecided":
        confirmation = confirm(pipeline, question, judgement)
    if problem := dependent(pipeline, question):
        return replace(judgement, verdict="undecided", reason="error", note=problem), confirmation
    if confirmation is not None and confirmation["agrees"] is False:
        return contradicted(confirmation, judgement), confirmation
    return judgement, confirmation


def _counterexample(
    evidence: Evidence,
    sample: Sample[Any],
    question: Question,
    judgement: Judgement,
    settings: Settings,
) -> dict[str, Any]:
    """Return the counter-example as data: what to run again, and what comes out."""
    cell = judgement.cell or 0
    parameters = dict(sample.cells[cell])
    blocks, replicates = list(range(evidence.blocks(question.n))), question.n
    if sample.claim.box is not None:
        parameters, replicates = dict(judgement.values["parameters"]), 1
    if judgement.row is not None:
        row = sample.row_of(cell, judgement.row)
        instance = evidence.observables(sample.positions[cell])
        time = judgement.values.get("t")
        for name, values in instance.items():
            drawn = values[row] if time is None or values.ndim == 1 else values[row][time]
            if np.ndim(drawn) == 0:  # a whole path or vector is what the seed gives
                parameters[name] = drawn.item()
        parameters |= {} if time is None else {TIME: time}
        blocks, replicates = [row // evidence.check.block], 1
    return {
        "parameters": parameters,
        "seed": evidence.seed,
        "observed": judgement.values.get("observed", judgement.observed),
        "predicted": judgement.values.get("predicted", judgement.predicted),
        "cell": dict(sample.cells[cell]),
        "blocks": blocks,
        "replicates": replicates,
        "command": _command(evidence.check, question, settings),
    }


def _command(check: Check, question: Question, settings: Settings) -> str:
    """Return what a user types to see the counter-example again."""
    if check.code and not check.source:  # a check that only this process has
        name = getattr(check.simulate, "__name__", "check")
        return f"run({name}, budget={settings.budget!r}, seed={settings.seed})"
    source = [as_typed(check.source)] if check.source else []
    parts = ["verify", "run", *source, question.item.id]
    how = replace(settings, store=DEFAULT_STORE)  # it is seen again wherever replicates are kept
    if settings.reach[0] != "--budget":
        how = replace(how, replicates=question.n, settle=None)
    # What is broken against expectation is shown with its counter-example anyway.
    known = ["--only", "broken"] if question.item.claim.expected == "broken" else []
    return shlex.join([*parts, *how.reach, *how.options, *known])
