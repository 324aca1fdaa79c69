"""Robust error from the normalised margin: Lemma B.2 (Lemma 4.2)."""

from __future__ import annotations

import sympy as sp

from bounds import (
    Derivation,
    Erratum,
    Inequality,
    Mutant,
    Probability,
    Theorem,
    required,
)
from bounds.wang2024.notation import alpha, beta, lambda_, mu, normal_cdf, paper

_plus, _minus = sp.symbols("margin_plus margin_minus", real=True)
_norm, _frobenius = sp.symbols("spectral_norm frobenius_norm", positive=True)
_distance = sp.Symbol("distance", nonnegative=True)
_half = sp.Rational(1, 2)


def tail(margin: sp.Expr, c: sp.Expr = _half, concavity: sp.Expr = lambda_) -> sp.Expr:
    """Return exp(-c lambda margin^2), the probability that the noise undoes a margin."""
    return sp.exp(-c * concavity * margin**2)


_robust = tail(_plus - alpha) + tail(_minus - alpha)
_mean = (_plus + _minus) / 2
_t, _q = sp.symbols("t q", positive=True)
_x = sp.Symbol("x", nonnegative=True)

lemma_b2 = Theorem(
    id="wang2024/lemma-B.2",
    aliases=("wang2024/lemma-4.2",),
    title="robust error from the normalised margin of each cluster",
    source="Section 4.1, Lemma 4.2; Appendix B.1, Lemma B.2",
    statement=r"Let $M_\pm=E[y_cf(x;W)|y_c=\pm1]/\|W\|_2$. If $M_\pm\geq\alpha$: "
    r"$L_{rob}^{0/1}\leq\beta+\sum_\pm\exp(-c\lambda(M_\pm-\alpha)^2)$ and "
    r"$L^{0/1}\leq\beta+\sum_\pm\exp(-c\lambda M_\pm^2)$ with a universal $c$, for instance "
    r"$c=\frac12$.",
    paper=paper,
    hypotheses=(
        required(None, "the activation is 1-Lipschitz; M_+ and M_- are at least alpha"),
        required(None, "the noise is lambda-strongly log-concave"),
    ),
    symbols={
        "value_change": "|f(x) - f(x')|",
        "distance": "|x - x'|",
        "spectral_norm": "spectral norm of W", "frobenius_norm": "Frobenius norm of W",
        "margin_plus": "mean of f over |W|_2 on the positive cluster",
        "margin_minus": "mean of -f over |W|_2 on the negative cluster",
        "linear_error": "robust error of a linear network, by quadrature",
        "tail_probability": "P(X <= -t) of centred noise, by quadrature",
        "moment_norm": "(E|X|^q)^(1/q), by quadrature",
        "undecided_or_wrong": "a fresh point is not certified to be right on the whole ball",
        "clean_mistake": "a fresh point is misclassified",
        "t": "threshold", "q": "order of the moment", "x": "M - alpha",
    },
    uses=("wang2024/definition-2.1",),
    errata=(
        Erratum(
            printed=r"$P(\cdot\,|\,y_c=-1)\,P(y_c=1)+P(\cdot\,|\,y_c=-1)\,P(y_c=-1)$",
            correct=r"$P(\cdot\,|\,y_c=1)\,P(y_c=1)+P(\cdot\,|\,y_c=-1)\,P(y_c=-1)$",
            why="the first conditional is on the other cluster; the next line has it right, and "
            "drops the factors 1/2, which the bound could keep",
            harmless=True,
        ),
    ),
    claims=(
        Inequality(
            "lipschitz", left="value_change", at_most=_norm * _distance,
            statement=r"$|f(x)-f(\tilde x)|\leq\|W\|_2\|x-\tilde x\|$",
            mutants=(
                Mutant("half of it", at_most=_norm * _distance / 2),
                Mutant("the Frobenius norm over sqrt(m)",
                       at_most=_frobenius / sp.sqrt(sp.Symbol("m")) * _distance),
                Mutant("the Frobenius norm", truth="weaker",
                       because="it is at least the spectral norm", at_most=_frobenius * _distance),
            ),
        ),
        Inequality(
            "linear", left="linear_error", at_most=beta + 2 * tail(mu - alpha),
            statement=r"linear networks along an axis, normal and other noise: the exact robust "
            r"error is at most $\beta+2\exp(-\frac\lambda2(M-\alpha)^2)$",
            mutants=(
                Mutant("c = 1", at_most=beta + 2 * tail(mu - alpha, sp.Integer(1))),
                Mutant("the attack is ignored", at_most=beta + 2 * tail(mu)),
                Mutant("without beta", at_most=2 * tail(mu - alpha)),
                Mutant("1/lambda for lambda", at_most=beta + 2 * tail(
                    mu - alpha, concavity=1 / lambda_)),
            ),
        ),
        Inequality(
            "linear-half", left="linear_error", at_most=beta + tail(mu - alpha),
            statement=r"keeping $P(y_c)=\frac12$ halves the bound: $\beta+\exp(-\frac\lambda2"
            r"(M-\alpha)^2)$",
            mutants=(
                Mutant("c = 1", at_most=beta + tail(mu - alpha, sp.Integer(1))),
                Mutant("1/lambda for lambda", at_most=beta + tail(
                    mu - alpha, concavity=1 / lambda_)),
            ),
        ),
        Inequality(
            "tail", left="tail_probability", at_most=tail(_t),
            statement=r"$P(X-EX\leq-t)\leq\exp(-\frac\lambda2t^2)$ for strongly log-concave $X$",
            mutants=(
                Mutant("c = 1", at_most=tail(_t, sp.Integer(1))),
                Mutant("1/lambda for lambda", at_most=tail(_t, concavity=1 / lambda_)),
            ),
        ),
        Inequality(
            "moments", left="moment_norm", at_most=sp.sqrt(_q / lambda_),
            statement=r"$\|X-EX\|_{L^q}\leq\sqrt{q/\lambda}$ (the constant is 1)",
            mutants=(
                Mutant("q^(1/4)", at_most=_q ** sp.Rational(1, 4) / sp.sqrt(lambda_)),
                Mutant("half of it", at_most=sp.sqrt(_q / lambda_) / 2),
                Mutant("1/lambda", at_most=sp.sqrt(_q) / lambda_),
            ),
        ),
        Probability(
            "robust-error", event="undecided_or_wrong", at_most=beta + _robust,
            statement=r"networks: the robust error, certified from above, is at most $\beta+"
            r"\sum_\pm\exp(-\frac\lambda2(M_\pm-\alpha)^2)$",
            routes="every fresh point that is not certified counts as an error",
            mutants=(
                Mutant("one exponential with the mean margin of both clusters",
                       at_most=beta + tail(_mean - alpha)),
                Mutant("the attack is ignored", at_most=beta + tail(_plus) + tail(_minus)),
                Mutant("the better cluster alone",
                       at_most=beta + 2 * tail(sp.Max(_plus, _minus) - alpha)),
                Mutant("without beta", at_most=_robust),
                Mutant("1/2 of the sum, as P(y_c) = 1/2 allows", truth="weaker",
                       because="true as well, and sharper", at_most=beta + _robust / 2),
            ),
        ),
        Probability(
            "clean-error", event="clean_mistake", at_most=beta + tail(_plus) + tail(_minus),
            statement=r"and the clean error at most $\beta+\sum_\pm\exp(-\frac\lambda2M_\pm^2)$",
            mutants=(
                Mutant("one exponential with the mean margin of both clusters",
                       at_most=beta + tail(_mean)),
                Mutant("the better cluster alone",
                       at_most=beta + tail(sp.Max(_plus, _minus))),
            ),
        ),
        Derivation(
            "optimal-exponent",
            left=sp.Limit(
                sp.exp(-_t**2 / 2) / (sp.sqrt(2 * sp.pi) * _t * normal_cdf(-_t)), _t, sp.oo),
            equals=1,
            statement=r"for linear $f$ and $N(0,I)$ the exact $\Phi(-t)$ is asymptotic to "
            r"$e^{-t^2/2}/(t\sqrt{2\pi})$: no $c>\frac12$ is possible",
            mutants=(Mutant("c = 1", left=sp.Limit(
                sp.exp(-_t**2) / (sp.sqrt(2 * sp.pi) * _t * normal_cdf(-_t)), _t, sp.oo)),),
        ),
        Derivation(
            "says-something",
            left=(beta + 2 * sp.exp(-_x**2 / 2)).subs(
                _x, sp.sqrt(2 * sp.log(2 / (_half - beta)))),
            equals=_half,
            where=beta < _half,
            statement=r"with $\lambda=1$ the bound is below $\frac12$ from $M-\alpha="
            r"\sqrt{2\log\frac2{1/2-\beta}}$ on (1.79 at $\beta=0.1$)",
            mutants=(Mutant("without the inner 2", left=(beta + 2 * sp.exp(-_x**2 / 2)).subs(
                _x, sp.sqrt(2 * sp.log(1 / (_half - beta))))),),
        ),
    ),
)

theorems = (lemma_b2,)
