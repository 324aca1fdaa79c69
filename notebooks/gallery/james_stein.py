"""Shrinking: the risk of James and Stein, in all dimensions together, not in each coordinate.

W. James, C. Stein, Estimation with quadratic loss, Fourth Berkeley Symposium, 1961; the identity is
C. Stein, Annals of Statistics 9 (1981).
"""

import numpy as np
import sympy as sp
from scipy.special import roots_genlaguerre, roots_hermitenorm

from bounds import Identity, Inequality, Monotone, Mutant, Theorem, observable, parameter, required
from verify import check, product

d = parameter("d", "dimension", integer=True, positive=True)
theta = parameter("theta", "length of the mean", nonnegative=True)
loss = observable("loss", "squared error of the James-Stein estimator", nonnegative=True)
inverse = observable("inverse", "one over the squared norm of the observation", positive=True)
along = observable("along", "risk in the coordinate of the mean", error="along_error")

theorem = Theorem(
    id="james1961/claim-risk",
    title="the estimator of James and Stein",
    source="James, Stein 1961; Stein 1981 (the identity)",
    statement=r"""
        For $X\sim N(\theta,I_d)$, $d\geq3$, the estimator $(1-(d-2)/\|X\|^2)X$ has the risk
        $d-(d-2)^2E\|X\|^{-2}<d$, which is 2 at $\theta=0$.
    """,
    hypotheses=[required(d >= 3, "three dimensions or more")],
    claims=[
        Identity("stein", loss + (d - 2) ** 2 * inverse, d,
                 mutants=[Mutant("d - 1 for d - 2", observable=loss + (d - 1) ** 2 * inverse)]),
        Identity("at-zero", loss, 2, where=sp.Eq(theta, 0),
                 mutants=[Mutant("nothing is lost at the centre", equals=1)]),
        Monotone("farther-is-worse", loss, along=theta,
                 mutants=[Mutant("farther is better", increasing=False)]),
        Identity("no-better", loss, d, expected="broken",
                 because="the plain estimator is not admissible in three dimensions and more"),
        Inequality("in-each-coordinate", along, at_most=1, expected="broken",
                   because="a single coordinate pays for the others"),
    ],
)  # fmt: skip


CELLS = product(d=[10, 20], theta=[0.0, 2.0, 4.0])


@check(theorem["stein", "at-zero", "farther-is-worse", "no-better"], cells=CELLS,
       seconds_per_replicate=4e-6)  # fmt: skip
def simulate(rng, cell, replicates):
    """One replicate is one observation, of a mean along the first axis."""
    mean = np.zeros(cell["d"])
    mean[0] = cell["theta"]
    x = mean + rng.standard_normal((replicates, cell["d"]))
    squared = (x**2).sum(axis=1)
    error = (1 - (cell["d"] - 2) / squared)[:, None] * x - mean
    return {"loss": (error**2).sum(axis=1), "inverse": 1 / squared}


@check(theorem["in-each-coordinate"], cells=CELLS, seconds_per_replicate=0.01,
       first=1, full=1, complete=True)  # fmt: skip
def quadrature(rng, cell, replicates):
    """Nothing is random: the coordinate of the mean is normal, the others make a chi-squared."""
    d, theta = cell["d"], cell["theta"]

    def risk(order):
        z, normal = roots_hermitenorm(order)
        half, chi = roots_genlaguerre(order, (d - 3) / 2)
        x = theta + z[:, None]
        error = (1 - (d - 2) / (x**2 + 2 * half)) * x - theta
        return normal @ error**2 @ chi / (normal.sum() * chi.sum())

    value = risk(60)
    return {
        "along": np.full(replicates, value),
        "along_error": np.full(replicates, abs(value - risk(40))),
    }
