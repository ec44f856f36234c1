"""The public data sets: who wrote what, and who is kept for validation and checking.

Every set is split by writer into three parts: ``train`` to learn from, ``validation`` to choose
recipes, the temperature and the reject threshold by, ``check`` only to report on. The files lie
where `places` says; `fetch` brings them there, and `own` reads what is not public.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from digitus.errors import DataNotFound
from digitus.training import places, registry
from digitus.training.archives import read_archive, read_gzip
from digitus.training.places import data_folder as data_folder

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
    """Digits of one source and part, as pictures of one size, as strokes, or as pages.

    Attributes:
        name: Name of the source.
        labels: uint8 [N], 0-9; 10 where one of `pages` holds no digit.
        images: uint8 [N, H, W], white on black (one's own may be black on white).
        strokes: The pen's paths of each sample, y down.
        pages: uint8 [H, W, 3] each, of any size and colour; decoded when asked for.
        writers: int64 [N], a number for who wrote each sample; None where the source does not say.
    """

    name: str
    labels: NDArray[np.uint8]
    images: NDArray[np.uint8] | None = None
    strokes: list[Strokes] | None = None
    pages: Sequence[NDArray[np.uint8]] | None = None
    writers: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.labels)

    def page(self, index: int) -> NDArray[np.uint8]:
        """Return one picture as the ink step takes it, uint8 [H, W, 3].

        Args:
            index: Which; the set is not one of strokes.

        Raises:
            ImageError: The picture of a page cannot be read.
        """
        if self.pages is not None:
            return self.pages[index]
        assert self.images is not None
        image = self.images[index]
        return np.broadcast_to(image[..., None], (*image.shape, 3))

    def rows(self, rows: slice) -> Dataset:
        """Return some of the samples."""
        images = None if self.images is None else self.images[rows]
        strokes = None if self.strokes is None else self.strokes[rows]
        pages = None if self.pages is None else self.pages[rows]
        writers = None if self.writers is None else self.writers[rows]
        return Dataset(self.name, self.labels[rows], images, strokes, pages, writers)


def load(name: str, part: Part) -> Dataset:
    """Load one part of one source. Nothing is fetched.

    Args:
        name: One of `SOURCES`.
        part: Which writers.

    Returns:
        The samples; possibly none (a source need not have writers in each part).

    Raises:
        DataNotFound: The file is not there or damaged, or the name is not known.
    """
    entry = registry.look_up(name)
    try:
        return SOURCES[name](part)
    except KeyError as error:
        raise DataNotFound(
            f"{entry.contents} has no array {error}: it is another file than digitus reads"
        ) from error


def available() -> list[str]:
    """Return the names of the sources that are here, in the order of `SOURCES`.

    Raises:
        DataNotFound: ``DIGITUS_DATA`` names no folder.
    """
    return [name for name in SOURCES if places.find(registry.SETS[name].files)]


def _mnist(part: Part) -> Dataset:
    prefix = "t10k" if part == "check" else "train"
    images = read_gzip("mnist", f"{prefix}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)
    labels = read_gzip("mnist", f"{prefix}-labels-idx1-ubyte.gz", 8)
    if part != "check":
        cut = len(labels) - MNIST_VALIDATION
        rows = slice(cut, None) if part == "validation" else slice(0, cut)
        images, labels = images[rows], labels[rows]
    return Dataset("mnist", labels, images)


def _numbers_ch(part: Part) -> Dataset:
    arrays = read_archive("numbers_ch")
    number = np.unique(arrays["writer"], return_inverse=True)[1]
    checked = np.isin(number, NUMBERS_CH_CHECK)
    validated = np.isin(number, NUMBERS_CH_VALIDATION)
    rows = {"check": checked, "validation": validated, "train": ~checked & ~validated}[part]
    return _pictures("numbers_ch", arrays["images"][rows], arrays["labels"][rows], number[rows])


def _optdigits(part: Part) -> Dataset:
    arrays = read_archive("optdigits")
    groups = {"train": ("tra", "cv"), "validation": (), "check": ("windep",)}[part]
    if not groups:
        return Dataset("optdigits", np.zeros(0, np.uint8), np.zeros((0, 32, 32), np.uint8))
    images = np.concatenate([arrays[f"{group}_images"] for group in groups])
    labels = np.concatenate([arrays[f"{group}_labels"] for group in groups])
    return _pictures("optdigits", images, labels)


def _semeion(part: Part) -> Dataset:
    arrays = read_archive("semeion")
    labels = arrays["labels"].astype(int)
    group = np.cumsum(np.diff(labels, prepend=labels[:1]) < 0)
    held = group == SEMEION_VALIDATION
    rows = {"train": ~held, "validation": held, "check": np.zeros(len(labels), bool)}[part]
    return _pictures("semeion", arrays["images"][rows], arrays["labels"][rows])


def _hwd1000(part: Part) -> Dataset:
    arrays = read_archive("hwd1000")
    rows = slice(None) if part == "train" else slice(0, 0)  # one writer: all or nothing
    return _pictures("hwd1000", arrays["images"][rows], arrays["labels"][rows])


def _pendigits(part: Part) -> Dataset:
    prefix = "test" if part == "check" else "train"
    arrays = read_archive("pendigits", f"{prefix}_")
    labels = arrays["labels"].astype(np.uint8)
    keep = np.full(len(labels), part != "validation")  # train names no writers to cut by
    return _stroked("pendigits", arrays, labels, keep)


def _unipen(part: Part) -> Dataset:
    arrays = read_archive("unipen")
    labels = arrays["labels"].astype(np.uint8)
    partial = (arrays["contributor"] == PARTIAL) & np.isin(labels, PARTIAL_DIGITS)
    hand = np.char.add(arrays["contributor"], arrays["writer"].astype(str))
    writer = np.unique(hand, return_inverse=True)[1]
    keep = ~arrays["suspect"].astype(bool) & ~partial & _one_in(writer, part)
    return _stroked("unipen", arrays, labels, keep, writer)


def _qmnist(part: Part) -> Dataset:
    arrays = read_archive("qmnist", "test_" if part == "check" else "train_")
    images, labels, writer = arrays["images"], arrays["labels"], arrays["writer"]
    if part != "check":  # as MNIST, whose digits these are
        held = np.isin(writer, writer[-MNIST_VALIDATION:])
        rows = held if part == "validation" else ~held
        images, labels = images[rows], labels[rows]
    return _pictures("qmnist", images, labels)


def _emnist_digits(part: Part) -> Dataset:
    return _halves("emnist_digits", part)


def _usps(part: Part) -> Dataset:
    return _halves("usps", part)


def _halves(name: str, part: Part) -> Dataset:
    """Load a source of which nothing is known but what its makers set apart for a test."""
    arrays = read_archive(name, "test_" if part == "check" else "train_")
    rows = slice(0, 0) if part == "validation" else slice(None)
    return _pictures(name, arrays["images"][rows], arrays["labels"][rows])


def _one_in(writer: NDArray[np.int64], part: Part) -> NDArray[np.bool_]:
    """Choose bool [N] the rows of a part in a source that is cut into train and validation."""
    if part == "check":
        return np.zeros(len(writer), bool)
    rows: NDArray[np.bool_] = (writer % ONE_IN == 0) == (part == "validation")
    return rows


def _pictures(
    name: str,
    images: NDArray[np.generic],
    labels: NDArray[np.generic],
    writers: NDArray[np.int64] | None = None,
) -> Dataset:
    return Dataset(name, labels.astype(np.uint8), images.astype(np.uint8), writers=writers)


def _stroked(
    name: str,
    arrays: dict[str, NDArray[Any]],
    labels: NDArray[np.uint8],
    keep: NDArray[np.bool_],
    writers: NDArray[np.int64] | None = None,
) -> Dataset:
    """Cut the flat point list into strokes; y is turned to grow downwards."""
    points = arrays["xy"].astype(np.float32) * np.array([1, -1], np.float32)
    first, last = arrays["sample_ptr"][:-1], arrays["sample_ptr"][1:]
    ends = arrays["stroke_ptr"]
    strokes = [
        [points[int(ends[j]) : int(ends[j + 1])] for j in range(int(first[i]), int(last[i]))]
        for i in np.flatnonzero(keep)
    ]
    own = None if writers is None else writers[keep]
    return Dataset(name, labels[keep], strokes=strokes, writers=own)


SOURCES: dict[str, Callable[[Part], Dataset]] = {
    "mnist": _mnist,
    "numbers_ch": _numbers_ch,
    "optdigits": _optdigits,
    "semeion": _semeion,
    "hwd1000": _hwd1000,
    "pendigits": _pendigits,
    "unipen": _unipen,
    "qmnist": _qmnist,
    "emnist_digits": _emnist_digits,
    "usps": _usps,
}
"""Every source by name."""

LICENCES = {name: entry.licence for name, entry in registry.SETS.items()}
"""Licence of every source."""
