"""The true are spared: the search for violations of every claim that is expected to hold.

Claims that are proved are left out. What is found is a defect of ours or an erratum; the exit
status is then 1. Each of the `--jobs` processes has every so-manieth claim. `--part 2/3` searches
the second of three parts into which the claims are dealt at random, always the same.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path
from typing import Any

import joblib

from bounds import ClaimOf
from bounds.claims import Derivation, Unchecked
from verify.catalogue.registry import Registry, load_registry
from verify.evidence.progress import Silent
from verify.evidence.settings import Settings
from verify.judging.boxes import Problem, known
from verify.probing.falsify import falsify


def unproved(registry: Registry, ids: list[str]) -> list[ClaimOf]:
    """Return the claims that are expected to hold and are not proved."""
    items = registry.resolve(ids) if ids else registry.claims()
    return [one for one in items if one.claim.expected == "holds" and not _is_proved(one)]


def _is_proved(item: ClaimOf) -> bool:
    if isinstance(item.claim, Derivation | Unchecked):
        return True
    return item.claim.box is not None and bool(known(Problem.of(item.theorem, item.claim)).proof)


def part_of(claims: list[ClaimOf], part: str) -> list[ClaimOf]:
    """Return one of the parts into which claims are dealt at random: the second of three is 2/3."""
    number, parts = map(int, part.split("/"))
    dealt = random.Random(parts).sample(claims, len(claims))
    return dealt[number - 1 :: parts] if parts > 1 else claims


def search(ids: list[str], part: str, job: int, jobs: int, seconds: float) -> list[dict[str, Any]]:
    """Search every so-manieth claim, and tell of each on standard error."""
    registry = load_registry()
    found = []
    for item in part_of(unproved(registry, ids), part)[job::jobs]:
        for one in falsify(registry, [item], Settings(jobs=1), Silent(), seconds):
            found.append(one.to_dict())
            print(f"{one.outcome:18}  {item.id}  {one.note}", file=sys.stderr, flush=True)
    return found


def main() -> int:
    """Search, write what became of every claim, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ids", nargs="*", help="all by default")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--jobs", type=int, default=joblib.cpu_count())
    parser.add_argument("--part", metavar="I/N", default="1/1", help="one of N random parts")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with joblib.Parallel(n_jobs=options.jobs) as workers:
        parts = workers(
            joblib.delayed(search)(options.ids, options.part, job, options.jobs, options.seconds)
            for job in range(options.jobs)
        )
    found = [one for part in parts for one in part]
    if options.json:
        options.json.write_text(json.dumps({"schema": 1, "claims": found}, indent=1, default=str))
    counts = {name: sum(one["outcome"] == name for one in found) for name in
              ("violated", "none exists", "none found", "outside the regime")}  # fmt: skip
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    violated = [one for one in found if one["found"]]
    for one in violated:
        print(f"{one['id']}: {one['counterexample']['command']}")
    return 1 if violated else 0


if __name__ == "__main__":
    sys.exit(main())
