import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.certificates import _trust_region

SEEDS = st.integers(0, 2**32 - 1)


def symmetric(rng, k, shift):
    basis = np.linalg.qr(rng.standard_normal((k, k)))[0]
    values = rng.standard_normal(k) + shift
    return (basis * values) @ basis.T, basis, values


def exact(basis, values, b):
    """Maximum on the ball from the eigendecomposition, by bisection on the multiplier."""
    c = basis.T @ b / 2
    low, high = max(values.max(), 0.0), max(values.max(), 0.0) + np.linalg.norm(b)
    for _ in range(200):
        mu = (low + high) / 2
        long = np.sum((c / np.maximum(mu - values, 1e-300)) ** 2) > 1
        low, high = (mu, high) if long else (low, mu)
    return high + np.sum(c**2 / np.maximum(high - values, 1e-300) * (c != 0))


@given(
    seed=SEEDS,
    k=st.integers(1, 12),
    shift=st.sampled_from([-3.0, 0.0, 3.0]),
    size=st.sampled_from([1e-6, 1.0, 1e6]),
)
def test_bound_is_the_maximum_on_the_ball(seed, k, shift, size):
    rng = np.random.default_rng(seed)
    q, basis, values = symmetric(rng, k, shift)
    b = rng.standard_normal(k) * np.exp(rng.uniform(-3, 3))
    q = (q + q.T) / 2
    found = _trust_region.upper_bound(size * q, size * b, tolerance=1e-10 * size).value
    true = exact(basis, values, b)
    assert true * size <= found + 1e-12 * size * (abs(true) + 1)
    assert found <= size * (true + 1e-7 * (np.abs(values).max() + np.linalg.norm(b)))


@given(seed=SEEDS, k=st.integers(1, 10), start=st.floats(0, 20), floor=st.floats(-5, 1))
def test_no_place_in_the_ball_exceeds_the_bound_whatever_the_guess(seed, k, start, floor):
    rng = np.random.default_rng(seed)
    q, _, values = symmetric(rng, k, rng.uniform(-2, 2))
    q = (q + q.T) / 2
    b = rng.standard_normal(k)
    bound = _trust_region.upper_bound(
        q, b, start=start, floor=min(floor, values.max()), tolerance=0.1
    ).value
    u = rng.standard_normal((500, k))
    u /= np.maximum(1, np.linalg.norm(u, axis=1, keepdims=True))
    assert (u @ b + np.einsum("ij,jk,ik->i", u, q, u)).max() <= bound


def test_gradient_orthogonal_to_the_top_eigenvector_is_no_trouble():
    q, b = np.diag([2.0, 1.0, -1.0]), np.array([0.0, 0.5, 0.25])
    # At mu = 2: u = (t, 1/4, 1/24), value 2 + (0.25 / 1 + 0.0625 / 3) / 4.
    expected = 2 + (0.25 + 0.0625 / 3) / 4
    found = _trust_region.upper_bound(q, b, floor=2.0, tolerance=1e-9)
    assert found.value == pytest.approx(expected, abs=1e-6)
    assert found.value >= expected


def test_an_interior_maximum_needs_no_multiplier():
    found = _trust_region.upper_bound(-np.eye(3), np.array([0.2, 0.0, 0.0]), tolerance=1e-12)
    assert found.value == pytest.approx(0.01, abs=1e-9)
    assert found.value >= 0.01


def test_the_error_of_the_matrix_is_allowed_for():
    rng = np.random.default_rng(3)
    q, _, _ = symmetric(rng, 6, 0.0)
    b = rng.standard_normal(6)
    exact_bound = _trust_region.upper_bound((q + q.T) / 2, b, tolerance=1e-12).value
    error = 1e-3 * np.eye(6)
    allowed = _trust_region.upper_bound(
        (q + q.T) / 2 - error, b, matrix_error=1e-3, tolerance=1e-12
    ).value
    assert exact_bound <= allowed <= exact_bound + 1e-2


def test_zero_and_infinite_functions_are_told_apart():
    assert _trust_region.upper_bound(np.zeros((2, 2)), np.zeros(2)).value == 0
    with pytest.raises(ValueError, match="finite"):
        _trust_region.upper_bound(np.full((2, 2), np.nan), np.zeros(2))
