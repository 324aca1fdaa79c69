"""The smallest step that flips a sign, against exact fractions, high precision and brute force."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.networks import line_search
from sim.networks.line_search import boundary_flip, first_flip, flip_along, gradient_flip


def exact_flip(a, u, v):
    """Scan the pieces one after another in rational arithmetic."""

    def value(t):
        return sum(c * max(p + t * q, 0) for c, p, q in zip(a, u, v, strict=True))

    start = value(Fraction(0))
    sign = (start > 0) - (start < 0)
    if not sign:
        return None
    turns = {-Fraction(p, q) for p, q in zip(u, v, strict=True) if q and -Fraction(p, q) > 0}
    places = [Fraction(0), *sorted(turns)]
    for left, right in zip(places, [*places[1:], places[-1] + 1], strict=True):
        at, to = sign * value(left), sign * value(right)
        beyond = right == places[-1] + 1
        if to < 0 or (beyond and to < at):
            return left + at * (right - left) / (at - to)
    return None


integers = st.integers(-4, 4)


@given(
    st.integers(1, 7).flatmap(
        lambda m: st.tuples(
            *(
                st.lists(kind, min_size=m, max_size=m)
                for kind in (st.sampled_from([-1, 1]), integers, integers)
            )
        )
    )
)
def test_small_networks_flip_where_exact_fractions_say(network):
    """Kinks at the start, ties, values that touch zero and turn back: all occur here."""
    expected = exact_flip(*network)
    found = first_flip(*(np.array(part, dtype=float) for part in network))
    assert found == pytest.approx(np.inf if expected is None else float(expected), rel=1e-12)


def test_a_value_that_only_touches_zero_is_no_flip():
    # f(t) = 1 - t up to t = 1, then it rises again: relu(1 - t) + relu(t - 1).
    one = np.array
    assert first_flip(one([1.0, 1.0]), one([1.0, -1.0]), one([-1.0, 1.0])) == np.inf
    # Touching, resting at zero until t = 3, and below afterwards.
    assert first_flip(one([1.0, -1.0]), one([1.0, -3.0]), one([-1.0, 1.0])) == 3


def test_a_network_whose_neurons_all_turn_off_has_no_flip_that_rounding_makes():
    rng = np.random.default_rng(0)
    u, v = np.abs(rng.standard_normal((2, 200, 5)))
    a = rng.choice([-1.0, 1.0], (200, 5))
    single = np.abs(a.sum(axis=1)) == 5  # one sign: f goes to zero and stays there
    assert single.sum() > 5
    assert np.all(np.isinf(first_flip(a[single], u[single], -v[single])))
    # With both signs a flip, if there is one, is before the last neuron turns off.
    found = first_flip(a[~single], u[~single], -v[~single])
    last = (u / v)[~single].max(axis=1)
    assert np.all(np.isinf(found) | (found < last))
    assert np.isinf(found).any() and np.isfinite(found).any()


def test_a_network_that_is_zero_has_no_sign_to_flip():
    assert first_flip(np.ones(2), np.array([-1.0, 0.0]), np.ones(2)) == np.inf


def random_network(seed, m=40, d=6, n=5):
    rng = np.random.default_rng(seed)
    a = rng.choice([-1.0, 1.0], (2, m))
    return a, rng.standard_normal((2, m, d)), rng.standard_normal((2, n, d))


def test_the_step_agrees_with_fifty_digits():
    a, w, x = random_network(0)
    found = gradient_flip(a, w, x)
    mpmath.mp.dps = 50
    for replicate, point in [(0, 0), (0, 3), (1, 4)]:
        signs, weights = a[replicate], mpmath.matrix(w[replicate].tolist())
        at = mpmath.matrix(x[replicate, point].tolist())
        u = weights * at
        f = mpmath.fsum(c * max(p, 0) for c, p in zip(signs, u, strict=True))
        on = [c if p > 0 else 0 for c, p in zip(signs, u, strict=True)]
        g = weights.T * mpmath.matrix(on) / mpmath.sqrt(len(on))
        v = -mpmath.sign(f) * (weights * g)
        step, norm = found.step[replicate, point], mpmath.norm(g)
        assert found.gradient_norm[replicate, point] == pytest.approx(float(norm), rel=1e-13)
        assert found.value[replicate, point] == pytest.approx(float(f / 40**0.5), rel=1e-12)

        def along(t, u=u, v=v, signs=signs):
            return mpmath.fsum(c * max(p + t * q, 0) for c, p, q in zip(signs, u, v, strict=True))

        assert abs(along(mpmath.mpf(step))) < 1e-11
        assert along(step * (1 + mpmath.mpf(10) ** -9)) * f < 0
        # No earlier sign change: all breakpoints before it, and the start, have the sign of f.
        earlier = [-p / q for p, q in zip(u, v, strict=True) if 0 < -p / q < step]
        assert all(along(t) * f >= 0 for t in earlier)


@pytest.mark.parametrize("seed", range(5))
def test_no_earlier_point_of_a_fine_grid_is_flipped(seed):
    a, w, x = random_network(seed)
    found = gradient_flip(a, w, x)
    scale = a.shape[1] ** -0.5
    active = (x @ np.swapaxes(w, 1, 2) > 0) * a[:, None]
    direction = -np.sign(found.value)[..., None] * scale * (active @ w)
    finite = np.isfinite(found.step)
    step = np.where(finite, found.step, 0)[..., None]
    for share in np.linspace(0, 0.999, 200):
        moved = x + share * step * direction
        values = scale * np.einsum("rs,rns->rn", a, np.maximum(moved @ np.swapaxes(w, 1, 2), 0))
        assert np.all(values[finite] * found.value[finite] >= 0)
    assert finite.any()


def test_chunks_change_nothing(monkeypatch):
    a, w, x = random_network(3, n=17)
    whole = gradient_flip(a, w, x)
    along = flip_along(a, w, x, -x)
    monkeypatch.setattr(line_search, "CHUNK", 1)
    for before, after in zip(whole, gradient_flip(a, w, x), strict=True):
        np.testing.assert_allclose(before, after, rtol=1e-12)
    np.testing.assert_allclose(along, flip_along(a, w, x, -x), rtol=1e-12)


def test_a_linear_network_flips_at_its_first_order_step():
    # relu(z) - relu(-z) = z: pairs of neurons make f linear.
    w = np.random.default_rng(1).standard_normal((6, 3))
    a = np.repeat([1.0, -1.0], 6)
    x = np.random.default_rng(2).standard_normal((4, 3))
    found = gradient_flip(a, np.concatenate([w, -w]), x)
    np.testing.assert_allclose(found.first_order, 1, rtol=1e-10)
    np.testing.assert_allclose(found.length, np.abs(found.value) / found.gradient_norm, rtol=1e-10)


def test_what_never_flips_has_an_infinite_step_length_and_first_order_ratio():
    found = gradient_flip(np.ones(2), np.array([[1.0, 0.0], [1.0, 0.0]]), -np.ones((1, 2)))
    assert found.value == 0 and found.gradient_norm == 0
    assert np.isinf([found.step, found.length, found.first_order]).all()


def test_shapes_that_do_not_fit_are_refused():
    a, w, x = random_network(0)
    with pytest.raises(ValueError, match=r"got \(2, 40\), \(2, 40, 6\), \(2, 5, 5\)"):
        gradient_flip(a, w, x[..., :5])


def test_a_boundary_flip_really_flips_and_is_never_longer_than_the_gradients():
    a, w, x = random_network(4, n=9)
    length = boundary_flip(a, w, x)
    plain = gradient_flip(a, w, x).length
    assert np.all(length <= plain) and np.any(length < plain)
    np.testing.assert_array_equal(boundary_flip(a, w, x, steps=0), plain)


def test_a_boundary_flip_of_a_linear_network_is_the_distance_to_its_boundary():
    rng = np.random.default_rng(5)
    w = rng.standard_normal((6, 3))
    x = rng.standard_normal((4, 3))
    a = np.repeat([1.0, -1.0], 6)
    normal = w.sum(axis=0)
    distance = np.abs(x @ normal) / np.linalg.norm(normal)
    np.testing.assert_allclose(boundary_flip(a, np.concatenate([w, -w]), x), distance, rtol=1e-10)


def test_a_boundary_flip_is_an_upper_bound_of_the_distance_to_the_boundary():
    """In two dimensions that distance is found by looking along every ray."""
    a, w, x = random_network(6, m=60, d=2, n=6)
    length = boundary_flip(a, w, x)
    angles = np.linspace(0, 2 * np.pi, 721)
    around = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    for r, i in np.ndindex(*length.shape):
        if not np.isfinite(length[r, i]):
            continue
        rays = np.broadcast_to(x[r, i], around.shape)
        nearest = flip_along(a[r], w[r], rays, around).min()
        # Rays half a degree apart miss the nearest point by less than 1e-4 of the distance.
        assert nearest <= length[r, i] * (1 + 1e-4)
