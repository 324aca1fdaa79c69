"""Checks of lazily trained two-layer networks in low dimension: Theorems 3 and 4, Remark 2."""

from __future__ import annotations

import numpy as np
from mpmath import mp, mpf

from bounds.xing2021.networks import remark_2, theorem_3, theorem_4
from sim.linear import training as linear_training
from sim.linear.data import LinearModel
from sim.networks import lazy as lazy_network
from sim.networks.activation import Activation, centred_sigmoid, linear, relu
from sim.networks.lazy import LazyNetwork
from verify.catalogue import Cell, Observables, Path, check

Array = np.ndarray


def _flat_model(d: int, sigma: float) -> LinearModel:
    """Coefficients of norm 1, all equal."""
    return LinearModel(np.ones(d) / np.sqrt(d), noise=sigma)


def _misalignment(w: Array, a: Array) -> Array:
    """Relative part of the weights (..., m, d) that is not a multiple of ``a`` per input."""
    direction = np.einsum("...m,...md->...d", a, w) / np.sum(a**2, axis=-1)[..., None]
    rest = w - a[..., None] * direction[..., None, :]
    return np.linalg.norm(rest, axis=(-2, -1)) / np.linalg.norm(w, axis=(-2, -1))


def _coefficients(network: LazyNetwork, w: Array) -> Array:
    """Return the coefficients of a network that is a linear function: its values at the axes."""
    axes = np.broadcast_to(np.eye(w.shape[-1]), w.shape[:-2] + 2 * w.shape[-1:])
    return network.value(w, axes)


@check(
    theorem_3["effective-step", "same-trajectory", "neurons-align", "neuron-norm"],
    cells=[
        {"n": 8, "d": 3, "h": 5, "slope": 0.25, "epsilon": 0.5, "xi": 0.2},
        {"n": 8, "d": 3, "h": 12, "slope": 1.5, "epsilon": 1.0, "xi": 0.01},
    ],
    seconds_per_replicate=5e-5,
    first=4096,
    block=512,
)
def linear_network(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set, output weights and a step size: 20 steps of two models."""
    d, h = cell["d"], cell["h"]
    attack = {"radius": cell["epsilon"], "smoothing": cell["xi"]}
    x, y = _flat_model(d, 1.0).sample(rng, n, cell["n"])
    weights = rng.uniform(0.5, 1.5, (n, h)) * rng.choice([-1.0, 1.0], (n, h))
    network = LazyNetwork(linear(cell["slope"]), weights / np.sqrt(h))
    largest = np.linalg.norm(x, ord=2, axis=(-2, -1)) ** 2 / cell["n"]
    eta = rng.uniform(0.02, 0.2, n) / (cell["slope"] ** 2 * np.sum(network.a**2, axis=-1) * largest)
    start = np.zeros((n, h, d))
    settings = {"start": start, "step": eta, **attack}
    first = _coefficients(network, network.train(x, y, iterations=1, **settings).point)
    w = network.train(x, y, iterations=20, **settings).point
    downhill = -linear_training.semi_gradient(np.zeros((n, d)), x, y, **attack)
    step = np.sum(first * downhill, axis=-1) / np.sum(downhill**2, axis=-1)
    theta = linear_training.train(x, y, step=step, iterations=20, **attack).theta
    coefficients = _coefficients(network, w)
    return {
        "eta": eta,
        "a_squared": np.sum(weights**2, axis=-1),
        "a_largest": np.abs(weights).max(axis=-1),
        "effective_step": step,
        "trajectory_gap": np.linalg.norm(coefficients - theta, axis=-1)
        / np.linalg.norm(theta, axis=-1),
        "misalignment": _misalignment(w, network.a),
        "largest_neuron": np.linalg.norm(w, axis=-1).max(axis=-1),
        "coefficient_norm": np.linalg.norm(coefficients, axis=-1),
    }


LAZY_STEPS = 15
LOOKED_AT = (0, 1, 2, 5, 10, LAZY_STEPS)
LAZY_NOISE = 0.1
KINDS = 8


def _gap(network: LazyNetwork, w: Array, other: LazyNetwork, v: Array, x: Array) -> Array:
    """Root mean square distance of two networks on inputs: (R,)."""
    return np.sqrt(np.mean((network.value(w, x) - other.value(v, x)) ** 2, axis=-1))


def _train_lazily(
    activation: Activation, weights: Array, x: Array, y: Array, start: Array
) -> tuple[LazyNetwork, Array]:
    """Train with a step that is 0.1 for the linear model; return all iterates (steps + 1, ...)."""
    network = LazyNetwork(activation, weights)
    slope = float(activation.slope(np.zeros(1))[0])
    step = 0.1 / (slope**2 * np.sum(weights**2, axis=-1))
    settings = {"step": step, "iterations": 1, "radius": 0.3, "smoothing": 0.2}
    iterates = [start]
    for _ in range(LAZY_STEPS):
        iterates.append(network.train(x, y, start=iterates[-1], **settings).point)
    return network, np.stack(iterates)


def _lazy_data(
    rng: np.random.Generator, cell: Cell, n: int
) -> tuple[tuple[Array, Array, Array], Array, Array, Array]:
    """Draw output weights with data, fresh inputs, the zero start and a vanishing one."""
    d, h = cell["d"], cell["h"]
    x, y = _flat_model(d, LAZY_NOISE).sample(rng, n, cell["n"])
    fresh = rng.standard_normal((n, 128, d))
    weights = rng.uniform(0.5, 1, (n, h)) / np.sqrt(h)
    small = lazy_network.vanishing_start(rng, n, h, d, cell["delta"])
    return (weights, x, y), fresh, np.zeros((n, h, d)), small


@check(
    theorem_3["lazy-gap", "lazy-gap-odd"],
    paths=[Path({"h": 1}, {"h": 32, "n": 20, "d": 2}, sizes=6, step=4)],
    version=2,
    seconds_per_replicate=4.2e-4,
    block=64,
    first=64,
    common_random_numbers=True,  # the data are the same at every width
)
def lazy_gap_of_wide_networks(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set and positive output weights: four networks, from zero.

    The neurons have eight output weights, equally often, so that eight neurons stand for all.
    """
    x, y = _flat_model(cell["d"], LAZY_NOISE).sample(rng, n, cell["n"])
    fresh = rng.standard_normal((n, 128, cell["d"]))
    weights = np.abs(lazy_network.repeated_output_weights(rng, n, cell["h"], KINDS))
    start = np.zeros((n, KINDS, cell["d"]))

    def gap(activation: Activation, slope: float) -> Array:
        curved, path = _train_lazily(activation, weights, x, y, start)
        straight, straight_path = _train_lazily(linear(slope), weights, x, y, start)
        return _gap(curved, path[-1], straight, straight_path[-1], fresh)

    return {
        "lazy_gap": gap(lazy_network.centred_softplus(), 0.5),
        "lazy_gap_odd": gap(centred_sigmoid(), 0.25),
    }


@check(
    theorem_3["vanishing-start"],
    paths=[
        Path({"h": 1}, {"h": 8, "n": 20, "d": 2, "delta": delta}, sizes=4, step=step)
        for delta, step in ((0.5, 4), (1.5, 3))
    ],
    seconds_per_replicate=lambda cell: 4e-4 + 2.1e-5 * cell["h"],
    first=32,
    version=4,
    common_random_numbers=True,  # the data are the same at every width
)
def lazy_gap(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set, positive output weights and a start: two trained networks."""
    data, _, zero, small = _lazy_data(rng, cell, n)
    _, from_zero = _train_lazily(lazy_network.centred_softplus(), *data, zero)
    _, from_small = _train_lazily(lazy_network.centred_softplus(), *data, small)
    return {"weight_gap": np.linalg.norm(from_small[-1] - from_zero[-1], axis=(-2, -1))}


@check(
    remark_2["trajectories-meet"],
    paths=[Path({"h": 1}, {"h": 96, "n": 20, "d": 2, "delta": 0.5, "scale": 0.25}, sizes=5)],
    seconds_per_replicate=lambda cell: 4e-4 + 2.1e-5 * cell["h"],
    first=16,
    version=2,
)
def trajectories_meet(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set, positive output weights and a start: two trained networks.

    The responses are a quarter of those of the other lazy networks: v enters the conditions of the
    theorem like the root of the width, of which that saves a factor of 16.
    """
    (weights, x, y), fresh, zero, small = _lazy_data(rng, cell, n)
    data = weights, x, cell["scale"] * y
    straight, path = _train_lazily(linear(0.5), *data, zero)
    curved, from_small = _train_lazily(lazy_network.centred_softplus(), *data, small)
    largest = np.max(
        [_gap(curved, from_small[t], straight, path[t], fresh) for t in LOOKED_AT], axis=0
    )
    model = _flat_model(cell["d"], LAZY_NOISE)
    return {"largest_gap": largest / (cell["scale"] * np.sqrt(model.signal_and_noise))}


@check(
    theorem_3["longest-input"],
    paths=[
        Path({"d": 1}, {"d": 4, "n": 32}, sizes=5, step=4),
        Path({"n": 1}, {"d": 4, "n": 32}, sizes=5, step=4),
    ],
    seconds_per_replicate=lambda cell: 5e-6 + 1.7e-8 * cell["n"] * cell["d"],
)
def longest_input(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one set of isotropic inputs."""
    x = rng.standard_normal((n, cell["n"], cell["d"]))
    return {"longest_input": np.linalg.norm(x, axis=-1).max(axis=-1)}


def _symmetric_models(rng: np.random.Generator, cell: Cell, n: int) -> tuple[Array, ...]:
    """Draw points with their mirror images, output weights (balanced, and free) and a direction."""
    x, y = _flat_model(cell["d"], 1.0).sample(rng, n, cell["n"])
    balanced = lazy_network.uniform_output_weights(rng, n, cell["h"], balanced=True)
    free = lazy_network.uniform_output_weights(rng, n, cell["h"])
    u = rng.standard_normal((n, cell["d"]))
    return np.concatenate([x, -x], axis=1), np.concatenate([y, -y], axis=1), balanced, free, u


def _moved_step(network: LazyNetwork, w: Array, x: Array, y: Array, attack: Cell) -> Array:
    """Step size of the linear model that moves its coefficients as one step moves the network's.

    In units of the network's step; at zero weights the linear model is at zero as well.
    """
    moved = w - network.semi_gradient(w, x, y, attack["radius"], attack["smoothing"])
    change = _coefficients(network, moved) - _coefficients(network, w)
    downhill = -linear_training.semi_gradient(_coefficients(network, w), x, y, **attack)
    return np.sum(change * downhill, axis=-1) / np.sum(downhill**2, axis=-1)


def _exact_gradient(
    w: list, a: list, x: list, y: list, epsilon: float, xi: float, linear: bool
) -> list:
    """Return the gradient in the hidden weights with the attack held fixed, by plain loops."""

    def slopes(point: list) -> list:
        return [mp.mpf(linear or mp.fdot(neuron, point) > 0) for neuron in w]

    def residual(point: list, response: mpf) -> mpf:
        parts = zip(a, slopes(point), w, strict=True)
        return sum(a_j * slope * mp.fdot(w_j, point) for a_j, slope, w_j in parts) - response

    total = mp.zeros(len(w), len(x[0]))
    for point, response in zip(x, y, strict=True):
        weights = [a_j * slope for a_j, slope in zip(a, slopes(point), strict=True)]
        twice = 2 * residual(point, response)
        uphill = [twice * mp.fdot(weights, column) for column in zip(*w, strict=True)]
        length = mp.sqrt(mp.fdot(uphill, uphill) + mp.mpf(xi) ** 2)
        moved = [
            p + epsilon * g / length if length else p for p, g in zip(point, uphill, strict=True)
        ]
        rest = 2 * residual(moved, response) / len(x)
        for j, (a_j, slope) in enumerate(zip(a, slopes(moved), strict=True)):
            for k, coordinate in enumerate(moved):
                total[j, k] += rest * a_j * slope * coordinate
    return total.tolist()


def replay_symmetric_relu(rng: np.random.Generator, cell: Cell, n: int, row: int) -> dict:
    """Compare one step of the linear network with one of the ReLU network, and train from zero."""
    with mp.workdps(50):
        x, y, a, _, u = (
            mp.matrix(array[row].tolist()).tolist() for array in _symmetric_models(rng, cell, n)
        )
        y, a, u = ([number for (number,) in column] for column in (y, a, u))
        attack = cell["epsilon"], cell["xi"]
        w = [[mp.sqrt(cell["h"]) * a_j * u_k for u_k in u] for a_j in a]
        half = [[number / 2 for number in neuron] for neuron in w]
        # How much of sum_j a_j w_j moves; a balanced ReLU network is half of that linear function.
        relu_moves, linear_moves = (
            [mp.fdot(a, column) * share for column in zip(*gradient, strict=True)]
            for gradient, share in (
                (_exact_gradient(w, a, x, y, *attack, linear=False), mp.mpf(1) / 2),
                (_exact_gradient(half, a, x, y, *attack, linear=True), 1),
            )
        )
        zero = [[mp.mpf(0)] * cell["d"] for _ in a]
        moved = mp.mnorm(mp.matrix(_exact_gradient(zero, a, x, y, *attack, linear=False)), "f")
        return {
            "rate_ratio": mp.fdot(linear_moves, linear_moves) / mp.fdot(linear_moves, relu_moves),
            "moved": moved,  # a start at which the first step is zero is never left
        }


@check(
    theorem_4[
        "half-linear",
        "shape-preserved",
        "rate-as-printed",
        "rate",
        "first-step-half",
        "first-step-one",
        "moves-as-printed",
    ],
    replay=replay_symmetric_relu,
    cells=[
        {"n": 6, "d": 3, "h": 4, "epsilon": 0.0, "xi": 0.0},
        {"n": 6, "d": 3, "h": 7, "epsilon": 0.5, "xi": 0.2},
    ],
    seconds_per_replicate=4e-5,
    first=4096,
    block=512,
)
def symmetric_relu(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one symmetric data set, with output weights and a direction u."""
    d, h = cell["d"], cell["h"]
    attack = {"radius": cell["epsilon"], "smoothing": cell["xi"]}
    x, y, balanced, free, u = _symmetric_models(rng, cell, n)
    point = rng.standard_normal((n, 1, d))
    zero = np.zeros((n, h, d))
    half, one, usual = (LazyNetwork(relu(at_zero=at_zero), balanced) for at_zero in (0.5, 1.0, 0.0))
    straight = LazyNetwork(linear(), balanced)
    # The hidden weights of the paper are theta_j = a_j u, with a_j before the factor 1/sqrt(h).
    w = np.sqrt(h) * balanced[..., None] * u[:, None, :]
    unbalanced = np.sqrt(h) * free[..., None] * u[:, None, :]
    step = 0.1 / np.linalg.norm(x, ord=2, axis=(-2, -1)) ** 2
    settings = {"step": step, "iterations": 5, **attack}
    trained = half.train(x, y, start=w, **settings).point
    from_zero = usual.train(x, y, start=zero, **settings).point

    def pace(network: LazyNetwork, start: Array) -> Array:
        # A linear network with the same coefficients needs half the weights.
        linear_step = _moved_step(straight, start / 2, x, y, attack)
        return linear_step / _moved_step(network, start, x, y, attack)

    return {
        "rate_ratio": pace(half, w),
        "first_ratio_half": pace(half, zero),
        "first_ratio_one": pace(one, zero),
        "relu_value": half.value(w, point)[:, 0],
        "relu_value_unbalanced": LazyNetwork(relu(), free).value(unbalanced, point)[:, 0],
        "u_x": np.sum(u * point[:, 0], axis=-1),
        "a_squared": h * np.sum(balanced**2, axis=-1),
        "misalignment": _misalignment(trained, balanced),
        "moved": np.linalg.norm(from_zero, axis=(-2, -1)),
    }
