"""The quadratic rectifier's kernel and its spectrum, against series, sampling and SciPy."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from scipy import integrate, special

from sim.kernels import arc_cosine


@pytest.mark.parametrize("theta", [0.0, 0.3, np.pi / 2, 2.5, np.pi])
def test_closed_form_is_the_integral_of_the_definition(theta):
    assert arc_cosine.by_quadrature(theta) == pytest.approx(
        float(arc_cosine.in_the_angle(theta)), abs=1e-13
    )


def test_an_impossible_angle_is_refused():
    with pytest.raises(ValueError, match="between 0 and pi"):
        arc_cosine.by_quadrature(4.0)


def test_weights_on_the_sphere_give_the_same_kernel():
    rng = np.random.default_rng(0)
    d, theta = 4, 1.0
    w = rng.standard_normal((200_000, d))
    w *= np.sqrt(d) / np.linalg.norm(w, axis=1, keepdims=True)
    product = 4 * np.maximum(w[:, 0], 0) * np.maximum(w[:, :2] @ [np.cos(1), np.sin(1)], 0)
    error = np.cos(theta) * (product.mean() - float(arc_cosine.in_the_angle(theta)) / np.cos(theta))
    # Six standard errors: chance fails it in one run of 5e8.
    assert abs(error) <= 6 * product.std() / np.sqrt(len(w))


@pytest.mark.parametrize("d", [3, 5, 8])
@pytest.mark.parametrize("k", [0, 1, 2, 5, 8])
def test_zonal_polynomials_are_gegenbauers(k, d):
    x = np.linspace(-1, 1, 7)
    coefficients = [float(c) for c in arc_cosine.gegenbauer(k, d)]
    gegenbauer = special.eval_gegenbauer(k, d / 2 - 1, x)
    expected = gegenbauer / special.eval_gegenbauer(k, d / 2 - 1, 1.0)
    np.testing.assert_allclose(np.polynomial.polynomial.polyval(x, coefficients), expected, 1e-9)


def test_on_the_circle_they_are_chebyshevs():
    assert arc_cosine.gegenbauer(4, 2) == (1, 0, -8, 0, 8)


def test_an_impossible_degree_is_refused():
    with pytest.raises(ValueError, match="degree"):
        arc_cosine.gegenbauer(-1, 3)


@pytest.mark.parametrize(
    ("power", "d", "mean"), [(0, 3, 1), (3, 5, 0), (2, 7, "1/7"), (4, 3, "1/5")]
)
def test_moments_of_the_sphere(power, d, mean):
    assert arc_cosine.moment(power, d) == Fraction(mean)


@pytest.mark.parametrize("t", [-0.6, 0.1, 0.7])
def test_power_series_sums_to_the_kernel(t):
    plain, scaled = arc_cosine.power_series(80)
    value = sum(float(a) * t**i for i, a in enumerate(plain))
    value += 2 / np.pi * sum(float(a) * t**i for i, a in enumerate(scaled))
    assert value == pytest.approx(float(arc_cosine.in_the_angle(np.arccos(t))), abs=1e-12)


def test_its_coefficients_are_nonnegative_as_the_lower_bound_of_an_eigenvalue_needs():
    assert min(arc_cosine.power_series(200)[1]) >= 0
    assert min(arc_cosine.power_series(200)[1][1::2]) > 0


@pytest.mark.parametrize("d", [2, 3, 6])
@pytest.mark.parametrize("k", [0, 1, 3, 4, 7])
def test_eigenvalues_against_adaptive_quadrature(k, d):
    def zonal(t):
        if d == 2:
            return float(mpmath.chebyt(k, t))
        order = d / 2 - 1
        return float(mpmath.gegenbauer(k, order, t) / mpmath.gegenbauer(k, order, 1))

    def density(theta):
        return np.sin(theta) ** (d - 2)

    def integrand(theta):
        return arc_cosine.in_the_angle(theta) * zonal(np.cos(theta)) * density(theta)

    expected = integrate.quad(integrand, 0, np.pi)[0] / integrate.quad(density, 0, np.pi)[0]
    assert arc_cosine.eigenvalue(k, d) == pytest.approx(expected, abs=1e-11)


@pytest.mark.parametrize("k", [1, 3, 5])
def test_a_part_of_the_series_is_below_an_odd_eigenvalue_and_comes_close(k):
    whole = arc_cosine.eigenvalue(k, 3)
    for terms in (k + 3, 60):
        plain, scaled = arc_cosine.exact_parts(k, 3, terms)
        assert plain == 0
        assert 0 < 2 / np.pi * float(scaled) < whole
    assert 2 / np.pi * float(scaled) == pytest.approx(whole, rel=0.03)


@pytest.mark.parametrize("k", [4, 6, 10])
def test_even_degrees_from_four_on_do_not_occur(k):
    assert arc_cosine.exact_parts(k, 3, k + 20) == (0, 0)
