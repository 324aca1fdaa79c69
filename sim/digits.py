"""Handwritten digits: the MNIST files, or scikit-learn's small ones, made ready for experiments.

Images are float arrays ``(k, height, width)`` with values from 0 (paper) to 1 (ink); labels are
integers from 0 to 9.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

IMAGES, LABELS = 2051, 2049
"""Magic numbers at the beginning of IDX files of images and of labels."""

NAMES = {
    ("train", "images"): ("train-images-idx3-ubyte", "train-images.idx3-ubyte"),
    ("train", "labels"): ("train-labels-idx1-ubyte", "train-labels.idx1-ubyte"),
    ("test", "images"): ("t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte"),
    ("test", "labels"): ("t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte"),
}
"""Usual names of the IDX files; each may end in ``.gz``."""

NPZ_KEYS = {
    "train": (("x_train", "y_train"), ("train_images", "train_labels")),
    "test": (("x_test", "y_test"), ("test_images", "test_labels")),
}
"""Usual names of the arrays of an ``.npz`` archive; else ``images`` and ``labels``, or x and y."""


@dataclass(frozen=True)
class Digits:
    """Labelled images.

    Attributes
    ----------
    images : (k, height, width) array, values from 0 to 1
    labels : (k,) int array, values from 0 to 9
    source : str
        Where they are from, for captions.
    """

    images: Array
    labels: NDArray[np.int64]
    source: str

    def __post_init__(self) -> None:
        images, labels = np.asarray(self.images), np.asarray(self.labels)
        if images.ndim != 3 or labels.shape != images.shape[:1]:
            raise ValueError(
                f"{self.source}: expected images (k, height, width) and k labels; got shapes "
                f"{images.shape} and {labels.shape}"
            )
        if labels.size and (labels.min() < 0 or labels.max() > 9):
            raise ValueError(
                f"{self.source}: labels are digits from 0 to 9; got {labels.min()} to "
                f"{labels.max()}"
            )

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def vectors(self) -> Array:
        """The images as rows: (k, height * width)."""
        return self.images.reshape(len(self), -1)

    def select(self, *digits: int) -> Digits:
        """Return the images of some digits only.

        Raises
        ------
        ValueError
            If one of them does not occur.
        """
        missing = [digit for digit in digits if not np.any(self.labels == digit)]
        if missing:
            raise ValueError(f"{self.source} has no image of the digits {missing}")
        chosen = np.isin(self.labels, digits)
        return replace(self, images=self.images[chosen], labels=self.labels[chosen])

    def signs(self, positive: int) -> Array:
        """Return +1 for images of the digit ``positive`` and -1 for all others: (k,)."""
        return np.where(self.labels == positive, 1.0, -1.0)

    def resized(self, size: int) -> Digits:
        """Return the images at ``size`` x ``size`` pixels; see `resize`."""
        return replace(self, images=resize(self.images, size))

    def scaled(self, length: float) -> Digits:
        """Return the images each scaled to Euclidean norm ``length``.

        Raises
        ------
        ValueError
            If an image is empty, or ``length`` is not positive.
        """
        norms = np.linalg.norm(self.vectors, axis=1)
        if not length > 0 or np.any(norms == 0):
            raise ValueError(
                f"{self.source}: only images with ink can be scaled, to a positive norm; "
                f"{np.sum(norms == 0)} are empty and the norm is {length:g}"
            )
        return replace(self, images=self.images * (length / norms)[:, None, None])

    def split(self, rng: np.random.Generator, train: int) -> tuple[Digits, Digits]:
        """Draw ``train`` images at random; return them and the rest.

        Raises
        ------
        ValueError
            Unless at least one image remains on either side.
        """
        if not 0 < train < len(self):
            raise ValueError(
                f"{self.source} has {len(self)} images; {train} for training leaves none for one "
                "of the sides"
            )
        order = rng.permutation(len(self))
        first, rest = order[:train], order[train:]
        return (
            replace(self, images=self.images[first], labels=self.labels[first]),
            replace(self, images=self.images[rest], labels=self.labels[rest]),
        )


def load_mnist(path: str | Path, part: str = "train") -> Digits:
    """Read MNIST from a folder of IDX files (plain or gzipped), one IDX file, or an ``.npz``.

    Parameters
    ----------
    path : path
        A folder with the four usual files (or an ``.npz`` in it), one file of images with its
        labels beside it, or an ``.npz`` archive with arrays ``x_train, y_train, x_test, y_test``
        (or ``images`` and ``labels``).
    part : {"train", "test"}
        Which part; of a single IDX file its own.

    Returns
    -------
    Digits

    Raises
    ------
    FileNotFoundError
        If there is no such file or folder, or the folder lacks a file (its names are said).
    ValueError
        If a file is not what it should be: wrong magic number, truncated, shapes that do not fit,
        labels out of range.
    """
    path = Path(path)
    if part not in ("train", "test"):
        raise ValueError(f'part must be "train" or "test"; got {part!r}')
    if not path.exists():
        raise FileNotFoundError(
            f"there is no file or folder {path}; give the folder of the MNIST files"
        )
    if path.is_dir():
        archives = sorted(path.glob("*.npz"))
        if archives and not _find(path, part, "images"):
            return _read_archive(archives[0], part)
        images, labels = (_required(path, part, what) for what in ("images", "labels"))
    elif path.suffix == ".npz":
        return _read_archive(path, part)
    else:
        images, labels = path, _labels_beside(path)
    return _checked(read_idx(images, IMAGES), read_idx(labels, LABELS), str(images))


def small_digits() -> Digits:
    """Return the 1797 images of 8 x 8 pixels that come with scikit-learn.

    Raises
    ------
    ImportError
        If scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as failure:
        raise ImportError(
            "the 8 x 8 digits come with scikit-learn, which is not installed: "
            "pip install 'theorycheck[digits]'"
        ) from failure
    return _read_once(load_digits)


@cache
def _read_once(load: Callable[[], Any]) -> Digits:
    found = load()
    images, labels = found.images / 16.0, found.target.astype(np.int64)
    for array in (images, labels):
        array.flags.writeable = False  # everybody has the same
    return Digits(images, labels, "scikit-learn's 8 x 8 digits")


def load_digits_from(path: str | Path = "", part: str = "train") -> Digits:
    """Return MNIST from ``path``, or the small digits if it is empty."""
    return load_mnist(path, part) if path else small_digits()


def zeros_and_ones(path: str | Path = "") -> tuple[Digits, Digits | None]:
    """Return zeros and ones to train on, and to test on where the source keeps them apart.

    Parameters
    ----------
    path : path
        As in `load_mnist`; empty for the small digits.

    Returns
    -------
    (Digits, Digits or None)
        The second is None for the small digits, a single IDX file, an archive without test images
        and a folder without test files: then hold some of the first back for testing.

    Raises
    ------
    FileNotFoundError, ValueError, ImportError
        As in `load_mnist` and `small_digits`; and if a digit does not occur, or the two parts
        have images of different sizes.
    """
    train = load_digits_from(path).select(0, 1)
    if not path or not _keeps_test_images(Path(path)):
        return train, None
    test = load_mnist(path, "test").select(0, 1)
    if test.images.shape[1:] != train.images.shape[1:]:
        raise ValueError(
            f"{path}: training images have {train.images.shape[1:]} pixels and test images "
            f"{test.images.shape[1:]}; both must be of one size"
        )
    return train, test


def read_idx(path: Path, magic: int) -> NDArray[np.uint8]:
    """Read an IDX file of unsigned bytes, plain or gzipped.

    Parameters
    ----------
    magic : int
        `IMAGES` or `LABELS`: what the file must begin with.

    Raises
    ------
    ValueError
        If it begins otherwise, or has another length than its header says.
    """
    content = _content(path)
    axes = magic % 256
    if len(content) < 4 * (axes + 1):
        raise ValueError(f"{path} is truncated: {len(content)} bytes do not hold an IDX header")
    found, *shape = (int(word) for word in np.frombuffer(content, ">u4", axes + 1))
    if found != magic:
        what = "images" if magic == IMAGES else "labels"
        raise ValueError(f"{path} is no IDX file of {what}: magic number {found}, not {magic}")
    data = np.frombuffer(content, np.uint8, offset=4 * (axes + 1))
    expected = int(np.prod(shape, dtype=object))
    if data.size != expected:
        word = "truncated" if data.size < expected else "too long"
        raise ValueError(
            f"{path} is {word}: {data.size} bytes of data where its header {tuple(shape)} says "
            f"{expected}"
        )
    return data.reshape(shape)


def resize(images: Array, size: int) -> Array:
    """Return square-pixel images at ``size`` x ``size``: (k, height, width) to (k, size, size).

    Each new pixel is the mean of the old image over the area that it covers, where old pixels are
    constant when the image shrinks, and linear between their centres when it grows; a constant
    image stays constant.

    Raises
    ------
    ValueError
        If ``size`` is not positive.
    """
    if size < 1:
        raise ValueError(f"an image has at least one pixel a side; got a size of {size}")
    _, height, width = images.shape
    rows, columns = _resampling(height, size), _resampling(width, size)
    return np.einsum("ah,khw,bw->kab", rows, images, columns, optimize=True)


def _resampling(old: int, new: int) -> Array:
    """Return the matrix (new, old) that resamples one axis; its rows sum to one."""
    if new <= old:
        edges = np.arange(new + 1) * (old / new)
        pixel = np.arange(old)
        overlap = np.minimum(edges[1:, None], pixel + 1) - np.maximum(edges[:-1, None], pixel)
        return np.clip(overlap, 0, None) / (old / new)
    centre = np.clip((np.arange(new) + 0.5) * (old / new) - 0.5, 0, old - 1)
    return np.maximum(0, 1 - np.abs(centre[:, None] - np.arange(old)))


def _content(path: Path) -> bytes:
    raw = path.read_bytes()
    if raw[:2] != b"\x1f\x8b":
        return raw
    try:
        return gzip.decompress(raw)
    except (EOFError, gzip.BadGzipFile, zlib.error) as failure:
        raise ValueError(f"{path} is truncated or not gzip: {failure}") from failure


def _find(folder: Path, part: str, what: str) -> Path | None:
    for name in NAMES[part, what]:
        for ending in ("", ".gz"):
            if (folder / (name + ending)).is_file():
                return folder / (name + ending)
    return None


def _keeps_test_images(path: Path) -> bool:
    """Tell whether a source has a test part; half of one counts, so that reading it complains."""
    if path.is_dir():
        if _find(path, "train", "images"):
            return any(_find(path, "test", what) for what in ("images", "labels"))
        path = min(path.glob("*.npz"))
    if path.suffix != ".npz":
        return False
    with np.load(path, allow_pickle=False) as archive:
        return any(name in archive for pair in NPZ_KEYS["test"] for name in pair)


def _required(folder: Path, part: str, what: str) -> Path:
    found = _find(folder, part, what)
    if found is None:
        names = " or ".join(f"{name}[.gz]" for name in NAMES[part, what])
        raise FileNotFoundError(f"{folder} has no file of {part} {what}: expected {names}")
    return found


def _labels_beside(images: Path) -> Path:
    name = images.name.replace("images", "labels").replace("idx3", "idx1")
    beside = images.with_name(name)
    if name == images.name or not beside.is_file():
        raise FileNotFoundError(
            f"{images} needs its labels beside it, in a file named like it with 'labels' and "
            "'idx1' for 'images' and 'idx3'; or give the folder, or an .npz"
        )
    return beside


def _read_archive(path: Path, part: str) -> Digits:
    try:
        archive = np.load(path, allow_pickle=False)
    except (BadZipFile, EOFError, ValueError) as failure:
        raise ValueError(f"{path} is no .npz archive of arrays: {failure}") from failure
    with archive:
        pairs: Sequence[tuple[str, str]] = (
            *NPZ_KEYS[part],
            ("images", "labels"),
            ("x", "y"),
            ("X", "y"),
        )
        for images, labels in pairs:
            if images in archive and labels in archive:
                try:
                    return _checked(archive[images], archive[labels], str(path))
                except (BadZipFile, EOFError, zlib.error) as failure:
                    raise ValueError(f"{path} is truncated: {failure}") from failure
        raise ValueError(
            f"{path} holds the arrays {', '.join(archive.files) or 'none'}; expected x_{part} and "
            f"y_{part}, or images and labels"
        )


def _checked(images: NDArray, labels: NDArray, source: str) -> Digits:
    """Make `Digits` of raw arrays: flat or square images, bytes or numbers from 0 to 1."""
    labels = np.asarray(labels)
    if images.ndim == 2:
        side = int(np.sqrt(images.shape[1]))
        if side * side != images.shape[1]:
            raise ValueError(f"{source}: rows of {images.shape[1]} pixels are not square images")
        images = images.reshape(-1, side, side)
    if labels.dtype.kind not in "iu":
        raise ValueError(f"{source}: labels must be whole numbers; got {labels.dtype}")
    if images.dtype == np.uint8:
        images = images / 255.0
    elif images.dtype.kind not in "iuf" or not np.all((images >= 0) & (images <= 255)):
        raise ValueError(f"{source}: pixels must be numbers from 0 to 1, or from 0 to 255")
    elif images.size and images.max() > 1:
        images = images / 255.0
    return Digits(np.asarray(images, dtype=np.float64), labels.astype(np.int64), source)
