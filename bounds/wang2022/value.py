"""The value of the network: Lemmas 4.1 and B.5."""

from bounds.authoring import *
from bounds.claims import Law
from bounds.wang2022.notation import *

worst = observable("worst", "largest |f(x; W)| over the ball", r"\sup_W|f(x;W)|", nonnegative=True)
start = observable("start", "f(x; W_0)", "f(x;W_0)")
rise = observable("rise", "sup over the ball of f, less f at W_0", r"\sup_Wf-f_0")
spread = observable("spread", "sup over the ball of f, less its infimum", r"\sup_Wf-\inf_Wf")
start_quantile = observable(
    "start_quantile",
    "the s with P(|f(x; W_0)| > s) = gamma, exactly",
    r"s_\gamma",
)
x = parameter("x", "a value", real=True)
level = parameter("L", "log(2 / gamma)", positive=True)
depth = log(2 / gamma)
start_bound = sqrt(2 * depth) + 2 * depth / sqrt(m)
simple_bound = 2 * sqrt(depth) + C_0

lemma_4_1 = paper.theorem(
    "lemma-4.1",
    "the value is bounded, informally",
    "Section 4.1, Lemma 4.1",
    r"With probability at least $1-\gamma$: $|f(x;W)|\leq2\sqrt{\log(2/\gamma)}+C_0$ for all $W$ "
    r"of the lazy ball, provided that $m\geq\Omega(\log(2/\gamma))$.",
    hypotheses=SETTING,
    uses=("lemma-B.5",),
    claims=(
        Probability(
            "value",
            worst > simple_bound,
            at_most=gamma,
            where=m >= 12 * depth,
            statement=r"$P(\sup_W|f(x;W)|>2\sqrt{\log(2/\gamma)}+C_0)\leq\gamma$ for "
            r"$m\geq12\log\frac2\gamma$, with the exact supremum",
            note="the probability is far below gamma: how loose the bound in the event is, its "
            "pin says, and its parts, start and, for the ball, rise of Lemma B.5",
            mutants=(
                Mutant("half the root", event=worst > sqrt(depth) / 2 + C_0 / 2),
                Mutant("an eighth of C_0", event=worst > 2 * sqrt(depth) + C_0 / 8),
            ),
        ),
        Inequality(
            "start",
            start_quantile,
            at_most=2 * sqrt(depth),
            note=r"at $W_0$, $P(|f(x;W_0)|>s_\gamma)=\gamma$ exactly; ours, for every $m$: "
            r"$f(x;W_0)$ is normal with variance $K/m\leq1$, given the number $K$ of neurons on",
            mutants=(depth ** Q(1, 4) * 2,),
        ),
        Theta(
            "order",
            worst,
            of=C_bar,
            functional="mean",
            corrections="power",
            note=r"ours: $O(1)$ along $m$, of the order of $C_0$ as that grows with $m\sim C_0^2$",
        ),
        *derivations(
            constant=equal(
                start_bound.subs(m, (6 + 4 * sqrt(2)) * depth) ** 2,
                (2 * sqrt(depth)) ** 2,
                r"the least constant: $m\geq(6+4\sqrt2)\log\frac2\gamma$, about 11.66",
                mutants=((2 * sqrt(depth)) ** 2 * Q(11, 10),),
            ),
        ),
        Inequality(
            "clause",
            sqrt(2 * level) + 2 * level / sqrt(m),
            at_most=2 * sqrt(level),
            where=m >= 12 * level,
            box={level: (Q(69, 100), 1e4), m: (1, 1e80)},
            note=r"the step from Lemma B.5, for $m\geq12\log\frac2\gamma$",
            mutants=(anywhere(),),
        ),
    ),
)

lemma_b5 = paper.theorem(
    "lemma-B.5",
    "the value is bounded",
    "Appendix B, Lemma B.5",
    r"With probability at least $1-\gamma$: $|f(x;W)|\leq\sqrt{2\log(2/\gamma)}+"
    r"\frac{2\log(2/\gamma)}{\sqrt m}+C_0$ for all $W$ of the lazy ball; and for "
    r"$m\geq C\log(2/\gamma)$ it is at most $2\sqrt{\log(2/\gamma)}+C_0$.",
    hypotheses=SETTING,
    uses=("theorem-B.1",),
    claims=(
        Probability(
            "value",
            worst > start_bound + C_0,
            at_most=gamma,
            statement=r"$P(\sup_W|f(x;W)|>\sqrt{2\log(2/\gamma)}+2\log(2/\gamma)/\sqrt m+C_0)\leq"
            r"\gamma$, with the exact supremum",
            note="the probability is far below gamma: how loose the bound in the event is, its "
            "pin says, and its parts, start and rise",
            mutants=(
                Mutant("sqrt(L/2) + C_0/2", event=worst > sqrt(depth / 2) + C_0 / 2),
                Mutant("without C_0", event=worst > start_bound),
                Mutant("C_0/8", event=worst > start_bound + C_0 / 8),
            ),
        ),
        Inequality(
            "start",
            start_quantile,
            at_most=start_bound,
            note=r"at $W_0$: $P(|f(x;W_0)|>s_\gamma)=\gamma$ exactly",
            mutants=(start_bound / 2, without(sqrt(2 * depth), "the second term alone")),
        ),
        Inequality(
            "start-sharper",
            start_quantile,
            at_most=sqrt(depth) + depth / sqrt(m),
            note=r"ours: Theorem B.1 with $v=\frac m2$, $c=1$ gives half as much under the root",
            mutants=(sqrt(depth) / 2 + depth / sqrt(m),),
        ),
        Inequality(
            "start-without-second-term",
            start_quantile,
            at_most=sqrt(2 * depth),
            note=r"ours: the second term is not needed, since the variance is at most 1",
        ),
        Inequality(
            "lipschitz",
            worst,
            at_most=Abs(start) + C_0,
            note="the step of the proof, for all $W$ of the ball",
            mutants=(Abs(start) + C_0 / 3, without(Abs(start))),
        ),
        Identity(
            "rise",
            rise,
            C_0 / 2,
            range=(0, C_0),
            note=r"ours, for every $m$: half of $C_0$ is enough on average, as half of the neurons "
            r"are on, and those that can switch gain as much on one side as they lose on the other",
            mutants=(C_0, C_0 / 2 + C_0 / sqrt(2 * pi * m) / 2),
        ),
        Identity(
            "spread",
            spread,
            C_0,
            range=(0, 2 * C_0),
            note=r"ours: $E[\sigma(u+V)-\sigma(u-V)]=V$",
            mutants=(2 * C_0,),
        ),
        Law(
            "start-law",
            start,
            normal_cdf(sqrt(2) * x),
            tolerance=0.005,
            note=r"ours: at $W_0$ the value is about $N(0,\frac12)$",
            mutants=lambda: (
                Mutant("variance 1", cdf=normal_cdf(x)),
                Mutant("variance 0.45", cdf=normal_cdf(x / sqrt(Q(9, 20)))),
                Mutant("variance 0.525", cdf=normal_cdf(x / sqrt(Q(21, 40)))),
            ),
        ),
    ),
)
