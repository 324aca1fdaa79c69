"""The paper and its notation: one table joins its letters to words."""

from __future__ import annotations

import sympy as sp

from bounds import Paper, matrix, norm, vector

paper = Paper(
    key="xing2021",
    title="On the Generalization Properties of Adversarial Training",
    authors=("Yue Xing", "Qifan Song", "Guang Cheng"),
    year=2021,
    venue="AISTATS (PMLR 130)",
    version="proceedings version with appendix",
    bibtex=r"""
@inproceedings{xing2021generalization,
  title     = {On the Generalization Properties of Adversarial Training},
  author    = {Xing, Yue and Song, Qifan and Cheng, Guang},
  booktitle = {Proceedings of The 24th International Conference on Artificial Intelligence and
               Statistics},
  series    = {Proceedings of Machine Learning Research},
  volume    = {130},
  year      = {2021},
  publisher = {PMLR}
}
""",
    notation={
        "d": "input dimension",
        "n": "sample size",
        "theta": "fitted coefficients",
        "theta_0": "true coefficients",
        "Sigma": "covariance of the inputs",
        "sigma": "standard deviation of the noise",
        "epsilon": "attack radius",
        "xi": "smoothing of the surrogate attack, as defined in Section 2.1",
        "r": "residual, x.theta - y",
        "q": "standard deviation of the residual",
        "B": "Euclidean norm of the coefficients",
        "S": "l1 norm of the coefficients",
        "v": "root of E[y^2]: signal and noise together",
        "eta": "step size",
        "L": "the large constant of the step size",
        "T": "number of steps",
        "h": "width of the hidden layer",
        "kappa": "level of the ridge path",
        "lambda": "weight of the l1 penalty",
        "s": "size of the support",
        "optimal_risk": "smallest robust risk over all coefficients",
        "robust_risk": "population risk under attack",
        "attacked_loss": "squared loss under the attack",
    },
)

d, n, h, s = sp.symbols("d n h s", integer=True, positive=True)
theta, theta_0, direction = vector("theta"), vector("theta_0"), vector("u")
Sigma = matrix("Sigma")
sigma, epsilon, xi = sp.symbols("sigma epsilon xi", nonnegative=True)
r = sp.Symbol("r", real=True)
q, B, S, v, kappa = sp.symbols("q B S v kappa", positive=True)
eta, L, T = sp.symbols("eta L T", positive=True)

c_0 = sp.sqrt(2 / sp.pi)
"""E|N(0, 1)|."""

MODEL_QUANTITIES = {
    "q": sp.sqrt(norm(theta - theta_0, Sigma) ** 2 + sigma**2),
    "B": norm(theta),
    "S": norm(theta, 1),
    "v": sp.sqrt(norm(theta_0, Sigma) ** 2 + sigma**2),
}
"""The scalars that the risks depend on, from the vectors of the model."""


def robust_risk(length: sp.Expr) -> sp.Expr:
    """Return the population risk under attack; ``length`` is the dual norm of the coefficients."""
    return q**2 + epsilon**2 * length**2 + 2 * epsilon * c_0 * length * q
