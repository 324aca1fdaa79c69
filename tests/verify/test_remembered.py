"""`verify list` and `verify show` say the same thing faster, as long as nothing changed."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

import files
from verify import plugins
from verify.command_line import main
from verify.errors import UserError
from verify.evidence.cache import VARIABLE
from verify.showing import remembered as place
from verify.showing.remembered import remembered


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache" / "statements"


@pytest.fixture
def source(tmp_path, monkeypatch):
    """A package of one file in place of ours."""
    package = tmp_path / "made_up"
    package.mkdir()
    (package / "__init__.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(place, "_SOURCES", ("made_up",))
    return package


@pytest.fixture
def asked():
    """An answer, and how often it was gathered."""

    class Asked:
        times = 0

        def __call__(self):
            self.times += 1
            return [{"id": "paper/lemma-1", "rows": ["γ", 1, None, 0.5]}]

        def now(self, *ids, command="show"):
            return remembered(command, ids or ("paper/lemma-1",), self)

    return Asked()


def test_what_was_gathered_once_is_said_again(source, asked):
    assert asked.now() == asked.now() == asked()
    assert asked.times == 2


def test_another_request_is_another_answer(source, asked):
    requests = [("a", "b"), ("b", "a"), ("a b",), ("a",)]
    for ids in requests + requests:
        asked.now(*ids)
    asked.now("a", command="list")
    assert asked.times == 5


@pytest.mark.parametrize("change", ["edited", "added", "renamed", "moved"])
def test_a_changed_source_is_read_again(source, asked, change):
    (source / "one.py").write_text("y = 1\n")
    (source / "inner").mkdir()
    asked.now()
    if change == "edited":
        (source / "one.py").write_text("y = 2\n")
    elif change == "added":
        (source / "two.py").write_text("")
    else:
        (source / "one.py").rename(source / ("two.py" if change == "renamed" else "inner/one.py"))
    asked.now()
    assert asked.times == 2
    asked.now()
    assert asked.times == 2


def test_an_edit_leaves_no_second_entry(source, asked, cache):
    for line in ("y = 1", "y = 2"):
        (source / "one.py").write_text(line)
        asked.now()
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "[]",
        "{",
        "[" * 100_000,
        lambda entry: {**entry, "answer": []},
        lambda entry: {name: entry[name] for name in entry if name != "answer"},
        lambda entry: {**entry, "key": None},
        lambda entry: {**entry, "request": json.dumps(["show", "paper/lemma-2"])},
    ],
)
def test_a_damaged_or_foreign_entry_is_ignored_and_written_anew(source, asked, cache, damage):
    asked.now()
    (file,) = cache.iterdir()
    good = file.read_text()
    file.write_text(json.dumps(damage(json.loads(good))) if callable(damage) else damage)
    assert asked.now() == asked()
    assert file.read_text() == good


def test_where_the_cache_cannot_be_written_it_is_gathered(source, asked, monkeypatch):
    monkeypatch.setenv(VARIABLE, "/dev/null/cache")
    assert asked.now() == asked.now()
    assert asked.times == 2


def test_nothing_is_kept_about_what_other_sources_define(source, asked, cache, monkeypatch):
    asked.now("own.py")
    asked.now("paper/lemma-1", "folder/own.py")
    monkeypatch.setattr(plugins, "installed", lambda: ("a plug-in",))
    asked.now()
    monkeypatch.undo()
    monkeypatch.setattr(place, "_SOURCES", ("no_such_package",))
    asked.now()
    assert asked.times == 4 and not cache.exists()


def test_a_mistake_is_not_kept(source, cache):
    def gather():
        raise UserError("There is no such theorem.")

    for _ in range(2):
        with pytest.raises(UserError):
            remembered("show", ("paper/lemma-9",), gather)
    assert not cache.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "xing2021/lemma-5"),
        ("show", "xing2021/lemma-5#with-sign", "--json"),
        ("list", "xing2021"),
        ("list", "xing2021/lemma-5", "--json"),
    ],
)
def test_the_second_call_says_the_same_and_reads_no_paper(arguments, cache):
    first = CliRunner().invoke(main, list(arguments))
    assert first.exit_code == 0 and len(list(cache.iterdir())) == 1
    code = (
        "import sys\n"
        "from verify.command_line import main\n"
        f"try: main({list(arguments)!r})\n"
        "except SystemExit: pass\n"
        "read = {'bounds', 'sympy', 'numpy', 'verify.catalogue'} & set(sys.modules)\n"
        "assert not read, read"
    )
    again = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        timeout=300,
        capture_output=True,
        text=True,
        env=dict(os.environ),  # readline, which pytest imports, leaves a width in the system's
    )
    assert again.stdout == first.stdout


def test_a_file_of_ones_own_is_read_each_time(tmp_path, cache):
    own = tmp_path / "own.py"
    for name in ("norm", "size"):
        own.write_text(files.OWN.replace('"norm"', f'"{name}"'))
        listed = CliRunner().invoke(main, ["list", str(own)])
        assert f"mine/equation-1#{name}" in listed.stdout
    assert not cache.exists()
