"""Statements in the LaTeX of papers as HTML: formulas become MathML, everything else is escaped.

A report may come from a stranger, so nothing that latex2mathml returns is taken as markup: its tree
is written anew, element by element, from those that MathML needs for presentation. A formula that
cannot be converted stands as its source. A long one may be broken behind its outer relations and
signs, as in print; a part that is long still can be scrolled by itself, beside words that stay.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element
from markupsafe import Markup, escape

LONGEST = 20_000
"""Characters from which on a formula is not converted; the longest of the papers has 600."""

LONG, PART = 30, 8
"""Characters from which on a formula may be broken, and that a part of it has at least."""

_BREAKS = frozenset("=≠<>≤≥≪≫≲≳∼≈≃≡≍∝∈∉⊂⊆→↦⇒⟹⟺⇔,;+-−∪∩∀∃")
_OPEN, _CLOSE, _BARS = frozenset("([{⟨⌊⌈"), frozenset(")]}⟩⌋⌉"), frozenset("|‖")
_SCRIPTS = ("msub", "msup", "msubsup")

_ELEMENTS = frozenset(
    "math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover "
    "mtable mtr mtd mstyle mpadded mphantom".split()
)
_ATTRIBUTES = frozenset(
    "accentunder columnalign columnspacing depth displaystyle fence form height largeop "
    "linethickness lspace mathvariant maxsize minsize movablelimits rspace rowspacing scriptlevel "
    "separator stretchy symmetric voffset width".split()
)
_CHILDREN = dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2) | dict.fromkeys(
    ("msubsup", "munderover"), 3
)
_VALUE = re.compile(r"[a-z0-9.+\- ]*")
_DEFINES = re.compile(r"\\(re|provide)?newcommand|\\def\b|\\let\b")
_PIECES = re.compile(r"\$([^$]+)\$|`([^`]+)`")
_MARKS = re.compile(r"[,.;:)]+")
_ALPHABET = re.compile(r"(\\(?:mathcal|mathbb|mathbf))\s*([A-Za-z])")
_NOT_A_NAME = re.compile(r"[^a-zA-Z]")


class NoFormula(ValueError):
    """What cannot be converted to MathML."""


def text(words: str) -> Markup:
    """Return a text with LaTeX between dollars, and code between backticks, as HTML."""
    parts: list[str] = []
    place = 0
    for found in _PIECES.finditer(words):
        parts.append(str(escape(words[place : found.start()])))
        source, code = found.groups()
        shown = formula(source) if source else f"<code>{escape(code)}</code>"
        place = found.end()
        if behind := _MARKS.match(words, place):  # no line begins with it
            end = shown.rfind("</math>")
            if end > 0:
                shown = f"{shown[:end]}<mtext>{behind[0]}</mtext>{shown[end:]}"
                place = behind.end()
        parts.append(shown)
    parts.append(str(escape(words[place:])))
    return Markup("".join(parts))


@lru_cache(maxsize=16384)
def formula(source: str) -> Markup:
    """Return LaTeX as MathML, or as its source where that cannot be had."""
    try:
        return Markup(mathml(source))
    except NoFormula:
        return Markup('<code class="tex">{}</code>').format(source)


def mathml(source: str) -> str:
    """Return LaTeX as MathML: one element, or several between which a line may end.

    Raises
    ------
    NoFormula
        If it is none that latex2mathml understands in full, or not one to be trusted.
    """
    if len(source) > LONGEST or _DEFINES.search(source):
        raise NoFormula(source)
    try:
        tree = convert_to_element(_ALPHABET.sub(r"\1{\2}", source))
        return "".join(map(_part, _parts(tree)))
    except NoFormula:
        raise
    except Exception as failure:  # a parser of its own, with exceptions of many kinds
        raise NoFormula(f"{source}: {failure}") from failure


def _parts(tree: Element) -> list[Element]:
    """Return a formula as one element for each part that stands on one line."""
    children = list(tree)
    if len(children) == 1 and children[0].tag == "mrow":
        children = list(children[0])
    if tree.tag != "math" or _length(tree) < LONG:
        return [tree]
    parts, depth, bars = [Element("math")], 0, 0
    for child in children:
        sign = _sign(child)
        depth += (sign in _OPEN) - (sign in _CLOSE)
        bars += sign in _BARS
        inside = depth > 0 or bars % 2
        can_end = child.tag == "mo" and sign in _BREAKS and not inside
        enough = _length(parts[-1]) >= PART
        if can_end and enough:  # it stays between two sides, wherever the line ends
            child.set("form", "infix")
        parts[-1].append(child)
        if can_end and enough:
            parts.append(Element("math"))
    if len(parts) > 1 and _length(parts[-1]) < PART:
        rest = parts.pop()
        parts[-1].extend(rest)
    return parts


def _part(tree: Element) -> str:
    written = "".join(_written(tree))
    return f'<span class="formula">{written}</span>' if _length(tree) >= LONG else written


def _sign(element: Element) -> str:
    """Return the sign that an element is, or that it sets an index to."""
    while element.tag in _SCRIPTS and len(element):
        element = element[0]
    return html.unescape(element.text or "") if element.tag == "mo" else ""


def _length(element: Element) -> int:
    """Return how many characters of a line it takes; of a fraction the longer side."""
    sizes = [_length(child) for child in element]
    own = len(html.unescape(element.text or "").strip())
    return own + (max(sizes, default=0) if element.tag in ("mfrac", "mtable") else sum(sizes))


def _written(element: Element) -> Iterator[str]:
    """Yield an element and what is in it as text."""
    name = element.tag
    if name not in _ELEMENTS:
        raise NoFormula(f"an element {name!r}")
    children = list(element)
    if name == "mrow" and len(children) == 1:  # it groups nothing
        yield from _written(children[0])
        return
    if len(children) != _CHILDREN.get(name, len(children)):
        raise NoFormula(f"{name} of {len(children)}")
    content = html.unescape(element.text or "").strip("\n")
    if "\\" in content and content.strip() != "\\":
        raise NoFormula(f"an unknown command {content!r}")
    yield f"<{name}"
    for key, value in _attributes(element).items():
        yield f' {key}="{value}"'
    yield f">{escape(content)}"
    for child in children:
        yield from _written(child)
    yield f"</{name}>"
    if name == "mi" and len(content) > 1 and not _NOT_A_NAME.search(content):
        yield '<mspace width="0.17em"></mspace>'  # behind log, max, ...


def _attributes(element: Element) -> dict[str, str]:
    """Return those attributes that matter for the layout.

    ``accent`` is none of them: browsers then set a bar onto the letter, where it is not seen.
    """
    return {
        key: value
        for key, value in element.attrib.items()
        if key in _ATTRIBUTES and _VALUE.fullmatch(value)
    }
