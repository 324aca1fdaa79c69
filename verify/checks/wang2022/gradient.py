"""Checks of Lemmas 4.2 and B.7, and of equation (7): the gradient over the ball."""

import mpmath
import numpy as np
import scipy
from numpy.typing import NDArray

from bounds.wang2022.gradient import equation_7, lemma_4_2, lemma_b7
from sim.certificates import ball_gradient
from sim.networks import gradient_span, lazy_ball
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.wang2022.concentration import DEEPEST, log_uniform, whole

Array = NDArray[np.floating]


def switching_rows(rng: np.random.Generator, cell: Cell, n: int) -> tuple[Array, Array, float]:
    """Draw the neurons that the ball can switch, and no others: signs, weights, their radius.

    Which neurons these are depends on their parts along x alone. A row without a neuron is far from
    its kink.
    """
    V = cell["C_0"] / np.sqrt(cell["m"])
    near = scipy.special.erf(V / np.sqrt(2))
    counts = rng.binomial(cell["m"], near, n)
    a, w = lazy_ball.initialisation(rng, n, max(1, int(counts.max())), cell["d"])
    share = rng.uniform(-near, near, a.shape)
    w[..., 0] = np.where(
        np.arange(a.shape[1]) < counts[:, None], np.sqrt(2) * scipy.special.erfinv(share), 9.0
    )
    return a, w, V


@check(
    equation_7["flipped", "flipped-as-printed"],
    cells=[
        {"d": d, "m": m, "C_0": C_0, "gamma": gamma}
        for d, m, C_0, gamma in [
            (10, 10**5, 10.0, 0.2),
            (5, 10**6, 3.0, 0.2),
            (25, 10**5, 1.0, 0.2),
            (4, 10**5, 3.0, 0.4),
        ]
    ],
    seconds_per_replicate=lambda cell: 1e-3 + 3e-7 * cell["d"] * cell["C_0"] * cell["m"] ** 0.5,
    bytes_per_replicate=lambda cell: 40.0 * cell["d"] * cell["C_0"] * cell["m"] ** 0.5,
    block=2,
    first=40,
)
def switched_part(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the part of one initialisation that the ball can switch."""
    return _switched_part(rng, cell, n)


@check(
    equation_7["constant"],
    paths=[
        Path({"m": 1}, {"m": 10**4, "d": 2, "C_0": C_0}, sizes=5, step=6) for C_0 in (10.0, 20.0)
    ],
    seconds_per_replicate=lambda cell: 5e-4 + 1.5e-7 * cell["d"] * cell["C_0"] * cell["m"] ** 0.5,
    bytes_per_replicate=lambda cell: 40.0 * cell["d"] * cell["C_0"] * cell["m"] ** 0.5,
    block=4,
    first=4,
    quick=1,
)
def switched_part_of_wide_networks(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the part of one initialisation that the ball can switch."""
    return _switched_part(rng, cell, n)


def _switched_part(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    a, w, V = switching_rows(rng, cell, n)
    found = ball_gradient.greatest_flipped(a, w, np.eye(1, cell["d"])[0], V)
    scale = np.sqrt(a.shape[1] / cell["m"])  # the rows are a part of the network
    return {"flipped_most": found.upper * scale, "flipped_found": found.lower * scale}


@check(
    equation_7["whole-set"],
    cells=[{"d": d, "m": m, "C_0": C_0} for d, m, C_0 in [(40, 100, 5.0), (50, 30, 10.0)]],
    seconds_per_replicate=4e-5,
    bytes_per_replicate=3e4,
    block=512,
    first=8192,
    quick=5,
)
def whole_switching_set(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the part of one initialisation that the ball can switch, all of it."""
    a, w, V = switching_rows(rng, cell, n)
    sign = a * lazy_ball.crossing(w[..., 0], V)
    total = np.matmul(sign[:, None, :], w[..., 1:])[:, 0]
    return {"whole_set": np.square(total).sum(axis=1) / cell["m"]}


@check(
    lemma_b7["gradient"],
    cells=[
        {"d": d, "m": m, "C_0": C_0, "gamma": gamma}
        for d, m, C_0, gamma in [
            (10**3, 3 * 10**4, 1.0, 0.2),
            (10**4, 10**5, 1.0, 0.5),
            (3000, 3 * 10**5, 20.0, 0.5),
        ]
    ],
    seconds_per_replicate=lambda cell: 4e-5 + 6e-8 * cell["m"],
    bytes_per_replicate=lambda cell: 150.0 * cell["m"],
    block=2,
    first=24,
)
def least_gradients_of_wide_networks(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation, in the plane of x and of its gradient across x.

    No gradient of the ball is shorter than its part along one direction, of which the least is
    exact.
    """
    return {"least": _worst_along_the_gradient(rng, cell, n)["along"]}


@check(
    lemma_b7["clause-in-small-dimension", "clause-as-printed"],
    paths=[
        Path({"m": 1}, {"m": 500, "d": 9, "C_0": 8.0}, sizes=4, step=3),
        # As many dimensions as the ball can make up for.
        Path({"m": 1}, {"m": 500, "d": 25, "C_0": 10.0}, sizes=4),
    ],
    seconds_per_replicate=lambda cell: 2.4e-3 + 2.3e-8 * cell["m"] * cell["d"],
    bytes_per_replicate=lambda cell: 40.0 * cell["m"] * cell["d"],
    block=4,
    first=32,
    quick=3,
)
def least_gradients_in_small_dimension(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation, with a network of its ball of a short gradient."""
    return _least_gradients(rng, cell, n)


@check(
    lemma_b7["clause"],
    cells=[
        {"d": d, "m": m, "C_0": C_0, "gamma": gamma}
        for d, m, C_0, gamma in [
            (256, 1000, 1.0, 0.5),
            (64, 1000, 1.0, 0.5),
            (2000, 4 * 10**4, 10.0, 0.4),
            (64, 1000, 10.0, 0.5),
        ]
    ],
    seconds_per_replicate=lambda cell: 1e-4 + 9e-8 * cell["m"],
    bytes_per_replicate=lambda cell: 150.0 * cell["m"],
    block=8,
    first=32,
    version=2,
)
def least_gradients(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation, in the plane of x and of its gradient across x.

    In the last cell the ball is larger than the clause admits.
    """
    return {"least": _worst_along_the_gradient(rng, cell, n)["along"]}


@check(
    lemma_b7["order"],
    paths=[
        Path({"d": 1, "m": 1}, {"d": 4, "m": 32, "C_0": 0.2}),
        Path({"d": 1, "m": 2}, {"d": 4, "m": 32, "C_0": 0.2}, sizes=5),
    ],
    seconds_per_replicate=lambda cell: 6e-4 + 2e-8 * cell["m"] * cell["d"],
    bytes_per_replicate=lambda cell: 40.0 * cell["m"] * cell["d"],
    block=8,
    first=8,
    quick=1,
)
def growing_gradients(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation; the least gradient is enclosed over the ball."""
    return _least_gradients(rng, cell, n)


def _least_gradients(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    a, w = lazy_ball.initialisation(rng, n, cell["m"], cell["d"])
    x = np.eye(1, cell["d"])[0]
    found = ball_gradient.least_norm(a, w, x, cell["C_0"] / np.sqrt(cell["m"]))
    return {"least": found.lower, "attained": found.upper}


@check(
    lemma_b7["share", "length"],
    cells=[{"largest": 1e3}, {"largest": 1e6}],
    seconds_per_replicate=6e-6,
    first=16384,
)
def initial_tails(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one width, or dimension, and one level; the tails are exact."""
    m, d = whole(rng, cell["largest"], n), 1 + whole(rng, cell["largest"], n)
    count = np.floor(m / 2 + np.sqrt(m) * (1 - log_uniform(rng, 0.3, 18.0, n))).clip(0, m - 1)
    count = np.where(scipy.stats.binom.logcdf(count, m, 0.5) > -DEEPEST, count, np.floor(m / 2))
    level = np.minimum(scipy.stats.binom.cdf(count, m, 0.5), 0.999)
    return {
        "m": m,
        "count_on": count,
        "gamma": level,
        "d": d,
        "chi_low": np.asarray(scipy.stats.chi2.ppf(level, d - 1)),
    }


@check(
    lemma_b7["start"],
    cells=[{"d": d, "m": 60} for d in (12, 60)],
    seconds_per_replicate=lambda cell: 2.5e-8 * cell["m"] * cell["d"],
    bytes_per_replicate=lambda cell: 30.0 * cell["m"] * cell["d"],
    block=512,
    first=2048,
    quick=1,
)
def initial_gradients(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation."""
    a, w = lazy_ball.initialisation(rng, n, cell["m"], cell["d"])
    gradient = lazy_ball.gradient(a, w, np.eye(1, cell["d"])[0])
    return {"projected": np.square(gradient[:, 1:]).sum(axis=1)}


@check(
    lemma_b7["slope"],
    paths=[
        Path({"m": 1}, {"m": 500, "d": 3, "C_0": 10.0}, sizes=5, step=3),
        Path({"d": 1, "m": 3}, {"m": 1000, "d": 2, "C_0": 10.0}, sizes=5, step=1.35),
    ],
    seconds_per_replicate=lambda cell: 1e-4 + 9e-8 * cell["m"],
    bytes_per_replicate=lambda cell: 150.0 * cell["m"],
    block=16,
    first=16,
    quick=1,
)
def worst_along_the_gradient(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation, in the plane of x and of its gradient across x."""
    return {"loss": _worst_along_the_gradient(rng, cell, n)["loss"]}


@check(
    lemma_b7["drop"],
    cells=[
        {"d": d, "m": m, "C_0": C_0, "gamma": gamma}
        for d, m, C_0, gamma in [
            (10, 3 * 10**4, 10.0, 0.1),
            (400, 3 * 10**4, 30.0, 0.1),
            (400, 1000, 1.0, 0.1),
            (2, 5 * 10**4, 60.0, 0.3),
        ]
    ],
    seconds_per_replicate=lambda cell: 1e-4 + 9e-8 * cell["m"],
    bytes_per_replicate=lambda cell: 150.0 * cell["m"],
    block=8,
    first=96,
)
def drop_along_the_gradient(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation, in the plane of x and of its gradient across x."""
    return {"loss": _worst_along_the_gradient(rng, cell, n)["loss"]}


def _worst_along_the_gradient(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    a, u = lazy_ball.first_layer(rng, n, cell["m"])
    w = gradient_span.rows_in_span(rng, u, (a * (u > 0))[:, None], cell["d"])
    x = np.array([1.0, 0.0])
    across = lazy_ball.gradient(a, w, x) * [0.0, 1.0]
    length = np.linalg.norm(across, axis=1)
    V = cell["C_0"] / np.sqrt(cell["m"])
    least = ball_gradient.least_along(a, w, x, V, across / length[:, None])
    return {"loss": (length - least) / cell["C_0"], "along": np.maximum(least, 0)}


def _chance_in_50_digits(
    rng: np.random.Generator, cell: Cell, n: int, row: int
) -> dict[str, mpmath.mpf]:
    with mpmath.workdps(50):
        half = mpmath.mpf(cell["d"]) / 2
        return {"start_chance": mpmath.gammainc(half, 0, half / 8, regularized=True)}


@check(
    lemma_4_2["gradient-at-start", "gradient-at-start-as-printed"],
    cells=[
        {"d": d, "gamma": gamma}
        for gamma in (0.1, 0.01, 1e-6, 1e-30)
        for d in (1, 2, 3, 4, 5, 8, 12, 16, 24, 32, 64, 116, 256)
    ],
    seconds_per_replicate=1e-5,
    block=1,
    first=1,
    quick=1,
    full=1,
    complete=True,
    replay=_chance_in_50_digits,
)
def short_initial_gradient(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the law of the gradient of an infinitely wide network."""
    return {"start_chance": np.full(n, scipy.stats.chi2.cdf(cell["d"] / 8, cell["d"]))}


@check(
    lemma_4_2["share-of-the-root"],
    paths=[Path({"d": 1}, {"d": 4}, sizes=8, step=4)],
    seconds_per_replicate=1e-5,
    block=1,
    first=1,
    quick=1,
    full=1,
)
def median_initial_gradient(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the law of the gradient of an infinitely wide network."""
    return {
        "start_median": np.full(n, np.sqrt(scipy.stats.chi2.median(cell["d"]) / (2 * cell["d"])))
    }
