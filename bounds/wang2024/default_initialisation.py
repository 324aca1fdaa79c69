"""The initialisation of the experiments: the default of PyTorch against a normal law."""

from bounds.authoring import *
from bounds.wang2024.notation import *

POINT = 0.01
"""About what ten repetitions of 2000 test points resolve; half of it counts as no difference."""


def same(what: str) -> Identity:
    """Return that the error after a uniform start is the one after a normal start, same data."""
    uniform, normal, wide = (
        observable(f"{what}_{key}", f"{what} test error after a {start}", nonnegative=True)
        for key, start in (
            ("uniform", "uniform start"),
            ("normal", "normal start of equal variance"),
            ("wide", "normal start twenty times as wide"),
        )
    )
    return Identity(
        f"{what}-error",
        quantity(
            f"{what}_difference",
            f"mean {what} test error after a uniform start less that after a normal one, on the "
            "same data",
            uniform - normal,
        ),
        0,
        scale=1,
        tolerance=POINT,
        cell_tolerance=POINT,
        bias=POINT / 2,
        statement=f"the mean {what} error after a uniform and after a normal start of equal "
        "variance differ by less than one percentage point",
        mutants=(Mutant("a normal start twenty times as wide", observable=uniform - wide),),
    )


remark_initialisation = paper.theorem(
    "remark-initialisation",
    "the initialisation of the experiments",
    "Section 5",
    r"The experiments start from the default initialisation of PyTorch, entries uniform "
    r"on $\pm d^{-1/2}$, where the theory has normal ones. With normal ones of the same variance "
    r"$\frac1{3d}$ the synthetic experiments can be run in the few dimensions that training sees; "
    "here both are run in all $d$ dimensions on the same data. A difference of one percentage "
    "point is about what ten repetitions of 2000 test points resolve; below half of that it "
    "counts as none.",
    hypotheses=(required(None, "ReLU, fixed output weights, no biases; clusters of Section 5"),),
    claims=(same("clean"), same("robust")),
)
