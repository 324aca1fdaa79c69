"""ReLU and leaky ReLU: which neurons are active, and what that does for margins (B.24 to B.26)."""

from __future__ import annotations

import sympy as sp

from bounds import Derivation, Erratum, Inequality, Mutant, Theorem
from bounds.wang2024.nonsmooth_notation import RUN, SYMBOLS, c_0, good, observed
from bounds.wang2024.notation import (
    ASSUMPTION_1,
    C_1,
    NONSMOOTH,
    C_r,
    alpha,
    d,
    gamma,
    mu,
    paper,
)

_half = sp.Rational(1, 2)
_u, _r = sp.Symbol("u", positive=True), sp.Symbol("u", nonnegative=True)
_ratio, _first_ratio = observed("lambda_over_share"), observed("lambda_over_share_first")

proposition_b24 = Theorem(
    id="wang2024/proposition-B.24",
    title="active neurons keep the secant slopes up",
    source="Appendix B.2, Proposition B.24",
    statement=r"Let $\mathcal A(t)$ be the pairs $(i,s)$ with $\langle w_s^t,\tilde x\rangle>0$ on "
    r"the ball around $x_i$, that is $\langle w_s^t,x_i\rangle>\alpha\|w_s^t\|$. For $t\geq1$: "
    r"$\phi'(\langle w_s^t,\tilde x_i\rangle)\geq\gamma$ there, and $\lambda_i(\tilde x_i;W^t)\geq"
    r"\frac{\gamma^2}m|\mathcal A^i(t)\cap\mathcal A^i(t+1)|$.",
    paper=paper,
    hypotheses=(RUN,),
    symbols=SYMBOLS
    | {
        "lambda_over_share": "smallest lambda_i over the share of neurons active at t and t + 1, "
        "t >= 1",
        "lambda_over_share_first": "smallest lambda_i over the share of neurons active at 0 and 1",
        "lambda_smallest": "smallest lambda_i, t >= 1",
        "active_slope": "smallest slope of an active pair",
    },
    uses=("wang2024/equation-lambda",),
    claims=(
        Inequality(
            "active-slope",
            left="active_slope",
            at_least=gamma,
            scale=gamma,
            statement=r"on $\mathcal A(t)$ every slope is at least $\gamma$",
            mutants=(Mutant("at least 2 gamma", at_least=2 * gamma),),
        ),
        Inequality(
            "secant-slopes",
            left=_ratio,
            at_least=gamma**2,
            scale=gamma**2,
            statement=r"$\lambda_i(\tilde x_i;W^t)\geq\gamma^2|\mathcal A^i(t)\cap\mathcal A^i"
            r"(t+1)|/m$ for $t\geq1$, at attacked points",
            mutants=(
                Mutant("gamma for its square", at_least=gamma),
                Mutant("without the share of active neurons", left="lambda_smallest"),
                Mutant("at t = 0 as well, where activity is that of x_i alone", left=_first_ratio),
            ),
        ),
    ),
)

lemma_b25 = Theorem(
    id="wang2024/lemma-B.25",
    title="the first step keeps active what it should",
    source="Appendix B.2, Lemma B.25",
    statement=r"With $\mathcal T=\{(i,s):y_i=a_s\}$, on a good run $|\mathcal A^i(1)\cap\mathcal "
    r"T^i|\geq|\mathcal A^i(0)\cap\mathcal T^i|\geq c_0m$ and $|\mathcal A_s(1)\cap\mathcal T_s|"
    r"\geq|\mathcal A_s(0)\cap\mathcal T_s|\geq c_0n$.",
    paper=paper,
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH, RUN),
    symbols=SYMBOLS,
    uses=("wang2024/lemma-B.21",),
    claims=(
        Inequality(
            "no-pair-is-lost",
            left="lost_first",
            at_most=0,
            scale=1,
            statement=r"$\mathcal A(0)\cap\mathcal T\subseteq\mathcal A(1)\cap\mathcal T$, though "
            r"$\mathcal A(1)$ asks for activity on the whole ball",
            mutants=(Mutant("without T", left="lost_first_any"),),
        ),
        Inequality(
            "active-neurons",
            left="active_neurons",
            at_least=c_0,
            scale=1,
            statement=r"$|\mathcal A^i(1)\cap\mathcal T^i|\geq c_0m$ for every sample, with "
            r"$c_0$ of the run's start (so that it follows if no pair is lost)",
            mutants=(
                Mutant("c_0 = 1/2", at_least=_half),
                Mutant("before the first step", left="active_neurons_start"),
            ),
        ),
        Inequality(
            "active-samples",
            left="active_samples",
            at_least=c_0,
            scale=1,
            statement=r"$|\mathcal A_s(1)\cap\mathcal T_s|\geq c_0n$ for every neuron, with "
            r"$c_0$ of the run's start (so that it follows if no pair is lost)",
            mutants=(Mutant("c_0 = 1/2", at_least=_half),),
        ),
    ),
)

_lower = c_0 * gamma**2 / 2 * (sp.sqrt(d / C_1) - alpha) ** 2
_upper = 3 * (C_1 * d + alpha**2)
_ratio_constant = 192 * C_1 * (C_1 + 1 / (4 * C_1)) / (c_0 * gamma**2)
_ratio_middle = 48 * (C_1 * d + alpha**2) / (c_0 * gamma**2 * (sp.sqrt(d / C_1) - alpha) ** 2)
_large_attack = sp.sqrt(d / C_1) / 2

lemma_b26 = Theorem(
    id="wang2024/lemma-B.26",
    title="activity lasts, margins grow, logistic weights stay comparable",
    source="Appendix B.2, Lemma B.26",
    statement=r"On a good run, for all $t$: (E1) $\mathcal A(t)\cap\mathcal T\subset\mathcal A(t+1)"
    r"\cap\mathcal T$. (E2) On the ball around $x_i$: $\frac{\eta c_0\gamma^2\tilde g_i}{2n}"
    r"(\sqrt{d/C_1}-\alpha)^2\leq y_if(\tilde x_i;W^{t+1})-y_if(\tilde x_i;W^t)\leq\frac{3\eta}n"
    r"(C_1d+\alpha^2)\tilde g_i$. (E3) The logistic weights of the attacked samples have ratios at "
    r"most $C_r=\frac{192C_1(C_1+\frac1{4C_1})}{c_0\gamma^2}$.",
    paper=paper,
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH, RUN),
    symbols=SYMBOLS
    | {
        "increment_below": "certified lower bound of the margins' increments, over eta g_i / n",
        "increment_above": "certified upper bound of the margins' increments, over eta g_i / n",
        "increment_least": "smallest increment at an attacked point, over eta g_i / n",
        "increment_most": "largest increment at an attacked point, over eta g_i / n",
        "lambda_first_own": "smallest lambda_i at x_i', first step",
        "lambda_first_any": "smallest lambda_k at x_i', first step, any k",
    },
    uses=("wang2024/lemma-B.25", "wang2024/proposition-B.24", "wang2024/lemma-B.4"),
    errata=(
        Erratum(
            printed=r"$\lambda_k(\tilde x_i;W^0)\in[\frac{c_0\gamma^2}{1.1},1]$ without a word on "
            r"$k$ (proof, case $t=0$)",
            correct=r"for $k=i$; for other $k$ only with a larger $C$ than for $k=i$",
            why="the neurons that are active on x_k need not be those that become active on x_i, "
            "so that the proof does not support it for k other than i, and only k = i is used. "
            "It fails where the assumptions hold with C = 1, and is seen to hold well inside (B2)",
            counterexample="ReLU, n = 20, m = 10, d = 180000, mu = 21.5, alpha = 21, no flips, "
            "eta = 0.999 / d^2: all assumptions hold with C = 1, and lambda_k is below c_0 / 1.1 "
            "for some pair in 3 % of the good runs (c_0 of the run)",
            harmless=True,
        ),
    ),
    claims=(
        Inequality(
            "activity-lasts",
            left="lost_later",
            at_most=0,
            scale=1,
            statement=r"(E1) no pair of $\mathcal A(t)\cap\mathcal T$ is ever lost, $t\geq1$",
            mutants=(Mutant("without T", left="lost_later_any"),),
        ),
        Inequality(
            "increment-below",
            left="increment_below",
            at_least=_lower,
            given=good,
            statement=r"(E2) $y_if(\tilde x_i;W^{t+1})-y_if(\tilde x_i;W^t)\geq\frac{\eta c_0"
            r"\gamma^2\tilde g_i}{2n}(\sqrt{d/C_1}-\alpha)^2$ on the whole ball, with $c_0$ and "
            r"$C_1$ of the run",
            routes="certified on the ball; no point of it is left out",
            mutants=(
                Mutant("without c_0", left="increment_least", at_least=_lower / c_0),
                Mutant(
                    "gamma for its square, without c_0",
                    left="increment_least",
                    at_least=_lower / gamma / c_0,
                ),
                Mutant(
                    "the increment is negative", left="increment_least", at_least=None, at_most=0
                ),
            ),
        ),
        Inequality(
            "increment-above",
            left="increment_above",
            at_most=_upper,
            given=good,
            statement=r"(E2) $y_if(\tilde x_i;W^{t+1})-y_if(\tilde x_i;W^t)\leq\frac{3\eta}n(C_1d+"
            r"\alpha^2)\tilde g_i$ on the whole ball",
            routes="certified on the ball; no point of it is left out",
            mutants=(Mutant("1/3 for 3", left="increment_most", at_most=_upper / 9),),
        ),
        Inequality(
            "loss-ratio",
            left=C_r,
            at_most=_ratio_constant,
            given=good,
            statement=r"(E3) the logistic weights differ by at most the factor $C_r$, with $c_0$ "
            r"and $C_1$ of the run (measured: 1 to 10)",
            mutants=(Mutant("at most 3/2", at_most=sp.Rational(3, 2)),),
        ),
        Inequality(
            "first-slopes",
            left="lambda_first_own",
            at_least=c_0 * gamma**2 / sp.Rational(11, 10),
            given=good,
            statement=r"$\lambda_i(\tilde x_i;W^0)\geq\frac{c_0\gamma^2}{1.1}$",
            mutants=(Mutant("without c_0", at_least=gamma**2 / sp.Rational(11, 10)),),
        ),
        Inequality(
            "first-slopes-printed",
            left="lambda_first_any",
            at_least=c_0 * gamma**2 / sp.Rational(11, 10),
            given=good,
            expected="broken",
            where=mu < 30,
            because="what is active on x_k need not become active on x_i; only k = i is used. The "
            "assumptions hold with C = 1 here",
            statement=r"as printed, with $C=1$: $\lambda_k(\tilde x_i;W^0)\geq\frac{c_0\gamma^2}"
            r"{1.1}$ for every $k$, with $c_0$ of the run",
        ),
        Inequality(
            "first-slopes-inside",
            left="lambda_first_any",
            at_least=c_0 * gamma**2 / sp.Rational(11, 10),
            given=good,
            where=mu > 30,
            statement=r"well inside (B2), which holds here with $C=11$: $\lambda_k(\tilde x_i;W^0)"
            r"\geq\frac{c_0\gamma^2}{1.1}$ for every $k$, as printed",
            mutants=(
                Mutant("where (B2) holds with C = 1 only", where=None),
                Mutant("1.1 for 1/1.1", at_least=sp.Rational(11, 10) * c_0 * gamma**2),
            ),
        ),
        Derivation(
            "ratio-constant",
            left=sp.Limit(_ratio_middle.subs(d, _u), alpha, _large_attack.subs(d, _u)),
            equals=_ratio_constant,
            statement=r"$\frac{48(C_1d+\alpha^2)}{c_0\gamma^2(\sqrt{d/C_1}-\alpha)^2}$ is "
            r"$C_r$ at the largest attack $\alpha=\frac12\sqrt{d/C_1}$",
            mutants=(
                Mutant(
                    "24 for 48",
                    left=sp.Limit(_ratio_middle.subs(d, _u) / 2, alpha, _large_attack.subs(d, _u)),
                ),
                Mutant("c_0^2 for c_0", equals=_ratio_constant / c_0),
                Mutant("C_1 + 1/C_1", equals=192 * C_1 * (C_1 + 1 / C_1) / (c_0 * gamma**2)),
            ),
        ),
        Derivation(
            "ratio-chain",
            left=2 * 2 * 2 * _upper / _lower,
            equals=_ratio_middle,
            statement=r"the quotient of the bounds in (E2) enters with three factors 2: from "
            r"$e^{-z}\leq2g(z)$, from $e^{\frac{3\eta}n(C_1d+\alpha^2)}\leq2$ and from ratios of "
            r"$g$ against those of $e^{-z}$",
            mutants=(Mutant("two factors 2", left=2 * 2 * _upper / _lower),),
        ),
        Derivation(
            "ratio-largest",
            left=C_1 * (C_1 + 1 / (4 * C_1 * (1 + _r) ** 2)) / (1 - 1 / (2 * (1 + _r))) ** 2,
            at_most=4 * C_1 * (C_1 + 1 / (4 * C_1)),
            nonnegative=(4 * C_1**2 * (2 * _r + 3 * _r**2) + 4 * _r + 4 * _r**2)
            / (1 + 2 * _r) ** 2,
            statement=r"that attack is the worst ($\alpha=\frac1{2(1+u)}\sqrt{d/C_1}$)",
            mutants=(Mutant("2 for 4", at_most=2 * C_1 * (C_1 + 1 / (4 * C_1))),),
        ),
    ),
)

theorems = (proposition_b24, lemma_b25, lemma_b26)
