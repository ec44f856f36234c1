"""Which numbers stand on a made page, and which of them where one was found."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitus.lines import Boxes
from digitus.training.pages import SyntheticPage


def numbers_of(page: SyntheticPage) -> list[NDArray[np.intp]]:
    """Return the places of the digits of each number, from left to right."""
    found = []
    for number in range(int(page.numbers.max(initial=-1)) + 1):
        rows = np.flatnonzero(page.numbers == number)
        found.append(rows[np.argsort(page.boxes[rows, 0], kind="stable")])
    return found


def inside(
    page: SyntheticPage, boxes: Boxes, wider: float = 0, higher: float = 0
) -> NDArray[np.bool_]:
    """Tell which digits of a page have their middle among boxes.

    Args:
        page: What was written.
        boxes: float64 [N, 4], of what was found.
        wider: So many pixels to the left and right of them count as well.
        higher: So many above and below.
    """
    (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    x = (page.boxes[:, 0] + page.boxes[:, 2]) / 2
    y = (page.boxes[:, 1] + page.boxes[:, 3]) / 2
    here: NDArray[np.bool_] = (left - wider < x) & (x < right + wider)
    here &= (top - higher < y) & (y < bottom + higher)
    return here


def numbers_at(page: SyntheticPage, boxes: Boxes) -> list[NDArray[np.intp]]:
    """Return the numbers of which a digit stands where some were found, whole as `numbers_of`."""
    here = inside(page, boxes)
    return [rows for rows in numbers_of(page) if here[rows].any()]
