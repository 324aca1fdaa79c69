"""The report as a page: one HTML file that needs nothing else.

Templates escape whatever they are given. The page allows no script but its own, by its hash, and
loads nothing: a report may come from a stranger.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from verify.catalogue.kinds import KINDS
from verify.judging.strength import STRENGTHS
from verify.showing.findings import WEIGHTS
from verify.showing.page.content import Entry, Section, Statement, Story, address, label
from verify.showing.page.looks import MARKS
from verify.showing.page.mathematics import formula, text
from verify.showing.page.plates import Plate
from verify.showing.palette import PAPER
from verify.showing.tables import (
    Results,
    colour,
    interval,
    number,
    promise,
    remark,
    settings,
    summary,
)

_PACKAGE = __name__


def page(
    report: Results,
    sections: Sequence[Section],
    *,
    plates: Sequence[Plate] = (),
    title: str = "",
    notes: Iterable[str] = (),
) -> str:
    """Return a report as a whole HTML page.

    Parameters
    ----------
    report : Results
    sections : sequence of Section
        As `verify.showing.page.content.sections` gathers them.
    plates : sequence of Plate
        The papers' figures.
    title : str
        By default it names the papers.
    notes : iterable of str
        What a reader should know before anything else.
    """
    entries = [entry for section in sections for entry in section.entries]
    script, style = _asset("page.js"), _asset("page.css")
    kinds = {
        "paper": [section.key for section in sections],
        "kind": sorted({entry.kind for entry in entries}),
        "verdict": [
            one
            for one in dict.fromkeys([*PAPER, *MARKS])
            if any(one in _verdicts(entry) for entry in entries)
        ],
        "strength": [one for one in STRENGTHS if any(_strength(e) == one for e in entries)],
    }
    return (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            sections=sections,
            plates=plates,
            present={one.id for section in sections for one in section.statements},
            title=title or f"theorycheck: {', '.join(section.key for section in sections)}",
            notes=[*notes, *report.notes],
            filters=kinds,
            looks=[one for one in MARKS if any(entry.look == one for entry in entries)],
            total=len(entries),
            stories=_stories(sections),
            promise=promise(report.alpha, report.verdicts),
            script=Markup(script),
            style=Markup(style),
            palette=PAPER,
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


def _stories(sections: Iterable[Section]) -> list[tuple[Statement, Story]]:
    """Return the errata with their statements, those of theorems first."""
    every = [
        (statement, story)
        for section in sections
        for statement in section.statements
        for story in statement.stories
    ]
    return sorted(every, key=lambda one: WEIGHTS.index(one[0].kind))


def table(report: Results) -> str:
    """Return a report as an HTML table, for notebooks."""
    foot = " ".join([*report.notes, summary(report).plain.strip()])
    template = _environment().get_template("table.html")
    return template.render(report=report, palette=PAPER, foot=foot)


def _verdicts(entry: Entry) -> set[str]:
    """Return what a reader may look for to find a claim: its verdict, and that it is unexpected."""
    return {entry.outcome, entry.look}


def _strength(entry: Entry) -> str:
    return entry.verdict.strength if entry.verdict else ""


def _number(value: Any) -> str:
    """Write a number briefly, and whatever else a stranger's report may have as it is."""
    return number(value, 6) if value is None or isinstance(value, float) else str(value)


def _settled(values: Any) -> str:
    """Write the parameters of a cell or a counter-example."""
    if not isinstance(values, Mapping):
        return str(values)
    return settings({name: _number(value) for name, value in values.items()})


def _asset(name: str) -> str:
    return (resources.files(_PACKAGE) / "static" / name).read_text(encoding="utf-8")


@lru_cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(_PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "math": lambda words: text(str(words or "")),
        "formula": lambda source: formula(str(source)),
        "address": address,
        "label": label,
        "number": _number,
        "settings": _settled,
        "interval": interval,
        "remark": remark,
        "colour": colour,
        "verdicts": lambda entry: " ".join(
            sorted(one.replace(" ", "-") for one in _verdicts(entry))
        ),
        "css": lambda look: str(look).replace(" ", "-"),
    }
    environment.globals |= {"marks": MARKS, "strengths": STRENGTHS, "kinds": KINDS}
    return environment
