"""The empirical distribution function: Massart's constant 2, and 1, enough on one side only.

P. Massart, The Tight Constant in the Dvoretzky-Kiefer-Wolfowitz Inequality, Annals of Probability
18 (1990), Theorem 1 and Corollary 1; the limit is Kolmogorov's (1933).
"""

import numpy as np
import sympy as sp

from bounds import Mutant, Probability, Theorem, observable, parameter, required
from verify import check, product

n = parameter("n", "size of the sample", integer=True, positive=True)
x = parameter("x", "deviation, times the root of n", positive=True)
both = observable("both", "largest distance to the true distribution function, times root n")
above = observable("above", "largest excess over it, times root n")
tail = sp.exp(-2 * x**2)

theorem = Theorem(
    id="massart1990/theorem-1",
    title="the tight constant in the DKW inequality",
    source="Massart, Annals of Probability 18 (1990), Theorem 1 and Corollary 1",
    statement=r"""
        $P(\sqrt n\sup(F_n-F)>x)\leq e^{-2x^2}$ where the right side is at most $\frac12$, and
        $P(\sqrt n\sup|F_n-F|>x)\leq2e^{-2x^2}$ for every $x$.
    """,
    hypotheses=[required(x > 0, "a deviation")],
    claims=[
        Probability(
            "two-sided",
            both > x,
            at_most=2 * tail,
            mutants=[Mutant("4 in the exponent, for 2", at_most=2 * sp.exp(-4 * x**2))],
        ),
        Probability(
            "one-sided",
            above > x,
            at_most=tail,
            where=tail <= sp.Rational(1, 2),
            mutants=[Mutant("3 in the exponent, for 2", at_most=sp.exp(-3 * x**2))],
        ),
        Probability(
            "constant-one",
            both > x,
            at_most=tail,
            expected="broken",
            because="it may deviate upwards or downwards, and hardly ever does both",
        ),
    ],
)


@check(
    theorem,
    cells=product(n=[5, 20, 100], x=[0.7, 1.0, 1.3]),
    seconds_per_replicate=lambda cell: 6e-6 + 4e-8 * cell["n"],
)
def simulate(rng, cell, replicates):
    """One replicate is one sample, uniform on [0, 1]."""
    n = cell["n"]
    points = np.sort(rng.random((replicates, n)), axis=1)
    above = (np.arange(1, n + 1) / n - points).max(axis=1)
    below = (points - np.arange(n) / n).max(axis=1)
    root = np.sqrt(n)
    return {"both": root * np.maximum(above, below), "above": root * above}
