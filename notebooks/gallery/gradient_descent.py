"""Gradient descent on a quadratic: 1/t, the condition number, and steps that are too long.

Y. Drori, M. Teboulle, Performance of first-order methods for smooth convex minimization,
Mathematical Programming 145 (2014); B. Polyak, Introduction to Optimization, 1987, Section 1.4.2.
The bound 2LR^2/(t+1)^2, false here, is that of Nesterov's accelerated method.
"""

import numpy as np
import sympy as sp

from bounds import Always, Mutant, Theorem, observable, parameter
from verify import check, product

d = parameter("d", "dimension", integer=True, positive=True)
kappa = parameter("kappa", "condition number", positive=True)
until = parameter("until", "number of steps", integer=True, positive=True)
t = sp.Symbol("t", nonnegative=True)
radius = observable("radius", "squared distance of the start to the minimum", positive=True)
loss = observable("loss", "loss after t steps of length 1/L, with L = 1", nonnegative=True)
best = observable("best", "squared distance after t steps of length 2 / (L + mu)", nonnegative=True)
long = observable("long", "loss after t steps of length 2.1 / L", nonnegative=True)

theorem = Theorem(
    id="drori2014/claim-rates",
    title="the rate of gradient descent",
    source="Drori, Teboulle 2014; Polyak 1987, Section 1.4.2",
    statement=r"""
        On a quadratic with eigenvalues from $\mu=1/\kappa$ to $L=1$, gradient descent from distance
        $R$ has $f(x_t)-f_*\leq LR^2/(4t+2)$ with steps $1/L$, and the distance
        $((\kappa-1)/(\kappa+1))^tR$ at most with steps $2/(L+\mu)$.
    """,
    claims=[
        Always("one-over-t", loss, at_most=radius / (4 * t + 2), until=until,
               mutants=[Mutant("a tenth of it", at_most=radius / (40 * t + 20))]),
        Always("linear", best, at_most=((kappa - 1) / (kappa + 1)) ** (2 * t) * radius,
               until=until,
               mutants=[Mutant("the root of the condition number",
                               at_most=((sp.sqrt(kappa) - 1) / (sp.sqrt(kappa) + 1)) ** (2 * t)
                               * radius)]),
        Always("accelerated", loss, at_most=2 * radius / (t + 1) ** 2, until=until,
               expected="broken", because="such a bound takes momentum"),
        Always("any-step", long, at_most=radius, until=until, expected="broken",
               because="steps longer than 2/L diverge along the largest eigenvalue"),
    ],
)  # fmt: skip


@check(
    theorem,
    cells=product(d=[2, 20], kappa=[10.0, 1000.0], until=100),
    seconds_per_replicate=lambda cell: 1e-6 * cell["d"],
    block=1024,
)
def simulate(rng, cell, replicates):
    """One replicate is one quadratic, in the coordinates of its eigenvectors, and one start."""
    d, lowest = cell["d"], 1 / cell["kappa"]
    eigenvalues = lowest ** rng.random((replicates, d))
    eigenvalues[:, 0], eigenvalues[:, 1] = lowest, 1
    start = rng.standard_normal((replicates, d)) * np.exp(rng.standard_normal((replicates, d)))
    losses, distances = [], []
    for step in (1.0, 2 / (1 + lowest), 2.1):
        x, loss, distance = start, [], []
        for _ in range(cell["until"] + 1):
            loss.append((eigenvalues * x**2).sum(axis=1) / 2)
            distance.append((x**2).sum(axis=1))
            x = x - step * eigenvalues * x
        losses.append(np.stack(loss, axis=1))
        distances.append(np.stack(distance, axis=1))
    return {
        "radius": distances[0][:, 0],
        "loss": losses[0],
        "best": distances[1],
        "long": losses[2],
    }
