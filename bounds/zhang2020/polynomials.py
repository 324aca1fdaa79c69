"""Lemma 6.4: polynomials near the sign, with bounded coefficients."""

from bounds.authoring import *
from bounds.zhang2020.notation import *

degree = observable("degree", "degree of the polynomial", "k")
error = observable(
    "error",
    "certified bound of |p - 1| over [eta, 1], the same as of |p + 1| over [-1, -eta]",
    r"\sup_{[\eta,1]}|p_1-1|",
)
coefficient = observable(
    "coefficient", "binary logarithm of the greatest coefficient", r"\log_2\max_j|\alpha_j|"
)
largest = observable("largest", "certified bound of |p| over [-1, 1]", r"\sup_{[-1,1]}|p_1|")
least_error = observable(
    "least_error",
    "certified lower bound of the error of every polynomial of a degree",
    r"\min_p\sup_{[\eta,1]}|p-1|",
    positive=True,
)
insufficient = observable(
    "insufficient",
    "greatest odd degree at which no polynomial is near enough, certified",
    r"\max\{k:\min_p\sup|p-1|>\epsilon_1\}",
)
terms = parameter("terms", "odd powers beyond the first one", "N", integer=True, positive=True)

degree_bound = quantity(
    "degree_bound",
    "what the lemma allows as degree",
    3 / eta_p * log(2 / (eta_p * epsilon_1)),
    "D",
)
optimum = (1 - eta_p) / sqrt(pi * eta_p * terms) * ((1 - eta_p) / (1 + eta_p)) ** terms

settings = (
    r"at every $\eta\in\{0.7,0.5,0.3,0.1\}$ and $\epsilon_1\in\{0.5,10^{-2},10^{-4},10^{-6}\}$"
)

lemma_6_4 = paper.theorem(
    "lemma-6.4",
    "polynomials near the sign, with bounded coefficients",
    "Section 6.1, Lemma 6.4",
    r"Let $\epsilon_1,\eta\in(0,1)$ and $D=\frac3\eta\ln\frac2{\eta\epsilon_1}$. There is "
    r"$p_1(z)=\sum_{j\leq k}\alpha_jz^j$ with $k\leq D$ and $|\alpha_j|\leq2^{4D}$, "
    r"$|p_1-1|\leq\epsilon_1$ on $[\eta,1]$ and $|p_1+1|\leq\epsilon_1$ on $[-1,-\eta]$.",
    reconstructed=RECONSTRUCTED,
    hypotheses=(
        required(eta_p < 1, "the half-gap is below 1"),
        required(epsilon_1 < 1, "the accuracy is below 1"),
    ),
    claims=(
        Construction(
            "error",
            error,
            at_most=epsilon_1,
            note=f"certified over the whole interval, for two constructions (truncated twice, and "
            f"by Chebyshev series) {settings}",
            mutants=(Mutant("half of it", at_most=epsilon_1 / 2),),
        ),
        Construction(
            "degree",
            degree,
            at_most=degree_bound,
            note=f"of both constructions {settings}",
            mutants=(
                Mutant("a third for 3", at_most=degree_bound / 9),
                Mutant("without the logarithm", at_most=3 / eta_p),
            ),
        ),
        Construction(
            "coefficients",
            coefficient,
            at_most=4 * degree_bound,
            note=f"of both constructions {settings}",
            mutants=(Mutant("D/50 for 4D", at_most=degree_bound / 50),),
        ),
        Inequality(
            "coefficients-of-any",
            coefficient,
            at_most=log(largest, 2) + degree * log(1 + sqrt(2), 2),
            note=r"ours: of every polynomial, so that any $p_1$ with $|p_1|\leq2$ has "
            r"$|\alpha_j|\leq2^{1+1.272D}$",
            mutants=(
                Mutant(
                    "a fifth of the exponent",
                    at_most=log(largest, 2) + degree * log(1 + sqrt(2), 2) / 5,
                ),
            ),
        ),
        Inequality(
            "not-without",
            insufficient,
            at_least=Q(19, 100) * degree_bound,
            where=And(
                Or(Eq(epsilon_1, Q(1, 10**4)), Eq(epsilon_1, Q(1, 10**6))),
                Or(*(Eq(eta_p, Q(k, 10)) for k in (1, 3, 5))),
            ),
            note=r"ours: no polynomial of degree $0.19D$ is near enough at these six settings",
            mutants=(Mutant("a third", at_least=degree_bound / 3),),
        ),
        Limit(
            "optimum",
            least_error / optimum,
            to=1,
            rate=1,
            tolerance=0.04,
            exact=True,
            note=r"ours, after Eremenko and Yuditskii: the least error of degree $2N+1$ is "
            r"$\sim\frac{1-\eta}{\sqrt{\pi\eta N}}(\frac{1-\eta}{1+\eta})^N$; at the last two "
            r"sizes it is $\frac1{5N\eta}$ off, 3 %, and beyond $N\eta=9$ rounding hides it (zone: "
            "4 %)",
            mutants=(
                Mutant("without pi", observable=least_error / optimum / sqrt(pi)),
                Mutant("without the root of N", observable=least_error / optimum / sqrt(terms)),
            ),
        ),
        Theta(
            "degree-without-logarithm",
            degree,
            of=1 / eta_p,
            exact=True,
            corrections="power",
            rate=1,
            note=r"ours: at fixed $\epsilon_1$ the Chebyshev series needs no $\ln\frac1\eta$",
            mutants=(
                Mutant("with the logarithm", of=log(2 / eta_p) / eta_p),
                Mutant("the root", of=eta_p ** -Q(1, 2)),
            ),
        ),
    ),
)
