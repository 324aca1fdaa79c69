"""The kinds of claims: one checkable sentence each.

A claim is written in sympy over two sorts of names, told apart only when it is judged:
*observables* (arrays that a simulation returns, one value per replicate) and *parameters* (of the
grid cell, or a named quantity of the theorem). It holds no simulation.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import sympy as sp

from bounds.numeric import latex

Expected = Literal["holds", "broken", "undecided", "not applicable"]
Truth = Literal["false", "weaker", "equivalent"]

LAWS = ("", "normal", "exponential", "poisson")
"""Laws that a claim on a mean may state of its observable."""


def shared(**arguments: Any) -> dict[str, Any]:
    """Return arguments that several claims have in common: ``Inequality(..., **rounded)``."""
    return arguments


class _NameOf(str):
    """The name of a declared parameter, which remembers the symbol."""

    symbol: sp.Symbol

    @classmethod
    def parameter(cls, given: str | sp.Symbol) -> str:
        """Return the name of a parameter that is given as a symbol, or by its name."""
        if isinstance(given, str):
            return given
        name = cls(given.name)
        name.symbol = given
        return name


def expression(value: object) -> sp.Basic:
    """Return ``value`` as a sympy expression; a string is the *name* of an observable."""
    if isinstance(value, _NameOf):
        return value.symbol
    return sp.Symbol(value) if isinstance(value, str) else sp.sympify(value)


@dataclass(frozen=True, init=False)
class Mutant:
    """A changed claim, to see how sharp the evidence is.

    Parameters
    ----------
    words : str
        The change: "the root of 2/pi becomes 1".
    truth : {"false", "weaker", "equivalent"}
        Whether the changed claim is false (then the evidence should break it), true but says
        less, or says the same. Only false mutants can survive.
    because : str
        Why it is weaker or equivalent.
    change : function of the claim, optional
        Returns the fields that change, where they depend on the claim (see `bounds.variation`).
    generated : bool
        Whether `bounds.variation` made it without anyone's thought.
    **changes
        The fields of the claim that change, with their new values.
    """

    words: str
    truth: Truth
    because: str
    change: Callable[[Claim], Mapping[str, Any]]
    generated: bool

    def __init__(
        self,
        words: str,
        truth: Truth = "false",
        because: str = "",
        *,
        change: Callable[[Claim], Mapping[str, Any]] | None = None,
        generated: bool = False,
        **changes: Any,
    ) -> None:
        if truth != "false" and not because:
            raise ValueError(f"mutant {words!r}: say why it is {truth}")
        made = change or (lambda claim: changes)
        for name, value in dict(
            words=words, truth=truth, because=because, change=made, generated=generated
        ).items():
            object.__setattr__(self, name, value)

    def of(self, claim: Claim) -> Claim:
        """Return the changed claim."""
        return dataclasses.replace(claim, mutants=(), printed=None, **self.change(claim))

    def weaker(self, because: str) -> Mutant:
        """Return the same change, true but saying less."""
        return Mutant(self.words, "weaker", because, change=self.change)

    def equivalent(self, because: str) -> Mutant:
        """Return the same change, saying the same."""
        return Mutant(self.words, "equivalent", because, change=self.change)


@dataclass(frozen=True, init=False)
class Printed:
    """How a claim stands in the paper, where that is wrong; the claim itself is the corrected form.

    The theorem makes a claim of it, expected to be broken, and an erratum.

    Parameters
    ----------
    why : str
        What is wrong: the reason why ``broken`` is expected.
    counterexample : str
        The smallest one known, in words and numbers.
    harmless : bool
        Whether nothing in the paper rests on it.
    name : str
        Name of the printed claim; by default the corrected one's with ``-as-printed``.
    words : str
        The printed form for the erratum, where the formula alone would not do.
    **changes
        The fields in which the printed form differs.
    """

    why: str
    counterexample: str
    harmless: bool
    name: str
    words: str
    changes: dict[str, Any]

    def __init__(
        self,
        *,
        why: str,
        counterexample: str = "",
        harmless: bool = False,
        name: str = "",
        words: str = "",
        **changes: Any,
    ) -> None:
        if not changes:
            raise ValueError("a printed form differs in something; say in which fields")
        for key, value in dict(
            why=why,
            counterexample=counterexample,
            harmless=harmless,
            name=name,
            words=words,
            changes=changes,
        ).items():
            object.__setattr__(self, key, value)

    def of(self, claim: Claim) -> Claim:
        """Return the claim as printed."""
        plain = dict(
            name=self.name or f"{claim.name.removesuffix('-corrected')}-as-printed",
            expected="broken",
            because=self.why,
            statement="",
            note="",
            mutants=(),
            printed=None,
        )
        return dataclasses.replace(claim, **{**plain, **self.changes})


@dataclass(frozen=True)
class Claim:
    """What every kind of claim has.

    Attributes
    ----------
    name : str
        The part of the id behind ``#``.
    statement : str
        The claim in a line, LaTeX between dollars; by default its formula.
    note : str
        What the formula alone does not say, written behind it.
    expected : {"holds", "broken", "undecided", "not applicable"}
        The verdict that a correct tool returns; ``broken`` for a statement that is false as
        printed.
    because : str
        Why anything else than ``holds`` is expected.
    where : sympy predicate or None
        Which cells the claim speaks about (``None``: all that meet the hypotheses).
    given : expression or None
        A 0/1 observable: the claim is conditional on this event, and only replicates inside it
        count.
    routes : str
        How it is checked, where the default description would not do.
    mutants : tuple of Mutant
        Changed forms that a sharp check tells apart; an expression stands for "the claimed side
        becomes this".
    printed : Printed, optional
        How the paper prints it, where that is wrong.
    """

    kind: ClassVar[str] = ""
    functional: ClassVar[str] = "mean"
    _functionals: ClassVar[tuple[str, ...]] = ("mean",)
    _expressions: ClassVar[tuple[str, ...]] = ()
    _claimed: ClassVar[tuple[str, ...]] = ()

    name: str
    statement: str = field(default="", kw_only=True)
    note: str = field(default="", kw_only=True)
    expected: Expected = field(default="holds", kw_only=True)
    because: str = field(default="", kw_only=True)
    where: Any = field(default=None, kw_only=True)
    given: Any = field(default=None, kw_only=True)
    routes: str = field(default="", kw_only=True)
    mutants: tuple[Any, ...] = field(default=(), kw_only=True, compare=False)
    printed: Printed | None = field(default=None, kw_only=True, compare=False)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Return a field of the claim's own kind, which its rule knows."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9][A-Za-z0-9.\-]*", self.name):
            raise ValueError(
                f"a claim's name is lower-case words joined by hyphens, not {self.name!r}"
            )
        if self.expected != "holds" and not self.because:
            raise ValueError(f"claim {self.name!r}: say why {self.expected!r} is expected")
        if self.functional not in self._functionals:
            raise ValueError(
                f"claim {self.name!r} is about a {' or a '.join(self._functionals)}, not about "
                f"{self.functional!r}"
            )
        for name in (*self._expressions, "given"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, expression(getattr(self, name)))
        object.__setattr__(self, "mutants", tuple(map(self._as_mutant, self.mutants)))
        known = {item.name for item in dataclasses.fields(self)}
        for mutant in self.mutants:
            changes = mutant.change(self)
            if not changes or not changes.keys() <= known:
                raise ValueError(
                    f"mutant {mutant.words!r} of claim {self.name!r} changes "
                    f"{sorted(changes.keys() - known) or 'nothing'}; "
                    f"it may change {', '.join(sorted(known - {'name', 'mutants'}))}"
                )

    def _as_mutant(self, given: object) -> Mutant:
        if isinstance(given, Mutant):
            return given
        value = expression(given)
        return Mutant(f"{self.claimed[0].replace('_', ' ')} {value}", **{self.claimed[0]: value})

    @property
    def claimed(self) -> tuple[str, sp.Basic]:
        """Name and value of the field that holds the claimed side: the bound, limit or order.

        Raises
        ------
        ValueError
            If a claim of this kind has no such side.
        """
        for name in self._claimed:
            if getattr(self, name) is not None:
                return name, getattr(self, name)
        raise ValueError(f"claim {self.name!r} has no side that could be replaced")

    @property
    def two_sided(self) -> bool:
        """Whether the claim would be false with a larger and with a smaller claimed side."""
        return bool(self._claimed) and self.claimed[0] not in ("at_most", "at_least")

    @property
    def formula(self) -> str:
        """The claim as LaTeX, or the empty string where it has no formula."""
        return ""

    @property
    def line(self) -> str:
        """The claim in a line: its statement, or its formula and the note."""
        if self.statement:
            return self.statement
        formula = self.formula
        return ", ".join(part for part in (formula and f"${formula}$", self.note) if part)

    def expressions(self) -> Iterator[sp.Basic]:
        """Yield every expression of the claim."""
        for name in (*self._expressions, "where", "given"):
            if getattr(self, name) is not None:
                yield getattr(self, name)
        if isinstance(along := getattr(self, "along", None), _NameOf):
            yield along.symbol


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
    b)`` (an end may be infinite), ``variance=v`` (of one replicate, at most), or the ``law``
    ("normal", "exponential", "poisson") of the observable. Without any of these, a verdict says
    what it assumes.
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

    def __post_init__(self) -> None:
        super().__post_init__()
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
            low, high = map(expression, self.range)
            object.__setattr__(self, "range", (low, high))
        if self.functional == "median" and self.probability is None:
            object.__setattr__(self, "probability", 0.5)
        if (self.functional in ("median", "quantile")) != (self.probability is not None):
            raise ValueError(
                f"claim {self.name!r}: a quantile, and nothing else, has a probability"
            )
        if self.probability is not None and not 0 < self.probability < 1:
            raise ValueError(f"claim {self.name!r}: probability is between 0 and 1")

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
    _expressions: ClassVar[tuple[str, ...]] = ("event", "at_most", "at_least")
    _claimed: ClassVar[tuple[str, ...]] = ("at_most", "at_least")

    event: Any
    at_most: Any = field(default=None, kw_only=True)
    at_least: Any = field(default=None, kw_only=True)
    tolerance: float = field(default=0.05, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        _exactly_one(self, "at_most", "at_least")

    @property
    def formula(self) -> str:
        """The claim as LaTeX."""
        return rf"P\left({latex(self.event)}\right){_relation(self)}"


@dataclass(frozen=True)
class Inequality(Claim):
    """``left <= at_most`` (or ``left >= at_least``) on every instance, without exception.

    ``tolerance`` is relative to ``scale`` (default: the sum of the two sides' magnitudes). With
    ``strict`` the sides must differ by more than the tolerance.
    """

    kind: ClassVar[str] = "deterministic"
    _expressions: ClassVar[tuple[str, ...]] = ("left", "at_most", "at_least", "scale")
    _claimed: ClassVar[tuple[str, ...]] = ("at_most", "at_least")

    left: Any
    at_most: Any = field(default=None, kw_only=True)
    at_least: Any = field(default=None, kw_only=True)
    scale: Any = field(default=None, kw_only=True)
    tolerance: float = field(default=1e-9, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        _exactly_one(self, "at_most", "at_least")

    @property
    def formula(self) -> str:
        """The claim as LaTeX."""
        return latex(self.left) + _relation(self)


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
        _exactly_one(self, "at_most", "at_least")

    @property
    def left(self) -> sp.Basic:
        """The certificate, under the name that inequalities use."""
        return self.certificate

    @property
    def formula(self) -> str:
        """The claim as LaTeX."""
        return latex(self.certificate) + _relation(self)


@dataclass(frozen=True)
class _Scaling(Claim):
    """``observable`` behaves like ``of`` along every ray of the check, up to a constant factor.

    ``functional`` is "logmean" (mean of the logarithm; default) or "mean"; ``of`` may be random.
    ``corrections="power"`` if the theorem gives the class of its corrections: factors
    ``1 + A size**-r`` with ``r`` at least ``rate`` and A from -1 to ``amplitude`` at the first
    size. Without it ("log") nothing tells slow corrections from none, and values with noise cannot
    break the claim. ``log_slack`` is the power of a logarithm that the claim ignores ("up to log
    factors"). ``exact=True``: the values carry no randomness, each replicate is an instance of its
    own.
    """

    _order: ClassVar[str] = ""
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
    _order: ClassVar[str] = "O"


@dataclass(frozen=True)
class Omega(_Scaling):
    """``observable`` grows at least like ``of``."""

    kind: ClassVar[str] = "omega"
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
    convergence from none. The zone is ``tolerance`` (absolute) or else ``gap`` times the initial
    distance.
    """

    kind: ClassVar[str] = "limit"
    _functionals: ClassVar[tuple[str, ...]] = ("mean", "proportion")
    _expressions: ClassVar[tuple[str, ...]] = ("observable", "to", "tolerance")
    _claimed: ClassVar[tuple[str, ...]] = ("to",)

    observable: Any
    to: Any
    rate: float | None = field(default=None, kw_only=True)
    tolerance: Any = field(default=None, kw_only=True)
    gap: float = field(default=0.10, kw_only=True)
    functional: str = field(default="mean", kw_only=True)  # type: ignore[misc]
    exact: bool = field(default=False, kw_only=True)

    @property
    def formula(self) -> str:
        """The claim as LaTeX."""
        return rf"{latex(self.observable)}\to {latex(self.to)}"


@dataclass(frozen=True)
class Threshold(Claim):
    """``success`` (0/1) becomes the likelier outcome as ``along`` passes ``at``.

    ``tolerance`` is how far from ``at`` the place may be, relative to it; levels closer than that
    are not judged. ``rising=False``: success is likely below and unlikely above. ``along`` is a
    parameter of the cells, or its name.
    """

    kind: ClassVar[str] = "threshold"
    _expressions: ClassVar[tuple[str, ...]] = ("success", "at")
    _claimed: ClassVar[tuple[str, ...]] = ("at",)

    success: Any
    along: Any
    at: Any
    rising: bool = field(default=True, kw_only=True)
    tolerance: float = field(default=0.02, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "along", _NameOf.parameter(self.along))
        super().__post_init__()

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
        object.__setattr__(self, "along", _NameOf.parameter(self.along))
        super().__post_init__()

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
        _exactly_one(self, "at_most", "at_least")

    @property
    def formula(self) -> str:
        """The claim as LaTeX."""
        bound = latex(self.left) + _relation(self)
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
        _exactly_one(self, "equals", "at_most", "at_least")

    @property
    def formula(self) -> str:
        """The claim as LaTeX."""
        return latex(self.left) + _relation(self)


@dataclass(frozen=True)
class Unchecked(Claim):
    """A claim that nothing numerical can be said about here; its reason is ``because``.

    ``of_kind`` is the kind that it would have.
    """

    of_kind: str = field(default="limit", kw_only=True)
    expected: Expected = field(default="not applicable", kw_only=True)

    @property
    def kind(self) -> str:  # type: ignore[override]
        """The kind that the claim would have."""
        return self.of_kind


def _relation(claim: Claim) -> str:
    """Return the claimed side with its sign, in LaTeX."""
    name, side = claim.claimed
    sign = {"equals": "=", "at_most": r"\leq ", "at_least": r"\geq "}[name]
    return sign + latex(side)


def _exactly_one(claim: Claim, *names: str) -> None:
    given = [name for name in names if getattr(claim, name) is not None]
    if len(given) != 1:
        wanted = " or ".join(names)
        raise ValueError(f"claim {claim.name!r} needs exactly one of {wanted}; it has {given}")


KINDS: tuple[str, ...] = (
    "identity",
    "probability",
    "deterministic",
    "theta",
    "O",
    "omega",
    "bounded",
    "limit",
    "threshold",
    "monotone",
    "construction",
    "always",
    "law",
    "derivation",
)
