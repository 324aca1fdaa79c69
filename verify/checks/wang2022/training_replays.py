"""An epoch of Algorithm 1 as printed again, one replicate at a time: plain loops in 50 digits."""

from collections.abc import Sequence

import mpmath
import numpy as np
from mpmath import fdot, fsum, mpf

from verify.catalogue import Cell

Vector = list[mpf]


class Network:
    """One network and its training set, taken as exact numbers."""

    def __init__(self, drawn: Sequence[np.ndarray], row: int) -> None:
        a, w, x, y = (part[row].tolist() for part in drawn)
        self.a, self.y = [mpf(sign) for sign in a], [mpf(sign) for sign in y]
        self.w, self.x = ([[mpf(value) for value in v] for v in part] for part in (w, x))
        self.scale = 1 / mpmath.sqrt(len(a))

    def slope(self, i: int, at: Vector) -> tuple[mpf, list[int]]:
        """Return the derivative of input i's loss in f, at a point, and which neurons are on."""
        z = [fdot(w, at) for w in self.w]
        on = [s for s, value in enumerate(z) if value > 0]
        f = self.scale * fsum(self.a[s] * z[s] for s in on)
        return -self.y[i] / (1 + mpmath.exp(self.y[i] * f)), on

    def perturbed(self, i: int, radius: mpf, passes: int) -> Vector:
        """Return input i after the inner loop as meant."""
        rate, at = mpf("2.5") * radius / passes, self.x[i]
        for _ in range(passes):
            slope, on = self.slope(i, at)
            step = rate * slope * self.scale
            move = [
                at[k] + step * fsum(self.a[s] * self.w[s][k] for s in on) - self.x[i][k]
                for k in range(len(at))
            ]
            size = mpmath.sqrt(fdot(move, move))
            shrink = min(mpf(1), radius / size) if size else mpf(1)
            at = [x + shrink * m for x, m in zip(self.x[i], move, strict=True)]
        return at

    def gradient_norm(self, inputs: Sequence[int], radius: mpf, passes: int) -> mpf:
        """Return the length of the gradient in W of the loss on some perturbed inputs."""
        total = [[mpf(0)] * len(self.x[0]) for _ in self.w]
        for i in inputs:
            at = self.perturbed(i, radius, passes)
            slope, on = self.slope(i, at)
            for s in on:
                step = slope * self.scale * self.a[s]
                total[s] = [t + step * value for t, value in zip(total[s], at, strict=True)]
        return mpmath.sqrt(fsum(value**2 for v in total for value in v))


def printed_epoch(
    drawn: Sequence[np.ndarray], order: Sequence[int], cell: Cell, row: int
) -> dict[str, mpf]:
    """Return the share of the move that is left when every round starts anew.

    From the start, the weights after the epoch are those after a step of its last mini-batch.
    """
    with mpmath.workdps(50):
        network, radius = Network(drawn, row), mpf(float(cell["R"]))
        last = order[(cell["rounds"] - 1) * cell["b"] : cell["rounds"] * cell["b"]]
        batch, whole = (
            network.gradient_norm([int(i) for i in inputs], radius, cell["T_2"])
            for inputs in (last, order)
        )
        return {"epoch_share_printed": batch / whole}
