"""The papers' own figures, drawn from our simulations.

A figure is a simulation over cells, like a check, but its observables may be whole curves (one row
per replicate), and instead of being judged it is drawn. Its replicates are stored as they are made,
so an interrupted figure resumes, and `full` goes on from `quick` where they share cells.
"""

from __future__ import annotations

import hashlib
import importlib
import math
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import bounds
from verify.catalogue.budgets import SHARE, Budget
from verify.catalogue.check import Check, Simulation
from verify.catalogue.files import Home
from verify.catalogue.grid import Cell
from verify.errors import UnknownName, UserError
from verify.evidence.gathering import Evidence
from verify.evidence.memory import parse_memory
from verify.evidence.progress import Progress
from verify.evidence.settings import Settings
from verify.evidence.store import Store
from verify.evidence.workers import Workers


@dataclass(frozen=True)
class Drawn:
    """One cell of a figure with its replicates: arrays (replicates, ...) by name."""

    cell: Cell
    observables: Mapping[str, np.ndarray]

    def __getitem__(self, name: str) -> np.ndarray:
        return self.observables[name]


Render = Callable[[Sequence[Drawn], Budget], Figure]
Images = Callable[[str], Sequence[np.ndarray]]


@dataclass(frozen=True)
class PaperFigure:
    """A figure of a paper.

    Attributes
    ----------
    id : ``PAPER/figure-N``
    title : what it shows
    unspecified : settings that the paper does not state, and what is used instead; written below
    cells, replicates : per budget
    simulation : the check that draws replicates (it observes no claim)
    render : makes the picture from the replicates
    digits : whether it uses handwritten digits (then it takes ``--mnist``)
    images : what a source of images holds, as arrays, for its fingerprint
    trial : settings with which a cell costs little, for a budget below the usual one
    home : where a worker finds the simulation
    """

    id: str
    title: str
    unspecified: str
    cells: Mapping[Budget, tuple[Cell, ...]]
    replicates: Mapping[Budget, int]
    simulation: Check
    render: Render
    digits: bool = False
    images: Images | None = None
    trial: Cell = field(default_factory=dict)
    home: Home | None = None

    def forecast(self, budget: Budget) -> float:
        """Return the forecast of CPU seconds."""
        return self.replicates[budget] * sum(map(self.simulation.seconds, self.cells[budget]))

    def cells_of(self, budget: Budget, mnist: str | None) -> list[dict[str, Any]]:
        """Return the cells of a budget, with the source of the digits put in.

        With less than the usual budget they are those of a trial.

        Raises
        ------
        UserError
            If the digits cannot be read.
        """
        extra: dict[str, str] = {}
        if self.digits:
            extra["mnist"] = str(Path(mnist).resolve()) if mnist else ""
            if mnist:
                # Other images under the same name must not meet the replicates of these.
                extra["content"] = _content(mnist, self.images or _zeros_and_ones)
        trial = self.trial if SHARE[budget] < 1 else {}
        return [{**cell, **trial, **extra} for cell in self.cells[budget]]


def figure(
    id: str,
    *,
    title: str,
    unspecified: str = "",
    quick: Iterable[Cell],
    full: Iterable[Cell],
    replicates: tuple[int, int],
    render: Render,
    seconds_per_replicate: float | Callable[[Cell], float],
    bytes_per_replicate: float = 1e6,
    block: int = 1,
    version: int = 1,
    digits: bool = False,
    images: Images | None = None,
    trial: Cell | None = None,
) -> Callable[[Simulation], PaperFigure]:
    """Make a figure from a simulation; a decorator.

    Parameters
    ----------
    id : ``PAPER/figure-N``
    quick, full : cells of the two budgets
        The full ones are the paper's settings.
    replicates : (quick, full)
        Repetitions per cell; rounded up to whole blocks.
    render : function of the list of `Drawn` cells and the budget
    seconds_per_replicate, bytes_per_replicate, block, version :
        As for checks.
    digits, images, trial :
        As in `PaperFigure`; by default the images are zeros and ones.
    """
    cells: dict[Budget, tuple[Cell, ...]] = {"quick": tuple(quick), "full": tuple(full)}

    def bind(simulate: Simulation) -> PaperFigure:
        seconds = seconds_per_replicate
        simulation = Check(
            id=id,
            simulate=simulate,
            claims=(),
            cells=cells["full"],
            paths=(),
            version=version,
            block=block,
            first=block,
            looks={"quick": 1, "full": 1},
            seconds=seconds if callable(seconds) else lambda cell: float(seconds),
            bytes=lambda cell: bytes_per_replicate,
        )
        return PaperFigure(
            id,
            title,
            unspecified,
            cells,
            {"quick": replicates[0], "full": replicates[1]},
            simulation,
            render,
            digits,
            images,
            trial or {},
        )

    return bind


def registered() -> dict[str, PaperFigure]:
    """Return every figure by id."""
    return {one.id: one for key in bounds.PAPERS for one in of_paper(key)}


@cache
def of_paper(key: str) -> tuple[PaperFigure, ...]:
    """Return the figures of one paper, by number and behind these those of ours."""
    try:
        package = importlib.import_module(f"verify.figures.{key}")
    except ModuleNotFoundError:
        return ()
    modules = [package] + [
        importlib.import_module(f"{package.__name__}.{info.name}")
        for info in pkgutil.iter_modules(package.__path__)
    ]
    found = [
        replace(value, home=Home(module.__name__, f"{name}.simulation"))
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, PaperFigure)
    ]
    return tuple(sorted(found, key=_numbered))


def _numbered(one: PaperFigure) -> tuple[float, str]:
    """Sort figure-10 behind figure-9, and figures of ours, which have names, behind both."""
    number = one.id.partition("/figure-")[2]
    return float(number) if number.isdecimal() else math.inf, number


def find(id: str) -> PaperFigure:
    """Return a figure by id; figures of other papers are not read for it.

    Raises
    ------
    UnknownName
        Naming the nearest ids.
    """
    paper = id.partition("/")[0]
    for one in of_paper(paper) if paper in bounds.PAPERS else ():
        if one.id == id:
            return one
    raise UnknownName("figure", id, registered())


def draw(
    id: str,
    *,
    budget: Budget = "quick",
    seed: int = 0,
    jobs: int | None = None,
    backend: str = "loky",
    scheduler: str | None = None,
    memory: str | float | None = None,
    store: str | Path = ".verify",
    mnist: str | None = None,
    repetitions: int | None = None,
    progress: Progress | None = None,
) -> Figure:
    """Simulate what a figure still lacks and draw it.

    Parameters
    ----------
    id : ``PAPER/figure-N``
    budget : {"quick", "full"}
        Small, or at the paper's settings.
    jobs, backend, scheduler, memory :
        As in `verify.run`.
    mnist : path, optional
        The real MNIST files, for figures of handwritten digits.
    repetitions : int, optional
        Fewer or more than the budget's; those in the store are not drawn again.

    Raises
    ------
    UserError
        If there is no such figure, the digits cannot be read, or a simulation failed.
    """
    which = find(id)
    if mnist and not which.digits:
        raise UserError(f"{id} uses no handwritten digits, so --mnist says nothing about it.")
    if repetitions is not None and repetitions < 1:
        raise UserError(f"The number of repetitions is at least 1, not {repetitions}.")
    cells = which.cells_of(budget, mnist)
    wanted = repetitions or math.ceil(SHARE[budget] * which.replicates[budget])
    blocks = math.ceil(wanted / which.simulation.block)
    check = replace(which.simulation, cells=tuple(cells))
    allowed = parse_memory(memory) if isinstance(memory, str) else memory
    how = Settings(
        seed=seed, jobs=jobs, backend=backend, scheduler=scheduler, memory=allowed, store=store
    )
    with Store(store) as kept, Workers[None].of(how) as workers:
        evidence = Evidence(check, kept, seed, home=which.home)
        evidence.refuse_too_large(workers.room)
        evidence.draw(blocks * check.block, workers, progress)
        for position, failure in evidence.failures.items():
            raise UserError(f"{id} at {cells[position]}: {failure}")
    return _rendered(which, evidence, budget)


def recall(which: PaperFigure, store: Store, seed: int) -> Figure | None:
    """Draw a figure from what the store has, at the larger budget if it has that; else ``None``.

    Only whole repetitions are drawn: as many as every cell has.

    Raises
    ------
    UserError
        If the stored replicates do not belong together.
    """
    budgets: tuple[Budget, ...] = ("full", "quick")
    for budget in budgets:
        check = replace(which.simulation, cells=tuple(which.cells_of(budget, None)))
        evidence = Evidence(check, store, seed, home=which.home)
        blocks = math.ceil(which.replicates[budget] / check.block)
        lacking = evidence.missing(blocks * check.block).values()
        if whole := min((min(numbers) for numbers in lacking), default=blocks):
            evidence.load(whole * check.block)
            for position, failure in evidence.failures.items():
                raise UserError(f"{which.id} at {check.cells[position]}: {failure}")
            return _rendered(which, evidence, budget)
    return None


def _rendered(which: PaperFigure, evidence: Evidence, budget: Budget) -> Figure:
    """Make the picture from the replicates that are loaded, and sign it."""
    cells = evidence.check.cells
    drawn = [Drawn(cell, evidence.observables(place)) for place, cell in enumerate(cells)]
    picture = which.render(drawn, budget)
    _sign(picture, which, budget, evidence.n, evidence.seed)
    return picture


def _zeros_and_ones(mnist: str) -> list[np.ndarray]:
    from sim.digits import zeros_and_ones

    return [array for part in zeros_and_ones(mnist) if part for array in (part.images, part.labels)]


def _content(mnist: str, images: Images) -> str:
    """Return a fingerprint of the images that a figure is going to use."""
    try:
        arrays = images(mnist)
    except (OSError, ValueError) as failure:
        raise UserError(f"--mnist: {failure}") from failure
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()[:16]


def _sign(picture: Figure, which: PaperFigure, budget: Budget, replicates: int, seed: int) -> None:
    """Write below the picture what it is, and what the paper left open."""
    import textwrap

    size = "the paper's settings" if budget == "full" else "small settings (--budget quick)"
    if which.trial and SHARE[budget] < 1:
        size = "the settings of a trial (the budget is below the usual one)"
    count = "1 repetition" if replicates == 1 else f"{replicates} repetitions"
    line = f"{which.id}: {which.title}. Simulated at {size}, {count}, seed {seed}."
    if which.unspecified:
        line += f" Not stated in the paper: {which.unspecified}"
    width = int(picture.get_figwidth() * 15)
    picture.supxlabel(
        "\n".join(textwrap.wrap(line, width)), fontsize=7.5, color="0.35", x=0.01, ha="left"
    )
