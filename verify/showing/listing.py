"""Every claim in a row, as ``verify list`` prints it."""

from __future__ import annotations

from verify.showing.remembered import remembered


def claims(ids: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return id, kind, expected verdict and statement of every claim."""
    found: list[tuple[str, ...]] = remembered("list", ids, lambda: _rows(ids))
    return found


def _rows(ids: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return what the table has of each claim, for which no check is read."""
    from verify.catalogue.selection import registry_for, select
    from verify.showing.facts import one_line
    from verify.showing.plain import plain

    return [
        (item.id, item.claim.kind, item.claim.expected, plain(one_line(item)))
        for item in select(registry_for(ids), ids)
    ]
