"""The norms that bound small subsets of neurons are drawn without the network that has them."""

import numpy as np
import pytest
import scipy.stats

from sim.networks import lazy_ball
from verify.checks.wang2022.net import norms_of_the_rows


@pytest.mark.parametrize(("m", "d"), [(4, 3), (30, 3), (12, 1)])
def test_norms_of_the_rows_have_the_law_of_those_of_a_network(m: int, d: int) -> None:
    a, w = lazy_ball.initialisation(np.random.default_rng(1), 4000, m, d)
    total = np.linalg.norm((a[:, None, :] @ w)[:, 0], axis=1)
    spectral = np.linalg.norm(w, 2, axis=(1, 2))
    drawn_total, drawn_spectral = norms_of_the_rows(np.random.default_rng(2), 4000, m, d)
    for share in (0.0, 0.5, -0.5, 1.0):  # of the sum: one law of the pair, not two of its halves
        network = share * total + (1 - abs(share)) * spectral
        drawn = share * drawn_total + (1 - abs(share)) * drawn_spectral
        assert scipy.stats.ks_2samp(network, drawn).pvalue > 1e-4
