"""Checks of Theorem B.17 and of its lemmas on runs with ReLU and leaky ReLU."""

from __future__ import annotations

import numpy as np

from bounds.wang2024.nonsmooth import theorem_b17
from bounds.wang2024.nonsmooth_activity import lemma_b25, lemma_b26, proposition_b24
from bounds.wang2024.nonsmooth_attacks import lemma_b27, lemma_b28
from bounds.wang2024.nonsmooth_changes import lemma_b30
from bounds.wang2024.nonsmooth_convergence import lemma_b29
from bounds.wang2024.nonsmooth_margin import corollary_b31, lemma_b32, lemma_b33
from sim.certificates.cluster_error import largest_error
from sim.networks.adversarial_training import Plan
from sim.networks.attack import Attack
from sim.networks.gram import gram_state
from sim.networks.gram_training import train as gram_train
from verify.catalogue import Cell, Observables, Path, check
from verify.checks.wang2024 import relu_runs, replays_nonsmooth
from verify.checks.wang2024.smooth_runs import SPOILED

INSIDE = 0.6
"""A standard deviation that puts normal noise inside Definition 2.1, whichever norm it means."""


def run_cell(
    *,
    step: float = 2.0,
    start: float = 1.0,
    negative_slope: float = 0.0,
    gamma: float = 1.0,
    sigma: float = 1.0,
    **sizes: float,
) -> dict[str, float]:
    """Return a cell with a step size in units of n/d and a start in units of eta / sqrt(m d)."""
    eta = step * sizes["n"] / sizes["d"]
    return {
        "sigma": sigma,
        "negative_slope": negative_slope,
        "gamma": gamma,
        "eta": eta,
        "omega": start * eta / float(np.sqrt(sizes["m"] * sizes["d"])),
        "delta": 0.1,
        **sizes,
    }


def legal_cell(**sizes: float) -> dict[str, float]:
    """Return a cell whose step meets Assumption 1 (4) with C = 1."""
    return run_cell(step=0.999 / (sizes["n"] * sizes["d"]), start=0.99, **sizes)


REGIME = dict(n=20, m=20, d=10**6, mu=50.0, alpha=2.0, beta=0.02, T=6)
"""Where Assumption 1 without (4), (B1) and (B2) are met with C up to 2.7; steps are larger."""

STRONG = {"d": 4 * 10**9, "mu": 4000.0, "alpha": 0.1}
"""Where (B2) is met with C above 200."""

OTHER = dict(n=40, m=20, d=1_500_000, mu=50.0, alpha=2.0, beta=0.05, T=2, delta=0.02, start=0.9)
"""Other sizes, with C up to 2.6."""

OTHER_STRONG = OTHER | dict(m=40, d=16 * 10**8, mu=2000.0, alpha=0.1, beta=0.005)
"""Other sizes where (B2) is met with C above 100."""


@check(
    [
        theorem_b17["zero-robust-training-error"],
        lemma_b25,
        lemma_b26["activity-lasts", "increment-below", "increment-above"],
        lemma_b26["loss-ratio", "first-slopes"],
        lemma_b29["c0", "c0-printed", "gradient"],
        lemma_b30["decomposition", "signal", "flips"],
        lemma_b30["noise-along-mean", "noise-along-mean-sharp"],
        lemma_b30["noise-against-noise", "accumulated-noise"],
        lemma_b32["envelope", "envelope-worst"],
        lemma_b33["margin"],
    ],
    cells=[
        run_cell(**REGIME),
        run_cell(**REGIME | {"mu": 40.0}, negative_slope=0.2, gamma=0.5, sigma=INSIDE, start=0.3),
        # So strong a signal that Lemma B.30 says more than that changes are positive.
        run_cell(**REGIME | STRONG),
        run_cell(**OTHER),
    ],
    seconds_per_replicate=lambda cell: 7.5e-7 * cell["n"] * cell["m"] * cell["T"],
    bytes_per_replicate=4e5,
    version=3,
    block=64,
    first=320,
    full=14,  # four cells, of which the sampled claims need all replicates
    replay=replays_nonsmooth.start,
    saboteurs=SPOILED,
)
def nonsmooth_runs(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and start: a run of Algorithm 1, and one fresh point."""
    runs = relu_runs.train_runs(rng, cell, n)
    return {
        **relu_runs.constants(runs),
        **relu_runs.slopes_between(runs),
        **relu_runs.activity(runs),
        **relu_runs.increments(runs),
        **relu_runs.convergence(runs),
        **relu_runs.fresh_point(runs, rng),
        "margin": relu_runs.margin(runs),
    }


@check(
    [
        *lemma_b30["step", "step-with-flips", "accumulated", "accumulated-sharp"],
        corollary_b31["alignment"],
    ],
    cells=[
        run_cell(**REGIME),
        run_cell(**REGIME | {"mu": 40.0}, negative_slope=0.2, gamma=0.5, sigma=INSIDE, start=0.3),
        run_cell(**REGIME | STRONG),
        run_cell(**REGIME | STRONG, negative_slope=0.2, gamma=0.5, sigma=INSIDE, start=0.3),
        run_cell(**OTHER_STRONG),
    ],
    seconds_per_replicate=lambda cell: 3.1e-7 * cell["n"] * cell["m"] * cell["T"],
    bytes_per_replicate=1e5,
    block=64,
    first=320,
    full=15,  # on three runs of five no label is flipped, and the claims are sampled
)
def fresh_point_tails(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and start: a run, and the law of a fresh point given it."""
    runs = relu_runs.train_runs(rng, cell, n)
    return relu_runs.constants(runs) | relu_runs.fresh_points(runs)


SMALL = dict(n=16, m=16, d=4000, mu=12.0, alpha=4.0, beta=0.1, T=4, step=10.0)
"""Where attacks leave the span far enough, and neurons are close enough to their kink, to see."""


@check(
    [lemma_b27, proposition_b24, lemma_b29["growth"]],
    cells=[
        run_cell(**SMALL, negative_slope=0.2, gamma=0.5),
        run_cell(
            n=24,
            m=32,
            d=16000,
            mu=24.0,
            alpha=8.0,
            beta=0.05,
            T=2,
            step=4.0,
            start=0.9,
            gamma=0.7,
            delta=0.02,
        ),
    ],
    paths=[Path({"omega": 1}, run_cell(**SMALL, start=0.9 / 256), sizes=5, step=4)],
    seconds_per_replicate=lambda cell: 4e-7 * cell["n"] * cell["m"] * cell["T"],
    bytes_per_replicate=1e5,
    block=64,
    first=512,
)
def nonsmooth_attacks(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and start: a run of Algorithm 1."""
    runs = relu_runs.train_runs(rng, cell, n)
    return {
        **relu_runs.constants(runs),
        **relu_runs.slopes_between(runs),
        **relu_runs.attack_directions(runs, rng),
        **relu_runs.convergence(runs),
    }


@check(
    lemma_b26["first-slopes-printed", "first-slopes-inside"],
    cells=[
        # On the edge of the assumptions, and well inside.
        legal_cell(n=20, m=10, d=180000, mu=21.5, alpha=21.0, beta=0.0, T=2),
        legal_cell(n=20, m=20, d=10**6, mu=100.0, alpha=2.0, beta=0.02, T=2),
        legal_cell(
            n=40, m=40, d=3 * 10**6, mu=120.0, alpha=1.0, beta=0.02, T=2, gamma=0.5, delta=0.02
        ),
    ],
    seconds_per_replicate=lambda cell: 5e-7 * cell["n"] * cell["m"],
    bytes_per_replicate=1e5,
    block=64,
    first=640,
    replay=replays_nonsmooth.first_slopes,
)
def first_slopes(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and start: two iterations."""
    runs = relu_runs.train_runs(rng, cell, n)
    return {**relu_runs.constants(runs), **relu_runs.slopes_between(runs)}


@check(
    corollary_b31["wrong-signs"],
    cells=[
        run_cell(n=50, m=16, d=d, mu=mu, alpha=1.0, beta=0.1, T=1, negative_slope=0.5, start=1e-6)
        for d, mu in [(4000, 5.0), (64000, 10.0)]
    ]
    + [
        run_cell(
            n=100, m=16, d=64000, mu=6.0, alpha=1.0, beta=0.1, T=1, negative_slope=0.2, start=1e-6
        )
    ],
    seconds_per_replicate=lambda cell: 3.2e-7 * cell["n"] ** 2,
    bytes_per_replicate=1e5,
    block=64,
    first=512,
)
def neuron_signs(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and start, and one unperturbed step."""
    runs = relu_runs.train_runs(rng, cell, n)
    return {"wrong_share": relu_runs.wrong_share(runs), "flipped_share": runs.flipped.mean(axis=-1)}


PRODUCTS = dict(n=20, m=20, d=40000, beta=0.1, T=2)


@check(
    lemma_b28,
    cells=[
        run_cell(**PRODUCTS, mu=5.0, alpha=5.0),
        run_cell(**PRODUCTS, mu=5.0, alpha=5.0, negative_slope=0.2),
        run_cell(**PRODUCTS, mu=20.0, alpha=4.0),
        # On the edge of the assumptions: all of them hold with C = 1.
        legal_cell(n=12, m=12, d=22500, mu=12.9, alpha=12.2, beta=0.0, T=2),
    ],
    version=2,
    seconds_per_replicate=4e-4,
    bytes_per_replicate=2e5,
    block=64,
    first=640,
    replay=replays_nonsmooth.attacked_products,
    saboteurs=SPOILED,
)
def attacked_products(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and start: two iterations and the attack after them."""
    runs = relu_runs.train_runs(rng, cell, n)
    return {**relu_runs.constants(runs), **relu_runs.attack_directions(runs, rng)}


CONVERGING = dict(n=16, m=16, d=4000, mu=12.0, alpha=1.0, beta=0.05)


@check(
    [theorem_b17["training-loss"], lemma_b29["rate", "measured-rate"]],
    cells=[run_cell(**CONVERGING | {"delta": 0.3}, T=32, step=4.0, gamma=0.5)],
    paths=[
        Path({"T": 1}, run_cell(**CONVERGING, T=32, step=4.0)),
        Path({"eta": 1, "omega": 1}, run_cell(**CONVERGING, T=256, step=0.25), sizes=5),
    ],
    seconds_per_replicate=lambda cell: 2e-4 + 2.8e-5 * cell["T"],
    common_random_numbers=True,  # which samples are flipped matters more than T and eta
    saboteurs=SPOILED,
)
def nonsmooth_convergence(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and start, trained to the end without the dimension."""
    iterations = cell["T"]
    phi, a, drawn = relu_runs.draw(rng, cell, n)
    plan = Plan(
        Attack.fixed_point(cell["alpha"], 4),
        (cell["eta"],) * iterations,
        perturb_first=False,
        at=(iterations,),
        observe={"loss": lambda now: now.robust_loss()},
    )
    active = (drawn.x @ relu_runs.transposed(drawn.w) > 0) & (drawn.y[..., None] * a > 0)
    c_0 = relu_runs.smallest_share(active)
    history = gram_train(gram_state(drawn.x, drawn.w), a, phi, drawn.y, plan, route="dense").history
    return {"robust_loss_T": history["loss"][0], "c_0": c_0, "is_active": c_0 > 0}


@check(
    theorem_b17["clean-error", "robust-error"],
    cells=[
        run_cell(**sizes, negative_slope=slope) | {"C": 2.8, "lambda": 1.0}
        for slope in (0.0, 0.2)
        for sizes in (
            dict(n=20, m=20, d=60000, mu=24.0, alpha=0.5, beta=0.05, T=4),
            dict(n=20, m=20, d=60000, mu=24.0, alpha=7.0, beta=0.05, T=4),
            dict(n=20, m=20, d=60000, mu=12.0, alpha=0.5, beta=0.05, T=4),
        )
    ]
    + [
        run_cell(n=40, m=20, d=120_000, mu=24.0, alpha=2.0, beta=0.1, T=4, delta=0.2, sigma=INSIDE)
        | {"C": 2.8, "lambda": INSIDE**-2}
    ],
    version=2,
    seconds_per_replicate=3e-4,
    bytes_per_replicate=2e5,
    block=64,
    saboteurs=SPOILED,
)
def nonsmooth_errors(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one run of Algorithm 1, its errors on fresh points bounded from above."""
    runs = relu_runs.train_runs(rng, cell, n)
    law = dict(flip=cell["beta"], deviation=cell["sigma"])

    def error(radius: float) -> np.ndarray:
        return largest_error(runs.w[-1], runs.a, runs.mean, radius=radius, **law)

    return {"clean_error": error(0.0), "robust_error": error(cell["alpha"])}


GROWING = run_cell(m=16, alpha=1.0, beta=0.05, T=3, start=0.9, n=8, d=1e10, mu=1200.0)


@check(
    [lemma_b33["grows", "size"], lemma_b30["noise-size"], lemma_b32["constant"]],
    paths=[
        # The step stays the same in units of n/d, and the start in units of eta / sqrt(m d).
        Path({"n": 1, "eta": 1, "omega": 1}, GROWING, step=1.6),
        Path({"d": -1, "eta": 1, "omega": 1.5}, GROWING),
        Path({"mu": 1}, GROWING | {"mu": 300.0}, sizes=5),
    ],
    seconds_per_replicate=lambda cell: 1.8e-4 + 5e-6 * cell["n"] + 3e-7 * cell["n"] ** 2,
    version=5,
    block=32,
    first=64,
    quick=7,
    saboteurs=SPOILED,
)
def nonsmooth_growth(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one training set and start: three iterations, and one fresh point."""
    runs = relu_runs.train_runs(rng, cell, n)
    return {"margin": relu_runs.margin(runs), **relu_runs.fresh_point(runs, rng)}
