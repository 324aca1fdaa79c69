"""The largest value of a two-layer network on a ball: certificates, side by side.

For every network, all methods run in one process, interleaved, on one thread; times are CPU seconds
and the ratios of bounds are (upper bound - clean) / (attacked - clean), with the same attack below
all of them: 1.00 is exact. The reference for the quadratic bound is the direct way to the same
bound: L-BFGS over the parabolas, with an eigendecomposition at every step.

    OPENBLAS_NUM_THREADS=1 python benchmarks/inner_maximum.py [--rounds 3] [--json FILE]

With the optional package cvxpy the semidefinite programme is also given to its solvers (small
networks only).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics

import numpy as np
import threadpoolctl
from _timing import cpu_seconds, machine, ratios
from scipy.optimize import minimize

from sim.certificates.inner_maximum import (
    Effort,
    inner_maximum,
    robust_error_bracket,
    robust_margin,
)
from sim.networks.activation import Activation, relu, smoothed_leaky_relu

GAUSSIAN = [(100, 0.5), (100, 2.0), (100, 5.0), (784, 0.5), (784, 2.0), (784, 5.0)]
GOALS = {100: (1.15, 0.1), 784: (1.05, 1.0)}  # ratio and seconds
SMALL = [
    (2, 200, 5.0),
    (4, 160, 5.0),
    (5, 40, 5.0),
    (20, 40, 2.0),
    (20, 40, 5.0),
    (20, 60, 2.0),
    (100, 40, 5.0),
    (20, 80, 0.5),
    (100, 100, 0.5),
]
SEMIDEFINITE = [(10, 40, 2.0), (20, 100, 2.0)]
EXACT = ("spectral", "tangent-chord", "quadratic", "branch-and-bound")


def gaussian_network(d: int, m: int, seed: int):
    rng = np.random.default_rng(seed)
    w, x = rng.standard_normal((m, d)), rng.standard_normal((1, d))
    a = rng.choice([-1.0, 1.0], m) / np.sqrt(m)
    return w, a, x / np.linalg.norm(x)


def trained_network(d: int, m: int, distance: float, radius: float, phi: Activation, seed: int):
    """Two hundred steps of adversarial training on normal clusters, and fresh points."""
    rng = np.random.default_rng(seed)
    labels = rng.choice([-1.0, 1.0], (2, 100))
    x, fresh = rng.standard_normal((2, 100, d))
    x[:, 0] += distance * labels[0]
    fresh[:, 0] += distance * labels[1]
    w = np.tile(rng.standard_normal((m // 2, d)) / np.sqrt(d), (2, 1))
    a, y = np.repeat([1.0, -1.0], m // 2) / np.sqrt(m), labels[0]
    for step in range(200):
        u = np.zeros_like(x)
        for _ in range(5 if step else 0):
            g = -y[:, None] * ((phi.slope((x + u) @ w.T) * a) @ w)
            u += radius / 2 * g / np.maximum(np.linalg.norm(g, axis=1, keepdims=True), 1e-12)
            u /= np.maximum(1.0, np.linalg.norm(u, axis=1, keepdims=True) / radius)
        v = (x + u) @ w.T
        pull = y / (1 + np.exp(np.clip(y * (phi.value(v) @ a), -50, 50)))
        w = w + 0.5 / len(x) * ((pull[:, None] * phi.slope(v) * a).T @ (x + u))
    return w, a, fresh, labels[1]


def interval_bound(w, a, x, radius: float) -> float:
    """Sum of the extreme values of the neurons of a ReLU network."""
    z, reach = w @ x[0], radius * np.linalg.norm(w, axis=1)
    return float(
        np.maximum(a, 0) @ np.maximum(z + reach, 0) + np.minimum(a, 0) @ np.maximum(z - reach, 0)
    )


def crown_bound(w, a, x, radius: float) -> float:
    """Affine bound with the usual lower line of slope 0 or 1, in closed form."""
    z, reach = w @ x[0], radius * np.linalg.norm(w, axis=1)
    low, high = z - reach, z + reach
    chord = np.where(low >= 0, 1.0, np.where(high <= 0, 0.0, high / np.maximum(high - low, 1e-300)))
    offset = np.where((low < 0) & (high > 0), -chord * low, 0.0)
    line = np.where(low >= 0, 1.0, np.where(high <= 0, 0.0, (high > -low).astype(float)))
    slope = np.where(a > 0, chord, line)
    g = (a * slope) @ w
    return float(a @ (slope * z) + np.maximum(a, 0) @ offset + radius * np.linalg.norm(g))


def direct_quadratic_bound(w, a, x, radius: float, iterations: int = 40) -> float:
    """The quadratic bound by L-BFGS over (log c, arctanh beta, logit gamma), one eigh a step.

    a > 0: |v| <= (v^2/c + c)/2; a < 0: -|v| <= -gamma v^2/(|z| + r) - (1 - gamma) beta v.
    """
    z, w = w @ x[0], w * radius
    reach = np.linalg.norm(w, axis=1)
    plus, minus = a > 0, a < 0
    n_plus, n_minus, far = plus.sum(), minus.sum(), (np.abs(z) + reach)[minus]

    def bound(p):
        c, beta = np.exp(p[:n_plus]), np.tanh(p[n_plus : n_plus + n_minus])
        gamma = 1 / (1 + np.exp(-p[n_plus + n_minus :]))
        q, linear = np.zeros_like(a), a / 2
        q[plus], q[minus] = a[plus] / (4 * c), a[minus] * gamma / (2 * far)
        linear[minus] += a[minus] * (1 - gamma) * beta / 2
        values, vectors = np.linalg.eigh(w.T @ (q[:, None] * w))
        b = vectors.T @ (w.T @ (linear + 2 * q * z)) / 2
        top = max(values[-1], 0.0)
        low, high = top + 1e-12 * (1 + top), top + np.linalg.norm(b) + 1e-12
        for _ in range(60):
            mu = (low + high) / 2
            low, high = (mu, high) if np.sum((b / (mu - values)) ** 2) > 1 else (low, mu)
        s = b / (high - values)
        moved = w @ (vectors @ s)
        hard = max(0.0, 1 - s @ s) * (w @ vectors[:, -1]) ** 2
        mean, square = z + moved, (z + moved) ** 2 + hard
        total = a[plus] @ c / 4 + linear @ z + q @ z**2 + high + b @ s
        up = a[plus] / 4 * (1 - square[plus] / c**2) * c
        slant = a[minus] / 2 * (1 - gamma) * mean[minus] * (1 - beta**2)
        mix = a[minus] / 2 * (square[minus] / far - beta * mean[minus]) * gamma * (1 - gamma)
        return total, np.concatenate([up, slant, mix])

    tau = 0.6 * radius * np.sqrt(len(x[0]))
    start = np.concatenate(
        [
            np.log(np.maximum(np.abs(z[plus]), tau)),
            np.arctanh(np.clip(z[minus] / tau, -0.9, 0.9)),
            np.zeros(n_minus),
        ]
    )
    found = minimize(
        bound,
        start,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": iterations, "maxfun": 5 * iterations},
    )
    return float(found.fun)


def semidefinite_bound(w, a, x, radius: float, solver: str) -> float:
    """The same relaxation as a semidefinite programme in the moments of the perturbation."""
    import cvxpy

    z, w = w @ x[0], w * radius
    d = w.shape[1]
    moments = cvxpy.Variable((d + 1, d + 1), PSD=True)
    u, second = moments[0, 1:], moments[1:, 1:]
    mean = z + w @ u
    # E v^2 = z^2 + 2 z <w, Eu> + w' E(uu') w, neuron by neuron.
    square = z**2 + 2 * cvxpy.multiply(z, w @ u) + cvxpy.sum(cvxpy.multiply(w @ second, w), axis=1)
    reach = np.linalg.norm(w, axis=1)
    root = cvxpy.sqrt(square[a > 0])
    low = cvxpy.maximum(
        cvxpy.abs(mean[a < 0]),
        cvxpy.multiply(1 / (np.abs(z) + reach)[a < 0], square[a < 0]),
    )
    objective = a / 2 @ mean + a[a > 0] / 2 @ root + a[a < 0] / 2 @ low
    programme = cvxpy.Problem(
        cvxpy.Maximize(objective), [moments[0, 0] == 1, cvxpy.trace(second) <= 1]
    )
    return float(programme.solve(solver=solver))


def median_of(pairs) -> tuple[float, object]:
    """Median seconds and last result of several timings."""
    return statistics.median(seconds for seconds, _ in pairs), pairs[-1][1]


def gaussian_table(rounds: int) -> list[dict]:
    print("Gaussian networks, m = 1000, |x| = 1, a = +-1/sqrt(m), ReLU; three networks each")
    print(
        "      d  r sqrt(d)  interval  CROWN  spectral  tangent  |  direct (ms)   ours (ms)  "
        "with attack (ms)  gap    direct/ours (min)"
    )
    rows = []
    for d, size in GAUSSIAN:
        radius = size / np.sqrt(d)
        for seed in range(3):
            w, a, x = gaussian_network(d, 1000, seed)

            def ours(names, gap=0.0, starts=32, w=w, a=a, x=x, radius=radius, seed=seed):
                effort = Effort(certificates=names, relative_gap=gap, starts=starts)
                return inner_maximum(
                    w, a, relu(), x, radius, rng=np.random.default_rng(seed), effort=effort
                )

            times = {"direct": [], "quadratic": [], "whole": []}
            for _ in range(rounds if d < 500 else min(rounds, 3)):
                times["direct"].append(
                    cpu_seconds(lambda w=w, a=a, x=x, r=radius: direct_quadratic_bound(w, a, x, r))
                )
                # One start: next to nothing but the certificate and its rounding.
                times["quadratic"].append(cpu_seconds(lambda: ours(("quadratic",), starts=1)))
                times["whole"].append(cpu_seconds(lambda: ours(EXACT[:3], gap=0.01)))
            whole = times["whole"][-1][1]
            clean, gain = whole.centre[0], whole.lower[0] - whole.centre[0]

            def ratio(bound, clean=clean, gain=gain):
                return float((bound - clean) / gain)

            quadratic = median_of(times["quadratic"])
            speed = ratios(*([s for s, _ in times[k]] for k in ("direct", "quadratic")))
            row = {
                "d": d,
                "size": size,
                "seed": seed,
                "interval": ratio(interval_bound(w, a, x, radius)),
                "crown": ratio(crown_bound(w, a, x, radius)),
                "spectral": ratio(ours(("spectral",)).upper[0]),
                "tangent": ratio(ours(("tangent-chord",)).upper[0]),
                "direct": ratio(times["direct"][-1][1]),
                "direct_ms": 1e3 * median_of(times["direct"])[0],
                "quadratic": ratio(quadratic[1].upper[0]),
                "quadratic_ms": 1e3 * quadratic[0],
                "whole_ms": 1e3 * median_of(times["whole"])[0],
                "gap": float(whole.relative_gap[0]),
                "speed": speed[0],
                "speed_min": speed[1],
            }
            rows.append(row)
            print(
                "{d:7d} {size:9.1f} {interval:10.1f} {crown:6.1f} {spectral:9.2f} {tangent:8.1f}"
                "  | {direct:6.3f} {direct_ms:6.0f} {quadratic:7.3f} {quadratic_ms:4.0f} "
                "{whole_ms:14.0f} {gap:9.4f} {speed:8.1f} ({speed_min:.1f})".format(**row),
                flush=True,
            )
    for d, (ratio_goal, seconds_goal) in GOALS.items():
        mine = [row for row in rows if row["d"] == d]
        median = statistics.median(row["quadratic"] for row in mine if row["size"] == 5)
        print(
            f"d = {d}: goal {ratio_goal} in {1e3 * seconds_goal:.0f} ms; at the largest radius "
            f"median {median:.3f}, worst {max(row['quadratic'] for row in mine):.3f}; slowest "
            f"{max(row['quadratic_ms'] for row in mine):.0f} ms"
        )
    return rows


def trained_table() -> list[dict]:
    print("\nNetworks after 200 steps of adversarial training, m = 1000, 100 points each")
    print(
        "      d  distance  radius  activation                               gap of margins "
        "median / worst  ms a point | robust error   ms a point | without quadratic"
    )
    rows = []
    for phi in (relu(), smoothed_leaky_relu(0.3)):
        for d, distance, radius in ((100, 3.0, 1.0), (100, 3.0, 2.0), (784, 5.0, 2.0)):
            w, a, x, y = trained_network(d, 1000, distance, radius, phi, 0)
            rng = np.random.default_rng(1)
            seconds, margin = cpu_seconds(
                lambda w=w, a=a, x=x, y=y, r=radius, phi=phi, rng=rng: robust_margin(
                    w, a, phi, x[:10], y[:10], r, rng=rng, effort=Effort(relative_gap=1e-3)
                )
            )
            spent, error = cpu_seconds(
                lambda w=w, a=a, x=x, y=y, r=radius, phi=phi, rng=rng: robust_error_bracket(
                    w, a, phi, x, y, r, rng=rng
                )
            )
            loose = robust_error_bracket(
                w, a, phi, x, y, radius, rng=rng, effort=Effort(8, 60, EXACT[:2])
            )
            row = {
                "d": d,
                "distance": distance,
                "radius": radius,
                "activation": phi.name,
                "median_gap": float(np.median(margin.relative_gap)),
                "worst_gap": float(margin.relative_gap.max()),
                "margin_ms": 100 * seconds,
                "lower": error.lower,
                "upper": error.upper,
                "error_ms": 10 * spent,
                "loose_lower": loose.lower,
                "loose_upper": loose.upper,
            }
            rows.append(row)
            print(
                "{d:7d} {distance:9.1f} {radius:7.1f}  {activation:40s} {median_gap:14.4f} / "
                "{worst_gap:.4f} {margin_ms:13.0f} | {lower:.2f} - {upper:.2f} {error_ms:9.1f} "
                "  | {loose_lower:.2f} - {loose_upper:.2f}".format(**row),
                flush=True,
            )
    return rows


def exact_table() -> list[dict]:
    print("\nBranch and bound to a relative gap of 1e-3, small Gaussian networks, five each")
    print("      d     m  r sqrt(d)   median ms   slowest ms   worst gap")
    rows = []
    for d, m, size in SMALL:
        spent, gaps = [], []
        for seed in range(5):
            w, a, x = gaussian_network(d, m, seed)
            radius, effort = size / np.sqrt(d), Effort(certificates=EXACT, relative_gap=1e-3)
            seconds, found = cpu_seconds(
                lambda w=w, a=a, x=x, r=radius, effort=effort: inner_maximum(
                    w, a, relu(), x, r, rng=np.random.default_rng(0), effort=effort
                ),
                at_least=0.0,
            )
            spent.append(1e3 * seconds)
            gaps.append(float(found.relative_gap[0]))
        row = {
            "d": d,
            "m": m,
            "size": size,
            "median_ms": statistics.median(spent),
            "slowest_ms": max(spent),
            "worst_gap": max(gaps),
        }
        rows.append(row)
        print(
            "{d:7d} {m:5d} {size:10.1f} {median_ms:11.0f} {slowest_ms:12.0f} "
            "{worst_gap:11.4f}".format(**row),
            flush=True,
        )
    return rows


def semidefinite_table(rounds: int) -> list[dict]:
    print("\nThe semidefinite programme, given to general solvers")
    print("      d     m  r sqrt(d)  solver     bound  ours   solver ms  ours ms  ratio (min)")
    rows = []
    for d, m, size in SEMIDEFINITE:
        w, a, x = gaussian_network(d, m, 0)
        radius = size / np.sqrt(d)
        effort = Effort(certificates=("quadratic",), relative_gap=0.0, starts=8)
        for solver in ("CLARABEL", "SCS"):
            theirs, mine = [], []
            for _ in range(rounds):
                theirs.append(
                    cpu_seconds(
                        lambda w=w, a=a, x=x, r=radius, s=solver: semidefinite_bound(w, a, x, r, s)
                    )
                )
                mine.append(
                    cpu_seconds(
                        lambda w=w, a=a, x=x, r=radius, effort=effort: inner_maximum(
                            w, a, relu(), x, r, rng=np.random.default_rng(0), effort=effort
                        )
                    )
                )
            found = mine[-1][1]
            clean, gain = found.centre[0], found.lower[0] - found.centre[0]
            speed = ratios([s for s, _ in theirs], [s for s, _ in mine])
            row = {
                "d": d,
                "m": m,
                "size": size,
                "solver": solver,
                "theirs": float((theirs[-1][1] - clean) / gain),
                "ours": float((found.upper[0] - clean) / gain),
                "theirs_ms": 1e3 * median_of(theirs)[0],
                "ours_ms": 1e3 * median_of(mine)[0],
                "speed": speed[0],
                "speed_min": speed[1],
            }
            rows.append(row)
            print(
                "{d:7d} {m:5d} {size:10.1f}  {solver:9s} {theirs:6.3f} {ours:6.3f} "
                "{theirs_ms:10.0f} {ours_ms:8.1f} {speed:8.1f} ({speed_min:.1f})".format(**row),
                flush=True,
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    with threadpoolctl.threadpool_limits(1):
        state = machine()
        print(f"load {state['load']:.2f}, GEMM {state['gemm_gflops']:.0f} Gflop/s (one thread)\n")
        tables = {
            "machine": state,
            "gaussian": gaussian_table(options.rounds),
            "trained": trained_table(),
            "exact": exact_table(),
        }
        if importlib.util.find_spec("cvxpy"):
            tables["semidefinite"] = semidefinite_table(options.rounds)
        else:
            print("\ncvxpy is not installed: the semidefinite table is left out")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(tables, file, indent=1)


if __name__ == "__main__":
    main()
