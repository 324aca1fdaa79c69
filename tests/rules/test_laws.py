"""The laws that decide are those of scipy.stats, to the bit."""

import numpy as np
from scipy import stats

from verify.judging.laws import normal_isf, student_cdf, student_isf


def test_tails_are_those_of_scipy_to_the_bit():
    rng = np.random.default_rng(5)
    level = np.concatenate([rng.random(2000), 10.0 ** rng.uniform(-300, -1, 2000)])
    freedom = np.concatenate([rng.integers(1, 5000, 2000), 10 ** rng.uniform(-1, 7, 2000)])
    value = 10.0 ** rng.uniform(-3, 8, 4000) * rng.choice([-1, 1], 4000)
    np.testing.assert_array_equal(normal_isf(level), stats.norm.isf(level))
    np.testing.assert_array_equal(student_isf(level, freedom), stats.t.isf(level, freedom))
    np.testing.assert_array_equal(student_cdf(value, freedom), stats.t.cdf(value, freedom))
    np.testing.assert_array_equal(student_cdf(-value, freedom), stats.t.sf(value, freedom))
    assert np.isnan(student_isf(0.01, 0)) and student_isf(0.01, np.inf) == normal_isf(0.01)
