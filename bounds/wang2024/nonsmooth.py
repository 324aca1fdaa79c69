"""Theorem 3.1 for ReLU and leaky ReLU: Theorem B.17."""

from bounds.authoring import *
from bounds.wang2024.notation import *
from bounds.wang2024.notation_nonsmooth import *

clean_error = observable(
    "clean_error", "test error of the trained network, certified from above", r"L^{0/1}(W^T)"
)
robust_error = observable(
    "robust_error",
    "robust test error of the trained network, certified from above",
    r"L_{rob}^{0/1}(W^T)",
)
uncertified_share = observable(
    "uncertified_share",
    "share of training points without a certified positive margin after the first iteration",
)
epsilon = parameter("epsilon", "robust training loss that is asked for", positive=True)
u = parameter("u", "1 / (2 delta) - 1", nonnegative=True)
L = parameter("L", "log(m d / (n delta))", positive=True)

loss_bound = 30 / (mu * gamma * c_0 * sqrt(eta * T))
strength = mu**2 / C * sqrt(n / d)
clean_bound, robust_bound = (
    beta + 2 * exp(-lambda_ / 2 * margin**2) for margin in (strength, strength - alpha)
)
half_delta = 1 / (2 * (1 + u))
CERTIFIED = "normal tails of the preactivations, added up over the neurons: no fresh point is drawn"

theorem_b17 = paper.theorem(
    "theorem-B.17",
    "benign overfitting of adversarially trained ReLU networks",
    "Theorem 3.1 (non-smooth activation); Appendix B.2, Theorem B.17",
    r"Under Assumption 1, (B1) and (B2), for $T\geq\bar T=\left(\frac{30}{\|\mu\|\gamma "
    r"c_0\sqrt\eta\,\varepsilon}\right)^2$ and with probability at least $1-2\delta$: the robust "
    r"training loss is at most $\varepsilon$ and the robust training error 0; the clean test "
    r"error is at most $\beta+2\exp(-\frac{c\lambda n\|\mu\|^4}{C^2d})$; and if $\frac\alpha"
    r"{\|\mu\|}\leq\frac1C\sqrt{n\|\mu\|^2/d}$ the robust test error is at most $\beta+2\exp(-c"
    r"\lambda\|\mu\|^2(\frac{\|\mu\|}C\sqrt{n/d}-\frac\alpha{\|\mu\|})^2)$.",
    aliases=("theorem-3.1-nonsmooth",),
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH, RUN),
    uses=("definition-B.22", "lemma-B.29", "lemma-B.33", "lemma-B.26", "lemma-B.2"),
    claims=(
        Inequality(
            "zero-robust-training-error",
            uncertified_share,
            at_most=0,
            scale=1,
            given=good_run,
            statement="on a good run no training point can be attacked, from the first step on "
            "(certified)",
        ),
        Probability(
            "training-loss",
            robust_loss <= loss_bound,
            at_least=1 - 2 * delta,
            given=is_active,
            note=r"so $\leq\varepsilon$ for $T\geq\bar T$, with $c_0$ of the run (and far below "
            "the bound)",
            mutants=(Mutant("a millionth of the bound", event=robust_loss <= loss_bound / 10**6),),
            blunt=(
                "the loss is far below its bound in every run, so that the probability "
                "is 1 and says nothing of delta"
            ),
        ),
        Probability(
            "clean-error",
            clean_error <= clean_bound,
            at_least=1 - 2 * delta,
            statement=r"with probability at least $1-2\delta$ over training sets and starts the "
            r"clean test error is at most $\beta+2\exp(-\frac{c\lambda n\|\mu\|^4}{C^2d})$, with "
            r"$C=2.8$ and $c=\frac12$",
            routes=CERTIFIED,
            mutants=(
                Mutant("n^2 for n", event=clean_error <= clean_bound.subs(n, n**2)),
                Mutant("mu^2 for mu", event=clean_error <= clean_bound.subs(mu, mu**2)),
            ),
        ),
        Probability(
            "robust-error",
            robust_error <= robust_bound,
            at_least=1 - 2 * delta,
            where=alpha <= strength,
            statement=r"with probability at least $1-2\delta$ the robust test error is at most "
            r"$\beta+2\exp(-c\lambda(\frac{\|\mu\|^2}C\sqrt{n/d}-\alpha)^2)$, with $C=2.8$ and "
            r"$c=\frac12$",
            routes=CERTIFIED,
            mutants=lambda: (
                Mutant(
                    "the attack is ignored, for every radius",
                    event=robust_error <= clean_bound,
                    where=None,
                ),
                Mutant(
                    "n^2 for n, for every radius",
                    event=robust_error <= robust_bound.subs(n, n**2),
                    where=None,
                ),
            ),
        ),
        *derivations(
            iterations=equal(
                at(loss_bound, {T: (30 / (mu * gamma * c_0 * sqrt(eta) * epsilon)) ** 2}),
                epsilon,
                statement=r"the bound of the loss equals $\varepsilon$ at $\bar T$",
                mutants=(
                    Mutant(
                        "without the square (as in the last line of the proof of Lemma B.29)",
                        left=at(loss_bound, {T: 30 / (mu * gamma * c_0 * sqrt(eta) * epsilon)}),
                    ),
                ),
            ),
            not_vacuous=equal(
                at(loss_bound, {T: (30 / (mu * gamma * c_0 * log(2))) ** 2 / eta}),
                log(2),
                statement=r"the bound says more than $\log2$, the loss at the start, only from "
                r"$\eta T=(\frac{30}{\|\mu\|\gamma c_0\log2})^2$ on",
                mutants=(
                    Mutant(
                        "without the square",
                        left=at(loss_bound, {T: 30 / (mu * gamma * c_0 * log(2)) / eta}),
                    ),
                ),
            ),
            exponent=equal(
                mu**2 * (mu / C * sqrt(n / d) - alpha / mu) ** 2, (strength - alpha) ** 2
            ),
            bookkeeping=at_least(
                1 - delta - 3 * delta / 4 - delta / 5,
                1 - 2 * delta,
                statement=r"the failures add up to $\delta+\frac34\delta+\frac15\delta\leq2\delta$",
                mutants=(1 - 3 * delta / 2,),
            ),
            failure_in_c7=at_most(
                half_delta**4,
                half_delta / 8,
                nonnegative=u * (3 + 3 * u + u**2) / (16 * (1 + u) ** 4),
                statement=r"(C7) fails with $(\frac\delta m)^4\leq\delta^4\leq\frac\delta8$, as "
                r"$\delta=\frac1{2(1+u)}\leq\frac12$",
                mutants=(factor(Q(1, 8)),),
            ),
            dimension_range=equal(
                at(n * mu**4 / (C**2 * L) - C * n * mu**2, {mu: sqrt(C**3 * L)}),
                0,
                statement=r"(1) and (B2) leave $Cn\|\mu\|^2\leq d\leq\frac{n\|\mu\|^4}{C^2L}$ with "
                r"$L=\log\frac{md}{n\delta}$, which is empty below $\|\mu\|^2=C^3L$, where the "
                "ends meet",
                mutants=(
                    Mutant(
                        "C^2 for C^3",
                        left=at(n * mu**4 / (C**2 * L) - C * n * mu**2, {mu: C * sqrt(L)}),
                    ),
                ),
            ),
        ),
    ),
)
