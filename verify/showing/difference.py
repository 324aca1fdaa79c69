"""What changed between two reports, for people."""

from __future__ import annotations

from rich.console import Group
from rich.text import Text

from verify.showing.rows import Rows
from verify.showing.tables import Results, number


def difference_table(before: Results, after: Results) -> Group:
    """Return what changed between two reports."""
    old = {verdict.id: verdict for verdict in before.verdicts}
    new = {verdict.id: verdict for verdict in after.verdicts}
    rows = []
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            rows.append((name, "removed", old[name].verdict, ""))
        elif name not in old:
            rows.append((name, "added", "", new[name].verdict))
        elif old[name].verdict != new[name].verdict:
            rows.append((name, "verdict", old[name].verdict, new[name].verdict))
        elif old[name].observed != new[name].observed:
            rows.append((name, "observed", number(old[name].observed), number(new[name].observed)))
    was, is_ = _settings(before), _settings(after)
    changed = [
        (f"({name})", "setting", was.get(name, ""), is_.get(name, ""))
        for name in dict.fromkeys([*was, *is_])
        if was.get(name) != is_.get(name)
    ]
    if not rows and not changed:
        return Group(Text("The two reports say the same."))
    return Group(Rows(("claim", "change", "before", "after"), changed + rows))


def _settings(report: Results) -> dict[str, str]:
    """Return how a report was made, by name."""
    names = ("version", "budget", "alpha", "seed")
    return {
        **{name: str(getattr(report, name)) for name in names},
        **{f"set {name}": str(value) for name, value in report.set.items()},
        **{file["name"]: file["hash"][:12] for file in report.files},
    }
