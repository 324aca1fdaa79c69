"""Proposition 8 and Example 1: optima lie on the ridge path, and when they are sparse."""

from __future__ import annotations

import sympy as sp

from bounds import (
    Construction,
    Derivation,
    Erratum,
    Identity,
    Inequality,
    Mutant,
    Theorem,
    required,
)
from bounds.xing2021.notation import B, epsilon, kappa, paper, q
from bounds.xing2021.smoothing import (
    ATTACKED,
    GAUSSIAN,
    SMOOTHED,
    at_model,
    attack_mean,
    attack_share,
)


def training_level(scale: sp.Expr = at_model, share=attack_share) -> sp.Expr:
    """Return the level of the ridge path at which the training field vanishes."""
    top = epsilon * q * attack_mean(scale) / B + epsilon**2 * share(scale)
    return top / (1 + epsilon * B * attack_mean(scale) / q)


_on_path = dict(scale=1, at_most=1e-6)
_signal, _level, _correlation = sp.symbols("lambda k rho", positive=True)
_coordinate = sp.Symbol("t_0", real=True)
_mixed = sp.Matrix([[1 + _level, _correlation], [_correlation, 1 + _level]])
_numerator = sp.Matrix([[1 + _level, 1], [_correlation, _correlation]])
_HALF = {_correlation: sp.Rational(1, 2), _level: sp.Rational(3, 10)}

proposition_8 = Theorem(
    id="xing2021/proposition-8",
    title="the surrogate optimum lies on the ridge path",
    source="Section 4, Proposition 8",
    statement=r"The minimiser of $R_{L,\xi}(\cdot,\epsilon)$ is $(\Sigma+\kappa I)^{-1}\Sigma"
    r"\theta_0$ for some $\kappa$; whether it is sparse when $\theta_0$ is depends on $\Sigma$. "
    r"(The same holds for the companion risk, and for the point where training comes to rest, "
    r"with other $\kappa$.)",
    paper=paper,
    hypotheses=(ATTACKED, SMOOTHED, GAUSSIAN),
    symbols={
        "surrogate_residual": "distance of the surrogate minimiser from the ridge path",
        "companion_residual": "distance of the companion minimiser from the ridge path",
        "training_residual": "distance of the resting point of training from the ridge path",
        "inverse_residual": "distance from the path of (Sigma + kappa I)^(-1) theta_0",
        "shrinking_residual": "distance from the multiples of theta_0",
        "kappa": "ridge level that fits the point where training comes to rest",
        "leak": "largest coordinate of the optimum outside the support of theta_0",
    },
    uses=("xing2021/definition-surrogate", "xing2021/proof-2-gradients"),
    errata=(
        Erratum(
            printed=r"$\kappa$ is a function of $(\theta_0,\Sigma,\sigma^2,\xi)$",
            correct=r"it is a function of $(\theta_0,\Sigma,\sigma^2,\xi,\epsilon)$",
            why=r"without attack $\kappa=0$, under a crushing one $\kappa\to\infty$",
            harmless=True,
        ),
    ),
    claims=(
        Inequality(
            "ridge-path",
            left="surrogate_residual",
            **_on_path,
            statement=r"the minimiser of $R_{L,\xi}$ is $(\Sigma+\kappa I)^{-1}\Sigma\theta_0$ for "
            r"some $\kappa$",
            routes="risk by quadrature, minimised by Newton's method in all coordinates",
            mutants=(
                Mutant("(Sigma + kappa I)^(-1) theta_0", left="inverse_residual"),
                Mutant("Sigma (Sigma + kappa Sigma)^(-1) theta_0", left="shrinking_residual"),
            ),
        ),
        Inequality(
            "ridge-path-of-companion",
            left="companion_residual",
            **_on_path,
            statement=r"so is the minimiser of $\tilde R_{L,\xi}$",
            routes="risk by quadrature, minimised by Newton's method in all coordinates",
        ),
        Inequality(
            "ridge-path-of-training",
            left="training_residual",
            **_on_path,
            statement=r"so is the zero of $\nabla R_{L,\xi}$, at which training comes to rest",
            routes="field by quadrature, zero by Newton's method in all coordinates",
        ),
        Identity(
            "level-of-training",
            observable=kappa,
            equals=training_level(),
            exact=True,
            tolerance=1e-6,
            statement=r"there $\kappa=(\epsilon qH/B+\epsilon^2E_2)/(1+\epsilon BH/q)$",
            routes="field by quadrature, zero by Newton's method in all coordinates",
            mutants=(
                Mutant("E_2 becomes 1", equals=training_level(share=lambda scale: sp.Integer(1))),
                Mutant("xi for xi/2", equals=training_level(2 * at_model)),
                Mutant(
                    "q/B becomes B/q", equals=training_level().subs({q: B, B: q}, simultaneous=True)
                ),
            ),
        ),
        Construction(
            "not-sparse",
            certificate="leak",
            at_least=sp.Rational(1, 20),
            scale=1,
            statement=r"with correlation $1/2$ between the active and an inactive input the "
            r"optimum is not sparse: its inactive coordinate exceeds $1/20$",
            routes="risk by quadrature, minimised by Newton's method in all coordinates",
            mutants=(
                Mutant("without correlation as well", certificate="leak_without_correlation"),
            ),
        ),
        Derivation(
            "stationary",
            left=sp.Subs(
                _signal * (sp.Symbol("t") - _coordinate) + _level * sp.Symbol("t"),
                sp.Symbol("t"),
                _signal * _coordinate / (_signal + _level),
            ),
            equals=sp.Integer(0),
            statement=r"in an eigenvector of $\Sigma$ with eigenvalue $\lambda$, "
            r"$\lambda(t-t_0)+\kappa t=0$ at $t=\frac{\lambda}{\lambda+\kappa}t_0$",
        ),
        Derivation(
            "leak",
            left=sp.Determinant(_numerator) / sp.Determinant(_mixed),
            equals=_level * _correlation / ((1 + _level) ** 2 - _correlation**2),
            statement=r"for $\Sigma$ with ones and $\rho$, $\theta_0=(1,0)$, the second coordinate "
            r"is $\frac{\kappa\rho}{(1+\kappa)^2-\rho^2}$",
            mutants=(Mutant("sparse", equals=sp.Integer(0)),),
        ),
        Derivation(
            "leak-in-numbers",
            left=(sp.Determinant(_numerator) / sp.Determinant(_mixed)).subs(_HALF),
            equals=sp.Rational(5, 48),
            statement=r"$\rho=0.5$, $\kappa=0.3$: it is $5/48=0.104$",
        ),
    ),
)

example_1 = Theorem(
    id="xing2021/example-1",
    title="uncorrelated inactive inputs keep the optimum sparse",
    source="Section 4, Example 1",
    statement=r"If $\theta_0$ is sparse and $\Sigma$ is block diagonal, with one block for the "
    r"active inputs and one for the others, then $\theta^*$ is sparse as well.",
    paper=paper,
    hypotheses=(
        ATTACKED,
        GAUSSIAN,
        required(None, "active and inactive inputs are uncorrelated"),
    ),
    symbols={
        "leak": "largest inactive coordinate of the optimum, over its norm",
        "leak_with_correlation": "largest inactive coordinate of the optimum when all inputs are "
        "correlated, over its norm",
    },
    uses=("xing2021/proposition-8",),
    claims=(
        Inequality(
            "support",
            left="leak",
            at_most=1e-9,
            scale=1,
            statement=r"the inactive coordinates of the optimum vanish",
            routes="risk by quadrature, minimised by Newton's method from a start without zeros",
            mutants=(Mutant("without the block structure", left="leak_with_correlation"),),
        ),
    ),
)

theorems = (proposition_8, example_1)
