"""Curvature of the adversarial loss: Lemmas 4 and 5, pointwise and in the population."""

from __future__ import annotations

import sympy as sp

from bounds import (
    BigO,
    Derivation,
    Erratum,
    Identity,
    Inequality,
    Limit,
    Mutant,
    Theorem,
    required,
)
from bounds.xing2021.dense_notation import SYMBOLS, isotropic
from bounds.xing2021.notation import c_0, d, epsilon, n, paper, q, r, s

_change = sp.Symbol("loss_change", real=True)
_slope = sp.Symbol("derivative", real=True)
_move = sp.Symbol("move_times_x", real=True)
_square = sp.Symbol("squared_move", nonnegative=True)
_new, _old = sp.symbols("length_new length_old", positive=True)
_inner = sp.Symbol("inner_product", real=True)

_quadratic = _slope + _move**2 + epsilon**2 * _square
_stretch = 2 * epsilon * (_new - _old) * _move
_lower = _quadratic + _stretch * sp.sign(r)
_angle = 2 * epsilon * (_new * _old - _inner) / _old * sp.Abs(r)
_upper = _quadratic + 4 * epsilon * _new * sp.Abs(_move) + _angle

_POINTWISE = {
    "loss_change": r"attacked loss at $\theta_1$ minus that at $\theta_2$",
    "derivative": r"derivative of the attacked loss at $\theta_2$ along the move",
    "move_times_x": r"move times x, with the move $\theta_1-\theta_2$",
    "squared_move": "squared length of the move",
    "length_new": "|theta_1|", "length_old": "|theta_2|", "inner_product": "theta_1 . theta_2",
    "r": "residual at theta_2, x . theta_2 - y",
    "loss_size": "the two attacked losses and the size of the terms",
}

_fit, _new_fit, _response = sp.symbols("g_2 g_1 y", real=True)
_negative_left = _new * (_response - _new_fit) - _old * (_response - _fit) - (
    (_inner - _old**2) / _old * (_response - _fit)
)
_negative_right = (
    (_new * _old - _inner) / _old * (_response - _fit) - (_new - _old) * (_new_fit - _fit)
)
_turn = _old * (_new_fit - _fit)

_risk_change = sp.Symbol("risk_change", real=True)
_risk_slope = sp.Symbol("risk_derivative", real=True)
_curvature = epsilon**2 * (1 - 2 / sp.pi)
_uniform = 1 + epsilon**2 - 2 * epsilon * c_0
_u, _w = sp.symbols("u w", nonnegative=True)
_length = _u + _w
_covariance = sp.Symbol("covariance_with_residual", real=True)
_z = sp.Symbol("z", real=True)
_density = sp.exp(-(_z**2) / 2) / sp.sqrt(2 * sp.pi)

_logarithm = sp.log(d) / n

lemma_4 = Theorem(
    id="xing2021/lemma-4",
    title="restricted strong convexity of the adversarial loss",
    source="Appendix E, Lemma 4",
    statement=r"With $l_\epsilon(\theta)=(|x^T\theta-y|+\epsilon\|\theta\|)^2$ and "
    r"$\Delta=\hat\theta-\theta^*$ in the cone $\|\Delta_{S^c}\|_1\leq c\|\Delta_S\|_1$: with "
    r"probability tending to 1, for some $c_3$, $\frac{1}{n}\sum(l_\epsilon(\hat\theta)-"
    r"l_\epsilon(\theta^*))\geq\frac{1}{n}\sum(\Delta^T\partial l_\epsilon+(\Delta^Tx_i)^2)-"
    r"\|\Delta\|^2+\epsilon^2(1-\frac{2}{\pi})\|\Delta\|^2-c_3\|\Delta\|_1\sqrt{s\log d/n}$, and "
    r"$|\frac{1}{n}\sum(\Delta^Tx_i)^2-\|\Delta\|^2|/\|\Delta_S\|_1^2\to0$.",
    paper=paper,
    hypotheses=(required(None, "theta_2 is not zero and its residual is not zero"), isotropic),
    symbols=SYMBOLS | _POINTWISE | {
        "risk_change": "robust risk at theta_1 minus that at theta_2",
        "risk_derivative": "derivative of the robust risk at theta_2 along the move",
        "risk_size": "robust risks at both points",
        "sign_product": "move times x, times the sign of the residual",
        "covariance_with_residual": "covariance of move times x with the residual",
        "covariance_error": "largest entry of X'X/n - I",
        "sign_average": "largest entry of the mean of x sgn(residual) off the support",
        "u": "component of the move along the gradient of q", "w": "what is missing to |move|",
        "g_1": "x . theta_1", "g_2": "x . theta_2", "y": "response",
    },
    uses=("xing2021/equation-5",),
    errata=(
        Erratum(
            printed=r"(14) ends with $2\epsilon(\|\theta^*+\Delta\|-\|\theta^*\|)\Delta^Tx_i$",
            correct=r"times $\mathrm{sgn}(x_i^T\theta^*-y_i)$ in general; as printed it is for "
            r"$x_i^T\theta^*>y_i$",
            why="the next display has the sign",
            harmless=True,
        ),
        Erratum(
            printed=r"for $x^T\theta_2<y$ the bracket is $[\frac{\theta_2}{\|\theta_2\|}"
            r"(y-x^T\theta_2)+\|\theta_2\|x]$",
            correct=r"$[\frac{\theta_2}{\|\theta_2\|}(y-x^T\theta_2)-\|\theta_2\|x]$",
            why="the gradient of |theta|(y - x.theta) in theta has the minus; the final line of "
            "the display is right",
            harmless=True,
        ),
        Erratum(
            printed=r"$|\frac{1}{n}\sum(\Delta^Tx_i)^2-\|\Delta\|^2|/\|\Delta_S\|_1^2\to0$ lets "
            r"the one replace the other against $\|\Delta\|^2$",
            correct=r"that needs $s$ times the left side to vanish, for instance "
            r"$s\sqrt{\log d/n}\to0$",
            why=r"$\|\Delta_S\|_1^2$ may be as large as $s\|\Delta\|^2$",
            counterexample=r"$\Delta$ flat on its support: $\|\Delta_S\|_1^2=s\|\Delta\|^2$",
            harmless=True,
        ),
    ),
    claims=(
        Inequality(
            "pointwise",
            left=_change,
            at_least=_lower,
            scale="loss_size",
            statement=r"$l_\epsilon(\theta_1)-l_\epsilon(\theta_2)\geq\Delta^T\partial l_\epsilon+"
            r"(\Delta^Tx)^2+\epsilon^2\|\Delta\|^2+2\epsilon(\|\theta_1\|-\|\theta_2\|)\Delta^Tx\,"
            r"\mathrm{sgn}(r)$",
            routes="explicit attack; complex-step derivative",
            mutants=(
                Mutant("without the sign of the residual", at_least=_quadratic + _stretch),
                Mutant("the opposite sign", at_least=_quadratic - _stretch * sp.sign(r)),
                Mutant("2 epsilon becomes epsilon",
                       at_least=_quadratic + _stretch * sp.sign(r) / 2),
            ),
        ),
        Derivation(
            "negative-case-as-printed",
            left=_negative_left - _turn,
            equals=_negative_right,
            expected="broken",
            because="the bracket's second term has the wrong sign (the display's last line is "
            "right)",
            statement=r"the display for $x^T\theta_2<y$, as printed: its first line equals its "
            r"second",
        ),
        Derivation(
            "negative-case",
            left=_negative_left + _turn,
            equals=_negative_right,
            statement=r"corrected, with $-\|\theta_2\|x$ in the bracket: it does",
        ),
        Inequality(
            "population",
            left=_risk_change,
            at_least=_risk_slope + _curvature * _square,
            scale="risk_size",
            tolerance=1e-8,
            statement=r"in the population: $R_L(\theta_1)-R_L(\theta_2)\geq\Delta^T\nabla R_L"
            r"(\theta_2)+\epsilon^2(1-\frac{2}{\pi})\|\Delta\|^2$",
            routes="risks by quadrature, derivative by extrapolated differences",
            mutants=(
                Mutant("epsilon^2 (1 - sqrt(2/pi))", truth="weaker",
                       because="1 - sqrt(2/pi) = 0.20 is below 1 - 2/pi = 0.36",
                       at_least=_risk_slope + epsilon**2 * (1 - c_0) * _square),
                Mutant("epsilon^2 (1 - pi/2)", truth="weaker", because="1 - pi/2 is negative",
                       at_least=_risk_slope + epsilon**2 * (1 - sp.pi / 2) * _square),
                Mutant("epsilon^2", at_least=_risk_slope + epsilon**2 * _square),
                Mutant("epsilon^2 / 2", at_least=_risk_slope + epsilon**2 / 2 * _square),
            ),
        ),
        Inequality(
            "population-uniform",
            left=_risk_change,
            at_least=_risk_slope + _uniform * _square,
            scale="risk_size",
            tolerance=1e-8,
            statement=r"sharper, and not vanishing with $\epsilon$: the constant "
            r"$1+\epsilon^2-2\epsilon c_0\geq1-\frac{2}{\pi}$",
            routes="risks by quadrature, derivative by extrapolated differences",
            mutants=(
                Mutant("without the cross term",
                       at_least=_risk_slope + (1 + epsilon**2) * _square),
                Mutant("half the cross term",
                       at_least=_risk_slope + (1 + epsilon**2 - epsilon * c_0) * _square),
            ),
        ),
        Identity(
            "sign-covariance",
            observable="sign_product",
            equals=c_0 * _covariance / q,
            statement=r"$E\,\Delta^Tx\,\mathrm{sgn}(r)=\sqrt{2/\pi}\,\Delta^T\nabla q(\theta^*)$, "
            r"with $\nabla q=(\theta^*-\theta_0)/q$",
            mutants=(
                Mutant("c_0 becomes 1", equals=_covariance / q),
                Mutant("q^2 for q", equals=c_0 * _covariance / q**2),
            ),
        ),
        BigO(
            "sign-average",
            observable="sign_average",
            of=sp.sqrt(s * _logarithm),
            statement=r"$\|\frac{1}{n}\sum x_{i,S^c}\,\mathrm{sgn}(x_i^T\theta^*-y_i)\|_\infty="
            r"O(\sqrt{s\log d/n})$",
            mutants=(Mutant("O(log d / n)", of=s * _logarithm),),
        ),
        BigO(
            "covariance-error",
            observable="covariance_error",
            of=sp.sqrt(_logarithm),
            statement=r"$\max_{ij}|\hat\Sigma_{ij}-I_{ij}|=O(\sqrt{\log d/n})$",
            mutants=(Mutant("O(log d / n)", of=_logarithm),
                     Mutant("O(n^{-3/4})", of=n ** sp.Rational(-3, 4))),
        ),
        Limit(
            "covariance-converges",
            observable="covariance_error",
            to=0,
            rate=0.4,
            gap=0.3,
            statement=r"so that $|\frac{1}{n}\sum(\Delta^Tx_i)^2-\|\Delta\|^2|\leq\|\Delta\|_1^2"
            r"\max_{ij}|\hat\Sigma_{ij}-I_{ij}|$ is $o(\|\Delta\|_1^2)$",
            mutants=(Mutant("it tends to 1/4", to=sp.Rational(1, 4)),),
        ),
        Derivation(
            "sign-covariance-derived",
            left=sp.Integral(_covariance / q * _z * sp.sign(_z) * _density, (_z, -sp.oo, sp.oo)),
            equals=c_0 * _covariance / q,
            statement=r"the regression of $\Delta^Tx$ on $r=qz$ is $(\mathrm{cov}/q)z$, and "
            r"$E|z|=\sqrt{2/\pi}$",
        ),
        Derivation(
            "square-completed",
            left=_length**2 - 2 * epsilon * c_0 * _length * _u,
            at_least=-(epsilon**2) * c_0**2 * _length**2,
            nonnegative=(_length - epsilon * c_0 * _u) ** 2
            + epsilon**2 * c_0**2 * _w * (2 * _u + _w),
            statement=r"$\|\Delta\|^2-2\epsilon c_0\|\Delta\|u\geq-\epsilon^2\frac{2}{\pi}"
            r"\|\Delta\|^2$ for $0\leq u\leq\|\Delta\|$ (here $\|\Delta\|=u+w$)",
        ),
        Derivation(
            "uniform-is-larger",
            left=_uniform,
            at_least=_curvature,
            nonnegative=(1 - epsilon * c_0) ** 2,
            statement=r"$1+\epsilon^2-2\epsilon c_0\geq\epsilon^2(1-\frac{2}{\pi})$, with equality "
            r"at $\epsilon=1/c_0$",
        ),
        Derivation(
            "uniform-is-bounded-below",
            left=_uniform,
            at_least=1 - 2 / sp.pi,
            nonnegative=(epsilon - c_0) ** 2,
            statement=r"$1+\epsilon^2-2\epsilon c_0\geq1-\frac{2}{\pi}$, with equality at "
            r"$\epsilon=c_0$",
        ),
    ),
)

_last_left = 2 * epsilon * _new * (sp.Abs(_move) - _move)

lemma_5 = Theorem(
    id="xing2021/lemma-5",
    title="pointwise upper bound of the change of the adversarial loss",
    source="Appendix E, Lemma 5",
    statement=r"$l_\epsilon(\theta_1)-l_\epsilon(\theta_2)\leq\Delta^T\partial l_\epsilon(\theta_2)"
    r"+(\Delta^Tx)^2+\epsilon^2\|\Delta\|^2+4\epsilon\|\theta_1\||\Delta^Tx|+2\epsilon("
    r"\|\theta_1\|-\|\theta_2\|)\Delta^Tx+2\epsilon\frac{\|\theta_1\|\|\theta_2\|-"
    r"\theta_1^T\theta_2}{\|\theta_2\|}|y-x^T\theta_2|$.",
    paper=paper,
    hypotheses=(required(None, "theta_2 is not zero and its residual is not zero"),),
    symbols=SYMBOLS | _POINTWISE | {
        "printed_left": r"$2\epsilon\|\theta_1\|(|\Delta^Tx|-\Delta^Tx)$",
        "risk_change": r"robust risk at $\theta_1$ minus the minimum",
        "distance": "distance of theta_1 from the minimiser",
    },
    uses=("xing2021/lemma-4",),
    errata=(
        Erratum(
            printed=r"the term $2\epsilon(\|\theta_1\|-\|\theta_2\|)\Delta^Tx$",
            correct=r"$2\epsilon(\|\theta_1\|-\|\theta_2\|)\Delta^Tx\,\mathrm{sgn}(x^T\theta_2-y)$",
            why="the proof treats positive residuals; for negative ones the sign turns, and the "
            "bound fails if theta_1 is much shorter than theta_2",
            counterexample="d = 1, theta_2 = 1, theta_1 = 0.4, x = -1, y = 5, epsilon = 1: the "
            "left side is -15.36, the printed bound -15.84, the corrected one -14.40",
            harmless=True,
        ),
        Erratum(
            printed=r"$2\epsilon\|\theta_1\||\Delta^Tx|-2\epsilon\|\theta_1\|x^T\Delta="
            r"4\epsilon\|\theta_1\||\Delta^Tx|$",
            correct=r"$\leq$ instead of $=$",
            why="the left side is zero if the move is along x",
            counterexample="d = 1, theta_1 = 2, theta_2 = 1, x = 1, epsilon = 1: 0 against 8",
            harmless=True,
        ),
    ),
    claims=(
        Inequality(
            "as-printed",
            left=_change,
            at_most=_upper + _stretch,
            scale="loss_size",
            expected="broken",
            because="for negative residuals the term with |theta_1| - |theta_2| has the wrong sign",
            statement=r"the bound as printed, without the sign of the residual",
        ),
        Inequality(
            "with-sign",
            left=_change,
            at_most=_upper + _stretch * sp.sign(r),
            scale="loss_size",
            statement=r"corrected: with $\mathrm{sgn}(x^T\theta_2-y)$ in the term of "
            r"$\|\theta_1\|-\|\theta_2\|$",
            routes="explicit attack; complex-step derivative",
            mutants=(
                Mutant("4 epsilon becomes 2 epsilon",
                       at_most=_upper + _stretch * sp.sign(r)
                       - 2 * epsilon * _new * sp.Abs(_move)),
                Mutant("without the last term",
                       at_most=_upper + _stretch * sp.sign(r) - _angle),
            ),
        ),
        Inequality(
            "last-step",
            left=_last_left,
            at_most=4 * epsilon * _new * sp.Abs(_move),
            statement=r"$2\epsilon\|\theta_1\||\Delta^Tx|-2\epsilon\|\theta_1\|x^T\Delta\leq"
            r"4\epsilon\|\theta_1\||\Delta^Tx|$",
            mutants=(Mutant("2 epsilon on the right",
                            at_most=2 * epsilon * _new * sp.Abs(_move)),),
        ),
        Identity(
            "last-step-as-printed",
            observable="printed_left",
            equals=4 * epsilon * _new * sp.Abs(_move),
            exact=True,
            expected="broken",
            because="it is an inequality",
            statement=r"as printed, with equality",
        ),
        BigO(
            "risk",
            observable="risk_change",
            of="distance",
            exact=True,
            statement=r"hence $R_L(\hat\theta)-R^*=O(\|\Delta\|)$ as $\Delta\to0$ (in fact "
            r"$O(\|\Delta\|^2)$, as the gradient vanishes at $\theta^*$)",
            mutants=(Mutant("O(|Delta|^3)", of=sp.Symbol("distance") ** 3),),
        ),
    ),
)

theorems = (lemma_4, lemma_5)
