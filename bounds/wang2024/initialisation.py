"""The initial weights: Lemmas B.3 and B.19."""

from __future__ import annotations

import sympy as sp

from bounds import Derivation, Identity, Inequality, Limit, Mutant, Probability, Theorem, required
from bounds.wang2024.notation import ASSUMPTION_1, C_0, SMOOTH, C, d, delta, m, n, paper

_least, _most = sp.symbols("smallest_row largest_row", nonnegative=True)
_ratio, _t, _s = sp.symbols("smallest_ratio t s", nonnegative=True)
_half_norm, _spectral = sp.symbols("half_norm spectral_norm", positive=True)
G = sp.Symbol("G", integer=True, positive=True)


def rows_within(t: sp.Expr) -> sp.Basic:
    """Return the event that every |w_s|^2 is within a share ``t`` of omega^2 d."""
    return (_least >= 1 - t) & (_most <= 1 + t)


def _indicator(event: sp.Basic) -> sp.Expr:
    return sp.Piecewise((1, event), (0, True))


def _chi_squared(x: sp.Expr) -> sp.Expr:
    """Distribution function of chi^2 with d degrees of freedom."""
    return sp.lowergamma(sp.Rational(1, 2) * d, x / 2) / sp.gamma(sp.Rational(1, 2) * d)


_half = sp.Rational(1, 2)
_one_row = _chi_squared(3 * d / 2) - _chi_squared(d / 2)
spectral_norm = _spectral
spectral_bound = C_0 * (sp.sqrt(m) + sp.sqrt(d))
gaussian = required(
    None, "initial weights are N(0, omega^2), neuron s + m/2 starts like neuron s"
)

lemma_b3 = Theorem(
    id="wang2024/lemma-B.3",
    title="norms of the initial weights",
    source="Appendix B.1, Lemma B.3",
    statement=r"With probability at least $1-\frac\delta2$: $\frac12\omega^2d\leq\|w_s^0\|^2\leq"
    r"\frac32\omega^2d$ for every neuron, and $\|W^0\|_2\leq C_0\omega(\sqrt m+\sqrt d)$.",
    paper=paper,
    hypotheses=(*ASSUMPTION_1, *SMOOTH, gaussian),
    symbols={
        "smallest_row": "smallest |w_s|^2 over omega^2 d",
        "largest_row": "largest |w_s|^2 over omega^2 d",
        "tail": "P(|chi^2 / d - 1| >= t), exactly",
        "t": "deviation",
        "spectral_norm": "spectral norm of W^0 over omega",
        "half_norm": "spectral norm of its first m/2 rows over omega",
        "spectral_ratio": "spectral norm of W^0 over omega (sqrt(m) + sqrt(2d))",
        "C_0": "universal constant of the spectral norm, declared",
    },
    claims=(
        Probability(
            "rows", event=rows_within(_half), at_least=1 - 2 * m * sp.exp(-d / sp.Integer(32)),
            where=d >= 100,
            statement=r"all $\|w_s^0\|^2\in[\frac12,\frac32]\omega^2d$ with probability at least "
            r"$1-2me^{-d/32}$",
            mutants=(
                Mutant("within 1/5 instead of 1/2", event=rows_within(sp.Rational(1, 5))),
            ),
        ),
        Identity(
            "rows-exact", observable=_indicator(rows_within(_half)),
            equals=_one_row ** (m / 2), functional="proportion", where=d < 100,
            statement=r"exactly, that probability is $P(\frac d2\leq\chi^2_d\leq\frac{3d}2)^{m/2}$",
            mutants=(
                Mutant("the power m: all rows independent", equals=_one_row**m),
                Mutant("the power 1", equals=_one_row),
                Mutant("within 2/5", observable=_indicator(rows_within(sp.Rational(2, 5)))),
            ),
        ),
        Inequality(
            "tail", left="tail", at_most=2 * sp.exp(-d * _t**2 / 8),
            statement=r"$P(|\chi^2_d/d-1|\geq t)\leq2e^{-dt^2/8}$ for $t\leq1$",
            mutants=(
                Mutant("4 for 8 (at t = 1/2: d/16)", at_most=2 * sp.exp(-d * _t**2 / 4)),
                Mutant("2 for 8 (at t = 1/2: d/8)", at_most=2 * sp.exp(-d * _t**2 / 2)),
            ),
        ),
        Probability(
            "spectral", event=_spectral <= spectral_bound, at_least=1 - delta / 4,
            statement=r"$\|W^0\|_2\leq C_0\omega(\sqrt m+\sqrt d)$ with $C_0=2\sqrt2$ and "
            r"probability at least $1-\frac\delta4$",
            mutants=(Mutant("C_0 = 1", event=_spectral <= sp.sqrt(m) + sp.sqrt(d)),),
        ),
        Identity(
            "symmetric", observable=_spectral, equals=sp.sqrt(2) * _half_norm, exact=True,
            statement=r"$\|W^0\|_2=\sqrt2\,\|[w_1,\ldots,w_{m/2}]\|_2$",
            mutants=(Mutant("without the root of 2", equals=_half_norm),),
        ),
        Limit(
            "spectral-constant", observable="spectral_ratio", to=1, rate=0.5, tolerance=0.02,
            statement=r"sharply, $\|W^0\|_2/(\omega\sqrt m+\omega\sqrt{2d})\to1$ as $m$ and $d$ "
            r"grow together: every $C_0>\sqrt2$ will do (zone: 0.02)",
            mutants=(
                Mutant("sqrt(m) + sqrt(d)",
                       to=(sp.sqrt(m) + sp.sqrt(d)) / (sp.sqrt(m) + sp.sqrt(2 * d))),
            ),
        ),
        Derivation(
            "union", left=2 * delta * sp.exp(-64 * sp.log(8) / 64), equals=delta / 4,
            statement=r"$2\delta e^{-d/64}\leq\frac\delta4$ from $d=64\log8=133$ on (the paper: "
            r"192)",
            mutants=(Mutant("from 64 log 4 on", left=2 * delta * sp.exp(-64 * sp.log(4) / 64)),),
        ),
        Derivation(
            "width", left=(delta * sp.exp(n / C)).subs(n, C * sp.log(m / delta)), equals=m,
            statement=r"assumption (5), $n\geq C\log\frac m\delta$, is $m\leq\delta e^{n/C}$",
            mutants=(Mutant("e^(2n/C)", left=(delta * sp.exp(2 * n / C)).subs(
                n, C * sp.log(m / delta))),),
        ),
    ),
)

_share_of_mass = 1 - sp.betainc_regularized(G / sp.Integer(2), (d - G) / 2, 0, G / (4 * d))

lemma_b19 = Theorem(
    id="wang2024/lemma-B.19",
    title="initial weights on the coordinates of large variance",
    source="Appendix B.2, Lemma B.19",
    statement=r"Besides Lemma B.3, $\frac1{|\mathcal{G}|}\sum_{i\in\mathcal{G}}(w^0_{s,i})^2\geq"
    r"\frac14\cdot\frac1d\sum_i(w^0_{s,i})^2$ for every neuron, with probability at least "
    r"$1-\frac{3\delta}4$; it fails with at most $2me^{-|\mathcal{G}|/32}+2me^{-d/8}$.",
    paper=paper,
    hypotheses=(gaussian, required(G < d, "the set is not everything")),
    symbols={
        "G": "number of coordinates of large variance",
        "smallest_ratio": "smallest mean square on G over the mean square on all coordinates",
    },
    uses=("wang2024/lemma-B.3", "wang2024/proposition-B.18"),
    claims=(
        Probability(
            "ratio", event=_ratio >= sp.Rational(1, 4),
            at_least=1 - 2 * m * sp.exp(-G / sp.Integer(32)) - 2 * m * sp.exp(-d / sp.Integer(8)),
            where=G >= 90,
            statement=r"the ratio of the mean squares is at least $\frac14$ for all neurons",
            mutants=(Mutant("9/10 for 1/4", event=_ratio >= sp.Rational(9, 10)),),
        ),
        Identity(
            "ratio-exact", observable=_indicator(_ratio >= sp.Rational(1, 4)),
            equals=_share_of_mass ** (m / 2), functional="proportion", where=G < 90,
            statement=r"exactly, that probability is $P(\mathrm{Beta}(\frac{|G|}2,\frac{d-|G|}2)"
            r"\geq\frac{|G|}{4d})^{m/2}$",
            mutants=(
                Mutant("3/4 for 1/4", observable=_indicator(_ratio >= sp.Rational(3, 4))),
                Mutant("the power m: all rows independent", equals=_share_of_mass**m),
            ),
        ),
        Derivation(
            "large-set",
            left=sp.Symbol("kappa") / (2 - sp.Symbol("kappa")) * d * sp.Symbol("kappa") / 2
            / (4 * d),
            equals=sp.Symbol("kappa") ** 2 / (16 - 8 * sp.Symbol("kappa")),
            statement=r"with $|\mathcal{G}|\geq\frac\kappa{2-\kappa}d$ the projection has variance "
            r"at least $\frac{\kappa^2}{16-8\kappa}$",
            mutants=(Mutant("8 for 16", equals=sp.Symbol("kappa") ** 2
                            / (8 - 8 * sp.Symbol("kappa"))),),
        ),
    ),
)

theorems = (lemma_b3, lemma_b19)
