"""Reading back what was written, and looking up what is registered."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal, NoReturn, Union, get_args, get_origin, get_type_hints

from bounds import Theorem
from verify.catalogue.registry import load_registry
from verify.errors import UserError
from verify.evidence.context import Context
from verify.evidence.settings import DEFAULT_STORE, Settings
from verify.judging.judgement import Outcome
from verify.judging.verdict import Verdict
from verify.report import SCHEMA, Report


def load(what: str | Path, *, store: str | Path = DEFAULT_STORE) -> Report | Theorem:
    """Read a report from a JSON file, or look up a theorem by its id.

    Parameters
    ----------
    what : str or path
        A file written by ``verify run --json`` or `Report.to_json`, or an id such as
        ``"xing2021/equation-5"``.
    store : path
        Where the replicates of the report are kept, for its plots.

    Raises
    ------
    UserError
        If the file cannot be read or is not a report, or no theorem has that id.
    """
    if Path(what).suffix != ".json":
        return load_registry().theorem(str(what))
    return load_report(what, store=store)


def load_report(path: str | Path, *, store: str | Path = DEFAULT_STORE) -> Report:
    """Read a report from a JSON file.

    Raises
    ------
    UserError
        If the file cannot be read or is not a report.
    """
    path = Path(path)
    try:
        data = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
    except OSError as failure:
        raise UserError(f"The report {path} cannot be read: {failure.strerror}.") from failure
    except (ValueError, RecursionError) as failure:
        raise UserError(f"{path} is not JSON: {failure}.") from failure
    if not isinstance(data, dict) or data.get("schema") != SCHEMA or "claims" not in data:
        raise UserError(f"{path} is not a report of `verify run --json` (schema {SCHEMA}).")
    try:
        _refuse_odd(data)
        report = Report.from_dict(data)
        settings = Settings(
            budget=data["budget"],
            alpha=data["alpha"],
            seed=data["seed"],
            store=store,
            overrides=dict(data.get("set", {})),
            as_far={one.id: one.replicates for one in report if report.replicates is not None},
        )
        return replace(report, context=Context(load_registry(), settings))
    except (AttributeError, KeyError, TypeError, ValueError) as failure:
        raise UserError(
            f"{path} is not a whole report of `verify run --json`: something is missing or has "
            f"another type ({failure})."
        ) from failure


_DEEPEST = 40
_LARGEST = 1e300
_IN_DETAIL = {
    "blunt": bool,
    "why_blunt": str,
    "cells": int,
    "confirmation": Mapping[str, Any] | None,
    "forecast": float | None,
    "forecast_size": float | None,
    "left_out": str,
    "look": int,
    "margins": Mapping[str, float | None],
    "pins": tuple[Mapping[str, Any], ...],
    "values": Mapping[str, Any],
}
_IN_FILES = ("name", "hash")


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _refuse_odd(data: Mapping[str, Any]) -> None:
    """Refuse what a run would not have written: a report may come from anybody.

    Raises
    ------
    TypeError
        Saying what has another type, or is missing.
    """
    _refuse_odd_texts(data)
    report, verdict = get_type_hints(Report), get_type_hints(Verdict)
    own = {"verdicts", "seconds", "context"}
    for name, hint in report.items():
        if name in data and name not in own and not _conforms(data[name], hint):
            raise TypeError(f"{name} is {data[name]!r}"[:80])
    if not all(name in file for file in data.get("files", ()) for name in _IN_FILES):
        raise TypeError("a file without a name or a hash")
    if not isinstance(data["claims"], list):
        raise TypeError("the claims are no list")
    if not _conforms(data["summary"], Mapping[str, float]):
        raise TypeError("the summary does not count")
    for claim in data["claims"]:
        hints = {**verdict, "verdict": Outcome, "expected": Outcome, **_IN_DETAIL}
        for name, hint in hints.items():
            if name in claim and not _conforms(claim[name], hint):
                raise TypeError(f"{name} of a claim is {claim[name]!r}"[:80])


def _conforms(value: Any, hint: Any) -> bool:
    """Whether a value read from JSON is what a field of that type was written as."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return any(_conforms(value, part) for part in parts)
    if origin is Literal:
        return isinstance(value, str) and value in parts
    if origin is tuple and parts[-1] is Ellipsis:
        return isinstance(value, list) and all(_conforms(one, parts[0]) for one in value)
    if origin is tuple:
        return (
            isinstance(value, list)
            and len(value) == len(parts)
            and all(map(_conforms, value, parts))
        )
    if origin is not None:  # a mapping from text
        return isinstance(value, dict) and all(_conforms(one, parts[1]) for one in value.values())
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        needed = {one.name for one in fields(hint) if one.default is MISSING}
        return (
            isinstance(value, dict)
            and needed <= value.keys()
            and all(_conforms(one, hints.get(name, Any)) for name, one in value.items())
        )
    if hint in (int, float):
        return type(value) in (int, hint) and abs(value) < _LARGEST
    return hint is Any or (value is None if hint is type(None) else isinstance(value, hint))


def _refuse_odd_texts(value: Any, depth: int = 0) -> None:
    """Refuse texts that cannot be printed, or that tell a terminal to do something.

    Raises
    ------
    ValueError
        If there is one, or the value is nested too deeply.
    """
    if depth > _DEEPEST:
        raise ValueError("it is nested too deeply")
    if isinstance(value, str):
        value.encode("utf-8")
        if any(not one.isprintable() and not one.isspace() for one in value) or "\r" in value:
            raise ValueError("a text has characters that cannot be printed")
    elif isinstance(value, dict):
        for name, one in value.items():
            _refuse_odd_texts(name, depth + 1)
            _refuse_odd_texts(one, depth + 1)
    elif isinstance(value, list):
        for one in value:
            _refuse_odd_texts(one, depth + 1)
