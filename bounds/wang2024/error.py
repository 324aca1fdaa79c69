"""Theorem 3.1 for smooth activations."""

from bounds.authoring import *
from bounds.wang2024.attacked_inputs import certified_margin, largest_margin, setting
from bounds.wang2024.convergence import T_bar, after, epsilon, final_loss, tau
from bounds.wang2024.data_events import noisy_share, sigma
from bounds.wang2024.good_run import good_run
from bounds.wang2024.notation import *

few_flips = required(beta <= Q(1, 2), "at most half of the labels are flipped")
C_e = parameter("C_e", "the constant C of the error bounds, declared", positive=True)
r = parameter("r", "alpha / |mu|", positive=True)
s = parameter("s", "slack of Assumption 1 (1)", nonnegative=True)
t = parameter("t", "slack of (A1)", nonnegative=True)
M = parameter("M", "|mu|^2", r"\|\mu\|^2", positive=True)
clean_wrong = observable("clean_wrong", "a fresh point with its noisy label is misclassified")
not_robust = observable(
    "not_robust", "a fresh point with its noisy label has no certificate of robustness"
)
clean_error = observable(
    "clean_error", "test error of the trained network, certified from above", r"L^{0/1}(W^T)"
)
clean_log_error = observable(
    "clean_log_error", "-log P(y_c f(x) <= 0) after one linear step", r"-\log(L^{0/1}-\beta)"
)
robust_log_error = observable(
    "robust_log_error", "clean_log_error under attack", r"-\log(L_{rob}^{0/1}-\beta)"
)
ratio_log_error = observable(
    "ratio_log_error", "robust_log_error at alpha = r |mu|", r"-\log(L_{rob}^{0/1}-\beta)"
)
early_margin = observable(
    "early_margin", "<mu, w> / |w| after one step of a linear network", real=True
)
late_margin = observable("late_margin", "<mu, w> / |w| of the minimum-norm interpolator", real=True)
reach = mu**2 / C_e * sqrt(n / d)


def error_of_a_network(exponent: Expr) -> Expr:
    """Return the bound of the error, given the training set; Lemma B.2 holds with ``c = 1/2``."""
    return beta + 2 * exp(-lambda_ / 2 * exponent)


def error_bound(exponent: Expr) -> Expr:
    """Return the bound of the error over fresh points and training sets."""
    return error_of_a_network(exponent) + 2 * delta


def compared(margin: Expr, prediction: Expr) -> Expr:
    """Return the ratio to a prediction, 1 where half of the labels are flipped and it vanishes."""
    return Piecewise((margin / prediction, Abs(surplus) > 0), (1, True))


surplus, scatter = 1 - 2 * noisy_share, sigma**2 * d
early = surplus * sqrt(n) * mu**2 / sqrt(scatter + surplus**2 * n * mu**2)
weight = surplus * n / (scatter + n * mu**2)
own, flipped = (1 - weight * mu**2) ** 2, (1 + weight * mu**2) ** 2
spread = n / scatter * ((1 - noisy_share) * own + noisy_share * flipped)
late = weight * mu**2 / sqrt(weight**2 * mu**2 + spread)

robust_exponent = mu**2 * (mu / C * sqrt(n / d) - alpha / mu) ** 2
signal = C**2 * n * (1 + s) * (1 + t)
dimension = C * n * M * (1 + s)
lost = s / (sqrt(1 + s) * (1 + sqrt(1 + s)))

theorem_b1 = paper.theorem(
    "theorem-B.1",
    "benign overfitting of adversarially trained smooth networks",
    "Section 3.3, Theorem 3.1 (smooth activations); Appendix B.1, Theorem B.1",
    r"Under Assumption 1, (A1) and (A2), after $T\geq\bar T=(\frac{35+8\sqrt{m/d^3}}"
    r"{\gamma\|\mu\|\eta\varepsilon})^{2/(1-\zeta)}$ iterations, with probability at least "
    r"$1-2\delta$: (1) $\hat L_{rob}(W^T)\leq\varepsilon$ and $\hat L_{rob}^{0/1}(W^T)=0$; (2) "
    r"$L^{0/1}(W^T)\leq\beta+2\exp(-\frac{c\lambda n\|\mu\|^4}{C^2d})$; (3) if $\frac\alpha"
    r"{\|\mu\|}\leq\frac1C\sqrt{n\|\mu\|^2/d}$, $L_{rob}^{0/1}(W^T)\leq\beta+2\exp(-c\lambda"
    r"\|\mu\|^2(\frac{\|\mu\|}C\sqrt{\frac nd}-\frac\alpha{\|\mu\|})^2)$.",
    aliases=("theorem-3.1",),
    hypotheses=(*setting, few_flips),
    uses=(
        "lemma-B.2",
        "lemma-B.3",
        "lemma-B.4",
        "lemma-B.9",
        "lemma-B.14",
        "lemma-B.15",
        "claim-interplay",
        "claim-vacuity",
    ),
    claims=(
        Inequality(
            "training-error",
            certified_margin,
            at_least=largest_margin / 10**6,
            given=good_run,
            scale=largest_margin,
            statement=r"from the first step on no training point can be attacked: "
            r"$\hat L_{rob}^{0/1}(W^t)=0$ for $t\geq1$ (certified; above a millionth of the "
            r"largest margin, so that a network that vanishes does not pass)",
            mutants=(largest_margin / 2,),
            blunt=(
                "it says that the margin is positive; the millionth keeps a vanishing "
                "network from passing, and is no constant of the paper"
            ),
        ),
        Inequality(
            "training-loss",
            final_loss,
            at_most=epsilon,
            given=good_run,
            where=T >= T_bar,
            note=r"(1) after $T\geq\bar T$ iterations (with larger steps than (4) allows, so that "
            r"$\bar T$ can be reached)",
            mutants=(
                factor(Q(1, 10**5)),
                Mutant(
                    "1 for 2 in the exponent: a root of the iterations",
                    "weaker",
                    "true as well: the loss falls much faster than the bound",
                    where=T >= sqrt(T_bar),
                ),
            ),
        ),
        Probability(
            "clean-error",
            clean_wrong,
            at_most=error_bound(reach**2),
            where=mu < 10,
            statement=r"(2) trained networks err on a fresh point with probability at most "
            r"$\beta+2\exp(-\frac{\lambda n\|\mu\|^4}{2C_e^2d})+2\delta$, with $C_e=0.85$ (weak "
            "signals, at which the exponential is a good part of the bound)",
            mutants=(
                Mutant("mu^8 for mu^4", at_most=error_bound(mu**4 * reach**2)),
                Mutant("n^2 for n", at_most=error_bound(n * reach**2)),
                replaced(C_e, C_e / 10),
            ),
        ),
        Probability(
            "clean-error-of-a-network",
            clean_error <= error_of_a_network(reach**2 / 9),
            at_least=1 - 2 * delta,
            where=mu > 10,
            statement=r"(2) with probability at least $1-2\delta$ over training sets and starts "
            r"the test error is at most $\beta+2\exp(-\frac{\lambda n\|\mu\|^4}{2C^2d})$, with "
            r"$C=3C_e=2.55$ (networks with many flipped labels want more than the average does)",
            routes="normal tails of the preactivations, added up over the neurons: no fresh point "
            "is drawn",
            mutants=(
                Mutant(
                    "half of beta", event=clean_error <= error_of_a_network(reach**2 / 9) - beta / 2
                ),
                Mutant("n^2 for n", event=clean_error <= error_of_a_network(n * reach**2)),
                Mutant("C_e for 3 C_e", event=clean_error <= error_of_a_network(reach**2)),
            ),
        ),
        Probability(
            "robust-error",
            not_robust,
            at_most=error_bound((reach - alpha) ** 2),
            statement=r"(3) trained networks can be attacked at a fresh point with probability at "
            r"most $\beta+2\exp(-\frac\lambda2(\frac{\|\mu\|^2}{C_e}\sqrt{n/d}-\alpha)^2)+2\delta$,"
            r" with $C_e=0.85$",
            routes="attacked, and certified where the attack fails",
            mutants=(replaced(alpha, 0, "the attack is ignored"), replaced(alpha, -alpha)),
        ),
        Theta(
            "clean-exponent",
            clean_log_error,
            n * mu**4 / d,
            corrections="power",
            note="so (2) is of the right order (exact law of one step of a linear network)",
            mutants=(factor(sqrt(d / n)), factor(n / d)),
        ),
        Theta(
            "robust-exponent",
            robust_log_error,
            (reach - alpha) ** 2,
            corrections="power",
            note=r"with $C_e=\frac\sigma{1-2\beta}$: (3) is of the right order",
            mutants=(
                Mutant("the attack is ignored", of=reach**2),
                Mutant("n/d for its root", of=(mu**2 / C_e * n / d - alpha) ** 2 + alpha**2),
                Mutant("the square is missing", of=reach - alpha),
                (reach + alpha) ** 2,
            ),
        ),
        Theta(
            "fixed-ratio",
            ratio_log_error,
            mu**2 * (mu / C_e * sqrt(n / d) - r) ** 2,
            corrections="power",
            note=r"at a fixed ratio $r=\alpha/\|\mu\|$",
            mutants=(
                Mutant(
                    "alpha for alpha / mu in the bracket",
                    of=mu**2 * (mu / C_e * sqrt(n / d) + r * mu) ** 2,
                ),
                Mutant("without the attack", of=mu**4 * n / d),
            ),
        ),
        Limit(
            "early-margin",
            compared(early_margin, early),
            1,
            rate=0.5,
            tolerance=Q(1, 50),
            statement=r"the margin after one step tends to $\frac{(1-2\hat\beta)\sqrt n\|\mu\|^2}"
            r"{\sqrt{\sigma^2d+(1-2\hat\beta)^2n\|\mu\|^2}}$, with $\hat\beta$ the share of "
            r"flipped labels",
            mutants=lambda: (
                Mutant(
                    "without the signal in the root",
                    observable=compared(early_margin, surplus * sqrt(n) * mu**2 / sqrt(scatter)),
                ),
                Mutant(
                    "without 1 - 2 beta",
                    observable=compared(early_margin, early.subs(noisy_share, 0)),
                ),
            ),
        ),
        Limit(
            "late-margin",
            compared(late_margin, late),
            1,
            rate=0.5,
            tolerance=Q(1, 50),
            statement=r"the margin of the minimum-norm interpolator tends to $\frac{s\|\mu\|^2}"
            r"{\sqrt{s^2\|\mu\|^2+v}}$, $s=\frac{(1-2\hat\beta)n}"
            r"{\sigma^2d+n\|\mu\|^2}$, $v=\frac n{\sigma^2d}[(1-\hat\beta)(1-s\|\mu\|^2)^2+"
            r"\hat\beta(1+s\|\mu\|^2)^2]$",
            mutants=(Mutant("that after one step", observable=compared(late_margin, early)),),
        ),
        Derivation(
            "robust-error-corrected",
            robust_exponent,
            equals=(mu**2 / C * sqrt(n / d) - alpha) ** 2,
            statement=r"corrected, as in Theorem 3.1: $\|\mu\|^2(\frac{\|\mu\|}C\sqrt{\frac nd}-"
            r"\frac\alpha{\|\mu\|})^2=(\frac{\|\mu\|^2}C\sqrt{\frac nd}-\alpha)^2$, the last line "
            r"of the proof",
            mutants=(
                Mutant("alpha for alpha / mu", left=mu**2 * (mu / C * sqrt(n / d) - alpha) ** 2),
                Mutant("n/d for its root", left=mu**2 * (mu / C * n / d - alpha / mu) ** 2),
            ),
            printed=Printed(
                left=mu**2 * (mu / C * sqrt(n / d - alpha / mu)) ** 2,
                where=n / d >= alpha / mu,
                words=r"Theorem B.1, item 3: $\|\mu\|^2\left(\frac{\|\mu\|}C\sqrt{\frac nd-\frac"
                r"\alpha{\|\mu\|}}\right)^2$",
                why="the root covers the wrong terms: the printed radicand is negative at ordinary "
                "parameters, and the last line of the proof is the form of Theorem 3.1",
                counterexample=r"$C=1$, $n=100$, $d=10^4$, $\|\mu\|=10$, $\alpha=1$: the "
                "radicand is $-0.09$, the bracket of Theorem 3.1 is $0.9$",
                harmless=True,
            ),
        ),
        *derivations(
            clean_is_unattacked=equal(
                sp.Limit(robust_exponent, alpha, 0),
                n * mu**4 / (C**2 * d),
                "item 3 without an attack is item 2",
            ),
            constant=equal(
                at(mu**2 / C * sqrt(n / d), {C: 32 * C_2 / gamma**2}),
                gamma**2 / (32 * C_2) * sqrt(n / d) * mu**2,
                statement=r"with $C=32C_2/\gamma^2$ the margin of Lemma B.14 is "
                r"$\frac{\|\mu\|^2}C\sqrt{n/d}$",
            ),
            constant_in_numbers=at_least(
                32 * C_2.definition.subs(C_r, C_r.definition).subs({C_1: 10, gamma: 1}),
                19000,
                statement=r"even for $\gamma=\kappa=1$ the proof needs $C\geq32C_2\geq19000$ here",
                mutants=(20000,),
            ),
            iterations=equal(
                after.subs(tau, T_bar),
                epsilon,
                where=zeta < 1,
                statement=r"after $\bar T$ iterations the bound of Lemma B.15 is $\varepsilon$",
                mutants=(Mutant("1 for 2 in the exponent", left=after.subs(tau, sqrt(T_bar))),),
            ),
            forced_signal=equal(
                at(M**2 / (C * dimension), {M: signal}),
                1 + t,
                statement=r"(1) with slack $s$, $d=Cn\|\mu\|^2(1+s)$, and (A1) with slack $t$, "
                r"$\|\mu\|^4=Cd(1+t)$, force $\|\mu\|^2=C^2n(1+s)(1+t)$",
            ),
            forced_dimension=at_least(
                dimension.subs(M, signal),
                C**3 * n**2,
                nonnegative=C**3 * n**2 * ((1 + s) ** 2 * (1 + t) - 1).expand(),
                statement=r"so they force $d\geq C^3n^2$",
                mutants=(factor(C),),
            ),
            informative=at_most(
                c * lambda_ * n * M**2 / (C**2 * dimension),
                c * lambda_ * M / C**3,
                nonnegative=c * lambda_ * M * s / (C**3 * (1 + s)),
                statement=r"the exponent of item 2 is at most $c\lambda\|\mu\|^2/C^3$: the bound "
                r"says something only for $\|\mu\|^2$ of the order $C^3$, with $C\geq19000$",
                mutants=(factor(1 / C),),
            ),
            allowed_radius=at_most(
                sqrt(n * M / dimension) / C,
                C ** -Q(3, 2),
                nonnegative=C ** -Q(3, 2) * lost,
                statement=r"item 3 needs $\frac\alpha{\|\mu\|}\leq\frac1C\sqrt{n\|\mu\|^2/d}\leq "
                r"C^{-3/2}$",
                mutants=(C**-2,),
            ),
            allowed_radius_large_samples=at_most(
                sqrt(n * M / (C * n**2 * r**2 * M * (1 + s))) / C * r,
                C ** -Q(3, 2) / sqrt(n),
                nonnegative=C ** -Q(3, 2) / sqrt(n) * lost,
                statement=r"with $d\geq Cn^2\alpha^2$ it also needs $(\frac\alpha{\|\mu\|})^2\leq "
                r"C^{-3/2}n^{-1/2}$",
                mutants=(power(n, -Q(1, 2)),),
            ),
        ),
    ),
)
