"""How verdicts and statuses are marked in a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from verify.judging.standing import Standing
from verify.judging.status import Status

Look = Standing | Literal["as corrected", "not computed"]
"""How a verdict or a status is marked and coloured."""

OUTSIDE: Look = "holds outside its regime"

LOOKS: Mapping[Status, Look] = {
    "holds": "holds",
    "as corrected": "as corrected",
    "broken": "false as printed",
    "rests on broken": "unexpected",
    "undecided": "needs more",
    "not applicable": "not applicable",
    "not run": "not computed",
    "unknown": "not computed",
}

STATUS_WORDS: Mapping[Status, str] = {
    "holds": "holds",
    "as corrected": "holds as corrected",
    "broken": "broken",
    "rests on broken": "rests on something broken",
    "undecided": "undecided",
    "not applicable": "nothing that can be checked",
    "not run": "not computed in full",
    "unknown": "not known here",
}

MARKS: Mapping[str, str] = {
    "holds": "✓",
    "holds outside its regime": "◐",
    "as corrected": "✎",
    "false as printed": "✗",
    "unexpected": "⚠",
    "no violation yet": "○",
    "needs more": "?",
    "not applicable": "–",
    "not computed": "…",
}
"""A sign for each look, so that nothing rests on colour alone."""
