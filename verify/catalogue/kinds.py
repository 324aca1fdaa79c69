"""Kinds of claims: what an author, and a check, has to know of them.

`verify help kinds` and the documentation print what is said of them here. A kind's decision rule,
recheck and panel are registered under its name in `verify.judging.rules`, in `textbook` or `replay`
of `verify.judging`, and in `verify.showing.panels`; what a claim of the kind says is in
`bounds.claims`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bounds import KINDS as NAMES
from bounds.claims import Claim

EXACT_FIRST = 4
"""Replicates at the first look of values without randomness: one instance says all."""

MANY_CELLS = 12
"""From so many cells on, a statistic that joins them needs few replicates of each."""


@dataclass(frozen=True)
class Kind:
    """What follows from the kind of a claim.

    Attributes
    ----------
    name : str
    says : str
        What a claim of this kind says.
    example : str
        What an author writes.
    states : str
        What such a claim should state besides, or what it needs of its check.
    scale : str
        What *predicted* and *observed* mean for it.
    measure : str
        What *observed* is, in a word, where it is not the side that the claim is about.
    simulated : bool
        Whether a simulation observes it, or algebra alone decides.
    first : int
        Replicates per cell at the first look that suit it.
    first_of_many : int, optional
        The same on a grid of `MANY_CELLS` or more.
    violated : "above", "below" or "either"
        On which side of *predicted* an *observed* value speaks against a claim that states neither
        ``at_most`` nor ``at_least``.
    needs_path : bool
        Whether it is judged along paths of growing size.
    tends : bool
        Whether the far end of a path is judged, and not how it grows.
    joins_cells : bool
        Whether its statistic combines replicates of several cells.
    joins_instances : bool
        Whether that is so too if it is exact: then one instance goes through several cells.
    few_if_exact : bool
        Whether an exact claim of the kind begins with `EXACT_FIRST` replicates.
    of_instances : bool
        Whether all its claims are exact: about every replicate, and not about their law.
    equates : bool
        Whether it says that two sides are equal, on every instance or in the mean.
    of_events : bool
        Whether *predicted* and *observed* are probabilities.
    over_time : bool
        Whether it is about all times, and its observables are whole runs.
    variable : str
        The variable in its formulas that is no parameter.
    """

    name: str
    says: str
    example: str
    states: str
    scale: str
    first: int
    first_of_many: int | None = None
    violated: Literal["above", "below", "either"] = "above"
    needs_path: bool = False
    tends: bool = False
    joins_cells: bool = False
    joins_instances: bool = False
    few_if_exact: bool = False
    of_instances: bool = False
    equates: bool = False
    of_events: bool = False
    over_time: bool = False
    variable: str = ""
    measure: str = ""
    simulated: bool = True

    @property
    def grid(self) -> str:
        """What its check needs: paths, cells, or nothing because no simulation observes it."""
        if not self.simulated:
            return "no simulation"
        return "paths=[Path(...)]" if self.needs_path else "cells=[...]"

    @property
    def type(self) -> str:
        """The name of its class in `bounds`."""
        return self.example.partition("(")[0]

    def preferred_first(self, claim: Claim, cells: int) -> int:
        """Return the replicates per cell at the first look that suit a claim."""
        if self.few_if_exact and is_exact(claim):
            return EXACT_FIRST
        if self.first_of_many is not None and cells >= MANY_CELLS:
            return self.first_of_many
        # A frequency needs fewer draws than a mean to be told from another.
        return min(self.first, 64) if claim.functional == "proportion" else self.first

    def compares_rows(self, claim: Claim, *, independent: bool) -> bool:
        """Return whether row i of one cell is compared with row i of another."""
        if is_exact(claim):
            return self.joins_instances
        return self.joins_cells and not independent


def is_exact(claim: Claim) -> bool:
    """Return whether a claim is about every replicate, and not about a mean or a frequency."""
    return kind_of(claim).of_instances or bool(getattr(claim, "exact", False))


def is_counted(claim: Claim) -> bool:
    """Return whether so many replicates settle a claim, if none of them speaks against it."""
    return is_exact(claim) or kind_of(claim).of_events


_STATES_OF_GROWTH = (
    'functional="mean" where values may be 0 or negative; corrections="power" and rate= where the '
    "theorem bounds what is of lower order (without, values with noise cannot break it); "
    "log_slack=1 up to a logarithm"
)
_EXPONENT = "stated / measured exponent along a ray, on which sizes grow together"


def _path(
    name: str,
    says: str,
    example: str,
    states: str,
    scale: str,
    violated: Literal["above", "below", "either"],
    measure: str = "",
    *,
    tends: bool = False,
) -> Kind:
    return Kind(
        *(name, says, example, states, scale, 64, 16, violated),
        needs_path=True,
        tends=tends,
        joins_cells=True,
        joins_instances=True,
        few_if_exact=True,
        measure=measure,
    )


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "identity",
            "a mean equals a formula; also a proportion, a median or a quantile (functional=), or "
            "every single value (exact=True)",
            'Identity("norm", squared_norm, d * sigma**2, variance=2 * d * sigma**4)',
            "for a mean what bounds it: one of range=(low, high), variance=, law=; without, the "
            "verdict says what it assumes",
            "1 / observed over predicted (exact: 0 / worst relative difference)",
            256,
            violated="either",
            joins_cells=True,
            equates=True,
        ),
        Kind(
            "probability",
            "an event, a condition on observables, is at most (at least) this probable",
            'Probability("tail", norm > r, at_most=sp.exp(-r / 2))',
            "at_most= or at_least=",
            "the bound / the frequency",
            64,
            of_events=True,
        ),
        Kind(
            "deterministic",
            "one side never exceeds the other, on any instance",
            'Inequality("jensen", norm, at_most=sp.sqrt(squared_norm))',
            "at_most= or at_least=; formulas of parameters alone: box={d: (1, 1e30)}, and no "
            "simulation",
            "0 / worst relative excess over the bound",
            256,
            of_instances=True,
            measure="worst excess over the bound,",
        ),
        _path(
            "theta",
            "grows (or falls) exactly like a formula, up to a constant factor",
            'Theta("rate", risk, d / n, corrections="power", rate=1)',
            _STATES_OF_GROWTH,
            _EXPONENT,
            "either",
            measure="exponent",
        ),
        _path(
            "O",
            "grows at most like a formula, up to a constant factor",
            'BigO("rate", risk, sp.log(n) / n)',
            "the same as for Theta",
            _EXPONENT,
            "above",
            measure="exponent",
        ),
        _path(
            "omega",
            "grows at least like a formula, up to a constant factor",
            'Omega("rate", risk, 1 / n)',
            "the same as for Theta",
            _EXPONENT,
            "below",
            measure="exponent",
        ),
        _path(
            "bounded",
            "differs from a formula by at most a constant, however large the sizes",
            'Bounded("harmonic", total, sp.log(n))',
            "corrections= and rate= as for growth",
            "0 / growth of the difference per factor e of the size",
            "above",
            measure="growth per factor e,",
        ),
        _path(
            "limit",
            "a mean or a proportion tends to a value",
            'Limit("edge", norm, 2, rate=sp.Rational(2, 3))',
            "rate=, the exponent of the slowest correction: without it nothing can break the claim",
            "the limit / the value at the far end of a path of growing sizes",
            "either",
            tends=True,
        ),
        Kind(
            "threshold",
            "where an outcome turns from unlikely to likely, as a parameter grows",
            'Threshold("transition", success, along=n, at=2 * d)',
            "cells with several values of that parameter, on both sides; rising=False for likely "
            "to unlikely",
            "1 / measured over predicted location",
            64,
            violated="either",
        ),
        Kind(
            "monotone",
            "something grows with a parameter",
            'Monotone("more-data", risk, along=n, increasing=False)',
            "cells with several values of that parameter",
            "0 / largest fall against the direction, over the net change",
            32,
            joins_cells=True,
            joins_instances=True,
        ),
        Kind(
            "construction",
            "an object exists: what the simulation builds has this certificate, on every instance",
            'Construction("network", error, at_most=epsilon)',
            "at_most= or at_least=",
            "0 / worst relative excess over the bound",
            256,
            of_instances=True,
            measure="worst excess over the bound,",
        ),
        Kind(
            "always",
            "one side never exceeds the other, at any time t = 0, 1, ..., until",
            'Always("descent", loss, at_most=1 / (1 + t), until=100)',
            "until=; the observable is an array (n, until + 1)",
            "0 / worst relative excess over the bound, at any time up to the horizon",
            256,
            of_instances=True,
            over_time=True,
            variable="t",
            measure="worst excess over the bound,",
        ),
        Kind(
            "law",
            "an observable has a distribution, given as its distribution function of x",
            'Law("normal", error, (1 + sp.erf(x / sp.sqrt(2))) / 2)',
            "x, a positive or real symbol, for the value of the observable",
            "0 / largest distance of the two distribution functions",
            256,
            variable="x",
            measure="distance of the distributions,",
        ),
        Kind(
            "derivation",
            "a formula follows from others, by algebra alone",
            'Derivation("steps", (n + 1) ** 2 - n**2, equals=2 * n + 1)',
            "one of equals=, at_most=, at_least=; nonnegative= for a form of the difference that "
            "is visibly at least 0",
            "0 / 0 if the algebra closes",
            256,
            of_instances=True,
            simulated=False,
        ),
    )
}
"""Every kind by name."""

assert KINDS.keys() == set(NAMES)


def kind_of(claim: Claim) -> Kind:
    """Return the kind of a claim."""
    return KINDS[claim.kind]
