"""Files of results: written whole or not at all, and refused before anything is computed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from verify.errors import UserError


def refuse_unwritable(path: str | Path) -> None:
    """Refuse a file that could not be written at the end of a run.

    Raises
    ------
    UserError
        Saying why.
    """
    path = Path(path)
    if path.is_dir():
        raise UserError(f"{path} cannot be written: it is a folder.")
    if path.suffix == ".py" and path.exists():
        raise UserError(f"{path} is a program, and results are not written over it.")
    if path.exists() and not path.is_file():  # a pipe, or a device
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=path.resolve().parent).close()
    except OSError as failure:
        raise UserError(f"{path} cannot be written: {failure.strerror}.") from failure


def write_whole(path: str | Path, text: str) -> None:
    """Write a text such that whoever reads the file sees all of it, or what was there before.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():  # a pipe, or a device
            path.write_text(text, encoding="utf-8", errors="replace")
            return
        target = path.resolve()
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_mask()
        handle, part = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as stream:
                stream.write(text)
            os.chmod(part, mode)
            os.replace(part, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(part)
            raise
    except OSError as failure:
        raise UserError(f"{path} cannot be written: {failure.strerror}.") from failure


def _mask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
