"""Checks of what the paper says about its experiments with the linear model."""

from functools import lru_cache, partial

import numpy as np

from bounds.xing2021.linear_figures import figure_1, figure_5
from sim.linear.data import LinearModel
from sim.linear.population_training import robust_minimiser
from sim.linear.surrogate_risk import risk
from sim.linear.training import attacked_loss, semi_gradient, train
from verify.catalogue import Cell, Observables, Path, check, product
from verify.checks.xing2021.drawn import Array, deviation_and_length, unit_vectors

ROUNDING = 1e-12
"""Relative change of a loss that is rounding."""


def model(d: int) -> LinearModel:
    """Return the model of Section 2.1 and Appendix A.1: coefficients 1, identity, unit noise."""
    return LinearModel(np.ones(d), None, 1.0)


def robust_risk(d: int, theta: Array, radius: float) -> Array:
    """Return the adversarial testing loss: (..., d) to (...,)."""
    return risk("robust", *deviation_and_length(model(d), theta), radius).value


@check(
    figure_1["fluctuates", "surrogate-decreases", "surrogate-fluctuates-beyond-edge"],
    cells=product(
        d=10,
        n=1000,
        epsilon=3.0,
        xi=0.05,
        v=float(np.sqrt(11)),
        eta=[5e-4, 2e-3],
        start_norm=0.3,
        iterations=100,
    ),
    seconds_per_replicate=8e-3,
)
def plain_and_smoothed_runs(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sample, trained on with the smoothed and with the plain attack."""
    d, radius = cell["d"], cell["epsilon"]
    x, y = model(d).sample(rng, n, cell["n"])
    start = cell["start_norm"] * unit_vectors(rng, n, d)
    observables = {}
    for name, smoothing in (("smoothed", cell["xi"]), ("plain", 0.0)):
        history = train(
            x,
            y,
            radius=radius,
            smoothing=smoothing,
            step=cell["eta"],
            iterations=cell["iterations"],
            start=start,
            observers={
                "test": lambda theta: robust_risk(d, theta, radius),
                "training": partial(attacked_loss, x=x, y=y, radius=radius, smoothing=smoothing),
            },
        ).history
        rises = {
            key: np.diff(value, axis=-1) > ROUNDING * value[:, 1:] for key, value in history.items()
        }
        observables[f"{name}_fluctuates"] = rises["test"][:, -50:].sum(axis=-1) >= 10
        observables[f"{name}_decreases"] = ~(
            rises["test"].any(axis=-1) | rises["training"].any(axis=-1)
        )
    return observables


@check(
    figure_1["edge"],
    paths=[
        Path({"xi": -1}, {"xi": 0.4, "d": 5, "n": 200, "epsilon": epsilon}, sizes=6, step=2.0)
        for epsilon in (3.0, 6.0)
    ],
    seconds_per_replicate=6e-3,
    block=8,
)
def edge_of_stability(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sample with the step size at which training on it loses its rest.

    The step is bisected. Training fluctuates if some of its last moves are opposed, not less than
    half of the one half-way, and no rounding.
    """
    d, radius, smoothing = cell["d"], cell["epsilon"], cell["xi"]
    x, y = model(d).sample(rng, n, cell["n"])
    start = 1e-3 * unit_vectors(rng, n, d)
    low, high = np.full(n, -5.0), np.full(n, 0.0)
    for _ in range(9):
        middle = (low + high) / 2
        moves, theta = _moves(x, y, radius, smoothing, 10**middle, start)
        opposed = np.einsum("mni,mni->mn", moves[1:-1], moves[2:]).min(axis=0) < 0
        sizes = np.linalg.norm(moves, axis=-1)
        last = sizes[1:].max(axis=0)
        visible = last > 1e-10 * np.linalg.norm(theta, axis=-1)
        fluctuates = opposed & visible & (last > sizes[0] / 2)
        low, high = np.where(fluctuates, low, middle), np.where(fluctuates, middle, high)
    return {"edge": 10 ** ((low + high) / 2)}


def _moves(
    x: Array, y: Array, radius: float, smoothing: float, step: Array, start: Array
) -> tuple[Array, Array]:
    """Return the move half-way and the last eight, (9, n, d), and the end of training."""
    theta, moves = start, []
    for iteration in range(1, 121):
        slope = semi_gradient(theta, x, y, radius, smoothing)
        theta = theta - step[:, None] * slope
        if iteration == 60 or iteration > 112:
            moves.append(step[:, None] * slope)
    return np.stack(moves), theta


@lru_cache(maxsize=32)
def optimal_risk(d: int, radius: float) -> float:
    """Return the smallest robust risk, by convex minimisation."""
    if radius == 0:
        return 1.0
    theta = robust_minimiser(model(d), radius).theta
    return float(robust_risk(d, theta, radius))


@check(
    figure_5["adversarial-loss-near-optimum", "standard-loss-away", "standard-loss-grows"],
    cells=product(d=10, n=1000, xi=0.1, eta=0.01, iterations=400, epsilon=[0.0, 0.1, 0.3, 0.5]),
    seconds_per_replicate=7e-3,
    common_random_numbers=True,
)
def training_from_zero(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sample, trained on from zero with the surrogate attack."""
    theta = _trained(rng, cell, n)
    return {
        "adversarial_loss": robust_risk(cell["d"], theta, cell["epsilon"]),
        "standard_loss": model(cell["d"]).residual_deviation(theta) ** 2,
        "optimal_risk": np.full(n, optimal_risk(cell["d"], cell["epsilon"])),
    }


def _trained(rng: np.random.Generator, cell: Cell, n: int) -> Array:
    x, y = model(cell["d"]).sample(rng, n, cell["n"])
    return train(
        x,
        y,
        radius=cell["epsilon"],
        smoothing=cell["xi"],
        step=cell["eta"],
        iterations=cell["iterations"],
        observe_at=(),
    ).theta


@check(
    figure_5["excess"],
    paths=[
        Path(
            {"n": 1},
            {"n": 100, "d": 10, "xi": 0.1, "eta": 0.01, "iterations": 200, "epsilon": 0.5},
            sizes=6,
            step=2.0,
        )
    ],
    seconds_per_replicate=lambda cell: 6e-4 + 3.2e-6 * cell["n"],
    block=16,
    first=32,
)
def excess_of_training(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sample, trained on from zero with the surrogate attack."""
    theta = _trained(rng, cell, n)
    return {
        "excess": robust_risk(cell["d"], theta, cell["epsilon"])
        - optimal_risk(cell["d"], cell["epsilon"])
    }
