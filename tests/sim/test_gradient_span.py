"""A network drawn in the span of its gradients has the law of one that is drawn in full."""

import numpy as np
import pytest
from scipy import stats

from sim.networks import lazy_ball
from sim.networks.gradient_span import rows_beyond, rows_in_span


def along_the_gradient(a, w, x, length):
    """Value, length of the gradient, and value after a step of a given length against it."""
    gradient = lazy_ball.gradient(a, w, x)
    norm = np.linalg.norm(gradient, axis=-1)
    direction = gradient / np.maximum(norm, 1e-300)[..., None]
    return lazy_ball.value(a, w, x), norm, lazy_ball.value(a, w, x - length * direction)


def in_span(rng, n, m, d):
    a, u = lazy_ball.first_layer(rng, n, m)
    active = np.stack([a * (u > 0), a * (u + 0.5 * a > 0)], axis=1)
    w = rows_in_span(rng, u, active, d)
    return a, w, np.eye(1, 3)[0]


@pytest.mark.parametrize(("m", "d"), [(5, 3), (12, 8)])
def test_values_and_steps_have_the_law_of_the_full_network(m, d):
    n = 20_000
    rng = np.random.default_rng(7)
    a, w = lazy_ball.initialisation(rng, n, m, d)
    x = np.eye(1, d)[0]
    b, small, e = in_span(rng, n, m, d)
    for V in (0.0, 0.5):
        full = along_the_gradient(a, lazy_ball.maximiser(a, w, x, V), x, 0.6)
        short = along_the_gradient(b, lazy_ball.maximiser(b, small, e, V), e, 0.6)
        for one, other in zip(full, short, strict=True):
            assert stats.ks_2samp(one, other).pvalue > 1e-6
    # Both gradients at once: their angle too.
    pairs = [
        np.vecdot(
            lazy_ball.gradient(signs, weights, at),
            lazy_ball.gradient(signs, lazy_ball.maximiser(signs, weights, at, 0.5), at),
        )
        for signs, weights, at in ((a, w, x), (b, small, e))
    ]
    assert stats.ks_2samp(*pairs).pvalue > 1e-6


def test_pre_activations_are_those_given_and_lengths_grow_with_the_dimension():
    rng = np.random.default_rng(3)
    a, u = lazy_ball.first_layer(rng, 50, 2000)
    w = rows_in_span(rng, u, (a * (u > 0))[:, None], 10**8)
    assert np.array_equal(w[..., 0], u)
    norms = np.linalg.norm(lazy_ball.gradient(a, w, np.eye(1, 2)[0]), axis=-1)
    active = (u > 0).mean(axis=1)
    assert norms == pytest.approx(np.sqrt(active * 1e8), rel=1e-3)


def test_too_few_dimensions_or_rows_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="more than 2 dimensions"):
        rows_in_span(rng, np.ones((1, 5)), np.ones((1, 2, 5)), 2)
    with pytest.raises(ValueError, match="at least as many rows"):
        rows_in_span(rng, np.ones((1, 1)), np.ones((1, 2, 1)), 5)


@pytest.mark.parametrize("rest", [2, 9])  # fewer dimensions than inputs, and more
def test_what_gradients_at_several_inputs_have_beyond_the_inputs_is_drawn_from_its_law(rest):
    n, m, seen = 20_000, 12, 2
    rng = np.random.default_rng(5)
    inputs = np.array([[1.0, 0.0], [0.6, 0.8], [-0.8, 0.6]])
    drawn = []
    for full in (True, False):
        a, w = lazy_ball.initialisation(rng, n, m, seen + rest if full else seen)
        active = a[:, None] * (inputs @ np.swapaxes(w[..., :seen], 1, 2) > 0)
        if not full:
            w = rows_beyond(rng, w, active, rest)
        x = np.pad(inputs, ((0, 0), (0, w.shape[-1] - seen)))
        gradients = np.stack([lazy_ball.gradient(a, w, one) for one in x], axis=1)
        moved = x[1] - 0.5 * gradients[:, 0]  # seen through the products of rows and gradients
        drawn.append(
            [
                *np.linalg.norm(gradients, axis=-1).T,
                np.vecdot(gradients[:, 0], gradients[:, 2]),
                lazy_ball.value(a, w, moved),
            ]
        )
    for one, other in zip(*drawn, strict=True):
        assert stats.ks_2samp(one, other).pvalue > 1e-6
