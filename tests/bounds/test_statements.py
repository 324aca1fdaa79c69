import pytest
from matplotlib import mathtext

from verify.catalogue.registry import load_registry
from verify.showing.mathtext import braced, readable


def test_every_formula_of_a_statement_can_be_set_above_a_panel():
    unset = [
        f"{item.id}: {item.claim.statement}"
        for item in load_registry().claims()
        if "$" in item.claim.statement and "$" not in readable(item.claim.statement)
    ]
    assert not unset


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\frac12", r"\frac{1}{2}"),
        (r"\frac\kappa{2-\kappa}", r"\frac{\kappa}{2-\kappa}"),
        (r"\frac{\frac12}3x", r"\frac{\frac{1}{2}}{3}x"),
        (r"\sqrt m\hat G_{rob}", r"\sqrt{m}\hat{G}_{rob}"),
        (r"\mathcal A^i\cap\mathcal T", r"\mathcal{A}^i\cap\mathcal{T}"),
        (r"no formula, 1/2 {as it is}", r"no formula, 1/2 {as it is}"),
    ],
)
def test_arguments_without_braces_get_them(text, expected):
    assert braced(text) == expected
    mathtext.MathTextParser("path").parse(f"${braced(text)}$")


def test_a_formula_that_cannot_be_set_is_shown_in_plain_letters():
    assert readable(r"$\frac{1}$ and $\nonsense x$") == "frac{1} and nonsense x"
