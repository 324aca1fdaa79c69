"""From scratch: every statement of the papers that is false as printed, refuted from its text.

Of a check only the types of its parameters are used, and the parameters that no statement names;
the values of the others, at which the registry refutes the statement, are not. Searched is what is
elementary, or takes less than `CHEAP` seconds a replicate. Writes docs/from-scratch.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from pathlib import Path

from bounds import ClaimOf
from verify.catalogue.registry import Registry, load_registry
from verify.evidence.cache import VARIABLE
from verify.evidence.progress import Silent
from verify.evidence.settings import Settings
from verify.probing.falsify import Finding, falsify
from verify.showing.tables import settings

PAGE = Path(__file__).parents[1] / "docs" / "from-scratch.md"
CHEAP = 0.01

HEAD = """\
# From scratch

Every statement of the five papers that is false as printed and is elementary, or takes less than
{cheap:.0f} ms a replicate, refuted by `verify falsify` from its text, within {seconds:.0f} CPU
seconds of one core. Made by `python benchmarks/falsify_false.py`. The values of a check's cells are
not used, apart from parameters that the statement does not name, or that were computed from others;
*(cell)* marks where no other was left to be searched, so that the counter-example is that of the
registry. Where a simulation costs more than that its row says so, and it was not searched.

{found} of {searched} are found, at the median within {median:.1f} s, each within {slowest:.0f} s.
Of the others the table says what the search came to.

| statement | outcome | shrunk to, or why not | seconds |
|---|---|---|---|
"""


def cost(registry: Registry, item: ClaimOf) -> float:
    """Return the declared CPU seconds of a replicate; zero for what is elementary."""
    check = registry.check_of(item.id)
    if item.claim.box is not None or check is None:
        return 0.0
    return max(map(check.seconds, check.cells))


def row(one: Finding) -> str:
    """Return a row of the table."""
    example = one.counterexample
    where = one.note if example is None else ""
    if example is not None:
        where = settings(example.get("cell") or example["parameters"])
        where += "" if example.get("searched", True) else " *(cell)*"
    outcome = f"{one.outcome}, proved" if one.proved else one.outcome
    return f"| `{one.item.id}` | {outcome} | {where.replace('|', ' ')} | {one.seconds:.1f} |"


def main() -> None:
    """Search, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--print", action="store_true", help="print instead of writing the page")
    options = parser.parse_args()
    registry = load_registry()
    false = [item for item in registry.claims() if item.claim.expected == "broken"]
    found: list[Finding] = []
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ[VARIABLE] = folder  # nothing is known from before
        for item in false:
            if (each := cost(registry, item)) >= CHEAP:
                lines.append(f"| `{item.id}` | not searched: {1000 * each:.0f} ms | | |")
                continue
            (one,) = falsify(registry, [item], Settings(jobs=1), Silent(), options.seconds)
            found.append(one)
            lines.append(row(one))
            print(lines[-1], flush=True)
    seconds = [one.seconds if one.found else options.seconds for one in found]
    head = HEAD.format(
        cheap=1000 * CHEAP,
        seconds=options.seconds,
        found=sum(one.found for one in found),
        searched=len(found),
        median=statistics.median(seconds),
        slowest=max((one.seconds for one in found if one.found), default=0.0),
    )
    if not options.print:
        PAGE.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
