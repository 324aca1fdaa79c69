"""ReLU and leaky ReLU: convergence of the robust training loss (Lemma B.29)."""

from bounds.authoring import *
from bounds.wang2024.notation import *
from bounds.wang2024.notation_nonsmooth import *

gradient_along_mean = observable(
    "gradient_along_mean",
    "smallest <-grad L, V> over |mu| and the mean logistic weight",
    r"\min_t\frac{\langle-\nabla\hat L_{rob}(W^t),V\rangle}{\|\mu\|\hat G_{rob}(W^t)}",
)
growth_rate = observable(
    "growth_rate",
    "largest increase of the squared norm since the start, per iteration and step size",
    r"\max_t\frac{\|W^t\|_F^2-\|W^0\|_F^2}{\eta t}",
)

lemma_b29 = paper.theorem(
    "lemma-B.29",
    "convergence of the robust training loss",
    "Appendix B.2, Lemma B.29",
    r"On a good run $\hat L_{rob}(W^T)\leq\frac{30}{\|\mu\|\gamma c_0\sqrt{\eta T}}$, by "
    r"way of $\langle-\nabla\hat L_{rob},V\rangle\geq\frac{\gamma\|\mu\|}4c_0\hat G_{rob}$ and "
    r"$\|W^t\|_F^2\leq\|W^0\|_F^2+(\eta^2\frac{C_2^2d}n+\frac23\eta)t$.",
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH, RUN),
    uses=("lemma-B.28", "lemma-B.26", "lemma-B.12"),
    claims=(
        Inequality(
            "c0",
            c_0,
            at_most=Q(1, 2),
            scale=1,
            note="the share of active neurons of the right sign",
            mutants=(Q(1, 20),),
            printed=Printed(
                name="c0-printed",
                at_most=None,
                at_least=1,
                note="as printed",
                words=r"$c_0>1$ is the constant in Lemma B.21",
                why="$c_0m$ counts neurons with $a_s=y_i$, of which there are $m/2$",
                counterexample="every run: the share is about 1/4",
                harmless=True,
            ),
        ),
        Inequality(
            "gradient",
            gradient_along_mean,
            at_least=gamma * c_0 / 4,
            given=good_run,
            note="with $c_0$ of the run and at most a tenth of the labels flipped",
            mutants=(
                gamma / 2,
                Mutant("the opposite direction", at_least=None, at_most=0, scale=gamma * c_0 / 4),
            ),
        ),
        Inequality(
            "growth",
            growth_rate,
            at_most=eta * C_2**2 * d / n + Q(2, 3),
            note="with $C_2$ of the run",
            mutants=(replaced(d / n, 1, "without the root of d/n in C_2"),),
        ),
        BigO(
            "rate",
            robust_loss,
            of=1 / sqrt(eta * T),
            given=is_active,
            corrections="power",
            note="along $T$ (it falls faster: see the measured exponent)",
            mutants=((eta * T) ** -Q(3, 2),),
        ),
        Theta(
            "measured-rate",
            robust_loss,
            of=1 / (eta * T),
            given=is_active,
            corrections="power",
            note="what is seen",
            mutants=(1 / sqrt(eta * T),),
        ),
        *derivations(
            constant=at_most(
                8 * (sqrt(6) + sqrt(Q(2, 3) + 1)),
                30,
                statement=r"$8(\sqrt6+\sqrt{\frac23+\frac1{nd}})\leq30$ for every $nd\geq1$",
                mutants=(29,),
            ),
            start=equal(
                at(2 * sqrt(Q(3, 2) * m * omega**2 * d), {omega: eta / sqrt(m * d)}),
                sqrt(6) * eta,
                statement=r"(3) makes $2\|W^0\|_F\leq\sqrt6\,\eta$",
            ),
            step=equal(
                at(eta**2 * C_2**2 * d / n, {C_2: sqrt(C), eta: 1 / (C * d**2)}),
                at(eta / (n * d), {eta: 1 / (C * d**2)}),
                statement=r"(4) with $C\geq C_2^2$ makes the first term $\eta^2\frac{C_2^2d}n$ at "
                r"most $\frac\eta{nd}$",
            ),
        ),
    ),
)
