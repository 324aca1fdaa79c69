"""The largest of n normal numbers: below root 2 ln n, and for no n that one meets close to it.

S. Boucheron, G. Lugosi, P. Massart, Concentration Inequalities, 2013, Theorem 2.5, for the bound;
R. Fisher, L. Tippett, Proceedings of the Cambridge Philosophical Society 24 (1928), for the limit
law, and for how slowly it is approached.
"""

import numpy as np
import sympy as sp

from bounds import Identity, Law, Mutant, Probability, Theorem, observable, parameter, required
from verify import check

n = parameter("n", "how many numbers", integer=True, positive=True)
u = parameter("u", "deviation", positive=True)
x = sp.Symbol("x", real=True)
largest = observable("largest", "largest of n normal numbers")
scaled = observable("scaled", "the same, centred and scaled for the limit law")

theorem = Theorem(
    id="boucheron2013/theorem-2.5",
    title="the maximum of normal numbers",
    source="Boucheron, Lugosi, Massart 2013, Theorem 2.5; Fisher, Tippett 1928",
    statement=r"""
        For $n\geq2$ independent normal numbers $M=\max X_i$ has $E\,M\leq\sqrt{2\ln n}$, and
        $P(M\geq\sqrt{2\ln n}+u)\leq e^{-u^2/2}$; in the limit $M$ is a Gumbel variable.
    """,
    hypotheses=[required(n >= 2, "more than one number")],
    claims=[
        Probability("tail", largest >= sp.sqrt(2 * sp.log(n)) + u, at_most=sp.exp(-(u**2) / 2),
                    mutants=[Mutant("without the factor 2",
                                    event=largest >= sp.sqrt(sp.log(n)) + u)]),
        Identity("mean-of-two", largest, 1 / sp.sqrt(sp.pi), where=sp.Eq(n, 2), variance=1,
                 tolerance=0.05, mutants=[Mutant("the mean of |X|", equals=sp.sqrt(2 / sp.pi))]),
        Identity("mean-of-three", largest, 3 / (2 * sp.sqrt(sp.pi)), where=sp.Eq(n, 3), variance=1,
                 tolerance=0.05, mutants=[Mutant("three over pi", equals=3 / sp.pi)]),
        Law("exact", largest, ((1 + sp.erf(x / sp.sqrt(2))) / 2) ** n,
            mutants=[Mutant("one number more", cdf=((1 + sp.erf(x / sp.sqrt(2))) / 2) ** (n + 1))]),
        Identity("root-2-log-n", largest, sp.sqrt(2 * sp.log(n)), variance=1, tolerance=0.05,
                 expected="broken", because="the correction is of the order ln ln n / root ln n"),
        Law("gumbel", scaled, sp.exp(-sp.exp(-x)), where=n >= 100, expected="broken",
            because="the distance to the limit law falls like 1 / ln n only"),
    ],
)  # fmt: skip


@check(
    theorem,
    cells=[dict(n=n, u=0.5) for n in (2, 3, 200)],
    seconds_per_replicate=lambda cell: 1e-5 + 1.2e-8 * cell["n"],
)
def simulate(rng, cell, replicates):
    """One replicate is n normal numbers."""
    n = cell["n"]
    largest = rng.standard_normal((replicates, n)).max(axis=1)
    root = np.sqrt(2 * np.log(n))
    centre = root - (np.log(np.log(n)) + np.log(4 * np.pi)) / (2 * root)
    return {"largest": largest, "scaled": root * (largest - centre)}
