"""All data sets in small, written by synthesised hands, in the files of the real ones."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitus.training import pens
from digitus.training.datasets import Strokes
from digitus.training.glyphs import synthesised

Arrays = dict[str, NDArray[Any]]

MNIST_TRAIN, MNIST_VALIDATION, MNIST_TEST = 30, 10, 12
NUMBERS_CH_WRITERS = 21
UNIPEN = 60


def write_data(folder: Path) -> dict[str, Arrays]:
    """Write every data set into a folder; return its arrays by name."""
    made = {
        "mnist": _mnist(),
        "numbers_ch": _numbers_ch(),
        "optdigits": _optdigits(),
        "semeion": _semeion(),
        "hwd1000": dict(zip(("images", "labels"), images(15, 28, 5), strict=True)),
        "pendigits": stroked(20, 6, "train_") | stroked(8, 7, "test_"),
        "unipen": _unipen(),
    }
    for name, arrays in made.items():
        if name != "mnist":
            np.savez(folder / f"{name}.npz", **arrays)
    (folder / "mnist").mkdir()
    for name, array in made["mnist"].items():
        header = 16 if array.ndim == 3 else 8
        with gzip.open(folder / "mnist" / f"{name}.gz", "wb", compresslevel=1) as file:
            file.write(bytes(header) + array.tobytes())
    return made


def images(
    count: int, side: int, seed: int, labels: NDArray[np.uint8] | None = None
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Draw digits, white on black: uint8 [count, side, side], labels uint8 [count]."""
    strokes, own = synthesised(count * 20 if labels is not None else count, seed)
    if labels is not None:
        chosen = [int(np.flatnonzero(own == label)[i % 5]) for i, label in enumerate(labels)]
        strokes, own = [strokes[i] for i in chosen], labels
    found = np.zeros((count, side, side), np.uint8)
    for image, digit in zip(found, strokes, strict=True):
        pen = side / 10
        ink = pens.draw(digit, pen, size=side - 3 - round(pen))
        top, left = (side - ink.shape[0]) // 2, (side - ink.shape[1]) // 2
        image[top : top + ink.shape[0], left : left + ink.shape[1]] = ink * 255
    return found, own


def _mnist() -> Arrays:
    train = images(MNIST_TRAIN + MNIST_VALIDATION, 28, 1)
    test = images(MNIST_TEST, 28, 2)
    return {
        "train-images-idx3-ubyte": train[0],
        "train-labels-idx1-ubyte": train[1],
        "t10k-images-idx3-ubyte": test[0],
        "t10k-labels-idx1-ubyte": test[1],
    }


def _numbers_ch() -> Arrays:
    found, labels = images(2 * NUMBERS_CH_WRITERS, 104, 3)
    # Not in the order of the writers' names.
    writer = [f"hand{(8 * i) % NUMBERS_CH_WRITERS:02}" for i in range(len(labels))]
    return {"images": found, "labels": labels, "writer": np.array(writer)}


def _optdigits() -> Arrays:
    made: Arrays = {}
    for seed, (group, count) in enumerate((("tra", 12), ("cv", 6), ("windep", 8))):
        found, labels = images(count, 32, 10 + seed)
        made |= {
            f"{group}_images": (found > 100).astype(np.uint8) * 255,
            f"{group}_labels": labels,
        }
    return made


def _semeion() -> Arrays:
    """Two digits of each kind in a row, as often as there are groups of writers."""
    labels = np.tile(np.repeat(np.arange(10), 2), 2).astype(np.uint8)
    found, _ = images(len(labels), 16, 4, labels)
    return {"images": (found > 100).astype(np.uint8) * 255, "labels": labels}


def _unipen() -> Arrays:
    arrays = stroked(UNIPEN, 8)
    number = np.arange(UNIPEN)
    contributor = np.array(["abc", "ibm", "xyz"])[number % 3]
    return arrays | {
        "contributor": contributor,
        "writer": (number // 12).astype(np.int16),
        "suspect": number % 10 == 7,
    }


def stroked(count: int, seed: int, prefix: str = "") -> Arrays:
    """Write digits as flat lists of points, y growing upwards."""
    strokes, labels = synthesised(count, seed)
    flat = [stroke for digit in strokes for stroke in digit]
    made = {
        "labels": labels,
        "xy": (np.concatenate(flat) * (1000, -1000)).round().astype(np.int32),
        "stroke_ptr": _ends(flat),
        "sample_ptr": _ends(strokes),
    }
    return {prefix + key: array for key, array in made.items()}


def _ends(parts: list[Any] | list[Strokes]) -> NDArray[np.int32]:
    return np.cumsum([0, *map(len, parts)]).astype(np.int32)
