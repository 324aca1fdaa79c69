"""Attack steps of a network with two slopes in Gram form, updating only what changes sign."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.networks._flips import Changes, TwoSlopes, add_combined_rows, follow, sign_changes
from sim.networks.attack import Attack

Array = NDArray[np.floating]


def advance(
    squared: Array, along: Array, square: Array, floor: Array, attack: Attack, step: float
) -> tuple[Array, Array, Array]:
    """Return how ``delta <- keep delta + add g`` makes the next step, and its squared length.

    ``squared`` is ``|delta|^2``, ``along`` is ``<delta, g>`` and ``square`` is ``|g|^2``, for the
    ascent direction ``g``; where ``square <= floor`` nothing moves.
    """
    moving = square > floor
    inverse = np.divide(1, np.sqrt(np.where(moving, square, 1)), where=moving, out=squared * 0)
    if np.isinf(step):
        return ~moving * 1.0, attack.radius * inverse, np.where(moving, attack.radius**2, squared)
    add = step * inverse
    moved = np.maximum(squared + add * (2 * along + add * square), 0)
    shrink = attack.radius / np.sqrt(np.maximum(moved, max(attack.radius**2, np.finfo(float).tiny)))
    return shrink, shrink * add, shrink * shrink * moved


def follow_flips(
    weights: Array,
    a: Array,
    slopes: TwoSlopes,
    z: Array,
    y: Array,
    attack: Attack,
    floor: Array,
    pull: Array | None = None,
) -> tuple[Array, Array, Array, Array]:
    """Run an attack; return coefficients, shift, gradient and margin.

    Parameters
    ----------
    floor : (...) array
        Squared gradient length below which an input stays where it is, per replicate.
    pull : (..., n, m) array, optional
        ``a phi'(z) W W^T``, if it is known.
    """
    rows = _Rows(weights, a, slopes, z, y, pull)
    rows.run(attack, np.repeat(floor.reshape(-1), z.shape[-2]))
    *matrices, margin = rows.result(attack.keep_best)
    coefficients, shift, gradient = (array.reshape(z.shape) for array in matrices)
    return coefficients, shift, gradient, margin.reshape(z.shape[:-1])


class _Rows:
    """All samples of all replicates as the rows of one matrix.

    With ``V`` the rows ``a phi'(z + shift)``, the gradient of a row is ``g = V_i W`` and
    ``pull = V W W^T`` is what it does to the preactivations. When entries of ``V`` change, ``pull``
    is updated by those rows of the Gram matrix only, and the scalars of a row (lengths, inner
    products) by those entries, in double precision.

    The shift is ``scale * drift``: shrinking a perturbation touches one number, not a row.
    """

    def __init__(
        self,
        weights: Array,
        a: Array,
        slopes: TwoSlopes,
        z: Array,
        y: Array,
        pull: Array | None,
    ):
        self.weights, self.a, self.slopes, self.shape = weights, a, slopes, z.shape
        self.jump = slopes.jump(a)
        self.z = np.ascontiguousarray(z).reshape(-1, z.shape[-1])
        self.y = y.reshape(-1).astype(np.float64)
        self.on = slopes.on(self.z, 0)
        self.start = slopes.gradient(self.on, a)
        self.negative_drift = np.zeros_like(self.z)
        self.scale = np.ones(len(self.z))
        self.work, self.spare = np.empty_like(self.z), np.empty_like(self.on)
        self.each = np.arange(len(self.z) + 1, dtype=np.int32)
        self.changes: list[Changes] = []
        if pull is None:
            self.pull = np.empty_like(self.z)
            self.multiply(self.start)
        else:
            self.pull = np.array(pull, order="C").reshape(self.z.shape)
        self.measure(self.start)

    def multiply(self, gradient: Array) -> None:
        """Compute ``pull`` from scratch."""
        np.matmul(gradient.reshape(self.shape), self.weights, out=self.pull.reshape(self.shape))

    def measure(self, gradient: Array) -> None:
        """Compute the scalars of every row from scratch."""
        self.square = np.vecdot(gradient, self.pull).astype(np.float64)  # <g, g>
        self.clean = np.vecdot(gradient, self.z).astype(np.float64)  # <x, g>
        self.along = -self.scale * np.vecdot(gradient, self.negative_drift)  # <delta, g>
        self.peak = self.square

    def run(self, attack: Attack, floor: Array) -> None:
        """Take all steps, keeping what the result needs of every iterate."""
        count = len(attack.steps)
        squared: Array = np.zeros_like(self.y)
        self.keep, self.add = np.zeros((2, count + 1, len(self.y)))
        self.margins = np.empty_like(self.keep)
        self.margins[0] = self.y * (self.clean + self.along)
        for k, step in enumerate(attack.steps):
            keep, add, squared = advance(
                squared, -self.y * self.along, self.square, floor, attack, step
            )
            self.keep[k], self.add[k] = keep, -self.y * add
            self.move(self.keep[k], self.add[k])
            self.flip(last=k + 1 == count)
            self.margins[k + 1] = self.y * (self.clean + self.along)

    def move(self, keep: Array, add: Array) -> None:
        """Replace every perturbation by ``keep`` times itself plus ``add`` times its gradient."""
        self.scale = self.scale * keep
        if self.scale.min(initial=1.0) < 1e-12:
            self.negative_drift *= self.scale[:, None].astype(self.z.dtype)
            self.scale = np.ones_like(self.scale)
        factors = (-add / self.scale).astype(self.z.dtype)
        add_combined_rows(self.negative_drift, self.each, self.each[:-1], factors, self.pull)
        self.along = keep * self.along + add * self.square

    def flip(self, *, last: bool) -> None:
        """Find the entries that changed sign and update everything that depends on them."""
        negative_shift = self.negative_drift
        if self.scale.min(initial=1.0) != 1:
            scale = self.scale[:, None].astype(self.z.dtype)
            negative_shift = np.multiply(negative_shift, scale, out=self.work)
        now = self.slopes.on(self.z, negative_shift, out=self.spare)
        changes = sign_changes(now, self.on, self.jump)
        self.on, self.spare = now, self.on
        self.changes.append(changes)
        rows = len(self.z)
        if not last and changes.too_many(self.z.size):
            gradient = self.slopes.gradient(self.on, self.a)
            self.multiply(gradient)
            self.measure(gradient)
            return
        flat = changes.flat
        self.clean = self.clean + changes.row_sums(self.z.reshape(-1)[flat], rows)
        self.along = self.along - changes.row_sums(negative_shift.reshape(-1)[flat], rows)
        if last:
            return
        pull = self.pull.reshape(-1)
        twice = pull[flat]
        follow(self.pull, changes, self.weights)
        twice += pull[flat]
        self.square = self.square + changes.row_sums(twice, rows)
        self.peak = np.maximum(self.peak, self.square)
        if (self.square < 1e-2 * self.peak).any():  # the increments have cancelled
            self.measure(self.slopes.gradient(self.on, self.a))

    def result(self, keep_best: bool) -> tuple[Array, Array, Array, Array]:
        """Return coefficients, shift, gradient and margin of the last or the best iterate."""
        each = np.arange(len(self.y))
        step = np.arange(len(self.keep))[:, None]
        chosen = np.argmin(self.margins, axis=0) if keep_best else np.full(len(self.y), step[-1])
        # What is left in the chosen iterate of the steps from k on, for every k and row.
        kept = np.cumprod(np.where(step < chosen, self.keep, 1)[::-1], axis=0)[::-1]
        left = np.where(step < chosen, self.add, 0)
        left[:-1] *= kept[1:]
        taken = np.cumsum(left[::-1], axis=0)[::-1].astype(self.z.dtype)
        gradient = self.start
        coefficients = gradient * taken[0][:, None]
        flat_gradient, flat_coefficients = gradient.reshape(-1), coefficients.reshape(-1)
        for k, changes in enumerate(self.changes, start=1):
            flat_coefficients[changes.flat] += changes.amount * taken[k][changes.rows]
            made = changes.amount
            if keep_best:
                made = np.where(k <= chosen[changes.rows], made, 0)
            flat_gradient[changes.flat] += made
        if keep_best:
            shift = np.matmul(coefficients.reshape(self.shape), self.weights)
        else:
            shift = self.negative_drift * -self.scale[:, None].astype(gradient.dtype)
        return coefficients, shift, gradient, self.margins[chosen, each].astype(gradient.dtype)
