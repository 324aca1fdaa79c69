import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from sim.clusters import subgaussian
from sim.clusters.data import Noise, gaussian, laplace_gaussian, truncated_normal

SEEDS = st.integers(0, 2**32 - 1)


def random_laws(seed, laws=20, atoms=3):
    rng = np.random.default_rng(seed)
    values = rng.standard_normal((laws, atoms)) * 10 ** rng.uniform(-3, 3, (laws, 1))
    weights = rng.random((laws, atoms)) ** 4 + 1e-12
    return values, weights / weights.sum(axis=-1, keepdims=True)


@given(SEEDS)
def test_the_defining_moment_is_two_at_the_norm_of_atoms(seed):
    values, probabilities = random_laws(seed)
    norm = subgaussian.norm_of_atoms(values, probabilities)
    moment = (probabilities * np.exp(np.square(values / norm[:, None]))).sum(axis=-1)
    np.testing.assert_allclose(moment, 2, rtol=1e-9)


@given(SEEDS, st.floats(1e-3, 1e3))
def test_the_norm_is_homogeneous_and_blind_to_signs_and_order(seed, factor):
    values, probabilities = random_laws(seed)
    norm = subgaussian.norm_of_atoms(values, probabilities)
    scaled = subgaussian.norm_of_atoms(-factor * values[:, ::-1], probabilities[:, ::-1])
    np.testing.assert_allclose(scaled, factor * norm, rtol=1e-12)


def test_a_fair_sign_and_a_constant_zero_have_their_known_norms():
    assert subgaussian.norm_of_atoms([-1.0, 1.0], [0.5, 0.5]) == pytest.approx(np.log(2) ** -0.5)
    assert subgaussian.norm_of_atoms([0.0, 0.0], [0.5, 0.5]) == 0
    assert subgaussian.norm_of_atoms([0.0, 9.0], [1.0, 0.0]) == 0


def test_a_rare_huge_atom_is_measured_without_overflow():
    value, probability = 1e40, 1e-80
    norm = subgaussian.norm_of_atoms([0.0, value], [1 - probability, probability])
    assert norm == pytest.approx(value / np.sqrt(np.log1p(1 / probability)), rel=1e-12)


@pytest.mark.parametrize("deviation", [0.1, 1.0, 7.0])
def test_normal_noise_has_norm_root_eight_thirds(deviation):
    found = subgaussian.norm_of_noise(gaussian(deviation))
    assert found == pytest.approx(np.sqrt(8 / 3) * deviation, rel=1e-9)


@pytest.mark.parametrize(
    "noise",
    [truncated_normal(1.3, 0.8), laplace_gaussian(5, 0.3), laplace_gaussian(2, 2.0)],
    ids=lambda noise: noise.name,
)
def test_the_norm_of_other_noise_solves_the_defining_equation(noise):
    norm = subgaussian.norm_of_noise(noise)
    end = 1.3 if noise.name.startswith("normal") else 18 * norm

    def integrand(z):
        return float(noise.density(np.array(z))) * np.exp((z / norm) ** 2)

    moment = 2 * integrate.quad(integrand, 0, end, epsabs=1e-13, limit=400)[0]
    assert moment == pytest.approx(2, abs=1e-7)


@pytest.mark.parametrize(
    "noise",
    [
        Noise("Laplace", gaussian().sample, lambda z: np.exp(-np.abs(z)) / 2, 2.0, 0.0),
        laplace_gaussian(0.5, 1.2),
    ],
    ids=lambda noise: noise.name,
)
def test_moments_that_become_infinite_before_they_reach_two_are_refused(noise):
    with pytest.raises(ValueError, match="becomes infinite first"):
        subgaussian.norm_of_noise(noise)


@pytest.mark.parametrize("probabilities", [[0.5, 0.4], [1.5, -0.5]])
def test_masses_that_are_no_probabilities_are_refused(probabilities):
    with pytest.raises(ValueError, match="add up to 1"):
        subgaussian.norm_of_atoms([0.0, 1.0], probabilities)


def test_infinite_atoms_are_refused():
    with pytest.raises(ValueError, match="finite"):
        subgaussian.norm_of_atoms([0.0, np.inf], [0.5, 0.5])
