"""What is found on a box is found once: kept in the user's cache, and never believed blindly."""

import json

import pytest
import sympy as sp

from bounds import Inequality, Theorem
from verify.evidence.cache import VARIABLE
from verify.evidence.progress import Silent
from verify.evidence.workers import Workers
from verify.judging import boxes
from verify.judging.boxes import Problem, known, look_for

x = sp.Symbol("x", positive=True)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(boxes, "_found", {})
    return tmp_path / "cache" / "boxes"


@pytest.fixture
def searches(monkeypatch):
    """The problems that were searched."""
    asked = []

    def look(problem):
        asked.append(problem)
        return original(problem)

    original = boxes.look
    monkeypatch.setattr(boxes, "look", look)
    return asked


def item(at_most=x**2 + 1, low=1):
    claim = Inequality("a", 2 * x, at_most=at_most, box={x: (low, 5)})
    (only,) = Theorem(id="own/lemma-1", statement="", claims=[claim])
    return only


def problem(**changes):
    return Problem.of(item().theorem, item(**changes).claim)


def forget(monkeypatch):
    monkeypatch.setattr(boxes, "_found", {})


def test_a_second_process_searches_nothing(searches, monkeypatch):
    first = known(problem())
    forget(monkeypatch)
    assert known(problem()) == first
    assert first.proof
    assert len(searches) == 1


def test_another_side_box_or_prover_is_searched_anew(searches, monkeypatch):
    known(problem())
    known(problem(at_most=x**2 + 2))
    known(problem(low=2))
    monkeypatch.setattr(boxes, "CODE", (__file__,))
    known(problem())
    assert len(searches) == 4


@pytest.mark.parametrize(
    "damage",
    [
        {"proof": 1},
        {"worst": ["1.0"]},
        {"worst": [float("inf")]},
        {"worst": [], "refuted": True, "proof": ""},
        {"key": "another"},
        {"more": 1},
    ],
)
def test_a_damaged_entry_is_searched_anew(cache, searches, monkeypatch, damage):
    found = known(problem())
    (file,) = cache.iterdir()
    file.write_text(json.dumps(json.loads(file.read_text()) | damage))
    forget(monkeypatch)
    assert known(problem()) == found
    assert len(searches) == 2


def test_what_processes_found_is_what_one_finds(monkeypatch):
    monkeypatch.setattr("verify.evidence.workers.INLINE_SECONDS", 0.0)
    items = [item(), item(at_most=x**2 + sp.Rational(1, 2)), item(at_most=sp.log(x - 2))]
    with Workers(jobs=2) as workers:
        look_for(items, workers, Silent())
    together = dict(boxes._found)
    forget(monkeypatch)
    assert {
        one.claim.claimed[1]: boxes.look(Problem.of(one.theorem, one.claim)) for one in items
    } == {one.claim.claimed[1]: together[Problem.of(one.theorem, one.claim).key] for one in items}


def test_what_is_not_real_somewhere_is_known_with_the_place():
    found = known(problem(at_most=sp.log(x - 2)))
    assert not found.real and not found.proof
    assert found.words.startswith("log(x - 2) is not a real number at x = 1")
