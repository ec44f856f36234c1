from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from digitus.lines import find_lines
from digitus.spacing import FEATURES, features, parted

PAPER = np.full((400, 900), 255, np.uint8)
HEIGHT, WIDTH = 40, 20


def grid(columns: int, rows: int, gap: float, *, jump: float = 0.0) -> NDArray[np.float64]:
    """Boxes in rows; behind every second one of a row the gap is wider by a jump."""
    left = 10 + np.arange(columns) * (WIDTH + gap) + np.arange(columns) // 2 * jump
    boxes = [(x, 10 + y, x + WIDTH, 10 + y + HEIGHT) for y in range(0, 90 * rows, 90) for x in left]
    return np.array(boxes, np.float64)


def chances(
    boxes: NDArray[np.float64], grey: NDArray[np.uint8] = PAPER
) -> list[NDArray[np.float64]]:
    return parted(boxes, find_lines(boxes), grey)


def test_one_digit_has_no_gaps() -> None:
    (gaps,) = features(grid(1, 1, 0), find_lines(grid(1, 1, 0)), PAPER)
    assert gaps.shape == (0, FEATURES)
    assert features(np.zeros((0, 4)), [], PAPER) == []


def test_the_wider_a_gap_the_likelier_it_parts() -> None:
    found = [float(chances(grid(2, 1, gap))[0][0]) for gap in (2, 20, 60, 150)]
    assert found == sorted(found)
    assert found[0] < 0.1
    assert found[-1] > 0.9


def test_a_page_twice_as_large_is_read_alike() -> None:
    boxes = grid(6, 3, 6, jump=30)
    large = np.repeat(np.repeat(PAPER, 2, axis=0), 2, axis=1)
    for one, other in zip(chances(boxes), chances(2 * boxes, large), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.mark.parametrize("rows", [1, 3])
def test_gaps_wider_than_others_part(rows: int) -> None:
    for line in chances(grid(6, rows, 6, jump=40)):
        np.testing.assert_array_equal(line > 0.5, [False, True, False, True, False])


def test_rows_of_digits_far_apart_are_single_ones() -> None:
    for line in chances(grid(5, 3, 40)):
        assert (line > 0.5).all()
