"""The secretary problem: the best of n, however large n, is found once in e times.

D. Lindley, Dynamic programming and decision theory, Applied Statistics 10 (1961); T. Ferguson, Who
solved the secretary problem?, Statistical Science 4 (1989).
"""

import sympy as sp

from bounds import Identity, Limit, Mutant, Theorem, observable, parameter, required
from verify import Path, check

n = parameter("n", "number of candidates", integer=True, positive=True)
r = parameter("r", "how many are passed over", integer=True, positive=True)
won = observable("won", "whether the best is chosen")

theorem = Theorem(
    id="lindley1961/claim-best-of-n",
    title="the secretary problem",
    source="Lindley 1961; Ferguson 1989",
    statement=r"""
        Who passes over $r$ of $n$ candidates and takes the first that is better than all of them
        chooses the best with probability $\frac rn\sum_{j=r}^{n-1}1/j$; for $r=n/e$ this tends to
        $1/e$, and no rule does better.
    """,
    hypotheses=[required(r < n, "someone is left to choose")],
    claims=[
        Identity("probability", won, r / n * (sp.harmonic(n - 1) - sp.harmonic(r - 1)),
                 functional="proportion",
                 mutants=[Mutant("as often as not", equals=sp.Rational(1, 2))]),
        Limit("one-over-e", won, sp.exp(-1), rate=1, functional="proportion", tolerance=0.01,
              mutants=[Mutant("one third", to=sp.Rational(1, 3))]),
        Limit("hopeless", won, 0, rate=0.5, functional="proportion", expected="broken",
              because="the chance does not fall with the number of candidates"),
    ],
)  # fmt: skip


@check(
    theorem,
    paths=[Path({"n": 1, "r": 1}, base=dict(n=19, r=7), sizes=5)],  # 7/19 = .368
    seconds_per_replicate=lambda cell: 8e-6 + 3e-8 * cell["n"],
)
def simulate(rng, cell, replicates):
    """One replicate is one order of the candidates."""
    n = cell["n"]
    quality = rng.random((replicates, n))
    bar = quality[:, : cell["r"]].max(axis=1)
    better = quality[:, cell["r"] :] > bar[:, None]
    chosen = cell["r"] + better.argmax(axis=1)
    return {"won": better.any(axis=1) & (chosen == quality.argmax(axis=1))}
