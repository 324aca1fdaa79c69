"""Lemma 6.5: a finite pseudo-network near f*, uniformly over the inputs."""

from bounds.authoring import *
from bounds.zhang2020.notation import *

gap = observable(
    "gap", "sup |g - f*| over the circle, exactly", r"\sup_{\mathcal X}|g_{W^*}-f^*|", positive=True
)
radius = observable(
    "radius",
    "greatest movement of a weight, times m^(2/3)",
    r"m^{2/3}\|W^*-W^{(0)}\|_{2,\infty}",
    nonnegative=True,
)
greatest = observable("greatest", "greatest |H| of a neuron", r"\max_r|\mathcal H_r|")
largest = observable("largest", "bound of |h|", r"\sup|h|", positive=True)
deviation = parameter("tau", "deviation", r"\tau", positive=True)
range_of_h = parameter("C_q", "bound of |h|", "C", positive=True)

coefficient_bound = 2 / gamma * 2 ** (6 * 24 / gamma * log(48 * n / epsilon))
"""What Lemma 6.2 allows as coefficients."""

RADIUS = "the radius 2 n C, with the bound 2/gamma 2^(6D) of one coefficient for C"
WIDTH = "the width R^12/epsilon^6 with that radius, and so with 2/gamma before 2^(6D)"
PARAMETERS = (
    {n: 2, epsilon: Q(1, 2), gamma: 1},
    {n: 10, epsilon: Q(1, 10), gamma: 1},
    {n: 10, epsilon: Q(1, 10), gamma: Q(1, 2)},
)

lemma_6_5 = paper.theorem(
    "lemma-6.5",
    "a finite pseudo-network near f*",
    "Section 6.2, Lemma 6.5",
    r"There are $M=\mathrm{poly}(d,(n/\epsilon)^{1/\gamma})$ and "
    r"$R=\mathrm{poly}((n/\epsilon)^{1/\gamma})$ such that for $m\geq M$, with probability at "
    r"least $1-\exp(-\Omega(\sqrt{m/n}))$, some $W^*$ has $\|W^*-W^{(0)}\|_{2,\infty}\leq "
    r"Rm^{-2/3}$ and $\sup_{x\in\mathcal X}|g_{W^*}(x)-f^*(x)|\leq\frac\epsilon3$.",
    reconstructed=RECONSTRUCTED,
    hypotheses=(
        required(None, "a is uniform on +-m^(-1/3), W^(0) and b are N(0, 1/m)"),
        required(epsilon < 1, "the accuracy is below 1"),
    ),
    uses=("lemma-6.2", "lemma-6.6"),
    claims=(
        Identity(
            "radius",
            radius,
            2 * greatest,
            exact=True,
            note=r"of $W^*_r-W^{(0)}_r=\frac{2\mathcal H_r}{ma_r}e_d$ with "
            r"$\mathcal H_r=\sum_iy_ih(\sqrt m\langle x_i,W^{(0)}_r\rangle,\sqrt mb_r)$",
            mutants=(greatest, 4 * greatest),
        ),
        Inequality(
            "radius-at-most",
            radius,
            at_most=2 * n * largest,
            note=r"so $R=2nC(q,\epsilon_2)$ whatever $m$",
            mutants=(
                Mutant("without n", at_most=2 * largest),
                Mutant("nine tenths", at_most=Q(9, 5) * n * largest),
            ),
        ),
        Theta(
            "gap",
            gap,
            of=m ** -Q(1, 2),
            functional="mean",
            corrections="power",
            rate=0.5,
            note=r"ours: with two opposite inputs on the circle ($\delta=\sqrt3$, "
            r"$\rho=0.1$, $\epsilon=0.9$) the supremum falls like the error of one mean",
            mutants=(
                Mutant("the third root", of=m ** -Q(1, 3)),
                Mutant("1/m", of=1 / m),
            ),
        ),
        Probability(
            "near",
            gap > epsilon / 6,
            at_most=Q(1, 10),
            note=r"ours: a width far below that of the proof is enough for half of "
            r"$\frac\epsilon3$: $m=2048$ with $\epsilon=0.9$ at two inputs and $\epsilon=0.45$ at "
            r"one, which have the same polynomial, and $m=16384$ with $\epsilon=0.3$ at one, whose "
            "polynomial has degree 5 instead of 3",
        ),
        Inequality(
            "hoeffding",
            m * deviation**2 / (2 * n**2 * range_of_h**2),
            at_least=sqrt(m / n),
            box={
                n: (1, 10**6),
                m: (1, 10**80),
                deviation: (Q(1, 10**6), 1),
                range_of_h: (1, 10**12),
            },
            where=m >= (2 * n ** Q(3, 2) * range_of_h**2 / deviation**2) ** 2,
            note=r"ours: at one input the probability is then at least $1-2e^{-\sqrt{m/n}}$",
            mutants=(
                Mutant("1.1 times the rate", at_least=Q(11, 10) * sqrt(m / n)),
                Mutant(
                    "n for n^(3/2)",
                    where=m >= (2 * n * range_of_h**2 / deviation**2) ** 2,
                ),
            ),
        ),
        Unchecked(
            "probability",
            statement=r"the probability is at least $1-\exp(-\Omega(\sqrt{m/n}))$",
            because="the constant is not named, and no sample shows a probability that small",
            of_kind="probability",
        ),
        Unchecked(
            "dimension",
            statement=r"$M$ is polynomial in $d$",
            because="the power is not named; the supremum over a sphere of inputs in more than "
            "three dimensions has no exact form",
            of_kind="O",
        ),
    ),
    vacuity=(
        *(Asks(RADIUS, 2 * n * coefficient_bound, parameters) for parameters in PARAMETERS),
        *(
            Asks(WIDTH, (2 * n * coefficient_bound) ** 12 / epsilon**6, parameters)
            for parameters in PARAMETERS
        ),
        Asks(
            "the width R^12/epsilon^6 with R = 2 n C = 129, of the polynomial of degree 3 that is "
            "measured here",
            R**12 / epsilon**6,
            {R: 129, epsilon: Q(9, 10)},
        ),
    ),
)
