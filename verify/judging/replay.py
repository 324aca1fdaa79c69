"""From a judgement to a verdict: `broken` is said only of what survives a replay.

A replay draws the counter-example again from its seed, bypassing the store, and decides again by
other means: 50-digit arithmetic and, where the check has one, an independent simulation for exact
claims; SciPy's textbook tests or a plain polynomial fit for statistical ones. If it disagrees the
verdict is `undecided (error)`. A confirmation with a fresh seed is shown beside, and not judged.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np

from bounds import ClaimOf, evaluate_precisely
from bounds.arrays import rank
from bounds.claims import Claim
from verify.catalogue.check import simulate_block
from verify.catalogue.grid import Cell
from verify.evidence.sample import Sample, expand
from verify.judging import textbook
from verify.judging.judgement import Judgement
from verify.judging.verdict import Verdict

if TYPE_CHECKING:
    from verify.runner import CheckRun

CONFIRMATION_SECONDS = 20.0
"""A confirmation that would take longer is not made, and the verdict says so."""

CONFIRMATION_SHIFT = 0x5EED
"""Added to the run's seed for the confirmation."""


KINDS_ON_PATHS = ("theta", "O", "omega", "limit")
"""Kinds whose deciding statistic joins the cells of a path."""


class ReplayFailed(Exception):
    """The counter-example did not come out again."""


def settle(run: CheckRun, item: ClaimOf, seconds: float) -> Verdict:
    """Return the verdict on a claim, after replaying a counter-example if there is one."""
    judgement, n, look = run.judgements[item.id]
    counterexample, detail = None, {}
    if judgement.verdict == "broken":
        try:
            sample = run.sample(item, n)
            _replay(run, sample, judgement)
            counterexample = _describe(run, sample, judgement, n)
            if judgement.row is None:
                detail["confirmation"] = _confirm(run, item, sample, judgement)
        except Exception as failure:  # also whatever the simulation raises the second time
            what = "" if isinstance(failure, ReplayFailed) else f"{type(failure).__name__}: "
            judgement = replace(
                judgement,
                verdict="undecided",
                reason="error",
                note=f"said to be broken ({judgement.reason}), but the replay disagrees: "
                f"{what}{failure}",
            )
    cell = None
    if judgement.cell is not None and judgement.verdict != "not applicable":
        cell = _cell_of(run, item, judgement.cell)
    deciding = cell if judgement.verdict == "broken" else None
    margins = _margins(run, item, deciding)
    outside = {words: margin for words, margin in margins.items() if margin < 1 - 1e-9}
    if deciding is not None and outside:
        parts = ", ".join(f"{words} ({margin:.2g})" for words, margin in outside.items())
        note = f"outside the regime: {parts}"
        judgement = replace(judgement, note=f"{judgement.note}; {note}".removeprefix("; "))
    return Verdict(
        id=item.id,
        theorem=item.theorem.id,
        kind=item.claim.kind,
        statement=item.claim.statement or item.theorem.statement,
        verdict=judgement.verdict,
        expected=item.claim.expected,
        predicted=judgement.predicted,
        observed=judgement.observed,
        interval=judgement.interval,
        tolerance=judgement.tolerance,
        replicates=n if run.wanted else 0,
        error=run.ledger.error,
        counterexample=counterexample,
        seconds=seconds,
        note=judgement.note,
        reason=judgement.reason,
        cell=cell,
        detail={
            "look": look,
            "level": run.ledger.level(look),
            "p_value": judgement.p_value,
            "functional": item.claim.functional,
            "cells": len(run.wanted),
            "forecast": judgement.forecast,
            "forecast_size": judgement.forecast_size,
            "values": dict(judgement.values),
            "margins": margins,
            **detail,
        },
    )


def _cell_of(run: CheckRun, item: ClaimOf, position: int) -> Cell:
    from verify.evidence.sample import applies

    inside = [cell for cell in run.cells if applies(item.theorem, item.claim, cell)]
    return dict(inside[position])


def _margins(run: CheckRun, item: ClaimOf, deciding: Cell | None) -> dict[str, float]:
    """Margin of every regime hypothesis at the deciding cell, or else where it is met best.

    A cell that says nothing about the unnamed constant C has C = 1.
    """
    cells = [run.cells[position] for position in run.wanted] if deciding is None else [deciding]
    from bounds import MissingValue
    from bounds.hypotheses import Hypothesis

    def best(hypothesis: Hypothesis) -> float | None:
        margins = []
        for cell in cells:
            numbers = {k: v for k, v in cell.items() if not isinstance(v, str)}
            try:
                margin = hypothesis.margin({"C": 1.0} | numbers)
            except (MissingValue, TypeError, ValueError):
                return None
            if margin is not None:
                margins.append(margin)
        return max(margins, default=None)

    found = {h.words: best(h) for h in item.theorem.hypotheses if h.role == "regime"}
    return {words: margin for words, margin in found.items() if margin is not None}


def _replay(run: CheckRun, sample: Sample, judgement: Judgement) -> None:
    """Draw the decisive blocks again and decide again by other means.

    Raises
    ------
    ReplayFailed
        If anything comes out differently.
    """
    if judgement.row is not None:
        _replay_instance(run, sample, judgement)
        return
    assert judgement.cell is not None
    _same_block(run, sample, judgement.cell, block=0)
    _predictions_agree(sample)
    problem = textbook.disagrees(sample, judgement)
    if problem:
        raise ReplayFailed(problem)


def _same_block(run: CheckRun, sample: Sample, cell: int, block: int) -> dict[str, np.ndarray]:
    """Simulate a block anew; it must equal the stored one bit by bit."""
    check, position = run.check, sample.positions[cell]
    again = simulate_block(check, run.settings.seed, run.cells[position], block)
    rows = slice(block * check.block, (block + 1) * check.block)
    for name, values in again.items():
        stored = run.evidence[position][name][rows]
        if not np.array_equal(values, stored, equal_nan=True):
            raise ReplayFailed(f"{name} is not the same when block {block} is drawn again")
    return again


def _predictions_agree(sample: Sample) -> None:
    """Evaluate the formulas of the claim anew, in 50 digits, wherever they are scalars."""
    for name in sample.claim._expressions:
        expression = getattr(sample.claim, name)
        if expression is None:
            continue
        for cell in range(len(sample.cells)):
            written_out = expand(expression, sample.theorem, frozenset(sample.cells[cell]))
            symbols = written_out.free_symbols
            if any(rank(s) or s.name not in sample.cells[cell] for s in symbols):
                continue
            precise = float(evaluate_precisely(written_out, sample.cells[cell]))
            quick = float(sample.values(cell, expression)[0])
            if not np.isclose(precise, quick, rtol=1e-9, atol=0):
                raise ReplayFailed(f"{name} evaluates to {quick} and, precisely, to {precise}")


def _row_of_sample(run: CheckRun, sample: Sample, judgement: Judgement) -> int:
    """Return the row in the evidence of the replicate that a row of the sample is."""
    if sample.claim.given is None:
        return int(judgement.row or 0)
    position = sample.positions[judgement.cell or 0]
    whole = replace(sample, claim=replace(sample.claim, given=None))
    whole = replace(
        whole,
        n=len(next(iter(run.evidence[position].values()))),
        replicates=[run.evidence[p] for p in sample.positions],
    )
    inside = np.flatnonzero(whole.values(judgement.cell or 0, sample.claim.given).astype(bool))
    return int(inside[judgement.row or 0])


def _replay_instance(run: CheckRun, sample: Sample, judgement: Judgement) -> None:
    cell = judgement.cell or 0
    row = _row_of_sample(run, sample, judgement)
    block, offset = divmod(row, run.check.block)
    if sample.claim.kind in KINDS_ON_PATHS:
        _replay_along_path(run, sample, judgement, block)
        return
    observables = {k: v[offset] for k, v in _same_block(run, sample, cell, block).items()}
    parameters = run.cells[sample.positions[cell]]
    _violates(sample, {**parameters, **observables}, judgement, "in 50 digits")
    if run.check.replay is not None:
        rng = run.check.generator(run.settings.seed, parameters, block)
        other = run.check.replay(rng, dict(parameters), run.check.block)
        independent = {name: np.asarray(values)[offset] for name, values in other.items()}
        _violates(
            sample,
            {**parameters, **observables, **independent},
            judgement,
            "by the independent simulation",
        )


def _replay_along_path(run: CheckRun, sample: Sample, judgement: Judgement, block: int) -> None:
    """Draw one instance again at the deciding cells of its path, and fit it by plain means."""
    for cell in judgement.cells:
        _same_block(run, sample, cell, block)
    row = slice(judgement.row, (judgement.row or 0) + 1)
    instance = [{k: v[row] for k, v in values.items()} for values in sample.replicates]
    problem = textbook.disagrees(replace(sample, n=1, replicates=instance), judgement)
    if problem:
        raise ReplayFailed(problem)


def _violates(sample: Sample, known: Mapping[str, Any], judgement: Judgement, how: str) -> None:
    """Recompute the sides of an exact claim from exactly represented inputs.

    A monotone claim compares two cells and is checked on the redrawn block alone.
    """
    claim = sample.claim
    if claim.kind == "monotone":
        return
    if claim.kind == "identity":
        left, right = claim.observable, claim.equals
    elif claim.at_most is not None:
        left, right = claim.left, claim.at_most
    else:
        left, right = claim.at_least, claim.left
    try:
        a, b = (_precise(sample, side, known) for side in (left, right))
        scale = None if claim.scale is None else _precise(sample, claim.scale, known)
    except ValueError:  # array symbols: the double-precision evaluation stands alone
        return
    excess = abs(a - b) if claim.kind == "identity" else a - b
    scale = abs(a) + abs(b) if scale is None else scale
    if not excess > _slack(claim) * abs(scale) / 2:
        raise ReplayFailed(f"{mpmath.nstr(a, 12)} against {mpmath.nstr(b, 12)} {how}")


def _slack(claim: Claim) -> float:
    tolerance = getattr(claim, "tolerance", None)
    return 1e-9 if tolerance is None else float(tolerance)


def _precise(sample: Sample, expression: Any, known: Mapping[str, Any]) -> mpmath.mpf:
    written_out = expand(expression, sample.theorem, frozenset(known))
    return evaluate_precisely(written_out, known)


def _describe(run: CheckRun, sample: Sample, judgement: Judgement, n: int) -> dict[str, Any]:
    """Return the counter-example as data: what to run again, and what comes out."""
    cell = judgement.cell or 0
    parameters = dict(sample.cells[cell])
    blocks = list(range(-(-n // run.check.block)))
    replicates = n
    if judgement.row is not None:
        row = _row_of_sample(run, sample, judgement)
        block = row // run.check.block
        instance = run.evidence[sample.positions[cell]]
        parameters |= {name: values[row].item() for name, values in instance.items()}
        blocks, replicates = [block], 1
    return {
        "parameters": parameters,
        "seed": run.settings.seed,
        "observed": judgement.values.get("observed", judgement.observed),
        "predicted": judgement.values.get("predicted", judgement.predicted),
        "cell": dict(sample.cells[cell]),
        "blocks": blocks,
        "replicates": replicates,
        "command": _command(run, sample),
    }


def _command(run: CheckRun, sample: Sample) -> str:
    settings = run.settings
    if run.check.code and not run.check.source:  # a check that only this process has
        name = getattr(run.check.simulate, "__name__", "check")
        return f"run({name}, budget={settings.budget!r}, seed={settings.seed})"
    what = f"{sample.theorem.id}#{sample.claim.name}"
    parts = ["verify", "run", *([run.check.source] if run.check.source else []), what]
    parts += ["--budget", settings.budget, "--seed", str(settings.seed)]
    if settings.alpha != 0.01:
        parts += ["--alpha", str(settings.alpha)]
    for name, value in settings.overrides.items():
        parts += ["--set", f"{name}={value}"]
    return shlex.join(parts)


def _confirm(
    run: CheckRun, item: ClaimOf, sample: Sample, judgement: Judgement
) -> dict[str, Any] | None:
    """Draw as many replicates from a fresh seed and test the same side again."""
    check = run.check
    blocks = -(-sample.n // check.block)
    cells = sorted({*judgement.cells, judgement.cell or 0})
    cost = blocks * check.block * sum(check.seconds(sample.cells[c]) for c in cells)
    if cost > CONFIRMATION_SECONDS or sample.claim.given is not None:
        return None
    seed = run.settings.seed + CONFIRMATION_SHIFT
    fresh = list(sample.replicates)
    try:
        for cell in cells:
            drawn = [simulate_block(check, seed, sample.cells[cell], b) for b in range(blocks)]
            fresh[cell] = {
                k: np.concatenate([part[k] for part in drawn])[: sample.n] for k in drawn[0]
            }
        again = textbook.test(replace(sample, replicates=fresh), judgement)
    except Exception as failure:  # of the simulation; the confirmation is not judged
        return {
            "seed": seed,
            "observed": None,
            "p_value": None,
            "same_side": None,
            "note": f"{type(failure).__name__}: {failure}",
        }
    return {
        "seed": seed,
        "observed": again.observed,
        "p_value": again.p_value,
        "same_side": again.same_side,
    }
