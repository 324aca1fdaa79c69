"""The net of Lemma B.9: how many neurons flip between neighbours, and how large their sum is."""

from bounds.authoring import *
from bounds.wang2022.notation import *

longest_row = parameter(
    "longest_row", "length of the longest neuron at the start", r"\max_s\|w_{s,0}\|", positive=True
)
turned = parameter(
    "turned", "length of the difference of two directions", r"\|r-r'\|", positive=True
)
epsilon = parameter("epsilon", "resolution of the net", positive=True)
k = parameter("k", "number of neurons that may flip", positive=True)
t = parameter("t", "deviation", positive=True)
above_one = parameter("above_one", "C_bar - 1", "p", nonnegative=True)
below = parameter("below", "C_bar - C_0", "q", nonnegative=True)

WIDE = m >= d ** Q(12, 5)
"""The lower end of the width window."""
SIZES = {d: (1, 1e80), m: (1, 1e200)}
RADII = {C_0: (0.01, 100)}
CONFIDENCE = {gamma: (1e-100, 1)}

net_step = (m * d) ** -Q(4, 7)
logarithm_of_net = 2 * d * log(10 / epsilon)
flip_probability = 2 * epsilon * (sqrt(d) + 2 * sqrt(d * log(2 / epsilon))) + (1 + R + epsilon) * V
count = 44 * C_bar * sqrt(m)
"""How many neurons may flip between neighbours of the net: k in the paper."""
mean_count = (8 + 3 * C_0) * sqrt(m)
"""An upper bound of the mean of that number, p m at p = 8 sqrt(d) epsilon^(7/8) + 3 V."""
net_exponent = 2 * d * log(10 / net_step)
chernoff = net_exponent - mean_count + count * log(exp(1) * mean_count / count)
"""log g(p) at that p."""
short_exponent = -8 * sqrt(m) + Q(23, 10) * d * log(m * d)
dropped = 44 * (1 - log(4)) * C_bar * sqrt(m)
row_bound = sqrt(d + 4 * sqrt(d * log(m / gamma)))
"""What no neuron at the start is longer than, with probability at least 1 - gamma (equation 2)."""
slope_in_direction = sqrt(m) * row_bound + C_0
"""How fast Phi(r, delta) changes with r at most."""

largest_factor = observable(
    "largest_factor", "largest value of epsilon^(1/8) (1 + 2 sqrt(log(2/epsilon)))"
)
largest_at = observable("largest_at", "the epsilon at which it is attained", positive=True)
smallest_product = observable(
    "smallest_product", "m d from which on 2 log 10 + (8/7) log(md) <= 2.3 log(md)", positive=True
)
false_from = observable(
    "false_from", "d from which on sqrt(m) < 0.33 d log(md) at m = d^2.4", positive=True
)
false_until = observable("false_until", "d up to which it stays so", positive=True)
worst_deficit = observable(
    "worst_deficit", "largest 0.33 d log(md) / sqrt(m) at m = d^2.4", positive=True
)

root = (sqrt(65) - 1) / 4
"""The root of 2 s^2 + s = 8, where s^2 = log(2/epsilon)."""
slope = Q(33, 100) * Q(34, 10) * 5
"""0.33 log(d^3.4) = slope z with z = log(d) / 5, and sqrt(m) / d = e^z at m = d^2.4."""


def crossing(branch: int) -> Expr:
    """Return where e^z = slope z with z = log(d) / 5: the lower (0) or the upper (-1) root."""
    return exp(-5 * sp.LambertW(-1 / slope, branch))


lemma_b9_net = paper.theorem(
    "lemma-B.9-net",
    "net, union bound and Chernoff's count",
    "Appendix B, proof of Lemma B.9",
    r"With an $\varepsilon$-net of at most $(10/\varepsilon)^{2d}$ points, $\varepsilon=(md)^{-4/7}"
    r"$, all points have at most $k=44\bar C\sqrt m$ neurons that flip within $\varepsilon$ of "
    r"them, except with probability $g(p)=(10/\varepsilon)^{2d}e^{-pm}(epm/k)^k\leq\gamma$, where "
    r"$p\leq(8+3C_0)/\sqrt m$.",
    hypotheses=SETTING,
    uses=("theorem-B.2", "lemma-B.6"),
    claims=(
        Inequality(
            "net-size",
            log(1 + 4 / epsilon) + log(1 + 4 * R / epsilon),
            at_most=2 * log(10 / epsilon),
            box={epsilon: (1e-100, 1), R: (1e-30, 0.5)},
            note=r"the sphere and the ball of radius $R$ at resolution $\varepsilon/2$ each; "
            "divided by $d$",
            mutants=(Mutant("(3/epsilon)^(2d)", at_most=2 * log(3 / epsilon)),),
        ),
        Inequality(
            "direction",
            turned / sqrt(m) * m * (longest_row + V),
            at_most=turned * slope_in_direction,
            box={
                turned: (1e-100, 2),
                longest_row: (1e-100, 1e100),
                **SIZES,
                **RADII,
                **CONFIDENCE,
            },
            where=longest_row <= row_bound,
            statement=r"$|\Phi(r,\delta)-\Phi(r',\delta)|\leq\frac{\|r-r'\|}{\sqrt m}\sum_s"
            r"(\|w_{s,0}\|+\frac{C_0}{\sqrt m})\leq\|r-r'\|(\sqrt m\sqrt{d+4\sqrt{d\log"
            r"(m/\gamma)}}+C_0)$ where no neuron at the start is longer than the inner root",
            mutants=(
                Mutant("without C_0", at_most=turned * sqrt(m) * row_bound),
                Mutant("neurons twice as long", where=longest_row <= 2 * row_bound),
            ),
        ),
        Inequality(
            "direction-within-the-net",
            net_step * slope_in_direction,
            at_most=Q(5, 2) * (m * d) ** -Q(1, 14) + C_0 * net_step,
            box={**SIZES, **RADII, **CONFIDENCE},
            where=d >= log(m / gamma),
            note=r"ours, from $d\geq\log\frac m\gamma$ on, which equation 2 asks for: within "
            r"$\varepsilon=(md)^{-4/7}$ the direction hardly matters",
            mutants=(Mutant("2 for 5/2", at_most=2 * (m * d) ** -Q(1, 14) + C_0 * net_step),),
        ),
        Inequality(
            "root-of-resolution",
            sqrt(epsilon) * (1 + 2 * sqrt(log(2 / epsilon))),
            at_most=4 * epsilon ** Q(3, 8),
            box={epsilon: (1e-300, 1)},
            mutants=(
                4 * epsilon ** Q(1, 2),
                Mutant("3.3 for 4", at_most=Q(33, 10) * epsilon ** Q(3, 8)),
            ),
        ),
        Identity(
            "largest-factor",
            largest_factor,
            (2 * exp(-(root**2))) ** Q(1, 8) * (1 + 2 * root),
            exact=True,
            note=r"3.34666: the best constant for 4 above",
        ),
        Identity("largest-at", largest_at, 2 * exp(-(root**2)), exact=True, note="0.08856"),
        Inequality(
            "flip-probability",
            flip_probability,
            at_most=8 * sqrt(d) * epsilon ** Q(7, 8) + 3 * V,
            box={**SIZES, **RADII, R: (1e-30, 10), epsilon: (1e-100, 1)},
            where=R <= Q(1, 2),
            note=r"for $R\leq\frac12$",
            printed=Printed(
                where=None,
                why=r"Lemma B.6 has $R\leq\frac12$; Lemma B.9 has no bound on $R\leq C_1/\sqrt"
                r" d$, so that $d\geq4C_1^2$ is missing",
                counterexample="R = 10, V = 1: 11 V for 3 V as epsilon -> 0",
                harmless=True,
            ),
        ),
        Inequality(
            "net-exponent",
            2 * log(10) + Q(8, 7) * log(m * d),
            at_most=Q(23, 10) * log(m * d),
            box=SIZES,
            where=m >= 58,
            note=r"for $m\geq58$; divided by $d$",
            mutants=lambda: (Mutant("m >= 50", where=m >= 50), Mutant("any width", where=m >= 1)),
        ),
        Identity(
            "smallest-product",
            smallest_product,
            exp(2 * log(10) / (Q(23, 10) - Q(8, 7))),
            exact=True,
            note="53.51: the paper takes 58",
        ),
        Inequality(
            "width",
            Q(33, 100) * d * log(m * d),
            at_most=sqrt(m),
            box=SIZES,
            where=WIDE & (d >= 10**6),
            note=r"for $m\geq d^{2.4}$ and $d\geq10^6$",
            printed=Printed(
                note=r"for $m\geq d^{2.4}$",
                where=WIDE,
                why="at $m=d^{2.4}$ it fails for all $d$ from 3.05 to 839 820",
                counterexample="$d=784$, $m=d^{2.4}$: 5862 against 2973",
                harmless=True,
            ),
        ),
        Inequality(
            "width-small",
            Q(33, 100) * d * log(m * d),
            at_most=sqrt(m),
            box={d: (1, 3), m: (1, 1e200)},
            where=WIDE,
            note="so it is for the smallest dimensions",
        ),
        Identity("false-from", false_from, crossing(0), exact=True, note="3.0453"),
        Identity("false-until", false_until, crossing(-1), exact=True, note="839 820"),
        Identity(
            "worst-deficit",
            worst_deficit,
            slope / exp(1),
            exact=True,
            note=r"2.064 at $d=e^5$",
        ),
        Inequality(
            "exponent",
            short_exponent + dropped,
            at_most=-sqrt(m),
            box={**SIZES, **RADII},
            where=WIDE & (m >= 58),
            note=r"for $m\geq\max(58,d^{2.4})$; with the term $44\bar C\sqrt "
            r"m\log\frac{11e}{44}$ that the paper drops",
            printed=Printed(
                note=r"for $m\geq\max(58,d^{2.4})$",
                left=short_exponent,
                why=r"the paper drops $44(1-\log4)\bar C\sqrt m<0$ and then needs $\sqrt "
                r"m\geq0.33\,d\log(md)$, which is false",
                counterexample="$d=100$, $m=d^{2.4}$: $1592$ against $-251$",
                harmless=True,
            ),
            mutants=(Mutant("any width from 58", where=m >= 58),),
        ),
        Inequality(
            "count",
            chernoff,
            at_most=-sqrt(m),
            box={**SIZES, **RADII},
            where=WIDE & (m >= 58),
            note=r"for $m\geq\max(58,d^{2.4})$: the conclusion, which is true",
            mutants=lambda: (
                Mutant(
                    "k = 22 C_bar sqrt(m)",
                    left=net_exponent
                    - mean_count
                    + count / 2 * log(2 * exp(1) * mean_count / count),
                ),
                Mutant(
                    "k = 11 C_bar sqrt(m)",
                    left=net_exponent
                    - mean_count
                    + count / 4 * log(4 * exp(1) * mean_count / count),
                ),
            ),
        ),
        Inequality(
            "confidence",
            log(1 / gamma),
            at_most=sqrt(m),
            box={**SIZES, **CONFIDENCE},
            where=WIDE & (d >= log(4 / gamma) ** 2),
            note=r"for $m\geq d^{2.4}$ and $d\geq\log(4/\gamma)^2$",
            mutants=(Mutant("d >= log(4/gamma)^(1/2)", where=WIDE & (d >= sqrt(log(4 / gamma)))),),
        ),
        *derivations(
            stationary=equal(
                Derivative(log(epsilon) / 8 + log(1 + 2 * sqrt(log(2 / epsilon))), epsilon).subs(
                    epsilon, 2 * exp(-(t**2))
                ),
                exp(t**2) / 16 * (1 - 8 / (t * (1 + 2 * t))),
                statement=r"$\frac{d}{d\varepsilon}\log\varepsilon^{1/8}(1+2\sqrt{\log(2/"
                r"\varepsilon)})$ vanishes where $2t+\sqrt t=8$, $t=\log\frac2\varepsilon$",
                mutants=(exp(t**2) / 16 * (1 - 4 / (t * (1 + 2 * t))),),
            ),
            count_grows=equal(
                Derivative(-R * m + k * log(R * m), R),
                k / R - m,
                statement=r"$g(p)$ increases in $p$ as long as $p\leq k/m$",
                mutants=(k / R + m,),
            ),
            mean_count=equal(
                (8 * sqrt(d) * net_step ** Q(7, 8) + 3 * V) * m,
                mean_count,
                statement=r"with $\varepsilon=(md)^{-4/7}$, $pm\leq(8+3C_0)\sqrt m$",
                mutants=(
                    Mutant(
                        "epsilon = (md)^(-1/2)",
                        left=(8 * sqrt(d) * (m * d) ** -Q(7, 16) + 3 * V) * m,
                    ),
                    8 + 3 * C_0 * sqrt(m),
                ),
            ),
            eleven=at_most(
                8 + 3 * (1 + above_one - below),
                11 * (1 + above_one),
                nonnegative=8 * above_one + 3 * below,
                statement=r"$8+3C_0\leq11\bar C$, with $\bar C=1+p=C_0+q$",
                mutants=(7 * (1 + above_one),),
            ),
            dropped_term=equal(
                count * log(11 * exp(1) / 44),
                dropped,
                statement=r"$44\bar C\sqrt m\log\frac{11e}{44}=44(1-\log4)\bar C\sqrt m$",
                mutants=(44 * (1 - log(2)) * C_bar * sqrt(m),),
            ),
            dropped_size=at_most(44 * (1 - log(4)), -Q(16996, 1000), mutants=(-17,)),
        ),
    ),
)

subset_deviation = sqrt(2 * count * log(m) + 2 * log(8 / gamma))
subset_bound = sqrt(count / m) * (subset_deviation + sqrt(d))
weights_bound = subset_bound + 44 * C_bar * C_0 / sqrt(m)
width_term = sqrt(log(m) + 2 * log(8 / gamma) / sqrt(m))
repaired = C_bar * Max(1, C_0) * width_term
"""What C_bar C_0 sqrt(log(m) + ...) must read."""
as_printed = C_bar * C_0 * width_term
SUBSETS = {**SIZES, **RADII, **CONFIDENCE}
LARGE = WIDE & (m >= 58)

largest_subset = observable(
    "largest_subset",
    "certified upper bound of the largest norm of m^(-1/2) sum over S of a_s w_s0, |S| <= k",
    nonnegative=True,
)
enough_radius = observable(
    "enough_radius", "smallest C_0 for which the printed 113 is enough", positive=True
)
enough_in_the_limit = observable(
    "enough_in_the_limit", "smallest C_0 for which it is enough as m -> oo", positive=True
)
logarithm_of_subsets = observable(
    "logarithm_of_subsets", "logarithm of the number of subsets of at most k of m neurons"
)

lemma_b9_subsets = paper.theorem(
    "lemma-B.9-subsets",
    "uniformly over small subsets of neurons: the constants 113, 226 and 227",
    "Appendix B, proof of Lemma B.9",
    r"With probability at least $1-\frac\gamma8$, all $S$ with $|S|\leq44\bar C\sqrt m$ have "
    r"$\|\frac1{\sqrt m}\sum_{s\in S}a_sw_{s,0}\|\leq\sqrt{44\bar C/\sqrt m}\,(t+\sqrt d)$, "
    r"$t=\sqrt{88\bar C\sqrt m\log m+2\log(8/\gamma)}$; with the $v_s$ added at most $113\bar CC_0"
    r"\sqrt{\log m+\frac2{\sqrt m}\log(8/\gamma)}$.",
    hypotheses=SETTING,
    uses=("theorem-B.3",),
    claims=(
        Probability(
            "subsets",
            largest_subset > subset_bound,
            at_most=gamma / 8,
            where=WIDE,
            note=r"over all subsets at once, by a certified upper bound; a small one has 0.3 to "
            r"0.9 of all neurons at $m=2500$ to $10^6$",
            cannot_fail="the right side is 2.6 to 6.5 times the certified bound: the union counts "
            "the subsets by m^k, as if each of them had its own direction",
            mutants=(Mutant("1 for C_bar", event=largest_subset > subset_bound.subs(C_bar, 1)),),
        ),
        Inequality(
            "one-hundred-and-thirteen",
            weights_bound,
            at_most=113 * repaired,
            box=SUBSETS,
            where=LARGE,
            statement=r"$\sqrt{44\bar C/\sqrt m}\,(t+\sqrt d)+44\bar CC_0/\sqrt m\leq113\bar "
            r"C\max(1,C_0)\sqrt{\log m+\frac2{\sqrt m}\log(8/\gamma)}$",
            printed=Printed(
                statement=r"$\sqrt{44\bar C/\sqrt m}\,(t+\sqrt d)+44\bar CC_0/\sqrt "
                r"m\leq113\bar CC_0\sqrt{\log m+\frac2{\sqrt m}\log(8/\gamma)}$",
                at_most=113 * as_printed,
                why=r"$C_0\geq0.6$ is missing, or $\bar CC_0$ must read $\bar C\max(1,C_0)$: "
                "the right side vanishes with $C_0$, the left side does not",
                counterexample=r"$C_0=0.1$, $d=100$, $m=d^{2.4}$, $\gamma=0.1$: 211 against 38",
            ),
            mutants=(Mutant("60 for 113", at_most=60 * repaired),),
        ),
        Inequality(
            "one-hundred-and-thirteen-large-radius",
            weights_bound,
            at_most=113 * as_printed,
            box=SUBSETS,
            where=LARGE & (C_0 >= Q(3, 5)),
            statement=r"the constant 113 as printed is enough for $C_0\geq\frac35$",
            mutants=(Mutant("C_0 >= 1/2", where=LARGE & (C_0 >= Q(1, 2))),),
        ),
        Inequality(
            "two-hundred-and-twenty-seven",
            C_0 + 226 * repaired,
            at_most=227 * repaired,
            box=SUBSETS,
            note=r"both signs of the flip, $2\cdot113=226$, and $C_0$",
        ),
        Identity(
            "enough-in-the-limit",
            enough_in_the_limit,
            sqrt(44 * 88) / 113,
            exact=True,
            note="0.5507: for a smaller $C_0$ the printed inequality is false from some $m$ on",
        ),
        Identity(
            "enough-radius",
            enough_radius,
            (sqrt(44 * (88 * log(m) + 2 * log(8 / gamma) / sqrt(m))) + sqrt(44 * d / sqrt(m)))
            / (113 * width_term - 44 / sqrt(m)),
            exact=True,
            note="0.46 to 0.564 at these sizes",
        ),
        Inequality(
            "number-of-subsets",
            logarithm_of_subsets,
            at_most=k * log(m),
            where=k >= 2,
            note=r"for $k\geq2$",
        ),
        *derivations(
            union=equal(
                (m**k * exp(-(t**2) / 2)).subs(t, sqrt(2 * k * log(m) + 2 * log(8 / gamma))),
                gamma / 8,
                statement=r"$m^ke^{-t^2/2}=\frac\gamma8$ at $t=\sqrt{2k\log m+2\log(8/\gamma)}$",
                mutants=(gamma / 4,),
            ),
        ),
    ),
)
