from __future__ import annotations

import numpy as np
import pytest

from digitus.cli.sheet import TILE_SIZE, contact_sheet, tile
from digitus.drawing import AMBER, GREEN, GREY, RED, annotate, confidence_colour, percent
from digitus.reading import Digit, Number, Reading, ReadingError


def page(height: int, width: int, level: int = 255) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


def number(text: str, confidence: float, left: int, top: int, right: int, bottom: int) -> Number:
    edges = np.linspace(left, right, len(text) + 1).astype(int)
    digits = (
        Digit(int(letter), confidence, (int(start), top, int(end), bottom))
        for letter, start, end in zip(text, edges, edges[1:], strict=False)
    )
    return Number(tuple(digits), confidence)


def reading(*numbers: Number, size: tuple[int, int] = (28, 28)) -> Reading:
    return Reading("p.png", 1, *size, tuple((one,) for one in numbers))


def has(image, colour) -> bool:
    return bool((np.asarray(image) == colour).all(axis=-1).any())


@pytest.mark.parametrize(("confidence", "colour"), [(0.95, GREEN), (0.94, AMBER), (0.7, RED)])
def test_the_colour_says_how_sure_it_is(confidence, colour):
    assert confidence_colour(confidence) == colour
    drawn = annotate(page(28, 28), reading(number("7", confidence, 4, 9, 24, 26)))
    assert has(drawn, colour)


def test_percents_are_rounded_down():
    assert [percent(value) for value in (1.0, 0.9999, 0.0)] == ["100 %", "99 %", "0 %"]


@pytest.mark.parametrize(
    ("size", "drawn"),
    [
        ((28, 28), (252, 252)),
        ((8, 8), (240, 240)),
        ((300, 500), (300, 500)),
        ((30, 1000), (120, 4000)),
        ((20, 6000), (20, 6000)),
    ],
)
def test_small_pictures_grow_by_whole_factors(size, drawn):
    image = annotate(page(*size), reading(size=size))
    assert image.size == drawn[::-1]


def test_pixels_are_not_blurred_and_the_page_is_not_changed():
    pixels = np.random.default_rng(7).integers(0, 256, (28, 28, 3), np.uint8)
    before = pixels.copy()
    image = np.asarray(annotate(pixels, reading(number("1", 0.99, 10, 10, 14, 20))))
    assert (pixels == before).all()
    assert (image[-9:, :9] == pixels[-1, 0]).all()


def test_a_band_is_added_where_the_label_has_no_room():
    roomy = annotate(page(28, 28), reading(number("7", 0.99, 4, 9, 24, 26)))
    tight = annotate(page(28, 28), reading(number("7", 0.99, 0, 0, 28, 28)))
    assert roomy.size == (252, 252)
    assert tight.width == 252
    assert 252 < tight.height < 300


def test_no_digit_is_said_on_the_picture():
    assert has(annotate(page(28, 28), reading()), GREY)


@pytest.mark.parametrize("size", [(8, 8), (28, 28), (600, 8), (8, 600), (1200, 1600)])
@pytest.mark.parametrize("text", ["7", "1234567890" * 3])
def test_any_size_and_any_length_can_be_drawn_and_tiled(size, text):
    height, width = size
    for box in ((0, 0, width, height), (width - 1, height - 1, width, height)):
        seen = reading(number(text, 0.5, *box), size=size)
        assert annotate(page(*size), seen).width >= width
        assert tile(page(*size), seen).size == TILE_SIZE


def test_a_page_that_is_one_plane_seen_three_times_can_be_drawn():
    plane = np.broadcast_to(np.full((40, 30, 1), 200, np.uint8), (40, 30, 3))
    assert annotate(plane, reading(number("7", 0.9, 5, 5, 20, 30))).mode == "RGB"
    assert tile(plane, reading()).size == TILE_SIZE


def test_tiles_tell_failures_from_pages_without_a_digit():
    why = ReadingError("UnreadableImage", "'a/very/long/" + "x" * 99 + ".png' is torn. " * 9)
    failed = tile(None, Reading("x\n" * 40 + ".png", 1, 0, 0, error=why))
    assert has(failed, RED)
    assert has(tile(page(28, 28), reading()), GREY)


def test_a_sheet_is_as_wide_as_it_may_be():
    tiles = [tile(page(28, 28), reading())] * 5
    across, down = TILE_SIZE
    assert contact_sheet(tiles).width > 5 * across
    narrow = contact_sheet(tiles, 500)
    assert 2 * across < narrow.width <= 500
    assert narrow.height > 3 * down
    assert contact_sheet(tiles[:1], 10).width > across
    assert contact_sheet([]).size > (0, 0)
