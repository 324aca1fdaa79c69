"""The paper and its notation."""

from bounds.authoring import *

paper = Paper(
    key="zhang2020",
    title="Over-parameterized Adversarial Training: An Analysis Overcoming the Curse of "
    "Dimensionality",
    authors=(
        "Yi Zhang",
        "Orestis Plevrakis",
        "Simon S. Du",
        "Xingguo Li",
        "Zhao Song",
        "Sanjeev Arora",
    ),
    year=2020,
    venue="NeurIPS",
    version="main text alone, in which every epsilon is lost; such formulas are reconstructed",
    bibtex=r"""
@inproceedings{zhang2020over,
  title     = {Over-parameterized Adversarial Training: An Analysis Overcoming the Curse of
               Dimensionality},
  author    = {Zhang, Yi and Plevrakis, Orestis and Du, Simon S. and Li, Xingguo and Song, Zhao and
               Arora, Sanjeev},
  booktitle = {Advances in Neural Information Processing Systems},
  volume    = {33},
  year      = {2020}
}
""",
)

RECONSTRUCTED = "reconstructed: the text at hand has lost its epsilons, and its proofs"
"""Stands in the source of every statement that had to be completed."""

d = parameter("d", "input dimension", integer=True, positive=True)
m = parameter("m", "width", integer=True, positive=True)
n = parameter("n", "sample size", integer=True, positive=True)
R = parameter("R", "radius of the weights, times m^(2/3)", positive=True)
rho = parameter("rho", "radius of the attack on the input", nonnegative=True)
delta = parameter("delta", "least distance of two training inputs", positive=True)
gamma = parameter("gamma", "separation, at most delta (delta - 2 rho)", positive=True)
eta = parameter("eta", "learning rate", positive=True)
T = parameter("T", "number of steps", integer=True, positive=True)
epsilon = parameter("epsilon", "accuracy", positive=True)
epsilon_1 = parameter("epsilon_1", "accuracy of the polynomial", positive=True)
epsilon_2 = parameter("epsilon_2", "accuracy of the representation", positive=True)
eta_p = parameter("eta_p", "half the gap of the sign polynomial", r"\eta_p", positive=True)

__all__ = [
    "RECONSTRUCTED",
    "R",
    "T",
    "d",
    "delta",
    "epsilon",
    "epsilon_1",
    "epsilon_2",
    "eta",
    "eta_p",
    "gamma",
    "m",
    "n",
    "paper",
    "rho",
]
