"""Checks of Section C.2: features on the sphere, spectrum of the kernel, eight points."""

from functools import partial

import mpmath
import numpy as np
import scipy

from bounds.gao2019.quadratic import corollary_c_1, lemma_c_3, proof_theorem_c_1
from sim.kernels import arc_cosine
from sim.networks import quadratic_two_layer as network
from sim.quadrature import legendre
from verify.catalogue import Cell, Observables, Path, check, product

Array = np.ndarray


def _unit(v: Array) -> Array:
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


@check(
    proof_theorem_c_1["lip-hhat", "lip-hhat-squares"],
    cells=product(d=[2, 5], M=[1, 3], kind=["random", "aligned"]),
    seconds_per_replicate=lambda cell: 6e-7 + 7e-8 * cell["d"] * cell["M"],
    bytes_per_replicate=lambda cell: 80 * cell["d"] * cell["M"],
    first=20480,
)
def sums_of_features(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is a sum of features, and two inputs that are often close to each other."""
    d, M = cell["d"], cell["M"]
    w, c, x = (rng.standard_normal((n, size, d)) for size in (M, M, 1))
    if cell["kind"] == "aligned":  # all features rise as fast as they can, along one circle
        w, c = np.abs(rng.standard_normal((n, M, 1))) * w[:, :1], w[:, :1]
        side = _unit(w[:, :1])
        x = x - (x * side).sum(axis=-1, keepdims=True) * side
        x = _unit(x) + side
    w, x = np.sqrt(d) * _unit(w), _unit(x)
    if cell["kind"] == "aligned":
        c = np.broadcast_to(c, w.shape)
    if cell["kind"] == "aligned":
        moved = _unit(x + 10 ** rng.uniform(-4, 0, (n, 1, 1)) * side)
    else:
        moved = _unit(x + 10 ** rng.uniform(-4, 1, (n, 1, 1)) * rng.standard_normal((n, 1, d)))

    def feature_sum(at: Array) -> Array:
        return np.sum((c * at).sum(axis=-1) * np.maximum((w * at).sum(axis=-1), 0), axis=-1)

    lengths = np.linalg.norm(c, axis=-1)
    return {
        "feature_change": np.abs(feature_sum(x) - feature_sum(moved)),
        "distance": np.linalg.norm(x - moved, axis=-1)[:, 0],
        "norms": np.sum(lengths * np.linalg.norm(w, axis=-1), axis=-1),
        "squares": np.square(lengths).sum(axis=-1),
    }


@check(
    proof_theorem_c_1["extremal", "eq-17"],
    paths=[
        Path(ray, {"d": d, "epsilon": 0.5, "c_L": 1.0}, sizes=8, step=2.0)
        for ray in ({"epsilon": -1}, {"c_L": 1})
        for d in (2, 3, 6, 20)
    ],
    seconds_per_replicate=8e-4,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def one_peak(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one integral, of the square of the lowest function that has the peak."""
    d, peak, slope = cell["d"], cell["epsilon"], cell["c_L"]
    nodes, weights = legendre(60)
    end = 2 * np.arcsin(peak / (2 * slope))
    angle = end * (nodes + 1) / 2
    height = peak - slope * 2 * np.sin(angle / 2)
    integral = weights @ (height**2 * np.sin(angle) ** (d - 2)) * end / 2
    density = np.exp(scipy.special.gammaln(d / 2) - scipy.special.gammaln((d - 1) / 2)) / np.sqrt(
        np.pi
    )
    return {"least_square": np.full(n, density * integral)}


@check(
    lemma_c_3["kernel"],
    cells=product(theta=[0.0, 0.1, 1.0, 1.5, 2.0, 3.0, 3.14]),
    seconds_per_replicate=5e-4,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def kernel_values(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one integral over directions of the plane of two inputs."""
    return {"kernel_value": np.full(n, arc_cosine.by_quadrature(cell["theta"]))}


def _decided(k: int, d: int) -> tuple[float, float]:
    """Return an eigenvalue (for odd k a part of it), and whether it is positive: exactly."""
    plain, scaled = arc_cosine.exact_parts(k, d, k + 3)
    return float(plain) + 2 / np.pi * float(scaled), float(plain + scaled > 0)


def _contained_by_quadrature(k: int, d: int) -> float:
    """Return 1 where an integral in many digits is not 0."""
    with mpmath.workdps(40):

        def integrand(theta: mpmath.mpf) -> mpmath.mpf:
            t = mpmath.cos(theta)
            zonal = (
                mpmath.chebyt(k, t) if d == 2 else mpmath.gegenbauer(k, mpmath.mpf(d - 2) / 2, t)
            )
            value = t * mpmath.sin(theta) + (mpmath.pi - theta) * t**2
            return value * zonal * mpmath.sin(theta) ** (d - 2)

        return float(abs(mpmath.quad(integrand, mpmath.linspace(0, mpmath.pi, 9))) > 1e-25)


def _spectrum(rng: np.random.Generator, cell: Cell, n: int, ahead: int = 0) -> Observables:
    k, d = cell["k"] + ahead, cell["d"]
    exact, positive = _decided(k, d)
    return {
        "exact_eigenvalue": np.full(n, exact),
        "eigenvalue": np.full(n, arc_cosine.eigenvalue(k, d)),
        "contained": np.full(n, positive),
    }


@check(
    lemma_c_3[
        "contained",
        "contained-as-printed",
        "odd-part-as-printed",
        "even-eigenvalues",
        "degree-0",
        "degree-2",
        "circle",
    ],
    cells=product(d=[2, 3, 5, 10], k=list(range(16))),
    seconds_per_replicate=4e-3,
    first=1,
    quick=1,
    full=1,
    complete=True,
    saboteurs={"the next degree": partial(_spectrum, ahead=1)},
    replay=lambda rng, cell, n, row: {"contained": _contained_by_quadrature(cell["k"], cell["d"])},
)
def spectrum(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one degree; there is nothing random."""
    return _spectrum(rng, cell, n)


@check(
    lemma_c_3["odd-eigenvalues"],
    paths=[Path({"k": 1}, {"d": d, "k": 9}, sizes=4, step=3.0) for d in (2, 3)],
    seconds_per_replicate=7e-3,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def odd_spectrum(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one eigenvalue, by quadrature."""
    return {"eigenvalue": np.full(n, arc_cosine.eigenvalue(cell["k"], cell["d"], 300))}


PHI = np.pi / 4 * np.arange(8)
ARCS = PHI[:, None] + np.array([0.0, 0.01, -0.01])
"""Where an attack may move each of the eight points."""


def _on_circle(angle: Array) -> Array:
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def _labels(rng: np.random.Generator, n: int, parity: int) -> Array:
    """Return labels of the eight points: those of cos(4 phi), or random ones that are odd."""
    if parity == 1:
        return np.tile([1.0, -1.0], (n, 4))
    half = rng.choice([-1.0, 1.0], (n, 4))
    return np.concatenate([half, -half], axis=1)


def _training(rng: np.random.Generator, cell: Cell, n: int, rate: float = 1.0) -> Observables:
    y = _labels(rng, n, cell["parity"])
    w = network.symmetric_start(rng, n, cell["m"], 2)
    a = network.output_signs(cell["m"])
    least = network.least_attacked_loss(a, w, _on_circle(ARCS), y, rate * cell["alpha"], cell["T"])
    return {"least_loss": least}


@check(
    corollary_c_1["fits", "fits-as-printed"],
    cells=[
        {"m": 64, "T": 120, "alpha": 0.1, "epsilon": 0.6, "parity": -1},
        {"m": 16, "T": 60, "alpha": 0.08, "epsilon": 0.6, "parity": 1},
    ],
    seconds_per_replicate=lambda cell: 9e-8 * cell["m"] * cell["T"],
    bytes_per_replicate=lambda cell: 1000.0 * cell["m"],
    block=26,
    first=1664,
    saboteurs={
        "no training": partial(_training, rate=0.0),
        "uphill": partial(_training, rate=-1.0),
    },
)
def eight_points_trained(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one run of adversarial training on eight points of the circle."""
    return _training(rng, cell, n)


def _random_networks(rng: np.random.Generator, cell: Cell, n: int, parity: int = 1) -> Observables:
    m = cell["m"]
    a = np.where(np.arange(m) % 2 == 0, 1.0, -1.0)
    w = cell["size"] * rng.standard_normal((n, m, 2)) / m**0.25
    y = _labels(rng, n, parity)
    circle = np.broadcast_to(_on_circle(PHI), (n, 8, 2))
    start = network.symmetric_start(rng, n, m, 2)
    x = _unit(rng.standard_normal((n, 1, 2)))
    both = network.values(a, w, x) + network.values(a, w, -x)
    squares = np.square((w * x).sum(axis=-1)) @ a / (2 * np.sqrt(m))
    losses = np.abs(network.values(a, w, circle) - y)
    starts = np.abs(network.values(network.output_signs(m), start, circle) - y)
    return {
        "mean_loss": losses.mean(axis=1),
        "start_loss": starts.mean(axis=1),
        "even_part": both[:, 0] / 2,
        "form": squares,
    }


@check(
    corollary_c_1["eight-points", "eight-points-attained", "quadratic-form"],
    cells=product(m=[2, 8, 40], size=[0.3, 2.0]),
    seconds_per_replicate=lambda cell: 1.2e-6 + 1.6e-7 * cell["m"],
    bytes_per_replicate=lambda cell: 400.0 * cell["m"],
    block=512,
    first=20480,
    saboteurs={"labels of the other parity": partial(_random_networks, parity=-1)},
)
def any_weights(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one network with random weights, and the start of another."""
    return _random_networks(rng, cell, n)
