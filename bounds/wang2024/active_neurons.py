"""Enough neurons are active at the first and second step: Lemma B.21 (Lemma 4.5)."""

from __future__ import annotations

import sympy as sp

from bounds import (
    Derivation,
    Erratum,
    Identity,
    Inequality,
    Mutant,
    Omega,
    Probability,
    Theorem,
    required,
)
from bounds.wang2024.notation import (
    ASSUMPTION_1,
    C_1,
    NONSMOOTH,
    C,
    d,
    delta,
    eta,
    kappa,
    m,
    mu,
    n,
    normal_cdf,
    paper,
)

c_0, _universal = sp.symbols("c_0 c_u", positive=True)
_samples, _neurons, _samples_1, _neurons_1 = sp.symbols(
    "samples_0 neurons_0 samples_1 neurons_1", nonnegative=True
)
_ratio, _ratio_any = sp.symbols("robust_ratio robust_ratio_any", real=True)
ENOUGH = (
    (_samples >= c_0) & (_neurons >= c_0) & (_samples_1 >= c_0) & (_neurons_1 >= c_0)
)
"""The four statements of Lemma B.21."""

_fifth = sp.Rational(1, 5)
_chance = sp.Rational(4, 100) * kappa**4 / (
    sp.Integer(220) ** sp.Rational(2, 3) * _universal**4 * (16 - 8 * kappa) ** 2
)
nonsmooth_regime = sp.Eq(sp.Symbol("smooth"), 0)

lemma_b21 = Theorem(
    id="wang2024/lemma-B.21",
    aliases=("wang2024/lemma-4.5",),
    title="enough active neurons of the right sign",
    source="Section 4.2, Lemma 4.5; Appendix B.2, Lemma B.21",
    statement=r"On the events of Lemmas B.4 and B.19, under Assumption 1, (B1) and (B2), there is "
    r"$c_0(\kappa)>0$ such that with probability at least $1-\frac\delta5$: for every neuron at "
    r"least $c_0n$ samples, and for every sample at least $c_0m$ neurons, have $y_i=a_s$ and "
    r"$\langle w_s^0,x_i\rangle>0$; and likewise with $\langle w_s^1,x_i\rangle\geq"
    r"\alpha\|w_s^1\|$. The proof gives $c_0=\min\{\frac1{15},\frac{0.01\kappa^4}{220^{2/3}c_u^4"
    r"(16-8\kappa)^2}\}$.",
    paper=paper,
    hypotheses=(
        *ASSUMPTION_1,
        *NONSMOOTH,
        required(None, "cells with smooth = 0 meet Assumption 1, (B1) and (B2) with their C"),
    ),
    symbols={
        "c_0": "constant of the lemma, declared",
        "c_u": "universal constant of sums of sub-Gaussian variables",
        "samples_0": "smallest share of samples that activate a neuron of their sign",
        "neurons_0": "smallest share of neurons of its sign that a sample activates",
        "samples_1": "smallest share of samples that activate a neuron of their sign on the whole "
        "ball, after one step",
        "neurons_1": "smallest share of neurons of its sign that the whole ball of a sample "
        "activates, after one step",
        "active_share": "share of all pairs with y_i = a_s and <w_s, x_i> > 0",
        "robust_ratio": "smallest <w_s, x_i> / (alpha |w_s|) after a step, of pairs active before",
        "robust_ratio_any": "smallest <w_s, x_i> / (alpha |w_s|) after a step, y_i not a_s",
        "fewest_samples": "smallest number of samples that activate a neuron of their sign",
        "fewest_neurons": "smallest number of neurons of its sign that a sample activates",
        "smooth": "1: the cell meets (A1), (A2); 0: it meets (B1), (B2)",
    },
    uses=("wang2024/lemma-B.4", "wang2024/lemma-B.19", "wang2024/proposition-B.20"),
    errata=(
        Erratum(
            printed=r"$c_0>1$ is the constant in Lemma B.21 (in Lemma B.29)",
            correct=r"$0<c_0\leq\frac12$",
            why="the sets are among the m/2 neurons of one sign, so they hold at most half of all",
            counterexample="m = 2: one neuron of each sign, the share is 0 or 1/2",
            harmless=True,
        ),
    ),
    claims=(
        Probability(
            "enough", event=ENOUGH, at_least=1 - delta / 5, where=nonsmooth_regime,
            statement=r"with $c_0=\frac1{15}$ all four statements hold with probability at least "
            r"$1-\frac\delta5$",
            mutants=(
                Mutant("c_0 = 1/2", event=ENOUGH.subs(c_0, sp.Rational(1, 2))),
                Mutant("c_0 = 1/4", event=ENOUGH.subs(c_0, sp.Rational(1, 4))),
                Mutant("without (B1): two neurons", where=sp.Eq(sp.Symbol("smooth"), 2)),
            ),
        ),
        Probability(
            "stay-active", event=_ratio >= 1, at_least=1 - delta / 5, where=nonsmooth_regime,
            statement=r"every pair with $y_i=a_s$ that is active at the start is robustly active "
            r"after one step: $\langle w_s^1,x_i\rangle\geq\alpha\|w_s^1\|$",
            mutants=(Mutant("pairs of different sign too", event=_ratio_any >= 1),),
        ),
        Identity(
            "quarter", observable="active_share", equals=sp.Rational(1, 4),
            statement=r"on average a quarter of the pairs have $y_i=a_s$ and "
            r"$\langle w_s^0,x_i\rangle>0$",
            mutants=(
                Mutant("whatever the sign: a half", equals=sp.Rational(1, 2)),
                Mutant("the proof's 1/15", equals=sp.Rational(1, 15)),
            ),
        ),
        Inequality(
            "at-most-half", left=_neurons, at_most=sp.Rational(1, 2),
            statement=r"no sample has more than half of all neurons of its sign: "
            r"$c_0\leq\frac12$",
            mutants=(Mutant("at most a tenth", at_most=sp.Rational(1, 10)),),
        ),
        Inequality(
            "printed-constant", left=_neurons, at_least=1, expected="broken",
            because="the sets hold at most half of all neurons",
            statement=r"as printed in Lemma B.29: $c_0>1$",
        ),
        Omega(
            "samples-grow", observable="fewest_samples", of=n, functional="mean",
            corrections="power",  # the binomial's deviation is of the order of the root
            statement=r"Lemma 4.5: every neuron is activated by $\Omega(n)$ samples of its sign",
            mutants=(
                Mutant("n^(3/2)", of=n ** sp.Rational(3, 2)),
                Mutant("m", of=m, truth="weaker",
                       because="at fixed m: the number grows with n, not with m"),
            ),
        ),
        Omega(
            "neurons-grow", observable="fewest_neurons", of=m, functional="mean",
            corrections="power",
            statement=r"and every sample activates $\Omega(m)$ neurons of its sign",
            mutants=(Mutant("m^(3/2)", of=m ** sp.Rational(3, 2)),),
        ),
        Derivation(
            "clear-share", left=normal_cdf(-sp.Rational(1, 10)), at_least=_fifth,
            statement=r"$P(Z\geq\frac1{10})=0.46\geq\frac15$ for a standard normal $Z$",
            mutants=(Mutant("at least 1/2", at_least=sp.Rational(1, 2)),),
        ),
        Derivation(
            "hoeffding-neurons", left=2 * (m / 2) * (_fifth - sp.Rational(2, 15)) ** 2,
            equals=m / 225,
            statement=r"among the $\frac m2$ neurons of a sign, fewer than $\frac m{15}$ where "
            r"$\frac m{10}$ are expected: Hoeffding's exponent is $\frac m{225}$",
            mutants=(Mutant("m/15", equals=m / 15),),
        ),
        Derivation(
            "hoeffding-samples",
            left=2 * n * (_chance / 2 - sp.Rational(3, 8) * _chance) ** 2,
            equals=sp.Rational(5, 100000) * (_chance / sp.Rational(4, 100)) ** 2 * n,
            statement=r"for the samples, from $0.02p$ down to $0.015p$: Hoeffding's exponent is "
            r"$5\cdot10^{-5}p^2n$",
            mutants=(Mutant("10^-5", equals=sp.Rational(1, 100000)
                            * (_chance / sp.Rational(4, 100)) ** 2 * n),),
        ),
        Derivation(
            "signal-below-noise",
            left=(4 * mu * sp.sqrt(sp.log(m / delta))).subs(
                mu, sp.sqrt(d / (C * (C * sp.log(m / delta))))),
            equals=4 * sp.sqrt(d) / C, where=delta < m,
            statement=r"(1) and (5) bound $4\|\mu\|\sqrt{\log\frac m\delta}$ by "
            r"$\frac{4\sqrt d}C$",
            mutants=(Mutant("C for its square root", equals=4 * sp.sqrt(d) / C**2),),
        ),
        Derivation(
            "start-is-forgotten",
            left=sp.sqrt(sp.Rational(3, 2)) * 3 * sp.sqrt(C_1 * d) * eta / sp.sqrt(m)
            / (eta * d / (2 * n * sp.sqrt(m))),
            equals=sp.sqrt(54 * C_1 * n**2 / d),
            statement=r"with $\omega\sqrt{md}\leq\eta$ the initial weights cost "
            r"$\sqrt{54C_1n^2/d}$ of a step",
            mutants=(Mutant("27 for 54", equals=sp.sqrt(27 * C_1 * n**2 / d)),),
        ),
    ),
)

theorems = (lemma_b21,)
