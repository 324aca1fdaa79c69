"""The kinds of claims: one checkable sentence each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import sympy as sp

from bounds.box import over_a_box
from bounds.claim import (
    Claim, Expected, Mutant, Printed, Truth, Unchecked, exactly_one, relation, shared,
)  # fmt: skip
from bounds.numeric import latex
from bounds.values import NameOf, ends, expression

__all__ = [
    "KINDS", "LAWS", "Always", "BigO", "Bounded", "Claim", "Construction", "Derivation", "Expected",
    "Identity", "Inequality", "Law", "Limit", "Monotone", "Mutant", "Omega", "Printed",
    "Probability", "Theta", "Threshold", "Truth", "Unchecked", "expression", "shared",
]  # fmt: skip

LAWS = ("", "normal", "exponential", "poisson")
"""Laws that a claim on a mean may state of its observable."""


@dataclass(frozen=True)
class Identity(Claim):
    """The functional of ``observable`` equals ``equals``.

    With ``exact=True`` every replicate is an instance on which both sides agree to ``tolerance``
    of the scale (1e-9 unless said otherwise); else it is a statement on the mean, the proportion,
    the median or the quantile (of ``probability``) of the observable.

    It holds within a zone around the formula: ``tolerance`` (1 %) for a mean, pooled over the
    cells, and ``cell_tolerance`` (the same) at each cell, both relative to ``scale`` (the formula,
    unless it may vanish); 5 % of the rarer outcome for a proportion. ``bias`` is a declared
    relative bias of the simulator.

    No finite sample bounds a mean by itself, so a claim on one may state what does: ``range=(a,
    b)`` (an end may be infinite), ``variance=v`` (of one replicate, at most), or the ``law`` (one
    of `LAWS`) of the observable. Without any of these, a verdict says what it assumes. An exact
    identity of parameters alone may be stated over a ``box``, as an `Inequality` may.
    """

    kind: ClassVar[str] = "identity"
    _functionals: ClassVar[tuple[str, ...]] = ("mean", "proportion", "median", "quantile")
    _expressions: ClassVar[tuple[str, ...]] = ("observable", "equals", "scale", "variance")
    _claimed: ClassVar[tuple[str, ...]] = ("equals",)

    observable: Any
    equals: Any
    exact: bool = field(default=False, kw_only=True)
    scale: Any = field(default=None, kw_only=True)
    tolerance: float | None = field(default=None, kw_only=True)
    cell_tolerance: float | None = field(default=None, kw_only=True)
    bias: float = field(default=0.0, kw_only=True)
    functional: str = field(default="mean", kw_only=True)  # type: ignore[misc]
    probability: float | None = field(default=None, kw_only=True)
    range: tuple[Any, Any] | None = field(default=None, kw_only=True)
    variance: Any = field(default=None, kw_only=True)
    law: str = field(default="", kw_only=True)
    box: Any = field(default=None, kw_only=True)  # type: ignore[misc]

    def __post_init__(self) -> None:
        super().__post_init__()
        over_a_box(self)
        if self.box is not None and not self.exact:
            raise ValueError(f"claim {self.name!r}: an identity over a box is exact=True")
        stated = [name for name in ("range", "variance", "law") if getattr(self, name)]
        if stated and (self.exact or self.functional != "mean" or len(stated) > 1):
            raise ValueError(
                f"claim {self.name!r}: a mean is bounded by one of range, variance and law, and "
                f"nothing else is; not by {' and '.join(stated)} of this claim"
            )
        if self.law not in LAWS:
            raise ValueError(
                f"claim {self.name!r}: law is one of {', '.join(LAWS[1:])}, not {self.law!r}"
            )
        if self.range is not None:
            object.__setattr__(self, "range", ends(self.name, self.range))
        if self.functional == "median" and self.probability is None:
            object.__setattr__(self, "probability", 0.5)
        if (self.functional in ("median", "quantile")) != (self.probability is not None):
            raise ValueError(
                f"claim {self.name!r}: a quantile, and nothing else, has a probability"
            )

    def expressions(self) -> Iterator[sp.Basic]:
        """Yield every expression of the claim."""
        yield from super().expressions()
        yield from self.range or ()

    @property
    def formula(self) -> str:
        """The claim as LaTeX."""
        left = latex(self.observable)
        if not self.exact:
            head = {
                "mean": "E",
                "proportion": "P",
                "median": r"\mathrm{median}",
                "quantile": f"Q_{{{self.probability:g}}}" if self.probability else "",
            }[self.functional]
            left = rf"{head}\left[{left}\right]"
        return f"{left}={latex(self.equals)}"


@dataclass(frozen=True)
class Probability(Claim):
    """The event (a 0/1 observable, or a relation between observables) is rare, or common.

    Give exactly one of ``at_most`` and ``at_least``. Where the probability touches the bound, it
    holds within ``tolerance`` of the bound (or of one minus the bound, if that is less).
    """

    kind: ClassVar[str] = "probability"
    side_is: ClassVar[str] = "probability"
    tolerance_is: ClassVar[str] = "of the bound, or of one minus the bound if that is less"
    _expressions: ClassVar[tuple[str, ...]] = ("event", "at_most", "at_least")
    _claimed: ClassVar[tuple[str, ...]] = ("at_most", "at_least")

    event: Any
    at_most: Any = field(default=None, kw_only=True)
    at_least: Any = field(default=None, kw_only=True)
    tolerance: float = field(default=0.05, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        exactly_one(self, "at_most", "at_least")

    @property
    def formula(self) -> str:
        """The claim as LaTeX."""
        return rf"P\left({latex(self.event)}\right){relation(self)}"


@dataclass(frozen=True)
class Inequality(Claim):
    """``left <= at_most`` (or ``left >= at_least``) on every instance, without exception.

    ``tolerance`` is relative to ``scale`` (default: the sum of the two sides' magnitudes).

    Without observables it may be stated over a ``box={d: (1, 1e30), gamma: ("1e-30", 1)}``, the
    ranges of its parameters; its domain is the box within ``where`` and those required hypotheses
    that speak of nothing else. It needs no check, and no tolerance: there balls decide, unless
    a tolerance other than the usual one is given.
    """

    kind: ClassVar[str] = "deterministic"
    _expressions: ClassVar[tuple[str, ...]] = ("left", "at_most", "at_least", "scale")
    _claimed: ClassVar[tuple[str, ...]] = ("at_most", "at_least")

    left: Any
    at_most: Any = field(default=None, kw_only=True)
    at_least: Any = field(default=None, kw_only=True)
    scale: Any = field(default=None, kw_only=True)
    tolerance: float = field(default=1e-9, kw_only=True)
    box: Any = field(default=None, kw_only=True)  # type: ignore[misc]

    def __post_init__(self) -> None:
        super().__post_init__()
        over_a_box(self)
        exactly_one(self, "at_most", "at_least")

    @property
    def formula(self) -> str:
        """The claim as LaTeX."""
        return latex(self.left) + relation(self)


@dataclass(frozen=True)
class Construction(Claim):
    """An object exists, and its certificate (an observable) meets the bound on every instance."""

    kind: ClassVar[str] = "construction"
    _expressions: ClassVar[tuple[str, ...]] = ("certificate", "at_most", "at_least", "scale")
    _claimed: ClassVar[tuple[str, ...]] = ("at_most", "at_least")

    certificate: Any
    at_most: Any = field(default=None, kw_only=True)
    at_least: Any = field(default=None, kw_only=True)
    scale: Any = field(default=None, kw_only=True)
    tolerance: float = field(default=1e-9, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        exactly_one(self, "at_most", "at_least")

    @property
    def left(self) -> sp.Basic:
        """The certificate, under the name that inequalities use."""
        return self.certificate

    @property
    def formula(self) -> str:
        """The claim as LaTeX."""
        return latex(self.certificate) + relation(self)


@dataclass(frozen=True)
class _Scaling(Claim):
    """``observable`` behaves like ``of`` along every ray of the check, up to a constant factor.

    ``functional`` is "logmean" (mean of the logarithm; default) or "mean"; ``of`` may be random.
    ``corrections="power"`` if the theorem gives the class of its corrections: factors
    ``1 + A size**-r`` with ``r`` at least ``rate`` and A from -1 to ``amplitude`` at the first
    size. Without it ("log") nothing tells slow corrections from none, and values with noise cannot
    break the claim. ``log_slack`` is the power of a logarithm that the claim ignores.
    ``exact=True``: the values carry no randomness, each replicate is an instance of its own.
    """

    _order: ClassVar[str] = ""
    up_to_a_factor: ClassVar[bool] = True
    _functionals: ClassVar[tuple[str, ...]] = ("logmean", "mean")
    _expressions: ClassVar[tuple[str, ...]] = ("observable", "of")
    _claimed: ClassVar[tuple[str, ...]] = ("of",)

    observable: Any
    of: Any
    functional: str = field(default="logmean", kw_only=True)  # type: ignore[misc]
    tolerance: float = field(default=0.10, kw_only=True)
    corrections: Literal["log", "power"] = field(default="log", kw_only=True)
    rate: float = field(default=0.5, kw_only=True)
    amplitude: float = field(default=3.0, kw_only=True)
    log_slack: float = field(default=0.0, kw_only=True)
    exact: bool = field(default=False, kw_only=True)

    @property
    def formula(self) -> str:
        """The claim as LaTeX."""
        return rf"{latex(self.observable)}={self._order}\left({latex(self.of)}\right)"


@dataclass(frozen=True)
class Theta(_Scaling):
    """``observable`` grows exactly like ``of``."""

    kind: ClassVar[str] = "theta"
    _order: ClassVar[str] = r"\Theta"


@dataclass(frozen=True)
class BigO(_Scaling):
    """``observable`` grows at most like ``of``."""

    kind: ClassVar[str] = "O"
    _direction: ClassVar[int] = 1
    _order: ClassVar[str] = "O"


@dataclass(frozen=True)
class Omega(_Scaling):
    """``observable`` grows at least like ``of``."""

    kind: ClassVar[str] = "omega"
    _direction: ClassVar[int] = -1
    _order: ClassVar[str] = r"\Omega"


@dataclass(frozen=True)
class Bounded(Claim):
    """``observable`` stays within a constant of ``of`` along every path: their difference is O(1).

    Judged against growth like the logarithm of the size: ``tolerance`` is the growth of the
    difference, per factor e of the size, that is not told from none. ``corrections``, ``rate`` and
    ``exact`` are those of a growth claim, with corrections that are added to the difference and
    fade like ``size**-rate``.
    """

    kind: ClassVar[str] = "bounded"
    _expressions: ClassVar[tuple[str, ...]] = ("observable", "of")
    _claimed: ClassVar[tuple[str, ...]] = ("of",)

    observable: Any
    of: Any
    tolerance: float = field(default=0.10, kw_only=True)
    corrections: Literal["log", "power"] = field(default="log", kw_only=True)
    rate: float = field(default=0.5, kw_only=True)
    exact: bool = field(default=False, kw_only=True)

    @property
    def formula(self) -> str:
        """The claim as LaTeX."""
        mean = latex(self.observable)
        if not self.exact:
            mean = rf"E\left[{mean}\right]"
        return rf"{mean}={latex(self.of)}+O(1)"


@dataclass(frozen=True)
class Limit(Claim):
    """The functional of ``observable`` tends to ``to`` along every path of the check.

    ``rate`` is the exponent of the slowest power correction that the theorem or its proof gives;
    ``None`` if it gives none, and then the claim cannot come out ``broken``: nothing tells slow
    convergence from none. With ``logarithmic=True`` it is a power of the size's logarithm: what
    contracts during a time ``log(log(n))`` fades no faster. The zone is ``tolerance`` (absolute) or
    else ``gap`` times the initial distance.
    """

    kind: ClassVar[str] = "limit"
    side_is: ClassVar[str] = "limit"
    _functionals: ClassVar[tuple[str, ...]] = ("mean", "proportion")
    _expressions: ClassVar[tuple[str, ...]] = ("observable", "to", "tolerance")
    _claimed: ClassVar[tuple[str, ...]] = ("to",)

    observable: Any
    to: Any
    rate: float | None = field(default=None, kw_only=True)
    logarithmic: bool = field(default=False, kw_only=True)
    tolerance: Any = field(default=None, kw_only=True)
    gap: float = field(default=0.10, kw_only=True)
    functional: str = field(default="mean", kw_only=True)  # type: ignore[misc]
    exact: bool = field(default=False, kw_only=True)

    @property
    def formula(self) -> str:
        """The claim as LaTeX."""
        return rf"{self._tends(self.observable)}\to {latex(self.to)}"


@dataclass(frozen=True)
class Threshold(Claim):
    """``success`` (0/1) becomes the likelier outcome as ``along`` passes ``at``.

    ``tolerance`` is how far from ``at`` the place may be, relative to it; levels closer than that
    are not judged. ``rising=False``: success is likely below and unlikely above. ``along`` is a
    parameter of the cells, or its name.
    """

    kind: ClassVar[str] = "threshold"
    side_is: ClassVar[str] = "threshold"
    _expressions: ClassVar[tuple[str, ...]] = ("success", "at")
    _claimed: ClassVar[tuple[str, ...]] = ("at",)

    success: Any
    along: Any
    at: Any
    rising: bool = field(default=True, kw_only=True)
    tolerance: float = field(default=0.02, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "along", NameOf.parameter(self.along))
        super().__post_init__()

    def turned(self) -> Mapping[str, Any]:
        """Return the fields that change in the opposite claim."""
        return {"rising": not self.rising}

    @property
    def formula(self) -> str:
        """The claim as LaTeX."""
        turn = "likely" if self.rising else "unlikely"
        where = f"{latex(expression(self.along))}={latex(self.at)}"
        return rf"{latex(self.success)}\text{{ turns {turn} at }}{where}"


@dataclass(frozen=True)
class Monotone(Claim):
    """``observable`` increases (or decreases) with ``along``, a parameter of the cells or its name.

    ``dip`` is the share of the whole rise by which the mean may fall from its highest level so
    far. ``minimal_rise``: the whole rise is at least this.
    ``exact=True``: no randomness given the instance; every instance must be monotone.
    """

    kind: ClassVar[str] = "monotone"
    _expressions: ClassVar[tuple[str, ...]] = ("observable", "minimal_rise")

    observable: Any
    along: Any
    increasing: bool = field(default=True, kw_only=True)
    dip: float = field(default=0.05, kw_only=True)
    minimal_rise: Any = field(default=None, kw_only=True)
    tolerance: float = field(default=1e-9, kw_only=True)
    exact: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "along", NameOf.parameter(self.along))
        super().__post_init__()

    def turned(self) -> Mapping[str, Any]:
        """Return the fields that change in the opposite claim."""
        return {"increasing": not self.increasing}

    @property
    def formula(self) -> str:
        """The claim as LaTeX."""
        way = "increases" if self.increasing else "decreases"
        return rf"{latex(self.observable)}\text{{ {way} with }}{latex(expression(self.along))}"


@dataclass(frozen=True)
class Always(Claim):
    """``left <= at_most`` (or ``left >= at_least``) at every time t = 0, 1, ..., ``until``.

    In its formulas the symbol ``t`` is the time. An observable may have one value per time and
    replicate, an array (n, until + 1); ``until`` is a number or a formula of the parameters, the
    horizon that the verdict names. Every run is an instance, and its first violation is looked
    for. ``tolerance`` and ``scale`` are those of `Inequality`.
    """

    kind: ClassVar[str] = "always"
    _expressions: ClassVar[tuple[str, ...]] = ("left", "at_most", "at_least", "until", "scale")
    _claimed: ClassVar[tuple[str, ...]] = ("at_most", "at_least")

    left: Any
    at_most: Any = field(default=None, kw_only=True)
    at_least: Any = field(default=None, kw_only=True)
    until: Any = field(kw_only=True)
    scale: Any = field(default=None, kw_only=True)
    tolerance: float = field(default=1e-9, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        exactly_one(self, "at_most", "at_least")

    @property
    def formula(self) -> str:
        """The claim as LaTeX."""
        bound = latex(self.left) + relation(self)
        return rf"{bound}\text{{ for all }}t\leq {latex(self.until)}"


@dataclass(frozen=True)
class Law(Claim):
    """The distribution of ``observable`` is the one with the distribution function ``cdf``.

    ``cdf`` is a formula in ``x`` (and parameters), continuous or with jumps (continuous from the
    right, as P(observable <= x) is). ``tolerance`` is the largest distance of the two distribution
    functions, over all x, with which the claim still holds.
    """

    kind: ClassVar[str] = "law"
    functional: ClassVar[str] = "law"
    _functionals: ClassVar[tuple[str, ...]] = ("law",)
    _expressions: ClassVar[tuple[str, ...]] = ("observable", "cdf")
    _claimed: ClassVar[tuple[str, ...]] = ("cdf",)

    observable: Any
    cdf: Any
    tolerance: float = field(default=0.01, kw_only=True)

    @property
    def formula(self) -> str:
        """The claim as LaTeX."""
        return rf"P\left({latex(self.observable)}\leq x\right)={latex(self.cdf)}"


@dataclass(frozen=True)
class Derivation(Claim):
    """``left`` equals ``equals`` (or is at most / at least the other side) by algebra alone.

    Judged symbolically: by simplification where that decides, otherwise refuted by a rational
    point at which the sides differ in 50 digits. ``sympy.Limit``, ``Derivative``, ``Integral`` and
    ``Sum`` may stand unevaluated. ``nonnegative`` is the difference of the sides of an inequality
    in a form that is visibly nonnegative (a sum of squares, say); it is checked to *be* the
    difference.
    """

    kind: ClassVar[str] = "derivation"
    observed: ClassVar[bool] = False
    _expressions: ClassVar[tuple[str, ...]] = (
        "left",
        "equals",
        "at_most",
        "at_least",
        "nonnegative",
    )
    _claimed: ClassVar[tuple[str, ...]] = ("equals", "at_most", "at_least")

    left: Any
    equals: Any = field(default=None, kw_only=True)
    at_most: Any = field(default=None, kw_only=True)
    at_least: Any = field(default=None, kw_only=True)
    nonnegative: Any = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        exactly_one(self, "equals", "at_most", "at_least")

    @property
    def formula(self) -> str:
        """The claim as LaTeX."""
        return latex(self.left) + relation(self)


KINDS: tuple[str, ...] = (
    "identity", "probability", "deterministic", "theta", "O", "omega", "bounded", "limit",
    "threshold", "monotone", "construction", "always", "law", "derivation",
)  # fmt: skip
