"""Grids, paths and their fingerprints."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify import Path, product
from verify.catalogue.grid import digest, lay_out

values = st.one_of(
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False),
    st.text(max_size=5),
    st.booleans(),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
cells = st.dictionaries(st.text(min_size=1, max_size=4), values, max_size=4)


@given(cells)
def test_fingerprints_ignore_the_order_of_parameters_and_the_kind_of_container(cell):
    shuffled = dict(reversed(cell.items()))
    as_lists = {k: list(v) if isinstance(v, tuple) else v for k, v in cell.items()}
    assert digest(cell) == digest(shuffled) == digest(as_lists)


@given(cells, cells)
def test_different_cells_have_different_fingerprints(a, b):
    same = a.keys() == b.keys() and all(
        (
            a[k] == b[k]
            and isinstance(a[k], bool) == isinstance(b[k], bool)
            and str(a[k]) == str(b[k])
        )
        for k in a
    )
    assert (digest(a) == digest(b)) == same


def test_the_fingerprint_of_a_cell_is_the_same_in_every_session():
    assert digest({"d": 3, "sigma": 0.5}) == "6cb227e31993c9d9c59ba7c211412372"


def test_numpy_numbers_have_the_fingerprints_of_python_numbers():
    assert digest({"a": np.float64(0.1), "b": np.int64(3)}) == digest({"a": 0.1, "b": 3})
    assert digest({"a": np.array([1.0, 2.0])}) == digest({"a": (1.0, 2.0)})


def test_a_product_crosses_lists_and_shares_the_rest():
    cells = product(a=[1, 2], b="word", c=[0.5], v=(1, 2))
    assert cells == [dict(a=1, b="word", c=0.5, v=(1, 2)), dict(a=2, b="word", c=0.5, v=(1, 2))]


@given(st.integers(4, 9), st.floats(1.1, 5), st.floats(-2, 2).filter(lambda e: abs(e) > 0.01))
def test_a_path_grows_its_parameters_geometrically_and_leaves_the_others(sizes, step, exponent):
    path = Path({"a": exponent}, dict(a=3.0, b=7), sizes, step)
    grown = [cell["a"] for cell in path.cells()]
    assert all(cell["b"] == 7 for cell in path.cells()) and len(grown) == sizes
    np.testing.assert_allclose(np.diff(np.log(grown)), exponent * math.log(step), rtol=1e-9)
    np.testing.assert_allclose(np.log(grown) - np.log(3), exponent * path.scales(), atol=1e-9)


def test_whole_numbers_stay_whole_along_a_path():
    cells = Path({"n": 0.5}, dict(n=10), 5, 2.0).cells()
    assert [cell["n"] for cell in cells] == [10, 14, 20, 28, 40]
    assert all(isinstance(cell["n"], int) for cell in cells)


def test_short_paths_and_rays_of_unknown_parameters_are_refused():
    with pytest.raises(ValueError, match="sizes=3: a path needs at least 4"):
        Path({"n": 1}, dict(n=1), 3)
    with pytest.raises(ValueError, match=r"grows \['m'\], which the base does not have"):
        Path({"m": 1}, dict(n=1))


def test_a_grid_holds_a_shared_cell_once_and_paths_point_to_it():
    one, two = Path({"n": 1}, dict(n=2, e=1), 4), Path({"n": 1}, dict(n=4, e=1), 4)
    grid, placed = lay_out([dict(n=16, e=1), dict(n=3, e=1)], [one, two])
    assert [cell["n"] for cell in grid] == [16, 3, 2, 4, 8, 32]
    for path, at in zip((one, two), placed, strict=True):
        assert [grid[i] for i in at.positions] == path.cells()
