"""Reading back what was written, and looking up what is registered."""

from __future__ import annotations

import json
from pathlib import Path

from bounds import Theorem
from verify.catalogue.registry import load_registry
from verify.errors import UserError
from verify.evidence.settings import DEFAULT_STORE, Settings
from verify.report import SCHEMA, Context, Report


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
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as failure:
        raise UserError(f"The report {path} cannot be read: {failure.strerror}.") from failure
    except (ValueError, RecursionError) as failure:
        raise UserError(f"{path} is not JSON: {failure}.") from failure
    if not isinstance(data, dict) or data.get("schema") != SCHEMA or "claims" not in data:
        raise UserError(f"{path} is not a report of `verify run --json` (schema {SCHEMA}).")
    try:
        settings = Settings(
            budget=data["budget"],
            alpha=data["alpha"],
            seed=data["seed"],
            store=store,
            overrides=dict(data.get("set", {})),
        )
        return Report.from_dict(data, context=Context(load_registry(), settings))
    except (AttributeError, KeyError, TypeError, ValueError) as failure:
        raise UserError(
            f"{path} is not a whole report of `verify run --json`: something is missing or has "
            f"another type ({failure})."
        ) from failure
