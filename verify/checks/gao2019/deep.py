"""Checks of Section A up to Lemma A.4: deep networks at their start, moves of the input."""

from functools import lru_cache, partial

import mpmath
import numpy as np

from bounds.gao2019.deep import equation_1, lemma_a_1, lemma_a_2, lemma_a_3, lemma_a_4
from sim.networks.deep import normal_start, with_the_input_moved
from sim.networks.deep_norms import draw_norms, exit_chance
from sim.normal_matrices import draw_norms as draw_spectral_norms
from sim.normal_matrices import draw_triangles, spectral_norm
from verify.catalogue import Cell, Observables, Path, check

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
        "with_itself": (formula * w[every, layer]).sum(axis=(1, 2)),
    }


gradient = check(
    equation_1["network", "gradient", "euler"],
    id="gao2019/deep-gradient",
    version=2,
    cells=[{"H": H, "m": m, "d": d, "R": 1.0} for H, m, d in [(1, 8, 2), (2, 16, 3), (4, 8, 5)]],
    seconds_per_replicate=lambda cell: 4e-6 + 6e-8 * cell["H"] * cell["m"] ** 2,
    bytes_per_replicate=lambda cell: 80.0 * cell["H"] * cell["m"] ** 2,
    first=2560,
    saboteurs={"gradient wrong by 1.001": partial(_gradient, error=1.001)},
)(_gradient)


def _entries(rng: np.random.Generator, cell: Cell, n: int, error: float = 1.0) -> Observables:
    """One replicate is one network, one input and one layer, each entry of which is moved."""
    H, m = cell["H"], cell["m"]
    network, w = normal_start(rng, n, H, m, cell["d"])
    x = unit(rng.standard_normal((n, cell["d"])))
    every, layer = np.arange(n), rng.integers(H, size=n)
    here = network.layers(w, x)
    squares, stay, size = np.zeros(n), np.ones(n, dtype=bool), 1e-5
    for i, j in np.ndindex(m, m):
        values = []
        for step in (size, -size):
            moved = w.copy()
            moved[every, layer, i, j] += step
            there = network.layers(moved, x)
            stay &= np.all(there.active == here.active, axis=(1, 2))
            values.append(there.value)
        squares += ((values[0] - values[1]) / (2 * size)) ** 2
    rows = network.backward(w, here.active)[every, layer]
    return {
        "quotients_norm": error * np.sqrt(squares),
        "stay_all": stay,
        "input_norm": norm(here.inputs[every, layer]),
        "row_norm": norm(rows),
    }


entries = check(
    equation_1["norm"],
    id="gao2019/norm-of-deep-gradients",
    cells=[{"H": H, "m": m, "d": 2, "R": 1.0} for H, m in [(1, 8), (3, 6)]],
    seconds_per_replicate=lambda cell: 7e-9 * cell["H"] * cell["m"] ** 4,
    bytes_per_replicate=lambda cell: 80.0 * cell["H"] * cell["m"] ** 2,
    first=2048,
    saboteurs={"gradient wrong by 1.001": partial(_entries, error=1.001)},
)(_entries)


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
    lemma_a_4["pre-activations", "activations", "signs", "move-exact", "move", "ball"],
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


def _farthest_carried(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one start; the first layer is seen through A alone, both as triangles."""
    m, d = cell["m"], cell["d"]
    first = draw_triangles(rng, n, m, d) / np.sqrt(m)
    seen = np.sqrt(2 / m) * np.matmul(draw_triangles(rng, n, m, d), first)
    reach = spectral_norm(seen) + cell["R"] / np.sqrt(m) * spectral_norm(first)
    return {"carried_most": reach / first[:, 0, 0]}


farthest_carried = check(
    lemma_a_4["order", "order-constant"],
    id="gao2019/farthest-carried",
    version=2,
    paths=[
        Path({"m": 1, "R": 0.5}, {"H": 1, "m": 512, "d": 2, "R": R}, sizes=4, step=4)
        for R in (1.0, 8.0)
    ]
    + [
        Path({"m": 1, "d": 1, "R": 0.5}, {"H": 1, "m": 16, "d": 2, "R": 1.0}, sizes=4, step=4),
    ],
    seconds_per_replicate=lambda cell: 5e-6 + 5e-8 * cell["d"] ** 2 + 5e-10 * cell["d"] ** 3,
    bytes_per_replicate=lambda cell: 50.0 * cell["d"] ** 2,
    block=32,
    first=96,
)(_farthest_carried)


def _normal_matrices(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one normal matrix."""
    return {"normal_norm": spectral_norm(rng.standard_normal((n, cell["rows"], cell["columns"])))}


def _drawn_matrices(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one normal matrix, of which the norm alone is drawn."""
    return {"normal_norm": draw_spectral_norms(rng, n, cell["rows"], cell["columns"])}


def matrix_seconds(cell: Cell) -> float:
    """Return the cost of one matrix and its norm."""
    entries, least = cell["rows"] * cell["columns"], min(cell["rows"], cell["columns"])
    return float(5e-6 + entries * (2e-8 + 1e-9 * least))


normal_matrices = check(
    lemma_a_1["normal-matrix"],
    id="gao2019/normal-matrices",
    cells=[
        {"rows": k, "columns": j, "t": t}
        for k, j, t in [(1, 1, 1.2), (2, 1, 1.2), (20, 5, 1.2), (24, 24, 1.2), (1, 1, 2.4)]
    ],
    seconds_per_replicate=matrix_seconds,
    first=4096,
)(_normal_matrices)

edge = check(
    lemma_a_1["edge"],
    id="gao2019/edge-of-normal-matrices",
    version=2,
    paths=[
        Path({"rows": 1, "columns": 1}, {"rows": rows, "columns": columns}, sizes=4)
        for rows, columns in [(256, 256), (512, 128)]
    ],
    seconds_per_replicate=lambda cell: 5e-5 + 1.4e-7 * cell["columns"],
    bytes_per_replicate=lambda cell: 60.0 * cell["columns"],
    block=32,
    first=256,
    quick=3,
    full=14,
)(_drawn_matrices)


SQUARE_AND_TALL = [
    Path({"m": 1, "d": 1}, {"m": 256, "d": d, "H": H, "v": v}, sizes=4)
    for d, H, v in [(256, 1, 1.0), (64, 3, 2.0)]
]


def _wide_norms(rng: np.random.Generator, cell: Cell, n: int, gain: float = 1.0) -> Observables:
    """One replicate is one network at its start; ``gain`` is in the variance of its layers."""
    m, H = cell["m"], cell["H"]
    layers = draw_spectral_norms(rng, n * H, m, m).reshape(n, H).max(axis=1)
    return {
        "first_norm": np.sqrt(cell["v"] / m) * draw_spectral_norms(rng, n, m, cell["d"]),
        "layers_norm": np.sqrt(2 * gain / m) * layers,
    }


wide_norms = check(
    lemma_a_1["first", "layers"],
    id="gao2019/norms-at-the-start",
    version=3,
    paths=SQUARE_AND_TALL,
    seconds_per_replicate=lambda cell: 5e-5 + 1.9e-7 * cell["m"] * cell["H"],
    bytes_per_replicate=lambda cell: 60.0 * cell["m"] * cell["H"],
    block=32,
    first=128,
    quick=5,
    full=13,
    saboteurs={"layers of variance 1/m": partial(_wide_norms, gain=0.5)},
)(_wide_norms)


@check(
    lemma_a_1["output"],
    paths=SQUARE_AND_TALL,
    seconds_per_replicate=1e-7,
    first=1024,
)
def output_norms_at_the_start(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the norm of the output weights of one network at its start."""
    return {"output_norm": np.sqrt(rng.chisquare(cell["m"], n))}


def _start_norms(rng: np.random.Generator, cell: Cell, n: int, gain: float = 1.0) -> Observables:
    """One replicate is one network at its start."""
    m, H = cell["m"], cell["H"]
    network, w = normal_start(rng, n, H, m, cell["d"])
    w = np.sqrt(gain) * w
    layers = spectral_norm(w.reshape(n * H, m, m)).reshape(n, H).max(axis=1)
    excess = [
        spectral_norm(network.first) - 1 - np.sqrt(cell["d"] / m),
        layers / np.sqrt(2) - 2,
        (np.linalg.norm(network.a, axis=1) - 1) / np.sqrt(m) - 1,
    ]
    return {"excess_of_norms": np.max(excess, axis=0)}


def start_seconds(cell: Cell) -> float:
    """Return the cost of one network and its norms."""
    return float(2e-5 + cell["H"] * cell["m"] ** 2 * (2e-8 + 1e-9 * cell["m"]))


rare_norms = check(
    lemma_a_1["norms"],
    id="gao2019/rare-norms-at-the-start",
    cells=[
        {"m": m, "d": d, "H": H, "v": 1.0, "s": s}
        for m, d, H, s in [(4, 1, 1, 1.2), (8, 8, 2, 0.9), (32, 8, 3, 0.45)]
    ],
    seconds_per_replicate=start_seconds,
    first=1024,
    saboteurs={"layers of variance 8/m": partial(_start_norms, gain=4.0)},
)(_start_norms)


@check(
    lemma_a_1["rarity", "rarity-constant"],
    paths=[Path({"m": 1}, {"m": 64, "d": 1, "H": 1, "v": 1.0}, sizes=5, step=4)],
    seconds_per_replicate=1e-3,
    block=1,
    first=1,
    quick=1,
    full=1,
)
def rarity_of_long_outputs(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the tail of a chi-square variable."""
    m = cell["m"]
    with mpmath.workdps(20):
        tail = mpmath.gammainc(mpmath.mpf(m) / 2, 2 * m) / mpmath.gamma(mpmath.mpf(m) / 2)
        return {"rarity": np.full(n, float(-mpmath.log(tail)))}


INTERVAL = (2 / 3, 4 / 3)
chance_to_leave = lru_cache(exit_chance)


def _layers_at_the_start(
    rng: np.random.Generator, cell: Cell, n: int, gain: float = 1.0
) -> Observables:
    """One replicate is one network at its start, at a fixed input; ``gain`` of the layers is 1."""
    m, H = cell["m"], cell["H"]
    network, w = normal_start(rng, n, H, m, cell["d"])
    found = network.layers(np.sqrt(gain) * w, np.eye(1, cell["d"]).repeat(n, axis=0))
    sizes = np.concatenate([found.inputs[:, :1], found.post], axis=1)
    lengths = np.linalg.norm(sizes, axis=2)
    return {
        "outside": np.any((lengths < INTERVAL[0]) | (lengths > INTERVAL[1]), axis=1),
        "chance": np.full(n, chance_to_leave(H, m, *INTERVAL)),
    }


layers_at_the_start = check(
    lemma_a_2["outside"],
    id="gao2019/layers-at-the-start",
    cells=[{"m": m, "d": 2, "H": H, "v": 1.0} for m, H in [(8, 1), (12, 2), (16, 3)]],
    seconds_per_replicate=lambda cell: 5e-6 + 2.5e-8 * cell["H"] * cell["m"] ** 2,
    bytes_per_replicate=lambda cell: 24.0 * cell["H"] * cell["m"] ** 2,
    first=8192,
    quick=6,
    saboteurs={"layers of variance 1/m": partial(_layers_at_the_start, gain=0.5)},
)(_layers_at_the_start)


@check(
    lemma_a_2["layers"],
    paths=[
        Path({"m": 1}, {"m": 256, "H": 1, "v": 1.0}, sizes=4),
        Path({"m": 1}, {"m": 1024, "H": 4, "v": 1.0}, sizes=4),
        Path({"m": 1, "H": 1}, {"m": 512, "H": 4, "v": 1.0}, sizes=4),
    ],
    seconds_per_replicate=0.1,
    block=1,
    first=1,
    quick=1,
    full=1,
)
def failure_of_the_layers(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the probability that a layer leaves the interval."""
    chance = chance_to_leave(cell["H"], cell["m"], *INTERVAL, cell["v"])
    return {"failure": np.full(n, -np.log(chance))}


def _drawn_starts(rng: np.random.Generator, cell: Cell, n: int, gain: float = 1.0) -> Observables:
    """One replicate is one network at its start, of which the norms alone are drawn.

    ``gain`` is in the variance of its layers.
    """
    m, H = cell["m"], cell["H"]
    found = draw_norms(rng, n, H, m, cell["v"])
    longer, shorter = gain ** (H / 2) * found.longer_rows, gain ** ((H - 1) / 2) * found.rows[:, 0]
    return {
        "mean_square": gain**H * found.post[:, -1] ** 2,
        "pre_square": gain**H * found.pre[:, -1] ** 2,
        "longer_square": longer[:, 0] ** 2,
        "row_square": shorter**2,
        "gradient_square": (shorter * found.post[:, 0]) ** 2,
        "post_norm": gain ** (H / 2) * found.post[:, -1],
        "pre_norm": gain ** (H / 2) * found.pre[:, -1],
        "largest_row": longer.max(axis=1),
        "fluctuation": (longer[:, 0] ** 2 / m - 1) ** 2,
    }


WRONG_VARIANCE = {"layers of variance 1/m": partial(_drawn_starts, gain=0.5)}


def norms_seconds(cell: Cell) -> float:
    """Return the cost of the norms of one network."""
    return float(5e-7 + 4e-7 * cell["H"])


FEW_AND_MANY = ((16, 2, 1.0), (64, 3, 1.0), (128, 1, 0.5), (128, 4, 2.0))
"""Width, depth and v: with few neurons a layer's own variable has more weight."""

moments_at_the_start = check(
    [
        lemma_a_2["square", "pre-square", "fourth-moment"],
        lemma_a_3["mean-square", "mean-square-short", "gradient"],
    ],
    id="gao2019/moments-at-the-start",
    cells=[{"m": m, "H": H, "v": v} for m, H, v in FEW_AND_MANY],
    seconds_per_replicate=norms_seconds,
    first=16384,
    saboteurs=WRONG_VARIANCE,
)(_drawn_starts)

wide_starts = check(
    [lemma_a_2["post-limit", "pre-limit"], lemma_a_3["row-limit"]],
    id="gao2019/wide-starts",
    paths=[
        Path({"m": 1}, {"m": m, "H": H, "v": v}, sizes=4, step=4)
        for m, H, v in [
            (2048, 4, 0.5),
            (2048, 4, 1.0),
            (2048, 4, 2.0),
            (512, 1, 1.0),
            (8192, 16, 1.0),
        ]
    ],
    seconds_per_replicate=norms_seconds,
    first=512,
    saboteurs=WRONG_VARIANCE,
)(_drawn_starts)

deep_starts = check(
    lemma_a_3["row", "row-order"],
    id="gao2019/deep-starts",
    paths=[
        Path({"m": 1}, {"m": 512, "H": 4, "v": 1.0}, sizes=5, step=4),
        Path({"H": 1}, {"m": 2**20, "H": 2, "v": 1.0}, sizes=4, step=4),
        Path({"m": 1, "H": 1}, {"m": 1024, "H": 2, "v": 1.0}, sizes=4, step=4),
    ],
    seconds_per_replicate=norms_seconds,
    first=1024,
    saboteurs=WRONG_VARIANCE,
)(_drawn_starts)

fluctuations = check(
    lemma_a_3["fluctuation"],
    id="gao2019/fluctuations-at-the-start",
    paths=[
        Path({"m": 1}, {"m": 512, "H": 2, "v": 1.0}, sizes=4, step=4),
        Path({"H": 1}, {"m": 2**20, "H": 4, "v": 1.0}, sizes=4, step=3),
    ],
    seconds_per_replicate=norms_seconds,
    first=8192,
)(_drawn_starts)
