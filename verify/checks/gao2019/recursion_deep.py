"""Checks of Theorem 4.1 and of its proof: projected adversarial training, step by step."""

from functools import partial
from typing import Any

import numpy as np

from bounds.gao2019.recursion_deep import proof_theorem_4_1, theorem_4_1
from sim.networks.deep import DeepNetwork, normal_start, start_of_one_layer
from sim.networks.deep_certificates import certify, view_of
from sim.networks.deep_training import DeepRun, PointSets, into_the_ball, steps_of, train
from sim.networks.sign_flips import largest_change, largest_shortfall
from sim.networks.smooth_two_layer import least_affine_loss
from sim.normal_matrices import spectral_norm
from verify.catalogue import Cell, Observables, Path, check

Array = np.ndarray
HALF_WIDTH = 0.15


def frobenius(w: Array) -> Array:
    """Return the norm of the layers (R, H, m, k): (R, H)."""
    return np.sqrt(np.square(w).sum(axis=(2, 3)))


def points_on_arcs(
    rng: np.random.Generator, cell: Cell, n: int, labels: float, points: int = 3
) -> PointSets:
    """Draw inputs of the circle, arcs around them of which an attack may take some points."""
    count = cell["n"]
    turn = rng.uniform(0, 2 * np.pi, (n, 1, 1))
    angle = turn + 2 * np.pi * np.arange(count)[:, None] / count
    angle = angle + np.concatenate([[0.0], np.linspace(-HALF_WIDTH, HALF_WIDTH, points - 1)])
    y = labels * rng.choice([-1.0, 1.0], (n, count))
    return PointSets(np.stack([np.cos(angle), np.sin(angle)], axis=-1), y, 1.0)


def at_the_points(network: DeepNetwork, w: Array, data: PointSets) -> list[tuple[Array, Array]]:
    """Return |x_0| and the pre-activations of one layer at every point of the sets."""
    flat = data.points.reshape(len(w), -1, data.points.shape[-1])
    found = []
    for j in range(flat.shape[1]):
        given = network.start_of(flat[:, j])
        z = np.matmul(w[:, 0], given[..., None])[..., 0]
        found.append((np.linalg.norm(given, axis=1), z))
    return found


def certified_slack(network: DeepNetwork, w: Array, data: PointSets, radius: float) -> Array:
    """Return a bound of Lemma A.6's slack over the distance, at all points.

    With one layer, the neurons that count have a sign that one of the two networks does not share
    with the start; for both the same bound, in depth.
    """
    worst = np.zeros(len(w))
    if w.shape[1] > 1:
        norms = np.stack([spectral_norm(w[:, h]) for h in range(w.shape[1])], axis=1)
        flat = data.points.reshape(len(w), -1, data.points.shape[-1])
        for j in range(flat.shape[1]):
            view = view_of(network, w, flat[:, j], norms)
            worst = np.maximum(worst, certify(view, radius, np.zeros(len(w))).bend)
        return data.slope * worst
    for length, z in at_the_points(network, w, data):
        for side in (np.maximum(network.a, 0), np.minimum(network.a, 0)):
            _, change, _ = largest_change(z, side, length, np.full(len(w), radius))
            worst = np.maximum(worst, np.sqrt(2) * length * change)
    return data.slope * worst


def comparators(
    rng: np.random.Generator, network: DeepNetwork, start: Array, data: PointSets, cell: Cell
) -> Array:
    """Return weights of the ball to compare with: trained ones, and random ones of its boundary.

    Some of the trained ones have gone on to the boundary in every layer, and some have gone there
    the other way.
    """
    n, radius = len(start), cell["R"] / np.sqrt(cell["m"])
    better = train(rng, network, start, data, "worst", rate=cell["alpha"], steps=4, radius=radius).w
    way = rng.standard_normal(start.shape)
    way = np.where(rng.random((n, 1, 1, 1)) < 0.7, better - start, way)
    size = frobenius(way)[..., None, None]
    onward = start + radius * way / np.maximum(size, 1e-300)
    kind = rng.random((n, 1, 1, 1))
    centre = np.where(kind < 0.5, better, np.where(kind < 0.8, onward, 2 * start - onward))
    return into_the_ball(centre, start, radius * (1 - 1e-12))


def run_of(
    rng: np.random.Generator,
    cell: Cell,
    n: int,
    error: float = 1.0,
    trains: bool = True,
    projects: bool = True,
) -> tuple[DeepNetwork, Array, PointSets, Array, DeepRun]:
    """Train from n starts; return the network, the start, the data, the comparator and the run."""
    m, H = cell["m"], cell["H"]
    network, start = normal_start(rng, n, H, m, cell["d"])
    data = points_on_arcs(rng, cell, n, 1.0)
    centre = comparators(rng, network, start, data, cell)
    run = train(
        rng,
        network,
        start,
        data,
        cell["attack"],
        rate=cell["alpha"] if trains else 0.0,
        steps=cell["T"],
        radius=cell["R"] / np.sqrt(m),
        centre=centre,
        gradient_error=error,
        projects=projects,
    )
    return network, start, data, centre, run


def _steps(rng: np.random.Generator, cell: Cell, n: int, **changes: Any) -> Observables:
    """One replicate is one start, one data set, one comparator and one training run."""
    network, start, data, centre, run = run_of(rng, cell, n, **changes)
    found = {
        "squared": run.squared[:, :-1],
        "squared_next": run.squared[:, 1:],
        "unprojected": run.unprojected,
        "along": run.along,
        "gradient_squared": run.gradient_squared,
        "gradient_most": np.maximum.accumulate(run.gradient_squared, axis=1),
        "departure": run.departures,
        "attacked_loss": run.losses,
        "least_so_far": np.minimum.accumulate(run.losses, axis=1),
        "comparator_loss": run.centre_losses,
        "robust_loss": data.worst_loss(network, centre),
        "squared_start": run.squared[:, 0],
    }
    found["slack"] = certified_slack(network, start, data, cell["R"] / np.sqrt(cell["m"]))
    return found


def cell_of(m: int, H: int, R: float, attack: str, step: float, T: int, n: int = 2) -> Cell:
    """Return a cell whose first steps go about the given part of the radius in each layer."""
    alpha = step * R / m
    return {"m": m, "d": 2, "H": H, "n": n, "R": R, "alpha": alpha, "T": T, "attack": attack}


RUNS = [
    cell_of(8, 1, 1.0, "identity", 0.5, 6),
    cell_of(12, 1, 0.3, "random", 0.5, 6, n=3),
    cell_of(8, 1, 3.0, "worst", 0.2, 12, n=1),
    # So small a ball that the network is all but linear in it.
    cell_of(8, 1, 1e-4, "worst", 0.5, 6, n=1),
    cell_of(8, 2, 0.5, "worst", 0.6, 5),
    cell_of(8, 3, 1.0, "random", 0.4, 5),
]
SPOILED = {
    "no training": partial(_steps, trains=False),
    "no projection": partial(_steps, projects=False),
    "gradient wrong by 1.3": partial(_steps, error=1.3),
    "uphill": partial(_steps, error=-1.0),
}

steps = check(
    proof_theorem_4_1[
        "recursion",
        "before-projection",
        "before-projection-at-most",
        "inside",
        "worst-case",
        "recursion-in-losses",
        "sum",
        "start-distance",
        "distances",
    ],
    id="gao2019/steps-with-projection",
    version=3,
    cells=RUNS,
    seconds_per_replicate=lambda cell: (
        4e-5 + 5e-9 * cell["H"] * cell["m"] ** 2 * cell["n"] * (cell["T"] + 6)
    ),
    bytes_per_replicate=lambda cell: 100.0 * cell["H"] * cell["m"] ** 2 + 100.0 * cell["T"],
    block=512,
    first=2560,
    saboteurs=SPOILED,
)(_steps)


def _gradients(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one start, one input and one training run."""
    m, H = cell["m"], cell["H"]
    network, start = normal_start(rng, n, H, m, cell["d"])
    data = points_on_arcs(rng, cell, n, 1.0, points=2)
    run = steps_of(
        rng,
        network,
        start,
        data,
        "random",
        rate=cell["alpha"],
        steps=cell["T"],
        radius=cell["R"] / np.sqrt(m),
    )
    squares = [step.gradient_squared for step in run]
    return {"gradient_first": squares[0], "gradient_last": np.max(squares, axis=0)}


gradients = check(
    proof_theorem_4_1["gradients-observed"],
    id="gao2019/gradients-along-deep-runs",
    version=3,
    paths=[
        Path({"m": 1, "alpha": -1}, cell_of(32, 2, 0.5, "random", 0.5, 3, n=1), sizes=5),
    ],
    seconds_per_replicate=lambda cell: 1e-4 + 6e-8 * cell["H"] * cell["m"] ** 2,
    bytes_per_replicate=lambda cell: 100.0 * cell["H"] * cell["m"] ** 2,
    block=16,
    first=16,
    quick=1,
    full=15,
)(_gradients)

first_gradients = check(
    proof_theorem_4_1["gradient-start"],
    id="gao2019/first-gradients-of-deep-runs",
    cells=[cell_of(m, H, 0.5, "random", 0.5, 1, n=1) for m, H in [(24, 1), (24, 2), (8, 3)]],
    seconds_per_replicate=lambda cell: 3e-6 + 3e-8 * cell["H"] * cell["m"] ** 2,
    bytes_per_replicate=lambda cell: 100.0 * cell["H"] * cell["m"] ** 2,
    block=256,
    first=1024,
)(_gradients)


def _conclusion(
    rng: np.random.Generator, cell: Cell, n: int, error: float = 1.0, trains: bool = True
) -> Observables:
    """One replicate is one start, one data set and one training run."""
    m, H, radius = cell["m"], cell["H"], cell["R"] / np.sqrt(cell["m"])
    draw = start_of_one_layer(rng, n, m, 2) if H == 1 else normal_start(rng, n, H, m, 2)
    data = points_on_arcs(rng, cell, n, 2.0 if H == 1 else 1.0)
    run = steps_of(
        rng,
        *draw,
        data,
        cell["attack"],
        rate=error * cell["epsilon"] / (m * H**2) if trains else 0.0,
        steps=cell["T"],
        radius=radius,
    )
    losses = np.stack([step.loss for step in run], axis=1)
    certified = least_loss_of_one_layer(*draw, data, radius) if H == 1 else np.zeros(n)
    return {
        "excess_certified": losses.min(axis=1) - certified,
        "excess_early": losses[:, : -(-cell["T"] // H**3)].min(axis=1) - certified,
        "start_excess": losses[:, 0] - certified,
    }


def least_loss_of_one_layer(
    network: DeepNetwork, start: Array, data: PointSets, radius: float
) -> Array:
    """Return a lower bound of L_* in the ball, for one hidden layer.

    It is at least that of the linear part of the network, less how far the network can be from it
    in the ball.
    """
    n = len(start)
    flat = data.points.reshape(n, -1, 2)
    features = np.stack(
        [network.gradient(start, flat[:, j]).reshape(n, -1) for j in range(flat.shape[1])], axis=1
    )
    targets = data.y[..., None] - data.values(network, start)
    gram = np.matmul(features, np.swapaxes(features, 1, 2))
    linear = least_affine_loss(gram, targets, data.slope, radius)
    bent, ball = np.zeros(n), np.full(n, radius)
    for length, z in at_the_points(network, start, data):
        for output in (network.a, -network.a):
            bent = np.maximum(bent, largest_shortfall(z, output, length, ball)[1])
    return np.maximum(linear - data.slope * bent, 0)


def reachable(epsilon: float, R: float, attack: str, H: int = 1, n: int = 2) -> Cell:
    """Return a cell with the width, less the power of H, and the steps of Theorem 4.1."""
    return {
        "m": int(np.ceil(R**9 / epsilon**7)),
        "d": 2,
        "H": H,
        "n": n,
        "R": R,
        "epsilon": epsilon,
        "T": int(np.ceil(H**3 * R**2 / epsilon**2)),
        "attack": attack,
    }


conclusion = check(
    theorem_4_1["conclusion"],
    id="gao2019/training-with-projection",
    version=3,
    cells=[
        reachable(0.4, 1.0, "identity"),
        reachable(0.4, 1.0, "worst"),
        reachable(0.35, 1.0, "random"),
        reachable(0.5, 1.2, "worst"),
        # In depth L_* is known to be at least 0, and the labels are such as a ball can fit.
        reachable(1.0, 1.5, "random", H=3, n=1),
    ],
    seconds_per_replicate=lambda cell: (
        cell["m"]
        * cell["T"]
        * cell["n"]
        * (1e-7 if cell["H"] == 1 else 2e-8 * cell["H"] * cell["m"])
    ),
    bytes_per_replicate=lambda cell: 1500.0 * cell["m"] * cell["H"] ** 2,
    block=32,
    first=192,
    quick=1,
    full=10,
    saboteurs={
        "no training": partial(_conclusion, trains=False),
        "uphill": partial(_conclusion, error=-1.0),
        "gradient ten times too small": partial(_conclusion, error=0.1),
    },
)(_conclusion)
