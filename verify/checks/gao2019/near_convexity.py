"""Checks of Lemmas A.5 and A.6: worst cases in a ball for one hidden layer, bad moves in depth.

With one hidden layer the weights are seen through A alone, and are drawn so.
"""

from dataclasses import replace
from functools import partial

import mpmath
import numpy as np

from bounds.gao2019.near_convexity import lemma_a_6
from bounds.gao2019.stability import lemma_a_5
from sim.networks.deep import (
    DeepNetwork,
    normal_start,
    one_layer_at_an_input,
)
from sim.networks.deep_moves import (
    shortfall,
    weights_in_the_output,
    with_activations_moved,
    with_shortfall,
    with_signs_flipped,
    with_the_row_kept,
)
from sim.networks.deep_norms import draw_norms as draw_layers
from sim.networks.near_neurons import FAR, draw_light, draw_small
from sim.networks.sign_flips import largest_change, largest_shortfall, most_flips
from sim.normal_matrices import draw_norms, spectral_norm
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.gao2019.deep import norm, unit

Array = np.ndarray


def _one_layer(rng: np.random.Generator, cell: Cell, n: int, share: float = 1.0) -> Observables:
    """One replicate is one network with one hidden layer at its start; all moves of a ball.

    Drawn are the neurons that a move can switch for what they weigh, and for the number of those
    that it can switch the nearest ones of another start. ``share`` is of the ball that moves may
    use.
    """
    m, R = cell["m"], cell["R"]
    length = np.sqrt(rng.chisquare(m, n) / m)
    scale = np.sqrt(2 / m) * length[:, None]
    radius = np.full(n, share * R / np.sqrt(m))
    # Up to an angle x the neurons of negative a cost 2 m x^3 / (3 pi) in the mean, where R^2 / 2 is
    # to be paid with; as many of the smallest z, of any sign of a, cost 2 / pi of that.
    part = min(1.0, 2 / np.pi * np.cbrt(MARGIN * 3 * np.pi * R**2 / (4 * m)))
    near, a = draw_light(rng, n, m, part)
    nearest = draw_small(rng, n, m, part)
    for one, counts in ((near, a < 0), (nearest, nearest < FAR)):
        if np.any(np.where(counts, one**2, 0).sum(axis=1) <= R**2 / 2):
            raise RuntimeError(f"a move can switch more than the nearest {part:.2g} of the neurons")
    z, small = scale * near, scale * nearest
    change, relaxed, _ = largest_change(z, a, length, radius)
    pair, _, _ = largest_change(z, np.minimum(a, 0), length, radius)
    attained, bound, _ = largest_shortfall(z, a, length, radius)
    return {
        "flipped": most_flips(small, length, radius),
        "change": length * change,
        "change_relaxed": length * relaxed,
        "pair_attained": length * pair,
        "shortfall": attained,
        "shortfall_bound": bound,
    }


MARGIN = 16.0
"""How many times what a move can pay for the neurons that are drawn would cost, in the mean. With
4 one of 12 000 starts came down to 1.4, so that one of 100 000 might not have had enough."""

ONE_LAYER = {"H": 1, "d": 2}
WIDTHS = [
    Path({"m": 1}, {**ONE_LAYER, "m": 1000, "R": 4.0}, sizes=4),
    Path({"m": 1, "R": 0.125}, {**ONE_LAYER, "m": 1000, "R": 2.0}, sizes=4),
]

one_layer = check(
    [
        lemma_a_5["eq-2-constant", "stability-constant", "stability-bound"],
        lemma_a_6["near-convexity-pair", "centre", "centre-bound"],
    ],
    id="gao2019/worst-cases-of-one-layer",
    paths=WIDTHS,
    version=3,
    seconds_per_replicate=lambda cell: 5e-5 + 5e-8 * cell["m"],
    bytes_per_replicate=lambda cell: 100.0 * cell["m"],
    block=64,
    first=384,
    saboteurs={"half of the ball": partial(_one_layer, share=0.5)},
)(_one_layer)


def _flips(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one network with one hidden layer at its start; all moves of a ball."""
    m = cell["m"]
    z = rng.standard_normal((n, m)) * np.sqrt(2 / m)
    return {"flipped": most_flips(z, np.ones(n), np.full(n, cell["R"] / np.sqrt(m)))}


flips = check(
    lemma_a_5["eq-2-spread"],
    id="gao2019/spread-of-flips",
    paths=[
        Path({"m": 1}, {**ONE_LAYER, "m": 64, "R": 0.5}, sizes=4, step=4),
        Path({"m": 1, "R": 0.125}, {**ONE_LAYER, "m": 64, "R": 0.5}, sizes=4, step=4),
    ],
    seconds_per_replicate=lambda cell: 7e-8 * cell["m"],
    bytes_per_replicate=lambda cell: 40.0 * cell["m"],
    block=256,
    first=2048,
)(_flips)


def reach_of(
    network: DeepNetwork, layer: Array, radius: float, delta: float
) -> tuple[Array, Array]:
    """Return the largest |x_0 - x'_0|, and Lemma A.4's bound of |W~ - W_0| times the least |x_0|.

    Over all W of a ball around the layer, and inputs at a distance of delta at most.
    """
    seen = np.matmul(layer, network.first)
    wide = spectral_norm(network.first)
    return delta * wide, delta * (spectral_norm(seen) + radius * wide)


def _both_moves(rng: np.random.Generator, cell: Cell, n: int, output: float = 0.0) -> Observables:
    """One replicate is one start; bounds over all weights of the ball and all inputs near one.

    The output weights are the right ones times ``m**output``.
    """
    m, d, R, delta = cell["m"], cell["d"], cell["R"], cell["delta"]
    network, z, layer = one_layer_at_an_input(rng, n, m, d)
    network = replace(network, a=network.a * m**output)
    length = network.first[:, 0, 0]
    aside, carried = reach_of(network, layer, R / np.sqrt(m), delta)
    radius = R / np.sqrt(m) + carried / length
    _, change, _ = largest_change(z, network.a, length, radius)
    # The whole layer: what is seen through A, and the m - d columns that are not.
    unseen = np.sqrt(2 / m) * draw_norms(rng, n, m, m - d)
    whole = np.hypot(spectral_norm(layer), unseen)
    output = np.linalg.norm(network.a, axis=1)
    return {
        "start_moved": aside,
        "layer_sizes": np.maximum(
            length + aside, np.linalg.norm(np.maximum(z, 0), axis=1) + length * radius
        ),
        "short_row_bound": change,
        "row_bound": (whole + R / np.sqrt(m)) * change + output * R / np.sqrt(m),
        "flipped_bound": most_flips(z, length, radius) + 1,
        "moved_bound": length * radius,
        "change_bound": length * change + output * aside,
        "size_bound": output * (length + aside),
    }


# The ball becomes small from m = e^6 on where R is fixed, and from e^8 on where it is like m^(1/8).
SMALL_BALLS = [
    Path(
        {"m": 1, "delta": -0.5},
        {"H": 1, "d": 2, "m": 500, "R": 1.0, "delta": 0.04},
        sizes=4,
        step=3,
    ),
    Path(
        {"m": 1, "R": 0.125, "delta": -0.375},
        {"H": 1, "d": 2, "m": 3000, "R": 1.4, "delta": 0.0075},
        sizes=4,
    ),
    Path(
        {"m": 1, "d": 1, "delta": -0.5},
        {"H": 1, "d": 8, "m": 500, "R": 1.0, "delta": 0.04},
        sizes=4,
    ),
    # Of R and delta nothing else says the power: on the others they follow the width.
    Path({"R": -1, "delta": -1}, {"H": 1, "d": 2, "m": 4096, "R": 8.0, "delta": 0.03}, sizes=4),
]

both_moves = check(
    lemma_a_5["eq-2", "eq-3", "eq-3-start", "eq-5", "eq-4", "eq-4-short", "stability", "size"],
    id="gao2019/moves-of-weights-and-input",
    version=3,
    paths=SMALL_BALLS,
    seconds_per_replicate=lambda cell: 2e-4 + 5e-8 * cell["m"] + 1e-7 * cell["d"] ** 2,
    bytes_per_replicate=lambda cell: 250.0 * cell["m"] + 100.0 * cell["d"] ** 2,
    block=32,
    first=32,
    quick=9,
    saboteurs={
        "output weights of variance m": partial(_both_moves, output=0.5),
    },
)(_both_moves)


def _two_networks(
    rng: np.random.Generator, cell: Cell, n: int
) -> tuple[DeepNetwork, Array, Array, Array, Array, Array]:
    """Draw a network, weights and an input of the start, others, and a layer of each replicate."""
    m, H, R = cell["m"], cell["H"], cell["R"]
    network, w = normal_start(rng, n, H, m, cell["d"])
    x = unit(rng.standard_normal((n, cell["d"])))
    other = unit(x + 10 ** rng.uniform(-3, 0, (n, 1)) * rng.standard_normal(x.shape))
    moved = rng.standard_normal(w.shape)
    moved *= R / np.sqrt(m) / np.linalg.norm(moved, axis=(2, 3), keepdims=True)
    moved += w
    if H == 1:
        # The others take over |a| |w_r| / |u|, about 2 |a| / sqrt(m).
        some = np.flatnonzero(rng.random(n) < 0.5)
        part = DeepNetwork(network.first[some], network.a[some])
        same_row = with_the_row_kept(part, w[some], x[some], 0.4 * R)
        inside = norm(same_row - w[some]) <= R / np.sqrt(m)
        kept = some[inside]
        moved[kept] = same_row[inside]
        other[kept] = x[kept]
    return network, w, x, moved, other, rng.integers(H, size=n)


def _product_rule(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one start, one network of the ball, two inputs and one layer.

    With one hidden layer, half of the networks have the row of (4) as it was at the start, with a
    neuron off that was on, and their inputs are the same.
    """
    network, w, x, moved, other, layer = _two_networks(rng, cell, n)
    every = np.arange(n)
    here, there = network.layers(w, x), network.layers(moved, other)
    rows, far = (
        network.backward(v, found.active)[every, layer] for v, found in ((w, here), (moved, there))
    )
    long, far_long = (
        np.matmul(row[:, None], v[every, layer])[:, 0] for row, v in ((rows, w), (far, moved))
    )
    given, near = here.inputs[every, layer], there.inputs[every, layer]
    moved_by = far[..., None] * near[:, None]
    moved_by -= rows[..., None] * given[:, None]
    return {
        "gradient_moved": np.sqrt(np.einsum("nij,nij->n", moved_by, moved_by)),
        "short_change": norm(far - rows),
        "short_norm": norm(rows),
        "long_change": norm(far_long - long),
        "long_norm": norm(long),
        "near_norm": norm(near),
        "input_moved": norm(near - given),
    }


Vector = list[mpmath.mpf]


def _rows(
    first: list[Vector], a: Vector, w: list[list[Vector]], x: Vector, layer: int
) -> tuple[Vector, Vector, Vector]:
    """Return the row of (1) at a layer, that of (4), and what the layer is given."""
    given = [mpmath.fdot(one, x) for one in first]
    inputs, on = [], []
    for weights in w:
        inputs.append(given)
        before = [mpmath.fdot(one, given) for one in weights]
        on.append([z >= 0 for z in before])
        given = [max(z, mpmath.mpf(0)) for z in before]
    row = [v * active for v, active in zip(a, on[-1], strict=True)]
    for h in range(len(w) - 2, layer - 1, -1):
        across = zip(*w[h + 1], strict=True)
        row = [mpmath.fdot(row, one) * active for one, active in zip(across, on[h], strict=True)]
    return row, [mpmath.fdot(row, one) for one in zip(*w[layer], strict=True)], inputs[layer]


def _product_rule_in_50_digits(
    rng: np.random.Generator, cell: Cell, n: int, row: int
) -> dict[str, mpmath.mpf]:
    """Both networks of one replicate, neuron by neuron."""
    network, *drawn, layers = _two_networks(rng, cell, n)
    w, x, moved, other = (one[row].tolist() for one in drawn)
    first, a, layer = network.first[row].tolist(), network.a[row].tolist(), int(layers[row])
    with mpmath.workdps(50):
        short, long, given = _rows(first, a, w, x, layer)
        far, far_long, near = _rows(first, a, moved, other, layer)

        def distance(one: Vector, two: Vector) -> mpmath.mpf:
            return mpmath.norm([v - u for u, v in zip(one, two, strict=True)])

        return {
            "gradient_moved": distance(
                [u * z for u in short for z in given], [u * z for u in far for z in near]
            ),
            "short_change": distance(short, far),
            "short_norm": mpmath.norm(short),
            "long_change": distance(long, far_long),
            "long_norm": mpmath.norm(long),
            "near_norm": mpmath.norm(near),
            "input_moved": distance(given, near),
        }


product_rule = check(
    lemma_a_5["product-rule", "product-rule-as-printed"],
    id="gao2019/product-rule-of-gradients",
    cells=[
        {"H": H, "d": 2, "m": m, "R": R} for H, m, R in [(1, 64, 3.0), (2, 16, 1.0), (3, 16, 1.0)]
    ],
    seconds_per_replicate=lambda cell: 8e-6 + 2.8e-8 * cell["H"] * cell["m"] ** 2,
    bytes_per_replicate=lambda cell: 100.0 * cell["H"] * cell["m"] ** 2,
    block=256,
    first=1280,
    quick=8,
    replay=_product_rule_in_50_digits,
)(_product_rule)


def _bad_moves(rng: np.random.Generator, cell: Cell, n: int, share: float = 1.0) -> Observables:
    """One replicate is one start and three moves of all its layers, each within the ball.

    What they do is compared with what each layer could do alone; ``share`` is of the ball.
    """
    m, H, radius = cell["m"], cell["H"], cell["R"] / np.sqrt(cell["m"])
    network, w = normal_start(rng, n, H, m, cell["d"])
    x = np.eye(1, cell["d"]).repeat(n, axis=0)
    here = network.layers(w, x)
    weights = weights_in_the_output(network, w, here.active)
    lengths, ball = np.linalg.norm(here.inputs, axis=2), np.full(n, radius)
    alone = [
        (
            most_flips(here.pre[:, h], lengths[:, h], ball),
            lengths[:, h] * largest_change(here.pre[:, h], weights[:, h], lengths[:, h], ball)[0],
            largest_shortfall(here.pre[:, h], weights[:, h], lengths[:, h], ball)[0],
        )
        for h in range(H)
    ]
    flips, changes, shortfalls = (np.stack(one, axis=1) for one in zip(*alone, strict=True))
    many = network.layers(with_signs_flipped(network, w, x, share * radius, heavy=False), x)
    heavy = with_signs_flipped(network, w, x, share * radius)
    change = norm_by_layer(network.gradient(heavy, x) - network.gradient(w, x))
    rows = [
        np.matmul(network.backward(v, network.layers(v, x).active)[:, :1], v[:, 0])
        for v in (w, heavy)
    ]
    fallen = shortfall(network, w, with_shortfall(network, w, x, share * radius), x)
    return {
        "flipped_share": ((many.active != here.active).sum(axis=2) / flips).min(axis=1),
        "change_share": (change / changes).min(axis=1),
        "row_share": norm(rows[1] - rows[0]) / changes[:, 0],
        "shortfall_share": fallen / shortfalls.sum(axis=1),
    }


def norm_by_layer(gradient: Array) -> Array:
    """Return the norms of layers (R, H, m, k): (R, H)."""
    return np.sqrt(np.square(gradient).sum(axis=(2, 3)))


bad_moves = check(
    [
        lemma_a_5["eq-2-depth", "eq-4-depth", "stability-depth"],
        lemma_a_6["centre-depth"],
    ],
    id="gao2019/bad-moves-in-depth",
    paths=[Path({"m": 1}, {"H": H, "d": 2, "m": 48, "R": 1.25}, sizes=4) for H in (2, 3)],
    seconds_per_replicate=lambda cell: 3e-4 + 5e-8 * cell["H"] * cell["m"] ** 2,
    bytes_per_replicate=lambda cell: 60.0 * cell["H"] * cell["m"] ** 2,
    block=12,
    first=24,
    quick=1,
    full=14,
    saboteurs={"half of the ball": partial(_bad_moves, share=0.5)},
)(_bad_moves)


def _activations_moved(
    rng: np.random.Generator, cell: Cell, n: int, share: float = 1.0
) -> Observables:
    """One replicate is one start and one move of all its layers, along their inputs."""
    m, H, radius = cell["m"], cell["H"], cell["R"] / np.sqrt(cell["m"])
    network, w = normal_start(rng, n, H, m, cell["d"])
    x = np.eye(1, cell["d"]).repeat(n, axis=0)
    here = network.layers(w, x)
    up = network.layers(with_activations_moved(network, w, x, share * radius), x)
    given, made = np.linalg.norm(here.inputs, axis=2), np.linalg.norm(here.post, axis=2)
    return {
        "moved_deep": norm(up.post[:, -1] - here.post[:, -1]) / made[:, -1],
        "growth": np.prod(1 + radius * given / made, axis=1),
    }


activations_moved = check(
    lemma_a_5["eq-3-at-least"],
    id="gao2019/activations-moved",
    cells=[
        {"H": H, "d": 2, "m": m, "R": R} for H, m, R in [(1, 32, 0.1), (2, 32, 3.0), (3, 48, 1.0)]
    ],
    seconds_per_replicate=lambda cell: 6e-6 + 1.3e-8 * cell["H"] * cell["m"] ** 2,
    bytes_per_replicate=lambda cell: 60.0 * cell["H"] * cell["m"] ** 2,
    block=256,
    first=1280,
    saboteurs={"nine tenths of the ball": partial(_activations_moved, share=0.9)},
)(_activations_moved)


def _moved_in_law(
    rng: np.random.Generator, cell: Cell, n: int, layers: int | None = None
) -> Observables:
    """One replicate is one start, of which the norms alone are drawn, and the same move of it.

    ``layers`` are those that move, if not all do.
    """
    found = draw_layers(rng, n, cell["H"], cell["m"]).post
    ratio = (found[:, :-1] / found[:, 1:])[:, :layers]
    return {"growth": np.prod(1 + cell["R"] / np.sqrt(cell["m"]) * ratio, axis=1)}


RAYS_OF_DEPTH: list[tuple[dict[str, float], int, int]] = [
    ({"H": 1, "m": 14, "delta": -7}, 2, 2),
    ({"m": 1, "R": 0.25, "delta": -0.25}, 3, 16),
    ({"m": 1, "delta": -0.5}, 3, 16),
]

moved_in_law = check(
    lemma_a_5["eq-3-power-of-depth"],
    id="gao2019/activations-moved-in-depth",
    paths=[
        Path(ray, {"H": H, "d": 2, "m": 2**20, "R": 1.0, "delta": 1e-3}, sizes=4, step=step)
        for ray, H, step in RAYS_OF_DEPTH
    ],
    seconds_per_replicate=lambda cell: 5e-7 + 4e-7 * cell["H"],
    first=1024,
    saboteurs={"the first layer alone": partial(_moved_in_law, layers=1)},
)(_moved_in_law)
