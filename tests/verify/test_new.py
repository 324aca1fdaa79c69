"""`verify new` writes a theorem that runs as it stands, and a test of it that passes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from verify import run
from verify.command_line import main
from verify.errors import UserError
from verify.testing import read

pytest_plugins = "pytester"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def new(*arguments: str):
    return CliRunner().invoke(main, ["new", *arguments])


def refused(*arguments: str) -> str:
    result = new(*arguments)
    assert result.exit_code == 2 and len(result.stderr.splitlines()) == 1
    return result.stderr


def outcome():
    """Run the tests in the folder `mine` as a user would, in a process of their own."""
    call = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "mine"]
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.run(call, capture_output=True, text=True, timeout=600, env=environment)


def test_the_tests_that_are_written_pass_so_that_the_theorem_does_what_it_says(here):
    assert new("mine/theorem-1").exit_code == 0
    result = outcome()
    assert result.returncode == 0, result.stdout
    assert "4 passed" in result.stdout


def test_one_of_its_claims_holds_and_one_is_broken_as_expected(here):
    new("mine/theorem-1")
    found = run("mine/theorem-1.py#no-noise-left", jobs=1)["no-noise-left"]
    assert found.verdict == found.expected == "broken"
    assert run("mine/theorem-1.py#theorem-1#rate", jobs=1)["rate"].verdict == "holds"


def test_a_file_that_is_spoiled_fails_the_tests_beside_it(pytester):
    """What the written tests say can fail: a fit that loses a direction is no least squares."""
    new("mine/theorem-1")
    file = Path("mine/theorem-1.py")
    text = file.read_text()
    assert "basis, noise)" in text
    file.write_text(text.replace("basis, noise)", "basis, noise) * 0.9"))
    found = pytester.runpytest_inprocess("-p", "no:cacheprovider", "mine", "-k", "split")
    found.assert_outcomes(failed=1, deselected=3)


def test_it_says_what_to_type_next_in_words_that_a_shell_takes(here):
    words = new("mine/lemma-B.2", "-o", "my notes/second lemma.py").stdout
    assert "verify run 'my notes/second lemma.py'#risk" in words
    assert "pytest 'my notes/test_second_lemma.py'" in words and "verify help kinds" in words
    assert read("my notes/second lemma.py").theorem.id == "mine/lemma-B.2"
    compile(Path("my notes/test_second_lemma.py").read_text(), "test", "exec")


def test_nothing_is_overwritten(here):
    new("mine/theorem-1.py")
    Path("mine/theorem-1.py").write_text("mine")
    assert "mine/theorem-1.py and mine/test_theorem_1.py exist already" in refused("mine/theorem-1")
    Path("mine/theorem-1.py").unlink()
    assert "mine/test_theorem_1.py exists already" in refused("mine/theorem-1")
    assert not Path("mine/theorem-1.py").exists()
    Path("file").write_text("")
    assert "file/theorem-1.py cannot be written" in refused("file/theorem-1")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("theorem-1",), "PAPER/NAME-NUMBER, such as mine/theorem-1"),
        (("mine/satz-1",), "NAME one of equation, theorem"),
        (("../theorem-1",), "is no id of a theorem"),
        (("xing2021/lemma-99",), "choose another word: mine/lemma-99"),
        (("mine/theorem-1", "-o", "notes.txt"), "-o notes.py"),
    ],
)
def test_an_odd_name_says_what_is_expected(here, arguments, words):
    assert words in refused(*arguments)
    assert not list(here.iterdir())


def test_what_is_written_is_laid_out_as_our_own_code_is(here):
    pytest.importorskip("ruff", reason="ruff comes with the extra `lint`")
    new("mine/theorem-1")
    ruff = [sys.executable, "-m", "ruff"]
    options = ["--config", str(Path(__file__).parents[2] / "pyproject.toml")]
    for call in (["check", "--ignore", "D,I", *options], ["format", "--check", *options]):
        result = subprocess.run([*ruff, *call, "mine"], capture_output=True, text=True)
        assert result.returncode == 0, result.stdout + result.stderr


def test_reading_a_file_that_is_not_there_is_one_line(here):
    with pytest.raises(UserError, match="There is no file"):
        read("absent.py")
