from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from digitus.strip import DIGIT, HEIGHT, TILE
from digitus.training.pages import SyntheticPage, gather_hands
from digitus.training.transcribing import strips
from digitus.training.transcribing.strips import Example, examples
from marks import keras_warns

pytestmark = keras_warns
HANDS = gather_hands("train", ())


def some(seed: int, count: int) -> list[Example]:
    return list(islice(examples(seed, HANDS), count))


def same(one: Example, other: Example) -> bool:
    names = ("levels", "span", "digits")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


@pytest.fixture(scope="module")
def made() -> list[Example]:
    return some(3, 12)


def test_strips_repeat_by_their_seed(made: list[Example]) -> None:
    assert all(map(same, made, some(3, 12)))
    assert not any(map(same, made, some(4_000, 12)))


def test_they_are_numbers_as_the_network_sees_them(made: list[Example]) -> None:
    for strip in made:
        height, width = strip.levels.shape
        assert strip.levels.dtype == np.uint8
        assert height == HEIGHT
        assert width % TILE == 0
        assert width <= strips.MOST_TILES * TILE
        begin, end = strip.span
        assert 0 < begin < end < width
        assert 1 <= len(strip.digits) <= strips.LONGEST
        assert strip.digits.max() <= 9
        # There is ink where the number is.
        inside = strip.levels[8:24, int(begin) : int(end)].astype(int)
        assert np.ptp(inside) > 15


def test_they_are_many_lengths_strings_and_parts_of_pages(made: list[Example]) -> None:
    assert len({len(strip.digits) for strip in made}) > 3


def grid(numbers: list[list[int]]) -> SyntheticPage:
    """A page of lines of one number each, its digits full boxes that are the lighter the higher."""
    pixels = np.full((60 * len(numbers) + 20, 400, 3), 255, np.uint8)
    boxes, values, of = [], [], []
    for number, digits in enumerate(numbers):
        for place, value in enumerate(digits):
            left, top = 60 + 24 * place, 15 + 60 * number
            boxes.append((left, top, left + 16, top + 30))
            pixels[top : top + 30, left : left + 16] = 20 * value
            values.append(value)
            of.append(number)
    where = np.array(of, np.int64)
    return SyntheticPage(
        pixels, np.array(boxes, np.float32), np.array(values, np.uint8), where, where, "made"
    )


def test_a_strip_is_called_by_the_digits_that_stand_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [[1, 9, 4], [7, 2], [0, 3, 6, 5, 8]]
    page = grid(numbers)
    order = np.random.default_rng(1).permutation(len(page))  # whatever is written first
    mixed = SyntheticPage(
        page.pixels, page.boxes[order], page.values[order], page.numbers[order],
        page.lines[order], page.kind,
    )  # fmt: skip
    monkeypatch.setattr(strips, "STRINGS", 0.0)
    monkeypatch.setattr(strips, "make_page", lambda *_, **__: mixed)
    monkeypatch.setattr(strips, "_found", lambda boxes, _, __: boxes)
    for strip, digits in zip(some(0, 9), 3 * numbers, strict=True):
        assert strip.digits.tolist() == digits
        columns = strip.span[0] + (24 * np.arange(len(digits)) + 8) * DIGIT / 30
        levels = strip.levels[HEIGHT // 2, columns.astype(int)]
        np.testing.assert_allclose(levels, 20 * np.array(digits), atol=2)


def test_numbers_that_are_too_long_or_too_small_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = grid([[1] * (strips.LONGEST + 1), [2, 3], [4] * strips.LONGEST])
    page.boxes[(page.numbers == 1).nonzero()[0], 3] = page.boxes[page.numbers == 1, 1] + 7
    monkeypatch.setattr(strips, "STRINGS", 0.0)
    monkeypatch.setattr(strips, "make_page", lambda *_, **__: page)
    assert {strip.digits.tolist()[0] for strip in some(0, 4)} == {4}


def test_strips_are_never_written_by_those_who_are_kept_for_checking() -> None:
    with pytest.raises(ValueError, match="kept for checking"):
        list(islice(examples(0, gather_hands("check", ())), 40))


@pytest.mark.parametrize("count", [1, 2, 6])
def test_boxes_are_found_badly_but_never_none(count: int) -> None:
    lefts = 100 + 30.0 * np.arange(count)
    boxes = np.stack([lefts, lefts * 0 + 50, lefts + 20, lefts * 0 + 90], axis=1)
    values = np.full(count, 7, np.uint8)
    counts, ends = set(), []
    for seed in range(300):
        found = strips._found(boxes, values, np.random.default_rng(seed))
        counts.add(len(found))
        ends.append((found[:, 0].min() - boxes[0, 0], found[:, 2].max() - boxes[-1, 2]))
        assert (found[:, 2:] > found[:, :2]).all()
        assert np.abs(found[:, [1, 3]] - (50, 90)).max() < 15
    assert counts == ({1} if count == 1 else {count, count - 1})
    far = np.array(ends)
    assert (far[:, 0] < -10).mean() == pytest.approx(strips.BESIDE / 2, abs=0.03)
    assert (far[:, 1] > 10).mean() == pytest.approx(strips.BESIDE / 2, abs=0.03)


def test_a_one_at_the_beginning_is_often_missed() -> None:
    boxes = np.array(((100, 50, 120, 90), (130, 50, 150, 90), (160, 50, 180, 90)), float)
    missed = dict.fromkeys((1, 7), 0)
    for value in missed:
        values = np.array((value, 2, 3), np.uint8)
        for seed in range(300):
            found = strips._found(boxes, values, np.random.default_rng(seed))
            missed[value] += found[:, 0].min() > 115
    assert missed[1] > 3 * missed[7]


def test_writers_kept_for_checking_are_refused_before_anything_is_written() -> None:
    with pytest.raises(ValueError, match="kept for checking"):
        next(examples(0, gather_hands("check", ())))


def test_beside_some_strings_stand_letters_that_are_not_to_be_spelt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def told(values: list[int], *others: object) -> SyntheticPage:
        asked.append((len(values), others[-1]))
        return grid([values])

    monkeypatch.setattr(strips, "STRINGS", 1.0)
    monkeypatch.setattr(strips, "string_page", told)
    for share, some_letters in ((0.0, {False}), (1.0, {True}), (0.5, {False, True})):
        monkeypatch.setattr(strips, "LETTERED", share)
        asked.clear()
        some(1, 20)
        assert {any(beside) for _, beside in asked} == some_letters
    assert all("".join(beside).isalpha() or not any(beside) for _, beside in asked)
