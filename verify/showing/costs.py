"""What a run would cost, for people."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import Any

from rich.console import Group
from rich.text import Text

from bounds import ClaimOf
from verify.catalogue.budgets import Budget
from verify.catalogue.check import Check
from verify.catalogue.overrides import every_setting_is_used
from verify.catalogue.registry import Registry
from verify.evidence.memory import in_words
from verify.evidence.settings import DEFAULT_STORE, Settings
from verify.judging.deriving import derivations, kept
from verify.judging.drawing import Drawn
from verify.judging.planning import DECIDED, Plan
from verify.judging.verdict import finite
from verify.showing.rows import Rows
from verify.showing.tables import duration, settings
from verify.words import counted


def part_words(drawn: Drawn, seconds: float, how: Settings, ids: Sequence[str]) -> str:
    """Say what a part of a run drew in so many seconds, and what comes next."""
    part = drawn.part
    options = replace(how, store=DEFAULT_STORE).options
    again = shlex.join(["verify", "run", *(ids or ["--all"]), *how.reach, *options])
    between = {2: " ", 3: " PART-2 "}.get(part.of, " ... ")
    stores = f"PART-1{between}PART-{part.of}"
    decided = f"The store decides all claims of {drawn.decided} of {drawn.checks} checks already."
    lines = (
        f"Part {part}: {drawn.blocks} blocks drawn into {how.store} ({duration(drawn.cpu)} of CPU "
        f"time, {duration(seconds)}).",
        *([decided] if drawn.decided else []),
        "Nothing is judged: that is up to a run on the merged store.",
        *(f"error: {words}" for words in drawn.failures),
        *drawn.notes,
        f"\n  verify merge {stores} -o MERGED\n  {again} --store MERGED",
    )
    return "\n".join(lines)


def forecast(check: Check, budget: Budget) -> dict[str, float]:
    """Forecast what a check costs if it goes to the end of a budget."""
    return {
        "cells": len(check.cells),
        "replicates": check.size_of(budget),
        "seconds": check.cost(budget),
        "bytes": max(check.bytes(cell) for cell in check.cells) * check.block,
    }


def forecast_table(
    registry: Registry,
    items: list[ClaimOf],
    budget: Budget,
    jobs: int,
    overrides: Mapping[str, Any] = MappingProxyType({}),
) -> Group:
    """Return the forecast of a run: per check and in all."""
    claims: dict[str, int] = {}
    for item in items:
        check = registry.check_of(item.id)
        if check is not None:
            claims[check.id] = claims.get(check.id, 0) + 1
    declared = [registry.checks[name] for name in claims]
    every_setting_is_used((cell for check in declared for cell in check.cells), overrides)
    checks = {check.id: check.with_settings(overrides) for check in declared}
    costs = {name: forecast(check, budget) for name, check in checks.items()}
    rows = [
        (
            name,
            str(claims[name]),
            f"{cost['cells']:.0f}",
            f"{cost['replicates']:.0f}",
            f"{cost['seconds']:.1f}",
            f"{cost['bytes'] / 1e6:.1f}",
        )
        for name, cost in costs.items()
    ]
    columns = ("check", "claims", "cells", "replicates", "CPU seconds", "MB per process")
    total = sum(cost["seconds"] for cost in costs.values())
    changed = f"{settings(overrides)}, " if overrides else ""
    most = sum(checks[name].cost(budget, longest=True) for name in costs)
    lines = [
        f"\n{'At most' if most <= total else 'About'} {total:.0f} CPU seconds, about "
        f"{total / jobs:.0f} s with {counted(jobs, 'job')} ({changed}budget {budget}); "
        "claims that are decided early take less"
        + (f", and those that more will settle more, up to {most:.0f}." if most > total else ".")
    ]
    if algebra := derivations(items):
        lines.append(
            f"{counted(len(algebra), 'derivation')} besides, {kept(algebra)} of them kept from "
            "before and the others proved once."
        )
    return Group(
        Rows(columns, rows) if rows else Text("No replicates are drawn."),
        Text("\n".join(lines), style="bold"),
    )


def plan_data(plans: Sequence[Plan], target: str, how: Settings) -> dict[str, Any]:
    """Return plans as the data of ``verify plan --json``."""
    claims = [{**asdict(plan), "core_hours": plan.core_hours} for plan in plans]
    data = {"schema": 1, "target": target, "seed": how.seed, "alpha": how.alpha}
    found: dict[str, Any] = finite({**data, "set": how.overrides, "claims": claims})
    return found


def plan_table(
    plans: Sequence[Plan], ids: Sequence[str], how: Settings, jobs: int, target: str
) -> Group:
    """Return plans for people, with the command that carries them out."""
    shown = [plan for plan in plans if plan.cells]
    rows = [
        (
            plan.id,
            plan.verdict,
            _count(plan.stored),
            _count(plan.replicates),
            *(_time(plan.seconds / cores) for cores in (1, jobs)),
            in_words(max(plan.main, plan.worker)) if math.isfinite(plan.main) else "?",
        )
        for plan in shown
    ]
    columns = ("claim", "now", "stored", "needed", "core time", f"{jobs} cores", "memory")
    lines = [f"\nReplicates per cell until {target}; the times are of what is not stored yet."]
    lines += [f"{plan.id}: {plan.note}" for plan in shown if plan.note]
    if others := len(plans) - len(shown):
        lines.append(f"{others} more are decided without replicates, if at all.")
    known = [plan.replicates for plan in shown if math.isfinite(plan.replicates)]
    if known and any(plan.seconds for plan in shown):
        far = ["--replicates", f"{max(known):.0f}"]
        if target != DECIDED:  # a run would stop where the claim is decided
            far = ["--part", "1/1", *far]
        lines.append(shlex.join(["verify", "run", *ids, *far, *how.options]))
    table = [Rows(columns, rows)] if rows else []
    return Group(*table, *(Text(line) for line in lines))


def _count(value: float) -> str:
    return f"{value:.0f}" if math.isfinite(value) else "?"


def _time(seconds: float) -> str:
    return duration(seconds) if math.isfinite(seconds) else "?"
