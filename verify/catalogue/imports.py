"""What a user's file imports that is not installed: the outcome depends on it, too."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from verify.catalogue.fingerprint import fingerprint

Stamp = tuple[int, int]

_FRAMEWORK = ("bounds", "verify")
_KEPT = ("bounds", "sim", "verify")
"""Never read twice: their classes are compared."""

_INSTALLED = tuple(
    Path(sysconfig.get_path(name)).resolve()
    for name in ("stdlib", "platstdlib", "purelib", "platlib")
)


def stamp(path: str | Path) -> Stamp:
    """Return what changes when a file is written: its time and its size."""
    try:
        status = Path(path).stat()
    except OSError:
        return (0, 0)
    return status.st_mtime_ns, status.st_size


def imported(path: Path) -> dict[str, Path]:
    """Return the modules outside the installed packages that a file imports, directly or not.

    An import counts wherever it stands, also inside a function.
    """
    found: dict[str, Path] = {}
    unread = [(path, "")]
    while unread:
        file, package = unread.pop()
        for name in _mentioned(file, stamp(file), package):
            if name in found or name.partition(".")[0] in _FRAMEWORK:
                continue
            spec = _spec(name, str(path.parent))
            origin = spec.origin if spec and spec.has_location else None
            if origin is None or not is_own(origin):
                continue
            found[name] = place = Path(origin)
            if place.suffix == ".py":
                is_package = place.name == "__init__.py"
                unread.append((place, name if is_package else name.rpartition(".")[0]))
    return dict(sorted(found.items()))


def is_own(file: str) -> bool:
    """Whether a file is a user's own: outside the standard library and what is installed."""
    place = Path(file).resolve()
    if {"site-packages", "dist-packages"} & set(place.parts):
        return False
    return not any(place.is_relative_to(folder) for folder in _INSTALLED)


def code_of(path: Path) -> str:
    """Return a fingerprint of a whole module."""
    data = path.read_bytes()
    try:
        return fingerprint(data.decode("utf-8"), "")
    except (SyntaxError, ValueError):  # a compiled one, for instance
        return hashlib.sha256(data).hexdigest()[:32]


@lru_cache(maxsize=256)
def _mentioned(file: Path, _: Stamp, package: str) -> frozenset[str]:
    """Return the names of modules that may be meant by the imports of a file."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return frozenset()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            above = parts[: len(parts) - node.level + 1] if node.level else []
            base = ".".join(part for part in (*above, node.module or "") if part)
            names |= {base, *(f"{base}.{alias.name}".lstrip(".") for alias in node.names)}
        elif isinstance(node, ast.Call) and len(node.args) == 1:  # importlib.import_module("name")
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            value = getattr(node.args[0], "value", None)
            if called in ("import_module", "__import__") and isinstance(value, str):
                names.add(value)
    whole = [name.split(".") for name in names if all(name.split("."))]
    return frozenset(".".join(name[:stop]) for name in whole for stop in range(1, len(name) + 1))


def _spec(name: str, folder: str) -> ModuleSpec | None:
    """Find a module as a file in a folder would, without importing anything."""
    top, *rest = name.split(".")
    if top in sys.stdlib_module_names:
        return None
    with contextlib.suppress(Exception):  # finders are anybody's code
        spec = PathFinder.find_spec(top, [folder])
        for finder in sys.meta_path:
            spec = spec or finder.find_spec(top, None)
        for part in rest:
            if spec is None or spec.submodule_search_locations is None:
                return None
            top += f".{part}"
            spec = PathFinder.find_spec(top, list(spec.submodule_search_locations))
        return spec
    return None


_read_by_files: dict[str, Path] = {}
"""Modules that were imported because a user's file did."""


def forget_modules(keep: Mapping[str, Path]) -> None:
    """Let modules of users' files be imported anew, but for those that are to be kept."""
    for name, place in list(_read_by_files.items()):
        if keep.get(name) != place:
            sys.modules.pop(name, None)
            del _read_by_files[name]


@contextlib.contextmanager
def importing_from(folder: Path) -> Iterator[dict[str, Path]]:
    """Import from a folder first, as Python does for a script.

    Nothing is compiled for later: of two states of a file in one second Python takes the compiled
    first one for the second, if they are of one length.

    Yields a mapping that has, at the end, the user's own modules that were imported.
    """
    before = set(sys.modules)
    new: dict[str, Path] = {}
    sys.path.insert(0, str(folder))
    kept, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield new
    finally:
        sys.dont_write_bytecode = kept
        with contextlib.suppress(ValueError):
            sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if name.partition(".")[0] not in _KEPT and file is not None and is_own(file):
                new[name] = Path(file)
        _read_by_files.update(new)
