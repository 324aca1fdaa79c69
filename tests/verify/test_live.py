"""How a run says how it goes on."""

import io
import sys

import pytest

from verify.showing import live
from verify.showing.live import LONG, SILENCE, Live


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 100.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(live, "time", clock)
    return clock


def work(progress, clock, steps=10, each=10.0):
    with progress:
        progress.started(steps)
        for _ in range(steps):
            clock.now += each
            progress.advanced(1)


def test_without_a_terminal_it_is_a_line_now_and_then_with_the_time_that_remains(
    clock, monkeypatch
):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    work(Live(quiet=False), clock)
    lines = sys.stderr.getvalue().splitlines()
    assert lines[0].endswith("about 63 s left")  # (10 + 0.5) / (1 + 0.5) s per step, 9 steps
    assert 2 <= len(lines) <= 1 + 100 / SILENCE


def test_on_a_busy_machine_the_time_that_remains_follows_the_pace_of_this_run(clock, monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with Live(quiet=False) as progress:
        progress.started(1000)  # declared seconds, each of which takes eight here
        for _ in range(20):
            clock.now += 8
            progress.advanced(1)
        left = progress._left(clock.now)
    assert 0.8 * 980 * 8 < left < 980 * 8


def test_while_nothing_is_done_it_never_says_that_it_ends_sooner_than_it_was_silent(
    clock, monkeypatch
):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with Live(quiet=False) as progress:
        progress.started(10)
        clock.now += 9
        progress.advanced(9)
        (task,) = progress._bar.tasks
        for silent in (0.5, 5.0, 50.0):
            clock.now = progress._last + silent
            shown = live._Left().render(task).plain
            assert shown == (f"about {silent:.0f} s left" if silent > LONG else "")
        progress.advanced(1)
        assert live._Left().render(task).plain == ""


def test_what_is_short_is_not_spoken_of(clock, monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    work(Live(quiet=False), clock, each=LONG / 20)
    assert sys.stderr.getvalue() == ""


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_quiet_is_silent_but_for_what_must_be_known(clock, monkeypatch, stream):
    monkeypatch.setattr(sys, "stderr", stream())
    work(Live(quiet=True), clock)
    assert sys.stderr.getvalue() == ""
    with Live(quiet=True) as progress:
        progress.noted("a block was damaged")
    assert "a block was damaged" in sys.stderr.getvalue()


def test_in_a_terminal_a_bar_shows_the_time_that_remains(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with Live(quiet=False, doing="drawing") as progress:
        progress.started(100)
        progress.advanced(1)
        progress._bar.refresh()
    text = sys.stderr.getvalue()
    assert "drawing" in text and " s left" in text


def test_a_bar_never_runs_over_its_end(clock, monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with Live(quiet=False) as progress:
        progress.started(1)
        progress.advanced(5)
        progress.started(3)
        clock.now += 100
        progress.advanced(1)
    assert "about" in sys.stderr.getvalue()


def test_hardly_anything_done_is_no_reason_to_despair(clock, monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with Live(quiet=False) as progress:
        progress.started(100)
        clock.now += 5
        progress.advanced(0.001)
    assert sys.stderr.getvalue().rstrip().endswith("about 3 min left")


def test_the_time_that_remains_runs_on_while_nothing_is_reported(clock, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with Live(quiet=False) as progress:
        progress.started(10)
        clock.now += 10
        progress.advanced(1)
        told = []
        for _ in range(3):
            told.append(_left(progress))
            clock.now += 20
    assert told == ["about 63 s left", "about 43 s left", "about 40 s left"]


def _left(progress):
    column = progress._bar.columns[-1]
    return column.render(progress._bar.tasks[0]).plain
