"""Checks of the lemmas on gradients in the weights, on networks small enough to difference."""

import numpy as np

from bounds.wang2024.gradients import equation_lambda, lemma_b6, lemma_b7, lemma_b8
from sim.networks import two_layer
from sim.networks.activation import Activation, leaky_relu, relu, smoothed_leaky_relu
from sim.networks.adversarial_training import Plan, train
from sim.networks.attack import Attack, l2_attack
from verify.catalogue import Cell, Observables, check

DIFFERENCE = 1e-7


def unit(vectors: np.ndarray) -> np.ndarray:
    """Return vectors of length one in the same directions."""
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def one_of(rng: np.random.Generator, *choices: np.ndarray) -> np.ndarray:
    """Pick row by row among arrays of one shape (n, ...)."""
    picked = rng.integers(0, len(choices), len(choices[0]))
    return np.stack(choices)[picked, np.arange(len(picked))]


@check(
    lemma_b6,
    id=lemma_b6.id,
    cells=[
        {"m": 4, "d": 3, "gamma": 0.1, "H": 1.0},
        {"m": 16, "d": 5, "gamma": 0.05, "H": 4.0},
        {"m": 16, "d": 5, "gamma": 0.7, "H": 0.5},
    ],
    seconds_per_replicate=1.2e-5,
    first=8192,
)
def taylor_remainder(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one input and two weight matrices, among them the worst kind."""
    m, d, H = cell["m"], cell["d"], cell["H"]
    phi, a = smoothed_leaky_relu(cell["gamma"], H), two_layer.balanced_signs(m)
    x = unit(rng.standard_normal((n, d))) * 10 ** rng.uniform(-1, 1, (n, 1))
    length = np.linalg.norm(x, axis=-1)[:, None, None]
    # Changes of every size in units of the parabola; the worst move neurons of one sign along x.
    size = 10 ** rng.uniform(-3, 2, (n, 1, 1)) / (H * length)
    aligned = (a > 0)[:, None] * x[:, None, :] / length
    change = size * one_of(
        rng,
        rng.standard_normal((n, m, d)),
        aligned,
        -aligned,
        aligned + 0.1 * rng.standard_normal((n, m, d)),
    )
    spread = 10 ** rng.uniform(-3, 1, (n, 1, 1)) / (H * length)
    v = spread * rng.standard_normal((n, m, d))

    def remainder(activation: Activation) -> np.ndarray:
        def value(w: np.ndarray) -> np.ndarray:
            return two_layer.value(w, a, activation, x[:, None, :])[:, 0]

        gradient = two_layer.weight_gradient(v, a, activation, x[:, None, :], np.ones((n, 1)))
        return np.abs(value(v + change) - value(v) - np.sum(gradient * change, axis=(1, 2)))

    # Rounding is of the size of the values; where the bound is below it nothing is said.
    spectral = two_layer.spectral_norm(change)
    bound = H * length[:, 0, 0] ** 2 * spectral**2 / (2 * np.sqrt(m))
    rounding = 1e-15 * m * length[:, 0, 0] * (two_layer.spectral_norm(v) + spectral)
    heard = rounding < 1e-7 * bound
    return {
        "norm_x": length[:, 0, 0],
        "spectral_change": spectral,
        "remainder": np.where(heard, remainder(phi), 0.0),
        "remainder_relu": np.where(heard, remainder(relu()), 0.0),
    }


@check(
    lemma_b7,
    id=lemma_b7.id,
    cells=[
        {"n": 3, "m": 4, "d": 4, "gamma": 0.3},
        {"n": 3, "m": 4, "d": 4, "gamma": 0.95},
        {"n": 1, "m": 8, "d": 6, "gamma": 0.95},
    ],
    seconds_per_replicate=1.1e-5,
    first=4096,
)
def robust_gradient(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set, attacked by gradient steps, and one weight matrix."""
    samples, m, d = cell["n"], cell["m"], cell["d"]
    phi, a = smoothed_leaky_relu(cell["gamma"]), two_layer.balanced_signs(m)
    y = rng.choice([-1.0, 1.0], (n, samples))
    direction = unit(rng.standard_normal((n, 1, d)))
    x = rng.standard_normal((n, samples, d))
    # Some training sets lie on a line that the network gets right, some on one it gets wrong.
    side = rng.choice([-1.0, 1.0], (n, 1, 1))
    x = one_of(rng, x, 2 * side * y[..., None] * direction)
    w = np.sign(a)[:, None] * direction + 0.02 * rng.standard_normal((n, m, d))
    w = one_of(rng, w, rng.standard_normal((n, m, d)))
    w *= 10 ** rng.uniform(-1.5, 1.5, (n, 1, 1))
    radius = float(rng.uniform(0.1, 1.5))
    attacked = l2_attack(w, a, phi, x, y, Attack.decaying(radius, 15))
    weight = two_layer.logistic_weight(attacked.margin)
    gradient = two_layer.weight_gradient(w, a, phi, x + attacked.perturbation, y * weight / samples)
    return {
        "alpha": np.full(n, radius),
        "C_1": np.square(x).sum(axis=-1).max(axis=-1) / d,
        "gradient_norm": two_layer.frobenius_norm(gradient),
        "robust_weight": weight.mean(axis=-1),
        "robust_loss": two_layer.logistic_loss(attacked.margin).mean(axis=-1),
    }


def _gradient(w: np.ndarray, a: np.ndarray, phi: Activation, x: np.ndarray) -> np.ndarray:
    """Gradient of ``f(x)`` in every weight by central differences: (n, m d)."""
    _, m, d = w.shape
    columns = []
    for s in range(m):
        for k in range(d):
            step = np.zeros((m, d))
            step[s, k] = DIFFERENCE
            up, down = (
                two_layer.value(w + sign * step, a, phi, x[:, None, :])[:, 0] for sign in (1, -1)
            )
            columns.append((up - down) / (2 * DIFFERENCE))
    return np.stack(columns, axis=-1)


@check(
    lemma_b8,
    id=lemma_b8.id,
    cells=[
        {"n": 2, "m": 4, "d": 3, "gamma": 0.2, "delta": 0.4},
        {"n": 2, "m": 4, "d": 3, "gamma": 0.7, "delta": 0.4},
        {"n": 8, "m": 2, "d": 8, "gamma": 0.4, "delta": 0.05},
    ],
    version=2,
    seconds_per_replicate=1.1e-5,
    first=4096,
)
def gradient_products(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one network and two inputs, both attacked in the worst directions."""
    m, d = cell["m"], cell["d"]
    phi, a = smoothed_leaky_relu(cell["gamma"]), two_layer.balanced_signs(m)
    level = np.sqrt(d * np.log(cell["n"] / cell["delta"]))
    x = unit(rng.standard_normal((n, d))) * 10 ** rng.uniform(-0.7, 0.7, (n, 1)) * np.sqrt(d)
    other = one_of(rng, rng.standard_normal((n, d)), x, -x, x + 0.1 * rng.standard_normal((n, d)))
    # The slopes are at their extremes on both inputs where the weights point along them.
    w = one_of(
        rng,
        rng.standard_normal((n, m, d)),
        *(sign * 9 * np.broadcast_to(x[:, None, :], (n, m, d)) for sign in (1, -1)),
    )
    tight = max(d - level, 0.1)
    mu = np.sqrt(one_of(rng, np.full(n, tight), 10 ** rng.uniform(-1, 1, n)))
    product = np.sum(x * other, axis=-1)
    squares = np.stack([np.square(x).sum(-1), np.square(other).sum(-1)])
    smallest = np.max([*squares / d, *d / squares, np.abs(product) / (mu**2 + level)], axis=0)
    alpha = rng.uniform(0, 0.5, n) * np.sqrt(d / smallest)

    def gradient(at: np.ndarray) -> np.ndarray:
        return two_layer.weight_gradient(w, a, phi, at[:, None, :], np.ones((n, 1))).reshape(n, -1)

    def inner(one: np.ndarray, two: np.ndarray) -> np.ndarray:
        return np.sum(gradient(one) * gradient(two), axis=-1)

    def moved(point: np.ndarray, sign: float, along: np.ndarray) -> np.ndarray:
        return point + sign * alpha[:, None] * unit(along)

    signs = (-1.0, 1.0)
    aside = rng.standard_normal((n, d))
    difference = _gradient(w, a, phi, x), _gradient(w, a, phi, other)
    squared = [inner(at, at) for s in signs for at in (moved(x, s, x), moved(x, s, aside))]
    slopes = [phi.slope(two_layer.preactivation(w, at[:, None, :])[:, 0]) for at in (x, other)]
    return {
        "mu": mu,
        "alpha": alpha,
        "C_1": smallest,
        "gradient_product": np.sum(difference[0] * difference[1], axis=-1),
        "gradient_scale": np.sqrt(squares[0] * squares[1]),
        "input_product": product,
        "slope_product": np.mean(slopes[0] * slopes[1], axis=-1),
        "mixed_product": np.max([np.abs(inner(x, moved(other, s, x))) for s in signs], axis=0),
        "attacked_product": np.max(
            [np.abs(inner(moved(x, s, other), moved(other, t, x))) for s in signs for t in signs],
            axis=0,
        ),
        "smallest_square": np.min(squared, axis=0),
        "largest_square": np.max(squared, axis=0),
        "largest_pair": np.max(
            [np.abs(inner(moved(x, s, x), moved(x, t, x))) for s in signs for t in signs], axis=0
        ),
        "smallest_pair": np.min(
            [
                inner(moved(x, -1, x), moved(x, -1, x)),
                inner(moved(x, 1, aside), moved(x, -1, aside)),
            ],
            axis=0,
        ),
    }


ACTIVATIONS = {
    "ReLU": relu(),
    "leaky ReLU": leaky_relu(0.2),
    "smoothed leaky ReLU": smoothed_leaky_relu(0.3),
}


@check(
    equation_lambda,
    id=equation_lambda.id,
    cells=[
        {
            "activation": name,
            "lower_slope": phi.lower,
            "n": 5,
            "m": 6,
            "d": 6,
            "alpha": 0.5,
            "eta": 0.5,
            "steps": steps,
        }
        for (name, phi), steps in zip(
            [item for item in ACTIVATIONS.items() for _ in range(2)], [0, 3] * 3, strict=True
        )
    ]
    + [
        {"activation": "leaky ReLU", "lower_slope": 0.2, "n": 2, "m": 6, "d": 6, "alpha": 0.5}
        | {"eta": 2.0, "steps": 1}
    ],
    seconds_per_replicate=lambda cell: 3e-6 + 5e-6 * cell["steps"],
    first=4096,
)
def margin_increment(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training run, one more step of it, and one random point."""
    m, d, eta, samples = cell["m"], cell["d"], cell["eta"], cell["n"]
    phi, a = ACTIVATIONS[cell["activation"]], two_layer.balanced_signs(m)
    attack = Attack.fixed_point(cell["alpha"], 5)
    x, y = rng.standard_normal((n, samples, d)), rng.choice([-1.0, 1.0], (n, samples))
    w = two_layer.initial_weights(rng, n, m, d, 0.5)
    plan = Plan(attack, (eta,) * cell["steps"], perturb_first=False)
    w = train(w, a, phi, x, y, plan).w
    now = l2_attack(w, a, phi, x, y, attack if cell["steps"] else Attack(cell["alpha"], ()))
    attacked = x + now.perturbation
    g = two_layer.logistic_weight(now.margin)
    after = w + two_layer.weight_gradient(w, a, phi, attacked, y * g * eta / samples)
    point, label = rng.standard_normal((n, 1, d)), rng.choice([-1.0, 1.0], n)
    z, z_after = (two_layer.preactivation(weights, point)[:, 0] for weights in (w, after))
    change = z_after - z
    still = np.abs(change) < 1e-12 * (1 + np.abs(z))
    secant = np.where(
        still, phi.slope(z), (phi.value(z_after) - phi.value(z)) / np.where(still, 1.0, change)
    )
    slopes = phi.slope(two_layer.preactivation(w, attacked))
    lambdas = np.mean(secant[:, None, :] * slopes, axis=-1)
    tangents = np.mean(phi.slope(z)[:, None, :] * slopes, axis=-1)
    products = g * y * label[:, None] * np.sum(attacked * point, axis=-1)
    margin, margin_after = (
        label * two_layer.value(weights, a, phi, point)[:, 0] for weights in (w, after)
    )
    return {
        "margin_change": margin_after - margin,
        "weighted_products": np.sum(lambdas * products, axis=-1),
        "tangent_products": np.sum(tangents * products, axis=-1),
        "change_scale": eta / samples * np.sum(np.abs(products), axis=-1),
        "lambda_smallest": lambdas.min(axis=-1),
        "lambda_largest": lambdas.max(axis=-1),
    }
