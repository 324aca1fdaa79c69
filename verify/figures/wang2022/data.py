"""What the figures' networks are trained on: digits, 0 against 1, or two caps of the sphere."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sim.caps import antipodal_caps, half_class_distance
from sim.digits import Digits, zeros_and_ones
from verify.catalogue import Cell

Array = np.ndarray
SIDES = (5, 7, 10, 14, 20, 25, 28)
"""Sides of the images in Figures 2, 3, 5 and 6."""


class Problem(NamedTuple):
    """Training and test inputs, as rows in single precision, with their signs."""

    x: Array
    y: Array
    x_test: Array
    y_test: Array


_digits = lru_cache(maxsize=2)(zeros_and_ones)


@lru_cache(maxsize=8)
def _resized(mnist: str, side: int, unit: bool) -> tuple[Digits, Digits | None]:
    """Return both parts at a size, of norm 1 or as they are."""
    parts = [part and part.resized(side) for part in _digits(mnist)]
    train, test = [part and part.scaled(1.0) for part in parts] if unit else parts
    assert train is not None
    return train, test


def draw(rng: np.random.Generator, cell: Cell) -> Problem:
    """Draw a training set of ``train`` and a test set of up to ``tests`` inputs.

    A ``train`` of 0 means all images that are to train on. Of images without a test part, a fifth
    is held back.
    """
    d, wanted = cell["side"] ** 2, cell["train"]
    if cell["source"] == "caps":
        x, y = (part[0] for part in antipodal_caps(rng, 1, wanted + cell["tests"], d))
        return _ready(x[:wanted], y[:wanted], x[wanted:], y[wanted:])
    pool, test = _resized(cell["mnist"], cell["side"], bool(cell["unit"]))
    most = len(pool) - (len(pool) // 5 if test is None else 1)
    train, rest = pool.split(rng, min(wanted, most) if wanted else most)
    held_out = rest if test is None else test
    if len(held_out) > cell["tests"]:
        held_out, _ = held_out.split(rng, cell["tests"])
    return _ready(train.vectors, train.signs(1), held_out.vectors, held_out.signs(1))


def _ready(*parts: Array) -> Problem:
    return Problem(*(part.astype(np.float32) for part in parts))


@lru_cache(maxsize=64)
def half_distance(mnist: str, side: int, most: int = 3000) -> float:
    """Return half the distance of the two classes of images of norm 1 (of up to ``most``)."""
    pool, _ = _resized(mnist, side, True)
    return half_class_distance(pool.vectors[:most], pool.signs(1)[:most])


def source_of(cell: Cell) -> str:
    """Say which images these are."""
    if cell["source"] == "caps":
        return "caps of the sphere, classes 1.8 apart"
    pool, _ = _digits(cell["mnist"])
    if cell["mnist"]:
        return f"MNIST files ({len(pool)} images)"
    return f"{pool.source} (resampled), a stand-in for MNIST"
