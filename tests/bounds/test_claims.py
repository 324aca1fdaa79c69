"""Claims say what is missing or contradictory when they are written down."""

import inspect
import pickle
import re

import pytest
import sympy as sp

from bounds import (
    KINDS,
    Always,
    BigO,
    Bounded,
    Construction,
    Derivation,
    Identity,
    Inequality,
    Law,
    Limit,
    Monotone,
    Mutant,
    Omega,
    Probability,
    Theorem,
    Theta,
    Threshold,
    Unchecked,
)
from bounds.claim import Printed
from bounds.variation import replaced

x = sp.Symbol("x", positive=True)
EXAMPLES = [
    Identity("a", observable="y", equals=x),
    Probability("a", event="e", at_most=x),
    Inequality("a", left="y", at_most=x),
    Construction("a", certificate="y", at_least=x),
    Theta("a", observable="y", of=x),
    BigO("a", observable="y", of=x),
    Omega("a", observable="y", of=x),
    Bounded("a", observable="y", of=x),
    Limit("a", observable="y", to=0),
    Threshold("a", success="s", along="x", at=1),
    Monotone("a", observable="y", along="x"),
    Always("a", left="y", at_most=x, until=9),
    Law("a", observable="y", cdf=x),
    Derivation("a", left=x, equals=x),
]


def test_a_share_that_tends_somewhere_is_written_as_a_probability():
    event = sp.Symbol("y") < 1
    assert Limit("a", event, to=1, functional="proportion").formula == (r"P\left(y < 1\right)\to 1")


def test_every_kind_has_a_class_and_only_these():
    assert {claim.kind for claim in EXAMPLES} == set(KINDS)


@pytest.mark.parametrize("claim", EXAMPLES, ids=lambda c: c.kind)
def test_expressions_are_sympy_and_strings_are_names(claim):
    assert all(isinstance(part, sp.Basic) for part in claim.expressions())
    assert claim.expected == "holds"


@pytest.mark.parametrize("name", ["", "Upper", "two words", "-x", "ä"])
def test_names_have_one_form(name):
    with pytest.raises(ValueError, match="lower-case words joined by hyphens"):
        Identity(name, observable="y", equals=1)


def test_another_expectation_needs_its_reason():
    with pytest.raises(ValueError, match="say why 'broken' is expected"):
        Identity("a", observable="y", equals=1, expected="broken")


@pytest.mark.parametrize("sides", [{}, {"at_most": 1, "at_least": 0}])
def test_exactly_one_bound_is_given(sides):
    for kind in (
        lambda **k: Probability("a", event="e", **k),
        lambda **k: Inequality("a", left="y", **k),
        lambda **k: Construction("a", certificate="y", **k),
        lambda **k: Derivation("a", left=x, **k),
    ):
        with pytest.raises(ValueError, match="needs exactly one of"):
            kind(**sides)


def test_an_unknown_functional_is_refused_and_not_taken_for_a_mean():
    with pytest.raises(ValueError, match=r"is about a mean or .* a quantile, not about 'mode'"):
        Identity("a", observable="y", equals=1, functional="mode")
    with pytest.raises(ValueError, match="logmean or a mean"):
        Theta("a", observable="y", of=x, functional="proportion")
    with pytest.raises(ValueError, match="not about 'logmean'"):
        Limit("a", observable="y", to=0, functional="logmean")


def test_a_mutant_changes_what_it_says_and_nothing_else():
    claim = Identity("a", observable="y", equals=x, mutants=(Mutant("twice", equals=2 * x),))
    changed = claim.mutants[0].of(claim)
    assert changed.equals == 2 * x and changed.observable == claim.observable
    assert changed.mutants == ()


def test_a_mutant_that_is_not_false_says_why_and_one_that_changes_nothing_is_refused():
    with pytest.raises(ValueError, match="say why it is weaker"):
        Mutant("half", "weaker", equals=x)
    with pytest.raises(ValueError, match="changes 'equal', which Identity does not have") as odd:
        Identity("a", observable="y", equals=x, mutants=(Mutant("typo", equal=x),))
    assert "Did you mean 'equals'? It may change " in str(odd.value)
    assert str(odd.value).endswith(", as in Mutant('typo', equals=...)")
    assert not re.search(r"\b_|because|blunt|cannot_fail|printed", str(odd.value))
    with pytest.raises(ValueError, match="changes '_claimed', which"):
        Identity("a", observable="y", equals=x, mutants=(Mutant("typo", _claimed=x),))
    with pytest.raises(ValueError, match="changes nothing"):
        Identity("a", observable="y", equals=x, mutants=(Mutant("none"),))


def test_a_claim_knows_where_it_is_written_and_a_changed_one_does_not():
    line = inspect.currentframe().f_lineno + 1
    claim = Probability("a", "y", at_most=x, printed=Printed(at_most=2 * x, why="no factor"))
    assert claim.place == f"{__file__}:{line}"
    theorem = Theorem(id="own/lemma-1", statement="", claims=[claim])
    assert {one.name: one.place for one in theorem.claims} == dict.fromkeys(
        ("a", "a-as-printed"), claim.place
    )
    assert Mutant("half", at_most=x / 2).of(claim).place == ""
    assert pickle.loads(pickle.dumps(claim)).place == claim.place


def test_what_cannot_be_checked_has_the_kind_that_it_would_have():
    claim = Unchecked("a", because="no machine is that large", of_kind="O")
    assert (claim.kind, claim.expected) == ("O", "not applicable")
    with pytest.raises(ValueError, match="say why"):
        Unchecked("a")


def test_mutants_may_be_made_when_they_are_looked_at():
    made = []

    def mutants():
        made.append(len(made))
        return (2 * x, Mutant("half", equals=x / 2))

    claim = Identity("a", observable="y", equals=x, mutants=mutants)
    Theorem(id="own/lemma-1", statement="", claims=[claim])
    assert not made
    plain = Identity("a", observable="y", equals=x, mutants=mutants())
    assert list(claim.mutants) and [one.words for one in claim.mutants] == ["equals 2*x", "half"]
    assert claim.changes == plain.changes == ({"equals": 2 * x}, {"equals": x / 2})
    assert len(made) == 2 and claim == plain


def test_what_such_mutants_get_wrong_is_said_when_they_are_looked_at():
    claim = Identity("a", observable="y", equals=x, mutants=lambda: (Mutant("typo", equal=x),))
    with pytest.raises(ValueError, match="'typo' of claim 'a' changes 'equal'"):
        claim.changes  # noqa: B018
    one = Identity("a", observable="y", equals=x, mutants=lambda: (replaced(sp.Symbol("q"), 1),))
    with pytest.raises(ValueError, match="q does not occur"):
        one.changes  # noqa: B018
