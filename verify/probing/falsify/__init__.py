"""The search for the smallest counter-example of a claim, from nothing but its statement.

`elementary` has claims without a simulation, on which the engines of proof look at the whole
domain. For the others `space` says which parameters there are, `trial` judges a point, `search`
looks for points, `rays` asks whether a violation persists inside the regime of a theorem, and
`simulated` shrinks and confirms it. `outcome` is what comes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from time import process_time as clock

from bounds import ClaimOf
from bounds.claims import Unchecked
from verify.catalogue.registry import Registry
from verify.evidence.progress import Progress
from verify.evidence.settings import Settings
from verify.probing.falsify import elementary
from verify.probing.falsify.outcome import Answer, Finding
from verify.probing.falsify.simulated import by_simulation

__all__ = ["Finding", "falsify"]

SECONDS = 10.0
"""How long is searched for each claim, if nothing else is said."""


def falsify(
    registry: Registry,
    items: Iterable[ClaimOf],
    settings: Settings,
    progress: Progress,
    seconds: float = SECONDS,
) -> Iterator[Finding]:
    """Look for violations of claims, in what `where` and the required hypotheses allow.

    Parameters
    ----------
    settings : Settings
        Of it, ``seed`` and ``alpha``; ``overrides`` are values of parameters that are not searched.
    seconds : float
        CPU seconds per claim, for those that are simulated.

    Raises
    ------
    UserError
        If a claim has no parameter of a name that is fixed.
    """
    items = list(items)
    progress.started(seconds * len(items))
    for item in items:
        started = clock()
        answer, tried = _answer(registry, item, settings, seconds)
        progress.advanced(seconds)
        yield Finding(
            item,
            answer.outcome,
            clock() - started,
            answer.counterexample,
            answer.proved,
            answer.note,
            tried,
        )


def _answer(
    registry: Registry, item: ClaimOf, settings: Settings, seconds: float
) -> tuple[Answer, int]:
    fixed, source = settings.overrides, registry.file_of(item.theorem.id)
    if isinstance(item.claim, Unchecked):
        why = f"nothing is checked numerically: {item.claim.because}"
        return Answer("not applicable", note=why), 0
    if not item.claim.observed:
        return elementary.by_algebra(item, fixed, source), 0
    if item.claim.box is not None:
        return elementary.over_a_box(item, fixed, source), 0
    check = registry.check_of(item.id)
    if check is None:
        return Answer("none found", note="nothing checks the claim"), 0
    if absent := check.absent():
        return Answer("none found", note=f"needs {', '.join(absent)}"), 0
    without = replace(settings, overrides={})
    return by_simulation(registry, item, check, fixed, without, seconds)
