"""Checks of what the paper reads off its figures of two-layer networks."""

import numpy as np

from bounds.xing2021.network_figures import figure_6, figure_12
from sim.linear import subspace as regression_subspace
from sim.linear.data import LinearModel
from sim.linear.residual_risk import attacked_risk
from sim.linear.training import train
from sim.networks.activation import Activation, centred_sigmoid, linear, relu
from sim.networks.lazy import LazyNetwork, uniform_output_weights, vanishing_start
from verify.catalogue import Cell, Observables, Path, check, product
from verify.checks.xing2021.interpolation import optimal_risk, square_of_v

NETWORKS: tuple[tuple[Activation, float], ...] = (
    (linear(0.25), 1.0),
    (centred_sigmoid(), 1.0),
    (relu(scale=0.25, at_zero=0.5), 4.0),
)
"""The paper's three activations, with the factor of their learning rates."""

LOW = {"d": 3, "epsilon": 0.1, "xi": 0.01, "signal": 1.0, "sigma": 1.0}
EARLY, LATE = 100, 400
FRESH = 2000


def output_weights(rng: np.random.Generator, n: int, h: int, which: int) -> np.ndarray:
    """Uniform output weights; balanced for ReLU, from the same draws."""
    return uniform_output_weights(rng, n, h, balanced=which == 2)


@check(
    figure_6["same-speed", "near-optimum", "sigmoid-higher", "relu-higher"],
    cells=[{"n": 100, "h": 50, **LOW, "network": which} for which in range(3)],
    seconds_per_replicate=6.5e-2,
    block=8,
    first=8,
)
def low_network_figure(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set at the settings of Figure 6, trained for 400 steps of 4000.

    The linear network is trained on the same data, from the same start.
    """
    d, h, epsilon = cell["d"], cell["h"], cell["epsilon"]
    model = LinearModel(cell["signal"] * np.ones(d) / np.sqrt(d), noise=cell["sigma"])
    x, y = model.sample(rng, n, cell["n"])
    x_new, y_new = model.sample(rng, n, FRESH)
    start = vanishing_start(rng, n, h, d, delta=0.5)
    seed = int(rng.integers(2**63))  # the same output weights for every activation

    def test_losses(which: int, *moments: int) -> np.ndarray:
        activation, factor = NETWORKS[which]
        a = output_weights(np.random.default_rng(seed), n, h, which)
        network = LazyNetwork(activation, a)
        return network.train(
            x,
            y,
            start=start,
            step=0.2 * factor,
            radius=epsilon,
            smoothing=cell["xi"],
            iterations=moments[-1],
            observe_at=moments,
            observers={"loss": lambda w: network.attacked_loss(w, x_new, y_new, epsilon)},
        ).history["loss"]

    early, late = test_losses(cell["network"], EARLY, LATE).T
    straight_early, straight_late = test_losses(0, EARLY, LATE).T
    return {
        "test_loss": late,
        "early_difference": np.abs(early / straight_early - 1),
        "over_linear": late - straight_late,
        "optimal_risk": np.full(n, optimal_risk(cell["signal"], cell["sigma"], epsilon)),
    }


@check(
    figure_6["smoothing-is-to-blame", "excess-from-sampling"],
    paths=[Path({"n": 1}, {**LOW, "n": 50}, sizes=4, step=4)],
    seconds_per_replicate=lambda cell: 1e-4 + 1.7e-6 * cell["n"],
)
def low_linear_excess(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set; the linear model is trained to convergence."""
    d, epsilon = cell["d"], cell["epsilon"]
    model = LinearModel(cell["signal"] * np.ones(d) / np.sqrt(d), noise=cell["sigma"])
    x, y = model.sample(rng, n, cell["n"])
    best = optimal_risk(cell["signal"], cell["sigma"], epsilon)

    def risk(smoothing: float) -> np.ndarray:
        theta = train(x, y, radius=epsilon, smoothing=smoothing, step=0.1, iterations=60).theta
        length = np.linalg.norm(theta, axis=-1)
        return attacked_risk(model.residual_deviation(theta), length, epsilon)

    return {
        "linear_risk": risk(cell["xi"] / 10**4),
        "linear_excess": risk(cell["xi"]) - best,
        "optimal_risk": np.full(n, best),
    }


STEPS = 100


@check(
    figure_12,
    cells=product(
        network=[0, 1, 2],
        signal=[1.0, float(np.sqrt(10))],
        sigma=float(np.sqrt(0.1)),
        n=20,
        d=1000,
        h=50,
        epsilon=0.1,
        xi=0.1,
    ),
    seconds_per_replicate=2.5e-2,
    block=8,
    first=16,
)
def dense_network_figure(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set at the settings of Figure 12, with and without attack."""
    d, h = cell["d"], cell["h"]
    x, y, theta_0, start = regression_subspace.sample(
        rng,
        n,
        cell["n"],
        d,
        signal=cell["signal"],
        noise=cell["sigma"],
        width=h,
        weight_deviation=d**-0.5 * h**-0.5 * d**-0.3,
    )
    activation, factor = NETWORKS[cell["network"]]
    network = LazyNetwork(activation, output_weights(rng, n, h, cell["network"]))

    def trained(radius: float) -> tuple[np.ndarray, np.ndarray]:
        run = network.train(
            x,
            y,
            start=start,
            step=0.16 * factor,
            radius=radius,
            smoothing=cell["xi"],
            iterations=STEPS,
            observers={"loss": lambda w: network.attacked_loss(w, x, y, radius, cell["xi"])},
        )
        return run.point, run.history["loss"]

    w, attacked = trained(cell["epsilon"])
    _, clean = trained(0.0)
    x_new = rng.standard_normal((n, FRESH, x.shape[-1]))
    y_new = x_new @ theta_0 + cell["sigma"] * rng.standard_normal((n, FRESH))
    scale = square_of_v(cell)
    return {
        "last_training_ratio": attacked[:, -1] / scale,
        "curve_gap": np.abs(attacked - clean).max(axis=-1) / scale,
        "test_loss": network.attacked_loss(w, x_new, y_new, cell["epsilon"]),
        "optimal_risk": np.full(n, optimal_risk(cell["signal"], cell["sigma"], cell["epsilon"])),
    }
