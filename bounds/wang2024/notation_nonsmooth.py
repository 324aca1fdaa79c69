"""Symbols of the statements on ReLU and leaky ReLU: constants and events of one training run."""

from bounds.authoring import *
from bounds.wang2024.notation import *

gamma = parameter("gamma", "slope of the activation on the positive side", positive=True)
c_0 = observable(
    "c_0", "smallest share of active pairs with y_i = a_s at the start of the run", nonnegative=True
)
C_1 = observable(
    "C_1", "smallest constant with (C1), (C2), (C4) of Lemma B.4, of the run", positive=True
)
C_2 = observable(
    "C_2",
    "largest norm of the gradient over sqrt(d/n) times the mean logistic weight, of the run",
    positive=True,
)
C_r = observable("C_r", "largest ratio of logistic weights, of the run", positive=True)
flipped_share = observable(
    "flipped_share", "share of flipped training labels", r"\frac{|\mathcal N|}n", nonnegative=True
)
good_run = observable("good_run", "c_0 > 0, (C5), (C6), and at most a tenth of the labels flipped")
is_active = observable(
    "is_active", "every sample and every neuron has an active partner at the start: c_0 > 0"
)
signal_is_clean = observable("signal_is_clean", "the events (C5) and (C6) of Lemma B.4")
robust_loss = observable(
    "robust_loss_T", "robust training loss after T iterations", r"\hat L_{rob}(W^T)", real=True
)

RUN = required(
    None, "Algorithm 1 with ReLU or leaky ReLU, on normal clusters, from a symmetric start"
)
"""How the runs are made."""

__all__ = [
    "C_1",
    "C_2",
    "RUN",
    "C_r",
    "c_0",
    "flipped_share",
    "gamma",
    "good_run",
    "is_active",
    "robust_loss",
    "signal_is_clean",
]  # fmt: skip
