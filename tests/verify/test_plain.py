"""Statements in plain characters, for a terminal."""

import re

import pytest
from click.testing import CliRunner

from verify.catalogue.registry import load_registry
from verify.command_line import main
from verify.showing.facts import one_line
from verify.showing.plain import plain

PAPERS = ("gao2019", "wang2022", "wang2024", "xing2021", "zhang2020")


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
        (r"$\left. C \right|_{\substack{ C=\frac{1}{\epsilon} }}=2$", "[C at C=1/ε]=2"),
        (r"$\mathcal{B}_{2,\infty}$", "B_(2,∞)"),
        (
            r"$\left. \left(T + 1\right) \eta \right|_{\substack{ \eta=x\\ T=y }}<1$",
            "[(T + 1) η at η=x, T=y]<1",
        ),
        (
            r"$\begin{cases} z^{2} & \text{for}\: z \geq 0 \\0 & \text{otherwise} \end{cases} + 1$",
            "{z² for z ≥ 0, 0 otherwise} + 1",
        ),
        (r"$a^\top D^{(H)}W^{(h-1)}\dots$", "aᵀD⁽ᴴ⁾W⁽ʰ⁻¹⁾…"),
        (r"$C''_{D,B}\epsilon^{-(d+1)}\log d$", "C''_(D,B)ε⁻⁽ᵈ⁺¹⁾ log d"),
        (r"$\sup_F x\|g\|_F^2L_A(f)$", "sup_F x‖g‖_F²L_A(f)"),
        (r"$\min_{\text{three }W^*}\log n$", "min_(three W^*) log n"),
        (r"$\underline F\leq\underline{\inf}f$", "F\u0332≤i\u0332n\u0332f\u0332f"),
        (r"$q \bmod 2$, $\binom nk$", "q mod 2, (n choose k)"),
        (r"no formula: a_b^c \n", r"no formula: a_b^c \n"),
        (r"$2\log2\max_i x$", "2 log 2 maxᵢ x"),
        (r"$\log\frac4\gamma$, $\ln\frac{11e}{44}$", "log(4/γ), ln(11e/44)"),
        (r"$\sqrt2c+\sqrt n\sigma\sqrt mb_r$", "√2 c+√n σ√m bᵣ"),
        (r"$\|h\|^2_{L^2}$", "‖h‖²_(L²)"),
        ("an open $ dollar", "an open dollar"),
    ],
)
def test_formulas_are_read_as_they_are_meant(text, shown):
    assert plain(text) == shown


FUNCTIONS = set("log ln exp max min sup inf lim sin cos arcsin arctan det".split())
"""What is a word without its backslash."""


def test_no_statement_of_the_papers_keeps_anything_of_latex():
    for item in load_registry().resolve(PAPERS):
        shown = plain(one_line(item))
        assert "\\" not in shown and "$" not in shown and "^ᵀ" not in shown, item.id
        for formula in one_line(item).split("$")[1::2]:
            own = set(re.findall("[a-zA-Z]+", re.sub(r"\\[a-zA-Z]+", " ", formula)))
            commands = set(re.findall(r"\\([a-zA-Z]{2,})", formula)) - own - FUNCTIONS
            written = plain(f"${formula}$")
            kept = [name for name in commands if re.search(name, written)]
            assert not kept, (item.id, kept, written)


def test_every_claim_of_the_papers_has_words_of_its_own():
    silent = [item.id for item in load_registry().resolve(PAPERS) if not item.claim.line]
    assert not silent


def test_no_formula_of_the_papers_has_two_relations_in_a_row():
    relation = r"(\\geq|\\leq|[<>])"
    for item in load_registry().resolve(PAPERS):
        assert not re.search(rf"{relation}\s*{relation}", item.claim.formula), item.id


def test_a_root_whose_degree_is_left_open_is_no_mistake():
    assert "3" in plain(r"$\sqrt[3$")


def test_every_erratum_of_the_papers_can_be_read():
    for item in load_registry().resolve(["gao2019", "xing2021"]):
        for erratum in item.theorem.errata:
            for words in (erratum.printed, erratum.correct, erratum.why):
                shown = plain(words)
                assert "\\" not in shown and "$" not in shown, words
                assert shown or not words


def test_the_list_of_figures_is_plain_and_can_be_read_at_eighty_columns():
    shown = CliRunner().invoke(main, ["figure"], env={"COLUMNS": "80"}).stdout
    assert "$" not in shown and "\\" not in shown
    assert max(map(len, shown.splitlines())) > 60
    assert "  the clusters of Theorem 6.1 with two disjoint balls" in shown
