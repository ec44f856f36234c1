from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitus.grouping import Group, arrange
from digitus.reading import Digit

HEIGHT, WIDTH = 40, 24
PAPER = np.full((900, 1200, 3), 255, np.uint8)


def arranged(digits: list[Digit], pixels: NDArray[np.uint8] = PAPER) -> list[list[Group]]:
    return arrange(digits, pixels)


def row(values: str, top: int = 0, left: int = 0, *, gap: int = 6, slope: float = 0) -> list[Digit]:
    """Digits side by side; a blank leaves the room of two digits."""
    digits = []
    x = left - WIDTH - gap
    for value in values:
        x += (WIDTH + gap) * (2 if value == " " else 1)
        y = top + round(slope * (x - left))
        if value != " ":
            digits.append(Digit(int(value), 0.9, (x, y, x + WIDTH, y + HEIGHT)))
    return digits


def text(group: Group) -> str:
    return "".join(str(digit.digit) for digit in group.digits)


def texts(digits: list[Digit]) -> list[str]:
    """The lines, their numbers spaced."""
    return [" ".join(map(text, line)) for line in arranged(digits)]


def test_nothing_gives_no_lines() -> None:
    assert arranged([]) == []


def test_a_single_digit_is_a_number_and_a_line() -> None:
    (digit,) = row("7", 10, 20)
    assert arranged([digit]) == [[Group((digit,), 1.0)]]


def test_neighbours_are_one_number_from_left_to_right() -> None:
    digits = row("04217")
    ((number,),) = arranged(digits[::-1])
    assert number.digits == tuple(digits)
    assert 0.5 < number.whole < 1  # it is never sure that it is all of one number


def test_numbers_are_the_less_sure_the_less_clear_the_gaps_around_them() -> None:
    (clear,) = arranged(row("123", gap=4) + row("456", gap=4, left=400))
    (doubtful,) = arranged(row("123", gap=4) + row("456", gap=4, left=110))
    assert [text(number) for number in clear] == ["123", "456"]
    assert min(number.whole for number in clear) > max(number.whole for number in doubtful)


def test_the_room_of_a_number_ends_half_way_to_the_next() -> None:
    ((first, second, third),) = arranged(row("12") + row("34", left=400) + row("5", left=800))
    assert first.room == (-math.inf, (54 + 400) / 2)
    assert second.room == ((54 + 400) / 2, (454 + 800) / 2)
    assert third.room == ((454 + 800) / 2, math.inf)


@pytest.mark.parametrize(("gap", "expected"), [(0, "123"), (20, "123"), (70, "1 2 3")])
def test_wide_gaps_part_numbers(gap: int, expected: str) -> None:
    assert texts(row("123", gap=gap)) == [expected]


def test_a_gap_is_measured_in_heights() -> None:
    small = [
        Digit(d.digit, d.confidence, tuple(side // 2 for side in d.box))  # type: ignore[arg-type]
        for d in row("12 34")
    ]
    assert texts(small) == texts(row("12 34")) == ["12 34"]


def test_lines_from_top_to_bottom() -> None:
    page = row("88 12", top=70) + row("04217", top=0) + row("5", top=140, left=100)
    assert texts(page) == ["04217", "88 12", "5"]


@pytest.mark.parametrize("slope", [-0.3, -0.1, 0.1, 0.3])
def test_a_slanted_baseline_is_one_line(slope: float) -> None:
    assert texts(row("123456789", slope=slope)) == ["123456789"]


@pytest.mark.parametrize("slope", [-0.15, 0.15])
def test_two_slanted_lines_stay_apart(slope: float) -> None:
    page = row("1234567", top=200, slope=slope) + row("7654321", top=270, slope=slope)
    assert texts(page) == ["1234567", "7654321"]


def test_digits_of_unlike_height_share_a_line() -> None:
    digits = [
        Digit(1, 0.9, (0, 0, 24, 60)),
        Digit(2, 0.9, (30, 20, 54, 60)),
        Digit(3, 0.9, (60, 25, 84, 75)),
    ]
    assert texts(digits) == ["123"]


def test_columns_are_read_line_by_line() -> None:
    page = [digit for top in (0, 70, 140) for digit in row("12   34", top=top)]
    assert texts(page) == ["12 34"] * 3


LINES = st.lists(st.text("0123456789 ", min_size=1, max_size=8), min_size=1, max_size=5)


@given(LINES, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(lines: list[str], chance: random.Random) -> None:
    page = [digit for index, text in enumerate(lines) for digit in row(text, top=70 * index)]
    shuffled = page.copy()
    chance.shuffle(shuffled)
    assert arranged(shuffled) == arranged(page)
    found = [text.replace(" ", "") for text in texts(shuffled)]
    assert found == [text.replace(" ", "") for text in lines if text.strip()]


BOXES = st.tuples(*[st.integers(0, 200)] * 2, *[st.integers(1, 80)] * 2).map(
    lambda drawn: (drawn[0], drawn[1], drawn[0] + drawn[2], drawn[1] + drawn[3])
)


@given(st.lists(BOXES, max_size=12, unique=True))
def test_every_digit_is_in_exactly_one_number(boxes: list[tuple[int, int, int, int]]) -> None:
    digits = [Digit(index % 10, 0.9, box) for index, box in enumerate(boxes)]
    lines = arranged(digits)
    found = [digit for line in lines for number in line for digit in number.digits]
    assert sorted(found, key=lambda digit: digit.box) == sorted(digits, key=lambda d: d.box)
    for line in lines:
        middles = [digit.box[0] + digit.box[2] for number in line for digit in number.digits]
        assert middles == sorted(middles)


def test_cells_of_a_table_are_one_row_however_they_are_filled() -> None:
    page = [
        digit
        for number in range(4)
        for column, off in enumerate((0, 18, -14))
        for digit in row("27", top=160 * number + off, left=300 * column)
    ]
    assert texts(page) == ["27 27 27"] * 4


def test_boxes_of_a_form_hold_one_number() -> None:
    digits = row("804217", left=20, top=20, gap=40)
    form = PAPER.copy()
    for digit in digits:
        left, top, right, bottom = digit.box
        form[top:bottom, left + 10 : right - 10] = 30
        for x in (left - 14, right + 14):
            form[top - 10 : bottom + 10, x : x + 2] = 60
    ((number,),) = arranged(digits, form)
    assert text(number) == "804217"


def test_gaps_that_part_numbers_of_other_lines_part_those_of_this_one() -> None:
    table = [digit for top in (0, 70, 140, 210) for digit in row("12 34 56", top=top)]
    assert texts(table) == ["12 34 56"] * 4
