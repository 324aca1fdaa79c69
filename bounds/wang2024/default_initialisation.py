"""The initialisation of the experiments: the default of PyTorch against a normal law."""

from __future__ import annotations

import sympy as sp

from bounds import Identity, Mutant, Theorem, required
from bounds.wang2024.notation import paper

_POINT = 0.01
"""About what ten repetitions of 2000 test points resolve; half of it counts as no difference."""


def _error(what: str, start: str) -> sp.Symbol:
    return sp.Symbol(f"{what}_{start}", nonnegative=True)


def _same(name: str, what: str, words: str) -> Identity:
    """The error after a uniform start equals the one after a normal start on the same data."""
    return Identity(
        name,
        observable=f"{what}_difference",
        equals=0,
        scale=1,
        tolerance=_POINT,
        cell_tolerance=_POINT,
        bias=_POINT / 2,
        statement=f"the mean {words} error after a uniform and after a normal start of equal "
        "variance differ by less than one percentage point",
        mutants=(
            Mutant(
                "a normal start twenty times as wide",
                observable=_error(what, "uniform") - _error(what, "wide"),
            ),
        ),
    )


remark_initialisation = Theorem(
    id="wang2024/remark-initialisation",
    title="the initialisation of the experiments",
    source="Section 5",
    statement=r"The experiments start from the default initialisation of PyTorch, entries uniform "
    r"on $\pm d^{-1/2}$, where the theory has normal ones. With normal ones of the same variance "
    r"$\frac1{3d}$ the synthetic experiments can be run in the few dimensions that training sees; "
    r"here both are run in all $d$ dimensions on the same data. A difference of one percentage "
    r"point is about what ten repetitions of 2000 test points resolve; below half of that it "
    r"counts as none.",
    paper=paper,
    hypotheses=(required(None, "ReLU, fixed output weights, no biases; clusters of Section 5"),),
    quantities={
        f"{what}_difference": _error(what, "uniform") - _error(what, "normal")
        for what in ("clean", "robust")
    },
    symbols={
        "clean_difference": "mean clean test error after a uniform start less that after a normal "
        "one, on the same data",
        "robust_difference": "mean robust test error after a uniform start less that after a "
        "normal one, on the same data",
        "clean_uniform": "clean test error after a uniform start",
        "clean_normal": "clean test error after a normal start of equal variance",
        "clean_wide": "clean test error after a normal start twenty times as wide",
        "robust_uniform": "robust test error after a uniform start",
        "robust_normal": "robust test error after a normal start of equal variance",
        "robust_wide": "robust test error after a normal start twenty times as wide",
    },
    claims=(_same("clean-error", "clean", "clean"), _same("robust-error", "robust", "robust")),
)

theorems = (remark_initialisation,)
