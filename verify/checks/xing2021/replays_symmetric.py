"""Single replicates of Theorems 2 and 9 in 50 digits, by their symmetry and without it.

The robust risk of isotropic inputs is convex, and what leaves coefficients of equal size alone
leaves it alone: its minimisers lie on the line through them, penalised or not.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import mpmath as mp
import numpy as np

from sim.linear.data import LinearModel
from verify.checks.xing2021.replays_linear import DIGITS, Instance, exactly, in_50_digits

Slope = Callable[[mp.mpf], mp.mpf]


def _zero(rising: Slope, low: mp.mpf, high: mp.mpf) -> mp.mpf:
    """Return where a rising function vanishes, or the end where it does not."""
    if rising(low) >= 0:
        return low
    if rising(high) <= 0:
        return high
    return mp.findroot(rising, (low, high), solver="anderson", tol=mp.mpf(10) ** (-2 * DIGITS))


class OnTheLine:
    """Isotropic inputs; coefficients of length b along theta_0, of length B."""

    def __init__(self, length: Any, noise: Any, radius: Any) -> None:
        self.length, self.noise, self.radius = map(mp.mpf, (length, noise, radius))
        self.c_0 = mp.sqrt(2 / mp.pi)

    def risk(self, b: mp.mpf) -> mp.mpf:
        """Return the mean of (|r| + radius b)^2, r normal."""
        q = mp.hypot(self.length - b, self.noise)
        return q**2 + 2 * self.radius * self.c_0 * q * b + self.radius**2 * b**2

    def minimiser(self, penalty: mp.mpf) -> mp.mpf:
        """Return the minimiser of the risk plus penalty times b."""

        def slope(b: mp.mpf) -> mp.mpf:
            q = mp.hypot(self.length - b, self.noise)
            falls = -(self.length - b) / q if q else mp.mpf(0)  # dq/db
            pull = self.c_0 * (falls * b + q)
            return 2 * (q * falls + self.radius * pull + self.radius**2 * b) + penalty

        return _zero(slope, mp.mpf(0), self.length)


@in_50_digits
def penalised(model: LinearModel, radius: np.ndarray, penalty: float, row: int) -> dict[str, Any]:
    """Return errors and excess of the penalised minimiser; theta_0 is flat but for zeros."""
    theta_0 = exactly(model.theta_0[row])
    support = sum(1 for each in theta_0 if each)
    length, noise = mp.norm(theta_0), mp.mpf(float(np.asarray(model.noise)[row]))
    line = OnTheLine(length, noise, float(radius[row]))
    best = line.minimiser(mp.mpf(0))
    found = line.minimiser(mp.sqrt(support) * mp.mpf(penalty))
    error, squared = abs(found - best), length**2 + noise**2
    return {
        "error_l1": mp.sqrt(support) * error,
        "error_l2": error,
        "risk_excess": (line.risk(found) - line.risk(best)) / squared,
        "v": mp.sqrt(squared),
    }


@in_50_digits
def smoothed(cell: dict[str, Any], radius: float) -> dict[str, Any]:
    """Return excess and error of one coefficient under a smoothed attack, without noise.

    No more than the penalty of theta_0 = 1, which the whole objective is there, is reached between
    0 and 1: that is looked for at many points, and from the best of them by secants of the slope.
    """
    model = LinearModel(np.ones((1, 1)), noise=np.zeros(1))
    one = Instance(model, 0, radius, cell["xi"])
    penalty = mp.mpf(cell["lambda"])

    def objective(gap: mp.mpf) -> mp.mpf:
        return one.surrogate_risk(mp.matrix([1 - gap])) + penalty * (1 - gap)

    # From 1 in steps that grow: the attack is switched on within xi of it.
    away = np.append(np.geomspace(1e-9, 0.99, 60), 0.999)
    start = mp.mpf(min(away, key=mp.workdps(15)(objective)))
    slope = partial(mp.diff, objective)
    gap = mp.findroot(slope, (start, start * mp.mpf("1.1")), tol=mp.mpf(10) ** -40)
    found, line = 1 - gap, OnTheLine(1, 0, radius)
    best = line.minimiser(mp.mpf(0))
    return {
        "surrogate_excess": one.surrogate_risk(mp.matrix([found])) - line.risk(best),
        "error_l1": abs(found - best),
    }


@in_50_digits
def without_noise(model: LinearModel, x: np.ndarray, plan: dict[str, Any]) -> dict[str, Any]:
    """Return risk and distance after training from theta_0 on x (n, d), y = x . theta_0 exactly.

    Steps are taken until one does not move.
    """
    theta_0, inputs = exactly(model.theta_0), [exactly(row) for row in x]
    targets = [mp.fdot(row, theta_0) for row in inputs]
    radius, smoothing, step = (mp.mpf(plan[name]) for name in ("radius", "smoothing", "step"))
    theta = theta_0.copy()
    for _ in range(plan["iterations"]):
        gradient = mp.zeros(len(theta), 1)
        for row, y in zip(inputs, targets, strict=True):
            along = 2 * (mp.fdot(row, theta) - y) * theta
            attacked = row + radius * along / mp.hypot(mp.norm(along), smoothing)
            gradient += 2 * (mp.fdot(attacked, theta) - y) * attacked / len(inputs)
        if not any(gradient):
            break
        theta -= step * gradient
    length = mp.norm(theta_0)
    line = OnTheLine(length, 0, radius)
    best = line.minimiser(mp.mpf(0))
    optimum = theta_0 * best / length
    gap = mp.norm(theta - theta_0)
    isotropic = LinearModel(model.theta_0[None], noise=np.zeros(1))
    one = Instance(isotropic, 0, plan["radius"], plan["smoothing"])
    return {
        # Without a residual there is no attack, and no loss.
        "surrogate_risk": one.surrogate_risk(theta) if gap else mp.mpf(0),
        "optimal_risk": line.risk(best),
        "distance": mp.norm(theta - optimum),
        "v": length,
    }
