"""Two-layer networks when d/n diverges: Theorems 6 and 7, and the condition that is misprinted."""

from bounds.authoring import *
from bounds.xing2021.notation import *
from bounds.xing2021.notation_dense import *

growth = quantity("growth", "what vanishes in Theorem 5, (log n) sqrt(n / d)", log(n) * sqrt(n / d))
x = sp.Symbol("x", positive=True)


def along(dimension: Expr) -> Expr:
    """Return the growth along a dimension that depends on the sample size x."""
    return growth.definition.subs({n: x, d: dimension})


balanced = required(None, "the output weights of both signs have the same norm")
from_zero_with_slope = required(
    None, "training starts at zero, with a slope of ReLU at zero that is not zero"
)
reachable = observable("reachable", "some linear model meets the stopping rule")
stopped = observable("stopped", "training met the stopping rule", r"\{T<\infty\}")
risk_ratio = observable(
    "risk_ratio",
    "robust risk of the network at T, over v^2",
    r"R_{N,\xi}(\theta^{(T)},\epsilon)/v^2",
)
length_ratio = observable("length_ratio", "norm of the interpolator, over v", r"\|\theta(y)\|/v")

theorem_6 = paper.theorem(
    "theorem-6",
    "two-layer networks interpolate in high dimension",
    "Section 3.1, Theorem 6; proof in Appendix C",
    r"For $\phi$ as in Theorem 3, '$(\log n)\sqrt{d/n}\to\infty$', a zero or vanishing "
    r"initialisation, $\eta=\eta_{linear}h/\|a\|^2$, $\|a\|_\infty=O(1)$, "
    r"$\max|a_j|/\min|a_j|=\Theta(1)$, $(d\log n)\|a\|_\infty v/\sqrt{h}\to0$ and "
    r"$\sqrt{dn}(\log n)^2\|a\|_\infty v\sqrt{h}/\|a\|^2\to0$ and (for a vanishing initialisation "
    r"of size $h^{-\delta/2}$) $\sqrt{d\log n}\,(1+v^2\eta\|a\|^3/(h^{3/2}\xi)+L\eta v)^T/"
    r"h^{\delta/2}\to0$: with $T=\min\{t:"
    r"\|f_{\theta^{(t)}}-y\|/(v\sqrt{n})<1/\sqrt{\log n}\}$, $T<\infty$, "
    r"$\hat R_{N,\xi}/v^2\to0$ and $R_{N,\xi}/v^2\to1$ in probability.",
    hypotheses=(
        dimension_dominates_logarithm,
        regime(d * log(n) / sqrt(h), "the network is wide", tends_to=0),
        regime(sqrt(d * n) * log(n) ** 2 / sqrt(h), "the network is very wide", tends_to=0),
        isotropic,
        required(None, "training starts at zero, where the last printed condition is not needed"),
    ),
    uses=("theorem-3", "theorem-5", "lemma-1"),
    errata=(
        Erratum(
            printed=r"$(\log n)\sqrt{d/n}\to\infty$",
            correct=r"$\sqrt{d/n}/\log n\to\infty$, as in Theorem 5",
            why="log n stands on the wrong side. In its section, where d/n diverges, the printed "
            "condition says nothing; alone, it allows d < n, where nothing interpolates",
            counterexample=r"$d=n/2$, $\|\theta_0\|=\sigma=1$, $n=1000$: every linear model "
            r"leaves a residual of $0.5v\sqrt n$; the stop level is $0.38v\sqrt "
            "n$, so that $T$ is infinite for a linear network",
            refuted="stops-as-printed",
        ),
        Erratum(
            "the proof is similar to that of Theorem 4",
            "... to that of Theorem 3",
            "Theorem 4 is about ReLU, to which phi as in Theorem 3 does not belong",
            harmless=True,
            unjudged=MISPRINT,
        ),
    ),
    claims=(
        Limit(
            "stops-as-printed",
            reachable,
            to=1,
            functional="proportion",
            rate=0.5,
            expected="broken",
            because="with d = n/2 the printed condition holds, but the least-squares residual "
            "stays above the stop level from n = 55 on",
            statement=r"as printed, read without $d/n\to\infty$: $P(T<\infty)\to1$ for the linear "
            r"network along $d=n/2$",
        ),
        Limit(
            "stops",
            stopped,
            to=1,
            functional="proportion",
            rate=0.5,
            tolerance=0.02,
            statement=r"corrected: $P(T<\infty)\to1$ for sigmoid networks along $h\sim d^3$, "
            r"$d/n\to\infty$ (zone: 0.02)",
        ),
        Limit(
            "risk",
            risk_ratio,
            to=1,
            rate=0.5,
            tolerance=0.02,
            note=r"corrected, for sigmoid networks along $h\sim d^3$, with $\xi=0.01$ and with "
            r"$\xi=0.2$ (zone: 0.02)",
            mutants=(optimal_risk / V**2, Q(19, 20)),
        ),
        Unchecked(
            "training-loss",
            of_kind="limit",
            because=r"by the definition of $T$ the training loss is about $v^2/\log n$, so that "
            "$n$ must grow; for the conditions on $d$ and on $h$ to be below 0.1 it "
            r"takes $d=17\,900$ and $3\cdot10^9$ neurons already at $n=20$. The linear "
            "and the ReLU network (Theorems 5 and 7) are checked instead.",
            statement=r"$\hat R_{N,\xi}(\theta^{(T)},\epsilon)/v^2\to0$",
        ),
        BigO(
            "interpolator-norm",
            length_ratio,
            of=sqrt(n / d),
            corrections="power",
            mutants=(n / d,),
            printed=Printed(
                of=n / d,
                why="Lemma 1, which the proof quotes, is about the square of the norm",
                counterexample=r"$n=20$, $d=1000$: $0.135$, against $\sqrt{n/d}=0.141$ and "
                "$n/d=0.02$",
                harmless=True,
            ),
        ),
        *derivations(
            printed_allows_few_inputs=equal(
                sp.Limit(1 / (log(x) * sqrt(Q(1, 2))), x, oo),
                0,
                statement=r"the printed quantity $(\log n)\sqrt{d/n}$ diverges along $d=n/2$",
            ),
            needed_excludes_few_inputs=equal(
                sp.Limit(1 / along(x / 2), x, oo),
                0,
                statement=r"along $d=n/2$ the quantity of Theorem 5, $(\log n)\sqrt{n/d}$, "
                "diverges although it should vanish",
            ),
            printed_does_not_suffice=equal(
                sp.Limit(1 / along(x * log(x)), x, oo),
                0,
                statement=r"even with $d/n\to\infty$ the printed condition does not give that of "
                r"Theorem 5: along $d=n\log n$ its quantity diverges",
            ),
            powers_suffice=equal(
                sp.Limit(along(x ** Q(11, 10)), x, oo),
                0,
                statement=r"along $d=n^{1.1}$ both conditions hold: $(\log n)\sqrt{n/d}\to0$",
                mutants=(1,),
            ),
            intended_is_theorem_5=equal(
                at(sqrt(x) / log(n), {x: d / n}),
                1 / growth,
                statement=r"$\sqrt{d/n}/\log n\to\infty$ is the condition of Theorem 5",
                mutants=(Mutant("as printed", left=at(sqrt(x) * log(n), {x: d / n})),),
            ),
            level_falls_below=equal(
                sp.Limit(1 / sqrt(log(x)) / sqrt(1 - Q(1, 2)), x, oo),
                0,
                statement=r"along $d=n/2$ the stop level falls below the least-squares residual "
                r"$\sigma\sqrt{1-d/n}$",
            ),
            vacuous=at_least(
                (d * n * log(n) ** 4).subs({d: 1000, n: 20}),
                1_600_000,
                statement=r"$\sqrt{dn}(\log n)^2/\sqrt{h}<1$ needs $h>1.6\cdot10^6$ at $n=20$, "
                r"$d=1000$",
            ),
        ),
    ),
)

training_times_log = observable(
    "training_times_log",
    "surrogate training loss at T, over v^2 / log n",
    r"\hat R_{N,\xi}(\theta^{(T)},\epsilon)\log n/v^2",
)
stopped_with_few_inputs = observable(
    "stopped_with_few_inputs", "training met the stopping rule within 300 steps"
)

theorem_7 = paper.theorem(
    "theorem-7",
    "two-layer ReLU networks interpolate in high dimension",
    "Section 3.1, Theorem 7; proof in Appendix C",
    r"The conclusion of Theorem 6 holds for ReLU networks without bias from zero "
    r"initialisation, if $\|a^+\|=\|a^-\|$ and $\|a\|_\infty=O(1)$.",
    hypotheses=(
        dimension_dominates,
        required(xi > 0, "the attack is smoothed"),
        balanced,
        from_zero_with_slope,
        isotropic,
    ),
    uses=("theorem-4", "theorem-5", "theorem-6"),
    errata=(
        Erratum(
            printed=r"the conclusion, hence the conditions, of Theorem 6: $(\log n)\sqrt{d/n}\to"
            r"\infty$",
            correct=r"$\sqrt{d/n}/\log n\to\infty$, as in Theorem 5",
            why="read without its section's d/n that diverges, the printed condition allows d < n. "
            "With output weights of two signs a ReLU network from zero has 2d free coefficients, "
            "and for d < n/2 they do not interpolate (at d = n/2 they may)",
            counterexample=r"$d=n/8$, $\|\theta_0\|=\sigma=1$, $n=1000$, six neurons, no attack: "
            r"the residual comes to rest at $0.60v\sqrt n$; the stop level is "
            r"$0.38v\sqrt n$",
            refuted="stops-as-printed",
        ),
    ),
    claims=(
        Limit(
            "stops-as-printed",
            stopped_with_few_inputs,
            to=1,
            functional="proportion",
            rate=0.5,
            expected="broken",
            because="with $d=n/8$ the printed condition holds, but the $2d$ coefficients that a "
            r"ReLU network from zero can reach leave $0.6v\sqrt n$ of the residual",
            statement=r"as printed, read without $d/n\to\infty$: $P(T<\infty)\to1$ along $d=n/8$",
            routes="300 steps of training, after which the residual has come to rest",
        ),
        Limit(
            "stops",
            stopped,
            to=1,
            functional="proportion",
            rate=0.5,
            tolerance=0.02,
            statement=r"$P(T<\infty)\to1$ for data that are not symmetrised (zone: 0.02)",
        ),
        Limit(
            "risk",
            risk_ratio,
            to=1,
            rate=0.5,
            tolerance=0.02,
            note="zone: 0.02",
            mutants=(optimal_risk / V**2, Q(21, 20)),
        ),
        Limit(
            "training-loss-rate",
            training_times_log,
            to=1,
            rate=0.75,
            tolerance=0.02,
            note=r"along $d\sim n^3$: the training loss vanishes, logarithmically (zone: 0.02); "
            r"corrections are of order $1/n$: what one step takes off the loss, and $\sqrt{n/d}$",
            mutants=(Q(21, 20),),
        ),
    ),
)
