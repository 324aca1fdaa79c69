"""Theorems in files whose helpers, data or settings change between two runs on one store."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path as File
from typing import Any

from battery.cases import FALSE, TRUE, Case, unique
from verify import Verdict, run

THEOREM = """
import numpy as np
from bounds import Identity, Inequality, Theorem
from verify import check
{imports}

theorem = Theorem(id="stale/claim-{name}", statement="",
                  claims=[Identity("mean", observable="y", equals=1)])

@check(theorem, cells=[dict(g=0), dict(g=1)], seconds_per_replicate=1e-5, block=1024)
def simulate(rng, cell, n):
    {body}
"""

WAYS: Mapping[str, tuple[str, str, str, str]] = {
    "helper": (
        "from {h} import draw",
        'return {"y": draw(rng, n)}',
        "{h}.py",
        "def draw(rng, n):\n    return FACTOR * rng.standard_exponential(n)\n",
    ),
    "module": (
        "import {h}",
        'return {"y": {h}.draw(rng, n)}',
        "{h}.py",
        "def draw(rng, n):\n    return FACTOR * rng.standard_exponential(n)\n",
    ),
    "constant": (
        "from {h} import LEVEL",
        'return {"y": LEVEL * rng.standard_exponential(n)}',
        "{h}.py",
        "LEVEL = FACTOR\n",
    ),
    "lazily": (
        "",
        'from {h} import draw\n    return {"y": draw(rng, n)}',
        "{h}.py",
        "def draw(rng, n):\n    return FACTOR * rng.standard_exponential(n)\n",
    ),
    "two-steps-away": (
        "from {h}_near import draw",
        'return {"y": draw(rng, n)}',
        "{h}.py",
        "LEVEL = FACTOR\n",
    ),
    "package": (
        "from {h}.inner import draw",
        'return {"y": draw(rng, n)}',
        "{h}/inner.py",
        "def draw(rng, n):\n    return FACTOR * rng.standard_exponential(n)\n",
    ),
    "data": (
        "from pathlib import Path",
        "level = float((Path(__file__).parent / "
        '"{h}.txt").read_text())\n    return {"y": level * rng.standard_exponential(n)}',
        "{h}.txt",
        "FACTOR",
    ),
    "environment": (
        "import os",
        'return {"y": float(os.environ["{H}"]) * rng.standard_exponential(n)}',
        "",
        "",
    ),
    "itself": ("", 'return {"y": FACTOR * rng.standard_exponential(n)}', "", ""),
}
"""Imports, body, the file that changes, and its text; FACTOR is what changes."""


def write(folder: File, way: str, factor: float) -> File:
    """Write the theorem and what it depends on."""
    imports, body, changing, text = WAYS[way]
    helper = f"stale_{way.replace('-', '_')}"

    def fill(words: str) -> str:
        words = words.replace("{h}", helper).replace("{H}", helper.upper())
        return words.replace("FACTOR", str(factor))

    file = folder / "own.py"
    filled = THEOREM.replace("{imports}", fill(imports)).replace("{name}", way)
    file.write_text(filled.replace("{body}", fill(body)))
    os.environ[helper.upper()] = str(factor)
    if changing:
        target = folder / fill(changing)
        target.parent.mkdir(exist_ok=True)
        target.write_text(fill(text))
    if way == "two-steps-away":
        (folder / f"{helper}_near.py").write_text(
            f"from {helper} import LEVEL\n"
            "def draw(rng, n):\n    return LEVEL * rng.standard_exponential(n)\n"
        )
    return file


def forget(folder: File) -> None:
    """Forget modules that were imported from a folder, as a new process would."""
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(str(folder)):
            del sys.modules[name]
    importlib.invalidate_caches()


def change(way: str, before: float, after: float) -> Any:
    """Return a function that runs twice on one store, with a change between, in new processes."""

    def judge(folder: File, seed: int, budget: str) -> Verdict:
        sys.dont_write_bytecode, kept = True, sys.dont_write_bytecode
        path = list(sys.path)
        try:
            for factor in (before, after):
                forget(folder)
                sys.path[:] = [str(folder), *path]
                file = write(folder, way, factor)
                # Two edits within the clock's resolution would look like one.
                stamp = 1_600_000_000 + int(1000 * factor)
                for one in folder.rglob("*.py"):
                    os.utime(one, (stamp, stamp))
                found = run(file, budget=budget, seed=seed, jobs=1, store=folder / "store")
            return found["mean"]
        finally:
            forget(folder)
            sys.dont_write_bytecode, sys.path[:] = kept, path
            os.environ.pop(f"stale_{way.replace('-', '_')}".upper(), None)

    return judge


def changes() -> Iterator[Case]:
    """From true to false, and from false to true."""
    for way in WAYS:
        yield Case(
            f"stale-{way}-now-false",
            "10",
            FALSE,
            f"{way}: the mean was one and is two",
            None,
            play=change(way, 1.0, 2.0),
            may_fail=way in ("data", "environment"),
        )
        yield Case(
            f"stale-{way}-now-true",
            "10",
            TRUE,
            f"{way}: the mean was two and is one",
            None,
            play=change(way, 2.0, 1.0),
            may_fail=way in ("data", "environment"),
        )


CASES = unique(changes())
