"""What a decision would take: replicates, core-hours and memory, before anyone pays for them.

A claim is judged on what is stored of it. How many replicates it still needs follows from where it
stands there, and what they cost from what the stored ones did. Where nothing is stored, the first
look is drawn if that is cheap; where it is not, and parameters were changed, the claim is planned
by the evidence on its declared grid.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import threadpoolctl

from bounds import ClaimOf
from verify.catalogue.check import Check
from verify.catalogue.kinds import is_exact
from verify.catalogue.registry import Registry
from verify.errors import UserError
from verify.evidence.gathering import Evidence
from verify.evidence.progress import Progress
from verify.evidence.settings import Settings
from verify.evidence.store import Store
from verify.evidence.workers import Workers
from verify.judging.costing import measured_cost
from verify.judging.judgement import Judgement
from verify.judging.laws import normal_isf
from verify.judging.ledger import Ledger
from verify.judging.pipeline import NOT_BY_REPLICATES, Pipeline, Question, pipelines

PILOT_SECONDS = 20.0
"""CPU seconds, as declared, that drawing a first look may take for the sake of a plan."""

HORIZON = 60
"""Looks ahead up to which a width is forecast."""

DECIDED = "decided"


@dataclass(frozen=True)
class Plan:
    """What it takes to reach a target for one claim.

    Attributes
    ----------
    id, verdict, reason : str
        The claim, and how it stands now.
    stored : int
        Replicates per cell that this was planned on.
    replicates : float
        Replicates per cell that are needed; not a number if it cannot be said.
    cells : int
    seconds : float
        CPU seconds of what is not there yet.
    main, worker : float
        Bytes of memory, in the process that judges and in each that simulates.
    note : str
        What else one should know.
    """

    id: str
    verdict: str
    reason: str
    stored: int
    replicates: float
    cells: int
    seconds: float
    main: float
    worker: float
    note: str = ""

    @property
    def core_hours(self) -> float:
        """The same in the unit in which clusters are paid for."""
        return self.seconds / 3600


def target(text: str) -> float | None:
    """Read ``decided`` (nothing) or ``width=W``, the width of the interval.

    Raises
    ------
    UserError
        If it is neither.
    """
    name, _, value = text.partition("=")
    if text == DECIDED:
        return None
    try:
        width = float(value) if name == "width" else math.nan
    except ValueError:
        width = math.nan
    if not 0 < width < math.inf:
        raise UserError(f"A target is decided, or width=0.02 (of the interval); got {text!r}.")
    return width


def plan_claims(
    registry: Registry,
    items: Sequence[ClaimOf],
    settings: Settings,
    width: float | None,
    progress: Progress,
) -> list[Plan]:
    """Plan some claims.

    Parameters
    ----------
    width : float, optional
        Of the interval that is wanted; by default a verdict is.

    Raises
    ------
    UserError
        If a setting does not fit, or nothing is stored on which a plan could stand.
    """
    plans = {item.id: _without_replicates(item) for item in items}
    with (
        Store(settings.store) as store,
        threadpoolctl.threadpool_limits(1),
        Workers[None].of(settings) as workers,
    ):
        sampled = [item for item in items if item.claim.box is None]
        for pipeline in pipelines(registry, sampled, settings, store):
            wanted = pipeline.evidence
            looks = _judge_stored(pipeline)
            while not looks or _is_unclear(pipeline, width):
                if _cost(wanted.check, looks) > PILOT_SECONDS:
                    break
                wanted.draw(wanted.check.size(looks), workers, progress)
                pipeline.judge()
                looks += 1
            if not looks:
                pipeline = _on_declared_grid(registry, pipeline, settings, store)
            plans |= {one.id: one for one in _planned(pipeline, width, wanted)}
    return list(plans.values())


def _judge_stored(pipeline: Pipeline) -> int:
    """Judge the claims of a check as far as the store goes; return how many looks that is."""
    pipeline.looks, pipeline.longest, pipeline.again = sys.maxsize, None, None
    evidence = pipeline.evidence
    while evidence.positions and not evidence.missing(evidence.check.size(pipeline.look)):
        pipeline.judge()
    return pipeline.look


def _is_unclear(pipeline: Pipeline, width: float | None) -> bool:
    """Whether there are too few replicates to say of some claim how many it needs."""
    for question in pipeline.questions:
        judgement = question.judgement
        if judgement is None or judgement.reason in ("error", *NOT_BY_REPLICATES):
            continue
        if width is None and not question.settled and judgement.forecast is None:
            return True
        if width is not None and not (_is_finite(judgement) or is_exact(question.item.claim)):
            return True
    return False


def _is_finite(judgement: Judgement) -> bool:
    return judgement.interval is not None and all(map(math.isfinite, judgement.interval))


def _on_declared_grid(
    registry: Registry, pipeline: Pipeline, settings: Settings, store: Store
) -> Pipeline:
    """Return the same check without changed parameters, judged as far as the store goes."""
    if settings.overrides:
        items = [question.item for question in pipeline.questions]
        (base,) = pipelines(registry, items, replace(settings, overrides={}), store)
        if _judge_stored(base):
            return base
    raise UserError(_nothing_to_plan_by(pipeline, settings))


def _nothing_to_plan_by(pipeline: Pipeline, settings: Settings) -> str:
    check = pipeline.evidence.check
    without = " (without --set will do)" if settings.overrides else ""
    return (
        f"Nothing is stored of {check.id}, and its first look is declared to take "
        f"{_cost(check, 0):.0f} CPU seconds. Draw it first: verify run ... --replicates "
        f"{check.size(0)}{without}."
    )


def _cost(check: Check, look: int) -> float:
    """Return the declared CPU seconds of all replicates up to a look."""
    return check.size(look) * sum(map(check.seconds, check.cells))


def _without_replicates(item: ClaimOf) -> Plan:
    """Return the plan of a claim that no replicate decides."""
    note = "needs no replicates: it is proved, searched for on a box, or cannot be checked"
    return Plan(item.id, "", "", 0, 0.0, 0, 0.0, 0.0, 0.0, note)


def _planned(pipeline: Pipeline, width: float | None, wanted: Evidence) -> Iterator[Plan]:
    """Plan the claims of a check, as judged at its last look, for the grid of ``wanted``."""
    evidence, look = pipeline.evidence, pipeline.look - 1
    n = evidence.check.size(look)
    for question in pipeline.questions:
        judgement = question.judgement
        assert judgement is not None
        reached, note = float(question.n), ""
        if width is not None:
            now = pipeline.judgement_at(question, n, look)
            reached, note = _for_width(now, width, n, look, evidence, pipeline.ledger)
        elif judgement.verdict == "undecided":
            reached, note = _for_verdict(judgement, evidence)
        yield _costed(question, judgement, n, reached, note, evidence, wanted)


def _for_verdict(judgement: Judgement, evidence: Evidence) -> tuple[float, str]:
    if judgement.reason in ("error", *NOT_BY_REPLICATES):
        return math.nan, f"{judgement.reason}: {judgement.note or 'replicates do not help'}"
    if judgement.forecast is None:
        return math.nan, "cannot be forecast from so few replicates: draw more, and plan again"
    if not math.isfinite(judgement.forecast):
        return math.inf, "the estimate sits on the edge of the zone: no number of them can be named"
    return _at_a_look(judgement.forecast, evidence), ""


def _for_width(
    now: Judgement, width: float, n: int, look: int, evidence: Evidence, ledger: Ledger
) -> tuple[float, str]:
    """Return after how many replicates an interval has a width: it falls with their root."""
    if now.interval is None or not _is_finite(now):
        return math.nan, "there is no interval yet, or none at all for this kind of claim"
    present = now.interval[1] - now.interval[0]
    if present <= width:
        return float(n), f"its interval is {present:.3g} wide"
    here = normal_isf(ledger.level(look))
    for ahead in range(1, HORIZON):
        size = evidence.check.size(look + ahead)
        share = normal_isf(ledger.level(look + ahead)) / here * math.sqrt(n / size)
        if present * share <= width:
            return float(size), f"its interval is {present:.3g} wide now"
    return math.inf, f"its interval is {present:.3g} wide now: out of reach"


def _at_a_look(replicates: float, evidence: Evidence) -> float:
    """Return the size of the first look that has so many."""
    return float(evidence.check.size(evidence.check.looks_to(replicates) - 1))


def _costed(
    question: Question,
    judgement: Judgement,
    n: int,
    replicates: float,
    note: str,
    evidence: Evidence,
    wanted: Evidence,
) -> Plan:
    check = wanted.check
    cells = [check.cells[position] for position in question.positions]
    there = n if wanted is evidence else 0
    if wanted is evidence:
        each = sum(map(evidence.each, question.positions))
    else:
        before = sum(evidence.check.seconds(one) for one in evidence.check.cells)
        ratio = measured_cost(evidence) / before if before else 1.0
        each = ratio * sum(map(check.seconds, cells))
        note = f"planned by the declared grid, its cost scaled as declared; {note}".rstrip("; ")
    left = max(replicates - there, 0.0) if math.isfinite(replicates) else replicates
    return Plan(
        question.item.id,
        judgement.verdict,
        judgement.reason if judgement.verdict == "undecided" else "",
        n,
        replicates,
        len(cells),
        each * left,
        evidence.bytes() / max(n, 1) * max(replicates, n),
        max(map(check.bytes, cells), default=0.0) * check.block,
        note,
    )
