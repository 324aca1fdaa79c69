"""Theorem 5.2: the network that carries random features, built, on the whole circle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from sim.kernels.random_features import estimate, signed_value
from sim.networks.smooth_two_layer import Network, circle, log_cosh, symmetric_start
from verify.catalogue import Budget, Cell, Observables
from verify.checks.gao2019.construction import build
from verify.figures import Drawn, figure
from verify.showing.palette import OBSERVED, PREDICTED, SERIES
from verify.showing.picture import Picture

B = 2.6
"""Of g_2; for it the paper's radius is B/2, and B is needed."""

DELTA = 0.01
POINTS = 361
ANGLES = np.pi * np.arange(POINTS) / (POINTS - 1)
"""A half circle: all these functions are even."""


def features_carried(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one start; g_2 has the field B e sign(<w, e>), e at the angle 0."""
    m = cell["m"]
    start, a = symmetric_start(rng, n, m, 2)
    half, first = start[:, : m // 2], np.eye(2)[0]
    field = B * np.sign(half[..., :1]) * first
    _, w = build(start, a, field)
    x = np.broadcast_to(circle(ANGLES), (n, POINTS, 2))
    value = Network(log_cosh(), a).value(w, x)
    sums = estimate(half, field, x)
    function = B * signed_value(np.cos(ANGLES))
    return {
        "value": value,
        "function": np.tile(function, (n, 1)),
        "from_features": np.abs(value - sums).max(axis=1),
        "from_function": np.abs(value - function).max(axis=1),
        "moved": np.sqrt(np.square(w - start).sum(axis=(1, 2))),
    }


def _draw(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    drawn = sorted(drawn, key=lambda one: one.cell["m"])
    picture = Picture(figsize=(11.6, 4.6), layout="constrained")
    left, right = picture.subplots(1, 2)
    for one, colour in zip((drawn[0], drawn[-1]), SERIES[1:], strict=False):
        for number, value in enumerate(one["value"][:4]):
            label = f"four networks, m = {one.cell['m']}" if number == 0 else None
            left.plot(ANGLES, value, color=colour, lw=1, alpha=0.8, label=label)
    left.plot(ANGLES, drawn[0]["function"][0], "--", color="0.15", lw=1.6, label=r"$g_2$")
    left.set_xlabel("angle of the input")
    left.set_ylabel(r"$f(W,x)$")
    moved = np.concatenate([one["moved"] for one in drawn])
    left.set_title(
        rf"$\|g_2\|_{{RF}}={B:g}$; measured $\|W-W_0\|_F$: {moved.min():.4f} to {moved.max():.4f}",
        fontsize=10,
        loc="left",
    )
    left.legend(fontsize=8.5, frameon=False)
    widths = np.array([one.cell["m"] for one in drawn])
    for name, colour, words in (
        ("from_function", OBSERVED, r"$\max|f(W,\cdot)-g_2|$"),
        ("from_features", SERIES[1], r"$\max|f(W,\cdot)-g_3|$"),
    ):
        found = np.stack([one[name] for one in drawn])
        right.plot(widths, found.mean(axis=1), "o-", color=colour, ms=4, label=words)
        right.fill_between(
            widths, found.min(axis=1), found.max(axis=1), color=colour, alpha=0.2, lw=0
        )
    bent = B**2 / (2 * np.sqrt(widths))
    sampled = B / np.sqrt(widths / 2) * (2 * np.sqrt(2) + np.sqrt(2 * np.log(1 / DELTA)))
    right.plot(widths, bent + sampled, color=PREDICTED, lw=1.3, label=r"(11), $\delta=0.01$")
    right.plot(widths, bent, "--", color=PREDICTED, lw=1.3, label=r"its first term, corrected")
    right.set_xscale("log")
    right.set_yscale("log")
    right.set_xlabel("width m")
    right.set_ylabel("on the circle (361 points of half of it)")
    right.legend(fontsize=8.5, frameon=False)
    return picture


figure_construction = figure(
    "gao2019/figure-construction",
    title="the network of Theorem 5.2, built from random features, beside the function that it "
    "carries; mean and range of the starts (a demonstration of ours, no figure of the paper)",
    quick=[{"m": m} for m in (64, 256, 1024, 4096)],
    full=[{"m": m} for m in (64, 256, 1024, 4096, 16384, 65536)],
    replicates=(8, 16),
    render=_draw,
    seconds_per_replicate=lambda cell: 2e-5 * cell["m"],
    bytes_per_replicate=1e9,
)(features_carried)
