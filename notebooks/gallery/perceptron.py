"""The perceptron errs at most (R / margin)^2 times.

A. Novikoff, On convergence proofs on perceptrons, Symposium on the Mathematical Theory of Automata,
1962. That the square is needed: the unit vectors, S. Shalev-Shwartz, S. Ben-David, Understanding
Machine Learning, 2014.
"""

import numpy as np

from bounds import Inequality, Mutant, Theorem, observable, parameter
from verify import check

m = parameter("m", "number of points", integer=True, positive=True)
d = parameter("d", "dimension", integer=True, positive=True)
mistakes = observable("mistakes", "mistakes until all points are classified", nonnegative=True)
margin = observable("margin", "margin of some unit vector", positive=True)
radius = observable("radius", "length of the longest point", positive=True)

theorem = Theorem(
    id="novikoff1962/claim-mistakes",
    title="the perceptron's mistakes",
    source="Novikoff 1962; Shalev-Shwartz, Ben-David 2014",
    statement=r"""
        If a unit vector separates points of length at most $R$ with margin $\gamma$, the perceptron
        errs at most $(R/\gamma)^2$ times, however often and in which order it sees them.
    """,
    claims=[
        Inequality(
            "novikoff",
            mistakes,
            at_most=(radius / margin) ** 2,
            mutants=[Mutant("half of it", at_most=(radius / margin) ** 2 / 2)],
        ),
        Inequality(
            "without-the-square",
            mistakes,
            at_most=radius / margin,
            expected="broken",
            because="on the d unit vectors it errs d times, and their margin is one over root d",
        ),
    ],
)


@check(theorem, cells=[dict(d=d, m=d + more) for d in (3, 10) for more in (0, 10)],
       seconds_per_replicate=lambda cell: 1.2e-6 * cell["m"])  # fmt: skip
def simulate(rng, cell, replicates):
    """One replicate is one set of points in one order: the unit vectors and some more."""
    m, d = cell["m"], cell["d"]
    truth = rng.choice([-1.0, 1.0], (replicates, d)) / np.sqrt(d)
    points = rng.standard_normal((replicates, m, d))
    points[:, :d] = np.eye(d)
    # Points that come too close to the separating plane are moved away from it.
    sides = np.einsum("rmd,rd->rm", points, truth)
    moved = np.copysign(np.maximum(np.abs(sides), 0.5 / np.sqrt(d)), sides) - sides
    points += moved[:, :, None] * truth[:, None, :]
    signed = points * np.sign(np.einsum("rmd,rd->rm", points, truth))[:, :, None]
    order = rng.random((replicates, m)).argsort(axis=1)
    signed = np.take_along_axis(signed, order[:, :, None], axis=1)
    mistakes, w = np.zeros(replicates), np.zeros((replicates, d))
    clean = np.zeros(replicates, dtype=int)  # points in a row without a mistake
    i = 0
    while (clean < m).any():
        wrong = np.einsum("rd,rd->r", w, signed[:, i % m]) <= 0
        w[wrong] += signed[wrong, i % m]
        mistakes += wrong
        clean = np.where(wrong, 0, clean + 1)
        i += 1
    return {
        "mistakes": mistakes,
        "margin": np.einsum("rmd,rd->rm", signed, truth).min(axis=1),
        "radius": np.sqrt((signed**2).sum(axis=2)).max(axis=1),
    }
