"""The initial weights: Lemmas B.3 and B.19."""

from bounds.authoring import *
from bounds.wang2024.notation import *

smallest_row = observable("smallest_row", "smallest |w_s|^2 over omega^2 d", nonnegative=True)
largest_row = observable("largest_row", "largest |w_s|^2 over omega^2 d", nonnegative=True)
spectral_norm = observable(
    "spectral_norm", "spectral norm of W^0 over omega", r"\|W^0/\omega\|_2", positive=True
)
half_norm = observable(
    "half_norm",
    "spectral norm of its first m/2 rows over omega",
    r"\|[w_1,\ldots,w_{m/2}]/\omega\|_2",
    positive=True,
)
spectral_ratio = observable(
    "spectral_ratio",
    "spectral norm of W^0 over omega (sqrt(m) + sqrt(2d))",
    r"\|W^0\|_2/(\omega\sqrt m+\omega\sqrt{2d})",
)
t = parameter("t", "deviation", nonnegative=True)
tail = observable("tail", "P(|chi^2 / d - 1| >= t), exactly", r"P(|\chi^2_d/d-1|\geq t)")


def rows_within(share: Expr) -> sp.Basic:
    """Return the event that every |w_s|^2 is within a share of omega^2 d."""
    return (smallest_row >= 1 - share) & (largest_row <= 1 + share)


def chi_squared(x: Expr) -> Expr:
    """Return the distribution function of chi^2 with d degrees of freedom."""
    return sp.lowergamma(d / Q(2), x / 2) / gamma_function(d / Q(2))


spectral_bound = C_0 * (sqrt(m) + sqrt(d))
START = rows_within(Q(1, 2)) & (spectral_norm <= spectral_bound)
"""Both events of Lemma B.3."""

one_row = chi_squared(3 * d / 2) - chi_squared(d / 2)
gaussian = required(None, "initial weights are N(0, omega^2), neuron s + m/2 starts like neuron s")

lemma_b3 = paper.theorem(
    "lemma-B.3",
    "norms of the initial weights",
    "Appendix B.1, Lemma B.3",
    r"With probability at least $1-\frac\delta2$: $\frac12\omega^2d\leq\|w_s^0\|^2\leq"
    r"\frac32\omega^2d$ for every neuron, and $\|W^0\|_2\leq C_0\omega(\sqrt m+\sqrt d)$.",
    hypotheses=(*ASSUMPTION_1, *SMOOTH, gaussian),
    claims=(
        Probability(
            "rows",
            rows_within(Q(1, 2)),
            at_least=1 - 2 * m * exp(-d / Q(32)),
            where=d >= 100,
            statement=r"all $\|w_s^0\|^2\in[\frac12,\frac32]\omega^2d$ with probability at least "
            r"$1-2me^{-d/32}$",
            mutants=(Mutant("within 1/5 instead of 1/2", event=rows_within(Q(1, 5))),),
        ),
        Identity(
            "rows-exact",
            indicator(rows_within(Q(1, 2))),
            one_row ** (m / 2),
            functional="proportion",
            where=d < 100,
            statement=r"exactly, that probability is $P(\frac d2\leq\chi^2_d\leq\frac{3d}2)^{m/2}$",
            mutants=lambda: (
                Mutant("the power m: all rows independent", equals=one_row**m),
                Mutant("the power 1", equals=one_row),
                Mutant("within 2/5", observable=indicator(rows_within(Q(2, 5)))),
            ),
        ),
        Inequality(
            "tail",
            tail,
            at_most=2 * exp(-d * t**2 / 8),
            note=r"for $t\leq1$",
            mutants=(2 * exp(-d * t**2 / 4), 2 * exp(-d * t**2 / 2)),
        ),
        Probability(
            "spectral",
            spectral_norm <= spectral_bound,
            at_least=1 - delta / 4,
            note=r"with $C_0=2\sqrt2$",
            mutants=(Mutant("C_0 = 1", event=spectral_norm <= sqrt(m) + sqrt(d)),),
        ),
        Identity("symmetric", spectral_norm, sqrt(2) * half_norm, exact=True),
        Limit(
            "spectral-constant",
            spectral_ratio,
            to=1,
            rate=0.5,
            tolerance=0.02,
            note=r"sharply, as $m$ and $d$ grow together: every $C_0>\sqrt2$ will do (zone: 0.02)",
            mutants=(
                Mutant("sqrt(m) + sqrt(d)", to=(sqrt(m) + sqrt(d)) / (sqrt(m) + sqrt(2 * d))),
            ),
        ),
        *derivations(
            union=equal(
                at(2 * delta * exp(-d / 64), {d: 64 * log(8)}),
                delta / 4,
                statement=r"$2\delta e^{-d/64}\leq\frac\delta4$ from $d=64\log8=133$ on (the "
                r"paper: 192)",
            ),
            width=equal(
                at(delta * exp(n / C), {n: C * log(m / delta)}),
                m,
                statement=r"assumption (5), $n\geq C\log\frac m\delta$, is $m\leq\delta e^{n/C}$",
            ),
        ),
    ),
)

G = parameter("G", "number of coordinates of large variance", integer=True, positive=True)
smallest_ratio = observable(
    "smallest_ratio",
    "smallest mean square on G over the mean square on all coordinates",
    nonnegative=True,
)
share_of_mass = 1 - sp.betainc_regularized(G / Q(2), (d - G) / 2, 0, G / (4 * d))

lemma_b19 = paper.theorem(
    "lemma-B.19",
    "initial weights on the coordinates of large variance",
    "Appendix B.2, Lemma B.19",
    r"Besides Lemma B.3, $\frac1{|\mathcal{G}|}\sum_{i\in\mathcal{G}}(w^0_{s,i})^2\geq"
    r"\frac14\cdot\frac1d\sum_i(w^0_{s,i})^2$ for every neuron, with probability at least "
    r"$1-\frac{3\delta}4$; it fails with at most $2me^{-|\mathcal{G}|/32}+2me^{-d/8}$.",
    hypotheses=(gaussian, required(G < d, "the set is not everything")),
    uses=("lemma-B.3", "proposition-B.18"),
    claims=(
        Probability(
            "ratio",
            smallest_ratio >= Q(1, 4),
            at_least=1 - 2 * m * exp(-G / Q(32)) - 2 * m * exp(-d / Q(8)),
            where=G >= 90,
            statement=r"the ratio of the mean squares is at least $\frac14$ for all neurons",
            mutants=(Mutant("9/10 for 1/4", event=smallest_ratio >= Q(9, 10)),),
        ),
        Identity(
            "ratio-exact",
            indicator(smallest_ratio >= Q(1, 4)),
            share_of_mass ** (m / 2),
            functional="proportion",
            where=G < 90,
            statement=r"exactly, that probability is $P(\mathrm{Beta}(\frac{|G|}2,\frac{d-|G|}2)"
            r"\geq\frac{|G|}{4d})^{m/2}$",
            mutants=(
                Mutant("3/4 for 1/4", observable=indicator(smallest_ratio >= Q(3, 4))),
                Mutant("the power m: all rows independent", equals=share_of_mass**m),
            ),
        ),
        *derivations(
            large_set=equal(
                kappa / (2 - kappa) * d * kappa / 2 / (4 * d),
                kappa**2 / (16 - 8 * kappa),
                statement=r"with $|\mathcal{G}|\geq\frac\kappa{2-\kappa}d$ the projection has "
                r"variance at least $\frac{\kappa^2}{16-8\kappa}$",
                mutants=(kappa**2 / (8 - 8 * kappa),),
            )
        ),
    ),
)
