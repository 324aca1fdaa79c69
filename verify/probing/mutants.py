"""How sharp the evidence is: the same replicates, judged against changed claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rich.console import Group
from rich.text import Text

from bounds import ClaimOf, Mutant
from bounds.claims import Derivation
from verify.catalogue.registry import Registry
from verify.evidence.settings import Settings
from verify.evidence.store import Store
from verify.evidence.workers import perform
from verify.judging.judgement import Judgement, cannot_tell
from verify.judging.ledger import Ledger
from verify.judging.rules import derivation
from verify.report import Report, context_of
from verify.runner import CheckRun, Progress, Silent, judge_safely, run_claims
from verify.showing.tables import as_text, number, simple_table, terminal_width


@dataclass(frozen=True)
class MutantVerdict:
    """What became of one changed claim."""

    id: str
    mutation: str
    truth: str
    verdict: str
    because: str
    predicted: float
    observed: float

    @property
    def caught(self) -> bool:
        """Whether the evidence breaks the changed claim."""
        return self.verdict == "broken"

    @property
    def survives(self) -> bool:
        """Whether a false claim was not told from the true one."""
        return self.truth == "false" and not self.caught


@dataclass(frozen=True)
class MutantReport:
    """All changed claims of a run."""

    mutants: tuple[MutantVerdict, ...]

    @property
    def survived(self) -> int:
        """False claims that the evidence does not break."""
        return sum(mutant.survives for mutant in self.mutants)

    @property
    def summary(self) -> dict[str, int]:
        """Counts; `equivalent` includes the weaker ones."""
        false = [mutant for mutant in self.mutants if mutant.truth == "false"]
        return {
            "caught": sum(mutant.caught for mutant in false),
            "survived": self.survived,
            "equivalent": len(self.mutants) - len(false),
        }

    def __rich__(self) -> Group:
        return mutant_table(self)

    def __str__(self) -> str:
        return as_text(mutant_table(self), terminal_width())

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data for JSON."""
        return {
            "schema": 1,
            "mutants": [
                {
                    "id": m.id,
                    "mutation": m.mutation,
                    "caught": m.caught,
                    "verdict": m.verdict,
                    "truth": m.truth,
                    "because": m.because,
                }
                for m in self.mutants
            ],
            "summary": self.summary,
        }


def judge_mutants(
    registry: Registry, items: Sequence[ClaimOf], settings: Settings, progress: Progress
) -> MutantReport:
    """Judge every mutant of the given claims on the evidence of a run.

    The true claims are run first (from the store where it has their replicates); a mutant is then
    judged look by look on the same replicates, up to the last look of the budget. Replicates
    beyond the look at which the true claim was settled are drawn where a mutant needs them.
    """
    with_mutants = [item for item in items if item.claim.mutants]
    changed = [
        (item, mutant, ClaimOf(item.theorem, mutant.of(item.claim)))
        for item in with_mutants
        for mutant in item.claim.mutants
    ]
    run_claims(registry, with_mutants, settings, progress)
    results = []
    with Store(settings.store) as store:
        for item, mutant, other in changed:
            judgement = _judge(registry, item, other, settings, store)
            results.append(_result(item, mutant, judgement))
    return MutantReport(tuple(results))


def mutants_of(report: Report) -> MutantReport:
    """Judge the mutants of a report's claims on its evidence.

    Raises
    ------
    UserError
        If the report has no store to read replicates from.
    """
    registry, settings = context_of(report)
    items = registry.resolve([verdict.id for verdict in report])
    return judge_mutants(registry, items, replace(settings, fresh=False), Silent())


def _result(item: ClaimOf, mutant: Mutant, judgement: Judgement) -> MutantVerdict:
    return MutantVerdict(
        item.id,
        mutant.words,
        mutant.truth,
        judgement.verdict,
        mutant.because,
        judgement.predicted,
        judgement.observed,
    )


def _judge(
    registry: Registry, item: ClaimOf, other: ClaimOf, settings: Settings, store: Store
) -> Judgement:
    """Judge one changed claim, on as many looks as the budget has."""
    if isinstance(other.claim, Derivation):
        return derivation.judge(other.theorem, other.claim)
    check = registry.check_of(item.id)
    if check is None:
        return cannot_tell(float("nan"), "nothing checks the claim")
    if check.absent():
        return cannot_tell(float("nan"), f"needs {', '.join(check.absent())}")
    ledger = Ledger(settings.alpha)
    run = CheckRun(check, [other], settings, store)
    judgement = cannot_tell(float("nan"), "not judged")
    for look in range(check.looks[settings.budget]):
        run.look = look
        _draw(run)
        if run.failures:
            return cannot_tell(float("nan"), next(iter(run.failures.values())))
        run._load()
        judgement = judge_safely(run, other, check.size(look), look, ledger)
        if judgement.verdict != "undecided" or judgement.reason == "error":
            return judgement
    return judgement


def _draw(run: CheckRun) -> None:
    """Draw in this process what the store does not have yet."""
    for task in run.missing(1):
        run.take(perform(task, run.check))


def mutant_table(report: MutantReport) -> Group:
    """Return the mutants as a table, those that survive marked, with the share that is caught."""
    rows = []
    for mutant in report.mutants:
        fate = "caught" if mutant.caught else mutant.verdict
        if mutant.truth != "false":
            fate = f"{mutant.truth} ({mutant.because})"
        elif mutant.survives:
            fate = f"SURVIVES ({mutant.verdict})"
        rows.append(
            (mutant.id, mutant.mutation, fate, number(mutant.predicted), number(mutant.observed))
        )
    if not rows:
        return Group(Text("No mutants are listed for these claims."))
    counts = report.summary
    false = counts["caught"] + counts["survived"]
    share = 100 * counts["caught"] / false if false else 100.0
    style = "bold red" if report.survived else "bold green"
    return Group(
        simple_table(("claim", "mutation", "fate", "predicted", "observed"), rows),
        Text(
            f"\n{counts['caught']} of {false} false mutants caught ({share:.0f} %), "
            f"{counts['survived']} survive; {counts['equivalent']} equivalent or weaker.",
            style=style,
        ),
    )
