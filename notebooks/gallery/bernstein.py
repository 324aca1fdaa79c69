"""Bernstein's inequality, and what is left of it without its second term.

S. Bernstein 1924, in the form of S. Boucheron, G. Lugosi, P. Massart, Concentration Inequalities,
2013, Chapter 2; W. Hoeffding, Journal of the American Statistical Association 58 (1963), Theorem 1.
"""

import sympy as sp

from bounds import Mutant, Probability, Theorem, observable, parameter, required
from verify import check

n = parameter("n", "number of trials", integer=True, positive=True)
p = parameter("p", "probability of success", positive=True)
s = parameter("s", "deviation", positive=True)
mean = observable("mean", "share of successes", nonnegative=True)
variance = p * (1 - p)

theorem = Theorem(
    id="bernstein1924/claim-tails",
    title="Bernstein's and Hoeffding's inequalities",
    source="Boucheron, Lugosi, Massart 2013, Chapter 2; Hoeffding 1963, Theorem 1",
    statement=r"""
        For the mean of $n$ independent values in $[0,1]$ with variance $v$,
        $P(\bar X-p\geq s)\leq e^{-2ns^2}$ and $P(\bar X-p\geq s)\leq e^{-ns^2/(2v+2s/3)}$.
    """,
    hypotheses=[required(p < 1, "a probability")],
    claims=[
        Probability(
            "hoeffding",
            mean - p >= s,
            at_most=sp.exp(-2 * n * s**2),
            mutants=[Mutant("ten times the exponent", at_most=sp.exp(-20 * n * s**2))],
        ),
        Probability(
            "bernstein",
            mean - p >= s,
            at_most=sp.exp(-n * s**2 / (2 * variance + 2 * s / 3)),
            mutants=[
                Mutant("thrice the exponent", at_most=sp.exp(-3 * n * s**2 / (2 * variance + s)))
            ],
        ),
        Probability(
            "variance-alone",
            mean - p >= s,
            at_most=sp.exp(-n * s**2 / (2 * variance)),
            expected="broken",
            because="rare successes are Poisson, whose tail is heavier than a normal one",
        ),
    ],
)


# The shares are multiples of 1/n: where p + s lies between two of them rounding decides nothing.
# For one throw of a coin the share is exactly p + s half of the time.
CELLS = [(1, 0.5, 0.5), (10, 0.01, 0.085), (20, 0.05, 0.13), (20, 0.5, 0.23), (100, 0.5, 0.095)]


@check(
    theorem,
    cells=[dict(n=n, p=p, s=s) for n, p, s in CELLS],
    seconds_per_replicate=5e-8,
    first=4096,
)
def simulate(rng, cell, replicates):
    """One replicate is one series of trials."""
    successes = (rng.random((replicates, cell["n"])) < cell["p"]).sum(axis=1)
    return {"mean": successes / cell["n"]}
