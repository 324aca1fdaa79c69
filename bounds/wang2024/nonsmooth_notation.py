"""Symbols of the statements on ReLU and leaky ReLU: constants and events of one training run."""

from __future__ import annotations

import sympy as sp

from bounds import required

c_0, flipped_share = sp.symbols("c_0 flipped_share", nonnegative=True)
good, active = sp.symbols("good_run is_active")

RUN = required(
    None, "Algorithm 1 with ReLU or leaky ReLU, on normal clusters, from a symmetric start"
)
"""How the runs are made."""

SYMBOLS = {
    "gamma": "slope of the activation on the positive side",
    "negative_slope": "slope on the negative side, over gamma",
    "sigma": "standard deviation of the clusters",
    "c_0": "smallest share of active pairs with y_i = a_s at the start, of the run",
    "C_1": "smallest constant with (C1), (C2), (C4) of Lemma B.4, of the run",
    "C_2": "largest norm of the gradient over sqrt(d/n) times the mean logistic weight, of the run",
    "C_r": "largest ratio of logistic weights, of the run",
    "flipped_share": "share of flipped labels in the training set",
    "good_run": "c_0 > 0, (C5), (C6), and at most a tenth of the labels flipped",
    "is_active": "every sample and every neuron has an active partner at the start: c_0 > 0",
    "lost_first": "pairs with y_i = a_s that the first step deactivates somewhere on the ball",
    "lost_first_any": "pairs that the first step deactivates somewhere on the ball",
    "lost_later": "pairs with y_i = a_s that a later step deactivates",
    "lost_later_any": "pairs that a later step deactivates",
    "active_neurons": "smallest share of neurons active on a sample after the first step",
    "active_neurons_start": "smallest share of neurons active on a whole ball before the first "
    "step",
    "active_samples": "smallest share of samples active for a neuron after the first step",
}
"""What the symbols mean."""


def observed(name: str) -> sp.Symbol:
    """Return the symbol of an observable that is a real number."""
    return sp.Symbol(name, real=True)
