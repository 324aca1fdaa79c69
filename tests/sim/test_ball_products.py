import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from sim.certificates.ball_products import largest_magnitude, smallest_product

SEEDS = st.integers(0, 2**32 - 1)


def by_general_minimisation(x, z, radius):
    """Smallest product by a constrained optimiser from several starts."""
    d = len(x)
    rng = np.random.default_rng(0)
    inside = [
        {"type": "ineq", "fun": lambda p, part=part: radius**2 - p[part] @ p[part]}
        for part in (slice(0, d), slice(d, 2 * d))
    ]
    found = [
        optimize.minimize(
            lambda p: (x + p[:d]) @ (z + p[d:]),
            radius * rng.standard_normal(2 * d) / 2,
            method="SLSQP",
            constraints=inside,
            options={"ftol": 1e-12},
        ).fun
        for _ in range(12)
    ]
    return min(found)


@pytest.mark.parametrize("seed", range(6))
def test_the_search_agrees_with_a_general_optimiser(seed):
    rng = np.random.default_rng(seed)
    x, z = rng.standard_normal((2, 3))
    radius = float(rng.uniform(0.1, 2))
    found = smallest_product(x, z, radius, rng=rng)
    assert found == pytest.approx(by_general_minimisation(x, z, radius), abs=1e-5)


@settings(max_examples=12)
@given(SEEDS)
def test_the_value_is_rotation_invariant_and_scales_like_a_product(seed):
    rng = np.random.default_rng(seed)
    x, z = rng.standard_normal((2, 5, 4))
    turn = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    radius = rng.uniform(0, 1, 5)
    one = smallest_product(x, z, radius, rng=rng)
    turned = smallest_product(3 * x @ turn, 3 * z @ turn, 3 * radius, rng=rng)
    np.testing.assert_allclose(turned, 9 * one, rtol=1e-5, atol=1e-5)


@settings(max_examples=12)
@given(SEEDS)
def test_the_value_is_never_above_the_clean_product_nor_below_what_norms_allow(seed):
    rng = np.random.default_rng(seed)
    x, z = rng.standard_normal((2, 8, 3))
    radius = rng.uniform(0, 2, 8)
    clean = (x * z).sum(-1)
    lengths = np.linalg.norm(x, axis=-1) + np.linalg.norm(z, axis=-1)
    found = smallest_product(x, z, radius, rng=rng)
    assert (found <= clean + 1e-12).all()
    assert (found >= clean - radius * lengths - radius**2 - 1e-9).all()
    top = largest_magnitude(x, z, radius, rng=rng)
    assert (top >= np.abs(clean) - 1e-12).all()
    assert (top <= np.abs(clean) + radius * lengths + radius**2 + 1e-9).all()


def test_parallel_vectors_attain_the_largest_magnitude_that_norms_allow():
    x = np.array([3.0, 0.0])
    found = largest_magnitude(x, -x, 0.5, rng=np.random.default_rng(0))
    assert found == pytest.approx(3.5**2, rel=1e-9)
