"""Figures of handwritten digits with ``--mnist``: from the files to the picture, and refusals."""

import dataclasses
import gzip
import struct

import numpy as np
import pytest
from click.testing import CliRunner

import verify.figures
from verify.command_line import main
from verify.figures import draw

FIGURES = ["xing2021/figure-4", "wang2024/figure-4", "wang2024/figure-5", "wang2024/figure-6"]
SIDE, TRAIN, TEST = 10, 130, 30
TINY = {"width": 8, "epochs": 4, "iterations": 6, "looks": 3}


def strokes(count: int, seed: int, side: int = SIDE) -> tuple[np.ndarray, np.ndarray]:
    """Noisy rings (0), bars (1) and crosses (7), as bytes, with their labels."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(np.array([0, 1, 7], dtype=np.uint8), count, p=[0.48, 0.48, 0.04])
    labels[:3] = 0, 1, 7
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    ring = np.abs(np.hypot(x, y) - side / 3) < 1
    shapes = {0: ring, 1: np.abs(x) < 1, 7: (np.abs(x) < 1) | (np.abs(y) < 1)}
    ink = np.stack([shapes[int(label)] for label in labels])
    return (200 * ink + rng.integers(0, 50, ink.shape)).astype(np.uint8), labels


def idx(array: np.ndarray) -> bytes:
    magic = 2048 + array.ndim
    return struct.pack(f">{1 + array.ndim}I", magic, *array.shape) + array.tobytes()


def write_idx(folder, **changed: bytes):
    """Write the four gzipped files, some with other contents."""
    (x, y), (x_test, y_test) = strokes(TRAIN, 0), strokes(TEST, 1)
    contents = {
        "train_images": idx(x),
        "train_labels": idx(y),
        "test_images": idx(x_test),
        "test_labels": idx(y_test),
    } | changed
    folder.mkdir(exist_ok=True)
    for name, content in contents.items():
        part, what = name.split("_")
        stem, axes = {"train": "train", "test": "t10k"}[part], {"images": 3, "labels": 1}[what]
        zipped = content if content[:2] == b"\x1f\x8b" else gzip.compress(content)
        (folder / f"{stem}-{what}-idx{axes}-ubyte.gz").write_bytes(zipped)
    return folder


def write_npz(file, seed: int = 0, **changed: np.ndarray | None):
    (x, y), (x_test, y_test) = strokes(TRAIN, seed), strokes(TEST, 1)
    arrays = {"x_train": x, "y_train": y, "x_test": x_test, "y_test": y_test} | changed
    np.savez(file, **{name: array for name, array in arrays.items() if array is not None})
    return file


@pytest.fixture
def tiny(monkeypatch):
    """Every figure at a small size, in this process."""

    def shrunk(which):
        cells = [
            {**cell, **{k: v for k, v in TINY.items() if cell.get(k)}}
            for cell in which.cells["quick"]
            if cell.get("n", 0) <= 50
        ]
        return dataclasses.replace(which, cells={"quick": cells}, replicates={"quick": 1})

    found = {id: shrunk(verify.figures.find(id)) for id in FIGURES}
    monkeypatch.setattr(verify.figures, "find", found.__getitem__)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(id: str, path, *more: str):
    result = CliRunner().invoke(
        main, ["figure", id, "--mnist", str(path), "--jobs", "1", "-o", "out.png", *more]
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def words(picture) -> str:
    """Everything that is written above and below the panels and on them."""
    texts = [picture.get_suptitle(), picture.get_supxlabel()]
    texts += [axes.get_title(loc=side) for axes in picture.axes for side in ("left", "center")]
    return " ".join(texts)


@pytest.mark.parametrize("form", ["gzipped IDX files", "npz"])
@pytest.mark.parametrize("id", FIGURES)
def test_a_figure_is_drawn_from_files_and_says_which_digits_it_shows(here, tiny, id, form):
    path = write_npz(here / "m.npz") if form == "npz" else write_idx(here / "mnist")
    result = call(id, path)
    assert result.exit_code == 0, result.output
    assert (here / "out.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    said = words(draw(id, jobs=1, mnist=str(path)))
    assert "MNIST" in said and "8 x 8" not in said and "stand-in" not in said
    if id.startswith("wang2024"):
        numbers = [
            np.isin(strokes(count, seed)[1], (0, 1)).sum()
            for count, seed in ((TRAIN, 0), (TEST, 1))
        ]
        assert f"{numbers[0]} images, {numbers[1]} for testing" in said
    else:
        assert f"{SIDE} x {SIDE} pixels" in said


def test_without_test_images_some_of_the_others_are_held_back(here, tiny):
    path = write_npz(here / "m.npz", x_test=None, y_test=None)
    assert call("wang2024/figure-5", path).exit_code == 0
    ones = np.isin(strokes(TRAIN, 0)[1], (0, 1)).sum()
    said = words(draw("wang2024/figure-5", jobs=1, mnist=str(path)))
    assert f"{ones} images, {ones - 100} for testing" in said


def test_without_mnist_a_figure_says_that_it_shows_a_stand_in(here, tiny):
    assert "scikit-learn's 8 x 8 digits" in words(draw("wang2024/figure-5", jobs=1))


def test_other_images_under_the_same_name_are_simulated_anew(here, tiny):
    which = verify.figures.find("wang2024/figure-5")
    path = write_npz(here / "m.npz")
    before = which.cells_of("quick", str(path))
    assert before == which.cells_of("quick", str(path))
    write_npz(path, seed=5)
    after = which.cells_of("quick", str(path))
    assert not any(cell in before for cell in after)


def _broken(here) -> dict:
    """Sources that are not what they say, and a part of the answer."""
    x, y = strokes(TRAIN, 0)
    zipped = gzip.compress(idx(x))
    (here / "empty").mkdir()
    (here / "text.npz").write_text("not an archive")
    return {
        "nowhere": (here / "nowhere", "no file or folder"),
        "empty": (here / "empty", "has no file of train images"),
        "truncated": (write_idx(here / "a", train_images=zipped[:-30]), "truncated"),
        "short": (write_idx(here / "b", train_images=idx(x)[:-3]), "truncated"),
        "magic": (write_idx(here / "c", train_labels=idx(x)), "magic number 2051, not 2049"),
        "counts": (write_idx(here / "d", train_labels=idx(y[:-1])), "got shapes"),
        "test": (write_idx(here / "e", test_labels=idx(y)), "got shapes"),
        "sizes": (write_npz(here / "f.npz", x_test=strokes(TEST, 1, 12)[0]), "one size"),
        "half": (write_npz(here / "g.npz", y_test=None), "expected x_test and y_test"),
        "sevens": (write_npz(here / "h.npz", y_train=np.full_like(y, 7)), "no image of the digits"),
        "arrays": (write_npz(here / "i.npz", x_train=None), "expected x_train and y_train"),
        "text": (here / "text.npz", "no .npz archive"),
    }


@pytest.mark.parametrize("id", ["xing2021/figure-4", "wang2024/figure-4"])
@pytest.mark.parametrize(
    "what",
    [
        "nowhere",
        "empty",
        "truncated",
        "short",
        "magic",
        "counts",
        "test",
        "sizes",
        "half",
        "sevens",
        "arrays",
        "text",
    ],
)
def test_files_that_are_not_what_they_say_are_answered_in_one_line(here, tiny, id, what):
    path, message = _broken(here)[what]
    result = call(id, path)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("verify: ") and result.stderr.count("\n") == 1
    assert message in result.stderr and "Traceback" not in result.output
    assert not (here / "out.png").exists()


def test_too_few_images_are_answered_in_one_line(here, tiny):
    x, y = strokes(60, 0)
    result = call("wang2024/figure-4", write_npz(here / "m.npz", x_train=x, y_train=y))
    assert result.exit_code == 2
    assert "100 for training leaves none" in result.stderr and result.stderr.count("\n") == 1


def test_a_figure_without_digits_refuses_them(here):
    result = CliRunner().invoke(main, ["figure", "xing2021/figure-1", "--mnist", str(here)])
    assert result.exit_code == 2 and "uses no handwritten digits" in result.stderr
