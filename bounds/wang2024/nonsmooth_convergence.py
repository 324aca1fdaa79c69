"""ReLU and leaky ReLU: convergence of the robust training loss (Lemma B.29)."""

from __future__ import annotations

import sympy as sp

from bounds import BigO, Derivation, Erratum, Inequality, Mutant, Theorem, Theta
from bounds.wang2024.nonsmooth_notation import RUN, SYMBOLS, active, c_0, good
from bounds.wang2024.notation import (
    ASSUMPTION_1,
    C_2,
    NONSMOOTH,
    C,
    T,
    d,
    eta,
    gamma,
    m,
    n,
    omega,
    paper,
)

_half = sp.Rational(1, 2)
_growth = eta * C_2**2 * d / n + sp.Rational(2, 3)

lemma_b29 = Theorem(
    id="wang2024/lemma-B.29",
    title="convergence of the robust training loss",
    source="Appendix B.2, Lemma B.29",
    statement=r"On a good run $\hat L_{rob}(W^T)\leq\frac{30}{\|\mu\|\gamma c_0\sqrt{\eta T}}$, by "
    r"way of $\langle-\nabla\hat L_{rob},V\rangle\geq\frac{\gamma\|\mu\|}4c_0\hat G_{rob}$ and "
    r"$\|W^t\|_F^2\leq\|W^0\|_F^2+(\eta^2\frac{C_2^2d}n+\frac23\eta)t$.",
    paper=paper,
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH, RUN),
    symbols=SYMBOLS
    | {
        "gradient_along_mean": "smallest <-grad L, V> over |mu| and the mean logistic weight",
        "growth_rate": "largest increase of the squared norm since the start, per iteration and "
        "step size",
        "robust_loss_T": "robust training loss after T iterations",
    },
    uses=("wang2024/lemma-B.28", "wang2024/lemma-B.26", "wang2024/lemma-B.12"),
    errata=(
        Erratum(
            printed=r"$c_0>1$ is the constant in Lemma B.21",
            correct=r"$0<c_0\leq\frac12$",
            why="c_0 m counts neurons with a_s = y_i, of which there are m/2",
            counterexample="every run: the share is about 1/4",
            harmless=True,
        ),
    ),
    claims=(
        Inequality(
            "c0-printed",
            left=c_0,
            at_least=1,
            scale=1,
            expected="broken",
            because="at most half of the neurons have a_s = y_i",
            statement=r"as printed: $c_0>1$",
        ),
        Inequality(
            "c0",
            left=c_0,
            at_most=_half,
            scale=1,
            statement=r"$c_0\leq\frac12$: the share of active neurons of the right sign",
            mutants=(Mutant("at most a twentieth", at_most=sp.Rational(1, 20)),),
        ),
        Inequality(
            "gradient",
            left="gradient_along_mean",
            at_least=gamma * c_0 / 4,
            given=good,
            statement=r"$\langle-\nabla\hat L_{rob}(W^t),V\rangle\geq\frac{\gamma\|\mu\|}4c_0\hat "
            r"G_{rob}(W^t)$, with $c_0$ of the run and at most a tenth of the labels flipped",
            mutants=(
                Mutant("without c_0", at_least=gamma / 2),
                Mutant("the opposite direction", at_least=None, at_most=0),
            ),
        ),
        Inequality(
            "growth",
            left="growth_rate",
            at_most=_growth,
            statement=r"$\|W^t\|_F^2\leq\|W^0\|_F^2+(\eta^2\frac{C_2^2d}n+\frac23\eta)t$, with "
            r"$C_2$ of the run",
            mutants=(
                Mutant("without the first term", at_most=sp.Rational(2, 3)),
                Mutant("without the root of d/n in C_2", at_most=eta * C_2**2 + sp.Rational(2, 3)),
            ),
        ),
        BigO(
            "rate",
            observable="robust_loss_T",
            of=1 / sp.sqrt(eta * T),
            given=active,
            statement=r"$\hat L_{rob}(W^T)=O((\eta T)^{-1/2})$ along $T$ (it falls faster: see the "
            r"measured exponent)",
            mutants=(Mutant("T^(-3/2)", of=(eta * T) ** sp.Rational(-3, 2)),),
        ),
        Theta(
            "measured-rate",
            observable="robust_loss_T",
            of=1 / (eta * T),
            given=active,
            corrections="power",
            statement=r"what is seen: $\hat L_{rob}(W^T)$ falls like $\frac1{\eta T}$",
            mutants=(
                Mutant("the root of the bound", of=1 / sp.sqrt(eta * T)),
                Mutant("1/T whatever eta", of=1 / T),
                Mutant("1/(eta^2 T)", of=1 / (eta**2 * T)),
            ),
        ),
        Derivation(
            "constant",
            left=8 * (sp.sqrt(6) + sp.sqrt(sp.Rational(2, 3) + 1)),
            at_most=30,
            statement=r"$8(\sqrt6+\sqrt{\frac23+\frac1{nd}})\leq30$ for every $nd\geq1$",
            mutants=(Mutant("29", at_most=29),),
        ),
        Derivation(
            "start",
            left=2
            * sp.sqrt(sp.Rational(3, 2) * m * omega**2 * d).subs(omega, eta / sp.sqrt(m * d)),
            equals=sp.sqrt(6) * eta,
            statement=r"(3) makes $2\|W^0\|_F\leq\sqrt6\,\eta$",
            mutants=(Mutant("sqrt 3", equals=sp.sqrt(3) * eta),),
        ),
        Derivation(
            "step",
            left=(eta**2 * C_2**2 * d / n).subs(C_2, sp.sqrt(C)).subs(eta, 1 / (C * d**2)),
            equals=(eta / (n * d)).subs(eta, 1 / (C * d**2)),
            statement=r"(4) with $C\geq C_2^2$ makes the first term $\eta^2\frac{C_2^2d}n$ at most "
            r"$\frac\eta{nd}$",
            mutants=(
                Mutant(
                    "1/d for 1/d^2 in (4)",
                    left=(eta**2 * C_2**2 * d / n).subs(C_2, sp.sqrt(C)).subs(eta, 1 / (C * d)),
                    equals=(eta / (n * d)).subs(eta, 1 / (C * d)),
                ),
            ),
        ),
    ),
)

theorems = (lemma_b29,)
