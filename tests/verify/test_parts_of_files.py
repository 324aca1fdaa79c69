"""A theorem, or a claim, of a file of one's own is named behind the file: FILE.py#PART."""

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

import files
from verify import run
from verify.catalogue.selection import registry_for, select
from verify.command_line import main
from verify.errors import UserError


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text(files.COARSE)
    Path("several.py").write_text(
        files.SEVERAL + '\nmore = Theorem(id="several/lemma-3", statement="", aliases=('
        '"several/lemma-4",), claims=[Derivation("square", left=d * d, equals=d**2)])\n'
    )
    return tmp_path


def names(*given: str) -> list[str]:
    return [item.id for item in select(registry_for(given), given)]


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("mean", ["theorem-1#mean"]),
        ("theorem-1#mean", ["theorem-1#mean"]),
        ("several/theorem-1#mean", ["theorem-1#mean"]),
        ("lemma-2", ["lemma-2#square", "lemma-2#false", "lemma-2#far"]),
        ("several/lemma-3", ["lemma-3#square"]),
        ("lemma-4#square", ["lemma-3#square"]),
    ],
)
def test_a_part_is_a_theorem_a_claim_or_both(here, part, found):
    assert names(f"several.py#{part}") == [f"several/{one}" for one in found]
    assert names(f"{here}/several.py#{part}") == [f"several/{one}" for one in found]


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("square", r"name several\.py#lemma-2#square or several\.py#lemma-3#square\."),
        ("meen", "no theorem or claim 'meen'. Did you mean .*mean"),
        ("lemma-9#square", "Did you mean lemma-.#square"),
        ("", r"no theorem or claim ''.* `verify list several\.py`"),
    ],
)
def test_a_part_that_is_not_there_or_not_one_says_what_is(here, part, words):
    with pytest.raises(UserError, match=words):
        names(f"several.py#{part}")


def test_a_file_named_beside_one_of_its_claims_is_only_where_that_is_read_from(here):
    assert names("several.py", "several/theorem-1#mean") == ["several/theorem-1#mean"]
    assert names("several.py", "several.py#rare") == ["several/theorem-1#rare"]
    assert set(names("several.py", "own.py#norm")) == {*names("several.py"), "mine/equation-1#norm"}


def test_the_command_of_a_counterexample_runs_that_claim_alone(here):
    Path("own.py").write_text(files.COARSE.replace("d * s**2,", "2 * d * s**2,"))
    command = shlex.split(run("own.py")["norm"].counterexample["command"])
    assert command[:5] == ["verify", "run", "own.py", "mine/equation-1#norm", "--budget"]
    text = Path("own.py").read_text().replace("claims=[", "claims=[Identity('a', 's', equals=d),")
    Path("own.py").write_text(text)
    assert names(*command[2:4]) == ["mine/equation-1#norm"] != names("own.py")


def test_every_command_takes_a_part(here):
    call = CliRunner().invoke
    for command in ("run", "mutants", "sharpness", "sabotage"):
        result = call(main, [command, "own.py#norm", "--budget", "quick", "--jobs", "1"])
        said = "6 of 6" if command == "mutants" else "mine/equation-1#norm"
        assert result.exit_code in (0, 1) and said in result.stdout, command
    assert "several/theorem-1#rare" in call(main, ["list", "several.py#rare"]).stdout
    shown = call(main, ["show", "several.py#lemma-2#false"]).stdout
    assert "#false (derivation)" in shown and "#square" not in shown
    result = call(main, ["plot", "own.py#norm"])
    assert result.stdout.strip() == "own-norm.png" and Path("own-norm.png").is_file()


def test_a_theorem_of_a_paper_that_nobody_knows_is_named_with_its_file(here):
    with pytest.raises(UserError, match=r"named with its file: FILE\.py#equation-1"):
        names("mine/equation-1")
    with pytest.raises(UserError, match="Did you mean mine/equation-1"):
        names("own.py", "mine/equation-2")
