"""The paper and its notation."""

from bounds.authoring import *

paper = Paper(
    key="wang2022",
    title="Adversarial Robustness is at Odds with Lazy Training",
    authors=("Yunjuan Wang", "Enayat Ullah", "Poorya Mianjy", "Raman Arora"),
    year=2022,
    venue="NeurIPS",
    version="proceedings version with appendix",
    bibtex=r"""
@inproceedings{wang2022adversarial,
  title     = {Adversarial Robustness is at Odds with Lazy Training},
  author    = {Wang, Yunjuan and Ullah, Enayat and Mianjy, Poorya and Arora, Raman},
  booktitle = {Advances in Neural Information Processing Systems},
  volume    = {35},
  year      = {2022}
}
""",
)

d = parameter("d", "input dimension", integer=True, positive=True)
m = parameter("m", "width", integer=True, positive=True)
C_0 = parameter("C_0", "radius of the lazy ball, times sqrt(m)", nonnegative=True)
V = quantity("V", "radius of the lazy ball, per neuron", C_0 / sqrt(m), nonnegative=True)
C_bar = quantity("C_bar", "max(1, C_0)", Max(1, C_0), r"\bar C", positive=True)
gamma = parameter("gamma", "failure probability", positive=True)
R = parameter("R", "radius of the attack on the input", nonnegative=True)
C_1 = parameter("C_1", "radius of the attack, times sqrt(d)", positive=True)
C_2 = parameter("C_2", "first-order change of f that the step aims at", positive=True)
theta = parameter("theta", "angle between x and x + delta", nonnegative=True)

INITIALISATION = required(
    None, "a is uniform on {-1, +1}^m, the rows of W_0 are independent N(0, I_d)"
)
UNIT_INPUT = required(None, "x is fixed, of norm 1")
SETTING = (INITIALISATION, UNIT_INPUT)
"""What every statement assumes: Section 2.1 and Definition 2.1."""


def normal_cdf(x: Expr) -> Expr:
    """Return the standard normal distribution function, exact in both tails."""
    return erfc(-x / sqrt(2)) / 2


__all__ = [
    "C_0",
    "C_1",
    "C_2",
    "INITIALISATION",
    "SETTING",
    "UNIT_INPUT",
    "C_bar",
    "R",
    "V",
    "d",
    "gamma",
    "m",
    "normal_cdf",
    "paper",
    "theta",
]  # fmt: skip
