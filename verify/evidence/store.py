"""Replicates on disk: an SQLite file that is written as blocks are made, and never holds pickles.

A block is found by the fingerprint of its simulation (id, version, block size), its cell, the run
seed and its number. Blocks of another version or other parameters have other keys, so they are
never reused; a run that is interrupted loses at most the blocks in flight. Every block carries a
hash of its key and its bytes: one that is damaged counts as missing, and is drawn again.
"""

from __future__ import annotations

import contextlib
import fcntl
import math
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import numpy as np

from verify.errors import UserError
from verify.evidence.blocks import Block, Row, join
from verify.evidence.layout import (
    APPLICATION,
    LAYOUT,
    SCHEMA,
    Damaged,
    create,
    damage_told,
    insert,
    is_of_first_layout,
    journal,
    transaction,
)

_COLUMNS = ", ".join(Row._fields)
_KEY = "simulation = ? AND cell = ? AND seed = ?"
_BUSY = 60
"""Seconds that a writer waits for another."""


class MissingBlocks(KeyError):
    """The store has not all of the blocks that are asked for, or not as they were written."""

    def __str__(self) -> str:
        return str(self.args[0])


class Store:
    """The replicates of all runs in one folder.

    A store that cannot be written is read, as long as nothing has to be added.

    Parameters
    ----------
    folder : path
        Created if missing; holds one file, ``replicates.sqlite``.
    fresh : bool
        Start from an empty file.
    only_read : bool
        Whether the file must be there, and whole, and nothing is changed about it.

    Raises
    ------
    UserError
        If the folder cannot be written, or the file is not a store.
    """

    def __init__(self, folder: str | Path, *, fresh: bool = False, only_read: bool = False) -> None:
        self.folder = Path(folder)
        self.path = self.place(folder)
        self._notes: list[str] = []
        self._stale: list[str] = []
        self._damaged = 0
        self._lock = -1
        self.is_writable = False
        self._only_read = only_read
        try:
            if only_read:
                self._open_to_read()
                return
            self.folder.mkdir(parents=True, exist_ok=True)
            there = self.path.exists()
            self.is_writable = self._may_be_written()
            if self.is_writable:
                self._share(alone=fresh)
            if fresh:
                self._unlink()
                self._share()
            elif there and not self.is_writable:
                self._connection = self._connect("?mode=ro&immutable=1")
                self._refuse_other_layout()
                return
            self._open()
        except (OSError, sqlite3.Error) as failure:
            self.close()
            raise self._unusable(failure) from failure
        except BaseException:
            self.close()
            raise

    @staticmethod
    def place(folder: str | Path) -> Path:
        """Return where the replicates of a folder are."""
        return Path(folder) / "replicates.sqlite"

    def _may_be_written(self) -> bool:
        return all(os.access(one, os.W_OK) for one in (self.folder, self.path) if one.exists())

    def _open_to_read(self) -> None:
        """Open a file that somebody else may be writing to, and change nothing."""
        if not self.path.is_file():
            raise UserError(f"There is no store in {self.folder}: it has no {self.path.name}.")
        alone = "" if self._may_be_written() else "&immutable=1"
        self._connection = self._connect(f"?mode=ro{alone}")
        self._refuse_other_layout()
        if self._connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise self._damaged_at("the file is not whole")
        if self._connection.execute("SELECT 1 FROM block LIMIT 1").fetchone() is None:
            raise UserError(f"The store {self.path} is empty: nothing was drawn into it.")

    def _damaged_at(self, where: str) -> UserError:
        return UserError(
            f"The store {self.path} is damaged ({where}). Run again what drew it, with --store "
            f"{self.folder}: what can be saved is kept, and the rest is drawn again."
        )

    def rows(self) -> Iterator[Row]:
        """Yield all blocks in the order of their keys.

        Raises
        ------
        UserError
            If one is not as it was written.
        """
        order = ", ".join(Row._fields[:4])
        try:
            for found in self._connection.execute(f"SELECT {_COLUMNS} FROM block ORDER BY {order}"):
                row = Row(*found)
                if not row.is_sound:
                    raise self._damaged_at(f"block {row.number} of {row.simulation}"[:80])
                yield row
        except sqlite3.Error as failure:
            raise self._damaged_at(str(failure)) from failure

    def _connect(self, how: str = "", path: Path | None = None) -> sqlite3.Connection:
        place = f"file:{quote(os.fsencode((path or self.path).resolve()))}{how}"
        connection = sqlite3.connect(place, uri=True, timeout=_BUSY)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        return connection

    def _open(self) -> None:
        """Open the file for reading and writing; save what can be saved of a damaged one."""
        try:
            self._connection = self._connect()
            with damage_told():
                self._lay_out()
                (found,) = self._connection.execute("PRAGMA quick_check(1)").fetchone()
                if found != "ok":
                    raise Damaged
        except Damaged:
            self._connection.close()
            self._salvage()
            self._connection = self._connect()
        self._connection.execute(f"PRAGMA journal_mode = {journal(self.folder)}")
        self._connection.execute("PRAGMA synchronous = NORMAL")

    def _lay_out(self) -> None:
        """Create the table in an empty file, or see that the file has it."""
        if self._is_laid_out():
            return
        with transaction(self._connection) as connection:
            tables = connection.execute("SELECT name FROM sqlite_schema").fetchall()
            if tables == [("block",)] and is_of_first_layout(connection):
                connection.execute("DROP TABLE block")
                self._notes.append(
                    "The stored replicates were made by an older version, without the "
                    "hashes by which damage is noticed; they are drawn again."
                )
                tables = []
            if not tables:
                create(connection)
        self._refuse_other_layout()

    def _is_laid_out(self) -> bool:
        names = ("application_id", "user_version")
        found = [self._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
        schema = self._connection.execute("SELECT sql FROM sqlite_schema").fetchall()
        return found == [APPLICATION, LAYOUT] and schema == [(SCHEMA,)]

    def _refuse_other_layout(self) -> None:
        if not self._is_laid_out():
            raise UserError(
                f"The store {self.path} cannot be used: it is not laid out as this version of "
                "theorycheck does it. Name another folder with --store."
            )

    def _salvage(self) -> None:
        """Copy what can be read of a damaged file, from both of its ends, into a new one."""
        self._share(alone=True)
        saved = self.path.with_suffix(".saved")
        saved.unlink(missing_ok=True)
        with (
            contextlib.closing(self._connect()) as old,
            contextlib.closing(self._connect(path=saved)) as new,
        ):
            with transaction(new):
                create(new)
                for order in ("", "DESC"):
                    by = ", ".join(f"{name} {order}" for name in Row._fields[:4])
                    with contextlib.suppress(sqlite3.Error):
                        for row in old.execute(f"SELECT {_COLUMNS} FROM block ORDER BY {by}"):
                            insert(new, [Row(*row)], "IGNORE")
            (count,) = new.execute("SELECT COUNT(*) FROM block").fetchone()
        self._unlink()
        saved.replace(self.path)
        self._share()
        self._notes.append(
            f"The store was damaged: {count} blocks could be saved, the others are drawn again."
        )

    def _share(self, *, alone: bool = False) -> None:
        """Say to other processes that the file is in use; ``alone`` asks that nobody else does.

        Raises
        ------
        UserError
            If somebody else does.
        """
        if self._lock < 0:
            place = self.path.with_suffix(".lock")
            self._lock = os.open(place, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(self._lock, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as failure:
            raise UserError(
                f"The store {self.path} is in use by another run. Wait until that is done, or name "
                "another folder with --store."
            ) from failure
        except OSError:  # a file system without locks
            return

    def _unlink(self) -> None:
        for suffix in ("-wal", "-shm", ""):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def _unusable(self, failure: Exception) -> UserError:
        if self._only_read:
            return UserError(f"The store {self.path} cannot be read ({failure}).")
        advice = {
            "SQLITE_BUSY": "Another run is writing to it; wait until that is done, or name another "
            "folder with --store.",
            "SQLITE_FULL": "Make room on the disk, or name another folder with --store.",
            "SQLITE_NOTADB": "Name another folder with --store, or start anew with --fresh.",
            "SQLITE_CORRUPT": "Run it again: what can be saved of it is kept, and the rest is "
            "drawn again.",
        }.get(getattr(failure, "sqlite_errorname", ""), "Name another folder with --store.")
        return UserError(f"The store {self.path} cannot be used ({failure}). {advice}")

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
        if hasattr(self, "_connection"):
            self._connection.close()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    @property
    def notes(self) -> list[str]:
        """What a reader should know: what was not as it was written, and is drawn again."""
        notes = list(self._notes)
        if self._damaged:
            blocks = "1 stored block was" if self._damaged == 1 else f"{self._damaged} blocks were"
            notes.append(f"{blocks} damaged, and drawn again.")
        if self._stale:
            notes.append(
                f"Stored replicates did not come out again when a block was drawn anew: "
                f"{', '.join(self._stale)}. The code, its data or a library has changed; all of "
                "them were drawn again."
            )
        return notes

    def tell(self, words: str) -> None:
        """Add a note."""
        self._notes.append(words)

    def add(self, blocks: Iterable[Block]) -> None:
        """Write blocks in one transaction."""
        rows = [Row.of(block) for block in blocks]
        if not rows:
            return
        if not self.is_writable:
            raise UserError(
                f"The store {self.path} can only be read, and has not all of the replicates. Name "
                "another folder with --store."
            )
        try:
            with self._connection:
                insert(self._connection, rows, "REPLACE")
        except sqlite3.Error as failure:  # the disk is full, the folder is gone
            raise self._unusable(failure) from failure

    def forget(self, simulation: str, words: str) -> None:
        """Delete all blocks of a simulation, which do not come out again.

        Parameters
        ----------
        words : str
            What the notes call it.
        """
        if not self.is_writable:
            raise UserError(
                f"The replicates of {words} in {self.path} do not come out again, and the store "
                "can only be read. Name another folder with --store."
            )
        self._stale.append(words)
        try:
            with self._connection:
                self._connection.execute("DELETE FROM block WHERE simulation = ?", (simulation,))
        except sqlite3.Error as failure:
            raise self._unusable(failure) from failure

    def costs(self, simulation: str, cell: str, seed: int) -> dict[int, float]:
        """Return which blocks are there, and the CPU time that each took when it was made."""
        rows = self._select("number, seconds", _KEY, (simulation, cell, seed))
        return {
            number: seconds
            for number, seconds in rows
            if isinstance(number, int) and isinstance(seconds, float) and math.isfinite(seconds)
        }

    def numbers(self, simulation: str, cell: str, seed: int) -> set[int]:
        """Return which blocks are there."""
        return set(self.costs(simulation, cell, seed))

    def seconds(self, simulation: str, cell: str, seed: int, count: int) -> float:
        """Return the CPU time that the first ``count`` blocks took when they were made."""
        costs = self.costs(simulation, cell, seed)
        return float(sum(costs[number] for number in sorted(costs) if number < count))

    def sound(
        self, simulation: str, cell: str, seed: int, wanted: range, rows: int | None = None
    ) -> set[int]:
        """Return which of some blocks are there as they were written; the others count as missing.

        Parameters
        ----------
        rows : int, optional
            How many replicates a block has.
        """
        found = self._rows(simulation, cell, seed, wanted)
        sound = {row.number for row in found if row.arrays(rows) is not None}
        self._damaged += len(found) - len(sound)
        return sound

    def block(
        self, simulation: str, cell: str, seed: int, number: int
    ) -> tuple[dict[str, np.ndarray], str]:
        """Return the observables of a block, and what it was made with.

        Raises
        ------
        MissingBlocks
            If it is not there as it was written.
        """
        rows = self._rows(simulation, cell, seed, range(number, number + 1))
        if len(rows) != 1 or (arrays := rows[0].arrays()) is None:
            raise MissingBlocks(f"block {number} is missing")
        return arrays, rows[0].made

    def replicates(
        self,
        simulation: str,
        cell: str,
        seed: int,
        start: int,
        stop: int,
        rows: int | None = None,
    ) -> dict[str, np.ndarray]:
        """Return the observables of blocks ``start`` to ``stop - 1``, joined in order.

        Raises
        ------
        MissingBlocks
            If a block is missing, or is not as it was written.
        DifferentObservables
            If the blocks do not belong together.
        """
        found = self._rows(simulation, cell, seed, range(start, stop))
        parts = [arrays for row in found if (arrays := row.arrays(rows)) is not None]
        if len(parts) != stop - start:
            raise MissingBlocks(f"{stop - start - len(parts)} blocks are missing")
        return join(parts)

    def _rows(self, simulation: str, cell: str, seed: int, wanted: range) -> list[Row]:
        """Return the rows of some blocks by their numbers; of a number that is twice, none."""
        where = f"{_KEY} AND number >= ? AND number < ? ORDER BY number"
        values = (simulation, cell, seed, wanted.start, wanted.stop)
        return [Row(*row) for row in self._select(_COLUMNS, where, values)]

    def _select(self, what: str, where: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(
                f"SELECT {what} FROM block WHERE {where}", values
            ).fetchall()
        except (MemoryError, OverflowError, sqlite3.Error) as failure:
            raise self._unusable(failure) from failure
