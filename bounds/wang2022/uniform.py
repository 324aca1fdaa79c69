"""The change of the gradient in every direction, for every network and input: Lemmas B.9, 4.4."""

from bounds.authoring import *
from bounds.wang2022.gradient import flip_term
from bounds.wang2022.net import (
    RADII,
    WIDE,
    as_printed,
    net_step,
    repaired,
    slope_in_direction,
    width_term,
)
from bounds.wang2022.notation import *
from bounds.wang2022.variation import L, flips_count, longest

SIZES = {d: (1, 1e80), m: (58, 1e200)}
ALL = {**SIZES, **RADII, gamma: (1e-100, 1)}
WITH_C_1 = {**ALL, C_1: (0.01, 100)}

LONG = d >= log(4 * m / gamma) ** 2
"""What the proof uses; the lemma asks for d >= log(4/gamma)^2 alone."""
CONFIDENT = LONG & (gamma >= Q(1, 100))

net_log = 2 * d * log(10 / net_step) + L
"""log(4/gamma) after gamma -> gamma (epsilon/10)^(2d)."""
reach = (4 * C_1 * sqrt(log(d) / d)) ** Q(1, 4)
"""(4 R sqrt(log d))^(1/4) at R = C_1 / sqrt(d)."""
others = C_0 + 3 * flip_term + 5 * flips_count * (longest + 3) + net_step * slope_in_direction


def before(radii: Expr) -> Expr:
    """Return what the net gives; ``radii`` is C_bar C_0 sqrt(log m + ...), or its repair."""
    return 2 * sqrt(net_log) * (reach + sqrt(net_log / m)) + others + 226 * radii


def between(radii: Expr) -> Expr:
    """Return the line before the last of the proof."""
    log_md = log(m * d)
    first = 6 * sqrt(d * log_md) * (reach + sqrt(6 * d * log_md / m))
    return first + 50 * d ** Q(1, 4) + 227 * radii


def bound(radii: Expr) -> Expr:
    """Return the right side of the lemma; ``radii`` is C_bar C_0, or its repair."""
    first = 9 * (C_1 * d**2 * log(m * d) ** 2 * sqrt(log(d) / d)) ** Q(1, 4)
    return first + 15 * d * log(m * d) / sqrt(m) + 327 * radii * d ** Q(1, 4)


printed_bound = bound(C_bar * C_0)
needed = C_bar * Max(1, C_0)

greatest_change = observable(
    "greatest_change",
    "certified upper bound of the change of the gradient, over all W, r and |delta| <= R",
    r"\sup_{W,r,\delta}\Phi",
    nonnegative=True,
)
variation = observable(
    "variation",
    "change of the gradient at W_0 for one delta of length C_1 / sqrt(d)",
    r"\|\nabla f(x)-\nabla f(x+\delta)\|",
    positive=True,
)


largest_factor = parameter("K", "logarithm of the constant in O", positive=True)


def squared_logarithm(exponent: Expr) -> Expr:
    """Return log^2(md) sqrt(log(d)/d) at m = exp(d^exponent)."""
    return (d**exponent + log(d)) ** 2 * sqrt(log(d) / d)


lemma_b9 = paper.theorem(
    "lemma-B.9",
    "change of the gradient in every direction, for all networks and inputs",
    "Appendix B, Lemma B.9",
    r"For $R\leq C_1/\sqrt d$, $\bar C=\max\{1,C_0\}$, $m\geq d^{2.4}$ and $d\geq\log(4/\gamma)^2"
    r"$, with probability at least $1-\gamma$, for all $W$ of the ball: $\sup_{\|r\|=1,\|\delta\|"
    r"\leq R}\Phi(r,\delta)\leq9(C_1d^2\log^2(md)\sqrt{\log(d)/d})^{1/4}+\frac{15d\log(md)}"
    r"{\sqrt m}+327\bar CC_0d^{1/4}$. For every $c>0$ it is at most $c\sqrt d$ if $\log^2(md)"
    r"\sqrt{\log(d)/d}$ and $\sqrt d\log(md)/\sqrt m$ are small enough, as for $m\leq O(\exp(d^"
    r"{0.24}))$.",
    hypotheses=(
        *SETTING,
        required(WIDE, "the network is wide"),
        required(d >= log(4 / gamma) ** 2, "the confidence is not too high"),
    ),
    uses=("lemma-B.8", "lemma-B.9-net", "lemma-B.9-subsets", "lemma-B.6"),
    errata=(
        Erratum(
            printed=r"$\log^2(md)\sqrt{\log(d)/d}=o(1)$, $d\log(md)/\sqrt m=o(\sqrt d)$ "
            r"$\Longrightarrow$ $m\leq O(\exp(d^{0.24}))$",
            correct=r"$d^{2.4}\leq m\leq O(\exp(d^{0.24}))$ implies both; so does any "
            r"exponent below $\frac14$ for 0.24",
            why="the arrow is reversed",
            counterexample=r"$m=\exp(d^{0.245})$: both quantities vanish, $m$ is not "
            r"$O(\exp(d^{0.24}))$",
            harmless=True,
        ),
        Erratum(
            printed=r"the union over the net only changes the first term of Lemma B.8",
            correct=r"the other terms need bounds that hold for all $\delta$ and all flipped "
            r"sets at once, as the proof has them for neighbours in the net",
            why=r"that the other terms do not depend on $(r,\delta)$ rests on the bound on "
            r"$S'_v$ in Lemma B.4, which is for one $\delta$; with "
            r"$\gamma(\varepsilon/10)^{2d}$ in all terms the bound is of order $d\log(md)$",
            counterexample="see union-of-all-terms",
            unjudged="what it rests on is refuted: Lemma B.4, perturbed-as-printed",
        ),
    ),
    vacuity=tuple(
        SaysFrom(words, d, printed_bound <= share * sqrt(d), {m: width, C_0: radius, C_1: attack})
        for words, share, radius, attack in (
            ("the bound is below sqrt(d)/4, that of Lemma B.7", Q(1, 4), 1, 1),
            ("the bound is below sqrt(d)/8, as Theorem 3.1 needs it", Q(1, 8), 1, 81),
            ("the bound is below sqrt(d)/8, as Theorem 3.1 needs it", Q(1, 8), 10, 225),
        )
        for width in (d ** Q(12, 5), exp(d ** Q(6, 25)))
    ),
    claims=(
        Probability(
            "for-all-networks",
            greatest_change > printed_bound,
            at_most=gamma,
            cannot_fail="the right side is some hundred times the left side at every size that can "
            "be simulated, and beyond sqrt(d)/4 until d = 10^23 (claim-vacuity); what the left "
            "side is, the claim size says",
            statement=r"$\sup_{W,r,\delta}\Phi$, by a certified upper bound, exceeds the "
            r"right side with probability at most $\gamma$; at these sizes the "
            r"right side is beyond what any network can do",
        ),
        Theta(
            "size",
            variation,
            of=sqrt(C_1) * d ** Q(1, 4),
            corrections="power",
            rate=1.0,
            amplitude=0.5,
            note=r"what the left side is at $W_0$ for one $\delta$ across $x$, whatever $m$; in "
            r"the mean square it is $\sqrt{d\theta/\pi}$, $\theta=\arctan(C_1/\sqrt d)$",
            mutants=(Mutant("the root of d", of=sqrt(C_1) * sqrt(d)),),
        ),
        Inequality(
            "net-logarithm",
            net_log,
            at_most=6 * d * log(m * d),
            box={**SIZES, gamma: ALL[gamma]},
            note=r"the first term of Lemma B.8 with $\gamma(\varepsilon/10)^{2d}$ for $\gamma$",
            mutants=(Mutant("without log 10", at_most=Q(8, 7) * d * log(m * d)),),
        ),
        Inequality(
            "fifty",
            others,
            at_most=50 * d ** Q(1, 4) + repaired,
            box=ALL,
            where=CONFIDENT,
            statement=r"all but the first term and the last is at most $50d^{1/4}+\bar "
            r"C\max(1,C_0)\sqrt{\log m+\frac2{\sqrt m}\log(8/\gamma)}$, for "
            r"$d\geq\log(4m/\gamma)^2$ and $\gamma\geq\frac1{100}$",
            mutants=(
                Mutant("any gamma", where=LONG),
                Mutant("any m", where=gamma >= Q(1, 100)),
                Mutant("25 for 50", at_most=25 * d ** Q(1, 4) + repaired),
            ),
        ),
        Inequality(
            "width-term",
            width_term,
            at_most=d ** Q(1, 4),
            box={**SIZES, gamma: ALL[gamma]},
            where=LONG,
            note=r"ours, a step to the line after it: for $d\geq\log(4m/\gamma)^2$",
            mutants=(Mutant("d >= log(4/gamma)^2", where=None),),
        ),
        Inequality(
            "coefficients",
            50 + 227 * needed,
            at_most=327 * needed,
            box=ALL,
            note=r"ours, a step to the last line",
            mutants=(
                Mutant("270 for 327", at_most=270 * needed),
                Mutant("C_bar C_0", left=50 + 227 * C_bar * C_0, at_most=327 * C_bar * C_0),
            ),
        ),
        Inequality(
            "first-line",
            before(repaired),
            at_most=between(repaired),
            box=WITH_C_1,
            where=CONFIDENT,
            statement=r"$2\sqrt{\ell}((4R\sqrt{\log d})^{1/4}+\sqrt{\ell/m})+\ldots+226\bar "
            r"C\max(1,C_0)\sqrt{\log m+\ldots}$, "
            r"$\ell=2d\log(10/\varepsilon)+\log(4/\gamma)$, is at most "
            r"$6\sqrt{d\log(md)}((4R\sqrt{\log "
            r"d})^{1/4}+\sqrt{6d\log(md)/m})+50d^{1/4}+227\bar "
            r"C\max(1,C_0)\sqrt{\log m+\ldots}$",
            printed=Printed(
                statement=r"the same with $\bar CC_0$ for $\bar C\max(1,C_0)$ in both, for "
                r"$d\geq\log(4/\gamma)^2$",
                where=None,
                left=before(as_printed),
                at_most=between(as_printed),
                why=r"$d\geq\log(4m/\gamma)^2$ is missing, without which $m$ has no upper "
                r"bound, and $\gamma$ must not be too small: "
                r"$5\sqrt{\log(4/\gamma)\log(4m/\gamma)}$ is $5\sqrt d$ at "
                r"$d=\log(4m/\gamma)^2=\log(4/\gamma)^2$",
                counterexample=r"$C_0=1$, $C_1=0.01$, $d=16$, $\gamma=0.1$, $m=10^{60}$: 2912 "
                "against 2870",
            ),
            mutants=(
                Mutant("2 for 6", at_most=between(repaired) - 4 * sqrt(d * log(m * d)) * reach),
            ),
        ),
        Inequality(
            "second-line",
            between(repaired),
            at_most=bound(needed),
            box=WITH_C_1,
            where=LONG,
            statement=r"$6\sqrt{d\log(md)}((4R\sqrt{\log "
            r"d})^{1/4}+\sqrt{6d\log(md)/m})+50d^{1/4}+227\bar "
            r"C\max(1,C_0)\sqrt{\log m+\ldots}$ is at most the right side with "
            r"$\bar C\max(1,C_0)$ for $\bar CC_0$",
            printed=Printed(
                statement=r"$6\sqrt{d\log(md)}((4R\sqrt{\log "
                r"d})^{1/4}+\sqrt{6d\log(md)/m})+50d^{1/4}+227\bar CC_0\sqrt{\log "
                r"m+\ldots}$ is at most the right side",
                left=between(as_printed),
                at_most=printed_bound,
                where=None,
                why=r"$d\geq\log(4m/\gamma)^2$ is missing, for the width term; and "
                r"$C_0\geq\frac12$, for $50+227\bar CC_0\leq327\bar CC_0$, or $\bar CC_0$ "
                r"must read $\bar C\max(1,C_0)$",
                counterexample=r"$C_0=C_1=1$, $d=25$, $m=d^{2.4}$, $\gamma=0.1$: 943 against "
                r"933; $C_0=\gamma=0.1$, $C_1=1$, $d=784$, $m=d^{2.4}$: 1066 "
                "against 924",
            ),
        ),
        Inequality(
            "whole",
            before(repaired),
            at_most=bound(needed),
            box=WITH_C_1,
            where=CONFIDENT,
            statement=r"what the net gives is at most the right side, both with $\bar "
            r"C\max(1,C_0)$ for $\bar CC_0$, for $d\geq\log(4m/\gamma)^2$ and "
            r"$\gamma\geq\frac1{100}$",
            printed=Printed(
                statement=r"what the net gives is at most the right side for "
                r"$d\geq\log(4/\gamma)^2$",
                where=None,
                left=before(as_printed),
                at_most=printed_bound,
                why=r"$C_0\geq\frac12$, $d\geq\log(4m/\gamma)^2$ and a lower bound on $\gamma$"
                " are missing",
                counterexample=r"$C_0=C_1=\gamma=0.1$, $d=25$, $m=10^{60}$: 496 against 306",
            ),
        ),
        Inequality(
            "union-of-all-terms",
            5 * sqrt(net_log) * sqrt(net_log + log(m)),
            at_least=Q(40, 7) * d * log(m * d),
            box={**SIZES, gamma: ALL[gamma]},
            statement=r"the last term of Lemma B.8 with $\gamma(\varepsilon/10)^{2d}$ for "
            r"$\gamma$ is at least $\frac{40}7d\log(md)$, which is not $o(\sqrt d)$",
            mutants=(Mutant("the square of log(md)", at_least=Q(40, 7) * d * log(m * d) ** 2),),
        ),
        *derivations(
            first_coefficient=at_most(6 * 4 ** Q(1, 4), 9, mutants=(8,)),
            second_coefficient=at_most(6 * sqrt(6), 15, mutants=(14,)),
            share_of_root=equal(
                printed_bound / sqrt(d),
                9 * (C_1 * log(m * d) ** 2 * sqrt(log(d) / d)) ** Q(1, 4)
                + 15 * sqrt(d) * log(m * d) / sqrt(m)
                + 327 * C_bar * C_0 * d ** -Q(1, 4),
                statement=r"the right side over $\sqrt d$ is $9(C_1A)^{1/4}+15B+327\bar CC_0d^{-1/4"
                r"}$, $A=\log^2(md)\sqrt{\log(d)/d}$, $B=\sqrt d\log(md)/\sqrt m$",
                where=(d > 1) & (m > 1),
            ),
            arrow=equal(
                sp.Limit(squared_logarithm(Q(6, 25)), d, oo),
                0,
                statement=r"$\log^2(md)\sqrt{\log(d)/d}\to0$ at $m=\exp(d^{0.24})$",
                mutants=(
                    Mutant("m = exp(d^(1/4))", left=sp.Limit(squared_logarithm(Q(1, 4)), d, oo)),
                ),
            ),
            arrow_back=equal(
                sp.Limit(squared_logarithm(Q(49, 200)), d, oo),
                0,
                statement=r"and at $m=\exp(d^{0.245})$ too: it does not imply "
                r"$m\leq O(\exp(d^{0.24}))$",
            ),
            arrow_as_printed=at_most(
                sp.Limit(d ** Q(49, 200) - d ** Q(6, 25), d, oo),
                largest_factor,
                expected="broken",
                because="the arrow is reversed",
                statement=r"$m\leq O(\exp(d^{0.24}))$ at $m=\exp(d^{0.245})$, where both "
                r"quantities vanish: $\log m-d^{0.24}$ stays bounded",
            ),
        ),
    ),
)

networks_change = observable(
    "networks_change",
    "certified upper bound of the same for all W, at one delta",
    r"\sup_W\|\nabla f(x;W)-\nabla f(x+\delta;W)\|",
    positive=True,
)
b = parameter("b", "exponent in m = d^b", positive=True)


def at_power(exponent: Expr) -> Expr:
    """Return the right side of Lemma B.9 over sqrt(d) at m = d^exponent, C_0 = C_1 = 1."""
    log_md = (1 + exponent) * log(d)
    first = 9 * d ** -Q(1, 8) * sqrt(log_md) * log(d) ** Q(1, 8)
    return first + 15 * d ** Q(1 - exponent, 2) * log_md + 327 * d ** -Q(1, 4)


def first_at_exponential(exponent: Expr) -> Expr:
    """Return its first term at m = exp(d^exponent)."""
    return 9 * d ** -Q(1, 8) * sqrt(d**exponent + log(d)) * log(d) ** Q(1, 8)


lemma_44 = paper.theorem(
    "lemma-4.4",
    "the gradient hardly changes, informally",
    "Section 4, Lemma 4.4",
    r"With probability at least $1-\gamma$, for all $W$ of the ball, $\sup\|\nabla f(x)-\nabla "
    r"f(x+\delta)\|\leq o(\sqrt d)$ over $\|\delta\|\leq O(1/\sqrt d)$, provided that $d^{2.4}\leq "
    r"m\leq O(\exp(d^{0.24}))$.",
    hypotheses=(*SETTING, required(WIDE, "the network is wide")),
    uses=("lemma-B.9",),
    claims=(
        BigO(
            "one-input",
            networks_change,
            of=d ** Q(1, 4),
            corrections="power",
            note=r"one $\delta$, all networks of the ball, on a certified upper bound: "
            r"$o(\sqrt d)$ with room",
            blunt=r"$m\sim d^{2.4}$ keeps $d$ below 31, too small a range to refute a smaller "
            "power; what it is at the start, size of Lemma B.9 says",
        ),
        Unchecked(
            "all-inputs",
            because=r"over all $\delta$ at once the certificates reach $\sqrt m$: the lemma is "
            r"the last sentence of Lemma B.9, whose right side is below $\frac14\sqrt d$"
            " from $d=10^{23}$ on (claim-vacuity)",
            of_kind="O",
            statement=r"$\sup_{W,\delta}\|\nabla f(x;W)-\nabla f(x+\delta;W)\|=o(\sqrt d)$ over "
            r"all $\delta$ at once",
        ),
        *derivations(
            lower_end=equal(
                sp.Limit(at_power(Q(12, 5)), d, oo),
                0,
                statement=r"at $m=d^{2.4}$ the right side of Lemma B.9 is $o(\sqrt d)$",
                mutants=(Mutant("m = d", left=sp.Limit(at_power(Q(1)), d, oo)),),
            ),
            upper_end=equal(
                sp.Limit(first_at_exponential(Q(6, 25)), d, oo),
                0,
                statement=r"at $m=\exp(d^{0.24})$ its first term is $o(\sqrt d)$",
                mutants=(
                    Mutant("m = exp(d^(1/4))", left=sp.Limit(first_at_exponential(Q(1, 4)), d, oo)),
                ),
            ),
            second_term=equal(
                (d * log(m * d) / sqrt(m) / sqrt(d)).subs(m, d**b),
                (1 + b) * d ** ((1 - b) / 2) * log(d),
                statement=r"at $m=d^b$, $\frac{d\log(md)}{\sqrt m}=(1+b)d^{1-b/2}\log d$, which is "
                r"$o(\sqrt d)$ if and only if $b>1$",
                mutants=((1 + b) * d ** (1 - b) * log(d),),
            ),
            first_term=equal(
                sp.Limit(log(first_at_exponential(Q(6, 25)) / log(d) ** Q(1, 8)) / log(d), d, oo),
                -Q(1, 200),
                statement=r"at $m=\exp(d^{0.24})$ its first term over $\sqrt d$ falls like "
                r"$d^{-0.005}$ up to logarithms",
                mutants=(-Q(1, 100),),
            ),
        ),
    ),
)
