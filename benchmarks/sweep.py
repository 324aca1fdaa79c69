"""A sweep of sixty blocks on one process and on two, as `verify run` does it.

Wall times, interleaved, each with an empty store; the workers are started before the first round.
For an idle machine with two cores.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

import threadpoolctl
from _timing import machine

from verify import run

BLOCKS = 60
SWEEP = f'''\
import numpy as np
import sympy as sp
from bounds import Inequality, Theorem
from verify import check

theorem = Theorem(id="sweep/theorem-1", statement="", claims=[
    Inequality("top", left="y", at_least=0)
])

@check(theorem, cells=[dict(width=400)], seconds_per_replicate=0.05,
       block=1, first={BLOCKS}, quick=1)
def simulate(rng, cell, n):
    """One replicate is a power of a random matrix."""
    values = []
    for _ in range(n):
        a = rng.standard_normal((cell["width"], cell["width"])) / cell["width"] ** 0.5
        b = a
        for _ in range(ROUNDS):
            b = a @ b
        values.append(abs(b).max())
    return {{"y": np.array(values)}}
'''


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--products", type=int, default=12, help="matrix products in a block")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    with threadpoolctl.threadpool_limits(1), tempfile.TemporaryDirectory() as folder:
        state = machine()
        print("load {load:.2f}, 1024^3 product {gemm_gflops:.0f} Gflop/s".format(**state))
        sweep = Path(folder, "sweep.py")
        sweep.write_text(SWEEP.replace("ROUNDS", str(options.products)), encoding="utf-8")
        times: dict[int, list[float]] = {1: [], 2: []}
        for number in range(options.rounds + 1):
            for jobs in times:
                started = time.perf_counter()
                report = run(str(sweep), jobs=jobs, store=f"{folder}/store-{jobs}-{number}")
                times[jobs].append(time.perf_counter() - started)
                assert next(iter(report)).replicates == BLOCKS
        gains = [one / two for one, two in zip(times[1][1:], times[2][1:], strict=True)]
        row = {
            "block_ms": 1e3 * statistics.median(times[1][1:]) / BLOCKS,
            "gain": statistics.median(gains),
            "least": min(gains),
            "most": max(gains),
        }
        print(
            "a block {block_ms:.0f} ms; two: {gain:.2f} times ({least:.2f} to {most:.2f})".format(
                **row
            )
        )
    if options.json:
        Path(options.json).write_text(
            json.dumps({"machine": state, "sweep": row}), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
