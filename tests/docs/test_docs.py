"""The documentation: its pages are joined, and what they say of the code is so.

`make docs` builds it, with warnings as errors.
"""

import configparser
import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bounds import PAPERS, Erratum, Paper, Unchecked
from verify.catalogue.registry import load_registry
from verify.command_line import main

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if path.parent.name != "findings")
WRITTEN = {"findings/index", "api/sim/sim", *(f"findings/{key}" for key in PAPERS)}
"""Pages that are written when the documentation is built."""


def pages_of(toctrees: str, folder: Path) -> set[str]:
    """The pages, from the folder of the documentation, that a page's toctrees name."""
    found = re.findall(r"```\{toctree\}\n(.*?)```", toctrees, re.DOTALL)
    names = (line for part in found for line in part.split("\n") if line and line[0] != ":")
    return {str((folder / name).relative_to(DOCS)) for name in names}


def test_every_page_is_in_a_table_of_contents_and_every_entry_is_a_page():
    entries = set().union(*(pages_of(path.read_text(), path.parent) for path in PAGES))
    pages = {str(path.relative_to(DOCS).with_suffix("")) for path in PAGES}
    assert entries - WRITTEN == pages - {"index"}
    assert entries & WRITTEN == {"findings/index", "api/sim/sim"}


@pytest.mark.parametrize(
    "path", [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md"], ids=lambda path: path.name
)
def test_every_link_leads_somewhere(path):
    links = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", path.read_text(), flags=re.S))
    for link in links:
        file, _, _ = link.partition("#")
        if file and ":" not in file:
            target = (path.parent / file).resolve()
            written = target.is_relative_to(DOCS) and (
                str(target.relative_to(DOCS).with_suffix("")) in WRITTEN
            )
            assert written or target.exists(), link


def test_every_command_has_its_section():
    titles = re.findall(r"^## (\S+)$", (DOCS / "commands.md").read_text(), re.MULTILINE)
    assert sorted(titles) == sorted(main.commands)


def test_what_the_readme_calls_false_or_empty_is_so_in_the_registry():
    found = (ROOT / "README.md").read_text().split("## What was found")[1].split("\n## ")[0]
    names = re.findall(r"`([a-z]+\d+/[^`]+)`", found)
    assert {name.partition("/")[0] for name in names} == set(PAPERS)
    for name in names:
        theorem = load_registry().theorem(name)
        wrong = any(not erratum.harmless for erratum in theorem.errata)
        assert wrong or theorem.vacuity or "vacuity" in theorem.id, name


@pytest.fixture
def findings(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS / "_extensions"))
    import findings

    yield findings
    del sys.modules["findings"]


def test_findings_tell_harm_from_slips_and_show_signs_as_they_are(findings):
    paper = Paper("own2030", "A *bold* title", ("A. Uthor", "B. Other"), 2030, "V", "v1", "")
    theorem = paper.theorem(
        "proof-lemma-2",
        "a title",
        "",
        "",
        claims=[Unchecked("a", because="it is prose")],
        errata=[
            Erratum("$x_1*y_1$", "x_1 <= 2", "lost", "x = 3 | y"),
            Erratum("a slip", "none", "a sign", harmless=True),
        ],
    )
    text = "\n".join(findings.page(paper, [theorem]))
    assert text.startswith("# Uthor and Other (2030)")
    false, slips = text.split("## Slips on which nothing rests")
    assert "### Proof of Lemma 2: a title" in false
    assert ":Printed: $x_1*y_1$" in false and r":True: x\_1 \<= 2" in false
    assert r":Counter-example: x = 3 \| y" in false and r"A \*bold\* title" in false
    assert "a slip" in slips and "a slip" not in false


def test_findings_have_every_erratum_of_a_paper(findings):
    theorems = [one for one in load_registry().theorems.values() if one.paper_key == "zhang2020"]
    text = "\n".join(findings.page(load_registry().papers["zhang2020"], theorems))
    errata = [erratum for theorem in theorems for erratum in theorem.errata]
    assert text.count(":Printed:") == sum(not erratum.harmless for erratum in errata) > 0
    assert text.count(" Printed: ") == sum(erratum.harmless for erratum in errata) > 0
    assert "$10^{2744}$" in text


def test_every_command_of_the_findings_names_a_claim_that_exists(findings):
    registry = load_registry()
    text = "\n".join(line for _, lines in findings.pages(registry) for line in lines)
    named = re.findall(r"`verify run '([^']+)'`", text)
    errata = [erratum for one in registry.theorems.values() for erratum in one.errata]
    assert len(named) == sum(bool(one.refuted) and not one.harmless for one in errata) > 30
    assert [name for name in named if name not in {i.id for i in registry.resolve(named)}] == []


def test_the_citation_has_the_version_of_the_package():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    version = setup["metadata"]["version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text()
    assert f"\n## {version}" in (ROOT / "CHANGELOG.md").read_text()
    assert "### Changed encodings" in (ROOT / "CHANGELOG.md").read_text()


def examples(page: str) -> list[tuple[str, str]]:
    """The commands of a page's consoles, and what they print."""
    blocks = re.findall(r"```console\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)
    parts = (part for block in blocks for part in re.split(r"^\$ ", block, flags=re.M)[1:])
    return [tuple(re.split(r"(?<!\\)\n", part, maxsplit=1)) for part in parts]


def comparable(text: str) -> str:
    """Text in one line, without what differs between machines: times and cores."""
    line = " ".join(text.split())
    return re.sub(r"[\d.]+ (s|min|h)\b|on \d+ cores", "TIME", line)


@pytest.mark.slow
@pytest.mark.parametrize("page", ["tutorial.md", "commands.md"])
def test_the_examples_print_what_stands_there(page, tmp_path):
    environment = os.environ | {"COLUMNS": "80", "PYTHONPATH": str(ROOT)}
    verify = f"{sys.executable} -m verify.command_line"
    if page == "commands.md":
        run = f"{verify} new mine/theorem-1"
        subprocess.run(run, shell=True, check=True, cwd=tmp_path, env=environment)
    for command, printed in examples(page):
        call = command.replace("verify", verify, 1)
        done = subprocess.run(
            call, shell=True, capture_output=True, text=True, cwd=tmp_path, env=environment
        )
        assert done.returncode in (0, 3), done.stderr
        want, got = comparable(printed), comparable(done.stdout)
        alike = doctest.OutputChecker().check_output(want, got, doctest.ELLIPSIS)
        assert alike, f"$ {command}\nstands there:\n{want}\nis printed:\n{got}"


@pytest.mark.slow
def test_the_property_tests_of_the_documentation_run_and_fail_as_it_says(tmp_path):
    page = (DOCS / "property-tests.md").read_text()
    (tmp_path / "test_mine.py").write_text(
        "\n\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL))
    )
    (said,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    new = [sys.executable, "-m", "verify.command_line", "new", "mine/theorem-1"]
    subprocess.run(new, check=True, cwd=tmp_path, env=environment, capture_output=True)
    call = [sys.executable, "-m", "pytest", "-p", "verify.pytest_plugin", "test_mine.py"]
    done = subprocess.run(call, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert re.search(r"1 failed, 10 passed", done.stdout), done.stdout[-3000:]
    for line in said.splitlines():
        assert line.strip() in done.stdout, line
