"""Neurons that change sign: Lemmas 4.3, B.4 and B.6."""

from bounds.authoring import *
from bounds.wang2022.notation import *

radius = parameter("V", "radius of the ball of weights, per neuron", positive=True)
switching = observable(
    "switching", "|S_v|: neurons that some network of the ball switches at x, by one that does",
    "|S_v|", nonnegative=True,
)  # fmt: skip
near = observable(
    "near", "neurons with |<w_s0, x>| <= V", r"|\{s:|w_{s,0}^\top x|\leq V\}|", nonnegative=True
)
tail_count = observable("tail_count", "the k with P(|S_v| >= k) = gamma, exactly", r"k_\gamma")
hoeffding = sqrt(m * log(1 / gamma) / 2)
switch_chance = erf(radius / sqrt(2))

x_norm = parameter("rho", "length of the input, x or x + delta", positive=True)
at_delta = observable(
    "at_delta", "neurons that some network of the ball switches at x + delta", r"|S'_v(\delta)|",
    nonnegative=True,
)  # fmt: skip
near_delta = observable(
    "near_delta",
    "neurons with |<w_s0, x + delta>| <= V",
    r"|\{s:|w_{s,0}^\top(x+\delta)|\leq V\}|",
    nonnegative=True,
)
nearly_delta = observable(
    "nearly_delta",
    "neurons with |<w_s0, x + delta>| <= (1 + R) V",
    r"|\{s:|w_{s,0}^\top(x+\delta)|\leq(1+R)V\}|",
    nonnegative=True,
)
at_some_delta = observable(
    "at_some_delta", "|S'_v|: neurons that some network switches at some x + delta, |delta| <= R",
    "|S'_v|", nonnegative=True,
)  # fmt: skip
some_chance = observable(
    "some_chance", "probability that a neuron is in S'_v, by quadrature", r"P(s\in S'_v)"
)
at_one_delta = observable(
    "at_one_delta", "neurons that the ball switches at one x + delta that is built for it",
    r"|S'_v(\delta^*)|", nonnegative=True,
)  # fmt: skip
count_bound = radius * m + hoeffding
perturbed_bound = count_bound * (1 + R)
half_ball = required(R <= Q(1, 2), "the perturbation is at most 1/2")

lemma_b4 = paper.theorem(
    "lemma-B.4",
    "number of neurons that change sign",
    "Appendix B, Lemma B.4",
    r"With probability at least $1-\gamma$: $|S_v|\leq|\{s:|w_{s,0}^\top x|\leq V\}|\leq Vm+"
    r"\sqrt{\frac{m\log(1/\gamma)}2}$ and $|S'_v|\leq|\{s:|w_{s,0}^\top(x+\delta)|\leq V\}|\leq"
    r"(Vm+\sqrt{\frac{m\log(1/\gamma)}2})(1+R)$; $S_v$ holds the neurons that some $W$ of the ball "
    r"of radius $V$ switches at $x$, and $S'_v$ those that some $W$ switches at some $x+\delta$, "
    r"$\|\delta\|\leq R\leq\frac12$.",
    hypotheses=(*SETTING, half_ball),
    claims=(
        Identity("set", switching, near, exact=True, note="equal, almost surely"),
        Inequality(
            "count",
            tail_count,
            at_most=count_bound,
            note=r"where $P(|S_v|\geq k_\gamma)=\gamma$ exactly: $|S_v|$ is binomial, with "
            r"$\mathrm{erf}(V/\sqrt2)$",
            mutants=(
                without(hoeffding, "without the root"),
                radius * sqrt(m) + hoeffding,
                radius * m + sqrt(log(1 / gamma) / 2),
            ),
        ),
        Inequality(
            "count-sharper",
            tail_count,
            at_most=m * switch_chance + hoeffding,
            note="ours: with the mean itself",
            mutants=(m * switch_chance + hoeffding * Q(9, 10),),
        ),
        Identity(
            "mean",
            switching,
            m * switch_chance,
            variance=m * switch_chance * (1 - switch_chance),
            note=r"about $0.798\,Vm$",
            mutants=(m * radius,),
        ),
        Inequality(
            "density",
            erf(radius / (sqrt(2) * x_norm)),
            at_most=2 * radius / (x_norm * sqrt(2 * pi)),
            box={radius: (1e-12, 1e3), x_norm: (1e-3, 1e3)},
            note=r"for $x$ of any norm $\rho$; printed with $\|x\|^2$, which is the same at norm 1",
            mutants=(Mutant("the square", at_most=2 * radius / (x_norm**2 * sqrt(2 * pi))),),
        ),
        Probability(
            "perturbed",
            at_delta > perturbed_bound,
            at_most=gamma,
            statement=r"for every fixed $\delta$, $\|\delta\|\leq R$: $|S'_v(\delta)|\leq"
            r"(Vm+\sqrt{m\log(1/\gamma)/2})(1+R)$ with probability at least $1-\gamma$",
            note="the probability is far below gamma: the mean, and that the factor $1+R$ is not "
            "needed, is perturbed-mean; the deviation is that of count-sharper",
            mutants=(
                Mutant("a constant instead of C_0 sqrt(m)", event=at_delta > 3 * m ** Q(1, 4)),
            ),
            printed=Printed(
                event=at_some_delta > perturbed_bound,
                why=r"every neuron of $S'_v$ may have a $\delta$ of its own, while Hoeffding's "
                r"inequality is used at one: a neuron is in $S'_v$ as soon as $|w_{s,0}^\top x|"
                r"\leq R\|w_{s,0}\|$, which is a constant share of all of them for "
                r"$R\sim1/\sqrt d$; a bound of this order for the largest count over $\delta$, "
                r"$O(Vm+d\log m)$, would serve the proofs",
                counterexample=r"$d=100$, $m=10^4$, $C_0=1$, $R=0.1$, $\gamma=0.1$: "
                r"$|S'_v|=6821$, bound 228; $d=25$, $m=400$, $R=0.2$: about 275, bound 50",
                words=r"$|S'_v|\leq(Vm+\sqrt{m\log(1/\gamma)/2})(1+R)$ with probability at least "
                r"$1-\gamma$, $S'_v=\{s:\exists\delta,\exists W:\ldots\}$",
            ),
        ),
        Identity(
            "perturbed-mean",
            at_delta,
            m * switch_chance,
            variance=m * switch_chance * (1 - switch_chance),
            note=r"the same law as $|S_v|$ for every fixed $\delta$: the neurons may move by "
            r"$V\|x+\delta\|$ there, so that the factor $1+R$ is not needed",
            mutants=(m * switch_chance * (1 + R), m * radius),
        ),
        Inequality(
            "threshold",
            at_delta,
            at_most=nearly_delta,
            printed=Printed(
                at_most=near_delta,
                why=r"$|v^\top(x+\delta)|\leq V\|x+\delta\|$, and that may be more than $V$; the "
                r"proof has $(1+R)V$",
                counterexample=r"$\delta=x/5$: neurons with $V<|w_{s,0}^\top(x+\delta)|\leq1.2V$",
                words=r"$|S'_v|\leq|\{s:|w_{s,0}^\top(x+\delta)|\leq V\}|$",
                harmless=True,
            ),
        ),
        Inequality(
            "perturbed-density",
            erf(radius * (1 + R) / (sqrt(2) * x_norm)),
            at_most=sqrt(2 / pi) * radius * (1 + R) / x_norm,
            where=(x_norm <= 1 + R) & (x_norm >= 1 - R),
            box={radius: (1e-12, 10), R: (0, Q(1, 2)), x_norm: (Q(1, 2), Q(3, 2))},
            statement=r"$P(|w_{s,0}^\top(x+\delta)|\leq V(1+R))\leq\sqrt{2/\pi}V(1+R)/\rho$, "
            r"$\rho=\|x+\delta\|$",
            printed=Printed(
                at_most=radius * (1 + R),
                why=r"$w_{s,0}^\top(x+\delta)$ has the variance $\|x+\delta\|^2$ and not 1; the "
                r"threshold that is needed is $V\|x+\delta\|$, and for that the bound is true",
                counterexample=r"$R=\frac12$, $\delta=-x/2$: the probability is near "
                r"$1.596\cdot V(1+R)$ for small $V$",
                words=r"$P(|w_{s,0}^\top(x+\delta)|\leq V(1+R))\leq V(1+R)$",
                harmless=True,
            ),
        ),
        Identity(
            "some-mean",
            at_some_delta,
            m * some_chance,
            note=r"$P(s\in S'_v)=E\,\mathrm{erf}((V+R\chi_{d-1})/\sqrt{2(1-R^2)})$: the angle "
            r"between a neuron and its kink shrinks by up to $\arcsin R$",
            mutants=(m * switch_chance,),
        ),
        Limit(
            "some-share",
            some_chance,
            to=erf(C_1 / sqrt(2)),
            rate=0.5,
            tolerance=0.01,
            exact=True,
            where=m >= C_0**2,
            note=r"along $d\to\infty$, $V=C_0/\sqrt m\to0$ from 1 on, $R=C_1/\sqrt d$: a constant "
            "share of the neurons",
        ),
        Probability(
            "one-perturbation",
            at_one_delta > perturbed_bound,
            at_least=Q(1, 2),
            note=r"ours: for $d\gtrsim\sqrt m$ the printed number is too small even for the "
            r"neurons that change at one $\delta$, $\|\delta\|\leq R=1/\sqrt d$, that solves "
            r"$w_{s,0}^\top(x+\delta)=0$ for many $s$ at once",
        ),
        *derivations(
            radius=equal(
                count_bound.subs(radius, C_0 / sqrt(m)),
                sqrt(m) * (C_0 + sqrt(log(1 / gamma) / 2)),
                r"for $V=C_0/\sqrt m$",
                mutants=(sqrt(m) * (C_0 + sqrt(log(1 / gamma))),),
            ),
            share=equal(
                (count_bound / m).subs(radius, C_0 / sqrt(m)),
                (C_0 + sqrt(log(1 / gamma) / 2)) / sqrt(m),
                "as equation (7) uses it",
                mutants=((C_0 + sqrt(log(1 / gamma) / 2)) / m,),
            ),
        ),
        Inequality(
            "share-bound",
            C_0 + sqrt(log(1 / gamma) / 2),
            at_most=C_0 + sqrt(log(4 / gamma)),
            box={C_0: (0, 1e6), gamma: (1e-300, Q(999, 1000))},
            note="as Lemma B.8 uses it",
        ),
    ),
)

lemma_4_3 = paper.theorem(
    "lemma-4.3",
    "number of neurons that change sign, in the lazy ball",
    "Section 4.2, Lemma 4.3",
    r"With probability at least $1-\gamma$: $|S_v|\leq C_0\sqrt m+\sqrt{\frac{m\log(1/\gamma)}2}$ "
    r"for $V=C_0/\sqrt m$.",
    hypotheses=SETTING,
    uses=("lemma-B.4",),
    claims=(
        Inequality(
            "count",
            tail_count,
            at_most=C_0 * sqrt(m) + hoeffding,
            note="exactly",
            mutants=(C_0 * m ** Q(1, 4) + hoeffding, C_0 + hoeffding),
        ),
        Theta(
            "order",
            switching,
            of=C_0 * sqrt(m),
            functional="mean",
            corrections="power",
            note=r"ours: along $m$, and along $C_0$ with $m\sim C_0^2$",
        ),
        *derivations(
            limit=equal(
                sp.Limit(m * erf(C_0 / sqrt(2 * m)) / sqrt(m), m, oo),
                sqrt(2 / pi) * C_0,
                r"ours: $E|S_v|/\sqrt m\to0.798\,C_0$",
                mutants=(C_0,),
            ),
        ),
    ),
)

epsilon = parameter("epsilon", "distance of two perturbations", r"\varepsilon", positive=True)
sigma = parameter("sigma", "|x + delta|", r"\sigma", positive=True)
t = parameter("t", "threshold", positive=True)
flipped = observable(
    "flipped",
    "share of neurons with another sign at x + delta than at x",
    r"\text{share with another sign}",
)
unsettled = observable(
    "unsettled",
    "share of neurons for which some W and some delta' have another sign than delta",
    nonnegative=True,
)
unsettled_chance = observable(
    "unsettled_chance", "its mean, the probability of (4), by quadrature", "P_4"
)
turn = log(2 / epsilon)
ball_bound = (1 + R + epsilon) * radius
switch_bound = 2 * epsilon * (sqrt(d) + 2 * sqrt(d * turn)) + ball_bound
long_neuron = sqrt(d + 4 * sqrt(d * turn))
cosine = parameter("kappa", "cosine of the angle between delta and x", r"\kappa", real=True)
small_and_large = {d: (1, 1e30), epsilon: (1e-30, Q(999, 1000))}

lemma_b6 = paper.theorem(
    "lemma-B.6",
    "probability that a neuron changes sign",
    "Appendix B, Lemma B.6, equations (3) and (4)",
    r"For $\|\delta\|\leq R\leq\frac12$: (3) $P(\mathrm{sign}(w_{s,0}^\top x)\neq\mathrm{sign}"
    r"(w_{s,0}^\top(x+\delta)))\leq R\sqrt{2\log d}+\frac1d$; (4) the probability that some "
    r"$\delta'\in\mathcal{B}_2(\delta,\varepsilon)$ and some $W$ of the ball of radius $V$ have "
    r"$\mathrm{sign}(w_s^\top(x+\delta))\neq\mathrm{sign}(w_s^\top(x+\delta'))$ is at most "
    r"$2\varepsilon(\sqrt d+2\sqrt{d\log(2/\varepsilon)})+(1+R+\varepsilon)V$.",
    hypotheses=(*SETTING, half_ball),
    uses=("equation-2",),
    claims=(
        Inequality(
            "initial",
            asin(R) / pi,
            at_most=R * sqrt(2 * log(d)) + 1 / d,
            box={R: (1e-30, Q(1, 2)), d: (1, 1e30)},
            statement=r"(3): the probability is $\theta/\pi\leq\arcsin(R)/\pi\leq "
            r"R\sqrt{2\log d}+\frac1d$, $\theta$ the angle between $x$ and $x+\delta$",
            mutants=(R**2 * sqrt(2 * log(d)) + 1 / d, R / 4 + 1 / d),
        ),
        Identity(
            "initial-exact",
            flipped,
            theta / pi,
            variance=theta / pi * (1 - theta / pi) / m,
            note=r"neither the logarithm nor $\frac1d$ is needed",
            mutants=(theta / pi**2, 2 * theta / pi),
        ),
        Inequality(
            "switch",
            unsettled_chance,
            at_most=switch_bound,
            note=r"(4) for every $\varepsilon\in(0,1)$, exactly: $P_4=E\,\mathrm{erf}((V+\chi_{d-1}"
            r"\sin\phi)/(\sqrt2\cos\phi))$ with $\sin\phi=\varepsilon/\|x+\delta\|$, 1 from "
            r"$\varepsilon=\|x+\delta\|$ on",
            mutants=(
                2 * epsilon * (1 + 2 * sqrt(turn)) + ball_bound,
                epsilon * (sqrt(d) + 2 * sqrt(d * turn)) / 5 + ball_bound,
                without(ball_bound, "only W_0"),
                switch_bound - ball_bound / 2,
            ),
        ),
        Identity(
            "switch-exact",
            unsettled,
            unsettled_chance,
            note=r"$s$ counts if $\|w_{s,0}\|\sin(\alpha_s-\phi)\leq V$, $\alpha_s$ the angle "
            r"between $w_{s,0}$ and the plane across $x+\delta$",
        ),
        Inequality(
            "interval",
            erf(t / (sqrt(2) * sigma)),
            at_most=sqrt(2 / pi) * t / sigma,
            where=sigma >= Q(1, 2),
            box={t: (1e-12, 100), sigma: (Q(1, 2), Q(3, 2))},
            statement=r"$P(|w_{s,0}^\top(x+\delta)|\leq t)\leq\sqrt{2/\pi}\,t/\sigma$ with "
            r"$\sigma=\|x+\delta\|\geq\frac12$",
            printed=Printed(
                at_most=t,
                why=r"$\|\delta\|\leq\frac12$ gives $\sigma\geq\frac12$ and not $\sigma^2\geq"
                r"\frac12$, and even with that the density is at most $t$ only for $\sigma\geq"
                r"0.798$; the slack of the other terms saves (4)",
                counterexample=r"$\sigma=\frac12$, $t\to0$: $1.596\,t$; $\sigma^2=\frac12$: "
                r"$1.128\,t$",
                words=r"$P(|w_{s,0}^\top(x+\delta)|\leq t)\leq t$, since $\sigma^2\geq\frac12$",
                harmless=True,
            ),
        ),
        Inequality(
            "length",
            long_neuron,
            at_most=sqrt(d) + 2 * sqrt(turn),
            box=small_and_large,
            note=r"with which $\varepsilon\sqrt{2\log(2/\varepsilon)}$ would be enough",
        ),
        Inequality(
            "sum",
            epsilon + epsilon * long_neuron + ball_bound,
            at_most=switch_bound,
            box={**small_and_large, radius: (1e-30, 1e3), R: (0, Q(1, 2))},
            printed=Printed(
                at_most=None,
                at_least=switch_bound,
                why="the last sign of the proof is an inequality",
                counterexample=r"$d=1$, $V=0$, $\varepsilon=\frac12$: 1.70 and 3.35",
                words=r"$\varepsilon+\varepsilon\sqrt{d+4\sqrt{d\log(2/\varepsilon)}}+"
                r"(1+R+\varepsilon)V=2\varepsilon(\sqrt d+2\sqrt{d\log(2/\varepsilon)})+"
                r"(1+R+\varepsilon)V$",
                harmless=True,
            ),
        ),
        *derivations(
            angle=equal(
                (1 + R * cosine) ** 2 - (1 - R**2) * (1 + 2 * R * cosine + R**2),
                R**2 * (R + cosine) ** 2,
                r"so $\cos^2\theta\geq1-R^2$, and $\theta\leq\arcsin R$",
                mutants=(R**2 * cosine**2,),
            ),
            threshold=equal(
                (t + (1 + R) * radius).subs(t, epsilon * (long_neuron + radius)),
                epsilon * long_neuron + (1 + R + epsilon) * radius,
                r"with $t=\varepsilon(\sqrt{d+4\sqrt{d\log(2/\varepsilon)}}+V)$",
                mutants=(epsilon * long_neuron + (1 + R) * radius,),
            ),
        ),
    ),
)
