"""Smaller counter-examples: the smallest whole numbers, the roundest others, the most zeros."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any

Point = dict[str, Any]

MOST_ROUNDS = 8
"""How often all parameters are gone through."""

SMALL = 12
"""Whole numbers up to it are tried one by one."""

SIMPLE = (0.0, 1.0, 2.0, 0.5, 3.0, 4.0, 5.0, 10.0, 0.1, 0.25)
"""What any number may become."""


def complexity(value: Any) -> float:
    """Return how hard a number is to calculate with by hand: the smaller, the simpler."""
    if value == 0:
        return 0.0
    size = abs(value)
    if isinstance(value, int):
        return float(size) + (0.5 if value < 0 else 0.0)
    digits = len(f"{size:.16g}".replace(".", "").partition("e")[0].strip("0"))
    places = abs(math.log10(size))
    return 4 * digits + places + (0.5 if value < 0 else 0.0) + (0.0 if size == int(size) else 1.0)


def simpler(value: Any) -> Iterator[Any]:
    """Yield simpler numbers to try in place of one, the simplest first."""
    found = {one for one in _whole(value)} if isinstance(value, int) else {*_rounded(value)}
    limit = complexity(value)
    yield from sorted((one for one in found if complexity(one) < limit), key=complexity)


def _whole(value: int) -> Iterator[int]:
    yield from range(0, min(abs(value), SMALL) + 1)
    size, sign = abs(value), 1 if value > 0 else -1
    while size > SMALL:
        for power in (10 ** (len(str(size)) - 1), 10 ** (len(str(size)) - 2)):
            yield sign * (size // power * power)
        yield sign * (size - 1)
        size //= 2
        yield sign * size


def _rounded(value: float) -> Iterator[float]:
    for sign in (1.0, -1.0) if value < 0 else (1.0,):
        yield from (sign * one for one in SIMPLE)
    if value == 0 or not math.isfinite(value):
        return
    power = math.floor(math.log10(abs(value)))
    for digits in range(4):
        unit = 10.0 ** (power - digits)
        if not (math.isfinite(unit) and unit > 0):
            continue
        for rounded in (math.floor, math.ceil):
            yield float(f"{rounded(value / unit) * unit:.{digits + 1}g}")
    for exponent in (power, power + 1, power // 2, 3 * power // 4, 7 * power // 8, power - 1):
        yield math.copysign(float(f"1e{exponent}"), value)


def shrunk(
    point: Mapping[str, Any],
    violates: Callable[[Point], bool],
    names: Iterator[str] | tuple[str, ...] | None = None,
) -> Point:
    """Return the simplest point that was found to violate a claim, beginning with one that does.

    Parameters
    ----------
    violates : function of a point
        It may say no once there is no more time.
    names : the parameters that may change; all by default, whole numbers first.
    """
    best = dict(point)
    free = list(best if names is None else names)
    free.sort(key=lambda name: not isinstance(best[name], int))
    for _ in range(MOST_ROUNDS):
        before = dict(best)
        for change in (*_together(best, free), *(((name,), None) for name in free)):
            tried = _changes(best, *change)
            best = next((near for near in tried if violates(near)), best)
        if best == before:
            return best
    return best


Change = tuple[tuple[str, ...], float | None]
"""Parameters, and the number that they all become, or nothing for simpler numbers one by one."""


def _together(point: Point, free: list[str]) -> Iterator[Change]:
    """Yield changes of several parameters at once, where one alone may not do."""
    numbers = [name for name in free if not isinstance(point[name], int)]
    groups = [numbers] if len(numbers) == 2 else [numbers, *map(list, combinations(numbers, 2))]
    for group in groups:
        if len(group) > 1:
            yield from ((tuple(group), value) for value in (1.0, 2.0, 0.5))


def _changes(point: Point, names: tuple[str, ...], value: float | None) -> Iterator[Point]:
    if value is None:
        (name,) = names
        yield from ({**point, name: one} for one in simpler(point[name]))
    elif sum(complexity(point[name]) for name in names) > len(names) * complexity(value):
        yield {**point, **dict.fromkeys(names, value)}
