"""The gradients that Appendix B prints, and how far they differ."""

from bounds.authoring import *
from bounds.xing2021.notation import *
from bounds.xing2021.smoothing import *

x_u = observable("x_u", "input along the direction u", real=True)
theta_u = parameter("theta_u", "coefficients along the direction u", real=True)
frozen_slope = observable("frozen_slope", "slope of the surrogate loss along u, attack held fixed")
companion_slope = observable("companion_slope", "slope of the companion loss along u")
difference = observable("difference", "norm of the difference of the two population gradients")
circulation = observable("circulation", "relative curl of the training field")
companion_circulation = observable(
    "companion_circulation", "relative curl of the companion's field"
)
root = sqrt(B**2 + c**2 / r**2)


def semi_gradient(smoothing: Expr = c, third: Expr = B**2) -> Expr:
    """Return the printed gradient with the attack held fixed, along a direction u."""
    root = sqrt(B**2 + smoothing**2 / r**2)
    return (
        2 * x_u * r
        + 2 * epsilon * theta_u * Abs(r) / root
        + 2 * epsilon * x_u * sign(r) * third / root
        + 2 * epsilon**2 * theta_u * B**2 / root**2
    )


def population_slope(square: Expr, scale: Expr = at_model) -> Expr:
    """Return alpha u'Sigma(theta - theta_0) + beta u'theta; ``square`` is E_2, or 1."""
    along = 2 * (1 + epsilon * B * attack_mean(scale) / q)
    radial = 2 * epsilon * q * attack_mean(scale) / B + 2 * epsilon**2 * square
    shift = inner(direction, times(Sigma, theta - theta_0))
    return along * shift + radial * inner(direction, theta)


last_term = 2 * epsilon**2 * theta_u * B**2 / root**2
third_term = 2 * epsilon * c**2 * x_u * sign(r) / (root * r**2)
companion_gradient = (
    2 * x_u * r
    + 2 * epsilon * theta_u * Abs(r) / root
    - third_term
    + 2 * epsilon * x_u * root * sign(r)
    + 2 * epsilon**2 * theta_u
)
twice = 2 * at_model
size = 2 * (Abs(x_u) + epsilon) * (Abs(r) + epsilon * B)
population_size = 2 * (1 + epsilon) * (q + epsilon * B)
sampled = 2 * epsilon**2 * theta_u * (1 - attack_share(at_model))

k = parameter("k", "covariance of x_u and r", real=True)
m = parameter("m", "variance of x_u", real=True)
at_r = parameter("s", "argument of the joint transform of (x_u, r) that belongs to r", real=True)
at_x = sp.Symbol("t", real=True)
joint_transform = exp((m * at_x**2 + 2 * k * at_x * at_r + q**2 * at_r**2) / 2)

r_q = parameter("z", "size of the residual, over q", positive=True)
hypotenuse = sqrt(q**2 * r_q**2 * B**2 + c**2)
along = 2 * q * r_q**2 * (1 + epsilon * B**2 / hypotenuse)
square = 2 * epsilon**2 * q**2 * r_q**2 * B**3 / hypotenuse**2
radial = 2 * epsilon * q**2 * r_q**2 * B / hypotenuse + square
surrogate_loss = (q * r_q * (1 + epsilon * B**2 / hypotenuse)) ** 2

gradients = paper.theorem(
    "proof-2-gradients",
    "the printed gradients of the surrogate and of the companion risk",
    "Appendix B, proofs of Lemma 2 and Theorem 2",
    r"With $S=\sqrt{B^2+\xi^2/(4r^2)}$ the gradient of the surrogate risk with the "
    r"attack held fixed is $\nabla R_{L,\xi}=E[2xr+2\epsilon\theta|r|/S+2\epsilon x\,"
    r"\mathrm{sgn}(r)B^2/S+2\epsilon^2\theta B^2/S^2]$, that of the companion "
    r"$\partial\tilde R_{L,\xi}=E[2xr+2\epsilon\theta|r|/S-2\epsilon\frac{\xi^2}{4}x\,"
    r"\mathrm{sgn}(r)/(Sr^2)+2\epsilon xS\,\mathrm{sgn}(r)+2\epsilon^2\theta]$, and they differ "
    r"by $2\epsilon\|\theta\|E\frac{\xi^2/(4r^2)}{S^2}$ (as printed; the factor is "
    r"$2\epsilon^2$).",
    hypotheses=(SMOOTHED, GAUSSIAN),
    uses=("definition-surrogate", "proof-2-auxiliary"),
    claims=(
        Identity(
            "semi-gradient",
            frozen_slope,
            semi_gradient(),
            exact=True,
            scale=size,
            statement=r"per sample, the gradient with the attack held fixed is the printed one",
            routes="complex-step derivative of the loss under the explicit attack",
            mutants=(
                Mutant("xi for xi/2", equals=semi_gradient(xi)),
                Mutant("the third term has B for B^2", equals=semi_gradient(third=B)),
                without(last_term * (1 - 1 / B), "the last term has B for B^2"),
            ),
        ),
        Identity(
            "companion-gradient",
            companion_slope,
            companion_gradient,
            exact=True,
            scale=size,
            statement=r"per sample, the gradient of the companion loss is the printed one",
            routes="complex-step derivative of the companion loss",
            mutants=(
                without(-2 * third_term, "plus for the minus of the third term"),
                Mutant("the gradient with the attack held fixed", equals=semi_gradient()),
            ),
        ),
        Identity(
            "population",
            frozen_slope,
            population_slope(attack_share(at_model)),
            scale=population_size,
            statement=r"$\nabla R_{L,\xi}=2(1+\epsilon BH/q)\,\Sigma(\theta-\theta_0)+"
            r"(2\epsilon qH/B+2\epsilon^2E_2)\,\theta$, along a direction",
            routes="mean over samples of the complex-step derivative",
            mutants=lambda: (
                Mutant("E_2 becomes 1", equals=population_slope(1)),
                Mutant("xi for xi/2", equals=population_slope(attack_share(twice), twice)),
            ),
        ),
        Identity(
            "companion-population",
            companion_slope,
            population_slope(1),
            scale=population_size,
            statement=r"$\partial\tilde R_{L,\xi}$ is the same with $1$ for $E_2$",
            routes="mean over samples of the complex-step derivative",
            mutants=(Mutant("E_2 stays", equals=population_slope(attack_share(at_model))),),
        ),
        Identity(
            "difference-sampled",
            companion_slope - frozen_slope,
            sampled,
            statement=r"$\partial\tilde R_{L,\xi}-\nabla R_{L,\xi}=2\epsilon^2(1-E_2)\theta$, "
            "along a direction",
            routes="mean over samples of the complex-step derivatives",
            mutants=(Mutant("E_2 for 1 - E_2", equals=2 * epsilon**2 * theta_u - sampled),),
            printed=Printed(
                equals=sampled / epsilon,
                name="difference-printed",
                statement=r"$\|\nabla R_{L,\xi}-\partial\tilde R_{L,\xi}\|="
                r"2\epsilon\,\|\theta E(\cdots)\|$, here along a direction",
                why=r"the factor is $2\epsilon^2$: only the last terms of the two gradients "
                r"differ, and both carry $\epsilon^2$",
                counterexample=r"$q=B=1$, $\xi=0.2$, $\epsilon=3$: the difference is $2.087$, the "
                r"printed value $0.696$",
                harmless=True,
            ),
        ),
        Identity(
            "difference",
            difference,
            2 * epsilon**2 * B * (1 - attack_share(at_model)),
            exact=True,
            tolerance=1e-7,
            scale=epsilon**2 * B,
            statement=r"the norm of their difference is $2\epsilon^2B(1-E_2)$",
            routes="both gradients by quadrature",
            mutants=(
                Mutant("xi for xi/2", equals=2 * epsilon**2 * B * (1 - attack_share(2 * at_model))),
            ),
        ),
        Construction(
            "no-potential",
            circulation,
            at_least=Q(1, 100),
            statement=r"the field that training follows is the gradient of no function: its curl "
            r"in the plane of $\theta$ and $\theta_0$ does not vanish",
            routes="Jacobian of the field by differences, at a point of a model in the plane",
            mutants=(Mutant("nor is the companion's", certificate=companion_circulation),),
        ),
        *derivations(
            stein=equal(
                Subs(Derivative(joint_transform, at_x), at_x, 0),
                k / q**2 * Derivative(exp(q**2 * at_r**2 / 2), at_r),
                statement=r"$E[x_u\,g(r)]=\frac{k}{q^2}E[r\,g(r)]$ with "
                r"$k=u^\top\Sigma(\theta-\theta_0)$, from the joint transform of the Gaussian "
                r"pair $(x_u,r)$, for every $g(r)=e^{sr}$ and so for all",
            ),
            cancellation=equal(
                companion_gradient - semi_gradient(),
                2 * epsilon**2 * theta_u * (c**2 / r**2) / root**2,
                statement=r"per sample the two gradients differ by $2\epsilon^2\theta\,"
                r"\frac{\xi^2/(4r^2)}{S^2}$ alone",
                mutants=(factor(1 / epsilon, "the printed factor"),),
            ),
            curl=equal(
                Derivative(along, B) - Derivative(radial, q),
                -Derivative(square, q),
                statement=r"for every $|r|=qz$ the field $\nabla R_{L,\xi}=\alpha\Sigma(\theta-"
                r"\theta_0)+\beta\theta$ has $\partial_B(\alpha q)-\partial_q(\beta B)="
                r"-\partial_q(2\epsilon^2B\frac{q^2z^2B^2}{q^2z^2B^2+\xi^2/4})$, which is not "
                r"$0$: it is the gradient of no function",
                mutants=(Mutant("a potential exists", equals=0),),
            ),
            potential_of_companion=equal(
                Derivative(q**2 * r_q**2 + 2 * epsilon * hypotenuse + epsilon**2 * B**2, q),
                along,
                statement=r"the companion loss is a potential of the same $\alpha$, with $1$ for "
                r"$E_2$ in $\beta$",
                mutants=(Mutant("so is the surrogate loss", left=Derivative(surrogate_loss, q)),),
            ),
        ),
    ),
)

difference_at_minimum = observable(
    "difference_at_minimum", "norm of the difference of the gradients at the companion's minimum"
)
gradient_at_minimum = observable(
    "gradient_at_minimum", "norm of the companion's gradient at its minimum"
)
B_3 = parameter("B_3", "the constant of the proof, here very small", positive=True)

relative_bound = paper.theorem(
    "proof-2-relative-bound",
    "the companion's gradient is said to dominate",
    "Appendix B, proof of Theorem 2, after the difference of the gradients",
    r"On a ball $B(0,B_1)$ there is a $B_3>0$ with "
    r"$\|\nabla R_{L,\xi}-\partial\tilde R_{L,\xi}\|\leq\frac{\xi}{B_3}"
    r"\|\partial\tilde R_{L,\xi}\|$. (False: at the minimiser of $\tilde R$ the right side is "
    r"$0$. True: the difference is at most $\epsilon^2\sqrt{\pi/2}\,\xi/q$.)",
    hypotheses=(ATTACKED, SMOOTHED, GAUSSIAN),
    uses=("proof-2-gradients",),
    claims=(
        Inequality(
            "additive",
            difference,
            at_most=epsilon**2 * sqrt(pi / 2) * xi / q,
            statement=r"$\|\nabla R_{L,\xi}-\partial\tilde R_{L,\xi}\|\leq"
            r"\epsilon^2\sqrt{\pi/2}\,\xi/q$, which is $O(\xi)$ if $\sigma$ is bounded below and "
            "suffices for the rest of the proof",
            routes="both gradients by quadrature",
            mutants=(factor(Q(1, 2)), factor(xi / v**2, "second order in xi")),
            printed=Printed(
                left=difference_at_minimum,
                at_most=xi / B_3 * gradient_at_minimum,
                name="relative",
                statement=r"$\|\nabla R_{L,\xi}-\partial\tilde R_{L,\xi}\|\leq\frac{\xi}{B_3}"
                r"\|\partial\tilde R_{L,\xi}\|$ on a ball, for some $B_3>0$ (here $10^{-6}$)",
                why=r"$\partial\tilde R_{L,\xi}$ vanishes at the minimiser of $\tilde R_{L,\xi}$, "
                r"which is not $0$ because $\partial\tilde R_{L,\xi}(0)=-2\Sigma\theta_0$; there "
                r"the difference is $2\epsilon^2B(1-E_2)>0$",
                counterexample=r"$d=10$, $\theta_0=1$, $\Sigma=I$, $\sigma=1$, $\epsilon=0.5$, "
                r"$\xi=0.2$: at $0.81449\,\theta_0$ the left side is $0.053$, the right side $0$",
                routes="minimiser by Newton's method on the risk by quadrature",
            ),
        ),
        Derivation(
            "constant",
            sp.Limit(2 * epsilon**2 * B * (1 - attack_share(a)) / a, a, 0, "+"),
            equals=2 * epsilon**2 * B * sqrt(pi / 2),
            statement=r"$2\epsilon^2B(1-E_2(a))\approx2\epsilon^2B\sqrt{\pi/2}\,a$ with "
            r"$a=\xi/(2qB)$: the constant of the corrected bound",
        ),
    ),
)
