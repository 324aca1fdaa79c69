"""What every claim has: its words, its sides, its changed and its printed forms.

A claim is written in sympy over two sorts of names, told apart only when it is judged:
*observables* (arrays that a simulation returns, one value per replicate) and *parameters* (of the
grid cell, or a named quantity of the theorem). It holds no simulation.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import sympy as sp

from bounds import values
from bounds.later import Items
from bounds.numeric import latex
from bounds.values import NameOf, expression

Expected = Literal["holds", "broken", "undecided", "not applicable"]
Truth = Literal["false", "weaker", "equivalent"]

_HERE = Path(__file__).parent


def shared(**arguments: Any) -> dict[str, Any]:
    """Return arguments that several claims have in common: ``Inequality(..., **rounded)``."""
    return arguments


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
    survives : str
        Why no evidence within reach breaks a false one, where that is so: `verify mutants` prints
        it, and fails if one survives without it.
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
    survives: str
    change: Callable[[Claim], Mapping[str, Any]]
    generated: bool

    def __init__(
        self,
        words: str,
        truth: Truth = "false",
        because: str = "",
        *,
        survives: str = "",
        change: Callable[[Claim], Mapping[str, Any]] | None = None,
        generated: bool = False,
        **changes: Any,
    ) -> None:
        if truth != "false" and not because:
            raise ValueError(f"mutant {words!r}: say why it is {truth}")
        if truth != "false" and survives:
            raise ValueError(f"mutant {words!r}: only what is false can survive; it is {truth}")
        made = change or (lambda claim: changes)
        for name, value in dict(
            words=words,
            truth=truth,
            because=because,
            survives=survives,
            change=made,
            generated=generated,
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

    def surviving(self, why: str) -> Mutant:
        """Return the same change, false, with the reason why no evidence within reach breaks it."""
        return Mutant(self.words, survives=why, change=self.change)


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
    mended : str
        Name of the claim that stands in the place of the printed one, where this is not the claim
        itself, which then says only that the printed one is false.
    **changes
        The fields in which the printed form differs.
    """

    why: str
    counterexample: str
    harmless: bool
    name: str
    words: str
    mended: str
    changes: dict[str, Any]

    def __init__(
        self,
        *,
        why: str,
        counterexample: str = "",
        harmless: bool = False,
        name: str = "",
        words: str = "",
        mended: str = "",
        **changes: Any,
    ) -> None:
        if not changes:
            raise ValueError(f"printed={why!r} changes nothing: say in which fields it differs")
        for key, value in dict(
            why=why,
            counterexample=counterexample,
            harmless=harmless,
            name=name,
            words=words,
            mended=mended,
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
        printed = dataclasses.replace(claim, **{**plain, **self.changes})
        vars(printed)["_place"] = claim.place
        return printed


def _place() -> str:
    """Return FILE:LINE where a claim is written; nothing if it is made of another one."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if file == dataclasses.__file__:
            return ""
        if file != "<string>" and Path(file).parent != _HERE:  # a constructor, or a module here
            return f"{file}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


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
    mutants : sequence of Mutant, or a function that returns one
        Changed forms that a sharp check tells apart; an expression stands for "the claimed side
        becomes this". What a function returns is made when it is asked for: formulas take time.
    printed : Printed, optional
        How the paper prints it, where that is wrong.
    cannot_fail : str
        Why no spoiled evidence is noticed, where that is so (see `verify.probing.sabotage`).
    blunt : str
        Why the evidence pins no constant and no exponent, where that is so (see
        `verify.probing.sharpness`).
    """

    kind: ClassVar[str] = ""
    functional: ClassVar[str] = "mean"
    _functionals: ClassVar[tuple[str, ...]] = ("mean",)
    _expressions: ClassVar[tuple[str, ...]] = ()
    _claimed: ClassVar[tuple[str, ...]] = ()
    _direction: ClassVar[int] = 0
    up_to_a_factor: ClassVar[bool] = False
    """Whether a factor of the claimed side changes nothing."""
    side_is: ClassVar[str] = "constant"
    """What a factor of the claimed side varies."""
    tolerance_is: ClassVar[str] = ""
    """What its tolerance is a share of."""
    observed: ClassVar[bool] = True
    """Whether it is judged on replicates at cells, and not by algebra alone."""
    box: ClassVar[Any] = None
    """The ranges of its parameters, where it is about nothing else (see `bounds.box`)."""

    name: str
    statement: str = field(default="", kw_only=True)
    note: str = field(default="", kw_only=True)
    expected: Expected = field(default="holds", kw_only=True)
    because: str = field(default="", kw_only=True)
    where: Any = field(default=None, kw_only=True)
    given: Any = field(default=None, kw_only=True)
    routes: str = field(default="", kw_only=True)
    mutants: Any = field(default=(), kw_only=True, compare=False)
    printed: Printed | None = field(default=None, kw_only=True, compare=False)
    cannot_fail: str = field(default="", kw_only=True)
    blunt: str = field(default="", kw_only=True)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Return a field of the claim's own kind, which its rule knows."""

    @property
    def place(self) -> str:
        """FILE:LINE where it is written; empty for one that is made of another."""
        return str(vars(self)["_place"])

    def __post_init__(self) -> None:
        vars(self)["_place"] = _place()
        if not isinstance(self.name, str):
            raise ValueError(
                f"a claim begins with its name, a word such as {type(self).__name__}('norm', ...); "
                f"here it begins with {self.name!r}"
            )
        if not re.fullmatch(r"[a-z0-9][A-Za-z0-9.\-]*", self.name):
            raise ValueError(
                f"{self.name!r} is no name of a claim: that is lower-case words joined by hyphens"
            )
        values.settle(self, self._expressions)
        if self.expected != "holds" and not self.because:
            raise ValueError(f"claim {self.name!r}: say why {self.expected!r} is expected")
        if self.functional not in self._functionals:
            raise ValueError(
                f"claim {self.name!r} is about a {' or a '.join(self._functionals)}, not about "
                f"{self.functional!r}"
            )
        for name in (*self._expressions, "given"):
            self._settle_formula(name)
        if self.where is not None:
            where = values.predicate(f"claim {self.name!r}: where", self.where)
            object.__setattr__(self, "where", where)
        self._settle_mutants(self.mutants)

    def _settle_formula(self, name: str) -> None:
        value = getattr(self, name)
        default = type(self).__dataclass_fields__[name].default
        if value is None and default is not dataclasses.MISSING:
            return
        try:
            object.__setattr__(self, name, expression(value))
        except ValueError as failure:
            raise ValueError(f"claim {self.name!r}: {name} {failure}") from None

    def _settle_mutants(self, given: Any) -> None:
        if isinstance(given, Mutant):
            raise ValueError(f"claim {self.name!r}: mutants is a list, [Mutant(...)]")
        if callable(given):
            mutants = Items(lambda: map(self._as_mutant, given()))
        else:
            settled = tuple(one if isinstance(one, Mutant) else expression(one) for one in given)
            vars(self)["changes"] = tuple(map(self._changed_by, settled))  # each is looked at
            mutants = Items(lambda: map(self._as_mutant, settled))
        object.__setattr__(self, "mutants", mutants)

    def _as_mutant(self, given: object) -> Mutant:
        if isinstance(given, Mutant):
            return given
        value = expression(given)
        return Mutant(f"{self.claimed[0].replace('_', ' ')} {value}", **{self.claimed[0]: value})

    @cached_property
    def changes(self) -> tuple[Mapping[str, Any], ...]:
        """The fields that each of its mutants changes, with their new values.

        Raises
        ------
        ValueError
            If one changes nothing, or what a claim of this kind does not have.
        """
        return tuple(map(self._changed_by, self.mutants))

    def _changed_by(self, mutant: Mutant | sp.Basic) -> Mapping[str, Any]:
        if not isinstance(mutant, Mutant):
            return {self.claimed[0]: mutant}
        changes = mutant.change(self)
        own = [one.name for one in dataclasses.fields(self)]
        odd = [name for name in changes if name not in own]
        if not changes or odd:
            common = {one.name for one in dataclasses.fields(Claim)} - {"where", "given"}
            known = [name for name in own if name not in common]
            near = difflib.get_close_matches(odd[0], known, n=1) if odd else []
            advice = f"Did you mean {near[0]!r}? " if near else ""
            what = f"{odd[0]!r}, which {type(self).__name__} does not have" if odd else "nothing"
            example = f"Mutant({mutant.words!r}, {near[0] if near else known[0]}=...)"
            raise ValueError(
                f"mutant {mutant.words!r} of claim {self.name!r} changes {what}. {advice}"
                f"It may change {', '.join(known)}, as in {example}"
            )
        return changes

    @property
    def about(self) -> sp.Basic:
        """What the claim is about: the observable, the event, the left side."""
        side: sp.Basic = getattr(self, self._expressions[0])
        return side

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
    def direction(self) -> int:
        """1 where a smaller claimed side says more, -1 where a larger one does, else 0."""
        name = self.claimed[0] if self._claimed else ""
        return {"at_most": 1, "at_least": -1}.get(name, self._direction)

    def turned(self) -> Mapping[str, Any]:
        """Return the fields that change in the opposite claim; none where there is no such."""
        name, side = self.claimed if self._claimed else ("", None)
        other = {"at_most": "at_least", "at_least": "at_most"}.get(name)
        return {name: None, other: side} if other else {}

    @property
    def formula(self) -> str:
        """The claim as LaTeX, or the empty string where it has no formula."""
        return ""

    def _tends(self, observable: object) -> str:
        """Return in LaTeX what tends to something: of an event, its probability."""
        shown = latex(observable)
        return rf"P\left({shown}\right)" if self.functional == "proportion" else shown

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
        if isinstance(along := getattr(self, "along", None), NameOf):
            yield along.symbol


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


def relation(claim: Claim) -> str:
    """Return the claimed side with its sign, in LaTeX."""
    name, side = claim.claimed
    sign = {"equals": "=", "at_most": r"\leq ", "at_least": r"\geq "}[name]
    return sign + latex(side)


def exactly_one(claim: Claim, *names: str) -> None:
    """Refuse a claim that has none, or several, of these fields."""
    given = [name for name in names if getattr(claim, name) is not None]
    if len(given) != 1:
        wanted = " or ".join(names)
        raise ValueError(f"claim {claim.name!r} needs exactly one of {wanted}; it has {given}")
