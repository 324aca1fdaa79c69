"""Checks of what Figures 2 to 7 are said to show, on small digits and on caps of the sphere."""

from functools import lru_cache, partial
from typing import Any

import numpy as np

from bounds.wang2022.figures_claims import (
    figure_2,
    figure_3,
    figure_4_left,
    figure_4_right,
    figure_7,
)
from sim.caps import antipodal_caps, half_class_distance
from sim.certificates.robust_limit import critical_ball, robust_limit
from sim.digits import small_digits
from sim.networks import lazy_ball
from sim.networks.gradient_span import rows_beyond, rows_in_span
from sim.networks.line_search import boundary_flip, flip_along, gradient_flip
from sim.networks.projected_training import (
    Perturbation,
    Projected,
    train_until_leaving,
    value_and_gradient,
)
from verify.catalogue import Cell, Observables, Path, check

Array = np.ndarray
TINY = np.finfo(np.float64).tiny
IMAGES, SIDES = 64, range(5, 29)
"""Training images of a replicate, and the sides of the images in Figure 4."""
RESOLVED = 1e-12
"""Singular value of the images, over the largest, up to which it is rounding."""


@lru_cache(maxsize=32)
def _images(side: int) -> tuple[Array, Array]:
    """Return the zeros and ones at a size, of norm 1, as rows, and their signs."""
    digits = small_digits().select(0, 1).resized(side).scaled(1.0)
    return digits.vectors, digits.signs(1)


@lru_cache(maxsize=32)
def _in_span(side: int) -> tuple[Array, Array]:
    """Return them in coordinates of the dimensions that they span, 64 at most, and their signs."""
    images, signs = _images(side)
    left, values, _ = np.linalg.svd(images, full_matrices=False)
    rank = np.count_nonzero(values > RESOLVED * values[0])
    return left[:, :rank] * values[:rank], signs


def radius(cell: Cell) -> float:
    """Return the radius of the lazy ball per neuron."""
    return float(cell["C_0"] / np.sqrt(cell["m"]))


def _trained(
    rng: np.random.Generator, cell: Cell, n: int, **changes: Any
) -> tuple[Array, Array, Array, Array, Array]:
    """Train on digits; return signs, start, end, test images and their signs.

    In the dimensions that the images span, in which training moves the neurons; further ones are
    those that the gradients of the end add at the test images.
    """
    images, signs = _in_span(cell["side"])
    seen, apart = images.shape[1], rng.spawn(1)[0]  # however long the training draws from the other
    a, start = lazy_ball.initialisation(rng, n, cell["m"], seen)
    order = np.stack([rng.permutation(len(signs)) for _ in range(n)])
    train, test = order[:, :IMAGES], order[:, -cell["tests"] :]
    settings = {"radius": radius(cell)} | changes
    end = train_until_leaving(rng, a, start, images[train], signs[train], **settings).w
    x = images[test]
    active = a[:, None] * (x @ np.swapaxes(end, 1, 2) > 0)
    rows = rows_beyond(apart, end, active, cell["side"] ** 2 - seen)
    beyond = rows[..., seen:]
    x = np.pad(x, ((0, 0), (0, 0), (0, beyond.shape[-1])))
    return a, np.concatenate([start, beyond], axis=-1), rows, x, signs[test]


def median_of_flips(values: Array) -> Array:
    """Return medians over the inputs that some step flips: (R, n) to (R,)."""
    return np.array([np.median(row[np.isfinite(row)]) for row in values])


def _flips(rng: np.random.Generator, cell: Cell, n: int, **changes: Any) -> Observables:
    """One replicate is one initialisation and one training set of digits, trained to the edge."""
    a, _, end, x, y = _trained(rng, cell, n, **changes)
    flip = gradient_flip(a, end, x)
    return {
        "median_value": np.median(np.abs(flip.value), axis=1),
        "median_slope": np.median(flip.gradient_norm, axis=1),
        "median_step": median_of_flips(flip.step),
        "median_length": median_of_flips(flip.length),
        "clean_error": (flip.value * y <= 0).mean(axis=1),
    }


SABOTEURS: dict[str, dict[str, Any]] = {
    "no training": {"most": 0},
    "no stopping": {"radius": np.inf, "most": 400},
}


def _seconds(cell: Cell) -> float:
    """Forecast of one run: its steps, in the span of the images, grow with C_0 squared."""
    dimension = min(cell["side"] ** 2, 64 + cell["tests"])
    return 2e-3 + 7e-7 * cell["m"] * dimension * (1 + cell["C_0"] ** 2 / 10)


digits_dimension = check(
    figure_2["gradient", "step", "length"],
    id="wang2022/digits-dimension",
    paths=[
        Path({"side": 1}, {"side": 8, "m": 24, "C_0": 2.0, "tests": 24}, sizes=4, step=2),
        Path({"m": 1}, {"side": 10, "m": 24, "C_0": 2.0, "tests": 24}, sizes=4, step=2),
    ],
    seconds_per_replicate=_seconds,
    block=16,
    first=16,
    quick=1,
    version=2,  # in the span of the images and of the gradients, up to a larger side
    requires=["sklearn"],
    saboteurs={"no stopping": partial(_flips, **SABOTEURS["no stopping"])},
)(_flips)

digits_radius = check(
    [figure_3["gradient-grows", "step-grows", "length-grows"], figure_2["learns"]],
    id="wang2022/digits-radius",
    cells=[{"side": 10, "m": 48, "C_0": C_0, "tests": 60} for C_0 in (3.0, 6.0, 10.0)],
    seconds_per_replicate=_seconds,
    block=4,
    first=4,
    quick=1,
    version=2,  # in the span of the images and of the gradients
    common_random_numbers=True,
    requires=["sklearn"],
    saboteurs={name: partial(_flips, **changes) for name, changes in SABOTEURS.items()},
)(_flips)


def _large_images(rng: np.random.Generator, cell: Cell, n: int, **changes: Any) -> Observables:
    """One replicate is one initialisation and one training set of digits, trained to the edge."""
    a, start, end, x, _ = _trained(rng, cell, n, **changes)
    flip = gradient_flip(a, end, x)
    values, gradient = value_and_gradient(a, end, x)
    moved = x - 0.045 * np.sign(values)[..., None] * gradient
    u = x @ np.swapaxes(start, 1, 2)
    least, greatest = lazy_ball.extreme_values(a[:, None], u, radius(cell))
    change = np.abs(values - value_and_gradient(a, end, moved)[0])
    return {
        "longest_step": flip.step.max(axis=1),
        "change": np.median(change / np.maximum(greatest, -least), axis=1),
    }


large_images = check(
    figure_7["steps-are-shorter", "change-exceeds-all-values"],
    id="wang2022/large-images",
    cells=[{"side": side, "m": 96, "C_0": 10.0, "tests": 24} for side in (7, 28)],
    seconds_per_replicate=_seconds,
    block=1,
    first=1,
    quick=1,
    full=22,  # dimensions of the same cost leave each of them less than one expensive one had
    version=2,  # in the span of the images and of the gradients
    requires=["sklearn"],
    saboteurs={"no stopping": partial(_large_images, radius=np.inf, most=3000)},
)(_large_images)


@check(
    figure_7["step-scales"],
    cells=[{"d": d, "m": m} for d, m in ((3, 12), (12, 20))],
    seconds_per_replicate=1.6e-5,
    first=1280,
)
def scaled_inputs(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation, one input of the sphere and one factor."""
    a, w = lazy_ball.initialisation(rng, n, cell["m"], cell["d"])
    x = rng.standard_normal((n, 1, cell["d"]))
    x /= np.linalg.norm(x, axis=-1, keepdims=True)
    c = 10.0 ** rng.uniform(-2, 2, n)
    steps = [gradient_flip(a, w, factor * x).step[:, 0] for factor in (1.0, c[:, None, None])]
    # A network without a flip has none at any scale.
    at_1, at_c = (np.where(np.isinf(steps[0]), 1.0, steps[0]), steps[1])
    return {"c": c, "step_at_1": at_1, "step_at_c": np.where(np.isinf(steps[0]), c, at_c)}


@check(
    figure_4_left["images-are-close", "confounder"],
    cells=[{"side": side} for side in SIDES],
    seconds_per_replicate=2e-2,
    first=1,
    quick=1,
    full=1,
    complete=True,
    requires=["sklearn"],
)
def classes_of_digits(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the whole set of zeros and ones at one size."""
    return {"half_distance": np.full(n, half_class_distance(*_images(cell["side"])))}


@check(
    figure_2["images-as-they-are"],
    paths=[Path({"side": 1}, {"side": 7}, sizes=4, step=2)],
    seconds_per_replicate=2e-2,
    first=1,
    quick=1,
    full=1,
    complete=True,
    requires=["sklearn"],
)
def norms_of_digits(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the whole set of zeros and ones at one size."""
    images = small_digits().select(0, 1).resized(cell["side"]).vectors
    return {"image_norm": np.full(n, np.linalg.norm(images, axis=1).mean())}


def _resisted(a: Array, w: Array, start: Array, x: Array, y: Array) -> Array:
    """Return up to which radius inputs resist our attacks, zero where misclassified: (R, n)."""
    downhill = -y[..., None] * lazy_ball.gradient(a[:, None], start[:, None], x)
    downhill /= np.maximum(np.linalg.norm(downhill, axis=-1, keepdims=True), TINY)
    found = np.minimum(boundary_flip(a, w, x), flip_along(a, w, x, downhill))
    # Every network vanishes at zero, a distance of 1 away.
    return np.where(value_and_gradient(a, w, x)[0] * y > 0, np.minimum(found, 1), 0.0)


TRAIN, TEST = 16, 8


def _robust(rng: np.random.Generator, cell: Cell, n: int, **changes: Any) -> Observables:
    """One replicate is one initialisation and two caps, trained by Algorithm 1.

    The budget of the training is four fifths of the limit for all networks, to leading order.
    """
    d, C_0 = cell["d"], cell["C_0"]
    a, start = lazy_ball.initialisation(rng, n, cell["m"], d)
    x, y = antipodal_caps(rng, n, TRAIN + TEST, d)
    budget = Perturbation(0.8 * C_0 / np.sqrt(2 * d - C_0**2), 3, normalised=True)
    settings = dict(ball=radius(cell), epochs=cell["T_1"], rate=0.02, batch=8) | changes
    w = Projected(budget, **settings).train(rng, a, start, x[:, :TRAIN], y[:, :TRAIN])
    x, y = x[:, TRAIN:], y[:, TRAIN:]
    limit = robust_limit(a[:, None], start[:, None], x, y, radius(cell))
    found = _resisted(a, w, start, x, y)
    ratio = np.divide(found, limit, out=np.zeros_like(found), where=limit > 0)
    return {
        "excess": np.where((limit == 0) & (found > 0), np.inf, ratio).max(axis=1),
        # Where no network is right about any test input, a trained one reaches all there is.
        "share": np.where(limit.any(axis=1), found.mean(axis=1), 1)
        / np.where(limit.any(axis=1), limit.mean(axis=1), 1),
    }


def _robust_seconds(cell: Cell) -> float:
    return 8e-4 + 2.5e-8 * cell["T_1"] * cell["m"] * cell["d"]


robust_limits = check(
    figure_4_left["no-network-beats-the-limit"],
    id="wang2022/robust-limits",
    cells=[{"d": d, "m": m, "C_0": C_0, "T_1": 20} for d, m, C_0 in ((12, 12, 2.0), (48, 16, 3.0))],
    seconds_per_replicate=_robust_seconds,
    block=16,
    first=80,
    quick=1,
    saboteurs={"no projection": partial(_robust, projects=False)},
)(_robust)

robust_radius = check(
    figure_4_left["training-comes-close"],
    id="wang2022/robust-radius",
    paths=[
        Path({"d": 1}, {"d": 64, "m": 48, "C_0": 2.0, "T_1": 40}, sizes=4, step=2),
        Path({"m": 1}, {"d": 64, "m": 48, "C_0": 2.0, "T_1": 40}, sizes=4, step=2),
        Path({"C_0": 0.5, "d": 1, "T_1": 0.5}, {"d": 64, "m": 48, "C_0": 2.0, "T_1": 40}, sizes=4),
    ],
    seconds_per_replicate=_robust_seconds,
    block=4,
    first=4,
    quick=1,
    saboteurs={
        "no training": partial(_robust, epochs=0),
        "no projection": partial(_robust, projects=False),
    },
)(_robust)


@check(
    figure_4_right["critical-ball"],
    paths=[
        Path({"d": 1, "m": 1}, {"d": 32, "m": 32, "R": 0.3}, sizes=4, step=3),
        Path({"m": 1}, {"d": 96, "m": 32, "R": 0.3}, sizes=4, step=4),
        Path({"d": 2, "R": -1}, {"d": 96, "m": 96, "R": 0.3}, sizes=4, step=4),
    ],
    seconds_per_replicate=lambda cell: 1e-5 + 3e-7 * cell["m"],
    first=256,
    quick=1,
    version=2,
)
def critical_balls(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one initialisation in the plane of x and its gradient, and a label of x."""
    a, u = lazy_ball.first_layer(rng, n, cell["m"])
    w = rows_in_span(rng, u, (a * (u > 0))[:, None], cell["d"])
    x = np.broadcast_to(np.eye(1, 2)[0], (n, 2))
    return {"critical": critical_ball(a, w, x, rng.choice([-1.0, 1.0], n), cell["R"])}


def _twice(
    rng: np.random.Generator, cell: Cell, n: int, times: float = 2.0, **changes: Any
) -> Observables:
    """One replicate is one initialisation and two caps, trained in twice the critical ball."""
    d, R = cell["d"], cell["R"]
    a, start = lazy_ball.initialisation(rng, n, cell["m"], d)
    x, y = antipodal_caps(rng, n, TRAIN + TEST, d)
    test, labels = x[:, TRAIN:], y[:, TRAIN:]
    critical = critical_ball(a[:, None], start[:, None], test, labels, R).max(axis=1)
    found = []
    for k in range(n):
        one = [part[k : k + 1] for part in (a, start, x[:, :TRAIN], y[:, :TRAIN])]
        settings = dict(ball=times * critical[k], epochs=cell["T_1"], rate=0.02, batch=8) | changes
        w = Projected(Perturbation(R, 3, normalised=True), **settings).train(rng, *one)
        found.append(_resisted(one[0], w, one[1], test[k : k + 1], labels[k : k + 1])[0])
    return {"robust_accuracy": (np.stack(found) > R).mean(axis=1)}


twice_the_critical_ball = check(
    figure_4_right["twice-suffices"],
    id="wang2022/twice-the-critical-ball",
    cells=[{"d": 100, "m": m, "R": 0.2, "T_1": 80} for m in (48, 192)],
    seconds_per_replicate=lambda cell: 5e-3 + 5e-8 * cell["T_1"] * cell["m"] * cell["d"],
    block=4,
    first=4,
    quick=1,
    saboteurs={
        "no training": partial(_twice, epochs=0),
        "half of the ball": partial(_twice, times=0.5),
    },
)(_twice)
