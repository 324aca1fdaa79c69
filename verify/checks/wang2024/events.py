"""Checks of good runs where Assumption 1 and its companions are met with a constant of 10."""

from typing import Any

import numpy as np

from bounds.wang2024.active_neurons import lemma_b21
from bounds.wang2024.data_events import lemma_b4
from bounds.wang2024.events import definition_b5, definition_b22
from sim.clusters import subspace
from sim.networks import two_layer
from sim.networks.activation import relu
from sim.networks.adversarial_training import Plan, train
from sim.networks.attack import Attack
from verify.catalogue import Cell, Observables, check
from verify.checks.wang2024.active_neurons import active_pairs


def _cell(case: str, in_regime: int, smooth: int, **sizes: float) -> dict[str, Any]:
    """Return a cell with the largest step and start that (3) and (4) allow, for C = 10 or another.

    ``in_regime`` is 1 where all assumptions are met and 2 where Assumption 1 alone is; ``smooth``
    is 1 with (A1) and (A2), 0 with (B1) and (B2), and 2 with neither.
    """
    constants = {"beta": 0.05, "C": 10.0, "delta": 0.1, "C_0": float(2 * np.sqrt(2)), "c_0": 1 / 15}
    kind = {"case": case, "in_regime": in_regime, "smooth": smooth}
    cell: dict[str, Any] = {**kind, **constants, **sizes}
    eta = 1 / (cell["C"] * float(cell["d"]) ** 2)
    return cell | {"eta": eta, "omega": 0.999 * eta / np.sqrt(cell["m"] * cell["d"])}


SMOOTH = {"n": 100, "m": 8, "d": 13_500_000, "mu": 115.0, "alpha": 9.0}
WIDE = {"n": 100, "m": 80, "d": 19_044_100, "mu": 138.0, "alpha": 12.0}
SMALLER = {"n": 30, "m": 2, "d": 150_000, "mu": 30.0, "alpha": 6.0, "beta": 0.2}
NARROWER = {"n": 60, "m": 52, "d": 12_480_000, "mu": 137.5, "alpha": 15.0, "beta": 0.1}
WEAK = {"n": 40, "m": 2, "d": 200_000, "mu": 2.0, "alpha": 1.0}


@check(
    [
        lemma_b4["norms", "products", "noise-frame", "frame", "signal", "flips", "all"],
        lemma_b4["signal-as-printed"],
        definition_b5["good-run"],
        definition_b22["good-run"],
        lemma_b21["enough", "stay-active"],
    ],
    cells=[
        _cell("(1)-(6), (A1), (A2)", 1, 1, **SMOOTH, kappa=3 / 8),
        _cell("the same, weak noise", 1, 1, **SMOOTH, kappa=0.05),
        _cell("(1)-(6), (B1), (B2)", 1, 0, **WIDE, kappa=3 / 8),
        _cell("(1)-(6), weak signal", 2, 2, **WEAK, kappa=3 / 8),
        _cell("(1)-(6), (A1), (A2), C = 4", 1, 1, **SMALLER, kappa=0.2, C=4.0, delta=0.4, C_0=2.0),
        _cell("(1)-(6), (B1), (B2), others", 1, 0, **NARROWER, kappa=0.1, delta=0.4, C_0=2.0),
    ],
    seconds_per_replicate=lambda cell: 1e-4 + 9e-8 * (cell["n"] + cell["m"]) ** 2,
    bytes_per_replicate=5e5,
)
def good_runs(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set with initial weights and one step, in coordinates."""
    d, m, alpha = cell["d"], cell["m"], cell["alpha"]
    deviations = dict(weight_deviation=cell["omega"], noise_deviation=float(np.sqrt(cell["kappa"])))
    drawn = subspace.sample(
        rng, n, cell["n"], m, d, mean_norm=cell["mu"], flip=cell["beta"], **deviations
    )
    noise = drawn.x - drawn.cluster[..., None] * drawn.mean
    inputs_gram = drawn.x @ np.swapaxes(drawn.x, 1, 2)
    noise_gram = noise @ np.swapaxes(noise, 1, 2)
    squares = np.diagonal(inputs_gram, axis1=1, axis2=2)
    noise_squares = np.diagonal(noise_gram, axis1=1, axis2=2)
    lengths = np.sqrt(squares)
    different = ~np.eye(cell["n"], dtype=bool)
    products = np.abs(inputs_gram) * different
    sums = lengths[:, :, None] + lengths[:, None, :]
    eigenvalues = np.linalg.eigvalsh(inputs_gram)
    rows = np.square(drawn.w).sum(axis=-1) / (cell["omega"] ** 2 * d)

    plan = Plan(Attack(alpha, ()), (cell["eta"],), perturb_first=False)
    a = two_layer.balanced_signs(m)
    w = train(drawn.w, a, relu(), drawn.x, drawn.y, plan).w
    active = active_pairs(drawn.x, drawn.y, drawn.w)
    reach = alpha * np.linalg.norm(w, axis=-1)[:, None, :]
    ratio = two_layer.preactivation(w, drawn.x) / reach
    right_sign = drawn.y[..., None] == np.sign(a)
    robust = (ratio >= 1) & right_sign
    return {
        "noise_least": noise_squares.min(axis=1) / d,
        "noise_most": noise_squares.max(axis=1) / d,
        "input_least": squares.min(axis=1) / d,
        "input_most": squares.max(axis=1) / d,
        "noise_product": (np.abs(noise_gram) * different).max(axis=(1, 2)),
        "input_product": products.max(axis=(1, 2)),
        "mixed_product": (products + alpha * lengths[:, :, None] * different).max(axis=(1, 2)),
        "attacked_product": ((products + alpha * sums + alpha**2) * different).max(axis=(1, 2)),
        "top_noise": np.linalg.eigvalsh(noise_gram)[:, -1] / d,
        "top_input": np.sqrt(eigenvalues[:, -1]),
        "bottom_input": np.sqrt(np.maximum(eigenvalues[:, 0], 0)),
        "deviation": np.abs(noise[..., 0]).max(axis=1) / cell["mu"],
        "noisy_share": (drawn.y != drawn.cluster).mean(axis=1),
        "smallest_row": rows.min(axis=1),
        "largest_row": rows.max(axis=1),
        "spectral_norm": two_layer.spectral_norm(drawn.w) / cell["omega"],
        # Every coordinate has the same variance, so the set of large ones is everything.
        "smallest_ratio": np.ones(n),
        "samples_0": active.mean(axis=1).min(axis=1),
        "neurons_0": active.mean(axis=2).min(axis=1),
        "samples_1": robust.mean(axis=1).min(axis=1),
        "neurons_1": robust.mean(axis=2).min(axis=1),
        "robust_ratio": np.where(active, ratio, np.inf).min(axis=(1, 2)).clip(max=1e6),
        "robust_ratio_any": np.where(right_sign, np.inf, ratio).min(axis=(1, 2)).clip(max=1e6),
    }
