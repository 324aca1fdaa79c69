"""The edges of the spectrum of noise, (1 +- root gamma)^2.

V. Marchenko, L. Pastur, Mathematics of the USSR-Sbornik 1 (1967). That the extreme eigenvalues
themselves tend to the edges: the largest, S. Geman, Annals of Probability 8 (1980), the smallest,
J. Silverstein, Annals of Probability 13 (1985). That they do so at the rate n^(-2/3): at the upper
edge, I. Johnstone, Annals of Statistics 29 (2001), at the lower one, O. Feldheim, S. Sodin,
Geometric and Functional Analysis 20 (2010).
"""

import numpy as np
import sympy as sp

from bounds import Inequality, Limit, Mutant, Theorem, observable, parameter
from verify import Path, check

n = parameter("n", "number of samples", integer=True, positive=True)
d = parameter("d", "dimension", integer=True, positive=True)
gamma = d / n
top = observable("top", "largest eigenvalue of the sample covariance", positive=True)
bottom = observable("bottom", "smallest eigenvalue", positive=True)

theorem = Theorem(
    id="marchenko1967/claim-edges",
    title="the edges of Marchenko and Pastur",
    source="Geman 1980 and Johnstone 2001 (largest); Silverstein 1985, Feldheim, Sodin 2010",
    statement=r"""
        For $n$ normal vectors in $\mathbb R^d$, $d/n\to\gamma<1$, the extreme eigenvalues of the
        sample covariance tend to $(1\pm\sqrt\gamma)^2$, like $n^{-2/3}$.
    """,
    claims=[
        Limit("largest", top, (1 + sp.sqrt(gamma)) ** 2, rate=sp.Rational(2, 3),
              mutants=[Mutant("gamma for its root", to=(1 + gamma) ** 2)]),
        Limit("smallest", bottom, (1 - sp.sqrt(gamma)) ** 2, rate=sp.Rational(2, 3),
              mutants=[Mutant("gamma for its root", to=(1 - gamma) ** 2)]),
        Inequality("hard-edge", top, at_most=(1 + sp.sqrt(gamma)) ** 2, expected="broken",
                   because="the largest eigenvalue fluctuates about the edge, to both sides"),
    ],
)  # fmt: skip


@check(
    theorem,
    paths=[Path({"n": 1, "d": 1}, base=dict(n=n, d=4), sizes=7) for n in (8, 16)],
    seconds_per_replicate=lambda cell: 1e-5 + 1e-10 * cell["n"] * cell["d"] ** 2,
    first=64,
)
def simulate(rng, cell, replicates):
    """One replicate is one sample of normal vectors with the covariance 1."""
    n, d = cell["n"], cell["d"]
    values = np.empty((replicates, d))
    for row in values:
        sample = rng.standard_normal((n, d))
        row[:] = np.linalg.eigvalsh(sample.T @ sample / n)
    return {"top": values[:, -1], "bottom": values[:, 0]}
