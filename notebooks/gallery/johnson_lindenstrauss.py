"""How many dimensions keep all distances: a proved number, and the one that is often remembered.

S. Dasgupta, A. Gupta, An elementary proof of a theorem of Johnson and Lindenstrauss, Random
Structures and Algorithms 22 (2003), Theorem 2.1: on a random subspace; with a normal matrix, as
here, the same proof does it. "ln n / epsilon^2 dimensions" is what is left of O(ln n / epsilon^2)
when the constant is forgotten.
"""

import numpy as np
import sympy as sp

from bounds import Mutant, Probability, Theorem, observable, parameter, required
from verify import check

n = parameter("n", "number of points", integer=True, positive=True)
k = parameter("k", "dimension after projecting", integer=True, positive=True)
epsilon = parameter("epsilon", "relative error of a squared distance", positive=True)
distortion = observable("distortion", "largest relative error of a squared distance", positive=True)
exponent = epsilon**2 / 2 - epsilon**3 / 3
proved = 4 * sp.log(n) / exponent

theorem = Theorem(
    id="dasgupta2003/theorem-2.1",
    title="the lemma of Johnson and Lindenstrauss",
    source="Dasgupta, Gupta, Random Structures and Algorithms 22 (2003), Theorem 2.1",
    statement=r"""
        A normal projection to $k\geq4\ln n/(\varepsilon^2/2-\varepsilon^3/3)$ dimensions keeps all
        squared distances of $n$ points up to $1\pm\varepsilon$ with a probability of at least
        $1/n$; it fails with one of at most $n(n-1)e^{-k(\varepsilon^2/2-\varepsilon^3/3)/2}$.
    """,
    hypotheses=[required(epsilon < 1, "a relative error below one")],
    claims=[
        Probability("published", distortion <= epsilon, at_least=1 / n, where=k >= proved,
                    mutants=[Mutant("a fifth of the error", event=distortion <= epsilon / 5)]),
        Probability("union-bound", distortion > epsilon,
                    at_most=n * (n - 1) * sp.exp(-k * exponent / 2),
                    mutants=[Mutant("a fifth of the error", event=distortion > epsilon / 5)]),
        Probability("folklore", distortion <= epsilon, at_least=1 / n,
                    where=k >= sp.log(n) / epsilon**2, expected="broken",
                    because="the union bound over the pairs asks for 4 / (1/2 - epsilon/3) times "
                    "as many, 12 to 17 here, and here the pairs are hardly dependent"),
    ],
)  # fmt: skip


def cells():
    """Return n and epsilon with the proved number of dimensions, more, and the remembered one."""
    for points, error in ((20, 0.5), (50, 0.5), (50, 0.8)):
        given = dict(n=points, epsilon=error)
        for number in (proved, 1.5 * proved, 2 * proved, sp.log(n) / epsilon**2):
            yield dict(given, k=int(sp.ceiling(number.subs({n: points, epsilon: error}))))


@check(theorem, cells=cells(), seconds_per_replicate=lambda cell: 4e-8 * cell["n"] * cell["k"])
def simulate(rng, cell, replicates):
    """One replicate is one projection of the corners of a simplex, all at distance root 2."""
    n, k = cell["n"], cell["k"]
    projected = rng.standard_normal((replicates, n, k)) / np.sqrt(k)
    products = projected @ projected.transpose(0, 2, 1)
    squares = np.einsum("rii->ri", products)
    distances = squares[:, :, None] + squares[:, None, :] - 2 * products
    above, right = np.triu_indices(n, 1)
    return {"distortion": np.abs(distances[:, above, right] / 2 - 1).max(axis=1)}
