"""The pictures of a page: one of every verdict that has something to draw, and is in the store."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from markupsafe import Markup

from verify.catalogue.registry import Registry
from verify.evidence.progress import Progress
from verify.evidence.settings import Settings
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
    for number, (verdict, sample) in enumerate(samples(registry, settings, wanted)):
        progress.advanced(FORECAST)
        if sample is None:
            missing += 1
            continue
        words = f"{verdict.id}: predicted against observed; {verdict.verdict}"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # an axis without a value on it, and the like
                drawn[verdict.id] = draw(sample, f"p{number}", words)
        except Exception as failure:  # expressions are the user's; the verdict stands without it
            failed.append(f"no picture of {verdict.id}: {type(failure).__name__}: {failure}")
    notes = list(failed)
    if missing:
        notes.append(
            f"The replicates of {missing} verdicts are not in the store {settings.store}, so that "
            "there is no picture of them."
        )
    return drawn, notes
