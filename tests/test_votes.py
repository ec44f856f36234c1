from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from digitus.lines import find_lines
from digitus.votes import VOTES, votes

HEIGHT, WIDTH = 40, 20
Told = list[NDArray[np.float64]]


def rows(*gaps: list[float]) -> NDArray[np.float64]:
    """Boxes of lines, with such gaps between them, in heights."""
    boxes = []
    for number, own in enumerate(gaps):
        lefts = 10 + np.cumsum([0.0, *(WIDTH + HEIGHT * gap for gap in own)])
        top = 10 + 90 * number
        boxes += [(left, top, left + WIDTH, top + HEIGHT) for left in lefts]
    return np.array(boxes, np.float64)


def told(gaps: list[list[float]], odds: list[list[float]]) -> Told:
    boxes = rows(*gaps)
    lines = find_lines(boxes)
    assert [len(line) - 1 for line in lines] == [len(own) for own in gaps]
    return votes(boxes, lines, list(map(np.array, gaps)), list(map(np.array, odds)))


def test_no_lines_cast_no_votes() -> None:
    assert votes(np.zeros((0, 4)), [], [], []) == []


def test_a_single_digit_has_no_gap_to_judge() -> None:
    (none,) = votes(rows([]), [np.array([0])], [np.zeros(0)], [np.zeros(0)])
    assert none.shape == (0, VOTES)


def test_a_gap_keeps_its_own_odds_and_hears_but_the_others() -> None:
    ((alone,),) = told([[0.5]], [[3.0]])
    np.testing.assert_array_equal(alone, [3.0, 0, 0, 0, 0])


def test_even_gaps_that_are_judged_alike_hear_the_same() -> None:
    for line in told([[0.5] * 4] * 3, [[1.2] * 4] * 3):
        np.testing.assert_allclose(line, np.broadcast_to(line[0], line.shape), atol=1e-9)
        assert (line[:, 1:] > 0.2).all()


def test_one_doubtful_gap_hears_that_the_others_of_its_line_part() -> None:
    ((_, doubtful, _, _),) = told([[1.0, 0.9, 1.0, 1.0]], [[5.0, -0.1, 5.0, 5.0]])
    own, line, page, alike, column = doubtful
    assert own == pytest.approx(-0.1)
    assert min(line, page, alike) > 0.7
    assert column == 0  # nothing is above or below


def test_the_line_is_heard_apart_from_the_page() -> None:
    own, other, _ = told([[0.5, 0.5], [0.1, 0.1], [0.1, 0.1]], [[4.0] * 2, [-4.0] * 2, [-4.0] * 2])
    for line, sign in ((own, 1), (other, -1)):
        assert (sign * line[:, 1] > 0.5).all()
        assert (line[:, 2] < 0).all()


def test_those_as_wide_are_heard_more_than_the_others() -> None:
    ((wide, _, narrow, _),) = told([[2.0, 2.0, 0.1, 0.1]], [[4.0, 4.0, -4.0, -4.0]])
    assert wide[3] > 0.5
    assert narrow[3] < -0.5


def test_those_above_and_below_are_heard_apart_from_those_beside() -> None:
    gaps, odds = [[0.1, 1.0, 0.1]] * 3, [[-4.0, 4.0, -4.0]] * 3
    odds[1] = [-4.0, -0.1, -4.0]
    middle = told(gaps, odds)[1]
    np.testing.assert_array_equal(np.sign(middle[:, 4]), [-1, 1, -1])
    assert middle[1, 1] < -0.5  # those beside say no


def test_a_page_twice_as_large_is_judged_alike() -> None:
    gaps, odds = [[0.1, 1.0, 0.1], [0.2, 0.3, 0.4]], [[-1.0, 2.0, -3.0], [0.5, -0.5, 1.0]]
    boxes = rows(*gaps)
    lines = find_lines(boxes)
    given = list(map(np.array, gaps)), list(map(np.array, odds))
    for one, other in zip(
        votes(boxes, lines, *given), votes(2 * boxes, lines, *given), strict=True
    ):
        np.testing.assert_allclose(one, other)
