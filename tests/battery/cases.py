"""Cases of the battery: a claim, its simulation, and what is true of it.

The rules are not looked at here. A case says what is true in mathematics; `wrong_with` compares
that with a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as File
from typing import Any

import numpy as np

import bounds
from bounds import Theorem
from bounds.claims import Claim
from verify import Path, Verdict, check
from verify.catalogue.budgets import SECONDS
from verify.catalogue.check import Check

TRUE, FALSE, BETWEEN, UNSAYABLE = "true", "false", "between", "unsayable"

CAUSES: Mapping[str, str] = {
    "1": "a threshold's other levels",
    "2": "the sizes of a limit",
    "3": "a minimal rise",
    "4": "dips that add up",
    "5": "blind spots of growth",
    "6": "a ratio of two random sides",
    "7": "a random growth",
    "8": "against zero, and rounding",
    "9": "derivations",
    "10": "stale replicates",
    "11": "types, tolerances, conditions, magnitudes",
    "12": "laws of means, rare events",
    "13": "sizes before the asymptotics, oscillation",
    "14": "logarithms",
    "15": "between the zones",
    "16": "generators and dependent rows",
    "17": "forms that state what bounds an observable, and new kinds",
}
"""The causes of wrong verdicts that were found in the first version, and their kin."""

Simulate = Callable[[np.random.Generator, Mapping[str, Any], int], Mapping[str, Any]]


@dataclass(frozen=True)
class Case:
    """A claim of known truth.

    Attributes
    ----------
    name : unique; names the theorem, the check and the test
    cause : key of `CAUSES`
    truth : TRUE (must never be broken), FALSE (must never hold), BETWEEN (false by less than the
        tolerance: one verdict for all seeds), UNSAYABLE (nothing may be said but `error`)
    why : why that is so
    build : makes the check; its one claim is judged
    must : the verdict that has to come out at the quick budget; empty if any may that is not wrong
    assumes : no test can tell without a bound, so that a verdict has to name what it assumes
    may_fail : `error` is a right answer too
    needs : what `bounds` must have for the case to be stated
    play : runs the case by itself in a folder of its own (seed, budget) instead of ``build``
    """

    name: str
    cause: str
    truth: str
    why: str
    build: Callable[[], Check] | None = None
    must: str = ""
    assumes: bool = False
    may_fail: bool = False
    needs: str = ""
    play: Callable[[File, int, str], Verdict] | None = None

    @cached_property
    def absent(self) -> str:
        """What `bounds` does not have of what the case needs; empty if it can be stated."""
        kind, _, option = self.needs.partition(".")
        if kind and not hasattr(bounds, kind):
            return f"bounds has no {kind}"
        if option and option not in getattr(bounds, kind).__dataclass_fields__:
            return f"{kind} has no {option!r}"
        return ""

    @cached_property
    def check(self) -> Check:
        """The check, built once."""
        assert self.build is not None
        return self.build()


def wrong_with(case: Case, verdict: Verdict, budget: str = "quick") -> str:
    """Say what is wrong with one verdict on a case; the empty string if nothing is.

    What is undecided on the quick budget may be decided on the full one.
    """
    decided = verdict.verdict in ("holds", "broken")
    assuming = str(verdict.to_dict().get("assuming") or "")
    if case.truth == UNSAYABLE:
        fine = verdict.verdict == "undecided" and verdict.reason == "error"
        return "" if fine else f"must be an error, and is {verdict.verdict} ({verdict.reason})"
    if decided and case.assumes and not assuming:
        return f"{verdict.verdict} without a named assumption"
    if decided and case.assumes:
        return ""
    if case.truth == TRUE and verdict.verdict == "broken":
        return "true, and broken"
    if case.truth == FALSE and verdict.verdict == "holds":
        return "false, and holds"
    if verdict.reason == "error" and not case.may_fail:
        return f"an error: {verdict.note}"
    asked = budget == "quick" or case.must != "undecided"
    if case.must and asked and verdict.verdict != case.must:
        return f"must be {case.must}, and is {verdict.verdict} ({verdict.reason})"
    return ""


def wrong_among(verdicts: Iterable[Verdict]) -> str:
    """Say what is wrong with the verdicts of several seeds on a case between the zones."""
    found = sorted({verdict.verdict for verdict in verdicts})
    return "" if len(found) == 1 else f"the seed decides: {', '.join(found)}"


def case(
    name: str,
    cause: str,
    truth: str,
    why: str,
    claim: Claim | Callable[[], Claim],
    simulate: Simulate,
    *,
    upto: int = 65_536,
    cells: Sequence[Mapping[str, Any]] = (),
    paths: Sequence[Path] = (),
    must: str = "",
    assumes: bool = False,
    may_fail: bool = False,
    needs: str = "",
    theorem: Mapping[str, Any] | None = None,
    **options: Any,
) -> Case:
    """Make a case; the quick budget pays for ``upto`` replicates per cell.

    Parameters
    ----------
    claim : Claim, or a function that makes it (for forms that may not exist yet)
    theorem : further arguments of the theorem
    **options : of `verify.check`
    """
    grid = [dict(cell) for cell in cells] or ([] if paths else [dict(g=0)])

    def build() -> Check:
        stated = claim() if callable(claim) else claim
        statement = Theorem(
            id=f"battery/claim-{name}", statement=why, claims=[stated], **(theorem or {})
        )
        count = len({repr(cell) for cell in [*grid, *(c for p in paths for c in p.cells())]})
        if not getattr(stated, "exact", False):
            options.setdefault("block", min(upto, 2048))
        return check(
            statement,
            id=statement.id,
            cells=grid,
            paths=paths,
            seconds_per_replicate=0.999 * SECONDS["quick"] / (count * upto),
            bytes_per_replicate=64.0,
            **options,
        )(simulate)

    return Case(name, cause, truth, why, build, must, assumes, may_fail, needs)


def cells(count: int) -> list[dict[str, int]]:
    """Return a grid of cells that differ in ``g``."""
    return [dict(g=index) for index in range(count)]


def unique(cases: Iterable[Case]) -> list[Case]:
    """Return the cases as a list; refuse two of one name and unknown causes."""
    found = list(cases)
    names = [one.name for one in found]
    assert len(set(names)) == len(names), sorted({n for n in names if names.count(n) > 1})
    assert {one.cause for one in found} <= CAUSES.keys()
    return found
