"""Everything that can be checked: the papers' theorems, plug-ins, and files of one's own.

Papers are read when something of theirs is asked for: their statements first, and of their checks
the modules that are needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import ModuleType
from typing import TypeVar

import bounds
from bounds import ClaimOf, Paper, Theorem
from bounds.claims import Unchecked
from verify import plugins
from verify.catalogue import papers
from verify.catalogue.boxes import check_of_box
from verify.catalogue.check import Check
from verify.catalogue.files import Home, read, stamps
from verify.catalogue.imports import Stamp
from verify.errors import UnknownName, UserError

Value = TypeVar("Value")


class Shelf(Mapping[str, Value]):
    """A mapping that is filled when it is asked for something that it does not have.

    ``fill(name)`` reads whatever may define a name; without one, everything.
    """

    def __init__(self, filled: Mapping[str, Value], fill: Callable[[str], None]) -> None:
        self._filled, self._fill = filled, fill

    def __getitem__(self, name: str) -> Value:
        if name not in self._filled:
            self._fill(name)
        return self._filled[name]

    def __iter__(self) -> Iterator[str]:
        self._fill("")
        return iter(self._filled)

    def __len__(self) -> int:
        self._fill("")
        return len(self._filled)


@dataclass
class Registry:
    """Theorems and checks by id.

    ``keys`` names the built-in papers that it has; what they define is read when it is asked for.
    ``sources`` are the files of one's own.
    """

    keys: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    _theorems: dict[str, Theorem] = field(default_factory=dict)
    _checks: dict[str, Check] = field(default_factory=dict)
    _aliases: dict[str, str] = field(default_factory=dict)
    _papers: dict[str, Paper] = field(default_factory=dict)
    _homes: dict[str, Home] = field(default_factory=dict)
    _observed_by: dict[str, str] = field(default_factory=dict)
    _of_file: dict[str, list[str]] = field(default_factory=dict)
    _read: set[str] = field(default_factory=set)

    @property
    def theorems(self) -> Mapping[str, Theorem]:
        """Every theorem by id."""
        return Shelf(self._theorems, self._read_statements)

    @property
    def aliases(self) -> Mapping[str, str]:
        """The ids of theorems by their other names."""
        return Shelf(self._aliases, self._read_statements)

    @property
    def checks(self) -> Mapping[str, Check]:
        """Every check by id."""
        return Shelf(self._checks, self._read_checks)

    @property
    def homes(self) -> Mapping[str, Home]:
        """Where a worker finds the simulation of a check; without a home it is known here alone."""
        return Shelf(self._homes, self._read_checks)

    @property
    def papers(self) -> Mapping[str, Paper]:
        """Every paper by key."""
        return Shelf(self._papers, self._read_notation)

    def copy(self) -> Registry:
        """Return a registry that grows on its own."""
        twin = copy(self)
        for name, value in vars(self).items():
            setattr(twin, name, copy(value))
        return twin

    def add_theorem(self, theorem: Theorem, source: str = "") -> None:
        """Register a theorem, from a file of the user's or not, and checks of claims over a box.

        Raises
        ------
        UserError
            If its id, or an alias, is taken.
        """
        for name in (theorem.id, *theorem.aliases):
            if name in self.theorems or name in self.aliases:
                raise UserError(f"Two statements are named {name!r}; rename one of them.")
        self._put(theorem, source)

    def _put(self, theorem: Theorem, source: str = "") -> None:
        self._theorems[theorem.id] = theorem
        self._aliases.update(dict.fromkeys(theorem.aliases, theorem.id))
        if theorem.paper is not None:
            self._papers.setdefault(theorem.paper.key, theorem.paper)
        for item in theorem:
            if item.claim.box is not None:
                check = replace(check_of_box(item), source=source)
                self._checks[check.id], self._observed_by[item.id] = check, check.id

    def add_check(self, check: Check) -> None:
        """Register a check, and the theorems of its claims if they are new.

        Raises
        ------
        UserError
            If its id is taken, or one of its claims has a check already.
        """
        if check.id in self._checks:
            raise UserError(f"Two checks are named {check.id!r}; give one of them another id.")
        for item in check.claims:
            if item.theorem.id not in self.theorems:
                self.add_theorem(item.theorem)
            other = self._observed_by.get(item.id)
            if other is not None:
                raise UserError(f"{item.id} is observed by two checks, {other!r} and {check.id!r}.")
            self._observed_by[item.id] = check.id
        self._checks[check.id] = check

    def add_module(self, module: ModuleType) -> None:
        """Register every theorem and check among a module's names."""
        checks = {name: value for name, value in vars(module).items() if isinstance(value, Check)}
        self._add_all(module, checks, module.__name__)

    def add_file(self, path: str) -> None:
        """Register every theorem and check of a file.

        Raises
        ------
        UserError
            If the file cannot be read, or defines no theorem.
        """
        file = read(path)
        self._of_file[path] = self._add_all(file.module, file.checks, path)
        if not self._of_file[path]:
            raise UserError(
                f"{path} defines no theorem. It needs a bounds.Theorem and a simulation under "
                "@verify.check; the README shows one."
            )

    def _add_all(self, module: ModuleType, checks: Mapping[str, Check], place: str) -> list[str]:
        """Register what is new of a module; return the ids of its theorems."""
        added = []
        observed = [item.theorem for check in checks.values() for item in check.claims]
        for theorem in _unique([*vars(module).values(), *observed], Theorem):
            if self.theorems.get(theorem.id) is not theorem:
                self.add_theorem(theorem, place if place.endswith(".py") else "")
                added.append(theorem.id)
        seen: set[int] = set()
        for name, check in checks.items():
            original = vars(module)[name]
            if id(original) in seen or self._checks.get(check.id) is original:
                continue
            seen.add(id(original))
            self.add_check(check)
            self._homes[check.id] = Home(place, name)
        return added

    def _read_notation(self, key: str) -> None:
        for one in self.keys if not key else (key,):
            if one in self.keys and one not in self._papers:
                self._papers[one] = papers.notation(one)
        if not key:
            _sort(self._papers, self.keys)

    def _read_statements(self, name: str) -> None:
        """Read the statement of a name, else all of the paper; without a name, all papers."""
        for key in self._keys_for(name):
            if key in self._read:
                continue
            theorem = papers.statement(key, name) if name else None
            if theorem is None:
                self._read_paper(key)
            elif theorem.id not in self._theorems:
                self._put(theorem)
        if not name:
            _sort(self._theorems, self.keys)
            _sort(self._aliases, self.keys)

    def _read_checks(self, name: str) -> None:
        if name in self._checks:  # it has no home
            return
        for key in self._keys_for(name):
            self._read_paper(key)
            for module in papers.check_modules(key):
                self._read_module(module)
        if not name:
            _sort(self._checks, self.keys)

    def _keys_for(self, name: str) -> tuple[str, ...]:
        """Return the built-in papers that may define a name; all of them for the empty one."""
        key = name.partition("/")[0]
        return self.keys if not name else (key,) if key in self.keys else ()

    def _read_paper(self, key: str) -> None:
        if key in self.keys and key not in self._read:
            self._read.add(key)
            for theorem in papers.statements(key):
                if self._theorems.get(theorem.id) is theorem:  # read by itself; its place is here
                    self._theorems[theorem.id] = self._theorems.pop(theorem.id)
                else:
                    self.add_theorem(theorem)

    def _read_module(self, module: str) -> None:
        if module not in self._read:
            self._read.add(module)
            self.add_module(papers.imported(module))

    def from_file(self, path: str) -> list[ClaimOf]:
        """Return the claims of the theorems that a file defines."""
        return [item for name in self._of_file[path] for item in self._theorems[name]]

    def file_of(self, theorem_id: str) -> str:
        """Return the file that defines a theorem, or the empty string."""
        return next((path for path, ids in self._of_file.items() if theorem_id in ids), "")

    def is_own(self, claim_id: str) -> bool:
        """Whether no worker process knows the check of a claim: a file or session defines it."""
        check = self.check_of(claim_id)
        home = None if check is None else self.homes.get(check.id)
        return home is None or home.is_file

    def check_of(self, claim_id: str) -> Check | None:
        """Return the check that observes a claim; none does where algebra or nothing can judge."""
        if claim_id not in self._observed_by:
            self._seek(claim_id)
        name = self._observed_by.get(claim_id)
        return None if name is None else self._checks[name]

    def _seek(self, claim_id: str) -> None:
        """Read the checks of a paper until one of them observes a claim."""
        theorem_id, _, name = claim_id.partition("#")
        theorem = self.theorems.get(theorem_id)
        if theorem is None or theorem.paper_key not in self.keys:
            return
        if any(item.claim.name == name and not _needs_check(item) for item in theorem):
            return
        modules = papers.check_modules(theorem.paper_key)
        unread = [module for module in modules if module not in self._read]
        for module in (*papers.mentioning(theorem, unread), *unread):
            self._read_module(module)
            if claim_id in self._observed_by:
                return

    def claims(self) -> Iterator[ClaimOf]:
        """Iterate over every claim."""
        return (item for theorem in self.theorems.values() for item in theorem)

    def paper_keys(self) -> list[str]:
        """Return the first parts of all ids: of the built-in papers, then in order of reading."""
        others = (theorem.paper_key for theorem in self._theorems.values())
        return list(dict.fromkeys((*self.keys, *others)))

    def theorem(self, name: str) -> Theorem:
        """Return a theorem by id, alias or the id of one of its claims.

        Raises
        ------
        UnknownName
            Naming the nearest ids.
        """
        base = name.partition("#")[0]
        found = self.theorems.get(base) or self._theorems.get(self._aliases.get(base, base))
        if found is None:
            key, _, rest = name.partition("/")
            if rest and key not in self.paper_keys():
                hint = f"A theorem of your own is named with its file: FILE.py#{rest}."
                raise UnknownName("paper", key, self.paper_keys(), hint)
            self._read_paper(key)
            near = [
                one for one in (*self._theorems, *self._aliases) if one.partition("/")[0] == key
            ]
            known = near or [*self.theorems, *self.aliases]
            raise UnknownName("theorem", name, known, "See `verify list`.")
        return found

    def resolve(self, names: Iterable[str]) -> list[ClaimOf]:
        """Return the claims that ids, claim ids and papers' keys stand for, without repetition.

        Raises
        ------
        UnknownName
            Naming the nearest ids.
        """
        found: dict[str, ClaimOf] = {}
        for name in names:
            found.update({item.id: item for item in self._resolve_one(name)})
        return list(found.values())

    def known(self, names: Iterable[str]) -> list[ClaimOf]:
        """Return those claims of some that are registered here."""
        found = []
        for name in names:
            with suppress(UserError):
                found += self.resolve([name])
        return found

    def _resolve_one(self, name: str) -> list[ClaimOf]:
        if "/" not in name:
            keys = self.paper_keys()
            if name not in keys:
                known = [*keys, *self.theorems, *self.aliases]
                raise UnknownName("paper or theorem", name, known, "See `verify list`.")
            self._read_paper(name)
            theorems = [one for one in self._theorems.values() if one.paper_key == name]
            return [item for theorem in theorems for item in theorem]
        theorem = self.theorem(name)
        _, hash_, claim = name.partition("#")
        if not hash_:
            return list(theorem)
        by_name = {item.claim.name: item for item in theorem}
        if claim not in by_name:
            raise UnknownName("claim", name, [item.id for item in theorem])
        return [by_name[claim]]

    def unobserved(self) -> list[str]:
        """Return the ids of claims that nothing checks although something should."""
        return [
            item.id
            for item in self.claims()
            if _needs_check(item) and self.check_of(item.id) is None
        ]


def _needs_check(item: ClaimOf) -> bool:
    return item.claim.observed and not isinstance(item.claim, Unchecked)


def _sort(entries: dict[str, Value], keys: tuple[str, ...]) -> None:
    """Put what belongs to built-in papers first, in the papers' order."""
    rank = {key: position for position, key in enumerate(keys)}
    ordered = sorted(
        entries.items(), key=lambda entry: rank.get(entry[0].partition("/")[0], len(keys))
    )
    entries.clear()
    entries.update(ordered)


def _unique(values: Iterable[object], kind: type[Value]) -> list[Value]:
    return list({id(value): value for value in values if isinstance(value, kind)}.values())


def _add_plugins(registry: Registry) -> None:
    for entry in plugins.installed():
        try:
            module = entry.load()
        except Exception as failure:
            raise UserError(
                f"The plug-in {entry.name!r} ({entry.value}) cannot be loaded: {failure}"
            ) from failure
        registry.add_module(module)


def load_registry(files: tuple[str, ...] = ()) -> Registry:
    """Return everything that is built in or plugged in, and what the given files define.

    A file is read again when it has changed, a paper when something of it is asked for.

    Raises
    ------
    UserError
        If a plug-in or a file cannot be loaded.
    """
    return _load(tuple((file, stamps(file)) for file in files))


@lru_cache(maxsize=8)
def _load(stamped: tuple[tuple[str, tuple[Stamp, ...]], ...]) -> Registry:
    files = tuple(file for file, _ in stamped)
    registry = Registry(keys=bounds.PAPERS, sources=files)
    _add_plugins(registry)
    for file in files:
        registry.add_file(file)
    return registry
