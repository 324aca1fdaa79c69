"""Runs a family of the battery through `verify.run`, all of its cases in one report."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from battery.cases import Case, unique
from verify import Verdict, run
from verify.errors import UserError

FAMILIES = (
    "means",
    "rare",
    "zones",
    "ratios",
    "conditions",
    "probabilities",
    "growth",
    "growth_noise",
    "limits",
    "thresholds",
    "monotone",
    "exact",
    "derivations",
    "types",
    "generators",
    "stale",
    "bounded_means",
    "quantiles",
    "always",
    "bounded",
    "laws",
    "mixed",
)
"""Modules of the battery with a list ``CASES``."""


def cases_of(family: str) -> list[Case]:
    """Return the cases of a family."""
    return import_module(f"battery.{family}").CASES


def every_case() -> list[tuple[str, Case]]:
    """Return all cases, each with its family."""
    found = [(family, case) for family in FAMILIES for case in cases_of(family)]
    unique(case for _, case in found)
    return found


def refused(case: Case, failure: BaseException) -> Verdict:
    """Return what stands for a case that could not be run at all."""
    return Verdict(
        f"battery/claim-{case.name}",
        "",
        "",
        case.why,
        "undecided",
        "holds",
        None,
        None,
        None,
        None,
        0,
        0.0,
        reason="error",
        note=f"{type(failure).__name__}: {failure}",
    )


def judged(cases: Sequence[Case], seed: int, budget: str) -> dict[str, Verdict]:
    """Run cases that are in memory as one report; one by one if that fails."""
    try:
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            # As a user sees it: a warning does not stop a rule.
            warnings.simplefilter("ignore")
            checks = [case.check for case in cases]
            report = run(checks, budget=budget, seed=seed, jobs=1, store=folder)
    except Exception as failure:
        if len(cases) == 1:
            return {cases[0].name: refused(cases[0], failure)}
        return {name: v for case in cases for name, v in judged([case], seed, budget).items()}
    return {case.name: verdict for case, verdict in zip(cases, report.verdicts, strict=True)}


def played(case: Case, seed: int, budget: str) -> Verdict:
    """Run a case that does so by itself."""
    assert case.play is not None
    try:
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return case.play(Path(folder), seed, budget)
    except UserError as failure:
        return refused(case, failure)


@lru_cache(maxsize=64)
def verdicts(family: str, seed: int, budget: str = "quick") -> dict[str, Verdict]:
    """Return the verdicts on all cases of a family that can be stated, by name."""
    cases = [case for case in cases_of(family) if not case.absent]
    together = [case for case in cases if case.play is None]
    found = judged(together, seed, budget) if together else {}
    return found | {c.name: played(c, seed, budget) for c in cases if c.play is not None}
