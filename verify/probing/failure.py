"""The failure of a test: where a claim is broken, and the command that shows it again."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Mapping
from typing import Any

import numpy as np

from verify.catalogue.grid import canonical
from verify.errors import UserError

REPLAY = "THEORYCHECK_REPLAY"
"""Environment variable with the point, as JSON, at which alone the tests of claims look."""


class ClaimBroken(AssertionError):
    """A claim is broken; ``replay`` is the command that shows it again."""

    __module__ = "verify.testing"  # where it is found

    def __init__(self, message: str, replay: str) -> None:
        self.replay = replay
        super().__init__(f"{message}\n  replay: {replay}")


def point_to_replay() -> dict[str, Any] | None:
    """Return the point that the environment names.

    Raises
    ------
    UserError
        If what stands there is none.
    """
    text = os.environ.get(REPLAY, "")
    if not text:
        return None
    try:
        point = json.loads(text)
    except ValueError as failure:
        raise UserError(f"{REPLAY} is no JSON: {failure}.") from failure
    if not isinstance(point, dict):
        raise UserError(f"{REPLAY} is a dictionary of parameters, not {text}.")
    return {name: np.array(v) if isinstance(v, list) else v for name, v in point.items()}


def replay_here(cell: Mapping[str, Any]) -> str:
    """Return a command that looks at one point alone."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0] or "FILE.py::TEST"
    return f"{REPLAY}={shlex.quote(json.dumps(canonical(cell)))} pytest {shlex.quote(test)}"
