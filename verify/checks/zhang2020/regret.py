"""Checks of Theorem 5.2: exact inequalities along runs against every adversary."""

from functools import partial
from math import ceil
from typing import Any

import numpy as np

from bounds.zhang2020.regret import remark_step_size, theorem_5_2
from sim.networks import circle_network, circle_training
from sim.networks.circle_training import Problem, Run
from verify.catalogue import Cell, Observables, Path, check

ADVERSARIES: tuple[circle_training.Adversary, ...] = ("identity", "random", "worst")


def problem(rng: np.random.Generator, cell: Cell, n: int) -> Problem:
    """Draw networks and training sets: labels uniform on [-1, 1]; of one input, 1 or -1."""
    a, w, b = circle_network.initialisation(rng, n, cell["m"], 3)
    angles = rng.uniform(0, 2 * np.pi, (n, cell["n"]))
    y = rng.uniform(-1, 1, angles.shape)
    half = circle_training.half_angle(cell["rho"])
    return Problem(a, w, b, angles, np.sign(y) if cell["n"] == 1 else y, half)


def _direction(rng: np.random.Generator, like: np.ndarray) -> np.ndarray:
    """Draw rows of norm one."""
    rows = rng.standard_normal(like.shape)
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def comparator(rng: np.random.Generator, task: Problem, run: Run, radius: float) -> np.ndarray:
    """Return a W* in the ball for every replicate: trained, at random on its sphere, the start.

    With one input, where equality is sought, always the trained weights.
    """
    choice = np.stack(
        [
            circle_training.into_the_ball(run.weights[-1], task.w, radius),
            task.w + radius * _direction(rng, task.w),
            task.w,
        ]
    )
    kind = rng.choice(3, len(task.w), p=[0.6, 0.2, 0.2])
    if task.angles.shape[1] == 1:
        kind[:] = 0
    return choice[kind, np.arange(len(task.w))]


def running_mean(values: np.ndarray) -> np.ndarray:
    """Return means over the first t + 1 rows."""
    return np.cumsum(values, axis=0) / np.arange(1, len(values) + 1)[:, None]


def _terms(rng: np.random.Generator, cell: Cell, n: int, **changes: Any) -> Observables:
    """One replicate is one run and one W*, a third of them against every adversary.

    With one input the adversary has no room, and all is as linear as it gets.
    """
    sizes = [n // 3, n // 3, n - 2 * (n // 3)] if cell["rho"] else [n, 0, 0]
    groups = [
        _run(rng, cell, size, adversary, **changes)
        for size, adversary in zip(sizes, ADVERSARIES, strict=True)
        if size
    ]
    return {name: np.concatenate([group[name] for group in groups]) for name in groups[0]}


def _run(
    rng: np.random.Generator,
    cell: Cell,
    n: int,
    adversary: circle_training.Adversary,
    *,
    trains: bool = True,
    factor: float = 1.0,
) -> Observables:
    m, eta, T = cell["m"], cell["eta"], cell["T"]
    task = problem(rng, cell, n)
    wrong = factor if trains else 0.0
    run = circle_training.train(rng, task, eta, T + 1, adversary, factor=wrong)
    radius = cell["R"] * m ** (-2 / 3)
    honest = run if wrong == 1 else circle_training.train(rng, task, eta, T + 1, adversary)
    best = comparator(rng, task, honest, radius)
    comparator_loss = task.robust_loss(best)

    linear, square, bend, fixed, drift = np.empty((5, T, n))
    a = task.a[:, None]
    for s in range(T):  # the step from t = s + 1, as the paper counts
        w, angles, pulls = run.weights[s + 1], run.angles[s + 1], run.pulls[s + 1]
        g = circle_training.gradient(task, w, angles, pulls)
        linear[s] = np.sum(g * (w - best), axis=(1, 2))
        square[s] = np.sum(g**2, axis=(1, 2))
        before, after = task.preactivations(w, angles), task.preactivations(best, angles)
        bend[s] = -(pulls * circle_training.curvature(a, before, after)).mean(axis=1)
        values = (np.maximum(after, 0) @ task.a[..., None])[..., 0]
        fixed[s] = np.abs(values - task.y).mean(axis=1)
        drift[s] = circle_training.distance(w, task.w)
    start = task.preactivations(task.w, angles)
    switched = np.abs(circle_training.curvature(a, before, after))
    most = circle_training.greatest_curvature(a, start, drift[-1][:, None, None], radius)
    worst = np.argmax(switched - most, axis=1)[:, None]
    losses = run.losses[1:-1]
    first, last = (np.square(run.weights[k] - best).sum(axis=(1, 2)) for k in (1, -1))
    clean = np.abs(task.values(best, task.angles) - task.y).mean(axis=1)
    return {
        "average": losses.mean(axis=0),
        "comparator_loss": comparator_loss,
        "clean_loss": clean,
        "linear_regret": linear.mean(axis=0),
        "approach": first - last,
        "mean_square": square.mean(axis=0),
        "bend": bend.mean(axis=0),
        "regret": (running_mean(losses) - comparator_loss).T,
        "running_bend": running_mean(bend).T,
        "fixed_loss": fixed.T,
        "squared_gradient": square.T,
        "drift": np.concatenate([np.zeros((1, n)), drift]).T,
        "switched": np.take_along_axis(switched, worst, axis=1)[:, 0],
        "most_switched": np.take_along_axis(most, worst, axis=1)[:, 0],
    }


def _cell(m: int, n: int, T: int, kappa: float, R: float, rho: float) -> Cell:
    return {"m": m, "n": n, "T": T, "eta": kappa * m ** (-1 / 3), "R": R, "rho": rho}


terms_along_runs = check(
    theorem_5_2[
        "descent",
        "three-terms",
        "regret-at-every-step",
        "worst-case",
        "gradient",
        "drift",
        "kinks-at-most",
    ],
    id="zhang2020/terms-along-runs",
    # In the third and fourth a neuron that is off stays so, where W* may have switched it on; in
    # the longer runs that is nearly all that is lost.
    cells=[
        _cell(8, 1, 18, 0.1, 1.0, 0.0),
        _cell(16, 3, 6, 0.4, 3.0, 0.6),
        _cell(1, 2, 20, 0.4, 1.0, 0.1),
        _cell(1, 1, 100, 0.1, 1.0, 0.1),
        # W* is reached soon, and all the rest of the run goes to and fro.
        _cell(1, 1, 200, 0.9, 1.0, 0.0),
    ],
    seconds_per_replicate=1e-4,
    bytes_per_replicate=lambda cell: 100.0 * cell["m"] * (cell["T"] + 4 * cell["n"]),
    block=512,
    first=3584,
    quick=6,
    saboteurs={
        "no training": partial(_terms, trains=False),
        "gradient wrong by 1.3": partial(_terms, factor=1.3),
    },
)(_terms)


def _regret(rng: np.random.Generator, cell: Cell, n: int, *, trains: bool = True) -> Observables:
    """One replicate is one run at the theorem's settings; W* are its start, middle and end."""
    m, epsilon, R = cell["m"], cell["epsilon"], cell["R"]
    task = problem(rng, cell, n)
    eta, T = epsilon * m ** (-1 / 3), ceil(R**2 / epsilon**2)
    adversary = ADVERSARIES[cell["adversary"]]
    losses, candidates = [], []
    for t, now in enumerate(circle_training.descend(rng, task, eta, T, adversary)):
        losses.append(now.losses)
        if t in (0, T // 2, T):
            candidates.append(now.weights)
    if not trains:
        losses = [now.losses for now in circle_training.descend(rng, task, 0.0, T, adversary)]
    radius = R * m ** (-2 / 3)
    kept = [task.robust_loss(circle_training.into_the_ball(w, task.w, radius)) for w in candidates]
    return {"excess": np.mean(losses[1:], axis=0) - np.min(kept, axis=0)}


def _average(rng: np.random.Generator, cell: Cell, n: int, *, trains: bool = True) -> Observables:
    """One replicate is one run at the theorem's settings, beside all W* of its ball."""
    m, epsilon, R = cell["m"], cell["epsilon"], cell["R"]
    task = problem(rng, cell, n)
    rate, T = epsilon * m ** (-1 / 3) * trains, ceil(R**2 / epsilon**2)
    run = circle_training.descend(rng, task, rate, T, ADVERSARIES[cell["adversary"]])
    losses = [now.losses for now in run]
    return {
        "average": np.mean(losses[1:], axis=0),
        "closest": circle_training.least_losses(task, R * m ** (-2 / 3)).mean(axis=1),
    }


def _settings(adversary: str, m: int, n: int, rho: float, R: float, epsilon: float) -> Cell:
    number = ADVERSARIES.index(adversary)
    return {"adversary": number, "m": m, "n": n, "rho": rho, "R": R, "epsilon": epsilon}


def _seconds(cell: Cell) -> float:
    """A step looks at every input, and against the worst adversary sorts the neurons for it."""
    step = 2e-5 if cell["adversary"] == 2 else 2e-6
    return float(1e-4 + step * cell["n"] * cell["R"] ** 2 / cell["epsilon"] ** 2)


average_of_training = check(
    theorem_5_2["regret"],
    id="zhang2020/average-of-training",
    # At R = 1 few W* of the ball fit the input; the power of epsilon shows where that is small.
    cells=[
        *(_settings(adversary, 64, 1, 0.1, 3.0, 0.3) for adversary in ADVERSARIES),
        _settings("identity", 64, 1, 0.1, 1.0, 0.1),
        _settings("identity", 32, 1, 0.0, 1.5, 0.03),
    ],
    version=2,
    seconds_per_replicate=_seconds,
    bytes_per_replicate=lambda cell: (
        1000.0 * cell["m"] + 16 * cell["R"] ** 2 / cell["epsilon"] ** 2
    ),
    block=128,
    quick=9,
    saboteurs={"no training": partial(_average, trains=False)},
)(_average)

regret_of_training = check(
    theorem_5_2["regret-against-three"],
    id="zhang2020/regret-of-training",
    cells=[
        _settings("identity", 64, 1, 0.0, 2.0, 0.5),
        _settings("random", 64, 3, 0.1, 2.0, 0.5),
        _settings("worst", 64, 2, 0.1, 1.5, 0.3),
        _settings("identity", 32, 1, 0.0, 1.0, 0.1),
    ],
    seconds_per_replicate=_seconds,
    bytes_per_replicate=lambda cell: (
        3000.0 * cell["m"] + 16 * cell["R"] ** 2 / cell["epsilon"] ** 2
    ),
    block=128,
    saboteurs={"no training": partial(_regret, trains=False)},
)(_regret)


@check(
    theorem_5_2["kinks"],
    cells=[
        {"m": m, "R": R, "R_moved": moved}
        for m, R, moved in ((100, 1.0, 2.0), (300, 4.0, 12.0), (300, 3.0, 3.0), (600, 2.0, 10.0))
    ],
    seconds_per_replicate=lambda cell: 4e-8 * cell["m"],
    bytes_per_replicate=lambda cell: 60.0 * cell["m"],
    first=2048,
)
def kinks_at_one_input(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation, seen through one input and the neurons with a > 0."""
    m = cell["m"]
    radius, moved = (cell[name] * m ** (-2 / 3) for name in ("R", "R_moved"))
    z = np.sqrt(2 / m) * rng.standard_normal((n, m))
    a = m ** (-1 / 3) * (rng.random((n, m)) < 0.5)
    return {"kink_room": circle_training.greatest_curvature(a, z, moved, radius)}


def _oscillation(
    rng: np.random.Generator, cell: Cell, n: int, *, trains: bool = True, factor: float = 1.0
) -> Observables:
    """One replicate is one initialisation, trained on one input of norm one.

    Weights move along the input alone, and preactivations by the same amount.
    """
    m, kappa = cell["m"], cell["kappa"]
    z = np.sqrt(2 / m) * rng.standard_normal((n, m))
    sign = rng.choice([-1.0, 1.0], (n, m))
    scale, step = m ** (-1 / 3), factor * kappa * m ** (-2 / 3) if trains else 0.0

    def value() -> np.ndarray:
        return scale * np.einsum("nm,nm->n", sign, np.maximum(z, 0))

    start = value()
    y, f, least = start + kappa / 4, start, np.full(n, np.inf)
    for _ in range(int(cell["T"])):
        least = np.minimum(least, np.abs(f - y))
        z -= (step * np.sign(f - y))[:, None] * sign * (z >= 0)
        f = value()
    return {"floor": np.minimum(least, np.abs(f - y)), "first_move": f - start}


oscillation = check(
    remark_step_size["floor"],
    id="zhang2020/oscillation",
    # Wide, as what is lost to the kinks fades like m^(-1/6); then few replicates are enough.
    paths=[
        Path({"m": 1, "T": 0, "kappa": 0}, {"m": 3200, "T": 12, "kappa": 0.1}, sizes=4, step=4),
        Path({"m": 1, "T": 0.5, "kappa": 0}, {"m": 3200, "T": 8, "kappa": 0.25}, sizes=4, step=3),
    ],
    version=2,
    seconds_per_replicate=lambda cell: 4e-9 * cell["m"] * cell["T"],
    bytes_per_replicate=lambda cell: 60.0 * cell["m"],
    block=8,
    first=32,
    saboteurs={"gradient wrong by 1.3": partial(_oscillation, factor=1.3)},
)(_oscillation)


def _first_step(
    rng: np.random.Generator, cell: Cell, n: int, *, trains: bool = True, factor: float = 1.0
) -> Observables:
    """One replicate is one initialisation and the first step on one input."""
    m, kappa = cell["m"], cell["kappa"]
    z = np.sqrt(2 / m) * rng.standard_normal((n, m))
    sign = rng.choice([-1.0, 1.0], (n, m))
    on = z >= 0
    moved = z + sign * on * (factor * kappa * m ** (-2 / 3) * trains)
    change = sign * (np.maximum(moved, 0) - np.maximum(z, 0))
    return {
        "first_move": change.sum(axis=1) * m ** (-1 / 3),
        "initial_gradient": on.mean(axis=1) * m ** (1 / 3),
        "active_move": kappa * on.mean(axis=1),
    }


first_step = check(
    remark_step_size["move", "move-at-most", "gradient"],
    id="zhang2020/first-step",
    cells=[{"m": 40, "kappa": 1.0}, {"m": 200, "kappa": 3.0}],
    seconds_per_replicate=lambda cell: 4e-8 * cell["m"],
    bytes_per_replicate=lambda cell: 60.0 * cell["m"],
    first=3584,
    saboteurs={
        "no training": partial(_first_step, trains=False),
        "gradient wrong by 1.3": partial(_first_step, factor=1.3),
    },
)(_first_step)
