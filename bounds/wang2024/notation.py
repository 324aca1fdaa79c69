"""The paper, its notation, its assumptions and the chain of its constants."""

from __future__ import annotations

import sympy as sp

from bounds import Paper, regime, required

paper = Paper(
    key="wang2024",
    title="Benign Overfitting in Adversarial Training of Neural Networks",
    authors=("Yunjuan Wang", "Kaibo Zhang", "Raman Arora"),
    year=2024,
    venue="ICML (PMLR 235)",
    version="proceedings version with appendix",
    bibtex=r"""
@inproceedings{wang2024benign,
  title     = {Benign Overfitting in Adversarial Training of Neural Networks},
  author    = {Wang, Yunjuan and Zhang, Kaibo and Arora, Raman},
  booktitle = {Proceedings of the 41st International Conference on Machine Learning},
  series    = {Proceedings of Machine Learning Research},
  volume    = {235},
  year      = {2024},
  publisher = {PMLR}
}
""",
    notation={
        "d": "input dimension",
        "n": "sample size",
        "m": "width (even; half of the output weights are +1, half -1, over sqrt(m))",
        "mu": "norm of the cluster mean",
        "alpha": "attack radius",
        "beta": "probability of a flipped label",
        "lambda": "strong log-concavity of the clusters",
        "kappa": "lower bound of E|xi|^2 / d",
        "gamma": "lower bound of the slope of the activation",
        "H": "smoothness of the activation",
        "zeta": "exponent of the homogeneity defect of the activation",
        "eta": "step size",
        "T": "number of iterations",
        "omega": "standard deviation of the initial weights",
        "delta": "failure probability",
        "C": "the one sufficiently large constant",
        "C_1": "10 / kappa",
        "C_r": "bound on the ratio of the logistic weights",
        "C_2": "constant of the gradient's upper bound",
        "C_d": "omega sqrt(m d) / eta",
        "robust_error": "probability of an error under attack",
        "clean_error": "probability of an error",
    },
)

d, n, m = sp.symbols("d n m", integer=True, positive=True)
T = sp.Symbol("T", integer=True, nonnegative=True)
mu, eta, omega, delta, lambda_, kappa, gamma, H = sp.symbols(
    "mu eta omega delta lambda kappa gamma H", positive=True
)
alpha, beta, zeta = sp.symbols("alpha beta zeta", nonnegative=True)
C, C_0, C_1, C_2, C_r, c = sp.symbols("C C_0 C_1 C_2 C_r c", positive=True)

ASSUMPTION_1 = (
    regime(d >= C * sp.Max(mu**2 * n, n**2 * (sp.log(n / delta) + alpha**2)),
           "(1) the dimension is large"),
    regime(beta <= 1 / C, "(2) few labels are flipped"),
    required(omega * sp.sqrt(m * d) <= eta, "(3) the initialisation is small"),
    regime(eta <= 1 / (C * d**2), "(4) the step is small"),
    regime(n >= C * sp.log(m / delta), "(5) the sample is large"),
    required(alpha <= mu, "(6) the attack is weaker than the signal"),
)
"""Assumption 1, item by item; C is the paper's unnamed constant."""

SMOOTH = (
    regime(d <= mu**4 / C, "(A1) the dimension is at most the fourth power of the signal"),
    regime(mu**2 >= C * sp.log(n / delta), "(A2) the signal is strong"),
)
"""What smooth activations need besides."""

NONSMOOTH = (
    regime(m >= C * sp.log(n / delta), "(B1) the network is wide"),
    regime(
        mu**2 >= C * sp.Max(sp.sqrt(d / n * sp.log(m * d / (n * delta))), sp.log(n / delta)),
        "(B2) the signal is strong",
    ),
)
"""What non-smooth homogeneous activations need besides."""

CONSTANTS = {
    "C_1": 10 / kappa,
    "C_r": 64 * C_1 * (sp.sqrt(C_1) + 1 / (2 * sp.sqrt(C_1))) ** 2 / gamma**2,
    "C_2": sp.sqrt(5 * C_1 * C_r),
    "C_d": omega * sp.sqrt(m * d) / eta,
}
"""The chain of constants of the smooth case (Lemmas B.4, B.9, B.12)."""


def normal_cdf(x: sp.Expr) -> sp.Expr:
    """Return the standard normal distribution function, exact in both tails."""
    return sp.erfc(-x / sp.sqrt(2)) / 2
