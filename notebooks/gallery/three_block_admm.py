"""ADMM with three blocks diverges where with two it converges.

C. Chen, B. He, Y. Ye, X. Yuan, The direct extension of ADMM for multi-block convex minimization
problems is not necessarily convergent, Mathematical Programming 155 (2016), Section 3. For two
blocks, that the distance never grows and tends to 0: S. Boyd, N. Parikh, E. Chu, B. Peleato,
J. Eckstein, Foundations and Trends in Machine Learning 3 (2011), Appendix A; a rate, O(1/T) for the
mean of the iterates: B. He, X. Yuan, SIAM Journal on Numerical Analysis 50 (2012).
"""

import numpy as np
import sympy as sp

from bounds import Always, BigO, Identity, Limit, Mutant, Theorem, observable, parameter
from verify import Path, check

T = parameter("T", "number of steps", integer=True, positive=True)
t = sp.Symbol("t", nonnegative=True)
two = observable("two", "squared distance after t steps, two blocks", nonnegative=True)
two_norm = observable("two_norm", "distance after T steps, two blocks")
radius = observable("radius", "spectral radius of a step, three blocks", positive=True)
three_norm = observable("three_norm", "distance after T steps, three blocks", positive=True)
start = observable("start", "squared distance to the solution at the start", positive=True)

theorem = Theorem(
    id="chen2016/example-three-blocks",
    title="ADMM with three blocks need not converge",
    source="Chen, He, Ye, Yuan 2016, Section 3; Boyd et al. 2011, Appendix A (two blocks)",
    statement=r"""
        ADMM for $\min0$ subject to $a_1x_1+a_2x_2+a_3x_3=0$ with $a_1=(1,1,1)$, $a_2=(1,1,2)$,
        $a_3=(1,2,2)$ and $\beta=1$ is a linear map with the spectral radius 1.0278, and diverges;
        with the two blocks $x_1$ and $x_2$ the weighted distance to the solution never grows, and
        tends to 0.
    """,
    claims=[
        Always("two-blocks", two, at_most=start, until=T,
               mutants=[Mutant("like 1/(1 + t)^4", at_most=start / (1 + t) ** 4)]),
        Limit("two-blocks-converge", two_norm, 0, rate=1,
              mutants=[Mutant("to another point", to=2)]),
        # To the four digits that are printed. The eigenvalues are a complex pair: the error turns
        # while it grows, so that its length is not multiplied by the same factor in every step.
        Identity("three-blocks-radius", radius, sp.Float(1.0278), exact=True, scale=1,
                 tolerance=5e-5, mutants=[Mutant("neither grows nor falls", equals=1)]),
        BigO("three-blocks-rate", three_norm, 1 / sp.sqrt(T), exact=True, corrections="power",
             rate=1, expected="broken", because="a step has eigenvalues of modulus 1.0278"),
    ],
)  # fmt: skip


THREE = np.array([[1.0, 1, 1], [1, 1, 2], [1, 2, 2]])
"""The columns of the three blocks."""


def run(columns, steps, point):
    """Return (block values and multipliers) after every step, for each row of `point`."""
    blocks = columns.shape[1]
    x, multiplier = point[:, :blocks].copy(), point[:, blocks:].copy()
    history = [(x.copy(), multiplier.copy())]
    for _ in range(steps):
        for i in range(blocks):
            a = columns[:, i]
            others = x @ columns.T - np.outer(x[:, i], a)
            x[:, i] = (multiplier - others) @ a / (a @ a)
        multiplier = multiplier - x @ columns.T
        history.append((x.copy(), multiplier.copy()))
    return history


@check(
    theorem["two-blocks", "two-blocks-converge", "three-blocks-rate"],
    paths=[Path({"T": 1}, base=dict(T=12), sizes=7)],
    seconds_per_replicate=lambda cell: 1e-6 * cell["T"],
)
def simulate(rng, cell, replicates):
    """One replicate is one starting point; the solution is 0."""
    point = rng.standard_normal((replicates, 6))
    x, multiplier = run(THREE, cell["T"], point)[-1]
    three = np.sqrt((x**2).sum(axis=1) + (multiplier**2).sum(axis=1))
    columns = THREE[:, :2]
    history = run(columns, cell["T"], point[:, :5])
    # What ADMM decreases counts the block that is updated last, and the part of the multipliers
    # that can change: that in the span of the columns.
    span, weight = np.linalg.qr(columns)[0], columns[:, 1] @ columns[:, 1]
    two = [weight * x[:, 1] ** 2 + ((m @ span) ** 2).sum(axis=1) for x, m in history]
    return {
        "two": np.stack(two, axis=1),
        "two_norm": np.sqrt(two[-1]),
        "start": two[0],
        "three_norm": three,
    }


@check(theorem["three-blocks-radius"], cells=[dict(T=1)], seconds_per_replicate=1e-4,
       first=1, full=1, complete=True)  # fmt: skip
def spectrum(rng, cell, replicates):
    """Nothing is random: a step is linear, and its matrix is what it does to the unit vectors."""
    step = np.hstack(run(THREE, cell["T"], np.eye(6))[-1])
    return {"radius": np.full(replicates, np.abs(np.linalg.eigvals(step)).max())}
