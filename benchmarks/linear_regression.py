"""Adversarial linear regression: `sim.regression.adversarial` beside Clarabel and cvxpy.

Every method solves the same problems in one process, interleaved, on one thread; times are CPU
seconds, ratios are taken within a round. Clarabel is called through its own interface with two
conic forms written by hand (direct and compact); cvxpy builds its form itself and calls Clarabel.
`path` is the time per radius of nine neighbouring radii. The gap of every method is certified by
the same function from its theta (with our dual point).

    OPENBLAS_NUM_THREADS=1 python benchmarks/linear_regression.py [--rounds 5] [--json FILE]

Needs the optional packages clarabel and cvxpy.
"""

from __future__ import annotations

import argparse
import json
import statistics
from functools import partial

import clarabel
import cvxpy
import numpy as np
import threadpoolctl
from _timing import cpu_seconds, machine, ratios
from scipy import sparse

from sim.regression.adversarial import certified_gap, path, solve

SHAPES = [(100, 10), (1000, 10), (1000, 100), (200, 2000), (20, 5000)]
GOALS = {(100, 10): 3, (1000, 100): 30, (200, 2000): 50, (20, 5000): 15}


def draw(n: int, d: int, attack: str, seed: int) -> tuple[np.ndarray, np.ndarray, float]:
    rng = np.random.default_rng(seed)
    x, truth = rng.standard_normal((n, d)), rng.standard_normal(d)
    y = x @ (truth / np.linalg.norm(truth)) + 0.5 * rng.standard_normal(n)
    return x, y, 0.5 if attack == "l2" else 0.5 / np.sqrt(d)


def clarabel_solve(
    x, y, radius: float, attack: str, penalty: float, compact: bool = False
) -> np.ndarray:
    """Minimise |s|^2 / 2 over theta, s, t, b with s >= radius t + |y - x theta|.

    Euclidean attack: (t, theta) in the second-order cone, and b >= |theta| only with a penalty.
    Coordinatewise attack: b >= |theta| and t = sum(b). The direct form has the fewest variables and
    holds x twice; the compact one has the residuals as variables, holds x once and is faster.
    """
    n, d = x.shape
    boxed = attack == "linf" or penalty > 0
    sizes = {"theta": d, "s": n, "t": 1}
    sizes |= ({"r": n} if compact else {}) | ({"b": d} if boxed else {})
    eye, unit, dense = sparse.identity(n), sparse.identity(d), sparse.csc_matrix(x)
    one, head = sparse.csc_matrix(np.ones((n, 1))), sparse.csc_matrix([[-1.0]])

    def rows(count: int, **parts) -> sparse.spmatrix:
        return sparse.hstack(
            [parts.get(name, sparse.csc_matrix((count, k))) for name, k in sizes.items()]
        )

    a, right, cones = [], [], []
    if compact:
        a, right = [rows(n, theta=dense, r=eye)], [y]
    if attack == "linf":
        a.append(rows(1, t=head, b=sparse.csc_matrix(np.ones((1, d)))))
        right.append(np.zeros(1))
    equalities = sum(v.size for v in right)
    if equalities:
        cones.append(clarabel.ZeroConeT(equalities))
    for sign in (1, -1):
        residual = {"r": sign * eye} if compact else {"theta": -sign * dense}
        a.append(rows(n, s=-eye, t=radius * one, **residual))
        right.append(np.zeros(n) if compact else -sign * y)
    cones.append(clarabel.NonnegativeConeT(2 * n))
    if boxed:
        a += [rows(d, theta=sign * unit, b=-unit) for sign in (1, -1)]
        right.append(np.zeros(2 * d))
        cones.append(clarabel.NonnegativeConeT(2 * d))
    if attack == "l2":
        a += [rows(1, t=head), rows(d, theta=-unit)]
        right.append(np.zeros(d + 1))
        cones.append(clarabel.SecondOrderConeT(d + 1))
    matrix = sparse.vstack(a).tocsc()
    cost, quadratic = np.zeros(matrix.shape[1]), np.zeros(matrix.shape[1])
    quadratic[d : d + n] = 1
    if boxed:
        cost[-d:] = n * penalty / 2
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.max_threads = 1
    solver = clarabel.DefaultSolver(
        sparse.diags(quadratic).tocsc(), cost, matrix, np.concatenate(right), cones, settings
    )
    return np.asarray(solver.solve().x)[:d]


def cvxpy_solve(x, y, radius: float, attack: str, penalty: float) -> np.ndarray:
    theta = cvxpy.Variable(x.shape[1])
    attacked = cvxpy.abs(y - x @ theta) + radius * cvxpy.norm(theta, 2 if attack == "l2" else 1)
    cost = cvxpy.sum_squares(attacked) / y.size + penalty * cvxpy.norm(theta, 1)
    cvxpy.Problem(cvxpy.Minimize(cost)).solve(solver=cvxpy.CLARABEL)
    return theta.value


def one_round(n: int, d: int, attack: str, penalty: float, seed: int, with_cvxpy: bool) -> dict:
    """Return CPU seconds and certified relative gap of every method."""
    x, y, radius = draw(n, d, attack, seed)
    settings = {"attack": attack, "penalty": penalty}
    seconds, best = cpu_seconds(partial(solve, x, y, radius, **settings))
    out = {"ours": (seconds, best.gap)}
    radii = radius * np.linspace(0.8, 1.2, 9)
    seconds, solutions = cpu_seconds(partial(path, x, y, radii, **settings))
    out["path"] = (seconds / radii.size, max(one.gap for one in solutions))
    others = {"compact": partial(clarabel_solve, compact=True), "direct": clarabel_solve}
    if with_cvxpy:
        others["cvxpy"] = cvxpy_solve
    for name, other in others.items():
        seconds, theta = cpu_seconds(partial(other, x, y, radius, attack, penalty))
        out[name] = (seconds, certified_gap(theta, best.dual, x, y, radius, **settings).gap)
    return out


def measure(n: int, d: int, attack: str, penalty: float, rounds: int, with_cvxpy: bool) -> dict:
    """Return medians over rounds, and ratios to ours."""
    results = [one_round(n, d, attack, penalty, seed, with_cvxpy) for seed in range(rounds)]
    ours = [one["ours"][0] for one in results]
    out: dict = {"n": n, "d": d, "attack": attack, "penalty": penalty, "goal": GOALS.get((n, d))}
    for name in results[0]:
        seconds, gaps = zip(*(one[name] for one in results), strict=True)
        out[name] = {
            "ms": 1e3 * statistics.median(seconds),
            "gap": max(gaps),
            "ratio": ratios(seconds, ours),
        }
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json")
    parser.add_argument("--no-cvxpy", action="store_true", help="leave the slowest rows out")
    arguments = parser.parse_args()
    with threadpoolctl.threadpool_limits(1):
        state = machine()
        print(f"load {state['load']:.2f}, 1024^3 product {state['gemm_gflops']:.0f} Gflop/s")
        print("methods: CPU ms (worst certified gap), then ratio to ours: median (min)")
        rows = []
        for n, d in SHAPES:
            for attack in ("l2", "linf"):
                for penalty in (0.0, 0.1 / np.sqrt(n)):
                    rounds = arguments.rounds if n * d < 100_000 else min(arguments.rounds, 3)
                    row = measure(n, d, attack, penalty, rounds, not arguments.no_cvxpy)
                    rows.append(row)
                    print(f"{n}x{d} {attack} penalty {penalty:.4f}, goal {row['goal'] or '-'}:")
                    for name in ("ours", "path", "compact", "direct", "cvxpy"):
                        if name in row:
                            cell = row[name]
                            print(
                                f"  {name:>8} {cell['ms']:9.2f} ({cell['gap']:6.0e}) "
                                f"{cell['ratio'][0]:8.1f} ({cell['ratio'][1]:.1f})",
                                flush=True,
                            )
        if arguments.json:
            with open(arguments.json, "w", encoding="utf-8") as file:
                json.dump({"machine": state, "rows": rows}, file, indent=1)


if __name__ == "__main__":
    main()
