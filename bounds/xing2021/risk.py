"""The population risk of the linear model under attack: equations 5 and 9, and its minimisers."""

from bounds.authoring import *
from bounds.xing2021.notation import *
from bounds.xing2021.smoothing import *

attacked_loss = observable("attacked_loss", "loss under the worst attack", r"l(x+A_\epsilon)")
ascended_loss = observable(
    "ascended_loss", "largest loss over the ball", r"\max_{\|z\|\leq\epsilon}l(x+z)"
)
attacked_loss_linf = observable(
    "attacked_loss_linf", "loss under the worst attack of the cube", r"l(x+A^\infty_\epsilon)"
)
ascended_loss_linf = observable(
    "ascended_loss_linf", "largest loss over the cube", r"\max_{\|z\|_\infty\leq\epsilon}l(x+z)"
)
cross_term = 2 * epsilon * c_0 * B * q
signal = norm(theta - theta_0, Sigma)


def expected_loss(length: Expr) -> Expr:
    """E(|r| + epsilon * length)^2 for r ~ N(0, q^2), as an integral that is left standing."""
    return Integral((q * z + epsilon * length) ** 2 * density, (z, 0, oo))


equation_5 = paper.theorem(
    "equation-5",
    "closed form of the L2 robust risk",
    "Section 2.1, equation (5)",
    r"$R_L(\theta,\epsilon) = \|\theta-\theta_0\|_\Sigma^2 + \sigma^2 + "
    r"\epsilon^2\|\theta\|^2 + 2\epsilon c_0\|\theta\|\sqrt{\|\theta-\theta_0\|_\Sigma^2+\sigma^2}$"
    r" with $c_0=\sqrt{2/\pi}$.",
    hypotheses=(GAUSSIAN,),
    quantities=MODEL_QUANTITIES,
    claims=(
        Identity(
            "risk",
            attacked_loss,
            robust_risk(B),
            mutants=(
                replaced(c_0, 1),
                replaced(c_0, 1 / c_0),
                replaced(cross_term, cross_term / 2, "the cross term loses its 2"),
                replaced(cross_term, 2 * cross_term, "the cross term has a 4"),
                replaced(cross_term, cross_term / q * signal, "the root loses sigma^2"),
                replaced(cross_term, cross_term * B, "the norm in the cross term is squared"),
            ),
        ),
        Identity(
            "worst-case",
            ascended_loss,
            (Abs(r) + epsilon * B) ** 2,
            exact=True,
            routes="projected ascent over the ball, from the clean point and from a random one",
            mutants=(
                replaced(B, -B, "the attack helps against the residual's sign"),
                replaced(B, S, "the l1 norm for the Euclidean one"),
            ),
        ),
        *derivations(
            expectation=equal(
                expected_loss(B),
                robust_risk(B),
                r"which is $E(|r|+\epsilon B)^2$ for $r\sim N(0,q^2)$",
                mutants=(replaced(c_0, 1),),
            ),
            gradient=equal(
                Derivative(robust_risk(B), q),
                2 * q * (1 + epsilon * c_0 * B / q),
                statement=r"$\partial R_L/\partial q=2q(1+\epsilon c_0B/q)$: the factor of "
                r"$\Sigma(\theta-\theta_0)$ in the gradient",
            ),
            gradient_in_norm=equal(
                Derivative(robust_risk(B), B),
                2 * B * (epsilon**2 + epsilon * c_0 * q / B),
                statement=r"$\partial R_L/\partial B=2B(\epsilon^2+\epsilon c_0q/B)$: the factor "
                r"of $\theta$ in the gradient",
            ),
        ),
    ),
)

equation_9 = paper.theorem(
    "equation-9",
    "closed form of the L-infinity robust risk",
    "Section 4, equation (9)",
    r"$R_L^\infty(\theta,\epsilon) = \|\theta-\theta_0\|_\Sigma^2 + \sigma^2 + "
    r"\epsilon^2\|\theta\|_1^2 + 2\epsilon c_0\|\theta\|_1"
    r"\sqrt{\|\theta-\theta_0\|_\Sigma^2+\sigma^2}$.",
    hypotheses=(GAUSSIAN,),
    quantities=MODEL_QUANTITIES,
    claims=(
        Identity(
            "risk",
            attacked_loss_linf,
            robust_risk(S),
            note=r"$S=\|\theta\|_1$",
            mutants=(
                replaced(S, sqrt(d) * B, "the l1 norm becomes sqrt(d) times the Euclidean one"),
                replaced(S, norm(theta, oo), "the l1 norm becomes the largest coordinate"),
                replaced(c_0, 1),
            ),
        ),
        Identity(
            "worst-case",
            ascended_loss_linf,
            (Abs(r) + epsilon * S) ** 2,
            note=r"$S=\|\theta\|_1$",
            exact=True,
            routes="projected ascent over the cube, from the clean point and from a random one",
            mutants=(replaced(S, B, "the Euclidean norm for the l1 norm"),),
        ),
        Derivation(
            "expectation", expected_loss(S), equals=robust_risk(S), note=r"$E(|r|+\epsilon S)^2$"
        ),
    ),
)

active = observable("active", "the minimiser is not 0")
ridge_residual = observable("ridge_residual", "|Sigma(theta - theta_0) + kappa theta|, relative")
ridge_level = q / B * epsilon * (epsilon * B + c_0 * q) / (q + epsilon * c_0 * B)
by_values = (
    "risk by quadrature, minimised by general convex optimisation; that no short move in any "
    "direction lowers it is seen from its values"
)
at_minimum = shared(given=active, routes=by_values)

minimiser_l2 = paper.theorem(
    "claim-minimiser-L2",
    "exact minimiser of the L2 robust risk",
    "implicit in Propositions 1 and 8; derived here",
    r"For $\epsilon>0$ and $\Sigma\succ0$ the minimiser of $R_L$ is $0$ iff "
    r"$\epsilon\geq\|\Sigma\theta_0\|/(c_0v)$; it is $\theta_0$ if $\sigma=0$ and "
    r"$\epsilon\leq c_0\|\theta_0\|/\|\Sigma^{-1/2}\theta_0\|$; otherwise it is "
    r"$(\Sigma+\kappa I)^{-1}\Sigma\theta_0$ where $\kappa$ is the unique root of "
    r"$\kappa=\frac{q}{B}\,\frac{\epsilon(\epsilon B+c_0q)}{q+\epsilon c_0B}$.",
    hypotheses=(GAUSSIAN,),
    uses=("equation-5",),
    claims=(
        Identity(
            "ridge-level",
            kappa,
            ridge_level,
            exact=True,
            tolerance=1e-7,
            **at_minimum,
            statement=r"at the minimiser $\kappa=\frac{q}{B}\,"
            r"\frac{\epsilon(\epsilon B+c_0q)}{q+\epsilon c_0B}$",
            mutants=(
                replaced(c_0, 1, "without c_0"),
                factor(B**2 / q**2, "q/B becomes B/q"),
                factor(q + epsilon * c_0 * B, "without the denominator"),
            ),
        ),
        Inequality(
            "ridge-path",
            ridge_residual,
            at_most=0,
            scale=1,
            tolerance=1e-7,
            **at_minimum,
            statement=r"the minimiser is on the ridge path $(\Sigma+\kappa I)^{-1}\Sigma\theta_0$",
        ),
        Inequality(
            "ridge-level-positive",
            kappa,
            at_least=0,
            scale=1,
            **at_minimum,
            note="at the minimiser",
            mutants=(Q(1, 10),),
        ),
        Derivation(
            "stationary",
            kappa * (1 + epsilon * c_0 * B / q)
            - (epsilon**2 + epsilon * c_0 * q / B)
            - (kappa - ridge_level) * (q + epsilon * c_0 * B) / q,
            equals=0,
            statement=r"on the ridge path $\nabla R_L=-2D(\kappa)\theta$ with $D(\kappa)=\kappa(1+"
            r"\epsilon c_0B/q)-(\epsilon^2+\epsilon c_0q/B)$, $0$ exactly at the stated $\kappa$",
        ),
    ),
)

truth_is_not_optimal = observable("truth_is_not_optimal", "a short move from theta_0 lowers R_L")
smallest_risk = observable("optimal_risk", "smallest robust risk", "R^*")
length_0 = observable("length_0", "norm of the true coefficients", r"\|\theta_0\|")
relative_radius = parameter("relative_radius", "epsilon |Sigma^(-1/2) theta_0| / |theta_0|")

minimiser_noiseless = paper.theorem(
    "claim-minimiser-noiseless",
    "without noise a weak attack leaves the truth optimal",
    "implicit in Proposition 1; derived here",
    r"If $\sigma=0$ and $\epsilon\leq c_0\|\theta_0\|/\|\Sigma^{-1/2}\theta_0\|$ the "
    r"minimiser of $R_L$ is $\theta_0$, with $R^*=\epsilon^2\|\theta_0\|^2$; beyond, it is not.",
    hypotheses=(required(Eq(sigma, 0), "there is no noise"), GAUSSIAN),
    uses=("equation-5", "claim-minimiser-L2"),
    claims=(
        Threshold(
            "leaves-truth",
            truth_is_not_optimal,
            along="relative_radius",
            at=c_0,
            statement=r"the optimum leaves $\theta_0$ at $\epsilon\,\|\Sigma^{-1/2}\theta_0\|/"
            r"\|\theta_0\|=c_0$",
            routes="whether a short move from theta_0 lowers the risk by quadrature",
        ),
        Identity(
            "smallest-risk",
            smallest_risk,
            epsilon**2 * length_0**2,
            exact=True,
            where=relative_radius < c_0,
            note=r"as long as $\theta_0$ is optimal",
            routes=by_values,
            mutants=(epsilon * length_0, Mutant("standard risk", equals=0, scale=epsilon**2)),
        ),
    ),
)

tau = observable("tau", "soft-threshold level that fits the numerical minimiser", r"\tau")
soft_residual = observable("soft_residual", "distance from the soft threshold, over |theta_0|")
null_is_optimal_linf = observable(
    "null_is_optimal_linf", "0 is optimal under coordinatewise attacks"
)
null_radius_linf = observable("null_radius_linf", "smallest cube radius at which 0 is optimal")
norm_times = observable("norm_times", "|Sigma theta_0|", r"\|\Sigma\theta_0\|")
largest_times = observable("largest_times", "largest coordinate of Sigma theta_0")
largest_0 = observable("largest_0", "largest coordinate of theta_0")
soft_level = q * epsilon * (epsilon * S + c_0 * q) / (q + epsilon * c_0 * S)
bisected = "bisection on the radius: whether a short move from zero lowers the risk by quadrature"

minimiser_linf = paper.theorem(
    "claim-minimiser-Linf",
    "exact minimiser of the L-infinity robust risk",
    "implicit in Section 4; derived here",
    r"The minimiser of $R^\infty_L$ is $0$ iff $\epsilon\geq\|\Sigma\theta_0\|_\infty/"
    r"(c_0v)$. For $\Sigma=I$ it is otherwise $\mathrm{sgn}(\theta_0)(|\theta_0|-\tau)_+$ with "
    r"$\tau=\frac{q\,\epsilon(\epsilon S+c_0q)}{q+\epsilon c_0S}$, $S=\|\theta\|_1$.",
    hypotheses=(GAUSSIAN,),
    uses=("equation-9",),
    quantities={"v": MODEL_QUANTITIES["v"]},
    claims=(
        Identity(
            "soft-level",
            tau,
            soft_level,
            exact=True,
            tolerance=1e-7,
            given=active,
            statement=r"at the minimiser for $\Sigma=I$, $\tau=\frac{q\,\epsilon(\epsilon S+c_0q)}"
            r"{q+\epsilon c_0S}$",
            mutants=(
                factor(q + epsilon * c_0 * S, "without the denominator"),
                factor(1 / S, "ridge form: divided by S"),
            ),
        ),
        Inequality(
            "soft-threshold",
            soft_residual,
            at_most=0,
            scale=1,
            tolerance=1e-7,
            given=active,
            statement=r"the minimiser for $\Sigma=I$ is a soft threshold of $\theta_0$",
        ),
        Threshold(
            "null-radius",
            null_is_optimal_linf,
            along="relative_radius",
            at=1 / c_0,
            statement=r"the minimiser is 0 exactly from "
            r"$\epsilon=\|\Sigma\theta_0\|_\infty/(c_0v)$ on (radius in units of "
            r"$\|\Sigma\theta_0\|_\infty/v$)",
            routes="whether a short move from zero lowers the risk by quadrature",
        ),
        Identity(
            "null-radius-value",
            null_radius_linf,
            largest_times / (c_0 * v),
            exact=True,
            tolerance=1e-4,
            statement=r"for any covariance the radius from which on 0 is optimal is "
            r"$\|\Sigma\theta_0\|_\infty/(c_0v)$",
            routes=bisected,
            mutants=(
                replaced(largest_times, norm_times, "the Euclidean norm"),
                replaced(largest_times, largest_0, "without the covariance"),
            ),
        ),
    ),
)

jump_at_zero = observable("jump_at_zero", "jump of the directional derivative across 0")
jump_at_truth = observable("jump_at_truth", "jump of the derivative across theta_0, without noise")
jump_elsewhere = observable("jump_elsewhere", "jump of the derivative elsewhere")
length_u = observable("length_u", "|u|_Sigma of the unit direction u", r"\|u\|_\Sigma")
midpoint_excess = observable("midpoint_excess", "risk at the midpoint minus mean of the ends")
risk_scale = observable("risk_scale", "sum of the risks at the ends")
quarter_square = observable("quarter_square", "lambda_max |a - b|^2 / 4 for the ends a, b")
null_is_optimal = observable("null_is_optimal", "0 is optimal")
null_radius = observable("null_radius", "smallest radius at which 0 is optimal", r"\epsilon_{null}")
norm_0 = observable("norm_0", "|theta_0|")
weighted_0 = observable("weighted_0", "|theta_0|_Sigma")
norm_inverse = observable("norm_inverse", "|Sigma^-1 theta_0|")
lambda_max = observable("lambda_max", "largest eigenvalue", r"\lambda_{\max}", positive=True)

proposition_1 = paper.theorem(
    "proposition-1",
    "kinks, convexity and null threshold of the robust risk",
    "Section 2.1, Proposition 1",
    r"For $\epsilon>0$, $R_L$ is differentiable at $\theta$ iff ($\sigma^2>0$ and "
    r"$\theta\neq0$) or ($\sigma=0$ and $\theta\notin\{0,\theta_0\}$); it is convex; and for "
    r"$\epsilon$ large enough its minimiser is $0$. The constant is "
    r"$\|\Sigma\theta_0\|/(c_0v)$, exactly.",
    hypotheses=(
        ATTACKED,
        GAUSSIAN,
        required(None, "theta_0 is not zero (the signal-to-noise ratio is bounded below)"),
    ),
    uses=("equation-5",),
    claims=(
        Identity(
            "kink-at-zero",
            jump_at_zero,
            4 * epsilon * c_0 * v,
            exact=True,
            tolerance=1e-5,
            statement=r"at $\theta=0$ the directional derivative jumps by $4\epsilon c_0v$",
            mutants=(Mutant("differentiable at 0 when sigma > 0", equals=0, scale=v),),
        ),
        Identity(
            "kink-at-truth",
            jump_at_truth,
            4 * epsilon * c_0 * length_0 * length_u,
            exact=True,
            tolerance=1e-5,
            statement=r"without noise it also jumps at $\theta_0$, by "
            r"$4\epsilon c_0\|\theta_0\|\|u\|_\Sigma$ along a unit vector $u$",
            mutants=(Mutant("differentiable at theta_0", equals=0, scale=1),),
        ),
        Inequality(
            "smooth-elsewhere",
            jump_elsewhere,
            at_most=0,
            scale=v,
            tolerance=1e-5,
            statement=r"away from $0$ (and from $\theta_0$ if $\sigma=0$) it does not jump; nor at "
            r"$\theta_0$ if $\sigma>0$",
            mutants=(Mutant("nor at theta_0 without noise", left=jump_at_truth),),
        ),
        Inequality(
            "convex",
            midpoint_excess,
            at_most=0,
            scale=risk_scale,
            statement=r"$R_L(\frac{a+b}{2})\leq\frac12R_L(a)+\frac12R_L(b)$ for all $a,b$",
            mutants=(without(quarter_square, "strongly convex with constant 2 lambda_max"),),
        ),
        Threshold(
            "null-radius",
            null_is_optimal,
            along="relative_radius",
            at=1 / c_0,
            statement=r"the minimiser is 0 exactly from $\epsilon=\|\Sigma\theta_0\|/(c_0v)$ on "
            r"(radius in units of $\|\Sigma\theta_0\|/v$)",
            routes="whether a short move from zero lowers the risk by quadrature",
        ),
        Identity(
            "null-radius-value",
            null_radius,
            norm_times / (c_0 * v),
            exact=True,
            tolerance=1e-4,
            statement=r"the radius from which on 0 is optimal is $\|\Sigma\theta_0\|/(c_0v)$",
            routes=bisected,
            mutants=(
                replaced(norm_times, weighted_0),
                replaced(norm_times, norm_0**2),
                replaced(norm_times, norm_inverse, "Sigma^-1 for Sigma"),
            ),
        ),
        Inequality(
            "universal-radius",
            null_radius,
            at_most=sqrt(pi * lambda_max / 2),
            note="whatever the noise",
            mutants=(sqrt(lambda_max),),
        ),
    ),
)
