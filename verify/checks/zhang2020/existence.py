"""Checks of Theorems 5.3 and 4.1: robust networks by a linear programme, and by training."""

from functools import lru_cache, partial
from math import ceil

import numpy as np

from bounds.zhang2020.existence import remark_meeting_balls, theorem_4_1, theorem_5_3
from sim.networks import circle_network, circle_training
from sim.networks.circle_training import Problem
from sim.networks.robust_program import LeastMove, least_move, patterns
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.zhang2020.regret import ADVERSARIES

LABELS = np.array([0.5, -0.5, 0.5])
APART = {"n": 3, "delta": 1.5, "rho": 0.1, "gamma": 1.95}
"""Three inputs at equal distances on the circle, and the adversary."""


def problem(rng: np.random.Generator, cell: Cell, n: int) -> Problem:
    """Draw networks for some of three inputs at equal distances, turned at random."""
    a, w, b = circle_network.initialisation(rng, n, cell["m"], 3)
    angles = rng.uniform(0, 2 * np.pi, (n, 1)) + 2 * np.pi * np.arange(cell["n"]) / 3
    half = circle_training.half_angle(cell["rho"])
    return Problem(a, w, b, angles, np.tile(LABELS[: cell["n"]], (n, 1)), half)


POINTS = 7
"""Inputs of every arc that a programme fits."""


def _on_arcs(middles: np.ndarray, half: float) -> np.ndarray:
    """Return the angles that are fitted, of every arc: (n, 3 POINTS)."""
    t = middles[..., None] + half * np.linspace(-1, 1, POINTS)
    return t.reshape(len(t), -1)


@lru_cache
def _radius_of_many(half: float, tolerance: float) -> float:
    """Return R of the programme of infinitely many neurons."""
    (t,) = _on_arcs(2 * np.pi * np.arange(3)[None] / 3, half)
    chances, on = patterns(t)
    x, y = circle_training.points(t), np.repeat(LABELS, POINTS)
    return least_move(chances, on, x, y, tolerance).radius


def _programmes(task: Problem, tolerance: float) -> list[LeastMove]:
    """Solve the linear programme at inputs of every arc, for every replicate."""
    t = _on_arcs(task.angles, task.half)
    x, y = circle_training.points(t), np.repeat(LABELS, POINTS)
    on = task.preactivations(task.w, t) >= 0
    return [least_move(task.a[k], on[k], x[k], y, tolerance) for k in range(len(t))]


def _least(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation, beside the programme of infinitely many neurons."""
    task = problem(rng, cell, n)
    found = _programmes(task, cell["epsilon"] / 3)
    scale = cell["m"] ** (2 / 3)
    return {
        "fitting_radius": scale * np.array([fit.radius for fit in found]),
        "least_radius": scale * np.array([fit.least for fit in found]),
        "limit_radius": np.full(n, _radius_of_many(task.half, cell["epsilon"] / 3)),
    }


least_fits = check(
    theorem_5_3["radius", "least-radius", "radius-of-many"],
    id="zhang2020/least-fits",
    version=4,
    paths=[Path({"m": 1}, {"m": 400, "epsilon": 0.3, **APART}, sizes=4, step=5)],
    seconds_per_replicate=lambda cell: 3e-3 + 1.5e-6 * cell["m"],
    bytes_per_replicate=lambda cell: 1000.0 * cell["m"],
    block=4,
    first=8,
    quick=1,
)(_least)


least_fits_of_few = check(
    theorem_5_3["radius-by-duality"],
    id="zhang2020/least-fits-of-few",
    cells=[{"m": 100, "epsilon": 0.3, **APART}],
    seconds_per_replicate=3e-3,
    bytes_per_replicate=lambda cell: 1000.0 * cell["m"],
    block=16,
    first=128,
    quick=1,
)(_least)


def _fits(rng: np.random.Generator, cell: Cell, n: int, *, moves: bool = True) -> Observables:
    """One replicate is one initialisation, and the real network at the programme's weights."""
    task = problem(rng, cell, n)
    move = np.stack([fit.move for fit in _programmes(task, cell["epsilon"] / 3)]) * moves
    return {
        "robust_loss": task.robust_loss(task.w + move),
        "zero_loss": np.abs(task.y).mean(axis=1),
    }


robust_fits = check(
    theorem_5_3["network"],
    id="zhang2020/robust-fits",
    # A network that is zero has a loss of 1/2, and a smaller epsilon asks for far wider ones.
    cells=[{"m": m, "epsilon": epsilon, **APART} for m, epsilon in ((2400, 0.3), (400, 0.45))],
    version=3,
    seconds_per_replicate=lambda cell: 3e-3 + 1.7e-6 * cell["m"],
    bytes_per_replicate=lambda cell: 1000.0 * cell["m"],
    block=2,
    first=4,
    quick=1,
    saboteurs={"no movement": partial(_fits, moves=False)},
)(_fits)


@check(
    theorem_5_3["assembly"],
    cells=[{"m": 16, "R": R, "epsilon": 0.5, **APART} for R in (1.0, 6.0)],
    seconds_per_replicate=6e-5,
    bytes_per_replicate=4e4,
    block=512,
    first=3584,
    quick=6,
)
def assemblies(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation and one W* on the sphere of the ball.

    Rows move along the first input, in half of the replicates where f gains most on g there, and
    that input's label is then g itself.
    """
    task = problem(rng, cell, n)
    radius = cell["R"] * cell["m"] ** (-2 / 3)
    x = circle_training.points(task.angles)[:, :1]
    z = task.preactivations(task.w, task.angles[:, :1])[:, 0]
    aims = rng.random(n) < 0.5
    towards = np.where(z < 0, 1.0, -1.0) * (task.a > 0)
    signs = np.where(aims[:, None], towards, rng.choice([-1.0, 1.0], z.shape))
    move = radius * signs[..., None] * x
    pseudo = np.sum(task.a * (z >= 0) * np.sum(move * x, axis=-1), axis=-1)
    labels = np.where(aims[:, None], pseudo[:, None], task.y)
    found = circle_training.extremes(
        task.w, task.b, circle_training.of_pseudo_network(task.a, move), task.angles, task.half
    )
    aimed = Problem(task.a, task.w, task.b, task.angles, labels, task.half)
    return {
        "robust_loss": aimed.robust_loss(task.w + move),
        "pseudo_loss": circle_training.worst_loss(found, labels)[0].mean(axis=1),
        "gap_of_the_ball": circle_network.greatest_gap_on_the_circle(
            task.a, task.w, task.b, radius
        ),
    }


def _least_losses(
    rng: np.random.Generator, cell: Cell, n: int, *, trains: bool = True
) -> Observables:
    """One replicate is one initialisation, trained for all of the theorem's steps."""
    epsilon, R = cell["epsilon"], cell["R"]
    rate = epsilon * cell["m"] ** (-1 / 3) * trains
    early, steps = ceil(R / epsilon), ceil(R**2 / epsilon**2)
    task, adversary = problem(rng, cell, n), ADVERSARIES[cell["adversary"]]
    if cell["n"] == 1 and adversary == "identity":
        best_early, best = circle_training.least_until(task, rate, (early, steps))
    else:
        run = circle_training.train(rng, task, rate, steps, adversary)
        least = np.minimum.accumulate(run.losses[1:], axis=0)
        best_early, best = least[early - 1], least[-1]
    return {"best_loss": best, "early_loss": best_early}


def _trained(rng: np.random.Generator, cell: Cell, n: int, *, trains: bool = True) -> Observables:
    """One replicate is one initialisation, trained until its attacked loss is epsilon.

    Given up after ``R^2 / epsilon^3`` steps, later than the order that is claimed; without training
    nothing changes after the first of the steps.
    """
    m, epsilon = cell["m"], cell["epsilon"]
    adversary = ADVERSARIES[cell["adversary"]]
    task = problem(rng, cell, n)
    rate, most = epsilon * m ** (-1 / 3), ceil(cell["R"] ** 2 / epsilon**3)
    steps, w = circle_training.train_until(
        rng, task, rate, epsilon, most if trains else 1, adversary, factor=float(trains)
    )
    return {
        "steps": np.minimum(steps, most + 1),
        "trained_radius": circle_training.distance(w, task.w) * m ** (2 / 3),
    }


def _settings(adversary: str, m: int, R: float, epsilon: float) -> Cell:
    return {"adversary": ADVERSARIES.index(adversary), "m": m, "R": R, "epsilon": epsilon, **APART}


def _seconds(cell: Cell) -> float:
    """A step looks at every input; one input that nobody attacks is trained in closed form."""
    if cell["n"] == 1:
        return 4e-5
    step = 1.1e-5 if cell["adversary"] == 2 else 1.1e-6
    return float(1e-4 + step * cell["n"] * cell["R"] ** 2 / cell["epsilon"] ** 2)


training = check(
    theorem_4_1["loss"],
    id="zhang2020/training-to-epsilon",
    cells=[
        _settings("identity", 64, 1.5, 0.2),
        _settings("random", 64, 1.5, 0.2),
        _settings("worst", 64, 1.5, 0.25),
        _settings("identity", 32, 2.0, 0.1),
        {**_settings("identity", 32, 1.5, 2.0**-24), "n": 1},
    ],
    version=3,
    seconds_per_replicate=_seconds,
    bytes_per_replicate=lambda cell: (
        30.0 * cell["m"] * max(1, (cell["n"] > 1) * cell["R"] ** 2 / cell["epsilon"] ** 2)
    ),
    block=128,
    quick=9,
    saboteurs={"no training": partial(_least_losses, trains=False)},
)(_least_losses)

training_time = check(
    theorem_4_1["steps", "trained-radius"],
    id="zhang2020/training-time",
    paths=[
        Path({"m": 1, "epsilon": -1}, _settings("worst", 96, 4.0, 0.12), sizes=4, step=1.6),
        Path({"m": 1, "epsilon": 0}, _settings("worst", 96, 4.0, 0.12), sizes=4, step=3),
    ],
    version=3,
    seconds_per_replicate=lambda cell: 2e-6 * cell["m"] / cell["epsilon"],
    bytes_per_replicate=lambda cell: 1000.0 * cell["m"],
    block=8,
    first=16,
    saboteurs={"no training": partial(_trained, trains=False)},
)(_trained)


def _attacks(rng: np.random.Generator, cell: Cell, n: int, *, attacks: bool = True) -> Observables:
    """One replicate is one network at random weights, and its inputs.

    Of two or more the first two are neighbours, and the labels of the others are fitted.
    """
    a, w, b = circle_network.initialisation(rng, n, cell["m"], 3)
    half = circle_training.half_angle(cell["rho"])
    angles = rng.uniform(0, 2 * np.pi, (n, 1))
    if cell["n"] > 1:
        angles = angles + circle_training.half_angle(cell["delta"]) * np.array([-1.0, 1.0]) / 2
        middle = Problem(a, w, b, angles, angles, half).values(w, angles.mean(axis=1)[:, None])
        y = middle + rng.uniform(0.1, 1, (n, 1)) * np.array([-1.0, 1.0])
        others = angles[:, :1] + np.pi * np.linspace(0.7, 1.3, cell["n"] - 2)
        y = np.hstack([y, Problem(a, w, b, others, others, half).values(w, others)])
        angles = np.hstack([angles, others])
    else:
        y = rng.uniform(-1, 1, angles.shape)
    task = Problem(a, w, b, angles, y, half)
    t = angles[..., None] + half * np.linspace(-1, 1, 33)
    values = task.values(w, t.reshape(n, -1)).reshape(t.shape)
    chosen = task.attacked(rng, w, "worst" if attacks else "identity")
    return {
        "attacked_loss": np.abs(task.values(w, chosen) - y).mean(axis=1),
        "searched_loss": np.abs(values - y[..., None]).max(axis=-1).mean(axis=1),
        "label_gap": np.abs(y[:, 1 % cell["n"]] - y[:, 0]),
    }


worst_attacks = check(
    theorem_4_1["worst-case"],
    id="zhang2020/worst-attacks",
    cells=[{"m": 16, **APART, "n": 1, "rho": 0.7, "gamma": 0.15, "epsilon": 0.5}],
    seconds_per_replicate=2e-5,
    bytes_per_replicate=2e4,
    block=512,
    first=3584,
    saboteurs={"no attack": partial(_attacks, attacks=False)},
)(_attacks)

meeting_balls = check(
    remark_meeting_balls,
    id="zhang2020/meeting-balls",
    cells=[{"m": 16, "n": n, "rho": 0.3, "delta": 0.59} for n in (2, 4)],
    seconds_per_replicate=2e-5,
    bytes_per_replicate=2e4,
    block=512,
    first=3584,
    saboteurs={"no attack": partial(_attacks, attacks=False)},
)(_attacks)
