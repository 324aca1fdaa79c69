"""Going on beyond a budget, and what replicates really cost."""

import json
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import files
from verify import load, run
from verify.catalogue.grid import digest
from verify.command_line import main
from verify.errors import UserError
from verify.evidence.blocks import Block
from verify.evidence.gathering import Evidence
from verify.evidence.store import Store
from verify.judging.costing import MANY, Cost, misdeclared

NOISY = files.theorem_file(
    'Identity("a", observable="y", equals=x, tolerance=0.1, cell_tolerance=0.1)',
    'return {"y": 1 + rng.standard_normal(n)}',
    binding="cells=[dict(x=1.0)], quick=1, full=2",
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("noisy.py").write_text(NOISY)
    return tmp_path


def call(*arguments: str):
    result = CliRunner().invoke(main, [*arguments, "--jobs", "1"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def only(report):
    (verdict,) = report.verdicts
    return verdict


def test_a_claim_is_settled_beyond_the_full_budget(here):
    assert only(run("noisy.py", budget="full", jobs=1)).verdict == "undecided"
    settled = run("noisy.py", settle=600, jobs=1)
    assert only(settled).verdict == "holds" and only(settled).replicates > 1000
    assert settled.replicates == only(settled).replicates


def test_what_was_settled_comes_out_again_with_as_many_replicates(here):
    settled = only(run("noisy.py", settle=600, jobs=1))
    again = only(run("noisy.py", replicates=settled.replicates, jobs=1, store="new"))
    assert (again.verdict, again.interval, again.replicates) == (
        settled.verdict,
        settled.interval,
        settled.replicates,
    )
    fewer = only(run("noisy.py", replicates=settled.replicates // 4, jobs=1, store="new"))
    assert fewer.verdict == "undecided" and fewer.replicates >= settled.replicates // 4


def test_a_run_says_why_it_goes_beyond_the_replicates_that_it_was_given(here):
    first = run("noisy.py", replicates=1, jobs=1)
    (said,) = first.notes
    assert f"--replicates 1 goes to the next of them: {only(first).replicates} (" in said
    assert not run("noisy.py", replicates=only(first).replicates, jobs=1).notes
    assert not run("noisy.py", jobs=1).notes


def test_the_command_of_a_settled_counter_example_reproduces_it(here):
    Path("off.py").write_text(NOISY.replace("1 + rng", "1.5 + rng"))
    settled = only(run("off.py", settle=600, jobs=1, alpha=0.02, seed=3, set={"x": 1.0}))
    assert settled.verdict == "broken"
    how = f"--replicates {settled.replicates} --seed 3 --alpha 0.02 --set x=1.0"
    assert how in settled.counterexample["command"]
    _, *words = shlex.split(settled.counterexample["command"])
    call(*words, "--store", "new", "--json", "again.json")
    assert only(load("again.json")).counterexample == settled.counterexample


def test_when_the_time_is_over_it_says_so(here):
    slow = NOISY.replace("import numpy", "import time\nimport numpy").replace(
        "return {", "time.sleep(0); sum(range(300_000)); return {"
    )
    Path("slow.py").write_text(slow.replace("tolerance=0.1", "tolerance=0.001"))
    found = only(run("slow.py", settle=0.3, jobs=1))
    assert found.verdict == "undecided" and "stopped there: " in found.note
    assert "s that were left" in found.note


def test_what_is_stored_costs_no_time(here):
    settled = only(run("noisy.py", settle=600, jobs=1))
    again = only(run("noisy.py", settle=1e-9, jobs=1))
    assert (again.verdict, again.replicates) == (settled.verdict, settled.replicates)
    fresh = only(run("noisy.py", settle=1e-9, jobs=1, store="new"))
    assert fresh.verdict == "undecided" and "s that were left" in fresh.note


def test_what_is_lacking_is_charged_at_the_cost_of_its_cell(here):
    registry = run("noisy.py", jobs=1).context.registry
    check = replace(registry.checks["own/theorem-1"], cells=({"x": 1.0}, {"x": 2.0}))
    with Store("costs") as store:
        for x, seconds, blocks in ((1.0, 1.0, 3), (2.0, 8.0, 1)):
            store.add(
                Block(check.key, digest({"x": x}), 0, k, seconds, {"y": np.zeros(check.block)})
                for k in range(blocks)
            )
        evidence = Evidence(check, store, 0)
        assert evidence.forecast(check.block) == 0
        assert evidence.forecast(3 * check.block) == 2 * 8
        assert evidence.forecast(4 * check.block) == 1 + 3 * 8


def test_a_claim_is_taken_no_further_again_than_it_was_settled_at(here):
    other = NOISY.replace("own/theorem-1", "other/theorem-1").replace("0.1", "0.001")
    Path("near.py").write_text(other.replace("1 + rng", "1 + 1e-5 * rng"))
    report = run(["noisy.py", "near.py"], settle=600, jobs=1)
    far, near = report.verdicts
    assert far.replicates == report.replicates > near.replicates
    report.to_json("report.json")
    for how in (report.context.settings, load("report.json").context.settings):
        assert how.replicates_of([near.id]) == near.replicates
        assert how.replicates_of([near.id, far.id]) == far.replicates
        assert how.of_claim(near.id).reach == ["--replicates", str(near.replicates)]
        assert how.of_claim("own/theorem-2#a").reach == ["--budget", "full"]


def test_what_replicates_cannot_settle_is_not_tried_on(here):
    Path("drift.py").write_text(
        files.theorem_file(
            'Limit("a", "y", to=1, tolerance=0.01, exact=True)',
            'return {"y": np.full(n, 1 + 1 / np.log(cell["k"]))}',
            binding="paths=[Path(dict(k=1), dict(k=10.0), 5, 2.0)], quick=1, full=2",
        )
    )
    full = only(run("drift.py", budget="full", jobs=1))
    settled = only(run("drift.py", settle=600, jobs=1))
    assert full.reason == settled.reason == "drift"
    assert settled.replicates == full.replicates


def test_an_enumeration_does_not_grow(here):
    Path("all.py").write_text(
        files.theorem_file(
            'Inequality("a", "y", at_most=1)',
            'return {"y": np.linspace(0, 1, n)}',
            binding="cells=[dict(x=1.0)], block=8, first=8, quick=1, full=1, complete=True",
        )
    )
    assert only(run("all.py", replicates=1000, jobs=1)).replicates == 8


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--settle", "--replicates", "9"), "not both"),
        (("--time", "9m"), "give that too"),
        (("--settle", "--time", "soon"), "90s, 10m or 2h"),
        (("--settle", "--time", "0"), "90s, 10m or 2h"),
        (("--replicates", "0"), "replicates"),
    ],
)
def test_calls_that_make_no_sense(here, arguments, words):
    result = call("run", "noisy.py", *arguments)
    assert result.exit_code == 2 and words in result.stderr


def test_settings_are_refused_from_python_too(here):
    for wrong in (dict(settle=0), dict(replicates=0), dict(settle=1, replicates=1)):
        with pytest.raises(UserError):
            run("noisy.py", **wrong)


def test_the_summary_says_how_far_it_went(here):
    told = " ".join(call("run", "noisy.py", "--replicates", "1000").stdout.split())
    assert "up to 1000 replicates per cell" in told
    data = json.loads(call("run", "noisy.py", "--replicates", "1000", "--json", "-").stdout)
    assert data["replicates"] == 1000


# Declared and measured costs


def cost_file(declared: float) -> str:
    return files.theorem_file(
        'Identity("a", observable="y", equals=x, tolerance=0.1, cell_tolerance=0.1)',
        'for _ in range(n): sum(range(20_000))\nreturn {"y": 1 + 0.1 * rng.standard_normal(n)}',
        binding="cells=[dict(x=1.0)], block=64, first=512, quick=1",
    ).replace("seconds_per_replicate=1e-6", f"seconds_per_replicate={declared}")


def test_a_cost_that_is_off_is_said(here):
    Path("off.py").write_text(cost_file(2e-2))
    report = run("off.py", jobs=1)
    (words,) = report.costs
    assert "declared to cost 20 ms" in words and "measured" in words and "--replicates" in words
    assert "declared to cost" in call("run", "off.py").stdout


def test_a_cost_that_is_about_right_is_not(here):
    Path("off.py").write_text(cost_file(2e-2))
    (words,) = run("off.py", jobs=1, store="one").costs
    number, unit = words.split("measured: ")[1].split()[:2]
    measured = float(number) * (1e-3 if unit == "ms." else 1)
    Path("right.py").write_text(cost_file(measured))
    assert run("right.py", jobs=1, store="two").costs == ()


def test_what_all_checks_take_is_the_machine_and_what_one_takes_is_its_declaration():
    def cost(name: str, measured: float) -> Cost:
        return Cost(name, drawn=10, declared=2.0, measured=measured)

    usual = [cost(f"usual-{k}", 8.0 + k / 10) for k in range(MANY)]
    assert misdeclared(usual) == ()
    (words,) = misdeclared([*usual, cost("right-elsewhere", 2.0)])
    assert words.startswith("right-elsewhere") and "all checks here take 4.2 times" in words
    assert len(misdeclared(usual[:3])) == 3  # too few to tell
