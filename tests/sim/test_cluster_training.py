import numpy as np
import pytest
from scipy import stats

from sim.clusters import data as clusters
from sim.clusters.training import Experiment, fresh_errors, perform
from sim.networks import gram, two_layer
from sim.networks.adversarial_training import Plan, Snapshot, decaying_rates, train
from sim.networks.attack import l2_attack

LEVEL = 1e-7  # of every statistical test here; 6 of them

SMALL = dict(
    dimension=30,
    mean_norm=2.0,
    radius=0.4,
    samples=8,
    width=4,
    iterations=12,
    rate=0.5,
    attack_steps=5,
    test_points=40,
    dtype=np.float64,
)


def in_full_dimension(rng, replicates):
    """The same experiment in plain coordinates, with explicit test points."""
    e = Experiment(**SMALL)
    mixture = clusters.Clusters(clusters.first_axis(e.dimension, e.mean_norm), e.flip)
    data, fresh = mixture.sample(rng, replicates, 8), mixture.sample(rng, replicates, 40)
    w = two_layer.initial_weights(rng, replicates, 4, 30, (3 * 30) ** -0.5, symmetric=False)
    plan = Plan(
        e.attack, decaying_rates(0.5, 12, every=6), observe={"loss": Snapshot.robust_loss}, at=[12]
    )
    run = train(w, e.output_weights, e.activation, data.x, data.y, plan)
    clean = fresh.y * two_layer.value(run.w, e.output_weights, e.activation, fresh.x)
    attacked = l2_attack(run.w, e.output_weights, e.activation, fresh.x, fresh.y, e.attack)
    return run.history["loss"][0], (clean <= 0).mean(-1), (attacked.margin <= 0).mean(-1)


def test_experiment_has_the_law_of_the_one_in_full_dimension():
    replicates = 800
    found = perform(np.random.default_rng(1), Experiment(**SMALL), replicates, [12])
    loss, clean, robust = in_full_dimension(np.random.default_rng(2), replicates)
    for ours, full in (
        (found["robust_loss"], loss),
        (found["clean_error"], clean),
        (found["robust_error"], robust),
    ):
        assert ours.shape == (replicates, 1)
        assert stats.ks_2samp(ours[:, 0], full).pvalue > LEVEL
    assert found["robust_error"].mean() > found["clean_error"].mean() + 0.02


def test_errors_are_those_on_explicit_points():
    rng, d, m = np.random.default_rng(3), 7, 6
    w, mean = rng.standard_normal((m, d)), clusters.first_axis(d, 1.5)
    w[: m // 2, 0] += 1
    e = Experiment(**SMALL | dict(dimension=d, mean_norm=1.5, width=m, test_points=20_000))
    state = gram.gram_state(np.zeros((1, d)), w, mean[None])
    ours = fresh_errors(np.random.default_rng(4), state, e)
    points = clusters.Clusters(mean, 0.1).sample(rng, 1, 20_000)
    a = e.output_weights
    margin = l2_attack(w, a, e.activation, points.x[0], points.y[0], e.attack).margin
    clean = points.y[0] * two_layer.value(w, a, e.activation, points.x[0])
    for share, wrong in ((ours.clean, clean <= 0), (ours.robust, margin <= 0)):
        table = [
            [round(float(share) * 20_000), wrong.sum()],
            [20_000 - round(float(share) * 20_000), (~wrong).sum()],
        ]
        assert stats.fisher_exact(table).pvalue > LEVEL
    assert ours.robust > ours.clean + 0.05


def test_without_an_attack_both_errors_agree():
    found = perform(np.random.default_rng(5), Experiment(**SMALL | {"radius": 0.0}), 3, [0, 12])
    assert np.array_equal(found["clean_error"], found["robust_error"])


def test_a_look_changes_nothing_else():
    often = perform(np.random.default_rng(6), Experiment(**SMALL), 2, [0, 3, 6, 12])
    once = perform(np.random.default_rng(6), Experiment(**SMALL), 2, [12])
    for name, values in once.items():
        assert np.array_equal(values[:, -1], often[name][:, -1])
        assert often[name].shape == (2, 4)


def test_learning_rate_falls_in_the_second_half():
    """With ten times the rate there, the loss would be another."""
    e = Experiment(**SMALL)
    first = perform(np.random.default_rng(7), e, 1, [6])["robust_loss"]
    short = perform(np.random.default_rng(7), Experiment(**SMALL | {"iterations": 6}), 1, [3])
    longer = perform(np.random.default_rng(7), Experiment(**SMALL | {"iterations": 6}), 1, [6])
    assert perform(np.random.default_rng(7), e, 1, [3])["robust_loss"] == short["robust_loss"]
    assert longer["robust_loss"] > first


def test_single_and_double_precision_agree_on_average():
    one, two = (
        perform(np.random.default_rng(8), Experiment(**SMALL | {"dtype": dtype}), 4, [12])
        for dtype in (np.float32, np.float64)
    )
    assert np.allclose(one["robust_loss"], two["robust_loss"], rtol=1e-3)


def test_defaults_are_the_published_settings():
    e = Experiment(dimension=1000, mean_norm=5.0, radius=0.5)
    assert (e.samples, e.width, e.iterations, e.flip, e.test_points) == (100, 1000, 1000, 0.1, 2000)
    assert e.attack.steps == (0.1,) * 20


@pytest.mark.parametrize("wrong", [{"width": 3}, {"flip": 0.7}, {"radius": -1.0}])
def test_settings_outside_their_domain_are_refused(wrong):
    with pytest.raises(ValueError, match=r"even|between 0 and 1/2|radius"):
        perform(np.random.default_rng(0), Experiment(**SMALL | wrong), 1, [12])
