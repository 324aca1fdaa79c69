"""Section 6.1: the step polynomial, right and as printed, and what those near the sign need."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.polynomials.certified import values
from sim.polynomials.sign import CONSTRUCTIONS
from sim.polynomials.step import Step
from verify.catalogue import Budget, Cell, Observables
from verify.figures import Drawn, figure
from verify.showing.palette import OBSERVED, PREDICTED, SERIES
from verify.showing.picture import Picture

ACCURACIES = np.logspace(-0.5, -6, 12)
STEP = {"delta": 1.2, "rho": 0.05, "epsilon_1": 0.1}


def polynomials(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the step polynomial, or those of one construction at one half-gap."""
    if "delta" in cell:
        q = Step.between(cell["delta"], cell["rho"]).polynomial(cell["epsilon_1"])
        z = np.linspace(-1, 1, 601)
        printed = q.with_argument_times(Fraction(2))
        return {"right": values(q.polynomial, z)[None], "printed": values(printed, z)[None]}
    construct = CONSTRUCTIONS[cell["construction"]]
    found = [construct(cell["eta_p"], accuracy) for accuracy in ACCURACIES.tolist()]
    return {
        "degree": np.array([[p.degree for p in found]]),
        "coefficient": np.array([[p.log2_coefficient for p in found]]),
    }


def _draw_step(axes: Axes, one: Drawn) -> None:
    delta, rho, accuracy = (one.cell[name] for name in ("delta", "rho", "epsilon_1"))
    z = np.linspace(-1, 1, one["right"].shape[1])
    near, far = 1 - rho**2 / 2, 1 - (delta - rho) ** 2 / 2
    for low, high, level in ((-1, far, 0), (near, 1, 1)):
        axes.fill_between([low, high], level - accuracy, level + accuracy, color="0.8", lw=0)
    axes.plot(z, one["printed"][0], color=PREDICTED, ls="--", lw=1.1,
              label=r"equation (2) as printed, $p_1(2(z-\alpha))$")  # fmt: skip
    axes.plot(z, one["right"][0], color=OBSERVED, lw=1.6, label=r"$p_1((z-\alpha)/2)$")
    axes.set_yscale("symlog", linthresh=2)
    axes.set_xlabel(r"$z=\langle x_i,x\rangle$")
    axes.set_ylabel(r"$q_1(z)$; linear up to 2")
    axes.set_title(
        rf"$\delta={delta}$, $\rho={rho}$, $\epsilon_1={accuracy}$", fontsize=9.5, loc="left"
    )
    axes.legend(fontsize=8, frameon=False)


def _draw_needed(axes: Axes, chosen: Sequence[Drawn], name: str) -> None:
    gaps = sorted({one.cell["eta_p"] for one in chosen}, reverse=True)
    for one in chosen:
        gap = one.cell["eta_p"]
        allowed = 3 / gap * np.log(2 / (gap * ACCURACIES))
        line = "o-" if one.cell["construction"] == "Chebyshev" else "s--"
        axes.plot(ACCURACIES, one[name][0] / allowed, line, ms=3, lw=1.1,
                  color=SERIES[gaps.index(gap)],
                  label=rf"{one.cell['construction']}, $\eta={gap:g}$")  # fmt: skip
    axes.set_xscale("log")
    axes.invert_xaxis()
    axes.set_xlabel(r"accuracy $\epsilon_1$")


def _draw(drawn: Sequence[Drawn], budget: Budget) -> Figure:
    picture = Picture(figsize=(12.6, 4.4), layout="constrained")
    left, middle, right = picture.subplots(1, 3)
    step, *chosen = drawn
    _draw_step(left, step)
    _draw_needed(middle, chosen, "degree")
    middle.axhline(1, color=PREDICTED, ls=":", lw=1.4)
    middle.text(
        ACCURACIES[0], 0.97, "allowed by Lemma 6.4", color=PREDICTED, fontsize=8.5, va="top"
    )
    middle.set_ylim(0, 1.05)
    middle.legend(fontsize=7.5, frameon=False, loc="upper left", bbox_to_anchor=(0, 0.9), ncols=2)
    middle.set_ylabel("degree / D")
    _draw_needed(right, chosen, "coefficient")
    for level, words in ((4, r"allowed: $2^{4D}$"), (np.log2(1 + np.sqrt(2)),
                         r"$(1+\sqrt{2})^D$: the most, for $|p_1|\leq1$")):  # fmt: skip
        right.axhline(level, color=PREDICTED, ls=":", lw=1.4)
        right.text(ACCURACIES[0], 0.97 * level, words, color=PREDICTED, fontsize=8.5, va="top")
    right.set_yscale("log")
    right.set_ylim(0.03, 6)
    right.set_yticks([0.05, 0.1, 0.5, 1, 4], ["0.05", "0.1", "0.5", "1", "4"])
    right.minorticks_off()
    right.set_ylabel(r"$\log_2\max_j|\alpha_j|$ / D")
    return picture


CELLS: list[Cell] = [
    STEP,
    *(
        {"construction": construction, "eta_p": half_gap}
        for construction in CONSTRUCTIONS
        for half_gap in (0.5, 0.3, 0.1)
    ),
]

figure_polynomials = figure(
    "zhang2020/figure-polynomials",
    title="a polynomial near the step, right and as printed, and degrees and coefficients of two "
    "constructions near the sign over D of Lemma 6.4, their errors certified (a demonstration of "
    "ours, no figure of the paper)",
    quick=CELLS,
    full=CELLS,
    replicates=(1, 1),
    render=_draw,
    seconds_per_replicate=0.3,
)(polynomials)
