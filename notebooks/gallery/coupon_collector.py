"""The coupon collector: n H(n) draws, not n ln n.

P. Erdos, A. Renyi, On a classical problem of probability theory, Magyar Tud. Akad. Mat. Kutato Int.
Kozl. 6 (1961), for the limit; the rest is in R. Motwani, P. Raghavan, Randomized Algorithms,
1995, Section 3.6.
"""

import numpy as np
import sympy as sp

from bounds import Identity, Limit, Mutant, Probability, Theorem, observable, parameter
from verify import Path, check, product

n = parameter("n", "number of coupons", integer=True, positive=True)
c = parameter("c", "deviation, in units of n draws", positive=True)
draws = observable("draws", "draws until every coupon has been seen", integer=True, positive=True)
soon = observable("soon", "whether n ln n draws are enough")
H = sp.harmonic(n)

theorem = Theorem(
    id="erdos1961/theorem-1",
    title="the coupon collector",
    source="Erdos, Renyi 1961; Motwani, Raghavan 1995, Section 3.6",
    statement=r"""
        To see all of $n$ equally likely coupons takes $nH_n$ draws in the mean, more than
        $n\ln n+cn$ with a probability of at most $e^{-c}$, and at most $n\ln n$ with one that
        tends to $1/e$.
    """,
    claims=[
        Identity("mean", draws, n * H, variance=sp.pi**2 * n**2 / 6, tolerance=0.02,
                 cell_tolerance=0.02, mutants=[Mutant("one coupon fewer", equals=n * H - n)]),
        Probability("tail", draws > n * sp.log(n) + c * n, at_most=sp.exp(-c),
                    mutants=[Mutant("twice the exponent", at_most=sp.exp(-2 * c))]),
        Limit("one-over-e", soon, sp.exp(-1), rate=0.5, functional="proportion", tolerance=0.05,
              mutants=[Mutant("as often as not", to=sp.Rational(1, 2))]),
        Identity("n-log-n", draws, n * sp.log(n), variance=sp.pi**2 * n**2 / 6, tolerance=0.02,
                 expected="broken", because="Euler's constant is missing: .577 n draws"),
    ],
)  # fmt: skip


@check(
    theorem,
    cells=product(n=[5, 10, 30], c=[0.5, 1.5]),
    paths=[Path({"n": 1}, base=dict(n=10, c=1.0), sizes=5)],
    seconds_per_replicate=lambda cell: 2e-8 * cell["n"] ** 2,
)
def simulate(rng, cell, replicates):
    """One replicate is one collection, drawn coupon by coupon."""
    n = cell["n"]
    seen = np.zeros((replicates, n), dtype=bool)
    draws = np.zeros(replicates, dtype=int)
    collecting = np.arange(replicates)
    while collecting.size:
        seen[collecting, rng.integers(n, size=collecting.size)] = True
        draws[collecting] += 1
        collecting = collecting[~seen[collecting].all(axis=1)]
    return {"draws": draws, "soon": draws <= n * np.log(n)}
