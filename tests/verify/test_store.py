"""Replicates on disk: what is kept, what is never mixed, and what is refused."""

import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.errors import UserError
from verify.evidence.blocks import Block, DifferentObservables, pack, unpack
from verify.evidence.store import Store


def block(number=0, simulation="s", cell="c", seed=0, value=1.0, rows=4):
    observables = {
        "x": value + np.arange(rows),
        "hit": np.arange(rows) % 2 == 0,
        "count": np.arange(rows),
    }
    return Block(simulation, cell, seed, number, 0.5, observables)


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=8),
        st.sampled_from(["f8", "i8", "?"]),
        min_size=1,
        max_size=4,
    ),
    st.integers(0, 5),
    st.integers(0, 2**32),
)
def test_what_is_packed_comes_back_bit_by_bit(kinds, rows, seed):
    rng = np.random.default_rng(seed)
    data = {
        name: rng.integers(0, 2, rows).astype(kind)
        if kind != "f8"
        else rng.standard_normal(rows) * 10.0 ** rng.integers(-300, 300)
        for name, kind in kinds.items()
    }
    back = unpack(pack(data))
    assert back.keys() == data.keys()
    for name, values in data.items():
        assert back[name].dtype == values.dtype and back[name].tobytes() == values.tobytes()


def test_infinities_nan_and_curves_come_back():
    data = {"x": np.array([np.nan, np.inf, -0.0]), "curve": np.arange(6.0).reshape(3, 2)}
    back = unpack(pack(data))
    np.testing.assert_array_equal(back["x"], data["x"])
    assert np.signbit(back["x"][2]) and back["curve"].tolist() == data["curve"].tolist()


def test_objects_are_not_written_and_pickles_are_not_read():
    with pytest.raises(ValueError, match=r"[Oo]bject arrays cannot be saved"):
        pack({"x": np.array([{"a": 1}], dtype=object)})

    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("a pickle was read",))

    with pytest.raises(ValueError, match="magic string"):
        unpack(pickle.dumps(Trap()))
    import io

    stream = io.BytesIO()
    np.save(stream, np.array([Trap()], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="array of objects"):
        unpack(stream.getvalue())


def test_blocks_are_joined_in_their_order_whatever_the_order_of_writing(tmp_path):
    with Store(tmp_path) as store:
        store.add([block(2, value=20), block(0, value=0)])
        store.add([block(1, value=10)])
        assert store.numbers("s", "c", 0) == {0, 1, 2}
        joined = store.replicates("s", "c", 0, 0, 3)
        assert joined["x"].tolist() == [0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23]
        assert joined["hit"].dtype == bool and joined["count"].dtype == np.int64
        assert store.replicates("s", "c", 0, 1, 2)["x"].tolist() == [10, 11, 12, 13]
        assert store.seconds("s", "c", 0, 2) == 1.0
        assert store.replicates("s", "c", 0, 2, 2) == {}


@pytest.mark.parametrize("other", [dict(simulation="t"), dict(cell="d"), dict(seed=1)])
def test_another_simulation_cell_or_seed_is_never_mixed_in(tmp_path, other):
    with Store(tmp_path) as store:
        store.add([block(0, value=1.0), block(0, value=99.0, **other)])
        assert store.replicates("s", "c", 0, 0, 1)["x"][0] == 1.0
        with pytest.raises(KeyError, match="1 blocks are missing"):
            store.replicates("s", "c", 0, 0, 2)


def test_blocks_outlive_the_process_and_fresh_forgets_them(tmp_path):
    with Store(tmp_path / "new" / "folder") as store:
        store.add([block()])
    with Store(tmp_path / "new" / "folder") as store:
        assert store.numbers("s", "c", 0) == {0}
    with Store(tmp_path / "new" / "folder", fresh=True) as store:
        assert store.numbers("s", "c", 0) == set()


def test_a_failing_transaction_leaves_nothing_behind(tmp_path):
    def blocks():
        yield block(0)
        raise RuntimeError("the worker died")

    with Store(tmp_path) as store:
        store.add([block(7)])
        with pytest.raises(RuntimeError):
            store.add(blocks())
        with pytest.raises(ValueError):
            store.add([block(1), block(2)._replace(observables={"x": np.array([None])})])
        assert store.numbers("s", "c", 0) == {7}


def test_a_writer_that_is_killed_loses_at_most_what_was_in_flight(tmp_path):
    script = textwrap.dedent("""
        import sys, numpy as np
        from verify.evidence.blocks import Block
        from verify.evidence.store import Store
        store = Store(sys.argv[1])
        for number in range(10**6):
            store.add([Block("s", "c", 0, number, 0.0, {"x": np.full(50_000, float(number))})])
            print(number, flush=True)
    """)
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        for _ in range(20):
            confirmed = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        confirmed += len(writer.stdout.read().split())
    with Store(tmp_path) as store:
        there = store.numbers("s", "c", 0)
        assert there >= set(range(confirmed + 1)) and len(there) <= confirmed + 2
        values = store.replicates("s", "c", 0, 0, confirmed + 1)["x"].reshape(-1, 50_000)
        assert (values == np.arange(confirmed + 1)[:, None]).all()
        store.add([block(10**7, rows=50_000)])


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_a_store_without_its_journal_still_opens(tmp_path, suffix):
    with Store(tmp_path) as store:
        store.add([block()])
    (tmp_path / f"replicates.sqlite{suffix}").write_bytes(b"torn")
    with Store(tmp_path) as store:
        assert store.numbers("s", "c", 0) == {0}


def test_several_writers_and_readers_share_a_store(tmp_path):
    with Store(tmp_path) as store:
        store.add([block(0)])

    def work(part: int) -> int:
        with Store(tmp_path) as mine:
            for number in range(1 + 25 * part, 26 + 25 * part):
                mine.add([block(number, value=number)])
                assert mine.replicates("s", "c", 0, 0, 1)["x"][0] == 1.0
            return len(mine.numbers("s", "c", 0))

    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(work, range(4)))
    assert max(seen) == 101
    with Store(tmp_path) as store:
        assert store.replicates("s", "c", 0, 1, 101)["x"][::4].tolist() == list(range(1, 101))


def test_a_file_that_is_no_store_and_a_folder_that_cannot_be_are_one_sentence(tmp_path):
    (tmp_path / "replicates.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(UserError, match=r"cannot be used .*--fresh"):
        Store(tmp_path)
    with Store(tmp_path, fresh=True) as store:
        store.add([block()])
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="Name another folder"):
        Store(tmp_path / "file")


def test_a_damaged_block_counts_as_missing_and_is_written_over(tmp_path):
    with Store(tmp_path) as store:
        store.add([block(0), block(1)])
    other = sqlite3.connect(tmp_path / "replicates.sqlite")
    with other:
        other.execute("UPDATE block SET data = x'00' WHERE number = 1")
    other.close()
    with Store(tmp_path) as store:
        assert len(store.replicates("s", "c", 0, 0, 1)["x"]) == 4
        with pytest.raises(KeyError, match="1 blocks are missing"):
            store.replicates("s", "c", 0, 0, 2)
        assert store.sound("s", "c", 0, range(2)) == {0} and store.numbers("s", "c", 0) == {0, 1}
        assert store.notes == ["1 stored block was damaged, and drawn again."]
        store.add([block(1)])
        assert store.sound("s", "c", 0, range(2), rows=4) == {0, 1}
        assert store.sound("s", "c", 0, range(2), rows=5) == set()


def test_a_store_of_another_layout_is_refused(tmp_path):
    other = sqlite3.connect(tmp_path / "replicates.sqlite")
    other.execute("CREATE TABLE block (something TEXT)")
    other.commit()
    other.close()
    with pytest.raises(UserError, match="cannot be used"), Store(tmp_path) as store:
        store.numbers("s", "c", 0)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_one_sentence(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(UserError, match="cannot be used"):
        Store(tmp_path)


def test_blocks_with_other_observables_are_not_joined(tmp_path):
    with Store(tmp_path) as store:
        store.add([block(0), block(1)._replace(observables={"z": np.ones(4)})])
        with pytest.raises(DifferentObservables, match="count, hit, x in one block and z in"):
            store.replicates("s", "c", 0, 0, 2)
