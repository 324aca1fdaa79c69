"""Means and deviations of preactivations on fresh points, from points one by one."""

import numpy as np
import pytest

from verify.checks.wang2024 import relu_runs
from verify.checks.wang2024.nonsmooth import run_cell

CELL = run_cell(n=6, m=4, d=500, mu=8.0, alpha=1.0, beta=0.1, T=3, negative_slope=0.2, sigma=0.7)


@pytest.mark.parametrize("label", [-1.0, 1.0])
def test_means_and_deviations_on_fresh_points_are_those_of_points_along_every_direction(label):
    runs = relu_runs.train_runs(np.random.default_rng(0), CELL, 5)
    found = relu_runs.fresh_points(runs)
    centre = label * runs.mean
    points = centre + CELL["sigma"] * np.eye(len(centre))
    weight, unit = runs.mean_weight[:-1], CELL["eta"] / np.sqrt(CELL["m"])
    total = unit * weight.sum(axis=0)
    changes = {
        "change": (np.diff(runs.w, axis=0), unit * weight),
        "moved": ((runs.w[-1] - runs.w[0])[None], total[None]),
        "alignment": (runs.w[-1][None], total[None] * CELL["mu"] ** 2),
    }
    for name, (change, scale) in changes.items():
        # (times, runs, neurons, points): a_s y <w_s, x>, which is linear in the noise of x
        there = label * np.sign(runs.a)[:, None] * (change @ points.T) / scale[..., None, None]
        middle = label * np.sign(runs.a) * (change @ centre) / scale[..., None]
        spread = np.sqrt(np.square(there - middle[..., None]).sum(axis=-1))
        np.testing.assert_allclose(found[f"{name}_mean"], middle.min(axis=(0, 2)), rtol=1e-10)
        np.testing.assert_allclose(found[f"{name}_spread"], spread.max(axis=(0, 2)), rtol=1e-8)
