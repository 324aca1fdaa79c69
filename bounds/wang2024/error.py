"""Theorem 3.1 for smooth activations."""

from __future__ import annotations

import sympy as sp

from bounds import (
    Derivation,
    Erratum,
    Inequality,
    Limit,
    Mutant,
    Probability,
    Theorem,
    Theta,
    required,
)
from bounds.wang2024.good_run import QUANTITIES, WORDS
from bounds.wang2024.notation import (
    C_1,
    C_2,
    CONSTANTS,
    C,
    C_r,
    alpha,
    beta,
    c,
    d,
    delta,
    eta,
    gamma,
    kappa,
    lambda_,
    m,
    mu,
    n,
    paper,
    zeta,
)
from bounds.wang2024.training import setting

few_flips = required(beta <= sp.Rational(1, 2), "at most half of the labels are flipped")
C_e = sp.Symbol("C_e", positive=True)
_T, _eps = sp.symbols("T epsilon", positive=True)
_reach = mu**2 / C_e * sp.sqrt(n / d)


def error_bound(
    exponent: sp.Expr, *, noise: sp.Expr = beta, rate: sp.Expr = lambda_ / 2
) -> sp.Expr:
    """Return ``beta + 2 exp(-c lambda exponent)``; Lemma B.2 holds with ``c = 1/2``."""
    return noise + 2 * sp.exp(-rate * exponent)


clean_exponent = n * mu**4 / (C**2 * d)
robust_exponent = mu**2 * (mu / C * sp.sqrt(n / d) - alpha / mu) ** 2
printed_exponent = mu**2 * (mu / C * sp.sqrt(n / d - alpha / mu)) ** 2
_clean = error_bound(_reach**2) + 2 * delta
_robust = error_bound((_reach - alpha) ** 2) + 2 * delta
T_bar = ((35 + 8 * sp.sqrt(m / d**3)) / (gamma * mu * eta * _eps)) ** (2 / (1 - zeta))

_s, _t = sp.symbols("s t", nonnegative=True)
_r, _mu2 = sp.symbols("r M", positive=True)
_signal = C**2 * n * (1 + _s) * (1 + _t)
_dimension = C * n * _mu2 * (1 + _s)
_lost = _s / (sp.sqrt(1 + _s) * (1 + sp.sqrt(1 + _s)))

_early, _late, _flipped = sp.symbols("early_margin late_margin noisy_share", nonnegative=True)
_surplus, _noise = 1 - 2 * _flipped, sp.Symbol("sigma", positive=True) ** 2 * d


def early_margin(surplus: sp.Expr = _surplus, signal: int = 1) -> sp.Expr:
    """Return the margin of ``sum_i y_i x_i`` in high dimension, for the labels of the sample."""
    return surplus * sp.sqrt(n) * mu**2 / sp.sqrt(_noise + signal * surplus**2 * n * mu**2)


def late_margin() -> sp.Expr:
    """Return the margin of the minimum-norm interpolator in high dimension."""
    share = _surplus * n / (_noise + n * mu**2)
    spread = (
        n
        / _noise
        * ((1 - _flipped) * (1 - share * mu**2) ** 2 + _flipped * (1 + share * mu**2) ** 2)
    )
    return share * mu**2 / sp.sqrt(share**2 * mu**2 + spread)


def _over(margin: sp.Symbol, prediction: sp.Expr) -> sp.Expr:
    """Return the ratio to a prediction, 1 where half of the labels are flipped and it vanishes."""
    return sp.Piecewise((margin / prediction, sp.Abs(_surplus) > 0), (1, True))


_largest = sp.Symbol("largest_margin", positive=True)

theorem_b1 = Theorem(
    id="wang2024/theorem-B.1",
    aliases=("wang2024/theorem-3.1",),
    title="benign overfitting of adversarially trained smooth networks",
    source="Section 3.3, Theorem 3.1 (smooth activations); Appendix B.1, Theorem B.1",
    statement=r"Under Assumption 1, (A1) and (A2), after $T\geq\bar T=(\frac{35+8\sqrt{m/d^3}}"
    r"{\gamma\|\mu\|\eta\varepsilon})^{2/(1-\zeta)}$ iterations, with probability at least "
    r"$1-2\delta$: (1) $\hat L_{rob}(W^T)\leq\varepsilon$ and $\hat L_{rob}^{0/1}(W^T)=0$; (2) "
    r"$L^{0/1}(W^T)\leq\beta+2\exp(-\frac{c\lambda n\|\mu\|^4}{C^2d})$; (3) if $\frac\alpha"
    r"{\|\mu\|}\leq\frac1C\sqrt{n\|\mu\|^2/d}$, $L_{rob}^{0/1}(W^T)\leq\beta+2\exp(-c\lambda"
    r"\|\mu\|^2(\frac{\|\mu\|}C\sqrt{\frac nd}-\frac\alpha{\|\mu\|})^2)$.",
    paper=paper,
    hypotheses=(*setting, few_flips),
    quantities=QUANTITIES,
    symbols=WORDS
    | {
        "certified_margin": "certified margin on the ball, smallest over samples and iterations",
        "C_e": "the constant C of the error bounds, declared",
        "largest_margin": "largest attacked margin, over samples and iterations",
        "c": "absolute constant of Lemma B.2; 1/2 will do",
        "clean_wrong": "a fresh point with its noisy label is misclassified",
        "not_robust": "a fresh point with its noisy label has no certificate of robustness",
        "clean_log_error": "-log P(y_c f(x) <= 0) after one step of a linear network",
        "robust_log_error": "-log P(y_c f <= 0 on the ball) after one step of a linear network",
        "early_margin": "<mu, w> / |w| after one step of a linear network",
        "late_margin": "<mu, w> / |w| of the minimum-norm interpolator",
        "robust_loss": "robust training loss after T iterations",
        "epsilon": "target of the robust training loss",
        "T": "number of iterations",
        "s": "slack of Assumption 1 (1)",
        "t": "slack of (A1)",
        "M": "|mu|^2",
        "r": "alpha / |mu|",
    },
    uses=(
        "wang2024/lemma-B.2",
        "wang2024/lemma-B.3",
        "wang2024/lemma-B.4",
        "wang2024/lemma-B.9",
        "wang2024/lemma-B.14",
        "wang2024/lemma-B.15",
        "wang2024/claim-interplay",
        "wang2024/claim-vacuity",
    ),
    errata=(
        Erratum(
            printed=r"Theorem B.1, item 3: $\|\mu\|^2\left(\frac{\|\mu\|}C\sqrt{\frac nd-\frac"
            r"\alpha{\|\mu\|}}\right)^2$",
            correct=r"$\|\mu\|^2\left(\frac{\|\mu\|}C\sqrt{\frac nd}-\frac\alpha{\|\mu\|}\right)"
            r"^2$, as in Theorem 3.1 and in Theorem B.17",
            why="the root covers the wrong terms: the printed radicand is negative at ordinary "
            "parameters, and the last line of the proof is the form of Theorem 3.1",
            counterexample="C = 1, n = 100, d = 10^4, |mu| = 10, alpha = 1: the radicand is "
            "-0.09, the bracket of Theorem 3.1 is 0.9",
            harmless=True,
        ),
    ),
    claims=(
        Inequality(
            "training-error",
            left="certified_margin",
            at_least=_largest / 10**6,
            given="good_run",
            scale=_largest,
            statement=r"from the first step on no training point can be attacked: "
            r"$\hat L_{rob}^{0/1}(W^t)=0$ for $t\geq1$ (certified; above a millionth of the "
            r"largest margin, so that a network that vanishes does not pass)",
            mutants=(
                Mutant("at most 0", at_least=None, at_most=0),
                Mutant("a half for a millionth", at_least=_largest / 2),
            ),
        ),
        Inequality(
            "training-loss",
            left="robust_loss",
            at_most=_eps,
            given="good_run",
            where=sp.Symbol("T", positive=True) >= T_bar,
            statement=r"(1) after $T\geq\bar T$ iterations $\hat L_{rob}(W^T)\leq\varepsilon$ "
            r"(with larger steps than (4) allows, so that $\bar T$ can be reached)",
            mutants=(
                Mutant("a hundred-thousandth of it", at_most=_eps / 10**5),
                Mutant(
                    "1 for 2 in the exponent: a root of the iterations",
                    truth="weaker",
                    where=sp.Symbol("T", positive=True) >= sp.sqrt(T_bar),
                    because="true as well: the loss falls much faster than the bound",
                ),
            ),
        ),
        Probability(
            "clean-error",
            event="clean_wrong",
            at_most=_clean,
            statement=r"(2) trained networks err on a fresh point with probability at most "
            r"$\beta+2\exp(-\frac{\lambda n\|\mu\|^4}{2C_e^2d})+2\delta$, with $C_e=0.85$",
            mutants=(
                Mutant(
                    "without beta", at_most=error_bound(_reach**2, noise=sp.Integer(0)) + 2 * delta
                ),
                Mutant("half of beta", at_most=error_bound(_reach**2, noise=beta / 2) + 2 * delta),
                Mutant("mu^8 for mu^4", at_most=error_bound(mu**4 * _reach**2) + 2 * delta),
                Mutant("n^2 for n", at_most=error_bound(n * _reach**2) + 2 * delta),
                Mutant("a tenth of C_e", at_most=error_bound(100 * _reach**2) + 2 * delta),
            ),
        ),
        Probability(
            "robust-error",
            event="not_robust",
            at_most=_robust,
            statement=r"(3) trained networks can be attacked at a fresh point with probability at "
            r"most $\beta+2\exp(-\frac\lambda2(\frac{\|\mu\|^2}{C_e}\sqrt{n/d}-\alpha)^2)+2\delta$,"
            r" with $C_e=0.85$",
            routes="attacked, and certified where the attack fails",
            mutants=(
                Mutant("the attack is ignored", at_most=_clean),
                Mutant("plus alpha", at_most=error_bound((_reach + alpha) ** 2) + 2 * delta),
            ),
        ),
        Theta(
            "clean-exponent",
            observable="clean_log_error",
            of=n * mu**4 / d,
            corrections="power",
            statement=r"(2) is of the right order: $-\log(L^{0/1}-\beta)$ grows like "
            r"$n\|\mu\|^4/d$ (exact law of one step of a linear network)",
            mutants=(
                Mutant("mu^2 for mu^4", of=n * mu**2 / d),
                Mutant("sqrt(n/d)", of=sp.sqrt(n / d) * mu**4),
                Mutant("(n/d)^2", of=(n / d) ** 2 * mu**4),
            ),
        ),
        Theta(
            "robust-exponent",
            observable="robust_log_error",
            of=(_reach - alpha) ** 2,
            corrections="power",
            statement=r"(3) is of the right order: $-\log(L_{rob}^{0/1}-\beta)$ grows like "
            r"$(\frac{\|\mu\|^2}{C_e}\sqrt{n/d}-\alpha)^2$, with $C_e=\frac\sigma{1-2\beta}$",
            mutants=(
                Mutant("the attack is ignored", of=_reach**2),
                Mutant("n/d for its root", of=(mu**2 / C_e * n / d - alpha) ** 2 + alpha**2),
                Mutant("the square is missing", of=_reach - alpha),
                Mutant("plus alpha", of=(_reach + alpha) ** 2),
            ),
        ),
        Theta(
            "fixed-ratio",
            observable="ratio_log_error",
            of=mu**2 * (mu / C_e * sp.sqrt(n / d) - sp.Symbol("r")) ** 2,
            corrections="power",
            statement=r"at a fixed ratio $r=\alpha/\|\mu\|$ it grows like $\|\mu\|^2("
            r"\frac{\|\mu\|}{C_e}\sqrt{n/d}-r)^2$",
            mutants=(
                Mutant(
                    "alpha for alpha / mu in the bracket",
                    of=mu**2 * (mu / C_e * sp.sqrt(n / d) + sp.Symbol("r") * mu) ** 2,
                ),
                Mutant("without the attack", of=mu**4 * n / d),
            ),
        ),
        Limit(
            "early-margin",
            observable=_over(_early, early_margin()),
            to=1,
            rate=0.5,
            tolerance=sp.Rational(1, 50),
            statement=r"the margin after one step tends to $\frac{(1-2\hat\beta)\sqrt n\|\mu\|^2}"
            r"{\sqrt{\sigma^2d+(1-2\hat\beta)^2n\|\mu\|^2}}$, with $\hat\beta$ the share of "
            r"flipped labels",
            mutants=(
                Mutant(
                    "without the signal in the root",
                    observable=_over(_early, early_margin(signal=0)),
                ),
                Mutant("without 1 - 2 beta", observable=_over(_early, early_margin(sp.Integer(1)))),
            ),
        ),
        Limit(
            "late-margin",
            observable=_over(_late, late_margin()),
            to=1,
            rate=0.5,
            tolerance=sp.Rational(1, 50),
            statement=r"the margin of the minimum-norm interpolator tends to $\frac{s\|\mu\|^2}"
            r"{\sqrt{s^2\|\mu\|^2+v}}$, $s=\frac{(1-2\hat\beta)n}"
            r"{\sigma^2d+n\|\mu\|^2}$, $v=\frac n{\sigma^2d}[(1-\hat\beta)(1-s\|\mu\|^2)^2+"
            r"\hat\beta(1+s\|\mu\|^2)^2]$",
            mutants=(Mutant("that after one step", observable=_over(_late, early_margin())),),
        ),
        Derivation(
            "robust-error-as-printed",
            left=printed_exponent,
            equals=(mu**2 / C * sp.sqrt(n / d) - alpha) ** 2,
            where=n / d >= alpha / mu,
            expected="broken",
            because="the root covers alpha / mu as well",
            statement=r"as printed in Theorem B.1: $\|\mu\|^2(\frac{\|\mu\|}C\sqrt{\frac nd-\frac"
            r"\alpha{\|\mu\|}})^2$ is the last line of the proof, $(\frac{\|\mu\|^2}C\sqrt{\frac "
            r"nd}-\alpha)^2$",
        ),
        Derivation(
            "robust-error-corrected",
            left=robust_exponent,
            equals=(mu**2 / C * sp.sqrt(n / d) - alpha) ** 2,
            statement=r"corrected, as in Theorem 3.1: $\|\mu\|^2(\frac{\|\mu\|}C\sqrt{\frac nd}-"
            r"\frac\alpha{\|\mu\|})^2=(\frac{\|\mu\|^2}C\sqrt{\frac nd}-\alpha)^2$",
            mutants=(
                Mutant("alpha for alpha / mu", left=mu**2 * (mu / C * sp.sqrt(n / d) - alpha) ** 2),
                Mutant("n/d for its root", left=mu**2 * (mu / C * n / d - alpha / mu) ** 2),
            ),
        ),
        Derivation(
            "clean-is-unattacked",
            left=sp.Limit(robust_exponent, alpha, 0),
            equals=clean_exponent,
            statement=r"item 3 without an attack is item 2",
            mutants=(Mutant("mu^2 for mu^4", equals=n * mu**2 / (C**2 * d)),),
        ),
        Derivation(
            "constant",
            left=(gamma**2 / (32 * C_2) * sp.sqrt(n / d) * mu**2).subs(C_2, C * gamma**2 / 32),
            equals=mu**2 / C * sp.sqrt(n / d),
            statement=r"with $C=32C_2/\gamma^2$ the margin of Lemma B.14 is "
            r"$\frac{\|\mu\|^2}C\sqrt{n/d}$",
            mutants=(
                Mutant(
                    "gamma for gamma^2",
                    left=(gamma / (32 * C_2) * sp.sqrt(n / d) * mu**2).subs(C_2, C * gamma**2 / 32),
                ),
            ),
        ),
        Derivation(
            "constant-in-numbers",
            left=(32 * CONSTANTS["C_2"] / gamma**2)
            .subs(C_r, CONSTANTS["C_r"])
            .subs(C_1, CONSTANTS["C_1"])
            .subs(gamma, 1)
            .subs(kappa, 1),
            at_least=19000,
            statement=r"even for $\gamma=\kappa=1$ the proof needs $C\geq32C_2\geq19000$ here",
            mutants=(Mutant("20000", at_least=20000),),
        ),
        Derivation(
            "iterations",
            left=((35 + 8 * sp.sqrt(m / d**3)) / (gamma * mu * eta * _T ** ((1 - zeta) / 2))).subs(
                _T, T_bar
            ),
            equals=_eps,
            where=zeta < 1,
            statement=r"after $\bar T$ iterations the bound of Lemma B.15 is $\varepsilon$",
            mutants=(
                Mutant(
                    "1 for 2 in the exponent",
                    left=(
                        (35 + 8 * sp.sqrt(m / d**3)) / (gamma * mu * eta * _T ** ((1 - zeta) / 2))
                    ).subs(_T, sp.sqrt(T_bar)),
                ),
            ),
        ),
        Derivation(
            "forced-signal",
            left=(_mu2**2 / (C * _dimension)).subs(_mu2, _signal),
            equals=1 + _t,
            statement=r"(1) with slack $s$, $d=Cn\|\mu\|^2(1+s)$, and (A1) with slack $t$, "
            r"$\|\mu\|^4=Cd(1+t)$, force $\|\mu\|^2=C^2n(1+s)(1+t)$",
            mutants=(
                Mutant("C n for C^2 n", left=(_mu2**2 / (C * _dimension)).subs(_mu2, _signal / C)),
            ),
        ),
        Derivation(
            "forced-dimension",
            left=_dimension.subs(_mu2, _signal),
            at_least=C**3 * n**2,
            nonnegative=C**3 * n**2 * ((1 + _s) ** 2 * (1 + _t) - 1).expand(),
            statement=r"so they force $d\geq C^3n^2$",
            mutants=(Mutant("C^4 n^2", at_least=C**4 * n**2),),
        ),
        Derivation(
            "informative",
            left=c * lambda_ * n * _mu2**2 / (C**2 * _dimension),
            at_most=c * lambda_ * _mu2 / C**3,
            nonnegative=c * lambda_ * _mu2 * _s / (C**3 * (1 + _s)),
            statement=r"the exponent of item 2 is at most $c\lambda\|\mu\|^2/C^3$: the bound says "
            r"something only for $\|\mu\|^2$ of the order $C^3$, with $C\geq19000$",
            mutants=(Mutant("C^4", at_most=c * lambda_ * _mu2 / C**4),),
        ),
        Derivation(
            "allowed-radius",
            left=sp.sqrt(n * _mu2 / _dimension) / C,
            at_most=C ** sp.Rational(-3, 2),
            nonnegative=C ** sp.Rational(-3, 2) * _lost,
            statement=r"item 3 needs $\frac\alpha{\|\mu\|}\leq\frac1C\sqrt{n\|\mu\|^2/d}\leq "
            r"C^{-3/2}$",
            mutants=(Mutant("C^-2", at_most=C**-2),),
        ),
        Derivation(
            "allowed-radius-large-samples",
            left=(sp.sqrt(n * _mu2 / (C * n**2 * _r**2 * _mu2 * (1 + _s))) / C * _r),
            at_most=C ** sp.Rational(-3, 2) / sp.sqrt(n),
            nonnegative=C ** sp.Rational(-3, 2) / sp.sqrt(n) * _lost,
            statement=r"with $d\geq Cn^2\alpha^2$ it also needs $(\frac\alpha{\|\mu\|})^2\leq "
            r"C^{-3/2}n^{-1/2}$",
            mutants=(Mutant("n^-1", at_most=C ** sp.Rational(-3, 2) / n),),
        ),
    ),
)

theorems = (theorem_b1,)
