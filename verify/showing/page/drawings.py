"""Pictures of matplotlib as SVG that stands in an HTML page: small, without names of its own.

What matplotlib writes is a document: its style sheet would reach the whole page, its names would
meet those of the next picture, and every point of a scatter is an element. Here a picture keeps its
shapes and its texts; colours of the palette become variables of the page, so that it can be dark.
"""

from __future__ import annotations

import io
import re
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import matplotlib
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from verify.evidence.sample import Sample
from verify.showing import panels
from verify.showing.palette import INSIDE, OBSERVED, PREDICTED

SIZE = (5.4, 3.7)

COLOURS = {
    "#000000": "currentColor",
    "#e6e6e6": "var(--grid, #e6e6e6)",
    PREDICTED: f"var(--predicted, {PREDICTED})",
    OBSERVED: f"var(--observed, {OBSERVED})",
    INSIDE: f"var(--inside, {INSIDE})",
}
"""What the colours of a picture become in the page."""

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_KEPT = frozenset("svg g path rect text tspan use defs clipPath image".split())
_NUMBER = re.compile(r"-?\d+\.\d+(e-?\d+)?")
_NAMED = re.compile(r"url\(#([^)]+)\)")
_ROUNDED = frozenset("d x y width height transform".split())
_IMPLIED = re.compile(r" ?(font-family|stroke-miterlimit): [^;]*;?")


def draw(sample: Sample[Any], name: str, words: str) -> Markup:
    """Draw the panel of a claim.

    Parameters
    ----------
    sample : Sample
    name : str
        Unique in the page, and a name in XML: names inside the picture begin with it.
    words : str
        What the picture shows, for who does not see it.
    """
    figure = Figure(figsize=SIZE, layout="constrained")
    panels.draw(figure.subplots(), sample)
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "theorycheck"}):
        stream = io.StringIO()
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None})
    return compact(stream.getvalue(), name, words)


def compact(document: str, name: str, words: str) -> Markup:
    """Return an SVG document of matplotlib as an element of a page (see `draw`)."""
    root = ElementTree.fromstring(document)
    for group in root.iter(f"{_SVG}g"):
        _join_points(group, root)
    for label in root.iter(f"{_SVG}text"):
        _join_letters(label)
    used = sorted({match for one in root.iter() for match in _references(one)})
    names = {old: f"{name}-{number}" for number, old in enumerate(used)}
    parts = [
        f'<svg class="plot" viewBox="{escape(root.get("viewBox", ""))}" role="img" '
        f'aria-label="{escape(words)}">'
    ]
    for child in root:
        _write(child, names, parts)
    return Markup("".join([*parts, "</svg>"]))


def _references(element: Element) -> set[str]:
    found = {name for value in element.attrib.values() for name in _NAMED.findall(value)}
    if (target := element.get(_HREF, "")).startswith("#"):
        found.add(target[1:])
    return found


def _join_points(group: Element, root: Element) -> None:
    """Make one path of many round markers of one size and colour: a line of no length is a dot."""
    uses = [one for one in group if one.tag == f"{_SVG}use"]
    looks = {(one.get(_HREF), one.get("style")) for one in uses}
    if len(uses) < 3 or len(looks) != 1:
        return
    ((target, style),) = looks
    marker = root.find(f".//{_SVG}path[@id='{(target or '')[1:]}']")
    outline = "" if marker is None else marker.get("d", "")
    if "C" not in outline:
        return
    colour = re.search(r"(?<!-)fill: (#\w+)", style or "")
    opacity = re.search(r"fill-opacity: ([\d.]+)", style or "")
    width = 2 * max(abs(float(number[0])) for number in _NUMBER.finditer(outline))
    dots = "".join(f"M{one.get('x')} {one.get('y')}h0" for one in uses)
    for one in uses:
        group.remove(one)
    look = f"fill: none; stroke-linecap: round; stroke-width: {width:.2g}"
    look += f"; stroke: {colour[1]}" if colour else ""
    look += f"; stroke-opacity: {opacity[1]}" if opacity else ""
    ElementTree.SubElement(group, f"{_SVG}path", {"d": dots, "style": look})


def _join_letters(label: Element) -> None:
    """Make one piece of letters that follow one another in one font, each with its place."""
    last: Element | None = None
    for piece in list(label):
        alike = last is not None and all(piece.get(k) == last.get(k) for k in ("y", "style"))
        if last is None or not alike or len(piece) or len(last):
            last = piece
            continue
        last.set("x", f"{last.get('x')} {piece.get('x')}")
        last.text = f"{last.text or ''}{piece.text or ''}"
        label.remove(piece)


def _write(element: Element, names: dict[str, str], parts: list[str]) -> None:
    """Write what is to be seen of an element."""
    tag = element.tag.removeprefix(_SVG) if isinstance(element.tag, str) else ""
    if tag not in _KEPT:
        return
    attributes = _attributes(element, names)
    if element.get("id") and "id" not in attributes and tag != "g":
        return  # what nothing refers to any more
    inside: list[str] = [str(escape((element.text or "").strip()))]
    for child in element:
        _write(child, names, inside)
    content = "".join(inside)
    style = attributes.get("style", "")
    if tag == "defs":
        parts += [f"<defs>{content}</defs>"] if content else []
        return
    if tag == "g" and not (content and attributes):
        parts.append(content)
        return
    if tag == "path" and "id" not in attributes and "fill: none" in style and "stroke" not in style:
        return  # a background that is transparent
    written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    parts.append(f"<{tag}{written}>{content}</{tag}>")


def _attributes(element: Element, names: dict[str, str]) -> dict[str, str]:
    kept: dict[str, str] = {}
    for key, value in element.attrib.items():
        if key == "id":
            if value in names:
                kept["id"] = names[value]
        elif key == _HREF:
            kept["href"] = f"#{names[value[1:]]}" if value.startswith("#") else value
        elif key == "style":
            kept["style"] = _styled(value)
        else:
            value = _NAMED.sub(lambda found: f"url(#{names[found[1]]})", value)
            kept[key] = _rounded(value) if key in _ROUNDED else value
    return {key: value for key, value in kept.items() if value}


def _styled(style: str) -> str:
    style = _IMPLIED.sub("", style)
    for colour, variable in COLOURS.items():
        style = style.replace(colour, variable)
    return style.strip()


def _rounded(value: str) -> str:
    """Write coordinates to a tenth of a point, in few characters."""
    value = _NUMBER.sub(lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), value)
    return re.sub(r"\s*([MLCQz])\s*", r"\1", value) if value[:1] == "M" else value
