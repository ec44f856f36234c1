from __future__ import annotations

import numpy as np
import pytest

from digitus.reading import Digit
from digitus.turning import turned_back, upright

PAGE = np.zeros((60, 100, 3), np.uint8)
PAGE[5, 10] = 255  # tells how a page was turned


def row(confidence: float, count: int = 4) -> list[Digit]:
    return [Digit(i, confidence, (20 * i, 0, 20 * i + 10, 20)) for i in range(count)]


def reader(best: int, confidence: float = 0.99):  # type: ignore[no-untyped-def]
    """Read well what was turned by so many degrees, and badly anything else."""
    corner = {90: (10, 54), 180: (54, 89), 270: (89, 5)}

    def read(pixels: np.ndarray) -> list[Digit]:
        found = tuple(np.argwhere(pixels[..., 0])[0].tolist())
        return row(confidence if found == corner[best] else 0.3)

    return read


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_is_turned_as_it_is_read_best(degrees: int) -> None:
    digits, by = upright(PAGE, row(0.4), reader(degrees))
    assert by == degrees
    assert digits == row(0.99)


def test_a_page_that_is_read_well_is_not_turned() -> None:
    digits, by = upright(PAGE, row(0.9), reader(180))
    assert (list(digits), by) == (row(0.9), 0)


def test_a_page_is_not_turned_for_a_little_more() -> None:
    digits, by = upright(PAGE, row(0.8), reader(180, 0.85))
    assert (list(digits), by) == (row(0.8), 0)


def test_few_or_doubtful_digits_do_not_turn_a_page() -> None:
    assert upright(PAGE, row(0.4, 1), lambda _: row(0.99, 3)) == (row(0.4, 1), 0)
    assert upright(PAGE, row(0.4, 1), lambda _: row(0.9, 8)) == (row(0.4, 1), 0)


def test_a_page_without_digits_is_not_turned() -> None:
    assert upright(PAGE, [], lambda _: row(0.99, 8)) == ([], 0)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_boxes_come_back_to_the_page_as_it_came(degrees: int) -> None:
    height, width = PAGE.shape[:2]
    page = np.zeros((height, width), bool)
    page[10:30, 40:45] = True
    ink = np.argwhere(np.rot90(page, -degrees // 90))
    (top, left), (bottom, right) = ink.min(axis=0), ink.max(axis=0) + 1
    assert turned_back((left, top, right, bottom), degrees, PAGE) == (40, 10, 45, 30)
