"""Adversarial training of a wide ReLU network: Gram form against torch and plain NumPy.

One iteration is 20 normalised Euclidean gradient steps on all samples and one gradient step on the
hidden weights, n = 100 samples, m = 1000 neurons, symmetric initialisation. All methods run in one
process, interleaved, on one thread; times are CPU seconds, ratios are per round.

    python benchmarks/two_layer_training.py [--dimensions 1000 4000 16000] [--rounds 7] [--cell]

torch is optional: without it those rows are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable

import numpy as np
import threadpoolctl

from sim.clusters import subspace
from sim.clusters.data import Clusters, first_axis, labels
from sim.networks import gram, two_layer
from sim.networks.activation import relu
from sim.networks.adversarial_training import Plan, decaying_rates, train
from sim.networks.attack import Attack
from sim.networks.gram_attack import gram_attack
from sim.networks.gram_training import train as gram_train

try:
    import torch
except ImportError:
    torch = None

SAMPLES, WIDTH, STEPS, RADIUS, MEAN = 100, 1000, 20, 5.0, 10.0
WEIGHT_DEVIATION, RATE, WARM_UP = 1e-3, 0.1, 5
ATTACK = Attack.fixed(RADIUS, 2.5 * RADIUS / STEPS, STEPS)


def seconds(action: Callable[[], object], repeats: int = 1) -> float:
    """Return CPU seconds per call."""
    start = time.process_time()
    for _ in range(repeats):
        action()
    return (time.process_time() - start) / repeats


def gemm_rate(dtype: type, size: int = 1024) -> float:
    """Return the best of several square matrix products, in flop per second."""
    matrix = np.ones((size, size), dtype=dtype)
    out = np.empty_like(matrix)
    best = min(seconds(lambda: np.matmul(matrix, matrix, out=out)) for _ in range(5))
    return 2 * size**3 / best


def floor_seconds(dtype: type) -> float:
    """Return what the dense products of one iteration cost at the rate of a large one."""
    flops = 4 * SAMPLES * WIDTH**2 + 8 * SAMPLES**2 * WIDTH
    return flops / gemm_rate(dtype)


def torch_iteration(w, a, x, y):
    """Return a function that does one iteration with torch, gradients of perturbations only."""
    w, a, x, y = (torch.from_numpy(np.array(array)) for array in (w, a, x, y))

    def iterate() -> None:
        delta = torch.zeros_like(x, requires_grad=True)
        for _ in range(STEPS):
            margin = y * (torch.relu((x + delta) @ w.T) @ a)
            loss = torch.nn.functional.softplus(-margin).sum()
            (slope,) = torch.autograd.grad(loss, delta)
            with torch.no_grad():
                slope /= slope.norm(dim=1, keepdim=True) + 1e-12
                delta += ATTACK.steps[0] * slope
                delta *= (RADIUS / delta.norm(dim=1, keepdim=True)).clamp(max=1)
        with torch.no_grad():
            attacked = x + delta
            z = attacked @ w.T
            margin = y * (torch.relu(z) @ a)
            pull = y * torch.sigmoid(-margin) * (RATE / SAMPLES)
            w.add_((pull[:, None] * a * (z > 0)).T @ attacked)

    return iterate


def side_by_side(dimension: int, rounds: int) -> list[dict]:
    """Time every method in one dimension."""
    rng = np.random.default_rng(1)
    x, y, _ = (
        array[0]
        for array in Clusters(first_axis(dimension, MEAN), 0.1).sample(
            rng, 1, SAMPLES, dtype=np.float32
        )
    )
    a = two_layer.balanced_signs(WIDTH, dtype=np.float32)
    w = two_layer.initial_weights(rng, 1, WIDTH, dimension, WEIGHT_DEVIATION, dtype=np.float32)[0]
    w = train(w, a, relu(), x, y, Plan(ATTACK, (RATE,) * WARM_UP)).w
    double = [array.astype(np.float64) for array in (w, a, x, y)]
    once, many = Plan(ATTACK, (RATE,)), Plan(ATTACK, (RATE,) * 10)

    def product(w, a, x, y) -> Callable[[], object]:
        state = gram.gram_state(x, w)
        return lambda: gram_train(state, a, relu(), y, many)

    methods: dict[str, tuple[Callable[[], object], int]] = {
        "Gram form f32": (product(w, a, x, y), 10),
        "Gram form f64": (product(*double), 10),
        "plain f32": (lambda: train(w, a, relu(), x, y, once), 1),
        "plain f64": (lambda: train(*double[:2], relu(), *double[2:], once), 1),
    }
    if torch is not None:
        methods["torch f32"] = (torch_iteration(w, a, x, y), 1)
    times: dict[str, list[float]] = {name: [] for name in methods}
    for _ in range(rounds + 1):
        for name, (action, iterations) in methods.items():
            times[name].append(seconds(action) / iterations)
    times = {name: values[1:] for name, values in times.items()}  # the first round warms caches
    floors = {"f32": floor_seconds(np.float32), "f64": floor_seconds(np.float64)}
    rows = []
    for name, values in times.items():
        row = {
            "dimension": dimension,
            "method": name,
            "median_ms": 1e3 * statistics.median(values),
            "min_ms": 1e3 * min(values),
            "over_floor": min(values) / floors[name[-3:]],
        }
        for ours in ("Gram form f32", "Gram form f64"):
            ratios = [other / own for other, own in zip(values, times[ours], strict=True)]
            row[f"over {ours}"] = statistics.median(ratios)
        rows.append(row)
    return rows


def without_dimension(rounds: int) -> dict:
    """Time sampling and 20 iterations in a thousand million dimensions against 4000."""
    a = two_layer.balanced_signs(WIDTH, dtype=np.float32)
    plan = Plan(ATTACK, (RATE,) * 20)

    def run(dimension: int) -> None:
        problem = subspace.sample(
            np.random.default_rng(2),
            1,
            SAMPLES,
            WIDTH,
            dimension,
            mean_norm=MEAN,
            weight_deviation=WEIGHT_DEVIATION,
            flip=0.1,
            dtype=np.float32,
        )
        gram_train(gram.gram_state(problem.x, problem.w), a, relu(), problem.y, plan)

    run(4000)
    ratios = []
    for _ in range(rounds):
        near = seconds(lambda: run(4000))
        ratios.append(seconds(lambda: run(10**9)) / near)
    return {"median": statistics.median(ratios), "min": min(ratios), "max": max(ratios)}


def figure_cell(dimension: int, mean: float, dtype: type) -> dict:
    """Time one cell of a heat map: 1000 iterations, then clean and robust error on 2000 points."""
    rng = np.random.default_rng(3)
    start = time.process_time()
    problem = subspace.sample(
        rng,
        1,
        SAMPLES,
        WIDTH,
        dimension,
        mean_norm=mean,
        weight_deviation=1 / np.sqrt(3 * dimension),
        flip=0.1,
        symmetric=False,
        dtype=dtype,
    )
    a = (rng.uniform(-1, 1, WIDTH) / np.sqrt(WIDTH)).astype(dtype)
    attack = Attack.fixed(0.1 * mean, 0.02 * mean, STEPS)
    state = gram.gram_state(problem.x, problem.w, problem.mean[None])
    trained = gram_train(state, a, relu(), problem.y, Plan(attack, decaying_rates(0.1, 1000)))
    train_seconds = time.process_time() - start
    y, cluster = labels(rng, (1, 2000), 0.1, dtype=dtype)
    z = gram.fresh_preactivations(rng, trained.state.weights, trained.state.probes[:, 0], cluster)
    clean = y * np.matmul(np.maximum(z, 0), a)
    robust = gram_attack(trained.state.weights, a, relu(), z, y, attack).margin
    return {
        "dtype": np.dtype(dtype).name,
        "dimension": dimension,
        "mean": mean,
        "train_seconds": train_seconds,
        "test_seconds": time.process_time() - start - train_seconds,
        "clean_error": float((clean <= 0).mean()),
        "robust_error": float((robust <= 0).mean()),
        "weight_norm": float(trained.state.frobenius_norm()[0]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--dimensions", type=int, nargs="*", default=[1000, 4000, 16000])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--cell", action="store_true", help="also time cells of a heat map")
    parser.add_argument("--json", metavar="FILE", help="write the numbers here too")
    arguments = parser.parse_args()
    if torch is not None:
        torch.set_num_threads(1)
    report: dict = {"rows": [], "cells": []}
    with threadpoolctl.threadpool_limits(1):
        print(
            f"{platform.machine()}, load {os.getloadavg()[0]:.2f}, 1024^3 product: "
            f"{gemm_rate(np.float32) / 1e9:.0f} (f32), {gemm_rate(np.float64) / 1e9:.0f} (f64) GF/s"
        )
        print(
            f"{'d':>6} {'method':<14} {'median ms':>9} {'min ms':>8} {'min/floor':>9} "
            f"{'over Gram f32':>13} {'over Gram f64':>13}"
        )
        for dimension in arguments.dimensions:
            rounds = arguments.rounds if dimension < 10_000 else min(arguments.rounds, 3)
            for row in side_by_side(dimension, rounds):
                report["rows"].append(row)
                print(
                    f"{dimension:>6} {row['method']:<14} {row['median_ms']:>9.2f} "
                    f"{row['min_ms']:>8.2f} {row['over_floor']:>9.2f} "
                    f"{row['over Gram form f32']:>13.1f} {row['over Gram form f64']:>13.1f}",
                    flush=True,
                )
        report["d=1e9 over d=4000"] = without_dimension(arguments.rounds)
        print(
            "d=1e9 over d=4000, sampling included: {median:.2f} ({min:.2f} to {max:.2f})".format(
                **report["d=1e9 over d=4000"]
            )
        )
        if arguments.cell:
            for dimension, mean in ((1000, 10.0), (4000, 5.0), (18000, 2.0)):
                for dtype in (np.float32, np.float64):
                    report["cells"].append(figure_cell(dimension, mean, dtype))
                    print(report["cells"][-1], flush=True)
        print(f"load {os.getloadavg()[0]:.2f}")
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(report, file, indent=1)


if __name__ == "__main__":
    main()
