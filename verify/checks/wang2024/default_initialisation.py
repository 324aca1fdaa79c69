"""Checks of the initialisation: uniform as in PyTorch, or normal with the same variance."""

from __future__ import annotations

import numpy as np

from bounds.wang2024.default_initialisation import remark_initialisation
from sim.clusters.data import Clusters, first_axis
from sim.networks import two_layer
from sim.networks.activation import relu
from sim.networks.adversarial_training import Plan, decaying_rates, train
from sim.networks.attack import Attack, l2_attack
from verify.catalogue import Cell, Observables, check

WIDER = 20.0


@check(
    remark_initialisation,
    cells=[
        {"d": 200, "n": 20, "m": 20, "mu": 3.5, "ratio": 0.1, "beta": 0.1, "T": 40, "tests": 200}
    ],
    seconds_per_replicate=1.3e-2,
    block=16,
)
def default_initialisation(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and one set of test points, for three starts.

    Full dimension, since a uniform start is not the same in every basis.
    """
    d, m, kind = cell["d"], cell["m"], np.float32
    clusters = Clusters(first_axis(d, cell["mu"]), cell["beta"])
    x, y, _ = clusters.sample(rng, n, cell["n"], dtype=kind)
    x_test, y_test, _ = clusters.sample(rng, n, cell["tests"], dtype=kind)
    bound = d**-0.5
    normal = two_layer.initial_weights(rng, n, m, d, bound / 3**0.5, symmetric=False, dtype=kind)
    starts = {
        "uniform": rng.uniform(-bound, bound, (n, m, d)).astype(kind),
        "normal": normal,
        "wide": kind(WIDER) * normal,
    }
    a, phi, radius = two_layer.balanced_signs(m, dtype=kind), relu(), cell["ratio"] * cell["mu"]
    plan = Plan(Attack.fixed_point(radius, 2), decaying_rates(0.1, cell["T"], every=cell["T"] // 2))
    clean, robust = {}, {}
    for name, start in starts.items():
        w = train(start, a, phi, x, y, plan).w
        clean[name] = (y_test * two_layer.value(w, a, phi, x_test) <= 0).mean(axis=1)
        attacked = l2_attack(w, a, phi, x_test, y_test, Attack.fixed_point(radius, 4))
        robust[name] = (attacked.margin <= 0).mean(axis=1)
    return {
        f"{what}_{name}": errors[name]
        for what, errors in (("clean", clean), ("robust", robust))
        for name in starts
    }
