"""Shrinking: the risk of James and Stein, in all dimensions together, not in each coordinate.

W. James, C. Stein, Estimation with quadratic loss, Fourth Berkeley Symposium, 1961; the lemma is
C. Stein, Annals of Statistics 9 (1981), Theorem 1.
"""

import numpy as np
import sympy as sp

from bounds import Identity, Monotone, Mutant, Theorem, observable, parameter, required
from verify import check, product

d = parameter("d", "dimension", integer=True, positive=True)
theta = parameter("theta", "length of the mean", nonnegative=True)
loss = observable("loss", "squared error of the James-Stein estimator", nonnegative=True)
inverse = observable("inverse", "one over the squared norm of the observation", positive=True)
largest = observable("largest", "squared error in the coordinate of the mean", nonnegative=True)

theorem = Theorem(
    id="james1961/theorem-1",
    title="the estimator of James and Stein",
    source="James, Stein 1961; Stein 1981, Theorem 1",
    statement=r"""
        For $X\sim N(\theta,I_d)$, $d\geq3$, the estimator $(1-(d-2)/\|X\|^2)X$ has the risk
        $d-(d-2)^2E\|X\|^{-2}<d$, which is 2 at $\theta=0$.
    """,
    hypotheses=[required(d >= 3, "three dimensions or more")],
    claims=[
        Identity("stein", loss + (d - 2) ** 2 * inverse, d,
                 mutants=[Mutant("d - 1 for d - 2", observable=loss + (d - 1) ** 2 * inverse)]),
        Identity("at-zero", loss, 2, where=sp.Eq(theta, 0), tolerance=0.05,
                 mutants=[Mutant("nothing is lost at the centre", equals=1)]),
        Monotone("farther-is-worse", loss, along=theta,
                 mutants=[Mutant("farther is better", increasing=False)]),
        Identity("no-better", loss, d, expected="broken",
                 because="the plain estimator is not admissible in three dimensions and more"),
        Identity("in-each-coordinate", largest, 1, where=theta > 0, tolerance=0.05,
                 expected="broken", because="a single coordinate pays for the others"),
    ],
)  # fmt: skip


@check(theorem, cells=product(d=[10, 20], theta=[0.0, 2.0, 4.0]), seconds_per_replicate=4e-6)
def simulate(rng, cell, replicates):
    """One replicate is one observation, of a mean along the first axis."""
    mean = np.zeros(cell["d"])
    mean[0] = cell["theta"]
    x = mean + rng.standard_normal((replicates, cell["d"]))
    squared = (x**2).sum(axis=1)
    error = (1 - (cell["d"] - 2) / squared)[:, None] * x - mean
    return {"loss": (error**2).sum(axis=1), "inverse": 1 / squared, "largest": error[:, 0] ** 2}
