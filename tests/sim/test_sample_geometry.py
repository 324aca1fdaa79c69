import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.clusters.sample_geometry import distance_to_span, sample_geometry, weight_geometry

seeds = st.integers(0, 2**32 - 1)


def training_sets(seed, replicates=3, n=5, d=7):
    rng = np.random.default_rng(seed)
    mean = rng.standard_normal(d)
    cluster = rng.choice([-1.0, 1.0], (replicates, n))
    y = cluster * rng.choice([-1.0, 1.0], cluster.shape)
    noise = rng.standard_normal((replicates, n, d))
    return rng, cluster[..., None] * mean + noise, y, cluster, mean, noise


@given(seeds)
def test_every_extreme_is_that_of_a_loop_over_points_and_pairs(seed):
    _, x, y, cluster, mean, noise = training_sets(seed)
    found = sample_geometry(x, y, cluster, mean, dimension=10.0, radius=0.5)
    for r in range(3):
        pairs = [(i, j) for i in range(5) for j in range(5) if i != j]
        lengths = [np.linalg.norm(v) for v in x[r]]
        expected = {
            "noise_least": min(v @ v for v in noise[r]) / 10,
            "noise_most": max(v @ v for v in noise[r]) / 10,
            "input_least": min(v @ v for v in x[r]) / 10,
            "input_most": max(v @ v for v in x[r]) / 10,
            "noise_product": max(abs(noise[r, i] @ noise[r, j]) for i, j in pairs),
            "input_product": max(abs(x[r, i] @ x[r, j]) for i, j in pairs),
            "mixed_product": max(abs(x[r, i] @ x[r, j]) + 0.5 * lengths[i] for i, j in pairs),
            "attacked_product": max(
                abs(x[r, i] @ x[r, j]) + 0.5 * (lengths[i] + lengths[j]) + 0.25 for i, j in pairs
            ),
            "top_noise": np.linalg.norm(noise[r], 2) ** 2 / 10,
            "top_input": np.linalg.norm(x[r], 2),
            "bottom_input": np.linalg.svd(x[r], compute_uv=False)[-1],
            "deviation": max(abs(mean @ v) for v in noise[r]) / (mean @ mean),
            "noisy_share": np.mean(y[r] != cluster[r]),
        }
        for name, value in expected.items():
            np.testing.assert_allclose(getattr(found, name)[r], value, rtol=1e-6, err_msg=name)


@given(seeds, st.floats(0, 3))
def test_no_attack_on_a_pair_exceeds_the_attacked_product(seed, radius):
    rng, x, y, cluster, mean, _ = training_sets(seed)
    found = sample_geometry(x, y, cluster, mean, dimension=7.0, radius=radius)
    for _ in range(20):
        u = rng.standard_normal(x.shape)
        u *= radius / np.linalg.norm(u, axis=-1, keepdims=True)
        different = 1 - np.eye(5)
        both = np.abs((x + u) @ np.swapaxes(x + u, -1, -2)) * different
        one = np.abs(x @ np.swapaxes(x + u, -1, -2)) * different
        assert (both.max(axis=(1, 2)) <= found.attacked_product + 1e-9).all()
        assert (one.max(axis=(1, 2)) <= found.mixed_product + 1e-9).all()


@given(seeds)
def test_a_rotation_changes_nothing(seed):
    rng, x, y, cluster, mean, _ = training_sets(seed)
    rotation = np.linalg.qr(rng.standard_normal((7, 7)))[0]
    one = sample_geometry(x, y, cluster, mean, dimension=7.0, radius=1.0)
    other = sample_geometry(x @ rotation, y, cluster, mean @ rotation, dimension=7.0, radius=1.0)
    np.testing.assert_allclose(np.stack(one), np.stack(other), rtol=1e-8)


@given(seeds, st.sampled_from([1.0, 1e-170]))
def test_weights_are_measured_in_units_of_their_law_however_tiny(seed, deviation):
    w = np.random.default_rng(seed).standard_normal((2, 4, 6))
    found = weight_geometry(deviation * w, dimension=6.0, deviation=deviation)
    squares = np.sum(w**2, axis=-1) / 6
    np.testing.assert_allclose(found.smallest_row, squares.min(axis=-1), rtol=1e-10)
    np.testing.assert_allclose(found.largest_row, squares.max(axis=-1), rtol=1e-10)
    np.testing.assert_allclose(found.spectral_norm, [np.linalg.norm(v, 2) for v in w], rtol=1e-10)


@given(seeds)
def test_the_distance_to_a_span_is_that_of_least_squares(seed):
    rng = np.random.default_rng(seed)
    points, vectors = rng.standard_normal((2, 4, 7)), rng.standard_normal((2, 3, 7))
    found = distance_to_span(points, vectors)
    for r in range(2):
        rest = points[r].T - vectors[r].T @ np.linalg.lstsq(vectors[r].T, points[r].T)[0]
        np.testing.assert_allclose(found[r], np.linalg.norm(rest, axis=0), rtol=1e-9)


@given(seeds)
def test_points_of_the_span_have_distance_zero(seed):
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((2, 3, 7))
    points = rng.standard_normal((2, 5, 3)) @ vectors
    np.testing.assert_allclose(distance_to_span(points, vectors), 0, atol=1e-12)
