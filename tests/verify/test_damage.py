"""Stores and reports that are damaged, or come from strangers: nothing changes in silence."""

import contextlib
import json
import random
import shutil
import sqlite3
from pathlib import Path

import pytest

import files
from verify import load, run
from verify.errors import UserError
from verify.evidence.store import Store
from verify.loading import load_report
from verify.showing.difference import difference_table
from verify.showing.rows import as_text

FILE = files.theorem_file(
    'Identity("mean", observable="y", equals=x), '
    'Identity("wrong", observable="y", equals=2 * x, expected="broken", because="it is false"), '
    'Probability("rare", event="e", at_most=sp.Rational(1, 2)), '
    'Inequality("positive", left="square", at_least=0)',
    'u = rng.random(n)\nreturn {"y": 0.9 + 0.2 * u, "e": u < 0.2, "square": (u - 0.5)**2}',
    binding="cells=[dict(x=1.0), dict(x=1)], block=64, first=256, quick=5",
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("one.py").write_text(FILE)
    return tmp_path


def facts(report) -> dict:
    """A report without times and the notes on the store."""
    data = json.loads(report.to_json())
    data["summary"].pop("seconds")
    data.pop("notes")
    for claim in data["claims"]:
        claim.pop("seconds")
    return data


def in_the_file(path: Path, rng: random.Random) -> None:
    """Damage bytes somewhere: flip, zero or overwrite some, swap pages, or cut the end off."""
    data = bytearray(path.read_bytes())
    start, kind = rng.randrange(len(data)), rng.randrange(5)
    page = start // 4096 * 4096
    if kind == 0:
        data[start] ^= 1 << rng.randrange(8)
    elif kind == 1:
        data[page : page + 4096] = bytes(len(data[page : page + 4096]))
    elif kind == 2:
        data[start : start + 64] = rng.randbytes(len(data[start : start + 64]))
    elif kind == 3:
        other = rng.randrange(len(data) // 4096) * 4096
        one = bytes(data[page : page + 4096])
        data[page : page + 4096], data[other : other + 4096] = data[other : other + 4096], one
    else:
        del data[start:]
    path.write_bytes(data)


STATEMENTS = (
    "UPDATE block SET data = substr(data, 1, length(data) - 8) || x'0000000000000040' {where}",
    "UPDATE block SET data = x'00' {where}",
    "UPDATE block SET data = 3 {where}",
    "UPDATE block SET data = (SELECT data FROM block ORDER BY random() LIMIT 1) {where}",
    "UPDATE block SET hash = x'00' {where}",
    "UPDATE block SET seconds = -1 {where}",
    "UPDATE block SET seconds = 'text' {where}",
    "UPDATE block SET seconds = 9e999 {where}",
    "UPDATE block SET made = 'nothing' {where}",
    "UPDATE OR REPLACE block SET number = number + 1 {where}",
    "UPDATE OR REPLACE block SET number = 'text' {where}",
    "UPDATE OR REPLACE block SET cell = (SELECT MAX(cell) FROM block) {where}",
    "UPDATE OR REPLACE block SET seed = 1 {where}",
    "DELETE FROM block {where}",
)


def in_a_row(path: Path, rng: random.Random) -> None:
    """Damage some rows by a statement."""
    where = f"WHERE number = {rng.randrange(8)}"
    with contextlib.closing(sqlite3.connect(path)) as store, store:
        store.execute(rng.choice(STATEMENTS).format(where=where))


def test_120_random_damages_of_a_store_change_no_report_in_silence(here):
    reference = facts(run("one.py", jobs=1))
    assert [claim["verdict"] for claim in reference["claims"]][1] == "broken"
    refused = noted = 0
    for seed in range(120):
        rng = random.Random(seed)
        shutil.rmtree("damaged", ignore_errors=True)
        shutil.copytree(".verify", "damaged")
        (in_the_file if rng.random() < 0.6 else in_a_row)(Path("damaged/replicates.sqlite"), rng)
        try:
            report = run("one.py", jobs=1, store="damaged")
        except UserError as failure:
            refused += 1
            assert "\n" not in str(failure)
            continue
        assert facts(report) == reference, seed
        assert all("\n" not in note and "--fresh" not in note for note in report.notes)
        noted += bool(report.notes)
    assert noted > 40 and refused < 40


@pytest.mark.parametrize("value", ["'text'", "9e999", "-1"])
def test_a_cost_that_is_none_is_damage(here, value):
    first = run("one.py", jobs=1)
    with contextlib.closing(sqlite3.connect(".verify/replicates.sqlite")) as store, store:
        store.execute(f"UPDATE block SET seconds = {value}")
    again = run("one.py", jobs=1)
    assert facts(again) == facts(first) and "damaged" in again.notes[0]


@pytest.mark.parametrize("statement", [STATEMENTS[0], STATEMENTS[3]])
def test_damaged_blocks_are_drawn_again_and_said_in_one_line(here, statement):
    first = run("one.py", jobs=1)
    with contextlib.closing(sqlite3.connect(".verify/replicates.sqlite")) as store, store:
        store.execute(statement.format(where="WHERE number IN (0, 2)"))
    again = run("one.py", jobs=1)
    assert facts(again) == facts(first) and first.notes == ()
    (note,) = again.notes
    assert "damaged, and drawn again" in note and note in str(again)
    assert json.loads(again.to_json())["notes"] == [note] and run("one.py", jobs=1).notes == ()


def test_a_page_of_zeros_is_survived_and_most_blocks_are_saved(here):
    first = run("one.py", jobs=1)
    path = Path(".verify/replicates.sqlite")
    data = bytearray(path.read_bytes())
    middle = len(data) // 4096 // 2 * 4096
    data[middle : middle + 4096] = bytes(4096)
    path.write_bytes(data)
    again = run("one.py", jobs=1)
    assert facts(again) == facts(first) and "damaged" in again.notes[0]
    assert run("one.py", jobs=1).notes == ()


def test_a_store_of_the_first_layout_is_drawn_again_and_said(here):
    Path(".verify").mkdir()
    with contextlib.closing(sqlite3.connect(".verify/replicates.sqlite")) as store, store:
        store.execute(
            "CREATE TABLE block (simulation TEXT, cell TEXT, seed INTEGER, number INTEGER, "
            "seconds REAL, data BLOB)"
        )
    report = run("one.py", jobs=1)
    assert report["mean"].reason != "error" and "older version" in report.notes[0]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON block BEGIN DELETE FROM block; END",
        "CREATE VIEW v AS SELECT 1",
        "PRAGMA application_id = 5",
        "PRAGMA user_version = 77",
    ],
)
def test_a_file_that_has_more_or_other_than_replicates_is_refused(here, statement):
    Store("s").close()
    with contextlib.closing(sqlite3.connect("s/replicates.sqlite")) as store, store:
        store.execute(statement)
    with pytest.raises(UserError, match="not laid out as this version"):
        Store("s")


# Reports of strangers


def places(value, path=()):
    """Every place in nested data."""
    yield path
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, one in items:
        yield from places(one, (*path, key))


ODD = [
    None, True, -1, 3, 1.5, 10**400, "", "<img src=x onerror=alert(1)>", "[/x]", "[bold]", "\ud800",
    "\x1b[2J", [], {}, [1], ["a", None], {"a": 1}, [[]], [[[[1]]]], "holds", "broken", "1",
]  # fmt: skip


def mutated(data, rng: random.Random):
    """A report with one value changed or lost."""
    data = json.loads(json.dumps(data))
    path = rng.choice([place for place in places(data) if place])
    inside = data
    for key in path[:-1]:
        inside = inside[key]
    if rng.random() < 0.2:
        del inside[path[-1]]
    else:
        inside[path[-1]] = rng.choice(ODD)
    return data


def test_mutated_reports_are_refused_in_a_line_or_shown_without_harm(here):
    report = run("one.py", jobs=1)
    report.to_json("a.json")
    data, whole, refused = json.loads(report.to_json()), load_report("a.json"), 0
    for seed in range(450):
        Path("odd.json").write_text(json.dumps(mutated(data, random.Random(seed))))
        try:
            odd = load("odd.json")
        except UserError as failure:
            refused += 1
            assert "\n" not in str(failure)
            continue
        shown = odd._repr_html_()
        assert "<img" not in shown and len(str(odd)) > 100
        as_text(difference_table(whole, odd)), as_text(difference_table(odd, whole))
        odd.to_json()
        assert odd.exit_status in (0, 1, 3)
    assert 100 < refused < 440


def test_html_is_escaped_whatever_a_report_says(here):
    data = json.loads(run("one.py", jobs=1).to_json())
    for claim in data["claims"]:
        claim["id"] = claim["note"] = claim["reason"] = "<img src=x onerror=alert(1)>"
    Path("odd.json").write_text(json.dumps(data))
    assert "<img" not in load("odd.json")._repr_html_()
    data["claims"][0]["replicates"] = "<img src=x onerror=alert(1)>"
    Path("odd.json").write_text(json.dumps(data))
    with pytest.raises(UserError, match="replicates of a claim is '<img"):
        load("odd.json")


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_have_are_refused(here, text):
    report = run("one.py", jobs=1).to_json()
    Path("odd.json").write_text(report.replace('"alpha": 0.01', f'"alpha": {text}'))
    with pytest.raises(UserError, match="is not JSON"):
        load("odd.json")
