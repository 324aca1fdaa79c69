"""Recorded runs of Algorithm 1 with ReLU and leaky ReLU, and what the lemmas speak about.

All arrays have the iteration first (0 to T), then the replicate.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy

from sim.certificates.ball_increment import increment_bounds
from sim.clusters import subspace
from sim.clusters.subspace import Subspace
from sim.networks import two_layer
from sim.networks.activation import Activation, leaky_relu
from sim.networks.adversarial_training import Plan, train
from sim.networks.attack import Attack
from sim.networks.rectified_mean import mean_value
from verify.catalogue import Cell

Array = np.ndarray
JUMPS = 8
"""Fixed-point steps of the inner maximiser; exact once no neuron changes its sign."""


def transposed(matrix: Array) -> Array:
    """Swap the last two axes."""
    return np.swapaxes(matrix, -1, -2)


@dataclass(frozen=True)
class Runs:
    """Trajectories in coordinates of the span of mean, inputs and initial weights.

    Attributes
    ----------
    cell : cell
        n, m, d, mu, sigma, alpha, beta, eta, omega, T, gamma, negative_slope, delta.
    phi, a : activation, (m,) output weights.
    x, y, cluster, mean : as in `sim.clusters.subspace.Subspace`.
    w : (T+1, R, m, k), perturbation : (T+1, R, n, k), margin : (T+1, R, n)
        Weights, and the attacked training set at each of them (unattacked at the start).
    """

    cell: Cell
    phi: Activation
    a: Array
    x: Array
    y: Array
    cluster: Array
    mean: Array
    w: Array
    perturbation: Array
    margin: Array

    @cached_property
    def attacked(self) -> Array:
        """The attacked inputs (T+1, R, n, k)."""
        return self.x + self.perturbation

    @cached_property
    def weight(self) -> Array:
        """The logistic weights g of the attacked samples (T+1, R, n)."""
        return two_layer.logistic_weight(self.margin)

    @cached_property
    def mean_weight(self) -> Array:
        """Their mean over the samples (T+1, R)."""
        return self.weight.mean(axis=-1)

    @cached_property
    def step(self) -> Array:
        """Change of the weights in every iteration (T, R, m, k)."""
        return np.diff(self.w, axis=0)

    @cached_property
    def preactivation(self) -> Array:
        """Preactivations of the attacked inputs under their own weights (T+1, R, n, m)."""
        return self.attacked @ transposed(self.w)

    @cached_property
    def slope(self) -> Array:
        """Slopes there."""
        return self.phi.slope(self.preactivation)

    @cached_property
    def around(self) -> tuple[Array, Array]:
        """Preactivations of x_i^t and x_i^(t+1) under W^t and under W^(t+1): (2, T, R, n, m)."""
        first, second = self.attacked[:-1], self.attacked[1:]
        before = [self.preactivation[:-1], second @ transposed(self.w[:-1])]
        after = [first @ transposed(self.w[1:]), self.preactivation[1:]]
        return np.stack(before), np.stack(after)

    @cached_property
    def flipped(self) -> Array:
        """Which labels are flipped (R, n)."""
        return self.y != self.cluster

    @cached_property
    def same_sign(self) -> Array:
        """The pairs with y_i = a_s (R, n, m)."""
        return self.y[..., None] * self.a > 0

    @cached_property
    def active(self) -> Array:
        """Pairs (T+1, R, n, m) that are active on the whole ball; at the start at x_i alone."""
        z = self.x @ transposed(self.w)
        reach = self.cell["alpha"] * np.linalg.norm(self.w, axis=-1)[..., None, :]
        return np.concatenate([z[:1] > 0, z[1:] > reach[1:]])

    @cached_property
    def along_mean(self) -> Array:
        """Products y_i <mu, x_i'> over |mu|^2 (T+1, R, n)."""
        return self.y * (self.attacked @ self.mean) / self.cell["mu"] ** 2


def draw(rng: np.random.Generator, cell: Cell, n: int) -> tuple[Activation, Array, Subspace]:
    """Draw n training sets and starts; with the activation and the output weights."""
    phi = leaky_relu(cell["negative_slope"], scale=cell["gamma"])
    drawn = subspace.sample(
        rng,
        n,
        cell["n"],
        cell["m"],
        cell["d"],
        mean_norm=cell["mu"],
        weight_deviation=cell["omega"],
        flip=cell["beta"],
        noise_deviation=cell["sigma"],
    )
    return phi, two_layer.balanced_signs(cell["m"]), drawn


def train_runs(rng: np.random.Generator, cell: Cell, n: int) -> Runs:
    """Train n networks by Algorithm 1; the first iteration does not perturb."""
    phi, a, drawn = draw(rng, cell, n)
    iterations = cell["T"]
    plan = Plan(
        Attack.fixed_point(cell["alpha"], JUMPS),
        (cell["eta"],) * iterations,
        perturb_first=False,
        at=range(iterations + 1),
        observe={
            "w": lambda now: now.state,
            "u": lambda now: now.perturbation,
            "margin": lambda now: now.attacked_margin,
        },
    )
    found = train(drawn.w, a, phi, drawn.x, drawn.y, plan).history
    return Runs(
        cell,
        phi,
        a,
        drawn.x,
        drawn.y,
        drawn.cluster,
        drawn.mean,
        found["w"],
        found["u"],
        found["margin"],
    )


def smallest_share(pairs: Array) -> Array:
    """Return the smallest share of pairs (R, n, m) of any sample or neuron."""
    return np.minimum(pairs.mean(axis=-1).min(axis=-1), pairs.mean(axis=-2).min(axis=-1))


def constants(runs: Runs) -> dict[str, Array]:
    """Return the smallest constants for which the run is a good one, and whether it is."""
    cell = runs.cell
    n, d = cell["n"], cell["d"]
    gram = runs.x @ transposed(runs.x)
    squares = np.diagonal(gram, axis1=-2, axis2=-1)
    off = np.abs(gram * (1 - np.eye(n))).max(axis=(-2, -1))
    eigenvalues = np.linalg.eigvalsh(gram)
    level = np.sqrt(d * np.log(n / cell["delta"]))
    gradient = np.linalg.norm(runs.step, axis=(-2, -1)) / cell["eta"]
    signal = runs.along_mean[0]
    c_0 = smallest_share(runs.active[0] & runs.same_sign)
    clean = np.abs(signal - np.where(runs.flipped, -1, 1)).max(axis=-1) <= 0.5
    share = runs.flipped.mean(axis=-1)
    return {
        "c_0": c_0,
        "C_1": np.max(
            [
                squares.max(axis=-1) / d,
                d / squares.min(axis=-1),
                off / (cell["mu"] ** 2 + level),
                eigenvalues[..., -1] / (8 * d),
                d / (8 * eigenvalues[..., 0]),
            ],
            axis=0,
        ),
        "C_r": (runs.weight.max(axis=-1) / runs.weight.min(axis=-1)).max(axis=0),
        "C_2": (gradient / runs.mean_weight[:-1]).max(axis=0) * np.sqrt(n / d),
        "flipped_share": share,
        "signal_is_clean": clean,
        "is_active": c_0 > 0,
        "good_run": (c_0 > 0) & clean & (share <= 0.1),
    }


def slopes_between(runs: Runs) -> dict[str, Array]:
    """Return how small the secant slopes lambda become (before Proposition B.24)."""
    before, after = runs.around
    step = after - before
    still = step == 0
    secant = (runs.phi.value(after) - runs.phi.value(before)) / np.where(still, 1.0, step)
    secant = np.where(still, runs.phi.slope(before), secant)
    shared = (runs.active[:-1] & runs.active[1:]).mean(axis=-1)
    own = np.mean(secant * runs.slope[:-1], axis=-1)
    ratio = np.where(shared > 0, own / np.where(shared > 0, shared, 1), np.inf)
    pairs = secant[:, 0] @ transposed(runs.slope[0]) / runs.cell["m"]
    active_slopes = np.where(
        runs.active[1:-1],
        np.minimum(runs.phi.slope(before[0, 1:]), runs.phi.slope(before[1, 1:])),
        np.inf,
    )
    return {
        "lambda_over_share": ratio[:, 1:].min(axis=(0, 1, 3)),
        "lambda_over_share_first": ratio[:, 0].min(axis=(0, 2)),
        "lambda_smallest": own[:, 1:].min(axis=(0, 1, 3)),
        "lambda_first_own": own[:, 0].min(axis=(0, 2)),
        "lambda_first_any": pairs.min(axis=(0, 2, 3)),
        "active_slope": active_slopes.min(axis=(0, 2, 3)),
    }


def activity(runs: Runs) -> dict[str, Array]:
    """Return which pairs lose their activity (Lemmas B.25 and B.26, E1)."""
    lost = runs.active[:-1] & ~runs.active[1:]
    same = lost & runs.same_sign
    first = runs.active[1] & runs.same_sign
    reach = runs.cell["alpha"] * np.linalg.norm(runs.w[0], axis=-1)[:, None, :]
    start = (runs.x @ transposed(runs.w[0]) > reach) & runs.same_sign
    return {
        "lost_first": same[0].sum(axis=(-2, -1)),
        "lost_first_any": lost[0].sum(axis=(-2, -1)),
        "lost_later": same[1:].sum(axis=(0, 2, 3)),
        "lost_later_any": lost[1:].sum(axis=(0, 2, 3)),
        "active_samples": first.mean(axis=-2).min(axis=-1),
        "active_neurons": first.mean(axis=-1).min(axis=-1),
        "active_neurons_start": start.mean(axis=-1).min(axis=-1),
    }


def increments(runs: Runs) -> dict[str, Array]:
    """Return certified bounds of the margins' increments on the balls (Lemma B.26, E2)."""
    lower, upper = increment_bounds(
        runs.w[:-1], runs.w[1:], runs.a, runs.phi, runs.x, runs.y, runs.cell["alpha"]
    )
    unit = runs.cell["eta"] / runs.cell["n"] * runs.weight[:-1]

    values = (runs.phi.value(z) @ runs.a for z in runs.around[::-1])
    attained = runs.y * (next(values) - next(values)) / unit
    # f vanishes at the start, so what was gained on the whole ball since then is a margin.
    margins = np.cumsum(lower, axis=0)
    return {
        "increment_below": (lower / unit).min(axis=(0, 2)),
        "increment_above": (upper / unit).max(axis=(0, 2)),
        "increment_least": attained.min(axis=(0, 1, 3)),
        "increment_most": attained.max(axis=(0, 1, 3)),
        "uncertified_share": (margins <= 0).mean(axis=-1).max(axis=0),
        "margin_after_first": margins[0].min(axis=-1),
    }


def attack_directions(runs: Runs, rng: np.random.Generator) -> dict[str, Array]:
    """Return where the attacks point (Lemmas B.27 and B.28)."""
    basis = np.linalg.qr(transposed(runs.x))[0]

    def outside(vectors: Array) -> Array:
        return np.linalg.norm(vectors - vectors @ basis @ transposed(basis), axis=-1)

    alpha, mu = runs.cell["alpha"], runs.cell["mu"]
    random = rng.standard_normal(runs.x.shape)
    random *= alpha / np.linalg.norm(random, axis=-1, keepdims=True)
    across = runs.attacked.copy()
    across[..., 0] = 0  # the mean lies along the first axis
    product, flipped = runs.along_mean, np.broadcast_to(runs.flipped, runs.along_mean.shape)
    return {
        "distance": outside(runs.perturbation).max(axis=(0, 2)),
        "distance_from_mean": np.linalg.norm(across, axis=-1).max(axis=(0, 2)),
        "distance_first_perturbed": outside(random).max(axis=-1),
        "clean_lowest": np.where(flipped, 1.0, product).min(axis=(0, 2)),
        "clean_highest": np.where(flipped, 1.0, product).max(axis=(0, 2)),
        "flipped_lowest": np.where(flipped, product, -1.0).min(axis=(0, 2)),
        "flipped_highest": np.where(flipped, product, -1.0).max(axis=(0, 2)),
        "moved_along_mean": np.abs(runs.perturbation @ runs.mean).max(axis=(0, 2)) / mu**2,
    }


def convergence(runs: Runs) -> dict[str, Array]:
    """Return the gradient along the mean and the growth of the weights (Lemma B.29)."""
    cell = runs.cell
    direction = np.sign(runs.a)[:, None] * runs.mean / (cell["mu"] * np.sqrt(cell["m"]))
    along = np.sum(runs.step * direction, axis=(-2, -1)) / cell["eta"]
    squares = np.square(runs.w).sum(axis=(-2, -1))
    growth = (squares[1:] - squares[0]) / np.arange(1, len(squares))[:, None]
    return {
        "gradient_along_mean": (along / runs.mean_weight[:-1]).min(axis=0) / cell["mu"],
        "growth_rate": growth.max(axis=0) / cell["eta"],
    }


def margin(runs: Runs) -> Array:
    """Return the smaller conditional mean of y f over the spectral norm, after the last step."""
    w = runs.w[-1]
    means = [
        sign * mean_value(w, runs.a, runs.phi, sign * runs.mean, deviation=runs.cell["sigma"])
        for sign in (1, -1)
    ]
    return np.minimum(*means) / two_layer.spectral_norm(w)


def wrong_share(runs: Runs) -> Array:
    """Return the share of neurons of the wrong sign on a clean fresh point, on average over it."""
    w = runs.w[-1]
    along = np.sign(runs.a) * (w @ runs.mean)
    margins = along / (runs.cell["sigma"] * np.linalg.norm(w, axis=-1))
    return scipy.special.ndtr(-margins).mean(axis=-1)


def fresh_points(runs: Runs) -> dict[str, Array]:
    """Return means and standard deviations, over clean fresh points, of what neurons do on them.

    Given the run, a preactivation on a normal point is normal. Of the neurons (and steps) the
    smallest mean and the largest deviation are returned, in the units of `fresh_point`.
    """
    mu, sigma = runs.cell["mu"], runs.cell["sigma"]
    weight, step_size = runs.mean_weight[:-1], runs.cell["eta"] / np.sqrt(runs.cell["m"])
    total = step_size * weight.sum(axis=0)

    def law(name: str, change: Array, unit: Array) -> dict[str, Array]:
        change = change / unit[..., None, None]
        mean = np.sign(runs.a) * (change @ runs.mean)
        spread = sigma * np.linalg.norm(change, axis=-1)
        beside = (*range(mean.ndim - 2), -1)
        return {f"{name}_mean": mean.min(axis=beside), f"{name}_spread": spread.max(axis=beside)}

    return {
        **law("change", runs.step, step_size * weight),
        **law("moved", runs.w[-1] - runs.w[0], total),
        **law("alignment", runs.w[-1], total * mu**2),
    }


def fresh_point(runs: Runs, rng: np.random.Generator) -> dict[str, Array]:
    """Return what the neurons do on one fresh point without a flip (Lemmas B.30 to B.32).

    The terms B_1 to B_4 are in units of eta / sqrt(m) times the mean logistic weight; where they
    are accumulated over the iterations, so is that.
    """
    cell = runs.cell
    mu, alpha, d, n, sigma = (cell[name] for name in ("mu", "alpha", "d", "n", "sigma"))
    replicates, k = runs.x.shape[0], runs.x.shape[-1]
    label = rng.choice([-1.0, 1.0], replicates)[:, None]
    xi = sigma * rng.standard_normal((replicates, k))
    # The part of the noise outside the span adds to its length alone.
    outside = rng.chisquare(d - k, replicates) if d > k else np.zeros(replicates)
    length = np.sqrt(np.square(xi).sum(axis=-1) + sigma**2 * outside)
    x = label * runs.mean + xi
    sign, weight = np.sign(runs.a), runs.mean_weight[:-1]
    total, step_size = weight.sum(axis=0), cell["eta"] / np.sqrt(cell["m"])

    unit = step_size * weight[..., None]
    change = sign * label * np.sum(runs.step * x[:, None, :], axis=-1) / unit
    pull = transposed(runs.slope[:-1] * runs.weight[:-1, :, :, None]) / n  # (T, R, m, n)
    noise = runs.attacked[:-1] - runs.cluster[..., None] * runs.mean
    signal = runs.cluster * (runs.attacked[:-1] @ runs.mean)
    across = label[:, 0] * (xi @ runs.mean)
    on_point = label * runs.y * np.sum(noise * xi[:, None, :], axis=-1)

    def term(per_sample: Array) -> Array:
        return (pull @ per_sample[..., None])[..., 0] / weight[..., None]

    b_1, b_2 = term(signal), -2 * term(runs.flipped * signal)
    b_3 = term(np.broadcast_to(runs.y * runs.cluster, signal.shape)) * across[:, None]
    b_4 = term(on_point)
    gap = change - (b_1 + b_2 + b_3 + b_4)
    widest = np.abs((runs.x - runs.cluster[..., None] * runs.mean) @ xi[..., None]).max(axis=(1, 2))
    noise_sum = np.sum((pull * runs.y[:, None, :]) @ noise, axis=0) / total[:, None, None]
    last = runs.w[-1] / (step_size * total)[:, None, None]
    aligned = sign * label * np.sum(last * x[:, None, :], axis=-1)
    worst = np.abs(last @ runs.mean) + np.linalg.norm(last, axis=-1) * length[:, None]
    envelope = mu**2 + (mu + np.sqrt(d / n) + alpha) * length + mu * alpha
    return {
        "decomposition_gap": np.abs(gap).max(axis=(0, 2)),
        "decomposition_gap_halved": np.abs(gap + b_2 / 2).max(axis=(0, 2)),
        "change_largest": np.abs(change).max(axis=(0, 2)),
        "B1_smallest": b_1.min(axis=(0, 2)) / mu**2,
        "B2_largest": np.abs(b_2).max(axis=(0, 2)),
        "B3_ratio": np.abs(b_3).max(axis=(0, 2)) / np.abs(across),
        "B4_ratio": np.abs(b_4).max(axis=(0, 2)) / (widest + alpha * length),
        "noise_ratio": np.sqrt(n / d) * np.linalg.norm(noise_sum, axis=-1).max(axis=-1),
        "noise_size": sigma * np.sqrt(np.square(noise_sum).sum(axis=-1).mean(axis=-1)),
        "envelope_ratio": np.abs(aligned).max(axis=-1) / envelope,
        "envelope_ratio_worst": worst.max(axis=-1) / envelope,
    }
