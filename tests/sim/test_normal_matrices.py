import numpy as np
import pytest
from scipy import stats

from sim import normal_matrices
from sim.normal_matrices import (
    draw_least_singular_values,
    draw_norms,
    draw_triangles,
    spectral_norm,
)


@pytest.mark.parametrize("shape", [(1, 1), (7, 1), (1, 5), (9, 4), (4, 9), (6, 6)])
def test_drawn_norms_have_the_law_of_those_of_whole_matrices(shape):
    whole = np.linalg.norm(np.random.default_rng(0).standard_normal((4000, *shape)), 2, axis=(1, 2))
    drawn = draw_norms(np.random.default_rng(1), 4000, *shape)
    assert stats.ks_2samp(whole, drawn).pvalue > 1e-4


@pytest.mark.parametrize("shape", [(1, 1), (7, 1), (1, 5), (9, 4), (4, 9), (6, 6)])
def test_drawn_least_singular_values_have_the_law_of_those_of_whole_matrices(shape):
    matrices = np.random.default_rng(3).standard_normal((4000, *shape))
    whole = np.linalg.svd(matrices, compute_uv=False)[:, -1]
    drawn = draw_least_singular_values(np.random.default_rng(4), 4000, *shape)
    assert stats.ks_2samp(whole, drawn).pvalue > 1e-4


@pytest.mark.parametrize("shape", [(3, 3), (9, 2), (500, 4)])
def test_a_drawn_triangle_has_the_gram_matrix_of_a_whole_one_in_law(shape):
    whole = np.random.default_rng(6).standard_normal((4000, *shape))
    drawn = draw_triangles(np.random.default_rng(7), 4000, *shape)
    assert np.array_equal(drawn, np.triu(drawn))
    for statistic in (
        spectral_norm,
        lambda x: np.linalg.norm(x[:, :, 0], axis=1),
        lambda x: (x[:, :, 0] * x[:, :, -1]).sum(axis=1),
        lambda x: np.linalg.norm(x[:, :, -1], axis=1),
    ):
        assert stats.ks_2samp(statistic(whole), statistic(drawn)).pvalue > 1e-4


@pytest.mark.parametrize("shape", [(1, 3), (8, 3), (3, 8)])
def test_spectral_norm_is_the_largest_singular_value(shape):
    matrices = np.random.default_rng(2).standard_normal((5, *shape))
    assert spectral_norm(matrices) == pytest.approx(np.linalg.norm(matrices, 2, axis=(1, 2)))


@pytest.mark.parametrize("few, many", [(50, 400), (400, 400), (2000, 2000)])
def test_rows_that_are_not_drawn_add_nothing_to_the_norm(few, many, monkeypatch):
    drawn = draw_norms(np.random.default_rng(5), 300, few, many)
    monkeypatch.setattr(normal_matrices, "FADED", few)
    whole = draw_norms(np.random.default_rng(5), 300, few, many)
    monkeypatch.setattr(normal_matrices, "FADED", 1.0)
    short = draw_norms(np.random.default_rng(5), 300, few, many)
    assert stats.ks_2samp(drawn, whole).pvalue > 1e-4
    assert stats.ks_2samp(short, whole).pvalue < 1e-4


@pytest.mark.parametrize("few, many", [(50, 400), (400, 400)])
def test_the_first_rows_have_the_greatest_eigenvalue_of_all(few, many):
    rng = np.random.default_rng(5)
    kept = int(np.ceil(normal_matrices.FADED * np.cbrt(few)))
    for _ in range(50):
        on = rng.chisquare(many - np.arange(few))
        beside = np.append(0.0, rng.chisquare(few - np.arange(1, few)))
        diagonal, off = on + beside, np.sqrt(on[:-1] * beside[1:])
        part = normal_matrices._eigenvalue(diagonal[:kept], off[: kept - 1], min(kept, few))
        whole = np.linalg.norm(np.diag(np.sqrt(on)) + np.diag(np.sqrt(beside[1:]), -1), 2)
        assert np.sqrt(part) == pytest.approx(whole, rel=1e-11)
