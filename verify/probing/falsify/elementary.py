"""Counter-examples of claims without a simulation: algebra, and claims over a box of parameters.

The engines that judge such claims look at all of a box, or of a domain: they refute a claim at a
point, or prove it. Here the point becomes a simple one, and fixed values narrow the search.
"""

from __future__ import annotations

import copy
import shlex
from collections.abc import Callable, Mapping
from typing import Any

import mpmath
import sympy as sp

from bounds import ClaimOf
from bounds.box import Domain
from verify.catalogue.overrides import every_setting_is_used
from verify.errors import UserError, as_typed
from verify.judging import deriving, proofs
from verify.judging.balls import NotReal
from verify.judging.boxes import Problem, known
from verify.judging.rules import derivation
from verify.probing.falsify.outcome import Answer
from verify.probing.falsify.shrinking import shrunk


def over_a_box(item: ClaimOf, fixed: Mapping[str, Any], source: str) -> Answer:
    """Look for a violation on the whole box of a claim, with some parameters fixed.

    Raises
    ------
    UserError
        If a fixed parameter is none of the box's, or its value is outside.
    """
    problem = _narrowed(Problem.of(item.theorem, item.claim), fixed)
    whole = {one.symbol.name for one in problem.domain.box if one.symbol.is_integer}
    if not problem.domain.box:
        refuted = problem.refutes(())
        point: dict[str, float] = {}
    else:
        found = known(problem)
        if not found.real:
            return Answer("none found", note=found.words)
        if found.proof:
            return Answer("none exists", True, note=f"proved: {found.proof}")
        refuted = found.refuted
        point = dict(zip(problem.domain.names, found.worst, strict=True))
    if not refuted:
        where = "at this point" if not problem.domain.box else "no point that refutes it"
        return Answer("none found", note=where)
    simple = shrunk(_numbers(point, whole), _refutes(problem))
    everything = {**simple, **fixed}
    gap = problem.gap
    left, right = gap.sides(simple)
    return Answer(
        "violated",
        gap.proves(simple),
        _counterexample(item, everything, left, right, source),
    )


def _narrowed(problem: Problem, fixed: Mapping[str, Any]) -> Problem:
    """Put fixed values into a problem; what is left of its box is searched."""
    if not fixed:
        return problem
    box = {one.symbol.name: one for one in problem.domain.box}
    every_setting_is_used([box], fixed)
    values: dict[str, sp.Rational] = {}
    for name, value in fixed.items():
        values[name] = number = _rational(name, value)
        if not box[name].low <= number <= box[name].high:
            raise UserError(f"{name} lies in the box {box[name]}; got {value}.")
        if box[name].symbol.is_integer and not number.is_integer:
            raise UserError(f"{name} is a whole number, not {value}.")

    def put(expression: Any) -> Any:
        if expression is None:
            return None
        at = {s: values[s.name] for s in expression.free_symbols if s.name in values}
        return expression.subs(at)

    gap = copy.copy(problem.gap)
    gap.left, gap.right, gap.scale = put(gap.left), put(gap.right), put(gap.scale)
    rest = tuple(one for one in problem.domain.box if one.symbol.name not in values)
    predicates = tuple(put(one) for one in problem.domain.predicates)
    return Problem(gap, Domain(rest, tuple(one for one in predicates if one is not sp.true)))


def _rational(name: str, value: Any) -> sp.Rational:
    try:
        number = sp.Rational(float(value) if isinstance(value, int | float) else str(value))
    except (TypeError, ValueError):
        raise UserError(f"{name} is a number, not {value!r}.") from None
    return number


def _numbers(point: Mapping[str, float], whole: set[str]) -> dict[str, Any]:
    return {k: int(v) if k in whole and abs(v) < 2**53 else v for k, v in point.items()}


def _refutes(problem: Problem) -> Callable[[Mapping[str, Any]], bool]:
    """Return whether a point lies in the domain of a problem and refutes it, in balls."""

    def refutes(point: Mapping[str, Any]) -> bool:
        for one in problem.domain.box:
            if not one.low <= sp.Rational(point[one.symbol.name]) <= one.high:
                return False
        try:
            return problem.refutes(point.values())
        except NotReal:
            return False

    return refutes


def by_algebra(item: ClaimOf, fixed: Mapping[str, Any], source: str) -> Answer:
    """Look for a point at which a derivation is false, or recall its proof.

    Raises
    ------
    UserError
        If a fixed parameter is none of the derivation's.
    """
    problem = derivation.Problem.of(item.theorem, item.claim)
    symbols = {one.name: one for one in problem.symbols}
    every_setting_is_used([symbols], fixed)
    if fixed.keys() == symbols.keys() and fixed:
        point = {symbols[name]: _rational(name, value) for name, value in fixed.items()}
        judgement = derivation.refuted_at(problem, point)
        if judgement is None:
            return Answer("none found", note="at this point")
    elif fixed:
        missing = ", ".join(sorted(symbols.keys() - fixed.keys()))
        raise UserError(f"{item.id} is algebra: fix all of its symbols or none (also {missing}).")
    else:
        judgement = _decided(problem)
        if judgement.verdict == "holds":
            return Answer("none exists", True, note=judgement.reason)
        if judgement.verdict != "broken":
            return Answer("none found", note=judgement.note)
        point = _simplest(problem, judgement)
        judgement = derivation.refuted_at(problem, point) or judgement
    values = judgement.values
    return Answer(
        "violated",
        judgement.strength == "proved",
        _counterexample(
            item, values["parameters"], values["observed"], values["predicted"], source
        ),
    )


def _decided(problem: derivation.Problem) -> Any:
    if judged := proofs.recall(problem.key):
        return judged[0]
    judgement, seconds = deriving.timed(problem)
    if not judgement.note.startswith(derivation.LIMIT):
        proofs.keep(problem.key, judgement, seconds)
    return judgement


def _simplest(problem: derivation.Problem, judgement: Any) -> dict[sp.Symbol, sp.Rational]:
    symbols = {one.name: one for one in problem.symbols}
    given = {name: sp.Rational(value) for name, value in judgement.values["parameters"].items()}
    whole = {name: bool(symbols[name].is_integer) for name in given}

    def at(point: Mapping[str, Any]) -> dict[sp.Symbol, sp.Rational]:
        return {symbols[name]: sp.Rational(str(value)) for name, value in point.items()}

    def refuted(point: Mapping[str, Any]) -> bool:
        return derivation.refuted_at(problem, at(point)) is not None

    start = {k: int(v) if whole[k] else float(v) for k, v in given.items()}
    if not refuted(start):  # the fractions are no decimals
        return {symbols[name]: value for name, value in given.items()}
    return at(shrunk(start, refuted))


def _counterexample(
    item: ClaimOf, point: Mapping[str, Any], left: Any, right: Any, source: str
) -> dict[str, Any]:
    parts = ["verify", "falsify", *([as_typed(source)] if source else []), item.id]
    for name, value in point.items():
        parts += ["--set", f"{name}={value}"]
    shown = (
        {"left": mpmath.nstr(left, 12), "right": mpmath.nstr(right, 12)}
        if (isinstance(left, mpmath.mpf))
        else {}
    )
    return {
        "parameters": dict(point),
        "seed": None,
        "observed": float(left),
        "predicted": float(right),
        **shown,
        "command": shlex.join(parts),
    }
