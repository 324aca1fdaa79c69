"""Synthetic claims whose truth is known, to measure how often the decision rules are wrong.

A `Case` is a claim with a simulation whose law is known exactly, and the verdicts that would be
wrong for it. `decide` judges it look by look with the product's own rules. The lists are used by
the statistical tests and by ``benchmarks/verifier_rates.py``; a case marked ``held_out`` was
written after the rules and is no part of what they were tuned on.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from bounds import (
    Always,
    BigO,
    Bounded,
    Construction,
    Identity,
    Inequality,
    Limit,
    Monotone,
    Omega,
    Probability,
    Theorem,
    Theta,
    Threshold,
)
from bounds import (
    Law as LawClaim,
)
from bounds.claims import Claim
from verify import Path, check
from verify.catalogue.check import Check
from verify.evidence.sample import Sample
from verify.judging.judgement import Judgement
from verify.judging.ledger import Ledger
from verify.judging.rules import judge

Law = Callable[[np.random.Generator, int], np.ndarray]
Truth = str
TRUE, EDGE, FALSE = "true", "edge", "false"


@dataclass(frozen=True)
class PerClaim(Ledger):
    """A ledger that spends the whole of ``alpha`` on one claim, so that errors can be counted."""

    @property
    def error(self) -> float:
        """What one claim may spend, over all its looks."""
        return self.alpha


@dataclass(frozen=True)
class Case:
    """A claim with a known truth.

    Attributes
    ----------
    name : what is simulated, in words
    truth : "true", "edge" (on the boundary of a zone) or "false"
    wrong : the verdict that would be an error
    check : the simulation, bound to the one claim
    looks : how many looks are taken
    held_out : whether it was written after the rules
    beyond : whether it is outside the assumptions that the rates rest on
    """

    name: str
    truth: Truth
    wrong: str
    check: Check
    looks: int
    held_out: bool = False
    beyond: bool = False

    @property
    def claim(self) -> Claim:
        """The claim."""
        return self.check.claims[0].claim


@dataclass(frozen=True)
class Outcome:
    """What became of a case."""

    verdict: str
    reason: str
    n: int
    judgement: Judgement


def decide(case: Case, seed: int | np.random.SeedSequence, ledger: Ledger) -> Outcome:
    """Judge a case look by look until it is settled or its looks are spent."""
    bound, item = case.check, case.check.claims[0]
    streams = np.random.SeedSequence(seed) if isinstance(seed, int) else seed
    children = streams.spawn(1 if bound.common_random_numbers else len(bound.cells))
    evidence: dict[int, dict[str, np.ndarray]] = {}
    have = 0
    for look in range(case.looks):
        n = bound.size(look)
        for position, cell in enumerate(bound.cells):
            stream = children[0 if bound.common_random_numbers else position]
            key = (*stream.spawn_key, look)
            rng = np.random.default_rng(np.random.SeedSequence(stream.entropy, spawn_key=key))
            fresh = bound.simulate(rng, cell, n - have)
            old = evidence.get(position)
            evidence[position] = (
                dict(fresh)
                if old is None
                else {name: np.concatenate([old[name], fresh[name]]) for name in fresh}
            )
        have = n
        judgement = judge(Sample.of(bound, item, evidence, n), look, ledger)
        if judgement.verdict != "undecided":
            break
    return Outcome(judgement.verdict, judgement.reason, n, judgement)


def case(
    name: str,
    truth: Truth,
    claim: Claim,
    simulate: Callable[..., Mapping[str, np.ndarray]],
    *,
    looks: int,
    wrong: str = "",
    held_out: bool = False,
    beyond: bool = False,
    **grid: Any,
) -> Case:
    """Make a case; by default `broken` is wrong for a true claim, `holds` for any other."""
    theorem = Theorem(id="synthetic/example-1", statement="", claims=[claim])
    bound = check(theorem, seconds_per_replicate=1e-9, **grid)(simulate)
    wrong = wrong or ("broken" if truth == TRUE else "holds")
    return Case(name, truth, wrong, bound, looks, held_out, beyond)


# Laws of mean one.

LAWS: dict[str, Law] = {
    "normal, sd 0.3": lambda rng, n: 1 + 0.3 * rng.standard_normal(n),
    "exponential": lambda rng, n: rng.standard_exponential(n),
    "chi2, 1 df": lambda rng, n: rng.standard_normal(n) ** 2,
    "lognormal, sigma 1": lambda rng, n: np.exp(rng.standard_normal(n) - 0.5),
    "abs(t3)": lambda rng, n: np.abs(rng.standard_t(3, n)) * np.pi / (2 * np.sqrt(3)),
    "Pareto 2.5": lambda rng, n: 1.5 * rng.pareto(2.5, n),
    "Pareto 1.5": lambda rng, n: 0.5 * rng.pareto(1.5, n),
}
HELD_OUT_LAWS: dict[str, Law] = {
    "uniform": lambda rng, n: 2 * rng.random(n),
    "Weibull, shape 1/2": lambda rng, n: rng.weibull(0.5, n) / 2,
    "gamma, shape 0.1": lambda rng, n: 10 * rng.standard_gamma(0.1, n),
    "beta(0.2, 0.2), two humps": lambda rng, n: 2 * rng.beta(0.2, 0.2, n),
    "t with 2.2 df": lambda rng, n: 1 + rng.standard_t(2.2, n),
    "normal, 1 % ten times wider": lambda rng, n: (
        1 + rng.standard_normal(n) * np.where(rng.random(n) < 0.01, 10.0, 1.0)
    ),
    "skewed to the left": lambda rng, n: 2 - rng.standard_exponential(n),
    "Poisson 0.05": lambda rng, n: rng.poisson(0.05, n) / 0.05,
    "rare jumps, 1 in 50": lambda rng, n: (
        0.5 + 25.0 * (rng.random(n) < 0.02) + 0.1 * rng.standard_normal(n)
    ),
    "rare jumps, 1 in 100, in one direction": lambda rng, n: (
        0.8 + 20.0 * (rng.random(n) < 0.01) + 0.01 * rng.standard_normal(n)
    ),
    "correlated pairs of replicates": lambda rng, n: np.repeat(
        rng.standard_exponential((n + 1) // 2), 2
    )[:n],
    "a jump of 1 in 1000 carries 30 % of the mean": lambda rng, n: (
        0.7 + 300.0 * (rng.random(n) < 0.001) + 0.1 * rng.standard_normal(n)
    ),
}
BEYOND = ("correlated pairs of replicates", "a jump of 1 in 1000 carries 30 % of the mean")


def _mean(law: Law, factor: Callable[[Mapping], float] = lambda cell: 1.0) -> Callable[..., Any]:
    return lambda rng, cell, n: {"y": factor(cell) * law(rng, n)}


GRID = [dict(g=g) for g in range(6)]
g = sp.Symbol("g")


def identities(looks: int = 15) -> Iterator[Case]:
    """Means and proportions that equal a formula, or do not."""
    claim = Identity("mean", observable="y", equals=1)
    for held_out, laws in ((False, LAWS), (True, HELD_OUT_LAWS)):
        for name, law in laws.items():
            yield case(
                name,
                TRUE,
                claim,
                _mean(law),
                looks=looks,
                cells=GRID,
                held_out=held_out,
                beyond=name in BEYOND,
            )
    mixed = [*list(LAWS.values())[:5], HELD_OUT_LAWS["gamma, shape 0.1"]]
    yield case(
        "another law in every cell",
        TRUE,
        claim,
        lambda rng, cell, n: {"y": mixed[cell["g"]](rng, n)},
        looks=looks,
        cells=GRID,
        held_out=True,
    )
    yield case(
        "common random numbers",
        TRUE,
        claim,
        _mean(LAWS["exponential"]),
        looks=looks,
        cells=GRID,
        common_random_numbers=True,
        held_out=True,
    )
    half = Identity("mean", observable="y", equals=1, given="inside")
    yield case(
        "given an event of 30 to 80 %",
        TRUE,
        half,
        lambda rng, cell, n: {
            "y": rng.standard_exponential(n),
            "inside": rng.random(n) < 0.3 + 0.1 * cell["g"],
        },
        looks=looks,
        cells=GRID,
        held_out=True,
    )
    for name in ("normal, sd 0.3", "exponential", "lognormal, sigma 1"):
        yield case(
            f"{name}, 5 % too large",
            FALSE,
            claim,
            _mean(LAWS[name], lambda c: 1.05),
            looks=looks,
            cells=GRID,
        )
        yield case(
            f"{name}, 5 % too small",
            FALSE,
            claim,
            _mean(LAWS[name], lambda c: 0.95),
            looks=looks,
            cells=GRID,
        )
    yield case(
        "one cell off by 15 %",
        FALSE,
        claim,
        _mean(LAWS["exponential"], lambda c: 1.15 if c["g"] == 3 else 1.0),
        looks=looks,
        cells=GRID,
    )
    for name in ("normal, sd 0.3", "exponential"):
        for factor in (0.98, 1.02):
            yield case(
                f"{name}, pooled ratio {factor} (on the edge)",
                EDGE,
                claim,
                _mean(LAWS[name], lambda c, f=factor: f),
                looks=looks,
                cells=GRID,
            )
    yield case(
        "a cell off by 5 %, others opposed (on the edge)",
        EDGE,
        claim,
        _mean(LAWS["normal, sd 0.3"], lambda c: 1.05 if c["g"] == 0 else 0.99),
        looks=looks,
        cells=GRID,
    )
    share = Identity("share", observable="y", equals=sp.Symbol("p"), functional="proportion")
    for probabilities, held_out in (((0.1, 0.3, 0.5), False), ((0.004, 0.996), True)):
        for ratio, truth in ((1.0, TRUE), (1.05, EDGE), (1.3, FALSE)):
            if ratio * max(probabilities) >= 1:
                continue
            yield case(
                f"proportions {probabilities}, ratio {ratio}",
                truth,
                share,
                lambda rng, cell, n, r=ratio: {"y": rng.random(n) < r * cell["p"]},
                looks=looks + 2,
                cells=[dict(p=p) for p in probabilities],
                held_out=held_out,
            )


def probabilities(looks: int = 21) -> Iterator[Case]:
    """Events that are as rare as claimed, or are not."""

    def make(name: str, truth: Truth, bound: float, rate: Any, *, cells: int = 1, **more: Any):
        claim = Probability("rare", event="e", at_most=sp.Float(bound))
        rates = rate if callable(rate) else (lambda cell: rate)
        return case(
            name,
            truth,
            claim,
            lambda rng, cell, n: {"e": rng.random(n) < rates(cell)},
            looks=more.pop("looks", looks),
            cells=[dict(g=i) for i in range(cells)],
            **more,
        )

    for bound in (0.01, 0.05, 0.2, 0.5):
        yield make(f"p = bound = {bound}", TRUE, bound, bound)
        yield make(f"p = 1.25 bound, {bound} (on the edge)", EDGE, bound, 1.25 * bound)
        yield make(f"p = 2 bound, {bound}", FALSE, bound, 2 * bound)
    yield make("p = bound = 0.05 in 6 cells", TRUE, 0.05, 0.05, cells=6, held_out=True)
    yield make(
        "one of 6 cells at 2 bound, 0.05",
        FALSE,
        0.05,
        lambda cell: 0.1 if cell["g"] == 2 else 0.01,
        cells=6,
        held_out=True,
    )
    yield make("p = bound = 0.9", TRUE, 0.9, 0.9, held_out=True)
    yield make("p = 1, bound 0.9", FALSE, 0.9, 1.0, held_out=True)
    yield make("p = 0.925, bound 0.9 (on the edge)", EDGE, 0.9, 0.925, held_out=True)
    yield make("p = bound = 1e-4 (tested at 1e-3)", TRUE, 1e-4, 1e-4, held_out=True)
    yield make("p = 0, bound 0", TRUE, 0.0, 0.0, held_out=True)
    yield make("p = 0.001, bound 0 (on the edge)", EDGE, 0.0, 1e-3, held_out=True)
    least = Probability("common", event="e", at_least=sp.Float(0.95))
    yield case(
        "P = 0.95, claimed at least",
        TRUE,
        least,
        lambda rng, cell, n: {"e": rng.random(n) < 0.95},
        looks=looks,
        cells=[dict(g=0)],
        held_out=True,
    )
    inside = Probability("rare", event="e", at_most=sp.Float(0.05), given="inside")
    yield case(
        "given an event of 20 %, p = bound = 0.05",
        TRUE,
        inside,
        lambda rng, cell, n: {"inside": (u := rng.random(n)) < 0.2, "e": u < 0.01},
        looks=looks,
        cells=GRID,
        held_out=True,
    )
    yield case(
        "given an event of 20 %, p = 2 bound, 0.05",
        FALSE,
        inside,
        lambda rng, cell, n: {"inside": (u := rng.random(n)) < 0.2, "e": u < 0.02},
        looks=looks,
        cells=GRID,
        held_out=True,
    )


def instances(looks: int = 21) -> Iterator[Case]:
    """Inequalities on every instance."""
    claim = Inequality("bound", left="y", at_most=1)

    def make(name: str, truth: Truth, rate: float, **more: Any):
        return case(
            name,
            truth,
            claim,
            lambda rng, cell, n: {"y": np.where(rng.random(n) < rate, 1.1, rng.random(n))},
            looks=looks,
            cells=[dict(g=0)],
            first=64,
            **more,
        )

    yield make("never violated", TRUE, 0.0)
    yield make("violated by 1 in 1000 (on the edge)", EDGE, 1e-3)
    yield make("violated by 1 in 20", FALSE, 0.05)

    def rounded(rng: np.random.Generator, cell: Mapping, n: int) -> dict[str, np.ndarray]:
        return {"y": (x := rng.standard_normal(n)) * 3 / 3, "z": x}

    yield case(
        "equality up to rounding",
        TRUE,
        Inequality("bound", left="y", at_most="z"),
        rounded,
        looks=looks,
        cells=[dict(g=0)],
        first=64,
        held_out=True,
    )
    yield case(
        "exact identity, up to rounding",
        TRUE,
        Identity("same", observable="y", equals="z", exact=True),
        rounded,
        looks=looks,
        cells=[dict(g=0)],
        first=64,
        held_out=True,
    )
    yield case(
        "exact identity, off by 1e-8 in 1 of 1000 (on the edge)",
        EDGE,
        Identity("same", observable="y", equals="z", exact=True),
        lambda rng, cell, n: {
            "z": (x := rng.standard_normal(n)),
            "y": x * (1 + 1e-8 * (rng.random(n) < 1e-3)),
        },
        looks=looks,
        cells=[dict(g=0)],
        first=64,
        held_out=True,
    )
    for rate, words, truth in (
        (0.0, "every certificate meets the bound", TRUE),
        (1e-3, "1 of 1000 certificates fails (on the edge)", EDGE),
        (0.05, "1 of 20 certificates fails", FALSE),
    ):
        yield case(
            words,
            truth,
            Construction("object", certificate="y", at_most=1),
            lambda rng, cell, n, r=rate: {
                "y": np.where(rng.random(n) < r, 1 + 1e-6, rng.random(n))
            },
            looks=looks,
            cells=[dict(g=0)],
            first=64,
            held_out=True,
        )


# Growth: two rays, six sizes, two bases.

NOISES: dict[str, Callable[[np.random.Generator, Mapping, int], np.ndarray]] = {
    "normal": lambda rng, cell, n: 0.3 * rng.standard_normal(n),
    "t3": lambda rng, cell, n: 0.2 * rng.standard_t(3, n),
    "log-exponential": lambda rng, cell, n: (
        0.3 * (np.log(rng.standard_exponential(n)) + np.euler_gamma)
    ),
    "widening": lambda rng, cell, n: (0.1 + 0.05 * np.log(cell["p"])) * rng.standard_normal(n),
}
HELD_OUT_NOISES = {
    "log chi2, widening": lambda rng, cell, n: (
        0.1 * np.log(cell["p"]) * (np.log(rng.standard_normal(n) ** 2) + 1.2703628454614782)
    ),
    "rare halving": lambda rng, cell, n: (
        0.1 * rng.standard_normal(n) + np.log(2) * (0.03 - (rng.random(n) < 0.03))
    ),
}
DRIFTS: dict[str, tuple[Callable[[np.ndarray, np.ndarray], np.ndarray], bool]] = {
    "no drift": (lambda p, q: 1 + 0 * p, False),
    "1 + 20/p": (lambda p, q: 1 + 20 / p, False),
    "1 - 20/p": (lambda p, q: 1 - 20 / p, False),
    "1 + 4 p^-1/2": (lambda p, q: 1 + 4 / np.sqrt(p), False),
    "1 - 4 p^-1/2": (lambda p, q: 1 - 4 / np.sqrt(p), False),
    "1 - 2 q^-1/2": (lambda p, q: 1 - 2 / np.sqrt(q), False),
    "1 + 1.5/log p": (lambda p, q: 1 + 1.5 / np.log(p), False),
    "1 - 1.5/log p": (lambda p, q: 1 - 1.5 / np.log(p), False),
    "1 + 300/p": (lambda p, q: 1 + 300 / p, False),
    "1 + 8 p^-1/2 - 30/p": (lambda p, q: 1 + 8 / np.sqrt(p) - 30 / p, False),
    "5 % waves in log p": (lambda p, q: 1 + 0.05 * np.sin(3 * np.log(p)), True),
    "1 + 3/log^2 p": (lambda p, q: 1 + 3 / np.log(p) ** 2, True),
    "1 - 2.5/log p": (lambda p, q: 1 - 2.5 / np.log(p), True),
    "1 + 2 p^-0.3": (lambda p, q: 1 + 2 * p**-0.3, True),
    "2 + tanh, a crossover at p = 100": (lambda p, q: 2 + np.tanh(np.log(p / 100)), True),
    "1 - 4 p^-1/2 + 2 q^-1/2": (lambda p, q: 1 - 4 / np.sqrt(p) + 2 / np.sqrt(q), True),
}
P, Q = sp.symbols("p q", positive=True)
RAYS = [
    Path({name: 1}, base, 6, 2.0)
    for name in ("p", "q")
    for base in (dict(p=64.0, q=64.0), dict(p=128.0, q=96.0))
]
SINGLE = [Path({"p": 1}, dict(p=64.0, q=64.0), 6, 2.0)]


def _growth(
    drift: Callable, noise: Callable, extra_p: float = 0.0, extra_q: float = 0.0
) -> Callable[..., Any]:
    def simulate(rng: np.random.Generator, cell: Mapping, n: int) -> dict[str, np.ndarray]:
        p, q = cell["p"], cell["q"]
        size = p ** (-0.5 + extra_p) * q ** (1 + extra_q) * float(drift(p, q))
        return {"y": size * np.exp(noise(rng, cell, n))}

    return simulate


def growths(looks: int = 17) -> Iterator[Case]:
    """Theta, O and Omega under finite-size corrections."""
    law = Q / sp.sqrt(P)
    theta = Theta("rate", observable="y", of=law)
    upper, lower = BigO("rate", observable="y", of=law), Omega("rate", observable="y", of=law)
    told, told_upper, told_lower = (
        dataclasses.replace(claim, corrections="power") for claim in (theta, upper, lower)
    )
    normal = NOISES["normal"]
    for name, (drift, held_out) in DRIFTS.items():
        yield case(
            f"Theta, {name}",
            TRUE,
            theta,
            _growth(drift, normal),
            looks=looks,
            paths=RAYS,
            held_out=held_out,
        )
    still = DRIFTS["no drift"][0]
    for noises, held_out in ((NOISES, False), (HELD_OUT_NOISES, True)):
        for name, noise in noises.items():
            if name != "normal":
                yield case(
                    f"Theta, {name} noise",
                    TRUE,
                    theta,
                    _growth(still, noise),
                    looks=looks,
                    paths=RAYS,
                    held_out=held_out,
                )
    noisy = HELD_OUT_NOISES["log chi2, widening"]
    yield case(
        "Theta, one ray, skewed and widening noise",
        TRUE,
        theta,
        _growth(still, noisy),
        looks=looks,
        paths=SINGLE,
        held_out=True,
    )
    yield case(
        "Theta, common random numbers",
        TRUE,
        theta,
        _growth(still, NOISES["t3"]),
        looks=looks,
        paths=RAYS,
        common_random_numbers=True,
        held_out=True,
    )
    mean = dataclasses.replace(theta, functional="mean")
    yield case(
        "Theta of a mean, lognormal",
        TRUE,
        mean,
        _growth(still, lambda rng, cell, n: rng.standard_normal(n)),
        looks=looks,
        paths=RAYS,
        held_out=True,
    )
    for extra in (0.25, -0.25):
        for name in ("no drift", "1 + 20/p", "1 - 4 p^-1/2"):
            yield case(
                f"Theta, {name}, exponent off by {extra:+}",
                FALSE,
                told,
                _growth(DRIFTS[name][0], normal, extra),
                looks=looks,
                paths=RAYS,
            )
        tau = 0.4 * extra
        yield case(
            f"Theta, exponent off by {tau:+} (on the edge)",
            EDGE,
            theta,
            _growth(still, normal, tau),
            looks=looks,
            paths=RAYS,
        )
        yield case(
            f"Theta, exponent off by {tau:+}, `broken` is wrong too",
            TRUE,
            told,
            _growth(still, normal, tau),
            looks=looks,
            paths=RAYS,
            held_out=True,
        )
    yield case(
        "Theta, factor log p missing",
        FALSE,
        theta,
        _growth(lambda p, q: np.log(p), normal),
        looks=looks,
        paths=RAYS,
    )
    yield case("O, grows less", TRUE, upper, _growth(still, normal, -0.3), looks=looks, paths=RAYS)
    yield case(
        "O, tight", TRUE, upper, _growth(DRIFTS["1 - 4 p^-1/2"][0], normal), looks=looks, paths=RAYS
    )
    yield case(
        "O, grows more by 0.25",
        FALSE,
        told_upper,
        _growth(still, normal, 0.25),
        looks=looks,
        paths=RAYS,
    )
    yield case(
        "O, grows more by 0.1 (on the edge)",
        EDGE,
        upper,
        _growth(still, normal, 0.1),
        looks=looks,
        paths=RAYS,
    )
    yield case(
        "Omega, grows more", TRUE, lower, _growth(still, normal, 0.3), looks=looks, paths=RAYS
    )
    yield case(
        "Omega, grows less by 0.25",
        FALSE,
        told_lower,
        _growth(still, normal, -0.25),
        looks=looks,
        paths=RAYS,
    )


# Limits: seven sizes, ratio 4.

N = sp.Symbol("n", positive=True)
SIZES = [Path({"n": 1}, dict(n=64.0), 7, 4.0)]
LARGE = [Path({"n": 1}, dict(n=4096.0), 7, 4.0)]


def limits(looks: int = 17) -> Iterator[Case]:
    """Values that tend to zero, or stay away from it."""

    def make(
        name: str,
        truth: Truth,
        value: Callable[[float], float],
        *,
        rate: float | None = None,
        noise: Law | None = None,
        **more: Any,
    ):
        noise = noise or (lambda rng, n: rng.standard_normal(n))
        claim = Limit("limit", observable="y", to=0, rate=rate)
        return case(
            name,
            truth,
            claim,
            lambda rng, cell, n: {
                "y": (v := value(cell["n"])) + (0.5 * abs(v) + 0.3) * noise(rng, n)
            },
            looks=looks,
            paths=more.pop("paths", SIZES),
            **more,
        )

    start = 64.0
    yield make("n^-1/2", TRUE, lambda n: 4 * (start / n) ** 0.5)
    yield make("1/n", TRUE, lambda n: 4 * start / n)
    yield make("n^-1/2 (1 + 2/log n)", TRUE, lambda n: 4 * (start / n) ** 0.5 * (1 + 2 / np.log(n)))
    yield make("n^-1/2 log n", TRUE, lambda n: (start / n) ** 0.5 * np.log(n))
    yield make("n^-1/3, rate 1/3", TRUE, lambda n: 4 * (start / n) ** (1 / 3), rate=1 / 3)
    yield make("n^-1/2, rate 1/2", TRUE, lambda n: 4 * (start / n) ** 0.5, rate=0.5)
    yield make("1/log n", TRUE, lambda n: 16 / np.log(n))
    yield make("1/log n, large sizes", TRUE, lambda n: 16 / np.log(n), paths=LARGE, held_out=True)
    yield make("1/sqrt(log n)", TRUE, lambda n: 8 / np.sqrt(np.log(n)), held_out=True)
    yield make("n^-1/4", TRUE, lambda n: 4 * (start / n) ** 0.25, held_out=True)
    skewed: Law = lambda rng, n: rng.standard_exponential(n) - 1  # noqa: E731
    heavy: Law = lambda rng, n: np.exp(rng.standard_normal(n)) - np.exp(0.5)  # noqa: E731
    rare: Law = lambda rng, n: 50.0 * (rng.random(n) < 0.02) - 1 + 0.1 * rng.standard_normal(n)  # noqa: E731
    for name, noise in (("exponential", skewed), ("lognormal", heavy), ("rare jumps", rare)):
        yield make(
            f"n^-1/2, rate 1/2, {name} noise",
            TRUE,
            lambda n: 4 * (start / n) ** 0.5,
            rate=0.5,
            noise=noise,
            held_out=True,
        )
        yield make(
            f"constant 1/10 of the start, rate 1/2, {name} noise (on the edge)",
            TRUE,
            lambda n: 4.0 if n == start else 0.4,
            rate=0.5,
            noise=noise,
            held_out=True,
        )
    yield make("half of the start remains", FALSE, lambda n: 2 + 2 * (start / n) ** 0.5)
    yield make(
        "half of the start remains, rate 1/2", FALSE, lambda n: 2 + 2 * (start / n) ** 0.5, rate=0.5
    )
    yield make("a quarter remains, rate 1/2", FALSE, lambda n: 1 + 3 * (start / n) ** 0.5, rate=0.5)
    yield make("never moves", FALSE, lambda n: 4.0)
    yield make(
        "a tenth of the start remains (on the edge)", EDGE, lambda n: 4.0 if n == start else 0.4
    )
    yield make(
        "a tenth remains, `broken` is wrong too",
        TRUE,
        lambda n: 4.0 if n == start else 0.4,
        rate=0.5,
        held_out=True,
    )
    zero = Limit("limit", observable="y", to=0, rate=0.5, functional="proportion")
    one = Limit("limit", observable="y", to=1, rate=0.5, functional="proportion")

    def share(probability: Callable[[float], float]) -> Callable[..., Any]:
        return lambda rng, cell, n: {"y": rng.random(n) < probability(cell["n"])}

    yield case(
        "P = 0.8 n^-1/2 to 0",
        TRUE,
        zero,
        share(lambda n: 0.8 * (start / n) ** 0.5),
        looks=looks,
        paths=SIZES,
        held_out=True,
    )
    yield case(
        "P to 1 exponentially",
        TRUE,
        one,
        share(lambda n: 1 - 0.7 * np.exp(1 - n / start)),
        looks=looks,
        paths=SIZES,
        held_out=True,
    )
    yield case(
        "P to 0.4, claimed 0",
        FALSE,
        zero,
        share(lambda n: 0.4 + 0.4 * (start / n) ** 0.5),
        looks=looks,
        paths=SIZES,
        held_out=True,
    )
    yield case(
        "P stops at a tenth of the start (on the edge)",
        EDGE,
        zero,
        share(lambda n: 0.8 if n == start else 0.08),
        looks=looks,
        paths=SIZES,
        held_out=True,
    )


def thresholds(looks: int = 19) -> Iterator[Case]:
    """Where success becomes the likelier outcome."""
    s = sp.Symbol("s", positive=True)
    curves = {
        "logistic": lambda x: 1 / (1 + np.exp(-6 * x)),
        "steep": lambda x: 1 / (1 + np.exp(-40 * x)),
        "lopsided": lambda x: 1 - 0.5 ** np.exp(3 * x),
        "a step with a slow tail": lambda x: 0.5 + 0.45 * np.tanh(2 * x),
    }
    for name, curve in curves.items():
        for place, truth in ((1.0, TRUE), (1.25, FALSE), (0.8, FALSE), (1.1, EDGE), (0.9, EDGE)):

            def simulate(
                rng: np.random.Generator,
                cell: Mapping,
                n: int,
                place: float = place,
                curve: Callable = curve,
            ) -> dict[str, np.ndarray]:
                return {"up": rng.random(n) < curve(np.log(cell["s"] / place))}

            claim = Threshold("place", success="up", along="s", at=sp.Integer(1), tolerance=0.1)
            words = f"{name}, crossing at {place}" + (" (on the edge)" if truth == EDGE else "")
            yield case(
                words,
                truth,
                claim,
                simulate,
                looks=looks,
                cells=[dict(s=0.9), dict(s=1.1)],
                held_out="tail" in name,
            )
            if truth == EDGE:
                yield case(
                    f"{words}, `broken` is wrong too",
                    TRUE,
                    claim,
                    simulate,
                    looks=looks,
                    cells=[dict(s=0.9), dict(s=1.1)],
                    held_out=True,
                )
    del s


def monotones(looks: int = 18) -> Iterator[Case]:
    """Means that rise along a parameter, or do not."""
    level = np.arange(6)
    shapes: dict[str, tuple[np.ndarray, Truth]] = {
        "linear": (level / 5, TRUE),
        "square root": (np.sqrt(level / 5), TRUE),
        "plateau": (np.array([0, 0.25, 0.5, 0.5, 0.75, 1]), TRUE),
        "flat": (np.zeros(6), TRUE),
        "dip of 20 %": (np.array([0, 0.3, 0.6, 0.4, 0.7, 1]), FALSE),
        "turn-over of 15 % at the end": (np.array([0, 0.3, 0.6, 0.9, 1.15, 1.0]), FALSE),
        "dip of exactly 5 % (on the edge)": (np.array([0, 0.3, 0.6, 0.55, 0.8, 1]), EDGE),
    }
    claim = Monotone("rises", observable="y", along="l")
    laws: dict[str, Law] = {
        "normal": lambda rng, n: rng.standard_normal(n),
        "exponential": lambda rng, n: rng.standard_exponential(n) - 1,
        "lognormal": lambda rng, n: (np.exp(rng.standard_normal(n)) - np.exp(0.5)) / 2.16,
        "rare jumps": lambda rng, n: (
            7.0 * (rng.random(n) < 0.02) - 0.14 + 0.1 * rng.standard_normal(n)
        ),
    }
    for paired in (False, True):
        for law, noise in laws.items():
            for name, (shape, truth) in shapes.items():
                if law != "normal" and name not in ("flat", "plateau"):
                    continue

                def simulate(
                    rng: np.random.Generator,
                    cell: Mapping,
                    n: int,
                    shape: np.ndarray = shape,
                    noise: Law = noise,
                    paired: bool = paired,
                ) -> dict[str, np.ndarray]:
                    own = np.random.default_rng((int(rng.integers(2**62)), cell["l"]))
                    shared = 0.45 * noise(rng, n) if paired else 0.0
                    width = 0.22 if paired else 0.5
                    return {"y": shape[cell["l"]] + shared + width * noise(own, n)}

                words = f"{name}, {law} noise, {'paired' if paired else 'unpaired'}"
                yield case(
                    words,
                    truth,
                    claim,
                    simulate,
                    looks=looks,
                    cells=[dict(l=int(k)) for k in level],
                    common_random_numbers=paired,
                    held_out=law != "normal",
                )
    widening = Monotone("rises", observable="y", along="l", minimal_rise=sp.Float(0.5))
    yield case(
        "rise of exactly the declared minimum",
        TRUE,
        widening,
        lambda rng, cell, n: {"y": 0.1 * cell["l"] + 0.5 * rng.standard_normal(n)},
        looks=looks,
        cells=[dict(l=int(k)) for k in level],
        held_out=True,
    )
    yield case(
        "exponential noise that widens, flat",
        TRUE,
        claim,
        lambda rng, cell, n: {"y": (1 + cell["l"]) * (rng.standard_exponential(n) - 1)},
        looks=looks,
        cells=[dict(l=int(k)) for k in level],
        held_out=True,
    )


def horizons(looks: int = 8) -> Iterator[Case]:
    """Runs that stay below a bound at all times, or cross it now and then."""
    bound = Always("below", left="y", at_most=1, until=15)
    for height, truth in ((1.0, TRUE), (0.9, TRUE), (1.01, FALSE), (1.3, FALSE)):
        yield case(
            f"highest value {height:g} of 1",
            truth,
            bound,
            lambda rng, cell, n, height=height: {"y": height * rng.random((n, 16))},
            looks=looks,
            cells=[dict(k=1)],
            held_out=height in (0.9, 1.3),
        )


def differences(looks: int = 14) -> Iterator[Case]:
    """Observables within a constant of n, or beyond it by a logarithm or a power."""
    extra: dict[str, tuple[Callable[[float], float], str]] = {
        "a constant": (lambda n: 3.0, TRUE),
        "a constant that is reached like 1/n": (lambda n: 3.0 - 20.0 / n, TRUE),
        "a logarithm": (lambda n: 0.38 * np.log(n), FALSE),
        "the fourth root": (lambda n: n**0.25, FALSE),
    }
    claim = Bounded("close", observable="y", of=sp.Symbol("n"), corrections="power")
    for name, (more, truth) in extra.items():
        yield case(
            f"n and {name}",
            truth,
            claim,
            lambda rng, cell, n, more=more: {
                "y": cell["n"] + more(cell["n"]) + 0.3 * rng.standard_normal(n)
            },
            looks=looks,
            paths=[Path({"n": 1}, dict(n=64.0), sizes=6)],
            held_out="like" in name or "root" in name,
        )


def distributions(looks: int = 12) -> Iterator[Case]:
    """A standard normal, and what is not quite one."""
    claim = LawClaim("normal", observable="y", cdf=sp.erfc(-sp.Symbol("x") / sp.sqrt(2)) / 2)
    for shift, truth in ((0.0, TRUE), (0.01, TRUE), (0.05, FALSE), (0.3, FALSE)):
        yield case(
            f"a normal law shifted by {shift:g}",
            truth,
            claim,
            lambda rng, cell, n, shift=shift: {"y": shift + rng.standard_normal(n)},
            looks=looks,
            cells=[dict(k=1)],
            held_out=shift in (0.01, 0.3),
        )


def all_cases() -> list[Case]:
    """Every case of every kind."""
    return [
        one
        for family in (
            identities,
            probabilities,
            instances,
            growths,
            limits,
            thresholds,
            monotones,
            horizons,
            differences,
            distributions,
        )
        for one in family()
    ]
