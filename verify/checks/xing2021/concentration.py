"""Checks of Lemma 2: how far the gradient on a sample is from the population's."""

import mpmath
import numpy as np

from bounds.xing2021.concentration import lemma_2
from sim.linear.data import LinearModel
from sim.linear.population_training import gradient
from sim.linear.training import semi_gradient
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.xing2021.drawn import Array, log_uniform, unit_vectors

RADIUS = 2.0
"""Of the ball over which the supremum is sought; the true coefficients have norm 1."""

CANDIDATES, ROUNDS, KEPT = 48, 2, 12


BASE = {"n": 64, "d": 8, "epsilon": 1.0, "xi": 0.2, "sigma": 1.0}
exact = np.frompyfunc(mpmath.mpf, 1, 1)


@check(
    lemma_2["supremum", "pointwise"],
    paths=[Path({"n": 1}, BASE), Path({"n": 1, "d": 0.5}, BASE)],
    seconds_per_replicate=lambda cell: 1e-3 + 3.5e-7 * cell["n"] * cell["d"] ** 0.5,
    bytes_per_replicate=lambda cell: 1600.0 * cell["n"],
    block=4,
    first=32,
)
def gradient_deviation(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sample; the largest deviation over the ball is sought.

    The search evaluates random points of the ball, then random neighbours of the best ones.
    """
    d = cell["d"]
    model = LinearModel(np.ones(d) / np.sqrt(d), None, cell["sigma"])
    x, y = model.sample(rng, n, cell["n"])

    def deviation(theta: Array) -> Array:
        settings = cell["epsilon"], cell["xi"]
        found = semi_gradient(theta, x[:, None], y[:, None], *settings)
        return np.linalg.norm(found - gradient("training", model, theta, *settings), axis=-1)

    theta = _in_ball(rng, n, CANDIDATES, d)
    value = deviation(theta)
    for number in range(1, ROUNDS + 1):
        best = np.argsort(-value, axis=1)[:, :KEPT]
        theta = np.take_along_axis(theta, best[:, :, None], axis=1)
        value = np.take_along_axis(value, best, axis=1)
        moved = theta + 0.5**number * _in_ball(rng, n, KEPT, d)
        moved *= np.minimum(1.0, RADIUS / np.linalg.norm(moved, axis=-1, keepdims=True))
        theta = np.concatenate([theta, moved], axis=1)
        value = np.concatenate([value, deviation(moved)], axis=1)
    half = np.broadcast_to(model.theta_0 / 2, (n, 1, d))
    return {"largest_deviation": value.max(axis=1), "deviation": deviation(half)[:, 0]}


def _in_ball(rng: np.random.Generator, n: int, count: int, d: int) -> Array:
    """Draw points of the ball, uniform in direction and in length: (n, count, d)."""
    directions = unit_vectors(rng, n * count, d).reshape(n, count, d)
    return RADIUS * directions * rng.random((n, count, 1))


def _inputs_and_step(rng: np.random.Generator, cell: Cell, n: int) -> tuple[Array, Array]:
    d = cell["d"]
    x = rng.standard_normal((n, cell["n"], d))
    return x, unit_vectors(rng, n, d) * log_uniform(rng, 1e-3, 1.0, n)[:, None]


def _covering_term_in_50_digits(
    rng: np.random.Generator, cell: Cell, n: int, row: int
) -> dict[str, mpmath.mpf]:
    inputs, step = _inputs_and_step(rng, cell, n)
    with mpmath.workdps(50):
        x, step = exact(inputs[row]), exact(step[row])
        error = x.T @ x / len(x) - np.eye(len(step), dtype=int)
        values = mpmath.eigsy(mpmath.matrix(error.tolist()), eigvals_only=True)
        return {
            "covering_term": mpmath.norm(list(2 * (x.T @ (x @ step)) / len(x))),
            "covariance_error": max(map(abs, values)),
            "covariance_norm": 1 + max(values),
            "step_length": mpmath.norm(list(step)),
        }


@check(
    lemma_2["covering-term-printed", "covering-term"],
    cells=[{"d": 3, "n": 20}, {"d": 3, "n": 80}],
    seconds_per_replicate=1.2e-5,
    first=2048,
    replay=_covering_term_in_50_digits,
)
def covering_term(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sample of inputs, with a pair of neighbouring coefficient vectors."""
    d, points = cell["d"], cell["n"]
    x, step = _inputs_and_step(rng, cell, n)
    empirical = np.swapaxes(x, -1, -2) @ x / points
    term = 2 * np.einsum("npi,npj,nj->ni", x, x, step, optimize=True) / points
    return {
        "covering_term": np.linalg.norm(term, axis=-1),
        "covariance_error": np.abs(np.linalg.eigvalsh(empirical - np.eye(d))).max(axis=-1),
        "covariance_norm": np.linalg.eigvalsh(empirical).max(axis=-1),
        "step_length": np.linalg.norm(step, axis=-1),
    }
