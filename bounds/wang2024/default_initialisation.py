"""The initialisation of the experiments: the default of PyTorch against a normal law."""

from __future__ import annotations

import sympy as sp

from bounds import Identity, Mutant, Theorem, required
from bounds.wang2024.notation import paper

_POINT = 0.01
_WORDS = (
    "the mean over training sets differs by less than one percentage point, which is about what "
    "ten repetitions of 2000 test points resolve; below half a point counts as no difference"
)


def _error(what: str, start: str) -> sp.Symbol:
    return sp.Symbol(f"{what}_{start}", nonnegative=True)


def _same(name: str, what: str, words: str) -> Identity:
    """The error after a uniform start equals the one after a normal start on the same data."""
    normal = _error(what, "normal")
    return Identity(
        name,
        observable=_error(what, "uniform"),
        equals=normal,
        scale=1,
        tolerance=_POINT,
        cell_tolerance=_POINT,
        bias=_POINT / 2,
        statement=f"the {words} error is the same after a uniform start and after a normal one of "
        f"equal variance: {_WORDS}",
        mutants=(Mutant("a normal start twenty times as wide", equals=_error(what, "wide")),),
    )


remark_initialisation = Theorem(
    id="wang2024/remark-initialisation",
    title="the initialisation of the experiments",
    source="Section 5",
    statement=r"The experiments start from the default initialisation of PyTorch, entries uniform "
    r"on $\pm d^{-1/2}$, where the theory has normal ones. With normal ones of the same variance "
    r"$\frac1{3d}$ the synthetic experiments can be run in the few dimensions that training sees; "
    r"here both are run in all $d$ dimensions on the same data.",
    paper=paper,
    hypotheses=(
        required(None, "ReLU, fixed output weights, no biases; clusters of Section 5"),
    ),
    symbols={
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
