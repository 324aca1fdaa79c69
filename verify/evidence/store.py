"""Replicates on disk: an SQLite file that is written as blocks are made, and never holds pickles.

A block is found by the fingerprint of its simulation (id, version, block size), its cell, the run
seed and its number. Blocks of another version or other parameters have other keys, so they are
never reused; a run that is interrupted loses at most the blocks in flight.
"""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import numpy as np

from verify.errors import UserError

SCHEMA = """
CREATE TABLE IF NOT EXISTS block (
    simulation TEXT NOT NULL,
    cell TEXT NOT NULL,
    seed INTEGER NOT NULL,
    number INTEGER NOT NULL,
    seconds REAL NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (simulation, cell, seed, number)
) WITHOUT ROWID;
"""


class Block(NamedTuple):
    """One block of replicates of one cell."""

    simulation: str
    cell: str
    seed: int
    number: int
    seconds: float
    observables: Mapping[str, np.ndarray]


def pack(observables: Mapping[str, np.ndarray]) -> bytes:
    """Write arrays of equal length (and any further axes) as one structured .npy image."""
    names = sorted(observables)
    rows = len(observables[names[0]]) if names else 0
    fields = [(name, observables[name].dtype, observables[name].shape[1:]) for name in names]
    table = np.empty(rows, dtype=fields)
    for name in names:
        table[name] = observables[name]
    buffer = io.BytesIO()
    # Version 3 of the format, for names of observables in any alphabet.
    np.lib.format.write_array(buffer, table, version=(3, 0), allow_pickle=False)
    return buffer.getvalue()


def unpack(data: bytes) -> dict[str, np.ndarray]:
    """Read what `pack` wrote; refuses anything that would need a pickle."""
    table = np.load(io.BytesIO(data), allow_pickle=False)
    return {name: np.ascontiguousarray(table[name]) for name in table.dtype.names or ()}


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


class Store:
    """The replicates of all runs in one folder.

    Parameters
    ----------
    folder : path
        Created if missing; holds one file, ``replicates.sqlite``.
    fresh : bool
        Start from an empty file.

    Raises
    ------
    UserError
        If the folder cannot be written, or the file is not a store.
    """

    def __init__(self, folder: str | Path, *, fresh: bool = False) -> None:
        self.folder = Path(folder)
        self.path = self.folder / "replicates.sqlite"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if fresh:
                for suffix in ("", "-wal", "-shm"):
                    self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            self._connection = sqlite3.connect(self.path, timeout=60)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(SCHEMA)
            self._connection.execute(f"SELECT {', '.join(Block._fields[:5])}, data FROM block")
        except (OSError, sqlite3.Error) as failure:
            raise self._unusable(failure) from failure

    def _unusable(self, failure: Exception) -> UserError:
        return UserError(
            f"The store {self.path} cannot be used ({failure}). Name another folder with "
            "--store, or start anew with --fresh."
        )

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def add(self, blocks: Iterable[Block]) -> None:
        """Write blocks in one transaction."""
        rows = [
            (b.simulation, b.cell, b.seed, b.number, b.seconds, pack(b.observables)) for b in blocks
        ]
        try:
            with self._connection:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO block VALUES (?,?,?,?,?,?)", rows
                )
        except sqlite3.Error as failure:  # the disk is full, the folder is gone
            raise self._unusable(failure) from failure

    def numbers(self, simulation: str, cell: str, seed: int) -> set[int]:
        """Return which blocks are there."""
        rows = self._connection.execute(
            "SELECT number FROM block WHERE simulation = ? AND cell = ? AND seed = ?",
            (simulation, cell, seed),
        )
        return {number for (number,) in rows}

    def seconds(self, simulation: str, cell: str, seed: int, count: int) -> float:
        """Return the CPU time that the first ``count`` blocks took when they were made."""
        (total,) = self._connection.execute(
            "SELECT COALESCE(SUM(seconds), 0) FROM block "
            "WHERE simulation = ? AND cell = ? AND seed = ? AND number < ?",
            (simulation, cell, seed, count),
        ).fetchone()
        return float(total)

    def replicates(
        self, simulation: str, cell: str, seed: int, start: int, stop: int
    ) -> dict[str, np.ndarray]:
        """Return the observables of blocks ``start`` to ``stop - 1``, joined in order.

        Raises
        ------
        KeyError
            If a block is missing.
        UserError
            If a block cannot be read.
        DifferentObservables
            If the blocks do not belong together.
        """
        rows = self._connection.execute(
            "SELECT data FROM block WHERE simulation = ? AND cell = ? AND seed = ? "
            "AND number >= ? AND number < ? ORDER BY number",
            (simulation, cell, seed, start, stop),
        ).fetchall()
        if len(rows) != stop - start:
            raise KeyError(f"{stop - start - len(rows)} blocks are missing")
        try:
            parts = [unpack(data) for (data,) in rows]
        except (EOFError, OSError, TypeError, ValueError) as failure:
            raise UserError(
                f"A block in the store {self.path} is damaged ({failure}). Start anew with --fresh."
            ) from failure
        return join(parts)
