"""Checks of the lemmas on one sweep of training runs of smooth networks."""

import numpy as np

from bounds.wang2024.attacked_inputs import claim_4_1, lemma_b10, lemma_b11
from bounds.wang2024.convergence import corollary_b16, lemma_b14, lemma_b15
from bounds.wang2024.error import theorem_b1
from bounds.wang2024.training import lemma_b9, lemma_b12, lemma_b13
from sim.certificates import certified_margin
from sim.clusters import sample_geometry, subspace
from sim.networks import two_layer
from verify.catalogue import Cell, Observables, check
from verify.checks.wang2024 import replays_training
from verify.checks.wang2024.smooth_runs import OTHERS, SPOILED, Runs, smooth_cell, smooth_runs

Array = np.ndarray
STEPS = 8

RUNS = [
    # All sizes but n as the proofs want them: d so large that every cross term is negligible.
    smooth_cell(d=1e26, mu=4e6, alpha=100.0, beta=0.02, eta=1e-52, T=STEPS),
    # The same with a step that lets the losses fall, against Assumption 1 (4).
    smooth_cell(d=1e26, m=6, mu=4e6, alpha=100.0, beta=0.02, gamma=0.25, H=2.0, eta=2e-25, T=STEPS),
    # An attack almost as strong as the signal.
    smooth_cell(d=1e8, mu=120.0, alpha=108.0, beta=0.1, H=100.0, eta=2e-7, T=STEPS),
    # Many flipped labels; with d < n^2 alpha^2 in the linear one.
    smooth_cell(d=4000, n=10, mu=6.0, alpha=4.0, beta=0.1, H=20.0, eta=0.02, T=STEPS),
    smooth_cell(d=20000, n=12, m=2, mu=12.0, alpha=12.0, beta=0.1, gamma=1.0, eta=0.005, T=STEPS),
    # The first in other sizes and constants: inside Assumption 1, (A1) and (A2) with C = 2.
    smooth_cell(
        d=1e9, n=9, m=2, mu=600.0, alpha=20.0, beta=0.01, gamma=0.7, H=3.0, eta=1e-28, T=2, **OTHERS
    ),
    # So is this, but for its step, and with more flipped labels.
    smooth_cell(d=1e6, n=9, m=2, mu=60.0, alpha=12.0, beta=0.2, H=5.0, eta=3e-4, T=2, **OTHERS),
]

WEAK_SIGNALS = [
    # The noise is so strong against the signal that (C5) is only just met, and d so large that an
    # attack as strong as the signal takes little of it.
    smooth_cell(d=4e6, mu=3.0, alpha=3.0, beta=0.1, gamma=gamma, H=H, eta=1e-5, T=2, share=0.1)
    for gamma, H in [(0.5, 1.0), (0.1, 100.0)]
]

OTHER_SIGNAL = smooth_cell(
    d=1e8, n=16, m=8, mu=1.5, alpha=1.5, beta=0.05, gamma=0.3, eta=4e-7, T=2, share=0.1, **OTHERS
)


def signal_direction(runs: Runs) -> Array:
    """Return V with rows ``a_s mu / (|mu| sqrt(m))``, (m, k)."""
    unit = runs.data.mean / runs.cell["mu"]
    return np.sign(runs.a)[:, None] * unit / np.sqrt(len(runs.a))


def _margins(runs: Runs) -> Observables:
    """Certified margins and increments, and the loss ratio with its error."""
    increase = certified_margin.smallest_increase(
        runs.w[:-1], runs.w[1:], runs.a, runs.phi, runs.data.x, runs.data.y, runs.cell["alpha"]
    ).min(axis=-1)
    per_weight = increase / runs.cell["eta"] / runs.mean_weight
    ratio, least = runs.loss_ratio, runs.weight[1:].min(axis=-1)
    certified = two_layer.logistic_weight(runs.certified[1:]).max(axis=-1)
    return {
        "certified_increase": increase.min(axis=0),
        "certified_increase_per_weight": per_weight.min(axis=0),
        "certified_margin": runs.certified[1:].min(axis=(0, 2)),
        "largest_margin": runs.margin[1:].max(axis=(0, 2)),
        "loss_ratio": ratio,
        "attained_ratio": ratio,
        "loss_ratio_error": np.abs((certified / least).max(axis=0) - ratio),
    }


def _directions(runs: Runs, rng: np.random.Generator) -> Observables:
    """Where the attacks point."""
    mean, alpha, y = runs.data.mean, runs.cell["alpha"], runs.data.y
    # At time 0 the network vanishes, so any perturbation is a worst one: for example along a
    # neuron's initial weights, which point out of the span.
    neuron = runs.data.w[:, :1] / np.linalg.norm(runs.data.w[:, :1], axis=-1, keepdims=True)
    distance = runs.distance().max(axis=(0, 2))
    perturbed = sample_geometry.distance_to_span(alpha * neuron, runs.data.x)[:, 0]
    signal = y * np.matmul(runs.attacked, mean)
    none = runs.cell["mu"] ** 2
    return {
        "distance": distance,
        # At a contraction of 1/2 or better the stationary point is no farther than twice that.
        "distance_error": 2 * runs.residual().max(axis=(0, 2)),
        "distance_from_mean": np.linalg.norm(runs.attacked[..., 1:], axis=-1).max(axis=(0, 2)),
        "distance_perturbed_start": np.maximum(distance, perturbed),
        "clean_lowest": np.where(runs.clean, signal, none).min(axis=(0, 2)),
        "clean_highest": np.where(runs.clean, signal, none).max(axis=(0, 2)),
        "flipped_lowest": np.where(runs.clean, -none, signal).min(axis=(0, 2)),
        "flipped_highest": np.where(runs.clean, -none, signal).max(axis=(0, 2)),
        "smallest_cosine": runs.alignment().min(axis=(0, 2)),
        "mean_cosine": runs.mean_alignment().min(axis=(0, 2)),
    }


def _gradients(runs: Runs) -> Observables:
    """Gradients in terms of the mean logistic weight, and norms."""
    ratio = runs.descent_norm / runs.mean_weight
    direction = signal_direction(runs)
    along = np.sum(runs.descent * direction, axis=(-2, -1))
    pull = runs.data.y * runs.weight[:-1] / runs.cell["n"]
    chain_rule = two_layer.weight_gradient(runs.w[:-1], runs.a, runs.phi, runs.attacked[:-1], pull)
    norms = two_layer.frobenius_norm(runs.w)
    return {
        "gradient_ratio": ratio.max(axis=0),
        "gradient_ratio_least": ratio.min(axis=0),
        "signal_ratio_least": (along / runs.mean_weight).min(axis=0),
        "initial_norm": norms[0],
        "final_norm": norms[-1],
        "summed_weights": runs.mean_weight.sum(axis=0),
        "summed_descent": np.sum(chain_rule * direction, axis=(0, -2, -1)),
        "travelled": np.sum((runs.w[-1] - runs.w[0]) * direction, axis=(-2, -1)),
        "normalised_margin": runs.normalised_margin().min(axis=0),
        "robust_loss": two_layer.logistic_loss(runs.margin[-1]).mean(axis=-1),
        "twice_mean_weight": 2 * runs.mean_weight.mean(axis=0),
    }


def _point(rng: np.random.Generator, runs: Runs) -> Array:
    """Pick a test point, a training point, its mirror image or a far point: (R, 1, k)."""
    replicates, _, k = runs.data.x.shape
    fresh = subspace.fresh_points(
        rng, replicates, 1, runs.data.mean, noise_deviation=runs.cell["sigma"]
    ).x
    trained = runs.data.x[:, :1]
    far = rng.standard_normal((replicates, 1, k))
    far *= np.sqrt(runs.cell["d"] / k) * 10 ** rng.uniform(-1, 1, (replicates, 1, 1))
    kinds = np.stack([fresh, trained, -trained, far])
    return kinds[rng.integers(0, len(kinds), replicates), np.arange(replicates)]


def picked_step(rng: np.random.Generator, runs: Runs) -> Observables:
    """What one random step does to a random point and to the weights."""
    eta, m, replicates = runs.cell["eta"], len(runs.a), runs.w.shape[1]
    at = rng.integers(0, runs.cell["T"], replicates), np.arange(replicates)
    before, after = runs.w[at], runs.w[at[0] + 1, at[1]]
    point, y = _point(rng, runs), runs.data.y
    label = rng.choice([-1.0, 1.0], len(point))
    g, attacked = runs.weight[at], runs.attacked[at]
    slopes = runs.phi.slope(two_layer.preactivation(before, attacked))
    own = runs.phi.slope(two_layer.preactivation(before, point))
    rho = np.sum(slopes * own, axis=-1) / m
    products = g * rho * y * label[:, None] * np.sum(attacked * point, axis=-1)
    values = [two_layer.value(w, runs.a, runs.phi, point)[:, 0] for w in (after, before)]
    gradient = (after - before) / eta
    along = np.sum(gradient * signal_direction(runs), axis=(-2, -1))
    return {
        "point_increase": label * (values[0] - values[1]),
        "point_scale": eta / g.shape[-1] * np.abs(products).sum(axis=-1) + np.abs(values[0]),
        "weighted_products": products.sum(axis=-1),
        "rho_smallest": rho.min(axis=-1),
        "rho_largest": rho.max(axis=-1),
        "norm_x": np.linalg.norm(point[:, 0], axis=-1),
        "spectral_gradient": two_layer.spectral_norm(gradient),
        "picked_weight": g.mean(axis=-1),
        "picked_noisy_weight": np.where(runs.clean, 0, g).mean(axis=-1),
        "picked_gradient": two_layer.frobenius_norm(gradient),
        "signal_descent": along,
        "norm_growth": np.sum((after - before) * (after + before), axis=(-2, -1)),
    }


@check(
    [
        lemma_b9["increasing", "nonnegative", "increase"],
        lemma_b9["loss-ratio", "loss-ratio-measured", "loss-ratio-constant"],
        lemma_b10["distance"],
        lemma_b11["clean-above", "flipped-above", "flipped-below"],
        lemma_b12["gradient", "gradient-measured", "weights"],
        lemma_b13["increment", "increment-measured", "rho-below", "rho-above"],
        lemma_b14["margin", "margin-measured"],
        lemma_b15["signal", "signal-below", "gradient", "norm-growth", "loss-below-weights"],
        lemma_b15["telescoped", "telescoped-as-printed"],
        corollary_b16["norm-step-halved"],
        theorem_b1["training-error"],
    ],
    cells=RUNS,
    version=4,
    seconds_per_replicate=lambda cell: 1e-5 + 3e-5 * cell["T"],
    bytes_per_replicate=4e4,
    block=128,
    first=1080,  # a sixteenth of what excludes a share of 0.001 of runs with little noise
    replay=replays_training.telescoped,
    saboteurs=SPOILED,
)
def smooth_training(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training run: a sample, initial weights, some steps under attack."""
    runs = smooth_runs(rng, cell, n)
    return (
        runs.geometry()
        | _margins(runs)
        | _directions(runs, rng)
        | _gradients(runs)
        | picked_step(rng, runs)
    )


@check(
    [lemma_b14["margin-with-flips"], lemma_b15["signal-below-with-flips"]],
    # A single flipped label weighs little among fifty.
    cells=[
        smooth_cell(d=1e22, n=50, m=2, mu=1e6, alpha=100.0, beta=0.02, gamma=0.95, eta=1e-44, T=2),
    ],
    seconds_per_replicate=1.3e-3,
    bytes_per_replicate=3e5,
    saboteurs=SPOILED,
)
def few_flips(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training run of two steps, with a flipped label now and then."""
    runs = smooth_runs(rng, cell, n)
    return runs.geometry() | _gradients(runs) | {"loss_ratio": runs.loss_ratio}


def _relaxed_cell(n: int, factor: float, mu: float, **others: float) -> dict:
    """Return a cell with ``d = factor n mu^2``, an attack of radius mu and a step within (4)."""
    d = factor * n * mu**2
    sizes = {"m": 8, "beta": 0.02, "H": 1e9, "eta": 0.9 / d**2, "T": 3} | others
    return smooth_cell(d=d, n=n, mu=mu, alpha=mu, **sizes)


@check(
    [
        claim_4_1["relaxed-dimension", "relaxed-increase", "relaxed-distance"],
        claim_4_1["relaxed-clean", "relaxed-flipped"],
    ],
    cells=[
        _relaxed_cell(100, 20.0, 150.0),
        _relaxed_cell(64, 2.0, 560.0),
        # Enough for the weaker noise, and what is enough for the stronger one.
        *(
            _relaxed_cell(n, factor, 400.0, m=4, beta=0.06, H=1e11, **OTHERS | {"sigma": 0.35})
            for n, factor in ((90, 42.0), (50, 20.0))
        ),
    ],
    seconds_per_replicate=lambda cell: 4e-7 * cell["n"] ** 2,
    bytes_per_replicate=2e6,
    first=64,
    full=17,  # four cells, and the claims are sampled
    saboteurs=SPOILED,
)
def relaxed_dimension(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training run with n^2 alpha^2 far above d."""
    runs = smooth_runs(rng, cell, n)
    return runs.geometry() | _margins(runs) | _directions(runs, rng)


@check(
    lemma_b11["clean-below"],
    cells=[*WEAK_SIGNALS, RUNS[0] | {"T": 2}, RUNS[3] | {"T": 2}, OTHER_SIGNAL],
    seconds_per_replicate=1e-4,
    bytes_per_replicate=1e4,
    block=256,
    first=2048,
    saboteurs=SPOILED,
)
def attacked_signals(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training run of two steps, attacked after both."""
    runs = smooth_runs(rng, cell, n)
    return runs.geometry() | _directions(runs, rng)
