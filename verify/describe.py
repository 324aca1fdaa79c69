"""Descriptions of theorems, claims, costs and changes, for people."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from bounds import ClaimOf, Theorem
from bounds.claims import Claim, Derivation, Unchecked
from verify.binding import Budget, Check
from verify.overrides import apply_settings, every_setting_is_used
from verify.registry import Registry
from verify.sample import applies
from verify.tables import number, simple_table
from verify.verdict import Report


def one_line(item: ClaimOf) -> str:
    """Return a claim in a line."""
    text = item.claim.statement or item.theorem.title or item.theorem.statement
    return " ".join(text.split())


def routes(registry: Registry, item: ClaimOf) -> str:
    """Say how a claim is checked."""
    claim = item.claim
    if claim.routes:
        return claim.routes
    if isinstance(claim, Derivation):
        return "algebra: compared at random points in 50 digits, then proved symbolically"
    if isinstance(claim, Unchecked):
        return f"not checked: {claim.because}"
    check = registry.check_of(item.id)
    return f"simulation {check.id}" if check else "no simulation"


def list_entry(registry: Registry, item: ClaimOf) -> dict[str, Any]:
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


def describe(registry: Registry, theorem: Theorem, only: str = "") -> Group:
    """Return everything there is to say about a theorem (or about one claim of it)."""
    parts: list[Any] = [Text(theorem.id, style="bold")]
    if theorem.title:
        parts[0].append(f"  {theorem.title}")
    if theorem.aliases:
        parts.append(Text(f"also {', '.join(theorem.aliases)}", style="bright_black"))
    if theorem.source:
        parts.append(Text(theorem.source, style="bright_black"))
    parts += [Text(), Text(theorem.statement.strip())]
    symbols = sorted(symbol.name for symbol in theorem.free_symbols())
    meanings = [(name, theorem.meaning(name)) for name in symbols if theorem.meaning(name)]
    _section(parts, "Symbols", [f"{name}: {meaning}" for name, meaning in meanings])
    _section(
        parts, "Hypotheses",
        [f"({hypothesis.role}) {hypothesis}" for hypothesis in theorem.hypotheses],
    )
    _section(
        parts, "Quantities", [f"{name} = {value}" for name, value in theorem.quantities.items()]
    )
    for item in theorem:
        if not only or item.claim.name == only:
            _section(parts, f"#{item.claim.name} ({item.claim.kind})", _claim_lines(registry, item))
    _section(parts, "Rests on", list(theorem.uses))
    for erratum in theorem.errata:
        lines = [f"printed: {erratum.printed}", f"correct: {erratum.correct}", erratum.why]
        if erratum.counterexample:
            lines.append(f"counter-example: {erratum.counterexample}")
        _section(parts, "Erratum (harmless)" if erratum.harmless else "Erratum", lines)
    if theorem.paper is not None:
        paper = theorem.paper
        _section(
            parts, "Paper",
            [f"{', '.join(paper.authors)}. {paper.title}. {paper.venue} {paper.year} "
             f"({paper.version}). BibTeX: verify cite {paper.key}"],
        )
    return Group(*parts)


def _section(parts: list[Any], title: str, lines: list[str]) -> None:
    if lines:
        parts += [Text(), Text(title, style="bold")]
        parts += [Padding(Text(line), (0, 0, 0, 2)) for line in lines]


def _claim_lines(registry: Registry, item: ClaimOf) -> list[str]:
    claim = item.claim
    lines = [one_line(item)] if claim.statement else []
    lines += [f"{name} = {value}" for name, value in formulas(claim)]
    lines += settings_of(claim)
    if claim.where is not None:
        lines.append(f"where {claim.where}")
    if claim.given is not None:
        lines.append(f"given {claim.given}")
    lines.append(f"expected: {claim.expected}" + (f" ({claim.because})" if claim.because else ""))
    lines.append(f"checked by {routes(registry, item)}")
    check = registry.check_of(item.id)
    if check is not None:
        lines += _check_lines(check, item)
    if claim.mutants:
        lines.append(f"mutants: {'; '.join(m.words for m in claim.mutants)}")
    return lines


def formulas(claim: Claim) -> list[tuple[str, str]]:
    """Return the expressions of a claim with their roles."""
    return [
        (name, str(getattr(claim, name)))
        for name in claim._expressions
        if getattr(claim, name) is not None
    ]


def settings_of(claim: Claim) -> list[str]:
    """Return what else defines a claim: along which parameter, which way, how exactly."""
    common = {item.name for item in dataclasses.fields(Claim)}
    own = {
        item.name: getattr(claim, item.name) for item in dataclasses.fields(claim)
        if item.name not in common and item.name not in claim._expressions
    }
    words = [
        name if value is True else f"not {name}" if value is False else f"{name} {value}"
        for name, value in own.items()
        if value or (value is False and name != "exact")
    ]
    return [f"with {', '.join(words)}"] if words else []


def _check_lines(check: Check, item: ClaimOf) -> list[str]:
    cells = [cell for cell in check.cells if applies(item.theorem, item.claim, cell)]
    ends = [check.size(check.looks[budget] - 1) for budget in ("quick", "full")]
    lines = [
        f"{len(cells)} cells, {check.size(0)} replicates per cell at the first look, up to "
        f"{ends[0]} (quick) or {ends[1]} (full)"
    ]
    if check.replicate:
        lines.append(check.replicate.splitlines()[0])
    return lines


def forecast(check: Check, budget: Budget) -> dict[str, float]:
    """Forecast what a check costs if it goes to the end of a budget."""
    n = check.size(check.looks[budget] - 1)
    return {
        "cells": len(check.cells),
        "replicates": n,
        "seconds": check.cost(budget),
        "bytes": max(check.bytes(cell) for cell in check.cells) * check.block,
    }


def forecast_table(
    registry: Registry, items: list[ClaimOf], budget: Budget, jobs: int,
    overrides: Mapping[str, Any] = MappingProxyType({}),
) -> Group:
    """Return the forecast of a run: per check and in all."""
    claims: dict[str, int] = {}
    for item in items:
        check = registry.check_of(item.id)
        if check is not None:
            claims[check.id] = claims.get(check.id, 0) + 1
    checks = [registry.checks[name] for name in claims]
    every_setting_is_used(checks, overrides)
    costs = {
        check.id: forecast(replace(check, cells=apply_settings(check, overrides)), budget)
        for check in checks
    }
    rows = [
        (name, str(claims[name]), f"{cost['cells']:.0f}", f"{cost['replicates']:.0f}",
         f"{cost['seconds']:.1f}", f"{cost['bytes'] / 1e6:.1f}")
        for name, cost in costs.items()
    ]
    columns = ("check", "claims", "cells", "replicates", "CPU seconds", "MB per process")
    total = sum(cost["seconds"] for cost in costs.values())
    return Group(
        simple_table(columns, rows),
        Text(
            f"\nAt most {total:.0f} CPU seconds, about {total / jobs:.0f} s with {jobs} jobs "
            f"(budget {budget}); claims that are decided early take less.",
            style="bold",
        ),
    )


def difference_table(before: Report, after: Report) -> Group:
    """Return what changed between two reports."""
    old = {verdict.id: verdict for verdict in before}
    new = {verdict.id: verdict for verdict in after}
    rows = []
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            rows.append((name, "removed", old[name].verdict, ""))
        elif name not in old:
            rows.append((name, "added", "", new[name].verdict))
        elif old[name].verdict != new[name].verdict:
            rows.append((name, "verdict", old[name].verdict, new[name].verdict))
        elif old[name].observed != new[name].observed:
            rows.append(
                (name, "observed", number(old[name].observed), number(new[name].observed))
            )
    settings = [
        (f"({name})", "setting", str(getattr(before, name)), str(getattr(after, name)))
        for name in ("version", "budget", "alpha", "seed")
        if getattr(before, name) != getattr(after, name)
    ]
    if not rows and not settings:
        return Group(Text("The two reports say the same."))
    return Group(simple_table(("claim", "change", "before", "after"), settings + rows))
