"""The companion of the surrogate risk, which the proof of Theorem 2 descends."""

from bounds.authoring import *
from bounds.xing2021.notation import *
from bounds.xing2021.smoothing import (
    ATTACKED,
    GAUSSIAN,
    SMOOTHED,
    at_model,
    attack_mean,
    companion_risk,
)

companion_loss = observable("companion_loss", "companion of a point's loss")
companion = observable(
    "companion_risk", "companion risk", r"\tilde R_{L,\xi}", error="companion_risk_error"
)
surrogate = observable(
    "surrogate_risk", "population surrogate risk", r"R_{L,\xi}", error="surrogate_risk_error"
)
robust = observable(
    "robust_risk", "population risk under the unsmoothed attack", "R_L", error="robust_risk_error"
)
companion_excess = observable(
    "companion_excess",
    "companion risk minus robust risk",
    r"\tilde R_{L,\xi}-R_L",
    error="companion_excess_error",
)
midpoint_excess, surrogate_midpoint_excess = (
    observable(name, f"{risk} risk at the midpoint minus the mean at the ends")
    for name, risk in (("companion_midpoint_excess", "companion"), ("midpoint_excess", "surrogate"))
)
companion_scale = observable("companion_scale", "larger companion risk of the two ends")
surrogate_scale = observable("risk_scale", "larger surrogate risk of the two ends")
eighth = observable("eighth_of_square", "an eighth of the squared distance of the two ends")
companion_jump, robust_jump = (
    observable(f"{risk}_jump", f"jump of the {risk} risk's directional derivative across 0")
    for risk in ("companion", "robust")
)
curvature_at_zero = observable(
    "curvature_at_zero",
    "second derivative of the companion risk at 0 along a unit vector",
    r"\partial_u^2\tilde R_{L,\xi}(0)",
)
largest_curvature = observable(
    "largest_curvature",
    "largest curvature of the companion risk that was found",
    r"\lambda_{\max}(\nabla^2\tilde R_{L,\xi})",
)
length_u = observable("length_u", "|u|_Sigma of the unit direction u", r"\|u\|_\Sigma")
alpha = parameter("alpha", "size of the residual, |r|", positive=True)
beta = parameter("beta", "largest change of the residual by an attack, epsilon B", positive=True)
k = parameter("k", "epsilon xi / 2", positive=True)

root = sqrt(alpha**2 * beta**2 + k**2)
companion_of_sizes = alpha**2 + beta**2 + 2 * root
determinant = k**2 - alpha**2 * beta**2 + (alpha**2 + beta**2) * root

auxiliary = paper.theorem(
    "proof-2-auxiliary",
    "the companion risk of the proof of Theorem 2",
    "Appendix B, proof of Theorem 2, definition of R-tilde",
    r"$\tilde R_{L,\xi}=E[r^2+2\epsilon\sqrt{B^2r^2+\xi^2/4}+\epsilon^2B^2]="
    r"q^2+2\epsilon qB\,K(a)+\epsilon^2B^2$ with $a=\xi/(2qB)$, $K(a)=E\sqrt{Z^2+a^2}$. It is "
    r"smooth and convex (used without proof), its Hessian is $O(1/\xi)$, and "
    r"$0\leq\tilde R_{L,\xi}-R_L\leq\epsilon\xi$.",
    hypotheses=(ATTACKED, SMOOTHED, GAUSSIAN, regime(xi, "the smoothing vanishes", tends_to=0)),
    uses=("definition-surrogate",),
    claims=(
        Identity(
            "risk",
            companion_loss,
            companion_risk(),
            statement=r"the mean of $r^2+2\epsilon\sqrt{B^2r^2+\xi^2/4}+\epsilon^2B^2$ is "
            r"$q^2+2\epsilon qB\,K(a)+\epsilon^2B^2$",
            mutants=lambda: (
                Mutant("xi for xi/2", equals=companion_risk(2 * at_model)),
                Mutant("H for K", equals=companion_risk(cross=attack_mean)),
            ),
        ),
        Identity(
            "closed-form",
            companion,
            companion_risk(),
            exact=True,
            statement=r"$\tilde R_{L,\xi}=q^2+2\epsilon qB\,K(a)+\epsilon^2B^2$ for random models",
            routes="quadrature over the law of the residual",
            mutants=(
                Mutant("xi for xi/2", equals=companion_risk(2 * at_model)),
                Mutant("H for K", equals=companion_risk(cross=attack_mean)),
                Mutant("no smoothing", equals=companion_risk(cross=lambda scale: c_0)),
            ),
        ),
        Inequality(
            "above-robust",
            companion,
            at_least=robust,
            routes="each risk by a quadrature of its own loss",
            mutants=(Mutant("the surrogate risk is above it as well", left=surrogate),),
        ),
        Inequality(
            "near-robust",
            companion_excess,
            at_most=epsilon * xi,
            routes="quadrature of the difference",
            mutants=(factor(Q(1, 2)), factor(Q(19, 20), "5 % less")),
        ),
        Inequality(
            "convex",
            midpoint_excess,
            at_most=0,
            scale=companion_scale,
            statement=r"$\tilde R_{L,\xi}$ at a midpoint is at most the mean of its values at the "
            "ends",
            routes="risk by quadrature; ends near zero, where the attack is switched on, and far",
            mutants=(
                Mutant(
                    "the surrogate risk instead",
                    left=surrogate_midpoint_excess,
                    scale=surrogate_scale,
                ),
                Mutant(
                    "as strongly convex everywhere as at 0",
                    at_most=-(4 * epsilon * v**2 / xi) * eighth,
                ),
            ),
        ),
        Inequality(
            "smooth",
            companion_jump,
            at_most=Q(1, 1000) * 4 * epsilon * c_0 * v,
            statement=r"across $0$ the directional derivative of $\tilde R_{L,\xi}$ does not jump "
            "(by a thousandth of the kink of the robust risk)",
            routes="one-sided differences, extrapolated, of the risk by quadrature",
            mutants=(
                Mutant(
                    "|Br| + xi/2 for the root, which has the robust risk's kink", left=robust_jump
                ),
            ),
        ),
        Identity(
            "curvature-at-zero",
            curvature_at_zero,
            2 * length_u**2 + 2 * epsilon**2 + 4 * epsilon * v**2 / xi,
            exact=True,
            tolerance=1e-4,
            note="$u$ a unit vector",
            routes="second differences of the risk by quadrature; their error is below 1e-5",
            mutants=(without(2 * epsilon * v**2 / xi, "xi for xi/2"),),
        ),
        BigO(
            "hessian",
            largest_curvature,
            1 / xi,
            exact=True,
            note="the largest eigenvalue found near $0$, where the attack is switched on, and "
            "elsewhere",
            routes="a search, which gives a lower bound of the supremum",
            mutants=(1, 1 / sqrt(xi)),
        ),
        *derivations(
            determinant=equal(
                (
                    sp.Derivative(companion_of_sizes, (alpha, 2))
                    * sp.Derivative(companion_of_sizes, (beta, 2))
                    - sp.Derivative(companion_of_sizes, alpha, beta) ** 2
                )
                / 4,
                k**2 * determinant / root**4,
                statement=r"for $F=\alpha^2+\beta^2+2S$, $S=\sqrt{\alpha^2\beta^2+k^2}$ (with "
                r"$\alpha=|r|$, $\beta=\epsilon B$, $k=\epsilon\xi/2$), a quarter of "
                r"$\det\nabla^2F$ is $\frac{k^2}{S^4}(k^2-\alpha^2\beta^2+(\alpha^2+\beta^2)S)$",
                mutants=(
                    without(-2 * k**2 * alpha**2 * beta**2 / root**4, "sign of the mixed term"),
                ),
            ),
            positive=at_least(
                determinant,
                0,
                nonnegative=k**2
                + alpha**2 * beta**2
                + (alpha - beta) ** 2 * root
                + 2 * alpha * beta * k**2 / (root + alpha * beta),
                statement=r"$k^2-\alpha^2\beta^2+(\alpha^2+\beta^2)S\geq0$: $F$ is convex, and so "
                r"is $\tilde R_{L,\xi}$, as $F$ grows with $|r|$ and $\|\theta\|$",
            ),
            convex_in_residual=equal(
                sp.Derivative(companion_of_sizes, (alpha, 2)),
                2 + 2 * beta**2 * k**2 / root**3,
                statement=r"$F_{\alpha\alpha}=2+2\beta^2k^2/S^3>0$",
                mutants=(without(4 * beta**2 * k**2 / root**3, "the other sign of the xi^2 term"),),
            ),
        ),
    ),
)
