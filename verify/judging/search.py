"""The worst points of a claim over a box: a pattern search from many points at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bounds.box import Domain
from verify.catalogue.boxes import Coordinates, drawn
from verify.judging.gap import Array, Gap

STARTS, LONELY = 24, 2048
"""Points from which is searched, and points of the box that they are chosen from."""

MOST_CORNERS = 6
"""In so many dimensions all corners are tried."""

STEPS, FINEST = 90, 1e-13


def ranked(gap: Gap, domain: Domain, values: Array) -> tuple[Array, Array]:
    """Return those of some points, (k, n), that lie in a domain, worst first, and their gaps.

    A gap includes the error that it may have.
    """
    return _sorted(values, _gaps(gap, domain, values))


def starts(domain: Domain) -> Array:
    """Return points of a box, (k, n): corners, and others that lie in the domain if any do."""
    rng = np.random.default_rng(0)
    k = len(domain.box)
    some = min(k, MOST_CORNERS)
    corners = rng.random((k, 2**some))
    corners[:some] = np.stack(np.meshgrid(*[[0.0, 1.0]] * some)).reshape(some, -1)
    coordinates = Coordinates(domain)
    try:
        others = np.stack(list(drawn(domain, rng, LONELY).values()))
    except ValueError:  # the domain is too thin to be hit
        others = coordinates.values(rng.random((k, LONELY)))
    return np.concatenate([coordinates.values(corners), others], axis=1)


def worst_points(gap: Gap, domain: Domain, values: Array, gaps: Array) -> tuple[Array, Array]:
    """Return points at which a claim is violated most, (k, n) values, worst first, and their gaps.

    They are searched for from the worst of the given points, whose gaps are given.
    """
    if not len(gaps):
        return values, gaps
    rng = np.random.default_rng(1)
    best, at_best = _searched(
        Coordinates(domain),
        lambda tried: _gaps(gap, domain, tried),
        values[:, :STARTS].copy(),
        gaps[:STARTS].copy(),
        rng,
    )
    return _sorted(np.concatenate([best, values], axis=1), np.concatenate([at_best, gaps]))


def _gaps(gap: Gap, domain: Domain, values: Array) -> Array:
    """Return gaps, with their errors, at points (k, n); minus infinity outside of the domain."""
    found = np.full(values.shape[1], -np.inf)
    inside = domain.inside(dict(zip(domain.names, values, strict=True)))
    if inside.any():
        value, error = gap(dict(zip(domain.names, values[:, inside], strict=True)))
        found[inside] = value + error
    return found


def _sorted(values: Array, gaps: Array) -> tuple[Array, Array]:
    order = np.argsort(-gaps, kind="stable")
    order = order[np.isfinite(gaps[order])]
    return values[:, order], gaps[order]


def _searched(
    coordinates: Coordinates,
    gaps: Callable[[Array], Array],
    best: Array,
    at_best: Array,
    rng: np.random.Generator,
) -> tuple[Array, Array]:
    """Move each point to the best of its neighbours; halve its step where none is better."""
    k, starts = best.shape
    step = np.full(starts, 0.1)
    last = np.zeros_like(best)
    for _ in range(STEPS):
        alive = step > FINEST
        if not alive.any():
            break
        at = coordinates.of(best)
        ways = np.concatenate([np.eye(k), -np.eye(k)], axis=1)  # (k, 2k)
        spread = rng.standard_normal((k, 2, starts))
        spread /= np.linalg.norm(spread, axis=0)
        moves = np.concatenate(
            [np.broadcast_to(ways[:, :, None], (k, 2 * k, starts)), spread], axis=1
        )
        tried = at[:, None, :] + step * moves
        tried = np.concatenate([tried, (at + last)[:, None, :]], axis=1)[:, :, alive]
        values = coordinates.values(tried.reshape(k, -1))
        start = np.repeat(best[:, None, alive], tried.shape[1], axis=1).reshape(k, -1)
        values = _by_one(coordinates, values, start, (tried - at[:, None, alive]).reshape(k, -1))
        found = gaps(values).reshape(tried.shape[1], -1)
        choice = found.argmax(axis=0)
        rows = np.flatnonzero(alive)
        better = found[choice, np.arange(len(rows))] > at_best[rows]
        moved = values.reshape(k, tried.shape[1], -1)[:, choice, np.arange(len(rows))]
        last[:] = 0.0
        won = rows[better]
        last[:, won] = coordinates.of(moved[:, better]) - at[:, won]
        best[:, won], at_best[won] = moved[:, better], found[choice, np.arange(len(rows))][better]
        step[won] = np.minimum(2 * step[won], 0.25)
        lost = rows[~better]
        step[lost] /= 3
    return best, at_best


def _by_one(coordinates: Coordinates, values: Array, start: Array, way: Array) -> Array:
    """Let a whole number that is to change change by one at least."""
    stuck = coordinates.whole & (values == start) & (np.abs(way) > 0)
    moved = np.clip(start + np.sign(way), coordinates.low, coordinates.high)
    return np.where(stuck, moved, values)
