r"""What papers say, as symbols.

Nothing here simulates. A `Theorem` holds a statement, its hypotheses, its quantities as sympy
expressions, and its claims, each of one kind:

========================  =========================================================
`Identity`                a mean (or every instance) equals a formula
`Probability`             an event is at most (at least) this probable
`Inequality`              one side never exceeds the other
`Theta`, `BigO`, `Omega`  growth along the rays of a regime
`Bounded`                 a difference that stays bounded along a path
`Limit`                   a value that is approached along a path
`Threshold`               where an outcome turns from unlikely to likely
`Monotone`                something grows with a parameter
`Construction`            an object exists, with a certificate
`Always`                  one side never exceeds the other, at all times up to a horizon
`Law`                     an observable has a given distribution
`Derivation`              a formula follows from others by algebra
`Unchecked`               nothing numerical can be said here, and why
========================  =========================================================
"""

from bounds.arrays import inner, matrix, norm, times, vector
from bounds.claims import (
    KINDS,
    Always,
    BigO,
    Bounded,
    Claim,
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
)
from bounds.derivations import at_least, at_most, derivations, equal
from bounds.hypotheses import Hypothesis, regime, required
from bounds.numeric import MissingValue, evaluate, evaluate_precisely, latex, satisfied
from bounds.symbols import observable, parameter, quantity
from bounds.theorem import ClaimOf, Erratum, Paper, Theorem
from bounds.vacuity import Asks, SaysFrom

PAPERS: tuple[str, ...] = ("gao2019", "zhang2020", "xing2021", "wang2022", "wang2024")
"""Keys of the papers that are encoded; each is a module of this package with ``theorems``."""

__all__ = [
    "KINDS",
    "PAPERS",
    "Always",
    "Asks",
    "BigO",
    "Bounded",
    "Claim",
    "ClaimOf",
    "Construction",
    "Derivation",
    "Erratum",
    "Hypothesis",
    "Identity",
    "Inequality",
    "Law",
    "Limit",
    "MissingValue",
    "Monotone",
    "Mutant",
    "Omega",
    "Paper",
    "Printed",
    "Probability",
    "SaysFrom",
    "Theorem",
    "Theta",
    "Threshold",
    "Unchecked",
    "at_least",
    "at_most",
    "derivations",
    "equal",
    "evaluate",
    "evaluate_precisely",
    "inner",
    "latex",
    "matrix",
    "norm",
    "observable",
    "parameter",
    "quantity",
    "regime",
    "required",
    "satisfied",
    "times",
    "vector",
]
