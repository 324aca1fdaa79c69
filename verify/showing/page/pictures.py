"""The pictures of a page: one of every verdict that has something to draw, and is in the store."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup

from verify.catalogue.registry import Registry
from verify.evidence.progress import Progress
from verify.evidence.sample import Sample
from verify.evidence.settings import Settings
from verify.evidence.workers import Workers
from verify.judging.verdict import Verdict
from verify.showing.page.drawings import draw
from verify.showing.samples import samples

FORECAST = 0.3
"""CPU seconds that a picture takes, on average."""


def pictures(
    registry: Registry, settings: Settings, verdicts: Sequence[Verdict], progress: Progress
) -> tuple[dict[str, Markup], list[str]]:
    """Return the pictures by claim, and what a reader should know of those that are missing."""
    wanted = [one for one in verdicts if one.replicates]
    progress.started(FORECAST * len(wanted))
    drawn: dict[str, Markup] = {}
    missing, failed = 0, []

    def asked() -> Iterator[_Asked]:
        nonlocal missing
        for number, (verdict, sample) in enumerate(samples(registry, settings, wanted)):
            if sample is None:
                missing += 1
                progress.advanced(FORECAST)
            else:
                yield f"p{number}", verdict, sample

    def is_own(one: _Asked) -> bool:
        return registry.is_own(one[1].id)

    with Workers[None].of(settings) as workers:
        forecast = FORECAST * len(wanted)
        for (_, verdict, _), (picture, problem) in workers.apply(_drawn, asked(), forecast, is_own):
            progress.advanced(FORECAST)
            if picture is None:
                failed.append(f"no picture of {verdict.id}: {problem}")
            else:
                drawn[verdict.id] = picture
    notes = sorted(failed)
    if missing:
        notes.append(
            f"The replicates of {missing} verdicts are not in the store {settings.store}, so that "
            "there is no picture of them."
        )
    return drawn, notes


_Asked = tuple[str, Verdict, Sample[Any]]
"""A name that is unique in the page, a verdict, and what it was reached on."""


def _drawn(asked: _Asked) -> tuple[Markup | None, str]:
    """Return a picture, or ``None`` and why there is none."""
    name, verdict, sample = asked
    words = f"{verdict.id}: predicted against observed; {verdict.verdict}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an axis without a value on it, and the like
            return draw(sample, name, words), ""
    except Exception as failure:  # expressions are the user's; the verdict stands without it
        return None, f"{type(failure).__name__}: {failure}"
