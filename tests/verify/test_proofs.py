"""Derivations are judged once: kept in the user's cache, and never believed blindly."""

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import sympy as sp
from click.testing import CliRunner

import files
from bounds import PAPERS, Derivation, Theorem, required
from verify import run
from verify.command_line import main
from verify.evidence.cache import VARIABLE, folder
from verify.evidence.progress import Silent
from verify.evidence.workers import Workers
from verify.judging import boxes, deriving, proofs
from verify.judging.deriving import derived, kept
from verify.judging.judgement import Judgement
from verify.judging.rules.derivation import Problem

x, y = sp.symbols("x y", positive=True)
REAL = sp.Symbol("x", real=True)
r = sp.Symbol("r", real=True)
PROOF = Judgement("holds", "the difference simplifies to zero", 0.0, 0.0)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache" / "derivations"


@pytest.fixture
def decided(monkeypatch):
    """The problems that algebra was asked about."""
    asked = []

    def decide(problem):
        asked.append(problem)
        return original(problem)

    original = deriving.decide
    monkeypatch.setattr(deriving, "decide", decide)
    return asked


def item(left=(x + 1) ** 2, hypotheses=(), **sides):
    claim = Derivation("d", left=left, **sides or {"equals": x**2 + 2 * x + 1})
    (only,) = Theorem(id="own/proof-1", statement="", claims=[claim], hypotheses=hypotheses)
    return only


def judged(*items, jobs=1):
    with Workers(jobs=jobs) as workers:
        return {d.item.id: d.judgement for d in derived(items, workers, Silent())}


def key(**changes):
    made = item(**changes)
    return Problem.of(made.theorem, made.claim).key


@pytest.mark.parametrize(
    ("sides", "verdict"),
    [
        ({"equals": x**2 + 2 * x + 1}, "holds"),
        ({"equals": x**2 + 1}, "broken"),
        ({"at_least": sp.besselj(0, x) - 2}, "undecided"),
        ({"equals": sp.Mul(sp.zoo, x, evaluate=False)}, "undecided"),
    ],
)
def test_a_derivation_is_judged_once_whatever_came_out(decided, sides, verdict):
    first, again = (judged(item(**sides)) for _ in range(2))
    assert len(decided) == 1 and kept([item(**sides)]) == 1
    assert repr(first) == repr(again)
    assert {judgement.verdict for judgement in first.values()} == {verdict}


def test_the_time_of_a_kept_proof_is_that_of_its_making():
    with Workers(jobs=1) as workers:
        first, again = ([*derived([item()], workers, Silent())] for _ in range(2))
    assert first == again and first[0].seconds > 0


@pytest.mark.parametrize(
    "changes",
    [
        {"left": (y + 1) ** 2},
        {"equals": x**2 + 2 * x + 2},
        {"at_most": x**2 + 2 * x + 1},
        {"at_least": x**2 + 2 * x + 1},
        {"hypotheses": [required(x < 1, "small")]},
        {"equals": x**2 + 2 * x + 1, "where": x < 1},
        {"left": (REAL + 1) ** 2, "equals": REAL**2 + 2 * REAL + 1},
        {"at_most": x**2 + 2 * x + 1, "nonnegative": sp.Integer(0)},
    ],
)
def test_whatever_the_answer_depends_on_is_in_the_key(changes):
    assert key(**changes) != key()


def test_names_and_words_are_not_in_the_key():
    named = Derivation("e", left=(x + 1) ** 2, equals=x**2 + 2 * x + 1, statement="a square")
    theorem = Theorem(id="own/proof-2", statement="other", claims=[named])
    assert Problem.of(theorem, named).key == key()


def test_symbols_of_one_name_that_are_not_equal_are_told_apart():
    class Letter(sp.Symbol):
        """A symbol that has more to it than its representation shows."""

        def __new__(cls, name, meaning):
            self = sp.Symbol.__xnew__(cls, name, positive=True)
            self.meaning = meaning
            return self

        def _hashable_content(self):
            return (f"{self.name} {self.meaning}", *super()._hashable_content()[1:])

    one, other = Letter("a", "a length"), Letter("a", "an area")
    assert one != other and sp.srepr(one) == sp.srepr(other)
    with pytest.raises(ValueError, match="a stands for two symbols"):
        key(left=one, equals=other)


def test_a_symbol_that_is_equal_is_written_the_same_however_its_assumptions_are_given():
    one, other = (
        sp.Symbol("a", integer=True, positive=True),
        sp.Symbol("a", positive=True, integer=True),
    )
    assert one == other and sp.srepr(one) != sp.srepr(other)
    assert key(left=one, equals=1) == key(left=other, equals=1)
    assert key(left=one, equals=1) != key(left=sp.Symbol("a", positive=True), equals=1)


def test_a_dummy_is_written_without_the_number_that_this_process_gave_it():
    def key_of(*letters):
        return proofs.fingerprint((), [sp.Tuple(*letters)])

    (a, b), (c, _) = sp.symbols("u v", cls=sp.Dummy), sp.symbols("u v", cls=sp.Dummy)
    assert key_of(a, b) == key_of(c, b) and key_of(a, b) != key_of(a, a)
    assert key_of(sp.Dummy("u")) != key_of(sp.Dummy("u", positive=True)) != key_of(sp.Dummy("v"))


def keys_of_papers(backwards=False):
    """Return the keys of all derivations and claims over a box, papers read in either order."""
    found = {}
    for paper in sorted(PAPERS, reverse=backwards):
        for theorem in import_module(f"bounds.{paper}.contents").theorems:
            for item in theorem:
                if isinstance(item.claim, Derivation):
                    found[item.id] = Problem.of(theorem, item.claim).key
                elif item.claim.box is not None:
                    found[item.id] = boxes.Problem.of(theorem, item.claim).key
    return found


def test_what_is_kept_of_the_papers_is_found_by_another_process():
    code = "import json, test_proofs; print(json.dumps(test_proofs.keys_of_papers(True)))"
    folders = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    hashed_otherwise = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": folders, "PYTHONHASHSEED": hashed_otherwise},
        capture_output=True,
        text=True,
        check=True,
    )
    here = keys_of_papers()
    assert len(here) > 400
    assert json.loads(done.stdout) == here


def test_another_version_of_sympy_or_of_the_rule_proves_again(decided, monkeypatch):
    judged(item())
    monkeypatch.setattr(proofs, "_code", lambda files: "another")
    judged(item())
    assert len(decided) == 2


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 5000,
        "\x00",
        '{"verdict": "holds"}',
        lambda entry: entry | {"key": "another"},
        lambda entry: entry | {"verdict": "true"},
        lambda entry: entry | {"verdict": "broken"},
        lambda entry: entry | {"verdict": ["holds"]},
        lambda entry: entry | {"note": None},
        lambda entry: entry | {"seconds": "1"},
        lambda entry: entry | {"values": []},
        lambda entry: {k: v for k, v in entry.items() if k != "reason"},
    ],
)
def test_a_damaged_or_foreign_entry_is_ignored_and_proved_again(decided, cache, damage):
    judged(item())
    (file,) = cache.iterdir()
    good = file.read_text()
    file.write_text(json.dumps(damage(json.loads(good))) if callable(damage) else damage)
    assert judged(item())["own/proof-1#d"] == PROOF and len(decided) == 2
    assert json.loads(file.read_text()).keys() == json.loads(good).keys()


def test_where_the_cache_cannot_be_written_everything_is_proved(decided, monkeypatch):
    for nowhere in ("/dev/null/cache", "/dev/full"):
        monkeypatch.setenv(VARIABLE, nowhere)
        assert judged(item())["own/proof-1#d"] == PROOF
    assert len(decided) == 2


def test_processes_that_write_the_same_proof_at_once_leave_a_whole_one(cache):
    proofs.keep("same", PROOF, 0.0)
    code = (
        "import sys\n"
        "from verify.evidence.cache import keep, recall\n"
        "kind, name = sys.argv[1:]\n"
        "entry = recall(kind, name)\n"
        "for number in range(100):\n"
        "    keep(kind, name, entry | {'seconds': float(number)})\n"
        "    assert recall(kind, name) is not None, 'half an entry was read'"
    )
    call = [sys.executable, "-c", code, cache.name, "same"]
    writers = [subprocess.Popen(call) for _ in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert [file.name for file in cache.iterdir()] == ["same.json"]
    assert proofs.recall("same") is not None


def test_many_derivations_are_proved_in_all_processes_and_kept_here(cache):
    many = [item(left=(x + k) ** 2, equals=x**2 + 2 * k * x + k**2) for k in range(1, 9)]
    with Workers(jobs=2) as workers:
        assert [d.judgement for d in derived(many, workers, Silent())] == [PROOF] * 8
    assert kept(many) == len(list(cache.iterdir())) == 8


def test_the_cache_is_where_the_environment_says(monkeypatch, tmp_path):
    assert folder("derivations") == tmp_path / "cache" / "derivations"
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert folder("derivations") == tmp_path / "xdg" / "theorycheck" / "derivations"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert folder("derivations") == tmp_path / ".cache" / "theorycheck" / "derivations"


def test_proofs_do_not_travel_with_the_store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("several.py").write_text(files.SEVERAL)
    run("several.py", store="store")
    assert {file.name for file in Path("store").rglob("*.json")} <= {"code.json", "drawn.json"}
    assert len(list(folder("derivations").iterdir())) == 2


def test_a_dry_run_says_how_many_derivations_there_are_and_how_many_are_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("several.py").write_text(files.SEVERAL)

    def dry() -> str:
        return CliRunner().invoke(main, ["run", "several.py", "--dry-run"]).output

    assert "2 derivations" in dry() and "0 of them kept" in dry()
    run("several.py", store="store")
    assert "2 of them kept" in dry()


def test_derivations_move_the_progress_display():
    class Told(Silent):
        def __init__(self):
            self.total = self.done = 0.0

        def started(self, seconds):
            self.total += seconds

        def advanced(self, seconds):
            self.done += seconds

    told = Told()
    with Workers(jobs=1) as workers:
        list(derived([item(), item(equals=x)], workers, told))
        assert told.total == pytest.approx(told.done) and told.total > 0
        before = told.total
        list(derived([item(), item(equals=x)], workers, told))
    assert told.total == before
