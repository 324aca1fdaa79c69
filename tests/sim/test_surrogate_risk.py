"""Population risks under the plain and the smoothed attack, by quadrature over instances."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.linear import attack as linear_attack
from sim.linear import population_risk, surrogate_risk
from sim.linear.data import LinearModel
from sim.linear.surrogate_risk import risk, slopes

SEEDS = st.integers(0, 10**6)
SMOOTH = ("surrogate", "companion")


def instances(seed: int, n: int = 6):
    """Deviation, length, radius and smoothing, over several orders of magnitude."""
    rng = np.random.default_rng(seed)
    q, b, radius = (10 ** rng.uniform(-1.5, 1, n) for _ in range(3))
    return q, b, radius, q * b * 10 ** rng.uniform(-3, 1.5, n)


def precisely(integrand, q: float) -> float:
    """Mean of a function of |r| for r ~ N(0, q^2), with 30 digits."""
    with mpmath.workdps(30):
        q = mpmath.mpf(q)
        density = lambda z: mpmath.sqrt(2 / mpmath.pi) * mpmath.exp(-z * z / 2)  # noqa: E731
        return float(
            mpmath.quad(
                lambda z: density(z) * integrand(q * z),
                [0, 1e-4, 1e-3, 1e-2, 0.1, 0.5, 1, 2, 4, 8, 14],
            )
        )


@pytest.mark.parametrize("seed", range(3))
def test_risks_agree_with_thirty_digit_quadrature_of_the_losses(seed):
    for q, b, radius, smoothing in zip(*instances(seed, 3), strict=True):
        c = smoothing / 2
        exact = {
            "robust": lambda r, b=b, radius=radius: (r + radius * b) ** 2,
            "surrogate": lambda r, b=b, radius=radius, c=c: (
                (r * (1 + radius * b**2 / mpmath.sqrt(r**2 * b**2 + c**2))) ** 2
            ),
            "companion": lambda r, b=b, radius=radius, c=c: (
                r**2 + 2 * radius * mpmath.sqrt(r**2 * b**2 + c**2) + (radius * b) ** 2
            ),
        }
        for loss, integrand in exact.items():
            found = risk(loss, q, b, radius, smoothing)
            assert abs(found.value / precisely(integrand, q) - 1) < 1e-12
            assert abs(found.value - precisely(integrand, q)) <= found.error


@given(SEEDS)
def test_it_agrees_with_the_other_quadrature_of_explicitly_attacked_residuals(seed):
    rng = np.random.default_rng(seed)
    theta, theta_0 = rng.standard_normal((2, 3))
    model = LinearModel(theta_0, None, 0.7)
    q, b = model.residual_deviation(theta), np.linalg.norm(theta)
    other = population_risk.robust_risk_by_quadrature(
        theta, theta_0, np.eye(3), 0.7, 0.8, smoothing=0.3
    )
    assert np.isclose(risk("surrogate", q, b, 0.8, 0.3).value, other, rtol=1e-10)


def test_the_loss_is_that_of_an_explicitly_attacked_point():
    rng = np.random.default_rng(1)
    theta, x, y = rng.standard_normal(4), rng.standard_normal((50, 4)), rng.standard_normal(50)
    moved = x + linear_attack.smoothed(theta, x, y, 0.9, 0.4)
    found = surrogate_risk.surrogate_loss(x @ theta - y, np.linalg.norm(theta), 0.9, 0.2)
    assert np.allclose(found, linear_attack.squared_loss(theta, moved, y), rtol=1e-12)


@given(SEEDS)
def test_differences_of_risks_are_what_they_say_without_cancellation(seed):
    q, b, radius, smoothing = instances(seed)
    robust, surrogate, companion = (
        risk(loss, q, b, radius, smoothing).value for loss in ("robust", "surrogate", "companion")
    )
    gap = surrogate_risk.smoothing_gap(q, b, radius, smoothing)
    excess = surrogate_risk.companion_excess(q, b, radius, smoothing)
    assert np.allclose(gap.value, robust - surrogate, rtol=1e-9, atol=1e-11 * robust.max())
    assert np.allclose(excess.value, companion - robust, rtol=1e-9, atol=1e-11 * robust.max())
    assert np.all(gap.value > 0) and np.all(excess.value > 0)
    assert np.all(gap.error < 1e-6 * gap.value) and np.all(excess.error < 1e-6 * excess.value)


def test_a_gap_far_below_the_rounding_of_the_risks_keeps_its_digits():
    # To first order in the smoothing it is radius^2 B sqrt(pi/8) smoothing / q.
    gap = surrogate_risk.smoothing_gap(1.0, 1.0, 1.0, 1e-10).value
    assert abs(gap / (np.sqrt(np.pi / 8) * 1e-10) - 1) < 1e-6


@given(SEEDS)
def test_the_risks_are_homogeneous_in_the_unit_of_the_response(seed):
    q, b, radius, smoothing = instances(seed)
    for loss in ("robust", *SMOOTH):
        scaled = risk(loss, 3 * q, 3 * b, radius, 9 * smoothing).value
        assert np.allclose(scaled, 9 * risk(loss, q, b, radius, smoothing).value, rtol=1e-12)


@given(SEEDS)
def test_moving_scale_between_inputs_and_attack_changes_nothing(seed):
    q, b, radius, smoothing = instances(seed)
    for loss in ("robust", *SMOOTH):
        scaled = risk(loss, q, 5 * b, radius / 5, 5 * smoothing).value
        assert np.allclose(scaled, risk(loss, q, b, radius, smoothing).value, rtol=1e-12)


def test_without_smoothing_all_three_are_one():
    q, b, radius, _ = instances(2)
    robust = risk("robust", q, b, radius).value
    for loss in SMOOTH:
        assert np.allclose(risk(loss, q, b, radius, 0.0).value, robust, rtol=1e-12)
        assert np.allclose(risk(loss, q, b, radius, 1e-9).value, robust, rtol=1e-8)


def test_without_attack_they_are_the_mean_squared_residual():
    q, b, _, smoothing = instances(3)
    for loss in ("robust", *SMOOTH):
        assert np.allclose(risk(loss, q, b, 0.0, smoothing).value, q**2, rtol=1e-13)


def test_heavy_smoothing_switches_the_attack_off():
    assert np.isclose(risk("surrogate", 1.0, 1.0, 2.0, 1e8).value, 1.0, rtol=1e-7)


def test_a_zero_residual_is_attacked_without_smoothing_only():
    assert risk("surrogate", 0.0, 1.5, 2.0, 0.1).value == 0.0
    assert np.isclose(risk("robust", 0.0, 1.5, 2.0).value, 9.0, rtol=1e-13)


def test_risks_grow_with_the_deviation_the_length_and_the_radius():
    q, b, radius, smoothing = instances(4)
    for loss in ("robust", *SMOOTH):
        here = risk(loss, q, b, radius, smoothing).value
        assert np.all(risk(loss, 1.1 * q, b, radius, smoothing).value > here)
        assert np.all(risk(loss, q, 1.1 * b, radius, smoothing).value > here)
        assert np.all(risk(loss, q, b, 1.1 * radius, smoothing).value > here)


@given(SEEDS)
def test_the_share_that_is_switched_off_falls_with_the_smoothing(seed):
    q, b, _, smoothing = instances(seed)
    share = surrogate_risk.attack_share(q, b, smoothing).value
    assert np.all((share > 0) & (share < 1))
    assert np.all(surrogate_risk.attack_share(q, b, 2 * smoothing).value > share)


@given(SEEDS)
def test_slopes_are_the_derivatives_of_the_risks(seed):
    q, b, radius, smoothing = instances(seed)
    step = 1e-5
    for loss in ("robust", *SMOOTH):
        s, t = slopes(loss, q, b, radius, smoothing)
        up, down = (risk(loss, q * (1 + k), b, radius, smoothing).value for k in (step, -step))
        assert np.allclose((up - down) / (2 * step), s * q**2, rtol=1e-6, atol=1e-9 * up.max())
        up, down = (risk(loss, q, b * (1 + k), radius, smoothing).value for k in (step, -step))
        assert np.allclose((up - down) / (2 * step), t * b**2, rtol=1e-6, atol=1e-9 * up.max())


def test_the_rule_integrates_even_moments_of_the_normal_law():
    for scale in (1e-6, 1e-2, 1.0, 50.0):
        z, weights = surrogate_risk.half_normal_rule(scale)
        moments = [(weights * z**k).sum() for k in (0, 2, 4, 6)]
        assert np.allclose(moments, [1, 1, 3, 15], rtol=1e-12)


@pytest.mark.parametrize("bad", [(-1, 1, 1, 1), (1, -1, 1, 1), (1, 1, -1, 1), (1, 1, 1, -1)])
def test_negative_arguments_are_refused(bad):
    with pytest.raises(ValueError, match="at least 0"):
        risk("surrogate", *bad)


def test_slopes_at_a_kink_are_refused():
    with pytest.raises(ValueError, match="kink"):
        slopes("robust", 1.0, 0.0, 1.0)
    with pytest.raises(ValueError, match="robust risk"):
        slopes("companion", 1.0, 1.0, 1.0, 0.0)
