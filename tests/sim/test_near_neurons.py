import numpy as np
import pytest
from scipy import stats

from sim.networks.near_neurons import FAR, draw_light, draw_small
from sim.networks.sign_flips import largest_change, largest_shortfall, most_flips

R, M = 3000, 60


def whole():
    rng = np.random.default_rng(0)
    return rng.standard_normal((R, M)), rng.standard_normal((R, M))


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_as_many_are_near_as_among_all(share):
    z, b = whole()
    light, weight = draw_light(np.random.default_rng(1), R, M, share)
    near = np.abs(z) <= np.abs(b) * np.tan(np.pi / 2 * share)
    assert stats.ks_2samp(near.sum(axis=1), (light < FAR).sum(axis=1)).pvalue > 1e-4
    assert stats.ks_2samp(z[near], light[light < FAR]).pvalue > 1e-4
    assert stats.ks_2samp(b[near], weight[light < FAR]).pvalue > 1e-4
    small = draw_small(np.random.default_rng(2), R, M, share)
    near = np.abs(z) <= stats.norm.ppf((1 + share) / 2)
    assert stats.ks_2samp(near.sum(axis=1), (small < FAR).sum(axis=1)).pvalue > 1e-4
    assert stats.ks_2samp(z[near], small[small < FAR]).pvalue > 1e-4


def test_worst_cases_of_the_near_ones_have_the_law_of_those_of_all():
    z, b = whole()
    light, weight = draw_light(np.random.default_rng(3), R, M, 0.6)
    small = draw_small(np.random.default_rng(4), R, M, 0.6)
    one, budget = np.ones(R), np.full(R, 1.0)
    for all_of_them, near in (
        (most_flips(z, one, budget), most_flips(small, one, budget)),
        *zip(
            largest_change(z, b, one, budget)[:2],
            largest_change(light, weight, one, budget)[:2],
            strict=True,
        ),
        *zip(
            largest_shortfall(z, b, one, budget)[:2],
            largest_shortfall(light, weight, one, budget)[:2],
            strict=True,
        ),
    ):
        assert stats.ks_2samp(all_of_them, near).pvalue > 1e-4
