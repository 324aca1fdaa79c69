"""Tails of chi-squared: with Laurent and Massart's 2x, and without.

B. Laurent, P. Massart, Adaptive estimation of a quadratic functional by model selection, Annals of
Statistics 28 (2000), Lemma 1.
"""

import sympy as sp

from bounds import Mutant, Probability, Theorem, observable, parameter, required
from verify import check, product

d = parameter("d", "degrees of freedom", integer=True, positive=True)
x = parameter("x", "exponent", positive=True)
square = observable("square", "squared norm of a normal vector", positive=True)

theorem = Theorem(
    id="laurent2000/lemma-1",
    title="tails of chi-squared",
    source="Laurent, Massart, Annals of Statistics 28 (2000), Lemma 1",
    statement=r"""
        For $Q\sim\chi^2_d$ and $x>0$: $P(Q-d\geq2\sqrt{dx}+2x)\leq e^{-x}$ and
        $P(d-Q\geq2\sqrt{dx})\leq e^{-x}$.
    """,
    hypotheses=[required(x > 0, "a deviation")],
    claims=[
        Probability(
            "above",
            square - d >= 2 * sp.sqrt(d * x) + 2 * x,
            at_most=sp.exp(-x),
            mutants=[Mutant("half of the root term", event=square - d >= sp.sqrt(d * x) + x)],
        ),
        Probability(
            "below",
            d - square >= 2 * sp.sqrt(d * x),
            at_most=sp.exp(-x),
            mutants=[Mutant("half of the root term", event=d - square >= sp.sqrt(d * x))],
        ),
        Probability(
            "above-without-2x",
            square - d >= 2 * sp.sqrt(d * x),
            at_most=sp.exp(-x),
            expected="broken",
            because="far out the tail is that of an exponential variable, not of a normal one",
        ),
    ],
)


@check(
    theorem,
    cells=product(d=[1, 2, 10, 50], x=[0.5, 2.0, 5.0]),
    seconds_per_replicate=lambda cell: 2e-6 + 2e-8 * cell["d"],
)
def simulate(rng, cell, replicates):
    """One replicate is one normal vector."""
    return {"square": (rng.standard_normal((replicates, cell["d"])) ** 2).sum(axis=1)}
