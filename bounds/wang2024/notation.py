"""The paper, its notation, its assumptions and the chain of its constants."""

from bounds.authoring import *

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
)

d = parameter("d", "input dimension", integer=True, positive=True)
n = parameter("n", "sample size", integer=True, positive=True)
m = parameter(
    "m",
    "width (even; half of the output weights are +1, half -1, over sqrt(m))",
    integer=True,
    positive=True,
)
T = parameter("T", "number of iterations", integer=True, nonnegative=True)
mu = parameter("mu", "norm of the cluster mean", r"\|\mu\|", positive=True)
alpha = parameter("alpha", "attack radius", nonnegative=True)
beta = parameter("beta", "probability of a flipped label", nonnegative=True)
lambda_ = parameter("lambda", "strong log-concavity of the clusters", positive=True)
kappa = parameter("kappa", "lower bound of E|xi|^2 / d", positive=True)
gamma = parameter("gamma", "lower bound of the slope of the activation", positive=True)
H = parameter("H", "smoothness of the activation", positive=True)
zeta = parameter("zeta", "exponent of the homogeneity defect of the activation", nonnegative=True)
eta = parameter("eta", "step size", positive=True)
omega = parameter("omega", "standard deviation of the initial weights", positive=True)
delta = parameter("delta", "failure probability", positive=True)
C = parameter("C", "the one sufficiently large constant", positive=True)
C_0 = parameter("C_0", "universal constant of the spectral norm, declared", positive=True)
c = parameter("c", "absolute constant", positive=True)
C_1 = quantity("C_1", "10 / kappa", 10 / kappa, positive=True)
C_r = quantity(
    "C_r",
    "bound on the ratio of the logistic weights",
    64 * C_1 * (sqrt(C_1) + 1 / (2 * sqrt(C_1))) ** 2 / gamma**2,
    positive=True,
)
C_2 = quantity("C_2", "constant of the gradient's upper bound", sqrt(5 * C_1 * C_r), positive=True)
C_d = quantity("C_d", "omega sqrt(m d) / eta", omega * sqrt(m * d) / eta, positive=True)
"""The chain of constants of the smooth case (Lemmas B.4, B.9, B.12)."""

ASSUMPTION_1 = (
    regime(
        d >= C * Max(mu**2 * n, n**2 * (log(n / delta) + alpha**2)), "(1) the dimension is large"
    ),
    regime(beta <= 1 / C, "(2) few labels are flipped"),
    required(omega * sqrt(m * d) <= eta, "(3) the initialisation is small"),
    regime(eta <= 1 / (C * d**2), "(4) the step is small"),
    regime(n >= C * log(m / delta), "(5) the sample is large"),
    required(alpha <= mu, "(6) the attack is weaker than the signal"),
    required(delta < Q(1, 2), "the failure probability is below 1/2"),
)
"""Assumption 1, item by item, with what Theorem 3.1 says of delta; C is the paper's unnamed
constant."""

SMOOTH = (
    regime(d <= mu**4 / C, "(A1) the dimension is at most the fourth power of the signal"),
    regime(mu**2 >= C * log(n / delta), "(A2) the signal is strong"),
)
"""What smooth activations need besides."""

NONSMOOTH = (
    regime(m >= C * log(n / delta), "(B1) the network is wide"),
    regime(
        mu**2 >= C * Max(sqrt(d / n * log(m * d / (n * delta))), log(n / delta)),
        "(B2) the signal is strong",
    ),
)
"""What non-smooth homogeneous activations need besides."""


def normal_cdf(x: Expr) -> Expr:
    """Return the standard normal distribution function, exact in both tails."""
    return erfc(-x / sqrt(2)) / 2


def indicator(event: object) -> Expr:
    """Return 1 where the event occurs, and 0 elsewhere."""
    return Piecewise((1, event), (0, True))


__all__ = [
    "ASSUMPTION_1",
    "C_0",
    "C_1",
    "C_2",
    "NONSMOOTH",
    "SMOOTH",
    "C",
    "C_d",
    "C_r",
    "H",
    "T",
    "alpha",
    "beta",
    "c",
    "d",
    "delta",
    "eta",
    "gamma",
    "indicator",
    "kappa",
    "lambda_",
    "m",
    "mu",
    "n",
    "normal_cdf",
    "omega",
    "paper",
    "zeta",
]  # fmt: skip
