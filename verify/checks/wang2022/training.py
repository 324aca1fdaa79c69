"""Checks of training in the lazy ball: SGD that stops at its edge, and Algorithm 1."""

from functools import partial
from typing import Any

import mpmath
import numpy as np

from bounds.wang2022.training import algorithm_1, section_5_1
from sim.caps import antipodal_caps
from sim.certificates.universal import universal_radius
from sim.networks import lazy_ball
from sim.networks.gradient_span import rows_beyond
from sim.networks.line_search import flip_along, gradient_flip
from sim.networks.projected_training import (
    Perturbation,
    Projected,
    Stopped,
    farthest,
    into_ball,
    loss,
    loss_gradient,
    train_until_leaving,
    value_and_gradient,
)
from sim.networks.two_layer import logistic_weight
from verify.catalogue import Cell, Observables, Path, check, product
from verify.checks.wang2022.training_replays import printed_epoch

Array = np.ndarray
RATE, BATCH, TEST = 0.1, 16, 8


def unit(v: Array) -> Array:
    """Scale vectors to length 1, all but those of length 0."""
    length = np.linalg.norm(v, axis=-1, keepdims=True)
    return np.divide(v, length, out=np.zeros_like(v), where=length > 0)


def radius(cell: Cell) -> float:
    """Return the radius of the lazy ball per neuron."""
    return float(cell["C_0"] / np.sqrt(cell["m"]))


def sphere_problem(
    rng: np.random.Generator, cell: Cell, n: int
) -> tuple[Array, Array, Array, Array]:
    """Draw signs, a start, and inputs of the sphere with random labels."""
    a, start = lazy_ball.initialisation(rng, n, cell["m"], cell["d"])
    x = unit(rng.standard_normal((n, cell["b"] * cell["rounds"], cell["d"])))
    return a, start, x, rng.choice([-1.0, 1.0], x.shape[:-1])


def plan(cell: Cell, *, accumulates: bool = True, **changes: Any) -> Projected:
    """Return Algorithm 1 at a cell, with changes."""
    inner = Perturbation(cell["R"], cell["T_2"], accumulates=accumulates)
    settings = dict(ball=radius(cell), epochs=cell["T_1"], rate=cell["beta"], batch=cell["b"])
    return Projected(inner, **{**settings, **changes})


def _projections(
    rng: np.random.Generator, cell: Cell, n: int, reach: float = 1.0, shrink: float = 1.0
) -> Observables:
    """One replicate is one initialisation, and weights around it that are projected to the ball."""
    start, away, aside = rng.standard_normal((3, n, cell["m"], cell["d"]))
    V = radius(cell)

    def project(points: Array) -> Array:
        return start + shrink * (into_ball(points, start, reach * V) - start)

    points = start + rng.exponential(V, (n, cell["m"], 1)) * unit(away)
    others = start + V * rng.random((n, cell["m"], 1)) * unit(aside)
    projected = project(points)
    return {
        "projected_distance": farthest(projected - start),
        "second_move": farthest(project(projected) - projected),
        "obtuse": np.sum((points - projected) * (others - projected), axis=-1).max(axis=-1),
    }


projections = check(
    algorithm_1["projection-reaches", "projection-idempotent", "projection-nearest"],
    id="wang2022/projections",
    cells=product(d=[2, 9], m=[4, 16], C_0=[0.1, 10.0]),
    seconds_per_replicate=lambda cell: 2e-6 + 1.3e-7 * cell["m"] * cell["d"],
    first=2048,
    saboteurs={
        "no projection": partial(_projections, reach=np.inf),
        "projected to half of the ball": partial(_projections, reach=0.5),
        "every move shortened": partial(_projections, shrink=0.9),
    },
)(_projections)


def _algorithm(rng: np.random.Generator, cell: Cell, n: int, **changes: Any) -> Observables:
    """One replicate is one initialisation, one training set and one run of Algorithm 1."""
    a, start, x, y = sphere_problem(rng, cell, n)
    algorithm = plan(cell, **changes)
    w, ever = start, np.zeros(n)
    distances: list[Array] = [np.zeros(n)]
    for _ in range(cell["T_1"]):
        w, out = algorithm.epoch(rng, a, start, w, x, y)
        distances.append(farthest(w - start))
        ever = np.maximum(ever, out)
    perturbed = algorithm.perturbation.of(a, w, x, y)
    return {
        "farthest": np.stack(distances, axis=1),
        "farthest_ever": ever,
        "perturbation": farthest(perturbed - x),
    }


RUNS = {"C_0": 0.1, "T_1": 2, "T_2": 2, "R": 0.3, "b": 2, "rounds": 2}

algorithm = check(
    algorithm_1["weights-in-ball", "between-projections", "perturbation-in-ball"],
    id="wang2022/algorithm",
    cells=[
        *({"d": d, "m": m, "beta": beta, **RUNS} for d, m, beta in ((3, 4, 0.03), (10, 8, 0.1))),
        # In the plane inputs of one mini-batch often agree, so that a neuron moves its farthest.
        {
            "d": 2,
            "m": 4,
            "beta": 0.3,
            "C_0": 1.5,
            "T_1": 2,
            "T_2": 2,
            "R": 4.0,
            "b": 3,
            "rounds": 1,
        },
        {
            "d": 2,
            "m": 8,
            "beta": 0.03,
            "C_0": 0.03,
            "T_1": 4,
            "T_2": 4,
            "R": 0.6,
            "b": 1,
            "rounds": 4,
        },
    ],
    seconds_per_replicate=lambda cell: 1.5e-5 + 2e-7 * cell["m"] * cell["d"],
    first=1280,
    saboteurs={
        "no projection": partial(_algorithm, projects=False),
        "projected to twice the ball": partial(_algorithm, ball=0.1),
    },
)(_algorithm)


def _inner_loop(
    rng: np.random.Generator, cell: Cell, n: int, accumulates: bool = True
) -> Observables:
    """One replicate is one initialisation and one input, perturbed at the start."""
    a, w, x, y = sphere_problem(rng, cell, n)
    found = {}
    for name, on in (("arrives", accumulates), ("arrives_printed", False)):
        perturbed = plan(cell, accumulates=on).perturbation.of(a, w, x, y)
        found[name] = farthest(perturbed - x) >= cell["R"] * (1 - 1e-9)
    return found


INNER = {"b": 1, "rounds": 1, "T_1": 1, "C_0": 1.0, "beta": 0.01}
PASSES = 100

inner_loop = check(
    algorithm_1["inner-loop-arrives", "inner-loop-arrives-as-printed"],
    id="wang2022/inner-loop",
    cells=[
        {"d": d, "m": 32, "R": R, "T_2": PASSES, **INNER}
        for d, R in ((2, 0.5), (196, 0.3), (400, 0.2))
    ],
    seconds_per_replicate=lambda cell: cell["T_2"] * (2.4e-5 + 9e-8 * cell["d"]),
    first=64,
    block=8,
    quick=4,
    saboteurs={"every pass from the clean input": partial(_inner_loop, accumulates=False)},
)(_inner_loop)


@check(
    algorithm_1["inner-loop-as-printed-moves"],
    cells=[
        {"d": d, "m": m, "R": R, "T_2": T_2, **INNER}
        for d, m, R, T_2 in ((3, 5, 0.5, 3), (12, 8, 0.1, 3), (12, 8, 0.1, 8))
    ],
    seconds_per_replicate=1e-5,
    first=1280,
)
def printed_inner_loop(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation and one input, perturbed at the start."""
    a, w, x, y = sphere_problem(rng, cell, n)
    perturbed = plan(cell, accumulates=False).perturbation.of(a, w, x, y)
    first = x[:, 0]
    slope = logistic_weight(y[:, 0] * lazy_ball.value(a, w, first))
    return {
        "one_perturbation": farthest(perturbed - x),
        "loss_slope": slope * np.linalg.norm(lazy_ball.gradient(a, w, first), axis=-1),
    }


def _epoch(rng: np.random.Generator, cell: Cell, n: int, **changes: Any) -> Observables:
    """One replicate is one initialisation and one epoch from it, as meant and as printed."""
    a, start, x, y = sphere_problem(rng, cell, n)
    perturbed = plan(cell).perturbation.of(a, start, x, y)
    whole = cell["beta"] * np.linalg.norm(loss_gradient(a, start, perturbed, y), axis=(1, 2))
    orders = rng.spawn(1)[0].integers(2**32)
    found = {}
    for name, restarts in (("", False), ("_printed", True)):
        one = plan(cell, **{"projects": False, "restarts": restarts, **changes})
        same = np.random.default_rng(orders)
        w = one.epoch(same, a, start, start, x, y)[0] if one.epochs else start
        found[f"epoch_share{name}"] = np.linalg.norm(w - start, axis=(1, 2)) / whole
        found[f"epoch_move{name}"] = farthest(w - start)
    return found


def _replay_epoch(rng: np.random.Generator, cell: Cell, n: int, row: int) -> dict[str, mpmath.mpf]:
    """Go through one epoch as printed in 50 digits."""
    drawn = sphere_problem(rng, cell, n)
    orders = np.random.default_rng(rng.spawn(1)[0].integers(2**32))
    order = np.argsort(orders.random(drawn[-1].shape), axis=1)[row]
    return printed_epoch(drawn, order.tolist(), cell, row)


epoch = check(
    algorithm_1["epoch-counts-all", "epoch-counts-all-as-printed", "epoch-as-printed-moves"],
    id="wang2022/epoch",
    cells=[
        {"beta": beta, "d": d, "m": m, "R": R, "T_1": 1, "T_2": 2, "b": b, "rounds": 4}
        | {"C_0": 1.0}
        for beta, d, m, R, b in (
            (1e-8, 5, 8, 0.3, 4),
            (0.03, 5, 8, 0.3, 4),
            (0.03, 2, 8, 0.4, 2),
            (0.03, 2, 24, 2.0, 2),
        )
    ],
    seconds_per_replicate=4e-5,
    first=1280,
    replay=_replay_epoch,
    saboteurs={
        "no training": partial(_epoch, epochs=0),
        "gradient wrong by 1.3": partial(_epoch, gradient_error=1.3),
        "the last mini-batch alone": partial(_epoch, restarts=True),
        "every mini-batch": partial(_epoch, restarts=False),
    },
)(_epoch)


def _caps(rng: np.random.Generator, cell: Cell, n: int, in_span: bool = False) -> tuple[Array, ...]:
    """Draw an initialisation, training and test inputs on two caps.

    ``in_span``: in the dimensions that the inputs span, all that training changes and values see.
    """
    inputs, d = cell["n"] + TEST, cell["d"]
    a, start = lazy_ball.initialisation(rng, n, cell["m"], min(d, 1 + inputs) if in_span else d)
    x, y = antipodal_caps(rng, n, inputs, d, in_span=in_span)
    return a, start, x[:, : cell["n"]], y[:, : cell["n"]], x[:, cell["n"] :]


def _stopped(
    rng: np.random.Generator, cell: Cell, n: int, in_span: bool = False, **changes: Any
) -> tuple[Array, Array, Array, Array, Array, Stopped]:
    """Draw a problem on caps and train on it until the ball is left."""
    a, start, x, y, test = _caps(rng, cell, n, in_span)
    settings = {"radius": radius(cell), "batch": BATCH} | changes
    found = train_until_leaving(rng, a, start, x, y, **settings)
    return a, start, x, y, test, found


def _value(rng: np.random.Generator, cell: Cell, n: int, **changes: Any) -> Observables:
    """One replicate is one initialisation and one training set, trained to the edge."""
    a, *_, test, found = _stopped(rng, cell, n, in_span=True, **changes)
    return {"mean_value": np.abs(value_and_gradient(a, found.w, test)[0]).mean(axis=1)}


def mean_of_flips(values: Array) -> Array:
    """Return means over the inputs that some step flips: (R, n) to (R,)."""
    flips = np.isfinite(values)
    total = np.where(flips, values, 0).sum(axis=1)
    return np.divide(total, flips.sum(axis=1), out=np.full(len(values), np.inf), where=flips.any(1))


def _active(a: Array, w: Array, x: Array) -> Array:
    """Return the output weights of the neurons that are on at each input: (R, k, m)."""
    return a[:, None] * (x @ np.swapaxes(w, 1, 2) > 0)


def _flips(rng: np.random.Generator, cell: Cell, n: int, **changes: Any) -> Observables:
    """One replicate is one initialisation and one training set, trained to the edge.

    Training moves neurons in the span of the inputs alone. Of what they are beyond it the
    gradients at the test inputs are a few combinations, and nothing else counts.
    """
    a, *_, test, found = _stopped(rng, cell, n, in_span=True, **changes)
    active = _active(a, found.w, test)
    w = rows_beyond(rng, found.w, active, cell["d"] - found.w.shape[-1])
    flip = gradient_flip(a, w, _widened(test, w.shape[-1]))
    return {
        "mean_value": np.abs(flip.value).mean(axis=1),
        "mean_slope": flip.gradient_norm.mean(axis=1),
        "mean_step": mean_of_flips(flip.step),
        "mean_length": mean_of_flips(flip.length),
    }


def _widened(x: Array, d: int) -> Array:
    """Give inputs zeros for the coordinates in which they have none."""
    return np.pad(x, ((0, 0), (0, 0), (0, d - x.shape[-1])))


def _slopes(rng: np.random.Generator, cell: Cell, n: int, **changes: Any) -> Observables:
    """One replicate is as in `_flips`; the gradients after the training, and at its start."""
    a, start, *_, test, found = _stopped(rng, cell, n, in_span=True, **changes)
    active = np.concatenate([_active(a, w, test) for w in (found.w, start)], axis=1)
    beyond = rows_beyond(rng, start[..., :0], active, cell["d"] - start.shape[-1])
    after, before = (
        np.square(np.matmul(on, np.concatenate([w, beyond], axis=-1))).sum(axis=-1)
        for on, w in ((active[:, :TEST], found.w), (active[:, TEST:], start))
    )
    return {"slope_share": (after / before).mean(axis=1)}


def _trained(rng: np.random.Generator, cell: Cell, n: int, **changes: Any) -> Observables:
    """One replicate is one initialisation and one training set, trained to the edge."""
    a, start, x, y, test, found = _stopped(rng, cell, n, **changes)
    w, V = found.w, radius(cell)
    flip = gradient_flip(a, w, test)
    each = (a[:, None], start[:, None], test)
    u = test @ np.swapaxes(start, 1, 2)
    least, greatest = lazy_ball.extreme_values(a[:, None], u, V)
    downhill = -np.sign(flip.value)[..., None] * unit(lazy_ball.gradient(*each))
    limit = universal_radius(*each, V, scan=40, steps=30)
    along = flip_along(a, w, test, downhill)
    along[np.isinf(limit)] = 0
    return {
        "reach": np.sqrt(cell["m"]) * farthest(w - start),
        **_one_step(a, w, x[:, :BATCH], y[:, :BATCH], changes.get("gradient_error", 1.0)),
        "value_share": (np.abs(flip.value) / np.maximum(greatest, -least)).max(axis=1),
        "universal_share": (along / limit).max(axis=1),
    }


def _one_step(a: Array, w: Array, x: Array, y: Array, gradient_error: float) -> Observables:
    """Return how fast the mean loss falls along one more step, by differences, and its length."""
    after = train_until_leaving(
        np.random.default_rng(0),
        a,
        w,
        x,
        y,
        np.inf,
        batch=BATCH,
        most=1,
        gradient_error=gradient_error,
    ).w
    step, h = after - w, 1e-7  # so small that hardly ever a neuron turns within it
    fall = loss(a, w - h * step, x, y) - loss(a, w + h * step, x, y)
    return {"step_slope": fall / (2 * h * BATCH), "step_square": np.sum(step**2, axis=(1, 2))}


SABOTEURS: dict[str, dict[str, Any]] = {
    "no training": {"most": 0},
    "no stopping": {"radius": np.inf, "most": 400},
    "gradient wrong by 1.3": {"gradient_error": 1.3},
}


def _seconds(cell: Cell) -> float:
    """Forecast of one run: its steps, of one mini-batch each, in the span of the inputs."""
    return 1e-3 + 3e-7 * cell["m"] * min(cell["d"], cell["n"] + 2 * TEST) * cell["C_0"]


trained_value = check(
    section_5_1["value"],
    id="wang2022/trained-value",
    paths=[
        Path({"d": 1}, {"d": 16, "m": 32, "C_0": 2.0, "n": 32}, sizes=4, step=6),
        Path({"m": 1}, {"d": 16, "m": 16, "C_0": 2.0, "n": 32}, sizes=4, step=3),
    ],
    seconds_per_replicate=_seconds,
    block=16,
    first=16,
    quick=1,
    version=2,  # in the span of the inputs, up to a higher dimension
    saboteurs={name: partial(_value, **changes) for name, changes in SABOTEURS.items()},
)(_value)

trained_network = check(
    section_5_1["inside", "at-the-edge", "descends", "value-in-ball", "flips-with-all"],
    id="wang2022/trained-network",
    cells=[{"d": d, "m": m, "C_0": C_0, "n": 16} for d, m, C_0 in ((9, 16, 1.0), (36, 16, 2.0))],
    seconds_per_replicate=_seconds,
    first=64,
    quick=1,
    saboteurs={name: partial(_trained, **changes) for name, changes in SABOTEURS.items()},
)(_trained)

trained_steps = check(
    section_5_1["gradient", "step", "length"],
    id="wang2022/trained-steps",
    paths=[
        Path({"d": 1}, {"d": 256, "m": 48, "C_0": 2.0, "n": 32}, sizes=4, step=6),
        Path({"m": 1}, {"d": 256, "m": 48, "C_0": 2.0, "n": 32}, sizes=4, step=2.5),
        Path({"C_0": 0.5, "d": 1}, {"d": 256, "m": 48, "C_0": 1.0, "n": 32}, sizes=4, step=2),
    ],
    seconds_per_replicate=_seconds,
    block=16,
    first=16,
    quick=1,
    version=3,  # in the span of the inputs and of the gradients, and in higher dimensions
    saboteurs={"no stopping": partial(_flips, **SABOTEURS["no stopping"])},
)(_flips)

trained_limits = check(
    section_5_1["gradient-unchanged"],
    id="wang2022/trained-limits",
    paths=[Path({"d": 1, "m": 1}, {"d": 32, "m": 32, "C_0": 1.0, "n": 32}, sizes=4, step=2)],
    seconds_per_replicate=_seconds,
    block=4,
    first=8,
    quick=1,
    version=2,  # in the span of the inputs and of the gradients
    saboteurs={"no stopping": partial(_slopes, **SABOTEURS["no stopping"])},
)(_slopes)
