"""Worst cases over the ball of a lazy network: their times beside the product W x, and their gaps.

For every network everything runs in one process, interleaved, on one thread, in single precision;
times are CPU seconds and their ratios are to the product of the hidden weights with one input,
which reads the weights once and which each quantity includes. A gap is (upper - lower) / upper.

    OPENBLAS_NUM_THREADS=1 python benchmarks/lazy_ball.py [--rounds 3] [--largest] [--json FILE]

The largest network (a million neurons of 784 inputs) takes 3.2 GB and is left out unless asked for.
"""

from __future__ import annotations

import argparse
import json
import statistics

import numpy as np
import threadpoolctl
from _timing import cpu_seconds, machine

from sim.certificates.ball_gradient import greatest_change, greatest_flipped, least_norm
from sim.certificates.one_step import certified_flip, hardest
from sim.certificates.universal import universal_radius
from sim.networks.lazy_ball import extreme_values, initialisation, output_signs, row_blocks

SIZES = [(100, 1_000), (784, 100_000)]
LARGEST = (784, 1_000_000)
RADII = (1.0, 10.0)
GOAL = 1.5  # both extremes of the value, product included
STEPS = [(100, 1_000), (100, 10_000), (400, 1_000), (784, 10_000)]
SHARES = (0.01, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7)  # C_0 over the root of the inputs


def network(d: int, m: int, seed: int):
    """Signs (m,), hidden weights (m, d) in single precision and a unit input."""
    rng = np.random.default_rng(seed)
    a = output_signs(rng, 1, m)[0]
    w = np.empty((m, d), dtype=np.float32)
    for rows, block in row_blocks(rng, m, d):
        w[rows] = block
    x = rng.standard_normal(d).astype(np.float32)
    return a, w, x / np.linalg.norm(x)


def beside_the_product(sizes, rounds: int) -> list[dict]:
    print("Times over that of the product W x (which each includes), single precision; gaps")
    print(
        "     d        m   C_0    W x, ms | value  shortest gradient    change        flipped"
        "       universal radius"
    )
    rows = []
    for d, m in sizes:
        a, w, x = network(d, m, 0)
        for C_0 in RADII:
            V = C_0 / m**0.5
            actions = {
                "product": lambda w=w, x=x: w @ x,
                "value": lambda a=a, w=w, x=x, V=V: extreme_values(a, w @ x, V),
                "shortest": lambda a=a, w=w, x=x, V=V: least_norm(a, w, x, V),
                "change": lambda a=a, w=w, x=x, V=V: greatest_change(a, w, x, V),
                "flipped": lambda a=a, w=w, x=x, V=V: greatest_flipped(a, w, x, V),
                "universal": lambda a=a, w=w, x=x, V=V: universal_radius(a, w, x, V),
            }
            seconds = {name: [] for name in actions}
            found = {}
            for _ in range(rounds):
                for name, action in actions.items():
                    spent, found[name] = cpu_seconds(action)
                    seconds[name].append(spent)
            row = {"d": d, "m": m, "C_0": C_0, "rounds": rounds}
            row["product_ms"] = 1e3 * statistics.median(seconds["product"])
            for name in list(actions)[1:]:
                ratio = [s / p for s, p in zip(seconds[name], seconds["product"], strict=True)]
                row[name] = statistics.median(ratio)
            for name in ("shortest", "change", "flipped"):
                low, high = float(found[name].lower), float(found[name].upper)
                row[name + "_ends"] = low, high
                row[name + "_gap"] = (high - low) / high if high > 1e-6 else 0.0
            row["radius"] = float(found["universal"]) * d**0.5
            rows.append(row)
            print(
                "{d:6d} {m:8d} {C_0:5.0f} {product_ms:10.2f} | {value:5.2f} {shortest:7.1f} "
                "({shortest_gap:.1e}) {change:7.1f} ({change_gap:.3f}) {flipped:7.1f} "
                "({flipped_gap:.3f}) {universal:7.1f} ({radius:.2f})".format(**row),
                flush=True,
            )
    worst = max(row["value"] for row in rows if row["m"] >= 100_000)
    print(f"both extremes of the value from 1e5 neurons: at most {worst:.2f}, goal {GOAL}")
    return rows


def one_step(sizes, seeds: int, most: float) -> list[dict]:
    """Networks of which all of the ball are proved to flip, and those with one that resists."""
    print("\nOne step of C_2 = 2 sup|f|, double precision: proved / resisted, of each of the draws")
    print("     d        m  C_0/sqrt(d)   proved  resisted   proof, s  search, s")
    rows = []
    for d, m in sizes:
        for share in (share for share in SHARES if share <= most):
            V = share * (d / m) ** 0.5
            row = {"d": d, "m": m, "share": share, "proved": 0, "resisted": 0, "draws": seeds}
            times: dict[str, list[float]] = {"proof": [], "search": []}
            for seed in range(seeds):
                a, w = initialisation(np.random.default_rng(seed), 1, m, d)
                x = np.eye(d)[0]
                low, high = extreme_values(a, w[..., 0], V)
                C_2 = 2 * np.maximum(high, -low)
                spent, bound = cpu_seconds(
                    lambda a=a, w=w, x=x, V=V, c=C_2: certified_flip(a, w, x, V, c), 0.0
                )
                times["proof"].append(spent)
                spent, found = cpu_seconds(
                    lambda a=a, w=w, x=x, V=V, c=C_2: hardest(a, w, x, V, c), 0.0
                )
                times["search"].append(spent)
                row["proved"] += int(bound[0] < 0)
                row["resisted"] += int(found.value[0] > 0)
            row |= {name: statistics.median(each) for name, each in times.items()}
            rows.append(row)
            print(
                "{d:6d} {m:8d} {share:12.2f} {proved:8d} {resisted:9d} {proof:10.3f} "
                "{search:10.2f}".format(**row),
                flush=True,
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--largest", action="store_true", help="a million neurons, 3.2 GB")
    parser.add_argument("--most", type=float, default=1.0, help="largest C_0 / sqrt(d) of a step")
    parser.add_argument("--skip-steps", action="store_true")
    parser.add_argument("--json", help="also write the rows to this file")
    options = parser.parse_args()
    with threadpoolctl.threadpool_limits(1):
        state = machine()
        print("load {load:.1f}, 1024^3 matrix product {gemm_gflops:.1f} Gflop/s".format(**state))
        sizes = [*SIZES, LARGEST] if options.largest else SIZES
        rows = {"machine": state, "product": beside_the_product(sizes, options.rounds)}
        if not options.skip_steps:
            rows["one_step"] = one_step(STEPS, options.seeds, options.most)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
