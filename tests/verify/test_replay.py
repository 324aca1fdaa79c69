"""`Broken` is said only of what survives a replay, and its counter-example can be run again."""

import json
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from click.testing import CliRunner

import files
from bounds import Identity
from building import sample
from verify import run
from verify.catalogue.grid import digest
from verify.catalogue.registry import load_registry
from verify.command_line import main
from verify.evidence.store import Store
from verify.judging import rules, textbook
from verify.judging.ledger import Ledger

FALSE = {
    "identity": (
        'Identity("c", observable="y", equals=2*x)',
        'return {"y": 1 + 0.1 * rng.standard_normal(n)}',
        "",
    ),
    "proportion": (
        'Identity("c", observable="y", equals=x/3, functional="proportion")',
        'return {"y": rng.random(n) < 0.5}',
        "",
    ),
    "scaled": (
        'Identity("c", observable="y", equals=0, scale=1)',
        'return {"y": 0.2 + 0.1 * rng.standard_normal(n)}',
        "",
    ),
    "probability": (
        'Probability("c", event="y", at_most=sp.Rational(1, 20))',
        'return {"y": rng.random(n) < 0.2}',
        "",
    ),
    "at least": (
        'Probability("c", event="y", at_least=sp.Rational(19, 20))',
        'return {"y": rng.random(n) < 0.5}',
        "",
    ),
    "almost surely": (
        'Probability("c", event="y", at_most=0)',
        'return {"y": rng.random(n) < 0.1}',
        "",
    ),
    "theta": (
        'Theta("c", observable="y", of=x**2, corrections="power")',
        'return {"y": cell["x"]**1.5 * np.exp(0.1 * rng.standard_normal(n))}',
        "paths=[Path({'x': 1}, dict(x=64.0), 6)], full=14, quick=14",
    ),
    "O": (
        'BigO("c", observable="y", of=x, functional="mean", corrections="power")',
        'return {"y": cell["x"]**1.5 * (1 + 0.1 * rng.standard_normal(n))}',
        "paths=[Path({'x': 1}, dict(x=64.0), 6)], full=14, quick=14",
    ),
    "omega": (
        'Omega("c", observable="y", of=x, exact=True)',
        'return {"y": np.full(n, cell["x"]**0.5)}',
        "paths=[Path({'x': 1}, dict(x=64.0), 6)]",
    ),
    "bounded": (
        'Bounded("c", observable="y", of=x, exact=True)',
        'return {"y": np.full(n, cell["x"] + np.log(cell["x"]))}',
        "paths=[Path({'x': 1}, dict(x=64.0), 6)]",
    ),
    "noisy bounded": (
        'Bounded("c", observable="y", of=x, corrections="power")',
        'return {"y": cell["x"] - np.log(cell["x"]) + 0.3 * rng.standard_normal(n)}',
        "paths=[Path({'x': 1}, dict(x=64.0), 6)], full=14, quick=14",
    ),
    "too small a rise": (
        'Monotone("c", observable="y", along="x", minimal_rise=sp.Integer(3))',
        'return {"y": 0.1 * rng.standard_normal(n) + cell["x"]}',
        "cells=[dict(x=1.0), dict(x=2.0), dict(x=3.0)]",
    ),
    "limit": (
        'Limit("c", observable="y", to=0, rate=0.5)',
        'return {"y": 1 + 3 * (64 / cell["x"])**0.5 + 0.1 * rng.standard_normal(n)}',
        "paths=[Path({'x': 1}, dict(x=64.0), 7, 4.0)], full=14, quick=14",
    ),
    "exact limit": (
        'Limit("c", observable="y", to=0, rate=0.5, exact=True)',
        'return {"y": 1 + 3 * (64 / cell["x"])**0.5 * np.ones(n)}',
        "paths=[Path({'x': 1}, dict(x=64.0), 7, 4.0)]",
    ),
    "threshold": (
        'Threshold("c", success="y", along="x", at=1, tolerance=0.1)',
        'return {"y": rng.random(n) < cell["x"] / 3}',
        "cells=[dict(x=0.9), dict(x=1.1)]",
    ),
    "monotone": (
        'Monotone("c", observable="y", along="x")',
        'return {"y": 0.1 * rng.standard_normal(n) - cell["x"]}',
        "cells=[dict(x=1.0), dict(x=2.0), dict(x=3.0)]",
    ),
    "paired": (
        'Monotone("c", observable="y", along="x")',
        'return {"y": rng.standard_normal(n) * (1 + 0.1 * cell["x"]) - cell["x"]}',
        "cells=[dict(x=1.0), dict(x=2.0), dict(x=3.0)], common_random_numbers=True, "
        "quick=12, full=12",
    ),
    "deterministic": (
        'Inequality("c", left="y", at_most=x)',
        'return {"y": np.where(rng.random(n) < 0.1, 1.5, 0.5)}',
        "",
    ),
    "conditional": (
        'Inequality("c", left="y", at_most=x, given="g")',
        'u = rng.random(n)\nreturn {"g": u < 0.5, "y": np.where(u < 0.1, 1.5, 9 * u)}',
        "",
    ),
    "construction": (
        'Construction("c", certificate="y", at_least=x)',
        'return {"y": 0.5 + rng.random(n)}',
        "",
    ),
    "exact identity": (
        'Identity("c", observable="y", equals=x, exact=True)',
        'return {"y": 1 + 1e-6 * rng.random(n)}',
        "",
    ),
    "exact monotone": (
        'Monotone("c", observable="y", along="x", exact=True)',
        'return {"y": np.full(n, -cell["x"])}',
        "cells=[dict(x=1.0), dict(x=2.0)]",
    ),
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(claim: str, body: str, binding: str = "", head: str = "") -> str:
    Path("one.py").write_text(files.theorem_file(claim, body, binding=binding, head=head))
    return "one.py"


@pytest.mark.parametrize("kind", FALSE)
def test_false_claims_of_every_kind_survive_their_replay(here, kind):
    found = run(write(*FALSE[kind]), budget="full")["c"]
    assert found.verdict == "broken", found.note
    example = found.counterexample
    assert set(example) >= {
        "parameters",
        "seed",
        "observed",
        "predicted",
        "cell",
        "blocks",
        "replicates",
        "command",
    }
    assert example["seed"] == 0 and example["cell"]["x"] == example["parameters"]["x"]
    exact = kind in (
        "omega",
        "bounded",
        "exact limit",
        "deterministic",
        "conditional",
        "construction",
        "exact identity",
        "exact monotone",
    )
    assert (example["replicates"] == 1) == exact
    if not exact:
        assert found.detail["confirmation"]["agrees"], "a fresh seed says the same"


def test_an_instance_along_a_path_shows_both_sides_at_every_size(here):
    found = run(write(*FALSE["omega"]))["c"].counterexample
    assert [size["cell"]["x"] for size in found["sizes"]] == [64 * 2.0**k for k in range(6)]
    for size in found["sizes"]:
        assert size["observed"] == pytest.approx(size["cell"]["x"] ** 0.5)
        assert size["claimed"] == size["cell"]["x"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("omega", 'cell["x"]'), ("bounded", 'cell["x"] + 1'), ("exact limit", "0.0")],
)
def test_an_independent_replay_along_a_path_is_heard(here, kind, value):
    claim, body, binding = FALSE[kind]
    head = f"def again(rng, cell, n, row):\n    return {{'y': {value}}}\n"
    found = run(write(claim, body, f"{binding}, replay=again", head))["c"]
    assert (found.verdict, found.reason) == ("undecided", "error")
    assert "by the independent simulation" in found.note


@pytest.mark.parametrize("kind", ["identity", "theta", "deterministic", "conditional"])
def test_the_command_of_a_counterexample_reproduces_it(here, kind):
    run_ = run(write(*FALSE[kind]), budget="full", seed=7, alpha=0.02)
    example = run_["c"].counterexample
    words = shlex.split(example["command"])
    assert words[:2] == ["verify", "run"] and "--seed" in words
    result = CliRunner().invoke(main, [*words[1:], "--store", "elsewhere", "--json", "-"])
    again = json.loads(result.stdout)["claims"]
    assert len(again) == 1 and again[0]["id"] == "own/theorem-1#c"
    assert again[0]["counterexample"] == json.loads(run_.to_json())["claims"][0]["counterexample"]


def test_the_instance_of_a_counterexample_is_the_one_that_is_drawn(here):
    found = run(write(*FALSE["conditional"]))["c"].counterexample
    check = load_registry((str(Path("one.py").resolve()),)).checks["own/theorem-1"]
    (number,) = found["blocks"]
    drawn = check(check.generator(0, found["cell"], number), found["cell"], check.block)
    matches = (drawn["y"] == found["parameters"]["y"]) & (drawn["g"] == found["parameters"]["g"])
    assert matches.any() and found["observed"] == found["parameters"]["y"] > found["predicted"]
    assert found["parameters"]["g"], "inside the event that the claim is conditional on"
    assert digest(found["cell"]) == digest({"x": 1.0})


def test_a_path_that_a_claim_does_not_read_is_no_obstacle_to_its_counterexample(here):
    claim = 'Inequality("c", left="y", at_most=x), Always("way", left="way", at_most=1, until=3)'
    body = 'return {"y": np.full(n, 1.5), "way": np.zeros((n, 4))}'
    found = run(write(claim, body, "cells=[dict(x=1.0)]"))["c"]
    assert found.verdict == "broken", found.note
    assert found.counterexample["parameters"] == {"x": 1.0, "y": 1.5}


UNSTABLE = "seed = __import__('os').urandom(8)\nown = np.random.default_rng(list(seed))\n"


@pytest.mark.parametrize(
    "body",
    [
        UNSTABLE + 'rng.random()\nreturn {"y": 1 + 0.1 * own.standard_normal(n)}',
        'calls.append(1)\nreturn {"y": 1 + 0.1 * rng.standard_normal(n) + 1e-9 * len(calls)}',
    ],
)
def test_a_simulation_that_does_not_repeat_itself_breaks_nothing(here, body):
    claim = 'Identity("c", observable="y", equals=2*x)'
    report = run(write(claim, body, head="calls = []"))
    found = report["c"]
    assert (found.verdict, found.reason, found.counterexample) == ("undecided", "error", None)
    assert "said to be broken" in found.note and "replay" in found.note
    assert report.exit_status == 1


def test_a_simulation_that_fails_the_second_time_breaks_nothing(here):
    claim = 'Identity("c", observable="y", equals=2*x)'
    body = (
        'calls.append(1)\nif len(calls) > 8:\n    raise RuntimeError("no more data")\n'
        'return {"y": 1 + 0.1 * rng.standard_normal(n)}'
    )
    found = run(
        write(
            claim, body, head="calls = []", binding="cells=[dict(x=1.0)], quick=5, full=5, block=64"
        )
    )["c"]
    assert (found.verdict, found.reason) == ("undecided", "error")


def test_a_violation_by_rounding_alone_is_none(here):
    claim = 'Inequality("c", left=sp.exp(sp.Symbol("y")) - 1 - sp.Symbol("y"), at_least=0)'
    found = run(write(claim, 'return {"y": 1e-9 * (1 + rng.random(n))}'))["c"]
    assert found.verdict == "holds"


def test_a_formula_that_cancels_in_double_precision_is_evaluated_in_50_digits(here):
    claim = 'Identity("c", observable="y", equals=2*(sp.exp(x) - 1 - x)/x**2)'
    body = 'return {"y": 1 + 0.01 * rng.standard_normal(n)}'
    found = run(write(claim, body, "cells=[dict(x=1e-7)]"))["c"]  # 0.9887 in double precision
    assert (found.verdict, found.reason) == ("undecided", "error")
    assert "precisely" in found.note and "said to be broken" in found.note


def test_an_independent_simulation_must_see_the_violation_too(here):
    claim = 'Inequality("c", left="y", at_most=x)'
    head = 'def other(rng, cell, n, row):\n    return {"y": %s}\n'
    binding = "cells=[dict(x=1.0)], replay=other"
    body = 'return {"y": np.full(n, 1.5)}'
    found = run(write(claim, body, binding, head % 0.5))["c"]
    assert (found.verdict, found.reason) == ("undecided", "error")
    assert "by the independent simulation" in found.note
    Path("one.py").unlink()
    assert run(write(claim, body, binding, head % 1.25))["c"].verdict == "broken"


@pytest.mark.parametrize("kind", ["identity", "proportion", "theta", "limit", "exact limit"])
def test_a_rule_that_errs_on_the_side_is_stopped_by_the_textbook(here, kind, monkeypatch):
    file = write(*FALSE[kind])
    name = {"proportion": "identity", "exact limit": "limit"}.get(kind, kind)
    rule = rules.RULES[name]

    def mirrored(sample, look, ledger):
        found = rule(sample, look, ledger)
        if found.verdict != "broken":
            return found
        return replace(found, observed=2 * found.predicted - found.observed)

    monkeypatch.setitem(rules.RULES, name, mirrored)
    found = run(file, budget="full")["c"]
    assert (found.verdict, found.reason) == ("undecided", "error")
    assert "textbook estimate" in found.note and "on the other side" in found.note


INNOCENT = {
    "probability": lambda cell, y: np.zeros_like(y),
    "at least": lambda cell, y: np.ones_like(y),
    "almost surely": lambda cell, y: np.zeros_like(y),
    "threshold": lambda cell, y: np.full_like(y, cell["x"] > 1),
    "monotone": lambda cell, y: y + 2 * cell["x"],
    "paired": lambda cell, y: y + 2 * cell["x"],
    "identity": lambda cell, y: 2 * y,
}


@pytest.mark.parametrize("kind", INNOCENT)
def test_a_rule_that_cries_wolf_is_stopped_by_the_textbook(here, kind, monkeypatch):
    """The textbook tests see data on which the claim is true."""
    test = textbook.test

    def innocent(sample, judgement):
        rows = [
            {"y": INNOCENT[kind](cell, values["y"])}
            for cell, values in zip(sample.cells, sample.replicates, strict=True)
        ]
        return test(replace(sample, replicates=rows), judgement)

    monkeypatch.setattr(textbook, "test", innocent)
    found = run(write(*FALSE[kind]), budget="full")["c"]
    assert (found.verdict, found.reason) == ("undecided", "error")
    assert "textbook" in found.note


def test_a_few_far_values_count_for_the_textbook_wherever_they_stand():
    """Student's test says nothing of them, nor does a wager whose stake one half of them sets."""
    claim = Identity("c", observable="y", equals=sp.Float(7e-4), range=(0, 1))
    for places in ([1400, 1600, 1700, 1800], [1, 2, 3, 4], [5, 6, 1700, 1800]):
        y = np.full(2048, 7e-4)
        y[places] = 1
        found = sample(claim, [{"y": y}])
        judgement = rules.judge(found, 3, Ledger())
        assert judgement.verdict == "broken" and not textbook.disagrees(found, judgement)


def test_a_confirmation_that_fails_is_told_and_not_judged(here):
    claim = 'Identity("c", observable="y", equals=2*x)'
    head = "import verify.catalogue.check\nFRESH = 0x5EED\n"
    body = (
        'import inspect\nif inspect.currentframe().f_back.f_locals.get("seed") == FRESH:\n'
        '    raise RuntimeError("not with this seed")\n'
        'return {"y": 1 + 0.1 * rng.standard_normal(n)}'
    )
    found = run(write(claim, body, head=head))["c"]
    assert found.verdict == "broken"
    assert "not with this seed" in found.detail["confirmation"]["note"]


def test_a_derivation_that_is_false_names_a_point_and_a_command_that_repeats_it(here):
    Path("several.py").write_text(files.SEVERAL)
    found = run("several.py")["false"]
    assert found.counterexample["parameters"].keys() == {"d"}
    words = shlex.split(found.counterexample["command"])
    result = CliRunner().invoke(main, [*words[1:], "--jobs", "1", "--json", "-"])
    again = {c["id"]: c for c in json.loads(result.stdout)["claims"]}[found.id]
    assert again["counterexample"] == found.to_dict()["counterexample"]


def test_paths_with_spaces_are_quoted_in_the_command(here):
    folder = here / "my theorems"
    folder.mkdir()
    (folder / "one.py").write_text(files.theorem_file(*FALSE["identity"][:2]))
    example = run(str(folder / "one.py"))["c"].counterexample
    assert "my theorems/one.py" in shlex.split(example["command"])


def test_the_store_is_not_trusted_for_a_counterexample(here):
    """Someone else's replicates break nothing, also if their hashes are right."""
    file = write(
        'Identity("c", observable="y", equals=x)', 'return {"y": 1 + 0.1 * rng.standard_normal(n)}'
    )
    assert run(file)["c"].verdict == "holds"
    with Store(".verify") as store:
        from verify.evidence.blocks import Block, Row, unpack

        rows = [Row(*row) for row in store._connection.execute("SELECT * FROM block")]
        store.add(Block(*row[:5], {"y": 1.2 * unpack(row.data)["y"]}) for row in rows)
    report = run(file)
    assert report["c"].verdict == "holds"
    assert "did not come out again" in report.notes[0]


COUNTED = (
    "seen = []\ndef other(rng, cell, n, row):\n    seen.append((n, row))\n    return {'y': %s}\n"
)


@pytest.mark.parametrize(
    "kind",
    [
        "omega",
        "exact limit",
        "deterministic",
        "conditional",
        "construction",
        "exact identity",
        "exact monotone",
    ],
)
def test_every_deterministic_claim_is_replayed_where_its_check_can_be(here, kind):
    claim, body, binding = FALSE[kind]
    binding = (binding or "cells=[dict(x=1.0)]") + ", replay=other"
    drawn = "simulate.simulate(rng, cell, n)['y'][row]"
    found = run(write(claim, body, binding, COUNTED % drawn), budget="full")["c"]
    assert found.verdict == "broken", found.note
    Path("one.py").unlink()
    innocent = {
        "exact identity": "1.0",
        "construction": "2.0",
        "omega": "cell['x']",
        "exact limit": "0.0",
        "exact monotone": "cell['x']",
    }.get(kind, "0.5")
    found = run(write(claim, body, binding, COUNTED % innocent), budget="full")["c"]
    assert (found.verdict, found.reason) == ("undecided", "error")
    assert "by the independent simulation" in found.note


def test_a_replay_is_of_the_row_of_the_block(here):
    """The independent code draws with the generator of the block, and returns one replicate."""
    claim = 'Inequality("c", left="y", at_most=x)'
    body = 'return {"y": np.where(rng.random(n) < 0.1, 1.5, 0.5)}'
    head = (
        "def other(rng, cell, n, row):\n"
        "    return {'y': 1.5 if rng.random(n)[row] < 0.1 else 0.5}\n"
    )
    assert run(write(claim, body, "cells=[dict(x=1.0)], replay=other", head))["c"].verdict == (
        "broken"
    )


def test_a_replay_along_a_path_passes_over_observables_that_have_a_value_per_time(tmp_path):
    """A claim for all times may share its simulation with a limit that is broken on an instance."""
    file = tmp_path / "own.py"
    claims = 'Limit("c", "y", 0, rate=0.5, exact=True), Always("a", "run", at_most=9, until=4)'
    body = 'y = 2 + rng.random(n)\nreturn {"y": y, "run": np.outer(y, np.ones(5))}'
    text = files.theorem_file(claims, body)
    paths = "paths=[Path({'x': 1}, dict(x=8.0), 6)]"
    file.write_text(text.replace("cells=[dict(x=1.0)]", paths))
    verdict = run(file, jobs=1, store=tmp_path / "store")["c"]
    assert verdict.verdict == "broken"
