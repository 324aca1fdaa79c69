"""Identities of means: laws of known mean, constants off by a little and by a lot, magnitudes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import sympy as sp

from battery.cases import FALSE, TRUE, Case, Simulate, case, cells, unique
from bounds import Identity

Law = Callable[[np.random.Generator, int], np.ndarray]

LAWS: dict[str, Law] = {
    "normal": lambda rng, n: 1 + 0.3 * rng.standard_normal(n),
    "wide-normal": lambda rng, n: 1 + 2 * rng.standard_normal(n),
    "exponential": lambda rng, n: rng.standard_exponential(n),
    "uniform": lambda rng, n: 2 * rng.random(n),
    "lognormal-half": lambda rng, n: np.exp(0.5 * rng.standard_normal(n) - 0.125),
    "lognormal-1": lambda rng, n: np.exp(rng.standard_normal(n) - 0.5),
    "chi2": lambda rng, n: rng.standard_normal(n) ** 2,
    "gamma-tenth": lambda rng, n: 10 * rng.standard_gamma(0.1, n),
    "t3": lambda rng, n: 1 + 0.3 * rng.standard_t(3, n),
    "skewed-to-the-left": lambda rng, n: 2 - rng.standard_exponential(n),
    "poisson": lambda rng, n: rng.poisson(0.5, n) / 0.5,
    "fair-coin": lambda rng, n: 2.0 * (rng.random(n) < 0.5),
    "two-humps": lambda rng, n: 2 * rng.beta(0.2, 0.2, n),
    "mixture": lambda rng, n: np.where(rng.random(n) < 0.2, 3.0, 0.5) * rng.standard_exponential(n),
    "wide-minority": lambda rng, n: (
        1 + 0.2 * rng.standard_normal(n) * np.where(rng.random(n) < 0.01, 10, 1)
    ),
    "geometric": lambda rng, n: rng.geometric(0.25, n) / 4,
    "cauchy-cut": lambda rng, n: 1 + 0.3 * np.clip(rng.standard_cauchy(n), -5, 5),
}
HEAVY: dict[str, Law] = {
    "lognormal-2": lambda rng, n: np.exp(2 * rng.standard_normal(n) - 2),
    "pareto-2.5": lambda rng, n: 1.5 * rng.pareto(2.5, n),
    "pareto-1.5": lambda rng, n: 0.5 * rng.pareto(1.5, n),
    "t-2.2": lambda rng, n: 1 + rng.standard_t(2.2, n),
}
"""Laws whose tails no sample of the budget shows."""

ONE = Identity("mean", observable="y", equals=1)


def scaled(law: Law, factor: Callable[[int], float] = lambda g: 1.0) -> Simulate:
    """Return a simulation of ``factor(g)`` times a law of mean one."""
    return lambda rng, cell, n: {"y": factor(cell["g"]) * law(rng, n)}


def true_means() -> Iterator[Case]:
    """Means that are what the formula says."""
    for name, law in LAWS.items():
        yield case(
            f"mean-of-{name}",
            "12",
            TRUE,
            f"the law {name} has mean one",
            ONE,
            scaled(law),
            cells=cells(3),
            upto=131_072,
            must="holds" if name == "normal" else "",
        )
    for name, law in HEAVY.items():
        yield case(
            f"mean-of-{name}",
            "12",
            TRUE,
            "mean one, tails of slow decay",
            ONE,
            scaled(law),
            cells=cells(3),
            assumes=True,
        )
    yield case(
        "heteroscedastic-cells",
        "12",
        TRUE,
        "mean one, deviations from 0.001 to 3",
        ONE,
        lambda rng, cell, n: {"y": 1 + 10.0 ** (cell["g"] - 3) * 3 * rng.standard_normal(n)},
        cells=cells(4),
    )
    several = list(LAWS.values())
    yield case(
        "another-law-in-every-cell",
        "12",
        TRUE,
        "mean one in each of 12 cells",
        ONE,
        lambda rng, cell, n: {"y": several[cell["g"]](rng, n)},
        cells=cells(12),
    )
    yield case(
        "common-random-numbers-mean",
        "12",
        TRUE,
        "the same exponentials in six cells",
        ONE,
        scaled(LAWS["exponential"]),
        cells=cells(6),
        common_random_numbers=True,
    )
    yield case(
        "small-blocks",
        "12",
        TRUE,
        "exponentials in blocks of 16",
        ONE,
        scaled(LAWS["exponential"]),
        cells=cells(2),
        block=16,
        upto=4096,
    )
    yield case("one-cell", "12", TRUE, "one cell of normal law", ONE, scaled(LAWS["normal"]))
    d = sp.Symbol("d", positive=True)
    yield case(
        "squared-norm",
        "12",
        TRUE,
        "E|x|^2 = d of a standard normal vector",
        Identity("norm", observable="y", equals=d),
        lambda rng, cell, n: {"y": rng.chisquare(cell["d"], n)},
        cells=[dict(d=k) for k in (1, 3, 30)],
    )
    yield case(
        "negative-mean",
        "12",
        TRUE,
        "the mean is -3",
        Identity("mean", observable="y", equals=-3),
        lambda rng, cell, n: {"y": -3 * rng.standard_exponential(n)},
        cells=cells(2),
    )
    yield case(
        "mean-zero-with-a-scale",
        "12",
        TRUE,
        "E sin = 0 on the circle",
        Identity("mean", observable="y", equals=0, scale=1),
        lambda rng, cell, n: {"y": np.sin(2 * np.pi * rng.random(n))},
        cells=cells(2),
    )


def magnitudes() -> Iterator[Case]:
    """Values near the ends of what double precision can say, and constants."""
    for name, size in (("1e305", 1e305), ("1e-305", 1e-305), ("1e200", 1e200), ("1e-160", 1e-160)):
        claim = Identity("mean", observable="y", equals=sp.Float(size))
        yield case(
            f"values-near-{name}",
            "11",
            TRUE,
            "scaled exponentials have the scaled mean",
            claim,
            lambda rng, cell, n, s=size: {"y": s * rng.standard_exponential(n)},
            cells=cells(2),
        )
        yield case(
            f"values-near-{name}-off-by-10",
            "11",
            FALSE,
            "a tenth too large",
            claim,
            lambda rng, cell, n, s=size: {"y": 1.1 * s * rng.standard_exponential(n)},
            cells=cells(2),
        )
    large = Identity("mean", observable="y", equals=10**9)
    yield case(
        "a-large-offset",
        "11",
        TRUE,
        "1e9 + noise of deviation one",
        large,
        lambda rng, cell, n: {"y": 1e9 + rng.standard_normal(n)},
        cells=cells(2),
    )
    yield case(
        "a-large-offset-moved",
        "11",
        FALSE,
        "noise of deviation one, off by 5 %",
        large,
        lambda rng, cell, n: {"y": 1.05e9 + rng.standard_normal(n)},
        cells=cells(2),
        must="broken",
    )
    yield case(
        "a-constant",
        "11",
        TRUE,
        "the outcome is one, always",
        ONE,
        lambda rng, cell, n: {"y": 0 * rng.random(n) + 1},
        cells=cells(2),
        may_fail=True,
        upto=4096,
    )
    two = Identity("mean", observable="y", equals=2)
    yield case(
        "a-constant-of-half-the-claim",
        "11",
        FALSE,
        "one, always, claimed two",
        two,
        lambda rng, cell, n: {"y": 0 * rng.random(n) + 1},
        cells=cells(2),
        must="broken",
        upto=4096,
    )
    yield case(
        "a-constant-of-half-the-claim-in-one-cell",
        "11",
        FALSE,
        "one at the first cell, right and random at the others",
        two,
        lambda rng, cell, n: {
            "y": rng.standard_exponential(n) * 2 if cell["g"] else 0 * rng.random(n) + 1
        },
        cells=cells(3),
    )
    yield case(
        "two-values",
        "11",
        TRUE,
        "0.9 and 1.1 with equal probability",
        ONE,
        lambda rng, cell, n: {"y": np.where(rng.random(n) < 0.5, 0.9, 1.1)},
        cells=cells(2),
    )


def false_means() -> Iterator[Case]:
    """Constants that are wrong beyond any tolerance."""
    for name in ("normal", "exponential", "lognormal-1", "fair-coin", "mixture", "t3", "poisson"):
        for factor in (1.03, 0.95, 2.0, 0.5):
            if factor == 1.03 and name not in ("normal", "exponential", "fair-coin"):
                continue
            sure = (factor in (2.0, 0.5) and name != "lognormal-1") or name == "normal"
            yield case(
                f"{name}-times-{factor}",
                "12",
                FALSE,
                f"{factor} instead of one",
                ONE,
                scaled(LAWS[name], lambda g, f=factor: f),
                cells=cells(3),
                must="broken" if sure else "",
            )
    yield case(
        "large-effect-at-the-first-look",
        "12",
        FALSE,
        "off by two, 512 replicates",
        ONE,
        scaled(LAWS["normal"], lambda g: 2.0),
        cells=cells(3),
        upto=512,
        block=64,
        must="broken",
    )
    exponential = LAWS["exponential"]
    yield case(
        "one-cell-of-six-off-by-15",
        "12",
        FALSE,
        "the others hide it in the mean",
        ONE,
        scaled(exponential, lambda g: 1.15 if g == 3 else 1.0),
        cells=cells(6),
        must="broken",
    )
    yield case(
        "one-cell-of-six-off-by-3",
        "12",
        FALSE,
        "0.5 % of the mean of all cells",
        ONE,
        scaled(LAWS["normal"], lambda g: 1.03 if g == 5 else 1.0),
        cells=cells(6),
        must="broken",
    )
    yield case(
        "opposite-errors-of-4",
        "12",
        FALSE,
        "they cancel in the mean of all cells",
        ONE,
        scaled(LAWS["normal"], lambda g: 1.04 if g % 2 else 0.96),
        cells=cells(6),
        must="broken",
    )
    yield case(
        "common-random-numbers-off-by-5",
        "12",
        FALSE,
        "5 % too large",
        ONE,
        scaled(LAWS["normal"], lambda g: 1.05),
        cells=cells(4),
        common_random_numbers=True,
        must="broken",
    )
    yield case(
        "wrong-power-of-a-parameter",
        "12",
        FALSE,
        "d instead of d^2",
        Identity("norm", observable="y", equals=sp.Symbol("d", positive=True) ** 2),
        lambda rng, cell, n: {"y": rng.chisquare(cell["d"], n)},
        cells=[dict(d=k) for k in (1, 3, 9)],
        must="broken",
    )
    yield case(
        "mean-a-tenth-of-the-scale",
        "12",
        FALSE,
        "0.1, claimed zero",
        Identity("mean", observable="y", equals=0, scale=1),
        lambda rng, cell, n: {"y": 0.1 + 0.5 * rng.standard_normal(n)},
        cells=cells(2),
        must="broken",
    )
    share = Identity("share", observable="y", equals=sp.Symbol("p"), functional="proportion")
    for p in (0.004, 0.3, 0.996):
        for factor, truth in ((1.0, TRUE), (1.1, FALSE)):
            if factor * p > 1:
                factor = 0.95
            yield case(
                f"share-{p}-{truth}",
                "12",
                truth,
                f"{factor} of the stated share",
                share,
                lambda rng, cell, n, f=factor: {"y": rng.random(n) < f * cell["p"]},
                cells=[dict(p=p)],
            )


CASES = unique([*true_means(), *magnitudes(), *false_means()])
