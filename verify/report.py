"""Reports: what a run returns, prints and writes."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType

from bounds import ClaimOf
from verify.errors import UserError
from verify.evidence.context import Context
from verify.evidence.progress import Progress, Silent
from verify.evidence.sample import Sample
from verify.evidence.writing import write_whole
from verify.judging.verdict import Verdict, finite
from verify.probe_reports import MutantReport
from verify.showing import tables
from verify.showing.explaining import Explanation, explanations, pinned
from verify.showing.rows import Printable
from verify.showing.verdicts import VerdictTable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from verify.showing.page.plates import Plate

SCHEMA = 1


@dataclass(frozen=True, repr=False)
class Report(Printable):
    """All verdicts of a run, with the versions and seeds that reproduce it.

    Attributes
    ----------
    verdicts : tuple of Verdict
    budget, alpha, seed, version :
        What the run was started with.
    seconds : float
        Wall-clock time.
    set : mapping
        Parameters of the grids that were changed, by name.
    files : tuple of mappings
        Name and hash of every file of the user's own.
    platform, versions : mapping
        What kind of machine it was, and the versions of Python and the numerical libraries.
    notes : tuple of str
        What became of stored replicates that were damaged or stale, and which code has changed.
    costs : tuple of str
        Which declared costs are far from what was measured; not part of the data.
    replicates : int, optional
        Up to how many replicates per cell the run went, where that was not left to the budget.
    context : Context, optional
        What plots and mutants need (registry and store); not part of the data.
    """

    verdicts: tuple[Verdict, ...]
    budget: str
    alpha: float
    seed: int
    version: str
    seconds: float = 0.0
    set: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[Mapping[str, str], ...] = ()
    platform: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    costs: tuple[str, ...] = field(default=(), compare=False)
    replicates: int | None = None
    context: Context | None = field(default=None, compare=False, repr=False)

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self.verdicts)

    def __len__(self) -> int:
        return len(self.verdicts)

    def __getitem__(self, claim_id: str) -> Verdict:
        """Return the verdict on one claim, by id or by the part behind ``#`` if that is unique."""
        matches = [v for v in self.verdicts if v.id == claim_id or v.id.endswith(f"#{claim_id}")]
        if len(matches) != 1:
            raise KeyError(f"{claim_id!r} names {len(matches)} claims of this report")
        return matches[0]

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Counts of verdicts."""
        counts = Counter(verdict.verdict for verdict in self.verdicts)
        return {
            "holds": counts["holds"],
            "broken": counts["broken"],
            "undecided": counts["undecided"],
            "not_applicable": counts["not applicable"],
            "unexpected": sum(verdict.is_unexpected for verdict in self.verdicts),
            "outside_regime": sum(bool(verdict.missed) for verdict in self.verdicts),
            "seconds": round(self.seconds, 3),
        }

    @property
    def exit_status(self) -> int:
        """0 all as expected, 1 something unexpected, 3 nothing unexpected but something open."""
        if self.summary["unexpected"]:
            return 1
        return 3 if any(verdict.is_open for verdict in self.verdicts) else 0

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data: the JSON of ``verify run --json``."""
        data: dict[str, Any] = finite(
            {
                "schema": SCHEMA,
                "version": self.version,
                "budget": self.budget,
                "alpha": self.alpha,
                "seed": self.seed,
                "replicates": self.replicates,
                "set": self.set,
                "files": self.files,
                "statement": tables.promise(self.alpha, self.verdicts),
                "platform": self.platform,
                "versions": self.versions,
                "notes": self.notes,
                "claims": [verdict.to_dict() for verdict in self.verdicts],
                "summary": self.summary,
            }
        )
        return data

    def to_json(self, path: str | Path | None = None) -> str:
        """Return the report as JSON, and write it to ``path`` if one is given.

        Raises
        ------
        UserError
            If the file cannot be written.
        """
        text = json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)
        if path is not None:
            write_whole(path, text + "\n")
        return text

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], context: Context | None = None) -> Report:
        """Read back what `to_dict` wrote."""
        return cls(
            verdicts=tuple(Verdict.from_dict(claim) for claim in data["claims"]),
            budget=data["budget"],
            alpha=data["alpha"],
            seed=data["seed"],
            version=data["version"],
            seconds=data["summary"]["seconds"],
            set=data.get("set", {}),
            files=tuple(data.get("files", ())),
            platform=data.get("platform", {}),
            versions=data.get("versions", {}),
            notes=tuple(data.get("notes", ())),
            replicates=data.get("replicates"),
            context=context,
        )

    def plot(self, claim_id: str | None = None) -> Figure:
        """Draw predicted against observed: one panel per claim that has something to draw.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        UserError
            If none of the claims has a picture, or the replicates are not in the store.
        """
        from verify.showing.plots import draw

        verdicts = self.verdicts if claim_id is None else (self[claim_id],)
        drawn = self._samples(verdicts)
        if not drawn:
            raise UserError("There is nothing to plot: no claim of this report has replicates.")
        return draw(drawn)

    def save_plots(self, folder: str | Path, progress: Progress | None = None) -> int:
        """Draw every theorem that has a picture into a folder; return how many there are.

        A picture that cannot be drawn is passed over, and it is noted which and why: the verdicts
        stand without it.

        Raises
        ------
        UserError
            If the replicates are not in the store, or a file cannot be written.
        """
        from verify.evidence.workers import Workers
        from verify.showing.plots import DRAWING_SECONDS, Drawn, draw_into

        progress, context = progress or Silent(), self.evidence
        by_theorem: dict[str, list[Verdict]] = defaultdict(list)
        for verdict in self.verdicts:
            by_theorem[verdict.theorem].append(verdict)
        progress.started(len(by_theorem))

        def panels() -> Iterator[Drawn]:
            for theorem, verdicts in by_theorem.items():
                if drawn := self._samples(verdicts):
                    yield Path(folder) / f"{theorem.replace('/', '-')}.png", drawn
                else:
                    progress.advanced(1)

        def is_own(asked: Drawn) -> bool:
            return any(context.registry.is_own(verdict.id) for verdict, _ in asked[1])

        count, forecast = 0, DRAWING_SECONDS * len(self.verdicts)
        with Workers[None].of(context.settings) as workers:
            for asked, problem in workers.apply(draw_into, panels(), forecast, is_own):
                if problem:
                    progress.noted(f"no picture of {asked[1][0][0].theorem}: {problem}")
                count += not problem
                progress.advanced(1)
        return count

    def mutants(self) -> MutantReport:
        """Judge changed versions of the claims on the evidence of this report.

        Raises
        ------
        UserError
            If the report has no store to read replicates from.
        """
        context = self.evidence
        items = context.registry.resolve([verdict.id for verdict in self])
        settings = replace(context.settings, fresh=False)
        return MutantReport.of(context.registry, items, settings, Silent())

    def sharpened(self, progress: Progress | None = None) -> Report:
        """Return the report with what the evidence pins of what holds, and which of it is blunt.

        Raises
        ------
        UserError
            If the report has no store to read replicates from.
        """
        context = self.evidence
        found = pinned(context.registry, self, context.settings, progress or Silent())
        known = {one.id: one.to_dict() for one in found}
        verdicts = (replace(one, detail={**one.detail, **known.get(one.id, {})}) for one in self)
        return replace(self, verdicts=tuple(verdicts))

    def explanations(self, progress: Progress | None = None) -> list[Explanation]:
        """Say why claims are undecided or blunt, and what would settle them.

        Raises
        ------
        UserError
            If the report has no store to read replicates from.
        """
        context = self.evidence
        return explanations(context.registry, self, context.settings, progress or Silent())

    @property
    def evidence(self) -> Context:
        """Where the evidence is.

        Raises
        ------
        UserError
            If the report is mere data, without a store to read replicates from.
        """
        if self.context is None:
            raise UserError("This report has no store to read replicates from; use verify.load.")
        return self.context

    def _samples(self, verdicts: Iterable[Verdict]) -> list[tuple[Verdict, Sample[Any]]]:
        """Read the replicates behind those verdicts that have a picture."""
        from verify.showing.samples import samples

        context, verdicts = self.evidence, tuple(verdicts)
        found = {
            one.id: sample for one, sample in samples(context.registry, context.settings, verdicts)
        }
        if None in found.values():
            raise UserError(
                f"The replicates behind this report are not in {context.settings.store}: run it "
                "again."
            )
        return [(one, sample) for one in verdicts if (sample := found.get(one.id)) is not None]

    def to_html(
        self,
        path: str | Path | None = None,
        *,
        claims: Iterable[ClaimOf] = (),
        plates: Sequence[Plate] = (),
        title: str = "",
        progress: Progress | None = None,
    ) -> str:
        """Return the report as one HTML page that needs nothing else, and write it to ``path``.

        Pictures are drawn of what the store has; what mutants, sharpness and sabotage came out as
        is shown where it was computed on this machine before.

        Parameters
        ----------
        path : path, optional
        claims : iterable of ClaimOf
            What the page is about; by default what the report has verdicts on. For a claim without
            a verdict the page says by which command it gets one.
        plates : sequence of Plate
            The papers' figures that stand in it (`verify.figures.plates`).
        title : str
            By default it names the papers.
        progress : Progress, optional
            Told how the drawing goes on.

        Raises
        ------
        UserError
            If the report has no store to read replicates from, or the file cannot be written.
        """
        from verify.showing.page import page
        from verify.showing.page.content import sections
        from verify.showing.page.pictures import pictures

        context = self.evidence
        registry, settings = context.registry, context.settings
        items = list(claims) or registry.known(verdict.id for verdict in self)
        drawn, notes = pictures(registry, settings, self.verdicts, progress or Silent())
        gathered = sections(registry, settings, items, self.verdicts, drawn)
        text = page(self, gathered, plates=plates, title=title, notes=notes)
        if path is not None:
            write_whole(path, text)
        return text

    def __rich__(self) -> RenderableType:
        return VerdictTable(self)

    def _repr_html_(self) -> str:
        from verify.showing.page import table

        return table(self)
