"""The lazy ball of Definition 2.1, and what is exactly true of it."""

import numpy as np

from bounds.authoring import *
from bounds.claims import Law
from bounds.wang2022.notation import *

c = parameter("c", "factor of all weights", positive=True)
x = parameter("x", "argument of a distribution function", real=True)

initial_value = observable("initial_value", "value at W_0", r"f(x;W_0)")
value_scaled = observable("value_scaled", "value at c W", "f(x;cW)")
ball_value = observable("ball_value", "value at a network of the ball", "f(x;W)")
slope_scaled = observable(
    "slope_scaled", "length of the gradient at c W", r"\|\nabla f(x;cW)\|", nonnegative=True
)
ball_slope = observable(
    "ball_slope",
    "length of the gradient at a network of the ball",
    r"\|\nabla f(x;W)\|",
    nonnegative=True,
)
slope_square = observable(
    "slope_square",
    "squared length of the gradient at W_0",
    r"\|\nabla f(x;W_0)\|^2",
    nonnegative=True,
)

MOST = 4
"""Width up to which the exact law of the value is written out."""

few_neurons = Piecewise((0, x < 0), (2**-m, True)) + sum(
    sp.ff(m, k) / factorial(k) * 2**-m * normal_cdf(x * sqrt(m) / sqrt(k))
    for k in range(1, MOST + 1)
)
slope_variance = (
    Q(3, 4) + 3 / (4 * m) - Q(1, 4) + (d**2 - 1) / 4 * (1 + 1 / m) - (d - 1) ** 2 / 4
) + (d - 1) / (2 * m)

definition_2_1 = paper.theorem(
    "definition-2.1",
    "the lazy regime",
    "Sections 2.1 and 3, Definition 2.1",
    r"$f(x;a,W)=\frac1{\sqrt m}\sum_sa_s\sigma(w_s^\top x)$ with $a_s$ uniform on $\{-1,1\}$ and "
    r"$w_{s,0}\sim N(0,I_d)$; lazy are all $W\in\mathcal B_{2,\infty}(W_0,C_0/\sqrt m)$. Printed: "
    r"$W_0=[w_{s,1},\dots,w_{s,m}]$ and $a\sim\mathrm{unif}(\{1,+1\})$; meant: as above.",
    hypotheses=SETTING,
    claims=(
        Identity(
            "homogeneous",
            value_scaled,
            c * ball_value,
            exact=True,
            mutants=(c**2 * ball_value, ball_value),
        ),
        Identity(
            "gradient-homogeneous",
            slope_scaled,
            c * ball_slope,
            exact=True,
            mutants=(ball_slope,),
        ),
        Identity(
            "initial-gradient",
            slope_square,
            d / 2,
            variance=slope_variance,
            note="for every width: half of the neurons are on",
            mutants=(
                Mutant("initial variance 1/d", equals=Q(1, 2)),
                Mutant("the prefactor 1/m", equals=d / (2 * m)),
                Mutant("without the component along x", equals=(d - 1) / 2),
            ),
        ),
        Law(
            "initial-value",
            initial_value,
            few_neurons,
            tolerance=0.005,
            where=m <= MOST,
            statement=r"$f(x;W_0)=\sqrt{K/m}\,Z$ with $K\sim\mathrm{Bin}(m,\frac12)$ neurons on "
            r"and an independent $Z\sim N(0,1)$; exactly, here for $m\leq4$",
            mutants=(
                Mutant("half of the neurons are on", cdf=normal_cdf(sqrt(2) * x)),
                Mutant("all neurons are on", cdf=normal_cdf(x)),
            ),
        ),
        Law(
            "initial-value-wide",
            initial_value,
            normal_cdf(sqrt(2) * x),
            tolerance=0.005,
            where=m >= 100,
            note=r"$N(0,\frac12)$, for wide networks",
            mutants=(
                Mutant("N(0, 1)", cdf=normal_cdf(x)),
                Mutant("N(0, 0.525)", cdf=normal_cdf(x / sqrt(Q(21, 40)))),
            ),
        ),
        Identity(
            "initial-square",
            initial_value**2,
            Q(1, 2),
            where=m >= 100,
            variance=Q(1, 2) + 3 / (4 * m),
            mutants=(Q(21, 40),),
        ),
    ),
    errata=(
        Erratum(
            r"$W_0=[w_{s,1},\dots,w_{s,m}]$, and $a\sim\mathrm{unif}(\{1,+1\})$ in Theorem 3.1",
            r"$W_0=[w_{1,0},\dots,w_{m,0}]$ and $a\sim\mathrm{unif}(\{-1,+1\}^m)$",
            "indices and a sign",
            harmless=True,
            unjudged=MISPRINT,
        ),
    ),
)

greatest = observable("greatest", "largest value over the ball", r"\sup_Wf(x;W)")
least = observable("least", "smallest value over the ball", r"\inf_Wf(x;W)")
at_maximiser = observable("at_maximiser", "value at w_s + V a_s x")
at_minimiser = observable("at_minimiser", "value at w_s - V a_s x")
spread = observable("spread", "sup f - inf f over the ball", r"\sup_Wf-\inf_Wf", nonnegative=True)
rise = observable("rise", "sup f over the ball, less f at W_0", r"\sup_Wf-f(x;W_0)")
worst_value = observable(
    "worst_value", "largest |f| over the ball", r"\sup_W|f(x;W)|", nonnegative=True
)
switching = observable(
    "switching", "neurons that some network of the ball switches", "|S_v|", nonnegative=True
)
drop = observable(
    "drop",
    "inf of <r, grad f(x; W)> over the ball, less its value at W_0, for a fixed r orthogonal to x",
    r"\inf_Wr^\top\nabla f(x;W)-r^\top\nabla f(x;W_0)",
)
change_square = observable(
    "change_square",
    "|grad f(x; W_0) - grad f(x + delta; W_0)|^2 for a fixed delta",
    r"\|\nabla f(x;W_0)-\nabla f(x+\delta;W_0)\|^2",
    nonnegative=True,
)
flips_extremes = observable(
    "flips_extremes",
    "the step -sign(f) C_2 grad f / |grad f|^2 flips the sign at W_max and at W_min",
)
universal_ratio = observable(
    "universal_ratio",
    "smallest radius of an attack along the gradient at W_0 that fools every network of the ball, "
    "times sqrt(d), over sqrt(2) (|f(x; W_0)| + C_0 / 2)",
    r"\frac{R_{univ}\sqrt d}{\sqrt2(|f_0|+C_0/2)}",
    nonnegative=True,
)


def density(z: Expr) -> Expr:
    """Return the standard normal density."""
    return exp(-(z**2) / 2) / sqrt(2 * pi)


def loss_of(z: Expr) -> Expr:
    """Return E max(z - N, 0) for a standard normal N: what switching off saves beyond z."""
    return density(z) + z * normal_cdf(z)


# Gauss-Legendre in the angle t of u = V sin(t): eight nodes are exact to 1e-13 for V up to 3.
_nodes, _weights = np.polynomial.legendre.leggauss(8)
_angles = np.pi / 4 * (1 + _nodes)
switched_on = sum(
    np.pi / 4 * weight * density(V * s) * loss_of(V * c) * V * c
    for s, c, weight in zip(np.sin(_angles), np.cos(_angles), _weights, strict=True)
)
mean_drop = quantity(
    "mean_drop",
    "mean of the drop: neurons that stay on, that switch off and that switch on",
    -sqrt(m) * (V * normal_cdf(-V) + (normal_cdf(V) - Q(1, 2)) * loss_of(V) + switched_on),
    r"\mathrm E_m",
)

claim_worst_case = paper.theorem(
    "claim-worst-case",
    "exact worst cases over the lazy ball (ours)",
    "ours, for Definition 2.1 and Lemmas B.4 to B.8",
    r"The ball is a product over neurons, and the ReLU is monotone: $\sup_Wf=\frac1{\sqrt m}\sum_s"
    r"a_s\sigma(u_s+a_sV)$ with $u_s=w_{s,0}^\top x$; what follows is exact for every $m$ and $d$.",
    hypotheses=SETTING,
    claims=(
        Identity("attained", at_maximiser, greatest, exact=True),
        Identity("attained-below", at_minimiser, least, exact=True),
        Inequality("not-exceeded", ball_value, at_most=greatest),
        Inequality("not-undercut", ball_value, at_least=least),
        Identity(
            "greatest",
            rise,
            C_0 / 2,
            range=(0, C_0),
            note=r"for every width, hence $\mathrm E\sup_Wf=\frac{C_0}2$",
            mutants=(Mutant("C_0: all neurons are on", equals=C_0),),
        ),
        Identity(
            "spread",
            spread,
            C_0,
            range=(0, 2 * C_0),
            note="for every width",
            mutants=(Mutant("radius C_0 / m", equals=C_0 / sqrt(m)),),
        ),
        Identity(
            "worst-value",
            worst_value,
            1 / sqrt(pi) + C_0 / 2,
            where=m >= 300,
            variance=1 + V**2,
            note=r"that of $|f_0|+\frac{C_0}2$ with $f_0\sim N(0,\frac12)$, up to $O(\frac1m)$",
            mutants=(
                Mutant("C_0, as in Lemma B.5", equals=1 / sqrt(pi) + C_0),
                Mutant("f_0 has variance 1", equals=sqrt(2 / pi) + C_0 / 2),
            ),
        ),
        Identity(
            "switching",
            switching,
            m * erf(V / sqrt(2)),
            variance=m * erf(V / sqrt(2)) * erfc(V / sqrt(2)),
            mutants=(Mutant("V m, as in Lemma B.4", equals=V * m),),
        ),
        Identity(
            "drop",
            drop,
            mean_drop,
            variance=V**2 + (1 + V) ** 2 * erf(V / sqrt(2)),
            statement=r"for a fixed unit $r\perp x$ the mean of $\inf_Wr^\top\nabla f(x;W)$ is a "
            r"sum of three closed terms: neurons that stay on, switch off, switch on",
            mutants=(
                Mutant("no neuron switches", equals=-sqrt(m) * V * normal_cdf(0)),
                Mutant("no neuron switches on", equals=mean_drop + sqrt(m) * switched_on),
            ),
        ),
        Limit(
            "drop-constant",
            mean_drop,
            to=-(Q(1, 2) + 1 / pi) * C_0,
            rate=0.5,
            exact=True,
            tolerance=C_0 / 10**5,
            cannot_fail="a limit of a closed formula, with no simulation; that the formula is the "
            "mean, the claim drop says",
            statement=r"for wide networks that mean tends to $-(\frac12+\frac1\pi)C_0="
            r"-0.818\,C_0$: half of it moves neurons, $\frac1\pi$ switches them",
            mutants=(-C_0 / 2, -C_0),
        ),
        Identity(
            "gradient-change",
            change_square,
            d * theta / pi,
            note=r"for fixed $\delta$ at the angle $\theta=\angle(x,x+\delta)$",
            mutants=(Mutant("half of it", equals=d * theta / (2 * pi)),),
        ),
        Limit(
            "universal-radius",
            universal_ratio,
            to=1,
            rate=0.5,
            tolerance=0.02,
            note=r"as $d$ and $m$ grow: one $\delta$ along $\nabla f(x;W_0)$ fools all $W$ from "
            r"$\|\delta\|=\sqrt{2/d}\,(|f_0|+\frac{C_0}2)$ on",
            mutants=(Q(21, 20), Q(19, 20)),
        ),
        Identity(
            "aim",
            flips_extremes,
            erf(C_2 - C_2**2 / sqrt(2 * pi * m) - C_0 / 2),
            functional="proportion",
            where=(d >= 10**6) & (m >= 1600),
            statement=r"in high dimension and for wide networks a step of fixed aim "
            r"$C_2>\frac{C_0}2$ flips both extreme networks with probability "
            r"$\mathrm{erf}(C_2-\frac{C_0}2)$, so Theorem 3.1 needs "
            r"$C_2\geq\frac{C_0}2+\mathrm{erf}^{-1}(1-\gamma)$; the step takes each neuron that is "
            r"on $2C_2/\sqrt m$ towards its kink or away from it, and what lies beyond the kink, "
            r"$C_2^2/\sqrt{2\pi m}$ of all, is lost",
            mutants=lambda: (
                Mutant("C_2 need not grow with C_0", equals=erf(C_2)),
                Mutant("as if |f| grew by C_0", equals=erf(C_2 - C_0), where=C_2 > C_0),
            ),
        ),
        *derivations(
            shift=equal(
                sqrt(m) / 2 * Integral(normal_cdf(-x), (x, -V, V)),
                C_0 / 2,
                r"$\mathrm E\sup_Wf=\frac{\sqrt m}2\mathrm E(\sigma(u+V)-\sigma(u-V))$",
                mutants=(C_0,),
            ),
            wide=equal(
                sp.Limit(sqrt(m) * m * erf(V / sqrt(2)) / m, m, oo),
                sqrt(2 / pi) * C_0,
                r"$|S_v|/\sqrt m\to\sqrt{2/\pi}\,C_0=0.798\,C_0$ in the mean",
                mutants=(C_0,),
            ),
        ),
    ),
)
