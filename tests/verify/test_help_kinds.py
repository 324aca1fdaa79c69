"""The page on the kinds of claims says of each what can be copied, and is kept in one place."""

from pathlib import Path

import pytest
import sympy as sp
from click.testing import CliRunner

import bounds
from verify.catalogue.kinds import KINDS
from verify.command_line import main
from verify.showing.kinds import NAMES, markdown, page

DOCS = Path(__file__).parents[2] / "docs" / "kinds.md"


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_the_page_says_to_write_is_a_claim_of_that_kind(kind):
    names = ", ".join([*NAMES, "t, x"]).replace(",", " ").split()
    symbols = dict(zip(names, sp.symbols(names, positive=True), strict=True))
    claim = eval(kind.example, {**vars(bounds), **symbols, "sp": sp})
    assert (claim.kind, type(claim).__name__) == (kind.name, kind.type)


def test_the_page_fits_a_terminal_and_has_every_kind():
    result = CliRunner().invoke(main, ["help", "kinds"])
    assert result.exit_code == 0 and result.stdout.strip() == page()
    lines = page().splitlines()
    assert max(map(len, lines)) <= 80
    for kind in KINDS.values():
        grid = "no simulation" if kind.name == "derivation" else "a path" if kind.needs_path else ""
        assert f"{kind.type} ({kind.name}): needs {grid or 'no path'}" in lines
        assert f"    {kind.example}" in lines


def test_the_documentation_has_the_same_page():
    assert DOCS.read_text() == markdown(), "python -m verify.showing.kinds > docs/kinds.md"


def test_help_explains_commands_and_names_the_nearest():
    call = CliRunner().invoke
    assert call(main, ["help", "run"]).stdout == call(main, ["run", "--help"]).stdout
    assert "verify help kinds" in call(main, ["help"]).stdout
    result = call(main, ["help", "kind"])
    assert result.exit_code == 2 and "Did you mean kinds?" in result.stderr
