"""Search for the network of a lazy ball that best resists one gradient step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.certificates._active_split import active_split
from sim.certificates.ball_gradient import flattest
from sim.networks.lazy_ball import Mask, gradient, maximiser, value

Array = NDArray[np.floating]

PAST = 1e-6  # share of the radius by which a neuron that is switched passes its kink


@dataclass(frozen=True)
class Hardest:
    """The network found to resist one gradient step best.

    Attributes
    ----------
    weights : (..., m, d)
    value : (...,) ``s f(x + delta)`` for its own step; positive where it keeps its sign
    reach : (...,) its largest distance from the middle over ``V``, at most 1 up to rounding
    """

    weights: Array
    value: Array
    reach: Array


def flipped_value(a: Array, w: Array, x: Array, C_2: ArrayLike) -> Array:
    """Return ``s f(x + delta)`` after the network's own step: (...,). Negative: the sign flips.

    The step is ``delta = -s C_2 g / |g|**2`` with ``g`` the gradient and ``s`` the sign of the
    network. NaN where the value or the gradient vanishes: there is no step then.
    """
    sign, g = np.sign(value(a, w, x)), gradient(a, w, x)
    square = np.sum(g * g, axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = -(sign * np.asarray(C_2) / square)[..., None] * g
        result: Array = sign * value(a, w, x + step)
    return np.where(sign * square == 0, np.nan, result)


def hardest(
    a: Array,
    w: Array,
    x: Array,
    V: ArrayLike,
    C_2: ArrayLike,
    steps: int = 40,
    flat: Array | None = None,
    enough: ArrayLike = np.inf,
) -> Hardest:
    """Look for the network of the ball with the largest ``s f(x + delta)``.

    Ascends from the networks of extreme value, from the middle and, where that was not enough, from
    the one with the flattest gradient. In every round each neuron moves towards its best place were
    all others fixed; of the neurons that would gain by switching at ``x``, a share does. What it
    returns is a network of the ball and the value that this network attains: a lower bound of the
    supremum.

    Parameters
    ----------
    a, w, x : (..., m), (..., m, d), (..., d) signs, hidden weights in the middle, unit inputs
    V : scalar or (...,) radius of the ball of weights, per neuron
    C_2 : scalar or (...,) length of the step times ``|g|``
    steps : rounds from each start
    flat : (..., m, d), the networks of `flattest`, where they are known: they take half of the time
    enough : scalar or (...,), the value at which the search ends
    """
    leading, (m, d) = w.shape[:-2], w.shape[-2:]
    signs = np.broadcast_to(a, (*leading, m)).reshape(-1, m)
    inputs = np.broadcast_to(x, (*leading, d)).reshape(-1, d)
    radii, lengths, ends = (np.broadcast_to(each, leading).ravel() for each in (V, C_2, enough))
    rows = w.reshape(-1, m, d)
    flat_rows = None if flat is None else flat.reshape(-1, m, d)
    found = []
    for i, (signs_i, w_i, x_i, V_i) in enumerate(zip(signs, rows, inputs, radii, strict=True)):
        search = _Search(signs_i, w_i, x_i, float(V_i), float(lengths[i]), float(ends[i]))
        search.ascend(maximiser(signs_i, w_i, x_i, V_i, 1) - w_i, steps)
        search.ascend(maximiser(signs_i, w_i, x_i, V_i, -1) - w_i, steps)
        search.ascend(np.zeros_like(w_i), steps)
        if search.value < search.enough:
            one = (signs_i, w_i, x_i, V_i)
            flattest_i = flattest(*one) if flat_rows is None else flat_rows[i]
            search.ascend(flattest_i - w_i, steps)
        found.append(search)
    weights = np.array([search.best for search in found]).reshape(w.shape)
    moved = np.linalg.norm(weights - w, axis=-1).max(axis=-1)
    radius = np.broadcast_to(V, leading)
    reach = np.divide(moved, radius, out=np.zeros(leading), where=radius > 0)
    values = np.array([search.value for search in found]).reshape(leading)
    return Hardest(weights, values, reach)


class _Search:
    """Ascent over one ball, and the best network met."""

    def __init__(
        self, a: Array, w: Array, x: Array, V: float, C_2: float, enough: float = np.inf
    ) -> None:
        self.a, self.w, self.x, self.V, self.C_2, self.enough = a, w, x, V, C_2, enough
        self.split = active_split(a, w, x, V)
        self.value, self.best = -np.inf, w

    def ascend(self, v: Array, steps: int) -> None:
        """Move the deviation ``v`` (m, d) of the weights up."""
        for count in range(steps):
            if self.value >= self.enough:
                return
            w = self.w + v
            f, g = float(value(self.a, w, self.x)), gradient(self.a, w, self.x)
            square = float(g @ g)
            if f == 0 or square == 0:
                return
            s = np.sign(f)
            there = self.x - s * self.C_2 / square * g
            result = float(s * value(self.a, w, there))
            if result > self.value:
                self.value, self.best = result, w
            h = gradient(self.a, w, there)
            q = -s * self.C_2 * (h / square - 2 * float(g @ h) / square**2 * g)
            v = self._move(v, w, s, there, q, 0.5 * 0.95**count)

    def _move(self, v: Array, w: Array, s: float, there: Array, q: Array, share: float) -> Array:
        """Step every neuron towards its best place for fixed ``there`` and ``q``.

        A neuron adds ``s a_s (relu(<w, there>) + [<w, x> > 0] <w, q>)`` to ``sqrt(m)`` times the
        objective, to first order in what all of them do to the gradient.
        """
        pull = s * self.a
        coefficients = np.stack([pull * (w @ there > 0), pull * (w @ self.x > 0)], axis=1)
        gram = np.array([[there @ there, there @ q], [there @ q, q @ q]])
        length = np.sqrt(np.maximum(np.einsum("si,ij,sj->s", coefficients, gram, coefficients), 0))
        scale = np.divide(share * self.V, length, out=np.zeros_like(length), where=length > 0)
        v = v + (coefficients * scale[:, None]) @ np.stack([there, q])
        v *= np.minimum(1, self.V / np.maximum(np.linalg.norm(v, axis=1), 1e-300))[:, None]
        if len(self.split.rows):
            v[self.split.rows] = self._switch(v, w, pull, there, q, share)
        return v

    def _switch(
        self, v: Array, w: Array, pull: Array, there: Array, q: Array, share: float
    ) -> Array:
        """Let some of the neurons that gain by switching at ``x`` do so: (k, d)."""
        rows = self.split.rows
        v, middle, pull = v[rows], self.w[rows], pull[rows]
        now = w[rows] @ self.x > 0
        stay, other = self._on_side(v, middle, now), self._on_side(v, middle, ~now)
        gain = self._gain(middle + other, pull, there, q, ~now) - self._gain(
            middle + stay, pull, there, q, now
        )
        switch = gain > 0
        if switch.any():
            switch &= gain >= np.quantile(gain[switch], 1 - share)
        return np.where(switch[:, None], other, stay)

    def _on_side(self, v: Array, middle: Array, on: Mask) -> Array:
        """Bring neurons to one side of their kink at ``x``, within the ball."""
        u, along, past = middle @ self.x, v @ self.x, PAST * self.V
        low = np.where(on, past - u, -self.V)
        high = np.where(on, self.V, -past - u)
        wanted = np.clip(np.clip(along, low, high), -self.V, self.V)
        across = v - along[:, None] * self.x
        room = np.sqrt(np.maximum(self.V**2 - wanted**2, 0))
        length = np.maximum(np.linalg.norm(across, axis=1), 1e-300)
        return wanted[:, None] * self.x + np.minimum(1, room / length)[:, None] * across

    def _gain(self, w: Array, pull: Array, there: Array, q: Array, on: Mask) -> Array:
        gain: Array = pull * (np.maximum(w @ there, 0) + on * (w @ q))
        return gain
