"""Stores that were drawn in parts, joined to one."""

from __future__ import annotations

import contextlib
import heapq
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from verify.errors import UserError
from verify.evidence.blocks import Row, alike
from verify.evidence.changes import join_codes
from verify.evidence.layout import create, insert, transaction
from verify.evidence.parts import Part
from verify.evidence.record import Record
from verify.evidence.store import Store

BATCH = 256
"""Blocks that are written at one time."""


@dataclass(frozen=True)
class Merged:
    """What was joined.

    Attributes
    ----------
    folder : path
        Of the new store.
    blocks : int
        How many it has.
    given : sequence of (path, int, sequence of str)
        The stores that were joined, how many blocks each had, and which parts of a run it was.
    equal, close : int
        Blocks that were in several stores: bit for bit, and up to rounding.
    """

    folder: Path
    blocks: int
    given: Sequence[tuple[Path, int, Sequence[str]]]
    equal: int
    close: int

    @property
    def missing(self) -> list[str]:
        """The parts of the same run that none of the stores has."""
        there = {Part.parse(part) for _, _, parts in self.given for part in parts}
        wholes = {part.of for part in there}
        every = {Part(number, of) for of in wholes for number in range(1, of + 1)}
        return [str(part) for part in sorted(every - there)]


def merge(stores: Iterable[str | Path], into: str | Path) -> Merged:
    """Join stores of equal seed, settings and fingerprints to a new one.

    A block that is in several of them is compared: bit for bit where it was made with the same
    versions on processors of one kind, elsewhere to 1e-9. The stores themselves stay as they are.

    Parameters
    ----------
    stores : iterable of paths
        At least two folders.
    into : path
        The folder of the new store.

    Raises
    ------
    UserError
        If one of them is no store, is empty or damaged, or they do not belong together.
    """
    folders, into = [Path(one) for one in stores], Path(into)
    _refuse_odd(folders, into)
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(Store(folder, only_read=True)) for folder in folders]
        records = [Record.read(folder) for folder in folders]
        _refuse_different(folders, records)
        joiner = _Joiner(folders, [store.rows() for store in opened])
        _write(into, joiner.blocks())
    known = [record for record in records if record]
    if known:
        reduce(Record.joined, known).write(into)
    join_codes(folders, into)
    parts = [record.parts if record else [] for record in records]
    return Merged(
        into,
        joiner.count,
        list(zip(folders, joiner.had, parts, strict=True)),
        joiner.equal,
        joiner.close,
    )


def _write(folder: Path, batches: Iterable[list[Row]]) -> None:
    """Write rows to a new file, which gets its name when all of them are in it."""
    path = Store.place(folder)
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(part)) as connection:
            with transaction(connection):
                create(connection)
                for rows in batches:
                    insert(connection, rows, "ABORT")
        part.replace(path)
    except (OSError, sqlite3.Error) as failure:
        words = getattr(failure, "strerror", None) or failure
        raise UserError(f"{path} cannot be written: {words}.") from failure
    finally:
        part.unlink(missing_ok=True)


def _refuse_odd(folders: Sequence[Path], into: Path) -> None:
    places = [folder.resolve() for folder in folders]
    if len(places) < 2:
        raise UserError("At least two stores are joined: verify merge A B -o C.")
    for at, place in enumerate(places):
        if place in places[:at]:
            raise UserError(f"The store {folders[at]} is named twice.")
    if Store.place(into).exists():
        raise UserError(f"There is a store in {into} already; name a new folder with -o.")


def _refuse_different(folders: Sequence[Path], records: Sequence[Record | None]) -> None:
    """Refuse stores that were drawn with other seeds, settings or code than the first that says."""
    known = [(folder, one) for folder, one in zip(folders, records, strict=True) if one]
    for folder, other in known[1:]:
        first, record = known[0]
        if sorted(record.seeds) != sorted(other.seeds):
            _refuse("seed", first, _listed(record.seeds), folder, _listed(other.seeds))
        settings = [
            _listed(sorted(", ".join(f"{k}={v}" for k, v in s.items()) or "none" for s in one))
            for one in (record.settings, other.settings)
        ]
        if settings[0] != settings[1]:
            _refuse("settings (--set)", first, settings[0], folder, settings[1])
    for at, (folder, other) in enumerate(known):
        for first, record in known[:at]:
            for name in sorted(record.simulations.keys() & other.simulations.keys()):
                if record.simulations[name] != other.simulations[name]:
                    raise UserError(
                        f"The code of {name} is not the same in {first} and {folder}: its "
                        "fingerprints differ. Draw one of them anew, with the code of the other."
                    )


def _refuse(what: str, first: Path, one: str, second: Path, other: str) -> None:
    raise UserError(
        f"Stores are joined of one {what.split()[0]} alone: the {what} of {first}: {one}; of "
        f"{second}: {other}."
    )


def _listed(values: Iterable[object]) -> str:
    return " and ".join(map(str, values)) or "unknown"


class _Joiner:
    """Goes through the blocks of several stores in their common order."""

    def __init__(self, folders: Sequence[Path], rows: Sequence[Iterator[Row]]) -> None:
        self._folders, self._rows = folders, rows
        self.had = [0] * len(folders)
        self.count = self.equal = self.close = 0

    def blocks(self) -> Iterator[list[Row]]:
        """Yield the blocks that the new store has, some at a time."""
        joined = self._joined()
        while batch := list(islice(joined, BATCH)):
            yield batch

    def _joined(self) -> Iterator[Row]:
        every = heapq.merge(*map(self._numbered, range(len(self._rows))), key=itemgetter(0))
        for _, group in groupby(every, key=itemgetter(0)):
            (_, first, row), *others = group
            for _, other, again in others:
                self._compare(first, row, other, again)
            self.count += 1
            yield row

    def _numbered(self, at: int) -> Iterator[tuple[tuple[Any, ...], int, Row]]:
        for row in self._rows[at]:
            self.had[at] += 1
            yield row[:4], at, row

    def _compare(self, first: int, row: Row, other: int, again: Row) -> None:
        if row.data == again.data:
            self.equal += 1
            return
        one, two = row.arrays(), again.arrays()
        if row.made == again.made or one is None or two is None or not alike(one, two):
            how = f"with {row.made}"
            if row.made != again.made:
                how = f"{how}, and with {again.made}"
            raise UserError(
                f"{self._folders[first]} and {self._folders[other]} do not belong together: block "
                f"{row.number} of simulation {row.simulation[:8]} came out differently (made "
                f"{how})."
            )
        self.close += 1
