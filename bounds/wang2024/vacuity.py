"""From which sizes on the smooth theorem says anything, and how its assumptions interact."""

from __future__ import annotations

import sympy as sp

from bounds import Derivation, Erratum, Identity, Inequality, Mutant, Omega, Theorem, Theta
from bounds.wang2024.notation import (
    C_1,
    CONSTANTS,
    C,
    C_r,
    d,
    delta,
    gamma,
    kappa,
    m,
    mu,
    n,
    paper,
)

_level = gamma**2 / (8 * C_1 * C_r)
_linear, _square = C_1 + 2 * sp.sqrt(C_1), C_1 + 1
_root = 2 * _level / (_linear + sp.sqrt(_linear**2 + 4 * _square * _level))
_smallest = sp.Symbol("smallest_C", positive=True)
_n = _smallest * sp.log(m / delta)
_dimension, _samples = sp.symbols("smallest_d smallest_n", positive=True)
_ratio = sp.Symbol("largest_ratio", nonnegative=True)
_u = sp.Symbol("u", positive=True)
_q = sp.Rational(1, 4)

claim_vacuity = Theorem(
    id="wang2024/claim-vacuity",
    title="from which sizes on Theorem 3.1 says anything",
    source="Appendix B.1: the conditions 'C sufficiently large' made explicit; derived here",
    statement=r"For $\gamma\geq\frac12$ the binding condition on $C$ is that of Lemma B.9: "
    r"$C_r[\frac{C_1}C+\frac{C_1}{\sqrt C}+2\sqrt{\frac{C_1}C}+\frac1C]\leq\frac{\gamma^2}"
    r"{8C_1}$. With (1), (5) and (A1) it asks for $C\geq8\cdot10^{13}$, $n\geq C\log\frac m"
    r"\delta$, $\|\mu\|\geq C\sqrt n$ and $d\geq C^3n^2\geq10^{70}$, at best "
    r"($\kappa=\gamma=1$; numbers for $m=2$, $\delta=0.1$), and then for steps below $10^{-155}$ "
    r"and more than $10^{272}$ of them.",
    paper=paper,
    symbols={
        "smallest_C": "smallest C that meets the condition of Lemma B.9",
        "smallest_n": "n that (5) asks for", "smallest_d": "d that (1) and (A1) ask for",
        "smallest_mu": "|mu| that (1) and (A1) ask for",
        "step_digits": "decimal logarithm of the largest step that (4) allows",
        "iteration_digits": "decimal logarithm of the iterations to a loss of 0.1",
        "other_condition": "smallest C that meets the other conditions of the proofs",
        "flip_condition": "smallest C for which flipped labels weigh little enough in Lemma B.14",
        "largest_share": "largest share of flipped labels that (2) allows",
        "largest_attack": "largest alpha / mu that (1) and item 3 of Theorem 3.1 allow",
        "u": "1 / sqrt(C)",
    },
    quantities={name: CONSTANTS[name] for name in ("C_1", "C_r")},
    uses=("wang2024/lemma-B.4",),
    claims=(
        Identity(
            "smallest-C", observable=_smallest, equals=1 / _root**2, exact=True,
            statement=r"the condition is quadratic in $1/\sqrt C$; its root agrees with the "
            r"condition itself, at equality in (1)",
            mutants=(
                Mutant("without the terms of the attack", equals=(
                    (C_1 + sp.sqrt(C_1**2 + 4 * C_1 * _level)) / (2 * _level)) ** 2),
                Mutant("gamma^2 / (4 C_1)", equals=(
                    (_linear + sp.sqrt(_linear**2 + 8 * _square * _level)) / (4 * _level)) ** 2),
            ),
        ),
        Inequality(
            "constant", left=_smallest, at_least=sp.Integer(8) * 10**13,
            statement=r"$C\geq8\cdot10^{13}$ whatever $\kappa\leq1$ and $\gamma\leq1$",
            mutants=(Mutant("10^14", at_least=sp.Integer(10) ** 14),),
        ),
        Inequality(
            "in-class", left=_smallest, at_least=sp.Integer(10) ** 15,
            where=kappa <= sp.log(2),
            statement=r"$C\geq10^{15}$ inside Definition 2.1, where $\kappa\leq\log2$",
            mutants=(Mutant("10^16", at_least=sp.Integer(10) ** 16),),
        ),
        Inequality(
            "dimension", left=_dimension, at_least=sp.Float("3.9e70"),
            statement=r"$d\geq3.9\cdot10^{70}$ (with $m=2$, $\delta=0.1$)",
            mutants=(Mutant("10^72", at_least=sp.Float("1e72")),),
        ),
        Inequality(
            "samples", left=_samples, at_least=sp.Float("2.4e14"),
            statement=r"$n\geq2.4\cdot10^{14}$ (with $m=2$, $\delta=0.1$)",
            mutants=(Mutant("10^15", at_least=sp.Float("1e15")),),
        ),
        Inequality(
            "signal", left="smallest_mu", at_least=sp.Float("1.3e21"),
            statement=r"$\|\mu\|\geq1.3\cdot10^{21}$ (with $m=2$, $\delta=0.1$)",
            mutants=(Mutant("10^22", at_least=sp.Float("1e22")),),
        ),
        Inequality(
            "step", left="step_digits", at_most=-155,
            statement=r"$\eta\leq10^{-155}$ (with $m=2$, $\delta=0.1$)",
            mutants=(Mutant("10^-157", at_most=-157),),
        ),
        Inequality(
            "iterations", left="iteration_digits", at_least=272,
            statement=r"$\bar T\geq10^{272}$ for a robust training loss of $0.1$ (with $m=2$, "
            r"$\delta=0.1$)",
            mutants=(Mutant("10^275", at_least=275),),
        ),
        Inequality(
            "binding", left="other_condition", at_most=_smallest / 30,
            where=gamma >= sp.Rational(1, 2),
            statement=r"for $\gamma\geq\frac12$ all other conditions (C3, C4, second case of B.9, "
            r"B.10, B.14, B.15, $32C_2/\gamma^2$) ask for at most a thirtieth of it",
            mutants=(
                Mutant("a thousandth", at_most=_smallest / 1000),
                Mutant("whatever gamma", where=None),
            ),
        ),
        Inequality(
            "binding-small-slope", left="flip_condition", at_least=_smallest,
            where=gamma <= sp.Rational(1, 20),
            statement=r"for $\gamma\leq\frac1{20}$ flipped labels bind: $C_r(\frac1C+"
            r"\sqrt{\frac2C})(1+\frac{9+\gamma^2(1-\gamma^2)}{\gamma^4})\leq\frac14$ of Lemma B.14",
            mutants=(Mutant("for gamma up to 1", where=None),),
        ),
        Inequality(
            "noise", left="largest_share", at_most=sp.Float("1.2e-14"),
            statement=r"at most a share $1.2\cdot10^{-14}$ of flipped labels is covered",
            mutants=(Mutant("10^-14", at_most=sp.Float("1e-14")),),
        ),
        Inequality(
            "attack", left="largest_attack", at_most=sp.Float("1.3e-21"),
            statement=r"and attacks of at most $\alpha/\|\mu\|=1.3\cdot10^{-21}$ (with $m=2$, "
            r"$\delta=0.1$, at the smallest sizes)",
            mutants=(Mutant("10^-21", at_most=sp.Float("1e-21")),),
        ),
        Derivation(
            "quadratic",
            left=(C_1 / C + C_1 / sp.sqrt(C) + 2 * sp.sqrt(C_1 / C) + 1 / C).subs(C, 1 / _u**2),
            equals=_square * _u**2 + _linear * _u,
            statement=r"with $u=1/\sqrt C$ the bracket is $(C_1+1)u^2+(C_1+2\sqrt{C_1})u$",
            mutants=(Mutant("C_1 for C_1 + 1", equals=C_1 * _u**2 + _linear * _u),),
        ),
    ),
)

_exponent = n * mu**4 / (C**2 * d)
_a_1 = d <= mu**4 / C
_both = sp.And(d >= C * sp.Max(mu**2 * n, n**2 * sp.log(n / delta)), _a_1)
_log = sp.Symbol("L", positive=True)

claim_interplay = Theorem(
    id="wang2024/claim-interplay",
    title="what the assumptions imply together",
    source="Assumption 1, (A1), (B2) and item 3 of Theorem 3.1; the discussion in Section 3.4",
    statement=r"(1) and (A1) imply $\|\mu\|^2\geq C^2n$ and $d\geq C^3n^2$, so the clean "
    r"exponent $\frac{n\|\mu\|^4}{C^2d}$ is at least $\frac nC$. (1) and the condition of item 3 "
    r"allow only $\frac\alpha{\|\mu\|}\leq\min\{C^{-3/2},C^{-3/4}n^{-1/4}\}$.",
    paper=paper,
    symbols={
        "mu": "norm of the cluster mean",
        "d": "input dimension",
        "alpha": "attack radius",
        "largest_ratio": "largest alpha / mu within (1), (6) and item 3, over all mu and d",
        "ratio_at_signal_size": "largest alpha / mu within (1), (6) and item 3, at d = C n mu^2",
        "relaxed_ratio": "largest alpha / mu with (1) relaxed as the paper says it can be",
        "allowed_ratio": "largest alpha / mu within (1), (6) and item 3, over all d",
        "L": "log(m d / (n delta))",
    },
    errata=(
        Erratum(
            printed=r"$\alpha$ may be $O(\|\mu\|)$ when $d=\Theta(n\|\mu\|^2)$",
            correct=r"only with (1) relaxed to $d\geq C\max\{\|\mu\|^2n,n^2\log(n/\delta)\}$",
            why="as stated, (1) also asks for d >= C n^2 alpha^2, which at d = C n mu^2 is "
            "alpha <= mu / sqrt(n)",
            counterexample="C = 10, n = 10^6, d = 10^7 mu^2: alpha is at most mu / 1000",
            harmless=True,
        ),
    ),
    claims=(
        Inequality(
            "signal", left=mu**2, at_least=C**2 * n, given=_both,
            statement=r"(1) and (A1) imply $\|\mu\|^2\geq C^2n$",
            mutants=(
                Mutant("C^3 n", at_least=C**3 * n), Mutant("C^2 n^2", at_least=C**2 * n**2),
                Mutant("twice that", at_least=2 * C**2 * n),
                Mutant("without (1)", given=_a_1),
            ),
        ),
        Inequality(
            "dimension", left=d, at_least=C**3 * n**2, given=_both,
            statement=r"(1) and (A1) imply $d\geq C^3n^2$",
            mutants=(
                Mutant("C^4 n^2", at_least=C**4 * n**2), Mutant("C^3 n^3", at_least=C**3 * n**3),
                Mutant("four times that", at_least=4 * C**3 * n**2),
                Mutant("without (1)", given=_a_1),
            ),
        ),
        Inequality(
            "clean-exponent", left=_exponent, at_least=n / C, given=_a_1,
            statement=r"(A1) makes the clean exponent $\frac{n\|\mu\|^4}{C^2d}$ at least "
            r"$\frac nC$",
            mutants=(Mutant("n", at_least=n), Mutant("without (A1)", given=None)),
        ),
        Inequality(
            "attack", left=sp.Symbol("allowed_ratio", nonnegative=True),
            at_most=sp.Min(C ** sp.Rational(-3, 2), C ** sp.Rational(-3, 4) * n ** (-_q)),
            statement=r"(1) and item 3 allow at most $\frac\alpha{\|\mu\|}=\min\{C^{-3/2},"
            r"C^{-3/4}n^{-1/4}\}$",
            mutants=(
                Mutant("half of it", at_most=sp.Min(
                    C ** sp.Rational(-3, 2), C ** sp.Rational(-3, 4) * n ** (-_q)) / 2),
                Mutant("C^(-2)", at_most=1 / C**2),
            ),
        ),
        Omega(
            "signal-size", observable="ratio_at_signal_size", of=1,
            exact=True, corrections="power", expected="broken",
            because="assumption (1) contains d >= C n^2 alpha^2",
            statement=r"as printed: at $d=\Theta(n\|\mu\|^2)$ the attack may be of the size of "
            r"the signal",
        ),
        Theta(
            "signal-size-relaxed", observable="relaxed_ratio", of=1,
            exact=True, corrections="power",
            statement=r"corrected: so it may with the relaxed (1)",
            mutants=(Mutant("n^(-1/4)", of=n ** (-_q)),),
        ),
        Theta(
            "any-dimension", observable="largest_ratio", of=n ** (-_q), exact=True,
            corrections="power",
            statement=r"with (1) as stated, whatever $d$ and $\|\mu\|$, it shrinks like "
            r"$n^{-1/4}$",
            mutants=(Mutant("constant", of=sp.Integer(1)), Mutant("n^(-1/2)", of=1 / sp.sqrt(n))),
        ),
        Derivation(
            "signal-from-dimension", left=(mu**4 / C - C * n * mu**2) / (mu**2 / C),
            equals=mu**2 - C**2 * n,
            statement=r"$Cn\|\mu\|^2\leq d\leq\|\mu\|^4/C$ leaves room only for "
            r"$\|\mu\|^2\geq C^2n$",
            mutants=(Mutant("C for C^2", equals=mu**2 - C * n),),
        ),
        Derivation(
            "strictest",
            left=n * mu**4 / (C**2 * _log) / (mu**4 / C), equals=n / (C * _log),
            statement=r"(B2) allows $d$ up to $n\|\mu\|^4/(C^2L)$, $L=\log\frac{md}{n\delta}$; "
            r"(A1) up to $\|\mu\|^4/C$. So (A1), not (B2), is the stricter one as soon as $n>CL$",
            mutants=(Mutant("without C", equals=n / _log),),
        ),
    ),
)

theorems = (claim_vacuity, claim_interplay)
