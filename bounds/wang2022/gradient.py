"""The length of the gradient: Lemmas 4.2 and B.7, equation (7)."""

from bounds.authoring import *
from bounds.wang2022.notation import *

flipped_most = observable(
    "flipped_most", "largest switched part of P grad f over the ball, certified bound", r"\bar F",
    nonnegative=True,
)  # fmt: skip
flipped_found = observable(
    "flipped_found", "the same, attained by a network of the ball", r"\underline F",
    nonnegative=True,
)  # fmt: skip
whole_set = observable(
    "whole_set",
    "squared length of the switched part if all of S_v switches",
    r"\|\frac{1}{\sqrt m}\sum_{S_v}a_sPw_{s,0}\|^2",
    nonnegative=True,
)
share_root = sqrt((C_0 + sqrt(log(1 / gamma) / 2)) / sqrt(m))
flipped_bound = share_root * sqrt(d + 4 * sqrt(d * log(2 * m / gamma)))
adversary = (C_0 + sqrt(log(1 / gamma) / 2)) / 2

equation_7 = paper.theorem(
    "equation-7",
    "the switched neurons' part of the gradient",
    "Appendix B, proof of Lemma B.7, equation (7)",
    r"$F=\sup_W\|\frac1{\sqrt m}\sum_sa_sPw_{s,0}(\sigma'(w_s^\top x)-\sigma'(w_{s,0}^\top x))\|"
    r"\leq\sqrt{\frac1{\sqrt m}(C_0+\sqrt{\log(1/\gamma)/2})}\sqrt{d+4\sqrt{d\log(2m/\gamma)}}$, "
    r"up to two events of probability $\gamma$.",
    hypotheses=SETTING,
    uses=("lemma-B.4", "equation-2"),
    claims=(
        Probability(
            "flipped",
            flipped_most > flipped_bound + adversary,
            at_most=2 * gamma,
            statement=r"with the further term $\frac12(C_0+\sqrt{\log(1/\gamma)/2})$ (ours), on a "
            r"certified bound of $F$: $\max_{T\subseteq S}\|\sum_Tz_s\|\leq\frac12(\|\sum_Sz_s\|+"
            r"\sqrt{|S|}\|Z_S\|)$",
            note="the probability is far below gamma: how loose the bound in the event is, its "
            "pin says, and what the sum is, constant",
            mutants=(Mutant("a tenth of the term", event=flipped_most > flipped_bound + C_0 / 20),),
            printed=Printed(
                event=flipped_found > flipped_bound,
                why=r"the network chooses which neurons of $S_v$ switch after $Pw_{s,0}$ is drawn, "
                r"so that the sum is not $\sqrt{|S_v|/m}$ times a normal vector: those that point "
                r"to one side add up to $C_0/\pi$, which does not vanish as $m$ grows; Lemma B.7 "
                r"survives, since its $-C_0$ is $\frac12C_0$ too much elsewhere",
                counterexample=r"$d=25$, $m=10^5$, $C_0=10$, $\gamma=0.1$: a network with $F=3.8$, "
                r"bound 1.88; $m=10^6$: 3.6 and 1.09",
                words=r"$F\leq\sqrt{\frac1{\sqrt m}(C_0+\sqrt{\log(1/\gamma)/2})}"
                r"\sqrt{d+4\sqrt{d\log(2m/\gamma)}}$",
            ),
        ),
        Limit(
            "constant",
            flipped_found / C_0,
            to=1 / pi,
            rate=0.25,
            tolerance=Q(1, 50) / pi,
            note=r"ours: what is left as $m\to\infty$ at a fixed $d$",
            mutants=(0, Q(2, 5)),
        ),
        Identity(
            "whole-set",
            whole_set,
            (d - 1) * erf(C_0 / sqrt(2 * m)),
            note=r"for a set that is chosen without looking at $Pw_{s,0}$ the step is right",
            mutants=((d - 1) * C_0 / sqrt(m),),
        ),
        Inequality(
            "length",
            sqrt(d) + sqrt(2 * log(1 / gamma)),
            at_most=sqrt(d + 4 * sqrt(d * log(2 * m / gamma))),
            where=d >= 3 * log(1 / gamma),
            box={d: (1, 1e30), m: (1, 1e80), gamma: (1e-300, Q(999, 1000))},
            note="a step to the corrected form: the sum of a fixed set",
            mutants=(anywhere(),),
        ),
    ),
)

count_on = observable(
    "count_on", "the k with P(K <= k) = gamma, K the number of neurons that are on, exactly",
    r"k_\gamma",
)  # fmt: skip
chi_low = observable(
    "chi_low",
    "the s with P(chi^2_(d-1) <= s) = gamma, exactly",
    r"s_\gamma",
)
least = observable(
    "least", "least |grad f| over the ball, certified from below", r"\underline{\inf}\|\nabla f\|",
    nonnegative=True,
)  # fmt: skip
attained = observable(
    "attained",
    "|grad f| of a network of the ball that has nearly the least",
    r"\|\nabla f(x;W^*)\|",
    nonnegative=True,
)
projected = observable(
    "projected", "|P grad f|^2 at W_0", r"\|P\nabla f(x;W_0)\|^2", nonnegative=True
)
loss = observable(
    "loss",
    "|P grad f| at W_0 less the worst case along its direction r, over C_0",
    r"\frac{\|P\nabla f_0\|-\inf_Wr^\top\nabla f}{C_0}",
)
four, eight = log(4 / gamma), log(8 / gamma)
share_on = Q(1, 2) - (sqrt(2 * four / m) + four / m)
length_below = d - 5 * sqrt(d * eight)
flip_term = sqrt((C_0 + sqrt(four / 2)) / sqrt(m)) * sqrt(d + 4 * sqrt(d * log(8 * m / gamma)))
gradient_bound = sqrt(share_on) * sqrt(length_below) - C_0 - flip_term
brackets = (d >= 25 * eight) & (m >= 12 * four)
wide = (m >= 400 * Max(C_0**2, four)) & (d >= 20 * Max(C_0**2, eight))

lemma_b7 = paper.theorem(
    "lemma-B.7",
    "lower bound of the gradient",
    "Appendix B, Lemma B.7",
    r"With probability at least $1-\gamma$ for all $W$ of the lazy ball: $\|\nabla f(x;W)\|\geq"
    r"(\frac12-\sqrt{2\log(4/\gamma)/m}-\log(4/\gamma)/m)^{1/2}(d-5\sqrt{d\log(8/\gamma)})^{1/2}"
    r"-C_0-\sqrt{\frac1{\sqrt m}(C_0+\sqrt{\log(4/\gamma)/2})}(d+4\sqrt{d\log(8m/\gamma)})^{1/2}$; "
    r"there is $C$ such that it is at least $\frac14\sqrt d$ for $m\geq C\log(4/\gamma)$ and "
    r"$d\geq C\log(8m/\gamma)/m$.",
    hypotheses=SETTING,
    uses=("theorem-B.1", "equation-2", "lemma-B.4", "equation-7"),
    vacuity=tuple(
        SaysFrom(words, d, gradient_bound >= least_share * sqrt(d), {m: d ** Q(12, 5), **at})
        for at in (
            {C_0: Q(1, 10), gamma: Q(1, 10)},
            {C_0: 1, gamma: Q(1, 10)},
            {C_0: 10, gamma: Q(1, 10)},
            {C_0: 1, gamma: Q(1, 100)},
        )
        for words, least_share in (
            ("the bound is positive, at the narrowest width", 0),
            ("the bound is sqrt(d)/4, at the narrowest width", Q(1, 4)),
        )
    ),
    claims=(
        Probability(
            "gradient",
            least < gradient_bound,
            at_most=gamma,
            where=brackets,
            statement=r"$\inf_W\|\nabla f(x;W)\|$ is below the bound with probability at most "
            r"$\gamma$ (four events of $\frac\gamma4$), on a certified lower end of it, wherever "
            r"the brackets are positive; at $C_0=1$, $d=10^3$ and $10^4$ the bound is 0.6 to 0.85 "
            r"of that",
            note=r"no such gradient is seen: how loose the bound in the event is, its pin says, "
            r"what the least gradient is, start, drop and slope, and how the bound depends on "
            r"$\gamma$, share and length, on exact tails",
            mutants=(
                Mutant("without C_0", event=least < gradient_bound + C_0),
                Mutant(
                    "without the middle terms of the brackets",
                    event=least < sqrt(d) * Q(19, 20) - C_0,
                ),
                Mutant(
                    "all neurons are on: 1 for 1/2",
                    event=least < sqrt(share_on + Q(1, 2)) * sqrt(length_below) - C_0 - flip_term,
                ),
                Mutant("half of the root of d more", event=least < gradient_bound + sqrt(d) / 2),
            ),
        ),
        Probability(
            "clause",
            least < sqrt(d) / 4,
            at_most=gamma,
            where=wide,
            statement=r"for $m\geq C\max(C_0^2,\log\frac4\gamma)$, $d\geq C\max(C_0^2,"
            r"\log\frac8\gamma)$: $\inf_W\|\nabla f(x;W)\|\geq\frac14\sqrt d$ with probability at "
            r"least $1-\gamma$ (ours; 400 and 20 for the two $C$, a certified lower end)",
            cannot_fail="at the edge, d = 20 C_0^2, the least gradient is 0.52 sqrt(d), twice the "
            "bound, and 1.3 to 3.5 times in single draws: 1/4 stands for 1/sqrt(2) less what the "
            "ball takes, which start, drop and slope say",
            mutants=(
                Mutant("3/4 for 1/4", event=least < 3 * sqrt(d) / 4),
                Mutant("9/16 for 1/4", event=least < 9 * sqrt(d) / 16),
                Mutant("whatever C_0 is", where=(m >= 400 * four) & (d >= 20 * eight)),
            ),
        ),
        Limit(
            "clause-in-small-dimension",
            attained < sqrt(d) / 4,
            to=1,
            rate=0.5,
            tolerance=Q(1, 100),
            functional="proportion",
            where=(C_0 >= 2 * sqrt(d)) & (d >= 9),
            statement=r"at a fixed $9\leq d\leq\frac14C_0^2$ (ours): as $m\to\infty$ the "
            r"probability that some network of the ball has $\|\nabla f(x;W)\|<\frac14\sqrt d$ "
            r"tends to 1 (up to $10^{-9}$), whatever $\gamma$ is",
            printed=Printed(
                name="clause-as-printed",
                mended="clause",
                to=0,
                statement=r"at a fixed $d$ that probability tends to 0 as $m\to\infty$: for every "
                r"$C$ and $\gamma$ both $m\geq C\log(4/\gamma)$ and $d\geq C\log(8m/\gamma)/m$ are "
                r"met from some $m$ on",
                why=r"$d\geq C\log(8m/\gamma)/m$ says nothing once $m$ is large, but $\sqrt{d/2}-"
                r"0.818\,C_0$ is what is left of the gradient: $d\gtrsim C_0^2$ is needed, and "
                r"$d\gtrsim\log\frac1\gamma$ already at $W_0$ (Lemma 4.2). No $C$ helps",
                counterexample=r"$d=9$, $C_0=8$: from $m=500$ on every initialisation has a "
                r"network in its ball with $\|\nabla f\|<\frac34$; $d=100$, $C_0=10$, $m=10^3$ and "
                r"$10^4$: networks with $\|\nabla f\|<0.1$, most with 0, where $\frac14\sqrt "
                "d=2.5$",
                words=r"there is $C$ such that $m\geq C\log(4/\gamma)$ and "
                r"$d\geq C\log(8m/\gamma)/m$ give $\inf_W\|\nabla f(x;W)\|\geq\frac14\sqrt d$ with "
                r"probability at least $1-\gamma$",
            ),
        ),
        Inequality(
            "clause-by-the-bound",
            gradient_bound / sqrt(d),
            at_least=Q(1, 4),
            where=(m >= 600 * C_bar**2 * four) & (d >= 400 * C_bar**2 * eight),
            box={C_0: (1e-3, 1e3), gamma: (1e-30, Q(7, 10)), m: (1000, 1e80), d: (1000, 1e40)},
            note=r"ours: what the bound itself needs is of the same kind; $\log m$ does not enter, "
            r"as $d\geq\log(m)/m$",
            mutants=(Q(1, 2),),
        ),
        Inequality(
            "share",
            count_on,
            at_least=m * (Q(1, 2) - sqrt(2 * log(1 / gamma) / m) - log(1 / gamma) / m),
            note=r"$P(K\leq k_\gamma)=\gamma$ exactly: Bernstein's inequality with $v=m$, $c=1$",
            mutants=(m * (Q(1, 2) - sqrt(log(1 / gamma) / m) / 3),),
        ),
        Inequality(
            "length",
            chi_low,
            at_least=d - 5 * sqrt(d * log(2 / gamma)),
            note=r"$P(\chi^2_{d-1}\leq s_\gamma)=\gamma$ exactly, for every $\gamma$",
            mutants=(d - sqrt(d * log(2 / gamma)), d - 5 * log(2 / gamma) / sqrt(d)),
        ),
        Inequality(
            "one-less",
            d - 1 - 4 * sqrt(d * log(2 / gamma)),
            at_least=d - 5 * sqrt(d * log(2 / gamma)),
            scale=1 + sqrt(d * log(2 / gamma)),
            where=gamma <= 2 / sp.E,
            box={d: (1, 1e30), gamma: (1e-300, 1)},
            note=r"$d\geq1$, $\gamma<\frac2e$",
            mutants=(anywhere(),),
        ),
        Identity(
            "start",
            projected,
            (d - 1) / 2,
            note=r"at $W_0$ it is $\frac Km\chi^2_{d-1}$, $K$ neurons being on",
            mutants=(d - 1, d / 2, Mutant("half of the part along x kept", equals=(2 * d - 1) / 4)),
        ),
        Probability(
            "drop",
            loss > 1 + flipped_bound / C_0,
            at_most=2 * gamma,
            statement=r"the last line of the proof: $\|P\nabla f(x;W)\|\geq\|P\nabla f(x;W_0)\|-"
            r"C_0$ less (7) for all $W$, with probability at least $1-2\gamma$; true although (7) "
            r"alone is not, on a certified bound of the difference",
            note=r"the probability is far below gamma: how loose the bound in the event is, its "
            r"pin says, and what the loss is, slope: about $0.82\,C_0$, so that 7/8 for 1 "
            r"holds as well, and 3/4 wherever (7) is above $0.07\,C_0$",
            mutants=(
                Mutant("C_0/2", event=loss > Q(1, 2) + flipped_bound / C_0),
                Mutant("3 C_0/4", event=loss > Q(3, 4) + flipped_bound / C_0),
            ),
        ),
        Limit(
            "slope",
            loss,
            to=Q(1, 2) + 1 / pi,
            rate=0.5,
            tolerance=Q(1, 50) * (Q(1, 2) + 1 / pi),
            note=r"ours: in place of $C_0$ and the last term, $0.818\,C_0$ as $d/m\to0$, exactly "
            r"for the worst network of the ball along this direction",
            mutants=(Q(1, 2), 1, Q(1, 2) + 1 / (2 * pi)),
        ),
        Omega(
            "order",
            least,
            of=sqrt(d),
            functional="mean",
            corrections="power",
            note=r"$\Omega(\sqrt d)$, along $d$ with $m\sim d$ and $m\sim d^2$",
        ),
    ),
)

start_chance = observable(
    "start_chance",
    "P(|grad f(x; W_0)| < sqrt(d) / 4) for a large width, P(chi^2_d < d/8)",
    r"P(\chi^2_d<\tfrac d8)",
)
start_median = observable(
    "start_median",
    "median of |grad f(x; W_0)| / sqrt(d) for a large width",
    r"\mathrm{median}\frac{\|\nabla f_0\|}{\sqrt d}",
)

lemma_4_2 = paper.theorem(
    "lemma-4.2",
    "lower bound of the gradient, informally",
    "Section 4.2, Lemma 4.2",
    r"With probability at least $1-\gamma$: $\|\nabla f(x;W)\|\geq\frac14\sqrt d$ for all $W$ of "
    r"the lazy ball, provided that $m\geq\Omega(\log(1/\gamma))$ and "
    r"$d\geq\Omega(\log(m/\gamma)/m)$.",
    hypotheses=SETTING,
    uses=("lemma-B.7",),
    claims=(
        Inequality(
            "gradient-at-start",
            start_chance,
            at_most=gamma,
            where=d >= Q(5, 3) * log(1 / gamma),
            statement=r"already at $W_0$, for $m\to\infty$: $P(\|\nabla f(x;W_0)\|<\frac14\sqrt d)="
            r"P(\chi^2_d<\frac d8)\leq\gamma$ for $d\geq\frac53\log\frac1\gamma$",
            printed=Printed(
                where=None,
                why=r"$d\geq\Omega(\log(m/\gamma)/m)$ is met by every $d$ as $m\to\infty$, but "
                r"$d\gtrsim\log\frac1\gamma$ is needed; over the ball $d\gtrsim C_0^2$ too "
                r"(Lemma B.7)",
                counterexample=r"$d=1$: 0.276, $d=2$: 0.1175, and $\gamma=0.1$, $m\to\infty$",
                words=r"$P(\|\nabla f(x;W_0)\|<\frac14\sqrt d)\leq\gamma$ for "
                r"$m\geq\Omega(\log(1/\gamma))$ and $d\geq\Omega(\log(m/\gamma)/m)$",
            ),
        ),
        Limit(
            "share-of-the-root",
            start_median,
            to=1 / sqrt(2),
            rate=0.5,
            tolerance=1e-3,
            exact=True,
            note=r"ours: no constant above $1/\sqrt2$ in place of $\frac14$ is possible",
            mutants=(Q(3, 4), Q(1, 4)),
        ),
        *derivations(
            exponent=at_least(
                (log(8) - Q(7, 8)) / 2,
                Q(3, 5),
                r"why $\frac53$: $P(\chi^2_d<\frac d8)\leq e^{-\frac d2(\log8-\frac78)}\leq "
                r"e^{-3d/5}$",
                mutants=(Q(61, 100),),
            ),
        ),
    ),
)
