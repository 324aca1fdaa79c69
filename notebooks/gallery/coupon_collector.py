"""The coupon collector: n H(n) draws, not n ln n.

P. Erdos, A. Renyi, On a classical problem of probability theory, Magyar Tud. Akad. Mat. Kutato Int.
Kozl. 6 (1961), for the limit; the rest is in R. Motwani, P. Raghavan, Randomized Algorithms, 1995.
"""

import numpy as np
import sympy as sp

from bounds import Identity, Limit, Mutant, Probability, Theorem, observable, parameter, required
from verify import Path, check, product

n = parameter("n", "number of coupons", integer=True, positive=True)
c = parameter("c", "deviation, in units of n draws", positive=True)
draws = observable("draws", "draws until every coupon has been seen", integer=True, positive=True)
soon = observable("soon", "probability that n ln n draws are enough", nonnegative=True)
H = sp.harmonic(n)

theorem = Theorem(
    id="erdos1961/claim-draws",
    title="the coupon collector",
    source="Erdos, Renyi 1961; Motwani, Raghavan 1995",
    statement=r"""
        To see all of $n\geq3$ equally likely coupons takes $nH_n$ draws in the mean, more than
        $n\ln n+cn$ with a probability of at most $e^{-c}$, and at most $n\ln n$ with one that
        tends to $1/e$.
    """,
    hypotheses=[required(n >= 3, "of one or two coupons the tail is longer, for small c")],
    claims=[
        Identity("mean", draws, n * H, variance=sp.pi**2 * n**2 / 6,
                 mutants=[Mutant("one coupon fewer", equals=n * H - n)]),
        Probability("tail", draws > n * sp.log(n) + c * n, at_most=sp.exp(-c),
                    mutants=[Mutant("twice the exponent", at_most=sp.exp(-2 * c))]),
        Limit("one-over-e", soon, sp.exp(-1), rate=0.5, exact=True, tolerance=0.01,
              mutants=[Mutant("as often as not", to=sp.Rational(1, 2))]),
        Identity("n-log-n", draws, n * sp.log(n), variance=sp.pi**2 * n**2 / 6,
                 expected="broken", because="Euler's constant is missing: .577 n draws"),
    ],
)  # fmt: skip


@check(
    theorem["mean", "tail", "n-log-n"],
    cells=product(n=[5, 10, 30], c=[0.5, 1.5]),
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
    return {"draws": draws}


@check(theorem["one-over-e"], paths=[Path({"n": 1}, base=dict(n=10, c=1.0), sizes=7)],
       seconds_per_replicate=0.02, first=1, full=1, complete=True)  # fmt: skip
def chances(rng, cell, replicates):
    """Nothing is random: how many coupons have been seen is a Markov chain."""
    n = cell["n"]
    new = 1 - np.arange(n + 1) / n  # the next coupon is a new one
    seen = np.zeros(n + 1)
    seen[0] = 1
    for _ in range(int(n * np.log(n))):
        found = seen * new
        seen -= found
        seen[1:] += found[:-1]
    return {"soon": np.full(replicates, seen[n])}
