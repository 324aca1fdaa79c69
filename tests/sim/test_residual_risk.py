from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from sim.linear.population_risk import robust_risk_by_quadrature
from sim.linear.residual_risk import attacked_risk

positive = st.floats(0.05, 5)
smoothings = st.sampled_from([0.0, 1e-4, 0.05, 1.0, 30.0])


def by_adaptive_quadrature(deviation, length, radius, smoothing):
    def weighted(z):
        residual = deviation * z
        shift = radius * length
        if smoothing:
            gradient = 2 * residual * length
            shift *= gradient / np.sqrt(gradient**2 + smoothing**2)
        return (residual + shift) ** 2 * np.exp(-z * z / 2) * np.sqrt(2 / np.pi)

    scale = min(1.0, smoothing / (2 * deviation * length)) if smoothing else 1.0
    edges = sorted({0.0, scale, 10 * scale, 100 * scale, 1.0, 12.0})
    return sum(
        quad(weighted, low, high, epsabs=1e-12, epsrel=1e-12, limit=200)[0]
        for low, high in pairwise(edges)
        if low < 12
    )


@given(positive, positive, st.floats(0, 3), smoothings)
def test_agrees_with_adaptive_quadrature(deviation, length, radius, smoothing):
    expected = by_adaptive_quadrature(deviation, length, radius, smoothing)
    assert attacked_risk(deviation, length, radius, smoothing) == pytest.approx(expected, rel=1e-9)


@given(st.integers(0, 2**32 - 1), st.floats(0, 2), smoothings)
def test_agrees_with_the_risk_of_given_coefficients(seed, radius, smoothing):
    rng = np.random.default_rng(seed)
    theta, theta_0 = rng.standard_normal((2, 3))
    root = rng.standard_normal((3, 3))
    covariance = root @ root.T + 0.1 * np.eye(3)
    deviation = np.sqrt((theta - theta_0) @ covariance @ (theta - theta_0) + 0.25)
    expected = robust_risk_by_quadrature(
        theta, theta_0, covariance, 0.5, radius, smoothing=smoothing
    )
    found = attacked_risk(deviation, np.linalg.norm(theta), radius, smoothing)
    assert found == pytest.approx(float(expected), rel=1e-11)


@given(positive, positive, st.floats(0, 3), smoothings, st.floats(0.1, 10))
def test_scaling_the_data_scales_the_risk(deviation, length, radius, smoothing, factor):
    scaled = attacked_risk(factor * deviation, factor * length, radius, factor**2 * smoothing)
    assert scaled == pytest.approx(factor**2 * attacked_risk(deviation, length, radius, smoothing))


@given(positive, positive, st.floats(0.1, 3))
def test_smoothing_lowers_the_risk_towards_the_clean_one(deviation, length, radius):
    risks = [attacked_risk(deviation, length, radius, s) for s in (0.0, 0.1, 1.0, 10.0, 1e9)]
    assert all(high >= low * (1 - 1e-12) for high, low in pairwise(risks))
    assert risks[-1] == pytest.approx(deviation**2, rel=1e-6)


def test_many_models_are_integrated_at_once():
    deviation, length = np.array([[0.5, 1.0, 2.0]]), np.array([[0.1], [3.0]])
    together = attacked_risk(deviation, length, 0.7, 0.2)
    assert together.shape == (2, 3)
    for i in range(2):
        for j in range(3):
            alone = attacked_risk(deviation[0, j], length[i, 0], 0.7, 0.2)
            assert together[i, j] == pytest.approx(float(alone), rel=1e-11)


def test_zero_coefficients_or_no_attack_leave_the_mean_square():
    assert attacked_risk(1.5, 0.0, 2.0, 0.3) == pytest.approx(2.25, rel=1e-13)
    assert attacked_risk(1.5, 2.0, 0.0) == pytest.approx(2.25, rel=1e-13)
