"""The good data events (C1) to (C7): Lemma B.4."""

from typing import Any

from bounds.authoring import *
from bounds.wang2024.notation import *


def measured(name: str, meaning: str) -> sp.Symbol:
    """Declare an observable that is not negative."""
    return observable(name, meaning, nonnegative=True)


noise_least = measured("noise_least", "smallest |xi_i|^2 / d")
noise_most = measured("noise_most", "largest |xi_i|^2 / d")
input_least = measured("input_least", "smallest |x_i|^2 / d")
input_most = measured("input_most", "largest |x_i|^2 / d")
noise_product = measured("noise_product", "largest |<xi_i, xi_j>|")
input_product = measured("input_product", "largest |<x_i, x_j>|")
mixed_product = measured(
    "mixed_product", "largest |<x_i, x_j>| + alpha |x_i|, a certificate for one attack"
)
attacked_product = measured(
    "attacked_product", "largest |<x_i, x_j>| + alpha (|x_i| + |x_j|) + alpha^2, a certificate"
)
top_noise = measured("top_noise", "largest eigenvalue of the noise's Gram matrix, over d")
top_input = measured("top_input", "largest singular value of the inputs")
bottom_input = measured("bottom_input", "smallest singular value of the inputs")
deviation = measured("deviation", "largest |<mu, xi_i>| / |mu|^2")
noisy_share = observable(
    "noisy_share", "share of flipped labels in the sample", r"|\mathcal{N}|/n", nonnegative=True
)

log_flip_tail = observable(
    "log_flip_tail",
    "logarithm of P(Bin(n, beta) > n (beta + sqrt(2/C))), exactly",
    r"\log P\left(\mathrm{Bin}(n,\beta)>n(\beta+\sqrt{2/C})\right)",
)
log_flip_tail_half = observable("log_flip_tail_half", "the same at half of the deviation")

level = sqrt(d * log(n / delta))
off = C_1 * (mu**2 + level)
reach = sqrt(C_1 * d)

C1 = (
    (noise_least >= kappa / 2)
    & (noise_most <= 3 + kappa / 2)
    & (input_least >= 1 / C_1)
    & (input_most <= C_1)
    & (alpha <= sqrt(d / C_1) / 2)
    & ((sqrt(input_most * d) + alpha) ** 2 <= 4 * C_1 * d)
)
"""The ball's smallest norm and inner product follow: the attack is at most half of any input."""
C2 = (
    (noise_product <= C_1 * level)
    & (input_product <= off)
    & (mixed_product <= off + alpha * reach)
    & (attacked_product <= off + 2 * alpha * reach + alpha**2)
)
C3 = top_noise <= 4
C4 = (top_input + alpha * sqrt(n) <= sqrt(8 * C_1 * d)) & (
    bottom_input - alpha * sqrt(n) >= sqrt(d / (8 * C_1))
)
C5 = deviation <= Q(1, 2)
C7 = noisy_share <= beta + sqrt(2 / C)
ALL = C1 & C2 & C3 & C4 & C5 & C7
"""Every event of Lemma B.4; (C5) stands for (C6) as well."""

in_regime = parameter(
    "in_regime", "1: the cell meets the assumptions; 2: Assumption 1 alone; 0 and -1: neither"
)
met = Eq(in_regime, 1)
smooth = parameter("smooth", "1: the cell meets (A1), (A2); 0: it meets (B1), (B2); 2: neither")
sigma = parameter("sigma", "standard deviation of a coordinate of the noise", positive=True)
length = parameter("length", "|x|", r"\|x\|", positive=True)
slack = parameter("s", "1 - kappa / 2", positive=True)
attacked_inner = observable(
    "attacked_inner",
    "smallest <x + u, x + v> over the ball, by alternating minimisation",
    r"\min\langle\tilde x,\tilde x'\rangle",
)
weak_attack = observable("weak_attack", "alpha is at most half of |x|")

window = 2 * normal_cdf(mu / (2 * sigma)) - 1
kept = sp.floor(n * (beta + sqrt(2 / C)) + Q(1, 10**9))


def at_most_flipped(count: Expr) -> Expr:
    """Return the probability that at most ``count`` labels are flipped."""
    return sp.betainc_regularized(n - count, count + 1, 0, 1 - beta)


def often(name: str, event: sp.Basic, words: str, **more: Any) -> Probability:
    """Return the claim that an event has probability at least 1 - delta in the regime."""
    line = rf"{words} with probability at least $1-\delta$"
    return Probability(name, event, at_least=1 - delta, where=met, statement=line, **more)


lemma_b4 = paper.theorem(
    "lemma-B.4",
    "good data events (C1) to (C7)",
    "Appendix B.1, Lemma B.4",
    r"With $C_1=\frac{10}\kappa$ and $C$ large, with probability at least $1-\delta$: "
    r"(C1) norms of noise, inputs and attacked inputs are of order $\sqrt d$; (C2) inner products "
    r"of different ones are at most $C_1(\|\mu\|^2+\sqrt{d\log(n/\delta)})$, and "
    r"$+2\alpha\sqrt{C_1d}+\alpha^2$ if attacked; (C3) $\|\sum z_i\xi_i\|^2\leq4d\|z\|^2$; (C4) "
    r"$\frac d{8C_1}\|z\|^2\leq\|\sum z_i\tilde x_i\|^2\leq8C_1d\|z\|^2$; (C5), (C6) "
    r"$|\langle\mu,y_i^cx_i\rangle-\|\mu\|^2|\leq\frac12\|\mu\|^2$; (C7) the share of flipped "
    r"labels is at most $\beta+\sqrt{2/C}$.",
    hypotheses=(
        *ASSUMPTION_1,
        required(beta <= Q(1, 2), "at most half of the labels are flipped"),
        required(
            None,
            "the noise is normal with variance kappa; the cells marked in_regime meet "
            "Assumption 1 and (A1), (A2) or (B1), (B2) with the C that they name",
        ),
    ),
    uses=("definition-2.1",),
    claims=(
        often(
            "norms",
            C1,
            "(C1)",
            mutants=lambda: (
                Mutant("10 kappa for 10 / kappa", event=C1.subs(C_1, 10 * kappa)),
                Mutant("kappa for kappa / 2", event=C1.subs(kappa / 2, kappa)),
            ),
        ),
        often(
            "products",
            C2,
            "(C2)",
            mutants=lambda: (
                Mutant("1/10 for C_1 in the noise's products", event=noise_product <= level / 10),
            ),
        ),
        often(
            "noise-frame",
            C3,
            "(C3)",
            mutants=lambda: (Mutant("kappa for 4", event=top_noise <= kappa),),
        ),
        often(
            "frame",
            C4,
            r"(C4), by the certificate that $\|\sum z_i\tilde x_i\|$ differs from "
            r"$\|\sum z_ix_i\|$ by at most $\alpha\sqrt n\|z\|$,",
            mutants=lambda: (
                Mutant(
                    "kappa^2 for 8 C_1 above",
                    event=top_input + alpha * sqrt(n) <= sqrt(kappa**2 * d),
                ),
            ),
        ),
        often(
            "signal",
            C5,
            r"with (A2) or (B2), $\|\mu\|^2\geq C\log(n/\delta)$: (C5) and (C6)",
            mutants=lambda: (Mutant("|mu| for |mu|^2", event=deviation <= 1 / (2 * mu)),),
            printed=Printed(
                where=Eq(in_regime, 2),
                statement="Lemma B.4 lists no assumption on the signal: (C5), (C6) under "
                "Assumption 1 alone",
                why=r"they ask every $|\langle\mu,\xi_i\rangle|$ to be below $\frac12\|\mu\|^2$; "
                "Assumption 1 alone allows any signal",
                counterexample="normal noise of variance 3/8, n = 40, mu = 2, delta = 0.1, "
                "d = 200000, alpha = 1, C = 10: Assumption 1 is met, (C5) has probability 0.013",
                harmless=True,
            ),
        ),
        often(
            "flips",
            C7,
            "(C7)",
            mutants=lambda: (Mutant("without the root's term", event=noisy_share <= beta),),
        ),
        often(
            "all",
            ALL,
            "all of (C1) to (C7) together",
            mutants=lambda: (
                Mutant("10 kappa for 10 / kappa", event=ALL.subs(C_1, 10 * kappa)),
                Mutant("|mu| for |mu|^2 in (C5)", event=C1 & (deviation <= 1 / (2 * mu))),
            ),
        ),
        Probability(
            "noise-frame-limit",
            C3,
            at_least=1 - delta,
            where=Eq(in_regime, -1),
            statement=r"(C3) far outside the regime: standard normal noise, $n\leq\frac d2$",
            mutants=(Mutant("2 for 4", event=top_noise <= 2),),
        ),
        Identity(
            "signal-exact",
            indicator(C5),
            window**n,
            functional="proportion",
            where=Eq(in_regime, 0),
            statement=r"for $N(0,\sigma^2)$ noise (C5) and (C6) have probability "
            r"$(2\Phi(\frac{\|\mu\|}{2\sigma})-1)^n$ (0.29 at the paper's $n=100$, $\|\mu\|=5$)",
            mutants=(
                Mutant("mu / sigma", equals=(2 * normal_cdf(mu / sigma) - 1) ** n),
                Mutant("one-sided", equals=normal_cdf(mu / (2 * sigma)) ** n),
                Mutant("n/2 for n", equals=window ** (n / 2)),
            ),
        ),
        Identity(
            "flips-exact",
            indicator(C7),
            at_most_flipped(kept),
            functional="proportion",
            where=Eq(in_regime, 0),
            statement=r"(C7) has the probability that $\mathrm{Bin}(n,\beta)\leq n(\beta+"
            r"\sqrt{2/C})$",
            mutants=(
                Mutant(
                    "sqrt(1/(2C))", observable=indicator(noisy_share <= beta + sqrt(1 / (2 * C)))
                ),
                Mutant("one more flip allowed", equals=at_most_flipped(kept + 1)),
            ),
        ),
        Inequality(
            "flips-hoeffding",
            log_flip_tail,
            at_most=-4 * n / C,
            statement=r"(C7) fails with probability at most $e^{-4n/C}$, by Hoeffding's inequality",
            routes="the exact tail of the binomial law, its logarithm",
            mutants=(
                -16 * n / C,
                Mutant("sqrt(1/(2C)) with exp(-4n/C)", left=log_flip_tail_half),
            ),
        ),
        Identity(
            "inner-product",
            attacked_inner,
            Piecewise(
                ((length - alpha) ** 2, alpha <= length / 2), (length**2 / 2 - alpha**2, True)
            ),
            scale=length**2,
            exact=True,
            tolerance=1e-5,
            statement=r"the smallest $\langle x+u,x+v\rangle$ over the ball is $(\|x\|-\alpha)^2$ "
            r"for $\alpha\leq\frac12\|x\|$, and $\frac12\|x\|^2-\alpha^2$ beyond",
            routes="alternating minimisation from random starts, exact to 1e-5 of |x|^2",
            mutants=((length - alpha) ** 2, length**2 - 2 * alpha * length),
        ),
        Inequality(
            "inner-product-bound",
            attacked_inner,
            at_least=(length - alpha) ** 2,
            scale=length**2,
            tolerance=1e-5,
            given=weak_attack,
            note=r"where $\alpha\leq\frac12\|x\|$",
        ),
        *derivations(
            quarter=equal(
                at((length - alpha) ** 2, {length: sqrt(d / C_1), alpha: sqrt(d / C_1) / 2}),
                d / (4 * C_1),
                statement=r"(C1): at $\alpha=\frac12\sqrt{d/C_1}$ the attacked squared norm is "
                r"$\frac d{4C_1}$",
            ),
            saddle=equal(
                sp.Limit((length - alpha) ** 2, alpha, length / 2),
                sp.Limit(length**2 / 2 - alpha**2, alpha, length / 2),
                statement=r"the two forms of the smallest inner product meet at "
                r"$\alpha=\frac12\|x\|$",
                mutants=(
                    Mutant(
                        "at alpha = |x|",
                        left=sp.Limit((length - alpha) ** 2, alpha, length),
                        equals=sp.Limit(length**2 / 2 - alpha**2, alpha, length),
                    ),
                ),
            ),
            noise_frame_constant=equal(
                at(3 + kappa / 2 + c / sqrt(C), {kappa: 2 * (1 - slack), C: (c / slack) ** 2}),
                4,
                statement=r"(C3)'s proof needs $3+\frac\kappa2+\frac{C_1}{\sqrt C}\leq4$: "
                r"$C\geq(\frac{C_1}{1-\kappa/2})^2$ (here $1-\frac\kappa2=s$, and $c$ for $C_1$)",
                mutants=(
                    Mutant(
                        "kappa for kappa / 2",
                        left=at(
                            3 + kappa + c / sqrt(C), {kappa: 2 * (1 - slack), C: (c / slack) ** 2}
                        ),
                    ),
                ),
            ),
            hoeffding_delta=equal(
                at(exp(-4 * n / C), {n: C * log(m / delta)}),
                (delta / m) ** 4,
                statement=r"$e^{-4n/C}\leq(\delta/m)^4$ by assumption (5)",
                mutants=((delta / m) ** 2,),
            ),
        ),
    ),
)
