"""Checks of two-layer networks in high dimension: Theorems 6 and 7."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy

from bounds.xing2021.dense_networks import theorem_6, theorem_7
from sim.descent import Descent
from sim.linear.residual_risk import attacked_risk
from sim.linear.training import attacked_loss
from sim.networks.activation import centred_sigmoid, relu
from sim.networks.lazy import LazyNetwork, repeated_output_weights, uniform_output_weights
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.xing2021.interpolation import draw, far, flat_model, optimal_risk, square_of_v

Array = np.ndarray

STEP_SHARE = 0.3
"""Largest eigenvalue of the effective step times X'X, unless a cell says otherwise."""

PATIENCE = 8

KINDS = 4
"""Different output weights of a sigmoid network."""

SIGMOID = {"epsilon": 0.3, "xi": 0.01, "signal": 0.6, "sigma": 0.6}
RELU = {"h": 6, "epsilon": 0.3, "xi": 1.0, "signal": 1.0, "sigma": 0.5}


def _level(cell: Cell) -> float:
    """Return the norm of the residuals at which training stops."""
    return np.sqrt(square_of_v(cell) * cell["n"] / np.log(cell["n"]))


@check(
    theorem_6["stops-as-printed"],
    paths=[Path({"n": 1, "d": 1}, {"n": 32, "d": 16, "signal": 1.0, "sigma": 1.0}, sizes=5)],
    seconds_per_replicate=lambda cell: 3e-5 + 1e-10 * cell["n"] ** 3,
    first=32,
)
def too_few_inputs(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set with half as many inputs as points, fitted by least squares.

    No linear model, hence no linear network however trained, has a smaller residual.
    """
    x, y = flat_model(cell).sample(rng, n, cell["n"])
    basis, _ = np.linalg.qr(x)
    fitted = np.einsum("...nd,...d->...n", basis, np.einsum("...nd,...n->...d", basis, y))
    return {"reachable": np.linalg.norm(y - fitted, axis=-1) < _level(cell)}


def _train(
    network: LazyNetwork, cell: Cell, x: Array, y: Array, step: Array, iterations: int
) -> Descent:
    """Train from zero until the stopping rule is met."""
    return network.train(
        x,
        y,
        start=np.zeros((*network.a.shape, x.shape[-1])),
        step=step,
        radius=cell["epsilon"],
        smoothing=cell["xi"],
        iterations=iterations,
        finished=lambda w: np.linalg.norm(network.value(w, x) - y, axis=-1) < _level(cell),
    )


@lru_cache
def _mean_start(points: int) -> float:
    """Return the mean of |y|^2 over its value at the stop, cut at 1.

    |y|^2 is v^2 times a chi-square variable, and training stops at v^2 points / log(points).
    """
    log, level = np.log(points), points / np.log(points)
    above = scipy.special.chdtrc(points, level)
    return float(above + log * scipy.special.chdtr(points + 2, level))


def _stopped(
    rng: np.random.Generator, cell: Cell, n: int, network: LazyNetwork, slope: float, fresh: int
) -> Observables:
    """Train from zero until the residual is small; attack fresh points.

    ``slope`` is the derivative of the network's function in its linearised coefficients, per unit
    of ``|a|``. There are two control variates. The loss on the fresh points of the linear model
    with these coefficients is taken off, and its risk, an integral, is added; and so for the loss
    before training where it is below that of the stop from the start.
    """
    x, y, theta_0, _ = draw(rng, cell, n)
    points, scale, attack = cell["n"], square_of_v(cell), (cell["epsilon"], cell["xi"])
    largest = np.linalg.norm(x, ord=2, axis=(-2, -1)) ** 2
    share = cell.get("step_share", STEP_SHARE)
    step = share / (slope**2 * np.sum(network.a**2, axis=-1) * largest)
    iterations = int(PATIENCE * points * np.log(np.log(points)) / (4 * share)) + 20
    run = _train(network, cell, x, y, step, iterations)
    theta = slope * np.einsum("...m,...md->...d", network.a, run.point)
    deviation = np.sqrt(np.sum((theta - theta_0) ** 2, axis=-1) + cell["sigma"] ** 2)
    linear_risk = attacked_risk(deviation, np.linalg.norm(theta, axis=-1), *attack)
    x_new = rng.standard_normal((n, fresh, x.shape[-1]))
    y_new = x_new @ theta_0 + cell["sigma"] * rng.standard_normal((n, fresh))
    more = network.attacked_loss(run.point, x_new, y_new, *attack)
    more -= attacked_loss(theta, x_new, y_new, *attack)
    training = network.attacked_loss(run.point, x, y, *attack) / scale
    start = np.minimum(np.sum(y**2, axis=-1) / _level(cell) ** 2, 1.0)
    return {
        "stopped": run.finished,
        "risk_ratio": (linear_risk + more) / scale,
        "training_times_log": training * np.log(points) - start + _mean_start(points),
        "optimal_risk": np.full(n, optimal_risk(cell["signal"], cell["sigma"], cell["epsilon"])),
    }


@check(
    theorem_6["stops", "risk"],
    paths=[
        *(
            Path({"d": 1, "h": 3}, {"n": 8, "d": 2**13, "h": 2**39, **settings}, sizes=4, step=16)
            for settings in (SIGMOID, SIGMOID | {"xi": 0.2})
        ),
        Path({"d": 5, "n": 1, "h": 15}, {"n": 4, "d": 2**10, "h": 2**30, **SIGMOID}, sizes=4),
    ],
    seconds_per_replicate=lambda cell: 6e-5 + 1.4e-8 * cell["n"] ** 3,
    block=32,
    quick=16,  # so many show that all but 2 % stop
    version=2,
)
def stopped_network(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set and output weights: a sigmoid network, trained from zero.

    Its neurons have four output weights, equally often, so that four neurons stand for all.
    """
    a = repeated_output_weights(rng, n, cell["h"], KINDS)
    return _stopped(rng, cell, n, LazyNetwork(centred_sigmoid(), a), slope=0.25, fresh=4)


@check(
    theorem_7["stops-as-printed"],
    paths=[
        Path({"n": 1, "d": 1}, {"n": 64, "d": 8, **RELU, "sigma": 1.0, "epsilon": 0.02}, sizes=4)
    ],
    seconds_per_replicate=lambda cell: 2e-2 + 4e-6 * cell["n"] * cell["d"],
    first=16,
    quick=2,
    full=6,
)
def relu_with_few_inputs(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set with eight times as many points as inputs.

    A balanced ReLU network is trained from zero with a slope of 1/2 at zero.
    """
    x, y = flat_model(cell).sample(rng, n, cell["n"])
    a = uniform_output_weights(rng, n, cell["h"], balanced=True)
    network = LazyNetwork(relu(at_zero=0.5), a)
    largest = np.linalg.norm(x, ord=2, axis=(-2, -1)) ** 2
    step = 1.5 * cell["n"] / (np.sum(a**2, axis=-1) * largest)
    run = _train(network, cell, x, y, step, iterations=300)
    return {"stopped_with_few_inputs": run.finished}


def _stopped_relu(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set and output weights: a ReLU network, trained from zero.

    The slope of ReLU at zero is 1/2.
    """
    a = uniform_output_weights(rng, n, cell["h"], balanced=True)
    network = LazyNetwork(relu(at_zero=0.5), a)
    return _stopped(rng, cell, n, network, slope=0.5, fresh=4)


stopped_relu_network = check(
    theorem_7["stops", "risk"],
    id="xing2021/stopped-relu-network",
    paths=far(RELU, n=8, least=4),
    seconds_per_replicate=lambda cell: 4e-5 + 3.5e-7 * cell["n"] ** 2,
    block=32,
    quick=12,
    version=2,
)(_stopped_relu)

rate_of_relu_network = check(
    theorem_7["training-loss-rate"],
    id="xing2021/rate-of-relu-network",
    # The shorter the steps, the less the loss falls below the level at which training stops.
    paths=[Path({"d": 3, "n": 1}, {"n": 8, "d": 512, "step_share": 0.1, **RELU}, sizes=4, step=2)],
    seconds_per_replicate=lambda cell: 1e-4 + 1.5e-8 * cell["n"] ** 3,
    block=32,
    quick=7,
)(_stopped_relu)
