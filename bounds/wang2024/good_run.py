"""The events that the lemmas of the smooth case are conditional on, in terms of what is measured.

Definition B.5: the events of Lemma B.3 (initial weights) and Lemma B.4 (the sample). Where a proof
makes flipped labels negligible by a large C, the check conditions on their being so instead.
"""

from bounds.authoring import *
from bounds.wang2024.data_events import ALL, noisy_share
from bounds.wang2024.initialisation import START
from bounds.wang2024.notation import *

loss_ratio = observable(
    "loss_ratio",
    "largest ratio of two logistic weights during training",
    error="loss_ratio_error",
    nonnegative=True,
)
good_run = quantity("good_run", "the events of Lemmas B.3 and B.4 occur", ALL & START)
has_flipped = quantity(
    "has_flipped", "a good run with a flipped label", And(good_run, noisy_share > 0)
)


def _negligible(weight: Expr) -> sp.Basic:
    """Return the event that flipped labels, ``weight`` times over, weigh at most 1/4."""
    # It stands as it is written: sympy would try to decide it by every sign in the weight.
    little = sp.Le(weight * noisy_share * loss_ratio, Q(1, 4), evaluate=False)
    return And(good_run, little)


little_noise = quantity(
    "little_noise",
    "a good run, and flipped labels weigh as little as Lemma B.15 needs",
    _negligible(1 + 9 / gamma),
)
little_noise_flipped = quantity(
    "little_noise_flipped",
    "the same as little_noise, and some label is flipped",
    And(_negligible(1 + 9 / gamma), noisy_share > 0),
)
_most = 1 + (9 + gamma**2 * (1 - gamma**2)) / gamma**4
very_little_noise = quantity(
    "very_little_noise",
    "a good run, and flipped labels weigh as little as Lemma B.14 needs",
    _negligible(_most),
)
very_little_noise_flipped = quantity(
    "very_little_noise_flipped",
    "the same as very_little_noise, and some label is flipped",
    And(_negligible(_most), noisy_share > 0),
)
