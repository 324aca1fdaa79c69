"""The command line: every command, its exit statuses, and what a mistake is answered with."""

import json
import os
import signal
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import files
from verify.command_line import main

EXAMPLE = "xing2021/equation-5"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text(files.COARSE)
    Path("several.py").write_text(files.SEVERAL)
    Path("folder").mkdir()
    Path("folder/inside.py").write_text(files.COARSE)
    Path("folder/test_inside.py").write_text("")
    return tmp_path


def call(*arguments: str):
    """Run a command; an exception that is not an exit is a failure of the test."""
    result = CliRunner().invoke(main, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.output
    return result


def mistake(*arguments: str) -> str:
    """Run a command that is wrong: status 2, one line on standard error, nothing elsewhere."""
    result = call(*arguments)
    assert result.exit_code == 2, (arguments, result.output)
    assert result.stdout == ""
    return result.stderr


def one_line(text: str) -> bool:
    return text.startswith("verify: ") and text.count("\n") == 1


def write(claims: str, body: str, **more: str) -> str:
    Path("one.py").write_text(files.theorem_file(claims, body, **more))
    return "one.py"


# Exit statuses


def test_status_0_when_every_verdict_is_the_expected_one(here):
    assert call("run", "own.py", "--jobs", "1").exit_code == 0
    file = write(
        'Identity("a", observable="y", equals=2*x, expected="broken", because="it is false")',
        'return {"y": 1 + 0.1 * rng.standard_normal(n)}',
    )
    result = call("run", file)
    assert result.exit_code == 0 and "broken (as expected)" in result.stdout


def test_status_1_when_a_claim_that_should_hold_is_broken_or_the_reverse(here):
    body = 'return {"y": 1 + 0.1 * rng.standard_normal(n)}'
    assert call("run", write('Identity("a", observable="y", equals=2*x)', body)).exit_code == 1
    expected = 'Identity("a", observable="y", equals=x, expected="broken", because="they say")'
    result = call("run", write(expected, body))
    assert result.exit_code == 1 and "expected broken" in " ".join(result.stdout.split())


def test_status_3_when_only_something_is_open(here):
    body = 'return {"y": 1 + rng.standard_normal(n)}'
    file = write(
        'Identity("a", observable="y", equals=x)',
        body,
        binding=("cells=[dict(x=1.0)], quick=1, full=1"),
    )
    assert call("run", file).exit_code == 3
    file = write(
        'Identity("a", observable="y", equals=x, expected="undecided", because="noisy")',
        body,
        binding="cells=[dict(x=1.0)], quick=1, full=1",
    )
    assert call("run", file).exit_code == 0


# Each command


def test_list_names_every_claim_of_a_paper(here):
    result = call("list", "xing2021")
    assert result.exit_code == 0 and f"{EXAMPLE}#risk" in result.stdout
    entries = json.loads(call("list", "xing2021", "--json").stdout)
    assert all(
        set(entry)
        == {"id", "theorem", "paper", "kind", "statement", "expected", "aliases", "routes"}
        for entry in entries
    )
    assert all(isinstance(entry["routes"], list) and entry["routes"] for entry in entries)
    (risk,) = [entry for entry in entries if entry["id"] == f"{EXAMPLE}#risk"]
    assert (risk["theorem"], risk["paper"], risk["kind"]) == (EXAMPLE, "xing2021", "identity")
    everything = json.loads(call("list", "--json").stdout)
    assert {e["id"] for e in entries} <= {e["id"] for e in everything}


def test_show_says_what_is_claimed_how_it_is_checked_and_where_it_is_from(here):
    text = call("show", EXAMPLE).stdout
    for part in (
        EXAMPLE,
        "Hypotheses",
        "Quantities",
        "#risk (identity)",
        "checked by",
        "mutants:",
        "Paper",
        "verify cite xing2021",
    ):
        assert part in text
    only = call("show", f"{EXAMPLE}#risk").stdout
    assert "#risk (identity)" in only and "#worst-case" not in only


def test_cite_prints_bibtex(here):
    for name in ("xing2021", EXAMPLE, f"{EXAMPLE}#risk"):
        result = call("cite", name)
        assert result.exit_code == 0 and result.stdout.startswith("@")


def test_run_takes_claims_theorems_and_files_together(here):
    claim = f"{EXAMPLE}#expectation"
    result = call("run", claim, claim, "own.py", "--replicates", "1", "--json", "-")
    ids = [claim["id"] for claim in json.loads(result.stdout)["claims"]]
    assert ids == [f"{EXAMPLE}#expectation", "mine/equation-1#norm"]


def test_json_on_standard_output_is_alone_there(here):
    result = call("run", "several.py", "--jobs", "1", "--json", "-")
    assert json.loads(result.stdout)["schema"] == 1
    assert result.stdout.startswith("{") and result.stdout.endswith("}\n")


def test_json_in_a_file_leaves_the_table_on_standard_output(here):
    result = call("run", "own.py", "--json", "out/report.json")
    assert "mine/equation-1#norm" in result.stdout
    assert json.loads(Path("out/report.json").read_text())["claims"][0]["verdict"] == "holds"


def test_a_dry_run_forecasts_and_simulates_nothing(here):
    result = call("run", "several.py", "--dry-run", "--jobs", "2")
    assert result.exit_code == 0 and "several/moments" in result.stdout
    assert "CPU seconds" in result.stdout and not Path(".verify").exists()
    body = 'return {"y": np.ones(n)}'
    file = write(
        'Identity("a", observable="y", equals=x)',
        body,
        binding=("cells=[dict(x=1.0)], bytes_per_replicate=lambda cell: 1e6 * cell['x']"),
    )
    small, large = (
        call("run", file, "--dry-run", *more).stdout for more in ((), ("--set", "x=1000"))
    )
    assert "64.0" in small and "64000.0" in large
    assert "Did you mean" in mistake("run", file, "--dry-run", "--set", "xx=1")


def test_settings_change_the_grid_for_one_run(here):
    result = call("run", "own.py", "--set", "sigma=0.25", "--json", "-")
    (claim,) = json.loads(result.stdout)["claims"]
    assert claim["verdict"] == "holds" and claim["cell"]["sigma"] == 0.25


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("sigmas=1", "no parameter 'sigmas'. Did you mean sigma?"),
        ("sigma=wide", "sigma is a number (here 1.0), not 'wide'"),
        ("d=2.5", "d is a whole number"),
        ("sigma=-1", "must be positive in mine/equation-1"),
        ("sigma", "takes NAME=VALUE"),
        ("sigma=1e999", "number below"),
        ("d=[1, 2]", "d is a number"),
    ],
)
def test_wrong_settings_say_what_is_expected(here, setting, words):
    text = mistake("run", "own.py", "--set", setting)
    assert words in text and one_line(text)


def test_a_path_that_would_begin_with_nothing_is_a_wrong_setting(here):
    file = write(
        'Theta("a", observable="y", of=x)',
        'return {"y": np.full(n, cell["x"])}',
        binding='paths=[Path({"x": 1}, base=dict(x=1.0))]',
    )
    text = mistake("run", file, "--set", "x=0")
    assert one_line(text) and "no path can be followed: the ray grows x from 0" in text


def test_mutants_are_judged_and_survivors_set_the_status(here):
    result = call("mutants", "several.py", "--json", "-", "--jobs", "1")
    data = json.loads(result.stdout)
    assert result.exit_code == 0
    assert data["summary"]["written"] == {
        "caught": 1,
        "survived": 0,
        "explained": 0,
        "equivalent": 1,
    }
    assert {"id", "mutation", "caught", "verdict"} <= set(data["mutants"][0])
    file = write(
        'Identity("a", observable="y", equals=x, '
        'mutants=(Mutant("hardly", equals=x*sp.Rational(1001, 1000)),))',
        'return {"y": 1 + 0.3 * rng.standard_normal(n)}',
        binding="cells=[dict(x=1.0)], full=8",
    )
    result = call("mutants", file)
    assert result.exit_code == 1 and "SURVIVES" in result.stdout


def test_plot_writes_the_asked_for_format(here):
    for name in ("a.png", "a.svg", "a.pdf"):
        result = call("plot", "own.py", "-o", name)
        assert result.exit_code == 0 and Path(name).stat().st_size > 1000
    text = mistake("plot", f"{EXAMPLE}#expectation")
    assert "nothing to" in text.lower() and one_line(text)


def test_diff_names_what_changed(here):
    call("run", "own.py", "--json", "a.json")
    call("run", "own.py", "--json", "b.json", "--seed", "1")
    assert "The two reports say the same." in call("diff", "a.json", "a.json").stdout
    text = call("diff", "a.json", "b.json").stdout
    assert "seed" in text and "observed" in text and "mine/equation-1#norm" in text
    Path("c.json").write_text(Path("a.json").read_text().replace('"holds"', '"broken"', 1))
    assert "verdict" in call("diff", "a.json", "c.json").stdout


# Mistakes


@pytest.mark.parametrize("command", ["run", "show", "cite", "plot", "mutants"])
@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("xing2021/equation-55", "xing2021/equation-5"),
        ("xing2021/equation-5#risks", f"{EXAMPLE}#risk"),
        ("xing202", "xing2021"),
    ],
)
def test_unknown_ids_name_the_nearest(here, command, name, nearest):
    text = mistake(command, name)
    assert "There is no" in text and "Did you mean" in text and nearest in text and one_line(text)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run",), "say what to run"),
        (("run", EXAMPLE, "--all"), "not both"),
        (("mutants",), "say what to judge: an id, a paper, a file with theorems, or --all"),
        (("sharpness",), "say what to judge"),
        (("sabotage",), "say what to judge"),
        (("sharpness", EXAMPLE, "--all"), "not both"),
        (("falsify",), "say what to search"),
        (("run", "absent.py"), "There is no file"),
        (("list", "nobody2020"), "There is no paper"),
        (("diff", "absent.json", "own.py"), "cannot be read"),
        (("diff", "own.py", "own.py"), "not JSON"),
        (("run", "own.py", "--alpha", "2"), "between 0 and 1"),
        (("run", "own.py", "--seed", str(2**80)), "The seed"),
        (("run", "own.py", "--json", "own.py/x.json"), "cannot be written"),
        (("run", "own.py", "--store", "own.py/store"), "cannot be used"),
        (("run", "own"), "There is no paper or theorem 'own'. Do you mean the file own.py?"),
        (("list", "own#norm"), "Do you mean the file own.py#norm?"),
        (("run", "folder"), "folder is a folder: name a file in it, such as folder/inside.py."),
        (("cite", "mine/equation-1"), "named with its file: FILE.py#equation-1"),
    ],
)
def test_wrong_calls_are_one_line_with_status_2(here, arguments, words):
    result = call(*arguments)
    assert result.exit_code == 2 and words in result.stderr
    assert one_line(result.stderr) or "cannot be written" in words


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", EXAMPLE, "--budget", "long"),
        ("run", EXAMPLE, "--jobs", "0"),
        ("nothing",),
        ("run", EXAMPLE, "--jobs", "many"),
        ("run", EXAMPLE, "--backend", "mpi"),
        ("show",),
        ("run", EXAMPLE, "--seed", "-1"),
        ("run", EXAMPLE, "--unknown"),
        ("diff", "a.json"),
    ],
)
def test_what_the_parser_refuses_has_status_2(here, arguments):
    result = call(*arguments)
    assert result.exit_code == 2 and "Error" in result.stderr


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"schema": 2}',
        '{"schema": 1, "claims": 3}',
        "[" * 3000,
        '{"schema": 1, "claims": [{}], "budget": "quick", "alpha": 0.01, "seed": 0, '
        '"version": "1", "summary": {"seconds": 0}}',
        '{"schema": 1, "claims": [], "budget": "quick", "alpha": "a", "seed": 0}',
        '{"schema": 1, "claims": [], "budget": "slow", "alpha": 0.1, "seed": 0}',
    ],
)
def test_a_file_that_is_no_report_is_one_line(here, text):
    Path("odd.json").write_text(text)
    assert one_line(mistake("diff", "odd.json", "odd.json"))


def test_a_damaged_store_is_drawn_again_and_another_file_is_one_line(here):
    import sqlite3

    call("run", "own.py")
    with closing(sqlite3.connect(".verify/replicates.sqlite")) as store, store:
        store.execute("UPDATE block SET data = x'00'")
    store.close()
    assert "damaged, and drawn again" in call("run", "own.py").stdout
    Path(".verify/replicates.sqlite").write_bytes(b"x" * 5000)
    assert "--fresh" in (text := mistake("run", "own.py")) and one_line(text)
    assert call("run", "own.py", "--fresh").exit_code == 0


def test_an_interrupt_while_a_file_is_read_is_130(here):
    import subprocess
    import sys

    Path("slow.py").write_text("import time\nprint('reading', flush=True)\ntime.sleep(60)\n")
    with subprocess.Popen(
        [sys.executable, "-m", "verify.command_line", "run", "slow.py"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
        # In the background of a script, where the tests may run, interrupts are ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as run:
        assert run.stdout.readline() == "reading\n"
        run.send_signal(signal.SIGINT)
        _, errors = run.communicate(timeout=300)
    assert run.returncode == 130 and "Traceback" not in errors


words = st.one_of(
    st.sampled_from(
        [
            "list",
            "show",
            "run",
            "plot",
            "mutants",
            "cite",
            "diff",
            "--json",
            "-",
            "--all",
            "--set",
            "d=3",
            "x=",
            "--seed",
            "--alpha",
            "--budget",
            "quick",
            "--dry-run",
            "--jobs",
            "1",
            "-1",
            "nan",
            "own.py",
            "absent.py",
            "xing2021",
            "xing2021/equation-5#gradient",
            "mine/equation-1",
            "#",
            "/",
            "--help",
            ".",
            "own.json",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8),
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arguments=st.lists(words, max_size=5))
def test_no_call_ends_in_a_traceback(here, arguments):
    heavy = arguments[:1] in (["run"], ["plot"], ["mutants"]) and (
        "--all" in arguments or "xing2021" in arguments or arguments[0] == "mutants"
    )
    if heavy and "--dry-run" not in arguments:
        arguments = [*arguments, "--unknown"]
    result = call(*arguments)
    assert result.exit_code in (0, 1, 2, 3)
