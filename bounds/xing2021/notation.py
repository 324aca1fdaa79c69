"""The paper, its letters with their meaning, and the scalars that its risks depend on."""

from bounds.authoring import *

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
)

d = parameter("d", "input dimension", integer=True, positive=True)
n = parameter("n", "sample size", integer=True, positive=True)
h = parameter("h", "width of the hidden layer", integer=True, positive=True)
s = parameter("s", "size of the support", integer=True, positive=True)
theta = vector("theta", "fitted coefficients")
theta_0 = vector("theta_0", "true coefficients")
direction = vector("u", "a direction")
Sigma = matrix("Sigma", "covariance of the inputs")
sigma = parameter("sigma", "standard deviation of the noise", nonnegative=True)
epsilon = parameter("epsilon", "attack radius", nonnegative=True)
xi = parameter(
    "xi", "smoothing of the surrogate attack, as defined in Section 2.1", nonnegative=True
)
r = parameter("r", "residual, x.theta - y", real=True)
q = parameter("q", "standard deviation of the residual", positive=True)
B = parameter("B", "Euclidean norm of the coefficients", positive=True)
S = parameter("S", "l1 norm of the coefficients", positive=True)
v = parameter("v", "root of E[y^2]: signal and noise together", positive=True)
kappa = parameter("kappa", "level of the ridge path", positive=True)
eta = parameter("eta", "step size", positive=True)
L = parameter("L", "the large constant of the step size", positive=True)
T = parameter("T", "number of steps", positive=True)

c_0 = sqrt(2 / pi)
"""E|N(0, 1)|."""

LARGEST_OF_MANY = (
    "the largest of many nearly normal values: what is of lower order fades like powers of 1/log, "
    "so that stricter exponents are contradicted on the tested range, and no range breaks them"
)
PASSED = (
    "the sizes pass it, and not by the factor after which corrections that fade so slowly cannot "
    "turn back"
)
"""Why evidence tells less than one might think of an order, and of a limit."""

MODEL_QUANTITIES = {
    "q": sqrt(norm(theta - theta_0, Sigma) ** 2 + sigma**2),
    "B": norm(theta),
    "S": norm(theta, 1),
    "v": sqrt(norm(theta_0, Sigma) ** 2 + sigma**2),
}
"""The scalars that the risks depend on, from the vectors of the model."""


def robust_risk(length: Expr) -> Expr:
    """Return the population risk under attack; ``length`` is the dual norm of the coefficients."""
    return q**2 + epsilon**2 * length**2 + 2 * epsilon * c_0 * length * q


__all__ = [
    "LARGEST_OF_MANY", "MODEL_QUANTITIES", "PASSED", "B", "L", "S", "Sigma", "T", "c_0", "d",
    "direction", "epsilon", "eta", "h", "kappa", "n", "paper", "q", "r", "robust_risk", "s",
    "sigma", "theta", "theta_0", "v", "xi",
]  # fmt: skip
