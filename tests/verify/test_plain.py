"""Statements in plain characters, for a terminal."""

import pytest

from verify.catalogue.registry import load_registry
from verify.showing.plain import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"$\frac{H R^{2}}{3m}\leq\sqrt{d_0}$ for $H \to \infty$", "(H R²)/(3m)≤√d₀ for H → ∞"),
        (r"$\frac12$ and $\frac1{2n}$", "1/2 and 1/(2n)"),
        (r"$\frac{a+b}{c}$", "(a+b)/c"),
        (r"$\frac18\sqrt d$, $\frac12\beta\leq\frac1m$", "(1/8)√d, (1/2)β≤1/m"),
        (r"$\log{\left(n \right)}$", "log(n)"),
        (r"$\sqrt[3]{m}\,\sqrt{\log m}$", "³√m √(log m)"),
        (r"$m^{-1/6}x^2y^{n}$", "m^(-1/6)x²yⁿ"),
        (r"$\|W_1-W_2\|_F\gtrsim\hat h$", "‖W₁-W₂‖_F≳h\u0302"),
        (r"$\left. C \right|_{\substack{ C=\frac{1}{\epsilon} }}=2$", "C at C=1/ε =2"),
        (r"$\mathcal{B}_{2,\infty}$", "B_(2,∞)"),
        (r"no formula: a_b^c \n", r"no formula: a_b^c \n"),
        (r"$2\log2\max_i x$", "2 log 2 maxᵢ x"),
        ("an open $ dollar", "an open dollar"),
    ],
)
def test_formulas_are_read_as_they_are_meant(text, shown):
    assert plain(text) == shown


def test_a_root_whose_degree_is_left_open_is_no_mistake():
    assert "3" in plain(r"$\sqrt[3$")


def test_every_erratum_of_the_papers_can_be_read():
    for item in load_registry().resolve(["gao2019", "xing2021"]):
        for erratum in item.theorem.errata:
            for words in (erratum.printed, erratum.correct, erratum.why):
                shown = plain(words)
                assert "\\" not in shown and "$" not in shown, words
                assert shown or not words
