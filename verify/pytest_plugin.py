"""Plug-in of pytest: the lines that replay what failed, together at the end of a run.

It is loaded by pytest wherever theorycheck is installed, and so imports nothing of it.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

PROPERTY = "theorycheck_replay"
"""Of the report of a failed test: the command that shows the failure again."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put the line into the report; processes of pytest-xdist send it along."""
    report = yield
    replay = getattr(call.excinfo.value, "replay", "") if call.excinfo else ""
    if report.failed and replay:
        report.user_properties.append((PROPERTY, replay))
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the lines of all tests."""
    failed = terminalreporter.stats.get("failed", ())
    lines = [line for one in failed for name, line in one.user_properties if name == PROPERTY]
    if lines:
        terminalreporter.section("replay")
    for line in lines:
        terminalreporter.write_line(line)
