"""ReLU and leaky ReLU: where the attacks of training point (Lemmas B.27 and B.28)."""

from bounds.authoring import *
from bounds.wang2024.notation import *
from bounds.wang2024.notation_nonsmooth import *

distance = observable(
    "distance",
    "largest distance of an attacked sample from the span",
    r"\max_{t,i}\mathrm{dist}(\tilde x_i^t,\langle x_1,\dots,x_n\rangle)",
)
distance_from_mean = observable(
    "distance_from_mean", "largest distance of an attacked sample from the line of the mean"
)
distance_first_perturbed = observable(
    "distance_first_perturbed", "largest distance, if the first step perturbs at random"
)
distance_bound = Min(omega * sqrt(m * d) / eta, alpha)

lemma_b27 = paper.theorem(
    "lemma-B.27",
    "attacked samples stay close to the span of the samples",
    "Appendix B.2, Lemma B.27",
    r"For all $t$, $i$: the distance of $\tilde x_i^t$ from the span of $x_1,\dots,x_n$ "
    r"is at most $\min\{\frac{\omega_{init}\sqrt{md}}\eta,\alpha\}$.",
    hypotheses=(
        *ASSUMPTION_1,
        *NONSMOOTH,
        RUN,
        regime(
            sqrt(d / (alpha**2 * n)) >= 160 * C_1 ** Q(3, 2) * C_r / (gamma * c_0),
            "the dimension is large against the attack (used at the end of the proof)",
        ),
    ),
    uses=("lemma-B.26", "lemma-B.4"),
    claims=(
        Inequality(
            "distance",
            distance,
            at_most=distance_bound,
            scale=distance_bound,
            given=is_active,
            routes="fixed points of the attack, which are what the proof speaks about",
            mutants=(
                replaced(sqrt(m), 1, "without the root of m"),
                Mutant("from the line of the mean", left=distance_from_mean),
                Mutant(
                    "if the first step perturbs too: any perturbation is a maximiser then",
                    left=distance_first_perturbed,
                ),
            ),
        ),
        Theta(
            "grows-with-the-start", distance, of=omega, corrections="power", note="all else fixed"
        ),
        *derivations(
            dimension=equal(
                at(
                    c_0 * gamma * d / (32 * C_1 * C_r * sqrt(alpha**2 * C_1 * d * n)),
                    {d: n * (160 * alpha * C_1 ** Q(3, 2) * C_r / (gamma * c_0)) ** 2},
                ),
                5,
                statement=r"the last step of the proof needs $\sqrt{\frac d{\alpha^2n}}\geq"
                r"\frac{160C_1^{3/2}C_r}{\gamma c_0}$, where its two terms balance",
            )
        ),
    ),
)

product = r"\frac{\langle\mu,y_i\tilde x_i^t\rangle}{\|\mu\|^2}"
clean_lowest = observable(
    "clean_lowest",
    "smallest <mu, y_i x_i'> / |mu|^2 of clean samples, attacked",
    r"\min_{i\text{ clean}}" + product,
)
clean_highest = observable(
    "clean_highest",
    "largest <mu, y_i x_i'> / |mu|^2 of clean samples, attacked",
    r"\max_{i\text{ clean}}" + product,
)
flipped_low = observable(
    "flipped_lowest",
    "smallest <mu, y_i x_i'> / |mu|^2 of flipped samples, attacked",
    r"\min_{i\text{ flipped}}" + product,
)
flipped_high = observable(
    "flipped_highest",
    "largest <mu, y_i x_i'> / |mu|^2 of flipped samples, attacked",
    r"\max_{i\text{ flipped}}" + product,
)
moved_along_mean = observable(
    "moved_along_mean",
    "largest change of <mu, x_i> by the attack, over |mu|^2",
    r"\max_{t,i}\frac{|\langle\mu,\tilde x_i^t-x_i\rangle|}{\|\mu\|^2}",
)

lemma_b28 = paper.theorem(
    "lemma-B.28",
    "attacked samples keep their component along the mean",
    "Appendix B.2, Lemma B.28",
    r"On a good run $\frac12\|\mu\|^2\leq\langle\mu,y_i\tilde x_i^t\rangle\leq3\|\mu"
    r"\|^2$ for clean $i$, and $-3\|\mu\|^2\leq\langle\mu,y_i\tilde x_i^t\rangle\leq-\frac12"
    r"\|\mu\|^2$ for flipped $i$; by its proof with $\frac13$ for $\frac12$.",
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH, RUN),
    uses=("lemma-B.27", "lemma-B.4"),
    claims=(
        Inequality(
            "clean",
            clean_lowest,
            at_least=Q(1, 3),
            scale=1,
            given=signal_is_clean,
            note="as in Lemma B.11",
            mutants=(Q(1, 2), Mutant("flipped samples as well", left=flipped_low)),
            printed=Printed(
                name="clean-printed",
                at_least=Q(1, 2),
                where=Eq(beta, 0),
                note="as printed, with $C=1$",
                words=r"$\frac12\|\mu\|^2\leq\langle\mu,y_i\tilde x_i^t\rangle$ for clean $i$",
                why="(C5) gives 1/2 without an attack, and the attack takes up to 1/6; the proof "
                "is that of Lemma B.11, and Lemma B.29 uses 1/3. Flipped samples are moved the "
                "other way, so that 1/2 is right for them. For large C the printed 1/2 would hold "
                "for clean samples with high probability as well, but not by this proof",
                counterexample=r"ReLU, $n=m=12$, $d=22500$, $\|\mu\|=12.9$, $\alpha=12.2$, no "
                r"flips, $\eta=0.999/d^2$: all assumptions hold with $C=1$, and "
                r"with (C5) met the smallest product is below $\frac12\|\mu\|^2$ "
                r"in nearly 1 % of the runs ($0.39\|\mu\|^2$ at the lowest)",
                harmless=True,
            ),
        ),
        Inequality(
            "clean-above", clean_highest, at_most=3, scale=1, given=signal_is_clean, mutants=(1,)
        ),
        Inequality(
            "flipped",
            flipped_high,
            at_most=-Q(1, 2),
            scale=1,
            given=signal_is_clean,
            note="as printed (the attack moves them away from 0)",
            mutants=(-Q(2, 3), Mutant("clean samples as well", left=clean_lowest)),
        ),
        Inequality(
            "flipped-below", flipped_low, at_least=-3, scale=1, given=signal_is_clean, mutants=(-1,)
        ),
        Inequality(
            "displacement",
            moved_along_mean,
            at_most=2 * sqrt(8 * C_1 * n * alpha**2 / d) + omega * sqrt(m * d) / eta / mu,
            given=signal_is_clean,
            note=r"with $C_1$ of the run (the proof needs $\frac16$)",
            mutants=(
                factor(1 / n),
                Mutant(
                    "1/16 of the root, without C_1, C_d", at_most=sqrt(8 * n * alpha**2 / d) / 8
                ),
            ),
        ),
    ),
)
