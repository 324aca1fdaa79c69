"""Theorem 5.1: equations 8 and 9 along runs of adversarial training without projection."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from sim.networks.smooth_two_layer import (
    ATTACKS,
    Arcs,
    Network,
    log_cosh,
    symmetric_start,
    train,
)
from verify.catalogue import Budget, Cell, Observables
from verify.figures import Drawn, figure
from verify.showing.palette import OBSERVED, PREDICTED
from verify.showing.picture import Picture

WORDS = {"identity": "no attack", "random": "random inputs", "worst": "worst inputs"}
HALF_WIDTH = 0.15
LABELS = (0.3, -0.3, 0.3, -0.3)


def steps(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one run, with c = K = 1; W* is where it ends.

    Both equations hold for a larger L_*(W_*) if they hold for a smaller one: a lower bound of it,
    on a grid of the arcs, is used.
    """
    m, alpha, T = cell["m"], cell["alpha"], cell["T"]
    start, a = symmetric_start(rng, n, m, 2)
    network = Network(log_cosh(), a)
    angles = np.tile(np.pi * (np.arange(len(LABELS)) + 0.5) / len(LABELS), (n, 1))
    arcs = Arcs(angles, np.tile(LABELS, (n, 1)), HALF_WIDTH)
    draws = rng.bit_generator.state
    best = train(rng, network, start, arcs, ATTACKS[cell["attack"]], rate=alpha, steps=T).w
    rng.bit_generator.state = draws  # the same run again, with distances from its end
    run = train(
        rng, network, start, arcs, ATTACKS[cell["attack"]], rate=alpha, steps=T, centre=best
    )
    loss, _ = network.worst_loss(best, arcs, 1.0)
    before, after = run.distances[:, :-1], run.distances[:, 1:]
    growth = 1 + alpha / np.sqrt(m)
    total = growth ** np.arange(1, T + 1)
    allowed = growth * before + 2 * alpha * (loss[:, None] - run.losses) + alpha**2
    gained = run.distances[:, :1] - after / total
    return {
        "regret": np.minimum.accumulate(run.losses, axis=1) - loss[:, None],
        "bound": alpha / 2 + gained / (2 * np.sqrt(m) * (1 - 1 / total)),
        "squared": after,
        "allowed": allowed,
    }


def _draw(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    picture = Picture(figsize=(12.6, 7.2), layout="constrained")
    grid = picture.subplots(2, len(drawn), sharex=True, sharey="row")
    for (above, below), one in zip(grid.T, drawn, strict=True):
        t = np.arange(1, one["regret"].shape[1] + 1)
        above.plot(t, one["bound"][0], color=PREDICTED, lw=1.6, label="bound, equation (9)")
        above.plot(t, one["regret"][0], color=OBSERVED, lw=1.6,
                   label=r"$\min_{i<t}L_{\mathcal{A}}(W_i)-L_*(W_*)$")  # fmt: skip
        above.axhline(one.cell["alpha"] / 2, color="0.5", linestyle=":", lw=1)
        above.axhline(0, color="0.6", lw=0.8)
        words = f"{WORDS[one.cell['attack']]}, m = {one.cell['m']}, α = {one.cell['alpha']:g}"
        above.set_title(words, fontsize=10, loc="left")
        room = one["allowed"][0] - one["squared"][0]
        below.plot(t, room / one.cell["alpha"], ".", color=OBSERVED, ms=3)
        below.axhline(0, color="0.6", lw=0.8)
        below.set_xscale("log")
        below.set_xlabel("step t")
    grid[0, 0].set_ylabel("excess loss")
    grid[0, -1].legend(fontsize=8.5, frameon=False, loc="upper right")
    grid[1, 0].set_ylabel(r"room in equation (8), $/\;\alpha$")
    return picture


def _cells(m: int, alpha: float) -> list[Cell]:
    T = round(np.sqrt(m) / alpha)
    return [{"attack": attack, "m": m, "alpha": alpha, "T": T} for attack in WORDS]


figure_training = figure(
    "gao2019/figure-training",
    title="a run of adversarial training without projection against three attacks: its least loss "
    "so far over the worst-case loss of its last weights, the bound of equation (9), and by how "
    "much equation (8) holds at each step; dotted: half the step size (a demonstration of ours, "
    "no figure of the paper)",
    quick=_cells(256, 0.05),
    full=_cells(4096, 0.05),
    replicates=(1, 1),
    render=_draw,
    seconds_per_replicate=lambda cell: 1e-6 * cell["m"] * cell["T"],
    bytes_per_replicate=5e8,
)(steps)
