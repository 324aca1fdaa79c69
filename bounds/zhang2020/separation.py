"""Inputs of the padded form, and how far apart they lie (Section 3.4)."""

from bounds.authoring import *
from bounds.zhang2020.notation import *

distance = observable("distance", "distance of two random inputs", r"\|x-x'\|", nonnegative=True)
squared_distance = observable(
    "squared_distance", "squared distance of two random inputs", r"\|x-x'\|^2", nonnegative=True
)
least_distance = observable(
    "least_distance", "least distance of n random inputs", r"\min_{i\neq j}\|x_i-x_j\|"
)

definition_3_4 = paper.theorem(
    "definition-3.4",
    "separability, and inputs drawn at random",
    "Sections 3.1 and 3.4, Definition 3.4",
    r"$S$ is $\gamma$-separable if $\|x_i-x_j\|\geq\delta$ for $i\neq j$ and "
    r"$\gamma\leq\delta(\delta-2\rho)$. For $x$ uniform on $\mathcal X=\{\|x\|=1,x_d=\frac12\}$ "
    r"and large $d$, $\delta\approx\sqrt{3/2}$.",
    hypotheses=(required(d >= 2, "there is a coordinate beside the padded one"),),
    claims=(
        Identity(
            "mean-square",
            squared_distance,
            Q(3, 2),
            variance=Q(9, 4) / (d - 1),
            note="in every dimension",
            mutants=(
                Mutant("without the padded coordinate: 2", equals=2),
                Mutant("the root of 3/2", equals=sqrt(Q(3, 2))),
            ),
        ),
        Limit(
            "distance",
            distance,
            to=sqrt(Q(3, 2)),
            rate=1,
            tolerance=0.01,
            note=r"of two inputs, as $d\to\infty$",
            mutants=(sqrt(2), Q(3, 2)),
        ),
        Limit(
            "least-distance",
            least_distance,
            to=sqrt(Q(3, 2)),
            rate=0.5,
            tolerance=0.02,
            note=r"of $n$ inputs, for fixed $n$: the shortfall fades like $\sqrt{\log n/d}$",
            mutants=(sqrt(2), Q(3, 2)),
        ),
        *derivations(
            separation=equal(
                (delta * (delta - 2 * rho)).subs({delta: sqrt(Q(3, 2)), rho: Q(1, 20)}),
                Q(3, 2) - sqrt(6) / 20,
                note=r"at $\rho=\frac1{20}$ random inputs are 1.3775-separable",
                mutants=(Q(3, 2) - sqrt(6) / 10,),
            ),
        ),
    ),
)
