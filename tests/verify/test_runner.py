"""The runner: the same evidence and the same report, however a run is done."""

import json
import pickle
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

import files
from bounds import MissingValue
from verify import load, run
from verify.catalogue.registry import load_registry
from verify.errors import UnknownName, UserError
from verify.evidence import tasks
from verify.evidence.store import Store
from verify.judging.ledger import CLAIMS
from verify.judging.pipeline import CONFIRMATION_SHIFT


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty working folder with the two example files."""
    monkeypatch.chdir(tmp_path)
    Path("several.py").write_text(files.SEVERAL)
    Path("own.py").write_text(files.COARSE)
    return tmp_path


def facts(report) -> dict:
    """A report without what may differ: times."""
    data = json.loads(report.to_json())
    data["summary"].pop("seconds")
    for claim in data["claims"]:
        claim.pop("seconds")
    return data


def blocks(store: str, columns: str = "1") -> list[tuple]:
    """Read columns of the blocks of a store."""
    with closing(sqlite3.connect(f"{store}/replicates.sqlite")) as opened:
        return opened.execute(f"SELECT {columns} FROM block").fetchall()


def write(claims: str, body: str, **more: str) -> str:
    Path("one.py").write_text(files.theorem_file(claims, body, **more))
    return "one.py"


IDENTITY = 'Identity("mean", observable="y", equals=x)'


def test_verdicts_of_several_kinds_come_out_as_expected(here):
    report = run("several.py")
    assert {v.id.split("#")[1]: v.verdict for v in report} == {
        "mean": "undecided",
        "wrong": "broken",
        "rare": "holds",
        "positive": "undecided",
        "square": "holds",
        "false": "broken",
        "far": "not applicable",
    }
    assert report.exit_status == 3 and report.summary["unexpected"] == 0
    assert (
        sorted(v.id.split("#")[0] for v in report)
        == ["several/lemma-2"] * 3 + ["several/theorem-1"] * 4
    )


def test_two_workers_give_the_bits_of_one(here):
    one = run("several.py", jobs=1, store="one")
    two = run("several.py", jobs=2, store="two")
    assert facts(one) == facts(two)
    columns = "simulation, cell, seed, number, data"
    assert sorted(blocks("one", columns)) == sorted(blocks("two", columns))


def test_full_goes_on_from_quick_and_keeps_the_verdicts_that_were_reached(here):
    quick = run("several.py", budget="quick")
    count = len(blocks(".verify"))
    resumed = run("several.py", budget="full")
    whole = run("several.py", budget="full", store="other")
    assert facts(resumed) == facts(whole)
    decided = {v.id: v for v in quick if v.verdict != "undecided"}
    for verdict in resumed:
        if verdict.id in decided:
            before = decided[verdict.id]
            assert json.dumps(verdict.to_dict() | {"seconds": 0}) == json.dumps(
                before.to_dict() | {"seconds": 0}
            ).replace("--budget quick", "--budget full")
    after = len(blocks(".verify"))
    assert after > count


def test_a_second_run_simulates_one_block_of_each_check_to_see_that_it_comes_out(here, monkeypatch):
    first = run("several.py", jobs=1)
    drawn, simulate = [], tasks.simulate_block
    monkeypatch.setattr(tasks, "simulate_block", lambda *a: drawn.append(a[1:]) or simulate(*a))
    assert facts(run("several.py", jobs=1)) == facts(first)
    assert len({seed for seed, *_ in drawn}) == len(drawn) >= 1
    assert [v.seconds for v in run("several.py")][:4] == [v.seconds for v in first][:4]


def test_fresh_forgets_the_store(here):
    run("own.py")
    run("own.py", fresh=True, seed=5)
    with Store(".verify") as store:
        seeds = store._connection.execute("SELECT DISTINCT seed FROM block ORDER BY 1").fetchall()
        assert seeds == [(5,), (5 + CONFIRMATION_SHIFT,)]


def test_another_seed_draws_other_data_and_keeps_the_first(here):
    one, two = run("own.py", seed=1), run("own.py", seed=2)
    assert one["norm"].observed != two["norm"].observed
    assert run("own.py", seed=1)["norm"].observed == one["norm"].observed


def test_a_cell_outside_the_hypotheses_is_never_sampled(here):
    assert run("several.py")["mean"].detail["cells"] == 2, "the file's assertion did not fire"


def test_a_claim_without_any_cell_is_not_applicable(here):
    file = write(
        'Identity("mean", observable="y", equals=x, where=x > 5, expected="not applicable", '
        'because="no cell is that large")',
        "assert False",
    )
    report = run(file)
    assert (report["mean"].verdict, report["mean"].replicates) == ("not applicable", 0)
    assert "required hypotheses" in report["mean"].reason
    assert report.exit_status == 0 and report.summary["not_applicable"] == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            'raise RuntimeError("the solver failed")',
            "RuntimeError: the solver failed (at x = 1)",
        ),
        ('return {"y": np.ones(n + 1)}', "expected one value per replicate"),
        ('return {"y": np.ones((n, 2))}', "expected one value per replicate"),
        ('return {"z": np.ones(n)}', "'y' has no value; there are values for: x, z"),
        ('return {"y": np.full(n, np.nan)}', "the observable is not a finite number; leave such"),
        (
            'y = rng.random(n); y[7] = np.inf; return {"y": y}',
            "let the simulation return a number, or say with given= which replicates count "
            "(at x = 1; seed 0, block 0, replicate 7)",
        ),
        ('return {"y": [sp.pi] * n}', "holds sympy's numbers (in a simulation take np.sqrt"),
        ('return {"y": np.array(["a"] * n)}', "ValueError"),
        ("return None", "expected a dictionary"),
        ("raise MemoryError", "MemoryError"),
        ('return {("y" if rng.random() < 0.5 else "z"): np.ones(n)}', "in one block and"),
    ],
)
def test_failures_of_a_simulation_are_undecided_with_the_reason_and_status_1(here, body, words):
    report = run(write(IDENTITY, body))
    found = report["mean"]
    assert (found.verdict, found.reason) == ("undecided", "error")
    assert words in found.note
    assert report.exit_status == 1 and report.summary["unexpected"] == 1


@pytest.mark.parametrize(
    "claim",
    [
        'Identity("mean", observable="y", equals=sp.Function("f")(x))',
        'Identity("mean", observable="y", equals=sp.Symbol("unknown"))',
        'Identity("mean", observable="y", equals=sp.Symbol("y") / 0)',
        'Probability("mean", event="y", at_most=sp.Symbol("y"))',
    ],
)
def test_expressions_that_cannot_be_evaluated_are_undecided_too(here, claim):
    report = run(write(claim, 'return {"y": rng.random(n)}'))
    assert (report["mean"].verdict, report["mean"].reason) == ("undecided", "error")
    assert report.exit_status == 1


def test_a_simulation_that_fails_in_one_cell_spares_the_claims_about_others(here):
    file = write(
        'Identity("mean", observable="y", equals=x, where=x < 2), '
        'Identity("all", observable="y", equals=x)',
        'assert cell["x"] < 2, "too large"\nreturn {"y": 1 + 0.1 * rng.standard_normal(n)}',
        binding="cells=[dict(x=1.0), dict(x=3.0)]",
    )
    report = run(file)
    assert report["mean"].verdict == "holds"
    assert report["all"].reason == "error" and "too large" in report["all"].note


def test_a_failure_is_tried_again_by_the_next_run(here):
    body = 'import os\nif not os.path.exists("ready"):\n    raise OSError("no data")\n'
    file = write(IDENTITY, body + 'return {"y": 1 + 0.1 * rng.standard_normal(n)}')
    assert run(file)["mean"].reason == "error"
    Path("ready").write_text("")
    assert run(file)["mean"].verdict == "holds"


def test_a_claim_that_nothing_observes_is_an_error_and_not_a_crash(here):
    Path("lonely.py").write_text(
        'from bounds import *\ntheorem = Theorem(id="own/lemma-1", statement="", '
        'claims=[Identity("alone", observable="y", equals=1)])\n'
    )
    report = run("lonely.py")
    note = "no check observes this claim: name it in one, @check(theorem['alone'], ...)"
    assert report["alone"].note == note and report.exit_status == 1


def test_a_changed_simulation_never_reuses_its_replicates_and_a_changed_claim_does(here):
    body = 'return {"y": %s + 0.1 * rng.standard_normal(n)}'
    first = run(write(IDENTITY, body % "1.0"))["mean"]
    changed = run(write(IDENTITY, body % "1.5"))["mean"]
    assert (first.verdict, changed.verdict) == ("holds", "broken")
    with Store(".verify") as store:
        before = store._connection.execute("SELECT COUNT(*) FROM block").fetchone()
    claim = IDENTITY.replace("equals=x", "equals=2*x")
    assert run(write(claim, body % "1.5"))["mean"].verdict == "broken"
    with Store(".verify") as store:
        assert store._connection.execute("SELECT COUNT(*) FROM block").fetchone() == before


def test_a_raised_version_draws_anew(here):
    body = 'return {"y": 1 + 0.1 * rng.standard_normal(n)}'
    for version in (1, 2):
        run(write(IDENTITY, body, binding=f"cells=[dict(x=1.0)], version={version}"))
    with Store(".verify") as store:
        keys = store._connection.execute("SELECT DISTINCT simulation FROM block").fetchall()
    assert len(keys) == 2


def test_a_block_that_does_not_fit_into_memory_is_refused_before_anything_starts(here):
    file = write(
        IDENTITY,
        'open("started", "w")\nreturn {"y": np.ones(n)}',
        binding="cells=[dict(x=1.0)], bytes_per_replicate=1e12",
    )
    with pytest.raises(UserError, match=r"needs .* GB of memory.*smaller sizes"):
        run(file, jobs=2)
    assert not Path("started").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (dict(budget="long"), "quick or full"),
        (dict(alpha=0.0), "between 0 and 1"),
        (dict(alpha=float("nan")), "between 0 and 1"),
        (dict(seed=-1), "from 0 to"),
        (dict(seed=2**70), "from 0 to"),
        (dict(jobs=0), "at least 1"),
        (dict(backend="mpi"), "loky or dask"),
    ],
)
def test_wrong_settings_are_one_sentence(here, options, words):
    with pytest.raises(UserError, match=words):
        run("own.py", **options)


def test_the_error_of_a_report_is_shared_by_so_many_claims_and_alpha_scales_it(here):
    assert run("own.py", alpha=0.05)["norm"].error == pytest.approx(0.05 / CLAIMS)
    assert run("own.py")["norm"].error == pytest.approx(0.01 / CLAIMS)


def test_common_random_numbers_give_every_cell_the_same_stream(here):
    file = write(
        'Identity("mean", observable="y", equals=sp.Symbol("z"), scale=1, exact=True)',
        'u = rng.random(n)\nreturn {"y": u, "z": u}',
        binding="cells=[dict(x=1.0), dict(x=2.0)], common_random_numbers=True, complete=True",
    )
    run(file)
    with Store(".verify") as store:
        rows = store._connection.execute(
            "SELECT number, data FROM block ORDER BY number, cell"
        ).fetchall()
    assert rows[0] == rows[1] and rows[0][1] != rows[2][1]


def test_other_cells_blocks_and_checks_have_other_streams(here):
    registry = load_registry((str(Path("several.py").resolve()),))
    check = registry.checks["several/moments"]
    first = {
        tuple(check.generator(seed, cell, block).random(4))
        for seed in (0, 1)
        for cell in check.cells
        for block in range(3)
    }
    assert len(first) == 2 * 3 * 3
    again = check.generator(1, dict(check.cells[0]), 2).random(4)
    assert tuple(again) in first


def test_stopping_at_every_look_leaves_the_same_evidence_as_going_through(here):
    """Quick with 1, 2, ... looks and then full: nothing depends on where a run paused."""
    for quick in (1, 3, 5):
        text = files.SEVERAL.replace("quick=6", f"quick={quick}")
        Path("several.py").write_text(text)
        run("several.py", store="paused")
    resumed = run("several.py", budget="full", store="paused")
    assert facts(resumed) == facts(run("several.py", budget="full", store="whole"))


def test_a_file_that_changes_is_read_again_in_the_same_session(here):
    first = run("own.py")
    Path("own.py").write_text(files.COARSE.replace("equals=d * s**2", "equals=2 * d * s**2"))
    assert (first["norm"].verdict, run("own.py")["norm"].verdict) == ("holds", "broken")


def test_reports_are_written_and_read_back(here):
    report = run("several.py")
    report.to_json("folder/report.json")
    again = load("folder/report.json")
    assert facts(again) == facts(report) and again["mean"].interval == report["mean"].interval


def test_progress_hears_of_every_verdict_once(here):
    class Listener:
        def __init__(self):
            self.ids, self.forecast, self.done = [], 0.0, 0.0

        def started(self, seconds):
            self.forecast += seconds

        def advanced(self, seconds):
            self.done += seconds

        def judged(self, verdict):
            self.ids.append(verdict.id)

    listener = Listener()
    report = run("several.py", progress=listener)
    assert sorted(listener.ids) == sorted(v.id for v in report)
    assert listener.done == pytest.approx(listener.forecast) and listener.done > 0


def test_a_rare_condition_is_waited_for(here):
    file = write(
        'Probability("rare", event="e", at_most=sp.Rational(1, 2), given="inside")',
        'u = rng.random(n)\nreturn {"inside": u < 0.01, "e": u < 0.001}',
    )
    report = run(file, budget="full")
    assert report["rare"].verdict == "holds" and "frequency 0.0" in report["rare"].note
    assert np.isclose(report["rare"].observed, 0.1, atol=0.1)


@pytest.mark.parametrize(
    "failure",
    [
        MissingValue("y", sp.Symbol("y") + 1, {"x": 1}),
        UserError("A grid has cells."),
        UnknownName("claim", "x", ["y"]),
    ],
)
def test_what_is_raised_in_a_worker_arrives_as_it_was_said(failure):
    arrived = pickle.loads(pickle.dumps(failure))
    assert type(arrived) is type(failure) and str(arrived) == str(failure)
    assert vars(arrived) == vars(failure)
