"""Checks of Lemma 6.6 by quadrature."""

import numpy as np
import scipy
from numpy.polynomial.polynomial import polyval

from bounds.zhang2020.hermite import lemma_6_6
from sim.kernels import hermite
from sim.polynomials.complexity import complexity, plain_complexity
from sim.polynomials.step import Step
from verify.catalogue import Cell, Observables, check

CONSTANT = 2 * np.sqrt(2 * np.pi)

_generator = np.random.default_rng(6)
TRIED = np.concatenate(
    [
        np.sin(np.linspace(-np.pi / 2, np.pi / 2, 65)[:-1] + np.pi / 128)[::4],
        _generator.uniform(-1, 1, 8),
    ]
)
"""Inner products between those at which the functions are constructed, and at random."""

THRESHOLDS = np.array([-2.5, -1.1, -0.3, 0.0, 0.7, 1.6])

CORRELATIONS = np.array([-0.9999, -0.8, -0.2, 0.1, 0.5, 0.95, 0.9999])


@check(
    lemma_6_6["half-space"],
    version=2,
    cells=[{"i": i} for i in range(1, 13)],
    seconds_per_replicate=6e-4,
    block=42,
    first=42,
    quick=1,
    full=1,
    complete=True,
)
def half_spaces(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one inner product and one threshold, of a grid of 42."""
    t, b = (part.ravel() for part in np.meshgrid(CORRELATIONS, THRESHOLDS))
    mean = [float(hermite.half_space_mean(cell["i"], *one)) for one in zip(t, b, strict=True)]
    return {
        "t": t[:n],
        "b": b[:n],
        "half_space": np.array(mean)[:n],
        "he": scipy.special.eval_hermitenorm(cell["i"] - 1, b)[:n],
        "he_next": scipy.special.eval_hermitenorm(cell["i"], b)[:n],
        "he_physical": scipy.special.eval_hermite(cell["i"] - 1, b)[:n],
    }


@check(
    lemma_6_6["power", "range-of-a-power"],
    cells=[
        {"i": i, "epsilon_2": accuracy, "c": CONSTANT}
        for i in (1, 2, 3, 5, 8)
        for accuracy in (1e-3, 1e-6)
    ],
    version=2,
    seconds_per_replicate=lambda cell: 0.25 + 0.04 * cell["i"],
    block=1,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def powers(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the function for one power at one accuracy."""
    h = hermite.monomial(cell["i"], cell["epsilon_2"])
    gap = np.abs(h.represented_by_half_spaces(TRIED) - TRIED ** cell["i"]).max()
    return {"error": np.full(n, gap), "largest": np.full(n, h.largest)}


@check(
    lemma_6_6["step", "range-of-the-step"],
    cells=[{"epsilon_2": accuracy, "c": CONSTANT} for accuracy in (1e-3, 1e-5)],
    version=2,
    seconds_per_replicate=1.8,
    block=1,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def step_functions(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the function for the step between three points of the circle."""
    polynomial = Step.between(1.5, 0.1).polynomial(1 / 9).doubles
    h = hermite.representation(polynomial, cell["epsilon_2"])
    t = TRIED[::2]
    gap = np.abs(h.represented_by_half_spaces(t) - polyval(t, polynomial)).max()
    return {
        "error": np.full(n, gap),
        "largest": np.full(n, h.largest),
        "complexity": np.full(n, complexity(polynomial, cell["epsilon_2"], cell["c"])),
        "plain": np.full(n, plain_complexity(polynomial, cell["c"])),
    }


@check(
    lemma_6_6["window", "wide-window"],
    cells=[{"i": i} for i in range(1, 21)],
    seconds_per_replicate=1e-3,
    block=1,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def windows(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one power."""
    i = cell["i"]
    end = 1 / (2 * i)
    both = abs(hermite.window_mean(i, -end, end))
    one = abs(hermite.window_mean(i, 0, end))
    return {
        "normaliser": np.full(n, hermite.normaliser(i)),
        "of_window": np.full(n, both if i % 2 else one),
        "of_symmetric": np.full(n, both),
        "double_factorial": np.full(n, float(scipy.special.factorial2(i - 1)) if i > 1 else 1.0),
    }
