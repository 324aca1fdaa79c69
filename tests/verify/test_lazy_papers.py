"""Papers are read when they are asked for, and nobody can tell but by the time it takes."""

import os
import subprocess
import sys

import pytest

import bounds
import files
from verify.catalogue import papers
from verify.catalogue.registry import Registry, load_registry
from verify.catalogue.selection import registry_for, select
from verify.errors import UserError
from verify.evidence.cache import VARIABLE

EXAMPLE = "xing2021/equation-5"


def modules_after(*arguments: str) -> set[str]:
    """Modules that a command imports."""
    code = (
        "import sys\n"
        "from verify.command_line import main\n"
        f"try: main({list(arguments)!r})\n"
        "except SystemExit: pass\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    nothing_kept = {**os.environ, VARIABLE: "/dev/null/cache"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        timeout=300,
        capture_output=True,
        text=True,
        env=nothing_kept,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "arguments", [("cite", "xing2021"), ("list", "xing2021"), ("show", EXAMPLE)]
)
def test_a_command_about_one_paper_reads_no_other(arguments):
    imported = modules_after(*arguments)
    assert "bounds.xing2021.notation" in imported
    assert not [name for name in imported if "wang2024" in name]
    checks = [name for name in imported if name.startswith("verify.checks.xing2021.")]
    assert len(checks) <= (4 if "show" in arguments else 0)
    assert not {"matplotlib", "scipy.stats", "distributed", "hypothesis"} & imported
    assert "sympy.physics" not in imported, "simplify was asked for a formula to be printed"


def test_an_unknown_id_is_looked_for_in_its_own_paper():
    registry = Registry(keys=bounds.PAPERS)
    with pytest.raises(UserError, match=r"Did you mean zhang2020/theorem-4\.1"):
        registry.theorem("zhang2020/theorem-4")
    assert {one.paper_key for one in registry._theorems.values()} == {"zhang2020"}


def test_an_alias_is_found_in_the_file_that_defines_it():
    registry = Registry(keys=bounds.PAPERS)
    assert registry.theorem("wang2024/theorem-3.1").id == "wang2024/theorem-B.1"
    assert len(registry._theorems) == 1


def test_what_was_read_first_does_not_change_the_order_nor_what_there_is():
    straight, roundabout = (Registry(keys=bounds.PAPERS) for _ in range(2))
    last = list(straight.theorems)[-1]
    assert roundabout.theorem(last).id == last
    assert roundabout.check_of(f"{EXAMPLE}#risk").id == straight.check_of(f"{EXAMPLE}#risk").id
    assert list(roundabout.theorems) == list(straight.theorems)
    assert set(roundabout.checks) == set(straight.checks)
    without_file = {name for name in straight.checks if name.endswith("/box")}
    assert set(straight.checks) - without_file == set(roundabout.homes)
    assert list(roundabout.aliases) == list(straight.aliases)
    assert list(roundabout.papers) == list(bounds.PAPERS) == roundabout.paper_keys()
    for item in straight.claims():
        here, there = straight.check_of(item.id), roundabout.check_of(item.id)
        assert here is there or here.id == there.id in without_file


@pytest.mark.parametrize("key", bounds.PAPERS)
def test_the_check_of_every_claim_is_found_among_the_modules_that_mention_its_theorem(key):
    registry = Registry(keys=bounds.PAPERS)
    for theorem in papers.statements(key):
        mentioning = set(papers.mentioning(theorem, papers.check_modules(key)))
        checks = [registry.check_of(item.id) for item in theorem]
        written = [check for check in checks if check and check.id in registry.homes]
        assert {registry.homes[check.id].place for check in written} <= mentioning


@pytest.mark.parametrize("key", bounds.PAPERS)
def test_a_statement_is_found_in_its_file_or_with_all_of_its_paper(key):
    theorems = papers.statements(key)
    found = [papers.statement(key, theorem.id) for theorem in theorems]
    assert all(one in (None, theorem) for one, theorem in zip(found, theorems, strict=True))
    assert found.count(None) < len(found) / 2
    registry = Registry(keys=bounds.PAPERS)
    for theorem in reversed(theorems):
        assert registry.theorem(theorem.id) is theorem
        assert all(registry.theorem(alias) is theorem for alias in theorem.aliases)
    assert [item.theorem.id for item in registry.resolve([key])] == [
        item.theorem.id for theorem in theorems for item in theorem
    ]
    assert papers.statement(key, f"{key}/lemma-404") is None


def test_every_check_is_named_after_the_paper_that_it_is_found_under():
    for name, home in load_registry().homes.items():
        assert home.place.startswith(f"verify.checks.{name.partition('/')[0]}.")


def test_a_copy_that_is_read_further_leaves_the_first_as_it_was():
    registry = Registry(keys=bounds.PAPERS)
    twin = registry.copy()
    assert len(twin.theorems) and not registry._theorems and len(registry.theorems)


def test_a_file_on_a_statement_of_a_paper_defines_what_is_its_own_alone(tmp_path):
    own = tmp_path / "own.py"
    own.write_text(files.OWN + "\nfrom bounds.xing2021.risk import *\n")
    registry = registry_for([own])
    assert [item.id for item in select(registry, [own])] == ["mine/equation-1#norm"]
    assert registry.paper_keys() == [*bounds.PAPERS, "mine"]
    assert list(registry.theorems)[-1] == "mine/equation-1"


def test_what_is_wrong_in_a_file_of_a_paper_is_one_line_with_its_place(tmp_path, monkeypatch):
    monkeypatch.setattr(papers, "ROOT", tmp_path)
    folder = tmp_path / "bounds" / "typo"
    folder.mkdir(parents=True)
    text = "from bounds import Identity\n\nIdentity('a', 'y', equal=1)\n"
    (folder / "statements.py").write_text(text)
    monkeypatch.setattr(bounds, "__path__", [*bounds.__path__, str(tmp_path / "bounds")])
    with pytest.raises(UserError) as mistake:
        papers.imported("bounds.typo.statements")
    words = "statements.py:3: TypeError: Identity.__init__() got an unexpected keyword argument"
    said = str(mistake.value).replace("'", "")  # newer Pythons say it too, with quotes
    assert said.startswith(words) and "Did you mean equals?" in said
