"""Pins of every simulation: if its outcome changes, its version must be raised.

``tests/digests.json`` holds, for one block of every registered check, a summary of each observable.
After adding a check, or changing one and raising its ``version``, write it anew:

    python -m tests.digests

This refuses to overwrite the pin of a simulation whose outcome changed under the same version.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import threadpoolctl

from verify.binding import Check, simulate_block
from verify.grid import Cell, digest
from verify.registry import load_registry
from verify.sample import applies

FILE = Path(__file__).with_name("digests.json")
TOLERANCE = 1e-6
"""Relative to the largest value. Other processors differ in the last digits, and training amplifies
them; a change of the simulation is larger."""


def pinned_cell(check: Check) -> Cell:
    """The cheapest cell that some claim speaks about."""
    cells = [
        cell for cell in check.cells
        if any(applies(item.theorem, item.claim, cell) for item in check.claims)
    ]
    return min(cells or check.cells, key=check.seconds)


def cost(check: Check) -> float:
    """Declared CPU seconds of a pin."""
    return check.seconds(pinned_cell(check)) * check.block


def pin(check: Check) -> dict[str, Any]:
    """Simulate one block and summarise it: 12 significant digits of every number."""
    with threadpoolctl.threadpool_limits(1):
        observables = simulate_block(check, 0, pinned_cell(check), 0)
    return {
        "version": check.version, "block": check.block, "cell": digest(pinned_cell(check)),
        "observables": {name: _summary(values) for name, values in sorted(observables.items())},
    }


def _summary(values: np.ndarray) -> list[float]:
    """Number of finite values, their largest size, mean, mean weighted by position, and ends."""
    finite = np.isfinite(values)
    x = np.where(finite, values, 0.0).astype(float)
    weights = np.linspace(-1, 1, len(x))
    numbers = (finite.sum(), np.abs(x).max(), x.mean(), (weights * x).mean(), x[0], x[-1])
    return [float(f"{number:.12g}") for number in numbers]


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Say in words what differs between two pins, or nothing."""
    found = [
        f"{what} was {old[what]} and is {new[what]}"
        for what in ("version", "block", "cell") if old[what] != new[what]
    ]
    if old["observables"].keys() != new["observables"].keys():
        return [*found, f"the observables are now {', '.join(new['observables'])}"]
    for name, before in old["observables"].items():
        after = new["observables"][name]
        scale = max(before[1], after[1])
        if before[0] != after[0] or np.abs(np.subtract(before, after)[1:]).max() > TOLERANCE * scale:
            found.append(f"{name} was {before} and is {after}")
    return found


def load() -> dict[str, Any]:
    """Read the pins."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def main() -> int:
    """Write the pins of all registered checks; return the exit status."""
    old, new, refused = load(), {}, []
    for name, check in sorted(load_registry().checks.items()):
        new[name] = pin(check)
        before = old.get(name)
        if before is None or before["version"] != check.version or before["cell"] != new[name]["cell"]:
            continue
        changed = differences(before, new[name])
        if changed:
            refused.append(f"{name}: raise its version first; {'; '.join(changed)}")
            new[name] = before
    lines = [f" {json.dumps(name)}: {json.dumps(value)}" for name, value in new.items()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{len(new)} pins in {FILE}")
    print("\n".join(refused), end="\n" if refused else "")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
