"""Handwritten digits: reading files, resampling, selecting and splitting."""

import gzip
import struct
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.digits import (
    Digits,
    load_digits_from,
    load_mnist,
    resize,
    small_digits,
    zeros_and_ones,
)

PIXELS = np.random.default_rng(0).integers(0, 256, (6, 5, 5), dtype=np.uint8)
LABELS = np.array([0, 1, 1, 0, 7, 9], dtype=np.uint8)


def idx(array: np.ndarray, magic: int) -> bytes:
    return struct.pack(f">{1 + array.ndim}I", magic, *array.shape) + array.tobytes()


def write(folder, *, images=None, labels=None, part="train", zipped=False, dot=False):
    images = idx(PIXELS, 2051) if images is None else images
    labels = idx(LABELS, 2049) if labels is None else labels
    stem = {"train": "train", "test": "t10k"}[part]
    joint = "." if dot else "-"
    for name, content in (
        (f"{stem}-images{joint}idx3-ubyte", images),
        (f"{stem}-labels{joint}idx1-ubyte", labels),
    ):
        if zipped:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content))
        else:
            (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("dot", [False, True])
@pytest.mark.parametrize("part", ["train", "test"])
def test_idx_files_are_read_back(tmp_path, zipped, dot, part):
    digits = load_mnist(write(tmp_path, part=part, zipped=zipped, dot=dot), part)
    np.testing.assert_array_equal(digits.images, PIXELS / 255)
    np.testing.assert_array_equal(digits.labels, LABELS)


def test_a_single_file_of_images_finds_its_labels(tmp_path):
    write(tmp_path, zipped=True)
    assert len(load_mnist(tmp_path / "train-images-idx3-ubyte.gz")) == 6


@pytest.mark.parametrize("names", [("x_train", "y_train"), ("images", "labels"), ("X", "y")])
def test_archives_are_read_with_flat_or_square_images(tmp_path, names):
    flat = (PIXELS / 255).reshape(6, -1) if names[0] == "X" else PIXELS
    np.savez(tmp_path / "digits.npz", **{names[0]: flat, names[1]: LABELS})
    for path in (tmp_path, tmp_path / "digits.npz"):
        np.testing.assert_allclose(load_mnist(path).images, PIXELS / 255)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (dict(images=idx(PIXELS, 2049)), "magic number 2049, not 2051"),
        (dict(labels=idx(LABELS, 2051)), "magic number 2051, not 2049"),
        (dict(images=idx(PIXELS, 2051)[:-7]), "truncated: 143 bytes"),
        (dict(images=idx(PIXELS, 2051) + b"x"), "too long: 151 bytes"),
        (dict(images=b"\0\0"), "truncated: 2 bytes"),
        (dict(labels=idx(LABELS[:4], 2049)), r"got shapes \(6, 5, 5\) and \(4,\)"),
        (dict(labels=idx(LABELS + 1, 2049)), "digits from 0 to 9; got 1 to 10"),
    ],
)
def test_files_that_are_not_what_they_say_are_refused_in_one_line(tmp_path, change, message):
    write(tmp_path, **change)
    with pytest.raises(ValueError, match=message) as caught:
        load_mnist(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_truncated_gzip_file_is_refused(tmp_path):
    write(tmp_path, zipped=True)
    file = tmp_path / "train-images-idx3-ubyte.gz"
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(ValueError, match="truncated or not gzip"):
        load_mnist(tmp_path)


def test_missing_files_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file or folder"):
        load_mnist(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"expected train-images-idx3-ubyte\[\.gz\] or"):
        load_mnist(tmp_path)
    (tmp_path / "pictures.bin").write_bytes(idx(PIXELS, 2051))
    with pytest.raises(FileNotFoundError, match="needs its labels beside it"):
        load_mnist(tmp_path / "pictures.bin")


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (dict(a=PIXELS), "holds the arrays a; expected x_train"),
        (dict(images=PIXELS.reshape(6, 25)[:, :24], labels=LABELS), "rows of 24 pixels"),
        (dict(images=PIXELS - 3.0, labels=LABELS), "pixels must be numbers"),
        (dict(images=PIXELS * np.nan, labels=LABELS), "pixels must be numbers"),
        (dict(images=PIXELS, labels=LABELS + 0.5), "labels must be whole numbers"),
    ],
)
def test_archives_that_hold_something_else_are_refused(tmp_path, arrays, message):
    np.savez(tmp_path / "digits.npz", **arrays)
    with pytest.raises(ValueError, match=message):
        load_mnist(tmp_path / "digits.npz")


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    (tmp_path / "digits.npz").write_bytes(b"not an archive")
    with pytest.raises(ValueError, match=r"no \.npz archive"):
        load_mnist(tmp_path / "digits.npz")


def test_an_empty_path_stands_for_the_small_digits():
    digits = load_digits_from("")
    assert digits.images.shape == (1797, 8, 8)
    assert digits.images.min() == 0 and digits.images.max() == 1
    np.testing.assert_array_equal(digits.labels, small_digits().labels)


def test_zeros_and_ones_come_with_test_images_only_where_the_source_keeps_them_apart(tmp_path):
    one_file = write(tmp_path) / "train-images-idx3-ubyte"
    np.savez(tmp_path / "together.npz", images=PIXELS, labels=LABELS)
    for source in (tmp_path, one_file, tmp_path / "together.npz", ""):
        train, test = zeros_and_ones(source)
        assert test is None and set(train.labels) == {0, 1}
    write(tmp_path, part="test", labels=idx(LABELS[::-1].copy(), 2049))
    train, test = zeros_and_ones(tmp_path)
    np.testing.assert_array_equal(train.labels, [0, 1, 1, 0])
    np.testing.assert_array_equal(test.images, PIXELS[2:] / 255)
    (tmp_path / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(FileNotFoundError, match="no file of test labels"):
        zeros_and_ones(tmp_path)


def test_without_scikit_learn_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError, match=r"pip install 'theorycheck\[digits\]'"):
        small_digits()


@given(st.integers(0, 10_000), st.integers(2, 9), st.integers(1, 12))
def test_resampling_keeps_constants_range_and_when_shrinking_the_mean(seed, old, new):
    images = np.random.default_rng(seed).random((3, old, old))
    out = resize(images, new)
    np.testing.assert_allclose(resize(np.full((1, old, old), 0.3), new), 0.3, rtol=1e-12)
    assert out.min() >= images.min() - 1e-12 and out.max() <= images.max() + 1e-12
    if new <= old:
        np.testing.assert_allclose(out.mean(axis=(1, 2)), images.mean(axis=(1, 2)), rtol=1e-12)
    np.testing.assert_allclose(
        resize(images.transpose(0, 2, 1), new), out.transpose(0, 2, 1), rtol=1e-10
    )


def test_shrinking_by_a_whole_factor_averages_blocks():
    images = np.random.default_rng(1).random((2, 12, 12))
    blocks = images.reshape(2, 4, 3, 4, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(resize(images, 4), blocks)


def test_growing_reproduces_a_linear_slope_between_pixel_centres():
    slope = np.broadcast_to((np.arange(5) + 0.5) / 5, (1, 5, 5))
    fine = resize(slope, 20)[0, 0]
    np.testing.assert_allclose(fine[2:-2], (np.arange(20) + 0.5)[2:-2] / 20)


def test_resampling_to_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one pixel"):
        resize(PIXELS, 0)


def test_selecting_splitting_and_scaling():
    digits = Digits(PIXELS / 255, LABELS.astype(np.int64), "test").select(0, 1)
    np.testing.assert_array_equal(digits.labels, [0, 1, 1, 0])
    np.testing.assert_array_equal(digits.signs(1), [-1, 1, 1, -1])
    np.testing.assert_allclose(np.linalg.norm(digits.scaled(2.5).vectors, axis=1), 2.5)
    train, test = digits.split(np.random.default_rng(0), 3)
    together = np.concatenate([train.vectors, test.vectors])
    assert sorted(map(tuple, together)) == sorted(map(tuple, digits.vectors))
    assert digits.resized(3).images.shape == (4, 3, 3)
    for wrong in (0, 4):
        with pytest.raises(ValueError, match="leaves none"):
            digits.split(np.random.default_rng(0), wrong)
    with pytest.raises(ValueError, match=r"no image of the digits \[5\]"):
        digits.select(0, 5)
    with pytest.raises(ValueError, match="1 are empty"):
        Digits(np.zeros((1, 2, 2)), np.zeros(1, int), "test").scaled(1.0)


def test_the_split_is_random_and_repeatable():
    digits = small_digits()
    one, two, other = (
        digits.split(np.random.default_rng(seed), 5)[0].vectors for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)
