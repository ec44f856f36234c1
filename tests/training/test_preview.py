from __future__ import annotations

import numpy as np
import pytest
from made_data import Arrays
from numpy.typing import NDArray
from PIL import Image

from digitus.training.datasets import Dataset, load
from digitus.training.own import Pictures
from digitus.training.preview import CELL, GAP, LABEL, MARGIN, TITLE, contact_sheet

Made = dict[str, Arrays]


def cell(sheet: Image.Image, row: int, column: int) -> NDArray[np.uint8]:
    """Return the pixels of one cell, without its edge."""
    left = MARGIN + LABEL + column * (CELL + GAP)
    top = MARGIN + TITLE + row * (CELL + GAP)
    return np.asarray(sheet)[top + 1 : top + CELL - 1, left + 1 : left + CELL - 1]


def digits(counts: dict[int, int]) -> Dataset:
    """Make pictures whose level is their label, ten times."""
    labels = np.repeat(list(counts), list(counts.values())).astype(np.uint8)
    images = np.broadcast_to((labels * 10 + 10)[:, None, None], (len(labels), 28, 28))
    return Dataset("own", labels, images)


def test_every_class_has_its_row() -> None:
    sheet = contact_sheet(digits(dict.fromkeys(range(10), 30)), "mine")
    assert sheet.mode == "RGB"
    for row in range(10):
        for column in range(20):
            assert (cell(sheet, row, column) == row * 10 + 10).all()


def test_there_may_be_few_and_some_without_a_digit() -> None:
    few = contact_sheet(digits({1: 2, 10: 1}), "mine", columns=3)
    none = contact_sheet(digits({1: 2}), "mine", columns=3)
    assert few.height == none.height + CELL + GAP
    assert (cell(few, 1, 1) == 20).all()
    assert (cell(few, 10, 0) == 110).all()
    paper = cell(few, 1, 2)
    assert (paper == paper[0, 0]).all()
    assert paper[0, 0].min() > 200


def test_the_choice_is_always_the_same() -> None:
    images = np.random.default_rng(1).integers(0, 256, (200, 28, 28), np.uint8)
    data = Dataset("own", np.arange(200, dtype=np.uint8) % 10, images)
    first, second = (np.asarray(contact_sheet(data, "mine", columns=5)) for _ in range(2))
    assert (first == second).all()


@pytest.mark.parametrize("name", ["mnist", "optdigits", "semeion", "pendigits", "unipen"])
def test_pictures_and_strokes_are_white_on_black(made: Made, name: str) -> None:
    data = load(name, "train")
    sheet = contact_sheet(data, name)
    shown = [cell(sheet, int(digit), 0) for digit in np.unique(data.labels)]
    assert made
    for pixels in shown:
        assert pixels.min() == 0
        assert pixels.max() > 200
        assert pixels.mean() < 128


def test_pages_keep_their_shape_and_colours(tmp_path) -> None:
    Image.new("RGB", (40, 80), (200, 30, 30)).save(tmp_path / "red.png")
    data = Dataset("own", np.array([0], np.uint8), pages=Pictures([tmp_path / "red.png"]))
    pixels = cell(contact_sheet(data, "mine"), 0, 0)
    red = (pixels == (200, 30, 30)).all(axis=2)
    assert red.any(axis=0).sum() == pytest.approx(CELL / 2, abs=3)
    assert red.any(axis=1).sum() == pytest.approx(CELL, abs=3)
