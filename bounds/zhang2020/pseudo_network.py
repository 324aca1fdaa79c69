"""Theorem 5.1: the network and its pseudo-network, uniformly over the inputs and the weights."""

from bounds.authoring import *
from bounds.zhang2020.notation import *

radius = quantity("radius", "radius of every row of W", R / m ** Q(2, 3), r"Rm^{-2/3}")
reach = quantity("reach", "R / m^(1/6)", R / m ** Q(1, 6), r"Rm^{-1/6}")
gap = observable(
    "gap", "sup |f_W - g_W| over the ball and all inputs", r"\sup_{W,x}|f_W(x)-g_W(x)|"
)
room = observable(
    "room",
    "what the ball adds to f - g at one input, beyond f at the initial weights",
    r"\sup_W(f_W-g_W)(x)-f_{W^{(0)}}(x)",
    nonnegative=True,
)
flips = observable("flips", "share of neurons that the ball can switch at one input")
initial_tail = observable(
    "initial_tail", "P(|f(x; W0)| > R^2 m^(-1/6)), exactly", r"P(|f_{W^{(0)}}(x)|>R^2m^{-1/6})"
)

deviation = sqrt(2 / m)
share = erf(radius / (sqrt(2) * deviation))
edge = exp(-(radius**2) / (2 * deviation**2))
mean_excess = radius * share - deviation * sqrt(2 / pi) * (1 - edge)
"""E (S - |z|)+ for z ~ N(0, 2/m)."""

narrow_excess = radius * erf(radius * sqrt(m / 2)) - sqrt(2 / (pi * m)) * (
    1 - exp(-(radius**2) * m / 2)
)
"""The same for z ~ N(0, 1/m), as if there were no bias."""

mean_square_excess = (
    (radius**2 + deviation**2) * share
    - 2 * radius * deviation * sqrt(2 / pi) * (1 - edge)
    - radius * deviation * sqrt(2 / pi) * edge
)

setting = (
    required(None, "a is uniform on +-m^(-1/3), W^(0) and b are N(0, 1/m), |x| = 1"),
    regime(R >= 1, "the ball is not small"),
    regime(m >= d**3, "the width is large against the dimension"),
)

theorem_5_1 = paper.theorem(
    "theorem-5.1",
    "the network is near its pseudo-network",
    "Section 5, Theorem 5.1",
    r"For $R\geq1$ and $m\geq\mathrm{poly}(d)$, with probability at least "
    r"$1-\exp(-\Omega(m^{1/3}))$: for all $W$ with $\|W-W^{(0)}\|_{2,\infty}\leq Rm^{-2/3}$, "
    r"$\sup_{x\in\mathcal X}|f_W(x)-g_W(x)|\leq O(R^2/m^{1/6})$.",
    hypotheses=setting,
    claims=(
        BigO(
            "gap",
            gap,
            R**2 / m ** Q(1, 6),
            functional="mean",
            corrections="power",
            rate=1 / 6,
            note=r"with $d=3$ and the suprema over $W$ and the circle exact",
            mutants=(
                Mutant("R for R^2", of=R / m ** Q(1, 6)),
                Mutant("the third root of m", of=R**2 / m ** Q(1, 3)),
            ),
        ),
        Theta(
            "gap-sharp",
            gap,
            R**2 / m ** Q(1, 6),
            functional="mean",
            corrections="power",
            rate=1 / 6,
            where=R >= 4,
            note="ours: neither exponent can be improved",
            mutants=(
                Mutant("R for R^2", of=R / m ** Q(1, 6)),
                Mutant(
                    "R^(7/4) for R^2",
                    of=R ** Q(7, 4) / m ** Q(1, 6),
                    survives=r"$Rm^{-1/6}$ vanishes where R grows like $m^{1/8}$, and so a quarter "
                    "of its power is a thirty-second of that of m; #room tells them apart",
                ),
                Mutant("the third root of m", of=R**2 / m ** Q(1, 3)),
                Mutant(
                    "the twelfth root of m",
                    of=R**2 / m ** Q(1, 12),
                    survives="a twelfth less is within the tenth by which exponents are told apart",
                ),
            ),
        ),
        Identity(
            "room",
            room,
            m ** Q(2, 3) / 2 * mean_excess,
            variance=m ** Q(1, 3) * (mean_square_excess / 2 - mean_excess**2 / 4),
            note=r"ours: exactly, at every input; $z_r\sim N(0,\frac2m)$",
            mutants=(
                Mutant("z of variance 1/m", equals=m ** Q(2, 3) / 2 * narrow_excess),
                Mutant("all neurons, of either sign", equals=m ** Q(2, 3) * mean_excess),
            ),
        ),
        Identity(
            "flips",
            flips,
            share,
            variance=share * (1 - share) / m,
            note="ours: exactly",
            mutants=(reach / sqrt(2 * pi),),
        ),
        Inequality(
            "initial-tail",
            initial_tail,
            at_most=2 * exp(-(R**4) * m ** Q(1, 3) / 4),
            note=r"ours: the initial network alone exceeds $R^2m^{-1/6}$ with a probability of at "
            "most the order that the theorem states",
            mutants=(Mutant("twice the exponent", at_most=2 * exp(-(R**4) * m ** Q(1, 3) / 2)),),
        ),
        Inequality(
            "room-at-most",
            m ** Q(2, 3) / 2 * mean_excess,
            at_most=R**2 * m ** -Q(1, 6) / (4 * sqrt(pi)),
            box={R: (Q(1, 100), 10**8), m: (1, 10**30)},
            where=reach >= Q(1, 1000),
            note=r"ours: for every $R$, with the constant $\frac1{4\sqrt\pi}=0.1410$",
            mutants=(
                Mutant("0.14", at_most=Q(139, 1000) * R**2 * m ** -Q(1, 6)),
                Mutant("R for R^2", at_most=R * m ** -Q(1, 6) / (4 * sqrt(pi))),
            ),
        ),
        Inequality(
            "flips-at-most",
            erf(reach / 2),
            at_most=reach / sqrt(pi),
            box={R: (Q(1, 100), 10**8), m: (1, 10**30)},
            note="ours",
            mutants=(reach / 2,),
        ),
        Unchecked(
            "probability",
            statement=r"the probability is at least $1-\exp(-\Omega(m^{1/3}))$",
            because="the constant is not named, and no sample shows a probability that small; the "
            "mean of the supremum is checked",
            of_kind="probability",
        ),
        Unchecked(
            "dimension",
            statement=r"$m\geq\mathrm{poly}(d)$ is wide enough",
            because="the power is not named; the supremum over a sphere of inputs in more than "
            "three dimensions has no exact form",
            of_kind="O",
        ),
        *derivations(
            room_limit=equal(
                sp.Limit(
                    (x := sp.Symbol("x", positive=True)) ** -2
                    * (x * erf(x / 2) - 2 / sqrt(pi) * (1 - exp(-(x**2) / 4)))
                    / 2,
                    x,
                    0,
                ),
                1 / (4 * sqrt(pi)),
                statement=r"ours: the constant of the room is $\frac1{4\sqrt\pi}$ as "
                r"$Rm^{-1/6}\to0$",
                mutants=(1 / (2 * sqrt(pi)), 1 / (4 * pi)),
            ),
        ),
    ),
    vacuity=(
        Asks(
            "the width at which 0.141 R^2 m^(-1/6) is a third of epsilon",
            (3 * R**2 / (4 * sqrt(pi) * epsilon)) ** 6,
            {R: 6, epsilon: Q(1, 2)},
        ),
        Asks(
            "the width at which 0.141 R^2 m^(-1/6) is a third of epsilon",
            (3 * R**2 / (4 * sqrt(pi) * epsilon)) ** 6,
            {R: 6, epsilon: Q(1, 10)},
        ),
    ),
)
