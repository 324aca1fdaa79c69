"""Birthdays: 23 people, not the root of 365.

W. Feller, An Introduction to Probability Theory and Its Applications I, 3rd edition 1968, Section
II.3, example (d); the bounds are those of hash functions, M. Bellare, P. Rogaway, Introduction to
Modern Cryptography, 2005.
"""

import numpy as np
import sympy as sp

from bounds import Mutant, Probability, Theorem, Threshold, observable, parameter, required
from verify import check

k = parameter("k", "number of people", integer=True, positive=True)
m = parameter("m", "number of days", integer=True, positive=True)
shared = observable("shared", "whether two have the same birthday")
pairs = k * (k - 1) / (2 * m)

theorem = Theorem(
    id="feller1968/example-II.3.d",
    title="the birthday problem",
    source="Feller 1968, Section II.3, example (d); Bellare, Rogaway 2005",
    statement=r"""
        Two of $k$ people share one of $m$ birthdays with a probability of at least
        $1-e^{-k(k-1)/2m}$ and at most $k(k-1)/2m$; it passes $\frac12$ near $\sqrt{2m\ln2}$.
    """,
    hypotheses=[required(k <= m, "no more people than days")],
    claims=[
        Probability("lower", shared, at_least=1 - sp.exp(-pairs),
                    mutants=[Mutant("all ordered pairs", at_least=1 - sp.exp(-2 * pairs))]),
        Probability("upper", shared, at_most=pairs,
                    mutants=[Mutant("half of the pairs", at_most=pairs / 2)]),
        Threshold("half", shared, along=k, at=sp.sqrt(2 * m * sp.log(2)),
                  mutants=[Mutant("a quarter fewer", at=0.75 * sp.sqrt(2 * m * sp.log(2)))]),
        # People come whole: one of them is 5 % of the root of 365.
        Threshold("root-of-the-days", shared, along=k, at=sp.sqrt(m), tolerance=0.05,
                  expected="broken", because="with the root of 365, 19 people, it is 38 %"),
    ],
)  # fmt: skip


@check(
    theorem,
    cells=[dict(k=k, m=365) for k in (10, 15, 18, 20, 21, 22, 23, 24, 27, 30, 40, 60)],
    seconds_per_replicate=lambda cell: 2e-6 + 2e-7 * cell["k"],
)
def simulate(rng, cell, replicates):
    """One replicate is one party."""
    days = np.sort(rng.integers(cell["m"], size=(replicates, cell["k"])), axis=1)
    return {"shared": (days[:, 1:] == days[:, :-1]).any(axis=1)}
