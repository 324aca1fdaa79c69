"""ReLU and leaky ReLU: what a step changes on a fresh point (Lemma B.30)."""

from bounds.authoring import *
from bounds.wang2024.notation import *
from bounds.wang2024.notation_nonsmooth import *

# U: eta / sqrt(m) times the mean logistic weight, accumulated where the change is.
gap = observable("decomposition_gap", "largest difference of the change and the four terms' sum")
gap_halved = observable("decomposition_gap_halved", "the same with half of the second term")
change_largest = observable(
    "change_largest", "largest change of a preactivation on the fresh point", real=True
)

# Given the run, what a neuron does on a normal fresh point is normal.
change = observable(
    "change_mean",
    "smallest mean of a_s y <change of w_s, x> of a step over fresh points",
    r"\min_{s,\tau}E[a_sy\langle w_s^{\tau+1}-w_s^\tau,x\rangle]/U",
    real=True,
)
change_spread = observable(
    "change_spread", "its largest standard deviation", r"\max_{s,\tau}\mathrm{sd}", positive=True
)
moved = observable(
    "moved_mean",
    "smallest mean of a_s y <w_s^T - w_s^0, x> over fresh points",
    r"\min_sE[a_sy\langle w_s^T-w_s^0,x\rangle]/U",
    real=True,
)
moved_spread = observable(
    "moved_spread", "its largest standard deviation", r"\max_s\mathrm{sd}", positive=True
)
b_1 = observable("B1_smallest", "smallest first term, over |mu|^2", r"\min B_1/(\|\mu\|^2U)")
b_2 = observable("B2_largest", "largest second term", r"\max|B_2|/U")
b_3 = observable(
    "B3_ratio", "largest third term, over |<mu, xi>|", r"\max|B_3|/(|\langle\mu,\xi\rangle|U)"
)
b_4 = observable(
    "B4_ratio",
    "largest fourth term, over max |<xi_i, xi>| + alpha |xi|",
    r"\max|B_4|/((\max_i|\langle\xi_i,\xi\rangle|+\alpha\|\xi\|)U)",
)
noise_ratio = observable(
    "noise_ratio",
    "largest norm of the accumulated noise, over sqrt(d n)",
    r"\frac{\|\sum_i\sum_\tau y_iy\tilde g_i\phi'(\xi_i+\epsilon_i)\|}"
    r"{\sqrt{dn}\sum_\tau\hat G_{rob}(W^\tau)}",
)
noise_size = observable(
    "noise_size",
    "standard deviation of the accumulated fourth term on a fresh point",
    r"\mathrm{sd}(\sum_\tau B_4(\tau))/U",
)
L = parameter("L", "log(d / n); in the printed step log(m d / (n delta))", positive=True)
u = parameter("u", "log(m d / (n delta)) - 1", nonnegative=True)

first_term = c_0 * gamma / (3 * C_r)
second_term = 3 * mu**2 + 2 * mu * alpha
c_7 = c_0 * gamma / (6 * C_r)
one_step = c_7 * mu**2 - C_r * alpha * sqrt(d * log(d / n))
one_step_with_flips = (
    Q(3, 4) * first_term * mu**2
    - C_r * flipped_share * second_term
    - C_r * alpha * sqrt(d * log(d / n))
)
all_steps = c_7 * mu**2 - 3 * sqrt(22) * C_r * sqrt(d * log(d * m / n) / n)
all_steps_sharp = c_7 * (mu**2 - 2 * sqrt(d * log(d * m / n) / n))
log_rare = -11 * log(d / n)
few_flips = c_0 * gamma / (12 * C_r**2) >= flipped_share * (3 + 2 * alpha / mu)
signal_dominates = mu**2 >= 100 * sqrt(d / n * log(m * d / (n * delta)))
"""(B2) with C = 100, which makes the signal dominate the noise of the accumulated changes."""


TAILS = "given the run, preactivations of a fresh point are normal: a bound of the exact tails"


def log_failure(mean: Expr, spread: Expr, least: Expr, count: Expr) -> Expr:
    """Return a bound of log P(one of ``count`` normal variables is below ``least``)."""
    return log(count / 2) - Max(0, (mean - least) / spread) ** 2 / 2


fourth_power = C**2 * d / n
"""Of mu, over a logarithm L, where (B2) holds with equality."""

_why = (
    r"(B2) bounds $\|\mu\|^2$ by $C$ times a root, so $\|\mu\|^4$ by $C^2\frac dnL$ only. "
    r"The conclusions stay: $\|\mu\|$ still exceeds any multiple of the logarithm's root for "
    "large $C$"
)
_counterexample = r"(B2) with equality, $C=10$, $d=10^6$, $n=100$, $m=50$, $\delta=0.1$: "

x = sp.Symbol("x", positive=True)

lemma_b30 = paper.theorem(
    "lemma-B.30",
    "neurons move the right way on fresh points",
    "Appendix B.2, Lemma B.30",
    r"On a good run, with probability at least $1-3(d/n)^{-11}$ over a clean fresh point "
    r"$x=y\mu+\xi$, for all $s$ and $\tau<t$: $a_sy\langle w_s^{\tau+1}-w_s^\tau,x\rangle\geq"
    r"\frac{c_7\eta}{\sqrt m}(\|\mu\|^2-C'\max_i|\langle\xi_i,\xi\rangle|-C'\alpha\sqrt{d\log\frac "
    r"dn})\hat G_{rob}(W^\tau)$ and $a_sy\langle w_s^t-w_s^0,x\rangle\geq\frac{c_7\eta}{\sqrt m}"
    r"(\|\mu\|^2-C''\sqrt{\frac dn\log\frac{dm}n})\sum_{\tau<t}\hat G_{rob}(W^\tau)$. The proof "
    r"splits the change into four terms $B_1+B_2+B_3+B_4$: signal, flipped samples, noise of the "
    r"fresh point along $\mu$, noise against noise. (Its constants, put together: $c_7=\frac{c_0"
    r"\gamma}{6C_r}$. Below, $U=\frac\eta{\sqrt m}\hat G_{rob}$, summed over the steps for sums.)",
    hypotheses=(
        *ASSUMPTION_1,
        *NONSMOOTH,
        RUN,
        regime(few_flips, "so few flips that the second term is at most a quarter of the first"),
    ),
    uses=("lemma-B.25", "lemma-B.26", "lemma-B.28", "proposition-B.23"),
    claims=(
        Inequality(
            "step",
            log_failure(change, change_spread, one_step, m * T),
            at_most=log(3) + log_rare,
            given=And(good_run, few_flips),
            statement=r"every step: $a_sy\langle w_s^{\tau+1}-w_s^\tau,x\rangle\geq\frac{c_7\eta}"
            r"{\sqrt m}(\|\mu\|^2-C'\alpha\sqrt{d\log\frac dn})\hat G_{rob}$ for all neurons, "
            r"with $C'=\frac{C_r}{c_7}$ of the run and even without $C'\max_i|\langle\xi_i,\xi"
            r"\rangle|$, but for a probability of at most $3(d/n)^{-11}$, on runs with so few "
            r"flips as the proof asks for (none at these sizes)",
            routes=TAILS,
            mutants=(
                Mutant(
                    "100 c_7",
                    left=log_failure(change, change_spread, one_step + 99 * c_7 * mu**2, m * T),
                    where=signal_dominates,
                ),
                Mutant(
                    "1 for c_7 and 0 for C'",
                    left=log_failure(change, change_spread, mu**2, m * T),
                ),
                Mutant(
                    "the wrong sign",
                    left=log_failure(-change, change_spread, c_7 * mu**2, m * T),
                ),
            ),
        ),
        Inequality(
            "step-with-flips",
            log_failure(change, change_spread, one_step_with_flips, m * T),
            at_most=log(3) + log_rare,
            given=good_run,
            statement=r"every step, however many flips: the same with $\frac34\frac{c_0\gamma}"
            r"{3C_r}\|\mu\|^2-C_r\hat\beta(3\|\mu\|^2+2\alpha\|\mu\|)$ for $c_7\|\mu\|^2$, as "
            r"the proof bounds the first three terms, $\hat\beta$ the share of flips",
            routes=TAILS,
            mutants=(
                Mutant(
                    "without the second term",
                    left=log_failure(
                        change,
                        change_spread,
                        one_step_with_flips + C_r * flipped_share * second_term,
                        m * T,
                    ),
                ),
                Mutant(
                    "the wrong sign",
                    left=log_failure(-change, change_spread, one_step_with_flips, m * T),
                ),
            ),
        ),
        Inequality(
            "accumulated",
            log_failure(moved, moved_spread, all_steps, m),
            at_most=log(3) + log_rare,
            given=good_run,
            statement=r"all steps: $a_sy\langle w_s^t-w_s^0,x\rangle\geq\frac{c_7\eta}{\sqrt m}"
            r"(\|\mu\|^2-C''\sqrt{\frac dn\log\frac{dm}n})\sum_\tau\hat G_{rob}$, but for a "
            r"probability of at most $3(d/n)^{-11}$, with the proof's $C''=3\sqrt{22}\frac{C_r}"
            r"{c_7}$ for normal noise ($c_6=\sqrt2$) and $c_7$ of the run",
            routes=TAILS,
            mutants=lambda: (
                Mutant(
                    "1 for c_7",
                    left=log_failure(moved, moved_spread, all_steps + (1 - c_7) * mu**2, m),
                    where=signal_dominates,
                ),
                Mutant(
                    "100 c_7",
                    left=log_failure(moved, moved_spread, all_steps + 99 * c_7 * mu**2, m),
                    where=signal_dominates,
                ),
                Mutant(
                    "mu^3 for mu^2",
                    left=log_failure(moved, moved_spread, all_steps.subs(mu**2, mu**3), m),
                ),
                Mutant("the wrong sign", left=log_failure(-moved, moved_spread, c_7 * mu**2, m)),
            ),
        ),
        Inequality(
            "accumulated-sharp",
            log_failure(moved, moved_spread, all_steps_sharp, m),
            at_most=log(3) + log_rare,
            where=signal_dominates,
            given=good_run,
            statement=r"the same with $C''=2$, where (B2) holds with $C=100$: it says more than "
            r"'positive' there (at $C=2.8$ it fails with a probability of $10^{-2}$ on some runs)",
            routes=TAILS,
            mutants=(
                Mutant(
                    "1 for c_7", left=log_failure(moved, moved_spread, all_steps_sharp / c_7, m)
                ),
            ),
        ),
        Identity(
            "decomposition",
            gap,
            0,
            scale=change_largest,
            exact=True,
            statement=r"$a_sy\langle w_s^{\tau+1}-w_s^\tau,x\rangle=B_1+B_2+B_3+B_4$ for every "
            r"neuron and step",
            mutants=(Mutant("half of the second term", observable=gap_halved),),
        ),
        Inequality(
            "signal",
            b_1,
            at_least=first_term,
            given=good_run,
            note="with $c_0$ and $C_r$ of the run",
            mutants=(replaced(c_0, 1),),
        ),
        Inequality(
            "flips",
            b_2,
            at_most=C_r * flipped_share * second_term,
            given=signal_is_clean,
            mutants=(factor(Q(1, 2)), C_r * flipped_share * 2 * mu * alpha),
        ),
        Inequality("noise-along-mean", b_3, at_most=C_r, mutants=(factor(Q(1, 2)),)),
        Inequality(
            "noise-along-mean-sharp",
            b_3,
            at_most=1,
            note="sharper: the factor $C_r$ is not needed in the bound of $B_3$",
            mutants=(Q(1, 2),),
        ),
        Inequality("noise-against-noise", b_4, at_most=C_r, mutants=(factor(Q(1, 20)),)),
        Inequality("accumulated-noise", noise_ratio, at_most=3 * C_r, mutants=(C_r / 4,)),
        Theta(
            "noise-size",
            noise_size,
            of=sqrt(d / n),
            corrections="power",
            note=r"a length of normal variables, whose corrections are powers of $\frac1d$",
            mutants=(d / n, mu, mu**2 / sqrt(n)),
        ),
        *derivations(
            c7=equal(
                at(x - x / 4 - x / 4, {x: first_term}),
                c_7,
                statement=r"two quarters less than $\frac{c_0\gamma}{3C_r}$ leave "
                r"$c_7=\frac{c_0\gamma}{6C_r}$",
            ),
            noise_norm=at_most(
                9 * d * log(exp(11 * L)),
                (10 * sqrt(d * L)) ** 2,
                nonnegative=d * L,
                statement=r"(D2) with $\bar\delta=(d/n)^{-11}$, $L=\log\frac dn$, gives "
                r"$\|\xi\|^2\leq99dL\leq(10\sqrt{dL})^2$",
                mutants=(factor(Q(81, 100)),),
            ),
            accumulated_noise_constant=equal(
                sp.Limit(2 * C_r * sqrt(d * n) + alpha * n, alpha, C_r * sqrt(d / n)),
                3 * C_r * sqrt(d * n),
                r"so $2C_r\sqrt{dn}+\alpha n\leq3C_r\sqrt{dn}$ as long as $\alpha\leq "
                r"C_r\sqrt{d/n}$, which (1) and (6) give",
            ),
            logarithm=at_most(
                d / n,
                fourth_power * (1 + u) / C**2,
                nonnegative=d / n * u,
                statement=r"$\frac dn\leq\frac{\|\mu\|^4}{C^2}$ by (B2), for $L=\log\frac{md}"
                r"{n\delta}=1+u\geq1$",
                mutants=(Mutant("C^3 for C^2", at_most=fourth_power * (1 + u) / C**3),),
                printed=Printed(
                    name="logarithm-printed",
                    at_most=fourth_power * L / C**4,
                    nonnegative=None,
                    statement=r"as printed: (B2) with equality, $\|\mu\|^4=C^2\frac dnL$ with "
                    r"$L=\log\frac{md}{n\delta}$, gives $\frac dn\leq\frac{\|\mu\|^4}{C^4}$",
                    words=r"by (B2) $\log\frac dn\leq\log\frac{\|\mu\|^4}{C^4}$",
                    why=_why,
                    counterexample=_counterexample + r"$d/n=10^4$ exceeds $\|\mu\|^4/C^4=1542$",
                    harmless=True,
                ),
            ),
        ),
    ),
)
