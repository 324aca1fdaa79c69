"""Checks of the change of the gradient in every direction: Lemmas B.9 and 4.4."""

import numpy as np

from bounds.wang2022.uniform import lemma_44, lemma_b9
from sim.certificates.ball_gradient import greatest_change
from sim.certificates.gradient_variation import variation_bracket
from sim.networks import lazy_ball
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.wang2022.variation import change_at_start


@check(
    lemma_b9["for-all-networks"],
    cells=[
        {"d": d, "m": m, "C_0": C_0, "C_1": C_1, "gamma": gamma}
        for d, m, C_0, C_1, gamma in [
            (16, 800, 0.1, 1.0, 0.5),
            (16, 800, 10.0, 2.0, 0.5),
            (36, 5500, 1.0, 1.0, 0.9),
        ]
    ],
    seconds_per_replicate=lambda cell: 2.3e-3 + 3e-8 * cell["m"] * cell["d"],
    first=32,
    block=2,
)
def networks_and_inputs(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation, with all its networks, inputs and directions."""
    m, d = cell["m"], cell["d"]
    V, R = cell["C_0"] / np.sqrt(m), cell["C_1"] / np.sqrt(d)
    x = np.eye(d)[0]
    a, w = lazy_ball.initialisation(rng, n, m, d)
    brackets = [
        variation_bracket(a[i], w[i], x, V, R, rng=rng, starts=0, steps=1) for i in range(n)
    ]
    return {"greatest_change": np.array([one.upper for one in brackets])}


@check(
    lemma_b9["size"],
    paths=[
        Path({"d": 1, "m": 2.4}, {"d": 12, "m": 400, "C_1": 1.0}, sizes=6, step=1.5),
        Path({"m": 1}, {"d": 16, "m": 800, "C_1": 1.0}, sizes=4, step=4),
        Path({"C_1": -1, "m": 1}, {"d": 16, "m": 800, "C_1": 1.0}, sizes=5, step=2.5),
    ],
    seconds_per_replicate=lambda cell: (
        3.5e-8 * cell["m"] * (1 + cell["C_1"] * np.sqrt(cell["d"]) / 3)
    ),
    bytes_per_replicate=lambda cell: 64 * cell["m"],
    first=16,
    quick=1,
    block=16,
)
def change_of_a_wide_network(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation, with the rows of its flipped neurons."""
    theta = np.arctan(cell["C_1"] / np.sqrt(cell["d"]))
    change = change_at_start(rng, n, cell["m"], cell["d"], theta)
    return {"variation": np.linalg.norm(change, axis=1)}


@check(
    lemma_44["one-input"],
    paths=[
        Path({"d": 1, "m": 2.4}, {"d": 8, "m": 160, "C_0": C_0, "C_1": 1.0}, sizes=5, step=1.4)
        for C_0 in (0.1, 1.0)
    ],
    seconds_per_replicate=lambda cell: 3e-3 + 4e-8 * cell["m"] * cell["d"],
    bytes_per_replicate=lambda cell: 24 * cell["m"] * cell["d"],
    first=4,
    quick=1,
    block=4,
)
def certified_change(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation; the change at W_0 and what the ball adds at each end."""
    m, d = cell["m"], cell["d"]
    V = cell["C_0"] / np.sqrt(m)
    a, w = lazy_ball.initialisation(rng, n, m, d)
    x = np.eye(d)[0]
    there = x + cell["C_1"] / np.sqrt(d) * np.eye(d)[1]
    start = lazy_ball.gradient(a, w, x) - lazy_ball.gradient(a, w, there)
    added = greatest_change(a, w, x, V).upper + greatest_change(a, w, there, V).upper
    return {"networks_change": np.linalg.norm(start, axis=-1) + added}
