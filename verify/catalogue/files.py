"""Files with theorems of one's own, and where a worker process finds a simulation."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path
from types import ModuleType

from verify.catalogue.advice import advice
from verify.catalogue.check import Check
from verify.catalogue.contained import SimulationFailed, is_interrupt, no_exit, said, same_folder
from verify.catalogue.fingerprint import fingerprint
from verify.catalogue.grid import digest
from verify.catalogue.imports import (
    Stamp,
    code_of,
    forget_modules,
    imported,
    importing_from,
    is_own,
    stamp,
)
from verify.errors import UserError, place


@dataclass(frozen=True)
class Home:
    """Where a simulation lives: a module or a Python file, and its name in there.

    A worker imports this place alone, and not everything that is registered. ``saboteur`` names one
    of the check's spoiled simulations.
    """

    place: str
    name: str
    saboteur: str = ""

    @property
    def is_file(self) -> bool:
        """Whether the place is a file and no module."""
        return self.place.endswith(".py")

    def find(self) -> Check:
        """Return the check; a name with a dot stands for an attribute of what it names."""
        if self.is_file:
            found = read(self.place).checks[self.name]
        else:
            found = attrgetter(self.name)(importlib.import_module(self.place))
        assert isinstance(found, Check)
        return found.sabotaged(self.saboteur) if self.saboteur else found


@dataclass(frozen=True)
class File:
    """A file that was read: its module, and its checks by their names in there.

    These checks carry the file and the fingerprint of their code, to which the user's own modules
    belong that the file imports.
    """

    module: ModuleType
    checks: Mapping[str, Check]
    imports: Mapping[str, Path]


_files: dict[Path, tuple[tuple[Stamp, ...], File]] = {}
"""What was read, and the stamps of the files that it was read from."""


def stamps(path: str | Path) -> tuple[Stamp, ...]:
    """Return what changes when a file, or a module of the user's that it imports, is written."""
    path = Path(path)
    known = _files[path][1].imports if path in _files else {}
    return tuple(stamp(file) for file in (path, *{**imported(path), **known}.values()))


def read(path: str | Path) -> File:
    """Read a file with theorems; again only if it, or a module that it imports, has changed.

    Raises
    ------
    UserError
        If there is no such file, or it cannot be run.
    """
    path = Path(path)
    if path not in _files or _files[path][0] != stamps(path):
        _files.pop(path, None)
        file = _read(path)
        _files[path] = (), file
        _files[path] = stamps(path), file
    return _files[path][1]


@contextmanager
def at_home(source: str) -> Iterator[None]:
    """Let the code of a user's file import what lies beside it; without a file, change nothing."""
    path = Path(source)
    if path not in _files:
        yield
        return
    forget_modules(_files[path][1].imports)
    with importing_from(path.parent):
        yield


def _read(path: Path) -> File:
    if not path.is_file():
        raise UserError(f"There is no file {path}.")
    name = f"theorycheck_file_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    forget_modules({})
    try:
        text = path.read_text(encoding="utf-8")
        with same_folder(), no_exit(), importing_from(path.parent) as imports:
            spec.loader.exec_module(module)
        imports |= imported(path)
        codes = [(name, code_of(place)) for name, place in sorted(imports.items())]
    except UserError:
        raise
    except BaseException as failure:
        if is_interrupt(failure):
            raise
        raise UserError(_mistake(failure, path)) from failure

    def located(check: Check) -> Check:
        own = fingerprint(text, getattr(check.simulate, "__name__", ""))
        code = digest([own, codes]) if codes else own
        return replace(check, source=str(path), code=code, parts={path.name: own, **dict(codes)})

    checks = {
        key: located(value)
        for key, value in vars(module).items()
        if isinstance(value, Check) and not _of_this_package(value)
    }
    return File(module, checks, imports)


def _of_this_package(check: Check) -> bool:
    """Whether a file only imports a check: its replicates depend on no code of the file."""
    return getattr(check.simulate, "__module__", "").startswith("verify.checks.")


def _mistake(failure: BaseException, path: Path) -> str:
    """Say in a line where a file cannot be run, what was raised, and what to write instead."""
    frames = [(file, line) for file, line in _frames(failure) if Path(file).is_file()]
    own = [(file, line) for file, line in frames if is_own(file) and not _is_ours(file)]
    if isinstance(failure, SyntaxError) and failure.filename:
        own.append((failure.filename, failure.lineno or 1))
        words = f"{type(failure).__name__}: {failure.msg}"
    else:
        words = said(failure) + advice(failure)
    here = [line for file, line in own if Path(file) == path]
    where = place(str(path), here[-1]) if here else str(path)
    if own and Path(own[-1][0]) != path:
        words += f" (in {place(*own[-1])})"
    return f"{where}: {words}"


def _is_ours(file: str) -> bool:
    """Whether a file belongs to this distribution, installed or not."""
    root = Path(__file__).parents[2]
    return any(Path(file).is_relative_to(root / name) for name in ("bounds", "sim", "verify"))


def _frames(failure: BaseException) -> Iterator[tuple[str, int]]:
    """Yield file and line of the frames of a failure, the innermost last."""
    trace = failure.__traceback__
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next


def place_of(failure: BaseException, simulate: object) -> str:
    """Return FILE:LINE where a simulation failed, innermost in its own folder.

    Where nothing of that was running, it is the place where the simulation is defined.
    """
    code = getattr(simulate, "__code__", None)
    if code is None:
        return ""
    folder = Path(code.co_filename).parent
    raised = failure.__cause__ if isinstance(failure, SimulationFailed) else None
    frames = itertools.dropwhile(
        lambda frame: frame[0] != code.co_filename, _frames(raised or failure)
    )
    near = [(file, line) for file, line in frames if Path(file).is_relative_to(folder)]
    own = [(file, line) for file, line in near if file == code.co_filename or is_own(file)]
    return place(*(own[-1] if own else (code.co_filename, code.co_firstlineno)))
