"""Progress on standard error, while verdicts come in."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from verify.judging.verdict import Verdict
from verify.showing.palette import TERMINAL

LONG = 20.0
"""CPU seconds of work that a run without a terminal announces."""

SILENCE = 30.0
"""Seconds after which a run without a terminal says how far it is."""


class Live:
    """Shows forecast work, a bar, and each verdict as it is reached.

    Parameters
    ----------
    quiet : bool
        Show nothing (standard output carries JSON and someone reads it by machine).
    doing : str
        What is done, for whoever waits.
    """

    def __init__(self, *, quiet: bool, doing: str = "simulating and proving") -> None:
        self._doing = doing
        self._console = Console(stderr=True, markup=False, emoji=False)
        self._shown = not quiet and sys.stderr.isatty()
        self._lines = not quiet and not sys.stderr.isatty()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:3.0f} %"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._shown,
        )
        self._task = self._bar.add_task("starting", total=None)
        self._count = 0
        self._left = self._total = 0.0
        self._spoken = time.monotonic()

    def __enter__(self) -> Live:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def started(self, tasks: int, seconds: float) -> None:
        """Lengthen the bar by what is to be done besides."""
        silent = self._left == 0
        self._left += seconds
        self._total += seconds
        self._bar.update(self._task, total=max(self._total, 1e-9), description=self._description())
        if self._lines and silent and seconds > LONG:
            self._say()

    def _description(self) -> str:
        return f"{self._count} judged; {self._doing}"

    def _say(self) -> None:
        """Print a line, where there is no terminal to draw a bar in."""
        self._spoken = time.monotonic()
        self._console.print(
            f"{self._description()}, about {self._left:.0f} s of CPU time left in this round",
            style="bright_black",
        )

    def advanced(self, seconds: float) -> None:
        """Move the bar."""
        self._left = max(self._left - seconds, 0.0)
        self._bar.advance(self._task, seconds)
        if self._lines and time.monotonic() - self._spoken > SILENCE:
            self._say()

    def judged(self, verdict: Verdict) -> None:
        """Show a verdict."""
        self._count += 1
        self._bar.update(self._task, description=self._description())
        if self._shown:
            style = "bold red" if verdict.is_unexpected else TERMINAL[verdict.verdict]
            line = Text(f"{verdict.verdict:>14}", style=style)
            self._bar.print(line.append(f"  {verdict.id}", style="default"), highlight=False)

    def noted(self, words: str) -> None:
        """Say something that a reader should know."""
        self._console.print(Text(words, style="bright_black"))
