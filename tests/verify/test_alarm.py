"""Limits of time: they are told again and again, and nothing is left of them."""

import gc
import signal
import sys
import time

import pytest

from verify.catalogue.alarm import CLOCKS, alarm


class Late(BaseException):
    pass


def until(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


@pytest.mark.parametrize("clock", CLOCKS)
def test_it_is_raised_when_the_time_is_over_and_leaves_nothing_behind(clock):
    name = getattr(signal, CLOCKS[clock][1])
    before, hook = signal.getsignal(name), sys.unraisablehook
    with pytest.raises(Late), alarm(0.01, Late, clock):
        until(60)
    assert signal.getsignal(name) == before and sys.unraisablehook == hook


def test_what_is_lost_in_a_callback_of_the_interpreter_is_told_again_and_not_printed(capfd):
    calls = []

    def callback(phase, info):
        calls.append(phase)
        if len(calls) == 1:
            until(0.2)

    gc.callbacks.append(callback)
    try:
        with pytest.raises(Late), alarm(0.05, Late, "wall"):
            gc.collect()
            until(60)
    finally:
        gc.callbacks.remove(callback)
    assert calls and capfd.readouterr() == ("", "")
