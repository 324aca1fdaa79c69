"""What was said about papers once is said again without reading them, as long as nothing changed.

Reading a paper means building its formulas. What `verify list` and `verify show` say of it depends
on our source files, and on the budgets, so it is kept under their hash.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from verify import plugins
from verify.evidence import cache

_SOURCES = ("bounds", "sim", "verify")
_PRINTERS = ("sympy", "numpy")


def remembered(command: str, ids: Sequence[str], gather: Callable[[], Any]) -> Any:
    """Return what is said of some ids, as it was kept or else as it is gathered now.

    Parameters
    ----------
    command : str
        What is asked: a name for this kind of answer.
    ids : sequence of str
        About what. Nothing is kept about a file of one's own, nor where there are plug-ins.
    gather : callable
        Returns the answer as plain data. Kept answers have lists for its tuples.
    """
    request = json.dumps([command, *ids])
    key = "" if any(_is_of_file(name) for name in ids) else source_key()
    name = hashlib.sha256(request.encode()).hexdigest()[:32]
    entry = (cache.recall("statements", name) if key else None) or {}
    if entry.get("key") == key and entry.get("request") == request and _is_whole(entry):
        return entry["answer"]
    answer = gather()
    if key:
        entry = {"key": key, "request": request, "answer": answer, "seal": _seal(answer)}
        cache.keep("statements", name, entry)
    return answer


def _is_of_file(name: str) -> bool:
    """Whether it is FILE.py, or a part of one."""
    return name.endswith(".py") or ".py#" in name


def _is_whole(entry: dict[str, Any]) -> bool:
    """Whether an answer is the one that was kept."""
    return "answer" in entry and entry.get("seal") == _seal(entry["answer"])


def _seal(answer: Any) -> str:
    return hashlib.sha256(json.dumps(answer, sort_keys=True).encode()).hexdigest()


def source_key() -> str:
    """Return a hash of all of our code, budgets and printers; empty where that is not known."""
    if plugins.installed():
        return ""
    budgets = [os.environ.get(f"THEORYCHECK_{one}_SECONDS") for one in ("QUICK", "FULL")]
    parts = hashlib.sha256(repr((sys.version_info, budgets)).encode())
    for package in _PRINTERS:
        parts.update(importlib.metadata.version(package).encode())
    for package in _SOURCES:
        spec = importlib.util.find_spec(package)
        folders = [Path(one) for one in spec.submodule_search_locations or ()] if spec else []
        files = {file: folder for folder in folders for file in folder.rglob("*.py")}
        if not files:
            return ""
        for file in sorted(files):
            code = hashlib.sha256(file.read_bytes()).hexdigest()
            parts.update(f"{package}/{file.relative_to(files[file])}\0{code}\0".encode())
    return parts.hexdigest()
