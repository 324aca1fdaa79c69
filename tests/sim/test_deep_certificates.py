"""Certificates for deep networks bound every move that is found; views have their law."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.networks.deep import normal_start
from sim.networks.deep_certificates import certify, draw_view, view_of
from sim.networks.deep_moves import with_activations_moved, with_shortfall, with_signs_flipped
from sim.networks.sign_flips import largest_change

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed, depth, width, radius, delta):
    """Two networks, an input, one at the distance delta, and the certificate for both."""
    rng = np.random.default_rng(seed)
    network, w = normal_start(rng, 2, depth, width, 3)
    x = rng.standard_normal((2, 3))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    way = rng.standard_normal((2, 3))
    other = x + delta * way / np.linalg.norm(way, axis=1, keepdims=True)
    aside = delta * np.linalg.norm(network.first, ord=2, axis=(1, 2))
    view = view_of(network, w, x, np.linalg.norm(w, ord=2, axis=(2, 3)))
    return network, w, x, other, certify(view, radius, aside), rng


def moves_of(network, w, x, radius, rng):
    """Moves that do much, and random ones."""
    yield with_signs_flipped(network, w, x, radius)
    yield with_signs_flipped(network, w, x, radius, heavy=False)
    yield with_shortfall(network, w, x, radius)
    yield with_activations_moved(network, w, x, radius)
    for _ in range(3):
        way = rng.standard_normal(w.shape)
        yield w + radius * way / np.linalg.norm(way, axis=(2, 3), keepdims=True)


def norms_of(v):
    return np.linalg.norm(v, axis=-1)


@given(
    seed=SEEDS,
    depth=st.integers(1, 4),
    width=st.integers(8, 24),
    radius=st.floats(1e-3, 1),
    delta=st.floats(0, 0.5),
)
@settings(max_examples=40, deadline=None)
def test_no_move_that_is_found_does_more_than_is_certified(seed, depth, width, radius, delta):
    network, w, x, other, bound, rng = drawn(seed, depth, width, radius, delta)
    here = network.layers(w, x)
    assume(np.all(here.active.any(axis=2)))
    rows = network.backward(w, here.active)
    gradient = network.gradient(w, x)
    found = []
    for moved in moves_of(network, w, x, radius, rng):
        for near in (x, other):
            there = network.layers(moved, near)
            far = network.backward(moved, there.active)
            change = network.gradient(moved, near)
            size = np.linalg.norm(change, axis=(2, 3))
            found.append((near is x, change))
            longer = [np.einsum("rhi,rhij->rhj", r, v) for r, v in ((far, moved), (rows, w))]
            pairs = [
                ((there.active != here.active).sum(axis=2), bound.flips),
                (norms_of(there.inputs - here.inputs), bound.moved[:, :-1]),
                (norms_of(there.post - here.post), bound.moved[:, 1:]),
                (norms_of(there.post), bound.sizes[:, 1:]),
                (norms_of(far - rows), bound.short_rows),
                (norms_of(longer[0] - longer[1]), bound.rows),
                (np.linalg.norm(change - gradient, axis=(2, 3)), bound.gradients),
                (size, bound.gradient_sizes),
            ]
            for attained, certified in pairs:
                assert np.all(attained <= certified * (1 + 1e-9) + 1e-12)
    for at_x in (True, False):
        same = [one for where, one in found if where is at_x]
        for one in same:
            whole = np.sqrt(np.square(one - same[0]).sum(axis=(1, 2, 3)))
            assert np.all(whole <= bound.bend * (1 + 1e-9))


def test_for_one_layer_and_its_own_input_the_bounds_are_those_found_by_sorting():
    network, w, x, _, bound, _ = drawn(5, 1, 40, 0.2, 0.0)
    here = network.layers(w, x)
    length = norms_of(here.inputs[:, 0])
    _, relaxed, _ = largest_change(here.pre[:, 0], network.a, length, np.full(2, 0.2))
    assert bound.short_rows[:, 0] == pytest.approx(relaxed)
    assert bound.gradients[:, 0] == pytest.approx(relaxed * length)
    moved = with_signs_flipped(network, w, x, 0.2, heavy=False)
    flipped = (network.layers(moved, x).active != here.active).sum(axis=2)
    assert flipped[:, 0] == pytest.approx(bound.flips[:, 0], abs=1)


@pytest.fixture(scope="module")
def views():
    """Views of whole networks, and views that are drawn."""
    rng, replicates, depth, width = np.random.default_rng(11), 3000, 3, 24
    network, w = normal_start(rng, replicates, depth, width, 2)
    x = np.eye(1, 2).repeat(replicates, axis=0)
    whole = view_of(network, w, x, np.linalg.norm(w, ord=2, axis=(2, 3)))
    return whole, draw_view(rng, replicates, depth, width)


@pytest.mark.parametrize(
    "what", ["flips", "moved", "sizes", "rows", "short_rows", "gradients", "gradient_sizes"]
)
def test_certificates_of_drawn_views_have_the_law_of_those_of_whole_networks(views, what):
    found = []
    for view in views:
        plain = replace(view, norms=np.full_like(view.norms, 2.5))
        found.append(getattr(certify(plain, 0.1, np.full(len(view.start), 0.05)), what))
    whole, drawn_ones = found
    for h in range(whole.shape[1]):
        assert stats.ks_2samp(whole[:, h], drawn_ones[:, h]).pvalue > 1e-4
    corner = [one[:, 0] * one[:, -1] for one in found]
    assert stats.ks_2samp(*corner).pvalue > 1e-4


@pytest.mark.parametrize("h", [0, 1, 2])
def test_norms_of_drawn_views_are_bounds_and_not_far_above(views, h):
    whole, drawn_ones = (np.quantile(view.norms[:, h], [0.1, 0.5, 0.9]) for view in views)
    assert np.all(whole <= drawn_ones) and np.all(drawn_ones <= 1.3 * whole)


def test_norms_of_drawn_views_go_with_what_is_seen(views):
    """A layer that stretches its input much has a large norm."""
    for view in views:
        stretch = np.linalg.norm(view.pre[:, 0], axis=1) / view.start
        assert np.all(stretch <= view.norms[:, 0] * (1 + 1e-12))
