"""Checks of Lemma C.1 and Proposition C.1: random features of the slope ``C tanh``."""

from functools import partial
from itertools import product as combinations

import numpy as np

from bounds.gao2019.random_features import lemma_c1, proposition_c1
from sim.kernels import random_features
from sim.kernels.random_features import estimate, kernel, largest_on_the_circle, unit
from verify.catalogue import Cell, Observables, Path, check

Array = np.ndarray
POINTS = 64
WEIGHTS = 512


def _block(rng: np.random.Generator, cell: Cell, n: int, unweighted: bool = False) -> Observables:
    """One replicate is the mean of random weights; the function is K(., x_1) - K(., x_2) / 2.

    The inputs stand in one plane, in any dimension; weights are seen in it alone.
    """
    angles, weights = np.array([cell["first"], cell["second"]]), np.array([1.0, -0.5])
    along, across = rng.standard_normal((2, n, WEIGHTS))
    field = np.zeros((n, WEIGHTS))
    for angle, weight in zip(angles, weights, strict=True):
        slope = np.tanh(np.cos(angle) * along + np.sin(angle) * across)
        field += cell["C"] * weight * (1.0 if unweighted else np.cos(angle)) * slope
    return {
        "feature": cell["C"] * np.einsum("nk,nk->n", field, np.tanh(along)) / WEIGHTS,
        "function_value": np.full(n, kernel(np.cos(angles), cell["C"]) @ weights),
    }


building_block = check(
    lemma_c1["building-block"],
    id="gao2019/building-block",
    cells=[
        {"d": 3, "C": 1.0, "first": 0.3, "second": 2.0},
        {"d": 2, "C": 2.0, "first": 0.6, "second": 2.6},
    ],
    version=2,
    seconds_per_replicate=3e-5,
    bytes_per_replicate=1e5,
    first=512,
    saboteurs={"without the factor of the inputs": partial(_block, unweighted=True)},
)(_block)


def _norms(rng: np.random.Generator, cell: Cell, n: int, slope: float = 1.0) -> Observables:
    """One replicate is one combination of kernels at p independent points, and one input.

    |sum_t a_t x_t s_t| is convex in the slopes s_t, which w drives to +-C independently of one
    another: the RF-norm is the largest value at the corners.
    """
    d, p, C = cell["d"], cell["p"], cell["C"]
    points = unit(rng.standard_normal((n, p, d)))
    near = unit(points[:, :1] + 0.1 * rng.standard_normal((n, p, d)))
    points = np.where(rng.random((n, 1, 1)) < 0.3, near, points)
    a = rng.standard_normal((n, p))
    a[:, 1:] *= rng.choice([0.0, 1.0], (n, 1), p=[0.3, 0.7])
    x = np.where(rng.random((n, 1)) < 0.5, points[:, 0], unit(rng.standard_normal((n, d))))
    gram = slope * kernel(np.clip(points @ np.swapaxes(points, 1, 2), -1, 1), C)
    signs = np.array(list(combinations([-1.0, 1.0], repeat=p)))
    corners = np.linalg.norm(np.einsum("st,nt,ntd->nsd", signs, a, points), axis=2)
    value = slope * (a * kernel(np.clip((points @ x[..., None])[..., 0], -1, 1), C)).sum(axis=1)
    return {
        "function_value": value,
        "rkhs_norm": np.sqrt(np.maximum(np.einsum("ns,nst,nt->n", a, gram, a), 0)),
        "rf_norm": C * corners.max(axis=1),
        "rf_integral": corners.mean(axis=1),
        "weight_sum": np.abs(a).sum(axis=1),
        "at_one": np.full(n, slope * kernel(1.0, C)),
    }


norms = check(
    lemma_c1["rf-norm", "rkhs-below-rf", "value-below-rf", "evaluation"],
    id="gao2019/norms-of-kernels",
    cells=[{"d": 3, "p": 2, "C": 1.0}, {"d": 5, "p": 2, "C": 0.5}],
    seconds_per_replicate=1.5e-5,
    first=256,
    block=64,
    saboteurs={"the kernel of slopes three times as large": partial(_norms, slope=9.0)},
)(_norms)


def _unbiased(rng: np.random.Generator, cell: Cell, n: int, signed: bool = True) -> Observables:
    """One replicate is the mean of random weights; the field is B e sign(<w, e>).

    Weights are seen in the plane of e and the input alone, in any dimension.
    """
    cosine = cell["cosine"]
    along, across = rng.standard_normal((2, n, WEIGHTS))
    slope = np.tanh(cosine * along + np.sqrt(1 - cosine**2) * across)
    value = cell["B"] * random_features.signed_value(cosine, cell["C"])
    return {
        "feature": cell["B"]
        * cosine
        * cell["C"]
        * (np.copysign(slope, along * slope) if signed else slope).mean(axis=1),
        "function_value": np.full(n, value),
    }


unbiased = check(
    proposition_c1["unbiased"],
    id="gao2019/importance-sampling",
    cells=[
        {"d": 2, "cosine": 0.9, "B": 1.0, "C": 1.0, "M": 1, "delta": 0.05},
        {"d": 6, "cosine": -0.7, "B": 3.0, "C": 0.5, "M": 1, "delta": 0.05},
    ],
    version=2,
    seconds_per_replicate=2.5e-5,
    bytes_per_replicate=1e5,
    first=512,
    saboteurs={"another field": partial(_unbiased, signed=False)},
)(_unbiased)


def fields(rng: np.random.Generator, w: Array, size: float) -> tuple[Array, Array]:
    """Return for each replicate one of the fields size e_1 and size w/|w|, and if it is e_1."""
    first = np.zeros_like(w)
    first[..., 0] = size
    constant = rng.random((len(w), 1, 1)) < 0.5
    return np.where(constant, first, size * unit(w)), constant[:, 0]


def _exchange(rng: np.random.Generator, cell: Cell, n: int, together: int = 1) -> Observables:
    """One replicate is a set of weights, one of which is exchanged; weights of any size."""
    M, size = cell["M"], cell["B"]
    scale = 10 ** rng.uniform(-1, 1, (n, 1, 1))
    w = scale * rng.standard_normal((n, M, 2))
    aligned = np.zeros_like(w)
    aligned[..., 0] = scale[..., 0] * 5
    w = np.where(rng.random((n, 1, 1)) < 0.3, aligned, w)
    changed = w.copy()
    changed[:, :together] = -w[:, :together]
    u = np.zeros_like(w)
    u[..., 0] = size
    angles = np.pi * np.arange(POINTS) / POINTS
    x = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    before, after = (np.abs(estimate(v, u, x, cell["C"])).max(axis=1) for v in (w, changed))
    return {
        "exchange": np.abs(before - after),
        "coefficient": np.linalg.norm(u, axis=2).max(axis=1) / M,
    }


exchange = check(
    proposition_c1["bounded-differences", "coefficients"],
    id="gao2019/one-feature-exchanged",
    cells=[
        {"d": 2, "M": M, "B": B, "C": C, "delta": 0.05}
        for M, B, C in [(3, 1.0, 1.0), (8, 3.0, 0.5), (20, 0.4, 2.0)]
    ],
    seconds_per_replicate=lambda cell: 5e-6 + 1.2e-6 * cell["M"],
    first=2560,
    saboteurs={"two features exchanged": partial(_exchange, together=2)},
)(_exchange)


def _line(rng: np.random.Generator, cell: Cell, n: int, alike: bool = False) -> Observables:
    """One replicate is M features of the constant field B on the two points of the line.

    The function is zero as the slope is odd, and so its largest error is B |mean tanh w_i|: that
    of M values tanh|w_i| with random signs.
    """
    M, size = cell["M"], cell["B"]
    w = rng.standard_normal((n, 1 if alike else M, 1))
    found = np.abs(estimate(w, np.full_like(w, size), np.ones((1, 1)), cell["C"])[:, 0])
    mean = size * random_features.mean_error_on_the_line(M, cell["C"])
    return {"error_found": found, "mean_error": np.full(n, mean)}


line = check(
    proposition_c1["deviation", "deviation-as-printed"],
    id="gao2019/deviation-of-one-feature",
    cells=[
        {"d": 1, "M": M, "B": B, "C": C, "deviation": deviation, "delta": 0.05}
        for M, B, C, deviation in [
            (1, 200.0, 1.0, 30.0),
            (400, 1.0, 1.0, 0.0975),
            (100, 1.0, 3.0, 0.45),
        ]
    ],
    seconds_per_replicate=lambda cell: 3e-7 + 3e-8 * cell["M"],
    bytes_per_replicate=lambda cell: 64.0 * cell["M"] + 4096,
    version=2,
    first=4096,
    saboteurs={"all features alike": partial(_line, alike=True)},
)(_line)


def _circle(
    rng: np.random.Generator, cell: Cell, n: int, shrink: float = 1.0, size: float = 1.0
) -> Observables:
    """One replicate is one set of random features, for one of two fields; certified.

    On the line the error is the same at its two points.
    """
    d, C = cell["d"], cell["C"]
    w = shrink * rng.standard_normal((n, cell["M"], d))
    u, constant = fields(rng, w, cell["B"])
    value = np.where(constant, 0.0, cell["B"] * random_features.radial_value(d, C))
    if d == 1:
        found = estimate(w, size * u, np.ones((1, 1)), C) - value
        return {"certified_error": np.abs(found[:, 0])}
    return {"certified_error": largest_on_the_circle(w, size * u, value, C)[1]}


circle = check(
    proposition_c1["bound"],
    id="gao2019/largest-error-on-the-circle",
    cells=[
        {"d": d, "M": M, "B": B, "C": C, "delta": delta}
        for d, M, B, C, delta in [
            (2, 10, 1.0, 1.0, 0.05),
            (2, 40, 3.0, 0.5, 0.3),
            # Far from 1, so that a power of M, B or C that is off shows.
            (1, 10_000, 1e4, 2e4, 0.3),
        ]
    ],
    seconds_per_replicate=lambda cell: 1e-5 + (2e-6 if cell["d"] == 2 else 1e-7) * cell["M"],
    bytes_per_replicate=lambda cell: 100.0 * cell["M"] + 4096,
    first=256,
    saboteurs={"a field ten times as large": partial(_circle, size=10.0)},
)(_circle)


def _features(rng: np.random.Generator, cell: Cell, n: int, reuse: bool = False) -> Observables:
    """One replicate is one set of random features of the field B e_1, certified on the circle."""
    count = min(cell["M"], 4) if reuse else cell["M"]
    w = rng.standard_normal((n, count, 2))
    u = np.zeros_like(w)
    u[..., 0] = cell["B"]
    return {"certified_error": largest_on_the_circle(w, u, 0.0, cell["C"])[1]}


features = check(
    proposition_c1["features"],
    id="gao2019/error-and-number-of-features",
    paths=[
        Path(ray, {"d": 2, "M": 8, "B": 1.0, "C": 1.0, "delta": 0.05}, sizes=5, step=step)
        for ray, step in (({"M": 1}, 2), ({"B": 1, "C": -0.5}, 100), ({"C": 1}, 100))
    ],
    seconds_per_replicate=lambda cell: 1e-5 + 1e-6 * cell["M"],
    first=256,
    saboteurs={"never more than four features": partial(_features, reuse=True)},
)(_features)


def _dimension(rng: np.random.Generator, cell: Cell, n: int, plane: bool = False) -> Observables:
    """One replicate is one set of random features of the field B e_1, attacked by ascent."""
    d = 2 if plane else cell["d"]
    w = rng.standard_normal((n, cell["M"], d))
    u = np.zeros_like(w)
    u[..., 0] = cell["B"]
    found = random_features.ascent_on_the_sphere(rng, w, u, cell["C"], starts=3, steps=10)
    return {"error_found": found}


dimension = check(
    proposition_c1["dimension"],
    id="gao2019/error-and-dimension",
    paths=[
        Path(ray, {"d": 4, "M": 64, "B": 1.0, "C": 1.0, "delta": 0.05}, sizes=4, step=step)
        for ray, step in (({"d": 1, "M": 1}, 2), ({"B": 1, "C": 0.5}, 10))
    ],
    seconds_per_replicate=lambda cell: 2e-5 + 9e-8 * cell["M"] * cell["d"],
    bytes_per_replicate=lambda cell: 60.0 * cell["M"] * cell["d"],
    version=2,
    first=64,
    quick=1,
    saboteurs={"always in the plane": partial(_dimension, plane=True)},
)(_dimension)
