"""The first screen: what it counts, what it says first, and that it fits."""

import json
import os
import shlex
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import files
from bounds import (
    BigO,
    Bounded,
    Identity,
    Inequality,
    Limit,
    Monotone,
    Omega,
    Probability,
    Theta,
)
from verify.catalogue.registry import load_registry
from verify.command_line import main
from verify.errors import UserError
from verify.evidence.settings import Settings
from verify.judging.judgement import TOO_FEW, Judgement
from verify.judging.standing import nothing_violates
from verify.judging.verdict import Verdict
from verify.report import Report
from verify.showing.findings import WEIGHTS, findings
from verify.showing.rows import UNWRAPPED, Rows, as_text
from verify.showing.screen import Screen
from verify.showing.screen import _typed as typed
from verify.showing.tables import outcome, settings
from verify.showing.verdicts import VerdictTable

PAPERS = ("gao2019", "wang2022")


def verdict(name: str, outcome: str, expected: str = "holds", **more) -> Verdict:
    """A verdict with numbers of the usual size."""
    facts = dict(
        id=name,
        theorem=name.partition("#")[0],
        kind="identity",
        statement="",
        verdict=outcome,
        expected=expected,
        predicted=-1.234e-05,
        observed=-1.234e-05,
        interval=(-0.001234, 0.001234),
        tolerance=0.01,
        replicates=123456,
        error=1e-6,
        strength="enumerated",
    )
    return Verdict(**facts | more)


def report(verdicts) -> Report:
    return Report(tuple(verdicts), "quick", 0.01, 0, "0")


def screen(verdicts, width: int) -> str:
    shown = Screen(report(verdicts), load_registry(), Settings(), ("gao2019",), ".verify/last.txt")
    return as_text(shown, width)


@pytest.fixture(scope="module")
def as_expected():
    """Every claim of two papers, with the verdict that is expected of it."""
    items = load_registry().resolve(PAPERS)
    return [verdict(one.id, one.claim.expected, one.claim.expected) for one in items]


# What is counted

OUTSIDE = {"margins": {"n is large": 1.5e-11, "m is large": 2.0}}


@pytest.mark.parametrize(
    ("facts", "standing"),
    [
        (dict(outcome="holds"), "holds"),
        (dict(outcome="holds", detail={"blunt": True}), "needs more"),
        (dict(outcome="holds", detail={"margins": {"n is large": 3.0}}), "holds"),
        (dict(outcome="holds", detail={"margins": {"n is large": None}}), "holds"),
        (dict(outcome="holds", detail=OUTSIDE), "holds outside its regime"),
        (dict(outcome="holds", detail=OUTSIDE | {"blunt": True}), "needs more"),
        (dict(outcome="undecided", reason="noise", detail=OUTSIDE), "needs more"),
        (dict(outcome="broken", expected="broken"), "false as printed"),
        (dict(outcome="undecided", reason="noise", no_violation_yet=True), "no violation yet"),
        (dict(outcome="undecided", reason="noise"), "needs more"),
        (dict(outcome="undecided", reason="error"), "unexpected"),
        (dict(outcome="not applicable", expected="not applicable"), "not applicable"),
        (dict(outcome="broken"), "unexpected"),
        (dict(outcome="holds", expected="broken"), "unexpected"),
    ],
)
def test_every_verdict_is_counted_under_one_heading(facts, standing):
    one = verdict("mine/lemma-1#a", facts.pop("outcome"), **facts)
    assert one.standing == standing
    (row,) = (line for line in screen([one], 120).splitlines() if line.startswith("mine "))
    assert row.split().count("·") == 6


@pytest.mark.parametrize("width", [80, 120, 200])
def test_what_holds_outside_its_regime_says_so_and_by_how_much_and_is_not_green(width):
    found = [verdict("mine/lemma-1#a", "holds", detail=OUTSIDE), verdict("mine/lemma-1#b", "holds")]
    text = " ".join(as_text(VerdictTable(report(found)), width).split())
    assert text.count("holds (outside its regime)") == 1
    assert "outside the regime by 10^11: n is large" in text
    assert "2 hold (1 of them outside the regime of their theorem)" in text
    assert [one.style for one in map(outcome, found)] == ["yellow", "green"]
    assert report(found).summary["outside_regime"] == 1
    data = report(found).to_dict()["claims"]
    assert [one["outside_regime"] for one in data] == [{"n is large": 1.5e-11}, {}]
    again = Report.from_dict(report(found).to_dict())
    assert [one.missed for one in again] == [{"n is large": 1.5e-11}, {}]


def judged(reason="noise", observed=0.5, note="", verdict="undecided"):
    return Judgement(verdict, reason, 1.0, observed, note=note)


@pytest.mark.parametrize(
    ("claim", "judgement", "expected"),
    [
        (Inequality("a", "y", at_most=1), judged(), True),
        (Inequality("a", "y", at_most=1), judged("rounding"), False),
        (Inequality("a", "y", at_most=1, expected="broken", because="it is"), judged(), False),
        (Inequality("a", "y", at_most=1), judged(verdict="holds"), False),
        (Probability("a", "y", at_most=1), judged(), True),
        (Probability("a", "y", at_least=1), judged(), False),
        (Probability("a", "y", at_least=1), judged(observed=1.0), True),
        (Probability("a", "y", at_most=1), judged("edge"), False),
        (BigO("a", "y", of="n"), judged(), True),
        (BigO("a", "y", of="n"), judged(observed=1.1), False),
        (Omega("a", "y", of="n"), judged(), False),
        (Omega("a", "y", of="n"), judged(observed=1.1), True),
        (Omega("a", "y", of="n"), judged(observed=1.1, note=TOO_FEW), False),
        (Theta("a", "y", of="n"), judged(), False),
        (Bounded("a", "y", of="n"), judged(), False),
        (Limit("a", "y", to=1), judged(), False),
        (Monotone("a", "y", along="n"), judged(), False),
        (Identity("a", "y", equals=1), judged(observed=1.0), False),
        (Identity("a", "y", equals=1, exact=True), judged(), True),
    ],
)
def test_no_violation_yet_is_said_of_one_sided_claims_of_which_nothing_is_on_the_wrong_side(
    claim, judgement, expected
):
    assert nothing_violates(claim, judgement) is expected


def test_no_violation_so_far_never_reads_as_failure():
    good = [
        verdict(f"mine/lemma-{k}#a", "undecided", reason="noise", no_violation_yet=True)
        for k in range(3)
    ]
    text = screen(good, 100)
    assert "3 undecided (3 of them without a violation so far); nothing unexpected" in text
    assert "Unexpected" not in text and "rror:" not in text


# Findings


def test_the_weightiest_findings_come_first(as_expected):
    found = findings(load_registry(), as_expected)
    weights = [(one.harmless, WEIGHTS.index(one.kind)) for one in found]
    assert weights == sorted(weights) and len(set(weights)) > 5
    assert len({one.theorem for one in found}) == len(found)
    by_id = {one.id: one for one in load_registry().resolve(PAPERS)}
    for one in found:
        theorem = by_id[one.id].theorem
        alike = [erratum for erratum in theorem.errata if erratum.why == one.why]
        assert one.correct in [erratum.correct for erratum in alike] or not alike
        printed = [
            erratum.correct for erratum in alike if erratum.printed == by_id[one.id].claim.line
        ]
        assert one.correct in (printed or [one.correct])
        hurts = [
            erratum
            for erratum in theorem.errata
            if not erratum.harmless
            and erratum.why in {c.because for c in theorem.claims if c.expected == "broken"}
        ]
        assert one.harmless <= (not hurts), one.id


def test_papers_take_turns(as_expected):
    found = findings(load_registry(), as_expected)
    alike = [one for one in found if (one.harmless, one.kind) == (False, "lemma")]
    papers = [one.theorem.partition("/")[0] for one in alike[:2]]
    assert set(papers) == set(PAPERS)


def test_what_holds_against_expectation_is_no_finding(as_expected):
    assert not findings(load_registry(), [verdict(as_expected[0].id, "broken")])
    assert not findings(load_registry(), [verdict("other/lemma-1#a", "broken", "broken")])


# Widths


@pytest.mark.parametrize("width", [80, 120])
def test_the_screen_fits_and_breaks_no_id(as_expected, width):
    lines = screen(as_expected, width).splitlines()
    commands = [line for line in lines if line.startswith("  verify ")]
    assert all(len(line) <= width for line in lines if line not in commands)
    assert len(commands) >= 1 and len(lines) < 60
    shown = [
        line.split()[0] for line in lines if "/" in line and "#" in line and line not in commands
    ]
    assert {name for name in shown if name.startswith(PAPERS)} <= {one.id for one in as_expected}


@pytest.mark.parametrize("width", [80, 120, 150, UNWRAPPED])
def test_no_table_breaks_an_id(as_expected, width):
    text = as_text(VerdictTable(report(as_expected)), width)
    assert all(one.id in text for one in as_expected)
    assert all(len(line) <= width for line in text.splitlines())


def test_where_there_is_room_everything_stands_in_a_row(as_expected):
    few = [one for one in as_expected if len(one.id) < 30][:3]
    for width in (120, 200):
        rows = as_text(VerdictTable(report(few)), width).splitlines()[1:4]
        assert [row.split()[0] for row in rows] == [one.id for one in few]


def wrong(name: str, note: str) -> Verdict:
    return verdict(name, "undecided", reason="error", note=note, interval=None, strength="")


@pytest.mark.parametrize("width", [80, 200])
def test_an_error_is_said_once_with_the_claims_that_it_hits(width):
    said = "own.py:7: RuntimeError: no convergence (at n = 4)"
    found = [wrong(f"mine/lemma-1#{name}", said) for name in "abc"]
    found.append(wrong("mine/lemma-1#other", "own.py:9: another"))
    text = as_text(VerdictTable(report(found)), width)
    assert text.count(said) == 1 and text.count("another") == 1
    _, _, errors = text.partition("Errors")
    hit, _, _ = errors.partition(said)
    assert [line for line in hit.split() if line] == [one.id for one in found[:3]]


def test_a_number_stays_beside_its_name_and_its_unit():
    found = [verdict("mine/lemma-1#a", "holds", replicates=256)]
    for width in range(40, 76):  # so narrow that it stands in lines
        text = as_text(VerdictTable(report(found)), width)
        lines = [line.strip() for line in text.splitlines()]
        assert not any(line in ("256", "=", "= 256", "s)") for line in lines), text
        assert "n = 256" in text and "\N{NO-BREAK SPACE}" not in text


LONG = "mine/proposition-12#a-claim-with-a-name-that-is-as-long-as-some-are"


@pytest.mark.parametrize("width", [80, 100, 200])
def test_columns_beside_a_long_id_can_be_read_or_stand_below_it(width):
    words = "a statement of some length, as there are many of them in every paper"
    rows = [(LONG, "identity", "holds", words), (LONG, "identity", "broken", words)]
    text = as_text(Rows(("claim", "kind", "expected", "statement"), rows), width)
    assert max(map(len, text.splitlines())) <= width
    for word in ("identity", "broken", *words.split()):
        assert word in text.split() or f"{word}," in text.split()
    assert (text.count(LONG) == 1) == (width < 68 + 3 * 26)


# The command


MANY = files.SEVERAL.replace(
    'Unchecked("far", because="no machine is that large"),',
    "".join(f'Derivation("n{k}", left=d + {k}, equals={k} + d),' for k in range(10)),
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    Path("many.py").write_text(MANY)
    Path("several.py").write_text(files.SEVERAL)
    body = 'return {"y": 1 + 0.1 * rng.standard_normal(n)}'
    Path("wrong.py").write_text(
        files.theorem_file('Identity("a", observable="y", equals=2*x)', body)
    )
    return tmp_path


def call(*arguments: str):
    result = CliRunner().invoke(main, [*arguments, "--jobs", "1"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def ids(file: str) -> set[str]:
    listed = CliRunner().invoke(main, ["list", file, "--json"])
    return {entry["id"] for entry in json.loads(listed.stdout)}


def test_many_claims_are_one_screen_and_the_table_a_file(here):
    result = call("run", "many.py")
    assert "printed," in result.stdout and "Next" in result.stdout
    assert "several/lemma-2#n3" not in result.stdout
    assert "less .verify/last.txt" in result.stdout
    table = Path(".verify/last.txt").read_text()
    assert all(name in table for name in ids("many.py"))
    assert "verify run many.py --budget full" in result.stdout


@pytest.mark.parametrize("forecast", [None, 10.0, 1e9])
def test_more_replicates_are_offered_where_they_should_settle_something(forecast):
    name = "xing2021/equation-5#risk"
    detail = {} if forecast is None else {"forecast": forecast}
    text = screen([verdict(name, "undecided", detail=detail)], 100)
    assert ("--budget full" in text) == (forecast == 10.0)
    assert "verify explain" in text


def test_the_undecided_are_counted_alike_wherever_they_are_counted():
    name = "xing2021/equation-5#risk"
    found = [
        verdict(name, "undecided", detail={"forecast": 10.0}),
        verdict("mine/lemma-1#a", "undecided", expected="undecided"),
        wrong("mine/lemma-1#b", "own.py:9: another"),
    ]
    text = " ".join(screen(found, 100).split())
    assert "2 undecided, 1 error;" in text
    assert (
        "of the 2 that are undecided, 1 should be settled by it; 1 is expected to stay so" in text
    )


def test_what_to_type_next_goes_on_with_the_same_run(here):
    text = call("run", "many.py", "--store", "mine", "--seed", "3", "--set", "sigma=0.5").stdout
    assert "verify run many.py --store mine --seed 3 --set sigma=0.5 --budget full" in text
    assert " --store mine\n" in text.split("verify explain ")[1]


def test_what_to_type_next_goes_as_far_as_the_run_did(here):
    text = call("run", "many.py", "--replicates", "1024", "--alpha", "0.02").stdout
    assert "verify run many.py --alpha 0.02 --replicates 1024 --only broken" in text
    text = call("run", "many.py", "--settle", "--time", "1s").stdout
    assert "verify run many.py --settle --only broken" in text


def test_the_table_lies_beside_the_json(here):
    result = call("run", "many.py", "--json", "out/report.json")
    assert "less out/report.txt" in result.stdout
    assert "several/lemma-2#n3" in Path("out/report.txt").read_text()


def test_a_json_of_another_name_is_not_written_over(here):
    result = call("run", "many.py", "--json", "report.txt")
    assert json.loads(Path("report.txt").read_text())["summary"]["holds"]
    assert "less .verify/last.txt" in result.stdout


def test_a_json_into_nothing_leaves_no_file_beside_it(here):
    call("run", "many.py", "--json", "/dev/null")
    assert not Path("/dev/null.txt").exists()


def test_verdicts_are_printed_where_the_store_can_only_be_read(here, monkeypatch):
    def refuse(path, text):
        raise UserError(f"{path} cannot be written.")

    monkeypatch.setattr("verify.evidence.writing.write_whole", refuse)
    monkeypatch.setattr("verify.report.write_whole", refuse)
    result = call("run", "many.py")
    assert "several/lemma-2#n3" in result.stdout and "nothing unexpected" in result.stdout


def test_a_paper_that_is_misspelt_names_the_nearest(here):
    result = CliRunner().invoke(main, ["show", "xing2012/theorem-2"])
    assert result.exit_code == 2 and "Did you mean xing2021" in result.output
    result = CliRunner().invoke(main, ["show", "mine/theorem-2"])
    assert "FILE.py#theorem-2" in result.output


def test_verbose_prints_the_whole_table(here):
    result = call("run", "many.py", "--verbose")
    assert all(name in result.stdout for name in ids("many.py"))
    assert "The probability that any 'broken' here is false" in result.stdout


def test_few_claims_are_shown_at_once(here):
    assert "several/theorem-1#rare" in call("run", "several.py").stdout


@pytest.mark.parametrize(
    ("only", "names"),
    [
        ("broken", {"several/theorem-1#wrong", "several/lemma-2#false"}),
        ("undecided", {"several/theorem-1#mean", "several/theorem-1#positive"}),
        ("unexpected", set()),
        (
            "broken,undecided",
            {
                "several/theorem-1#wrong",
                "several/lemma-2#false",
                "several/theorem-1#mean",
                "several/theorem-1#positive",
            },
        ),
        ("blunt", {"several/theorem-1#rare"}),
    ],
)
def test_only_what_is_asked_for(here, only, names):
    result = call("run", "many.py", "--only", only)
    assert {name for name in ids("many.py") if name in result.stdout} == names
    assert ("None of the verdicts" in result.stdout) is not bool(names)
    assert result.exit_code == call("run", "many.py").exit_code


def test_only_something_else_is_a_mistake(here):
    result = call("run", "many.py", "--only", "wrong")
    assert result.exit_code == 2 and "broken, undecided, unexpected, blunt" in result.stderr


# Counter-examples


def test_an_unexpected_broken_shows_where_and_how_to_see_it_again(here):
    result = call("run", "wrong.py", "--seed", "3")
    text = result.stdout
    for words in ("Counter-example to own/theorem-1#a", "x = 1", "3, blocks 0 to", "predicted  2"):
        assert words in text
    (again,) = [line.split("again")[1] for line in text.splitlines() if "  again " in line]
    first = json.loads(Path(".verify/last.json").read_text())["claims"][0]["counterexample"]
    assert shlex.split(again)[:2] == ["verify", "run"]
    call(*shlex.split(again)[1:], "--json", "again.json", "--store", "new")
    assert json.loads(Path("again.json").read_text())["claims"][0]["counterexample"] == first


def test_known_counter_examples_are_shown_on_request(here):
    assert "Counter-examples" not in call("run", "several.py").stdout
    text = call("run", "several.py", "--only", "broken").stdout
    assert "several/lemma-2#false: 169 against 145 at d = 12" in text
    assert "verify run" in text


def test_a_report_without_a_terminal_is_as_wide_as_columns_says(here, monkeypatch):
    monkeypatch.setitem(os.environ, "COLUMNS", "80")
    lines = call("run", "many.py", "--verbose").stdout.splitlines()
    assert max(len(line) for line in lines if "verify run" not in line) <= 80


def test_all_files_of_a_folder_are_named_by_its_pattern_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("some/a.py", "some/b.py", "c d.py"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).touch()
    assert typed(["some/a.py", "x/lemma-1", "some/b.py"]) == ["some/*.py", "x/lemma-1"]
    assert typed(["some/a.py", "c d.py"]) == ["some/a.py", "'c d.py'"]
    assert typed(["--all"]) == ["--all"]


def test_a_report_and_a_verdict_at_a_prompt_are_what_a_reader_wants(as_expected):
    whole = report(as_expected[:3])
    assert repr(whole) == str(whole)
    one = verdict("mine/lemma-1#a", "holds", predicted=None)
    assert repr(one) == (
        "<mine/lemma-1#a: holds, enumerated, observed -1.234e-05, interval [-0.001234, 0.001234], "
        "n = 123456>"
    )


def test_in_a_notebook_a_text_is_written_and_not_shown_besides(as_expected, monkeypatch):
    shown = []
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    monkeypatch.setattr("rich.jupyter.display", lambda *parts: shown.append(parts))
    assert as_expected[0].id in str(report(as_expected[:3])) and not shown


def test_vectors_among_settings_are_written_as_numbers():
    written = settings({"u": (np.float64(0.5), np.float64(1 / 3)), "case": "any", "d": 2})
    assert written == "u = (0.5, 0.333333), case = any, d = 2"
