"""Checks of how the gradient changes along one direction: moments, (8) and (9), Lemma B.8."""

import mpmath
import numpy as np
import scipy

from bounds.wang2022.variation import equation_8, lemma_b8, lemma_b8_moments
from sim.certificates.gradient_variation import greatest_variation
from sim.networks import lazy_ball
from sim.quadrature import legendre
from verify.catalogue import Cell, Observables, check, product
from verify.checks.wang2022.sign_changes import chi

Array = np.ndarray


def unit(v: Array) -> Array:
    """Scale vectors to length 1."""
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def flipped_sum(rng: np.random.Generator, sign: Array, d: int) -> Array:
    """Return ``m**-0.5`` times the sum over neurons of sign times a normal vector: (n, d).

    ``sign`` (n, m) is 0 for neurons that do not count; no vector is drawn for these.
    """
    total = np.zeros((len(sign), d))
    rows, columns = np.nonzero(sign)
    np.add.at(total, rows, sign[rows, columns, None] * rng.standard_normal((len(rows), d)))
    return total / np.sqrt(sign.shape[1])


def change_at_start(
    rng: np.random.Generator, n: int, m: int, d: int, theta: float | Array
) -> Array:
    """Draw the change of the gradient at ``W_0`` between two inputs at an angle: (n, d).

    In coordinates whose first two span both inputs.
    """
    a = lazy_ball.output_signs(rng, n, m)
    plane = rng.standard_normal((2, n, m))
    there = np.cos(theta) * plane[0] + np.sin(theta) * plane[1] > 0
    sign = a * ((plane[0] > 0).astype(float) - there)
    within = (sign * plane).sum(axis=-1).T / np.sqrt(m)
    return np.concatenate([within, flipped_sum(rng, sign, d - 2)], axis=1)


@check(
    lemma_b8_moments["across", "second-moment", "every-direction"],
    cells=product(
        theta=[1e-3, 0.1, 0.5, 1.5], q=[2, 4, 6], in_plane=[0.0, 0.6, 1.0], phi=[0.0, 1.6]
    )
    + product(theta=[1e-3, 0.5], q=[1, 3, 7], in_plane=0.0, phi=0.0),
    seconds_per_replicate=1e-3,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def neuron_moments(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one integral over the two wedges in which the signs differ."""
    theta, q, p, phi = (cell[name] for name in ("theta", "q", "in_plane", "phi"))
    nodes, weights = legendre(60)
    turn = np.pi / 2 + theta * (nodes + 1) / 2
    polar = np.pi / 4 * (nodes + 1)
    # A direction of the sphere of the plane and of the rest of r, on both sides of the plane.
    rest = np.sqrt(1 - p**2) * np.cos(polar)[:, None] * np.array([-1, 1])[:, None, None]
    along = np.sin(polar)[:, None] * p * np.cos(turn - phi) + rest
    shares = np.abs(along) ** q * np.sin(polar)[:, None]
    area = np.einsum("sij,i,j->", shares, weights * np.pi / 4, weights * theta / 2)
    radial = 2 ** (q / 2) * scipy.special.gamma((3 + q) / 2) / scipy.special.gamma(1.5)
    return {"moment": np.full(n, 2 * area / (4 * np.pi) * radial)}


@check(
    lemma_b8_moments["sum"],
    cells=[
        {"d": d, "m": m, "R": R, "gamma": gamma}
        for d, m, R in [(2, 50, 0.5), (25, 1000, 0.2), (784, 10_000, 1 / 28), (784, 100, 0.01)]
        for gamma in (0.5, 0.1, 1e-3, 1e-12)
    ],
    seconds_per_replicate=0.05,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def sum_quantiles(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one quantile: given the number of flips, the sum is normal."""
    m, gamma = cell["m"], cell["gamma"]
    flips = scipy.stats.binom(m, np.arcsin(cell["R"]) / np.pi)
    k = np.arange(1, min(m, int(flips.isf(1e-30)) + 1) + 1)
    masses, widths = flips.pmf(k), np.sqrt(k / m)

    def excess(b: float) -> float:
        return float(masses @ scipy.stats.norm.sf(b / widths)) - gamma

    high = 10 * np.sqrt(np.log(1 / gamma) + 1)
    quantile = 0.0 if excess(1e-12) <= 0 else scipy.optimize.brentq(excess, 1e-12, high, xtol=1e-13)
    return {"sum_quantile": np.full(n, quantile)}


@check(
    equation_8["triangle"],
    cells=product(m=[12, 60], d=[5], C_0=[2.0], kind=["random", "aligned", "switching"])
    + product(m=[12], d=[5], C_0=[0.5, 8.0], kind=["aligned"]),
    seconds_per_replicate=lambda cell: 1.2e-7 * cell["m"] * cell["d"],
    bytes_per_replicate=lambda cell: 80 * cell["m"] * cell["d"],
    first=20_480,
)
def networks_apart(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one network of the ball and one step, up to the opposite input."""
    m, d = cell["m"], cell["d"]
    V = cell["C_0"] / np.sqrt(m)
    a, w0 = lazy_ball.initialisation(rng, n, m, d)
    x, r = np.eye(d)[:2]
    delta = rng.uniform(0, 2, (n, 1)) * unit(rng.standard_normal((n, d)))
    u = lazy_ball.preactivation(w0, x)
    v = V * unit(rng.standard_normal(w0.shape))
    if cell["kind"] == "aligned":  # at the opposite input every neuron differs
        delta = np.broadcast_to(-2 * x, (n, d))
        v = V * (a * np.sign(u))[..., None] * r
    elif cell["kind"] == "switching":
        v = np.where((np.abs(u) < V)[..., None], -V * np.sign(u)[..., None] * x, v)
    w = w0 + v
    moved = (x + delta)[..., None, :]

    def switched(at: Array) -> Array:
        active, active_before = (lazy_ball.preactivation(one, at) > 0 for one in (w, w0))
        change = a * (active.astype(float) - active_before)
        return np.linalg.norm((change[..., None, :] @ w0)[..., 0, :], axis=-1) / np.sqrt(m)

    def between(weights: Array) -> Array:
        there = lazy_ball.gradient(a, weights, moved[..., 0, :])
        return lazy_ball.gradient(a, weights, x) - there

    return {
        "change": np.linalg.norm(between(w) - between(w0), axis=-1),
        "change_at_x": switched(x),
        "change_at_moved": switched(moved[..., 0, :]),
    }


def _some_longer(cell: Cell, factor: int) -> mpmath.mpf:
    """Return P(some of m normal numbers > sqrt(factor log(m/gamma))) in many digits."""
    with mpmath.workdps(40):
        m, gamma = mpmath.mpf(cell["m"]), mpmath.mpf(cell["gamma"])
        one = mpmath.erfc(mpmath.sqrt(factor * mpmath.log(m / gamma) / 2))
        return 1 - (1 - one) ** m


@check(
    equation_8["longest", "longest-as-printed"],
    cells=product(m=[58, 10_000, 100_000, 10**8], gamma=[0.5, 0.1, 1e-6]),
    seconds_per_replicate=1e-4,
    first=1,
    quick=1,
    full=1,
    complete=True,
    replay=lambda rng, cell, n, row: {
        "some_longer": _some_longer(cell, 2),
        "some_longer_than_printed": _some_longer(cell, 1),
    },
)
def longest_of_all(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one exact probability; there is nothing random."""
    m, gamma = cell["m"], cell["gamma"]

    def some(factor: int) -> Array:
        one = 2 * scipy.stats.norm.sf(np.sqrt(factor * np.log(m / gamma)))
        return np.full(n, -np.expm1(m * np.log1p(-one)))

    return {"some_longer": some(2), "some_longer_than_printed": some(1)}


@check(
    equation_8["longest-moved"],
    cells=product(
        m=[1, 58, 10_000, 10**8], d=[40, 784], C_1=[0.1, 1.0, 10.0], gamma=[0.5, 0.1, 1e-6]
    ),
    seconds_per_replicate=1e-3,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def longest_of_all_moved(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one exact quantile; there is nothing random.

    A neuron of length u along x and r across it can be moved to |u| + share (u^2 + r^2)^(1/2).
    """
    m, share = cell["m"], cell["C_1"] / np.sqrt(cell["d"])
    r, weights = chi(cell["d"] - 1)

    def excess(b: float) -> float:
        """Return the logarithm of P(some neuron is beyond b) / gamma."""
        rest = np.maximum(b**2 + (1 - share**2) * r**2, 0)
        reach = (b**2 - (share * r) ** 2) / (b + share * np.sqrt(rest))  # of |u|, that is enough
        one = scipy.special.erfc(np.maximum(reach, 0) / np.sqrt(2)) @ weights
        some = -np.expm1(m * np.log1p(-min(one, 1 - 1e-16)))
        return float(np.log(max(some, 1e-300) / cell["gamma"]))

    high = 20 + 20 * cell["C_1"]
    return {"longest_moved": np.full(n, scipy.optimize.brentq(excess, 1e-3, high, xtol=1e-12))}


@check(
    equation_8["flipped-length"],
    cells=product(m=[100, 1600], C_0=[1.0, 10.0]),
    seconds_per_replicate=lambda cell: 1.5e-8 * cell["m"],
    first=4096,
    quick=1,
)
def flipped_neurons(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the pre-activations of one network."""
    m = cell["m"]
    u = np.abs(rng.standard_normal((n, m)))
    u *= u <= cell["C_0"] / np.sqrt(m)
    return {"flipped_length": u.sum(axis=1) / np.sqrt(m)}


@check(
    lemma_b8["for-all-networks"],
    cells=[
        {"d": d, "m": m, "C_0": C_0, "C_1": C_1, "gamma": gamma, "in_plane": p, "R": C_1 / d**0.5}
        for d, m, C_0, C_1, gamma, p in [
            (36, 1000, 0.1, 1.0, 0.5, 0.0),
            (36, 1000, 10.0, 2.0, 0.5, 1.0),
            (100, 10_000, 1.0, 1.0, 0.5, 0.0),
            (784, 10_000, 10.0, 5.0, 0.5, 0.7),
            (100, 1000, 10.0, 1.0, 0.1, 0.0),
        ]
    ],
    seconds_per_replicate=lambda cell: 4e-7 * cell["m"],
    bytes_per_replicate=lambda cell: 400 * cell["m"],
    first=32,
    block=2,
)
def networks_along_r(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation; the supremum over its ball is exact."""
    m, p = cell["m"], cell["in_plane"]
    a, w = lazy_ball.initialisation(rng, n, m, 3)  # in the span of x, delta and r
    x, delta = np.array([[1.0, 0, 0], [0, cell["R"], 0]])
    r = np.array([0, p, np.sqrt(1 - p**2)])
    V = cell["C_0"] / np.sqrt(m)
    return {"greatest_variation": greatest_variation(a, w, x, delta, V, r)}


NEURONS = 256


@check(
    lemma_b8["gain"],
    cells=[
        {"m": m, "C_0": C_0, "theta": theta}
        for m, C_0, theta in [(10**6, 0.5, 0.3), (10**6, 1.0, 0.3), (10**7, 1.0, 0.6)]
    ],
    seconds_per_replicate=5e-7 * 2 * NEURONS,
    bytes_per_replicate=1e3 * NEURONS,
    quick=1,
)
def gain_of_the_ball(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is a sample of neurons at the kink of either input, and of others.

    Neurons add up, and only one at a kink, or with different signs at the two inputs, adds
    anything; the supremum over the ball is exact.
    """
    m, theta = cell["m"], cell["theta"]
    V = cell["C_0"] / np.sqrt(m)
    x, delta, r = np.array([[1.0, 0, 0], [0, np.tan(theta), 0], [0, 0, 1]])
    there = np.array([np.cos(theta), np.sin(theta), 0])
    at_kink = scipy.special.erf(V / np.sqrt(2))
    near = scipy.special.ndtri(0.5 + at_kink * (rng.random((2, n, NEURONS)) - 0.5))
    along, across = rng.standard_normal((2, 2, n, NEURONS))
    frames = np.array([[x, [0, 1, 0]], [there, [-there[1], there[0], 0]]])
    w = near[..., None] * frames[:, None, None, 0] + along[..., None] * frames[:, None, None, 1]
    w = (w + across[..., None] * r)[..., None, :]  # every neuron a network of its own
    a = lazy_ball.output_signs(rng, 1, near.size).reshape(*near.shape, 1)
    start = lazy_ball.gradient(a, w, x) - lazy_ball.gradient(a, w, x + delta)
    gain = greatest_variation(a, w, x, delta, V, r) - start @ r
    kinks = sum((np.abs(w[..., 0, :] @ p) <= V).astype(int) for p in (x, there))
    others = rng.standard_normal((n, NEURONS, 2))
    u, moved = others[..., 0], others @ there[:2]
    switched = ((u > 0) != (moved > 0)) & (np.minimum(np.abs(u), np.abs(moved)) > V)
    each = at_kink * (gain / np.maximum(kinks, 1)).sum(axis=0) + V * switched
    return {"gain": np.sqrt(m) * each.mean(axis=1)}


@check(
    lemma_b8["mean-square"],
    cells=[
        {"d": d, "m": m, "theta": theta}
        for d, m, theta in [(25, 200, 0.2), (100, 50, 1.2), (400, 300, 0.05)]
    ],
    seconds_per_replicate=lambda cell: (
        1e-6 + 4e-8 * cell["m"] * (1 + cell["d"] * cell["theta"] / 3)
    ),
    first=1024,
    quick=2,
)
def change_between_inputs(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation, with the rows of its flipped neurons."""
    change = change_at_start(rng, n, cell["m"], cell["d"], cell["theta"])
    return {"squared_variation": np.square(change).sum(axis=1)}
