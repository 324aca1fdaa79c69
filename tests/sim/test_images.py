"""Images become inputs of norm one; CIFAR-10 is read from its binary version or an archive."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from sim import images


def batch(count, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, images.CIFAR_RECORD), dtype=np.uint8)


def test_the_binary_version_of_cifar_is_read_without_its_labels(tmp_path):
    first, second = batch(3, 0), batch(2, 1)
    first.tofile(tmp_path / "data_batch_1.bin")
    second.tofile(tmp_path / "data_batch_2.bin")
    rows, source = images.load_images(tmp_path)
    assert source == "CIFAR-10"
    np.testing.assert_array_equal(rows, np.concatenate([first, second])[:, 1:] / 255)


def test_an_archive_of_colour_images_is_read(tmp_path):
    x = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3), dtype=np.uint8)
    np.savez(tmp_path / "cifar.npz", x_train=x, y_train=np.zeros(4, dtype=int))
    rows, _ = images.load_images(tmp_path / "cifar.npz")
    np.testing.assert_allclose(rows, x.reshape(4, -1) / 255)


def test_what_is_not_read_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file or folder"):
        images.load_images(tmp_path / "missing")
    batch(2).ravel()[:-5].tofile(tmp_path / "data_batch_1.bin")
    with pytest.raises(ValueError, match="truncated"):
        images.load_images(tmp_path)
    python = tmp_path / "python"
    python.mkdir()
    (python / "data_batch_1").write_bytes(b"\x80\x02")
    with pytest.raises(ValueError, match="binary version"):
        images.load_images(python)


def test_padded_rows_lie_where_inputs_do():
    x = images.padded(np.random.default_rng(0).random((20, 7)))
    assert np.linalg.norm(x, axis=1) == pytest.approx(1)
    assert (x[:, -1] == 0.5).all() and (x[:, -2] >= 0).all()
    with pytest.raises(ValueError, match="vanish"):
        images.padded(np.zeros((2, 3)))


def test_least_distances_are_those_of_all_pairs():
    x = np.random.default_rng(1).random((150, 5))
    x[3] = x[77]
    rows = np.arange(0, 150, 2)
    every = cdist(x, x)
    np.fill_diagonal(every, np.inf)
    np.testing.assert_allclose(images.least_distances(x, rows), every[rows].min(axis=1))
    assert images.least_distances(x, np.array([3])) == 0
