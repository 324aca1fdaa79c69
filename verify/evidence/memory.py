"""How much memory this process may use."""

from __future__ import annotations

import os
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
OWN_GROUPS = Path("/proc/self/cgroup")


def memory() -> float:
    """Return the bytes of memory of this machine, or of the container that this process is in."""
    machine = float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return min([machine, *_limits()])


def _limits() -> list[float]:
    """Return the limits of the control groups around this process, in both versions of these."""
    try:
        lines = OWN_GROUPS.read_text().splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers not in ("", "memory") and "memory" not in controllers.split(","):
            continue
        root, name = (
            (GROUPS / "memory", "memory.limit_in_bytes") if controllers else (GROUPS, "memory.max")
        )
        group = root / path.strip("/")
        for folder in (group, *group.parents):
            if folder.is_relative_to(root):
                found += _read(folder / name)
    return found


def _read(file: Path) -> list[float]:
    try:
        return [float(file.read_text())]
    except (OSError, ValueError):  # "max" stands for none
        return []
