"""Double descent: the risk of least squares peaks where there are as many points as parameters.

M. Belkin, D. Hsu, J. Xu, Two models of double descent for weak features, SIAM J. Math. Data Science
2 (2020); in the limit of large sizes T. Hastie, A. Montanari, S. Rosset, R. Tibshirani, Surprises
in high-dimensional ridgeless least squares interpolation, Annals of Statistics 50 (2022); for "more
data can hurt" P. Nakkiran, arXiv:1912.07242.
"""

import numpy as np

from bounds import Identity, Monotone, Mutant, Theorem, observable, parameter
from verify import check, product

n = parameter("n", "number of points", integer=True, positive=True)
d = parameter("d", "number of parameters", integer=True, positive=True)
sigma = parameter("sigma", "noise level", positive=True)
risk = observable("risk", "excess risk of the shortest least squares solution", positive=True)
log_risk = observable("log_risk", "its logarithm")
few, many = n <= d, n >= d

theorem = Theorem(
    id="belkin2020/claim-risk",
    title="double descent",
    source="Belkin, Hsu, Xu 2020; Hastie, Montanari, Rosset, Tibshirani 2022",
    statement=r"""
        Normal inputs in $\mathbb R^d$, a signal of length 1 and noise $N(0,\sigma^2)$: the expected
        excess risk is $\sigma^2d/(n-d-1)$ for $n>d+1$, and $1-n/d+\sigma^2n/(d-n-1)$ for $n<d-1$.
    """,
    claims=[
        Identity("classical", risk, sigma**2 * d / (n - d - 1), where=n >= 2 * d,
                 mutants=[Mutant("fixed inputs", equals=sigma**2 * d / n)]),
        Identity("interpolating", risk, 1 - n / d + sigma**2 * n / (d - n - 1), where=n <= d / 2,
                 mutants=[Mutant("no bias", equals=sigma**2 * n / (d - n - 1))]),
        # The mean of the logarithm rises and falls: that of the risk itself is infinite at n = d.
        Monotone("ascent", log_risk, along=n, where=few & (n >= d / 2),
                 mutants=[Mutant("descent", increasing=False)]),
        Monotone("descent", log_risk, along=n, increasing=False, where=many,
                 mutants=[Mutant("ascent", increasing=True)]),
        Monotone("more-data-never-hurts", log_risk, along=n, increasing=False, expected="broken",
                 because="the noise is fitted with ever longer solutions up to n = d"),
    ],
)  # fmt: skip


@check(
    theorem,
    cells=product(n=[5, 10, 15, 20, 25, 40, 80], d=20, sigma=[0.5, 1.0]),
    seconds_per_replicate=6e-5,
)
def simulate(rng, cell, replicates):
    """One replicate is one sample; the risk over new inputs is exact, since they are normal."""
    n, d = cell["n"], cell["d"]
    inputs = rng.standard_normal((replicates, n, d))
    signal = np.zeros(d)
    signal[0] = 1
    labels = inputs @ signal + cell["sigma"] * rng.standard_normal((replicates, n))
    solution = np.einsum("rdn,rn->rd", np.linalg.pinv(inputs), labels)
    risk = ((solution - signal) ** 2).sum(axis=1)
    return {"risk": risk, "log_risk": np.log(risk)}
