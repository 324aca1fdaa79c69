"""How much noise makes an answer private: the classical sigma, also where epsilon exceeds 1.

C. Dwork, A. Roth, The Algorithmic Foundations of Differential Privacy, 2014, Theorem A.1 (epsilon
below 1); B. Balle, Y.-X. Wang, Improving the Gaussian Mechanism for Differential Privacy, ICML
2018, Theorem 8 (what is true for every epsilon).
"""

import numpy as np
import sympy as sp

from bounds import Identity, Mutant, Probability, Theorem, observable, parameter, required
from verify import check

epsilon = parameter("epsilon", "privacy budget", positive=True)
delta = parameter("delta", "probability of a leak that is allowed", positive=True)
sigma = parameter("sigma", "noise level, for a query of sensitivity 1", positive=True)
leak = observable("leak", "whether the answer, for a random threshold, leaks more than epsilon")


def normal(x):
    """Distribution function of a normal number."""
    return sp.erfc(-x / sp.sqrt(2)) / 2


def leaking(epsilon, sigma):
    """The exact delta of noise sigma (Balle and Wang, Theorem 8)."""
    middle = epsilon * sigma
    return normal(1 / (2 * sigma) - middle) - sp.exp(epsilon) * normal(-1 / (2 * sigma) - middle)


def classical(epsilon, delta):
    """The sigma of Dwork and Roth."""
    return sp.sqrt(2 * sp.log(sp.Rational(5, 4) / delta)) / epsilon


enough = sigma > classical(epsilon, delta)
theorem = Theorem(
    id="dwork2014/theorem-A.1",
    title="the Gaussian mechanism",
    source="Dwork, Roth 2014, Theorem A.1; Balle, Wang, ICML 2018, Theorem 8",
    statement=r"""
        Noise $N(0,\sigma^2)$ with $\sigma>\sqrt{2\ln(1.25/\delta)}/\varepsilon$ makes a query of
        sensitivity 1 $(\varepsilon,\delta)$-private, for $\varepsilon<1$.
    """,
    hypotheses=[required(delta < 1, "delta is a probability")],
    claims=[
        Probability("classical", leak, at_most=delta, where=(epsilon < 1) & enough,
                    mutants=[Mutant("a hundredth of delta", at_most=delta / 100)]),
        Probability("classical-above-one", leak, at_most=delta, where=(epsilon > 1) & enough,
                    expected="broken", because="sigma falls like 1 / epsilon, what is needed only "
                    "like one over its root"),
        Identity("exact", leak, leaking(epsilon, sigma), functional="proportion",
                 mutants=[Mutant("the second term forgotten",
                                 equals=normal(1 / (2 * sigma) - epsilon * sigma))]),
    ],
)  # fmt: skip


@check(
    theorem,
    cells=[
        dict(epsilon=e, delta=d, sigma=float(classical(e, d)) * (1 + 1e-9))
        for e, d in [(0.5, 0.1), (0.9, 0.2), (0.9, 0.3), (8.0, 0.05), (8.0, 0.1), (10.0, 0.05)]
    ],
    seconds_per_replicate=6e-6,
)
def simulate(rng, cell, replicates):
    """One replicate is one answer, on data whose query is 1 and whose neighbour's is 0."""
    answer = 1 + cell["sigma"] * rng.standard_normal(replicates)
    loss = (answer**2 - (answer - 1) ** 2) / (2 * cell["sigma"] ** 2)
    # With probability max(0, 1 - exp(epsilon - loss)) the answer is one of a leak: the mean of
    # that is the smallest delta with which the answer is (epsilon, delta)-private.
    return {"leak": rng.random(replicates) < -np.expm1(np.minimum(cell["epsilon"] - loss, 0))}
