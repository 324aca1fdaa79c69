"""Checks of the minimum-norm interpolator in high dimension."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from bounds.xing2021.dense_networks import theorem_6
from bounds.xing2021.interpolation import claim_linf, lemma_1, lemma_3
from bounds.xing2021.schedule import remark_1
from sim.clusters.subspace import gaussian_coordinates
from sim.linear import attack as linear_attack
from sim.linear import subspace as regression_subspace
from sim.linear.data import LinearModel
from sim.linear.interpolation import minimum_norm_interpolator
from sim.linear.population_risk import minimise_risk
from sim.linear.residual_risk import attacked_risk
from sim.linear.training import attacked_loss
from sim.normal_matrices import draw_least_singular_values
from verify.catalogue import Cell, Observables, Path, Times, check

EQUAL = {"signal": 1.0, "sigma": 1.0}
STRONG = {"epsilon": 1.0, "xi": 0.0, **EQUAL}
SMOOTHED = {"epsilon": 0.3, "xi": 1.0, "signal": 2.0, "sigma": 0.5}
VARIANCES = (0.25, 4.0, 0.5, 2.0, 1.0)
MANY: dict[str, Any] = {"first": 4096, "block": 512}
"""How often an exact claim of a cheap simulation is tried."""


def growing(settings: Cell, *, n: int = 16, least: int = 4) -> list[Path]:
    """Return a path along the dimension alone, and one along which d grows like n^3."""
    return [
        Path({"d": 1}, {"n": n, "d": 4 * n, **settings}, sizes=6, step=4),
        Path({"d": 3, "n": 1}, {"n": least, "d": 16 * least, **settings}, sizes=5, step=2),
    ]


@lru_cache(maxsize=64)
def optimal_risk(signal: float, sigma: float, epsilon: float) -> float:
    """Return the smallest robust risk for isotropic inputs; it does not depend on d >= 2."""
    return minimise_risk(np.array([signal, 0.0]), np.eye(2), sigma, epsilon).risk


def draw(rng: np.random.Generator, cell: Cell, n: int) -> regression_subspace.Regression:
    """Draw ``n`` data sets of a cell with isotropic inputs."""
    return regression_subspace.sample(
        rng, n, cell["n"], cell["d"], signal=cell["signal"], noise=cell["sigma"]
    )


def flat_model(cell: Cell) -> LinearModel:
    """Return isotropic inputs with equal coefficients."""
    d = cell["d"]
    return LinearModel(cell["signal"] * np.ones(d) / np.sqrt(d), noise=cell["sigma"])


def square_of_v(cell: Cell) -> float:
    """Return E[y^2]."""
    return cell["signal"] ** 2 + cell["sigma"] ** 2


def far(settings: Cell, *, n: int = 16, least: int = 8) -> list[Path]:
    """Return two paths on which sqrt(n/d) falls from about 0.03 to less than 0.001."""
    return [
        Path({"d": 1}, {"n": n, "d": 1024 * n, **settings}, sizes=4, step=16),
        Path({"d": 5, "n": 1}, {"n": least, "d": least**5, **settings}, sizes=4, step=2),
    ]


def _interpolated(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set with isotropic inputs, interpolated."""
    x, y, theta_0, _ = draw(rng, cell, n)
    theta = minimum_norm_interpolator(x, y)
    length = np.linalg.norm(theta, axis=-1)
    squared_deviation = np.sum((theta - theta_0) ** 2, axis=-1) + cell["sigma"] ** 2
    risk = attacked_risk(np.sqrt(squared_deviation), length, cell["epsilon"], cell["xi"])
    scale = square_of_v(cell)
    return {
        "controlled_norm": length**2 - (np.sum(y**2, axis=-1) - cell["n"] * scale) / cell["d"],
        "norm_ratio": length**2 / scale,
        "length_ratio": length / np.sqrt(scale),
        "squared_deviation": squared_deviation,
        "training_ratio": attacked_loss(theta, x, y, cell["epsilon"]) / scale,
        "risk_ratio": risk / scale,
        "risk_excess": risk / scale - 1,
        "optimal_risk": np.full(n, optimal_risk(cell["signal"], cell["sigma"], cell["epsilon"])),
    }


interpolator = check(
    [
        lemma_1["norm", "norm-mean", "deviation-mean", "training-loss-vanishes", "risk-rate"],
        theorem_6["interpolator-norm-as-printed", "interpolator-norm"],
    ],
    id="xing2021/interpolator",
    paths=[path for settings in (STRONG, SMOOTHED) for path in growing(settings)],
    seconds_per_replicate=lambda cell: 2e-5 + 1.5e-7 * cell["n"] ** 2,
    version=2,
)(_interpolated)

interpolator_in_many_dimensions = check(
    lemma_1["risk"],
    id="xing2021/interpolator-in-many-dimensions",
    paths=[path for settings in (STRONG, SMOOTHED) for path in far(settings)],
    seconds_per_replicate=lambda cell: 2e-5 + 1.5e-7 * cell["n"] ** 2,
    version=2,
)(_interpolated)


@check(
    lemma_1["training-loss", "surrogate-training-loss"],
    cells=[{"n": 8, "d": 40, **STRONG, "xi": 0.3}, {"n": 8, "d": 20, **SMOOTHED, "xi": 0.02}],
    seconds_per_replicate=3e-5,
    **MANY,
)
def interpolator_training_loss(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set, its interpolator attacked explicitly at every point."""
    x, y = flat_model(cell).sample(rng, n, cell["n"])
    theta = minimum_norm_interpolator(x, y)
    worst = linear_attack.worst_case(theta, x, y, cell["epsilon"])
    smooth = linear_attack.smoothed(theta, x, y, cell["epsilon"], cell["xi"])
    return {
        "attacked_training_loss": linear_attack.squared_loss(theta, x + worst, y).mean(axis=-1),
        "surrogate_training_loss": linear_attack.squared_loss(theta, x + smooth, y).mean(axis=-1),
        "squared_norm": np.sum(theta**2, axis=-1),
    }


@check(
    remark_1["interpolator-of-other-laws"],
    paths=[
        Path({"d": 1}, {"n": 2, "d": 128, "law": law, "epsilon": 0.3, **EQUAL}, sizes=4, step=4)
        for law in ("laplace", "uniform")
    ],
    seconds_per_replicate=lambda cell: 2e-5 + 1.2e-7 * cell["d"],
    bytes_per_replicate=lambda cell: 200.0 * cell["d"],
    version=2,
)
def interpolator_of_other_laws(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set and four fresh points; coordinates are independent.

    They have variance 1. The coefficients are equal. The squared residual of the fresh points is a
    control variate: it is taken off, and its mean over all points is added.
    """
    d, points = cell["d"], cell["n"]

    def inputs(count: int) -> np.ndarray:
        if cell["law"] == "laplace":
            return rng.laplace(scale=np.sqrt(0.5), size=(n, count, d))
        return rng.uniform(-np.sqrt(3), np.sqrt(3), (n, count, d))

    theta_0 = cell["signal"] * np.ones(d) / np.sqrt(d)
    x, fresh = inputs(points), inputs(4)
    y, y_fresh = (
        z @ theta_0 + cell["sigma"] * rng.standard_normal(z.shape[:-1]) for z in (x, fresh)
    )
    theta = minimum_norm_interpolator(x, y)
    attacked = fresh + linear_attack.worst_case(theta, fresh, y_fresh, cell["epsilon"])
    more = linear_attack.squared_loss(theta, attacked, y_fresh)
    more -= linear_attack.squared_loss(theta, fresh, y_fresh)
    clean = np.sum((theta - theta_0) ** 2, axis=-1) + cell["sigma"] ** 2
    return {"risk_ratio": (clean + more.mean(axis=-1)) / square_of_v(cell)}


@check(
    lemma_1["norm-any-covariance"],
    paths=[
        Path({"d": 1}, {"n": 4, "d": 40, **settings}, sizes=5, step=4)
        for settings in (STRONG, SMOOTHED)
    ],
    seconds_per_replicate=lambda cell: 2e-5 + 1.6e-7 * cell["d"],
    version=2,
)
def interpolator_any_covariance(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set with variances from 1/4 to 4, interpolated."""
    variances = np.resize(VARIANCES, cell["d"])
    x = rng.standard_normal((n, cell["n"], cell["d"])) * np.sqrt(variances)
    theta_0 = np.ones(cell["d"])
    theta_0 *= cell["signal"] / np.sqrt(np.sum(variances * theta_0**2))
    y = x @ theta_0 + cell["sigma"] * rng.standard_normal((n, cell["n"]))
    length = np.linalg.norm(minimum_norm_interpolator(x, y), axis=-1)
    return {"norm_ratio_any": length**2 / square_of_v(cell)}


@check(
    lemma_1["risk-any-covariance"],
    paths=[
        path
        for settings in (STRONG, SMOOTHED)
        for path in (
            Path({"d": 1}, {"n": 4, "d": 5 * 1024, **settings}, sizes=4, step=16),
            Path({"d": 5, "n": 1}, {"n": 5, "d": 5 * 2**14, **settings}, sizes=4, step=2),
        )
    ],
    seconds_per_replicate=lambda cell: 2e-5 + 4e-7 * cell["n"] ** 2,
)
def risk_any_covariance(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set with five variances from 1/4 to 4, equally often.

    The coefficients are equal.
    """
    kinds = len(VARIANCES)
    part = cell["signal"] / np.sqrt(np.sum(VARIANCES))
    x, y, theta_0, variances = regression_subspace.sample_in_blocks(
        rng,
        n,
        cell["n"],
        [cell["d"] // kinds] * kinds,
        VARIANCES,
        [part] * kinds,
        noise=cell["sigma"],
    )
    theta = minimum_norm_interpolator(x, y)
    length = np.linalg.norm(theta, axis=-1)
    deviation = np.sqrt((theta - theta_0) ** 2 @ variances + cell["sigma"] ** 2)
    risk = attacked_risk(deviation, length, cell["epsilon"], cell["xi"])
    return {"risk_ratio_any": risk / square_of_v(cell)}


def _projected(x: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """Return the squared norm of ``theta``'s projection on the rows of ``x``: (...)."""
    basis, _ = np.linalg.qr(np.swapaxes(x, -1, -2))
    return np.sum(np.einsum("...dn,...d->...n", basis, theta) ** 2, axis=-1)


@check(
    lemma_1["signal-part"],
    cells=[{"n": 4, "d": 12}, {"n": 3, "d": 6}],
    seconds_per_replicate=3e-6,
    **MANY,
)
def signal_part(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set, covariance and signal, all drawn."""
    variances = 4.0 ** rng.uniform(-1, 1, (n, cell["d"]))
    theta_0 = rng.standard_normal((n, cell["d"]))
    white = rng.standard_normal((n, cell["n"], cell["d"]))
    root = np.sqrt(variances)
    return {
        "signal_part": _projected(white * root[:, None, :], theta_0),
        "whitened_part": _projected(white, root * theta_0),
        "smallest_variance": variances.min(axis=-1),
        "largest_variance": variances.max(axis=-1),
    }


@check(
    lemma_1["signal-limit-as-printed", "signal-limit"],
    paths=[Path({"d": 1}, {"n": 12, "d": 128}, sizes=4, step=3)],
    seconds_per_replicate=lambda cell: 1.2e-5 + 4e-7 * cell["d"],
    version=2,
)
def signal_limit(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set with three variances of four at 1/4, and the last at 1.

    The share of theta_0 is its mean over all unit vectors of the variance 1/4. They are alike, so
    that the mean over data sets is that for any one of them.
    """
    points, d = cell["n"], cell["d"]
    variances = np.where(np.arange(d) < 0.75 * d, 0.25, 1.0)
    x = rng.standard_normal((n, points, d)) * np.sqrt(variances)
    basis, _ = np.linalg.qr(np.swapaxes(x, -1, -2))
    some = variances == 0.25
    share = np.sum(basis[:, some] ** 2, axis=(-2, -1)) / some.sum() * d / points / 0.25
    return {"signal_share": share, "mean_variance": np.full(n, variances.mean())}


@check(
    lemma_3["smallest-eigenvalue"],
    paths=[
        Path({"d": 1}, {"n": 16, "d": 256}, sizes=6, step=4),
        Path({"d": 3, "n": 1}, {"n": 8, "d": 512}, sizes=4, step=2),
    ],
    seconds_per_replicate=lambda cell: 1e-5 + 5e-8 * cell["n"] ** 2,
    block=32,
    version=2,
)
def gram_eigenvalues(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one set of isotropic inputs."""
    return {"smallest_eigenvalue": _spectrum(rng, cell, n)[:, 0]}


@check(
    lemma_3["smallest-over-d", "largest-over-d"],
    paths=far({}),
    seconds_per_replicate=lambda cell: 1e-5 + 5e-8 * cell["n"] ** 2,
    block=32,
)
def spectrum_in_many_dimensions(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one set of isotropic inputs."""
    values = _spectrum(rng, cell, n) / cell["d"]
    return {"smallest_relative": values[:, 0], "largest_relative": values[:, -1]}


def _spectrum(rng: np.random.Generator, cell: Cell, n: int) -> np.ndarray:
    """Return the eigenvalues of XX' of isotropic inputs, in order: (replicates, points)."""
    x = gaussian_coordinates(rng, n, cell["n"], cell["d"])
    return np.linalg.eigvalsh(x @ np.swapaxes(x, -1, -2))


@check(
    lemma_3["interlacing-below", "interlacing-above"],
    cells=[{"n": 4, "more": 4, "d": 24}, {"n": 5, "more": 1, "d": 10}],
    seconds_per_replicate=7e-6,
    **MANY,
)
def interlacing(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one set of points, and the same set with more points."""
    z = rng.standard_normal((n, cell["n"] + cell["more"], cell["d"]))
    gram = z @ np.swapaxes(z, -1, -2)
    every = np.linalg.eigvalsh(gram)
    some = np.linalg.eigvalsh(gram[:, : cell["n"], : cell["n"]])
    return {
        "smallest_eigenvalue": some[:, 0],
        "largest_eigenvalue": some[:, -1],
        "smallest_extended": every[:, 0],
        "largest_extended": every[:, -1],
    }


@check(
    lemma_3["bai-yin"],
    paths=[Path({"d": 1, "n": 1}, {"d": 128, "n": 32}, sizes=4, step=4)],
    seconds_per_replicate=lambda cell: 5e-5 + 2e-7 * cell["d"],
    bytes_per_replicate=lambda cell: 16.0 * cell["d"],
    version=2,
)
def proportional_eigenvalue(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one set of points, a quarter as many as inputs."""
    least = draw_least_singular_values(rng, n, cell["n"], cell["d"])
    return {"proportional_smallest": least**2 / cell["d"]}


@check(
    claim_linf["training-loss-order"],
    id=claim_linf.id,
    paths=[
        Path(
            {"d": 1, "epsilon": -0.5}, {"n": 6, "d": 64, "epsilon": 0.125, **EQUAL}, sizes=5, step=4
        )
    ],
    saboteurs={"no attack": Times(epsilon=0)},
    seconds_per_replicate=lambda cell: 1e-5 + 8e-8 * cell["n"] * cell["d"],
    version=2,
)
def linf_interpolator(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one data set, interpolated and attacked coordinate by coordinate."""
    theta_0 = np.zeros(cell["d"])
    theta_0[:10] = _support(cell)
    x, y = LinearModel(theta_0, noise=cell["sigma"]).sample(rng, n, cell["n"])
    theta = minimum_norm_interpolator(x, y)
    attack = linear_attack.worst_case(theta, x, y, cell["epsilon"], "linf")
    loss = linear_attack.squared_loss(theta, x + attack, y)
    return {"training_ratio": loss.mean(axis=-1) / square_of_v(cell)}


@check(
    claim_linf["training-loss-vanishes", "training-loss-constant", "risk"],
    id="xing2021/linf-interpolator-in-many-dimensions",
    paths=[
        Path(
            {"d": 1, "epsilon": -0.5},
            {"n": 2, "d": 128, "epsilon": 2**-3.5, **EQUAL},
            sizes=4,
            step=8,
        ),
        Path(
            # d/n is the size, so that corrections fade like its root.
            {"d": 1.5, "n": 0.5, "epsilon": -0.75},
            {"n": 2, "d": 256, "epsilon": 2**-5, "signal": 2.0, "sigma": 0.5},
            sizes=4,
            step=4,
        ),
    ],
    seconds_per_replicate=lambda cell: 2e-5 + 2e-8 * cell["d"],
    bytes_per_replicate=lambda cell: 16.0 * cell["d"] + 4096,
)
def linf_interpolator_in_many_dimensions(
    rng: np.random.Generator, cell: Cell, n: int
) -> Observables:
    """One replicate is one data set, interpolated; the attack moves residuals by the dual norm.

    The scaled training loss is counted with a control variate: |y|^2 less its mean, times a factor
    that is independent of it.
    """
    d, points, radius, scale = cell["d"], cell["n"], cell["epsilon"], square_of_v(cell)
    fit = regression_subspace.interpolate_sparse(
        rng, n, points, d, _support(cell), noise=cell["sigma"]
    )
    deviation = np.sqrt(fit.squared_error + cell["sigma"] ** 2)

    def loss(size: float) -> np.ndarray:
        attacked = np.abs(fit.residual) + size * fit.l1[:, None]
        return np.mean(attacked**2, axis=-1) / scale

    training = loss(radius)
    surplus = np.mean(fit.y**2, axis=-1) / scale - 1
    return {
        "training_ratio": training,
        "constant_radius_ratio": loss(0.3),
        "scaled_training_loss": training * d / points - (radius * fit.roundness) ** 2 * surplus,
        "risk_ratio": attacked_risk(deviation, fit.l1, radius) / scale,
    }


def _support(cell: Cell) -> np.ndarray:
    """Return the coefficients that are not zero: ten equal ones."""
    return np.full(10, cell["signal"] / np.sqrt(10))
