"""Checks of Lemmas 4.3, B.4 and B.6: neurons that change sign."""

from functools import lru_cache, partial

import mpmath
import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from bounds.wang2022.sign_changes import lemma_4_3, lemma_b4, lemma_b6
from sim.networks import lazy_ball
from sim.networks.switching_search import least_reserve
from sim.quadrature import legendre
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.wang2022.concentration import DEEPEST, log_uniform, whole

Array = NDArray[np.float64]

X = np.array([1.0, 0.0])
"""The input, in coordinates of the plane of x and delta."""


@check(
    [lemma_b4["count", "count-sharper"], lemma_4_3["count"]],
    cells=[{"widest": 0.1}, {"widest": 3.0}],
    seconds_per_replicate=4e-6,
    first=16384,
)
def binomial_tails(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one width, one radius and one count; how likely more is, is exact."""
    m = whole(rng, 1e6, n)
    radius = log_uniform(rng, 1e-6, cell["widest"], n)
    p = scipy.special.erf(radius / np.sqrt(2))
    excess = log_uniform(rng, 1e-2, 35.0, n)
    count = np.ceil(m * p + excess * (np.sqrt(m * p) + excess / 2)).clip(1, m)
    gamma = scipy.stats.binom.sf(count - 1, m, p)
    rare = gamma < np.exp(-DEEPEST)
    count, gamma = np.where(rare, 0.0, count), np.where(rare, 0.5, gamma)
    return {"m": m, "V": radius, "C_0": radius * np.sqrt(m), "tail_count": count, "gamma": gamma}


def _initial(
    rng: np.random.Generator, cell: Cell, n: int
) -> tuple[NDArray[np.floating], NDArray[np.floating], Array]:
    """Draw the neurons in the plane of x and delta, their lengths, and delta."""
    _, w = lazy_ball.initialisation(rng, n, cell["m"], 2)
    rest = rng.chisquare(cell["d"] - 2, w.shape[:2])
    psi = cell.get("psi", 0.0)
    delta = cell["R"] * np.array([np.cos(psi), np.sin(psi)])
    return w, np.sqrt(np.square(w).sum(axis=-1) + rest), delta


def _near_in_50_digits(
    rng: np.random.Generator, cell: Cell, n: int, row: int
) -> dict[str, mpmath.mpf]:
    w, _, delta = _initial(rng, cell, n)
    with mpmath.workdps(50):
        moved = [mpmath.mpf(float(one)) for one in X + delta]
        V = mpmath.mpf(cell["C_0"]) / mpmath.sqrt(cell["m"])
        dot = [mpmath.mpf(a) * moved[0] + mpmath.mpf(b) * moved[1] for a, b in w[row].tolist()]
        width = V * mpmath.hypot(*moved)
        return {
            "at_delta": mpmath.mpf(sum(-width < one <= width for one in dot)),
            "near_delta": mpmath.mpf(sum(abs(one) <= V for one in dot)),
        }


def _counts(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """Count the neurons of one initialisation, in the plane of x and delta; sets are exact."""
    w, norms, delta = _initial(rng, cell, n)
    u, V = w[..., 0], cell["C_0"] / np.sqrt(cell["m"])
    dot = np.abs(lazy_ball.preactivation(w, X + delta))
    # The network of the ball that switches them all moves each neuron against its sign, along x.
    switched = (u > 0) != (u - V * np.sign(u) > 0)
    some = lazy_ball.crossing_for_some_input(u, norms, V, cell["R"])
    chance = unsettled_chance(cell["d"], np.full(1, V), np.full(1, cell["R"]))
    return {
        "V": np.full(n, V),
        "switching": switched.sum(axis=1),
        "near": (np.abs(u) <= V).sum(axis=1),
        "at_delta": lazy_ball.crossing_at(w, X, delta, V).sum(axis=1),
        "near_delta": (dot <= V).sum(axis=1),
        "nearly_delta": (dot <= V * (1 + cell["R"])).sum(axis=1),
        "at_some_delta": some.sum(axis=1),
        "some_chance": np.repeat(chance, n),
    }


def _cells(*sizes: tuple[int, int, float, float, float], gamma: float = 0.1) -> list[Cell]:
    names = ("d", "m", "C_0", "R", "psi")
    return [{**dict(zip(names, size, strict=True)), "gamma": gamma} for size in sizes]


@check(
    lemma_b4["mean", "perturbed-mean"],
    cells=_cells((25, 400, 5.0, 0.2, 0.0), (100, 1000, 10.0, 0.1, 2.0), (3, 300, 8.0, 0.5, 3.1)),
    seconds_per_replicate=lambda cell: 1.3e-7 * cell["m"],
    bytes_per_replicate=lambda cell: 150.0 * cell["m"],
    block=128,
    first=1024,
)
def switching_neurons(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation."""
    return _counts(rng, cell, n)


def _switching_somewhere(
    rng: np.random.Generator, cell: Cell, n: int, *, steps: int = 6
) -> Observables:
    """Seek an input for every neuron, in the plane that it spans with x; the chance is an integral.

    The two have no formula in common.
    """
    u = np.abs(rng.standard_normal((n, cell["m"])))
    w = np.stack([u, np.sqrt(rng.chisquare(cell["d"] - 1, u.shape))], axis=-1)
    V, R = cell["C_0"] / np.sqrt(cell["m"]), cell["R"]
    found, _ = least_reserve(w, X, V, R, steps)
    chance = unsettled_chance(cell["d"], np.full(n, V), np.full(n, R))
    return {
        "V": np.full(n, V),
        "at_some_delta": (found <= 0).sum(axis=1),
        "some_chance": chance,
    }


@check(
    lemma_b4["some-mean"],
    cells=[
        {"d": d, "m": m, "C_0": C_0, "R": R, "gamma": 0.1}
        for d, m, C_0, R in [
            (25, 64, 2.0, 0.2),
            (100, 64, 2.5, 0.1),
            (3, 64, 3.7, 0.5),
            (25, 16, 1.0, 0.2),
        ]
    ],
    seconds_per_replicate=lambda cell: 5e-7 * cell["m"],
    bytes_per_replicate=lambda cell: 150.0 * cell["m"],
    block=256,
    first=4096,
    saboteurs={"the nearest input is not sought": partial(_switching_somewhere, steps=1)},
)
def neurons_that_switch_somewhere(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation, seen through the lengths along x and across it."""
    return _switching_somewhere(rng, cell, n)


@check(
    lemma_b4["perturbed", "perturbed-as-printed"],
    cells=_cells((100, 10**4, 1.0, 0.1, 1.0), (25, 400, 1.0, 0.2, 0.0))
    + _cells((25, 400, 4.0, 0.2, 1.0), gamma=0.4)
    # Where hardly a neuron switches the root is what is needed.
    + _cells((25, 400, 0.05, 0.2, 1.0), gamma=0.05),
    seconds_per_replicate=lambda cell: 4e-7 * cell["m"],
    bytes_per_replicate=lambda cell: 150.0 * cell["m"],
    block=32,
    first=256,
)
def perturbed_neurons(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation."""
    return _counts(rng, cell, n)


@check(
    lemma_b4["set", "threshold", "threshold-as-printed"],
    cells=_cells((5, 20, 2.0, 0.5, 0.1), (5, 20, 2.0, 0.5, 3.0), (5, 20, 0.5, 0.2, 1.0)),
    seconds_per_replicate=6e-6,
    first=16384,
    replay=_near_in_50_digits,
)
def sets_of_neurons(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation."""
    return _counts(rng, cell, n)


@lru_cache
def chi(degrees: int) -> tuple[Array, Array]:
    """Return nodes and weights of a mean over the law of chi with so many degrees of freedom."""
    low, high = max(0.0, np.sqrt(degrees) - 9), np.sqrt(degrees) + 9
    nodes, weights = legendre(96)
    r = (low + high) / 2 + (high - low) / 2 * nodes
    weights = weights * scipy.stats.chi.pdf(r, degrees)
    return r, weights / weights.sum()


def unsettled_chance(d: int, V: Array, sine: ArrayLike) -> Array:
    """Return the probability of a change of sign over a ball of weights and one of inputs.

    The inputs see the middle one at angles up to phi, of the given sine. In the plane of a neuron
    and the middle input the neuron is (u, r), and it counts if |u| cos(phi) <= V + r sin(phi).
    """
    sine = np.minimum(sine, 1 - 1e-12)
    cosine = np.sqrt(1 - sine**2)
    if d == 1:
        return np.asarray(scipy.special.erf(V / (np.sqrt(2) * cosine)))
    r, weights = chi(d - 1)
    z = (V[:, None] + np.multiply.outer(sine, r)) / (np.sqrt(2) * cosine[:, None])
    return np.asarray(scipy.special.erf(z) @ weights)


@check(
    lemma_b4["some-share"],
    paths=[
        Path({"d": 1, "m": 2}, {"d": 16, "m": 256, "C_0": 1.0, "C_1": C_1}, sizes=7, step=4)
        for C_1 in (0.5, 1.0, 2.0)
    ],
    seconds_per_replicate=1e-4,
    block=1,
    first=1,
    quick=1,
    full=1,
)
def share_for_some_input(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the law of a neuron, by quadrature."""
    V, R = cell["C_0"] / np.sqrt(cell["m"]), cell["C_1"] / np.sqrt(cell["d"])
    return {"some_chance": unsettled_chance(cell["d"], np.full(n, V), np.full(n, R))}


def _switching_at_one_input(
    rng: np.random.Generator, cell: Cell, n: int, *, sought: bool = True
) -> Observables:
    """Count the neurons that the ball switches at a perturbation that is sought for it.

    The shortest ones are tried that put x + delta on the kinks of as many as possible of the
    neurons nearest to theirs; unsought, it is a random one of the same length.
    """
    m, d, V = cell["m"], cell["d"], cell["C_0"] / np.sqrt(cell["m"])
    x = np.eye(1, d)[0]
    found = np.zeros(n)
    for row in range(n):
        _, w = lazy_ball.initialisation(rng, 1, m, d)
        order = np.argsort(np.abs(w[0, :, 0]))
        for count in range(d // 6, d, d // 24):
            nearest = w[0, order[:count]]
            delta = -np.linalg.lstsq(nearest, nearest[:, 0], rcond=None)[0]
            if np.linalg.norm(delta) > cell["R"]:
                break
            if not sought:
                direction = rng.standard_normal(d)
                delta = direction * np.linalg.norm(delta) / np.linalg.norm(direction)
            switched = lazy_ball.crossing_at(w[0], x, delta, V).sum()
            found[row] = max(found[row], float(switched))
    return {"V": np.full(n, V), "at_one_delta": found}


@check(
    lemma_b4["one-perturbation"],
    cells=[
        {"d": d, "m": m, "C_0": 1.0, "R": 1 / d**0.5, "gamma": gamma}
        for d, m, gamma in [(256, 800, 0.1), (144, 400, 0.4)]
    ],
    seconds_per_replicate=lambda cell: 4e-8 * cell["m"] * cell["d"],
    bytes_per_replicate=lambda cell: 20.0 * cell["m"] * cell["d"],
    block=2,
    first=32,
    saboteurs={"a random perturbation": partial(_switching_at_one_input, sought=False)},
)
def one_perturbation(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation, and a perturbation that is built for it."""
    return _switching_at_one_input(rng, cell, n)


@check(
    lemma_4_3["order"],
    paths=[
        Path({"m": 1}, {"m": 64, "C_0": 1.0}, step=4),
        Path({"m": 2, "C_0": 1}, {"m": 64, "C_0": 1.0}),
    ],
    seconds_per_replicate=lambda cell: 1e-8 * cell["m"],
    bytes_per_replicate=lambda cell: 30.0 * cell["m"],
    first=64,
    full=8,
    version=3,
)
def order_of_switching(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one row of pre-activations."""
    u = rng.standard_normal((n, cell["m"]), dtype=np.float32)
    return {"switching": lazy_ball.crossing(u, cell["C_0"] / np.sqrt(cell["m"])).sum(axis=1)}


@check(
    lemma_b6["initial-exact"],
    cells=[
        {"m": m, "theta": float(np.arctan2(R * np.sin(psi), 1 + R * np.cos(psi))),
         "R": R, "psi": psi}
        for m, R, psi in [
            (1000, 0.5, 2 * np.pi / 3),
            (1000, 0.2, np.pi / 2),
            (1000, 0.3, 2.5),
            (400, 0.5, 2 * np.pi / 3),
        ]
    ],
    seconds_per_replicate=5e-5,
    bytes_per_replicate=5e4,
    first=1024,
)  # fmt: skip
def neurons_of_another_sign(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation; in the first cell the angle is arcsin R."""
    _, w = lazy_ball.initialisation(rng, n, cell["m"], 2)
    delta = cell["R"] * np.array([np.cos(cell["psi"]), np.sin(cell["psi"])])
    changes = (w[..., 0] > 0) != (lazy_ball.preactivation(w, X + delta) > 0)
    return {"flipped": changes.mean(axis=1)}


@check(
    lemma_b6["switch"],
    cells=[{"d": d} for d in (1, 2, 3, 10, 100, 784, 10**4, 10**6)],
    seconds_per_replicate=4e-6,
    first=16384,
)
def unsettled_neuron(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one choice of the radii; the probability is a quadrature."""
    epsilon, V = log_uniform(rng, 1e-12, 1.0, n), log_uniform(rng, 1e-12, 10.0, n)
    R = np.where(rng.random(n) < 0.3, 0.5 * rng.integers(0, 2, n), rng.random(n) / 2)
    length = 1 - R * rng.integers(-1, 2, n)
    sure = epsilon >= length
    chance = unsettled_chance(cell["d"], V, np.where(sure, 0.0, epsilon / length))
    return {"epsilon": epsilon, "V": V, "R": R, "unsettled_chance": np.where(sure, 1.0, chance)}


def _unsettled(rng: np.random.Generator, cell: Cell, n: int, *, steps: int = 6) -> Observables:
    """Seek a network for every neuron; the chance is an integral, without a formula in common.

    A network w has inputs of both signs within epsilon of the middle one y if |<w, y>| is at most
    epsilon |w|: it is sought in the ball around the neuron as an input is around x.
    """
    u = np.abs(rng.standard_normal((n, cell["m"])))
    w = np.stack([u, np.sqrt(rng.chisquare(cell["d"] - 1, u.shape))], axis=-1)
    epsilon, V, length = cell["epsilon"], cell["V"], cell["sigma"]
    found, _ = least_reserve(length * X, w, epsilon, V, steps)
    chance = unsettled_chance(cell["d"], np.full(n, V), np.full(n, epsilon / length))
    return {"unsettled": (found <= 0).mean(axis=1), "unsettled_chance": chance}


@check(
    lemma_b6["switch-exact"],
    cells=[
        {"d": d, "m": 1000, "V": V, "epsilon": epsilon, "sigma": length}
        for d, V, epsilon, length in [
            (4, 0.1, 0.1, 0.5),
            (25, 0.01, 0.1, 1.5),
            (784, 0.1, 0.01, 1.0),
        ]
    ],
    seconds_per_replicate=5e-4,
    bytes_per_replicate=1.5e5,
    version=2,
    first=512,
    saboteurs={"the best network is not sought": partial(_unsettled, steps=1)},
)
def unsettled_neurons(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation: parts along x + delta, and lengths across it."""
    return _unsettled(rng, cell, n)
