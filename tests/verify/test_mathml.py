"""Formulas become MathML, those of the papers without exception; nothing else becomes markup."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bounds.numeric import latex
from verify.catalogue.registry import load_registry
from verify.showing.page.mathematics import NoFormula, formula, mathml, text

PAPERS = ("xing2021", "wang2024", "wang2022", "gao2019", "zhang2020")
MARKUP = frozenset("math mspace mtext mrow mi mo mn code".split())


def formulas(theorem):
    """Every formula that a page may show of a theorem."""
    words = [theorem.statement, theorem.title, theorem.reconstructed]
    words += [part for one in theorem.errata for part in (one.printed, one.correct, one.why)]
    words += [one.counterexample for one in theorem.errata]
    words += [one.words for one in theorem.hypotheses]
    words += [part for claim in theorem.claims for part in (claim.line, claim.because)]
    for one in words:
        yield from re.findall(r"\$([^$]+)\$", one)
    yield from (latex(symbol) for symbol in theorem.free_symbols())
    for claim in theorem.claims:
        yield from (latex(claim.where),) if claim.where is not None else ()
    for one in theorem.hypotheses:
        for part in (one.statement, one.quantity):
            if part is not None:
                yield latex(part)


@pytest.mark.parametrize("paper", PAPERS)
def test_no_formula_of_a_paper_falls_back_to_its_source(paper):
    theorems = [one for name, one in load_registry().theorems.items() if name.startswith(paper)]
    sources = {source for theorem in theorems for source in formulas(theorem)}
    assert len(sources) > 100
    fallen = [source for source in sources if "<code" in formula(source)]
    assert not fallen
    for source in sources:
        ElementTree.fromstring(f"<p>{mathml(source)}</p>")


def test_a_long_formula_ends_its_lines_behind_relations_and_signs_outside_brackets():
    short, long = r"a+b\leq c", r"\|a+b-c\|_2\leq f(x,y,z)+\frac{1}{2}|u+v-w|=g(x_1,x_2,x_3,x_4)"
    assert mathml(short).count("<math>") == 1
    tree = ElementTree.fromstring(f"<p>{mathml(long)}</p>")
    assert ["".join(line.itertext()) for line in tree] == [
        "‖a+b−c‖2≤",
        "f(x,y,z)+",
        "12|u+v−w|=",
        "g(x1,x2,x3,x4)",
    ]
    ends = [list(line.iter("mo"))[-1] for line in tree]
    assert [end.get("form") for end in ends] == ["infix", "infix", "infix", None]


def test_a_mark_behind_a_formula_stays_on_its_line():
    for source in ("x", f"f({30 * 'x'})"):
        tree = ElementTree.fromstring(f"<p>{text(f'where ${source}$, then `code`, too')}</p>")
        assert "".join(tree[0].itertext()).endswith(",") and tree[0].tail == " then "
        assert tree[1].tail == ", too"


def test_a_part_that_is_long_still_is_scrolled_without_the_words_beside_it():
    words = text(f"It is $f({30 * 'x'})$ there.")
    tree = ElementTree.fromstring(f"<p>{words}</p>")
    (alone,) = tree
    assert (alone.tag, alone.get("class")) == ("span", "formula")
    assert (tree.text, alone.tail) == ("It is ", " there.")


def test_a_fraction_is_a_fraction_and_a_hat_stands_above_its_letter():
    tree = ElementTree.fromstring(mathml(r"\hat L\leq\frac{1}{\sqrt n}"))
    assert [one.tag for one in tree.iter()].count("mfrac") == 1
    (hat,) = tree.iter("mover")
    assert [one.text for one in hat] == ["L", "^"]
    assert "".join(tree.itertext()).replace(" ", "") == "L^≤1n"


def test_a_letter_of_another_alphabet_is_one_with_braces_and_without():
    assert "𝒜" in mathml(r"L_{\mathcal A}") and "𝒜" in mathml(r"L_{\mathcal{A}}")
    assert "𝕊" in mathml(r"\mathbb S")
    assert 'mathvariant="normal"' in mathml(r"\mathrm{ReLU}(z)")


@pytest.mark.parametrize(
    "source",
    [
        r"\unknowncommand x",
        r"\frac{1",
        r"\text{a}\newcommand{\x}{\x\x}\x",
        "x" * 30_000,
        "{" * 3000 + "}" * 3000,
    ],
)
def test_what_cannot_be_converted_stands_as_its_source(source):
    with pytest.raises(NoFormula):
        mathml(source)
    assert source in formula(source).unescape()
    assert "<math" not in formula(source)


class Tags(HTMLParser):
    """Collects elements and attributes."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes = set(), {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= dict(attrs)


HOSTILE = (
    r"\text{<script>alert(1)</script>}",
    r"\text{&lt;script&gt;alert(1)&lt;/script&gt;}",
    r"\href{javascript:alert(1)}{x}",
    r"\style{background:url(//x)}{y}",
    r"\mathrm{</math><img src=x onerror=alert(1)>}",
    r"\operatorname{<b>}",
    r"\unicode{x3c}script\unicode{x3e}",
    r"\rule{1px}{1px}\color{red}{x}",
    r"</code><svg onload=alert(1)>",
)


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_formulas_bring_no_markup(source):
    for shown in (formula(source), text(f"say ${source}$ or `{source}` or {source}")):
        found = Tags(str(shown))
        assert found.attributes.get("class") in (None, "tex", "formula")
        assert not {"script", "img", "b", "svg", "a", "style"} & found.tags
        assert not {"href", "style", "onload", "onerror", "src"} & found.attributes.keys()


@given(st.text(st.sampled_from("\\${}^_&<>\"'`ab1 %#~=;/"), max_size=40))
def test_any_text_is_escaped(words):
    found = Tags(str(text(words)))
    assert all(tag == "code" or tag.startswith("m") for tag in found.tags)
    assert not any(name.startswith("on") or name in ("href", "src") for name in found.attributes)


@given(st.text(max_size=40).filter(lambda words: "$" not in words and "`" not in words))
def test_words_without_formulas_are_what_they_were(words):
    assert text(words).unescape() == words
    assert not {"<", ">"} & set(text(words))
