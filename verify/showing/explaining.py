"""Why a claim is undecided or blunt, in words, and what would settle it."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from verify.catalogue.check import Check
from verify.catalogue.kinds import KINDS
from verify.catalogue.registry import Registry
from verify.errors import as_typed
from verify.evidence.gathering import Evidence
from verify.evidence.progress import Progress
from verify.evidence.sample import positions_of
from verify.evidence.settings import Settings
from verify.evidence.store import Store
from verify.evidence.workers import usable_cores
from verify.judging.costing import measured_cost
from verify.judging.forecast import REACH
from verify.judging.judgement import TOO_FEW
from verify.judging.strength import UNPROVED
from verify.judging.verdict import Verdict
from verify.probing.sharpness import Sharpness, judge_sharpness
from verify.showing.plain import plain
from verify.showing.tables import duration, number, outcome, remark
from verify.showing.tables import settings as written
from verify.showing.verdicts import counterexample, figures
from verify.words import counted

WHY = {
    "drift": "The value still moves with the size, so that it says nothing about the limit: more "
    "replicates do not help, larger sizes do.",
    "heavy_tail": "The outcome has so heavy a tail that its mean cannot be estimated from so few "
    "replicates.",
    "no_effect": "The outcome does not change over the tested range, so that nothing can be said "
    "of how it does.",
    "absent": "A package that the simulation needs is not installed.",
    "error": "Something failed, so that there is no verdict.",
    "rounding": "Numerical errors are as large as the difference that would decide.",
    "proof": "The two sides agree wherever they were evaluated, but the algebra did not close.",
}
"""By the reason of an undecided claim, where its numbers say no more."""

ANSWER = {
    "drift": "Add cells of larger size to the paths of the check.",
    "heavy_tail": 'A functional that is not carried by rare events: functional="logmean", or a '
    "claim on the probability of an event.",
    "no_effect": "Cells over a wider range of the parameters.",
    "absent": "Install it; then run the claim again.",
    "error": "Mend what is named above; then run the claim again. --traceback shows where an error "
    "comes from.",
    "rounding": "A scale (scale=...) against which the sides are compared, a form in which less "
    "cancels, or a smaller error of the simulation.",
    "proof": "A form of the two sides that is closer to one another, or a box that stays away from "
    "where they touch.",
}
"""What settles it, where replicates do not."""


def pinned(
    registry: Registry, verdicts: Iterable[Verdict], settings: Settings, progress: Progress
) -> tuple[Sharpness, ...]:
    """Find what the evidence pins of what holds and is not proved."""
    held = [one.id for one in verdicts if one.verdict == "holds" and one.strength in UNPROVED]
    settings = replace(settings, fresh=False)
    return judge_sharpness(registry, registry.resolve(held), settings, progress)


def explanations(
    registry: Registry, verdicts: Iterable[Verdict], settings: Settings, progress: Progress
) -> list[Explanation]:
    """Explain a verdict; of several those that are undecided, blunt or unexpected."""
    verdicts = list(verdicts)
    pins = {one.id: one for one in pinned(registry, verdicts, settings, progress)}
    jobs, more = settings.jobs or usable_cores(), settings.options
    found = []
    with Store(settings.store) as store:
        for verdict in verdicts:
            each, check = 0.0, registry.check_of(verdict.id)
            (item,) = registry.resolve([verdict.id])
            side = item.claim.direction
            if check is not None:
                check = check.with_settings(settings.overrides)
                where = positions_of(check, item)
                each = measured_cost(Evidence(check, store, settings.seed, positions=where))
            file = as_typed(registry.file_of(verdict.theorem))
            pin = pins.get(verdict.id)
            one = Explanation(verdict, check, Cost(each, jobs), pin, file, more, side)
            if len(verdicts) == 1 or one.is_called_for:
                found.append(one)
    return found


@dataclass(frozen=True)
class Cost:
    """What replicates of a claim cost.

    Attributes
    ----------
    seconds : float
        CPU seconds of one replicate at every cell of the check, as measured; as declared where
        none is drawn yet.
    jobs : int
        Processes.
    """

    seconds: float
    jobs: int

    def words(self, replicates: float, have: int) -> str:
        """Say how long it takes to go on to so many replicates per cell."""
        cpu = self.seconds * max(replicates - have, 0)
        if cpu < 1 or self.jobs == 1:
            return f"{duration(cpu)} of CPU time"
        return f"{duration(cpu)} of CPU time, {duration(cpu / self.jobs)} on {self.jobs} cores"


@dataclass(frozen=True)
class Explanation:
    """A verdict in words.

    Attributes
    ----------
    verdict : Verdict
    check : Check, optional
        The simulation behind it, if there is one.
    cost : Cost
    sharpness : Sharpness, optional
        What the evidence of a claim that holds pins.
    file : str
        The user's own file that the claim is in, if it is in one.
    options : sequence of str
        What a command needs to go on with the run.
    direction : int
        1 if it claims no more than what is predicted, -1 if no less, 0 if as much.
    """

    verdict: Verdict
    check: Check | None
    cost: Cost
    sharpness: Sharpness | None = None
    file: str = ""
    options: Sequence[str] = ()
    direction: int = 0

    @property
    def is_called_for(self) -> bool:
        """Whether the claim is undecided, blunt or unexpected."""
        blunt = self.sharpness is not None and self.sharpness.is_blunt
        return blunt or self.verdict.is_open or self.verdict.is_unexpected

    def __rich_console__(self, console: object, options: object) -> Iterator[RenderableType]:
        verdict = self.verdict
        yield Text(verdict.id, style="bold", no_wrap=True, overflow="ignore")
        yield _below(Text(plain(verdict.statement)))
        words = figures(verdict)
        yield _below(outcome(verdict).append(f"  {words}" if words else ""))
        for title, lines in self.parts():
            yield Text(f"\n{title}", style="bold")
            for line in lines:
                if line.startswith("verify "):
                    yield Text(f"  {line}", no_wrap=True, overflow="ignore")
                else:
                    yield _below(Text(line))
        if verdict.counterexample is not None:
            yield Text()
            yield from counterexample(verdict)

    def parts(self) -> Iterator[tuple[str, list[str]]]:
        """Yield what is said, by headings."""
        verdict = self.verdict
        if verdict.is_error:
            yield "What went wrong", list(self._why())
            yield "What to do", list(self._settles())
        elif verdict.verdict == "undecided":
            yield "Why it is undecided", list(self._why())
            yield "What would settle it", list(self._settles())
        elif self.sharpness is not None and self.sharpness.is_blunt:
            yield "Why it is blunt", list(self._blunt())
            yield "What would sharpen it", list(self._sharpens())
        elif self.sharpness is not None:
            yield "What the evidence pins", [pin.words for pin in self.sharpness.pins]
        else:
            yield "Why", [remark(verdict)]
        if verdict.is_unexpected:
            yield "Expected", [f"{verdict.expected}, so that this is a surprise."]

    def _why(self) -> Iterator[str]:
        verdict = self.verdict
        cells = verdict.detail.get("cells") or 1
        where = f"each of {cells} cells" if cells > 1 else "one cell"
        drawn = f"{counted(verdict.replicates, 'replicate')} at {where}"
        if verdict.no_violation_yet and verdict.interval is None:
            closest = " against ".join(number(_raw(verdict, x)) for x in ("observed", "predicted"))
            yield (
                f"Nothing speaks against it: in {drawn} none violates it (the closest: {closest}). "
                "So few do not exclude violations that are rarer."
            )
        elif verdict.no_violation_yet:
            yield (
                f"Nothing speaks against it: {number(verdict.observed)} lies on the right side of "
                f"{number(verdict.predicted)}. But after {drawn} the interval reaches beyond it."
            )
        elif verdict.reason in WHY:
            yield WHY[verdict.reason]
        elif verdict.interval is None or TOO_FEW in verdict.note:
            yield f"After {drawn} there is no interval yet that could be trusted."
        else:
            low, high = (number(end) for end in verdict.interval)
            yield (
                f"After {drawn} the value is known to lie in [{low}, {high}] (at the error level "
                f"of a report)."
            )
            if KINDS[verdict.kind].equates and _is_inside(verdict):
                yield "That is enough for all cells together; single ones are not known so well."
            else:
                yield f"For a verdict it must be known to be {self._zone()}."
        if verdict.note and TOO_FEW not in verdict.note:
            yield verdict.note
        if verdict.cell is not None:
            yield f"The cell that decides: {written(verdict.cell)}."

    def _zone(self) -> str:
        """Say where the value must be known to lie, for one verdict and for the other."""
        stated, tolerance, side = self.verdict.predicted, self.verdict.tolerance, self.direction
        if not side or stated is None:
            zone = f" up to {number(tolerance)}" if tolerance else ""
            return f"{number(stated)}{zone}, or to be outside of that"
        within = f"{number(stated + side * tolerance)} (with the tolerance)" if tolerance else ""
        least, other = ("at most", "above") if side > 0 else ("at least", "below")
        return f"{least} {within or number(stated)}, or to be {other} {number(stated)}"

    def _settles(self) -> Iterator[str]:
        verdict, check = self.verdict, self.check
        needed = verdict.detail.get("forecast")
        if verdict.reason in ANSWER:
            yield ANSWER[verdict.reason]
            if size := verdict.detail.get("forecast_size"):
                yield f"Sizes about {size:.0f} times as large would tell."
            return
        if check is None:
            yield "Nothing that is simulated: the claim has no check."
            return
        here = verdict.replicates
        if needed is None or needed > REACH * here:
            if verdict.reason != "edge":
                yield "More replicates; how many cannot be forecast from so few:"
                if here < check.size_of("full"):
                    yield self._command("--budget", "full")
                    return
            else:
                yield (
                    "No number of replicates that can be forecast: the estimate sits on the edge "
                    "of the zone. Other cells, or another tolerance, may tell; or trying on:"
                )
            yield self._command("--settle", "--time", "10m")
            return
        yield (
            f"About {needed:.0f} replicates per cell, {needed / max(here, 1):.1f} times as many as "
            f"now: {self.cost.words(needed, here)}."
        )
        if needed <= check.size_of("full"):
            yield self._command("--budget", "full")
            return
        if here < check.size_of("full"):
            yield f"The full budget ends at {check.size_of('full')}. Beyond it:"
        wall = self.cost.seconds * (needed - here) / self.cost.jobs
        minutes = max(1, math.ceil(2 * wall / 60))
        yield self._command("--settle", "--time", f"{minutes}m")

    def _blunt(self) -> Iterator[str]:
        assert self.sharpness is not None
        pins = self.sharpness.pins
        if self.sharpness.reason:
            yield f"{self.sharpness.reason[:1].upper()}{self.sharpness.reason[1:]}."
        yield (
            "It holds, but it would hold as well with other constants and exponents: none is "
            "pinned (a two-sided one within a factor 1.25 or an exponent ± 0.25; of a bound the "
            "slack, within a factor 2)."
        )
        yield from (pin.words for pin in pins)

    def _sharpens(self) -> Iterator[str]:
        """Yield what helps, by what is loose."""
        assert self.sharpness is not None
        untested = [pin.what for pin in self.sharpness.pins if pin.is_untested]
        if untested:
            yield (
                f"Cells over which the part that is untested ({', '.join(untested)}) matters: "
                "parameters that move it, at values where it is not outweighed."
            )
        if self.verdict.tolerance:
            yield (
                f"A tighter tolerance in the claim (here {number(self.verdict.tolerance)}); a run "
                "goes on until that is shown."
            )
        yield "An exact law or a certified value in the place of what is sampled."

    def _command(self, *more: str) -> str:
        names = [*filter(None, [self.file]), self.verdict.id]
        return shlex.join(["verify", "run", *names, *more, *self.options])


def _is_inside(verdict: Verdict) -> bool:
    """Whether the interval lies within the tolerance already."""
    ends, zone = verdict.interval or (None,), verdict.tolerance
    if zone is None or verdict.predicted is None or None in ends:
        return False
    return all(abs(end - verdict.predicted) <= zone for end in ends if end is not None)


def _raw(verdict: Verdict, side: str) -> float | None:
    """Return a side of a claim where it came closest, on its own scale."""
    values = verdict.detail.get("values", {})
    value: float | None = values.get(side, getattr(verdict, side))
    return value


def _below(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 2))
