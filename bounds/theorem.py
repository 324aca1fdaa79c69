"""Papers and their theorems."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import pairwise
from types import FrameType
from typing import Any, overload

import numpy as np
import sympy as sp

from bounds import arrays, numeric
from bounds.box import Domain
from bounds.claims import Claim, expression
from bounds.hypotheses import Hypothesis
from bounds.later import Items, Table
from bounds.symbols import Symbol, outside_domain
from bounds.vacuity import Asks, Result, SaysFrom
from bounds.values import listed

KINDS_OF_STATEMENT = (
    "equation",
    "theorem",
    "lemma",
    "proposition",
    "corollary",
    "definition",
    "example",
    "remark",
    "claim",
    "proof",
)
_ID = re.compile(rf"[a-z][a-z0-9_\-]*/({'|'.join(KINDS_OF_STATEMENT)})-[A-Za-z0-9][A-Za-z0-9.\-]*")


@dataclass(frozen=True)
class Erratum:
    """What is wrong in a printed statement, and what is right.

    ``counterexample`` is the smallest one known, in words and numbers. The claims that state what
    is printed (expected to be broken) and what is right are named in ``refuted`` and ``mended``: of
    its theorem by their names, of another by NAME-NUMBER#claim. The theorem names them where a
    claim is ``printed=`` otherwise, or is expected to be broken for the same reason. Where nothing
    refutes what is printed, ``unjudged`` says why: `MISPRINT`, or what cannot be judged.
    """

    printed: str
    correct: str
    why: str
    counterexample: str = ""
    harmless: bool = False
    refuted: str = ""
    mended: str = ""
    unjudged: str = ""


MISPRINT = "a misprint"
"""Why nothing refutes a slip of the pen, which the text beside it gives away."""

_LISTS: Mapping[str, tuple[type, str]] = {
    "claims": (Claim, "Identity(NAME, OBSERVABLE, FORMULA) or another kind of claim"),
    "hypotheses": (Hypothesis, "required(CONDITION, WORDS)"),
    "uses": (str, '"PAPER/NAME-NUMBER"'),
    "errata": (Erratum, "Erratum(PRINTED, CORRECT, WHY)"),
    "aliases": (str, '"PAPER/NAME-NUMBER"'),
}
"""What is listed in a theorem, and how one of it is written."""


def is_id(name: object) -> bool:
    """Whether something is an id of a theorem, PAPER/NAME-NUMBER."""
    return isinstance(name, str) and _ID.fullmatch(name) is not None


@dataclass(frozen=True)
class Paper:
    """A published source of theorems.

    ``version`` says which text was encoded (a preprint's number, or the venue); ``notation`` maps
    a symbol's name to what it means throughout the paper, where the symbol does not say it itself.
    """

    key: str
    title: str
    authors: tuple[str, ...]
    year: int
    venue: str
    version: str
    bibtex: str
    notation: Mapping[str, str] = field(default_factory=dict)

    def theorem(
        self,
        name: str,
        title: str,
        source: str,
        statement: str,
        *,
        claims: Sequence[Claim],
        hypotheses: Sequence[Hypothesis] = (),
        uses: Sequence[str] = (),
        errata: Sequence[Erratum] = (),
        aliases: Sequence[str] = (),
        quantities: Mapping[str, Any] | None = None,
        reconstructed: str = "",
        vacuity: Sequence[Asks | SaysFrom] = (),
    ) -> Theorem:
        """Return a statement of this paper.

        Parameters
        ----------
        name : str
            NAME-NUMBER, as in ``lemma-B.14``. Here, in ``uses`` and in ``aliases`` the paper's key
            is put in front where there is none.
        title, source, statement, claims, hypotheses, uses, errata, aliases, quantities :
        reconstructed, vacuity :
            As in `Theorem`.
        """
        return Theorem(
            id=self._in_paper(name),
            statement=statement,
            claims=tuple(claims),
            title=title,
            source=source,
            hypotheses=tuple(hypotheses),
            quantities=quantities or {},
            uses=tuple(map(self._in_paper, uses)),
            errata=tuple(errata),
            aliases=tuple(map(self._in_paper, aliases)),
            paper=self,
            reconstructed=reconstructed,
            vacuity=tuple(vacuity),
            place=_place(sys._getframe(1)),
        )

    def _in_paper(self, name: str) -> str:
        return name if "/" in name else f"{self.key}/{name}"


def _place(frame: FrameType) -> str:
    """Return FILE:LINE of a call."""
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


@dataclass(frozen=True, repr=False)
class Theorem:
    r"""A statement of a paper, as symbols.

    Parameters
    ----------
    id : str
        ``PAPER/NAME-NUMBER``, for instance ``xing2021/equation-5``; NAME is one of equation,
        theorem, lemma, proposition, corollary, definition, example, remark, claim, proof.
    statement : str
        The statement in our own words, Markdown with LaTeX between dollars.
    claims : sequence of Claim
        What can be checked of it, one sentence each.
    title : str
        A few words for lists.
    source : str
        Where in the paper it stands.
    symbols : mapping from name to str
        What symbols mean that do not say it themselves (see `bounds.symbols`).
    hypotheses : sequence of Hypothesis
        What is assumed.
    quantities : mapping from name to sympy expression
        Named expressions; a claim that uses such a name gets its value from here. The definitions
        of the symbols in use are added.
    uses : sequence of str
        Ids of the statements (or of single claims) that it rests on.
    errata : sequence of Erratum
        What is wrong in the printed statement.
    aliases : sequence of str
        Other ids under which the paper prints the same statement.
    paper : Paper, optional
        Its source.
    reconstructed : str
        Why the statement is not the paper's own words, where it had to be completed from its
        proofs. Such a statement is never called false as printed.
    vacuity : sequence of Asks and SaysFrom
        From which parameters on it says anything, and which numbers it asks for.
    place : str
        FILE:LINE of its definition.

    Raises
    ------
    ValueError
        If the id does not have the form above, two claims share a name, what is reconstructed is
        said to be printed wrongly, or a name is two symbols in a claim that algebra decides.
    """

    id: str
    statement: str
    claims: tuple[Claim, ...]
    title: str = ""
    source: str = ""
    symbols: Mapping[str, str] = field(default_factory=dict)
    hypotheses: tuple[Hypothesis, ...] = ()
    quantities: Mapping[str, Any] = field(default_factory=dict)
    uses: tuple[str, ...] = ()
    errata: tuple[Erratum, ...] = ()
    aliases: tuple[str, ...] = ()
    paper: Paper | None = None
    reconstructed: str = ""
    vacuity: tuple[Asks | SaysFrom, ...] = field(default=(), compare=False)
    place: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not self.place:
            object.__setattr__(self, "place", _place(sys._getframe(2)))
        for name in (self.id, *self.aliases):
            if not is_id(name):
                raise ValueError(
                    f"{name!r} is no id of a theorem: it has the form PAPER/NAME-NUMBER with NAME "
                    f"one of {', '.join(KINDS_OF_STATEMENT)}"
                )
        for name, (kind, example) in _LISTS.items():
            what = f"{self.id}: {name}"
            object.__setattr__(self, name, listed(what, getattr(self, name), kind, example))
        if self.reconstructed and (self.errata or any(one.printed for one in self.claims)):
            raise ValueError(
                f"{self.id} is reconstructed, so that nothing in it is false as printed: state "
                "what is printed as a statement of its own, or what is false as a remark of yours"
            )
        self._write_out_printed_forms()
        quantities = {name: expression(value) for name, value in self.quantities.items()}
        object.__setattr__(self, "quantities", Table(lambda: self._with_definitions(quantities)))
        seen: set[str] = set()
        for claim in self.claims:
            if claim.name in seen:
                raise ValueError(f"{self.id} has two claims named {claim.name!r}")
            seen.add(claim.name)
            if claim.box is not None:
                self._refuse_open_names(claim, quantities)
            if claim.box is not None or not claim.observed:
                self._refuse_two_symbols_of_one_name(claim, quantities)
        for claim in self.claims:
            if claim.printed is not None and claim.printed.mended not in ("", *seen):
                raise ValueError(f"{self.id} has no claim {claim.printed.mended!r} (mended)")

    def __repr__(self) -> str:
        return f"Theorem({self.id!r})"

    def _refuse_open_names(self, claim: Claim, quantities: Mapping[str, sp.Basic]) -> None:
        """Refuse a claim over a box that has a name without a range."""
        names = {one.symbol.name for one in claim.box}
        waiting, seen = list(claim.expressions()), set(names)
        while waiting:
            for symbol in waiting.pop().free_symbols:
                if symbol.name in seen:
                    continue
                seen.add(symbol.name)
                definition = quantities.get(symbol.name, getattr(symbol, "definition", None))
                if definition is None and symbol.name not in self.quantities:
                    raise ValueError(
                        f"claim {claim.name!r} of {self.id}: its box has no range for "
                        f"{symbol.name}, which it is about; it has {', '.join(sorted(names))}"
                    )
                waiting.append(self.quantities[symbol.name] if definition is None else definition)

    def _refuse_two_symbols_of_one_name(
        self, claim: Claim, quantities: Mapping[str, sp.Basic]
    ) -> None:
        """Refuse what algebra would take for two unknowns, where values go by name."""
        given = {one.symbol.name for one in claim.box or ()}
        required = (one.statement for one in self.hypotheses if one.role == "required")
        waiting = [*claim.expressions(), *(one for one in required if one is not None)]
        by_name: dict[str, sp.Symbol] = {}
        while waiting:
            for symbol in waiting.pop().free_symbols:
                name = symbol.name
                definition = quantities.get(name, getattr(symbol, "definition", None))
                if definition is not None and name not in given:
                    if name not in by_name:
                        waiting.append(definition)
                    by_name[name] = symbol  # it is written out, whatever stands for it
                elif by_name.setdefault(name, symbol) != symbol:
                    raise ValueError(
                        f"claim {claim.name!r} of {self.id}: {name} stands for two symbols, which "
                        f"algebra takes for two unknowns; declare {name} once, use it everywhere"
                    )

    def domain(self, claim: Claim) -> Domain:
        """Return the points that a claim over a box speaks about.

        These lie in the box, within ``where`` and within those required hypotheses that speak of
        the box's parameters alone.
        """
        names = frozenset(one.symbol.name for one in claim.box)
        required = (one.statement for one in self.hypotheses if one.role == "required")
        stated = (claim.where, *required)
        predicates = [self.written_out(one, names) for one in stated if one is not None]
        return Domain(
            claim.box,
            tuple(
                predicate
                for predicate in predicates
                if predicate is not sp.true and set(numeric.names(predicate)) <= names
            ),
        )

    def _write_out_printed_forms(self) -> None:
        """Put a claim, expected to be broken, and an erratum for each printed form."""
        claims: list[Claim] = []
        for claim in self.claims:
            claims.append(claim)
            if claim.printed is not None:
                claims.append(claim.printed.of(claim))
        broken = {one.because: one.name for one in self.claims if one.expected == "broken"}
        errata = [replace(e, refuted=e.refuted or broken.get(e.why, "")) for e in self.errata]
        object.__setattr__(self, "claims", tuple(claims))
        object.__setattr__(self, "errata", Items(lambda: [*errata, *self._errata_of_printed()]))

    def _errata_of_printed(self) -> Iterator[Erratum]:
        """Yield an erratum for each printed form."""
        named = {claim.name: claim for claim in self.claims}
        for claim, printed in pairwise(self.claims):
            if claim.printed is not None:
                mended = named[claim.printed.mended or claim.name]
                yield Erratum(
                    claim.printed.words or printed.line,
                    mended.line,
                    claim.printed.why,
                    claim.printed.counterexample,
                    claim.printed.harmless,
                    refuted=printed.name,
                    mended=mended.name,
                )

    def _with_definitions(self, given: Mapping[str, sp.Basic]) -> dict[str, sp.Basic]:
        """Add the definitions of the symbols in use, and of those that these use."""
        quantities = dict(given)
        waiting = [*self._parts(), *self._changed_parts(), *quantities.values()]
        while waiting:
            for symbol in sorted(waiting.pop().free_symbols, key=lambda one: one.name):
                definition = getattr(symbol, "definition", None)
                if definition is not None and symbol.name not in quantities:
                    quantities[symbol.name] = definition
                    waiting.append(definition)
        return quantities

    def _changed_parts(self) -> Iterator[sp.Basic]:
        """Yield every expression that only a mutant has."""
        for claim in self.claims:
            for changes in claim.changes:
                yield from (part for part in changes.values() if isinstance(part, sp.Basic))

    def _parts(self) -> Iterator[sp.Basic]:
        """Yield every expression of the claims and the hypotheses."""
        for claim in self.claims:
            yield from claim.expressions()
        for hypothesis in self.hypotheses:
            for part in (hypothesis.statement, hypothesis.quantity):
                if part is not None:
                    yield part

    @overload
    def __getitem__(self, name: str) -> ClaimOf: ...

    @overload
    def __getitem__(self, name: tuple[str, ...]) -> tuple[ClaimOf, ...]: ...

    def __getitem__(self, name: str | tuple[str, ...]) -> ClaimOf | tuple[ClaimOf, ...]:
        """Return claims together with their theorem: ``theorem["risk"]``, ``theorem["a", "b"]``."""
        if isinstance(name, tuple):
            return tuple(self[one] for one in name)
        for claim in self.claims:
            if claim.name == name:
                return ClaimOf(self, claim)
        known = ", ".join(claim.name for claim in self.claims)
        raise KeyError(f"{self.id} has no claim {name!r}; it has: {known}")

    def __iter__(self) -> Iterator[ClaimOf]:
        return (ClaimOf(self, claim) for claim in self.claims)

    @property
    def paper_key(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]

    def claim_id(self, name: str) -> str:
        """Return the id of a claim of its own, or of its paper: ``rate``, ``lemma-2#rate``."""
        return f"{self.paper_key}/{name}" if "#" in name else f"{self.id}#{name}"

    def says(self) -> tuple[Result, ...]:
        """Return the numbers of ``vacuity``: from where on it says anything, what it asks for."""
        return tuple(one.result(self.written_out) for one in self.vacuity)

    def meaning(self, name: str) -> str:
        """What a symbol means, or the empty string."""
        notation = self.paper.notation if self.paper else {}
        return self.symbols.get(name) or self._meanings.get(name) or notation.get(name, "")

    @cached_property
    def _meanings(self) -> Mapping[str, str]:
        """What the symbols in use say of themselves."""
        return {s.name: s.meaning for s in self.symbols_in_use() if isinstance(s, Symbol)}

    def symbols_in_use(self) -> set[sp.Symbol]:
        """Every symbol that a reader sees: also those for which a derivation puts in values."""
        put_in = (one for part in self._parts() for one in part.atoms(sp.Subs))
        return self.free_symbols().union(*(one.variables for one in put_in))

    def free_symbols(self) -> set[sp.Symbol]:
        """Every symbol that occurs in a claim, a quantity or a hypothesis."""
        return set(self._free_symbols)

    @cached_property
    def _free_symbols(self) -> frozenset[sp.Symbol]:
        parts = [*self.quantities.values(), *self._parts()]
        return frozenset().union(*(part.free_symbols for part in parts))

    @cached_property
    def _scalars(self) -> tuple[sp.Symbol, ...]:
        """Scalar symbols by name, for checking domains."""
        symbols = sorted(self._free_symbols, key=lambda symbol: symbol.name)
        return tuple(symbol for symbol in symbols if not arrays.rank(symbol))

    def written_out(self, expression: sp.Basic, known: frozenset[str]) -> sp.Basic:
        """Replace names of quantities by their definitions until only ``known`` names are left.

        Names that are neither known nor quantities stay.

        Raises
        ------
        ValueError
            If quantities are defined in a circle.
        """
        return _written_out(expression, self._by_name, known)

    @cached_property
    def _by_name(self) -> tuple[tuple[str, sp.Basic], ...]:
        return tuple(sorted(self.quantities.items()))

    def unmet(self, values: Mapping[str, Any]) -> list[str]:
        """Say in words which required hypotheses, or domains of symbols, ``values`` do not meet.

        Names without a value are passed over: an observable is not known before it is simulated.
        """
        reasons = [
            f"{symbol.name} is {words}, but {symbol.name} = {values[symbol.name]}"
            for symbol in self._scalars
            if symbol.name in values
            for words in outside_domain(symbol, values[symbol.name])
        ]
        if reasons:  # of what is no number nothing else can be asked
            return reasons
        known = {**values}
        for hypothesis in self.hypotheses:
            if hypothesis.role != "required" or hypothesis.statement is None:
                continue
            statement = self.written_out(hypothesis.statement, frozenset(known))
            names = {symbol.name for symbol in statement.free_symbols}
            if names <= known.keys() and not np.all(numeric.satisfied(statement, known)):
                given = ", ".join(f"{name} = {known[name]}" for name in sorted(names))
                reasons.append(f"{hypothesis.words} ({hypothesis.statement}), but {given}")
        return reasons


@lru_cache(maxsize=4096)
def _written_out(
    expression: sp.Basic, quantities: tuple[tuple[str, sp.Basic], ...], known: frozenset[str]
) -> sp.Basic:
    table = dict(quantities)
    for _ in range(len(table) + 1):
        open_symbols = [
            symbol
            for symbol in expression.free_symbols
            if symbol.name in table and symbol.name not in known
        ]
        if not open_symbols:
            return expression
        expression = expression.subs({symbol: table[symbol.name] for symbol in open_symbols})
    raise ValueError(f"the quantities {sorted(table)} are defined in a circle")


@dataclass(frozen=True)
class ClaimOf:
    """A claim together with the theorem that it belongs to."""

    theorem: Theorem
    claim: Claim

    @property
    def id(self) -> str:
        """``PAPER/NAME-NUMBER#CLAIM``."""
        return f"{self.theorem.id}#{self.claim.name}"
