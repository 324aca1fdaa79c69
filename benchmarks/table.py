"""Run every benchmark of speed and write what came out beside its aim: docs/benchmarks.md.

Each benchmark is a process of its own, in which ours and what one would otherwise use are timed in
turn. What is not installed (torch, cvxpy) is left out and said. `make bench` is this script.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
SCRIPTS = {
    "two_layer_training": ["--rounds", "7", "--cell"],
    "linear_regression": ["--rounds", "5"],
    "population_minimiser": ["--rounds", "7"],
    "inner_maximum": ["--rounds", "3"],
    "lazy_ball": ["--rounds", "3", "--largest", "--skip-steps"],
    "sweep": ["--rounds", "5"],
}
HEAD = """\
# Speed, beside what one would otherwise run

{today}, {machine}, {cores} cores, Python {python}, load {load:.1f}; one thread. `make bench` writes
this page. Ours and the other are timed in turn in one process, in CPU time (a sweep: wall time);
a ratio is the median over the rounds with what they spread over. More rows, and what the
benchmarks do, are in `benchmarks/README.md`.

| what | beside | aim | measured | met |
| --- | --- | --- | --- | --- |
"""
CELLS = 180
"""Of Figure 1 of wang2024, each with a thousand iterations."""


def row(what: str, beside: str, aim: str, measured: str, met: bool | None) -> str:
    """One row of the table; None where there is no aim."""
    word = "" if met is None else "yes" if met else "**no**"
    return f"| {what} | {beside} | {aim} | {measured} | {word} |"


def training(found: dict[str, Any]) -> Iterator[str]:
    """Adversarial training of two-layer networks in the Gram form."""
    of = {(one["dimension"], one["method"]): one for one in found["rows"]}
    aims = {
        "torch f32": {1000: 7, 4000: 20, 16000: 120},
        "plain f64": {1000: 6, 4000: 18, 16000: 120},
    }
    for method, each in aims.items():
        ours = f"over Gram form {method[-3:]}"
        for dimension, aim in each.items():
            if (dimension, method) in of:
                ratio = of[dimension, method][ours]
                what = f"iteration of adversarial training, {dimension} inputs, {method[-3:]}"
                yield row(what, method[:-4], f"≥ {aim}", f"{ratio:.1f}", ratio >= aim)
    for kind in ("f32", "f64"):
        each = [of[d, f"Gram form {kind}"]["over_floor"] for d in (1000, 4000, 16000)]
        what = f"whole iteration, {kind}"
        measured = f"{statistics.median(each):.2f} ({min(each):.2f} to {max(each):.2f})"
        yield row(what, "its matrix products alone", "≤ 1.5", measured, max(each) <= 1.5)
    far = found["d=1e9 over d=4000"]
    measured = "{median:.2f} ({min:.2f} to {max:.2f})".format(**far)
    yield row("a cell in 10^9 inputs", "in 4000", "≤ 1.15", measured, far["median"] <= 1.15)
    seconds = [
        c["train_seconds"] + c["test_seconds"] for c in found["cells"] if c["dtype"] == "float32"
    ]
    minutes = CELLS * statistics.mean(seconds) / 2 / 60
    what = "Figure 1 of wang2024, a replicate of its grid on two cores"
    yield row(what, "minutes", "≤ 8", f"{minutes:.1f} (from three cells)", minutes <= 8)


def regression(found: dict[str, Any]) -> Iterator[str]:
    """Adversarially trained linear regression."""
    aims = {(100, 10): 5, (1000, 100): 30, (200, 2000): 50, (20, 5000): 15}
    for (n, d), aim in aims.items():
        rows = [one for one in found["rows"] if (one["n"], one["d"]) == (n, d)]
        best = [min(one[k]["ratio"][0] for k in ("compact", "direct")) for one in rows]
        what = f"adversarial regression, {n} x {d}"
        measured = f"{statistics.median(best):.1f} ({min(best):.1f} to {max(best):.1f})"
        yield row(what, "Clarabel, the better form", f"≥ {aim}", measured, min(best) >= aim)
    gap = max(one["ours"]["gap"] for one in found["rows"])
    yield row("its certified gap", "", "≤ 1e-8", f"{gap:.0e}", gap <= 1e-8)


def minimiser(found: dict[str, Any]) -> Iterator[str]:
    """The minimiser over the population."""
    for one in found["rows"]:
        root = one["root"]
        other = min(
            value["ratio"][0] for name, value in one.items() if name in ("BFGS", "L-BFGS-B")
        )
        what = f"population minimiser per radius, {one['d']} inputs"
        measured = f"{root['ms']:.2f} ms; {one['BFGS']['ratio'][0]:.0f} (best of all {other:.0f})"
        met = root["ms"] <= 0.2 and one["BFGS"]["ratio"][0] >= 10
        yield row(what, "BFGS with gradient", "≤ 0.2 ms, ≥ 10", measured, met)


def maximum(found: dict[str, Any]) -> Iterator[str]:
    """Certified inner maxima."""
    for d, aim, most in ((100, 1.10, 100), (784, 1.05, 1000)):
        rows = [one for one in found["gaussian"] if one["d"] == d]
        far = [one["quadratic"] for one in rows if one["size"] == max(r["size"] for r in rows)]
        slowest = max(one["quadratic_ms"] for one in rows)
        what = f"certified bound, {d} inputs, radius 5/√d"
        measured = f"{statistics.median(far):.3f} (worst {max(far):.3f}), {slowest:.0f} ms"
        met = max(far) <= aim and slowest <= most
        yield row(
            what, "a projected-gradient attack's gain", f"≤ {aim} in {most} ms", measured, met
        )
    slowest = max(one["slowest_ms"] for one in found["exact"])
    gap = max(one["worst_gap"] for one in found["exact"])
    measured = f"gap {gap:.1e}, slowest {slowest:.0f} ms"
    yield row("branch and bound, 40 to 80 neurons", "", "1e-3 in 1 s", measured, slowest <= 1000)


def ball(found: dict[str, Any]) -> Iterator[str]:
    """Worst cases over the ball of a lazy network."""
    for one in found["product"]:
        what = "worst cases over the ball, {d} inputs, {m} neurons, C₀ = {C_0:.0f}".format(**one)
        value, shortest = one["value"], one["shortest"]
        change = f"change of the gradient within {one['change_gap']:.2f}"
        gap = f"(gap {one['shortest_gap']:.0e}), {change}"
        if one["m"] < 100_000:  # the product takes microseconds, and a ratio to it says nothing
            value, shortest = (one["product_ms"] * ratio for ratio in (value, shortest))
            measured = f"{value:.2g} ms; shortest gradient {shortest:.2g} ms {gap}"
            yield row(what, "", "", measured, None)
        else:
            measured = f"{value:.2f}; shortest gradient {shortest:.1f} {gap}"
            yield row(what, "the product W x", "≤ 1.5", measured, value <= 1.5)


def sweep(found: dict[str, Any]) -> Iterator[str]:
    """Two processes."""
    one = found["sweep"]
    what = f"60 blocks of {one['block_ms']:.0f} ms on two processes"
    measured = "{gain:.2f} ({least:.2f} to {most:.2f})".format(**one)
    yield row(what, "one process", "≥ 1.8", measured, one["gain"] >= 1.8)


ROWS = {
    "two_layer_training": training,
    "linear_regression": regression,
    "population_minimiser": minimiser,
    "inner_maximum": maximum,
    "lazy_ball": ball,
    "sweep": sweep,
}


def main() -> None:
    """Run the benchmarks that are asked for and write the page from all that have run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=Path("out/bench"), help="a folder of JSON")
    parser.add_argument("--only", nargs="*", choices=list(SCRIPTS), default=list(SCRIPTS))
    options = parser.parse_args()
    options.results.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()[0]
    for name in options.only:
        print(f"{name} ...", flush=True)
        result = str(options.results / f"{name}.json")
        call = [sys.executable, str(HERE / f"{name}.py"), *SCRIPTS[name], "--json", result]
        subprocess.run(call, check=True)
    rows = []
    for name, read in ROWS.items():
        file = options.results / f"{name}.json"
        if file.exists():
            rows += read(json.loads(file.read_text(encoding="utf-8")))
    head = HEAD.format(
        today=date.today(),
        machine=platform.machine(),
        cores=os.cpu_count(),
        python=platform.python_version(),
        load=load,
    )
    PAGE.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
