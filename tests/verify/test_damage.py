"""Stores and reports that are damaged, or come from strangers: nothing changes in silence."""

import contextlib
import json
import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from damages import ONE, STATEMENTS, facts, in_a_row, in_the_file, mutated
from verify import load, run
from verify.command_line import main
from verify.errors import UserError
from verify.evidence.store import Store
from verify.loading import load_report
from verify.showing.difference import difference_table
from verify.showing.rows import as_text


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("one.py").write_text(ONE)
    return tmp_path


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


def test_a_store_that_cannot_be_opened_leaves_no_connection_open(here, monkeypatch):
    """Python 3.13 warns of one that is left, and a warning is an error."""
    opened, connect = [], sqlite3.connect

    def watched(*args, **more):
        opened.append(connect(*args, **more))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", watched)
    Path("s").mkdir()
    for content in (b"no database", b"SQLite format 3\0" + bytes(4096)):
        Path("s/replicates.sqlite").write_bytes(content)
        with contextlib.suppress(UserError):
            Store("s").close()
    assert opened
    for connection in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")


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


def test_results_are_not_written_over_a_program(here):
    for command in (["run", "one.py", "--json"], ["report", "one.py", "-o"]):
        result = CliRunner().invoke(main, [*command, "one.py"])
        assert result.exit_code == 2 and "is a program" in result.output
    assert Path("one.py").read_text() == ONE


def test_a_store_may_have_a_name_that_is_no_text(here):
    for command in ("run", "report"):
        result = CliRunner().invoke(main, [command, "one.py", "--store", "\udcff"])
        assert result.exit_code in (0, 3), result.output
    assert Path("report.html").stat().st_size > 1000


# Reports of strangers


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
