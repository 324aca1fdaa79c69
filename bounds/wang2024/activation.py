"""Activations: the two classes of the paper and the smoothed leaky ReLU, equation (1)."""

from bounds.authoring import *
from bounds.wang2024.notation import *

z = parameter("z", "argument", real=True)
value_at_zero = observable("value_at_zero", "phi(0)", r"\phi(0)")
secant_slope = observable(
    "secant_slope", "slope of phi between two random points", r"\frac{\phi(z)-\phi(z')}{z-z'}"
)
slope_change = observable("slope_change", "|phi'(z) - phi'(z')|", r"|\phi'(z)-\phi'(z')|")
distance = observable("distance", "|z - z'|", r"|z-z'|")
defect = observable("defect", "phi'(z) z - phi(z)", r"\phi'(z)z-\phi(z)", real=True)
c_1 = observable("c_1", "constant of the homogeneity defect", nonnegative=True)
c_2 = observable("c_2", "coefficient of its growth", nonnegative=True)

shift = (1 - gamma) / (4 * H)
bend = (1 - gamma) / 4 * H * z**2
middle = bend + (1 + gamma) / 2 * z
right, left = z - shift, gamma * z - shift
rounded = shared(scale=1, tolerance=1e-12)


def smoothed_leaky_relu(middle: Expr = middle, shift: Expr = shift) -> Expr:
    """Return equation (1), with a changed parabola or a changed shift for its mutants."""
    return Piecewise((z - shift, z >= 1 / H), (gamma * z - shift, z <= -1 / H), (middle, True))


leaky = required((gamma > 0) & (gamma <= 1), "the slope is between 0 (excluded) and 1")

definition_smooth = paper.theorem(
    "definition-smooth",
    "gamma-leaky H-smooth activations",
    "Section 3.1",
    r"$\phi(0)=0$, $0<\gamma\leq\phi'(z)\leq1$, $\phi'$ is $H$-Lipschitz, and "
    r"$|\phi'(z)z-\phi(z)|\leq c_1+c_2|z|^\zeta$ with $0\leq\zeta<1$. The smoothed leaky ReLU of "
    r"equation (1) belongs to the class, and so do $\gamma z+(1-\gamma)\log\frac{1+e^z}2$ and, "
    r"with $\zeta=\frac12$, $\frac{1+\gamma}2z+\frac{1-\gamma}2(|z|+2-2\sqrt{1+|z|})$.",
    hypotheses=(leaky,),
    claims=(
        Identity("at-zero", value_at_zero, 0, scale=1, exact=True, mutants=(-shift,)),
        Inequality(
            "slope-below",
            secant_slope,
            at_least=gamma,
            scale=1,
            tolerance=1e-6,
            note="secants of close points are rounded: $10^{-6}$",
            mutants=((1 + gamma) / 2,),
        ),
        Inequality(
            "slope-above",
            secant_slope,
            at_most=1,
            scale=1,
            tolerance=1e-6,
            mutants=((1 + gamma) / 2,),
        ),
        Inequality(
            "smooth", slope_change, at_most=H * distance, mutants=(factor(Q(1, 8)),), **rounded
        ),
        Inequality(
            "almost-homogeneous",
            Abs(defect),
            at_most=c_1 + c_2 * Abs(z) ** zeta,
            note=r"with $c_1=\frac{1-\gamma}{4H}$, or $(1-\gamma)\log2$ for the second example "
            r"($\zeta=c_2=0$), and $\zeta=\frac12$, $c_1=0$, $c_2=\frac{1-\gamma}2$ for the third",
            mutants=(
                factor(Q(1, 2)),
                replaced(zeta, 0, "zeta = 0 for all of them"),
                replaced(zeta, zeta**2, "the square of zeta"),
            ),
            **rounded,
        ),
    ),
)

value = observable("value", "phi(z)", r"\phi(z)")
size = observable("size", "|z|", r"|z|")
slope = observable("slope", "phi'(z) by differencing", r"\phi'(z)")
slope_times_z = observable("slope_times_z", "phi'(z) z, the slope by differencing", r"\phi'(z)z")
scaled_value = observable("scaled_value", "phi(c z)", r"\phi(cz)")
scaled_size = observable("scaled_size", "|c z|", r"|cz|")
scale_factor = observable("scale_factor", "a random c > 0", "c")
positive = observable("positive", "z > 0")
differenced = shared(scale=1, tolerance=1e-7)

definition_nonsmooth = paper.theorem(
    "definition-nonsmooth",
    "non-smooth homogeneous activations",
    "Section 3.2",
    r"$\phi(0)=0$, $\phi'(z)z=\phi(z)$ and $0\leq\phi'(z)\leq1$ for all $z$, and "
    r"$\phi'(z)\geq\gamma>0$ for $z>0$: ReLU and leaky ReLU, both with $\gamma=1$.",
    hypotheses=(leaky,),
    claims=(
        Identity(
            "homogeneous",
            slope_times_z,
            value,
            scale=size,
            exact=True,
            tolerance=1e-7,
            note="the slope by differencing, exact to $10^{-7}$",
        ),
        Identity(
            "scaling",
            scaled_value,
            scale_factor * value,
            scale=scaled_size,
            exact=True,
            mutants=(factor(scale_factor),),
        ),
        Inequality("slope-below", slope, at_least=0, mutants=(Q(1, 10),), **differenced),
        Inequality("slope-above", slope, at_most=1, mutants=(Q(1, 2),), **differenced),
        Inequality(
            "active-slope",
            slope,
            at_least=gamma,
            given=positive,
            note="for $z>0$",
            **differenced,
        ),
    ),
)

integrated_slope = observable(
    "integrated_slope", "integral of the slope from 0 to z, by quadrature", r"\int_0^z\phi'"
)
curvature = observable(
    "curvature", "second difference quotient of phi inside the parabola", r"\phi''"
)
outside = observable("outside", "|z| >= 1/H")

equation_1 = paper.theorem(
    "equation-1",
    "smoothed leaky ReLU",
    "Section 3.1, equation (1)",
    r"$\phi(z)=z-\frac{1-\gamma}{4H}$ for $z\geq\frac1H$, "
    r"$\frac{1-\gamma}4Hz^2+\frac{1+\gamma}2z$ for $|z|\leq\frac1H$, and "
    r"$\gamma z-\frac{1-\gamma}{4H}$ for $z\leq-\frac1H$.",
    hypotheses=(leaky,),
    uses=("definition-smooth",),
    claims=(
        Identity(
            "value",
            integrated_slope,
            smoothed_leaky_relu(),
            scale=Abs(z),
            exact=True,
            statement=r"the integral of a slope that rises linearly from $\gamma$ to 1 on "
            r"$[-\frac1H,\frac1H]$ is equation (1)",
            mutants=(
                Mutant(
                    "the parabola's coefficient is doubled",
                    equals=smoothed_leaky_relu(middle + bend),
                ),
                Mutant("the shift is doubled", equals=smoothed_leaky_relu(shift=2 * shift)),
                Mutant(
                    "the parabola loses its linear term's 1 + gamma",
                    equals=smoothed_leaky_relu(bend + z / 2),
                ),
            ),
        ),
        Identity(
            "curvature",
            curvature,
            (1 - gamma) * H / 2,
            exact=True,
            tolerance=1e-6,
            note="inside the parabola",
            mutants=(Mutant("the slope is exactly H-Lipschitz", equals=H),),
        ),
        Inequality(
            "smoothness",
            slope_change,
            at_most=(1 - gamma) * H / 2 * distance,
            note="so more than $H$-smooth",
            mutants=(
                factor(Q(1, 2)),
                factor(2 / (1 - gamma), "H-Lipschitz, as in the paper").weaker(
                    "the paper's constant is larger by 2 / (1 - gamma)"
                ),
            ),
            **rounded,
        ),
        Inequality(
            "homogeneity",
            defect,
            at_most=shift,
            scale=shift,
            tolerance=1e-7,
            statement=r"$\phi'(z)z-\phi(z)\leq c_1=\frac{1-\gamma}{4H}$ (with $\zeta=0$, $c_2=0$)",
            mutants=(factor(Q(1, 2)), factor(2).weaker("the constant is not attained any more")),
        ),
        Inequality("homogeneity-sign", defect, at_least=0, scale=shift, tolerance=1e-7),
        Identity(
            "homogeneity-attained",
            defect,
            shift,
            exact=True,
            given=outside,
            scale=Abs(z) + shift,
            statement=r"$\phi'(z)z-\phi(z)=\frac{1-\gamma}{4H}$ for every $|z|\geq\frac1H$",
        ),
        *derivations(
            continuous_right=equal(
                sp.Limit(middle, z, 1 / H),
                right.subs(z, 1 / H),
                statement=r"the pieces meet at $z=\frac1H$",
                mutants=(
                    Mutant(
                        "the parabola's coefficient is doubled",
                        left=sp.Limit(middle + bend, z, 1 / H),
                    ),
                ),
            ),
            continuous_left=equal(
                sp.Limit(middle, z, -1 / H),
                left.subs(z, -1 / H),
                statement=r"the pieces meet at $z=-\frac1H$",
                mutants=(
                    Mutant(
                        "the parabola's linear term is halved",
                        left=sp.Limit(middle - (1 + gamma) / 4 * z, z, -1 / H),
                    ),
                ),
            ),
            slope_right=equal(
                sp.Limit(sp.diff(middle, z), z, 1 / H),
                1,
                statement=r"the parabola arrives at $\frac1H$ with slope 1",
                mutants=(gamma,),
            ),
            slope_left=equal(
                sp.Limit(sp.diff(middle, z), z, -1 / H),
                gamma,
                statement=r"the parabola leaves $-\frac1H$ with slope $\gamma$",
            ),
            defect_inside=equal(
                Derivative(middle, z) * z - middle,
                bend,
                statement=r"inside the parabola $\phi'(z)z-\phi(z)=\frac{1-\gamma}4Hz^2$",
            ),
            defect_outside=equal(
                Derivative(left, z) * z - left,
                shift,
                statement=r"outside $\phi'(z)z-\phi(z)=\frac{1-\gamma}{4H}$",
            ),
        ),
    ),
)
