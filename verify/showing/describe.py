"""Descriptions of theorems, for people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from verify.showing.plain import plain
from verify.words import counted

if TYPE_CHECKING:
    from verify.showing.facts import Facts


def describe(facts: Facts) -> Group:
    """Lay out what `verify.showing.facts.facts` says about a theorem."""
    title = Text(facts["id"], style="bold")
    title.append(f"  {facts['title']}" if facts["title"] else "")
    also = f"also {', '.join(facts['aliases'])}" if facts["aliases"] else ""
    below = [also, facts["source"], facts["place"]]
    parts: list[RenderableType] = [title]
    parts += [Text(line, style="bright_black") for line in below if line]
    parts += [Text(), Text(_paragraphs(facts["statement"]))]
    if facts["reconstructed"]:
        parts.append(Text(f"Not the paper's own words: {facts['reconstructed']}.", style="italic"))
    meanings = [symbol for symbol in facts["symbols"] if symbol["meaning"]]
    hypotheses = (f"({one['role']}) {one['statement']}" for one in facts["hypotheses"])
    quantities = (f"{name} = {value}" for name, value in facts["quantities"].items())
    silent = [symbol["name"] for symbol in facts["symbols"] if not symbol["meaning"]]
    undeclared = f"{', '.join(silent)}: nothing says what is meant (parameter and observable do)"
    symbols = [*map(_symbol_line, meanings), undeclared if silent else ""]
    parts += _section("Symbols", symbols)
    parts += _section("Hypotheses", hypotheses)
    parts += _section("Quantities", quantities)
    for claim in facts["claims"]:
        head, missed = f"#{claim['name']} ({claim['kind']})", claim["outside_regime"]
        warning = f"  checked outside its regime{missed['by']}" if missed else ""
        parts += _section(head, _claim_lines(claim), warning)
    parts += _section(
        "What it asks for, and from where on it says something",
        map(_vacuity_line, facts["vacuity"]),
    )
    parts += _section("Rests on", (support["words"] for support in facts["rests_on"]))
    for erratum in facts["errata"]:
        head = "Erratum (harmless)" if erratum["harmless"] else "Erratum"
        parts += _section(head, _erratum_lines(erratum))
    if facts["paper"] is not None:
        parts += _section("Paper", [_paper_line(facts["paper"])])
    return Group(*parts)


def describe_paper(facts: Facts) -> Group:
    """Lay out what `verify.showing.facts.overview` says about a paper."""
    paper, statements = facts["paper"], facts["statements"]
    claims, false = (sum(one[name] for one in statements) for name in ("claims", "false"))
    errors = [f"{one['id']}: {' '.join(one['why'].split())}" for one in facts["errata"]]
    counts = f"{counted(len(statements), 'statement')}, {counted(claims, 'claim')}; {false} false"
    key = paper["key"]
    more = f"`verify show ID` says all of one, `verify list {key}` has every claim, and "
    return Group(
        Text(_paper_line(paper), style="bold"),
        Text(f"\n{counts} as printed, as known.", style="bright_black"),
        *_section("What is false as printed, slips left out", errors),
        *_section("Statements", map(_statement_line, statements)),
        Text(f"\n{more}`verify run {key}` checks them.", style="bright_black"),
    )


def _statement_line(statement: Facts) -> str:
    false = f", {statement['false']} false" if statement["false"] else ""
    title = f"  {statement['title']}" if statement["title"] else ""
    return f"{statement['id']}{title} ({counted(statement['claims'], 'claim')}{false})"


def _paragraphs(text: str) -> str:
    """Return a text without the line breaks of its source, but for lists and between paragraphs."""
    joined = re.sub(r"(?<!\n)\n(?![\n\s*-])", " ", text)
    return "\n".join(map(plain, joined.split("\n")))


def _section(title: str, lines: Iterable[str], warning: str = "") -> list[RenderableType]:
    """Lay out lines under a title, their formulas in plain characters."""
    shown = [Padding(Text(plain(line)), (0, 0, 0, 2)) for line in lines if line]
    head = Text.assemble((title, "bold"), (warning, "bold yellow"))
    return [Text(), head, *shown] if shown else []


def _symbol_line(symbol: Facts) -> str:
    letter = f" (${symbol['letter']}$)" if symbol["letter"] else ""
    return f"{symbol['name']}{letter}: {symbol['meaning']}"


def _vacuity_line(result: Facts) -> str:
    at = ", ".join(f"{name} = {value}" for name, value in result["at"].items())
    return f"{result['what']}: {result['words']}{f' ({at})' if at else ''}"


def _claim_lines(claim: Facts) -> list[str]:
    because = f" ({claim['because']})" if claim["because"] else ""
    settings = ", ".join(_setting(*entry) for entry in claim["settings"].items())
    # The route of what is not checked is the reason, which is said once.
    routes = [route for route in claim["routes"] if not route.startswith("not checked: ")]
    if claim["settings"].get("tolerance") and claim["tolerance_is"]:
        settings += f" {claim['tolerance_is']}"
    place = f" ({claim['check']['place']})" if claim["check"] else ""
    mutants = [mutant["mutation"] for mutant in claim["mutants"]]
    if claim["generated_mutants"]:
        number = claim["generated_mutants"]
        mutants.append(f"{number} that {'is' if number == 1 else 'are'} generated")
    return [
        " ".join(claim["statement"].split()),
        f"${claim['formula']}$" if claim["formula"] else "",
        claim["note"],
        *(f"{name} = {value}" for name, value in claim["expressions"].items()),
        f"with {settings}" if settings else "",
        f"where {claim['where']}" if claim["where"] else "",
        f"given {claim['given']}" if claim["given"] else "",
        f"expected: {claim['expected']}{because}",
        f"checked by {'; '.join(routes)}{place}" if routes else "not checked",
        *(_check_lines(claim["check"]) if claim["check"] else ()),
        *(f"no cell meets: {one}" for one in (claim["outside_regime"] or {}).get("margins", ())),
        f"mutants: {'; '.join(mutants)}" if mutants else "",
    ]


def _setting(name: str, value: Any) -> str:
    return name if value is True else f"not {name}" if value is False else f"{name} {value}"


def _check_lines(check: Facts) -> list[str]:
    return [
        _cells(check["cells"], **check["places"]),
        f"{counted(check['first'], 'replicate')} per cell at the first look, up to "
        f"{check['quick']} (quick) or {check['full']} (full)",
        check["replicate"],
    ]


def _cells(count: int, shared: str, each: list[str]) -> str:
    """Say at which cells a claim is checked."""
    if count == 1:
        return f"1 cell: {shared}"
    own = "; ".join(each)
    return f"{count} cells" + (f", at all {shared}" if shared else "") + (f": {own}" if own else "")


def _erratum_lines(erratum: Facts) -> list[str]:
    example = erratum["counterexample"]
    return [
        f"printed: {erratum['printed']}",
        f"correct: {erratum['correct']}",
        erratum["why"],
        f"counter-example: {example}" if example else "",
        f"refuted by {_claim(erratum['refuted'])}" if erratum["refuted"] else "",
        f"stands as {_claim(erratum['mended'])}" if erratum["mended"] else "",
        f"not judged: {erratum['unjudged']}" if erratum["unjudged"] else "",
    ]


def _claim(name: str) -> str:
    return name if "#" in name else f"#{name}"


def _paper_line(paper: Facts) -> str:
    return (
        f"{', '.join(paper['authors'])}. {paper['title']}. {paper['venue']} {paper['year']} "
        f"({paper['version']}). BibTeX: verify cite {paper['key']}"
    )
