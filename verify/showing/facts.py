"""Everything there is to say about a theorem, as plain data: what `verify show` prints."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sympy as sp

import bounds
from bounds import ClaimOf, Erratum, Theorem
from bounds.claims import Claim, Unchecked
from bounds.variation import generated
from verify.catalogue.check import Check
from verify.catalogue.grid import Cell, shown
from verify.catalogue.registry import Registry
from verify.errors import place
from verify.evidence.sample import positions_of
from verify.judging import regimes
from verify.judging.status import expected, rests_on

Facts = dict[str, Any]

FEW_CELLS = 6
"""So many are shown one by one."""


def one_line(item: ClaimOf) -> str:
    """Return a claim in a line."""
    claim, theorem = item.claim, item.theorem
    # Formulas take time to print: only where there are no words.
    return " ".join((claim.statement or claim.line or theorem.title or theorem.statement).split())


def routes(registry: Registry, item: ClaimOf) -> str:
    """Say how a claim is checked."""
    claim = item.claim
    if claim.routes:
        return claim.routes
    if not claim.observed:
        return "algebra: compared at random points in 50 digits, then proved symbolically"
    if isinstance(claim, Unchecked):
        return f"not checked: {claim.because}"
    if claim.box is not None:
        return "points drawn from its box, and a search for the worst, decided by ball arithmetic"
    check = registry.check_of(item.id)
    return f"simulation {check.id}" if check else "no simulation"


def list_entry(registry: Registry, item: ClaimOf) -> Facts:
    """Return a claim as an entry of ``verify list --json``."""
    return {
        "id": item.id,
        "theorem": item.theorem.id,
        "paper": item.theorem.paper_key,
        "kind": item.claim.kind,
        "statement": one_line(item),
        "expected": item.claim.expected,
        "aliases": [f"{alias}#{item.claim.name}" for alias in item.theorem.aliases],
        "routes": [routes(registry, item)],
    }


def facts(registry: Registry, theorem: Theorem, only: Collection[str] | None = None) -> Facts:
    """Return everything there is to say about a theorem (or about the claims of these names).

    What it rests on has the status that follows from the expected verdicts.
    """
    letters = {one.name: getattr(one, "letter", "") for one in theorem.symbols_in_use()}
    return {
        "id": theorem.id,
        "title": theorem.title,
        "aliases": list(theorem.aliases),
        "source": theorem.source,
        "place": place(*theorem.place.rpartition(":")[::2]),
        "reconstructed": theorem.reconstructed,
        "statement": inspect.cleandoc(theorem.statement),
        "symbols": [
            {"name": name, "letter": letter, "meaning": theorem.meaning(name)}
            for name, letter in sorted(letters.items())
        ],
        "hypotheses": [
            {"role": hypothesis.role, "statement": str(hypothesis)}
            for hypothesis in theorem.hypotheses
        ],
        "quantities": {name: str(value) for name, value in theorem.quantities.items()},
        "claims": [
            _claim_facts(registry, item)
            for item in theorem
            if only is None or item.claim.name in only
        ],
        "rests_on": [
            {**support.to_dict(), "words": support.words(theorem.paper_key)}
            for support in rests_on(registry, theorem, expected)
        ],
        "vacuity": [{**result.to_dict(), "words": result.words} for result in theorem.says()],
        "errata": [_erratum(theorem, one) for one in theorem.errata],
        "paper": None if theorem.paper is None else _paper_facts(theorem.paper),
    }


def overview(paper: bounds.Paper, items: Sequence[ClaimOf]) -> Facts:
    """Return what there is to say about a paper in one screen: its statements, and what is false.

    Of the errata those are left out that are harmless.
    """
    theorems = {item.theorem.id: item.theorem for item in items}.values()
    return {
        "paper": _paper_facts(paper),
        "statements": [
            {
                "id": theorem.id,
                "title": theorem.title,
                "claims": len(theorem.claims),
                "false": sum(claim.expected == "broken" for claim in theorem.claims),
            }
            for theorem in theorems
        ],
        "errata": [
            {"id": theorem.id, **_erratum(theorem, one)}
            for theorem in theorems
            for one in theorem.errata
            if not one.harmless
        ],
    }


def _paper_facts(paper: bounds.Paper) -> Facts:
    names = ("key", "title", "authors", "year", "venue", "version")
    return {name: getattr(paper, name) for name in names}


def _claim_facts(registry: Registry, item: ClaimOf) -> Facts:
    claim, check = item.claim, registry.check_of(item.id)
    return {
        "id": item.id,
        "name": claim.name,
        "kind": claim.kind,
        "statement": claim.statement,
        "note": claim.note,
        "formula": claim.formula,
        "expressions": formulas(claim),
        "settings": settings_of(claim),
        "tolerance_is": claim.tolerance_is,
        "where": None if claim.where is None else str(claim.where),
        "given": None if claim.given is None else str(claim.given),
        "expected": claim.expected,
        "because": claim.because,
        "routes": [routes(registry, item)],
        "check": None if check is None else _check_facts(check, item),
        "outside_regime": None if check is None else _missed(check, item),
        "mutants": [
            {
                "mutation": mutant.words,
                "truth": mutant.truth,
                "because": mutant.because or mutant.survives,
            }
            for mutant in claim.mutants
        ],
        "generated_mutants": len(generated(claim)),
    }


def formulas(claim: Claim) -> dict[str, str]:
    """Return the expressions of a claim by their roles."""
    values = {name: getattr(claim, name) for name in claim._expressions}
    return {name: _written(value) for name, value in values.items() if value is not None}


def _written(value: Any) -> str:
    """Return an expression; a number as briefly as it is exact."""
    return f"{float(value):.15g}" if isinstance(value, sp.Float) else str(value)


def settings_of(claim: Claim) -> Facts:
    """Return what else defines a claim: along which parameter, which way, how exactly."""
    common = {"of_kind", *(item.name for item in dataclasses.fields(Claim))}
    own = {
        item.name: getattr(claim, item.name)
        for item in dataclasses.fields(claim)
        if item.name not in common and item.name not in claim._expressions
    }
    return {
        name: value if isinstance(value, bool | int | float | str) else _in_words(value)
        for name, value in own.items()
        if value or (value is False and name != "exact")
    }


def _in_words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _missed(check: Check, item: ClaimOf) -> Facts | None:
    """Return what no cell of a claim meets of the regime, and how far it is from that."""
    cells = [check.cells[at] for at in positions_of(check, item)]
    missed = regimes.missed(regimes.margins(item.theorem, cells))
    return {"by": regimes.short_by(missed), "margins": missed} if missed else None


def _check_facts(check: Check, item: ClaimOf) -> Facts:
    code = getattr(check.simulate, "__code__", None)
    cells = [check.cells[at] for at in positions_of(check, item)]
    return {
        "id": check.id,
        "place": place(code.co_filename, code.co_firstlineno) if code else "",
        "replicate": check.replicate.partition("\n")[0],
        "cells": len(cells),
        "places": _places(cells),
        "first": check.size(0),
        "quick": check.size_of("quick"),
        "full": check.size_of("full"),
    }


def _erratum(theorem: Theorem, erratum: Erratum) -> dict[str, Any]:
    data = dataclasses.asdict(erratum)
    if "#" in erratum.refuted:  # of another statement of the paper
        data["refuted"] = theorem.claim_id(erratum.refuted)
    return data


def _places(cells: Sequence[Cell]) -> Facts:
    """Return where a claim is checked: what all cells share, then the cells or their ranges."""
    names = dict.fromkeys(name for cell in cells for name in cell)
    values = {
        name: {shown({name: cell[name]}): cell[name] for cell in cells if name in cell}
        for name in names
    }
    everywhere = {
        name for name in names if len(values[name]) == 1 and all(name in c for c in cells)
    }
    fixed = ", ".join(next(iter(values[name])) for name in names if name in everywhere)
    if len(cells) <= FEW_CELLS:
        rest = [{name: cell[name] for name in cell if name not in everywhere} for cell in cells]
        each = [shown(cell) for cell in rest if cell]
    else:
        each = [_range(name, values[name]) for name in names if name not in everywhere]
    return {"shared": fixed, "each": each}


def _range(name: str, found: Mapping[str, Any]) -> str:
    """Return the range of a parameter, by its values in words; of what is no number, how many."""
    try:
        ordered = sorted(found, key=lambda words: float(found[words]))
    except (TypeError, ValueError):
        return f"{len(found)} values of {name}"
    return f"{ordered[0]} to {ordered[-1].removeprefix(f'{name} = ')} ({len(found)} values)"
