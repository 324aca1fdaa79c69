"""Checks of Section B: adversarial training of smooth two-layer networks, step by step."""

from functools import partial
from typing import Any, NamedTuple

import mpmath
import numpy as np

from bounds.gao2019.two_layer import proof_theorem_5_1, theorem_5_1
from sim.networks.smooth_two_layer import (
    ATTACKS,
    Arcs,
    Network,
    circle,
    least_linear_loss,
    log_cosh,
    symmetric_start,
    train,
    worst_attack,
)
from verify.catalogue import Cell, Observables, check

Array = np.ndarray
HALF_WIDTH = 0.15


def frobenius(w: Array) -> Array:
    """Return the norm of weights (R, m, d): (R,)."""
    return np.sqrt(np.square(w).sum(axis=(1, 2)))


def log_uniform(rng: np.random.Generator, low: float, high: float, n: int) -> Array:
    """Draw powers of ten between two: (n, 1, 1)."""
    return 10 ** rng.uniform(low, high, (n, 1, 1))


class _Instance(NamedTuple):
    """One input (R, 1, d), two sets of weights, and by how much the label is off."""

    shift: Array
    a: Array
    x: Array
    w: Array
    step: Array
    residual: Array


def _instances(rng: np.random.Generator, cell: Cell, n: int) -> _Instance:
    """Draw moves along the input, of neurons of one sign alone, and weights from tiny to huge."""
    m, d = cell["m"], cell["d"]
    shift = rng.exponential(1.0, (n, 1, 1)) * rng.choice([0.0, 1.0], (n, 1, 1))
    _, a = symmetric_start(rng, n, m, d)
    x = rng.standard_normal((n, 1, d))
    x /= np.linalg.norm(x, axis=-1, keepdims=True)
    w = rng.standard_normal((n, m, d)) * log_uniform(rng, -5, 2, n)
    w = np.where(rng.random((n, 1, 1)) < 0.2, x * np.abs(w[..., :1]), w)
    step = rng.standard_normal((n, m, d))
    along = np.where(rng.random((n, m, 1)) < 0.5, x, -x) * (a > 0)[..., None]
    step = np.where(rng.random((n, 1, 1)) < 0.5, along, step) * log_uniform(rng, -4, 1, n)
    residual = rng.choice([-1.0, 1.0], (n, 1)) * rng.exponential(1.0, (n, 1))
    return _Instance(shift, a, x, w, step, residual)


def _gradients(
    rng: np.random.Generator, cell: Cell, n: int, error: float = 1.0, scaled: bool = True
) -> Observables:
    """One replicate is one input, one label and two sets of weights, with an activation shifted.

    Half of the moves are along the input, and of the neurons of one sign alone; weights are from
    tiny to huge: there the bounds are attained.
    """
    shift, a, x, w, step, residual = _instances(rng, cell, n)
    activation = log_cosh(cell["C_0"], cell["C_1"])
    network = Network(activation, a if scaled else a * np.sqrt(cell["m"]))
    # A shift of all pre-activations is a shift of the activation.
    inner = w + shift * x
    y = network.value(inner, x) + residual
    arcs = Arcs(np.zeros((n, 1)), y, 0.0, cell["L"])
    before, gradient = network.loss_gradient(inner, x, arcs)
    after, _ = network.loss_gradient(inner + step, x, arcs)
    gradient = error * gradient
    change = network.features(inner + step, x) - network.features(inner, x)
    return {
        "gradient_change": np.sqrt(np.square(change).sum(axis=(1, 2, 3))),
        "move": frobenius(step),
        "loss_change": after - before,
        "first_order": (gradient * step).sum(axis=(1, 2)),
        "loss_slope": frobenius(gradient),
        "slope_at_zero": np.abs(activation.slope(shift[:, 0, 0])),
        "preactivation": np.linalg.norm(np.matmul(w, np.swapaxes(x, 1, 2)), axis=(1, 2)),
    }


def _one_move_in_50_digits(
    rng: np.random.Generator, cell: Cell, n: int, row: int
) -> dict[str, mpmath.mpf]:
    """The loss before and after, and its slope, summed neuron by neuron."""
    one = _instances(rng, cell, n)
    bound, rate = mpmath.mpf(cell["C_0"]), mpmath.mpf(cell["C_1"]) / cell["C_0"]
    with mpmath.workdps(50):
        x = [mpmath.mpf(v) for v in one.x[row, 0].tolist()]
        shift = mpmath.mpf(float(one.shift[row, 0, 0])) * mpmath.fdot(x, x)
        here = [mpmath.fdot(w, x) + shift for w in one.w[row].tolist()]
        moves = [mpmath.fdot(v, x) for v in one.step[row].tolist()]
        a = one.a[row].tolist()
        values = [
            bound / rate * mpmath.fdot(a, [mpmath.log(mpmath.cosh(rate * z)) for z in place])
            for place in (here, [z + move for z, move in zip(here, moves, strict=True)])
        ]
        off = -mpmath.mpf(float(one.residual[row, 0]))  # of f from the label, before the move
        slopes = [bound * mpmath.tanh(rate * z) * v for z, v in zip(here, moves, strict=True)]
        return {
            "loss_change": cell["L"] * (abs(off + values[1] - values[0]) - abs(off)),
            "first_order": cell["L"] * mpmath.sign(off) * mpmath.fdot(a, slopes),
            "move": mpmath.norm([mpmath.mpf(v) for v in one.step[row].ravel().tolist()]),
        }


gradients = check(
    proof_theorem_5_1["lip-grad", "eq-6", "eq-6-as-printed", "eq-7", "eq-7-bounded"],
    id="gao2019/smooth-gradients",
    cells=[
        {"m": 4, "d": 2, "C_0": 1.0, "C_1": 1.0, "L": 1.0},
        {"m": 16, "d": 3, "C_0": 2.0, "C_1": 0.5, "L": 0.3},
        {"m": 64, "d": 5, "C_0": 0.4, "C_1": 1.5, "L": 2.0},
    ],
    seconds_per_replicate=lambda cell: 1e-5 + 3e-8 * cell["m"] * cell["d"],
    first=5120,
    quick=5,
    replay=_one_move_in_50_digits,
    saboteurs={
        "gradient wrong by 1.3": partial(_gradients, error=1.3),
        "output weights not scaled by 1/sqrt(m)": partial(_gradients, scaled=False),
    },
)(_gradients)


def problem(rng: np.random.Generator, cell: Cell, n: int) -> tuple[Network, Array, Arcs]:
    """Draw inputs of the upper half circle, labels, and a start.

    From a start of huge weights the network is linear in its weights; the single label
    is where one step passes it by as much as it was short of it, and inputs hardly move.
    """
    w, a = symmetric_start(rng, n, cell["m"], 2, cell["start"])
    count = cell["n"]
    places = np.arange(count) + rng.uniform(0.3, 0.7, (n, count))
    angles = np.pi * places / count
    y = 0.3 * rng.choice([-1.0, 1.0], (n, count))
    if cell["start"] > 1:
        y[:] = cell["alpha"] * cell["L"] * cell["C_0"] ** 2 / 2
    half_width = min(HALF_WIDTH, 0.2 * np.pi / count) if cell["start"] == 1 else 3e-3
    network = Network(log_cosh(cell["C_0"], cell["C_1"]), a)
    return network, w, Arcs(angles, y, half_width, cell["L"])


def comparators(
    rng: np.random.Generator, cell: Cell, network: Network, start: Array, arcs: Arcs
) -> Array:
    """Return weights to compare with: trained ones, random ones, and one-sided ones.

    The trained ones had the worst attack; the one-sided ones move the neurons of one sign alone,
    along the first input.
    """
    n = len(start)
    trained = train(
        rng, network, start, arcs, worst_attack(9), rate=cell["alpha"] / 2, steps=cell["steps"]
    ).w
    aside = rng.standard_normal(start.shape)
    aside *= log_uniform(rng, -3, 0.5, n) / frobenius(aside)[:, None, None]
    first = circle(arcs.angles)[:, :1]
    sided = first * (network.a > 0)[..., None] * log_uniform(rng, -3, 0.5, n)
    sided /= np.sqrt(start.shape[1] / 2)
    kind = rng.integers(4, size=(n, 1, 1))
    share = np.where(kind == 0, 1.0, 10 ** rng.uniform(-2, 0, (n, 1, 1)))
    move = np.where(kind < 2, share * (trained - start), np.where(kind == 2, aside, sided))
    return start + move


def _runs(
    rng: np.random.Generator,
    cell: Cell,
    n: int,
    error: float = 1.0,
    reach: float = 1.0,
    trains: bool = True,
) -> Observables:
    """One replicate is one start, one data set, one comparator and one training run."""
    network, start, arcs = problem(rng, cell, n)
    centre = comparators(rng, cell, network, start, arcs)
    steps = cell["T"]
    run = train(
        rng,
        network,
        start,
        arcs,
        ATTACKS[cell["attack"]],
        rate=cell["alpha"] if trains else 0.0,
        steps=steps,
        centre=centre,
        gradient_error=error,
        reach=reach,
    )
    low, high = network.worst_loss(centre, arcs, cell["C_1"], 180 // cell["n"] + 1)
    least = np.minimum.accumulate(run.losses, axis=1)
    radius = frobenius(centre - start)

    def exit_excess(factor: float) -> tuple[Any, Array]:
        out = run.departures > factor * radius[:, None]
        left = np.any(out, axis=1)
        last = np.maximum(np.where(left, out.argmax(axis=1), steps) - 1, 0)
        return left, least[np.arange(n), last] - low

    left, excess = exit_excess(3.0)
    return {
        "squared": run.distances[:, :-1],
        "squared_next": run.distances[:, 1:],
        "squared_start": run.distances[:, 0],
        "attacked_loss": run.losses,
        "least_so_far": least,
        "robust_loss": low,
        "robust_loss_error": high - low,
        "excess_stayed": least[:, -1] - low,
        "excess_at_exit": excess,
        "stays": ~left,
        "leaves": left,
        "radius": radius,
    }


def cell_of(**values: object) -> Cell:
    """Return a cell with the number of steps of the theorem."""
    cell = {"C_0": 1.0, "C_1": 1.0, "L": 1.0, "start": 1.0, "n": 2, "steps": 8, **values}
    cell["T"] = round(np.sqrt(cell["m"]) / (cell["L"] * cell["C_1"] * cell["alpha"]))  # type: ignore
    return cell


RUNS = [
    *[cell_of(m=16, alpha=0.25, attack=attack) for attack in ("identity", "random", "worst")],
    cell_of(m=36, alpha=0.25, C_0=0.5, C_1=1.5, L=2.0, attack="worst", n=3),
    # Tiny weights: the slopes are in their linear part, and the curvature is attained.
    cell_of(m=16, alpha=0.25, C_1=2.0, L=0.5, start=1e-3, n=1, attack="worst"),
    cell_of(m=16, alpha=0.25, C_0=0.1, C_1=0.1, L=0.5, start=1e-3, n=1, attack="random"),
    cell_of(m=64, alpha=0.5, C_0=2.0, C_1=0.5, L=2.0, start=1e-3, n=1, attack="random"),
    # Huge weights: the slopes are at their bound.
    cell_of(m=16, alpha=0.25, C_0=2.0, L=0.5, start=30.0, n=1, attack="identity"),
    cell_of(m=36, alpha=0.125, C_0=0.5, C_1=0.5, L=2.0, start=60.0, n=1, attack="worst"),
]

SPOILED = {
    "no training": partial(_runs, trains=False),
    "gradient wrong by 1.3": partial(_runs, error=1.3),
    "uphill": partial(_runs, error=-1.0),
    "the attack goes ten times as far": partial(_runs, reach=10.0),
}


def seconds(cell: Cell) -> float:
    """Return the cost of a run."""
    step = 6e-7 if cell["attack"] == "worst" else 6.6e-8
    neurons = cell["m"] * cell["n"]
    return float(1.4e-4 + 5e-6 * neurons + cell["T"] * (3.2e-6 + step * neurons))


runs = check(
    proof_theorem_5_1["eq-8", "eq-9"],
    id="gao2019/steps-without-projection",
    cells=RUNS,
    seconds_per_replicate=seconds,
    first=256,
    quick=1,
    full=14,
    saboteurs=SPOILED,
)(_runs)


def _cases(rng: np.random.Generator, cell: Cell, n: int, **changes: Any) -> Observables:
    """One replicate is one start, one data set, one comparator and one training run."""
    found = _runs(rng, cell, n, **changes)
    return {name: value for name, value in found.items() if value.ndim == 1}


cases = check(
    proof_theorem_5_1["case-1", "case-2"],
    id="gao2019/runs-that-stay-and-runs-that-leave",
    cells=[
        RUNS[0],
        RUNS[2],
        cell_of(m=16, alpha=0.25, C_0=2.0, L=0.5, attack="random", n=1),
        cell_of(m=64, alpha=0.5, C_1=0.5, attack="random"),
    ],
    seconds_per_replicate=seconds,
    first=256,
    quick=1,
    saboteurs={
        "no training": partial(_cases, trains=False),
        "uphill": partial(_cases, error=-1.0),
    },
)(_cases)


def _training(
    rng: np.random.Generator, cell: Cell, n: int, error: float = 1.0, trains: bool = True
) -> Observables:
    """One replicate is one start, one data set and one training run."""
    network, start, arcs = problem(rng, cell, n)
    scale = cell["R"]
    arcs = Arcs(arcs.angles, 1.5 * scale * arcs.y, arcs.half_width, arcs.slope)
    run = train(
        rng,
        network,
        start,
        arcs,
        ATTACKS[cell["attack"]],
        rate=cell["alpha"] if trains else 0.0,
        steps=cell["T"],
        gradient_error=error,
    )
    angles, _ = network.on_arcs(start, arcs, 3)
    features = network.features(start, circle(angles.reshape(n, -1))).reshape(n, cell["n"], 3, -1)
    curved = cell["L"] * cell["C_1"] * scale**2 / (2 * np.sqrt(cell["m"]))
    certified = np.maximum(least_linear_loss(features, arcs, scale) - curved, 0)
    least = np.minimum.accumulate(run.losses, axis=1)
    early = max(1, round(cell["L"] * cell["C_1"] * np.sqrt(cell["m"])))
    return {
        "excess_certified": least[:, -1] - certified,
        "excess_early": least[:, min(early, cell["T"]) - 1] - certified,
        "start_excess": run.losses[:, 0] - certified,
    }


training = check(
    theorem_5_1,
    id="gao2019/training-without-projection",
    cells=[
        cell_of(m=64, alpha=0.0625, R=0.5, epsilon=0.0625, attack="worst"),
        cell_of(m=64, alpha=0.125, C_1=0.5, R=1.0, epsilon=0.125, attack="random", n=3),
        cell_of(
            m=64, alpha=0.0625, C_0=0.5, C_1=0.5, L=2.0, R=0.5, epsilon=0.0625, attack="identity"
        ),
        cell_of(m=16, alpha=0.125, R=0.5, epsilon=0.125, attack="random"),
        cell_of(m=256, alpha=0.0625, C_1=2.0, R=0.5, epsilon=0.0625, attack="random", n=1),
        # So small an epsilon that a power of it that is off shows.
        cell_of(m=16, alpha=1 / 256, C_1=2.0, R=1 / 16, epsilon=1 / 256, attack="identity", n=1),
    ],
    seconds_per_replicate=lambda cell: (
        2e-5
        + 1.2e-8 * cell["m"] * cell["n"] * (cell["T"] * (14 if cell["attack"] == "worst" else 2))
    ),
    first=128,
    quick=1,
    full=16,
    saboteurs={
        "no training": partial(_training, trains=False),
        "uphill": partial(_training, error=-1.0),
    },
)(_training)
