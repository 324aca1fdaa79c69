"""Checks of the steps of the proof of Theorem 2: what telescopes, and what scales."""

import numpy as np

from bounds import evaluate
from bounds.xing2021.descent import T, eta, xi
from bounds.xing2021.schedule import descent_lemma, rescaling
from sim.linear import population_training
from sim.linear.data import LinearModel
from sim.linear.training import Observer, semi_gradient, train
from verify.catalogue import Cell, Observables, check
from verify.checks.xing2021.descent import risk_of
from verify.checks.xing2021.drawn import Array, log_uniform, random_models, unit_models

MOST_STEPS = 60
"""Enough to show that a number of steps differs; the prescribed one is below 10."""


@check(
    descent_lemma["telescoping"],
    cells=[{"d": 3, "n": 20}],
    seconds_per_replicate=5e-6,
    first=2048,
)
def one_training_step(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one step of training on a random sample, seen from a random fixed point."""
    d = cell["d"]
    model = random_models(rng, n, d)
    x, y = model.sample(rng, n, cell["n"])
    radius, smoothing = log_uniform(rng, 0.1, 4.0, n), log_uniform(rng, 0.01, 1.0, n)
    constant = log_uniform(rng, 1.0, 20.0, n)
    theta, fixed = rng.standard_normal((2, n, d))
    after = train(
        x,
        y,
        radius=radius,
        smoothing=smoothing,
        step=smoothing / (2 * constant),
        iterations=1,
        start=theta,
        observe_at=(),
    ).theta
    slope = semi_gradient(theta, x, y, radius, smoothing)
    inner = np.einsum("ni,ni->n", slope, theta - fixed)
    square = np.einsum("ni,ni->n", slope, slope)
    return {
        "L": constant,
        "xi": smoothing,
        "telescoped": inner - smoothing / (4 * constant) * square,
        "telescoped_half": inner - smoothing / (2 * constant) * square,
        "square_before": ((theta - fixed) ** 2).sum(axis=-1),
        "square_after": ((after - fixed) ** 2).sum(axis=-1),
    }


@check(
    descent_lemma["average-gap"],
    cells=[{"d": 3, "T": 40}, {"d": 3, "T": 10}],
    seconds_per_replicate=lambda cell: 4.5e-5 * cell["T"],
    first=1024,
)
def companion_average(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training on the population, in the unit in which v is 1.

    The constant L bounds half of the curvature of the companion risk times the smoothing (all in
    the proof's smoothing, half of the attack's); a third of the paths starts at the minimiser.
    """
    d, steps = cell["d"], cell["T"]
    model = unit_models(rng, n, d)
    radius, smoothing = log_uniform(rng, 0.1, 2.0, n), log_uniform(rng, 0.01, 0.2, n)
    half = smoothing / 2
    lowest = population_training.minimise("companion", model, radius, smoothing).theta
    start = np.where(rng.random((n, 1)) < 1 / 3, lowest, rng.standard_normal((n, d)))
    largest = np.linalg.eigvalsh(model.written_covariance)[:, -1]

    def coordinate(axis: int) -> Observer:
        return lambda theta: theta[:, axis]

    constant = 4 * (radius * (1 + largest) + (largest + radius**2) * half)
    history = population_training.train(
        model,
        radius=radius,
        smoothing=smoothing,
        step=half / (2 * constant),
        iterations=steps,
        start=start,
        observers={str(axis): coordinate(axis) for axis in range(d)},
    ).history
    path = np.moveaxis(np.stack([history[str(axis)] for axis in range(d)]), (0, 2), (2, 0))
    fields = [
        population_training.gradient(field, model, path, radius, smoothing)
        for field in ("training", "companion")
    ]
    bottom = risk_of("companion", model, lowest, radius, smoothing)
    height = risk_of("companion", model, path[1:], radius, smoothing) - bottom
    distance = np.linalg.norm(path - lowest, axis=-1)
    return {
        "L": constant,
        "xi": half,
        "average_gap": height.mean(axis=0),
        "first_square": distance[0] ** 2,
        "largest_error": np.linalg.norm(fields[0] - fields[1], axis=-1)[:-1].max(axis=0),
        "largest_distance": distance[:-1].max(axis=0),
        "largest_gradient": np.linalg.norm(fields[0], axis=-1)[:-1].max(axis=0),
    }


@check(
    rescaling["trajectory", "risk"],
    cells=[
        {"d": 2, "n": 200, "epsilon": epsilon, "L": 8.0, "k": k}
        for epsilon, k in ((0.5, 7.3), (2.0, 0.4))
    ],
    seconds_per_replicate=9e-5,
    block=256,
    first=2560,
    quick=6,
)
def rescaled_training(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training on a random sample, and one on k times the responses.

    Three more trainings on these depart from the prescription in the smoothing, the step size or
    the number of steps.
    """
    k, radius = cell["k"], cell["epsilon"]
    model = random_models(rng, n, cell["d"])
    x, y = model.sample(rng, n, cell["n"])
    v = np.sqrt(model.signal_and_noise)
    known = {name: cell[name] for name in ("n", "d", "L")}

    def schedule(unit: Array, smoothing: Array | None = None) -> dict[str, Array]:
        values = {**known, "v": unit}
        values["xi"] = evaluate(xi.definition, values) if smoothing is None else smoothing
        return values | {each.name: evaluate(each.definition, values) for each in (eta, T)}

    def trained(response: Array, plan: dict[str, Array], **changes: Array) -> Array:
        plan = plan | changes
        steps = np.ceil(plan["T"] - 1e-9).astype(int)
        theta = np.zeros((n, cell["d"]))
        for iteration in range(int(np.minimum(steps, MOST_STEPS).max())):
            slope = semi_gradient(theta, x, response, radius, plan["xi"])
            going = (iteration < steps)[:, None]
            theta = np.where(going, theta - plan["eta"][:, None] * slope, theta)
        return theta

    plain, scaled = schedule(v), schedule(k * v)
    theta, image = trained(y, plain), trained(k * y, scaled)
    other = {
        "length": trained(k * y, scaled, T=np.log(np.log(cell["n"])) / scaled["xi"]),
        "step": trained(k * y, scaled, eta=scaled["xi"] / cell["L"]),
        "smoothing": trained(k * y, schedule(k * v, k * plain["xi"])),
    }
    blown_up = LinearModel(k * model.theta_0, model.covariance, k * model.noise)
    return {
        "coefficient": theta[:, 0],
        "coefficient_scale": np.linalg.norm(theta, axis=-1),
        "scaled_coefficient": image[:, 0],
        "risk": risk_of("surrogate", model, theta, radius, plain["xi"]),
        "scaled_risk": risk_of("surrogate", blown_up, k * theta, radius, k**2 * plain["xi"]),
    } | {
        f"scaled_coefficient_other_{name}": np.clip(np.nan_to_num(value[:, 0]), -1e9, 1e9)
        for name, value in other.items()
    }
