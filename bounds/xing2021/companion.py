"""The companion of the surrogate risk, which the proof of Theorem 2 descends."""

from __future__ import annotations

import sympy as sp

from bounds import BigO, Derivation, Identity, Inequality, Mutant, Theorem, regime
from bounds.xing2021.notation import c_0, epsilon, paper, v, xi
from bounds.xing2021.smoothing import (
    ATTACKED,
    GAUSSIAN,
    SMOOTHED,
    at_model,
    attack_mean,
    companion_risk,
)

_alpha, _beta, _k = sp.symbols("alpha beta k", positive=True)
_F = _alpha**2 + _beta**2 + 2 * sp.sqrt(_alpha**2 * _beta**2 + _k**2)
_root = sp.sqrt(_alpha**2 * _beta**2 + _k**2)
_determinant = _k**2 - _alpha**2 * _beta**2 + (_alpha**2 + _beta**2) * _root
_length_u = sp.Symbol("length_u")
_curvature_at_zero = 2 * _length_u**2 + 2 * epsilon**2 + 4 * epsilon * v**2 / xi

auxiliary = Theorem(
    id="xing2021/proof-2-auxiliary",
    title="the companion risk of the proof of Theorem 2",
    source="Appendix B, proof of Theorem 2, definition of R-tilde",
    statement=r"$\tilde R_{L,\xi}=E[r^2+2\epsilon\sqrt{B^2r^2+\xi^2/4}+\epsilon^2B^2]="
    r"q^2+2\epsilon qB\,K(a)+\epsilon^2B^2$ with $a=\xi/(2qB)$, $K(a)=E\sqrt{Z^2+a^2}$. It is "
    r"smooth and convex (used without proof), its Hessian is $O(1/\xi)$, and "
    r"$0\leq\tilde R_{L,\xi}-R_L\leq\epsilon\xi$.",
    paper=paper,
    hypotheses=(
        ATTACKED,
        SMOOTHED,
        GAUSSIAN,
        regime(xi, "the smoothing vanishes", tends_to=0),
    ),
    symbols={
        "companion_loss": "companion of a point's loss",
        "companion_risk": "companion risk",
        "companion_excess": "companion risk minus robust risk",
        "robust_risk": "population risk under the attack without smoothing",
        "surrogate_risk": "population surrogate risk",
        "companion_midpoint_excess": "companion risk at the midpoint minus the mean at the ends",
        "companion_scale": "larger companion risk of the two ends",
        "companion_jump": "change of the directional derivative of the companion risk across 0",
        "robust_jump": "change of the directional derivative of the robust risk across 0",
        "curvature_at_zero": "second derivative of the companion risk at 0 along a unit vector",
        "largest_curvature": "largest curvature of the companion risk that was found",
        "length_u": "|u|_Sigma of the unit direction u",
        "xi": "smoothing of the attack, in units of v^2",
    },
    uses=("xing2021/definition-surrogate",),
    claims=(
        Identity(
            "risk",
            observable="companion_loss",
            equals=companion_risk(),
            statement=r"the mean of $r^2+2\epsilon\sqrt{B^2r^2+\xi^2/4}+\epsilon^2B^2$ is "
            r"$q^2+2\epsilon qB\,K(a)+\epsilon^2B^2$",
            mutants=(
                Mutant("xi for xi/2", equals=companion_risk(2 * at_model)),
                Mutant("H for K", equals=companion_risk(cross=attack_mean)),
            ),
        ),
        Identity(
            "closed-form",
            observable="companion_risk",
            equals=companion_risk(),
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
            left="companion_risk",
            at_least="robust_risk",
            statement=r"$\tilde R_{L,\xi}\geq R_L$",
            routes="each risk by a quadrature of its own loss",
            mutants=(
                Mutant("below", at_least=None, at_most="robust_risk"),
                Mutant("the surrogate risk is above it as well", left="surrogate_risk"),
            ),
        ),
        Inequality(
            "near-robust",
            left="companion_excess",
            at_most=epsilon * xi,
            statement=r"$\tilde R_{L,\xi}-R_L\leq\epsilon\xi$",
            routes="quadrature of the difference",
            mutants=(Mutant("half of that", at_most=epsilon * xi / 2),),
        ),
        Inequality(
            "convex",
            left="companion_midpoint_excess",
            at_most=0,
            scale="companion_scale",
            statement=r"$\tilde R_{L,\xi}$ at a midpoint is at most the mean of its values at the "
            "ends",
            routes="risk by quadrature; ends near zero, where the attack is switched on, and far",
            mutants=(
                Mutant("concave", at_most=None, at_least=0),
                Mutant("the surrogate risk instead", left="midpoint_excess", scale="risk_scale"),
                Mutant("as strongly convex everywhere as at 0",
                       at_most=-(4 * epsilon * v**2 / xi) * sp.Symbol("eighth_of_square")),
            ),
        ),
        Inequality(
            "smooth",
            left="companion_jump",
            at_most=sp.Rational(1, 1000) * 4 * epsilon * c_0 * v,
            statement=r"across $0$ the directional derivative of $\tilde R_{L,\xi}$ does not jump "
            "(by a thousandth of the kink of the robust risk)",
            routes="one-sided differences, extrapolated, of the risk by quadrature",
            mutants=(
                Mutant("|Br| + xi/2 for the root, which has the robust risk's kink",
                       left="robust_jump"),
            ),
        ),
        Identity(
            "curvature-at-zero",
            observable="curvature_at_zero",
            equals=_curvature_at_zero,
            exact=True,
            tolerance=1e-4,
            statement=r"its second derivative at $0$ along a unit vector $u$ is "
            r"$2\|u\|_\Sigma^2+2\epsilon^2+4\epsilon v^2/\xi$",
            routes="second differences of the risk by quadrature; their error is below 1e-5",
            mutants=(
                Mutant("xi for xi/2", equals=2 * _length_u**2 + 2 * epsilon**2
                       + 2 * epsilon * v**2 / xi),
                Mutant("without 2 epsilon^2", equals=2 * _length_u**2
                       + 4 * epsilon * v**2 / xi),
            ),
        ),
        BigO(
            "hessian",
            observable="largest_curvature",
            of=1 / xi,
            exact=True,
            statement=r"the Hessian is $O(1/\xi)$: the largest eigenvalue found near $0$, where "
            "the attack is switched on, and elsewhere",
            routes="a search, which gives a lower bound of the supremum",
            mutants=(
                Mutant("bounded", of=sp.Integer(1)),
                Mutant("1 / sqrt(xi)", of=1 / sp.sqrt(xi)),
            ),
        ),
        Derivation(
            "determinant",
            left=(
                sp.Derivative(_F, (_alpha, 2)) * sp.Derivative(_F, (_beta, 2))
                - sp.Derivative(_F, _alpha, _beta) ** 2
            ) / 4,
            equals=_k**2 * _determinant / _root**4,
            statement=r"for $F=\alpha^2+\beta^2+2S$, $S=\sqrt{\alpha^2\beta^2+k^2}$ (with "
            r"$\alpha=|r|$, $\beta=\epsilon B$, $k=\epsilon\xi/2$), a quarter of "
            r"$\det\nabla^2F$ is $\frac{k^2}{S^4}(k^2-\alpha^2\beta^2+(\alpha^2+\beta^2)S)$",
            mutants=(Mutant("sign of the mixed term", equals=_k**2 * (
                _determinant + 2 * _alpha**2 * _beta**2) / _root**4),),
        ),
        Derivation(
            "positive",
            left=_determinant,
            at_least=0,
            nonnegative=_k**2 + _alpha**2 * _beta**2 + (_alpha - _beta) ** 2 * _root
            + 2 * _alpha * _beta * _k**2 / (_root + _alpha * _beta),
            statement=r"$k^2-\alpha^2\beta^2+(\alpha^2+\beta^2)S\geq0$: $F$ is convex, and so is "
            r"$\tilde R_{L,\xi}$, as $F$ grows with $|r|$ and $\|\theta\|$",
        ),
        Derivation(
            "convex-in-residual",
            left=sp.Derivative(_F, (_alpha, 2)),
            equals=2 + 2 * _beta**2 * _k**2 / _root**3,
            statement=r"$F_{\alpha\alpha}>0$",
            mutants=(Mutant("the opposite sign of the xi^2 term",
                            equals=2 - 2 * _beta**2 * _k**2 / _root**3),),
        ),
    ),
)

theorems = (auxiliary,)
