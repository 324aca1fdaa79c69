"""Symbols that carry their meaning."""

import pickle

import pytest
import sympy as sp

from bounds import Identity, Monotone, Paper, Printed, Theta, observable, parameter, quantity
from bounds.symbols import letter_of
from bounds.variation import turned


def test_a_name_of_two_meanings_makes_two_symbols():
    one, other = observable("loss", "training loss"), observable("loss", "loss on fresh points")
    assert one == observable("loss", "training loss") and one != other
    assert (one + other).free_symbols == {one, other}


def test_a_symbol_keeps_its_meaning_through_pickling_and_through_sympys_caches():
    loss = observable("loss", "training loss", r"\hat L", positive=True)
    again = pickle.loads(pickle.dumps(loss))
    assert again == loss and (again.meaning, again.letter) == ("training loss", r"\hat L")
    (left,) = (2 * observable("loss", "another", positive=True)).free_symbols
    assert left.meaning == "another"


@pytest.mark.parametrize("declare", [parameter, observable, lambda *of: quantity(*of, 1)])
def test_who_declares_a_name_says_what_it_means(declare):
    for nothing in ("", " ", 3):
        with pytest.raises(ValueError, match="is what n stands for, in words"):
            declare("n", nothing)


def test_symbols_are_ordered_as_sympys_own():
    d, plain = parameter("d", "dimension", positive=True), sp.Symbol("e", positive=True)
    assert str(plain * d + d**2 / plain) == "d**2/e + d*e"


def test_letters_are_those_declared_or_the_words_of_the_name():
    assert sp.latex(observable("squared_growth", "growth of the norm", r"\|W\|^2") ** 2) == (
        r"\left(\|W\|^2\right)^{2}"
    )
    assert letter_of("theta_0") == r"\theta_{0}"
    assert letter_of("training_loss") == r"\text{training loss}"
    assert letter_of("overlap") == r"\text{overlap}" and letter_of("is_active") == (
        r"\text{is active}"
    )


PAPER = Paper("mine", "Mine", ("Me",), 2026, "none", "first", "")


def test_a_statement_takes_the_definitions_of_the_names_that_it_uses():
    d = parameter("d", "dimension", positive=True)
    constant = quantity("C_1", "ten times d", 10 * d, positive=True)
    deeper = quantity("C_2", "twice C_1", 2 * constant, positive=True)
    y = observable("y", "outcome")
    theorem = PAPER.theorem(
        "lemma-1", "a lemma", "Section 1", "words", claims=(Identity("mean", y, deeper),)
    )
    assert theorem.id == "mine/lemma-1" and theorem.quantities.keys() == {"C_1", "C_2"}
    assert theorem.written_out(deeper, frozenset()) == 20 * d
    assert theorem.meaning("C_1") == "ten times d" and theorem.meaning("y") == "outcome"
    assert theorem.place.rpartition(":")[0].endswith("test_symbols.py")


def test_a_printed_form_makes_a_claim_that_is_expected_to_be_broken_and_an_erratum():
    d, y = parameter("d", "dimension", positive=True), observable("y", "outcome")
    theorem = PAPER.theorem(
        "lemma-2",
        "a lemma",
        "Section 1",
        "words",
        claims=(
            Theta(
                "size-corrected",
                y,
                of=d**2,
                note="as we have it",
                printed=Printed(of=d, why="the square is lost", counterexample="d = 2"),
            ),
        ),
    )
    corrected, printed = theorem.claims
    assert (corrected.name, printed.name) == ("size-corrected", "size-as-printed")
    assert printed.expected == "broken" and printed.of == d and printed.because
    (erratum,) = theorem.errata
    assert erratum.printed == r"$y=\Theta\left(d\right)$" and "as we have it" in erratum.correct
    assert erratum.why == "the square is lost" and erratum.counterexample == "d = 2"


def test_a_parameter_along_which_something_changes_may_be_given_as_a_symbol():
    claim = Monotone("rises", observable("y", "outcome"), along=parameter("d", "dimension"))
    assert claim.along == "d" and {
        symbol.name for part in claim.expressions() for symbol in part.free_symbols
    } == {"y", "d"}
    again = turned().of(claim)
    assert again.along == "d" and "increases" in claim.formula and "decreases" in again.formula


def test_a_definition_that_only_a_mutant_needs_is_known():
    d, y = parameter("d", "dimension", positive=True), observable("y", "outcome")
    twice = quantity("twice", "twice d", 2 * d)
    theorem = PAPER.theorem(
        "lemma-3",
        "a lemma",
        "Section 1",
        "words",
        claims=(Identity("mean", y, d, mutants=(twice,)),),
    )
    assert theorem.quantities == {"twice": 2 * d}


def test_what_a_theorem_looks_up_later_survives_pickling():
    d, y = parameter("d", "dimension", positive=True), observable("y", "outcome")
    twice = quantity("twice", "twice d", 2 * d)
    claim = Theta("size", y, of=d, printed=Printed(of=twice, why="a factor too many"))
    theorem = PAPER.theorem("lemma-4", "a lemma", "Section 1", "words", claims=(claim,))
    again = pickle.loads(pickle.dumps(theorem))
    assert again == theorem and again.quantities == {"twice": 2 * d}
    assert again.errata == theorem.errata and len(again.errata) == 1


def test_a_relation_is_decided_where_the_domain_of_a_letter_decides_it():
    n, a = parameter("n", "size", integer=True, positive=True), parameter("a", "a", positive=True)
    b = parameter("b", "b", nonpositive=True)
    assert (n >= 1) is sp.true and (n > 0) is sp.true and (a < 0) is sp.false
    assert (a > b) is sp.true and (b < a) is sp.true and (b <= 1) is sp.true
    assert (a < 1) == sp.Lt(a, 1, evaluate=False) and (n < 2) == sp.Lt(n, 2, evaluate=False)


def test_a_relation_to_a_formula_stands_as_it_is_written():
    n, a = parameter("n", "size", integer=True, positive=True), parameter("a", "a", positive=True)
    y = observable("y", "outcome", positive=True)
    for formula in (n * sp.log(n / a), sp.Max(n, a, evaluate=False), n * a):
        assert (a <= formula) == sp.Le(a, formula, evaluate=False) == sp.Le(a, formula)
    assert (n < n + 1) == sp.Lt(n, n + 1, evaluate=False)
    assert (y > 0) == sp.Gt(y, 0, evaluate=False)


def test_quantities_of_two_definitions_are_two():
    d = parameter("d", "dimension", positive=True)
    one, other = quantity("c", "constant", 2 * d), quantity("c", "constant", 3 * d)
    assert one != other and one == quantity("c", "constant", 2 * d)
    assert (one + other).free_symbols == {one, other}
