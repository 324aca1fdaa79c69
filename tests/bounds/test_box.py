"""Claims over a box of parameters: what can be written down, and what it speaks about."""

import numpy as np
import pytest
import sympy as sp

from bounds import Identity, Inequality, Printed, Theorem, quantity, required

x, y = sp.symbols("x y", positive=True)
k = sp.Symbol("k", positive=True, integer=True)


def theorem(*claims, **more):
    return Theorem(id="own/lemma-1", statement="", claims=claims, **more)


def test_ends_are_numbers_of_any_sort_and_exact_as_they_are_written():
    claim = Inequality("a", x, at_most=y, box={x: (0.1, sp.exp(2)), y: ("1e-30", 1e300)})
    assert [one.low for one in claim.box] == [sp.Rational(1, 10), sp.Integer(10) ** -30]
    assert [one.high for one in claim.box] == [sp.exp(2), sp.Integer(10) ** 300]
    assert hash(claim) == hash(Inequality("a", x, at_most=y, box=claim.box))


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ({}, "needs the range of some parameter"),
        ({"x": (1, 2)}, "symbols as keys, not 'x'"),
        ({x: 3}, "is \\(low, high\\), not 3"),
        ({x: (2, 1)}, "a low end below the high one"),
        ({x: (1, "many")}, "ends at 'many', which is no real number"),
        ({x: (1, float("inf"))}, "which is no real number"),
        ({x: (1, sp.oo)}, "take the logarithm"),
        ({x: (1, "1e400")}, "take the logarithm"),
        ({x: (0, 1)}, "x is positive, but 0 is not"),
        ({k: (1.2, 1.8)}, "no integer from 6/5 to 9/5"),
    ],
)
def test_a_range_that_is_none_is_refused_in_words(box, words):
    with pytest.raises(ValueError, match=f"claim 'a'.*{words}"):
        Inequality("a", x, at_most=2, box=box)


def test_every_parameter_has_a_range_once_quantities_are_written_out():
    area = quantity("area", "of a rectangle", x * y)
    with pytest.raises(ValueError, match="own/lemma-1: its box has no range for y"):
        theorem(Inequality("a", area, at_most=9, box={x: (1, 3)}))
    theorem(Inequality("a", area, at_most=9, box={x: (1, 3), y: (1, 3)}))
    theorem(Inequality("a", area, at_most=9, box={area: (1, 3)}))
    with pytest.raises(ValueError, match="no range for y"):
        theorem(Inequality("a", x, at_most=9, where=y > 1, box={x: (1, 3)}))


def test_only_exact_claims_without_an_event_have_a_box():
    with pytest.raises(ValueError, match="exact=True"):
        Identity("a", observable=x, equals=x, box={x: (1, 2)})
    with pytest.raises(ValueError, match="no event"):
        Inequality("a", x, at_most=2, given=x > 1, box={x: (1, 2)})
    with pytest.raises(TypeError):
        from bounds import Probability

        Probability("a", event=x > 1, at_most=1, box={x: (1, 2)})


def test_the_domain_is_the_box_within_where_and_the_hypotheses_on_its_parameters():
    one = theorem(
        Inequality("a", x, at_most=4, where=x + y < 4, box={x: (1, 3), y: (1, 3)}),
        hypotheses=[
            required(y >= 2, "y is large"),
            required(k > 5, "of another parameter"),
            required(None, "in words"),
        ],
    )
    domain = one.domain(one["a"].claim)
    at = {"x": np.array([1.0, 1.5, 3.0]), "y": np.array([1.0, 2.0, 3.0])}
    assert domain.inside(at).tolist() == [False, True, False]
    assert str(domain) == "1 <= x <= 3, 1 <= y <= 3, x + y < 4, y >= 2"


def test_the_printed_form_has_the_same_box():
    printed = Printed(at_most=2, why="it is 3")
    one = theorem(Inequality("a", x, at_most=3, box={x: (1, 3)}, printed=printed))
    assert one["a-as-printed"].claim.box == one["a"].claim.box


def test_an_end_with_a_float_inside_is_the_number_that_the_float_is():
    (one,) = Inequality("a", x, at_most=9, box={x: (1, 2.5 * sp.log(10))}).box
    assert one.high == sp.Rational(5, 2) * sp.log(10)
