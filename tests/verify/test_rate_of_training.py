"""The rate of Theorem 2 of Xing et al. holds for every parameter that its claims are about."""

from dataclasses import replace

import numpy as np
import pytest

from bounds.numeric import satisfied
from bounds.xing2021.descent import theorem_2
from building import sample
from sim.linear import population_training
from verify import Path
from verify.checks.xing2021 import descent
from verify.judging.ledger import Ledger
from verify.judging.rules import judge

(COEFFICIENTS,) = (one for one in theorem_2.claims if one.name == "coefficients")
SIZES = [512 * 3**k for k in range(5)]
PATHS = [Path({"n": 1}, {"n": 512.0}, 5, 3.0)]


def left(radius: float, constant: float, sigma: float) -> list[float]:
    """Return how far training on the population ends from the optimum, over v, for d = 1."""
    found = []
    for size in SIZES:
        cell = {**descent.ONE, "sigma": sigma, "epsilon": radius, "L": constant, "n": size}
        model = descent.model_of(cell)
        plan = descent._prescribed(cell, model)
        theta = population_training.train(
            model,
            radius=np.array([radius]),
            smoothing=np.array([plan["smoothing"]]),
            step=np.array([plan["step"]]),
            iterations=plan["iterations"],
            start=model.theta_0[None],
            observers={},
        ).theta[0]
        best, _, _ = descent._optimum_of(cell)
        found.append(float(np.linalg.norm(theta - best) / np.sqrt(model.signal_and_noise)))
    return found


def outcome(claim, values):
    alone = replace(claim, observable="y", where=True, exact=True, mutants=(), given=None)
    rows = [{"y": np.array([value])} for value in values]
    return judge(sample(alone, rows, paths=PATHS), 3, Ledger()).verdict


@pytest.mark.parametrize("seed", range(8))
def test_no_parameter_within_reach_of_the_claim_breaks_it(seed):
    rng = np.random.default_rng(seed)
    while True:
        radius, constant = np.exp(rng.uniform([-4, -3], [0, 1]))
        known = {"d": 1, "epsilon": radius, "L": constant}
        if satisfied(COEFFICIENTS.where, known):
            break
    values = left(radius, constant, float(np.exp(rng.uniform(-2, 1))))
    assert outcome(COEFFICIENTS, values) != "broken", known


def test_a_power_of_the_size_would_break_it_where_training_is_too_short():
    known = {"d": 1, "epsilon": 0.5, "L": 3.0}
    assert not satisfied(COEFFICIENTS.where, known)
    in_size = replace(COEFFICIENTS, rate=0.4, logarithmic=False)
    assert outcome(in_size, left(0.5, 3.0, 1.0)) == "broken"
