"""The pages on what was found in the papers, written from the registry whenever the docs are built.

What is wrong in a statement, its counter-example and what is true instead stand beside the
statement in `bounds`, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import bounds
from bounds import ClaimOf, Erratum, Paper, Theorem
from verify.catalogue.registry import Registry, load_registry
from verify.showing.facts import one_line
from verify.showing.findings import WEIGHTS
from verify.showing.page.content import label

if TYPE_CHECKING:
    from sphinx.application import Sphinx

FOLDER = "findings"
_PIECES = re.compile(r"(\$[^$]+\$|`[^`]+`)")
_MARKUP = re.compile(r"([\\*_{}\[\]<>()#+\-.!|~^&'\"])")


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the pages before Sphinx looks for its sources."""
    app.connect("builder-inited", lambda app: write(Path(app.srcdir) / FOLDER))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write(folder: Path) -> None:
    """Write a page per paper and one above them; what is unchanged is left alone."""
    folder.mkdir(exist_ok=True)
    registry = load_registry()
    for name, lines in pages(registry):
        path, text = folder / f"{name}.md", "\n".join(lines) + "\n"
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


def pages(registry: Registry) -> Iterator[tuple[str, list[str]]]:
    """Yield the name and the lines of each page."""
    papers = {key: _theorems(registry, key) for key in bounds.PAPERS}
    yield "index", list(_overview(registry, papers))
    for key, theorems in papers.items():
        yield key, list(page(registry.papers[key], theorems))


def _theorems(registry: Registry, key: str) -> list[Theorem]:
    return [one for one in registry.theorems.values() if one.paper_key == key]


def _overview(registry: Registry, papers: dict[str, list[Theorem]]) -> Iterator[str]:
    yield from (
        "# What was found in the papers",
        "",
        "Statement by statement: what is false as printed, with a counter-example and with what is "
        "true instead; what says something only at sizes that nobody will see; and what holds. "
        "These pages are written from the registry, where each of these facts stands beside the "
        "statement that it is about. Which verdict a claim got on your machine, and how sharply, "
        "is printed by `verify run` and by `verify report`: what is here is what a run is held "
        "against.",
        "",
        "| paper | statements | claims | false as printed | slips | only at large sizes |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    )
    for key, theorems in papers.items():
        numbers = (
            len(theorems),
            sum(len(one.claims) for one in theorems),
            sum(not erratum.harmless for _, erratum in _errata(theorems)),
            sum(erratum.harmless for _, erratum in _errata(theorems)),
            sum(bool(one.vacuity or _told(one)) for one in theorems),
        )
        yield f"| [{_cited(registry.papers[key])}]({key}.md) | {' | '.join(map(str, numbers))} |"
    yield from (
        "",
        "*False as printed* counts errors that change what the statement says or what rests on "
        "it; *slips* those on which nothing in the paper rests (a lost factor that is not used, a "
        "sign, a wrong reference). *Only at large sizes* counts the statements for which is "
        "computed what they ask for.",
        "",
        "```{toctree}\n:hidden:\n",
        *papers,
        "```",
    )


def page(paper: Paper, theorems: list[Theorem]) -> Iterator[str]:
    """Yield the lines of the page of a paper."""
    yield f"# {_cited(paper)}"
    yield f"\n*{_text(paper.title)}*, {_text(paper.venue)} {paper.year} ({_text(paper.version)}).\n"
    yield from _false(theorems)
    yield from _large(theorems)
    yield from _statements(theorems)
    yield from _slips(theorems)


def _false(theorems: list[Theorem]) -> Iterator[str]:
    yield "## False as printed\n"
    wrong = [
        (theorem, [erratum for erratum in theorem.errata if not erratum.harmless])
        for theorem in sorted(theorems, key=_weight)
    ]
    if not any(errata for _, errata in wrong):
        yield "Nothing but slips, on which nothing in the paper rests.\n"
    for theorem, errata in wrong:
        if errata:
            yield f"### {label(theorem.id)}: {_text(theorem.title)}\n"
            yield from (line for erratum in errata for line in _story(theorem, erratum))


def _story(theorem: Theorem, erratum: Erratum) -> Iterator[str]:
    """Yield an erratum as printed, refuted, corrected."""
    yield f":Printed: {_text(erratum.printed)}"
    if erratum.counterexample:
        yield f":Counter-example: {_text(erratum.counterexample)}"
    yield f":True: {_text(erratum.correct)}"
    yield f":Why: {_text(erratum.why)}"
    if erratum.refuted:
        yield f":Shown by: `verify run '{theorem.claim_id(erratum.refuted)}'`"
    yield "\n<!-- -->\n"  # the next one is a list of its own


def _large(theorems: list[Theorem]) -> Iterator[str]:
    computed = [(theorem, result) for theorem in theorems for result in theorem.says()]
    told = [(theorem, _told(theorem)) for theorem in theorems]
    if not computed and not any(items for _, items in told):
        return
    yield "## From which sizes on it says anything\n"
    for theorem, items in told:
        if items:
            yield f"**{label(theorem.id)}**: {_text(theorem.title)}.\n"
            yield from (f"- {_text(one_line(item))}" for item in items)
            yield ""
    if computed:
        yield "What the statements ask for, at given parameters:\n"
        yield "| statement | what | at | number |\n| --- | --- | --- | ---: |"
        for theorem, result in computed:
            at = _text(", ".join(f"{name} = {value}" for name, value in result.at.items()))
            what, number = _text(result.what), _power(result.words)
            yield f"| {label(theorem.id)} | {what} | {at} | {number} |"
        yield ""


def _told(theorem: Theorem) -> list[ClaimOf]:
    """Return the claims that are about the sizes at which a statement is vacuous."""
    whole = "vacuity" in theorem.id
    return [item for item in theorem if whole or "vacu" in item.claim.name]


def _statements(theorems: list[Theorem]) -> Iterator[str]:
    yield "## Statement by statement\n"
    yield (
        "How many claims of each are expected to hold, to be broken, and cannot be checked "
        "numerically; `verify show ID` has all of it, `verify run ID` judges it.\n"
    )
    yield "| statement | about | hold | broken | not checkable |"
    yield "| --- | --- | ---: | ---: | ---: |"
    for theorem in theorems:
        counts = [
            sum(claim.expected == verdict for claim in theorem.claims)
            for verdict in ("holds", "broken", "not applicable")
        ]
        numbers = " | ".join(str(count or "·") for count in counts)
        yield f"| `{theorem.id}` | {_text(theorem.title)} | {numbers} |"
    yield ""
    rebuilt = [one for one in theorems if one.reconstructed]
    if rebuilt:
        yield "Not in the paper's own words, so that nothing in them is called false as printed:\n"
        yield from (f"- {label(one.id)}: {_text(one.reconstructed)}" for one in rebuilt)
        yield ""


def _slips(theorems: list[Theorem]) -> Iterator[str]:
    slips = [(theorem, erratum) for theorem, erratum in _errata(theorems) if erratum.harmless]
    if not slips:
        return
    yield "## Slips on which nothing rests\n"
    for theorem, erratum in slips:
        example = f" Counter-example: {_text(erratum.counterexample)}." * bool(
            erratum.counterexample
        )
        yield (
            f"- **{label(theorem.id)}**. Printed: {_text(erratum.printed)}. "
            f"True: {_text(erratum.correct)}. Why: {_text(erratum.why)}.{example}"
        )
    yield ""


def _errata(theorems: Iterable[Theorem]) -> Iterator[tuple[Theorem, Erratum]]:
    return ((theorem, erratum) for theorem in theorems for erratum in theorem.errata)


def _weight(theorem: Theorem) -> int:
    return WEIGHTS.index(label(theorem.id).partition(" ")[0].lower())


def _cited(paper: Paper) -> str:
    """Return authors and year as in a text."""
    last = [name.split()[-1] for name in paper.authors]
    who = " and ".join(last) if len(last) < 3 else f"{last[0]} et al."
    return f"{who} ({paper.year})"


def _power(words: str) -> str:
    """Return a number with its power of ten raised."""
    return re.sub(r"^10\^(.+)$", r"$10^{\1}$", words)


def _text(words: str) -> str:
    """Return words as Markdown that means just them: formulas and code stay, no sign is markup."""
    pieces = _PIECES.split(" ".join(words.split()))
    pieces[::2] = [_MARKUP.sub(r"\\\1", piece) for piece in pieces[::2]]
    return "".join(pieces)
