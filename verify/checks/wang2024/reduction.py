"""Checks that training in coordinates of the visible subspace is training in full dimension."""

import numpy as np

from bounds.wang2024.reduction import claim_reduction
from sim.clusters import data as clusters
from sim.clusters import robust_error, subspace
from sim.networks import two_layer
from sim.networks.activation import Activation, leaky_relu, linear, relu, smoothed_leaky_relu
from sim.networks.adversarial_training import Plan, Snapshot, Trained, train
from sim.networks.attack import Attack, l2_attack
from verify.catalogue import Cell, Observables, Path, check

ACTIVATIONS: dict[str, Activation] = {
    "ReLU": relu(),
    "leaky ReLU": leaky_relu(0.2),
    "smoothed leaky ReLU": smoothed_leaky_relu(0.3),
}
WIDTH, DEVIATION, RATE, STEPS, TEST_POINTS = 6, 0.1, 0.3, 4, 24
SIGNS = two_layer.balanced_signs(WIDTH)


def _plan(cell: Cell) -> Plan:
    """Return a few iterations of Algorithm 1."""
    attack, observed = Attack.fixed_point(cell["alpha"], 4), {"loss": Snapshot.robust_loss}
    return Plan(attack, (RATE,) * STEPS, False, observed, (STEPS,))


def _outside(vectors: np.ndarray, *blocks: np.ndarray) -> np.ndarray:
    """Return the norm of the part of ``vectors`` (n, m, d) outside a span, over the whole norm."""
    basis = np.linalg.qr(np.swapaxes(np.concatenate(blocks, axis=1), 1, 2)).Q
    rest = vectors - (vectors @ basis) @ np.swapaxes(basis, 1, 2)
    return two_layer.frobenius_norm(rest) / two_layer.frobenius_norm(vectors)


@check(
    claim_reduction["trajectory", "margins", "span", "starts-at-zero"],
    cells=[
        {"activation": name, "n": 5, "d": 40, "mu": 3.0, "alpha": 0.8, "beta": 0.1}
        for name in ACTIVATIONS
    ],
    seconds_per_replicate=1.3e-4,
    block=256,
    first=5120,
    quick=4,
)
def paired_runs(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set, trained on in full dimension and in coordinates."""
    phi, a, d = ACTIVATIONS[cell["activation"]], SIGNS, cell["d"]
    mixture = clusters.Clusters(clusters.first_axis(d, cell["mu"]), cell["beta"])
    x, y, _ = mixture.sample(rng, n, cell["n"])
    start = two_layer.initial_weights(rng, n, WIDTH, d, DEVIATION)
    half = WIDTH // 2
    fresh = mixture.sample(rng, n, 1)
    mean = np.broadcast_to(mixture.mean, (n, 1, d))
    _, x_in, w_in, point, blind = subspace.coordinates(
        mean, x, start[:, :half], fresh.x, fresh.x * (np.arange(d) > 0)
    )
    # The last two blocks are points, seen in the same basis; training does not need them.
    plan = _plan(cell)
    w = train(start, a, phi, x, y, plan).w
    doubled = np.concatenate([w_in, w_in], axis=1)
    w_reduced = train(doubled, a, phi, x_in, y, plan).w
    without = train(np.zeros_like(doubled), a, phi, x_in, y, plan).w
    attack = Attack.fixed_point(cell["alpha"], 6)

    def margin(weights: np.ndarray, at: np.ndarray) -> np.ndarray:
        return l2_attack(weights, a, phi, at, fresh.y, attack).margin[:, 0]

    def value(weights: np.ndarray) -> np.ndarray:
        return two_layer.value(weights, a, phi, fresh.x)[:, 0]

    independent = two_layer.initial_weights(rng, n, WIDTH, d, DEVIATION, symmetric=False)
    scale = two_layer.spectral_norm(w) * np.linalg.norm(fresh.x[:, 0], axis=1)
    return {
        "norm_full": two_layer.frobenius_norm(w),
        "norm_reduced": two_layer.frobenius_norm(w_reduced),
        "norm_without_weights": two_layer.frobenius_norm(without),
        "margin_full": margin(w, fresh.x),
        "margin_reduced": margin(w_reduced, point),
        "margin_without_mean": margin(w_reduced, blind),
        "margin_scale": scale,
        "out_of_span": _outside(w, x, start[:, :half]),
        "out_of_inputs": _outside(w, x),
        "out_of_weights": _outside(w, mean, start[:, :half]),
        "initial_value": value(start),
        "initial_value_independent": value(independent),
        "initial_scale": scale,
    }


@check(
    claim_reduction["height", "height-reduced", "height-law", "height-law-reduced"],
    cells=[{"d": 25, "q": 15}, {"d": 9, "q": 3}, {"d": 40, "q": 30}],
    version=2,
    seconds_per_replicate=lambda cell: 1.4e-7 * cell["q"] ** 2,
    first=2048,
)
def gaussian_heights(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one set of q Gaussian vectors, in d dimensions and in drawn coordinates."""
    d, q = cell["d"], cell["q"]
    full = rng.standard_normal((n, q, d))
    drawn = np.concatenate(
        [rng.standard_normal((n, q, 1)), subspace.gaussian_coordinates(rng, n, q, d - 1)], axis=-1
    )

    def height(rows: np.ndarray) -> np.ndarray:
        """Squared distance of the middle vector from the span of the others."""
        inverse = np.linalg.inv(rows @ np.swapaxes(rows, 1, 2))
        return 1 / inverse[:, q // 2, q // 2]

    rigid = drawn.copy()
    own = np.arange(q)
    rigid[:, own, own + 1] = np.sqrt(d - 1 - own)
    return {"height": height(full), "height_reduced": height(drawn), "height_rigid": height(rigid)}


def _wrong_coordinates(
    rng: np.random.Generator, n: int, samples: int, cell: Cell, *, rigid: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw a training set in wrong coordinates: every diagonal entry with d - 1 degrees.

    Or, ``rigid``, with each entry's right mean square and no randomness at all.
    """
    vectors = samples + WIDTH // 2
    rows = np.tril(rng.standard_normal((n, vectors, vectors)), -1)
    own = np.arange(vectors)
    if rigid:
        rows[:, own, own] = np.sqrt(cell["d"] - 1 - own)
    else:
        rows[:, own, own] = np.sqrt(rng.chisquare(cell["d"] - 1, size=(n, vectors)))
    rows = np.concatenate([rng.standard_normal((n, vectors, 1)), rows], axis=-1)
    y, cluster = clusters.labels(rng, (n, samples), cell["beta"])
    x, w = rows[:, :samples], DEVIATION * rows[:, samples:]
    x[..., 0] += cell["mu"] * cluster
    return x, y, np.concatenate([w, w], axis=1)


LAW_CELLS = [
    {"activation": "leaky ReLU", "n": 12, "d": 24, "mu": 2.5, "alpha": 0.8, "beta": 0.1},
    {"activation": "smoothed leaky ReLU", "n": 10, "d": 20, "mu": 2.0, "alpha": 0.5, "beta": 0.05},
]


def _runs(
    rng: np.random.Generator, n: int, cell: Cell, *, rigid: bool = False
) -> tuple[list[Trained], np.ndarray]:
    """Train in full dimension, in drawn coordinates and in wrong ones; also return the mean."""
    phi, a, samples, d = ACTIVATIONS[cell["activation"]], SIGNS, cell["n"], cell["d"]
    mixture = clusters.Clusters(clusters.first_axis(d, cell["mu"]), cell["beta"])
    x, y, _ = mixture.sample(rng, n, samples)
    w = two_layer.initial_weights(rng, n, WIDTH, d, DEVIATION)
    right = dict(mean_norm=cell["mu"], weight_deviation=DEVIATION, flip=cell["beta"])
    drawn = subspace.sample(rng, n, samples, WIDTH, d, **right)
    problems = [
        (x, y, w),
        (drawn.x, drawn.y, drawn.w),
        _wrong_coordinates(rng, n, samples, cell, rigid=rigid),
    ]
    return [train(w, a, phi, x, y, _plan(cell)) for x, y, w in problems], drawn.mean


@check(
    claim_reduction["norm-spread-in-law", "loss-spread-in-law"],
    cells=LAW_CELLS,
    seconds_per_replicate=3.6e-4,
    block=256,
    first=2048,
    quick=2,
    version=2,
)
def spreads_in_law(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is two runs in full dimension and two in drawn coordinates."""
    runs, _ = _runs(rng, 2 * n, cell, rigid=True)
    norms = np.array([two_layer.frobenius_norm(run.w) for run in runs])
    losses = np.array([run.history["loss"][0] for run in runs])
    norm, loss = (np.abs(values[:, :n] - values[:, n:]) for values in (norms, losses))
    return {
        "norm_spread_full": norm[0],
        "norm_spread_reduced": norm[1],
        "norm_spread_rigid": norm[2],
        "loss_spread_full": loss[0],
        "loss_spread_reduced": loss[1],
    }


@check(
    claim_reduction["norm-in-law", "loss-in-law", "error-in-law"],
    cells=LAW_CELLS,
    seconds_per_replicate=3.2e-4,
    block=256,
    first=2048,
)
def runs_in_law(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one run in full dimension and one, independent, in drawn coordinates."""
    (full, drawn, wrong), mean = _runs(rng, n, cell)
    phi, attack = ACTIVATIONS[cell["activation"]], Attack.fixed_point(cell["alpha"], 4)

    def errors(weights: np.ndarray, at: np.ndarray, *, quiet: bool = False) -> np.ndarray:
        fresh = subspace.fresh_points(rng, n, TEST_POINTS, at, flip=cell["beta"])
        if quiet:
            fresh.x[..., 0] = cell["mu"] * fresh.cluster
        missed = l2_attack(weights, SIGNS, phi, fresh.x, fresh.y, attack).margin <= 0
        # The share of errors has ties between the two simulations; a small number breaks them.
        return missed.mean(axis=-1) + 1e-6 * rng.random(n)

    observed: dict[str, np.ndarray] = {}
    for name, run in (("full", full), ("reduced", drawn), ("constant", wrong)):
        observed[f"norm_{name}"] = two_layer.frobenius_norm(run.w)
        observed[f"loss_{name}"] = run.history["loss"][0]
    return observed | {
        "error_full": errors(full.w, clusters.first_axis(cell["d"], cell["mu"])),
        "error_reduced": errors(drawn.w, mean),
        "error_quiet": errors(drawn.w, mean, quiet=True),
    }


@check(
    claim_reduction["one-step-direction", "along", "along-variance", "across", "one-step-law"],
    cells=[{"n": 10, "d": 40, "mu": 3.0, "beta": 0.1}, {"n": 25, "d": 15, "mu": 1.0, "beta": 0.2}],
    seconds_per_replicate=lambda cell: 2e-6 + 2e-8 * cell["n"] * cell["d"],
    block=512,
    first=4096,
)
def one_step(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set in full dimension; a linear network takes one step."""
    mean = clusters.first_axis(cell["d"], cell["mu"])
    x, y, _ = clusters.Clusters(mean, cell["beta"]).sample(rng, n, cell["n"])
    total = np.sum(y[..., None] * x, axis=1)
    a = two_layer.balanced_signs(2)
    w = train(
        np.zeros((n, 2, cell["d"])), a, linear(), x, y, Plan(Attack(0.0, ()), (1.0,), False)
    ).w
    theta = np.einsum("s,rsd->rd", a, w)

    def law(dimension: int, flip: float) -> np.ndarray:
        return robust_error.sample_one_step_margins(
            rng, cell["mu"], dimension, cell["n"], n, flip=flip
        )

    return {
        "along": total[:, 0],
        "across_squared": np.square(total[:, 1:]).sum(axis=1),
        "one_step_margin": total @ mean / np.linalg.norm(total, axis=1),
        "trained_margin": theta @ mean / np.linalg.norm(theta, axis=1),
        "drawn_margin": law(cell["d"], cell["beta"]),
        "drawn_margin_without_flips": law(cell["d"], 0.0),
        "drawn_margin_in_2d": law(2 * cell["d"], cell["beta"]),
    }


@check(
    claim_reduction["one-step-proxy"],
    paths=[
        Path({"n": 1, "d": 1}, {"n": 10, "d": 200, "mu": 3.0, "beta": 0.1}, sizes=6, step=4),
        Path({"n": 1, "d": 2}, {"n": 10, "d": 50, "mu": 6.0, "beta": 0.05}, sizes=6, step=4),
    ],
    version=2,
    seconds_per_replicate=4e-7,
    first=1024,
)
def one_step_proxy(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one one-step margin, drawn from its exact law."""
    margin = robust_error.sample_one_step_margins(
        rng, cell["mu"], cell["d"], cell["n"], n, flip=cell["beta"]
    )
    return {"one_step_margin": margin}
