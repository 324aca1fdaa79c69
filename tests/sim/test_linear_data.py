"""Gaussian linear data: the stated covariance, and the scalars that risks are made of."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.linear.data import LinearModel, random_covariance


def models(seed: int, instances: int = 3, d: int = 4) -> LinearModel:
    rng = np.random.default_rng(seed)
    return LinearModel(
        rng.standard_normal((instances, d)), random_covariance(rng, instances, d), 0.7
    )


@given(st.integers(0, 10**6), st.integers(1, 6))
def test_random_covariances_are_symmetric_with_eigenvalues_inside_the_spread(seed, d):
    covariance = random_covariance(np.random.default_rng(seed), 5, d, spread=3.0)
    values = np.linalg.eigvalsh(covariance)
    assert np.array_equal(covariance, np.swapaxes(covariance, 1, 2))
    assert values.min() >= 1 / 3 * (1 - 1e-9) and values.max() <= 3 * (1 + 1e-9)


def test_sampled_inputs_and_responses_have_the_stated_second_moments():
    model = models(0)
    x, y = model.sample(np.random.default_rng(1), 3, 200_000)
    second = np.einsum("rni,rnj->rij", x, x) / x.shape[1]
    # Standard error of an entry is below 4/sqrt(200000) = 0.009: six of them, 27 entries.
    assert np.abs(second - model.covariance).max() < 0.055
    error = np.sqrt(2 / x.shape[1]) * model.signal_and_noise
    assert np.all(np.abs(np.mean(y**2, axis=1) - model.signal_and_noise) < 6 * error)


def test_residual_deviation_is_that_of_sampled_residuals():
    model = models(2)
    theta = np.ones((3, 4))
    x, y = model.sample(np.random.default_rng(3), 3, 100_000)
    residual = np.einsum("rnd,rd->rn", x, theta) - y
    q = model.residual_deviation(theta)
    assert np.all(np.abs(residual.std(axis=1) - q) < 6 * q / np.sqrt(2e5))


def test_without_a_covariance_it_is_the_identity():
    plain = LinearModel(np.arange(1.0, 4.0))
    spelled_out = LinearModel(np.arange(1.0, 4.0), np.eye(3))
    theta = np.array([0.5, -1.0, 2.0])
    assert plain.residual_deviation(theta) == pytest.approx(spelled_out.residual_deviation(theta))
    one, two = (m.sample(np.random.default_rng(0), 2, 5) for m in (plain, spelled_out))
    assert np.allclose(one[0], two[0]) and np.allclose(one[1], two[1])


@pytest.mark.parametrize(
    "arguments, words",
    [
        (dict(theta_0=np.ones(2), noise=-1.0), "standard deviation"),
        (dict(theta_0=np.ones(2), covariance=np.eye(3)), "2 x 2"),
    ],
)
def test_impossible_models_are_refused_with_a_reason(arguments, words):
    with pytest.raises(ValueError, match=words):
        LinearModel(**arguments)
