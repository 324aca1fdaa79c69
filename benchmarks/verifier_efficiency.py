"""How many replicates a verdict takes, against the best test of a fixed sample.

Each row is a claim with a known truth, judged look by look by the product's own rules at the level
of one claim of a report; `_fixed_samples` says what it is compared with. Where the first look
already has more replicates than that test, and decides, the ratio counts as one.

Writes Markdown to docs/verifier-efficiency.md, or prints it with --print:

    python benchmarks/verifier_efficiency.py
"""

from __future__ import annotations

import argparse
from pathlib import Path as File

import joblib
import numpy as np
from _fixed_samples import DELTA, Measured, measure, unseen
from _known_claims import rows

PAGE = File(__file__).resolve().parents[1] / "docs" / "verifier-efficiency.md"
HEAD = """# Replicates to a verdict

Replicates per cell until the verifier decides, over those of the best fixed-sample test at the
claim's own level ({level:.2g}), with power 0.95 and valid under the same assumptions. Made by
`python benchmarks/verifier_efficiency.py`, with {runs} runs a row; looks are a factor root two
apart. Where the first look already exceeds the fixed sample the ratio counts as 1. A mean of which
nothing is declared takes {least} replicates at least: so many let an event of three per cent show
itself. Growth and limits state that what they neglect fades like a root of the size; without such a
statement values with noise break none of them, and no fixed sample is valid. *(!)* marks a ratio
beyond its goal.

| claim | verdict | decided so | mean n | fixed sample | its test | ratio | goal |
|---|---|---|---|---|---|---|---|"""


def measured(index: int, runs: int) -> Measured:
    """Judge a row again and again; a process of its own makes the row anew."""
    return measure(rows()[index], runs)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--print", action="store_true", help="print instead of writing the page")
    options = parser.parse_args()
    table = rows()
    with joblib.Parallel(n_jobs=options.jobs, batch_size=1) as workers:
        found = workers(joblib.delayed(measured)(k, options.runs) for k in range(len(table)))
    lines = [HEAD.format(level=DELTA, runs=options.runs, least=round(unseen([1])))]
    for row, one in zip(table, found, strict=True):
        lines.append(
            f"| {row.words} | {row.verdict} | {one.right:.0%} | {np.mean(one.sizes):.0f} | "
            f"{np.ceil(row.best):.0f} | {row.test} | {one.ratio(row):.2f}{one.beyond(row)} | "
            f"{one.goal} |"
        )
    text = "\n".join(lines) + "\n"
    if options.print:
        print(text)
    else:
        PAGE.write_text(text)


if __name__ == "__main__":
    main()
