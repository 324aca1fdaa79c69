"""Checks of Lemmas A.5 and A.6 in depth, by certificates, and of the gradients of Theorem 4.1."""

from dataclasses import replace
from functools import partial

import numpy as np

from bounds.gao2019.near_convexity import lemma_a_6
from bounds.gao2019.recursion_deep import proof_theorem_4_1
from bounds.gao2019.stability import lemma_a_5
from sim.networks.deep_certificates import certify, draw_view
from sim.normal_matrices import draw_norms
from verify.catalogue import Cell, Observables, Path, check


def _certified(
    rng: np.random.Generator, cell: Cell, n: int, output: float = 0.0, ball: float = -0.5
) -> Observables:
    """One replicate is one start; bounds over a ball of weights and the inputs near one.

    The output weights are the right ones times ``m**output``, the ball's radius is ``R m**ball``.
    """
    m, d = cell["m"], cell["d"]
    view = draw_view(rng, n, cell["H"], m)
    view = replace(view, weights=view.weights * m**output)
    # The first layer: its column along the input, and the d - 1 others.
    others = draw_norms(rng, n, m, d - 1) / np.sqrt(m)
    bound = certify(view, cell["R"] * m**ball, cell["delta"] * np.hypot(view.start, others))
    return {
        "deep_flips": bound.flips.max(axis=1),
        "deep_moved": bound.moved.max(axis=1),
        "deep_sizes": bound.sizes.max(axis=1),
        "deep_rows": np.maximum(bound.rows, bound.short_rows).max(axis=1),
        "deep_change": bound.gradients.max(axis=1),
        "deep_gradient": bound.gradient_sizes.max(axis=1),
        "gradient_bound": np.square(bound.gradient_sizes).sum(axis=1),
        "deep_loss_bound": bound.bend,
    }


def near(H: int, d: int, m: int, R: float) -> Cell:
    """Return a cell with inputs as near as those of the net of Lemma A.6."""
    return {"H": H, "d": d, "m": m, "R": R, "delta": R / np.sqrt(m)}


def widening(H: int, m: int, step: float, *, d: int = 2, d_power: float = 0.0) -> Path:
    """Return a path on which the width grows and R does not."""
    ray = {"m": 1.0, "delta": -0.5} | ({"d": d_power} if d_power else {})
    return Path(ray, near(H, d, m, 1.0), sizes=4, step=step)


def seconds(cell: Cell) -> float:
    """Return the cost of a certificate."""
    return float(cell["H"] * (1e-4 + 6.3e-7 * cell["m"]))


def memory(cell: Cell) -> float:
    """Return the bytes that one takes."""
    return 60.0 * cell["H"] * cell["m"] + 100.0 * cell["m"]


SPOILED = {
    "output weights of variance m": partial(_certified, output=0.5),
    "a ball of radius R": partial(_certified, ball=0.0),
}

sizes = check(
    [
        lemma_a_5["eq-5-certified", "size-certified"],
        proof_theorem_4_1["gradients"],
    ],
    id="gao2019/certified-sizes-in-depth",
    version=2,
    paths=[*(widening(H, 512, 3) for H in (1, 2, 3)), widening(2, 512, 3, d=8, d_power=0.5)],
    seconds_per_replicate=seconds,
    bytes_per_replicate=memory,
    block=8,
    first=8,
    quick=1,
    full=13,
    saboteurs=SPOILED,
)(_certified)

changes = check(
    [
        lemma_a_5["eq-2-certified", "eq-3-certified", "eq-4-certified", "stability-certified"],
        lemma_a_6["near-convexity-certified"],
    ],
    id="gao2019/certified-changes-in-depth",
    version=2,
    # With every layer what moves is about 3.4 times as much, and must not flip all neurons.
    paths=[
        widening(2, 1024, 2),
        widening(3, 2400, 2),
        widening(2, 1024, 2, d=8, d_power=0.5),
        Path({"R": -1, "delta": -1}, near(2, 2, 8192, 4.0), sizes=4, step=1.5),
    ],
    seconds_per_replicate=seconds,
    bytes_per_replicate=memory,
    block=8,
    first=8,
    quick=1,
    full=13,
    saboteurs=SPOILED,
)(_certified)
