"""The noise of the clusters: Definition 2.1, Propositions B.18, B.20 and B.23."""

from bounds.authoring import *
from bounds.wang2024.notation import *

sigma = parameter("sigma", "standard deviation of a normal coordinate", positive=True)
psi_2 = observable("psi_2", "sub-Gaussian norm of a coordinate", r"\|X\|_{\psi_2}", positive=True)
psi_2_of_law = observable(
    "psi_2_of_law", "sub-Gaussian norm of a coordinate of a law of the checks", r"\|X\|_{\psi_2}"
)
second_moment = observable("second_moment", "E X^2", "EX^2")
smallest_curvature = observable(
    "smallest_curvature", "smallest second difference quotient of -log density", r"\min(-\log p)''"
)
total_variation = observable(
    "total_variation", "distance between (x, y) and (x, y_c) for independent flips", r"d_{TV}"
)

z = sp.Symbol("z", real=True)
density = exp(-(z**2) / (2 * sigma**2)) / (sigma * sqrt(2 * pi))

definition_2_1 = paper.theorem(
    "definition-2.1",
    "two mirrored clusters with flipped labels",
    "Section 2.1, Definition 2.1",
    r"$x=y_c\mu+\xi$ with a fair sign $y_c$; the coordinates of $\xi$ are independent, "
    r"centred, with sub-Gaussian norm at most 1, the law of $\xi$ is $\lambda$-strongly "
    r"log-concave, and $E\|\xi\|^2\geq\kappa d$ for some $\kappa\in(0,1)$. The label $y$ has total "
    r"variation distance at most $\beta$ from $y_c$, given $x$. The proofs take "
    r"$\|X\|_{\psi_2}=\min\{t:E\,e^{X^2/t^2}\leq2\}$ for the sub-Gaussian norm.",
    hypotheses=(required(beta <= Q(1, 2), "at most half of the labels are flipped"),),
    errata=(
        Erratum(
            printed=r"$0<\kappa<1$",
            correct=r"$0<\kappa\leq\log2$",
            why="by Jensen's inequality a sub-Gaussian norm of at most $1$ forces "
            r"$EX^2\leq\log2$, so larger values of $\kappa$ are never met",
            counterexample=r"$X=\pm\sqrt{\log2}$ has norm $1$ and the largest variance, $0.693$",
            harmless=True,
            unjudged="true as printed: nothing has the values that are too large",
        ),
    ),
    claims=(
        Inequality(
            "variance",
            second_moment,
            at_most=log(2) * psi_2**2,
            note=r"hence $\kappa\leq\log2$",
            mutants=(
                psi_2**2 / 2,
                replaced(log(2), 1, "1 for log 2, as the proofs use").weaker(
                    "log 2 is attained by a fair sign"
                ),
            ),
        ),
        Identity(
            "normal-norm",
            psi_2,
            sqrt(Q(8, 3)) * sigma,
            exact=True,
            tolerance=1e-8,
            statement=r"$\|N(0,\sigma^2)\|_{\psi_2}=\sigma\sqrt{8/3}$",
            mutants=(sqrt(2) * sigma,),
        ),
        Inequality(
            "small-normal",
            psi_2,
            at_most=1,
            where=sigma <= sqrt(Q(3, 8)),
            note=r"for $X\sim N(0,\sigma^2)$ with $\sigma^2\leq\frac38$",
            mutants=(Mutant("for sigma^2 <= 1/2", where=sigma <= 1 / sqrt(2)),),
            printed=Printed(
                where=Eq(sigma, 1),
                name="standard-normal",
                statement=r"the standard Gaussian cluster is a special case of Definition 2.1: "
                r"$\|N(0,1)\|_{\psi_2}\leq1$ in the norm of the proofs",
                why=r"with the norm that the proofs use ($Ee^{X^2}\leq2$ for norm $1$), a "
                r"standard normal variable has norm $\sqrt{8/3}$. Rescaling the data by "
                r"$\sqrt{3/8}$ puts it into the class",
                counterexample=r"$X\sim N(0,1)$: $Ee^{X^2}$ is infinite, the norm is $1.633$",
                harmless=True,
            ),
        ),
        Inequality(
            "other-laws",
            psi_2_of_law,
            at_most=1,
            note="for the non-Gaussian laws of the checks",
            mutants=(Q(1, 2),),
        ),
        Inequality(
            "other-laws-concave",
            smallest_curvature,
            at_least=lambda_,
            tolerance=1e-6,
            note=r"their densities are strongly log-concave with the $\lambda$ stated",
            mutants=(factor(2),),
        ),
        Identity(
            "total-variation",
            total_variation,
            beta * (2 * normal_cdf(mu / sigma) - 1),
            scale=beta,
            exact=True,
            tolerance=1e-6,
            statement=r"independent flips have distance $\beta\,(2\Phi(\|\mu\|/\sigma)-1)$: below "
            r"$\beta$, because flips are invisible where the clusters overlap",
            mutants=(beta,),
        ),
        Inequality(
            "coupling",
            total_variation,
            at_most=beta,
            note=r"for independent flips with probability $\beta$",
            mutants=(factor(Q(1, 2)),),
        ),
        *derivations(
            normal_moment=equal(
                Integral(exp(3 * z**2 / (8 * sigma**2)) * density, (z, -oo, oo)),
                2,
                statement=r"$E\exp(X^2/t^2)=2$ at $t=\sigma\sqrt{8/3}$ for $X\sim N(0,\sigma^2)$",
            )
        ),
    ),
)

large_share = observable(
    "large_share", "share of coordinates with variance at least kappa / 2", r"|\mathcal{G}|/d"
)
large_share_bounded = observable(
    "large_share_bounded",
    "share of coordinates with variance at least kappa / 2, all at most log 2",
    r"|\mathcal{G}|/d",
)
kappa_bounded = observable("kappa_bounded", "mean variance in that case", r"\kappa")

proposition_b18 = paper.theorem(
    "proposition-B.18",
    "many coordinates have a large variance",
    "Appendix B.2, Proposition B.18",
    r"If the variances of the $d$ coordinates are at most 1 and their mean is at least "
    r"$\kappa$, at least $\frac\kappa{2-\kappa}d$ of them are at least $\frac\kappa2$.",
    uses=("definition-2.1",),
    claims=(
        Inequality(
            "share",
            large_share,
            at_least=kappa / (2 - kappa),
            note=r"for all variances in $[0,1]$",
            mutants=(
                kappa,
                factor(Q(11, 10)),
                factor((2 - kappa) / 2, "kappa / 2").weaker("2 - kappa is at most 2"),
            ),
        ),
        Inequality(
            "share-in-class",
            large_share_bounded,
            at_least=kappa_bounded / (2 * log(2) - kappa_bounded),
            note=r"inside Definition 2.1, where variances are at most $\log2$",
            mutants=(
                replaced(log(2), 1, "the printed 2 - kappa").weaker("2 log 2 is less than 2"),
                replaced(log(2), Q(1, 2), "1 - kappa in the denominator"),
            ),
        ),
        *derivations(
            counting=equal(
                kappa / (2 - kappa) + (1 - kappa / (2 - kappa)) * kappa / 2,
                kappa,
                statement=r"a share $\frac\kappa{2-\kappa}$ of variances 1 and the rest "
                r"$\frac\kappa2$ have mean $\kappa$: the bound is sharp",
                mutants=(
                    Mutant("a share of kappa / 2", left=kappa / 2 + (1 - kappa / 2) * kappa / 2),
                ),
            )
        ),
    ),
)

psi = parameter("c", "sub-Gaussian norm of the law", positive=True)
excess = parameter("e", "c^2 - 1", nonnegative=True)
mass_above = observable("mass_above", "P(X >= 1 / (10 c^2)), exactly", r"P(X\geq\frac1{10c^2})")
mass_above_root = observable("mass_above_root", "P(X >= 1 / (10 c)), exactly")
share = Q(4, 100) / (Q(220) ** Q(2, 3) * psi**4)
margin = Q(91, 100) - Q(3, 2) * Q(22, 100) ** Q(1, 3)


def slack(mass: Expr) -> Expr:
    """Right minus left side of the proof's last inequality, exponentials already bounded."""
    a, cut = 1 / (10 * psi**2), Q(220) ** Q(1, 3) * psi**2
    rest = 1 - a**2 - 2 * cut**2 * mass - cut * a - 11 * psi**4 / cut**2
    return rest.subs(psi, sqrt(1 + excess))


proposition_b20 = paper.theorem(
    "proposition-B.20",
    "a sub-Gaussian variable is often positive",
    "Appendix B.2, Proposition B.20",
    r"If $EX=0$, $EX^2=1$ and $\|X\|_{\psi_2}\leq c$, then $P(X\geq\frac1{10c^2})\geq"
    r"\frac{0.04}{220^{2/3}c^4}$.",
    hypotheses=(required(psi >= 1, "the norm is at least 1, as unit variance implies"),),
    uses=("definition-2.1",),
    claims=(
        Inequality(
            "mass",
            mass_above,
            at_least=share,
            statement=r"laws with 2 and 3 atoms, $c$ from 1.2 to $10^{30}$: "
            r"$P(X\geq\frac1{10c^2})\geq\frac{0.04}{220^{2/3}c^4}$",
            mutants=(Mutant("1/(10 c) for 1/(10 c^2)", left=mass_above_root), 4 / psi**2),
        ),
        *derivations(
            slack=at_least(
                slack(share),
                margin,
                nonnegative=excess * (2 + excess) / (100 * (1 + excess) ** 2),
                statement=r"the proof's last inequality: with $a=\frac1{10c^2}$, $A=220^{1/3}c^2$, "
                r"$A^2B=0.04$ its slack is at least $0.91-1.5\cdot0.22^{1/3}$ (here $c^2=1+e$)",
                mutants=(
                    Mutant("0.4 for 0.04", left=slack(10 * share)),
                    Mutant("c^2 for c^4 in the probability", left=slack(share * psi**2)),
                ),
            ),
            positive=at_least(margin, Q(4, 1000), statement=r"$0.91-1.5\cdot0.22^{1/3}>0.004$"),
        ),
    ),
)

delta_bar = parameter("delta_bar", "failure probability", r"\bar\delta", positive=True)
c_6 = parameter("c_6", "absolute constant of (D1), declared", positive=True)
projection = observable(
    "projection",
    "|<v, xi>| / |v| for a random v",
    r"|\langle v,\xi\rangle|/\|v\|",
    nonnegative=True,
)
squared_norm = observable("squared_norm", "|xi|^2", r"\|\xi\|^2", nonnegative=True)
tail_mean = observable(
    "tail_mean",
    "E |xi| 1(|xi| >= 6 sqrt(d log(1/delta_bar))), normal noise",
    r"E[\|\xi\|\,1(\|\xi\|\geq6\sqrt{d\log(1/\bar\delta)})]",
)
tail_mean_low = observable(
    "tail_mean_low", "E |xi| 1(|xi| >= sqrt(d log(1/delta_bar))), normal noise"
)
s = parameter("s", "log(1/delta_bar) - log 2", nonnegative=True)
t = parameter("t", "variable of integration", nonnegative=True)
k = parameter("k", "d - 1", nonnegative=True)
L = parameter("L", "log(1/delta_bar)", positive=True)
level = log(1 / delta_bar)
tangent = (12 * t * sqrt(d * L) + 36 * L * d) / (9 * d)

proposition_b23 = paper.theorem(
    "proposition-B.23",
    "tails of projections and norms of the noise",
    "Appendix B.2, Proposition B.23",
    r"For $\bar\delta<\frac12$: (D1) $P(|\langle v,\xi\rangle|>c_6\|v\|"
    r"\sqrt{\log(1/\bar\delta)})\leq\bar\delta$; (D2) $P(\|\xi\|^2>9d\log(1/\bar\delta))\leq"
    r"\bar\delta$, and $E[\|\xi\|\,1(\|\xi\|\geq6\sqrt{d\log(1/\bar\delta)})]\leq8\bar\delta^4"
    r"\sqrt{d\log(1/\bar\delta)}$.",
    hypotheses=(required(delta_bar < Q(1, 2), "the failure probability is below 1/2"),),
    uses=("definition-2.1",),
    claims=(
        Probability(
            "projection",
            projection > c_6 * sqrt(level),
            at_most=delta_bar,
            note=r"(D1) with $c_6=2$, and with $c_6=\sqrt2\sigma$ for normal noise",
            mutants=(
                Mutant("c_6 = 1/2", event=projection > sqrt(level) / 2),
                Mutant("the fourth root", event=projection > c_6 * level ** Q(1, 4)),
            ),
        ),
        Probability(
            "norm",
            squared_norm > 9 * d * level,
            at_most=delta_bar,
            note="(D2)",
            mutants=(Mutant("1/4 for 9", event=squared_norm > d * level / 4),),
            blunt=(
                "a squared norm nine times its mean is so rare that the bound is never in question"
            ),
        ),
        Inequality(
            "tail-mean",
            tail_mean,
            at_most=8 * delta_bar**4 * sqrt(d * level),
            note="(D2)",
            mutants=(
                Mutant("the threshold's 6 becomes 1", left=tail_mean_low),
                power(delta_bar, 5).weaker(
                    "true as well: Markov's inequality even gives delta_bar^35"
                ),
            ),
            blunt=(
                "the tail beyond nine times the mean carries nearly nothing: the mean "
                "over it is smaller than any of the bounds"
            ),
        ),
        *derivations(
            union=at_most(
                (1 + k) * log(2) - 9 * (1 + k) * (log(2) + s) + log(2) + s,
                0,
                nonnegative=(7 + 8 * k) * log(2) + (8 + 9 * k) * s,
                statement=r"(D2) needs no large $d$: by Markov $P(\|\xi\|^2>9dL)\leq2^de^{-9dL}"
                r"\leq e^{-L}$ for $L\geq\log2$",
                mutants=(Mutant("with 1 for 9", left=log(2) - k * s),),
            ),
            exponent=equal(
                at(exp(-(t**2) / (9 * d)), {t: 6 * sqrt(d * level)}),
                delta_bar**4,
                statement=r"at $\|\xi\|=6\sqrt{d\log(1/\bar\delta)}$ the tail bound is "
                r"$\bar\delta^4$",
            ),
            square=at_least(
                (t + 6 * sqrt(d * L)) ** 2 / (9 * d),
                tangent,
                nonnegative=t**2 / (9 * d),
                statement="the square in the exponent is at least its tangent",
                mutants=(factor(2),),
            ),
            integral=equal(
                Integral(exp(-tangent), (t, 0, oo)),
                exp(-4 * L) * 9 * d / (12 * sqrt(d * L)),
                statement=r"$\int_0^\infty e^{-(12t\sqrt{dL}+36dL)/(9d)}dt=\bar\delta^4"
                r"\frac{9d}{12\sqrt{dL}}$",
                mutants=(factor(exp(2 * L), "exp(-2L) for exp(-4L)"),),
            ),
            constants=at_most(
                6 + Q(3, 4) / (log(2) + s),
                8,
                nonnegative=(2 * log(2) - Q(3, 4) + 2 * s) / (log(2) + s),
                statement=r"$6+\frac{3/4}{\log(1/\bar\delta)}\leq8$ for $\bar\delta\leq\frac12$",
                mutants=(Q(13, 2),),
            ),
        ),
    ),
)
