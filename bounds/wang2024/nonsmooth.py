"""Theorem 3.1 for ReLU and leaky ReLU: Theorem B.17."""

from __future__ import annotations

import sympy as sp

from bounds import Derivation, Inequality, Mutant, Probability, Theorem
from bounds.wang2024 import (
    nonsmooth_activity,
    nonsmooth_attacks,
    nonsmooth_convergence,
    nonsmooth_margin,
)
from bounds.wang2024.nonsmooth_notation import RUN, SYMBOLS, active, c_0, good, observed
from bounds.wang2024.notation import (
    ASSUMPTION_1,
    NONSMOOTH,
    C,
    T,
    alpha,
    beta,
    d,
    delta,
    eta,
    gamma,
    lambda_,
    mu,
    n,
    paper,
)

_epsilon, _u = sp.symbols("epsilon u", positive=True)
_r = sp.Symbol("u", nonnegative=True)
_delta = 1 / (2 * (1 + _r))

loss_bound = 30 / (mu * gamma * c_0 * sp.sqrt(eta * T))
_strength = mu**2 / C * sp.sqrt(n / d)


def clean_bound(strength: sp.Expr = _strength) -> sp.Expr:
    """Return the bound of the clean test error with c = 1/2."""
    return beta + 2 * sp.exp(-lambda_ / 2 * strength**2)


def robust_bound(strength: sp.Expr = _strength) -> sp.Expr:
    """Return the bound of the robust test error with c = 1/2."""
    return beta + 2 * sp.exp(-lambda_ / 2 * (strength - alpha) ** 2)


_weak_attack = alpha <= _strength

theorem_b17 = Theorem(
    id="wang2024/theorem-B.17",
    aliases=("wang2024/theorem-3.1-nonsmooth",),
    title="benign overfitting of adversarially trained ReLU networks",
    source="Theorem 3.1 (non-smooth activation); Appendix B.2, Theorem B.17",
    statement=r"Under Assumption 1, (B1) and (B2), for $T\geq\bar T=\left(\frac{30}{\|\mu\|\gamma "
    r"c_0\sqrt\eta\,\varepsilon}\right)^2$ and with probability at least $1-2\delta$: the robust "
    r"training loss is at most $\varepsilon$ and the robust training error 0; the clean test "
    r"error is at most $\beta+2\exp(-\frac{c\lambda n\|\mu\|^4}{C^2d})$; and if $\frac\alpha"
    r"{\|\mu\|}\leq\frac1C\sqrt{n\|\mu\|^2/d}$ the robust test error is at most $\beta+2\exp(-c"
    r"\lambda\|\mu\|^2(\frac{\|\mu\|}C\sqrt{n/d}-\frac\alpha{\|\mu\|})^2)$.",
    paper=paper,
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH, RUN),
    symbols=SYMBOLS
    | {
        "robust_loss_T": "robust training loss after T iterations",
        "clean_mistake": "the trained network errs on a fresh point",
        "robust_mistake": "an attack on a fresh point succeeds",
        "uncertified_share": "share of training points without a certified positive margin after "
        "the first iteration",
        "C": "declared value of the unnamed constant in the test errors",
        "lambda": "strong log-concavity of the clusters",
    },
    uses=(
        "wang2024/definition-B.22",
        "wang2024/lemma-B.29",
        "wang2024/lemma-B.33",
        "wang2024/lemma-B.26",
        "wang2024/lemma-B.2",
    ),
    claims=(
        Inequality(
            "zero-robust-training-error",
            left="uncertified_share",
            at_most=0,
            scale=1,
            given=good,
            statement=r"on a good run no training point can be attacked, from the first step on "
            r"(certified)",
            mutants=(Mutant("without any active neuron as well", given=None),),
        ),
        Probability(
            "training-loss",
            event=observed("robust_loss_T") <= loss_bound,
            at_least=1 - 2 * delta,
            given=active,
            statement=r"$\hat L_{rob}(W^T)\leq\frac{30}{\|\mu\|\gamma c_0\sqrt{\eta T}}$, so "
            r"$\leq\varepsilon$ for $T\geq\bar T$, with $c_0$ of the run (and far below it)",
            mutants=(
                Mutant(
                    "a millionth of the bound",
                    event=observed("robust_loss_T") <= loss_bound / 10**6,
                ),
            ),
        ),
        Probability(
            "clean-error",
            event="clean_mistake",
            at_most=clean_bound(),
            statement=r"clean test error $\leq\beta+2\exp(-\frac{\lambda n\|\mu\|^4}{2C^2d})$ "
            r"with $C=2.8$",
            mutants=(
                Mutant("the flips are ignored", at_most=clean_bound() - beta),
                Mutant("n^2 for n", at_most=clean_bound(sp.sqrt(n) * _strength)),
                Mutant("mu^8 for mu^4", at_most=clean_bound(mu**2 * _strength)),
                Mutant(
                    "mu^2 for mu^4",
                    truth="weaker",
                    because="a smaller exponent, as mu > 1",
                    at_most=clean_bound(_strength / mu),
                ),
            ),
        ),
        Probability(
            "robust-error",
            event="robust_mistake",
            at_most=robust_bound(),
            where=_weak_attack,
            statement=r"robust test error $\leq\beta+2\exp(-\frac\lambda2(\frac{\|\mu\|^2}C"
            r"\sqrt{n/d}-\alpha)^2)$ with $C=2.8$",
            mutants=(
                Mutant("the flips are ignored", at_most=robust_bound() - beta),
                Mutant(
                    "the attack is ignored, for every radius", at_most=clean_bound(), where=None
                ),
                Mutant(
                    "root of n^2/d, for every radius",
                    where=None,
                    at_most=robust_bound(sp.sqrt(n) * _strength),
                ),
            ),
        ),
        Derivation(
            "iterations",
            left=loss_bound.subs(T, (30 / (mu * gamma * c_0 * sp.sqrt(eta) * _epsilon)) ** 2),
            equals=_epsilon,
            statement=r"the bound of the loss equals $\varepsilon$ at $\bar T$",
            mutants=(
                Mutant(
                    "without the square (as in the last line of the proof of Lemma B.29)",
                    left=loss_bound.subs(T, 30 / (mu * gamma * c_0 * sp.sqrt(eta) * _epsilon)),
                ),
                Mutant(
                    "eta^2 for eta",
                    left=loss_bound.subs(T, (30 / (mu * gamma * c_0 * eta * _epsilon)) ** 2),
                ),
                Mutant(
                    "without c_0",
                    left=loss_bound.subs(T, (30 / (mu * gamma * sp.sqrt(eta) * _epsilon)) ** 2),
                ),
            ),
        ),
        Derivation(
            "not-vacuous",
            left=loss_bound.subs(T, (30 / (mu * gamma * c_0 * sp.log(2))) ** 2 / eta),
            equals=sp.Integral(1 / _u, (_u, 1, 2)),
            statement=r"the bound says more than $\log2$, the loss at the start, only from $\eta T="
            r"(\frac{30}{\|\mu\|\gamma c_0\log2})^2$ on",
            mutants=(
                Mutant(
                    "without the square",
                    left=loss_bound.subs(T, 30 / (mu * gamma * c_0 * sp.log(2)) / eta),
                ),
            ),
        ),
        Derivation(
            "exponent",
            left=mu**2 * (mu / C * sp.sqrt(n / d) - alpha / mu) ** 2,
            equals=(_strength - alpha) ** 2,
            statement=r"$\|\mu\|^2(\frac{\|\mu\|}C\sqrt{\frac nd}-\frac\alpha{\|\mu\|})^2="
            r"(\frac{\|\mu\|^2}C\sqrt{\frac nd}-\alpha)^2$",
            mutants=(
                Mutant(
                    "mu for mu^2 in front", left=mu * (mu / C * sp.sqrt(n / d) - alpha / mu) ** 2
                ),
            ),
        ),
        Derivation(
            "bookkeeping",
            left=1 - delta - 3 * delta / 4 - delta / 5,
            at_least=1 - 2 * delta,
            statement=r"the failures add up to $\delta+\frac34\delta+\frac15\delta\leq2\delta$",
            mutants=(Mutant("1 - 3 delta / 2", at_least=1 - 3 * delta / 2),),
        ),
        Derivation(
            "failure-in-c7",
            left=_delta**4,
            at_most=_delta / 8,
            nonnegative=_r * (3 + 3 * _r + _r**2) / (16 * (1 + _r) ** 4),
            statement=r"(C7) fails with $(\frac\delta m)^4\leq\delta^4\leq\frac\delta8$, as "
            r"$\delta=\frac1{2(1+u)}\leq\frac12$",
            mutants=(Mutant("at most delta / 64", at_most=_delta / 64),),
        ),
        Derivation(
            "dimension-range",
            left=(n * mu**4 / (C**2 * _u) - C * n * mu**2).subs(mu, sp.sqrt(C**3 * _u)),
            equals=0,
            statement=r"(1) and (B2) leave $Cn\|\mu\|^2\leq d\leq\frac{n\|\mu\|^4}{C^2\log\frac{md}"
            r"{n\delta}}$, which is empty below $\|\mu\|^2=C^3\log\frac{md}{n\delta}$, where the "
            r"ends meet",
            mutants=(
                Mutant(
                    "C^2 for C^3",
                    left=(n * mu**4 / (C**2 * _u) - C * n * mu**2).subs(mu, C * sp.sqrt(_u)),
                ),
            ),
        ),
    ),
)

theorems = (
    theorem_b17,
    *nonsmooth_activity.theorems,
    *nonsmooth_attacks.theorems,
    *nonsmooth_convergence.theorems,
    *nonsmooth_margin.theorems,
)
