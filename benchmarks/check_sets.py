"""The pictures that the reader is measured by; no model is ever trained on any of them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitus.image import ImageLike
from digitus.training import datasets
from digitus.training.datasets import data_folder
from digitus.training.handwriting import Writer, write_mark
from digitus.training.negatives import negative_picture
from digitus.training.pictures import picture
from digitus.training.skeletons import LETTERS

# "digitus" in ASCII: longer than the 32 bits that training seeds its chance with.
SEED = 0x64696769747573
# Training draws its hands from seeds below this one.
STRANGERS = 2**31
# How many pictures are made of each kind of what holds no digit.
NEGATIVES = {"marked": 300, "blank": 100, "printed": 100, "scenery": 100, "grain": 50}
LETTERS_WRITTEN = 200


@dataclass(frozen=True)
class Sample:
    """One picture.

    Attributes:
        source: Its file, or its kind and place in the set.
        truth: The digit that it shows; None where it holds none.
        picture: Gives what `digitus.Reader.read` reads, always the same; called where it is read,
            so that made pictures need not all be kept.
        group: Its kind within the set; empty where there is only one.
    """

    source: str
    truth: int | None
    picture: Callable[[], ImageLike]
    group: str = ""


def check_sets() -> dict[str, list[Sample]]:
    """Return all sets by name: those of digits first, then those without.

    Raises:
        DataNotFound: A data set is not there.
    """
    return {
        "custom": list(_custom()),
        "numbers_ch": _checked("numbers_ch"),
        "pendigits": _pendigits(),
        "optdigits": _checked("optdigits"),
        "mnist": _checked("mnist"),
        "not_a_digit": list(_not_a_digit()),
        "negatives": [*_negatives(), *_letters()],
    }


def _custom() -> Iterator[Sample]:
    """Yield the pictures that users made themselves: drawn, photos and scans."""
    for row in _rows("labels.csv"):
        path = data_folder() / "custom" / "images" / row["file"]
        yield Sample(row["file"], int(row["label"]), partial(Path, path), row["kind"])


def _not_a_digit() -> Iterator[Sample]:
    """Yield users' pictures of something else, or of a digit that nobody can tell."""
    for row in _rows("not_a_digit.csv"):
        path = data_folder() / "custom" / "not_a_digit" / row["file"]
        yield Sample(row["file"], None, partial(Path, path), row["expect"])


def _rows(name: str) -> list[dict[str, str]]:
    with (data_folder() / "custom" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _checked(name: str) -> list[Sample]:
    """Return the part of a data set that its writers are kept for."""
    data = datasets.load(name, "check")
    assert data.images is not None
    return _samples(data.images, data.labels)


def _pendigits() -> list[Sample]:
    """Return the data's own drawings: `datasets` gives the strokes, for any pen to draw."""
    with np.load(data_folder() / "pendigits.npz") as archive:
        return _samples(archive["test_images"], archive["test_labels"])


def _samples(images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> list[Sample]:
    return [
        Sample(str(index), int(label), partial(np.asarray, image))
        for index, (image, label) in enumerate(zip(images, labels, strict=True))
    ]


def _negatives() -> Iterator[Sample]:
    """Yield made pictures of marks, blank paper, print, other things and noise."""
    for kind, count in NEGATIVES.items():
        for index in range(count):
            yield Sample(f"{kind} {index}", None, partial(_negative, kind, index), kind)


def _negative(kind: str, index: int) -> NDArray[np.uint8]:
    return negative_picture(_chance(kind, index), kind)


def _letters() -> Iterator[Sample]:
    """Yield letters in hands that training has never seen, in all scenes."""
    names = list(LETTERS)
    for index in range(LETTERS_WRITTEN):
        name = names[index % len(names)]
        yield Sample(f"letter {name} {index}", None, partial(_letter, name, index), "letters")


def _letter(name: str, index: int) -> NDArray[np.uint8]:
    rng = _chance("letters", index)
    return picture(write_mark(name, Writer.from_seed(STRANGERS + index), rng), rng)


def _chance(kind: str, index: int) -> np.random.Generator:
    return np.random.default_rng((SEED, index, *kind.encode()))
