"""Checks of the bound of the robust error through the normalised margin."""

from functools import lru_cache

import numpy as np

from bounds.wang2024.margin import lemma_b2
from sim.certificates import inner_maximum
from sim.clusters import data as clusters
from sim.clusters import robust_error, subspace
from sim.clusters.data import Noise, gaussian
from sim.clusters.value import mean_value
from sim.networks import two_layer
from sim.networks.activation import Activation, leaky_relu, smoothed_leaky_relu
from sim.networks.adversarial_training import Plan, train
from sim.networks.attack import Attack
from sim.quadrature import legendre
from verify.catalogue import Cell, Observables, check
from verify.checks.wang2024.laws import LAWS

CONCAVE: dict[str, Noise] = {**LAWS, "wide normal": gaussian(2.0)}
WIDTH = 6


@check(
    lemma_b2["lipschitz"],
    cells=[{"m": 4, "d": 3, "slope": 0.0}, {"m": 10, "d": 6, "slope": 0.5}],
    seconds_per_replicate=6e-6,
    block=2048,
    first=16384,
)
def network_changes(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one network and two points; in a third of them the network is linear."""
    m, d = cell["m"], cell["d"]
    phi, a = leaky_relu(cell["slope"]), two_layer.balanced_signs(m)
    along = rng.standard_normal((n, 1, d))
    x, step = 3 * rng.standard_normal((n, d)), rng.standard_normal((n, d))
    step *= 10 ** rng.uniform(-2, 1, (n, 1))
    # All neurons of one sign point along the step and are active at both ends.
    aligned = rng.random(n) < 1 / 3
    step = np.where(aligned[:, None], along[:, 0], step)
    x = np.where(aligned[:, None], 2 * along[:, 0], x)
    w = np.where(
        aligned[:, None, None],
        (a > 0)[:, None] * along + 1e-3 * rng.standard_normal((n, m, d)),
        rng.standard_normal((n, m, d)),
    )
    values = [two_layer.value(w, a, phi, at[:, None, :])[:, 0] for at in (x, x + step)]
    return {
        "value_change": np.abs(values[1] - values[0]),
        "distance": np.linalg.norm(step, axis=1),
        "spectral_norm": two_layer.spectral_norm(w),
        "frobenius_norm": two_layer.frobenius_norm(w),
    }


def _moment_norm(noise: Noise, order: np.ndarray) -> np.ndarray:
    """Return ``(E|X|^q)^(1/q)`` by quadrature for every order ``q``: (n,)."""
    reach = 14 * np.sqrt(noise.variance)
    nodes, weights = legendre(400)
    z = reach * (nodes + 1) / 2
    if noise.name.startswith("normal") and " on " in noise.name:
        reach = float(noise.name.split(", ")[-1].rstrip("]"))
        z = reach * (nodes + 1) / 2
    mass = reach * weights * noise.density(z)
    return (z ** order[:, None] @ mass) ** (1 / order)


@check(
    lemma_b2["linear", "linear-half", "tail", "moments"],
    cells=[{"law": name, "lambda": law.log_concavity} for name, law in CONCAVE.items()],
    seconds_per_replicate=7e-6,
    block=2048,
    first=16384,
    version=2,
)
def linear_margins(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one linear classifier along an axis, one threshold and one order."""
    law = CONCAVE[cell["law"]]
    unit = np.sqrt(law.variance)
    mu = unit * rng.uniform(0, 30, n)  # so far out the tail is its exponential and little else
    alpha = mu * np.where(rng.random(n) < 0.2, 0.0, rng.random(n))
    beta = np.where(rng.random(n) < 0.5, 0.0, rng.uniform(0, 0.5, n))
    t, q = unit * rng.uniform(0, 30, n), rng.uniform(1, 20, n)
    return {
        "mu": mu,
        "alpha": alpha,
        "beta": beta,
        "linear_error": robust_error.linear_robust_error(mu, alpha, flip=beta, noise=law),
        "t": t,
        "tail_probability": robust_error.linear_robust_error(t, 0.0, noise=law),
        "q": q,
        "moment_norm": _moment_norm(law, q),
    }


@lru_cache(maxsize=8)
def _network(kind: str, mu: float) -> tuple[np.ndarray, Activation, np.ndarray]:
    """Return the weights, the activation and the mean of a named network."""
    if kind == "trained":
        rng, phi = np.random.default_rng(11), smoothed_leaky_relu(0.5)
        problem = subspace.sample(
            rng, 1, 40, WIDTH, 400, mean_norm=mu, weight_deviation=0.02, flip=0.05
        )
        plan = Plan(Attack.fixed_point(1.0, 3), (0.1,) * 10, perturb_first=False)
        w = train(problem.w, two_layer.balanced_signs(WIDTH), phi, problem.x, problem.y, plan).w[0]
        return w, phi, problem.mean
    rng, w, half = np.random.default_rng(5), np.zeros((WIDTH, 3)), WIDTH // 2
    if kind == "nearly linear":
        w[:half, 0], w[half:, 0] = 1.0, -1.0
        phi = leaky_relu(0.9)
    else:  # lopsided: clear on the positive cluster, often wrong on the negative one
        w[:half, 0], w[half - 1] = 2.0, [0, 0, 2]
        w[half:, 0] = -0.6 / mu
        phi = leaky_relu(0.0)
    return w + 0.02 * rng.standard_normal(w.shape), phi, clusters.first_axis(3, mu)


@check(
    lemma_b2["robust-error", "clean-error"],
    cells=[
        {"network": network, "mu": mu, "alpha": alpha, "beta": beta, "lambda": concavity}
        for network, mu, alpha, beta, concavity in [
            ("nearly linear", 4.0, 2.0, 0.0, 1.0),
            ("nearly linear", 5.0, 1.0, 0.1, 1.0),
            ("lopsided", 8.0, 0.05, 0.05, 1.0),
            ("trained", 6.0, 0.8, 0.05, 1.0),
            # An exponent of lambda that is off would show from such values on.
            ("nearly linear", 1.2, 0.5, 0.0, 16.0),
            ("nearly linear", 16.0, 5.5, 0.0, 1 / 16),
        ]
    ],
    seconds_per_replicate=1.5e-5,
    first=2048,
)
def certified_networks(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one fresh point; the network is a fixed one for each cell."""
    w, phi, mean = _network(cell["network"], cell["mu"])
    a = two_layer.balanced_signs(WIDTH)
    deviation = cell["lambda"] ** -0.5
    law = dict(flip=cell["beta"], noise_deviation=deviation)
    points = subspace.fresh_points(rng, 1, n, mean, **law)
    x, y = points.x[0], points.y[0]
    found = inner_maximum.robust_error_bracket(w, a, phi, x, y, cell["alpha"], rng=rng)
    norm = two_layer.spectral_norm(w)
    margins = {
        name: np.full(n, sign * mean_value(w, a, phi, sign * mean, deviation=deviation) / norm)
        for name, sign in (("margin_plus", 1), ("margin_minus", -1))
    }
    return {
        **margins,
        "undecided_or_wrong": ~found.certified,
        "clean_mistake": y * two_layer.value(w, a, phi, x) <= 0,
    }
