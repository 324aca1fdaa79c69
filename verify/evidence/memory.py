"""How much memory a run may use, and what keeps it to that."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import sys
from collections.abc import Iterator
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from verify.errors import UserError

GROUPS = Path("/sys/fs/cgroup")
OWN_GROUPS = Path("/proc/self/cgroup")


KEPT = 1 << 28
"""Bytes of freed memory that a process keeps for its next arrays, and does not give back."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h
_LARGEST_MMAP_THRESHOLD = 1 << 25

_UNITS = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12}
_allowed: ContextVar[float | None] = ContextVar("allowed", default=None)


def parse_memory(text: str) -> float:
    """Read a size such as 500MB, 4GB or 4GiB, in bytes.

    Raises
    ------
    UserError
        If it is none.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?\s*", text.lower())
    size = float(found[1]) * _UNITS[found[2]] if found else 0.0
    if found is None or not size or (found[3] and not found[2]):
        raise UserError(f"{text!r} is no size of memory; expected something like 500MB or 4GB.")
    return size * (1.024 ** (" kmgt".index(found[2])) if found[3] else 1.0)


def in_words(size: float) -> str:
    """Write a size for people."""
    for unit, name in ((1e9, "GB"), (1e6, "MB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size / 1e3:.3g} kB"


def memory() -> float:
    """Return the bytes that a run may use: of the machine or container, or what was allowed."""
    machine = float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    allowed = _allowed.get()
    return min([machine, *_limits(), *([] if allowed is None else [allowed])])


@contextlib.contextmanager
def allowing(size: float | None) -> Iterator[None]:
    """Use no more than so many bytes; without a size, what there is."""
    before = _allowed.get()
    _allowed.set(size)
    try:
        yield
    finally:  # by the value: a generator that is left unfinished may end in another context
        _allowed.set(before)


@cache
def _glibc() -> ctypes.CDLL | None:
    """Return the C library of this process if it is glibc, the one whose allocator can be told."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "gnu_get_libc_version") else None


@cache
def keep_freed_memory() -> None:
    """Let the arrays of a block lie in what the block before it freed, once for this process.

    By default glibc gives large arrays back to the kernel when they are freed, and the kernel
    clears every page anew when the next one is written to: on arrays of some megabytes that costs
    several times as much as the arithmetic. What does not fit into `KEPT` goes back as ever.
    """
    library = _glibc()
    if library is not None:
        library.mallopt(_MMAP_THRESHOLD, _LARGEST_MMAP_THRESHOLD)
        library.mallopt(_TRIM_THRESHOLD, KEPT)


@contextlib.contextmanager
def held_to(size: float | None) -> Iterator[None]:
    """Let what is allocated beyond so many further bytes raise `MemoryError`, where Linux can.

    The kernel would otherwise end the process, without a word on which cell it was.
    """
    if size is None or sys.platform != "linux":
        yield
        return
    import resource

    library = _glibc()
    if library is not None:
        library.malloc_trim(0)  # what is kept but free would count as further bytes
    before = resource.getrlimit(resource.RLIMIT_DATA)
    pages = int(Path("/proc/self/statm").read_text().split()[5])
    most = pages * resource.getpagesize() + int(size)
    if before[0] != resource.RLIM_INFINITY:
        most = min(most, before[0])
    resource.setrlimit(resource.RLIMIT_DATA, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def _limits() -> list[float]:
    """Return the limits of the control groups around this process, in both versions of these."""
    try:
        lines = OWN_GROUPS.read_text().splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers not in ("", "memory") and "memory" not in controllers.split(","):
            continue
        root, name = (
            (GROUPS / "memory", "memory.limit_in_bytes") if controllers else (GROUPS, "memory.max")
        )
        group = root / path.strip("/")
        for folder in (group, *group.parents):
            if folder.is_relative_to(root):
                found += _read(folder / name)
    return found


def _read(file: Path) -> list[float]:
    try:
        return [float(file.read_text())]
    except (OSError, ValueError):  # "max" stands for none
        return []
