"""Checks of Theorem 5.2 and Corollary 5.1: the network that carries random features is built."""

from functools import partial

import mpmath
import numpy as np

from bounds.gao2019.construction import corollary_5_1, proof_theorem_5_2, theorem_5_2
from sim.kernels.random_features import estimate, radial_value, signed_value, unit
from sim.networks.activation import Activation
from sim.networks.smooth_two_layer import (
    ATTACKS,
    Arcs,
    Network,
    circle,
    folded,
    log_cosh,
    moved_in_pairs,
    symmetric_start,
    train,
)
from verify.catalogue import Cell, Observables, check

Array = np.ndarray


def build(
    w: Array, a: Array, field: Array, *, signed: bool = True, opposite: bool = True
) -> tuple[Array, Array]:
    """Return coefficients c_i (R, m/2, d) and the weights that carry them, for a field c/p_0."""
    m = w.shape[1]
    c = field / (m // 2)
    signs = np.sign(a[:, : m // 2, None]) if signed else 1.0
    return c, moved_in_pairs(w, np.sqrt(m / 4) * signs * c, opposite)


def linear(network: Network, start: Array, w: Array, x: Array) -> Array:
    """Return the part of the network that is linear in w - start, at one input each: (R,)."""
    return (network.features(start, x)[:, 0] * (w - start)).sum(axis=(1, 2))


def lengths(moves: Array) -> Array:
    """Return the length of the longest row: (R,)."""
    return np.linalg.norm(moves, axis=2).max(axis=1)


def _carrier(
    rng: np.random.Generator, cell: Cell, n: int, signed: bool = True, opposite: bool = True
) -> Observables:
    """One replicate is one start, one input, and a field of constant length with random ways."""
    d, C = cell["d"], cell["C"]
    start, a = symmetric_start(rng, n, cell["m"], d)
    network = Network(log_cosh(C, C), a)
    half = start[:, : cell["m"] // 2]
    field = cell["B"] * unit(np.where(rng.random((n, 1, 1)) < 0.5, half, np.eye(d)[0]))
    c, w = build(start, a, field, signed=signed, opposite=opposite)
    x = unit(rng.standard_normal((n, 1, d)))
    return {
        "coefficient": lengths(c),
        "row": lengths(w - start),
        "moved": np.sqrt(np.square(w - start).sum(axis=(1, 2))),
        "linear_part": linear(network, start, w, x),
        "linear_unsigned": linear(network, start, build(start, a, field, signed=False)[1], x),
        "linear_same_way": linear(network, start, build(start, a, field, opposite=False)[1], x),
        "g_3": estimate(half, field, x, C)[:, 0],
    }


Vector = list[mpmath.mpf]


def _as_long(values: Array) -> list[Vector]:
    """Return rows of doubles, which are exact, as numbers of mpmath."""
    return [[mpmath.mpf(value) for value in one] for one in values.tolist()]


def _of_length(vector: Vector, length: mpmath.mpf) -> Vector:
    size = mpmath.norm(vector)
    return [length * value / size for value in vector]


def _carrier_in_50_digits(
    rng: np.random.Generator, cell: Cell, n: int, row: int
) -> dict[str, mpmath.mpf]:
    """Neuron by neuron; the linear part with the moves as printed, without the signs."""
    m, d, half = cell["m"], cell["d"], cell["m"] // 2
    starts, outputs = symmetric_start(rng, n, m, d)
    radial = rng.random((n, 1, 1))[row, 0, 0] < 0.5
    inputs = rng.standard_normal((n, 1, d))[row]
    with mpmath.workdps(50):
        (x,) = (_of_length(one, mpmath.mpf(1)) for one in _as_long(inputs))
        start, length = _as_long(starts[row]), mpmath.mpf(cell["B"]) / half
        axis = _as_long(np.eye(1, d))[0]
        c = [_of_length(w if radial else axis, length) for w in start[:half]]
        moves = [[sign * mpmath.sqrt(m) / 2 * v for v in one] for sign in (1, -1) for one in c]
        out = [int(np.sign(a)) / mpmath.sqrt(m) for a in outputs[row]]
        slope = [cell["C"] * mpmath.tanh(mpmath.fdot(w, x)) for w in start]
        return {
            "coefficient": max(mpmath.norm(one) for one in c),
            "row": max(mpmath.norm(one) for one in moves),
            "moved": mpmath.norm([v for one in moves for v in one]),
            "linear_unsigned": mpmath.fsum(
                a * s * mpmath.fdot(one, x) for a, s, one in zip(out, slope, moves, strict=True)
            ),
            "g_3": mpmath.fsum(s * mpmath.fdot(one, x) for s, one in zip(slope, c, strict=False)),
        }


carrier = check(
    [
        theorem_5_2["inside"],
        proof_theorem_5_2[
            "coefficients",
            "coefficients-as-printed",
            "rows",
            "rows-as-printed",
            "radius",
            "radius-as-printed",
            "linear-part",
            "linear-part-as-printed",
        ],
    ],
    id="gao2019/network-of-random-features",
    cells=[
        {"m": m, "d": d, "B": B, "C": C, "delta": 0.01}
        for m, d, B, C in [(4, 2, 1.0, 1.0), (10, 5, 3.0, 0.5), (32, 3, 0.4, 2.0)]
    ]
    # Where the norm is the larger part of the radius, that is attained.
    + [{"m": 6, "d": 1, "B": 1.5, "C": 1.0, "delta": 0.4}],
    seconds_per_replicate=lambda cell: 1e-5 + 1.2e-7 * cell["m"] * cell["d"],
    first=2560,
    replay=_carrier_in_50_digits,
    saboteurs={
        "without the signs of the output weights": partial(_carrier, signed=False),
        "both neurons of a pair move alike": partial(_carrier, opposite=False),
    },
)(_carrier)


def _circle(
    rng: np.random.Generator,
    cell: Cell,
    n: int,
    opposite: bool = True,
    points: int = 64,
    size: float = 1.0,
) -> Observables:
    """One replicate is one start and one of two fields; certified on the circle.

    Between grid points f - g_3 and f - g_2 exceed the larger of two values by at most spacing^2/8
    times a bound of their second derivatives. On the line both are the same at its two points.
    """
    C, B, m, d = cell["C"], cell["B"], cell["m"], cell["d"]
    start, a = symmetric_start(rng, n, m, d)
    half = start[:, : m // 2]
    radial = rng.random((n, 1, 1)) < 0.5
    field = size * np.where(radial, B * unit(half), B * np.eye(d)[0])
    _, w = build(start, a, field, opposite=opposite)
    network = Network(log_cosh(C, C), a)
    grid = circle(np.pi * np.arange(points) / points) if d == 2 else np.ones((1, 1))
    x = np.broadcast_to(grid, (n, *grid.shape))
    value, sums = network.value(w, x), estimate(half, field, x, C)
    function = np.where(radial[:, 0], B * radial_value(d, C), 0.0)
    if d == 1:
        return {
            "residual": np.abs(value - sums)[:, 0],
            "difference": np.abs(value - function)[:, 0],
        }
    length = np.linalg.norm(half, axis=2)
    smooth = C * B * (1 + 3 * length + length**2).mean(axis=1)
    spacing = (np.pi / points) ** 2 / 8
    carried = network.curvature_on_the_circle(w, C)
    return {
        "residual": np.abs(value - sums).max(axis=1) + spacing * (carried + smooth),
        "difference": np.abs(value - function).max(axis=1) + spacing * carried,
    }


on_the_circle = check(
    proof_theorem_5_2["residual", "eq-11"],
    id="gao2019/network-on-the-circle",
    version=2,
    cells=[
        {"m": m, "d": d, "B": B, "C": C, "delta": delta}
        for m, d, B, C, delta in [
            (8, 2, 4.0, 1.0, 0.3),
            (32, 2, 3.0, 0.5, 0.1),
            (8, 1, 2.0, 2.0, 0.3),
        ]
    ],
    seconds_per_replicate=lambda cell: 1e-5 + (1e-6 * cell["m"] if cell["d"] == 2 else 0.0),
    first=256,
    saboteurs={
        "both neurons of a pair move alike": partial(_circle, opposite=False),
        "a field a hundred times as large": partial(_circle, size=100.0),
    },
)(_circle)


def _kink(
    rng: np.random.Generator, cell: Cell, n: int, activation: Activation | None = None
) -> Observables:
    """One replicate is one start; the field is B e_1, and the input is orthogonal to all weights.

    Of these inputs it is the one nearest to e_1; there the sum of random features is 0.
    """
    m, d, B, C = cell["m"], cell["d"], cell["B"], cell["C"]
    start, a = symmetric_start(rng, n, m, d)
    half = start[:, : m // 2]
    first = np.eye(d)[0]
    basis = np.linalg.qr(np.swapaxes(half, 1, 2)).Q
    x = first - np.matmul(basis, basis[:, 0, :, None])[..., 0]
    x = unit(x)[:, None]
    field = np.broadcast_to(B * first, half.shape)
    _, w = build(start, a, field)
    network = Network(activation or folded(C), a)
    return {
        "residual_there": np.abs(network.value(w, x)[:, 0]),
        "overlap": x[:, 0, 0] ** 2,
    }


def _kink_in_50_digits(
    rng: np.random.Generator, cell: Cell, n: int, row: int
) -> dict[str, mpmath.mpf]:
    """Project on what is orthogonal to the weights by the normal equations; neuron by neuron."""
    m, d, half = cell["m"], cell["d"], cell["m"] // 2
    starts, outputs = symmetric_start(rng, n, m, d)
    with mpmath.workdps(50):
        w = mpmath.matrix(_as_long(starts[row, :half]))
        first = mpmath.matrix(_as_long(np.eye(1, d))).T
        x = first - w.T * mpmath.lu_solve(w * w.T, w * first)
        overlap = x[0] / mpmath.norm(x)
        move = mpmath.sqrt(m) / 2 * mpmath.mpf(cell["B"]) / half
        value = mpmath.mpf(0)
        for r, a in enumerate(outputs[row]):
            # The start is orthogonal to x; of a pair one neuron moves by a_i e_1, one against it.
            z = int(np.sign(outputs[row, r % half])) * (1 if r < half else -1) * move * overlap
            size = abs(z)
            sigma = mpmath.sign(z) * (size**2 / 2 if size <= 1 else size - mpmath.mpf(1) / 2)
            value += int(np.sign(a)) / mpmath.sqrt(m) * cell["C"] * sigma
        return {"residual_there": abs(value), "overlap": overlap**2}


kink = check(
    proof_theorem_5_2[
        "residual-at-a-kink", "residual-at-a-kink-as-printed", "residual-at-a-kink-exact"
    ],
    id="gao2019/residual-at-a-kink",
    cells=[
        {"m": m, "d": d, "B": B, "C": C, "delta": 0.01}
        for m, d, B, C in [(4, 60, 1.0, 1.0), (8, 90, 2.0, 0.5), (16, 40, 0.5, 2.0)]
    ],
    seconds_per_replicate=lambda cell: 3e-6 + 1.6e-8 * cell["m"] * cell["d"],
    first=2560,
    quick=7,
    replay=_kink_in_50_digits,
    saboteurs={"a smooth slope": partial(_kink, activation=log_cosh())},
)(_kink)


def labelled(rng: np.random.Generator, cell: Cell, n: int) -> tuple[Network, Array, Array, Arcs]:
    """Return the network, its start, weights that carry g_2, and labels near g_2 on two arcs.

    g_2 has the field B e sign(<w, e>), e the first input; the second input is 0.5 further.
    """
    C, B, m = cell["C"], cell["B"], cell["m"]
    start, a = symmetric_start(rng, n, m, 2)
    angles = rng.uniform(0, np.pi, (n, 1)) + np.array([0.0, 0.5])
    first = circle(angles)[:, :1]
    sides = np.sign(np.matmul(start[:, : m // 2], np.swapaxes(first, 1, 2)))
    _, w = build(start, a, B * sides * first)
    y = B * signed_value(np.cos([0.0, 0.5]), C)
    arcs = Arcs(angles, np.broadcast_to(y, (n, 2)), 0.05, cell["L"])
    return Network(log_cosh(C, C), a), start, w, arcs


def _existence(rng: np.random.Generator, cell: Cell, n: int, share: float = 1.0) -> Observables:
    """One replicate is one start and one data set; the loss is certified on the arcs."""
    network, start, w, arcs = labelled(rng, cell, n)
    w = start + share * (w - start)
    return {
        "robust_loss": network.worst_loss(w, arcs, cell["C"], 7)[1],
        "zero_loss": arcs.loss(np.zeros_like(arcs.y)).mean(axis=1),
    }


THEOREM = {"d": 2, "B": 2.6, "C": 1.0, "L": 1.0, "delta": 0.01}

existence = check(
    theorem_5_2["exists"],
    id="gao2019/robust-network-near-the-start",
    cells=[
        {**THEOREM, "m": 8100, "epsilon": 0.9},
        {**THEOREM, "C": 2.0, "m": 8100, "epsilon": 1.8},
    ],
    seconds_per_replicate=2.5e-3,
    bytes_per_replicate=3e6,
    first=64,
    block=8,
    quick=3,
    full=13,
    saboteurs={
        "the network at the start": partial(_existence, share=0.0),
        "moved twice as far": partial(_existence, share=2.0),
    },
)(_existence)


def _trained(
    rng: np.random.Generator, cell: Cell, n: int, trains: bool = True, error: float = 1.0
) -> Observables:
    """One replicate is one start, one data set and one training run."""
    network, start, w, arcs = labelled(rng, cell, n)
    run = train(
        rng,
        network,
        start,
        arcs,
        ATTACKS[cell["attack"]],
        rate=cell["alpha"] if trains else 0.0,
        steps=cell["T"],
        gradient_error=error,
    )
    least = np.minimum.accumulate(run.losses, axis=1)
    early = min(max(round(cell["L"] * cell["C"] * np.sqrt(cell["m"])), 1), cell["T"])
    return {
        "least_loss": least[:, -1],
        "early_loss": least[:, early - 1],
        "first_loss": run.losses[:, 0],
        "second_loss": run.losses[:, 1],
        "robust_loss": network.worst_loss(w, arcs, cell["C"], 33)[1],
    }


chain = check(
    corollary_5_1["chain"],
    id="gao2019/training-and-the-network-built",
    cells=[
        {**THEOREM, "B": B, "m": 16, "alpha": alpha, "attack": attack, "T": round(4 / alpha)}
        for B, alpha, attack in [(1.0, 0.125, "worst"), (2.0, 0.25, "random")]
    ]
    + [
        {**THEOREM, "C": 0.5, "L": L, "m": m, "alpha": alpha, "attack": "random", "T": T}
        for L, m, alpha, T in [(1.0, 64, 0.5, 32), (4.0, 16, 0.0625, 32)]
    ]
    # The bound is a few times the loss: what a power of L, C or alpha is shows far from 1.
    + [
        {**THEOREM, "B": 2.0, "m": 16, "alpha": 2.5e-7, "attack": "random", "T": 16} | {name: 1e6}
        for name in ("L", "C")
    ],
    seconds_per_replicate=lambda cell: (
        7e-5 + 7e-7 * cell["T"] * (13 if cell["attack"] == "worst" else 2)
    ),
    version=2,
    first=256,
    quick=1,
    saboteurs={
        "no training": partial(_trained, trains=False),
        "uphill": partial(_trained, error=-1.0),
    },
)(_trained)

end_to_end = check(
    corollary_5_1["conclusion", "well-below"],
    id="gao2019/training-from-start-to-end",
    cells=[
        {**THEOREM, "m": 16900, "alpha": 0.5, "epsilon": 1.25, "attack": attack, "T": 260}
        for attack in ("random", "worst")
    ]
    # The width asks for epsilon in units of L C, and the step and the run for it in (L C)^2.
    + [
        {**THEOREM, "C": 2.0, "L": 2.0, "delta": 0.2, "m": 16900}
        | {"alpha": 0.15, "epsilon": 5.0, "attack": "random", "T": 217}
    ],
    seconds_per_replicate=lambda cell: 0.7 if cell["attack"] == "worst" else 0.18,
    bytes_per_replicate=3e6,
    version=3,
    first=2,
    block=2,
    quick=1,
    full=13,
    saboteurs={
        "no training": partial(_trained, trains=False),
        "uphill": partial(_trained, error=-1.0),
    },
)(_trained)
