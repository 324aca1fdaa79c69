"""What a file of a paper is written with: kinds of claims, names, shorthands, sympy's functions.

A file of a paper begins with two lines, ``from bounds.authoring import *`` for this and ``from
bounds.PAPER.notation import *`` for the paper's letters; star imports are allowed there alone.
"""

import sympy as sp
from sympy import (
    Abs,
    And,
    Derivative,
    Eq,
    Expr,
    Integral,
    Ne,
    Not,
    Or,
    Piecewise,
    Rational,
    Subs,
    Sum,
    acos,
    asin,
    atan,
    binomial,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    factorial,
    log,
    oo,
    pi,
    sign,
    sin,
    sqrt,
    tanh,
)
from sympy import (
    gamma as gamma_function,
)

from bounds.arrays import inner, matrix, norm, times, vector
from bounds.claims import (
    Always,
    BigO,
    Bounded,
    Construction,
    Derivation,
    Identity,
    Inequality,
    Law,
    Limit,
    Monotone,
    Mutant,
    Omega,
    Printed,
    Probability,
    Theta,
    Threshold,
    Unchecked,
    shared,
)
from bounds.derivations import at, at_least, at_most, derivations, equal
from bounds.hypotheses import Hypothesis, regime, required
from bounds.symbols import observable, parameter, quantity
from bounds.theorem import MISPRINT, Erratum, Paper
from bounds.vacuity import Asks, SaysFrom
from bounds.variation import (
    anywhere,
    factor,
    power,
    replaced,
    turned,
    unconditionally,
    without,
)

Q = Rational

NO_CLASS = (
    "of which class the corrections are is not said, and without one noise breaks no other order: "
    "it is contradicted on the tested range alone"
)
"""Why a false order of growth is not caught where the paper gives no rate of its corrections."""


def Max(*sides: object) -> sp.Max:
    """Return the largest, as it is written: sympy would compare every two, which takes long."""
    return sp.Max(*map(sp.sympify, sides), evaluate=False)


def Min(*sides: object) -> sp.Min:
    """Return the smallest, as it is written."""
    return sp.Min(*map(sp.sympify, sides), evaluate=False)


__all__ = [
    "MISPRINT", "NO_CLASS", "Abs", "Always", "And", "Asks", "BigO", "Bounded", "Construction",
    "Derivation", "Derivative", "Eq", "Erratum", "Expr", "Hypothesis", "Identity",
    "Inequality", "Integral", "Law", "Limit", "Max", "Min", "Monotone", "Mutant", "Ne", "Not",
    "Omega", "Or", "Paper", "Piecewise", "Printed", "Probability", "Q", "SaysFrom", "Subs",
    "Sum", "Theta", "Threshold", "Unchecked", "acos", "anywhere", "asin", "at", "at_least",
    "at_most", "atan", "binomial", "cos", "cosh", "derivations", "equal", "erf", "erfc", "exp",
    "factor", "factorial", "gamma_function", "inner", "log", "matrix", "norm", "observable",
    "oo", "parameter", "pi", "power", "quantity", "regime", "replaced", "required", "shared",
    "sign", "sin", "sp", "sqrt", "tanh", "times", "turned", "unconditionally", "vector",
    "without",
]  # fmt: skip
