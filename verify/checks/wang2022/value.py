"""Checks of Lemmas 4.1 and B.5: the value, exactly over the ball."""

import numpy as np
from numpy.typing import NDArray

from bounds.wang2022.value import lemma_4_1, lemma_b5
from sim.networks import lazy_ball
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.wang2022.concentration import log_uniform, sum_of_neurons_tail, whole

Array = NDArray[np.float64]


def values_over_the_ball(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """Draw the first layer and return the value at W_0 and its extremes."""
    a, u = lazy_ball.first_layer(rng, n, cell["m"])
    start = np.sum(a * np.maximum(u, 0), axis=1) / np.sqrt(cell["m"])
    least, greatest = lazy_ball.extreme_values(a, u, cell["C_0"] / np.sqrt(cell["m"]))
    return {
        "start": start,
        "worst": np.maximum(greatest, -least),
        "rise": greatest - start,
        "spread": greatest - least,
    }


@check(
    [lemma_4_1["value"], lemma_b5["value"]],
    cells=[
        {"m": m, "C_0": C_0, "gamma": gamma}
        for m, C_0, gamma in [(80, 1.0, 0.05), (200, 10.0, 0.05), (80, 0.1, 0.5)]
    ],
    seconds_per_replicate=lambda cell: 1e-5 + 4e-8 * cell["m"],
    bytes_per_replicate=lambda cell: 60.0 * cell["m"],
    first=512,
)
def worst_values(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one first layer."""
    return values_over_the_ball(rng, cell, n)


@check(
    lemma_b5["lipschitz"],
    cells=[{"m": 1, "C_0": 0.5}, {"m": 2, "C_0": 1.0}, {"m": 20, "C_0": 10.0}],
    seconds_per_replicate=3e-6,
    first=16384,
)
def narrow_values(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one first layer."""
    return values_over_the_ball(rng, cell, n)


@check(
    lemma_b5["rise", "spread"],
    cells=[{"m": 40, "C_0": 0.1}, {"m": 100, "C_0": 10.0}, {"m": 400, "C_0": 1.0}],
    seconds_per_replicate=lambda cell: 1e-5 + 4e-8 * cell["m"],
    bytes_per_replicate=lambda cell: 60.0 * cell["m"],
    first=4096,
)
def mean_extremes(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one first layer."""
    return values_over_the_ball(rng, cell, n)


@check(
    lemma_b5["start-law"],
    cells=[{"m": 80}],
    seconds_per_replicate=lambda cell: 2.5e-8 * cell["m"],
    bytes_per_replicate=lambda cell: 40.0 * cell["m"],
    block=8192,
    first=131072,
)
def initial_values(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one first layer."""
    a, u = lazy_ball.first_layer(rng, n, cell["m"])
    return {"start": np.vecdot(a, np.maximum(u, 0, out=u)) / np.sqrt(cell["m"])}


@check(
    [
        lemma_4_1["start"],
        lemma_b5["start", "start-sharper", "start-without-second-term"],
    ],
    cells=[{"widest": 4}, {"widest": 64}, {"widest": 400}],
    seconds_per_replicate=lambda cell: 1e-6 + 6e-8 * cell["widest"],
    bytes_per_replicate=lambda cell: 40.0 * cell["widest"],
    first=16384,
)
def exact_tails(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one width and one value; how likely a larger one is, is exact."""
    m = np.minimum(whole(rng, cell["widest"], n), cell["widest"])
    s = log_uniform(rng, 1e-3, 25.0, n)
    gamma = 2 * sum_of_neurons_tail(m, s * np.sqrt(m))
    return {"m": m, "start_quantile": s, "gamma": gamma}


@check(
    lemma_4_1["order"],
    paths=[
        Path({"m": 1}, {"m": 64, "C_0": 1.0}, sizes=5, step=3),
        Path({"m": 2, "C_0": 1}, {"m": 256, "C_0": 16.0}, step=1.5),
    ],
    seconds_per_replicate=lambda cell: 1e-5 + 4e-8 * cell["m"],
    bytes_per_replicate=lambda cell: 60.0 * cell["m"],
    first=256,
    block=32,
)
def order_of_values(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one first layer."""
    return values_over_the_ball(rng, cell, n)
