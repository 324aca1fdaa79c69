"""A block of replicates: its arrays as bytes, and the hash by which damage to it is noticed."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import platform
import struct
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import scipy


def _processor() -> str:
    """Return the kind of processor: sums are rounded in another order on another one."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


MADE = ", ".join(
    filter(
        None,
        (
            f"Python {platform.python_version()}",
            f"NumPy {np.__version__}",
            f"SciPy {scipy.__version__}",
            platform.machine(),
            _processor(),
        ),
    )
)
"""What a block that is made now was made with."""

_LONGEST_HEADER = 10**7


class Block(NamedTuple):
    """One block of replicates of one cell."""

    simulation: str
    cell: str
    seed: int
    number: int
    seconds: float
    observables: Mapping[str, np.ndarray]
    made: str = MADE


class Row(NamedTuple):
    """A block as it lies in the store."""

    simulation: str
    cell: str
    seed: int
    number: int
    seconds: float
    made: str
    data: bytes
    hash: bytes

    @classmethod
    def of(cls, block: Block) -> Row:
        """Write a block as a row."""
        simulation, cell, seed, number, seconds, observables, made = block
        data = pack(observables)
        hash_ = _hash((simulation, cell, seed, number, seconds, made), data)
        return cls(simulation, cell, seed, number, seconds, made, data, hash_)

    @property
    def is_sound(self) -> bool:
        """Whether it is as it was written."""
        return isinstance(self.data, bytes) and _hash(self[:6], self.data) == self.hash

    def arrays(self, rows: int | None = None) -> dict[str, np.ndarray] | None:
        """Return the observables, or nothing if the row is not as it was written.

        Parameters
        ----------
        rows : int, optional
            How many replicates a block has.
        """
        if not self.is_sound:
            return None
        try:
            found = unpack(self.data)
        except (EOFError, MemoryError, OSError, SyntaxError, TypeError, ValueError, struct.error):
            return None  # written by someone else, with a hash that fits
        if rows is not None and any(len(values) != rows for values in found.values()):
            return None
        return found


def _hash(key: Sequence[object], data: bytes) -> bytes:
    found = hashlib.blake2b(repr(tuple(key)).encode(), digest_size=16)
    found.update(data)
    return found.digest()


def pack(observables: Mapping[str, np.ndarray]) -> bytes:
    """Write arrays of equal length (and any further axes) as one structured .npy image.

    Names are written as JSON writes them behind a sign, so that any text may be one.
    """
    names = sorted(observables)
    rows = len(observables[names[0]]) if names else 0
    columns = tuple((name, observables[name].dtype, observables[name].shape[1:]) for name in names)
    head, dtype = _head(rows, columns)
    table = np.empty(rows, dtype)
    for name, field in zip(names, dtype.names or (), strict=True):
        table[field] = observables[name]
    return head + table.tobytes()


@lru_cache(maxsize=256)
def _head(
    rows: int, columns: tuple[tuple[str, np.dtype[Any], tuple[int, ...]], ...]
) -> tuple[bytes, np.dtype[Any]]:
    """Return how a .npy image of some rows and columns begins, and the layout of a row.

    The blocks of a check begin alike, and writing this takes longer than all the rest.
    """
    dtype = np.dtype([("=" + json.dumps(name)[1:-1], *column) for name, *column in columns])
    empty, filled = io.BytesIO(), np.empty(rows, dtype)
    np.lib.format.write_array(empty, filled, allow_pickle=False)
    return empty.getvalue()[: -filled.nbytes or None], dtype


def unpack(data: bytes) -> dict[str, np.ndarray]:
    """Read what `pack` wrote; refuses anything that would need a pickle."""
    stream = io.BytesIO(data)
    version = np.lib.format.read_magic(stream)
    if version not in _LENGTHS:
        raise ValueError(f"version {version} of .npy is never written")
    (length,) = struct.unpack(_LENGTHS[version], stream.read(struct.calcsize(_LENGTHS[version])))
    start = stream.tell() + length
    rows, dtype, names = _layout(data[:start])
    table = np.frombuffer(data, dtype, rows, start)
    return {name: np.array(table[field]) for name, field in names.items()}


_LENGTHS = {(1, 0): "<H", (2, 0): "<I"}
"""How the length of the header is written in the versions of .npy."""


@lru_cache(maxsize=256)
def _layout(head: bytes) -> tuple[int, np.dtype[Any], Mapping[str, str]]:
    """Return what the head of a .npy image announces: rows, their layout, observables by name.

    The blocks of a check begin alike, and reading this takes longer than all the rest.
    """
    stream = io.BytesIO(head)
    read = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }[np.lib.format.read_magic(stream)]
    (rows,), _, dtype = read(stream, max_header_size=_LONGEST_HEADER)
    if dtype.hasobject:
        raise ValueError("an array of objects is never read")
    return rows, dtype, {json.loads(f'"{field[1:]}"'): field for field in dtype.names or ()}


class DifferentObservables(ValueError):
    """Blocks of one cell do not hold the same observables."""


def join(parts: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Join the observables of blocks in their order.

    Raises
    ------
    DifferentObservables
        If they are not the same in all blocks.
    """
    for part in parts:
        if part.keys() != parts[0].keys():
            one, other = (", ".join(sorted(p)) or "none" for p in (parts[0], part))
            raise DifferentObservables(
                f"the simulation returned the observables {one} in one block and {other} in another"
            )
    return {name: np.concatenate([p[name] for p in parts]) for name in (parts or [{}])[0]}


TOLERANCE = 1e-9
"""Relative difference of values that another processor, or a library's next version, may make."""


def alike(one: Mapping[str, np.ndarray], other: Mapping[str, np.ndarray]) -> bool:
    """Whether two blocks have the same observables with the same values, up to rounding."""
    return one.keys() == other.keys() and all(same_values(one[name], other[name]) for name in one)


def same_values(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays are equal up to rounding, relative to the largest value in them."""
    if one.shape != other.shape:
        return False
    if np.array_equal(one, other, equal_nan=one.dtype.kind == other.dtype.kind == "f"):
        return True
    if "b" in (one.dtype.kind, other.dtype.kind):
        return False
    finite = np.abs(np.asarray(one, float)[np.isfinite(one)])
    scale = float(finite.max(initial=0.0))
    return bool(np.allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE * scale, equal_nan=True))
