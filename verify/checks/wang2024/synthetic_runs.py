"""Checks of what Figures 2 and 3 are said to show: small networks on Gaussian clusters."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from bounds.wang2024.figures_claims import figure_2, figure_3
from sim.clusters.training import Experiment, perform
from verify.catalogue import Cell, Observables, check, product

SMALL = dict(n=25, m=20, T=50, beta=0.1)
"""A quarter of the paper's samples: the errors differ more, and runs are short."""

PAPERS = dict(n=100, m=40, T=60, beta=0.1)
"""The paper's samples, with fewer neurons and iterations.

With 20 neurons a flipped point sometimes has no active neuron of its sign and is never fitted."""


def _seconds(cell: Cell) -> float:
    return 2e-3 + cell["T"] * (1.5e-4 + 1.7e-7 * cell["n"] * cell["m"])


def run(
    rng: np.random.Generator, cell: Cell, n: int, *, attacks: bool = True, trains: bool = True
) -> Observables:
    """One replicate is one training set and start, trained and attacked on 500 fresh points."""
    settings = Experiment(
        dimension=cell["d"],
        mean_norm=cell["mu"],
        radius=cell["r"] * cell["mu"] * attacks,
        samples=cell["n"],
        width=cell["m"],
        iterations=cell["T"],
        flip=cell["beta"],
        rate=0.1 * trains,
        test_points=500,
        dtype=np.float64,
    )
    found = perform(rng, settings, n, [cell["T"] // 2, cell["T"]])
    half_way = found["robust_loss"][:, 0]
    return {name: values[:, -1] for name, values in found.items()} | {"half_way_loss": half_way}


EVERY: dict[str, Any] = dict(
    seconds_per_replicate=_seconds,
    saboteurs={
        "no attack": partial(run, attacks=False),
        "no training": partial(run, trains=False),
    },
)
SWEEP: dict[str, Any] = dict(block=32, common_random_numbers=True, **EVERY)
FEW: dict[str, Any] = dict(block=8, first=8, **EVERY)

by_signal = check(
    figure_2["signal"],
    id="wang2024/synthetic-signal",
    cells=product(mu=[3.0, 4.0, 5.0, 6.0], r=0.1, d=1000, **SMALL),
    **SWEEP,
)(run)

by_dimension = check(
    figure_2["dimension"],
    id="wang2024/synthetic-dimension",
    cells=product(mu=5.0, r=0.1, d=[500, 1000, 1500], **SMALL),
    **SWEEP,
)(run)

by_ratio = check(
    figure_2["ratio"],
    id="wang2024/synthetic-ratio",
    cells=product(mu=5.0, r=[0.05, 0.1, 0.15], d=1000, **SMALL),
    **SWEEP,
)(run)

by_dimension_and_ratio = check(
    figure_3["dimension", "ratio"],
    id="wang2024/synthetic-dimension-and-ratio",
    cells=product(mu=5.0, r=[0.05, 0.25, 0.45], d=[500, 6000], **SMALL),
    **SWEEP,
)(run)

papers_runs = check(
    figure_2["all-fitted", "loss-falls", "noise-rate-early", "noise-rate"],
    id="wang2024/synthetic-papers-size",
    cells=product(mu=[4.0, 10.0], r=0.1, d=1000, **PAPERS),
    **FEW,
)(run)

by_iterations = check(
    figure_2["loss-vanishes"],
    id="wang2024/synthetic-iterations",
    cells=product(mu=5.0, r=0.1, d=1000, **SMALL | {"T": [20, 80, 320]}),
    **FEW,
)(run)
