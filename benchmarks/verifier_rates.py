"""How often the verifier is wrong: error rates of its decision rules, measured.

Synthetic claims with a known truth are judged look by look by the product's own rules, and the
wrong verdicts are counted. Prints Markdown; ``docs/verifier-rates.md`` is this output:

    python benchmarks/verifier_rates.py > docs/verifier-rates.md

Takes about 25 minutes of CPU time.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import joblib
import numpy as np
from battery.running import cases_of

from synthetic import EDGE, FALSE, TRUE, Case, PerClaim, all_cases, decide
from verify.judging.intervals import proportion_bounds
from verify.judging.ledger import CLAIMS, Ledger

LEVELS = {"nominal": Ledger(0.01), "0.05": PerClaim(0.05)}
RUNS = {  # of each case at the nominal level and at 0.05
    "identity": (20, 80),
    "probability": (60, 240),
    "deterministic": (100, 400),
    "construction": (100, 400),
    "theta": (15, 50),
    "O": (15, 50),
    "omega": (15, 50),
    "limit": (20, 80),
    "threshold": (60, 240),
    "monotone": (15, 60),
    "always": (60, 240),
    "bounded": (15, 60),
    "law": (20, 80),
}
TITLES = {
    "identity": "Identities of means and proportions",
    "probability": "Probabilities of events",
    "deterministic": "Exact claims, instance by instance",
    "growth": "Growth: Theta, O and Omega",
    "limit": "Limits",
    "threshold": "Thresholds",
    "monotone": "Monotone dependence",
    "always": "Bounds at all times",
    "bounded": "Differences within a constant",
    "law": "Laws of observables",
}
BATTERY = "battery: "
"""Before the names of the laws and traps of the tests' battery."""
FAMILIES = (
    "means",
    "rare",
    "ratios",
    "conditions",
    "probabilities",
    "bounded_means",
    "quantiles",
    "growth_noise",
    "limits",
    "thresholds",
    "monotone",
)
"""Families of the battery that are judged statistically."""


@dataclass(frozen=True)
class Tally:
    """Verdicts on one case at one level."""

    case: int
    level: str
    verdicts: Counter
    replicates: float


@cache
def every_case() -> list[Case]:
    """Return the synthetic claims, and those of the battery that a rule judges statistically."""
    found = all_cases()
    for one in (one for family in FAMILIES for one in cases_of(family) if not one.absent):
        claim = one.check.claims[0].claim
        if one.truth in (TRUE, FALSE) and not getattr(claim, "exact", False) and not one.may_fail:
            wrong = "broken" if one.truth == TRUE else "holds"
            looks = one.check.looks["quick"]
            found.append(
                Case(BATTERY + one.name, one.truth, wrong, one.check, looks, True, one.assumes)
            )
    return found


def of_battery(case: Case) -> bool:
    """Say whether a case is one of the battery's."""
    return case.name.startswith(BATTERY)


def runs_of(case: Case, position: int, share: float) -> int:
    """Return how often a case is judged at the level of that position."""
    kept = share / 4 if of_battery(case) else share
    return max(2, round(kept * RUNS[case.claim.kind][position]))


def seeds_of(*words: str) -> np.random.SeedSequence:
    """A seed that depends on names alone."""
    return np.random.SeedSequence([byte for word in words for byte in word.encode()])


def count_verdicts(index: int, level: str, runs: int) -> Tally:
    """Judge one case again and again."""
    case = every_case()[index]
    seeds = seeds_of(case.name, case.claim.kind, level).spawn(runs)
    outcomes = [decide(case, seed, LEVELS[level]) for seed in seeds]
    return Tally(
        index,
        level,
        Counter(outcome.verdict for outcome in outcomes),
        float(np.mean([outcome.n for outcome in outcomes])),
    )


def limits_95(wrong: int, count: int) -> str:
    """Two-sided Clopper-Pearson 95 % limits, as a text."""
    low, high = proportion_bounds(wrong, count, 0.025)
    return f"{float(low):.2g} to {float(high):.2g}"


def family(case: Case) -> str:
    """The table that a case belongs to."""
    kind = case.claim.kind
    if kind == "construction" or getattr(case.claim, "exact", False):
        return "deterministic"
    return "growth" if kind in ("theta", "O", "omega") else kind


GROUPS = {
    "true, rules tuned on such laws": lambda c: c.truth == TRUE and not c.held_out,
    "true, held out": lambda c: (
        c.truth == TRUE and c.held_out and not c.beyond and not of_battery(c)
    ),
    "true, of the battery": lambda c: c.truth == TRUE and of_battery(c) and not c.beyond,
    "on the edge of the tolerance zone": lambda c: c.truth == EDGE,
    "false": lambda c: c.truth == FALSE and not of_battery(c),
    "false, of the battery": lambda c: c.truth == FALSE and of_battery(c) and not c.beyond,
    "true, beyond the stated assumptions": lambda c: c.truth == TRUE and c.beyond,
}


def summary_lines(cases: Sequence[Case], tallies: Sequence[Tally]) -> Iterator[str]:
    """Rates of wrong verdicts per kind and group, at both levels."""
    yield "| kind | claims | wrong verdict | level per claim | wrong / judged | 95 % limits |"
    yield "|---|---|---|---|---|---|"
    for kind, title in TITLES.items():
        for words, belongs in GROUPS.items():
            chosen = [i for i, c in enumerate(cases) if family(c) == kind and belongs(c)]
            for level in LEVELS:
                mine = [t for t in tallies if t.case in chosen and t.level == level]
                judged = sum(t.verdicts.total() for t in mine)
                if not judged:
                    continue
                wrong = sum(t.verdicts[cases[t.case].wrong] for t in mine)
                verdict = cases[chosen[0]].wrong
                yield (
                    f"| {title} | {words} | {verdict} | {LEVELS[level].error:.2g} | "
                    f"{wrong} / {judged} | {limits_95(wrong, judged)} |"
                )


def case_lines(cases: Sequence[Case], tallies: Sequence[Tally], kind: str) -> Iterator[str]:
    """Shares of every verdict, case by case."""
    yield (
        "| claim | truth | nominal: broken / holds / undecided, n | "
        "0.05: broken / holds / undecided, n |"
    )
    yield "|---|---|---|---|"
    for index, case in enumerate(cases):
        if family(case) != kind:
            continue
        cells = []
        for level in LEVELS:
            (found,) = [t for t in tallies if t.case == index and t.level == level]
            total = found.verdicts.total()
            shares = " / ".join(
                f"{found.verdicts[v] / total:.3g}" for v in ("broken", "holds", "undecided")
            )
            cells.append(f"{shares} ({total}), {found.replicates:.0f}")
        marks = ", held out" * case.held_out + ", beyond the assumptions" * case.beyond
        yield f"| {case.name} | {case.truth}{marks} | {cells[0]} | {cells[1]} |"


HEAD = f"""# Error rates of the verifier

Made by `python benchmarks/verifier_rates.py`, which judges synthetic claims of known truth with the
decision rules of `verify.judging.rules`, look by look, and counts wrong verdicts. *Nominal* is the
level of a report with alpha = 0.01, that is 0.01/{CLAIMS} per claim; errors so rare cannot be
counted, so the same claims are judged again with 0.05 for the claim alone. No wrong verdict among N
is compatible (at 95 %) with a rate of up to 3.7/N.

- A **true** claim must not be `broken`; a claim **on the edge** of its tolerance zone, or
  **false**, must not `hold`.
- **Held-out** claims were written after the rules and are not among those that the rules were tuned
  on.
- **Beyond the assumptions** are laws on which no finite sample can warn: replicates that are not
  independent, a rare event that carries the mean and is not seen. They are shown, and no rate is
  promised for them.
- **The battery** is a list of laws and traps in `tests/battery`, written without a look at the
  rules: rare events, heavy tails, ratios of random sides, waves and corrections of growth, sizes
  and levels of which some are wrong.
- Derivations are algebra: nothing is drawn for them, and there is no rate.
- Whole reports are judged by `make calibrate`.
- n is the mean number of replicates per cell at the verdict, or at the last look taken.
"""


READING = """A rate far below 0.05 is no accident: the level is divided among the looks, the cells
and the sides, and most claims are settled before all of it is spent. It comes nearest to the level
where nothing is divided: one cell with a probability exactly at its bound.

No rate above its level is expected except in the last lines of a kind, beyond the assumptions.
A limit without a declared rate is never called broken, however far the values stay from it: over
any reachable sizes nothing tells slow convergence from none.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--share", type=float, default=1.0, help="of the runs that are made")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    started = time.process_time()
    cases = every_case()
    jobs = [
        (index, level, runs_of(case, position, options.share))
        for index, case in enumerate(cases)
        for position, level in enumerate(LEVELS)
    ]
    with joblib.Parallel(n_jobs=options.jobs, batch_size=1) as workers:
        tallies = workers(joblib.delayed(count_verdicts)(*job) for job in jobs)
    print(HEAD)
    print("## Wrong verdicts by kind\n")
    print("\n".join(summary_lines(cases, tallies)))
    print("\n" + READING)
    for kind, title in TITLES.items():
        print(f"\n## {title}\n")
        print("\n".join(case_lines(cases, tallies, kind)))
    if options.json:
        data = [
            {
                "case": cases[t.case].name,
                "kind": cases[t.case].claim.kind,
                "truth": cases[t.case].truth,
                "held_out": cases[t.case].held_out,
                "beyond": cases[t.case].beyond,
                "wrong": cases[t.case].wrong,
                "level": t.level,
                "verdicts": dict(t.verdicts),
                "replicates": t.replicates,
            }
            for t in tallies
        ]
        Path(options.json).write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    print(f"{time.process_time() - started:.0f} s in this process", file=sys.stderr)


if __name__ == "__main__":
    main()
