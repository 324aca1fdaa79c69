"""The closed forms of the independent replays of linear models, against adaptive quadrature."""

import mpmath as mp
import pytest

from verify.checks.xing2021.replays_linear import pull_and_share


@pytest.mark.parametrize("a", ["1e-6", "0.3", "40"])
def test_means_under_a_smoothed_attack_are_those_of_quadrature(a):
    with mp.workdps(30):
        a = mp.mpf(a)
        ends = [0, a, 1, 4, 14] if a < 1 else [0, 1, 4, 14]

        def mean(weight):
            return 2 * mp.quad(lambda z: mp.npdf(z) * z**2 * weight(z), ends)

        pull, share = pull_and_share(a)
        assert mp.almosteq(pull, mean(lambda z: 1 / mp.hypot(z, a)), rel_eps=1e-18)
        assert mp.almosteq(share, mean(lambda z: 1 / (z**2 + a**2)), rel_eps=1e-18)
