"""What the proofs stand on: Theorems B.1 to B.3, equations (1) and (2)."""

from bounds.authoring import *
from bounds.wang2022.notation import *

n = parameter("n", "number of independent terms", integer=True, positive=True)
t = parameter("t", "deviation", positive=True)
v = parameter("v", "bound of the sum of the second moments", positive=True)
c = parameter("c", "growth of the higher moments", positive=True)
quantile = observable("quantile", "the s with P(S >= s) = exp(-t), exactly", "s_t")

theorem_b1 = paper.theorem(
    "theorem-B.1",
    "Bernstein's inequality, by moments",
    "Appendix B, Theorem B.1",
    r"Independent $z_i$ with $\sum E[z_i^2]\leq v$ and $\sum E[|z_i|^q]\leq\frac{q!}2vc^{q-2}$ for "
    r"$q\geq3$: $P(\sum(z_i-Ez_i)\geq\sqrt{2vt}+ct)\leq e^{-t}$ for all $t>0$.",
    claims=(
        Inequality(
            "quantile",
            quantile,
            at_most=sqrt(2 * v * t) + c * t,
            note=r"exactly, for four laws with the least $v$ and $c$ that they allow: $a\sigma(N)$ "
            r"of the paper's neurons ($v=\frac n2$, $c=1$ as there), exponential ($2n$, 1), "
            r"normal ($n$, $\frac23\sqrt{2/\pi}$), 0/1 with mean $p$ ($np$, $\frac13$), in any "
            "unit",
            mutants=(
                sqrt(v * t) + c * t,
                sqrt(2 * v * t) + c * t / 2,
                Mutant("v for its root", at_most=v * sqrt(2 * t) + c * t),
            ),
        ),
        Inequality(
            "normal",
            erfc(sqrt(t) + Q(2, 3) * t / sqrt(pi * n)) / 2,
            at_most=exp(-t),
            box={n: (1, 1e30), t: (1e-6, 600)},
            note=r"in closed form for normal $z_i$: $v=n$, $c=\frac23\sqrt{2/\pi}$",
            mutants=(exp(-2 * t),),
        ),
    ),
)

q = parameter("q", "order of the moment", integer=True, positive=True)
absolute_moment = observable(
    "absolute_moment", "E|z|^q of a standard normal, by quadrature", "E|z|^q"
)
double_factorial = observable("double_factorial", "(q-1)(q-3)...", "(q-1)!!")

equation_1 = paper.theorem(
    "equation-1",
    "absolute moments of a standard normal",
    "Appendix B, equation (1)",
    r"$E[|z|^q]\leq(q-1)!!\leq\frac{q!}2$.",
    claims=(
        Inequality("double-factorial", absolute_moment, at_most=double_factorial),
        Identity(
            "exact",
            absolute_moment,
            double_factorial * Piecewise((1, Eq(sp.Mod(q, 2), 0)), (sqrt(2 / pi), True)),
            exact=True,
            note="so even moments touch the bound",
        ),
        Inequality(
            "factorial",
            double_factorial,
            at_most=factorial(q) / 2,
            where=q >= 2,
            note=r"for $q\geq2$; $q=2$ touches it",
            mutants=(
                Mutant("q!! for (q-1)!!", left=double_factorial * q),
                factorial(q) / 3,
            ),
            printed=Printed(
                where=None,
                why=r"no order is excluded, but $0!!=1>\frac12$",
                counterexample=r"$q=1$: $E|z|=0.798\leq1$, and $1\leq\frac12$ is false",
                harmless=True,
            ),
        ),
        Inequality(
            "factorial-of-the-moment",
            absolute_moment,
            at_most=factorial(q) / 2,
            where=q >= 2,
            note=r"the outer inequality for $q\geq2$; Lemma B.8 uses it with $2q$",
            mutants=(anywhere(),),
        ),
    ),
)

ratio = parameter("ratio", "log(2/gamma) is at most so many times n", r"\kappa", positive=True)
chi_deviation = observable(
    "chi_deviation",
    "the w that |chi^2_n - n| exceeds with probability gamma, exactly",
    r"w_\gamma",
)
y = parameter("y", "deviation, relative to n", positive=True)
deviation_bound = 4 * sqrt(n * log(2 / gamma))

equation_2 = paper.theorem(
    "equation-2",
    "concentration of chi^2",
    "Appendix B, equation (2)",
    r"With probability at least $1-\gamma$: $|\sum_{s\leq n}z_s^2-n|\leq4\sqrt{n\log(2/\gamma)}$.",
    claims=(
        Inequality(
            "deviation",
            chi_deviation,
            at_most=deviation_bound,
            where=ratio <= 1,
            note=r"for $\log\frac2\gamma\leq n$; $P(|\sum z_s^2-n|>w_\gamma)=\gamma$ exactly",
            mutants=(deviation_bound / 2, 4 * sqrt(n) * log(2 / gamma) ** Q(1, 4)),
            printed=Printed(
                where=None,
                why=r"$\chi^2$ has exponential tails, so that a deviation of the order of "
                r"$\sqrt{n\log(1/\gamma)}$ is enough only while $\log\frac1\gamma\lesssim n$; the "
                r"paper uses it with $\gamma/m$ (there $\log\frac{2m}\gamma\lesssim d$ is needed) "
                r"and with $\gamma=\varepsilon$",
                counterexample=r"$n=1$, $\gamma=10^{-4}$: $|z^2-1|>4\sqrt{\log20000}=12.59$ has "
                r"probability $2.28\cdot10^{-4}$; for $n=1$ it is false from "
                r"$\gamma=3.5\cdot10^{-4}$ down",
                words=r"$P(|\sum z_s^2-n|>4\sqrt{n\log(2/\gamma)})\leq\gamma$ for all "
                r"$\gamma\in(0,1)$",
            ),
        ),
        Inequality(
            "wider-range",
            chi_deviation,
            at_most=deviation_bound,
            where=ratio <= Q(42, 25),
            note=r"ours: still for $\log\frac2\gamma\leq1.68n$, where the constant 4 is the least",
            mutants=(Mutant("up to 1.77 n", where=ratio <= Q(177, 100)),),
        ),
        Inequality(
            "exponent",
            y - log(1 + y),
            at_least=y**2 / 8,
            box={y: (1e-3, 5)},
            note=r"why: with $w=yn$ this is Chernoff's bound $P(\chi^2_n-n\geq w)\leq "
            r"e^{-w^2/16n}=\frac\gamma2$, and $\log\frac2\gamma\leq n$ is $y\leq4$; ours up to 5",
            mutants=(y**2 / 4,),
        ),
        Inequality(
            "exponent-below",
            -log(1 - y) - y,
            at_least=y**2 / 2,
            box={y: (1e-3, Q(999999, 1000000))},
            note="the same below n",
            mutants=(y**2,),
        ),
        Inequality(
            "two-terms",
            2 * sqrt(n * t) + 2 * t,
            at_most=4 * sqrt(n * t),
            where=t <= n,
            box={n: (1, 1e30), t: (1e-6, 1e30)},
            note=r"the same from Laurent and Massart, $t=\log\frac2\gamma$",
            mutants=(anywhere(),),
        ),
    ),
)

mean = parameter("p", "mean of the sum", positive=True)
tail = observable("tail", "P(S >= t), exactly", r"P(S\geq t)")

theorem_b2 = paper.theorem(
    "theorem-B.2",
    "Chernoff's inequality",
    "Appendix B, Theorem B.2",
    r"A sum $S$ of independent Bernoulli variables with mean $p$: for $t>p$, "
    r"$P(S\geq t)\leq e^{-p}(ep/t)^t$.",
    claims=(
        Inequality(
            "tail",
            tail,
            at_most=exp(-mean) * (exp(1) * mean / t) ** t,
            note=r"exactly, for equal and for unequal $\mu_i$; touched by one variable as $p\to1$",
            mutants=(exp(-mean) * (mean / t) ** t, exp(-t), exp(-mean) * (mean * 2 / t) ** t),
        ),
    ),
)

L = parameter("L", "Lipschitz constant", positive=True)
deviation_tail = observable(
    "deviation_tail", "P(|f(z) - E f(z)| >= t), exactly", r"P(|f(z)-Ef(z)|\geq t)"
)
upper_tail = observable(
    "upper_tail", "P(L |z| >= L sqrt(n) + t), exactly", r"P(L\|z\|\geq L\sqrt n+t)"
)

theorem_b3 = paper.theorem(
    "theorem-B.3",
    "Lipschitz functions of normal vectors",
    "Appendix B, Theorem B.3",
    r"$f$ with Lipschitz constant $L$, $z\sim N(0,I_n)$: "
    r"$P(|f(z)-Ef(z)|\geq t)\leq2e^{-t^2/2L^2}$ for all $t\geq0$.",
    claims=(
        Inequality(
            "tail",
            deviation_tail,
            at_most=2 * exp(-(t**2) / (2 * L**2)),
            note=r"exactly, for $L\|z\|$, $L\max z_i$ and $Lz_1$; slack: 1.9 for 2 holds too, the "
            r"one-sided form is touched (linear)",
            mutants=(2 * exp(-(t**2) / L**2), 2 * exp(-(t**2) / (2 * L))),
        ),
        Inequality(
            "linear",
            erfc(t / (sqrt(2) * L)),
            at_most=exp(-(t**2) / (2 * L**2)),
            box={t: (1e-6, 1e6), L: (1e-6, 1e6)},
            note=r"ours: $f(z)=Lz_1$ does without the factor 2, and touches that as $t\to0$",
            mutants=(exp(-(t**2) / (2 * L**2)) / 2,),
        ),
        Inequality(
            "norm",
            upper_tail,
            at_most=exp(-(t**2) / (2 * L**2)),
            note=r"one-sided and from $\sqrt n\geq E\|z\|$, as the proof of Lemma B.9 uses it",
            mutants=(exp(-(t**2) / L**2),),
        ),
    ),
)
