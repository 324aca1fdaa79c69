"""The noise of the clusters: Definition 2.1, Propositions B.18, B.20 and B.23."""

from __future__ import annotations

import sympy as sp

from bounds import (
    Derivation,
    Erratum,
    Identity,
    Inequality,
    Mutant,
    Probability,
    Theorem,
    required,
)
from bounds.wang2024.notation import beta, d, kappa, lambda_, mu, normal_cdf, paper

sigma = sp.Symbol("sigma", positive=True)
_z = sp.Symbol("z", real=True)
_psi = sp.Symbol("psi_2", positive=True)
_density = sp.exp(-(_z**2) / (2 * sigma**2)) / (sigma * sp.sqrt(2 * sp.pi))
_largest = sp.sqrt(sp.Rational(3, 8))
_variation = beta * (2 * normal_cdf(mu / sigma) - 1)

definition_2_1 = Theorem(
    id="wang2024/definition-2.1",
    title="two mirrored clusters with flipped labels",
    source="Section 2.1, Definition 2.1",
    statement=r"$x=y_c\mu+\xi$ with a fair sign $y_c$; the coordinates of $\xi$ are independent, "
    r"centred, with sub-Gaussian norm at most 1, the law of $\xi$ is $\lambda$-strongly "
    r"log-concave, and $E\|\xi\|^2\geq\kappa d$ for some $\kappa\in(0,1)$. The label $y$ has total "
    r"variation distance at most $\beta$ from $y_c$, given $x$. The proofs take "
    r"$\|X\|_{\psi_2}=\min\{t:E\,e^{X^2/t^2}\leq2\}$ for the sub-Gaussian norm.",
    paper=paper,
    hypotheses=(required(beta <= sp.Rational(1, 2), "at most half of the labels are flipped"),),
    symbols={
        "psi_2": "sub-Gaussian norm of a coordinate",
        "sigma": "standard deviation of a normal coordinate",
        "second_moment": "E X^2",
        "smallest_curvature": "smallest second difference quotient of -log density",
        "lambda": "strong log-concavity of the law",
        "total_variation": "distance between (x, y) and (x, y_c) for independent flips",
    },
    errata=(
        Erratum(
            printed="the standard Gaussian cluster is a special case of Definition 2.1",
            correct=r"$N(0,\sigma^2I)$ is, for $\sigma^2\leq\frac38$",
            why="with the norm that the proofs use (E exp(X^2) <= 2 for norm 1), a standard normal "
            "variable has norm sqrt(8/3). Rescaling the data by sqrt(3/8) puts it into the class",
            counterexample="X ~ N(0, 1): E exp(X^2) is infinite, the norm is 1.633",
            harmless=True,
        ),
        Erratum(
            printed=r"$0<\kappa<1$",
            correct=r"$0<\kappa\leq\log2$",
            why="by Jensen's inequality a sub-Gaussian norm of at most 1 forces E X^2 <= log 2, so "
            "larger values of kappa are never met",
            counterexample="X = +-sqrt(log 2) has norm 1 and the largest variance, 0.693",
            harmless=True,
        ),
    ),
    claims=(
        Inequality(
            "variance", left="second_moment", at_most=sp.log(2) * _psi**2,
            statement=r"$EX^2\leq\log2\cdot\|X\|_{\psi_2}^2$, hence $\kappa\leq\log2$",
            mutants=(
                Mutant("1/2 for log 2", at_most=_psi**2 / 2),
                Mutant("1 for log 2, as the proofs use", truth="weaker",
                       because="log 2 is attained by a fair sign", at_most=_psi**2),
            ),
        ),
        Identity(
            "normal-norm", observable=_psi, equals=sp.sqrt(sp.Rational(8, 3)) * sigma, exact=True,
            tolerance=1e-8, where=sigma > 0,
            statement=r"$\|N(0,\sigma^2)\|_{\psi_2}=\sigma\sqrt{8/3}$",
            mutants=(
                Mutant("the proxy's sigma", equals=sigma),
                Mutant("sigma sqrt(2)", equals=sp.sqrt(2) * sigma),
            ),
        ),
        Inequality(
            "standard-normal", left=_psi, at_most=1, where=sp.Eq(sigma, 1),
            expected="broken",
            because="the norm of a standard normal variable is sqrt(8/3)",
            statement=r"'the Gaussian is a special case' read as: $\|N(0,1)\|_{\psi_2}\leq1$ in "
            r"the norm of the proofs",
        ),
        Inequality(
            "small-normal", left=_psi, at_most=1, where=sigma <= _largest,
            statement=r"corrected: $\|N(0,\sigma^2)\|_{\psi_2}\leq1$ for $\sigma^2\leq\frac38$",
            mutants=(Mutant("for sigma^2 <= 1/2", where=sigma <= 1 / sp.sqrt(2)),),
        ),
        Inequality(
            "other-laws", left="psi_2_of_law", at_most=1,
            statement="the non-Gaussian laws of the checks have sub-Gaussian norm at most 1",
            mutants=(Mutant("at most 1/2", at_most=sp.Rational(1, 2)),),
        ),
        Inequality(
            "other-laws-concave", left="smallest_curvature", at_least=lambda_,
            tolerance=1e-6,
            statement=r"their densities are strongly log-concave with the $\lambda$ stated",
            mutants=(Mutant("with twice that", at_least=2 * lambda_),),
        ),
        Identity(
            "total-variation", observable="total_variation", equals=_variation,
            scale=beta, exact=True, tolerance=1e-6,
            statement=r"independent flips have distance $\beta\,(2\Phi(\|\mu\|/\sigma)-1)$: below "
            r"$\beta$, because flips are invisible where the clusters overlap",
            mutants=(
                Mutant("exactly beta", equals=beta),
                Mutant("half of it", equals=_variation / 2),
            ),
        ),
        Inequality(
            "coupling", left="total_variation", at_most=beta,
            statement=r"independent flips with probability $\beta$ have distance at most $\beta$",
            mutants=(Mutant("at most beta / 2", at_most=beta / 2),),
        ),
        Derivation(
            "normal-moment",
            left=sp.Integral(sp.exp(3 * _z**2 / (8 * sigma**2)) * _density, (_z, -sp.oo, sp.oo)),
            equals=2,
            statement=r"$E\exp(X^2/t^2)=2$ at $t=\sigma\sqrt{8/3}$ for $X\sim N(0,\sigma^2)$",
            mutants=(
                Mutant("at t = 2 sigma", left=sp.Integral(
                    sp.exp(_z**2 / (4 * sigma**2)) * _density, (_z, -sp.oo, sp.oo))),
            ),
        ),
    ),
)

proposition_b18 = Theorem(
    id="wang2024/proposition-B.18",
    title="many coordinates have a large variance",
    source="Appendix B.2, Proposition B.18",
    statement=r"If the variances of the $d$ coordinates are at most 1 and their mean is at least "
    r"$\kappa$, at least $\frac\kappa{2-\kappa}d$ of them are at least $\frac\kappa2$.",
    paper=paper,
    symbols={
        "large_share": "share of coordinates with variance at least kappa / 2",
        "large_share_bounded": "share of coordinates with variance at least kappa / 2, all at most "
        "log 2",
        "kappa_bounded": "mean variance in that case",
    },
    uses=("wang2024/definition-2.1",),
    claims=(
        Inequality(
            "share", left="large_share", at_least=kappa / (2 - kappa),
            statement=r"$|\mathcal{G}|/d\geq\frac\kappa{2-\kappa}$ for all variances in $[0,1]$",
            mutants=(
                Mutant("kappa", at_least=kappa),
                Mutant("a tenth more", at_least=sp.Rational(11, 10) * kappa / (2 - kappa)),
                Mutant("kappa / 2", truth="weaker", because="2 - kappa is at most 2",
                       at_least=kappa / 2),
            ),
        ),
        Inequality(
            "share-in-class", left="large_share_bounded",
            at_least=sp.Symbol("kappa_bounded") / (2 * sp.log(2) - sp.Symbol("kappa_bounded")),
            statement=r"inside Definition 2.1, where variances are at most $\log2$: "
            r"$|\mathcal{G}|/d\geq\frac\kappa{2\log2-\kappa}$",
            mutants=(
                Mutant("the printed 2 - kappa", truth="weaker",
                       because="2 log 2 is less than 2",
                       at_least=sp.Symbol("kappa_bounded") / (2 - sp.Symbol("kappa_bounded"))),
                Mutant("1 - kappa in the denominator",
                       at_least=sp.Symbol("kappa_bounded") / (1 - sp.Symbol("kappa_bounded"))),
            ),
        ),
        Derivation(
            "counting",
            left=kappa / (2 - kappa) + (1 - kappa / (2 - kappa)) * kappa / 2,
            equals=kappa,
            statement=r"a share $\frac\kappa{2-\kappa}$ of variances 1 and the rest "
            r"$\frac\kappa2$ have mean $\kappa$: the bound is sharp",
            mutants=(Mutant("a share of kappa / 2",
                            left=kappa / 2 + (1 - kappa / 2) * kappa / 2),),
        ),
    ),
)

c = sp.Symbol("c", positive=True)
_excess = sp.Symbol("e", nonnegative=True)
_share = sp.Rational(4, 100) / (sp.Integer(220) ** sp.Rational(2, 3) * c**4)


def _slack(mass: sp.Expr) -> sp.Expr:
    """Right minus left side of the proof's last inequality, exponentials already bounded."""
    a, cut = 1 / (10 * c**2), sp.Integer(220) ** sp.Rational(1, 3) * c**2
    slack = 1 - a**2 - 2 * cut**2 * mass - cut * a - 11 * c**4 / cut**2
    return slack.subs(c, sp.sqrt(1 + _excess))


proposition_b20 = Theorem(
    id="wang2024/proposition-B.20",
    title="a sub-Gaussian variable is often positive",
    source="Appendix B.2, Proposition B.20",
    statement=r"If $EX=0$, $EX^2=1$ and $\|X\|_{\psi_2}\leq c$, then $P(X\geq\frac1{10c^2})\geq"
    r"\frac{0.04}{220^{2/3}c^4}$.",
    paper=paper,
    hypotheses=(required(c >= 1, "the norm is at least 1, as unit variance implies"),),
    symbols={
        "c": "sub-Gaussian norm of the law",
        "mass_above": "P(X >= 1 / (10 c^2)), exactly",
        "mass_above_root": "P(X >= 1 / (10 c)), exactly",
        "e": "c^2 - 1",
    },
    uses=("wang2024/definition-2.1",),
    claims=(
        Inequality(
            "mass", left="mass_above", at_least=_share,
            statement=r"laws with 2 and 3 atoms, $c$ from 1.2 to $10^{30}$: "
            r"$P(X\geq\frac1{10c^2})\geq\frac{0.04}{220^{2/3}c^4}$",
            mutants=(
                Mutant("1/(10 c) for 1/(10 c^2)", left="mass_above_root"),
                Mutant("4 / c^2 on the right", at_least=4 / c**2),
            ),
        ),
        Derivation(
            "slack",
            left=_slack(_share),
            at_least=1 - sp.Rational(9, 100)
            - sp.Rational(3, 2) * sp.Rational(22, 100) ** sp.Rational(1, 3),
            nonnegative=_excess * (2 + _excess) / (100 * (1 + _excess) ** 2),
            statement=r"the proof's last inequality: with $a=\frac1{10c^2}$, $A=220^{1/3}c^2$, "
            r"$A^2B=0.04$ its slack is at least $0.91-1.5\cdot0.22^{1/3}$ (here $c^2=1+e$)",
            mutants=(
                Mutant("0.4 for 0.04", left=_slack(10 * _share)),
                Mutant("c^2 for c^4 in the probability", left=_slack(_share * c**2)),
            ),
        ),
        Derivation(
            "positive",
            left=1 - sp.Rational(9, 100)
            - sp.Rational(3, 2) * sp.Rational(22, 100) ** sp.Rational(1, 3),
            at_least=sp.Rational(4, 1000),
            statement=r"$0.91-1.5\cdot0.22^{1/3}>0.004$",
            mutants=(Mutant("above 0.005", at_least=sp.Rational(5, 1000)),),
        ),
    ),
)

_bar = sp.Symbol("delta_bar", positive=True)
_log = sp.log(1 / _bar)
c_6 = sp.Symbol("c_6", positive=True)
_projection, _norm = sp.symbols("projection squared_norm", nonnegative=True)
_s, _t, _k, _level = sp.symbols("s t k L", nonnegative=True)
_linear = (12 * _t * sp.sqrt(d * _level) + 36 * _level * d) / (9 * d)

proposition_b23 = Theorem(
    id="wang2024/proposition-B.23",
    title="tails of projections and norms of the noise",
    source="Appendix B.2, Proposition B.23",
    statement=r"For $\bar\delta<\frac12$: (D1) $P(|\langle v,\xi\rangle|>c_6\|v\|"
    r"\sqrt{\log(1/\bar\delta)})\leq\bar\delta$; (D2) $P(\|\xi\|^2>9d\log(1/\bar\delta))\leq"
    r"\bar\delta$, and $E[\|\xi\|\,1(\|\xi\|\geq6\sqrt{d\log(1/\bar\delta)})]\leq8\bar\delta^4"
    r"\sqrt{d\log(1/\bar\delta)}$.",
    paper=paper,
    hypotheses=(required(_bar < sp.Rational(1, 2), "the failure probability is below 1/2"),),
    symbols={
        "delta_bar": "failure probability",
        "c_6": "absolute constant of (D1), declared",
        "projection": "|<v, xi>| / |v| for a random v",
        "squared_norm": "|xi|^2",
        "tail_mean": "E |xi| 1(|xi| >= 6 sqrt(d log(1/delta_bar))), normal noise",
        "tail_mean_low": "E |xi| 1(|xi| >= sqrt(d log(1/delta_bar))), normal noise",
        "s": "log(1/delta_bar) - log 2", "k": "d - 1", "L": "log(1/delta_bar)",
        "t": "variable of integration",
    },
    uses=("wang2024/definition-2.1",),
    claims=(
        Probability(
            "projection", event=_projection > c_6 * sp.sqrt(_log), at_most=_bar,
            statement=r"(D1) with $c_6=2$: $P(|\langle v,\xi\rangle|>c_6\|v\|"
            r"\sqrt{\log(1/\bar\delta)})\leq\bar\delta$",
            mutants=(Mutant("c_6 = 1/2", event=_projection > sp.sqrt(_log) / 2),),
        ),
        Probability(
            "norm", event=_norm > 9 * d * _log, at_most=_bar,
            statement=r"(D2) $P(\|\xi\|^2>9d\log(1/\bar\delta))\leq\bar\delta$",
            mutants=(Mutant("1/4 for 9", event=_norm > d * _log / 4),),
        ),
        Inequality(
            "tail-mean", left="tail_mean", at_most=8 * _bar**4 * sp.sqrt(d * _log),
            statement=r"(D2) $E[\|\xi\|\,1(\|\xi\|\geq6\sqrt{d\log(1/\bar\delta)})]\leq"
            r"8\bar\delta^4\sqrt{d\log(1/\bar\delta)}$",
            mutants=(
                Mutant("the threshold's 6 becomes 1", left="tail_mean_low"),
                Mutant("delta_bar^2 for delta_bar^4", truth="weaker", because="a larger bound",
                       at_most=8 * _bar**2 * sp.sqrt(d * _log)),
                Mutant("delta_bar^9", truth="weaker", at_most=8 * _bar**9 * sp.sqrt(d * _log),
                       because="true as well: Markov's inequality even gives delta_bar^35"),
            ),
        ),
        Derivation(
            "union",
            left=(1 + _k) * sp.log(2) - 9 * (1 + _k) * (sp.log(2) + _s) + sp.log(2) + _s,
            at_most=0,
            nonnegative=(7 + 8 * _k) * sp.log(2) + (8 + 9 * _k) * _s,
            statement=r"(D2) needs no large $d$: by Markov $P(\|\xi\|^2>9dL)\leq2^de^{-9dL}\leq "
            r"e^{-L}$ for $L\geq\log2$",
            mutants=(Mutant("with 1 for 9", left=(1 + _k) * sp.log(2)
                            - (1 + _k) * (sp.log(2) + _s) + sp.log(2) + _s),),
        ),
        Derivation(
            "exponent", left=sp.exp(-((6 * sp.sqrt(d * sp.log(1 / _bar))) ** 2) / (9 * d)),
            equals=_bar**4,
            statement=r"at $\|\xi\|=6\sqrt{d\log(1/\bar\delta)}$ the tail bound is $\bar\delta^4$",
            mutants=(Mutant("3 for 6", left=sp.exp(
                -((3 * sp.sqrt(d * sp.log(1 / _bar))) ** 2) / (9 * d))),),
        ),
        Derivation(
            "square", left=(_t + 6 * sp.sqrt(d * _level)) ** 2 / (9 * d), at_least=_linear,
            nonnegative=_t**2 / (9 * d),
            statement=r"the square in the exponent is at least its tangent",
            mutants=(Mutant("twice its tangent", at_least=2 * _linear),),
        ),
        Derivation(
            "integral",
            left=sp.Integral(sp.exp(-_linear), (_t, 0, sp.oo)).subs(
                _level, sp.Symbol("L", positive=True)),
            equals=(sp.exp(-4 * _level) * 9 * d / (12 * sp.sqrt(d * _level))).subs(
                _level, sp.Symbol("L", positive=True)),
            statement=r"$\int_0^\infty e^{-(12t\sqrt{dL}+36dL)/(9d)}dt=\bar\delta^4"
            r"\frac{9d}{12\sqrt{dL}}$",
            mutants=(Mutant("exp(-2L) for exp(-4L)", equals=(
                sp.exp(-2 * _level) * 9 * d / (12 * sp.sqrt(d * _level))).subs(
                    _level, sp.Symbol("L", positive=True))),),
        ),
        Derivation(
            "constants", left=6 + sp.Rational(3, 4) / (sp.log(2) + _s), at_most=8,
            nonnegative=(2 * sp.log(2) - sp.Rational(3, 4) + 2 * _s) / (sp.log(2) + _s),
            statement=r"$6+\frac{3/4}{\log(1/\bar\delta)}\leq8$ for $\bar\delta\leq\frac12$",
            mutants=(Mutant("at most 6.5", at_most=sp.Rational(13, 2)),),
        ),
    ),
)

theorems = (definition_2_1, proposition_b18, proposition_b20, proposition_b23)
