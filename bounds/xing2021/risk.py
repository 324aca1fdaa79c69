"""The population risk of the linear model under attack: equations 5 and 9, and its minimisers."""

from __future__ import annotations

import sympy as sp

from bounds import (
    Derivation,
    Identity,
    Inequality,
    Mutant,
    Theorem,
    Threshold,
    norm,
    required,
)
from bounds.xing2021.notation import (
    MODEL_QUANTITIES,
    B,
    S,
    Sigma,
    c_0,
    epsilon,
    kappa,
    paper,
    q,
    r,
    robust_risk,
    sigma,
    theta,
    theta_0,
    v,
)

_z = sp.Symbol("z", real=True)
_density = sp.exp(-(_z**2) / 2) / sp.sqrt(2 * sp.pi)


def _expected_loss(length: sp.Expr) -> sp.Expr:
    """E(|r| + epsilon * length)^2 for r ~ N(0, q^2), as an integral that is left standing."""
    return 2 * sp.Integral((q * _z + epsilon * length) ** 2 * _density, (_z, 0, sp.oo))


gaussian = required(None, "inputs and noise are Gaussian")

equation_5 = Theorem(
    id="xing2021/equation-5",
    title="closed form of the L2 robust risk",
    source="Section 2.1, equation (5)",
    statement=r"$R_L(\theta,\epsilon) = \|\theta-\theta_0\|_\Sigma^2 + \sigma^2 + "
    r"\epsilon^2\|\theta\|^2 + 2\epsilon c_0\|\theta\|\sqrt{\|\theta-\theta_0\|_\Sigma^2+\sigma^2}$"
    r" with $c_0=\sqrt{2/\pi}$.",
    paper=paper,
    hypotheses=(gaussian,),
    quantities=MODEL_QUANTITIES,
    claims=(
        Identity(
            "risk",
            observable="attacked_loss",
            equals=robust_risk(B),
            statement=r"the mean attacked loss is $q^2+\epsilon^2 B^2+2\epsilon c_0 B q$",
            mutants=(
                Mutant("c_0 becomes 1", equals=robust_risk(B).subs(c_0, 1)),
                Mutant("c_0 becomes sqrt(pi/2)", equals=robust_risk(B).subs(c_0, 1 / c_0)),
                Mutant(
                    "the cross term loses its 2",
                    equals=q**2 + epsilon**2 * B**2 + epsilon * c_0 * B * q,
                ),
                Mutant(
                    "the cross term has a 4",
                    equals=q**2 + epsilon**2 * B**2 + 4 * epsilon * c_0 * B * q,
                ),
                Mutant(
                    "the root loses sigma^2",
                    equals=q**2
                    + epsilon**2 * B**2
                    + 2 * epsilon * c_0 * B * norm(theta - theta_0, Sigma),
                ),
                Mutant(
                    "the norm in the cross term is squared",
                    equals=q**2 + epsilon**2 * B**2 + 2 * epsilon * c_0 * B**2 * q,
                ),
            ),
        ),
        Identity(
            "worst-case",
            observable="ascended_loss",
            equals=(sp.Abs(r) + epsilon * B) ** 2,
            exact=True,
            statement=r"the largest loss over the ball is $(|r|+\epsilon\|\theta\|)^2$",
            routes="projected ascent over the ball, from the clean point and from a random one",
            mutants=(
                Mutant(
                    "the attack helps against the residual's sign",
                    equals=(sp.Abs(r) - epsilon * B) ** 2,
                ),
                Mutant("the l1 norm for the Euclidean one", equals=(sp.Abs(r) + epsilon * S) ** 2),
            ),
        ),
        Derivation(
            "expectation",
            left=_expected_loss(B),
            equals=robust_risk(B),
            statement=r"$E(|r|+\epsilon B)^2$ for $r\sim N(0,q^2)$ is the printed form",
            mutants=(Mutant("c_0 becomes 1", equals=robust_risk(B).subs(c_0, 1)),),
        ),
        Derivation(
            "gradient",
            left=sp.Derivative((q**2 + epsilon**2 * B**2 + 2 * epsilon * c_0 * B * q), q),
            equals=2 * q * (1 + epsilon * c_0 * B / q),
            statement=r"$\partial R_L/\partial q=2q(1+\epsilon c_0B/q)$: the factor of "
            r"$\Sigma(\theta-\theta_0)$ in the gradient",
        ),
        Derivation(
            "gradient-in-norm",
            left=sp.Derivative((q**2 + epsilon**2 * B**2 + 2 * epsilon * c_0 * B * q), B),
            equals=2 * B * (epsilon**2 + epsilon * c_0 * q / B),
            statement=r"$\partial R_L/\partial B=2B(\epsilon^2+\epsilon c_0q/B)$: the factor of "
            r"$\theta$ in the gradient",
        ),
    ),
)

equation_9 = Theorem(
    id="xing2021/equation-9",
    title="closed form of the L-infinity robust risk",
    source="Section 4, equation (9)",
    statement=r"$R_L^\infty(\theta,\epsilon) = \|\theta-\theta_0\|_\Sigma^2 + \sigma^2 + "
    r"\epsilon^2\|\theta\|_1^2 + 2\epsilon c_0\|\theta\|_1"
    r"\sqrt{\|\theta-\theta_0\|_\Sigma^2+\sigma^2}$.",
    paper=paper,
    hypotheses=(gaussian,),
    quantities=MODEL_QUANTITIES,
    claims=(
        Identity(
            "risk",
            observable="attacked_loss_linf",
            equals=robust_risk(S),
            statement=r"the mean attacked loss is $q^2+\epsilon^2\|\theta\|_1^2"
            r"+2\epsilon c_0\|\theta\|_1q$",
            mutants=(
                Mutant(
                    "the l1 norm becomes sqrt(d) times the Euclidean one",
                    equals=robust_risk(sp.sqrt(sp.Symbol("d")) * B),
                ),
                Mutant(
                    "the l1 norm becomes the largest coordinate",
                    equals=robust_risk(norm(theta, sp.oo)),
                ),
                Mutant("c_0 becomes 1", equals=robust_risk(S).subs(c_0, 1)),
            ),
        ),
        Identity(
            "worst-case",
            observable="ascended_loss_linf",
            equals=(sp.Abs(r) + epsilon * S) ** 2,
            exact=True,
            statement=r"the largest loss over the cube is $(|r|+\epsilon\|\theta\|_1)^2$",
            routes="projected ascent over the cube, from the clean point and from a random one",
            mutants=(
                Mutant("the Euclidean norm for the l1 norm", equals=(sp.Abs(r) + epsilon * B) ** 2),
            ),
        ),
        Derivation(
            "expectation",
            left=_expected_loss(S),
            equals=robust_risk(S),
            statement=r"$E(|r|+\epsilon\|\theta\|_1)^2$ for $r\sim N(0,q^2)$ is the printed form",
        ),
    ),
)

_ridge_level = q / B * epsilon * (epsilon * B + c_0 * q) / (q + epsilon * c_0 * B)
_x, _y = sp.symbols("x y", positive=True)

minimiser_l2 = Theorem(
    id="xing2021/claim-minimiser-L2",
    title="exact minimiser of the L2 robust risk",
    source="implicit in Propositions 1 and 8; derived here",
    statement=r"For $\epsilon>0$ and $\Sigma\succ0$ the minimiser of $R_L$ is $0$ iff "
    r"$\epsilon\geq\|\Sigma\theta_0\|/(c_0v)$; it is $\theta_0$ if $\sigma=0$ and "
    r"$\epsilon\leq c_0\|\theta_0\|/\|\Sigma^{-1/2}\theta_0\|$; otherwise it is "
    r"$(\Sigma+\kappa I)^{-1}\Sigma\theta_0$ where $\kappa$ is the unique root of "
    r"$\kappa=\frac{q}{B}\,\frac{\epsilon(\epsilon B+c_0q)}{q+\epsilon c_0B}$.",
    paper=paper,
    hypotheses=(gaussian,),
    symbols={
        "kappa": "ridge level that fits the numerical minimiser",
        "ridge_residual": "|Sigma(theta - theta_0) + kappa theta| / |Sigma theta_0|",
        "distance_to_truth": "|theta* - theta_0| / |theta_0|",
    },
    uses=("xing2021/equation-5",),
    claims=(
        Identity(
            "ridge-level",
            observable=kappa,
            equals=_ridge_level,
            exact=True,
            tolerance=1e-7,
            given="active",
            statement=r"at the minimiser $\kappa=\frac{q}{B}\,"
            r"\frac{\epsilon(\epsilon B+c_0q)}{q+\epsilon c_0B}$",
            routes="risk by quadrature, minimised by general convex optimisation",
            mutants=(
                Mutant("without c_0", equals=_ridge_level.subs(c_0, 1)),
                Mutant(
                    "q/B becomes B/q",
                    equals=B / q * epsilon * (epsilon * B + c_0 * q) / (q + epsilon * c_0 * B),
                ),
                Mutant("without the denominator", equals=q / B * epsilon * (epsilon * B + c_0 * q)),
            ),
        ),
        Inequality(
            "ridge-path",
            left="ridge_residual",
            at_most=0,
            scale=1,
            tolerance=1e-7,
            given="active",
            statement=r"the minimiser lies on the ridge path "
            r"$(\Sigma+\kappa I)^{-1}\Sigma\theta_0$",
            routes="risk by quadrature, minimised by general convex optimisation; that no short "
            "move in any direction lowers it is seen from its values",
        ),
        Inequality(
            "ridge-level-positive",
            left=kappa,
            at_least=0,
            scale=1,
            given="active",
            statement=r"$\kappa\geq0$ at the minimiser",
            routes="risk by quadrature, minimised by general convex optimisation",
            mutants=(Mutant("it is at least a tenth", at_least=sp.Rational(1, 10)),),
        ),
        Derivation(
            "stationary",
            left=sp.Symbol("k", positive=True) * (1 + epsilon * c_0 * B / q)
            - (epsilon**2 + epsilon * c_0 * q / B)
            - (sp.Symbol("k", positive=True) - _ridge_level) * (q + epsilon * c_0 * B) / q,
            equals=0,
            statement=r"on the ridge path $\nabla R_L=-2D(\kappa)\theta$ with "
            r"$D(\kappa)=\kappa(1+\epsilon c_0B/q)-(\epsilon^2+\epsilon c_0q/B)$, which vanishes "
            r"exactly at the stated $\kappa$",
        ),
    ),
)

minimiser_noiseless = Theorem(
    id="xing2021/claim-minimiser-noiseless",
    title="without noise a weak attack leaves the truth optimal",
    source="implicit in Proposition 1; derived here",
    statement=r"If $\sigma=0$ and $\epsilon\leq c_0\|\theta_0\|/\|\Sigma^{-1/2}\theta_0\|$ the "
    r"minimiser of $R_L$ is $\theta_0$, with $R^*=\epsilon^2\|\theta_0\|^2$; beyond, it is not.",
    paper=paper,
    hypotheses=(required(sp.Eq(sigma, 0), "there is no noise"), gaussian),
    symbols=minimiser_l2.symbols
    | {
        "optimal_risk": "smallest robust risk",
        "length_0": "|theta_0|",
    },
    uses=("xing2021/equation-5", "xing2021/claim-minimiser-L2"),
    claims=(
        Threshold(
            "leaves-truth",
            success="truth_is_not_optimal",
            along="relative_radius",
            at=c_0,
            statement=r"the optimum leaves $\theta_0$ at $\epsilon\,\|\Sigma^{-1/2}\theta_0\|/"
            r"\|\theta_0\|=c_0$",
            routes="whether a short move from theta_0 lowers the risk by quadrature",
            mutants=(
                Mutant("c_0 becomes 1", at=sp.Integer(1)),
                Mutant("c_0 becomes 2/pi", at=2 / sp.pi),
            ),
        ),
        Identity(
            "smallest-risk",
            observable="optimal_risk",
            equals=epsilon**2 * sp.Symbol("length_0") ** 2,
            exact=True,
            where=sp.Symbol("relative_radius") < c_0,
            statement=r"up to there $R^*=\epsilon^2\|\theta_0\|^2$",
            routes="risk by quadrature, minimised by general convex optimisation; that no short "
            "move lowers it is seen from its values",
            mutants=(
                Mutant("without the square", equals=epsilon * sp.Symbol("length_0")),
                Mutant("the standard risk", equals=0, scale=epsilon**2),
            ),
        ),
    ),
)

_soft_level = q * epsilon * (epsilon * S + c_0 * q) / (q + epsilon * c_0 * S)

minimiser_linf = Theorem(
    id="xing2021/claim-minimiser-Linf",
    title="exact minimiser of the L-infinity robust risk",
    source="implicit in Section 4; derived here",
    statement=r"The minimiser of $R^\infty_L$ is $0$ iff $\epsilon\geq\|\Sigma\theta_0\|_\infty/"
    r"(c_0v)$. For $\Sigma=I$ it is otherwise $\mathrm{sgn}(\theta_0)(|\theta_0|-\tau)_+$ with "
    r"$\tau=\frac{q\,\epsilon(\epsilon S+c_0q)}{q+\epsilon c_0S}$, $S=\|\theta\|_1$.",
    paper=paper,
    hypotheses=(gaussian,),
    symbols={
        "tau": "soft-threshold level that fits the numerical minimiser",
        "soft_residual": "distance of the minimiser from the soft threshold of theta_0",
    },
    uses=("xing2021/equation-9",),
    quantities={"v": MODEL_QUANTITIES["v"]},
    claims=(
        Identity(
            "soft-level",
            observable="tau",
            equals=_soft_level,
            exact=True,
            tolerance=1e-7,
            given="active",
            statement=r"at the minimiser for $\Sigma=I$, $\tau=\frac{q\,\epsilon(\epsilon S+c_0q)}"
            r"{q+\epsilon c_0S}$",
            mutants=(
                Mutant("without the denominator", equals=q * epsilon * (epsilon * S + c_0 * q)),
                Mutant("ridge form: divided by S", equals=_soft_level / S),
            ),
        ),
        Inequality(
            "soft-threshold",
            left="soft_residual",
            at_most=0,
            scale=1,
            tolerance=1e-7,
            given="active",
            statement=r"the minimiser for $\Sigma=I$ is a soft threshold of $\theta_0$",
        ),
        Threshold(
            "null-radius",
            success="null_is_optimal_linf",
            along="relative_radius",
            at=1 / c_0,
            statement=r"the minimiser is 0 exactly from "
            r"$\epsilon=\|\Sigma\theta_0\|_\infty/(c_0v)$ on (radius in units of "
            r"$\|\Sigma\theta_0\|_\infty/v$)",
            routes="whether a short move from zero lowers the risk by quadrature",
            mutants=(Mutant("c_0 becomes 1", at=sp.Integer(1)),),
        ),
        Identity(
            "null-radius-value",
            observable="null_radius_linf",
            equals=sp.Symbol("largest_times") / (c_0 * v),
            exact=True,
            tolerance=1e-4,
            statement=r"for any covariance the radius from which on 0 is optimal is "
            r"$\|\Sigma\theta_0\|_\infty/(c_0v)$",
            routes="bisection on the radius: whether a short move from zero lowers the risk by "
            "quadrature",
            mutants=(
                Mutant("the Euclidean norm", equals=sp.Symbol("norm_times") / (c_0 * v)),
                Mutant("without the covariance", equals=sp.Symbol("largest_0") / (c_0 * v)),
            ),
        ),
    ),
)

_jump_at_zero = 4 * epsilon * c_0 * v
_null_radius = sp.Symbol("norm_times") / (c_0 * v)

proposition_1 = Theorem(
    id="xing2021/proposition-1",
    title="kinks, convexity and null threshold of the robust risk",
    source="Section 2.1, Proposition 1",
    statement=r"For $\epsilon>0$, $R_L$ is differentiable at $\theta$ iff ($\sigma^2>0$ and "
    r"$\theta\neq0$) or ($\sigma=0$ and $\theta\notin\{0,\theta_0\}$); it is convex; and for "
    r"$\epsilon$ large enough its minimiser is $0$. The constant is "
    r"$\|\Sigma\theta_0\|/(c_0v)$, exactly.",
    paper=paper,
    hypotheses=(
        required(epsilon > 0, "there is an attack"),
        gaussian,
        required(None, "theta_0 is not zero (the signal-to-noise ratio is bounded below)"),
    ),
    symbols={
        "jump": "change of the directional derivative across the point",
        "midpoint_excess": "risk at the midpoint minus the mean of the risks at the ends",
        "relative_radius": "attack radius in units of |Sigma theta_0| / v",
        "length_u": "|u|_Sigma of the unit direction u",
        "length_0": "|theta_0|",
        "norm_times": "|Sigma theta_0|",
        "null_radius": "smallest radius at which zero is optimal",
        "lambda_max": "largest eigenvalue of the covariance",
        "null_is_optimal": "whether zero is optimal",
    },
    uses=("xing2021/equation-5",),
    claims=(
        Identity(
            "kink-at-zero",
            observable="jump_at_zero",
            equals=_jump_at_zero,
            exact=True,
            tolerance=1e-5,
            statement=r"at $\theta=0$ the directional derivative jumps by $4\epsilon c_0v$",
            mutants=(
                Mutant("differentiable at 0 when sigma > 0", equals=0, scale=v),
                Mutant("half the jump", equals=_jump_at_zero / 2),
            ),
        ),
        Identity(
            "kink-at-truth",
            observable="jump_at_truth",
            equals=4 * epsilon * c_0 * sp.Symbol("length_0") * sp.Symbol("length_u"),
            exact=True,
            tolerance=1e-5,
            statement=r"without noise it also jumps at $\theta_0$, by "
            r"$4\epsilon c_0\|\theta_0\|\|u\|_\Sigma$ along a unit vector $u$",
            mutants=(
                Mutant("differentiable at theta_0", equals=0, scale=1),
                Mutant(
                    "half the jump",
                    equals=2 * epsilon * c_0 * sp.Symbol("length_0") * sp.Symbol("length_u"),
                ),
            ),
        ),
        Inequality(
            "smooth-elsewhere",
            left="jump_elsewhere",
            at_most=0,
            scale=v,
            tolerance=1e-5,
            statement=r"away from $0$ (and from $\theta_0$ if $\sigma=0$) it does not jump; nor at "
            r"$\theta_0$ if $\sigma>0$",
            mutants=(Mutant("nor at theta_0 without noise", left="jump_at_truth"),),
        ),
        Inequality(
            "convex",
            left="midpoint_excess",
            at_most=0,
            scale="risk_scale",
            statement=r"$R_L(\frac{a+b}{2})\leq\frac12R_L(a)+\frac12R_L(b)$ for all $a,b$",
            mutants=(
                Mutant("concave", at_most=None, at_least=0),
                Mutant(
                    "strongly convex with constant 2 lambda_max",
                    at_most=-sp.Symbol("quarter_square"),
                ),
            ),
        ),
        Threshold(
            "null-radius",
            success="null_is_optimal",
            along="relative_radius",
            at=1 / c_0,
            statement=r"the minimiser is 0 exactly from $\epsilon=\|\Sigma\theta_0\|/(c_0v)$ on",
            routes="whether a short move from zero lowers the risk by quadrature",
            mutants=(
                Mutant("c_0 becomes 1", at=sp.Integer(1)),
                Mutant("c_0 becomes its square", at=1 / c_0**2),
            ),
        ),
        Identity(
            "null-radius-value",
            observable="null_radius",
            equals=_null_radius,
            exact=True,
            tolerance=1e-4,
            statement=r"the radius from which on 0 is optimal is $\|\Sigma\theta_0\|/(c_0v)$",
            routes="bisection on the radius: whether a short move from zero lowers the risk by "
            "quadrature",
            mutants=(
                Mutant("|Sigma theta_0| / v", equals=_null_radius * c_0),
                Mutant("|theta_0|_Sigma / (c_0 v)", equals=sp.Symbol("weighted_0") / (c_0 * v)),
                Mutant("|theta_0|^2 / (c_0 v)", equals=sp.Symbol("norm_0") ** 2 / (c_0 * v)),
                Mutant("Sigma^-1 for Sigma", equals=sp.Symbol("norm_inverse") / (c_0 * v)),
            ),
        ),
        Inequality(
            "universal-radius",
            left="null_radius",
            at_most=sp.sqrt(sp.pi * sp.Symbol("lambda_max", positive=True) / 2),
            statement=r"whatever the noise, the null radius is at most "
            r"$\sqrt{\pi\lambda_{\max}/2}$",
            mutants=(
                Mutant("sqrt(lambda_max)", at_most=sp.sqrt(sp.Symbol("lambda_max", positive=True))),
            ),
        ),
    ),
)

theorems = (
    equation_5,
    equation_9,
    minimiser_l2,
    minimiser_noiseless,
    minimiser_linf,
    proposition_1,
)
