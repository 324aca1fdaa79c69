"""Activations: the two classes of the paper and the smoothed leaky ReLU, equation (1)."""

from __future__ import annotations

import sympy as sp

from bounds import Derivation, Identity, Inequality, Mutant, Theorem, required
from bounds.wang2024 import gradients, marginals
from bounds.wang2024.notation import H, gamma, paper, zeta

_z = sp.Symbol("z", real=True)
_c_1, _c_2 = sp.symbols("c_1 c_2", nonnegative=True)
_shift = (1 - gamma) / (4 * H)
_right, _left = _z - _shift, gamma * _z - _shift
_middle = (1 - gamma) / 4 * H * _z**2 + (1 + gamma) / 2 * _z


def smoothed_leaky_relu(middle: sp.Expr = _middle, shift: sp.Expr = _shift) -> sp.Expr:
    """Return equation (1), with a changed parabola or a changed shift for its mutants."""
    return sp.Piecewise(
        (_z - shift, _z >= 1 / H), (gamma * _z - shift, _z <= -1 / H), (middle, True)
    )


leaky = required((gamma > 0) & (gamma <= 1), "the slope is between 0 (excluded) and 1")

definition_smooth = Theorem(
    id="wang2024/definition-smooth",
    title="gamma-leaky H-smooth activations",
    source="Section 3.1",
    statement=r"$\phi(0)=0$, $0<\gamma\leq\phi'(z)\leq1$, $\phi'$ is $H$-Lipschitz, and "
    r"$|\phi'(z)z-\phi(z)|\leq c_1+c_2|z|^\zeta$ with $0\leq\zeta<1$. The smoothed leaky ReLU of "
    r"equation (1) belongs to the class, and so do $\gamma z+(1-\gamma)\log\frac{1+e^z}2$ and, "
    r"with $\zeta=\frac12$, $\frac{1+\gamma}2z+\frac{1-\gamma}2(|z|+2-2\sqrt{1+|z|})$.",
    paper=paper,
    hypotheses=(leaky,),
    symbols={
        "secant_slope": "slope of phi between two random points",
        "slope_change": "|phi'(z) - phi'(z')|",
        "distance": "|z - z'|",
        "defect": "phi'(z) z - phi(z)",
        "z": "argument",
        "c_1": "constant of the homogeneity defect",
        "c_2": "coefficient of its growth",
        "value_at_zero": "phi(0)",
    },
    claims=(
        Identity(
            "at-zero", observable="value_at_zero", equals=0, scale=1, exact=True,
            statement=r"$\phi(0)=0$",
            mutants=(Mutant("the shift of the outer pieces", equals=-_shift),),
        ),
        Inequality(
            "slope-below", left="secant_slope", at_least=gamma, scale=1, tolerance=1e-6,
            statement=r"$\phi$ increases at least with slope $\gamma$ (secants of close points "
            r"are rounded: $10^{-6}$)",
            mutants=(Mutant("(1 + gamma) / 2", at_least=(1 + gamma) / 2),),
        ),
        Inequality(
            "slope-above", left="secant_slope", at_most=1, scale=1, tolerance=1e-6,
            statement=r"$\phi$ is 1-Lipschitz (to $10^{-6}$)",
            mutants=(Mutant("(1 + gamma) / 2", at_most=(1 + gamma) / 2),),
        ),
        Inequality(
            "smooth", left="slope_change", at_most=H * sp.Symbol("distance"),
            scale=1, tolerance=1e-12,
            statement=r"$|\phi'(z)-\phi'(z')|\leq H|z-z'|$",
            mutants=(Mutant("H becomes H / 8", at_most=H / 8 * sp.Symbol("distance")),),
        ),
        Inequality(
            "almost-homogeneous", left=sp.Abs(sp.Symbol("defect", real=True)),
            at_most=_c_1 + _c_2 * sp.Abs(_z) ** zeta, scale=1, tolerance=1e-12,
            statement=r"$|\phi'(z)z-\phi(z)|\leq c_1+c_2|z|^\zeta$ with $c_1=\frac{1-\gamma}{4H}$, "
            r"or $(1-\gamma)\log2$ for the second example ($\zeta=c_2=0$), and $\zeta=\frac12$, "
            r"$c_1=0$, $c_2=\frac{1-\gamma}2$ for the third",
            mutants=(
                Mutant("half of it", at_most=(_c_1 + _c_2 * sp.Abs(_z) ** zeta) / 2),
                Mutant("zeta = 0 for all of them", at_most=_c_1 + _c_2),
                Mutant("the square of zeta", at_most=_c_1 + _c_2 * sp.Abs(_z) ** zeta**2),
            ),
        ),
    ),
)

definition_nonsmooth = Theorem(
    id="wang2024/definition-nonsmooth",
    title="non-smooth homogeneous activations",
    source="Section 3.2",
    statement=r"$\phi(0)=0$, $\phi'(z)z=\phi(z)$ and $0\leq\phi'(z)\leq1$ for all $z$, and "
    r"$\phi'(z)\geq\gamma>0$ for $z>0$: ReLU and leaky ReLU, both with $\gamma=1$.",
    paper=paper,
    hypotheses=(leaky,),
    symbols={
        "value": "phi(z)", "slope_times_z": "phi'(z) z, the slope by differencing",
        "slope": "phi'(z) by differencing",
        "scaled_value": "phi(c z)", "scale_factor": "a random c > 0",
    },
    claims=(
        Identity(
            "homogeneous", observable="slope_times_z", equals="value", scale="size", exact=True,
            tolerance=1e-7,
            statement=r"$\phi'(z)z=\phi(z)$ (slope by differencing, exact to $10^{-7}$)",
            mutants=(Mutant("twice", equals=2 * sp.Symbol("value")),),
        ),
        Identity(
            "scaling", observable="scaled_value",
            equals=sp.Symbol("scale_factor") * sp.Symbol("value"), scale="scaled_size", exact=True,
            statement=r"$\phi(cz)=c\,\phi(z)$ for $c>0$",
            mutants=(Mutant("c becomes its square",
                            equals=sp.Symbol("scale_factor") ** 2 * sp.Symbol("value")),),
        ),
        Inequality(
            "slope-below", left="slope", at_least=0, scale=1, tolerance=1e-7,
            statement=r"$\phi'\geq0$",
            mutants=(Mutant("at least 1/10", at_least=sp.Rational(1, 10)),),
        ),
        Inequality(
            "slope-above", left="slope", at_most=1, scale=1, tolerance=1e-7,
            statement=r"$\phi'\leq1$",
            mutants=(Mutant("at most 1/2", at_most=sp.Rational(1, 2)),),
        ),
        Inequality(
            "active-slope", left="slope", at_least=gamma, given="positive", scale=1,
            tolerance=1e-7,
            statement=r"$\phi'(z)\geq\gamma=1$ for $z>0$",
            mutants=(Mutant("for every z", given=None),),
        ),
    ),
)

equation_1 = Theorem(
    id="wang2024/equation-1",
    title="smoothed leaky ReLU",
    source="Section 3.1, equation (1)",
    statement=r"$\phi(z)=z-\frac{1-\gamma}{4H}$ for $z\geq\frac1H$, "
    r"$\frac{1-\gamma}4Hz^2+\frac{1+\gamma}2z$ for $|z|\leq\frac1H$, and "
    r"$\gamma z-\frac{1-\gamma}{4H}$ for $z\leq-\frac1H$.",
    paper=paper,
    hypotheses=(leaky,),
    symbols={
        "integrated_slope": "integral of the slope from 0 to z, by quadrature",
        "z": "argument",
        "curvature": "second difference quotient of phi inside the parabola",
        "slope_change": "|phi'(z) - phi'(z')|",
        "distance": "|z - z'|",
        "defect": "phi'(z) z - phi(z)",
        "outside": "|z| >= 1/H",
    },
    uses=("wang2024/definition-smooth",),
    claims=(
        Identity(
            "value", observable="integrated_slope", equals=smoothed_leaky_relu(),
            scale=sp.Abs(_z), exact=True,
            statement=r"the integral of a slope that rises linearly from $\gamma$ to 1 on "
            r"$[-\frac1H,\frac1H]$ is equation (1)",
            mutants=(
                Mutant("the parabola's coefficient is doubled",
                       equals=smoothed_leaky_relu(_middle + (1 - gamma) / 4 * H * _z**2)),
                Mutant("the shift is doubled", equals=smoothed_leaky_relu(shift=2 * _shift)),
                Mutant("the parabola loses its linear term's 1 + gamma",
                       equals=smoothed_leaky_relu((1 - gamma) / 4 * H * _z**2 + _z / 2)),
            ),
        ),
        Identity(
            "curvature", observable="curvature", equals=(1 - gamma) / 2 * H, exact=True,
            tolerance=1e-6,
            statement=r"inside the parabola $\phi''=\frac{1-\gamma}2H$",
            mutants=(
                Mutant("the slope is exactly H-Lipschitz", equals=H),
                Mutant("(1 - gamma) H", equals=(1 - gamma) * H),
            ),
        ),
        Inequality(
            "smoothness", left="slope_change",
            at_most=(1 - gamma) / 2 * H * sp.Symbol("distance"), scale=1, tolerance=1e-12,
            statement=r"$\phi'$ is $\frac{1-\gamma}2H$-Lipschitz, so more than $H$-smooth",
            mutants=(
                Mutant("a quarter for the half",
                       at_most=(1 - gamma) / 4 * H * sp.Symbol("distance")),
                Mutant("H-Lipschitz, as in the paper", truth="weaker",
                       because="the paper's constant is larger by 2 / (1 - gamma)",
                       at_most=H * sp.Symbol("distance")),
            ),
        ),
        Inequality(
            "homogeneity", left="defect", at_most=_shift, scale=_shift, tolerance=1e-7,
            statement=r"$\phi'(z)z-\phi(z)\leq c_1=\frac{1-\gamma}{4H}$ (with $\zeta=0$, $c_2=0$)",
            mutants=(
                Mutant("c_1 = (1 - gamma) / (8 H)", at_most=_shift / 2),
                Mutant("c_1 = (1 - gamma) / (2 H)", truth="weaker",
                       because="the constant is not attained any more", at_most=2 * _shift),
            ),
        ),
        Inequality(
            "homogeneity-sign", left="defect", at_least=0, scale=_shift, tolerance=1e-7,
            statement=r"$\phi'(z)z-\phi(z)\geq0$",
            mutants=(Mutant("at most 0", at_least=None, at_most=0),),
        ),
        Identity(
            "homogeneity-attained", observable="defect", equals=_shift, exact=True,
            given="outside", scale=sp.Abs(_z) + _shift,
            statement=r"$\phi'(z)z-\phi(z)=\frac{1-\gamma}{4H}$ for every $|z|\geq\frac1H$",
            mutants=(Mutant("also inside the parabola", given=None),),
        ),
        Derivation(
            "continuous-right", left=sp.Limit(_middle, _z, 1 / H), equals=_right.subs(_z, 1 / H),
            statement=r"the pieces meet at $z=\frac1H$",
            mutants=(
                Mutant("the parabola's coefficient is doubled",
                       left=sp.Limit(_middle + (1 - gamma) / 4 * H * _z**2, _z, 1 / H)),
            ),
        ),
        Derivation(
            "continuous-left", left=sp.Limit(_middle, _z, -1 / H),
            equals=_left.subs(_z, -1 / H),
            statement=r"the pieces meet at $z=-\frac1H$",
            mutants=(
                Mutant("the parabola's linear term is halved",
                       left=sp.Limit(_middle - (1 + gamma) / 4 * _z, _z, -1 / H)),
            ),
        ),
        Derivation(
            "slope-right", left=sp.Limit(sp.diff(_middle, _z), _z, 1 / H),
            equals=1, statement=r"the parabola arrives at $\frac1H$ with slope 1",
            mutants=(Mutant("the slope is gamma there", equals=gamma),),
        ),
        Derivation(
            "slope-left", left=sp.Limit(sp.diff(_middle, _z), _z, -1 / H),
            equals=gamma, statement=r"the parabola leaves $-\frac1H$ with slope $\gamma$",
            mutants=(Mutant("with slope 0", equals=0),),
        ),
        Derivation(
            "defect-inside", left=sp.Derivative(_middle, _z) * _z - _middle,
            equals=(1 - gamma) / 4 * H * _z**2,
            statement=r"inside the parabola $\phi'(z)z-\phi(z)=\frac{1-\gamma}4Hz^2$",
            mutants=(Mutant("without the 4", equals=(1 - gamma) * H * _z**2),),
        ),
        Derivation(
            "defect-outside", left=sp.Derivative(_left, _z) * _z - _left, equals=_shift,
            statement=r"outside $\phi'(z)z-\phi(z)=\frac{1-\gamma}{4H}$",
            mutants=(Mutant("without the 4", equals=(1 - gamma) / H),),
        ),
    ),
)

theorems = (
    definition_smooth, definition_nonsmooth, equation_1, *gradients.theorems, *marginals.theorems,
)
