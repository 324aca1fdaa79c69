"""Files with theorems of one's own, and where a worker process finds a simulation."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from types import ModuleType

from verify.catalogue.check import Check
from verify.catalogue.fingerprint import fingerprint
from verify.errors import UserError


@dataclass(frozen=True)
class Home:
    """Where a simulation lives: a module or a Python file, and its name in there.

    A worker imports this place alone, and not everything that is registered.
    """

    place: str
    name: str

    def find(self) -> Check:
        """Return the check; a name with a dot stands for an attribute of what it names."""
        if self.place.endswith(".py"):
            return read(self.place).checks[self.name]
        found = attrgetter(self.name)(importlib.import_module(self.place))
        assert isinstance(found, Check)
        return found


@dataclass(frozen=True)
class File:
    """A file that was read: its module, and its checks by their names in there.

    These checks carry the file and the fingerprint of their code.
    """

    module: ModuleType
    checks: Mapping[str, Check]


def read(path: str | Path) -> File:
    """Read a file with theorems; again only if it has changed.

    Raises
    ------
    UserError
        If there is no such file, or it cannot be run.
    """
    return _read(Path(path), stamp(path))


@lru_cache(maxsize=16)
def _read(path: Path, _: tuple[int, int]) -> File:
    if not path.is_file():
        raise UserError(f"There is no file {path}.")
    name = f"theorycheck_file_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        text = path.read_text(encoding="utf-8")
        spec.loader.exec_module(module)
    except UserError:
        raise
    except (Exception, SystemExit) as failure:
        line = _line_in(failure, path)
        raise UserError(f"{path}{line}: {type(failure).__name__}: {failure}") from failure
    checks = {
        key: replace(
            value,
            source=str(path),
            code=fingerprint(text, getattr(value.simulate, "__name__", "")),
        )
        for key, value in vars(module).items()
        if isinstance(value, Check) and not _of_this_package(value)
    }
    return File(module, checks)


def _of_this_package(check: Check) -> bool:
    """Whether a file only imports a check: its replicates depend on no code of the file."""
    return getattr(check.simulate, "__module__", "").startswith("verify.checks.")


def _line_in(failure: BaseException, path: Path) -> str:
    """Return ":LINE" of the innermost frame of a failure that lies in a file."""
    trace, line = failure.__traceback__, ""
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename) == path:
            line = f":{trace.tb_lineno}"
        trace = trace.tb_next
    return line


def stamp(path: str | Path) -> tuple[int, int]:
    """Return what changes when a file is written: its time and its size."""
    try:
        status = Path(path).stat()
    except OSError:
        return (0, 0)
    return status.st_mtime_ns, status.st_size
