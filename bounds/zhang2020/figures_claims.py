"""Figure 1: how far images lie from one another, on the digits that are at hand."""

from bounds.authoring import *
from bounds.zhang2020.existence import printed_degree
from bounds.zhang2020.notation import *

close = observable(
    "close", "share of the images that have another one within 2 rho", r"P(\delta_i\leq2\rho)"
)
least = observable("least", "least distance of two images", r"\min_i\delta_i")
middle = observable("middle", "median of the distances", r"\mathrm{median}\,\delta_i")
uniform = observable(
    "uniform_least", "the same of as many uniform points", r"\min_i\delta_i^{\mathrm{unif}}"
)

figure_1 = paper.theorem(
    "claim-figure-1",
    "distances to the nearest image, on digits",
    "Figure 1, Section 3.4",
    r"Figure 1 shows, on CIFAR-10, that all but a very small fraction of the images are not too "
    r"near any other, against $\rho\leq\frac1{20}$. Ours: the same on the 1797 digits of 8 x 8 "
    r"pixels, scaled into the ball of radius $\frac{\sqrt3}2$ and padded to norm one. Beside the "
    r"paper's histogram, whose axis ends at 1.2 (`verify figure zhang2020/figure-1`): ours has one "
    r"mode at about 0.17 and nothing beyond 0.4; 0.46 % of the $\delta_i$ are at most $2\rho$, so "
    r"that the sentence of the paper fits; but the median of 0.187 is a fifth of what as many "
    r"uniform points have (0.98), and far from the $\sqrt{3/2}$ that the text argues with.",
    hypotheses=(required(rho <= Q(1, 20), "the attack is as large as is usual"),),
    uses=("definition-3.4",),
    claims=(
        Inequality(
            "few-are-close",
            close,
            at_most=Q(1, 100),
            note=r"ours: a very small fraction, with $\rho=\frac1{20}$",
            mutants=(Mutant("one in 500", at_most=Q(1, 500)),),
        ),
        Inequality(
            "not-separable",
            least,
            at_most=2 * rho,
            where=rho >= Q(1, 20),
            note=r"ours: yet at $\rho=\frac1{20}$ the whole set is $\gamma$-separable for no "
            r"$\gamma>0$; two images are 0.061 apart, so that it is for $\rho<0.03$",
        ),
        Inequality(
            "half-are-apart",
            middle,
            at_least=2 * rho,
            note="ours",
            mutants=(Mutant("twice as far", at_least=4 * rho),),
        ),
        Inequality(
            "nearer-than-uniform",
            middle,
            at_most=uniform,
            note=r"ours: nothing like the $\delta\approx\sqrt{3/2}$ of uniform points",
        ),
    ),
    vacuity=(
        Asks(
            "the degree D of Lemma 6.2, as printed, if the median distance 0.187 were the least",
            printed_degree,
            {n: 1797, epsilon: Q(1, 10), gamma: Q(187, 1000) * (Q(187, 1000) - Q(1, 10))},
        ),
    ),
)
