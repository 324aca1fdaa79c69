"""Enough neurons are active at the first and second step: Lemma B.21 (Lemma 4.5)."""

from bounds.authoring import *
from bounds.wang2024.data_events import smooth
from bounds.wang2024.notation import *

c_0 = parameter("c_0", "constant of the lemma, declared", positive=True)
c_u = parameter("c_u", "universal constant of sums of sub-Gaussian variables", positive=True)
samples_0 = observable(
    "samples_0", "smallest share of samples that activate a neuron of their sign", nonnegative=True
)
neurons_0 = observable(
    "neurons_0",
    "smallest share of neurons of its sign that a sample activates",
    r"\min_i\frac1m|\{s:a_s=y_i,\langle w_s^0,x_i\rangle>0\}|",
    nonnegative=True,
)
samples_1 = observable(
    "samples_1", "the same as samples_0 on the whole ball, after one step", nonnegative=True
)
neurons_1 = observable(
    "neurons_1", "the same as neurons_0 for the whole ball, after one step", nonnegative=True
)
active_share = observable("active_share", "share of all pairs with y_i = a_s and <w_s, x_i> > 0")
robust_ratio = observable(
    "robust_ratio",
    "smallest <w_s, x_i> / (alpha |w_s|) after a step, of pairs active before",
    real=True,
)
robust_ratio_any = observable(
    "robust_ratio_any", "smallest <w_s, x_i> / (alpha |w_s|) after a step, y_i not a_s", real=True
)
fewest_samples = observable(
    "fewest_samples", "smallest number of samples that activate a neuron of their sign"
)
fewest_neurons = observable(
    "fewest_neurons", "smallest number of neurons of its sign that a sample activates"
)
norm_bound = parameter("C_1", "bound on |x_i|^2 / d, from (C1)", positive=True)

ENOUGH = (samples_0 >= c_0) & (neurons_0 >= c_0) & (samples_1 >= c_0) & (neurons_1 >= c_0)
"""The four statements of Lemma B.21."""

unscaled = kappa**4 / (Q(220) ** Q(2, 3) * c_u**4 * (16 - 8 * kappa) ** 2)
chance = Q(4, 100) * unscaled

x, y = sp.symbols("x y", positive=True)

lemma_b21 = paper.theorem(
    "lemma-B.21",
    "enough active neurons of the right sign",
    "Section 4.2, Lemma 4.5; Appendix B.2, Lemma B.21",
    r"On the events of Lemmas B.4 and B.19, under Assumption 1, (B1) and (B2), there is "
    r"$c_0(\kappa)>0$ such that with probability at least $1-\frac\delta5$: for every neuron at "
    r"least $c_0n$ samples, and for every sample at least $c_0m$ neurons, have $y_i=a_s$ and "
    r"$\langle w_s^0,x_i\rangle>0$; and likewise with $\langle w_s^1,x_i\rangle\geq"
    r"\alpha\|w_s^1\|$. The proof gives $c_0=\min\{\frac1{15},\frac{0.01\kappa^4}{220^{2/3}c_u^4"
    r"(16-8\kappa)^2}\}$.",
    aliases=("lemma-4.5",),
    hypotheses=(
        *ASSUMPTION_1,
        *NONSMOOTH,
        required(None, "cells with smooth = 0 meet Assumption 1, (B1) and (B2) with their C"),
    ),
    uses=("lemma-B.4", "lemma-B.19", "proposition-B.20"),
    claims=(
        Probability(
            "enough",
            ENOUGH,
            at_least=1 - delta / 5,
            where=Eq(smooth, 0),
            statement=r"with $c_0=\frac1{15}$ all four statements hold with probability at least "
            r"$1-\frac\delta5$",
            mutants=lambda: (
                Mutant("c_0 = 1/2", event=ENOUGH.subs(c_0, Q(1, 2))),
                Mutant("c_0 = 1/4", event=ENOUGH.subs(c_0, Q(1, 4))),
                Mutant("without (B1): two neurons", where=Eq(smooth, 2)),
            ),
        ),
        Probability(
            "stay-active",
            robust_ratio >= 1,
            at_least=1 - delta / 5,
            where=Eq(smooth, 0),
            statement=r"every pair with $y_i=a_s$ that is active at the start is robustly active "
            r"after one step: $\langle w_s^1,x_i\rangle\geq\alpha\|w_s^1\|$",
            mutants=(Mutant("pairs of different sign too", event=robust_ratio_any >= 1),),
        ),
        Identity(
            "quarter",
            active_share,
            Q(1, 4),
            statement=r"on average a quarter of the pairs have $y_i=a_s$ and "
            r"$\langle w_s^0,x_i\rangle>0$",
        ),
        Inequality(
            "at-most-half",
            neurons_0,
            at_most=Q(1, 2),
            statement=r"no sample has more than half of all neurons of its sign: "
            r"$c_0\leq\frac12$",
            mutants=(Q(1, 10),),
            printed=Printed(
                at_most=None,
                at_least=1,
                name="printed-constant",
                statement=r"$c_0>1$ is the constant in Lemma B.21 (in Lemma B.29)",
                why="the sets are among the m/2 neurons of one sign, so they hold at most half of "
                "all",
                counterexample="m = 2: one neuron of each sign, the share is 0 or 1/2",
                harmless=True,
            ),
        ),
        Omega(
            "samples-grow",
            fewest_samples,
            of=n,
            functional="mean",
            corrections="power",  # the binomial's deviation is of the order of the root
            statement=r"Lemma 4.5: every neuron is activated by $\Omega(n)$ samples of its sign",
            mutants=(
                power(n, Q(1, 2)),
                Mutant("m", "weaker", "at fixed m: the number grows with n, not with m", of=m),
            ),
        ),
        Omega(
            "neurons-grow",
            fewest_neurons,
            of=m,
            functional="mean",
            corrections="power",
            statement=r"and every sample activates $\Omega(m)$ neurons of its sign",
            mutants=(power(m, Q(1, 2)),),
        ),
        *derivations(
            clear_share=at_least(
                normal_cdf(-Q(1, 10)),
                Q(1, 5),
                statement=r"$P(Z\geq\frac1{10})=0.46\geq\frac15$ for a standard normal $Z$",
                mutants=(Q(1, 2),),
            ),
            hoeffding_neurons=equal(
                at(2 * x * y**2, {x: m / 2, y: Q(1, 5) - Q(2, 15)}),
                m / 225,
                statement=r"among the $\frac m2$ neurons of a sign, fewer than $\frac m{15}$ where "
                r"$\frac m{10}$ are expected: Hoeffding's exponent is $\frac m{225}$",
            ),
            hoeffding_samples=equal(
                at(2 * n * y**2, {y: chance / 2 - Q(3, 8) * chance}),
                Q(5, 10**5) * unscaled**2 * n,
                statement=r"for the samples, from $0.02p$ down to $0.015p$: Hoeffding's exponent "
                r"is $5\cdot10^{-5}p^2n$",
            ),
            signal_below_noise=equal(
                (4 * mu * sqrt(log(m / delta))).subs(mu, sqrt(d / (C * (C * log(m / delta))))),
                4 * sqrt(d) / C,
                where=delta < m,
                statement=r"(1) and (5) bound $4\|\mu\|\sqrt{\log\frac m\delta}$ by "
                r"$\frac{4\sqrt d}C$",
            ),
            start_is_forgotten=equal(
                at(
                    3 * sqrt(norm_bound * d) * x / (eta * d / (2 * n * sqrt(m))),
                    {x: sqrt(Q(3, 2)) * eta / sqrt(m)},
                ),
                sqrt(54 * norm_bound * n**2 / d),
                statement=r"with $\omega\sqrt{md}\leq\eta$ the initial weights cost "
                r"$\sqrt{54C_1n^2/d}$ of a step",
            ),
        ),
    ),
)
