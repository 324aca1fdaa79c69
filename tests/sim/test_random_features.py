import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad, quad

from sim.kernels import random_features
from sim.kernels.random_features import (
    ascent_on_the_sphere,
    estimate,
    kernel,
    largest_on_the_circle,
    radial_value,
    signed_value,
    unit,
)

SEEDS = st.integers(0, 2**32 - 1)


def density(*z):
    return np.exp(-sum(v * v for v in z) / 2) / (2 * np.pi) ** (len(z) / 2)


@pytest.mark.parametrize("cosine", [-0.8, 0.1, 0.6])
def test_kernel_is_the_plain_double_integral(cosine):
    sine = np.sqrt(1 - cosine**2)
    found, _ = dblquad(
        lambda v, z: np.tanh(z) * np.tanh(cosine * z + sine * v) * density(v, z), -9, 9, -9, 9
    )
    assert kernel(cosine, 1.5) == pytest.approx(1.5**2 * cosine * found, abs=1e-7)


def test_kernel_of_equal_points_is_the_mean_square_of_the_slope():
    found, _ = quad(lambda z: np.tanh(z) ** 2 * density(z), -12, 12)
    assert kernel(1.0) == pytest.approx(found, abs=1e-8)


@pytest.mark.parametrize("cosine", [-0.7, 0.4, 0.95])
def test_value_of_the_signed_field_is_the_plain_double_integral(cosine):
    sine = np.sqrt(1 - cosine**2)
    found, _ = dblquad(lambda v, z: np.tanh(cosine * z + sine * v) * density(v, z), 0, 9, -9, 9)
    # The other side of the kink gives the same.
    assert signed_value(cosine, 0.5) == pytest.approx(0.5 * cosine * 2 * found, abs=1e-7)


@pytest.mark.parametrize("d", [1, 2, 3, 7])
def test_value_of_the_radial_field_is_the_mean_of_its_features(d):
    rng = np.random.default_rng(d)
    w = rng.standard_normal((400_000, d))
    feature = 2 * unit(w)[:, 0] * np.tanh(w[:, 0])
    error = feature.std() / np.sqrt(len(w))
    assert radial_value(d, 2.0) == pytest.approx(feature.mean(), abs=5 * error)


@pytest.mark.parametrize("count", [1, 100, 400])
def test_mean_error_on_the_line_is_the_mean_of_samples(count):
    rng = np.random.default_rng(count)
    error = 2 * np.abs(np.tanh(rng.standard_normal((40_000, count))).mean(axis=1))
    noise = error.std() / np.sqrt(len(error))
    assert random_features.mean_error_on_the_line(count, 2.0) == pytest.approx(
        error.mean(), abs=5 * noise
    )


def test_mean_error_on_the_line_of_many_features_is_that_of_a_normal_law():
    variance, _ = quad(lambda z: np.tanh(z) ** 2 * density(z), -12, 12)
    count = 40_000
    limit = np.sqrt(2 * variance / (np.pi * count))
    assert random_features.mean_error_on_the_line(count) == pytest.approx(limit, rel=1e-4)


def test_mean_error_on_the_line_of_a_few_features_is_refused():
    with pytest.raises(ValueError, match="at least 100"):
        random_features.mean_error_on_the_line(7)


def test_estimate_is_the_sum_written_out():
    rng = np.random.default_rng(0)
    w, u, x = rng.standard_normal((2, 4, 3)), rng.standard_normal((2, 4, 3)), np.eye(3)[:2]
    for r in range(2):
        for j in range(2):
            plain = np.mean(
                [(c @ x[j]) * 1.5 * np.tanh(v @ x[j]) for v, c in zip(w[r], u[r], strict=True)]
            )
            assert estimate(w, u, x, 1.5)[r, j] == pytest.approx(plain)


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_the_largest_error_on_the_circle_is_bracketed(seed):
    rng = np.random.default_rng(seed)
    w, u = 2 * rng.standard_normal((3, 5, 2)), rng.standard_normal((3, 5, 2))
    low, high = largest_on_the_circle(w, u, 0.1, 1.3, points=16)
    angles = np.linspace(0, 2 * np.pi, 20001)
    x = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    fine = np.abs(estimate(w, u, x, 1.3) - 0.1).max(axis=1)
    assert np.all(low <= fine + 1e-12)
    assert np.all(fine <= high + 1e-12)


def test_ascent_finds_the_largest_value_on_the_circle_and_never_more():
    rng = np.random.default_rng(1)
    w = rng.standard_normal((20, 30, 2))
    u = np.zeros_like(w)
    u[..., 0] = 1.0
    found = ascent_on_the_sphere(rng, w, u, starts=8, steps=40)
    low, high = largest_on_the_circle(w, u, 0.0, points=4096)
    assert np.all(found <= high + 1e-12)
    assert np.median(found / low) > 0.99


def test_unit_leaves_zero_alone():
    assert np.array_equal(
        random_features.unit(np.array([[0.0, 0.0], [3.0, 4.0]])), [[0, 0], [0.6, 0.8]]
    )
