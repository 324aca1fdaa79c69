"""The largest of n normal numbers: below root 2 ln n, and for no n that one meets close to it.

S. Boucheron, G. Lugosi, P. Massart, Concentration Inequalities, 2013, Theorem 2.5, for the mean;
the tail is a union bound over P(X >= x) <= exp(-x^2/2). R. Fisher, L. Tippett, Proceedings of the
Cambridge Philosophical Society 24 (1928), for the limit law; P. Hall, On the rate of convergence of
normal extremes, Journal of Applied Probability 16 (1979), for how slowly it is approached.
"""

import numpy as np
import sympy as sp
from scipy.integrate import quad
from scipy.stats import norm

from bounds import (
    Identity,
    Inequality,
    Law,
    Mutant,
    Probability,
    Theorem,
    observable,
    parameter,
    required,
)
from verify import check

n = parameter("n", "how many numbers", integer=True, positive=True)
u = parameter("u", "deviation", positive=True)
x = sp.Symbol("x", real=True)
largest = observable("largest", "largest of n normal numbers")
mean = observable("mean", "its mean, by quadrature", error="mean_error", positive=True)
scaled = observable("scaled", "the same, centred and scaled for the limit law")

theorem = Theorem(
    id="boucheron2013/theorem-2.5",
    title="the maximum of normal numbers",
    source="Boucheron, Lugosi, Massart 2013, Theorem 2.5; Fisher, Tippett 1928; Hall 1979",
    statement=r"""
        For $n\geq2$ independent normal numbers $M=\max X_i$ has $E\,M\leq\sqrt{2\ln n}$, and
        $P(M\geq\sqrt{2\ln n}+u)\leq e^{-u^2/2}$; in the limit $M$ is a Gumbel variable.
    """,
    hypotheses=[required(n >= 2, "more than one number")],
    claims=[
        Inequality("mean", mean, at_most=sp.sqrt(2 * sp.log(n)),
                   mutants=[Mutant("without the factor 2", at_most=sp.sqrt(sp.log(n)))]),
        Probability("tail", largest >= sp.sqrt(2 * sp.log(n)) + u, at_most=sp.exp(-(u**2) / 2),
                    mutants=[Mutant("without the factor 2",
                                    event=largest >= sp.sqrt(sp.log(n)) + u)]),
        Identity("mean-of-two", largest, 1 / sp.sqrt(sp.pi), where=sp.Eq(n, 2), variance=1,
                 mutants=[Mutant("the mean of |X|", equals=sp.sqrt(2 / sp.pi))]),
        Identity("mean-of-three", largest, 3 / (2 * sp.sqrt(sp.pi)), where=sp.Eq(n, 3), variance=1,
                 mutants=[Mutant("three over pi", equals=3 / sp.pi)]),
        Law("exact", largest, ((1 + sp.erf(x / sp.sqrt(2))) / 2) ** n,
            mutants=[Mutant("one number more", cdf=((1 + sp.erf(x / sp.sqrt(2))) / 2) ** (n + 1))]),
        Identity("root-2-log-n", largest, sp.sqrt(2 * sp.log(n)), variance=1, where=n >= 100,
                 expected="broken", because="the correction is of the order ln ln n / root ln n"),
        Law("gumbel", scaled, sp.exp(-sp.exp(-x)), where=n >= 100, expected="broken",
            because="with these constants the distance falls like (ln ln n)^2 / ln n, and with "
            "the best ones like 1 / ln n"),
    ],
)  # fmt: skip


@check(
    theorem["tail", "mean-of-two", "mean-of-three", "exact", "root-2-log-n", "gumbel"],
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


@check(theorem["mean"], cells=[dict(n=n, u=0.5) for n in (2, 3, 10, 200, 10**4, 10**6)],
       seconds_per_replicate=0.01, first=1, full=1, complete=True)  # fmt: skip
def quadrature(rng, cell, replicates):
    """Nothing is random: the mean of the largest, integrated over its density."""
    n = cell["n"]
    top = np.sqrt(2 * np.log(n))
    value, error = quad(
        lambda x: x * n * norm.pdf(x) * norm.cdf(x) ** (n - 1), -9, top + 9, points=[0, top]
    )
    return {"mean": np.full(replicates, value), "mean_error": np.full(replicates, error)}
