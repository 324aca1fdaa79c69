"""What a statement rests on: computed along `uses` from verdicts, never set by hand.

A statement may be used as it is corrected: then its printed form (the claims that are expected to
be broken) may well be broken, if nothing else of it is. Whoever needs the printed form names that
claim: ``uses=("lemma-4#rate-as-printed",)``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bounds import ClaimOf, Theorem
from verify.catalogue.registry import Registry
from verify.errors import UnknownName

Status = Literal[
    "holds",
    "as corrected",
    "broken",
    "rests on broken",
    "undecided",
    "not applicable",
    "not run",
    "unknown",
]

VerdictOf = Callable[[ClaimOf], str | None]
"""Says the verdict on a claim; ``None`` if it was not run."""

_WORDS: Mapping[Status, str] = {
    "holds": "uses {id}, which holds",
    "as corrected": "uses {id} as corrected",
    "broken": "rests on a broken {id}",
    "rests on broken": "rests on a broken {broken}, through {through}",
    "undecided": "uses {id}, undecided",
    "not applicable": "uses {id}, of which nothing can be checked",
    "not run": "uses {id}, not run",
    "unknown": "uses {id}, of which nothing is known here",
}


@dataclass(frozen=True)
class Support:
    """Something that a statement rests on.

    Attributes
    ----------
    id : str
        A statement or a claim, as `uses` names it.
    status : one of `Status`
    path : tuple of str
        Where the status is "rests on broken": from it to what is broken.
    """

    id: str
    status: Status
    path: tuple[str, ...] = ()

    @property
    def is_warning(self) -> bool:
        """Whether what rests on it stands on nothing."""
        return self.status in ("broken", "rests on broken")

    def words(self, paper: str = "") -> str:
        """Say it; ids of the paper itself go without its key."""
        names = [name.removeprefix(f"{paper}/") for name in self.path or (self.id,)]
        return _WORDS[self.status].format(
            id=names[0], broken=names[-1], through=" and ".join(names[:-1])
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data for JSON."""
        path = {"path": list(self.path)} if self.path else {}
        return {"id": self.id, "status": self.status, **path}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Support:
        """Read back what `to_dict` wrote."""
        return cls(data["id"], data["status"], tuple(data.get("path", ())))


def expected(item: ClaimOf) -> str:
    """Return the expected verdict, for who runs nothing."""
    return item.claim.expected


def rests_on(registry: Registry, theorem: Theorem, verdict_of: VerdictOf) -> tuple[Support, ...]:
    """Return what a theorem rests on, with its status."""
    return tuple(_support(registry, name, theorem, verdict_of) for name in theorem.uses)


def standing(registry: Registry, theorem: Theorem, verdict_of: VerdictOf) -> Support:
    """Return the status of a theorem itself, which may be that it rests on something broken."""
    return _support(registry, theorem.id, theorem, verdict_of)


def _support(registry: Registry, name: str, user: Theorem, verdict_of: VerdictOf) -> Support:
    status = _status(registry, name, verdict_of)
    if status not in ("broken", "unknown"):
        path = _path_to_broken(registry, name, user, verdict_of)
        if path:
            return Support(name, "rests on broken", path)
    return Support(name, status)


def _status(registry: Registry, name: str, verdict_of: VerdictOf) -> Status:
    """Return the status of a statement or claim by itself, whatever it rests on."""
    try:
        items = registry.resolve([name])
    except UnknownName:
        return "unknown"
    whole = "#" not in name
    return summed((verdict_of(one), whole and _as_printed(one)) for one in items)


def summed(verdicts: Iterable[tuple[str | None, bool]]) -> Status:
    """Return the status of a statement from the verdicts on its claims.

    Parameters
    ----------
    verdicts : pairs of a verdict and a bool
        ``None`` where the claim was not run; and whether it is a printed form that is known to be
        false.
    """
    every = list(verdicts)
    printed = [verdict for verdict, as_printed in every if as_printed]
    others = [verdict for verdict, as_printed in every if not as_printed]
    corrected = [verdict for verdict in others if verdict != "not applicable"]
    if "broken" in (corrected or printed):
        return "broken"
    if None in (*others, *printed):
        return "not run"
    if "undecided" in others:
        return "undecided"
    if "broken" in printed:
        return "as corrected"
    if "undecided" in printed:
        return "undecided"
    return "holds" if "holds" in (*others, *printed) else "not applicable"


def _as_printed(item: ClaimOf) -> bool:
    return item.claim.expected == "broken"


def _path_to_broken(
    registry: Registry, name: str, user: Theorem, verdict_of: VerdictOf
) -> tuple[str, ...]:
    """Return the shortest way along `uses` from a name to something broken, or nothing."""
    waiting: deque[tuple[str, ...]] = deque([(name,)])
    seen = {name, user.id}
    while waiting:
        path = waiting.popleft()
        for used in _uses(registry, path[-1]):
            if used in seen:
                continue
            seen.add(used)
            if _status(registry, used, verdict_of) == "broken":
                return (*path, used)
            waiting.append((*path, used))
    return ()


def _uses(registry: Registry, name: str) -> Iterable[str]:
    try:
        return registry.theorem(name).uses
    except UnknownName:
        return ()
