"""Everything that can be checked: the papers' theorems, plug-ins, and files of one's own."""

from __future__ import annotations

import importlib
import importlib.metadata
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from types import ModuleType

import bounds
from bounds import ClaimOf, Paper, Theorem
from bounds.claims import Derivation, Unchecked
from verify.catalogue.check import Check
from verify.catalogue.files import Home, read, stamp
from verify.errors import UnknownName, UserError

ENTRY_POINTS = "theorycheck.theorems"
"""Entry-point group under which other distributions name modules with theorems and checks."""


@dataclass
class Registry:
    """Theorems and checks by id.

    ``homes`` says where a worker finds the simulation of a check; one that has no home is known to
    this process alone.
    """

    papers: dict[str, Paper] = field(default_factory=dict)
    theorems: dict[str, Theorem] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    homes: dict[str, Home] = field(default_factory=dict)
    _observed_by: dict[str, str] = field(default_factory=dict)
    _of_file: dict[str, list[str]] = field(default_factory=dict)

    def copy(self) -> Registry:
        """Return a registry that grows on its own."""
        values = {field_.name: getattr(self, field_.name) for field_ in fields(self)}
        return Registry(
            **{
                name: value if isinstance(value, tuple) else value.copy()
                for name, value in values.items()
            }
        )

    def add_theorem(self, theorem: Theorem) -> None:
        """Register a theorem.

        Raises
        ------
        UserError
            If its id, or an alias, is taken.
        """
        for name in (theorem.id, *theorem.aliases):
            if name in self.theorems or name in self.aliases:
                raise UserError(f"Two statements are named {name!r}; rename one of them.")
        self.theorems[theorem.id] = theorem
        self.aliases.update(dict.fromkeys(theorem.aliases, theorem.id))
        if theorem.paper is not None:
            self.papers.setdefault(theorem.paper.key, theorem.paper)

    def add_check(self, check: Check) -> None:
        """Register a check, and the theorems of its claims if they are new.

        Raises
        ------
        UserError
            If its id is taken, or one of its claims has a check already.
        """
        if check.id in self.checks:
            raise UserError(f"Two checks are named {check.id!r}; give one of them another id.")
        for item in check.claims:
            if item.theorem.id not in self.theorems:
                self.add_theorem(item.theorem)
            other = self._observed_by.get(item.id)
            if other is not None:
                raise UserError(f"{item.id} is observed by two checks, {other!r} and {check.id!r}.")
            self._observed_by[item.id] = check.id
        self.checks[check.id] = check

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
        before = set(self.theorems)
        file = read(path)
        self._add_all(file.module, file.checks, path)
        self._of_file[path] = [name for name in self.theorems if name not in before]
        if not self._of_file[path]:
            raise UserError(
                f"{path} defines no theorem. It needs a bounds.Theorem and a simulation under "
                "@verify.check; the README shows one."
            )

    def _add_all(self, module: ModuleType, checks: Mapping[str, Check], place: str) -> None:
        for theorem in _unique(vars(module).values(), Theorem):
            if self.theorems.get(theorem.id) is not theorem:
                self.add_theorem(theorem)
        seen: set[int] = set()
        for name, check in checks.items():
            original = vars(module)[name]
            if id(original) in seen or self.checks.get(check.id) is original:
                continue
            seen.add(id(original))
            self.add_check(check)
            self.homes[check.id] = Home(place, name)

    def from_file(self, path: str) -> list[ClaimOf]:
        """Return the claims of the theorems that a file defines."""
        return [item for name in self._of_file[path] for item in self.theorems[name]]

    def file_of(self, theorem_id: str) -> str:
        """Return the file that defines a theorem, or the empty string."""
        return next((path for path, ids in self._of_file.items() if theorem_id in ids), "")

    def check_of(self, claim_id: str) -> Check | None:
        """Return the check that observes a claim."""
        name = self._observed_by.get(claim_id)
        return None if name is None else self.checks[name]

    def claims(self) -> Iterator[ClaimOf]:
        """Iterate over every claim."""
        return (item for theorem in self.theorems.values() for item in theorem)

    def paper_keys(self) -> list[str]:
        """Return the first parts of all ids, in order of registration."""
        return list(dict.fromkeys(theorem.paper_key for theorem in self.theorems.values()))

    def theorem(self, name: str) -> Theorem:
        """Return a theorem by id, alias or the id of one of its claims.

        Raises
        ------
        UnknownName
            Naming the nearest ids.
        """
        base = name.partition("#")[0]
        base = self.aliases.get(base, base)
        if base not in self.theorems:
            raise UnknownName(
                "theorem", name, [*self.theorems, *self.aliases], "See `verify list`."
            )
        return self.theorems[base]

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

    def _resolve_one(self, name: str) -> list[ClaimOf]:
        if "/" not in name:
            keys = self.paper_keys()
            if name not in keys:
                known = [*keys, *self.theorems, *self.aliases]
                raise UnknownName("paper or theorem", name, known, "See `verify list`.")
            return [item for item in self.claims() if item.theorem.paper_key == name]
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
            if not isinstance(item.claim, Derivation | Unchecked) and self.check_of(item.id) is None
        ]


def _unique(values: Iterable[object], kind: type) -> list:
    return list({id(value): value for value in values if isinstance(value, kind)}.values())


def _submodules(package: ModuleType) -> Iterator[ModuleType]:
    """Yield a package and its modules."""
    yield package
    for info in pkgutil.iter_modules(getattr(package, "__path__", ())):
        yield importlib.import_module(f"{package.__name__}.{info.name}")


def _add_paper(registry: Registry, key: str) -> None:
    statements = importlib.import_module(f"bounds.{key}")
    for theorem in statements.theorems:
        registry.add_theorem(theorem)
    for module in _submodules(importlib.import_module(f"verify.checks.{key}")):
        registry.add_module(module)


def _add_plugins(registry: Registry) -> None:
    for entry in importlib.metadata.entry_points(group=ENTRY_POINTS):
        try:
            module = entry.load()
        except Exception as failure:
            raise UserError(
                f"The plug-in {entry.name!r} ({entry.value}) cannot be loaded: {failure}"
            ) from failure
        registry.add_module(module)


def load_registry(files: tuple[str, ...] = ()) -> Registry:
    """Return everything that is built in or plugged in, and what the given files define.

    A file is read again when it has changed.

    Raises
    ------
    UserError
        If a plug-in or a file cannot be loaded.
    """
    return _load(tuple((file, stamp(file)) for file in files))


@lru_cache(maxsize=8)
def _load(stamped: tuple[tuple[str, tuple[int, int]], ...]) -> Registry:
    files = tuple(file for file, _ in stamped)
    registry = Registry(sources=files)
    for key in bounds.PAPERS:
        _add_paper(registry, key)
    _add_plugins(registry)
    for file in files:
        registry.add_file(file)
    return registry
