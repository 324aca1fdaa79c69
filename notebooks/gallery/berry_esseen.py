"""The constant of Berry and Esseen: below .4097 it is false, .469 is proved.

I. Shevtsova, On the absolute constants in the Berry-Esseen inequality and its structural and
nonuniform improvements, Informatics and its Applications 7 (2013), for .469; C.-G. Esseen, A moment
inequality with an application to the central limit theorem, Skandinavisk Aktuarietidskrift 39
(1956), for the lower bound .4097 and for the coin that attains it in the limit.
"""

import numpy as np
import sympy as sp
from scipy.stats import binom, norm

from bounds import Construction, Inequality, Mutant, Theorem, observable, parameter, required
from verify import check, product

n = parameter("n", "number of throws", integer=True, positive=True)
p = observable("p", "probability of heads", positive=True)
distance = observable("distance", "distance of the two distribution functions", positive=True)
worst = observable("worst", "root n times the same for Esseen's coin, over its ratio of moments")
sigma = sp.sqrt(p * (1 - p))
ratio = p * (1 - p) * (p**2 + (1 - p) ** 2) / sigma**3  # E|X - p|^3 / sigma^3
Esseen = (sp.sqrt(10) + 3) / (6 * sp.sqrt(2 * sp.pi))

theorem = Theorem(
    id="shevtsova2013/claim-constant",
    title="the constant of the Berry-Esseen inequality",
    source="Shevtsova 2013 (.469); Esseen 1956 (.4097)",
    statement=r"""
        For sums of $n$ independent, equally distributed variables
        $\sup|F_n-\Phi|\leq.469\,E|X-EX|^3/(\sigma^3\sqrt n)$, and .469 cannot be replaced by less
        than $(\sqrt{10}+3)/(6\sqrt{2\pi})=.4097$. Here the variables are coins.
    """,
    hypotheses=[required(p < 1, "a coin with two sides")],
    claims=[
        Inequality("proved", distance, at_most=0.469 * ratio / sp.sqrt(n),
                   mutants=[Mutant("n for its root", at_most=0.469 * ratio / n)]),
        Inequality("too-small", distance, at_most=sp.Float(0.40) * ratio / sp.sqrt(n),
                   expected="broken", because="Esseen's coin needs .4097"),
        Construction("esseen", worst, at_least=Esseen - sp.Float(0.0001),
                     mutants=[Mutant("the next larger number of two digits", at_least=0.41)]),
    ],
)  # fmt: skip


def distances(n, coins):
    """Return the exact distance for each coin (a column); it is attained at a jump."""
    heads = np.arange(n + 1)
    normal = norm.cdf((heads - n * coins) / np.sqrt(n * coins * (1 - coins)))
    steps = binom.cdf(np.arange(-1, n + 1), n, coins)  # before and after each jump
    return np.maximum(np.abs(steps[:, 1:] - normal), np.abs(steps[:, :-1] - normal)).max(axis=1)


@check(
    theorem["proved", "too-small"],
    cells=[dict(n=n) for n in (1, 3, 10, 30, 100)],
    seconds_per_replicate=lambda cell: 4e-7 * cell["n"],
)
def coins(rng, cell, replicates):
    """One replicate is one coin, of any bias; the distribution of its throws is exact."""
    p = rng.uniform(0.01, 0.99, replicates)
    return {"p": p, "distance": distances(cell["n"], p[:, None])}


@check(theorem["esseen"], cells=product(n=[10000, 40000]), seconds_per_replicate=0.01,
       first=1, full=1, complete=True)  # fmt: skip
def extreme(rng, cell, replicates):
    """Nothing is random: Esseen's coin, thrown so often that little of the corrections is left."""
    n, p = cell["n"], (4 - np.sqrt(10)) / 2
    ratio = (p**2 + (1 - p) ** 2) / np.sqrt(p * (1 - p))
    scaled = np.sqrt(n) * distances(n, np.array([[p]]))[0] / ratio
    return {"worst": np.full(replicates, scaled)}
