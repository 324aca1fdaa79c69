"""Changed forms of a claim: written where they took thought, generated where they did not.

The functions before `generated` are shorthands for authors: ``mutants=(factor(2), power(mu, 2))``.
`generated` makes the mechanical ones for every claim; whether such a one is false, or true and
weaker, follows from the claim's direction. Those that change a factor or an exponent are points of
the `families`, in which one constant or exponent of a claim varies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sympy as sp

from bounds.arrays import rank
from bounds.claim import Claim, Mutant

FACTORS = (sp.Rational(4, 5), sp.Rational(5, 4))
EXPONENTS = (sp.Rational(-1, 4), sp.Rational(1, 4))


def factor(k: object, words: str = "") -> Mutant:
    """Return the claim with ``k`` times its claimed side; ``k`` may be an expression."""
    value = sp.sympify(k)
    return Mutant(words or f"{value} times the claimed side", change=lambda c: _scaled(c, value))


def power(symbol: sp.Symbol, exponent: object, words: str = "") -> Mutant:
    """Return the claim with its claimed side times ``symbol**exponent``."""
    return factor(symbol ** sp.sympify(exponent), words)


def replaced(old: object, new: object, words: str = "") -> Mutant:
    """Return the claim with ``new`` for ``old`` in its claimed side.

    Raises
    ------
    ValueError
        If ``old`` does not occur in it.
    """
    before, after = sp.sympify(old), sp.sympify(new)

    def change(claim: Claim) -> dict[str, Any]:
        name, side = claim.claimed
        changed = side.subs(before, after)
        if changed == side:
            raise ValueError(f"{before} does not occur in the claimed side of {claim.name!r}")
        return {name: changed}

    return Mutant(words or f"{after} for {before}", change=change)


def without(term: object, words: str = "") -> Mutant:
    """Return the claim without a summand of its claimed side."""
    value = sp.sympify(term)

    def change(claim: Claim) -> dict[str, Any]:
        name, side = claim.claimed
        return {name: side - value}

    return Mutant(words or f"without {value}", change=change)


def turned(words: str = "") -> Mutant:
    """Return the claim in the other direction: at least for at most, falling for rising."""
    return Mutant(words or "the other direction", change=lambda claim: claim.turned())


def anywhere(words: str = "") -> Mutant:
    """Return the claim without its restriction to some cells."""
    return Mutant(words or "without the restriction", where=None)


def unconditionally(words: str = "") -> Mutant:
    """Return the claim without the event that it is conditional on."""
    return Mutant(words or "whether or not the event occurs", given=None)


def _scaled(claim: Claim, k: sp.Expr) -> dict[str, Any]:
    name, side = claim.claimed
    return {name: k * side}


def generated(claim: Claim) -> tuple[Mutant, ...]:
    """Return the mechanical mutants of a claim that is expected to hold.

    Factors 0.8 and 1.25, exponents of the symbols of the claimed side a quarter more and less,
    summands dropped, directions turned, restrictions and conditions dropped. What is merely weaker
    than a bound is left out; a stricter bound counts as false, although it may be true as well, and
    is then listed as surviving: the bound has slack.
    """
    if claim.expected != "holds":
        return ()
    made = [*_of_the_claimed_side(claim), *([turned()] if claim.turned() else [])]
    if claim.observed:
        made += [anywhere()] if claim.where is not None else []
        made += [unconditionally()] if claim.given is not None else []
    return tuple(
        Mutant(mutant.words, change=mutant.change, generated=True)
        for mutant in made
        if _differs(claim, mutant)
    )


def _of_the_claimed_side(claim: Claim) -> Iterator[Mutant]:
    """Yield the changes of the claimed side that do not merely say less."""
    if not claim._claimed:
        return
    side, strict = claim.claimed[1], claim.direction
    if side.is_Relational or side.is_infinite:
        return
    if not claim.up_to_a_factor and side != 0:
        yield from (factor(k) for k in FACTORS if _stricter(strict, k < 1, side))
    if strict == 0 or claim.up_to_a_factor:
        for symbol in sorted(side.free_symbols, key=lambda s: s.name):
            if rank(symbol) == 0 and symbol.is_extended_nonnegative:
                for exponent in EXPONENTS:
                    if strict == 0 or (exponent < 0) == (strict > 0):
                        yield power(symbol, exponent)
    if side.is_Add and not claim.up_to_a_factor:
        yield from (without(term) for term in side.args if _stricter(strict, True, term))


def _stricter(strict: int, smaller: bool, side: sp.Expr) -> bool:
    """Whether a factor below one on (or dropping) ``side`` makes a bound say more."""
    if strict == 0:
        return True
    if side.is_nonpositive:
        smaller = not smaller
    return smaller == (strict > 0)


def _differs(claim: Claim, mutant: Mutant) -> bool:
    """Whether a mutant is another claim, and not one that an author wrote already."""
    changes = dict(mutant.change(claim))
    if all(getattr(claim, name) == value for name, value in changes.items()):
        return False
    return all(dict(written) != changes for written in claim.changes)


VARIED = sp.Symbol("varied", positive=True)
"""What a constant is multiplied by in a family, or an exponent is raised by."""


@dataclass(frozen=True)
class Family:
    """Claims that differ in one constant or one exponent.

    Attributes
    ----------
    what : str
        "constant", "constant of SUMMAND", "constant in exp(...)", "exponent of d", "probability",
        "limit", "threshold", "unit" of a law; a side that is no power of d has an "extra power of
        d", an order of growth one "of log(d)"; those of the bound that an event is about are "in
        the event".
    printed : float
        The value in the claim itself.
    ends : pair of float
        Between which values it varies.
    scale : {"factor", "exponent"}
        Whether the value is varied by a factor or by a summand.
    changes : mapping
        The fields that change; in them `VARIED` stands for the factor, or 1 more than the summand.
    direction : int
        1 where smaller values say more, -1 where larger ones do, 0 where neither does.
    closed : bool
        Whether the larger end is one that nothing exceeds, as 1 for a probability.
    base, term : expression, optional
        What is raised to the power, or multiplied by the factor. Where algebra does not know its
        sign the direction is that of a positive one; of a base that shrinks, or is below 1, and of
        a negative term it is the other one.
    """

    what: str
    printed: float
    ends: tuple[float, float]
    scale: Literal["factor", "exponent"]
    changes: Mapping[str, Any]
    direction: int
    closed: bool = False
    base: sp.Expr | None = None
    term: sp.Expr | None = None


WIDE, NARROW, RAISED = (1e-3, 1e3), (0.5, 2.0), (-1.0, 1.0)
X = "x"
"""The variable of a law's distribution function."""


def families(claim: Claim) -> tuple[Family, ...]:
    """Return the families of a claim: one for each constant and each exponent that it prints."""
    if not claim._claimed:
        return ()
    name, side = claim.claimed
    if side.is_Relational or side.is_infinite or side == 0:
        return tuple(_in_the_event(claim))
    return (*_families(claim, name, side), *_in_the_event(claim))


def _families(claim: Claim, name: str, side: sp.Expr) -> Iterator[Family]:
    if claim.functional == "law":
        in_unit = {s: s / VARIED for s in side.free_symbols if s.name == X}
        yield Family("unit", 1.0, NARROW, "factor", {name: side.subs(in_unit)}, 0)
        return
    if not claim.up_to_a_factor:
        what = claim.side_is
        low, high = NARROW if what != "constant" else WIDE
        constant = abs(float(side.as_coeff_Mul()[0])) if side.is_commutative else 1.0
        ends = low * constant, high * constant
        closed = what == "probability" and side.is_number
        if closed:
            ends = ends[0], min(ends[1], 1.0)
        changes = {name: VARIED * side}
        along = _along(claim, side)
        yield Family(what, constant, ends, "factor", changes, along, closed, term=side)
        if side.is_Add:
            for term in side.args:
                own = abs(float(term.as_coeff_Mul()[0]))
                yield Family(
                    f"constant of {term}",
                    own,
                    (WIDE[0] * own, WIDE[1] * own),
                    "factor",
                    {name: side + (VARIED - 1) * term},
                    _along(claim, term),
                    term=term,
                )
        yield from _in_exponentials(claim, name, side)
    powers = side.as_powers_dict()
    logarithms = sorted((base for base in powers if isinstance(base, sp.log)), key=str)
    symbols = sorted(side.free_symbols, key=lambda s: s.name)
    letters = [one for one in symbols if rank(one) == 0 and one.is_extended_nonnegative]
    for symbol in (*letters, *logarithms):
        if symbol.free_symbols:
            power = powers.get(symbol, sp.Integer(0))
            own = float(power) if power.is_number else 0.0
            yield Family(
                f"{'exponent' if own else 'extra power'} of {symbol}",
                own,
                (own + RAISED[0], own + RAISED[1]),
                "exponent",
                {name: side * symbol ** (VARIED - 1)},
                claim.direction,
                base=symbol,
            )
    if claim.up_to_a_factor:
        inside = {symbol for one in logarithms for symbol in one.free_symbols}
        for letter in letters:
            if letter not in inside:
                logarithm = sp.log(sp.E + letter + 1 / letter)  # of what is large or small
                yield Family(
                    f"extra power of log({letter})",
                    0.0,
                    RAISED,
                    "exponent",
                    {name: side * logarithm ** (VARIED - 1)},
                    claim.direction,
                    base=logarithm,
                )


def _in_the_event(claim: Claim) -> Iterator[Family]:
    """Yield the families of the bound (the right side) in the event of a probability."""
    event = getattr(claim, "event", None)
    if not isinstance(event, sp.Gt | sp.Ge | sp.Lt | sp.Le) or event.rhs == 0:
        return
    bound = event.rhs
    # Of a rare event a smaller bound from above says more, and of a common one a larger one.
    way = claim.direction if isinstance(event, sp.Gt | sp.Ge) else -claim.direction
    terms = bound.args if bound.is_Add else ()
    for term in (bound, *terms):
        own = abs(float(term.as_coeff_Mul()[0]))
        yield Family(
            "constant in the event" if term is bound else f"constant of {term} in the event",
            own,
            (WIDE[0] * own, WIDE[1] * own),
            "factor",
            {"event": event.func(event.lhs, bound + (VARIED - 1) * term)},
            -way if term.is_nonpositive else way,
            term=term,
        )
    for base, power in bound.as_powers_dict().items():
        if base.is_Symbol and base.is_extended_nonnegative and power.is_number:
            yield Family(
                f"exponent of {base} in the event",
                float(power),
                (float(power) + RAISED[0], float(power) + RAISED[1]),
                "exponent",
                {"event": event.func(event.lhs, bound * base ** (VARIED - 1))},
                way,
                base=base,
            )


def _along(claim: Claim, term: sp.Expr) -> int:
    """Return the direction of a factor of the claimed side, or of a summand of it."""
    return -claim.direction if term.is_nonpositive else claim.direction


def _in_exponentials(claim: Claim, name: str, side: sp.Expr) -> Iterator[Family]:
    """Yield a family for each exponential of a bound: how fast it falls, or grows."""
    if claim.direction == 0:
        return
    for factor in sorted(side.atoms(sp.exp), key=str):
        whole, falls = sp.Dummy(positive=True), factor.args[0].is_nonpositive
        slope = side.subs(factor, whole).diff(whole)
        if factor.args[0].is_number or not (falls or factor.args[0].is_nonnegative):
            continue
        if not (slope.is_nonnegative or slope.is_nonpositive):
            continue
        turns = bool(falls) != bool(slope.is_nonpositive)
        varied = {name: side.subs(factor, sp.exp(VARIED * factor.args[0]))}
        direction = -claim.direction if turns else claim.direction
        yield Family(f"constant in {factor}", 1.0, WIDE, "factor", varied, direction)
