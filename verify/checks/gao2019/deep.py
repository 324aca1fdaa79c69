"""Checks of Section A: gradients of deep networks, and moves of the input as moves of weights."""

from functools import partial

import numpy as np

from bounds.gao2019.deep import equation_1, lemma_a_4
from sim.networks.deep import normal_start, with_the_input_moved
from verify.catalogue import Cell, Observables, check

Array = np.ndarray


def norm(v: Array) -> Array:
    """Return the Euclidean norm over all axes but the first."""
    return np.sqrt(np.square(v.reshape(len(v), -1)).sum(axis=1))


def unit(v: Array) -> Array:
    """Scale vectors to length 1."""
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def _gradient(rng: np.random.Generator, cell: Cell, n: int, error: float = 1.0) -> Observables:
    """One replicate is one network, one input, one layer and one move of its weights."""
    H, m = cell["H"], cell["m"]
    network, w = normal_start(rng, n, H, m, cell["d"])
    x = unit(rng.standard_normal((n, cell["d"])))
    every, layer = np.arange(n), rng.integers(H, size=n)
    move = np.zeros_like(w)
    move[every, layer] = rng.standard_normal((n, m, m)) / m
    here = network.layers(w, x)
    size = 1e-4
    up, down = network.layers(w + size * move, x), network.layers(w - size * move, x)
    rows = network.backward(w, here.active)[every, layer]
    given, after = here.inputs[every, layer], here.post[every, layer]
    way = move[every, layer]
    longer = np.matmul(rows[:, None], w[every, layer])[:, 0]
    formula = error * rows[..., None] * given[:, None]
    product = here.inputs[:, 0]
    for h in range(H):
        product = here.active[:, h] * np.matmul(w[:, h], product[..., None])[..., 0]

    def with_the_move(row: Array, column: Array) -> Array:
        return np.einsum("ni,nij,nj->n", row, way, column)

    return {
        "value": here.value,
        "product_value": (network.a * product).sum(axis=1),
        "quotient": (up.value - down.value) / (2 * size),
        "stay": np.all(up.active == down.active, axis=(1, 2)),
        "along": (formula * way).sum(axis=(1, 2)),
        "along_next": with_the_move(rows, after),
        "along_longer": with_the_move(longer, given),
        "move_size": norm(formula) * norm(way),
        "gradient_norm": norm(formula),
        "input_norm": norm(given),
        "row_norm": norm(rows),
        "with_itself": (formula * w[every, layer]).sum(axis=(1, 2)),
    }


gradient = check(
    equation_1,
    id="gao2019/deep-gradient",
    cells=[{"H": H, "m": m, "d": d, "R": 1.0} for H, m, d in [(1, 8, 2), (2, 16, 3), (4, 8, 5)]],
    seconds_per_replicate=lambda cell: 4e-6 + 6e-8 * cell["H"] * cell["m"] ** 2,
    bytes_per_replicate=lambda cell: 80.0 * cell["H"] * cell["m"] ** 2,
    first=2560,
    quick=7,
    saboteurs={"gradient wrong by 1.001": partial(_gradient, error=1.001)},
)(_gradient)


def _moved_input(rng: np.random.Generator, cell: Cell, n: int, power: float = 2.0) -> Observables:
    """One replicate is one network on the boundary of the ball, and two inputs of the sphere.

    In half of them the move of the first layer is the one by which the new one goes on, if it is
    one: on the line the two inputs may be the same.
    """
    H, m, R = cell["H"], cell["m"], cell["R"]
    network, start = normal_start(rng, n, H, m, cell["d"])
    x = unit(rng.standard_normal((n, cell["d"])))
    far = 10 ** rng.uniform(-3, 0.5, (n, 1))
    other = unit(x + far * rng.standard_normal((n, cell["d"])))
    before, after = network.start_of(x), network.start_of(other)
    way = rng.standard_normal(start.shape)
    onward = with_the_input_moved(start, before, after)[:, 0] - start[:, 0]
    goes_on = (rng.random(n) < 0.5) & (norm(onward) > 0)
    way[:, 0] = np.where(goes_on[:, None, None], onward, way[:, 0])
    w = start + R / np.sqrt(m) * way / np.linalg.norm(way, axis=(2, 3), keepdims=True)
    moved = with_the_input_moved(w, before, after, power)
    there, here = network.layers(w, other), network.layers(moved, x)
    unsquared = network.layers(with_the_input_moved(w, before, after, 1.0), x)
    return {
        "pre_error": np.abs(there.pre - here.pre).max(axis=(1, 2)),
        "post_error": np.abs(there.post - here.post).max(axis=(1, 2)),
        "flips": (there.active != here.active).sum(axis=(1, 2)),
        "unsquared_error": np.abs(there.pre - unsquared.pre).max(axis=(1, 2)),
        "layer_size": np.abs(there.pre).max(axis=(1, 2)),
        "first_move": norm(moved[:, 0] - w[:, 0]),
        "carried": norm(np.matmul(w[:, 0], (after - before)[..., None])),
        "start_norm": norm(before),
        "layer_norm": np.linalg.norm(w[:, 0], ord=2, axis=(1, 2)),
        "first_norm": np.linalg.norm(network.first, ord=2, axis=(1, 2)),
        "input_distance": norm(x - other),
        "departure": norm(moved[:, 0] - start[:, 0]),
    }


moved_input = check(
    lemma_a_4,
    id="gao2019/moved-input",
    cells=[
        {"H": H, "m": m, "d": d, "R": R}
        for H, m, d, R in [(1, 6, 2, 1.0), (3, 12, 3, 0.3), (5, 6, 4, 3.0), (2, 4, 1, 1.0)]
    ],
    seconds_per_replicate=lambda cell: 1e-5 + 1.5e-7 * cell["H"] * cell["m"] ** 2,
    bytes_per_replicate=lambda cell: 80.0 * cell["H"] * cell["m"] ** 2,
    first=2560,
    quick=7,
    saboteurs={"divided by the norm, not its square": partial(_moved_input, power=1.0)},
)(_moved_input)
