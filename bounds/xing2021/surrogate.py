"""The smoothed (surrogate) attack: its risk, and what is true of its smoothness and convexity."""

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
)
from bounds.xing2021 import companion, concentration, gradients, ridge
from bounds.xing2021.notation import (
    B,
    c_0,
    epsilon,
    paper,
    r,
    v,
    xi,
)
from bounds.xing2021.smoothing import (
    ATTACKED,
    GAUSSIAN,
    SMOOTHED,
    a,
    at_model,
    attack_mean,
    attack_share,
    c,
    density,
    largest_gap,
    root_mean,
    surrogate_risk,
    z,
)

t = sp.Symbol("t", positive=True)


def per_sample(smoothing: sp.Expr = xi) -> sp.Expr:
    """Return the squared loss of a point under the smoothed attack."""
    return r**2 * (1 + epsilon * B**2 / sp.sqrt(r**2 * B**2 + smoothing**2 / 4)) ** 2


_s = sp.Abs(r) * B / sp.sqrt(r**2 * B**2 + xi**2 / 4)
_risk_mutants = {
    "xi for xi/2": dict(scale=2 * at_model),
    "the quadratic term is not shrunk": dict(square=lambda scale: sp.Integer(1)),
    "the cross term is not shrunk": dict(cross=lambda scale: c_0),
}

definition = Theorem(
    id="xing2021/definition-surrogate",
    title="closed form of the surrogate risk",
    source="Section 2.1, definition of the surrogate attack; the closed forms are derived here",
    statement=r"The surrogate attack multiplies the worst case by "
    r"$\|\partial_xl\|/\sqrt{\|\partial_xl\|^2+\xi^2}$. Then "
    r"$R_{L,\xi}(\theta,\epsilon)=q^2+2\epsilon qB\,H(a)+\epsilon^2B^2E_2(a)$ with "
    r"$a=\xi/(2qB)$, $H(a)=E\frac{Z^2}{\sqrt{Z^2+a^2}}$ and $E_2(a)=E\frac{Z^2}{Z^2+a^2}$, "
    r"and $0\leq R_L-R_{L,\xi}\leq\epsilon\xi+\epsilon^2\sqrt{\pi/8}\,\xi B/q$.",
    paper=paper,
    hypotheses=(GAUSSIAN, SMOOTHED),
    symbols={
        "surrogate_loss": "squared loss under the surrogate attack",
        "surrogate_risk": "population surrogate risk",
        "smoothing_gap": "robust risk minus surrogate risk",
        "robust_risk": "population risk under the attack without smoothing",
        "length_0": "norm of the true coefficients",
        "loss_at_truth": "surrogate loss of a noiseless point at the true coefficients",
    },
    uses=("xing2021/equation-5",),
    errata=(
        Erratum(
            printed=r"Appendix B writes $\xi^2/|x^\top\theta-y|^2$ in every gradient",
            correct=r"with the $\xi$ of Section 2.1 it is $\xi^2/(4|x^\top\theta-y|^2)$: every "
            r"$\xi$ of Appendices B and C is half of the one that defines the attack",
            why=r"$\|\partial_xl\|=2|r|\,\|\theta\|$; the paper says once that it ignores the "
            "constant multiplier",
            counterexample=r"$r=1$, $B=1$, $\xi=1$: the attack is shrunk to "
            r"$2/\sqrt5=0.894$, not to $1/\sqrt2=0.707$",
            harmless=True,
        ),
    ),
    claims=(
        Identity(
            "per-sample",
            observable="surrogate_loss",
            equals=per_sample(),
            exact=True,
            statement=r"the surrogate loss of a point is "
            r"$r^2(1+\epsilon B^2/\sqrt{r^2B^2+\xi^2/4})^2$",
            mutants=(
                Mutant("xi for xi/2", equals=per_sample(2 * xi)),
                Mutant(
                    "the factor is squared in the cross term",
                    equals=r**2 + 2 * epsilon * sp.Abs(r) * B * _s**2 + (epsilon * B * _s) ** 2,
                ),
                Mutant(
                    "the quadratic term is not shrunk",
                    equals=r**2 + 2 * epsilon * sp.Abs(r) * B * _s + (epsilon * B) ** 2,
                ),
            ),
        ),
        Identity(
            "risk",
            observable="surrogate_loss",
            equals=surrogate_risk(),
            statement=r"the mean surrogate loss is $q^2+2\epsilon qB\,H(a)+\epsilon^2B^2E_2(a)$",
            mutants=tuple(
                Mutant(words, equals=surrogate_risk(**change))
                for words, change in _risk_mutants.items()
            ),
        ),
        Identity(
            "closed-form",
            observable="surrogate_risk",
            equals=surrogate_risk(),
            exact=True,
            statement=r"$R_{L,\xi}=q^2+2\epsilon qB\,H(a)+\epsilon^2B^2E_2(a)$ for random models",
            routes="quadrature of the attacked loss over the law of the residual",
            mutants=tuple(
                Mutant(words, equals=surrogate_risk(**change))
                for words, change in _risk_mutants.items()
            ),
        ),
        Inequality(
            "below-robust",
            left="surrogate_risk",
            at_most="robust_risk",
            statement=r"$R_{L,\xi}\leq R_L$: smoothing weakens the attack",
            routes="each risk by a quadrature of its own loss",
            mutants=(
                Mutant("smoothing strengthens the attack", at_most=None, at_least="robust_risk"),
                Mutant("the companion risk is below it as well", left="companion_risk"),
            ),
        ),
        Inequality(
            "gap",
            left="smoothing_gap",
            at_most=largest_gap(),
            statement=r"$R_L-R_{L,\xi}\leq\epsilon\xi+\epsilon^2\sqrt{\pi/8}\,\xi B/q$",
            routes="quadrature of the difference of the losses",
            mutants=(
                Mutant("a tenth of the first term", at_most=largest_gap() - 9 * epsilon * xi / 10),
                Mutant("half of the second term", at_most=(largest_gap() + epsilon * xi) / 2),
                Mutant("second order in xi", at_most=largest_gap() * xi / v**2),
            ),
        ),
        Identity(
            "flat-at-truth",
            observable="loss_at_truth",
            equals=0,
            scale=epsilon**2 * sp.Symbol("length_0") ** 2,
            exact=True,
            statement=r"without noise the surrogate loss vanishes at $\theta_0$, where the robust "
            r"one is $\epsilon^2B^2$",
            mutants=(Mutant("the robust value", equals=epsilon**2 * sp.Symbol("length_0") ** 2),),
        ),
        Derivation(
            "shrinking-factor",
            left=(2 * sp.Abs(r) * B) / sp.sqrt((2 * sp.Abs(r) * B) ** 2 + xi**2),
            equals=_s,
            statement=r"$\|\partial_xl\|=2|r|B$ makes the factor $|r|B/\sqrt{r^2B^2+\xi^2/4}$",
            mutants=(Mutant("xi for xi/2", equals=_s.subs(xi, 2 * xi)),),
        ),
        Derivation(
            "share-integral",
            left=sp.Integral(density * z**2 / (z**2 + a**2), (z, 0, sp.oo)),
            equals=attack_share(a),
            statement=r"$E\frac{Z^2}{Z^2+a^2}=1-\sqrt{\pi/2}\,a\,e^{a^2/2}\mathrm{erfc}"
            r"(a/\sqrt2)$",
            mutants=(
                Mutant(
                    "a for a/sqrt(2)",
                    equals=1 - sp.sqrt(sp.pi / 2) * a * sp.exp(a**2 / 2) * sp.erfc(a),
                ),
            ),
        ),
        Derivation(
            "root-slope",
            left=sp.Derivative(root_mean(a), a),
            equals=(root_mean(a) - attack_mean(a)) / a,
            statement=r"$K(a)=E\sqrt{Z^2+a^2}$ has the slope $(K-H)/a$, as "
            r"$\partial_a\sqrt{Z^2+a^2}=(\sqrt{Z^2+a^2}-\frac{Z^2}{\sqrt{Z^2+a^2}})/a$ demands",
            mutants=(
                Mutant("the sum for the difference", equals=(root_mean(a) + attack_mean(a)) / a),
            ),
        ),
        Derivation(
            "attack-slope",
            left=sp.Derivative((root_mean(a) - attack_mean(a)) / a**2, a),
            equals=-attack_mean(a) / a,
            statement=r"$E(Z^2+a^2)^{-1/2}=(K-H)/a^2$ has the slope $-H/a$, by Stein's identity "
            r"$H=a^2E(Z^2+a^2)^{-3/2}$",
            mutants=(Mutant("K for H", equals=-root_mean(a) / a),),
        ),
        Derivation(
            "no-smoothing",
            left=sp.Limit(attack_mean(a), a, 0, "+"),
            equals=c_0,
            statement=r"$H(0)=c_0$: without smoothing the closed form is that of equation (5)",
        ),
        Derivation(
            "grows-with-residual",
            left=sp.Derivative(t * (1 + epsilon * B**2 / sp.sqrt(t**2 * B**2 + c**2)), t),
            equals=1 + epsilon * B**2 * c**2 / (t**2 * B**2 + c**2) ** sp.Rational(3, 2),
            statement=r"the attacked residual grows with $|r|$, hence $R_{L,\xi}$ with $q$",
        ),
        Derivation(
            "grows-with-length",
            left=sp.Derivative(t * (1 + epsilon * B**2 / sp.sqrt(t**2 * B**2 + c**2)), B),
            equals=epsilon
            * B
            * t
            * (t**2 * B**2 + 2 * c**2)
            / (t**2 * B**2 + c**2) ** sp.Rational(3, 2),
            statement=r"the attacked residual grows with $B$, hence $R_{L,\xi}$ does",
        ),
    ),
)

_x_squared, _y_squared = sp.symbols("x y", positive=True)
_product = _x_squared * _y_squared + c**2
_analytic = (
    _x_squared
    + 2 * epsilon * _x_squared * _y_squared / sp.sqrt(_product)
    + epsilon**2 * _x_squared * _y_squared**2 / _product
)
_cross = t**2 / sp.sqrt(t**2 + c**2)
_curvature = (2 - (t / c) ** 2) / (c * (1 + (t / c) ** 2) ** sp.Rational(5, 2))
_gap_of_ends = (
    largest_gap(sp.Symbol("q_1", positive=True), sp.Symbol("B_1", positive=True))
    + largest_gap(sp.Symbol("q_2", positive=True), sp.Symbol("B_2", positive=True))
) / 2
_kink_at_zero = 4 * epsilon * c_0 * v
_kink_at_truth = 4 * epsilon * c_0 * sp.Symbol("length_0") * sp.Symbol("length_u")
RESOLUTION = sp.Rational(1, 1000)
"""Share of the unsmoothed kink below which one-sided differences cannot resolve a kink."""

convexity = Theorem(
    id="xing2021/claim-surrogate-convex",
    title="is the surrogate risk smooth and convex?",
    source="Section 2.1, 'One can show, R_{L,xi} is smooth and convex everywhere'",
    statement=r"For $\xi>0$ the surrogate risk $R_{L,\xi}(\cdot,\epsilon)$ is smooth and convex "
    r"everywhere. (Smooth is right; convex is not. It is convex up to $O(\xi)$.)",
    paper=paper,
    hypotheses=(ATTACKED, SMOOTHED, GAUSSIAN),
    symbols={
        "surrogate_jump": "change of the directional derivative of the surrogate risk across 0",
        "robust_jump": "change of the directional derivative of the robust risk across 0",
        "surrogate_jump_at_truth": "change of the directional derivative of the surrogate risk "
        "across theta_0, without noise",
        "robust_jump_at_truth": "change of the directional derivative of the robust risk across "
        "theta_0, without noise",
        "length_0": "|theta_0|",
        "length_u": "|u|_Sigma of the unit direction u",
        "midpoint_excess": "surrogate risk at the midpoint minus the mean of those at the ends",
        "risk_scale": "larger surrogate risk of the two ends",
        "q_1": "deviation of the residual at one end",
        "q_2": "deviation of the residual at the other end",
        "B_1": "norm of one end",
        "B_2": "norm of the other end",
        "barrier": "least surrogate risk on a hyperplane minus the larger of those in two valleys",
        "far_valley": "surrogate risk near theta_0",
        "near_valley": "surrogate risk near 0",
        "null_excess": "attack radius over the one from which 0 is the robust optimum",
    },
    uses=("xing2021/definition-surrogate", "xing2021/proposition-1"),
    errata=(
        Erratum(
            printed=r"$R_{L,\xi}(\theta,\epsilon)$ is smooth and convex everywhere",
            correct=r"it is smooth, and convex up to the gap $\epsilon\xi+\epsilon^2\sqrt{\pi/8}\,"
            r"\xi B/q$ to the convex $R_L$; the companion $\tilde R_{L,\xi}$ of Appendix B is "
            r"smooth and convex",
            why=r"the cross term is $2\epsilon E\,h(|r|B)$ with $h(t)=t^2/\sqrt{t^2+c^2}$, "
            r"$c=\xi/2$, and $h''<0$ beyond $t=\sqrt2c$",
            counterexample=r"the setting of Figure 1 ($d=10$, $\theta_0=1$, $\Sigma=I$, "
            r"$\sigma=1$, $\epsilon=3$, $\xi=0.05$): the second derivative along $\theta_0$ is "
            r"$-26.5$ at $0.0075\,\theta_0$. With $\sigma^2=0.001$, $\epsilon=3$, $\xi=1$ there "
            r"are two strict local minima, and the global one is next to $\theta_0$ although "
            r"$\theta^*=0$",
        ),
    ),
    claims=(
        Inequality(
            "smooth",
            left="surrogate_jump",
            at_most=RESOLUTION * _kink_at_zero,
            statement=r"across $0$ the directional derivative of $R_{L,\xi}$ does not jump (by "
            r"a thousandth of the kink of $R_L$, which is what differences resolve)",
            routes="one-sided differences, extrapolated, of the risk by quadrature",
            mutants=(Mutant("without smoothing", left="robust_jump"),),
        ),
        Derivation(
            "smooth-derived",
            left=(t * (1 + epsilon * B**2 / sp.sqrt(t**2 * B**2 + c**2))) ** 2,
            equals=_analytic.subs({_x_squared: t**2, _y_squared: B**2}),
            statement=r"the loss is $g(r^2,\|\theta\|^2)$ with $g(x,y)=x+2\epsilon\,xy"
            r"(xy+\xi^2/4)^{-1/2}+\epsilon^2xy^2(xy+\xi^2/4)^{-1}$, which is analytic where "
            r"$xy>-\xi^2/4$: for $\xi>0$ it is smooth in $\theta$ everywhere",
            mutants=(
                Mutant(
                    "y for y^2 in the last term",
                    equals=(
                        _analytic
                        - epsilon**2
                        * _x_squared
                        * (_y_squared**2 - _y_squared)
                        / (_x_squared * _y_squared + c**2)
                    ).subs({_x_squared: t**2, _y_squared: B**2}),
                ),
            ),
        ),
        Inequality(
            "smooth-at-truth",
            left="surrogate_jump_at_truth",
            at_most=RESOLUTION * _kink_at_truth,
            statement=r"without noise, neither does it across $\theta_0$",
            routes="one-sided differences, extrapolated, of the risk by quadrature",
            mutants=(Mutant("without smoothing", left="robust_jump_at_truth"),),
        ),
        Inequality(
            "convex",
            left="midpoint_excess",
            at_most=0,
            scale="risk_scale",
            expected="broken",
            because="the smoothed cross term is concave in |r| |theta| beyond xi / sqrt(2)",
            statement=r"as printed: $R_{L,\xi}$ at a midpoint is at most the mean of its values "
            r"at the ends",
            routes="risk by quadrature; ends near zero, where the attack is switched on, and far",
        ),
        Inequality(
            "nearly-convex",
            left="midpoint_excess",
            at_most=_gap_of_ends,
            scale="risk_scale",
            statement=r"corrected: at a midpoint it exceeds the mean of the ends at most by the "
            r"mean of $\epsilon\xi+\epsilon^2\sqrt{\pi/8}\,\xi B/q$ at the ends",
            routes="risk by quadrature; ends near zero, where the attack is switched on, and far",
            mutants=(
                Mutant("an excess of second order in xi", at_most=_gap_of_ends * xi / (8 * v**2)),
            ),
        ),
        Construction(
            "two-valleys",
            certificate="barrier",
            at_least=sp.Rational(1, 100) * v**2,
            statement=r"for weak noise $R_{L,\xi}$ has two valleys, with a barrier of more than "
            r"$v^2/100$ between them",
            routes="for the identity covariance the risk on the hyperplane through $b\\theta_0$ is "
            "least on the ray, so that a barrier on the ray separates two half-spaces",
            mutants=(
                Mutant("the companion risk too has two valleys", certificate="companion_barrier"),
            ),
        ),
        Construction(
            "wrong-valley",
            certificate=sp.Symbol("near_valley") - sp.Symbol("far_valley"),
            at_least=sp.Rational(1, 10) * v**2,
            where=sp.Symbol("wrong") > 0,
            statement=r"the lowest valley can be the one at $\theta_0$ although $\theta^*=0$",
            mutants=(
                Mutant(
                    "the robust risk prefers it too",
                    certificate=sp.Symbol("robust_near") - sp.Symbol("robust_far"),
                ),
            ),
        ),
        Derivation(
            "curvature",
            left=sp.Derivative(_cross, (t, 2)),
            equals=_curvature,
            statement=r"$h''(t)=\frac{1}{c}\,\frac{2-(t/c)^2}{(1+(t/c)^2)^{5/2}}$, negative beyond "
            r"$t=\sqrt2c$",
            mutants=(Mutant("2 becomes 3", equals=_curvature + 1 / (c * (1 + (t / c) ** 2))),),
        ),
        Derivation(
            "most-negative",
            left=sp.Derivative(_curvature, t),
            equals=3
            * (t / c)
            * ((t / c) ** 2 - 4)
            / (c**2 * (1 + (t / c) ** 2) ** sp.Rational(7, 2)),
            statement=r"$h''$ is smallest at $t=2c$",
        ),
        Derivation(
            "depth",
            left=c * _curvature.subs(t, 2 * c),
            equals=-2 / (25 * sp.sqrt(5)),
            statement=r"there it is $-\frac{2}{25\sqrt5}\frac1c=-0.0358/c$: the smaller $\xi$, the "
            "stronger the concavity",
        ),
    ),
)

theorems = (
    definition,
    convexity,
    *companion.theorems,
    *gradients.theorems,
    *concentration.theorems,
    *ridge.theorems,
)
