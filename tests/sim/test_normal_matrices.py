import numpy as np
import pytest
from scipy import stats

from sim.normal_matrices import draw_least_singular_values, draw_norms, spectral_norm


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


@pytest.mark.parametrize("shape", [(1, 3), (8, 3), (3, 8)])
def test_spectral_norm_is_the_largest_singular_value(shape):
    matrices = np.random.default_rng(2).standard_normal((5, *shape))
    assert spectral_norm(matrices) == pytest.approx(np.linalg.norm(matrices, 2, axis=(1, 2)))
