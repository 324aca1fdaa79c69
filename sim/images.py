"""Images as inputs of norm one: CIFAR-10, MNIST or scikit-learn's small digits, and their gaps."""

from __future__ import annotations

from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from sim.digits import load_digits_from

Array = NDArray[np.float64]

CIFAR_RECORD = 1 + 3 * 32 * 32
"""Bytes of an image in CIFAR-10's binary version: its label, then its pixels."""


def load_images(path: str | Path = "") -> tuple[Array, str]:
    """Return training images as rows with values from 0 to 1, and what they are.

    Parameters
    ----------
    path : path
        CIFAR-10: the folder (or a file) of its binary version, ``data_batch_1.bin`` to ``5``, or an
        ``.npz`` with ``x_train`` of shape (k, 32, 32, 3). MNIST as in `sim.digits.load_mnist`.
        Empty for the small digits.

    Raises
    ------
    FileNotFoundError
        If nothing is there.
    ValueError
        If a file is truncated or holds no images.
    """
    if not path:
        return _rows(load_digits_from("").images), "scikit-learn's 8 x 8 digits"
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(
            f"there is no file or folder {path}; give that of CIFAR-10's binary version, or MNIST's"
        )
    batches = sorted(path.glob("data_batch_*.bin")) if path.is_dir() else [path]
    if batches and all(batch.suffix == ".bin" for batch in batches):
        return np.concatenate([_read_batch(batch) for batch in batches]), "CIFAR-10"
    if path.is_dir() and any(path.glob("data_batch_[1-5]")):
        raise ValueError(
            f"{path} holds the Python version of CIFAR-10, which is not read because unpickling a "
            "file runs what is in it; give the binary version"
        )
    if path.suffix == ".npz":
        try:
            with np.load(path, allow_pickle=False) as archive:
                images = archive["x_train"] if "x_train" in archive else None
        except (BadZipFile, EOFError, ValueError) as failure:
            raise ValueError(f"{path} is no .npz archive of arrays: {failure}") from failure
        if images is not None and images.ndim == 4:
            scale = 255.0 if images.max(initial=0) > 1 else 1.0
            return _rows(images) / scale, "CIFAR-10"
    digits = load_digits_from(path)
    return _rows(digits.images), f"MNIST ({len(digits)} images)"


def _rows(images: NDArray) -> Array:
    return np.asarray(images, dtype=np.float64).reshape(len(images), -1)


def _read_batch(path: Path) -> Array:
    content = np.fromfile(path, dtype=np.uint8)
    if not content.size or content.size % CIFAR_RECORD:
        raise ValueError(
            f"{path} is truncated or no batch of CIFAR-10: {content.size} bytes are no multiple of "
            f"{CIFAR_RECORD}"
        )
    return content.reshape(-1, CIFAR_RECORD)[:, 1:] / 255.0


def padded(x: Array) -> Array:
    """Scale rows and append two coordinates: norm one, the last coordinate 1/2.

    The largest row gets the norm ``sqrt(3)/2``; the others make up for theirs in the last but one
    (Zhang et al. 2020, Section 3.1).
    """
    squares = np.square(x).sum(axis=1)
    if not squares.max(initial=0) > 0:
        raise ValueError("all rows vanish; at least one must be an image")
    scale = 0.75 / squares.max()
    missing = np.sqrt(np.maximum(0.75 - scale * squares, 0))
    return np.column_stack([np.sqrt(scale) * x, missing, np.full(len(x), 0.5)])


def least_distances(x: Array, rows: NDArray[np.intp], *, chunk: int = 64) -> Array:
    """Return the distance of some rows to the nearest other row: one each."""
    squares = np.square(x).sum(axis=1)
    found = []
    for part in np.array_split(rows, max(1, -(-len(rows) // chunk))):
        square = squares[part][:, None] + squares - 2 * x[part] @ x.T
        square[np.arange(len(part)), part] = np.inf
        nearest = np.argmin(square, axis=1)  # whose distance is then taken without cancellation
        found.append(np.linalg.norm(x[part] - x[nearest], axis=1))
    return np.concatenate(found)
