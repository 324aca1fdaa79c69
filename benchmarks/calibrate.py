"""How often a whole report is wrong, and how many replicates the rules take, by one command.

Synthetic reports of claims on the boundary at which a verdict is wrong most often are judged with
the product's own rules, look by look: at alpha = 0.05 divided by the number of claims of the
report, so that the nominal rate can be seen, and at the product's own setting. Then power:
replicates to a verdict against the size of the error, beside the best test of a fixed sample and
Wald's sequential test. Then truths that are meant to deceive. Writes docs/calibration.md, with date
and commit:

    make calibrate            # 1000 reports
    make calibrate REPORTS=50
"""

from __future__ import annotations

import argparse
import datetime
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import _known_claims as claims
import joblib
import numpy as np
from _fixed_samples import DELTA, Measured, Row, binomial_above, measure, unseen
from verifier_rates import every_case, limits_95, seeds_of

from synthetic import FALSE, TRUE, Case, PerClaim, decide
from synthetic.boundary import boundaries
from verify.judging.ledger import CLAIMS, CONSISTENT, Ledger

ALPHA = 0.05
PRODUCT = 5
"""For so many reports one is judged at the product's own setting, where next to nothing is seen."""
RUNS, DECEPTIONS = 40, 8
"""Of each row of power, and of each deceiving truth, beside 1000 reports."""
ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "calibration.md"
Wrong = Sequence[tuple[str, str]]
"""Claims of a report with a wrong verdict, and that verdict."""


@cache
def report() -> tuple[Case, ...]:
    """The claims of a synthetic report."""
    return tuple(boundaries())


def ledger_of(setting: str) -> Ledger:
    """The error levels of a setting."""
    return PerClaim(ALPHA / len(report())) if setting == "report" else Ledger(ALPHA)


def wrong_verdicts(setting: str, number: int) -> list[tuple[str, str]]:
    """Judge one synthetic report."""
    cases, ledger = report(), ledger_of(setting)
    seeds = seeds_of("calibrate", setting, str(number)).spawn(len(cases))
    found = [
        (case.name, decide(case, seed, ledger).verdict, case.wrong)
        for case, seed in zip(cases, seeds, strict=True)
    ]
    return [(name, verdict) for name, verdict, wrong in found if verdict in wrong]


def of_reports(found: Sequence[Wrong], setting: str) -> Iterator[str]:
    """Rows of the family-wise rates of one setting."""
    cases = report()
    level = "0.05 / claims of the report" if setting == "report" else f"0.05 / {CLAIMS}"
    for verdict in ("broken", "holds"):
        candidates = sum(verdict in case.wrong for case in cases)
        wrong = sum(any(said == verdict for _, said in one) for one in found)
        rate = wrong / len(found)
        yield (
            f"| {level} | {verdict} | {candidates} of {len(cases)} | {wrong} / {len(found)} | "
            f"{rate:.3g} | {limits_95(wrong, len(found))} | {ALPHA} |"
        )


def worst_claims(found: Sequence[Wrong]) -> Iterator[str]:
    """Rows of the claims with most wrong verdicts, at the level of the report."""
    counts = Counter(one for report_ in found for one in report_)
    level = ALPHA / len(report())
    for (name, verdict), wrong in counts.most_common(8):
        limits = limits_95(wrong, len(found))
        yield f"| {name} | {verdict} | {wrong} / {len(found)} | {limits} | {level:.2g} |"


def curves() -> dict[str, list[Row]]:
    """Rows of power, by what differs from the claim."""
    ratios = (1.1, 1.25, 1.5, 2.0, 4.0)
    factors = (1.03, 1.05, 1.1, 1.25, 1.5, 2.0)
    steps = (0.15, 0.2, 0.25, 0.35, 0.5, 1.0)
    powers = [1 + sign * step for sign in (1, -1) for step in steps if sign * step > -1]
    means = [(law, factor) for law in ("normal", "exponential") for factor in factors]
    return {
        "Ratio of a probability to its bound": list(
            claims.probabilities([(0.05, 0.05 * ratio, "broken", 0.05) for ratio in ratios])
        ),
        "Factor of a mean": list(claims.wrong_means(means)),
        "Error of an exponent": list(
            claims.growth([(power, "broken", abs(power - 1) - 0.1) for power in powers])
        ),
        "What remains in a limit": list(
            claims.limits([(rest, "broken", rest - 0.1) for rest in (0.15, 0.2, 0.35, 0.5, 1.0)])
        ),
        "A dip of a curve": list(claims.dips([(dip, 0.5) for dip in (0.1, 0.2, 0.4, 0.8)])),
        "The place of a threshold": list(claims.places((0.5, 0.7, 0.8, 0.85, 1.2, 1.25, 1.5))),
        "Laws, growth within a constant, instances": [
            *claims.new_kinds(),
            *claims.instances(),
        ],
    }


def power_of(title: str, place: int, runs: int) -> Measured:
    """Judge one row of power again and again."""
    return measure(curves()[title][place], runs)


def power_lines(rows: Sequence[Row], found: Sequence[Measured]) -> Iterator[str]:
    """Rows of a table of power."""
    yield (
        "| claim | decided so | n: half | n: 95 % | mean n | fixed sample | its test | ratio | "
        "goal | Wald | ratio |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|---|"
    for row, one in zip(rows, found, strict=True):
        half, most = np.quantile(one.sizes, [0.5, 0.95], method="inverted_cdf")
        mean, wald = float(np.mean(one.sizes)), row.sequential
        told = f"{np.ceil(wald):.0f} | {mean / wald:.2f}" if np.isfinite(wald) else "– | –"
        yield (
            f"| {row.words} | {one.right:.0%} | {half:.0f} | {most:.0f} | {mean:.0f} | "
            f"{np.ceil(row.best):.0f} | {row.test} | {one.ratio(row):.2f}{one.beyond(row)} | "
            f"{one.goal} | {told} |"
        )


NASTY = {
    "heavy tails": r"lognormal|pareto|t3\b|t with|t-2\.2|cauchy|rare|jump|weibull|gamma-tenth",
    "factors of a logarithm": r"log p\b|log n\b|/log|-log\b|loglog|times-log|log-growth|logarithm",
    "corrections of opposite signs": r"30/p|2 q\^|overshoot|opposed|from-below|passes-through",
    "oscillation": r"waves|alternat|sine|period|saw",
    "crossovers and late starts": r"tanh|delayed|late\b|hidden-power|after-a-start|spoiled",
    "lattices": r"proportion|poisson|coin|geometric|two-values|lattice",
    "noise that widens, common random numbers": r"widen|common|heteroscedastic|another-law",
}
"""By title: what the names of such truths say."""
ASSUMED = "beyond what is assumed (no rate is promised)"


@cache
def deceiving() -> dict[str, list[int]]:
    """Positions of the truths that are meant to deceive, each under the first title that fits."""
    found: dict[str, list[int]] = {title: [] for title in NASTY}
    found[ASSUMED] = []
    for place, case in enumerate(every_case()):
        name = case.name.lower()
        title = next((t for t, words in NASTY.items() if re.search(words, name)), None)
        if title is not None and case.truth in (TRUE, FALSE):
            found[ASSUMED if case.beyond else title].append(place)
    return found


def nasty(place: int, runs: int) -> Counter[str]:
    """Judge one deceiving truth again and again, at 0.05 for the claim alone."""
    case = every_case()[place]
    seeds = seeds_of("nasty", case.name, case.claim.kind).spawn(runs)
    return Counter(decide(case, seed, PerClaim(ALPHA)).verdict for seed in seeds)


def nasty_lines(found: dict[int, Counter[str]]) -> Iterator[str]:
    """Rows of the deceiving truths."""
    cases = every_case()
    for title, places in deceiving().items():
        for truth, wrong in ((TRUE, "broken"), (FALSE, "holds")):
            mine = [found[place] for place in places if cases[place].truth == truth]
            judged = sum(one.total() for one in mine)
            if not judged:
                continue
            bad = sum(one[wrong] for one in mine)
            right = sum(one["holds" if truth == TRUE else "broken"] for one in mine)
            worst = max(
                (place for place in places if cases[place].truth == truth),
                key=lambda place: found[place][wrong],
            )
            most = found[worst][wrong]
            named = f"{cases[worst].name} ({most} / {found[worst].total()})" if most else "–"
            yield (
                f"| {title} | {truth} | {len(mine)} | {wrong} | {bad} / {judged} | "
                f"{limits_95(bad, judged)} | {right / judged:.0%} | {named} |"
            )


HEAD = """# Calibration

*{date}, commit {commit}{changed}: {reports} synthetic reports ({product} at the product's setting),
{runs} runs of each row of power, {deceptions} of each deceiving truth; {seconds:.0f} s of CPU time.
Made by `make calibrate REPORTS={reports}`.*

What is measured is the product itself: its rules judge claims whose truth is known, look by look,
as a run does. Limits are those of Clopper and Pearson, at 95 %.

## Whole reports

A report has {claims} claims, one or more of every kind, each on the boundary at which a verdict is
wrong most often: exactly as claimed (`broken` is wrong), or on the edge of a zone (`holds` is
wrong; for thresholds both are). A report is wrong if any of its claims is. At the first setting
alpha = 0.05 is divided by the number of claims of the report, so that the nominal rate can be seen;
the second is the product's own, where it is divided by {divisor}.

| level of a claim | false verdict | claims with it | wrong / reports | rate | limits | alpha |
|---|---|---|---|---|---|---|
"""

WORST = """
The claims that are wrong most often, at the first setting:

| claim | verdict | wrong / reports | limits | level of a claim |
|---|---|---|---|---|
"""

POWER = """
## Power

Replicates per cell until the verdict is right, at the level {level:.2g} of one claim of a report
(looks are a factor root two apart): after how many half and 95 % of the runs are decided, and their
mean. Beside them the best test of a fixed sample at that level, with power 0.95, valid under the
same assumptions; and the mean size of Wald's sequential test, which is told the law and the one
alternative, as no verifier is. Goals of the ratio to the fixed sample are 1.2 for probabilities and
means and 2 for the rest; *(!)* marks what is beyond, or decided so in fewer than nine runs of ten.
A mean of which nothing is declared takes {least} replicates at least. What is `broken` must be seen
to be outside of the zone, too; so must it by the tests beside it (for a probability: an exact test
of the bound, and one of the zone's edge at {consistent}; of one 10 % above its bound the second
decides, and of the bound alone {bound} replicates are enough). Where few replicates suffice, the
ratio is that of a look to a sample that may have any size.
"""

DECEIT = """
## Truths that are meant to deceive

Laws and traps of the synthetic claims and of the battery, judged with an error of 0.05 for each
claim alone, each under the first title that fits. *Right* is how often the verdict was the right
one; the rest is undecided.

| truth | is | claims | false verdict | wrong / judged | limits | right | most often |
|---|---|---|---|---|---|---|---|
"""


def commit() -> tuple[str, str]:
    """The commit of the working tree, and whether it has changes besides the page."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", "-C", ROOT, *words], capture_output=True, text=True)
        return done.stdout.strip()

    rest = git("status", "--porcelain", "--", ".", f":!{PAGE.relative_to(ROOT)}")
    return git("rev-parse", "--short", "HEAD") or "unknown", " with changes" if rest else ""


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--print", action="store_true", help="print instead of writing the page")
    options = parser.parse_args()
    count = max(1, options.reports)
    product = max(1, count // PRODUCT)
    share = min(1.0, count / 1000)
    runs, deceptions = max(5, round(share * RUNS)), max(2, round(share * DECEPTIONS))
    name, changed = commit()
    rows = curves()
    with joblib.Parallel(n_jobs=options.jobs, batch_size=1) as workers:

        def each(function: Callable, of: Sequence[tuple]) -> list:
            return workers(joblib.delayed(timed)(function, *one) for one in of)

        reports = [("report", k) for k in range(count)] + [("product", k) for k in range(product)]
        of_report = each(wrong_verdicts, reports)
        of_power = each(
            power_of, [(title, k, runs) for title, some in rows.items() for k in range(len(some))]
        )
        places = [place for some in deceiving().values() for place in some]
        of_deceit = each(nasty, [(place, deceptions) for place in places])
    seconds = [sum(one for _, one in some) for some in (of_report, of_power, of_deceit)]
    judged = [one for one, _ in of_report]
    parts = [
        HEAD.format(
            date=datetime.datetime.now(datetime.UTC).date(), commit=name, changed=changed,
            reports=count, product=product, runs=runs, deceptions=deceptions,
            seconds=sum(seconds), claims=len(report()), divisor=CLAIMS,
        ).rstrip()
    ]  # fmt: skip
    parts += [*of_reports(judged[:count], "report"), *of_reports(judged[count:], "product")]
    parts += [WORST.rstrip(), *worst_claims(judged[:count])]
    parts.append(
        POWER.format(
            level=DELTA, least=round(unseen([1])), consistent=CONSISTENT,
            bound=binomial_above(0.05, 0.055),
        ).rstrip()
    )  # fmt: skip
    left = [one for one, _ in of_power]
    for title, some in rows.items():
        mine, left = left[: len(some)], left[len(some) :]
        parts += [f"\n### {title}\n", *power_lines(some, mine)]
    found = dict(zip(places, (one for one, _ in of_deceit), strict=True))
    parts += [DECEIT.rstrip(), *nasty_lines(found)]
    text = "\n".join(parts) + "\n"
    words = ", ".join(
        f"{what} {one:.0f} s"
        for what, one in zip(("reports", "power", "deceit"), seconds, strict=True)
    )
    print(f"CPU time: {words}")
    if options.print:
        print(text)
    else:
        PAGE.write_text(text, encoding="utf-8")


def timed(function: Callable, *of: object) -> tuple[object, float]:
    """Return what a function returns, and the CPU seconds that it took."""
    began = time.process_time()
    result = function(*of)
    return result, time.process_time() - began


if __name__ == "__main__":
    main()
