"""Runs in parts on several machines: joined, they are one run."""

import contextlib
import hashlib
import json
import random
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import files
from damages import facts
from verify import merge, run
from verify.command_line import main
from verify.errors import UserError
from verify.evidence.blocks import Block
from verify.evidence.parts import Part
from verify.evidence.store import Store

ONE = ("--jobs", "1")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("several.py").write_text(files.SEVERAL)
    Path("own.py").write_text(files.COARSE)
    return tmp_path


def rows(folder: str) -> dict[tuple, tuple]:
    """What a store has: key, then what the block was made with and its bytes."""
    with contextlib.closing(sqlite3.connect(f"{folder}/replicates.sqlite")) as store:
        found = store.execute("SELECT simulation, cell, seed, number, made, data FROM block")
        return {row[:4]: row[4:] for row in found}


def call(*arguments: str):
    result = CliRunner().invoke(main, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def refused(*stores: str) -> str:
    """What merging is refused with: one line, status 2, and nothing is left behind."""
    result = call("merge", *stores, "-o", "never")
    assert result.exit_code == 2 and result.stdout == ""
    assert result.stderr.startswith("verify: ") and result.stderr.count("\n") == 1
    assert not Path("never").exists() or not [*Path("never").iterdir()]
    return result.stderr


@pytest.mark.parametrize("count", [2, 3])
def test_parts_that_are_merged_give_the_verdicts_and_the_store_of_one_run(here, count):
    one = run("several.py", jobs=1, store="one")
    for number in range(1, count + 1):
        part = run("several.py", jobs=1, store=f"p{number}", part=f"{number}/{count}")
        assert {verdict.reason for verdict in part} == {"part"}
        numbers = {number for *_, number in rows(f"p{number}")}
        assert {n % count for n in numbers} == {number - 1}
    merged = merge([f"p{number}" for number in range(1, count + 1)], "merged")
    assert merged.missing == [] and merged.equal == merged.close == 0
    assert rows("merged") == rows("one") and merged.blocks == len(rows("one")) > 20
    assert facts(run("several.py", jobs=1, store="merged")) == facts(one)
    assert rows("merged") == rows("one"), "the run on the merged store drew nothing"


def test_where_one_run_ends_early_its_blocks_are_among_those_of_the_parts(here):
    one = run("own.py", jobs=1, store="one", replicates=4000)
    for number in (1, 2):
        run("own.py", jobs=1, store=f"p{number}", part=f"{number}/2", replicates=4000)
    merge(["p1", "p2"], "merged")
    assert facts(run("own.py", jobs=1, store="merged", replicates=4000)) == facts(one)
    assert rows("one").items() <= rows("merged").items()


def test_a_part_draws_nothing_of_what_its_store_decides(here):
    run("own.py", jobs=1, store="one")
    before = rows("one")
    result = call("run", "own.py", "--budget", "full", "--part", "1/2", "--store", "one", *ONE)
    assert result.exit_code == 0 and "decides all claims of 1 of 1 checks" in result.stdout
    assert rows("one") == before


def test_the_command_says_what_was_drawn_that_nothing_is_judged_and_what_comes_next(here):
    result = call("run", "several.py", "--part", "1/2", "--store", "a", "--json", "a.json", *ONE)
    assert result.exit_code == 0
    assert "Nothing is judged" in result.stdout and "verify merge" in result.stdout
    assert "holds" not in result.stdout and max(map(len, result.stdout.splitlines())) <= 80
    claims = json.loads(Path("a.json").read_text())["claims"]
    assert {(one["verdict"], one["reason"]) for one in claims} == {("undecided", "part")}
    call("run", "several.py", "--part", "2/3", "--store", "b", *ONE)
    said = call("merge", "a", "b", "-o", "c").stdout
    assert "part 1/2" in said and "part 1/3, 2/2, 3/3; a run" in said


def test_a_simulation_that_fails_in_a_part_is_status_1_with_its_place(here):
    file = files.theorem_file('Identity("a", observable="y", equals=x)', "raise OSError('no')")
    Path("one.py").write_text(file)
    result = call("run", "one.py", "--part", "1/2", "--jobs", "1")
    assert result.exit_code == 1 and "OSError: no (at x = 1)" in result.stdout


@pytest.mark.parametrize("part", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2", "1/2/3", ""])
def test_a_part_that_is_none_is_one_line(here, part):
    result = call("run", "own.py", "--part", part)
    assert result.exit_code == 2 and result.stderr.count("\n") == 1 and "part" in result.stderr


@pytest.mark.parametrize("more", [["--settle"], ["--confirm"], ["--plots", "p"]])
def test_what_needs_verdicts_is_refused_with_a_part(here, more):
    result = call("run", "own.py", "--part", "1/2", *more)
    assert result.exit_code == 2 and result.stderr.count("\n") == 1 and more[0] in result.stderr


@given(st.integers(1, 50), st.integers(1, 50))
def test_every_block_is_in_exactly_one_part(block, count):
    assert sum(Part(number, count).has(block) for number in range(1, count + 1)) == 1


# What is merged


def block(number: int, value: float = 1.0, made: str = "here", **more) -> Block:
    key = {"simulation": "s", "cell": "c", "seed": 0} | more
    return Block(number=number, seconds=0.5, made=made, observables={"x": value + np.arange(4.0)},
                 **key)  # fmt: skip


def store(folder: str, *blocks: Block) -> str:
    with Store(folder) as made:
        made.add(blocks)
    return folder


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sets(st.tuples(st.sampled_from("abc"), st.integers(0, 4)), min_size=1),
                min_size=2, max_size=4))  # fmt: skip
def test_stores_are_joined_however_their_blocks_overlap(here, given):
    shutil.rmtree("all", ignore_errors=True)
    for at, keys in enumerate(given):
        store(f"all/{at}", *(block(number, cell=cell) for cell, number in keys))
    merged = merge([f"all/{at}" for at in range(len(given))], "all/merged")
    union = set().union(*given)
    assert {(cell, number) for _, cell, _, number in rows("all/merged")} == union
    assert merged.blocks == len(union) and merged.equal == sum(map(len, given)) - len(union)


def test_a_block_of_another_processor_may_differ_by_rounding_alone(here):
    store("a", block(0), block(1))
    store("b", block(0, 1 + 1e-13, made="elsewhere"))
    assert (
        merge(["a", "b"], "c").close == 1
        and rows("c")[("s", "c", 0, 0)] == rows("a")[("s", "c", 0, 0)]
    )
    store("d", block(0, 1 + 1e-6, made="elsewhere"))
    assert "came out differently (made with here, and with elsewhere)" in refused("a", "d")
    store("e", block(0, 1 + 1e-13))
    assert "came out differently (made with here)" in refused("a", "e"), "bits, on one processor"


def test_stores_of_other_seeds_settings_or_code_are_refused_with_the_reason(here):
    run("own.py", jobs=1, store="a")
    run("own.py", jobs=1, store="seed", seed=3)
    assert "the seed of a: 0; of seed: 3" in refused("a", "seed")
    run("own.py", jobs=1, store="set", set={"sigma": 2.0})
    assert "settings (--set) of a: none; of set: sigma=2.0" in refused("a", "set")
    Path("own.py").write_text(files.COARSE.replace("** 2", "** 2.0"))
    run("own.py", jobs=1, store="code")
    assert "The code of mine/equation-1 is not the same in a and code" in refused("a", "code")
    run("several.py", jobs=1, store="other")
    assert merge(["a", "other"], "joined").blocks == len(rows("a")) + len(rows("other"))


def test_no_store_an_empty_one_and_a_foreign_file_are_refused_in_one_line(here):
    store("a", block(0))
    assert "There is no store in nowhere" in refused("a", "nowhere")
    Path("folder").mkdir()
    assert "There is no store in folder" in refused("a", "folder")
    store("empty")
    assert "empty/replicates.sqlite is empty" in refused("a", "empty")
    Path("folder/replicates.sqlite").write_text("no database " * 1000)
    assert "cannot be read (file is not a database)" in refused("a", "folder")
    with contextlib.closing(sqlite3.connect("other.sqlite")) as other, other:
        other.execute("CREATE TABLE block (a INTEGER)")
    shutil.copy("other.sqlite", "folder/replicates.sqlite")
    assert "not laid out as this version" in refused("a", "folder")
    assert "named twice" in refused("a", "a/../a") and "At least two" in refused("a")
    assert "already" in call("merge", "a", "empty", "-o", "a").stderr
    Path("folder/drawn.json").write_text('{"seeds": "x", "parts": 3}')
    store("b", block(1))
    shutil.copy("folder/drawn.json", "b/drawn.json")
    assert merge(["a", "b"], "c").blocks == 2, "a record that nobody can read is none"


def test_a_damaged_store_is_refused_and_stays_as_it_is(here):
    run("several.py", jobs=1, store="a", part="1/2")
    run("several.py", jobs=1, store="b", part="2/2")
    merge(["a", "b"], "whole")
    whole, refusals = rows("whole"), 0
    path = Path("b/replicates.sqlite")
    good = path.read_bytes()
    for seed in range(60):
        rng = random.Random(seed)
        data = bytearray(good)
        for _ in range(rng.choice([1, 20])):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        if rng.random() < 0.2:
            del data[rng.randrange(len(data)) :]
        path.write_bytes(data)
        before = hashlib.sha256(data).digest()
        shutil.rmtree("c", ignore_errors=True)
        try:
            merge(["a", "b"], "c")
        except UserError as failure:
            refusals += 1
            assert "\n" not in str(failure)
        else:  # in a place that nothing uses
            assert rows("c") == whole
        assert hashlib.sha256(path.read_bytes()).digest() == before
    assert refusals > 40
