"""Adversarial linear regression: `sim.adversarial_regression` beside Clarabel and cvxpy.

Every method solves the same problems in one process, interleaved, on one thread; times are CPU
seconds, ratios are taken within a round. Clarabel is called directly with the conic form written by
hand; cvxpy builds its form itself and calls Clarabel. The gap of every method is certified by the
same function from its theta (with our dual point).

    OPENBLAS_NUM_THREADS=1 python benchmarks/linear_regression.py [--rounds 5] [--json FILE]

Needs the optional packages clarabel and cvxpy.
"""

from __future__ import annotations

import argparse
import json
import statistics

import clarabel
import cvxpy
import numpy as np
import threadpoolctl
from _timing import cpu_seconds, machine, ratios
from scipy import sparse

from sim.adversarial_regression import certified_gap, path, solve

SHAPES = [(100, 10), (1000, 10), (1000, 100), (200, 2000), (20, 5000)]
GOALS = {(100, 10): 3, (1000, 100): 30, (200, 2000): 50, (20, 5000): 15}


def draw(n: int, d: int, attack: str, seed: int) -> tuple[np.ndarray, np.ndarray, float]:
    rng = np.random.default_rng(seed)
    x, truth = rng.standard_normal((n, d)), rng.standard_normal(d)
    y = x @ (truth / np.linalg.norm(truth)) + 0.5 * rng.standard_normal(n)
    return x, y, 0.5 if attack == "l2" else 0.5 / np.sqrt(d)


def clarabel_solve(x, y, radius: float, attack: str, penalty: float) -> np.ndarray:
    """Minimise |s|^2 / 2 over theta, s, r, t, b with r = y - x theta and s >= radius t + |r|.

    Euclidean attack: (t, theta) in the second-order cone, and b >= |theta| only with a penalty.
    Coordinatewise attack: b >= |theta| and t = sum(b).
    """
    n, d = x.shape
    boxed = attack == "linf" or penalty > 0
    sizes = {"theta": d, "s": n, "r": n, "t": 1} | ({"b": d} if boxed else {})
    eye, unit = sparse.identity(n), sparse.identity(d)
    one, head = sparse.csc_matrix(np.ones((n, 1))), sparse.csc_matrix([[-1.0]])

    def rows(count: int, **parts) -> sparse.spmatrix:
        return sparse.hstack(
            [parts.get(name, sparse.csc_matrix((count, k))) for name, k in sizes.items()]
        )

    a, cones = [rows(n, theta=sparse.csc_matrix(x), r=eye)], []
    equalities = n
    if attack == "linf":
        a.append(rows(1, t=head, b=sparse.csc_matrix(np.ones((1, d)))))
        equalities += 1
    cones.append(clarabel.ZeroConeT(equalities))
    a += [rows(n, s=-eye, r=sign * eye, t=radius * one) for sign in (1, -1)]
    cones.append(clarabel.NonnegativeConeT(2 * n))
    if boxed:
        a += [rows(d, theta=sign * unit, b=-unit) for sign in (1, -1)]
        cones.append(clarabel.NonnegativeConeT(2 * d))
    if attack == "l2":
        a += [rows(1, t=head), rows(d, theta=-unit)]
        cones.append(clarabel.SecondOrderConeT(d + 1))
    matrix = sparse.vstack(a).tocsc()
    right, cost, quadratic = (np.zeros(k) for k in (matrix.shape[0], *2 * matrix.shape[1:]))
    right[:n] = y
    quadratic[d : d + n] = 1
    if boxed:
        cost[-d:] = n * penalty / 2
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.max_threads = 1
    solver = clarabel.DefaultSolver(
        sparse.diags(quadratic).tocsc(), cost, matrix, right, cones, settings
    )
    return np.asarray(solver.solve().x)[:d]


def cvxpy_solve(x, y, radius: float, attack: str, penalty: float) -> np.ndarray:
    theta = cvxpy.Variable(x.shape[1])
    attacked = cvxpy.abs(y - x @ theta) + radius * cvxpy.norm(theta, 2 if attack == "l2" else 1)
    cost = cvxpy.sum_squares(attacked) / y.size + penalty * cvxpy.norm(theta, 1)
    cvxpy.Problem(cvxpy.Minimize(cost)).solve(solver=cvxpy.CLARABEL)
    return theta.value


def measure(n: int, d: int, attack: str, penalty: float, rounds: int, with_cvxpy: bool) -> dict:
    times: dict[str, list[float]] = {"ours": [], "path": [], "clarabel": [], "cvxpy": []}
    gaps: dict[str, list[float]] = {"ours": [], "path": [], "clarabel": [], "cvxpy": []}
    for seed in range(rounds):
        x, y, radius = draw(n, d, attack, seed)
        settings = {"attack": attack, "penalty": penalty}
        seconds, best = cpu_seconds(lambda: solve(x, y, radius, **settings))  # noqa: B023
        times["ours"].append(seconds)
        gaps["ours"].append(best.gap)
        radii = radius * np.linspace(0.8, 1.2, 9)
        seconds, solutions = cpu_seconds(lambda: path(x, y, radii, **settings))  # noqa: B023
        times["path"].append(seconds / radii.size)
        gaps["path"].append(max(one.gap for one in solutions))
        others = {"clarabel": clarabel_solve, "cvxpy": cvxpy_solve}
        for name, other in others.items():
            if name == "cvxpy" and not with_cvxpy:
                continue
            seconds, theta = cpu_seconds(lambda: other(x, y, radius, attack, penalty))  # noqa: B023
            times[name].append(seconds)
            gaps[name].append(certified_gap(theta, best.dual, x, y, radius, **settings).gap)
    out = {"n": n, "d": d, "attack": attack, "penalty": penalty, "goal": GOALS.get((n, d))}
    for name, values in times.items():
        if values:
            out[name] = {"ms": 1e3 * statistics.median(values), "gap": max(gaps[name])}
            if name != "ours":
                out[name]["ratio"], out[name]["ratio_min"] = ratios(values, times["ours"])
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json")
    parser.add_argument("--no-cvxpy", action="store_true", help="leave the slow rows out")
    arguments = parser.parse_args()
    with threadpoolctl.threadpool_limits(1):
        state = machine()
        print(f"load {state['load']:.2f}, 1024^3 product {state['gemm_gflops']:.0f} Gflop/s")
        print(
            f"{'n x d':>10} {'attack':>6} {'penalty':>8} {'ours ms':>8} {'gap':>7} {'path ms':>8} "
            f"{'clarabel ms':>11} {'gap':>7} {'ratio':>6} {'(min)':>6} {'cvxpy ms':>9} {'gap':>7} "
            f"{'ratio':>6} {'goal':>5}"
        )
        rows = []
        for n, d in SHAPES:
            for attack in ("l2", "linf"):
                for penalty in (0.0, 0.1 / np.sqrt(n)):
                    rounds = arguments.rounds if n * d < 100_000 else min(arguments.rounds, 3)
                    row = measure(n, d, attack, penalty, rounds, not arguments.no_cvxpy)
                    rows.append(row)
                    conic, model = (
                        row["clarabel"],
                        row.get("cvxpy", {"ms": np.nan, "ratio": np.nan}),
                    )
                    print(
                        f"{f'{n}x{d}':>10} {attack:>6} {penalty:8.4f} {row['ours']['ms']:8.2f} "
                        f"{row['ours']['gap']:7.0e} {row['path']['ms']:8.2f} {conic['ms']:11.1f} "
                        f"{conic['gap']:7.0e} {conic['ratio']:6.1f} {conic['ratio_min']:6.1f} "
                        f"{model['ms']:9.1f} {model['gap']:7.0e} {model['ratio']:6.1f} "
                        f"{row['goal'] or '':>5}",
                        flush=True,
                    )
        if arguments.json:
            with open(arguments.json, "w", encoding="utf-8") as file:
                json.dump({"machine": state, "rows": rows}, file, indent=1)


if __name__ == "__main__":
    main()
