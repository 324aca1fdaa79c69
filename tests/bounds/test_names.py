"""Names in the papers' statements: each is declared once, means something, and is used."""

import importlib
import pkgutil
import re
from collections import defaultdict

import pytest
import sympy

import bounds
from bounds.symbols import Symbol


def names_in(package):
    """Return the values of all names in the modules of a package, by MODULE.NAME."""
    modules = pkgutil.iter_modules(importlib.import_module(package).__path__)
    return {
        f"{info.name}.{name}": value
        for info in modules
        for name, value in vars(importlib.import_module(f"{package}.{info.name}")).items()
    }


def statements(paper):
    return importlib.import_module(f"bounds.{paper}").theorems


@pytest.fixture(params=bounds.PAPERS)
def paper(request):
    return request.param


def test_every_symbol_that_a_statement_uses_has_a_meaning(paper):
    silent = {
        (theorem.id, symbol.name)
        for theorem in statements(paper)
        for symbol in theorem.free_symbols()
        if not theorem.meaning(symbol.name)
    }
    assert not silent


def test_a_name_stands_for_one_symbol_within_a_statement(paper):
    for theorem in statements(paper):
        by_name = defaultdict(set)
        for symbol in theorem.free_symbols():
            by_name[symbol.name].add(symbol)
        assert not {name for name, symbols in by_name.items() if len(symbols) > 1}, theorem.id


def test_every_declared_name_is_used_by_a_statement(paper):
    used = set()
    for theorem in statements(paper):
        changed = [mutant.of(claim) for claim in theorem.claims for mutant in claim.mutants]
        parts = [part for claim in (*theorem.claims, *changed) for part in claim.expressions()]
        used |= theorem.free_symbols().union(*(part.atoms(sympy.Symbol) for part in parts))
    used |= {
        value
        for value in names_in(f"verify.checks.{paper}").values()
        if isinstance(value, Symbol) and value.definition is not None
    }
    declared = {
        value: name
        for name, value in names_in(f"bounds.{paper}").items()
        if isinstance(value, Symbol)
    }
    assert not {place for symbol, place in declared.items() if symbol not in used}


def _number(theorem):
    """Return what the paper counts by (kind and letter of the appendix), and the number."""
    name = theorem.id.partition("/")[2]
    found = re.fullmatch(r"([a-z]+)-([A-Z]\.)?(\d+)(?:\.(\d+))?", name)
    if found is None:
        return None
    kind, letter, major, minor = found.groups()
    return (kind, letter), (int(major), int(minor or 0))


def test_statements_stand_in_the_order_of_the_paper(paper):
    seen = {}
    for theorem in statements(paper):
        counted = _number(theorem)
        if counted is None:
            continue
        series, number = counted
        assert seen.get(series, (0, 0)) < number, theorem.id
        seen[series] = number
