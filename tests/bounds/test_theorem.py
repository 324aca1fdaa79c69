"""Theorems: ids, claims by name, quantities, and which parameters they do not speak about."""

import numpy as np
import pytest
import sympy as sp

from bounds import (
    Derivation,
    Erratum,
    Identity,
    Inequality,
    Paper,
    Theorem,
    quantity,
    required,
    vector,
)
from bounds.claim import Printed
from bounds.symbols import outside_domain
from bounds.theorem import KINDS_OF_STATEMENT

m, n = sp.symbols("m n", positive=True, integer=True)
sigma = sp.Symbol("sigma", nonnegative=True)


def theorem(**more):
    parts = dict(id="own/theorem-1", statement="", claims=[Identity("a", observable="y", equals=m)])
    return Theorem(**{**parts, **more})


@pytest.mark.parametrize(
    "name", ["own/theorem-1", "own-2/lemma-B.17", "wang2024/equation-5", "a_b/claim-optimal-risk"]
)
def test_ids_of_the_fixed_form_are_accepted(name):
    assert theorem(id=name).id == name


@pytest.mark.parametrize(
    "name",
    [
        "own",
        "own/theorem",
        "own/theorem-",
        "own/thm-1",
        "Own/theorem-1",
        "own/a/theorem-1",
        "own/theorem-1#a",
        "own/theorem 1",
        "",
    ],
)
def test_other_ids_are_refused_with_the_form(name):
    with pytest.raises(ValueError, match=r"PAPER/NAME-NUMBER.*equation, theorem"):
        theorem(id=name)
    with pytest.raises(ValueError, match="PAPER/NAME-NUMBER"):
        theorem(aliases=[name])


def test_the_kinds_of_statement_are_the_fixed_ones():
    assert set(KINDS_OF_STATEMENT) == {
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
    }


def test_two_claims_of_one_name_are_refused():
    twice = [Identity("a", observable="y", equals=1), Identity("a", observable="z", equals=1)]
    with pytest.raises(ValueError, match="two claims named 'a'"):
        theorem(claims=twice)


def test_an_erratum_names_the_claims_that_it_is_about():
    """Two printed forms share a reason, and one erratum is written by hand."""
    y, reason = sp.Symbol("y"), "a square is lost"
    theorem = Theorem(
        id="own/lemma-1",
        statement="",
        claims=[
            Identity("a", y, equals=2, printed=Printed(why=reason, equals=1)),
            Identity("b", y, equals=4, printed=Printed(why=reason, equals=3, name="old")),
            Identity("c", y, equals=5, expected="broken", because="a sign is lost"),
            Identity("d", y, equals=6),
        ],
        errata=[Erratum("5", "-5", "a sign is lost"), Erratum("a word", "another", "a slip")],
    )
    assert [(one.refuted, one.mended) for one in theorem.errata] == [
        ("c", ""),
        ("", ""),
        ("a-as-printed", "a"),
        ("old", "b"),
    ]


def test_an_erratum_may_be_mended_by_another_claim_than_the_one_that_refutes_it():
    y = sp.Symbol("y")
    wrong = Printed(why="too much", equals=1, mended="usable")
    claims = [Identity("a", y, equals=0, printed=wrong), Identity("usable", y, equals=4)]
    (erratum,) = theorem(claims=claims).errata
    assert (erratum.refuted, erratum.mended) == ("a-as-printed", "usable")
    assert erratum.correct == claims[1].line
    with pytest.raises(ValueError, match="no claim 'usable'"):
        theorem(claims=claims[:1])


def test_claims_are_found_by_name_and_carry_their_id():
    assert theorem()["a"].id == "own/theorem-1#a"
    assert [item.id for item in theorem()] == ["own/theorem-1#a"]
    with pytest.raises(KeyError, match="has no claim 'b'; it has: a"):
        theorem()["b"]


def test_meanings_come_from_the_theorem_then_from_the_paper():
    paper = Paper("p", "", (), 2020, "", "", "", notation={"m": "width", "n": "points"})
    with_paper = theorem(paper=paper, symbols={"m": "number of neurons"})
    assert [with_paper.meaning(name) for name in "mnx"] == ["number of neurons", "points", ""]


def test_a_cell_outside_the_hypotheses_or_the_domain_is_refused_in_words():
    wide = theorem(hypotheses=[required(m > n, "the network is wide")])
    assert wide.unmet({"m": 3, "n": 2}) == []
    assert wide.unmet({"m": 2, "n": 2}) == ["the network is wide (m > n), but m = 2, n = 2"]
    assert wide.unmet({"m": 2.5}) == ["m is an integer, but m = 2.5"]
    assert wide.unmet({"m": -1})[0] == "m is positive, but m = -1"
    assert wide.unmet({"other": 3}) == []
    assert wide.unmet({"m": np.array([3, 4]), "n": 2}) == []
    assert "the network is wide" in wide.unmet({"m": np.array([3, 1]), "n": 2})[0]


def test_a_hypothesis_on_a_named_quantity_is_checked_too():
    quantities = {"kappa": sp.Symbol("ratio") ** 2, "ratio": m / n}
    limited = theorem(
        quantities=quantities, hypotheses=[required(sp.Symbol("kappa") < 4, "kappa is small")]
    )
    assert limited.unmet({"m": 3, "n": 2}) == []
    assert "kappa is small" in limited.unmet({"m": 4, "n": 2})[0]
    assert limited.unmet({"m": 4}) == [], "not every part is known"
    assert limited.unmet({"m": 3, "n": 2, "kappa": 5.0}), "a value of its own comes first"


def test_definitions_come_in_an_order_that_is_the_same_in_every_process():
    """Sets of symbols have another order in each."""
    defined = [quantity(name, "a number", m * n, positive=True) for name in "hgfedcba"]
    one = theorem(claims=[Identity("a", observable="y", equals=sum(defined))])
    assert list(one.quantities) == list("abcdefgh")


def test_quantities_in_a_circle_are_named():
    a, b = sp.symbols("a b")
    with pytest.raises(ValueError, match=r"\['a', 'b'\] are defined in a circle"):
        theorem(quantities={"a": b, "b": a}).written_out(a + 1, frozenset())


@pytest.mark.parametrize(
    ("assumptions", "good", "bad", "words"),
    [
        (dict(positive=True), 1e-9, 0.0, "positive"),
        (dict(nonnegative=True), 0.0, -1e-9, "nonnegative"),
        (dict(negative=True), -1.0, 0.0, "negative"),
        (dict(nonpositive=True), 0.0, 1.0, "nonpositive"),
        (dict(integer=True), -3, 0.5, "an integer"),
        (dict(even=True), 4, 3, "even"),
        (dict(odd=True), 3, 4, "odd"),
        (dict(real=True, nonzero=True), -1.0, 0.0, "nonzero"),
        (dict(real=True), 1.0, float("inf"), "finite"),
        (dict(positive=True), 1.0, float("nan"), "finite"),
    ],
)
def test_assumptions_of_a_symbol_are_its_domain(assumptions, good, bad, words):
    symbol = sp.Symbol("s", **assumptions)
    assert outside_domain(symbol, good) == []
    assert words in outside_domain(symbol, bad)


def test_symbols_of_every_part_are_listed_and_arrays_have_no_scalar_domain():
    v = vector("v")
    whole = theorem(
        quantities={"q": sigma**2},
        hypotheses=[required(n > 1, "points")],
        claims=[Identity("a", observable="y", equals=m, where=v.is_real and sp.Symbol("w") > 0)],
    )
    assert {"sigma", "n", "m", "y", "w"} <= {s.name for s in whole.free_symbols()}
    assert theorem(quantities={"q": v}).unmet({"v": (1.0, -2.0)}) == []


def test_a_parameter_that_is_no_number_is_refused_in_words():
    d = sp.Symbol("d", positive=True)
    theorem = Theorem(
        id="own/theorem-1",
        statement="",
        hypotheses=[required(d < 100, "d is moderate")],
        claims=[Identity("a", observable="y", equals=d)],
    )
    assert theorem.unmet({"d": "a"}) == ["d is a number, but d = a"]


D, POSITIVE = sp.Symbol("d"), sp.Symbol("d", positive=True)


@pytest.mark.parametrize(
    "more",
    [
        dict(claims=[Derivation("root", sp.sqrt(D**2), equals=POSITIVE)]),
        dict(
            claims=[Derivation("root", sp.sqrt(D**2), equals=D)],
            hypotheses=[required(POSITIVE >= 1, "d is at least 1")],
        ),
        dict(
            claims=[Derivation("root", sp.Symbol("size"), equals=POSITIVE)],
            quantities={"size": sp.sqrt(D**2)},
        ),
        dict(claims=[Inequality("root", sp.sqrt(D**2), at_most=POSITIVE + 1, box={D: (1, 9)})]),
    ],
)
def test_a_name_of_two_symbols_is_refused_where_algebra_would_take_them_for_two_unknowns(more):
    with pytest.raises(ValueError, match="'root' of own/theorem-1: d stands for two symbols"):
        theorem(**more)


def test_one_symbol_that_is_made_twice_is_one():
    again = sp.Symbol("d", positive=True)
    theorem(
        claims=[Derivation("root", sp.sqrt(POSITIVE**2), equals=again)],
        hypotheses=[required(again >= 1, "d is at least 1")],
    )
