import mpmath
import numpy as np
import pytest
from scipy import stats

from sim.networks.deep import normal_start
from sim.networks.deep_norms import draw_norms, exit_chance

DEPTH, WIDTH = 3, 18


@pytest.fixture(scope="module")
def real():
    """Return norms of whole networks: post, pre, rows, longer rows."""
    network, w = normal_start(np.random.default_rng(0), 6000, DEPTH, WIDTH, 3)
    found = network.layers(w, np.eye(1, 3).repeat(6000, axis=0))
    rows = network.backward(w, found.active)
    longer = np.einsum("rhi,rhij->rhj", rows, w)
    post = np.concatenate([found.inputs[:, :1], found.post], axis=1)
    return [np.linalg.norm(v, axis=2) for v in (post, found.pre, rows, longer)]


@pytest.mark.parametrize("which", range(4))
def test_norms_have_the_law_of_those_of_whole_networks(real, which):
    drawn = draw_norms(np.random.default_rng(1), 6000, DEPTH, WIDTH)
    drawn = [drawn.post, drawn.pre, drawn.rows, drawn.longer_rows][which]
    for h in range(drawn.shape[1]):
        assert stats.ks_2samp(real[which][:, h], drawn[:, h]).pvalue > 1e-4


def test_norms_go_together_as_those_of_whole_networks(real):
    drawn = draw_norms(np.random.default_rng(1), 6000, DEPTH, WIDTH)

    def seen(post, pre, rows, longer):
        return [
            rows[:, 0] * post[:, 0],
            post[:, 3] / pre[:, 2],
            rows[:, 0] / rows[:, 1],
            longer[:, 0] * post[:, -1],
            rows[:, 2] / longer[:, 2],
        ]

    pairs = zip(
        seen(*real), seen(drawn.post, drawn.pre, drawn.rows, drawn.longer_rows), strict=True
    )
    for ours, theirs in pairs:
        assert stats.ks_2samp(ours, theirs).pvalue > 1e-4


def test_the_variance_of_the_first_layer_scales_all_activations():
    one, four = (draw_norms(np.random.default_rng(2), 5, 2, 9, v) for v in (1.0, 4.0))
    assert four.post == pytest.approx(2 * one.post)
    assert four.pre == pytest.approx(2 * one.pre)


def test_a_layer_without_active_neurons_silences_what_follows():
    found = draw_norms(np.random.default_rng(3), 4000, 2, 2)
    dead = found.post[:, 1] == 0
    assert dead.any()
    assert np.all(found.post[dead, 2] == 0)
    assert all(np.isfinite(v).all() for v in (found.post, found.pre, found.rows))


@pytest.mark.parametrize("depth", [1, 3])
def test_chance_to_leave_is_the_frequency_among_whole_walks(depth):
    found = draw_norms(np.random.default_rng(4), 200_000, depth, 40, 0.8)
    left = np.any((found.post < 0.6) | (found.post > 1.2), axis=1).mean()
    chance = exit_chance(depth, 40, 0.6, 1.2, 0.8)
    assert left == pytest.approx(chance, abs=4 * np.sqrt(chance / 200_000))


def test_rare_exits_of_one_layer_agree_with_quadrature_in_many_digits():
    m = 60
    with mpmath.workdps(20):
        weights = [mpmath.binomial(m, k) * mpmath.mpf(2) ** -m for k in range(m + 1)]

        def beyond(x):
            """Chances of the gamma laws of shapes 0, 1/2, ..., m/2 to exceed x, by recurrence."""
            found = [mpmath.mpf(0), mpmath.erfc(mpmath.sqrt(x))]
            term = [mpmath.exp(-x), 2 * mpmath.exp(-x) * mpmath.sqrt(x / mpmath.pi)]
            for k in range(2, m + 1):  # Q(s + 1, x) = Q(s, x) + x^s e^-x / Gamma(s + 1)
                found.append(found[k - 2] + term[k - 2])
                term.append(term[k - 2] * 2 * x / k)
            return found

        def outside(square):
            low, high = (beyond(mpmath.mpf(m) / 4 * b**2 / square) for b in (0.5, 1.7))
            inside = [near - far for near, far in zip(low, high, strict=True)]
            return sum(w * (1 - one) for w, one in zip(weights, inside, strict=True))

        def density(u):
            half = mpmath.mpf(m) / 2
            return (
                half * mpmath.exp((half - 1) * mpmath.log(half * u) - half * u) / mpmath.gamma(half)
            )

        ends = mpmath.linspace(0.25, mpmath.mpf("2.89"), 5)
        chance = mpmath.quad(lambda u: density(u) * outside(u), ends, maxdegree=4)
        chance += 1 - mpmath.quad(density, ends)
    assert exit_chance(1, m, 0.5, 1.7) == pytest.approx(float(chance), rel=1e-7)


def test_chance_to_leave_does_not_depend_on_the_nodes():
    usual = exit_chance(4, 300, 2 / 3, 4 / 3)
    assert usual == pytest.approx(exit_chance(4, 300, 2 / 3, 4 / 3, nodes=400), rel=1e-10)
