"""The gradients that Appendix B prints, and how far they differ."""

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
    inner,
    times,
)
from bounds.xing2021.notation import (
    B,
    Sigma,
    direction,
    epsilon,
    paper,
    q,
    r,
    theta,
    theta_0,
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
)

_S = sp.sqrt(B**2 + c**2 / r**2)
_x_u, _theta_u = sp.symbols("x_u theta_u", real=True)


def semi_gradient(smoothing: sp.Expr = c, third: sp.Expr = B**2) -> sp.Expr:
    """Return the printed gradient with the attack held fixed, along a direction u."""
    root = sp.sqrt(B**2 + smoothing**2 / r**2)
    return (
        2 * _x_u * r
        + 2 * epsilon * _theta_u * sp.Abs(r) / root
        + 2 * epsilon * _x_u * sp.sign(r) * third / root
        + 2 * epsilon**2 * _theta_u * B**2 / root**2
    )


def companion_gradient(sign: int = -1) -> sp.Expr:
    """Return the printed gradient of the companion loss, along a direction u."""
    return (
        2 * _x_u * r
        + 2 * epsilon * _theta_u * sp.Abs(r) / _S
        + sign * 2 * epsilon * c**2 * _x_u * sp.sign(r) / (_S * r**2)
        + 2 * epsilon * _x_u * _S * sp.sign(r)
        + 2 * epsilon**2 * _theta_u
    )


def population_slope(square: sp.Expr, scale: sp.Expr = at_model) -> sp.Expr:
    """Return alpha u'Sigma(theta - theta_0) + beta u'theta; ``square`` is E_2, or 1."""
    along = 2 * (1 + epsilon * B * attack_mean(scale) / q)
    radial = 2 * epsilon * q * attack_mean(scale) / B + 2 * epsilon**2 * square
    shift = inner(direction, times(Sigma, theta - theta_0))
    return along * shift + radial * inner(direction, theta)


_size = 2 * (sp.Abs(_x_u) + epsilon) * (sp.Abs(r) + epsilon * B)
_population_size = 2 * (1 + epsilon) * (q + epsilon * B)
_difference = 2 * epsilon**2 * B * (1 - attack_share(at_model))
_slope_difference = sp.Symbol("companion_slope") - sp.Symbol("frozen_slope")
_sampled = 2 * epsilon**2 * _theta_u * (1 - attack_share(at_model))
_k_xr, _m, _s, _t = sp.symbols("k m s t", real=True)
_joint_transform = sp.exp((_m * _t**2 + 2 * _k_xr * _s * _t + q**2 * _s**2) / 2)

_z = sp.Symbol("z", positive=True)
_u = sp.sqrt(q**2 * _z**2 * B**2 + c**2)
_along = 2 * q * _z**2 * (1 + epsilon * B**2 / _u)
_square = 2 * epsilon**2 * q**2 * _z**2 * B**3 / _u**2
_radial = 2 * epsilon * q**2 * _z**2 * B / _u + _square

gradients = Theorem(
    id="xing2021/proof-2-gradients",
    title="the printed gradients of the surrogate and of the companion risk",
    source="Appendix B, proofs of Lemma 2 and Theorem 2",
    statement=r"With $S=\sqrt{B^2+\xi^2/(4r^2)}$ the gradient of the surrogate risk with the "
    r"attack held fixed is $\nabla R_{L,\xi}=E[2xr+2\epsilon\theta|r|/S+2\epsilon x\,"
    r"\mathrm{sgn}(r)B^2/S+2\epsilon^2\theta B^2/S^2]$, that of the companion "
    r"$\partial\tilde R_{L,\xi}=E[2xr+2\epsilon\theta|r|/S-2\epsilon\frac{\xi^2}{4}x\,"
    r"\mathrm{sgn}(r)/(Sr^2)+2\epsilon xS\,\mathrm{sgn}(r)+2\epsilon^2\theta]$, and they differ "
    r"by $2\epsilon\|\theta\|E\frac{\xi^2/(4r^2)}{S^2}$ (as printed; the factor is "
    r"$2\epsilon^2$).",
    paper=paper,
    hypotheses=(SMOOTHED, GAUSSIAN),
    symbols={
        "u": "a unit direction",
        "x_u": "input along the direction u",
        "theta_u": "coefficients along the direction u",
        "frozen_slope": "slope of the surrogate loss along u, attack held fixed",
        "companion_slope": "slope of the companion loss along u",
        "difference": "norm of the difference of the two population gradients",
        "circulation": "curl of the training field, over the size of its derivative",
    },
    uses=("xing2021/definition-surrogate", "xing2021/proof-2-auxiliary"),
    errata=(
        Erratum(
            printed=r"$\|\nabla R_{L,\xi}-\partial\tilde R_{L,\xi}\|="
            r"2\epsilon\,\|\theta E(\cdots)\|$",
            correct=r"the factor is $2\epsilon^2$",
            why="only the last terms of the two gradients differ, and both carry epsilon^2",
            counterexample=r"$q=B=1$, $\xi=0.2$, $\epsilon=3$: the difference is $2.087$, the "
            r"printed value $0.696$",
            harmless=True,
        ),
    ),
    claims=(
        Identity(
            "semi-gradient",
            observable="frozen_slope",
            equals=semi_gradient(),
            exact=True,
            scale=_size,
            statement=r"per sample, the gradient with the attack held fixed is the printed one",
            routes="complex-step derivative of the loss under the explicit attack",
            mutants=(
                Mutant("xi for xi/2", equals=semi_gradient(xi)),
                Mutant("the third term has B for B^2", equals=semi_gradient(third=B)),
                Mutant(
                    "the last term has B for B^2",
                    equals=semi_gradient() + 2 * epsilon**2 * _theta_u * (B - B**2) / _S**2,
                ),
            ),
        ),
        Identity(
            "companion-gradient",
            observable="companion_slope",
            equals=companion_gradient(),
            exact=True,
            scale=_size,
            statement=r"per sample, the gradient of the companion loss is the printed one",
            routes="complex-step derivative of the companion loss",
            mutants=(
                Mutant("plus for the minus of the third term", equals=companion_gradient(1)),
                Mutant("the gradient with the attack held fixed", equals=semi_gradient()),
            ),
        ),
        Identity(
            "population",
            observable="frozen_slope",
            equals=population_slope(attack_share(at_model)),
            scale=_population_size,
            statement=r"$\nabla R_{L,\xi}=2(1+\epsilon BH/q)\,\Sigma(\theta-\theta_0)+"
            r"(2\epsilon qH/B+2\epsilon^2E_2)\,\theta$, along a direction",
            routes="mean over samples of the complex-step derivative",
            mutants=(
                Mutant("E_2 becomes 1", equals=population_slope(sp.Integer(1))),
                Mutant(
                    "xi for xi/2", equals=population_slope(attack_share(2 * at_model), 2 * at_model)
                ),
            ),
        ),
        Identity(
            "companion-population",
            observable="companion_slope",
            equals=population_slope(sp.Integer(1)),
            scale=_population_size,
            statement=r"$\partial\tilde R_{L,\xi}$ is the same with $1$ for $E_2$",
            routes="mean over samples of the complex-step derivative",
            mutants=(Mutant("E_2 stays", equals=population_slope(attack_share(at_model))),),
        ),
        Identity(
            "difference-printed",
            observable=_slope_difference,
            equals=_sampled / epsilon,
            expected="broken",
            because="the printed factor 2 epsilon should be 2 epsilon^2",
            statement=r"as printed: $\partial\tilde R_{L,\xi}-\nabla R_{L,\xi}="
            r"2\epsilon(1-E_2)\theta$, along a direction",
            routes="mean over samples of the complex-step derivatives",
        ),
        Identity(
            "difference-sampled",
            observable=_slope_difference,
            equals=_sampled,
            statement=r"corrected: $\partial\tilde R_{L,\xi}-\nabla R_{L,\xi}="
            r"2\epsilon^2(1-E_2)\theta$, along a direction",
            routes="mean over samples of the complex-step derivatives",
            mutants=(
                Mutant("without the 2", equals=_sampled / 2),
                Mutant("epsilon for epsilon^2", equals=_sampled / epsilon),
                Mutant(
                    "E_2 for 1 - E_2", equals=2 * epsilon**2 * _theta_u * attack_share(at_model)
                ),
            ),
        ),
        Identity(
            "difference",
            observable="difference",
            equals=_difference,
            exact=True,
            tolerance=1e-7,
            scale=epsilon**2 * B,
            statement=r"the norm of their difference is $2\epsilon^2B(1-E_2)$",
            routes="both gradients by quadrature",
            mutants=(
                Mutant("without the 2", equals=_difference / 2),
                Mutant("xi for xi/2", equals=2 * epsilon**2 * B * (1 - attack_share(2 * at_model))),
            ),
        ),
        Construction(
            "no-potential",
            certificate="circulation",
            at_least=sp.Rational(1, 100),
            statement=r"the field that training follows is the gradient of no function: its curl "
            r"in the plane of $\theta$ and $\theta_0$ does not vanish",
            routes="Jacobian of the field by differences, at a point of a model in the plane",
            mutants=(Mutant("nor is the companion's", certificate="companion_circulation"),),
        ),
        Derivation(
            "stein",
            left=sp.Subs(sp.Derivative(_joint_transform, _t), _t, 0),
            equals=_k_xr / q**2 * sp.Derivative(sp.exp(q**2 * _s**2 / 2), _s),
            statement=r"$E[x_u\,g(r)]=\frac{k}{q^2}E[r\,g(r)]$ with "
            r"$k=u^\top\Sigma(\theta-\theta_0)$, from the joint transform of the Gaussian pair "
            r"$(x_u,r)$, for every $g(r)=e^{sr}$ and so for all",
            mutants=(
                Mutant("without q^2", equals=_k_xr * sp.Derivative(sp.exp(q**2 * _s**2 / 2), _s)),
            ),
        ),
        Derivation(
            "cancellation",
            left=companion_gradient() - semi_gradient(),
            equals=2 * epsilon**2 * _theta_u * (c**2 / r**2) / _S**2,
            statement=r"per sample the two gradients differ by $2\epsilon^2\theta\,"
            r"\frac{\xi^2/(4r^2)}{S^2}$ alone",
            mutants=(
                Mutant("the printed factor", equals=2 * epsilon * _theta_u * (c**2 / r**2) / _S**2),
            ),
        ),
        Derivation(
            "curl",
            left=sp.Derivative(_along, B) - sp.Derivative(_radial, q),
            equals=-sp.Derivative(_square, q),
            statement=r"for every $|r|=qz$ the field $\nabla R_{L,\xi}=\alpha\Sigma(\theta-"
            r"\theta_0)+\beta\theta$ has $\partial_B(\alpha q)-\partial_q(\beta B)=-\partial_q("
            r"2\epsilon^2B\frac{q^2z^2B^2}{q^2z^2B^2+\xi^2/4})$, which is not $0$: it is the "
            "gradient of no function",
            mutants=(Mutant("a potential exists", equals=sp.Integer(0)),),
        ),
        Derivation(
            "potential-of-companion",
            left=sp.Derivative(q**2 * _z**2 + 2 * epsilon * _u + epsilon**2 * B**2, q),
            equals=_along,
            statement=r"the companion loss is a potential of the same $\alpha$, with $1$ for "
            r"$E_2$ in $\beta$",
            mutants=(
                Mutant(
                    "so is the surrogate loss",
                    left=sp.Derivative((q * _z * (1 + epsilon * B**2 / _u)) ** 2, q),
                ),
            ),
        ),
    ),
)

_additive = epsilon**2 * sp.sqrt(sp.pi / 2) * xi / q
_B_3 = sp.Symbol("B_3", positive=True)

relative_bound = Theorem(
    id="xing2021/proof-2-relative-bound",
    title="the companion's gradient is said to dominate",
    source="Appendix B, proof of Theorem 2, after the difference of the gradients",
    statement=r"On a ball $B(0,B_1)$ there is a $B_3>0$ with "
    r"$\|\nabla R_{L,\xi}-\partial\tilde R_{L,\xi}\|\leq\frac{\xi}{B_3}"
    r"\|\partial\tilde R_{L,\xi}\|$. (False: at the minimiser of $\tilde R$ the right side is "
    r"$0$. True: the difference is at most $\epsilon^2\sqrt{\pi/2}\,\xi/q$.)",
    paper=paper,
    hypotheses=(ATTACKED, SMOOTHED, GAUSSIAN),
    symbols={
        "difference": "norm of the difference of the two population gradients",
        "difference_at_minimum": "norm of the difference of the two population gradients at "
        "the minimiser of the companion risk",
        "gradient_at_minimum": "norm of the companion's gradient there",
        "B_3": "the constant of the proof, here very small",
    },
    uses=("xing2021/proof-2-gradients",),
    errata=(
        Erratum(
            printed=r"$\|\nabla R_{L,\xi}-\partial\tilde R_{L,\xi}\|\leq"
            r"\frac{\xi}{B_3}\|\partial\tilde R_{L,\xi}\|$ on a ball, for some $B_3>0$",
            correct=r"$\|\nabla R_{L,\xi}-\partial\tilde R_{L,\xi}\|\leq"
            r"\epsilon^2\sqrt{\pi/2}\,\xi/q$, which is $O(\xi)$ if $\sigma$ is bounded below and "
            "suffices for the rest of the proof",
            why=r"$\partial\tilde R_{L,\xi}$ vanishes at the minimiser of $\tilde R_{L,\xi}$, "
            r"which is not $0$ because $\partial\tilde R_{L,\xi}(0)=-2\Sigma\theta_0$; there the "
            r"difference is $2\epsilon^2B(1-E_2)>0$",
            counterexample=r"$d=10$, $\theta_0=1$, $\Sigma=I$, $\sigma=1$, $\epsilon=0.5$, "
            r"$\xi=0.2$: at $0.81449\,\theta_0$ the left side is $0.053$, the right side $0$",
        ),
    ),
    claims=(
        Inequality(
            "relative",
            left="difference_at_minimum",
            at_most=xi / _B_3 * sp.Symbol("gradient_at_minimum"),
            expected="broken",
            because="at the minimiser of the companion risk the right side is zero",
            statement=r"as printed, with $B_3=10^{-6}$: the difference is at most "
            r"$\frac{\xi}{B_3}\|\partial\tilde R\|$",
            routes="minimiser by Newton's method on the risk by quadrature",
        ),
        Inequality(
            "additive",
            left="difference",
            at_most=_additive,
            statement=r"corrected: the difference is at most $\epsilon^2\sqrt{\pi/2}\,\xi/q$",
            routes="both gradients by quadrature",
            mutants=(
                Mutant("half of that", at_most=_additive / 2),
                Mutant("second order in xi", at_most=_additive * xi / v**2),
            ),
        ),
        Derivation(
            "constant",
            left=sp.Limit(2 * epsilon**2 * B * (1 - attack_share(a)) / a, a, 0, "+"),
            equals=2 * epsilon**2 * B * sp.sqrt(sp.pi / 2),
            statement=r"$2\epsilon^2B(1-E_2(a))\approx2\epsilon^2B\sqrt{\pi/2}\,a$ with "
            r"$a=\xi/(2qB)$: the constant of the corrected bound",
            mutants=(Mutant("2/pi for pi/2", equals=2 * epsilon**2 * B * sp.sqrt(2 / sp.pi)),),
        ),
    ),
)

theorems = (gradients, relative_bound)
