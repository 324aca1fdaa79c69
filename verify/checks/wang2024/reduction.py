"""Checks that training in coordinates of the visible subspace is training in full dimension."""

from __future__ import annotations

import numpy as np

from bounds.wang2024.reduction import claim_reduction
from sim.clusters import data as clusters
from sim.clusters import robust_error, subspace
from sim.networks import two_layer
from sim.networks.activation import Activation, leaky_relu, linear, relu, smoothed_leaky_relu
from sim.networks.adversarial_training import Plan, Snapshot, train
from sim.networks.attack import Attack, l2_attack
from verify.catalogue import Cell, Observables, Path, check

ACTIVATIONS: dict[str, Activation] = {
    "ReLU": relu(), "leaky ReLU": leaky_relu(0.2), "smoothed leaky ReLU": smoothed_leaky_relu(0.3)
}
WIDTH, DEVIATION, RATE, STEPS, TEST_POINTS = 6, 0.1, 0.3, 4, 24


def _plan(cell: Cell) -> Plan:
    """Return a few iterations of Algorithm 1."""
    return Plan(
        Attack.fixed_point(cell["alpha"], 4), (RATE,) * STEPS, False,
        {"loss": Snapshot.robust_loss}, (STEPS,),
    )


def _outside(vectors: np.ndarray, *blocks: np.ndarray) -> np.ndarray:
    """Return the norm of the part of ``vectors`` (n, m, d) outside a span, over the whole norm."""
    basis = np.linalg.qr(np.swapaxes(np.concatenate(blocks, axis=1), 1, 2)).Q
    rest = vectors - (vectors @ basis) @ np.swapaxes(basis, 1, 2)
    return two_layer.frobenius_norm(rest) / two_layer.frobenius_norm(vectors)


@check(
    [claim_reduction[name] for name in ("trajectory", "margins", "span", "starts-at-zero")],
    id="wang2024/paired-runs",
    cells=[
        {"activation": name, "n": 5, "d": 40, "mu": 3.0, "alpha": 0.8, "beta": 0.1}
        for name in ACTIVATIONS
    ],
    seconds_per_replicate=1.8e-4,
    block=256,
    first=4096,
    quick=1,
    full=6,
)
def paired_runs(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set, trained on in full dimension and in coordinates."""
    phi, a, d = ACTIVATIONS[cell["activation"]], two_layer.balanced_signs(WIDTH), cell["d"]
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
    [claim_reduction[name] for name in (
        "height", "height-reduced", "height-variance", "height-variance-reduced",
    )],
    id="wang2024/gaussian-heights",
    cells=[{"d": 25, "q": 15}, {"d": 9, "q": 3}, {"d": 40, "q": 30}],
    version=2,
    seconds_per_replicate=lambda cell: 1.4e-7 * cell["q"] ** 2,
    block=512,
    first=2048,
    full=12,
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
    return {
        "height": height(full), "height_reduced": height(drawn), "height_rigid": height(rigid),
    }


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


@check(
    [claim_reduction["norm-spread-in-law"], claim_reduction["loss-spread-in-law"]],
    id="wang2024/spreads-in-law",
    cells=LAW_CELLS,
    seconds_per_replicate=3.6e-4,
    block=256,
    first=2048,
    quick=2,
    full=9,
)
def spreads_in_law(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is two runs in full dimension and two in drawn coordinates."""
    phi, a, samples = ACTIVATIONS[cell["activation"]], two_layer.balanced_signs(WIDTH), cell["n"]
    mean, twice, plan = clusters.first_axis(cell["d"], cell["mu"]), 2 * n, _plan(cell)
    x, y, _ = clusters.Clusters(mean, cell["beta"]).sample(rng, twice, samples)
    w = two_layer.initial_weights(rng, twice, WIDTH, cell["d"], DEVIATION)
    reduced = subspace.sample(
        rng, twice, samples, WIDTH, cell["d"], mean_norm=cell["mu"], weight_deviation=DEVIATION,
        flip=cell["beta"],
    )
    x_wrong, y_wrong, w_wrong = _wrong_coordinates(rng, twice, samples, cell, rigid=True)
    full = train(w, a, phi, x, y, plan)
    drawn = train(reduced.w, a, phi, reduced.x, reduced.y, plan)
    wrong = train(w_wrong, a, phi, x_wrong, y_wrong, plan)

    def spread(values: np.ndarray) -> np.ndarray:
        return np.abs(values[:n] - values[n:])

    loss = spread(drawn.history["loss"][0])
    return {
        "norm_spread_full": spread(two_layer.frobenius_norm(full.w)),
        "norm_spread_reduced": spread(two_layer.frobenius_norm(drawn.w)),
        "norm_spread_rigid": spread(two_layer.frobenius_norm(wrong.w)),
        "loss_spread_full": spread(full.history["loss"][0]),
        "loss_spread_reduced": loss,
        "loss_spread_scaled": 1.1 * loss,
    }


@check(
    [claim_reduction[name] for name in ("norm-in-law", "loss-in-law", "error-in-law")],
    id="wang2024/runs-in-law",
    cells=LAW_CELLS,
    seconds_per_replicate=3.2e-4,
    block=256,
    first=2048,
    quick=2,
    full=9,
)
def runs_in_law(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one run in full dimension and one, independent, in drawn coordinates."""
    phi, a, samples = ACTIVATIONS[cell["activation"]], two_layer.balanced_signs(WIDTH), cell["n"]
    mean = clusters.first_axis(cell["d"], cell["mu"])
    x, y, _ = clusters.Clusters(mean, cell["beta"]).sample(rng, n, samples)
    w = two_layer.initial_weights(rng, n, WIDTH, cell["d"], DEVIATION)
    reduced = subspace.sample(
        rng, n, samples, WIDTH, cell["d"], mean_norm=cell["mu"], weight_deviation=DEVIATION,
        flip=cell["beta"],
    )
    plan, attack = _plan(cell), Attack.fixed_point(cell["alpha"], 4)

    def errors(weights: np.ndarray, at: np.ndarray, *, quiet: bool = False) -> np.ndarray:
        fresh = subspace.fresh_points(rng, n, TEST_POINTS, at, flip=cell["beta"])
        points = fresh.x
        if quiet:
            points[..., 0] = cell["mu"] * fresh.cluster
        wrong = l2_attack(weights, a, phi, points, fresh.y, attack).margin <= 0
        # The share of errors has ties between the two simulations; a small number breaks them.
        return wrong.mean(axis=-1) + 1e-6 * rng.random(n)

    full = train(w, a, phi, x, y, plan)
    drawn = train(reduced.w, a, phi, reduced.x, reduced.y, plan)
    x_wrong, y_wrong, w_wrong = _wrong_coordinates(rng, n, samples, cell)
    wrong = train(w_wrong, a, phi, x_wrong, y_wrong, plan)
    return {
        "norm_full": two_layer.frobenius_norm(full.w),
        "norm_reduced": two_layer.frobenius_norm(drawn.w),
        "norm_constant": two_layer.frobenius_norm(wrong.w),
        "loss_full": full.history["loss"][0],
        "loss_reduced": drawn.history["loss"][0],
        "loss_constant": wrong.history["loss"][0],
        "error_full": errors(full.w, mean),
        "error_reduced": errors(drawn.w, reduced.mean),
        "error_quiet": errors(drawn.w, reduced.mean, quiet=True),
    }


@check(
    [claim_reduction[name] for name in (
        "one-step-direction", "along", "along-variance", "across", "one-step-law",
    )],
    id="wang2024/one-step",
    cells=[
        {"n": 10, "d": 40, "mu": 3.0, "beta": 0.1}, {"n": 25, "d": 15, "mu": 1.0, "beta": 0.2},
    ],
    seconds_per_replicate=lambda cell: 2e-6 + 2e-8 * cell["n"] * cell["d"],
    block=512,
    first=4096,
    full=16,
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
    [claim_reduction["one-step-proxy"]],
    id="wang2024/one-step-proxy",
    paths=[
        Path({"n": 1, "d": 1}, {"n": 10, "d": 200, "mu": 3.0, "beta": 0.1}, sizes=6, step=4),
        Path({"n": 1, "d": 2}, {"n": 10, "d": 50, "mu": 6.0, "beta": 0.05}, sizes=6, step=4),
    ],
    version=2,
    seconds_per_replicate=4e-7,
    block=256,
    first=1024,
    full=18,
)
def one_step_proxy(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one one-step margin, drawn from its exact law."""
    margin = robust_error.sample_one_step_margins(
        rng, cell["mu"], cell["d"], cell["n"], n, flip=cell["beta"]
    )
    return {"one_step_margin": margin}
