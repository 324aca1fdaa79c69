"""Try every fault many times, and write what came of it: ``python -m tests.torture``."""

from __future__ import annotations

import argparse
import os
import platform
import random
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import threadpoolctl

from tests.torture import faults

TRIALS: dict[str, tuple[int, Callable[[random.Random], str]]] = {
    "calls of the command line": (5000, faults.call),
    "programs with misspelt words": (2500, faults.program),
    "reports with a wrong value": (2500, faults.stranger),
    "stores with wrong bytes or rows": (200, faults.store),
    "runs that are ended from outside": (200, faults.kill),
    "workers of a cluster that are killed": (40, faults.worker),
}
PAGE = Path("docs/torture.md")
HEAD = """\
# Faults on purpose

What befalls a run, tried at random and many times: `make torture` writes this page (seed {seed},
{today}, Python {python}). The tests try each some times.

| fault | tried | what came of it | failed | minutes |
| --- | --- | --- | --- | --- |
"""
TAIL = """
A trial fails when there is a traceback, a status that no call has, a process left behind, a
replicate lost, or another report than that of an undisturbed run. A call is one of random
options and values, most of them right; a program is an example of the documentation with one or two
words lost, doubled, swapped, misspelt or replaced, and is allowed a verdict where it is still one.
"""


def main() -> None:
    """Try, tell what failed with the number of the trial, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="of the numbers of trials")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", metavar="WORDS", default="", help="faults whose name has this")
    parser.add_argument("--trial", type=int, help="this one alone, of the faults chosen")
    options = parser.parse_args()
    rows, failures = [], 0
    for name, (count, trial) in TRIALS.items():
        if options.only not in name:
            continue
        numbers = range(round(count * options.scale)) if options.trial is None else [options.trial]
        started, outcomes = time.monotonic(), Counter[str]()
        with tempfile.TemporaryDirectory() as folder:
            here = os.getcwd()
            os.chdir(folder)
            os.environ["THEORYCHECK_CACHE"] = f"{folder}/cache"
            try:
                for number in numbers:
                    try:
                        outcomes[trial(random.Random(f"{options.seed} {name} {number}"))] += 1
                    except Exception as failure:
                        outcomes["failed"] += 1
                        print(f"{name}, trial {number}: {failure!r}", flush=True)
            finally:
                os.chdir(here)
        failed = outcomes.pop("failed", 0)
        failures += failed
        minutes = (time.monotonic() - started) / 60
        came = ", ".join(f"{number} {outcome}" for outcome, number in outcomes.most_common())
        rows.append(f"| {name} | {len(numbers)} | {came} | {failed} | {minutes:.1f} |")
        print(rows[-1], flush=True)
    if not options.only and options.trial is None:
        head = HEAD.format(seed=options.seed, today=date.today(), python=platform.python_version())
        PAGE.write_text(head + "\n".join(rows) + "\n" + TAIL, encoding="utf-8")
    raise SystemExit(bool(failures))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    with threadpoolctl.threadpool_limits(1):
        main()
