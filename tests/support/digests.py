"""Pins of every simulation: if its outcome changes, its version must be raised.

``digests.json`` holds, for one block of every registered check, a few replicates of each
observable. After adding a check, or changing one and raising its ``version``, write it anew (some
ten seconds):

    python -m tests.support.digests

This refuses to overwrite the pin of a simulation whose outcome changed under the same version, and
leaves pins that still fit as they are.

Other processors and libraries differ in the last digits. So numbers are compared to `TOLERANCE`
only, what is rounding error itself (below `FLOOR`) is not compared at all, and a few replicates may
come out quite differently, because rounding turned an argmax or a sign in them. A change that
touches only one replicate in a hundred therefore goes unnoticed.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import threadpoolctl

from verify.catalogue.check import Check, simulate_block
from verify.catalogue.grid import Cell, digest
from verify.catalogue.registry import load_registry
from verify.evidence.sample import applies

FILE = Path(__file__).with_name("digests.json")
TOLERANCE = 1e-5
"""Relative to the largest value of the observable. Measured with the kernels of six processors:
1e-7."""

FLOOR = 1e-6
"""Differences that are never looked at: residuals and numerical errors. Measured: 3e-8."""

SHOWN = 8
"""Replicates of an observable that a pin holds."""

Pin = dict[str, Any]


def pinned_cell(check: Check, before: Pin | None = None) -> Cell:
    """The cell of an earlier pin if the grid still has it, else the cheapest with a claim."""
    for cell in check.cells if before else ():
        if digest(cell) == before["cell"]:
            return cell
    cheapest_first = sorted(check.cells, key=check.seconds)
    for cell in cheapest_first:
        if any(applies(item.theorem, item.claim, cell) for item in check.claims):
            return cell
    return cheapest_first[0]


def cost(check: Check) -> float:
    """Declared CPU seconds of a pin."""
    return check.seconds(pinned_cell(check)) * check.block


def pin(check: Check, before: Pin | None = None) -> Pin:
    """Simulate one block and summarise it: 12 significant digits of some numbers."""
    cell = pinned_cell(check, before)
    observables = simulate_block(check, 0, cell, 0)
    return {
        "version": check.version,
        "block": check.block,
        "cell": digest(cell),
        "observables": {name: _summary(values) for name, values in sorted(observables.items())},
    }


def _summary(values: np.ndarray) -> dict[str, Any]:
    """Number of finite values, their largest size and mean, and some replicates (null: no number).

    An observable of a figure may be a curve per replicate; its points count as replicates.
    """
    values = np.ravel(values).astype(float)
    finite = np.isfinite(values)
    x = np.where(finite, values, 0.0)
    places = np.unique(np.linspace(0, len(x) - 1, SHOWN).round().astype(int))
    return {
        "finite": int(finite.sum()),
        "count": len(x),
        "largest": _rounded(np.abs(x).max()),
        "mean": _rounded(x.mean()),
        "values": [_rounded(x[k]) if finite[k] else None for k in places],
    }


def _rounded(number: float) -> float:
    return float(f"{number:.12g}")


def differences(old: Pin, new: Pin) -> list[str]:
    """Say in words what differs between two pins, or nothing."""
    found = [
        f"{what} was {old[what]} and is {new[what]}"
        for what in ("version", "block", "cell")
        if old[what] != new[what]
    ]
    if old["observables"].keys() != new["observables"].keys():
        return [*found, f"the observables are now {', '.join(new['observables'])}"]
    return found + [
        f"{name} was {before} and is {new['observables'][name]}"
        for name, before in old["observables"].items()
        if _differ(before, new["observables"][name])
    ]


def _differ(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether more than a few replicates differ by more than rounding."""
    count = old["count"]
    if count != new["count"]:
        return True
    turned = max(int(count >= 4), count // 64)
    largest = max(old["largest"], new["largest"])
    allowed = TOLERANCE * largest + FLOOR
    wrong = sum(
        (a is None) != (b is None) or (a is not None and abs(a - b) > allowed)
        for a, b in zip(old["values"], new["values"], strict=True)
    )
    return (
        wrong > min(turned, 1)
        or abs(old["finite"] - new["finite"]) > turned
        or abs(old["mean"] - new["mean"]) > allowed + 2 * turned / count * largest
    )


def draws() -> list[float]:
    """Some numbers from NumPy's generators: another NumPy may draw others, and then no pin fits."""
    rng = np.random.default_rng(0)
    samples = (
        rng.standard_normal(3),
        rng.random(2),
        rng.standard_exponential(2),
        rng.standard_gamma([0.3, 3.0]),
        rng.chisquare(5, 1),
        rng.binomial([10, 1000], 0.3),
        rng.integers(0, 1000, 2),
        rng.permutation(5),
        rng.standard_t(3, 1),
        rng.laplace(size=1),
        rng.choice(9, 2, replace=False),
        rng.poisson(3, 1),
        rng.beta(2, 3, 1),
    )
    return [_rounded(number) for number in np.concatenate(samples)]


def load() -> dict[str, Pin]:
    """Read the pins by id of check; none if there are none yet."""
    return _read()["checks"]


def other_draws() -> bool:
    """Whether this NumPy draws other random numbers than the one that made the pins."""
    return _read()["draws"] not in ([], draws())


def _read() -> dict[str, Any]:
    if not FILE.exists():
        return {"draws": [], "checks": {}}
    return json.loads(FILE.read_text(encoding="utf-8"))


def renew(old: dict[str, Pin], checks: dict[str, Check]) -> tuple[dict[str, Pin], list[str]]:
    """Return the pins to be written and a line about each that is not as it was."""
    new, lines = {}, []
    for name, check in sorted(checks.items()):
        before = old.get(name)
        if check.absent():
            lines.append(f"{name}: left alone, {', '.join(check.absent())} is not installed")
            if before:
                new[name] = before
            continue
        found = pin(check, before)
        changed = differences(before, found) if before else ["new"]
        new[name] = found if changed else before
        # The version, the block and the cell are part of the key under which blocks are stored.
        same_key = before and all(before[k] == found[k] for k in ("version", "block", "cell"))
        if changed and same_key:
            new[name] = before
            lines.append(f"{name}: REFUSED, raise its version first; {'; '.join(changed)}")
        elif changed:
            lines.append(f"{name}: {'; '.join(changed[:3])}")
    lines += [f"{name}: dropped, there is no such check" for name in sorted(set(old) - set(checks))]
    return new, lines


def main() -> int:
    """Write the pins of all registered checks; return the exit status."""
    started = time.process_time()
    if other_draws():
        print("This NumPy draws other random numbers than the one that made the pins: all are new.")
        old: dict[str, Pin] = {}
    else:
        old = load()
    with threadpoolctl.threadpool_limits(1):
        new, lines = renew(old, load_registry().checks)
    pins = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in new.items()]
    FILE.write_text(
        f'{{\n "draws": {json.dumps(draws())},\n "checks": {{\n' + ",\n".join(pins) + "\n }\n}\n",
        encoding="utf-8",
    )
    print("\n".join(lines), end="\n" if lines else "")
    refused = sum("REFUSED" in line for line in lines)
    print(
        f"{len(new)} pins in {FILE}: {len(lines)} not as they were, {refused} refused "
        f"({time.process_time() - started:.0f} s of CPU time)."
    )
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
