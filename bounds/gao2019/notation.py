"""The paper and its notation."""

from bounds.authoring import *

paper = Paper(
    key="gao2019",
    title="Convergence of Adversarial Training in Overparametrized Neural Networks",
    authors=(
        "Ruiqi Gao",
        "Tianle Cai",
        "Haochuan Li",
        "Cho-Jui Hsieh",
        "Liwei Wang",
        "Jason D. Lee",
    ),
    year=2019,
    venue="NeurIPS",
    version="appendix alone; what stands in the main text is reconstructed from its proofs",
    bibtex=r"""
@inproceedings{gao2019convergence,
  title     = {Convergence of Adversarial Training in Overparametrized Neural Networks},
  author    = {Gao, Ruiqi and Cai, Tianle and Li, Haochuan and Hsieh, Cho-Jui and Wang, Liwei and
               Lee, Jason D.},
  booktitle = {Advances in Neural Information Processing Systems},
  volume    = {32},
  year      = {2019}
}
""",
)

RECONSTRUCTED = "reconstructed from the proofs: the main text was not at hand"
"""Stands in the source of every statement that is not printed in the appendix."""

d = parameter("d", "input dimension", integer=True, positive=True)
m = parameter("m", "width", integer=True, positive=True)
n = parameter("n", "sample size", integer=True, positive=True)
R = parameter("R", "radius of the ball around the initial weights", positive=True)
alpha = parameter("alpha", "step size", positive=True)
T = parameter("T", "number of steps", integer=True, positive=True)
epsilon = parameter("epsilon", "accuracy", positive=True)
delta = parameter("delta", "distance of inputs, or failure probability", positive=True)
L = parameter("L", "Lipschitz constant of the loss", positive=True)
C_0 = parameter("C_0", "bound of the slope of the activation", positive=True)
C_1 = parameter("C_1", "Lipschitz constant of the slope of the activation", positive=True)

__all__ = [
    "C_0",
    "C_1",
    "RECONSTRUCTED",
    "L",
    "R",
    "T",
    "alpha",
    "d",
    "delta",
    "epsilon",
    "m",
    "n",
    "paper",
]
