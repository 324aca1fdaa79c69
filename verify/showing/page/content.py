"""What a report says, statement by statement, gathered from verdicts and from what is registered.

A report may be about claims that are not registered here (a stranger's); then all that is known of
them is what it says itself.
"""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from markupsafe import Markup

from bounds import ClaimOf, Hypothesis, Paper, Theorem
from bounds.claims import Unchecked
from bounds.numeric import latex
from bounds.theorem import Erratum
from bounds.vacuity import Result
from bounds.variation import generated
from verify.catalogue.registry import Registry
from verify.errors import UserError, as_typed, place
from verify.evidence.settings import Settings
from verify.judging import regimes
from verify.judging.status import Support, standing, summed
from verify.judging.verdict import Verdict
from verify.showing.findings import WEIGHTS
from verify.showing.kept import Found, Kept
from verify.showing.page.graph import Drawn, Vertex, drawn
from verify.showing.page.looks import LOOKS, OUTSIDE, STATUS_WORDS, Look


def address(name: str) -> str:
    """Return the permanent address of a statement or a claim within a report.

    >>> address("wang2022/lemma-B.5#rate")
    'wang2022/lemma-B.5/rate'
    """
    return quote(name.replace("#", "/"), safe="/.-_")


@dataclass(frozen=True)
class Attack:
    """What mutants, sharpness or sabotage made of a claim.

    Attributes
    ----------
    name : str
    found : list of mappings, or None
        ``None`` where it was not computed.
    budget : str
        On the evidence of which budget.
    command : str
        What computes it; empty with changed parameters, for which it is not available.
    """

    name: str
    found: Found | None
    budget: str
    command: str


@dataclass(frozen=True)
class Entry:
    """A claim of the report, with its verdict if there is one.

    Attributes
    ----------
    words : str
        The claim in a line; empty where it is its whole statement.
    command : str
        What computes its verdict.
    check, place : str
        Which simulation observes it, and where that stands.
    picture : Markup
        Empty where there is nothing to draw.
    attacks : mapping from name to Attack
    explain : str
        What says why it is open, and what would settle it.
    """

    id: str
    kind: str
    words: str
    command: str
    verdict: Verdict | None = None
    item: ClaimOf | None = None
    check: str = ""
    place: str = ""
    picture: Markup = Markup()  # noqa: RUF009 (it cannot change)
    attacks: Mapping[str, Attack] = field(default_factory=dict)
    explain: str = ""

    @property
    def name(self) -> str:
        """The part of the id that names the claim."""
        return self.id.partition("#")[2] or self.id

    @property
    def address(self) -> str:
        """Where it stands in the page."""
        return address(self.id)

    @property
    def outcome(self) -> str:
        """The verdict in a word; "not computed" where there is none."""
        return self.verdict.verdict if self.verdict else "not computed"

    @property
    def look(self) -> Look:
        """How the verdict is marked: as on the first screen of a run."""
        return self.verdict.standing if self.verdict else "not computed"

    @property
    def badge(self) -> str:
        """The mark in words, with the verdict where that says more."""
        if self.look == "unexpected":
            return f"{self.outcome}, unexpected"
        if self.verdict and self.verdict.is_blunt:
            return "holds, blunt"
        if self.verdict and self.look == OUTSIDE:
            return f"holds, outside its regime{regimes.short_by(self.verdict.missed)}"
        return self.look

    @property
    def because(self) -> str:
        """Why another verdict than `holds` is expected."""
        return self.item.claim.because if self.item else ""

    @property
    def is_open(self) -> bool:
        """Whether the verdict is not yet one."""
        return self.look in ("needs more", "no violation yet")

    @property
    def where(self) -> str:
        """The condition under which the claim speaks, as LaTeX."""
        claim = self.item.claim if self.item else None
        return "" if claim is None or claim.where is None else latex(claim.where)


@dataclass(frozen=True)
class Assumed:
    """A hypothesis with the margins at which it was met, over the claims of its statement."""

    role: str
    words: str
    formula: str
    margins: tuple[float, float] | None

    @property
    def is_met(self) -> bool:
        """Whether it was, wherever it was looked at."""
        return self.margins is None or self.margins[0] >= 1 - 1e-9


@dataclass(frozen=True)
class Story:
    """An erratum: what is printed, what contradicts it (``refuted``, an id), and what is right."""

    erratum: Erratum
    refuted: str = ""
    printed: Entry | None = None
    correct: Entry | None = None


@dataclass(frozen=True)
class Statement:
    """A theorem, lemma or the like, with the claims that are made of it."""

    id: str
    entries: tuple[Entry, ...]
    standing: Support
    uses: tuple[Support, ...]
    theorem: Theorem | None = None
    used_by: tuple[str, ...] = ()
    assumed: tuple[Assumed, ...] = ()
    stories: tuple[Story, ...] = ()
    says: tuple[Result, ...] = ()

    @property
    def address(self) -> str:
        """Where it stands in the page."""
        return address(self.id)

    @property
    def label(self) -> str:
        """Its name without the paper: "Lemma B.5"."""
        return label(self.id)

    @property
    def kind(self) -> str:
        """What the paper calls it: theorem, lemma."""
        return self.id.partition("/")[2].partition("-")[0]

    @property
    def look(self) -> Look:
        """How its status is marked."""
        look = LOOKS[self.standing.status]
        return OUTSIDE if self._missed and look in ("holds", "as corrected") else look

    @property
    def _missed(self) -> list[Mapping[str, float]]:
        """What the claims that hold miss of the regime, each of them that does."""
        return [one.verdict.missed for one in self.entries if one.verdict and one.verdict.missed]

    @property
    def status(self) -> str:
        """Its status in words."""
        if len(self.standing.path) > 1:
            return f"rests on {label(self.standing.path[-1])}, which is broken"
        if self.look != OUTSIDE:
            return self.status_words
        held = [e.verdict for e in self.entries if e.verdict and e.verdict.verdict == "holds"]
        if len(self._missed) < sum(bool(one.detail.get("margins")) for one in held):
            return f"{STATUS_WORDS[self.standing.status]}, in part outside its regime"
        by = regimes.short_by({str(k): min(one.values()) for k, one in enumerate(self._missed)})
        return f"{STATUS_WORDS[self.standing.status]}, outside its regime{by}"

    @property
    def status_words(self) -> str:
        """Its status in words that name nothing."""
        return OUTSIDE if self.look == OUTSIDE else STATUS_WORDS[self.standing.status]

    @property
    def symbols(self) -> list[tuple[str, str]]:
        """The letters in use that say what they mean: LaTeX and meaning."""
        if self.theorem is None:
            return []
        symbols = sorted(self.theorem.symbols_in_use(), key=lambda one: str(one.name))
        meanings = [(latex(one), self.theorem.meaning(one.name)) for one in symbols]
        return [(letter, meaning) for letter, meaning in meanings if meaning]

    @property
    def place(self) -> str:
        """FILE:LINE of its definition."""
        return place(*self.theorem.place.rpartition(":")[::2]) if self.theorem else ""


@dataclass(frozen=True)
class Section:
    """A paper, or a file of one's own, with its statements and how they hang together."""

    key: str
    paper: Paper | None
    statements: tuple[Statement, ...]
    graph: Drawn

    @property
    def entries(self) -> list[Entry]:
        """Every claim."""
        return [entry for statement in self.statements for entry in statement.entries]

    @property
    def counts(self) -> Counter[str]:
        """How many claims have which look."""
        return Counter(entry.look for entry in self.entries)


def label(name: str) -> str:
    """Return the name of a statement without its paper, as one says it.

    >>> label("wang2022/lemma-B.5#rate"), label("wang2022/proof-theorem-3.1")
    ('Lemma B.5', 'Proof of Theorem 3.1')
    """
    words = name.rpartition("/")[2].partition("#")[0]
    proved = words.removeprefix("proof-")
    of = "Proof of " if proved != words and proved.partition("-")[0] in WEIGHTS else ""
    words = (proved if of else words).replace("-", " ", 1)
    return f"{of}{words[:1].upper()}{words[1:]}"


def sections(
    registry: Registry,
    settings: Settings,
    items: Sequence[ClaimOf],
    verdicts: Sequence[Verdict],
    pictures: Mapping[str, Markup],
) -> tuple[Section, ...]:
    """Gather the report.

    Parameters
    ----------
    registry : Registry
    settings : Settings
        Of the run; they are part of the commands that are named.
    items : sequence of ClaimOf
        What the report is about, with or without a verdict.
    verdicts : sequence of Verdict
        Those on other claims are in the report as well.
    pictures : mapping from id to markup
    """
    by_id = {verdict.id: verdict for verdict in verdicts}
    known = {item.id: item for item in items}
    gatherer = _Gatherer(registry, settings, by_id, pictures)
    by_statement: dict[str, list[Entry]] = defaultdict(list)
    theorems: dict[str, Theorem] = {}
    for item in items:
        theorems[item.theorem.id] = item.theorem
        by_statement[item.theorem.id].append(gatherer.entry(item))
    for verdict in verdicts:
        if verdict.id not in known:
            by_statement[verdict.theorem].append(gatherer.foreign(verdict))
    users: dict[str, list[str]] = defaultdict(list)
    for name in by_statement:
        for used in _uses(theorems.get(name), by_statement[name]):
            users[used.partition("#")[0]].append(name)
    by_paper: dict[str, list[Statement]] = defaultdict(list)
    for name, entries in by_statement.items():
        statement = gatherer.statement(name, theorems.get(name), entries, users[name])
        by_paper[name.partition("/")[0]].append(statement)
    return tuple(
        Section(key, _paper(statements), tuple(statements), _graph(statements))
        for key, statements in by_paper.items()
    )


def _paper(statements: Iterable[Statement]) -> Paper | None:
    papers = (one.theorem.paper for one in statements if one.theorem)
    return next((paper for paper in papers if paper), None)


def _uses(theorem: Theorem | None, entries: Sequence[Entry]) -> tuple[str, ...]:
    if theorem is not None:
        return theorem.uses
    first = entries[0].verdict
    return tuple(support.id for support in first.rests_on) if first else ()


def _graph(statements: Sequence[Statement]) -> Drawn:
    """Draw what rests on what; what is used and not in the report stands in it as not computed."""
    vertices = {
        one.id: Vertex(one.id, one.label, one.look, one.status, f"#{one.address}")
        for one in statements
    }
    edges = []
    for one in statements:
        for support in one.uses:
            name = support.id.partition("#")[0]
            vertices.setdefault(
                name, Vertex(name, label(name), "not computed", "not in this report", "")
            )
            edges.append((name, one.id))
    return drawn(tuple(vertices.values()), edges)


class _Gatherer:
    """Puts together what is known of claims and statements."""

    def __init__(
        self,
        registry: Registry,
        settings: Settings,
        verdicts: Mapping[str, Verdict],
        pictures: Mapping[str, Markup],
    ) -> None:
        self.registry, self.settings = registry, settings
        self.verdicts, self.pictures = verdicts, pictures
        self.kept = Kept(registry, settings)

    def entry(self, item: ClaimOf) -> Entry:
        """Return a claim that is registered."""
        claim, verdict = item.claim, self.verdicts.get(item.id)
        check = self.registry.check_of(item.id)
        code = getattr(check.simulate, "__code__", None) if check else None
        return Entry(
            item.id,
            claim.kind,
            claim.line,
            self._command("run", item.id),
            verdict,
            item,
            check.id if check else "",
            place(code.co_filename, code.co_firstlineno) if code else "",
            self.pictures.get(item.id, Markup()),
            {name: self._attack(name, item.id, verdict) for name in _attacked(item, verdict)},
            self._command("explain", item.id),
        )

    def foreign(self, verdict: Verdict) -> Entry:
        """Return a claim that nothing is known of but its verdict."""
        words = verdict.statement
        return Entry(verdict.id, verdict.kind, words, self._command("run", verdict.id), verdict)

    def _command(self, name: str, claim: str) -> str:
        file, how = self.registry.file_of(claim.partition("#")[0]), self.settings.of_claim(claim)
        more = [*how.reach, *how.options]
        if name == "explain":  # it takes the rest from the last run
            more = [*([] if how.replicates else how.reach), *how.in_store]
        elif name != "run":  # an attack, which goes as far as a budget
            more = ["--budget", how.budget, *how.options]
        return shlex.join(["verify", name, *([as_typed(file)] if file else []), claim, *more])

    def _attack(self, name: str, claim: str, verdict: Verdict | None) -> Attack:
        found, budget = self.kept.recall(name, claim) or (None, self.settings.budget)
        if found is None and name == "sharpness" and verdict is not None:
            found = _pins(verdict)
        command = "" if self.settings.overrides else self._command(name, claim)
        return Attack(name, found, budget, command)

    def statement(
        self, name: str, theorem: Theorem | None, entries: Sequence[Entry], users: Sequence[str]
    ) -> Statement:
        """Return a statement with its claims."""
        uses, used_by = _uses(theorem, entries), tuple(dict.fromkeys(users))
        if theorem is None:
            judged = [entry.verdict for entry in entries if entry.verdict]
            status = summed((one.verdict, one.expected == "broken") for one in judged)
            supports = judged[0].rests_on if judged else ()
            return Statement(name, tuple(entries), Support(name, status), supports, None, used_by)
        return Statement(
            name,
            tuple(entries),
            standing(self.registry, theorem, self._verdict_of),
            tuple(self._support(used) for used in uses),
            theorem,
            used_by,
            tuple(_assumed(hypothesis, entries) for hypothesis in theorem.hypotheses),
            _stories(theorem, {entry.name: entry for entry in entries}),
            theorem.says(),
        )

    def _verdict_of(self, item: ClaimOf) -> str | None:
        verdict = self.verdicts.get(item.id)
        return verdict.verdict if verdict else None

    def _support(self, used: str) -> Support:
        try:
            theorem = self.registry.theorem(used.partition("#")[0])
        except UserError:
            return Support(used, "unknown")
        own = standing(self.registry, theorem, self._verdict_of)
        return replace(own, id=used)


def _pins(verdict: Verdict) -> Found | None:
    """Return what a report itself says of the sharpness of a verdict, which may be a stranger's."""
    if "pins" not in verdict.detail:
        return None
    pins = [{"words": words} for words in verdict.pins]
    return [{"blunt": verdict.is_blunt, "why_blunt": verdict.why_blunt, "pins": pins}]


def _attacked(item: ClaimOf, verdict: Verdict | None) -> list[str]:
    """Return which attacks there are on a claim."""
    claim = item.claim
    if isinstance(claim, Unchecked):
        return []
    names = ["mutants"] if claim.mutants or generated(claim) else []
    holds = verdict is None or verdict.verdict == "holds"
    if holds and claim.observed:
        names += ["sharpness"] + (["sabotage"] if claim.box is None else [])
    return names


def _assumed(hypothesis: Hypothesis, entries: Iterable[Entry]) -> Assumed:
    formula = ""
    if hypothesis.quantity is not None:
        formula = rf"{latex(hypothesis.quantity)}\to {latex(hypothesis.tends_to)}"
    elif hypothesis.statement is not None and hypothesis.statement.free_symbols:
        formula = latex(hypothesis.statement)
    found = [
        margin
        for entry in entries
        if entry.verdict and isinstance(margins := entry.verdict.detail.get("margins"), Mapping)
        if isinstance(margin := margins.get(hypothesis.words), int | float)
    ]
    ends = (min(found), max(found)) if found else None
    return Assumed(hypothesis.role, hypothesis.words, formula, ends)


def _stories(theorem: Theorem, entries: Mapping[str, Entry]) -> tuple[Story, ...]:
    """Return the errata with the claims that state what is printed and what is right."""
    return tuple(
        Story(
            erratum,
            theorem.claim_id(erratum.refuted) if erratum.refuted else "",
            entries.get(erratum.refuted),
            entries.get(erratum.mended),
        )
        for erratum in theorem.errata
    )
