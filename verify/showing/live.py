"""Progress on standard error, while verdicts come in."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from verify.judging.verdict import Verdict
from verify.showing.palette import TERMINAL
from verify.showing.tables import colour, duration

LONG = 2.0
"""Seconds from which on, done and still to do, a run without a terminal says how far it is."""

TRUST, MOST = 0.05, 5.0
"""The forecast counts as much as having done this share of the work at its pace, and no more than
so many seconds of it: soon the pace of this run alone counts, whatever else the machine does."""

SILENCE = 30.0
"""Seconds after which it says so again."""


class _Left(ProgressColumn):
    """What was left when work was last done, less the time since; no less than that, though."""

    def render(self, task: Task) -> Text:
        now = time.monotonic()
        left = max(task.fields["ends"] - now, task.fields["waits"](now))
        return Text(f"about {duration(left)} left" if left > LONG else "")


class Live:
    """Shows a bar with the time that remains, and each verdict as it is reached.

    Where standard error is no terminal it is a line now and then.

    Parameters
    ----------
    quiet : bool
        Show nothing but what a reader must know.
    doing : str
        What takes the time.
    """

    def __init__(self, *, quiet: bool, doing: str = "simulating and proving") -> None:
        self._console = Console(stderr=True, markup=False, emoji=False)
        self._shown = not quiet and sys.stderr.isatty()
        self._lines = not quiet and not sys.stderr.isatty()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:3.0f} %"),
            TimeElapsedColumn(),
            _Left(),
            console=self._console,
            transient=True,
            disable=not self._shown,
        )
        self._doing = doing
        self._count = 0
        self._done = self._total = 0.0
        self._began = self._last = time.monotonic()
        self._task = self._bar.add_task("starting", total=None, ends=0.0, waits=self._silent)
        self._speaks = self._began + LONG

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

    def started(self, seconds: float) -> None:
        """Lengthen the bar by what is to be done besides."""
        if not self._total:
            self._began = self._last = time.monotonic()
        self._total += seconds
        self._show()

    def advanced(self, seconds: float) -> None:
        """Move the bar."""
        self._done = min(self._done + seconds, self._total)
        self._last = time.monotonic()
        self._show()

    def judged(self, verdict: Verdict) -> None:
        """Show a verdict."""
        self._count += 1
        self._show()
        if self._shown:
            style = "bold red" if verdict.is_unexpected else TERMINAL[colour(verdict)]
            line = Text(f"{verdict.word:>14}", style=style)
            self._bar.print(line.append(f"  {verdict.id}", style="default"), highlight=False)

    def noted(self, words: str) -> None:
        """Say something that a reader should know."""
        self._console.print(Text(words, style="bright_black"))

    def _show(self) -> None:
        words = f"{self._count} judged; {self._doing}" if self._count else self._doing
        now = time.monotonic()
        left = self._left(now)
        self._bar.update(
            self._task,
            description=words,
            completed=self._done,
            total=self._total or None,
            ends=now + left,
        )
        if self._lines and now > self._speaks and left > LONG:
            self._speaks = now + SILENCE
            self._console.print(Text(f"{words}, about {duration(left)} left", style="bright_black"))

    def _silent(self, now: float) -> float:
        """Seconds since work was last done, if some is left: nothing says that it ends sooner."""
        return now - self._last if self._done < self._total else 0.0

    def _left(self, now: float) -> float:
        """Seconds that it will take still, at the pace so far; at first that of the forecast."""
        forecast = min(TRUST * self._total, MOST)
        pace = (now - self._began + forecast) / (self._done + forecast) if self._total else 0.0
        return pace * (self._total - self._done)
