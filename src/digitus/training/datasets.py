"""The data sets beside the checkout: who wrote what, and who is kept for validation and checking.

Every set is split by writer into three parts: ``train`` to learn from, ``validation`` to choose
recipes, the temperature and the reject threshold by, ``check`` only to report on.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from digitus.errors import DataNotFound

Part = Literal["train", "validation", "check"]
Strokes = list[NDArray[np.float32]]

# Writers of numbers_ch (by position in the sorted list) that are never trained on.
NUMBERS_CH_CHECK = (3, 7, 11, 15, 19)
NUMBERS_CH_VALIDATION = (1, 9, 17)
# MNIST's last training digits: the file is in order of writers, so these are writers of their own.
MNIST_VALIDATION = 4000
# One in this many of the writers of unipen is kept for validation.
ONE_IN = 10
# Contributor whose 0, 1 and 4 are cut off in part (the data's own README).
PARTIAL, PARTIAL_DIGITS = "ibm", (0, 1, 4)
# Semeion names no writers. Its file holds six groups of them one after the other, each sorted by
# digit: 10, 10, 10, 10, 20 and 20 writers, of whom each wrote every digit twice.
SEMEION_VALIDATION = 0


@dataclass(frozen=True)
class Dataset:
    """Digits of one source and part.

    Attributes:
        name: Name of the source.
        labels: uint8 [N], 0-9.
        images: uint8 [N, H, W], white on black; None for stroke sets.
        strokes: The pen's paths of each sample, y down; None for picture sets.
    """

    name: str
    labels: NDArray[np.uint8]
    images: NDArray[np.uint8] | None = None
    strokes: list[Strokes] | None = None

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.labels)


def data_folder() -> Path:
    """Return the folder of the data sets.

    Raises:
        DataNotFound: ``DIGITUS_DATA`` is not set or names no folder.
    """
    name = os.environ.get("DIGITUS_DATA")
    if not name:
        raise DataNotFound(
            "No data sets: set DIGITUS_DATA to the folder that holds them, "
            "for example DIGITUS_DATA=../shared/data"
        )
    folder = Path(name)
    if not folder.is_dir():
        raise DataNotFound(f"DIGITUS_DATA={name} is not a folder: set it to the data sets' folder")
    return folder


def load(name: str, part: Part) -> Dataset:
    """Load one part of one source.

    Args:
        name: One of `SOURCES`.
        part: Which writers.

    Returns:
        The samples; possibly none (a source need not have writers in each part).

    Raises:
        DataNotFound: The file is not there, or the name is not known.
    """
    if name not in SOURCES:
        raise DataNotFound(f"No data set is called '{name}': choose from {', '.join(SOURCES)}")
    return SOURCES[name](part)


def _archive(name: str) -> dict[str, NDArray[Any]]:
    """Read all arrays of ``name``.npz."""
    path = data_folder() / f"{name}.npz"
    if not path.is_file():
        raise DataNotFound(f"{path} is not there: put {name}.npz into the folder DIGITUS_DATA")
    with np.load(path, allow_pickle=False) as archive:
        return {key: archive[key] for key in archive.files}


def _idx(name: str, header: int) -> NDArray[np.uint8]:
    """Read the bytes of one gzipped IDX file of MNIST behind its header."""
    path = data_folder() / "mnist" / f"{name}.gz"
    if not path.is_file():
        raise DataNotFound(f"{path} is not there: put MNIST's files into {path.parent}")
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


def _mnist(part: Part) -> Dataset:
    prefix = "t10k" if part == "check" else "train"
    images = _idx(f"{prefix}-images-idx3-ubyte", 16).reshape(-1, 28, 28)
    labels = _idx(f"{prefix}-labels-idx1-ubyte", 8)
    if part != "check":
        cut = len(labels) - MNIST_VALIDATION
        rows = slice(cut, None) if part == "validation" else slice(0, cut)
        images, labels = images[rows], labels[rows]
    return Dataset("mnist", labels, images)


def _numbers_ch(part: Part) -> Dataset:
    arrays = _archive("numbers_ch")
    number = np.unique(arrays["writer"], return_inverse=True)[1]
    checked = np.isin(number, NUMBERS_CH_CHECK)
    validated = np.isin(number, NUMBERS_CH_VALIDATION)
    rows = {"check": checked, "validation": validated, "train": ~checked & ~validated}[part]
    return _pictures("numbers_ch", arrays["images"][rows], arrays["labels"][rows])


def _optdigits(part: Part) -> Dataset:
    arrays = _archive("optdigits")
    groups = {"train": ("tra", "cv"), "validation": (), "check": ("windep",)}[part]
    if not groups:
        return Dataset("optdigits", np.zeros(0, np.uint8), np.zeros((0, 32, 32), np.uint8))
    images = np.concatenate([arrays[f"{group}_images"] for group in groups])
    labels = np.concatenate([arrays[f"{group}_labels"] for group in groups])
    return _pictures("optdigits", images, labels)


def _semeion(part: Part) -> Dataset:
    arrays = _archive("semeion")
    labels = arrays["labels"].astype(int)
    group = np.cumsum(np.diff(labels, prepend=labels[:1]) < 0)
    held = group == SEMEION_VALIDATION
    rows = {"train": ~held, "validation": held, "check": np.zeros(len(labels), bool)}[part]
    return _pictures("semeion", arrays["images"][rows], arrays["labels"][rows])


def _hwd1000(part: Part) -> Dataset:
    arrays = _archive("hwd1000")
    rows = slice(None) if part == "train" else slice(0, 0)  # one writer: all or nothing
    return _pictures("hwd1000", arrays["images"][rows], arrays["labels"][rows])


def _pendigits(part: Part) -> Dataset:
    prefix = "test" if part == "check" else "train"
    arrays = {
        key.removeprefix(f"{prefix}_"): value
        for key, value in _archive("pendigits").items()
        if key.startswith(prefix)
    }
    labels = arrays["labels"].astype(np.uint8)
    keep = np.full(len(labels), part != "validation")  # train names no writers to cut by
    return _stroked("pendigits", arrays, labels, keep)


def _unipen(part: Part) -> Dataset:
    arrays = _archive("unipen")
    labels = arrays["labels"].astype(np.uint8)
    partial = (arrays["contributor"] == PARTIAL) & np.isin(labels, PARTIAL_DIGITS)
    hand = np.char.add(arrays["contributor"], arrays["writer"].astype(str))
    writer = np.unique(hand, return_inverse=True)[1]
    keep = ~arrays["suspect"].astype(bool) & ~partial & _one_in(writer, part)
    return _stroked("unipen", arrays, labels, keep)


def _one_in(writer: NDArray[np.int64], part: Part) -> NDArray[np.bool_]:
    """Choose bool [N] the rows of a part in a source that is cut into train and validation."""
    if part == "check":
        return np.zeros(len(writer), bool)
    rows: NDArray[np.bool_] = (writer % ONE_IN == 0) == (part == "validation")
    return rows


def _pictures(name: str, images: NDArray[np.generic], labels: NDArray[np.generic]) -> Dataset:
    return Dataset(name, labels.astype(np.uint8), images.astype(np.uint8))


def _stroked(
    name: str,
    arrays: dict[str, NDArray[Any]],
    labels: NDArray[np.uint8],
    keep: NDArray[np.bool_],
) -> Dataset:
    """Cut the flat point list into strokes; y is turned to grow downwards."""
    points = arrays["xy"].astype(np.float32) * np.array([1, -1], np.float32)
    first, last = arrays["sample_ptr"][:-1], arrays["sample_ptr"][1:]
    ends = arrays["stroke_ptr"]
    strokes = [
        [points[int(ends[j]) : int(ends[j + 1])] for j in range(int(first[i]), int(last[i]))]
        for i in np.flatnonzero(keep)
    ]
    return Dataset(name, labels[keep], strokes=strokes)


SOURCES: dict[str, Callable[[Part], Dataset]] = {
    "mnist": _mnist,
    "numbers_ch": _numbers_ch,
    "optdigits": _optdigits,
    "semeion": _semeion,
    "hwd1000": _hwd1000,
    "pendigits": _pendigits,
    "unipen": _unipen,
}
"""Every source by name."""

LICENCES = {
    "mnist": "CC BY-SA 3.0",
    "numbers_ch": "MIT",
    "optdigits": "CC BY 4.0",
    "semeion": "CC BY 4.0",
    "hwd1000": "MIT",
    "pendigits": "CC BY 4.0",
    "unipen": "CC BY 4.0",
}
"""Licence of every source."""
