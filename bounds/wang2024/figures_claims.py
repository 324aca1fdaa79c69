"""What the paper reads off its figures of synthetic data: 1, 2 and 3."""

from bounds.authoring import *
from bounds.wang2024.notation import *

r = parameter("r", r"ratio of the attack radius to $\|\mu\|$", positive=True)
q = parameter("q", "error at the contour", positive=True)
z = parameter("z", "a normal quantile of the error", positive=True)
clean_exponent = observable(
    "clean_exponent", r"exponent of the contour's $d$ in $\|\mu\|$ (to $2\|\mu\|$), clean"
)
robust_exponent = observable(
    "robust_exponent", r"exponent of the contour's $d$ in $\|\mu\|$ (to $2\|\mu\|$), robust"
)
clean_dimension = observable(
    "clean_dimension", "dimension at which the clean error passes q", r"d_{clean}"
)
robust_dimension = observable(
    "robust_dimension", "dimension at which the robust error passes q", r"d_{rob}"
)
step_error = observable(
    "step_robust_error", "robust error of the linear network after one step", nonnegative=True
)


def quantile(share: Expr) -> Expr:
    """Return the point that a normal variable exceeds with this probability."""
    return sqrt(2) * sp.erfinv(1 - 2 * share)


def transition(signal: Expr, ratio: Expr, quantile: Expr) -> Expr:
    """Return the dimension at which the margin of one step is ``ratio signal + quantile``."""
    return n * (1 - 2 * beta) ** 2 * signal**2 * ((ratio + quantile / signal) ** -2 - 1)


def doubling(ratio: Expr, quantile: Expr) -> Expr:
    """Return the mean exponent of the contour from ``mu`` to ``2 mu``."""
    ends = (transition(mu, ratio, quantile).subs(mu, signal) for signal in (2 * mu, mu))
    return log(next(ends) / next(ends)) / log(2)


clean_quantile = quantile((q - beta) / (1 - 2 * beta))
# An attacked flipped point is wrong but for a probability P(N > M + alpha), which is left out at
# first and then taken at the margin that this gives (0.3 % of d at |mu| = 2.5, less beyond).
robust_quantile = quantile((q - beta) / (1 - beta))
resisting = normal_cdf(-robust_quantile - 2 * r * mu)
refined_quantile = quantile((q - beta + beta * resisting) / (1 - beta))
slope = mu * sp.diff(log(transition(mu, r, z)), mu)
plain = log((r + robust_quantile / mu) / (r + robust_quantile / (2 * mu)))
settings = (
    required(None, "Gaussian clusters with unit noise, labels flipped independently"),
    required(beta < Q(1, 2), "fewer than half of the labels are flipped"),
)


plotted_cells = And(mu < 10, Eq(n, 100))
"""The paper's sample size, and signals that its figure shows."""


def plotted(exponent: Expr, value: Expr | int) -> sp.Basic:
    """Return the event that a heat map shows this exponent."""
    return sp.Le(Abs(exponent - value), Q(3, 4), evaluate=False)


figure_1 = paper.theorem(
    "claim-figure-1",
    "the phase transition of Figure 1",
    "Section 5, Figure 1",
    r"At a fixed ratio $r=\alpha/\|\mu\|$, $\|\mu\|\leq10$ and $d\leq18000$, the clean "
    r"accuracy changes at $d\sim\|\mu\|^4$ and the robust one at $d\sim\|\mu\|^2$. Judged on the "
    r"exact law of a linear network after one step, whose margin has the contours $d=n(1-2\beta)^2"
    r"\|\mu\|^2[(r+z/\|\mu\|)^{-2}-1]$ ($z$: a normal quantile of the error).",
    hypotheses=settings,
    uses=("theorem-B.1", "theorem-B.17"),
    errata=(
        Erratum(
            printed=r"Figure 1 shows the transition of the robust accuracy at $d\sim\|\mu\|^2$",
            correct=r"$d\sim\|\mu\|^2$ is approached for $\|\mu\|$ of several hundred only; up to "
            r"$\|\mu\|=10$ the contour grows with an exponent of about 3 to 6",
            why=r"the exponent exceeds 2 by $2\frac{z}{\mu}/[(r+\frac z\mu)(1-(r+\frac z\mu)^2)]$, "
            r"which is small only where the attack takes much more than the noise, $r\|\mu\|\gg z$",
            counterexample=r"$n=100$, $\beta=r=0.1$, robust error 0.2: $d=776$ at $\|\mu\|=2.5$, "
            "11700 at 5 and 121000 at 10",
            refuted="robust-exponent-plotted",
        ),
    ),
    claims=(
        Probability(
            "clean-exponent-plotted",
            plotted(clean_exponent, 4),
            at_least=Q(9, 10),
            where=plotted_cells,
            statement=r"from $\|\mu\|=2.5$ to 5 and to 10 the exponent of the clean transition is "
            "4, as far as a heat map shows it (within 0.75)",
            mutants=lambda: (
                Mutant("3", event=plotted(clean_exponent, 3)),
                Mutant("6", event=plotted(clean_exponent, 6)),
                Mutant(
                    "9/2",
                    event=plotted(clean_exponent, Q(9, 2)),
                    survives="a heat map does not tell it from 4; between these signals the "
                    "exponent is above 4 by what clean-exponent says",
                ),
            ),
        ),
        Probability(
            "robust-exponent-plotted",
            plotted(robust_exponent, 2),
            at_least=Q(9, 10),
            where=plotted_cells,
            expected="broken",
            because="it is 3.0 to 4.4, whatever the error at which it is read (at single points "
            "2.9 to 6.2)",
            statement=r"as printed: from $\|\mu\|=2.5$ to 5 and to 10 the exponent of the robust "
            "transition is 2, as far as a heat map shows it (within 0.75)",
        ),
        Identity(
            "clean-exponent",
            clean_exponent,
            doubling(0, clean_quantile),
            bias=0.002,
            where=mu < 20,
            statement=r"the exponent of the clean contour is that of $d=n(1-2\beta)^2\|\mu\|^2"
            r"[(z/\|\mu\|)^{-2}-1]$",
            mutants=lambda: (
                Mutant(
                    "half of the quantile", equals=doubling(0, clean_quantile / 2), where=mu < 4
                ),
                Mutant("4, exactly", equals=4, where=mu < 4),
                Mutant(
                    "1 - beta for 1 - 2 beta in the quantile",
                    equals=doubling(0, clean_quantile).subs(1 - 2 * beta, 1 - beta),
                    where=mu < 4,
                ),
            ),
        ),
        Identity(
            "robust-exponent",
            robust_exponent,
            doubling(r, refined_quantile),
            bias=0.002,
            where=mu < 20,
            statement=r"corrected: the exponent of the robust contour is that of $d=n(1-2\beta)^2"
            r"\|\mu\|^2[(r+z/\|\mu\|)^{-2}-1]$, where $z$ takes account of the flipped points "
            "that resist the attack",
            mutants=lambda: (
                replaced(r, r / 2),
                Mutant("half of the quantile", equals=doubling(r, robust_quantile / 2)),
                Mutant(
                    "without - 1",
                    equals=2
                    + 2
                    * log((r + robust_quantile / mu) / (r + robust_quantile / (2 * mu)))
                    / log(2),
                    where=mu < 4,
                ),
            ),
        ),
        Limit(
            "robust-exponent-far",
            robust_exponent,
            to=2,
            rate=1,
            tolerance=0.02,
            note=r"as $\|\mu\|$ grows at a fixed ratio",
        ),
        Theta(
            "clean-transition",
            clean_dimension,
            of=mu**4,
            corrections="power",
            rate=1,
            note=r"$\|\mu\|$ from 100 to $10^4$",
        ),
        Theta(
            "robust-transition",
            robust_dimension,
            of=mu**2,
            corrections="power",
            rate=1,
            note=r"$\|\mu\|$ from 100 to $10^4$",
        ),
        Threshold(
            "robust-location",
            step_error > q,
            along="d",
            at=transition(mu, r, refined_quantile),
            statement=r"the robust error passes $q$ at $d=n(1-2\beta)^2\|\mu\|^2"
            r"[(r+z/\|\mu\|)^{-2}-1]$, where $z$ takes account of the flipped points that resist "
            "the attack",
            mutants=lambda: (
                Mutant(
                    "without these points, 2 to 4 % off",
                    at=transition(mu, r, robust_quantile),
                    where=mu < 5,
                ),
                factor(((1 - beta) / (1 - 2 * beta)) ** 2, "1 - beta for 1 - 2 beta"),
                factor(Q(21, 20), "5 % farther"),
                Mutant("without the quantile", at=transition(mu, r, 0), where=mu < 100),
                replaced(r, 0),
            ),
        ),
        *derivations(
            exponent_at_a_point=equal(
                slope,
                2 + 2 * (z / mu) / ((r + z / mu) * (1 - (r + z / mu) ** 2)),
                where=r + z / mu < 1,
                statement=r"the local exponent is $2+\frac{2z/\mu}{(r+z/\mu)(1-(r+z/\mu)^2)}$: "
                "always above 2",
                mutants=(2 + 2 * (z / mu) / (r + z / mu),),
            ),
            robust_asymptote=equal(
                sp.Limit(slope, mu, oo),
                2,
                statement="for $0<r<1$ the exponent tends to 2",
                where=r < 1,
            ),
            clean_asymptote=equal(
                sp.Limit(slope.subs(r, 0), mu, oo), 4, statement="for $r=0$ the exponent tends to 4"
            ),
        ),
    ),
)

robust_error = observable(
    "robust_error",
    "robust test error of the trained network (20 steps of PGD)",
    r"L^{0/1}_{rob}(W^T)",
    nonnegative=True,
)
training_error = observable(
    "training_error", "robust training error of the trained network", r"\hat L^{0/1}_{rob}(W^T)"
)
robust_loss = observable("robust_loss", "robust training loss at the end", r"\hat L_{rob}(W^T)")
half_way_loss = observable(
    "half_way_loss", "robust training loss half-way", r"\hat L_{rob}(W^{T/2})"
)

figure_2 = paper.theorem(
    "claim-figure-2",
    "what Figure 2 is said to show",
    "Section 5, Figure 2",
    r"Adversarial training of ReLU networks ($n=100$, $d=1000$, $\beta=0.1$): the robust "
    r"training loss goes to zero (all attacked training points are fitted, flipped ones too) while "
    r"the robust test error converges to $\beta$; smaller $\|\mu\|$, larger $d$ and larger "
    r"$\alpha/\|\mu\|$ make it worse.",
    hypotheses=(
        *settings,
        required(
            None, "training as in Section 5, in the small: fewer samples, neurons, iterations"
        ),
    ),
    uses=("theorem-B.17",),
    claims=(
        Probability(
            "all-fitted",
            Eq(training_error, 0),
            at_least=Q(9, 10),
            where=n > 50,
            note="after 60 iterations",
            mutants=(
                Mutant(
                    "half of the flipped labels are not fitted", event=training_error >= beta / 2
                ),
            ),
        ),
        Probability(
            "loss-falls",
            robust_loss < half_way_loss,
            at_least=Q(9, 10),
            mutants=(Mutant("to a tenth", event=robust_loss < half_way_loss / 10),),
        ),
        Probability(
            "loss-vanishes",
            robust_loss <= 2 / T,
            at_least=Q(9, 10),
            note="for $T$ from 20 to 320: it goes to zero",
            mutants=(Mutant("2/T^2", event=robust_loss <= 2 / T**2),),
        ),
        Identity(
            "noise-rate-early",
            robust_error,
            beta,
            where=n > 50,
            tolerance=0.2,
            cell_tolerance=0.2,
            bias=0.1,
            expected="broken",
            because=r"at $\|\mu\|=4$ the error is then well above $\beta$; where it ends after the "
            "1000 iterations of the paper is not judged here",
            statement=r"read as: for every $\|\mu\|$ the robust test error is $\beta$ already "
            "after 60 iterations (within 10 %)",
        ),
        Identity(
            "noise-rate",
            robust_error,
            beta,
            where=And(n > 50, mu > 7),
            tolerance=0.05,
            cell_tolerance=0.1,
            bias=0.02,
            statement=r"for a strong signal ($\|\mu\|=10$) it is (within 5 %)",
            mutants=(factor(Q(6, 5)),),
        ),
        Monotone("signal", robust_error, along="mu", increasing=False, dip=Q(1, 10)),
        Monotone(
            "dimension",
            robust_error,
            along="d",
            dip=Q(1, 10),
            note="so does the error without attack, from 0.115 to 0.161 where this goes from 0.142 "
            "to 0.255: the claim does not tell the two",
        ),
        Monotone("ratio", robust_error, along="r", dip=Q(1, 10)),
    ),
)

largest_ratio = observable(
    "largest_ratio", r"largest $\alpha/\|\mu\|$ with robust error at most q", r"r_{max}"
)
spread = sqrt(n) * (1 - 2 * beta) * mu / sqrt((1 - 2 * beta) ** 2 * n * mu**2 + d)

figure_3 = paper.theorem(
    "claim-figure-3",
    "what Figure 3 is said to show",
    "Appendix A, Figure 3",
    r"At $\|\mu\|=5$, $d$ from 500 to 6000 and $\alpha/\|\mu\|$ from 0.05 to 0.45: the "
    r"larger the dimension, the smaller the ratio $\alpha/\|\mu\|$ that is needed for the same "
    "robust test accuracy.",
    hypotheses=settings,
    uses=("claim-figure-1",),
    claims=(
        Monotone("dimension", robust_error, along="d", note="at every ratio"),
        Monotone("ratio", robust_error, along="r", note="in every dimension"),
        Monotone(
            "smaller-ratio",
            largest_ratio,
            along="d",
            increasing=False,
            exact=True,
            note="each training set by itself",
        ),
        Identity(
            "largest-ratio",
            largest_ratio,
            spread - robust_quantile / mu,
            tolerance=0.02,
            bias=0.01,
            statement=r"that ratio (its mean, up to 1 %) is $\frac{\sqrt n(1-2\beta)\|\mu\|}"
            r"{\sqrt{(1-2\beta)^2n\|\mu\|^2+d}}-\frac z{\|\mu\|}$",
            mutants=(
                Mutant(
                    "without the signal in the root",
                    equals=sqrt(n / d) * (1 - 2 * beta) * mu - robust_quantile / mu,
                ),
            ),
        ),
    ),
)
