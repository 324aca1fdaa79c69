"""The papers' figures for a report: drawn from the store, beside pictures that a reader gives.

A paper's own picture is not ours to pass on. Who has it puts it into a folder as
``PAPER-figure-N.png``, and it stands beside ours.
"""

from __future__ import annotations

import base64
import io
import shlex
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import bounds
from bounds import ClaimOf
from verify.catalogue.registry import Registry
from verify.errors import UserError
from verify.evidence.progress import Progress
from verify.evidence.settings import Settings
from verify.evidence.store import Store
from verify.figures import of_paper, recall
from verify.showing.page.plates import Plate

IMAGES = {"png": "png", "jpg": "jpeg", "jpeg": "jpeg", "svg": "svg+xml", "webp": "webp"}
"""Endings of a picture that is given, and what a browser calls them."""

FORECAST = 1.0
"""CPU seconds that a figure takes to draw, on average."""


def plates(
    registry: Registry,
    items: Iterable[ClaimOf],
    settings: Settings,
    progress: Progress,
    folder: str | Path | None = None,
) -> list[Plate]:
    """Return the figures that belong to a report.

    Those that one of its statements speaks of, and all of a paper that is in it as a whole.

    Parameters
    ----------
    items : iterable of ClaimOf
        What the report is about.
    folder : path, optional
        Where pictures of the papers lie, as ``PAPER-figure-N.png`` (or jpg, svg, webp).

    Raises
    ------
    UserError
        If the folder is not there, or holds no picture of any of the figures.
    """
    statements = {item.theorem.id for item in items}
    papers = {name.partition("/")[0] for name in statements}
    chosen = [
        (figure, plate)
        for key in filter(papers.__contains__, bounds.PAPERS)
        for figure in of_paper(key)
        for plate in [Plate(figure.id, figure.title, _command(figure.id, settings))]
        if any(map(plate.is_of, statements)) or _whole(registry, key) <= statements
    ]
    given = _given(folder)
    names = [figure.id.replace("/", "-") for figure, _ in chosen]
    if folder is not None and given.keys().isdisjoint(names):
        example = f"they are called like {names[0]}.png" if names else "it has no figure"
        raise UserError(f"{folder} has no picture of a figure of this report; {example}.")
    progress.started(FORECAST * len(chosen))
    found = []
    with Store(settings.store) as store:
        for name, (figure, plate) in zip(names, chosen, strict=True):
            if picture := recall(figure, store, settings.seed):
                stream = io.BytesIO()
                picture.savefig(stream, format="png", dpi=130)
                plate = replace(plate, ours=_embedded(stream.getvalue(), "png"))
            if path := given.get(name):
                plate = replace(plate, paper=_embedded(path.read_bytes(), IMAGES[_ending(path)]))
            found.append(plate)
            progress.advanced(FORECAST)
    return found


def _whole(registry: Registry, key: str) -> set[str]:
    """Return every statement of a paper."""
    return {name for name in registry.theorems if name.startswith(f"{key}/")}


def _given(folder: str | Path | None) -> dict[str, Path]:
    """Return the pictures in a folder by name."""
    if folder is None:
        return {}
    try:
        inside = sorted(Path(folder).iterdir())
    except OSError as failure:
        raise UserError(f"{folder} cannot be read: {failure.strerror}.") from failure
    return {one.stem.lower(): one for one in inside if _ending(one) in IMAGES}


def _ending(path: Path) -> str:
    return path.suffix[1:].lower()


def _embedded(content: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def _command(figure: str, settings: Settings) -> str:
    seed = [] if settings.seed == 0 else ["--seed", str(settings.seed)]
    return shlex.join(["verify", "figure", figure, *settings.in_store, *seed])
