"""The events that the lemmas of the smooth case are conditional on, in terms of what is measured.

Definition B.5: the events of Lemma B.3 (initial weights) and Lemma B.4 (the sample). Where a proof
makes flipped labels negligible by a large C, the check conditions on their being so instead.
"""

from __future__ import annotations

import sympy as sp

from bounds.wang2024 import data_events, initialisation
from bounds.wang2024.notation import CONSTANTS, gamma

_share, _ratio, _spectral = sp.symbols("noisy_share loss_ratio spectral_norm", nonnegative=True)
_start = initialisation.rows_within(sp.Rational(1, 2)) & (
    _spectral <= initialisation.spectral_bound
)
_good = sp.Symbol("good_run")


def _negligible(factor: sp.Expr) -> sp.Basic:
    """Return the event that flipped labels, ``factor`` times over, weigh at most 1/4."""
    return sp.And(_good, factor * _share * _ratio <= sp.Rational(1, 4))


_very_little = 1 + (9 + gamma**2 * (1 - gamma**2)) / gamma**4

QUANTITIES = CONSTANTS | {
    "good_run": data_events.ALL & _start,
    "has_flipped": sp.And(_good, _share > 0),
    "little_noise": _negligible(1 + 9 / gamma),
    "little_noise_flipped": sp.And(_negligible(1 + 9 / gamma), _share > 0),
    "very_little_noise": _negligible(_very_little),
    "very_little_noise_flipped": sp.And(_negligible(_very_little), _share > 0),
}
"""The constants of the smooth case, and six events."""

WORDS = dict(initialisation.lemma_b3.symbols) | dict(data_events.lemma_b4.symbols) | {
    "good_run": "the events of Lemmas B.3 and B.4 occur",
    "has_flipped": "a good run with a flipped label",
    "little_noise": "a good run, and flipped labels weigh as little as Lemma B.15 needs",
    "very_little_noise": "a good run, and flipped labels weigh as little as Lemma B.14 needs",
    "little_noise_flipped": "the same as little_noise, and some label is flipped",
    "very_little_noise_flipped": "the same as very_little_noise, and some label is flipped",
    "loss_ratio": "largest ratio of two logistic weights during training",
    "sigma": "standard deviation of a coordinate of the noise",
}
"""What the names mean."""
