"""Plans: what a decision would take, and what it then took."""

import json
import math
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

import files
from verify import run
from verify.catalogue.selection import registry_for, select
from verify.command_line import main
from verify.errors import UserError
from verify.evidence.progress import Silent
from verify.evidence.settings import Settings
from verify.judging.planning import plan_claims, target

CLAIMS = files.theorem_file(
    'Identity("mean", observable="y", equals=x, tolerance=0.02, cell_tolerance=0.04), '
    'Probability("rare", event="e", at_most=sp.Rational(1, 10)), '
    'Inequality("positive", left="square", at_least=0), '
    'Identity("wrong", observable="y", equals=1.1 * x, expected="broken", because="it is false")',
    "u = rng.random(n)\n"
    'return {"y": 0.5 + u, "e": u < 0.07, "square": (u - 0.5)**2 + np.sin(np.arange(n)).sum()**2}',
    binding="cells=[dict(x=1.0), dict(x=1)], block=64, first=256",
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("one.py").write_text(CLAIMS)
    Path("several.py").write_text(files.SEVERAL)
    return tmp_path


def plans(file: str, width=None, **settings) -> dict:
    registry = registry_for([file])
    how = Settings(jobs=1, **settings)
    every = plan_claims(registry, select(registry, [file]), how, width, Silent())
    return {plan.id.partition("#")[2]: plan for plan in every}


def call(*arguments: str):
    result = CliRunner().invoke(main, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_claims_are_decided_where_the_plan_said_at_the_cost_that_it_said(here):
    before = plans("one.py")
    needed = {name: plan.replicates for name, plan in before.items()}
    assert all(math.isfinite(n) for n in needed.values()) and max(needed.values()) > 2000
    started = time.process_time()
    report = run("one.py", jobs=1, replicates=int(4 * max(needed.values())))
    took = time.process_time() - started
    for name, planned in needed.items():
        verdict = report[name]
        assert verdict.verdict in ("holds", "broken"), name
        assert planned / 4 <= verdict.replicates <= 2 * planned, (name, planned)
    assert max(plan.seconds for plan in before.values()) < 3 * took


def test_an_interval_has_the_width_that_was_planned(here):
    for width in (0.05, 0.01):
        planned = plans("one.py", width)["mean"].replicates
        run("one.py", jobs=1, replicates=int(planned), store="one", part="1/1")
        reached = plans("one.py", 1e-9, store="one")["mean"]
        (found,) = [float(w) for w in reached.note.split() if w.startswith("0.")]
        assert reached.stored >= planned and 0.7 * width < found <= 1.03 * width


def test_what_is_decided_needs_nothing_more_and_what_is_stored_is_not_paid_again(here):
    run("one.py", jobs=1, replicates=60_000)
    after = plans("one.py")
    assert {plan.seconds for plan in after.values()} == {0.0}
    assert all(plan.replicates <= plan.stored for plan in after.values())
    wide = plans("one.py", 1e-3)["mean"]
    share = 1 - wide.stored / wide.replicates
    assert 0.5 < share < 1 and wide.main > 8 * wide.replicates and wide.core_hours > 0


def test_changed_parameters_are_planned_by_the_declared_grid_where_a_look_is_dear(here):
    dear = files.theorem_file(
        'Identity("mean", observable="y", equals=x, tolerance=0.02, cell_tolerance=0.04)',
        'return {"y": x_of(cell) * (0.5 + rng.random(n))}',
        head="def x_of(cell): return cell['x']",
        binding="cells=[dict(x=1.0)], block=64, first=256, full=9, quick=9",
    ).replace("seconds_per_replicate=1e-6", "seconds_per_replicate=lambda c: 1e-6 * c['x'] ** 6")
    Path("dear.py").write_text(dear)
    with pytest.raises(UserError, match=r"Nothing is stored of own/theorem-1.*without --set"):
        plans("dear.py", overrides={"x": 100.0})
    run("dear.py", jobs=1)
    here_, there = plans("dear.py")["mean"], plans("dear.py", overrides={"x": 100.0})["mean"]
    assert here_.replicates == there.replicates and "declared grid" in there.note
    each = run("dear.py", jobs=1)["mean"].seconds / here_.stored
    assert there.seconds == pytest.approx(1e12 * each * there.replicates, rel=0.01)


def test_what_no_replicate_decides_says_so(here):
    Path("one.py").write_text(
        files.theorem_file(
            'Identity("a", observable="y", equals=x), Unchecked("b", because="it is prose")',
            "raise ValueError('no')",
        )
    )
    found = plans("one.py")
    assert math.isnan(found["a"].replicates) and "ValueError: no" in found["a"].note
    assert found["b"].replicates == 0 and "no replicates" in found["b"].note


def test_the_command_prints_a_table_and_the_command_that_carries_it_out(here):
    result = call("plan", "several.py", "--json", "plan.json", "--jobs", "2")
    assert result.exit_code == 0 and "2 cores" in result.stdout
    assert "verify run several.py --replicates" in result.stdout
    assert "3 more are decided without replicates" in result.stdout
    data = json.loads(Path("plan.json").read_text())
    assert data["schema"] == 1 and data["target"] == "decided"
    (rare,) = [claim for claim in data["claims"] if claim["id"].endswith("#rare")]
    assert rare["replicates"] >= rare["stored"] > 0 and rare["worker"] > 0 and rare["cells"] == 2


@pytest.mark.parametrize("text", ["", "width", "width=0", "width=-1", "width=nan", "soon"])
def test_a_target_that_is_none_is_one_line(here, text):
    with pytest.raises(UserError, match="A target is decided, or width"):
        target(text)
    result = call("plan", "one.py", "--target", text)
    assert result.exit_code == 2 and result.stderr.count("\n") == 1 and result.stdout == ""
