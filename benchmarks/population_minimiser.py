"""Minimiser of the population adversarial risk: one scalar root beside SciPy's minimisers.

All methods minimise the same risk (closed form, with its gradient where the method takes one) in
one process, interleaved, on one thread; times are CPU seconds, ratios are taken within a round.
`root` is the time per radius after the eigendecomposition (`eigh`), `path` the same for 50 radii at
once; ratios are to `root`, and in brackets to eigh and one root together.

    OPENBLAS_NUM_THREADS=1 python benchmarks/population_minimiser.py [--rounds 7] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import statistics
from functools import partial

import numpy as np
import threadpoolctl
from _timing import cpu_seconds, machine, ratios
from scipy.optimize import minimize

from sim.linear.population_minimiser import PopulationMinimiser
from sim.linear.population_risk import minimise_risk

METHODS = {
    "Nelder-Mead": dict(xatol=1e-10, fatol=1e-14, maxiter=20_000, maxfev=20_000),
    "BFGS": dict(gtol=1e-9),
    "L-BFGS-B": dict(gtol=1e-9, ftol=1e-16, maxiter=2000),
}
C = float(np.sqrt(2 / np.pi))


def draw(d: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((d, 2 * d))
    truth = rng.standard_normal(d)
    return truth / np.linalg.norm(truth), root @ root.T / (2 * d)


def risk_and_gradient(theta, theta_0, covariance, sigma, radius) -> tuple[float, np.ndarray]:
    away = theta - theta_0
    pull = covariance @ away
    q, b = np.sqrt(away @ pull + sigma**2), np.sqrt(theta @ theta)
    value = q * q + (radius * b) ** 2 + 2 * C * radius * q * b
    by_pull, by_theta = 1 + C * radius * b / q, radius**2 + C * radius * q / b
    return value, 2 * (by_pull * pull + by_theta * theta)


def one_round(d: int, seed: int) -> dict[str, tuple[float, float, float]]:
    """Return CPU seconds, relative gradient and relative excess of the risk for every method."""
    theta_0, covariance = draw(d, seed)
    build = partial(PopulationMinimiser, theta_0, covariance, 1.0)
    eigh_seconds, problem = cpu_seconds(build)
    radius = 0.4 * problem.null_radius
    radii = problem.null_radius * np.linspace(0.02, 0.98, 50)
    arguments = (theta_0, covariance, 1.0, radius)
    unit = 2 * np.linalg.norm(covariance @ theta_0)
    root_seconds, best = cpu_seconds(partial(problem.minimise, radius))
    path_seconds, _ = cpu_seconds(partial(problem.path, radii))

    def judged(seconds: float, theta: np.ndarray) -> tuple[float, float, float]:
        slope = np.linalg.norm(problem.gradient(theta, radius)) / unit
        return seconds, float(slope), risk_and_gradient(theta, *arguments)[0] / best.risk - 1

    out = {
        "eigh": (eigh_seconds, np.nan, np.nan),
        "root": judged(root_seconds, best.theta),
        "path": (path_seconds / radii.size, np.nan, np.nan),
    }
    if d <= 100:
        seconds, slow = cpu_seconds(partial(minimise_risk, *arguments))
        out["general"] = judged(seconds, slow.theta)
    for name, options in METHODS.items():
        jac = name != "Nelder-Mead"
        if jac or d <= 10:
            function = risk_and_gradient if jac else lambda *a: risk_and_gradient(*a)[0]
            call = partial(
                minimize, function, 0.5 * theta_0, arguments, jac=jac, method=name, options=options
            )
            seconds, result = cpu_seconds(call)
            out[name] = judged(seconds, result.x)
    return out


def measure(d: int, rounds: int) -> dict:
    """Return medians over rounds, and ratios to the root alone and to it with the eigh."""
    results = [one_round(d, seed) for seed in range(rounds)]
    root = [one["root"][0] for one in results]
    both = [one["root"][0] + one["eigh"][0] for one in results]
    out: dict = {"d": d}
    for name in results[0]:
        seconds, slopes, excess = zip(*(one[name] for one in results), strict=True)
        out[name] = {
            "ms": 1e3 * statistics.median(seconds),
            "gradient": max(slopes),
            "excess": max(excess),
            "ratio": ratios(seconds, root),
            "ratio_with_eigh": ratios(seconds, both),
        }
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    with threadpoolctl.threadpool_limits(1):
        state = machine()
        print(f"load {state['load']:.2f}, 1024^3 product {state['gemm_gflops']:.0f} Gflop/s")
        print(
            f"{'d':>5} {'method':>12} {'ms':>10} {'|gradient|':>10} {'excess':>8} "
            f"{'ratio':>8} {'(min)':>8} {'[with eigh]':>11}"
        )
        rows = []
        for d in (10, 100, 1000):
            row = measure(d, arguments.rounds if d < 1000 else min(arguments.rounds, 3))
            rows.append(row)
            for name, cell in row.items():
                if name != "d":
                    print(
                        f"{d:5d} {name:>12} {cell['ms']:10.3f} {cell['gradient']:10.1e} "
                        f"{cell['excess']:8.0e} {cell['ratio'][0]:8.1f} {cell['ratio'][1]:8.1f} "
                        f"{cell['ratio_with_eigh'][0]:11.1f}",
                        flush=True,
                    )
        if arguments.json:
            with open(arguments.json, "w", encoding="utf-8") as file:
                json.dump({"machine": state, "rows": rows}, file, indent=1)


if __name__ == "__main__":
    main()
