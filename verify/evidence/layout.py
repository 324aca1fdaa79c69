"""How the SQLite file of a store is laid out, and how it is written."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from verify.evidence.blocks import Row

APPLICATION = 0x7468_6368  # "thch"
LAYOUT = 2

SCHEMA = """CREATE TABLE block (
    simulation TEXT NOT NULL,
    cell TEXT NOT NULL,
    seed INTEGER NOT NULL,
    number INTEGER NOT NULL,
    seconds REAL NOT NULL,
    made TEXT NOT NULL,
    data BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (simulation, cell, seed, number)
) WITHOUT ROWID"""

_OF_A_NETWORK = ("9p", "afs", "ceph", "cifs", "fuse.", "gpfs", "lustre", "nfs", "smb")


class Damaged(Exception):
    """SQLite says that the file is not whole."""


def create(connection: sqlite3.Connection) -> None:
    """Lay out an empty file."""
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {LAYOUT}")
    connection.execute(SCHEMA)


def insert(connection: sqlite3.Connection, rows: list[Row], otherwise: str) -> None:
    """Write rows; ``otherwise`` says, in a word of SQL, what happens to those that are there."""
    marks = ", ".join("?" * len(Row._fields))
    connection.executemany(f"INSERT OR {otherwise} INTO block VALUES ({marks})", rows)


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Change the layout as a whole, and nobody else at the same time."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


@contextlib.contextmanager
def damage_told() -> Iterator[None]:
    """Tell a file that is not whole from one that cannot be used for another reason."""
    try:
        yield
    except sqlite3.Error as failure:
        if getattr(failure, "sqlite_errorname", "").startswith("SQLITE_CORRUPT"):
            raise Damaged from failure
        raise


def is_of_first_layout(connection: sqlite3.Connection) -> bool:
    """Whether the file was written before blocks had hashes."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    names = [row[1] for row in connection.execute("PRAGMA table_info(block)")]
    return application == 0 and names == [*Row._fields[:5], "data"]


def journal(folder: Path) -> str:
    """Return how to write: a log beside the file needs memory that a network does not share."""
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return "WAL"
    here = folder.resolve()
    under = [(len(entry[1]), entry[2]) for entry in mounts if here.is_relative_to(entry[1])]
    kind = max(under, default=(0, ""))[1]
    return "DELETE" if kind.startswith(_OF_A_NETWORK) else "WAL"
