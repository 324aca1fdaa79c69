"""From which sizes on the smooth theorem says anything, and how its assumptions interact."""

from bounds.authoring import *
from bounds.wang2024.notation import *

smallest_C = observable(
    "smallest_C", "smallest C that meets the condition of Lemma B.9", r"C_{\min}", positive=True
)
smallest_n = observable("smallest_n", "n that (5) asks for", r"n_{\min}", positive=True)
smallest_d = observable("smallest_d", "d that (1) and (A1) ask for", r"d_{\min}", positive=True)
smallest_mu = observable("smallest_mu", "|mu| that (1) and (A1) ask for", r"\|\mu\|_{\min}")
step_digits = observable(
    "step_digits", "decimal logarithm of the largest step that (4) allows", r"\log_{10}\eta_{\max}"
)
iteration_digits = observable(
    "iteration_digits",
    "decimal logarithm of the iterations to a loss of 0.1",
    r"\log_{10}\bar T(0.1)",
)
other_condition = observable(
    "other_condition", "smallest C that meets the other conditions of the proofs"
)
flip_condition = observable(
    "flip_condition", "smallest C for which flipped labels weigh little enough in Lemma B.14"
)
largest_share = observable(
    "largest_share", "largest share of flipped labels that (2) allows", r"\beta_{\max}"
)
largest_attack = observable(
    "largest_attack",
    "largest alpha / mu that (1) and item 3 of Theorem 3.1 allow",
    r"\alpha_{\max}/\|\mu\|",
)
u = parameter("u", "1 / sqrt(C)", positive=True)

level = gamma**2 / (8 * C_1 * C_r)
linear, square = C_1 + 2 * sqrt(C_1), C_1 + 1
two_samples = r"with $m=2$, $\delta=0.1$"
least_C = ((linear + sqrt(linear**2 + 4 * square * level)) / (2 * level)) ** 2
"""Where the condition of Lemma B.9, quadratic in 1/sqrt(C), is met with equality."""
least_n = least_C * log(m / delta)

claim_vacuity = paper.theorem(
    "claim-vacuity",
    "from which sizes on Theorem 3.1 says anything",
    "Appendix B.1: the conditions 'C sufficiently large' made explicit; derived here",
    r"For $\gamma\geq\frac12$ the binding condition on $C$ is that of Lemma B.9: "
    r"$C_r[\frac{C_1}C+\frac{C_1}{\sqrt C}+2\sqrt{\frac{C_1}C}+\frac1C]\leq\frac{\gamma^2}"
    r"{8C_1}$. With (1), (5) and (A1) it asks for $C\geq8\cdot10^{13}$, $n\geq C\log\frac m"
    r"\delta$, $\|\mu\|\geq C\sqrt n$ and $d\geq C^3n^2\geq10^{70}$, at best "
    r"($\kappa=\gamma=1$; numbers for $m=2$, $\delta=0.1$), and then for steps below $10^{-155}$ "
    r"and more than $10^{272}$ of them.",
    uses=("lemma-B.4",),
    vacuity=tuple(
        Asks(words, number, {kappa: 1, gamma: slope, m: 2, delta: Q(1, 10)})
        for slope in (1, Q(1, 2))
        for words, number in (
            ("the constant C of Theorem 3.1, at least", least_C),
            ("the samples n >= C log(m/delta) of (5)", least_n),
            ("the dimension d >= C^3 n^2 of (1) and (A1)", least_C**3 * least_n**2),
        )
    ),
    claims=(
        Identity(
            "smallest-C",
            smallest_C,
            ((linear + sqrt(linear**2 + 4 * square * level)) / (2 * level)) ** 2,
            exact=True,
            statement=r"the condition is quadratic in $1/\sqrt C$; its root agrees with the "
            r"condition itself, at equality in (1)",
            mutants=lambda: (
                Mutant(
                    "without the terms of the attack",
                    equals=((C_1 + sqrt(C_1**2 + 4 * C_1 * level)) / (2 * level)) ** 2,
                ),
                Mutant(
                    "gamma^2 / (4 C_1)",
                    equals=((linear + sqrt(linear**2 + 8 * square * level)) / (4 * level)) ** 2,
                ),
            ),
        ),
        Inequality(
            "constant",
            smallest_C,
            at_least=8 * 10**13,
            statement=r"$C\geq8\cdot10^{13}$ whatever $\kappa\leq1$ and $\gamma\leq1$",
        ),
        Inequality(
            "in-class",
            smallest_C,
            at_least=10**15,
            where=kappa <= log(2),
            statement=r"$C\geq10^{15}$ inside Definition 2.1, where $\kappa\leq\log2$",
            mutants=(10**16,),
        ),
        Inequality("dimension", smallest_d, at_least=3.9e70, note=two_samples, mutants=(1e72,)),
        Inequality(
            "samples",
            smallest_n,
            at_least=2.4e14,
            statement=r"$n\geq2.4\cdot10^{14}$, " + two_samples,
            mutants=(1e15,),
        ),
        Inequality("signal", smallest_mu, at_least=1.3e21, note=two_samples, mutants=(1e22,)),
        Inequality("step", step_digits, at_most=-155, note=two_samples, mutants=(-157,)),
        Inequality("iterations", iteration_digits, at_least=272, note=two_samples, mutants=(275,)),
        Inequality(
            "binding",
            other_condition,
            at_most=smallest_C / 30,
            where=gamma >= Q(1, 2),
            statement=r"for $\gamma\geq\frac12$ all other conditions (C3, C4, second case of B.9, "
            r"B.10, B.14, B.15, $32C_2/\gamma^2$) ask for at most a thirtieth of it",
            mutants=(smallest_C / 1000,),
        ),
        Inequality(
            "binding-small-slope",
            flip_condition,
            at_least=smallest_C,
            where=gamma <= Q(1, 20),
            statement=r"for $\gamma\leq\frac1{20}$ flipped labels bind: $C_r(\frac1C+"
            r"\sqrt{\frac2C})(1+\frac{9+\gamma^2(1-\gamma^2)}{\gamma^4})\leq\frac14$ of Lemma B.14",
        ),
        Inequality(
            "noise", largest_share, at_most=1.2e-14, note="no more is covered", mutants=(1e-14,)
        ),
        Inequality(
            "attack",
            largest_attack,
            at_most=1.3e-21,
            note=two_samples + ", at the smallest sizes",
            mutants=(1e-21,),
        ),
        *derivations(
            quadratic=equal(
                (C_1 / C + C_1 / sqrt(C) + 2 * sqrt(C_1 / C) + 1 / C).subs(C, 1 / u**2),
                square * u**2 + linear * u,
                statement=r"with $u=1/\sqrt C$ the bracket is $(C_1+1)u^2+(C_1+2\sqrt{C_1})u$",
                mutants=(C_1 * u**2 + linear * u,),
            )
        ),
    ),
)

largest_ratio = observable(
    "largest_ratio", "largest alpha / mu within (1), (6) and item 3, over all mu and d"
)
ratio_at_signal_size = observable(
    "ratio_at_signal_size", "largest alpha / mu within (1), (6) and item 3, at d = C n mu^2"
)
relaxed_ratio = observable(
    "relaxed_ratio", "largest alpha / mu with (1) relaxed as the paper says it can be"
)
allowed_ratio = observable(
    "allowed_ratio",
    "largest alpha / mu within (1), (6) and item 3, over all d",
    r"\alpha_{\max}/\|\mu\|",
    nonnegative=True,
)
L = parameter("L", "log(m d / (n delta))", positive=True)

A1 = d <= mu**4 / C
both = And(d >= C * Max(mu**2 * n, n**2 * log(n / delta)), A1)
without_1 = Mutant("without (1)", given=A1)

claim_interplay = paper.theorem(
    "claim-interplay",
    "what the assumptions imply together",
    "Assumption 1, (A1), (B2) and item 3 of Theorem 3.1; the discussion in Section 3.4",
    r"(1) and (A1) imply $\|\mu\|^2\geq C^2n$ and $d\geq C^3n^2$, so the clean "
    r"exponent $\frac{n\|\mu\|^4}{C^2d}$ is at least $\frac nC$. (1) and the condition of item 3 "
    r"allow only $\frac\alpha{\|\mu\|}\leq\min\{C^{-3/2},C^{-3/4}n^{-1/4}\}$.",
    errata=(
        Erratum(
            printed=r"$\alpha$ may be $O(\|\mu\|)$ when $d=\Theta(n\|\mu\|^2)$",
            correct=r"only with (1) relaxed to $d\geq C\max\{\|\mu\|^2n,n^2\log(n/\delta)\}$",
            why=r"as stated, (1) also asks for $d\geq Cn^2\alpha^2$, which at $d=Cn\|\mu\|^2$ is "
            r"$\alpha\leq\|\mu\|/\sqrt n$",
            counterexample=r"$C=10$, $n=10^6$, $d=10^7\|\mu\|^2$: $\alpha$ is at most "
            r"$\|\mu\|/1000$",
            harmless=True,
            refuted="signal-size",
            mended="signal-size-relaxed",
        ),
    ),
    claims=(
        Inequality(
            "signal",
            mu**2,
            at_least=C**2 * n,
            given=both,
            note="by (1) and (A1)",
            mutants=(power(C, 1), power(n, 1), factor(2), without_1),
        ),
        Inequality(
            "dimension",
            d,
            at_least=C**3 * n**2,
            given=both,
            note="by (1) and (A1)",
            mutants=(power(C, 1), power(n, 1), factor(4), without_1),
        ),
        Inequality(
            "clean-exponent",
            n * mu**4 / (C**2 * d),
            at_least=n / C,
            given=A1,
            note="by (A1)",
            mutants=(n,),
        ),
        Inequality(
            "attack",
            allowed_ratio,
            at_most=Min(C ** -Q(3, 2), C ** -Q(3, 4) * n ** -Q(1, 4)),
            note="by (1) and item 3",
            mutants=(factor(Q(1, 2)), 1 / C**2),
        ),
        Omega(
            "signal-size",
            ratio_at_signal_size,
            of=1,
            exact=True,
            corrections="power",
            expected="broken",
            because=r"assumption (1) contains $d\geq Cn^2\alpha^2$",
            statement=r"as printed: at $d=\Theta(n\|\mu\|^2)$ the attack may be of the size of "
            r"the signal",
        ),
        Theta(
            "signal-size-relaxed",
            relaxed_ratio,
            of=1,
            exact=True,
            corrections="power",
            statement=r"corrected: so it may with the relaxed (1)",
            mutants=(power(n, -Q(1, 4)),),
        ),
        Theta(
            "any-dimension",
            largest_ratio,
            of=n ** -Q(1, 4),
            exact=True,
            corrections="power",
            statement=r"with (1) as stated, whatever $d$ and $\|\mu\|$, it shrinks like "
            r"$n^{-1/4}$",
        ),
        *derivations(
            signal_from_dimension=equal(
                (mu**4 / C - C * n * mu**2) / (mu**2 / C),
                mu**2 - C**2 * n,
                statement=r"$Cn\|\mu\|^2\leq d\leq\|\mu\|^4/C$ leaves room only for "
                r"$\|\mu\|^2\geq C^2n$",
                mutants=(mu**2 - C * n,),
            ),
            strictest=equal(
                at(n * mu**4 / (C**2 * L), {mu: (C * d) ** Q(1, 4)}),
                d * n / (C * L),
                statement=r"(B2) allows $d$ up to $n\|\mu\|^4/(C^2L)$, $L=\log\frac{md}{n\delta}$, "
                r"which at the largest $d=\|\mu\|^4/C$ of (A1) is $\frac n{CL}d$. So (A1), "
                r"not (B2), is the stricter one as soon as $n>CL$",
            ),
        ),
    ),
)
