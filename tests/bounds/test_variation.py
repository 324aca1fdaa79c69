"""Changed forms of claims: shorthands for authors, and the mechanical ones."""

import pytest
import sympy as sp

from bounds import (
    BigO,
    Construction,
    Derivation,
    Identity,
    Inequality,
    Limit,
    Monotone,
    Omega,
    Probability,
    Theta,
    Threshold,
    Unchecked,
    observable,
    parameter,
)
from bounds.variation import anywhere, factor, generated, power, replaced, turned, without

d = parameter("d", "dimension", positive=True)
y = observable("y", "outcome")


def words(claim):
    return {mutant.words for mutant in generated(claim)}


def test_shorthands_change_the_claimed_side():
    claim = Inequality("bound", y, at_most=d**2 + 3 * d)
    assert factor(2).of(claim).at_most == 2 * (d**2 + 3 * d)
    assert power(d, sp.Rational(1, 2)).of(claim).at_most == sp.sqrt(d) * (d**2 + 3 * d)
    assert replaced(3, 5).of(claim).at_most == d**2 + 5 * d
    assert without(3 * d).of(claim).at_most == d**2
    assert turned().of(claim).at_least == d**2 + 3 * d and turned().of(claim).at_most is None


def test_replacing_what_does_not_occur_is_an_authors_mistake():
    with pytest.raises(ValueError, match="does not occur"):
        Inequality("bound", y, at_most=d**2, mutants=(replaced(sp.pi, 3),))


def test_an_expression_among_the_mutants_stands_for_the_claimed_side():
    claim = Derivation("constant", 8 / sp.sqrt(2), at_most=6, mutants=(5,))
    assert claim.mutants[0].of(claim).at_most == 5 and claim.mutants[0].truth == "false"


def test_two_sided_claims_are_varied_in_factor_exponent_and_summands():
    found = words(Identity("mean", y, d**2 + 3))
    assert {"4/5 times the claimed side", "5/4 times the claimed side", "without 3"} <= found
    assert {"d**(1/4) times the claimed side", "d**(-1/4) times the claimed side"} <= found


@pytest.mark.parametrize(
    ("claim", "there", "absent"),
    [
        (Inequality("b", y, at_most=d), "4/5 times", "5/4 times"),
        (Inequality("b", y, at_least=d), "5/4 times", "4/5 times"),
        (Inequality("b", y, at_most=-d), "5/4 times", "4/5 times"),
        (BigO("b", y, of=d), "d**(-1/4) times", "d**(1/4) times"),
        (Theta("b", y, of=d), "d**(1/4) times", "5/4 times"),
    ],
)
def test_a_bound_is_only_made_stricter_never_looser(claim, there, absent):
    found = " ".join(words(claim))
    assert there in found and absent not in found


def test_restrictions_are_dropped_and_directions_turned():
    claim = Inequality("b", y, at_most=d, where=d > 1, given=observable("inside", "an event"))
    assert {
        "without the restriction",
        "whether or not the event occurs",
        "the other direction",
    } <= words(claim)
    assert words(Monotone("m", y, along="d")) == {"the other direction"}


def test_what_an_author_wrote_is_not_generated_again_and_broken_claims_have_no_mutants():
    claim = Identity("mean", y, 2 * d, mutants=(factor(sp.Rational(4, 5)),), where=d > 1)
    assert "4/5 times the claimed side" not in words(claim)
    assert anywhere().of(claim).where is None
    assert not generated(Identity("mean", y, 2 * d, expected="broken", because="it is false"))
    assert all(mutant.generated for mutant in generated(claim))


Y, D = observable("y", "outcome"), parameter("d", "dimension", positive=True)
Z = parameter("z", "a number of either sign", real=True)
TURNED, ANYWHERE, INSIDE = (
    "the other direction",
    "without the restriction",
    "whether or not the event occurs",
)
UP, DOWN = "5/4 times the claimed side", "4/5 times the claimed side"
MORE, LESS = "d**(1/4) times the claimed side", "d**(-1/4) times the claimed side"


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (Identity("a", Y, D), {UP, DOWN, MORE, LESS}),
        (Identity("a", Y, Z), {UP, DOWN}),
        (Identity("a", Y, 0), set()),
        (Identity("a", Y, D + 3), {UP, DOWN, MORE, LESS, "without 3", "without d"}),
        (Probability("a", Y, at_most=D), {DOWN, TURNED}),
        (Inequality("a", Y, at_most=D - 3), {DOWN, TURNED, "without d"}),
        (Inequality("a", Y, at_least=D - 3), {UP, TURNED, "without -3"}),
        (Theta("a", Y, of=D + 3), {MORE, LESS}),
        (BigO("a", Y, of=D), {LESS}),
        (Omega("a", Y, of=D), {MORE}),
        (Limit("a", Y, to=D), {UP, DOWN, MORE, LESS}),
        (Limit("a", Y, to=sp.oo), set()),
        (Threshold("a", Y, along="x", at=D), {UP, DOWN, MORE, LESS, TURNED}),
        (Monotone("a", Y, along="x", where=D > 1), {TURNED, ANYWHERE}),
        (Construction("a", Y, at_least=D, given=Y), {UP, TURNED, INSIDE}),
        (Derivation("a", D, at_most=2 * D, where=D > 1), {DOWN, TURNED}),
        (Unchecked("a", because="nothing can be said"), set()),
    ],
    ids=lambda value: getattr(value, "formula", "") and type(value).__name__,
)
def test_each_kind_is_varied_in_just_these_ways(claim, expected):
    assert words(claim) == expected


def test_a_threshold_and_a_trend_turn_around():
    assert turned().of(Threshold("a", Y, along="x", at=D)).rising is False
    assert turned().of(Monotone("a", Y, along="x")).increasing is False
