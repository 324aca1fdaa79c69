"""Counter-examples on runs with ReLU and leaky ReLU: one run recomputed in 50 digits.

The training set and the initial weights are drawn by the same sampler and taken as exact numbers.
"""

from __future__ import annotations

import numpy as np
from mpmath import exp, mpf, sqrt, workdps

from verify.catalogue import Cell
from verify.checks.wang2024.relu_runs import JUMPS, draw

Array = np.ndarray
exact = np.vectorize(mpf, otypes=[object])


class Run:
    """Algorithm 1 on one training set: inputs (n, k) and weights (m, k), arrays of mpmath's."""

    def __init__(self, rng: np.random.Generator, cell: Cell, n: int, row: int) -> None:
        drawn = draw(rng, cell, n)[2]
        self.x, self.w = exact(drawn.x[row]), exact(drawn.w[row])
        self.y, self.cluster = drawn.y[row].astype(int), drawn.cluster[row].astype(int)
        self.a = np.repeat([1, -1], cell["m"] // 2) / sqrt(mpf(cell["m"]))
        self.cell, self.attacked = cell, self.x

    def slope(self, z: Array) -> Array:
        """Slopes of the activation."""
        gamma = mpf(self.cell["gamma"])
        return np.where((z > 0).astype(bool), gamma, gamma * mpf(self.cell["negative_slope"]))

    def margin(self, x: Array) -> Array:
        """Return y f."""
        z = x @ self.w.T
        return self.y * ((self.slope(z) * z) @ self.a)

    def attack(self) -> Array:
        """Return the best of the points that jumps along the gradient reach on the spheres."""
        points = [self.x]
        for _ in range(JUMPS):
            pull = -self.y[:, None] * (self.slope(points[-1] @ self.w.T) * self.a) @ self.w
            length = [sqrt(square) or 1 for square in (pull**2).sum(axis=1)]
            points.append(self.x + mpf(self.cell["alpha"]) * pull / np.array(length)[:, None])
        best = np.argmin(np.array([self.margin(point) for point in points]), axis=0)
        return np.array(points)[best, np.arange(len(best))]

    def step(self) -> None:
        """Make one step on the attacked samples, and attack the network that results."""
        weight = np.array([1 / (1 + exp(margin)) for margin in self.margin(self.attacked)])
        pull = mpf(self.cell["eta"]) / len(weight) * weight * self.y
        slopes = self.slope(self.attacked @ self.w.T) * self.a
        self.w = self.w + (slopes * pull[:, None]).T @ self.attacked
        self.attacked = self.attack()

    def events(self) -> dict[str, mpf]:
        """Return ``c_0`` and the events of a good run, before the first step."""
        pairs = (self.x @ self.w.T > 0) & (np.outer(self.y, self.a) > 0)
        counts = [mpf(int(line.sum())) / len(line) for line in (*pairs, *pairs.T)]
        signal = self.cluster * self.x[:, 0] / mpf(self.cell["mu"])
        clean = all(abs(signal - 1) <= mpf(1) / 2)
        few = 10 * (self.y != self.cluster).sum() <= len(self.y)
        good = min(counts) > 0 and clean and few
        return {"c_0": min(counts), "signal_is_clean": mpf(clean), "good_run": mpf(int(good))}


@workdps(50)
def start(rng: np.random.Generator, cell: Cell, n: int, row: int) -> dict[str, mpf]:
    """Recompute ``c_0``, a fraction of counts."""
    return {"c_0": Run(rng, cell, n, row).events()["c_0"]}


@workdps(50)
def first_slopes(rng: np.random.Generator, cell: Cell, n: int, row: int) -> dict[str, mpf]:
    """Recompute the smallest mean product of the secant slopes of x_i' and the slopes at x_k.

    On a good run every neuron moves, so that no secant is empty.
    """
    run = Run(rng, cell, n, row)
    found, old = run.events(), run.w
    slopes = run.slope(run.x @ old.T)
    run.step()
    points = np.concatenate([run.x, run.attacked])
    before, after = points @ old.T, points @ run.w.T
    secants = (run.slope(after) * after - run.slope(before) * before) / (after - before)
    return {**found, "lambda_first_any": (secants @ slopes.T / cell["m"]).min()}


@workdps(50)
def attacked_products(rng: np.random.Generator, cell: Cell, n: int, row: int) -> dict[str, mpf]:
    """Recompute the smallest product of the mean and an attacked clean sample."""
    run = Run(rng, cell, n, row)
    found, lowest = run.events(), []
    for iteration in range(cell["T"] + 1):
        if iteration:
            run.step()
        lowest.append((run.y * run.attacked[:, 0])[run.y == run.cluster].min() / mpf(cell["mu"]))
    return {**found, "clean_lowest": min(lowest)}
