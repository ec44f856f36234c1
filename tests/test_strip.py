from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitus.strip import DIGIT, HEIGHT, LOWEST, MOST_TILES, TILE, Strip, cut_strip

Pixels: TypeAlias = NDArray[np.uint8]
Boxes: TypeAlias = NDArray[np.float64]
PAPER, INK = 230, 20


def inked(boxes: Boxes, shape: tuple[int, int] = (300, 500)) -> Pixels:
    """A page whose digits are full boxes."""
    grey = np.full(shape, PAPER, np.uint8)
    for left, top, right, bottom in boxes.astype(int):
        grey[top:bottom, left:right] = INK
    return np.repeat(grey[..., None], 3, axis=2)


def row(
    count: int, *, left: int = 100, top: int = 120, height: int = 40, slope: float = 0
) -> Boxes:
    lefts = left + 30 * np.arange(count)
    tops = top + np.rint(slope * (lefts - left))
    return np.stack([lefts, tops, lefts + 20, tops + height], axis=1).astype(np.float64)


def laid(strip: Strip) -> NDArray[np.float64]:
    """The tiles side by side, each pixel the mean of four samples, as RoiAlign takes them."""
    grey = strip.picture[..., 1].astype(np.float64)
    found = []
    for left, top, right, bottom in strip.tiles.astype(np.float64):
        x = left + (right - left) * (np.arange(2 * TILE) + 0.5) / (2 * TILE) - 0.5
        y = top + (bottom - top) * (np.arange(2 * HEIGHT) + 0.5) / (2 * HEIGHT) - 0.5
        high, wide = grey.shape
        # Nothing beyond the picture is asked for: it would be black.
        assert min(x.min(), y.min()) > -1
        assert x.max() < wide
        assert y.max() < high
        x, y = np.clip(x, 0, wide - 1.001), np.clip(y, 0, high - 1.001)
        x0, y0 = x.astype(int), y.astype(int)
        across = grey[:, x0] * (1 - (x - x0)) + grey[:, x0 + 1] * (x - x0)
        part = across[y0].T * (1 - (y - y0)) + across[y0 + 1].T * (y - y0)
        found.append(part.T.reshape(HEIGHT, 2, TILE, 2).mean(axis=(1, 3)))
    return np.hstack(found)


def cut(pixels: Pixels, boxes: Boxes) -> Strip:
    strip = cut_strip(pixels, boxes)
    assert strip is not None
    return strip


def dark(levels: NDArray[np.float64]) -> NDArray[np.bool_]:
    return levels < (PAPER + INK) / 2


@pytest.mark.parametrize("height", [8, 20, 40, 130])
def test_digits_of_any_height_are_as_high_on_the_strip_in_its_middle(height: int) -> None:
    boxes = row(3, height=height)
    rows = np.flatnonzero(dark(laid(cut(inked(boxes), boxes))).any(axis=1))
    assert rows[-1] + 1 - rows[0] == pytest.approx(DIGIT, abs=1)
    assert rows[0] + rows[-1] + 1 == pytest.approx(HEIGHT, abs=1)


def test_the_span_says_where_the_digits_are() -> None:
    boxes = row(4)
    strip = cut(inked(boxes), boxes)
    columns = np.flatnonzero(dark(laid(strip)).any(axis=0))
    assert strip.span.tolist() == pytest.approx([columns[0], columns[-1] + 1], abs=1)
    # They are found on the page again.
    ends = strip.left + strip.span / strip.scale
    assert ends.tolist() == pytest.approx([boxes[0, 0], boxes[-1, 2]], abs=0.01)


def test_there_is_room_on_both_sides_for_a_digit_that_was_not_found() -> None:
    boxes = row(4)
    strip = cut(inked(boxes), boxes[1:3])
    assert dark(laid(strip))[
        HEIGHT // 2, [round(strip.span[0]) - 8, round(strip.span[1]) + 8]
    ].all()


def test_small_noughts_do_not_make_the_others_too_high() -> None:
    boxes = row(4)
    boxes[1:3, 1] += 20
    rows = np.flatnonzero(dark(laid(cut(inked(boxes), boxes))).any(axis=1))
    assert rows[-1] + 1 - rows[0] == pytest.approx(DIGIT, abs=1)


@pytest.mark.parametrize("factor", [2, 3])
def test_a_page_several_times_as_large_gives_the_same_strip(factor: int) -> None:
    y, x = np.mgrid[:200, :300]
    level = 128 + 60 * np.sin(x / 9.1) * np.cos(y / 8.3) + 40 * np.sin(x / 31 + y / 17)
    pixels = np.repeat(level.astype(np.uint8)[..., None], 3, axis=2)
    large = pixels.repeat(factor, axis=0).repeat(factor, axis=1)
    boxes = row(4, top=80, height=42)
    one, other = cut(pixels, boxes), cut(large, factor * boxes)
    assert one.span.tolist() == pytest.approx(other.span.tolist())
    assert np.abs(laid(one) - laid(other)).max() < 3


@pytest.mark.parametrize("slope", [-0.3, -0.1, 0.1, 0.3])
def test_a_line_that_slopes_is_made_level(slope: float) -> None:
    boxes = row(6, slope=slope, top=130)
    strip = cut(inked(boxes), boxes)
    levels = dark(laid(strip))
    for middle in (boxes[:, 0] + boxes[:, 2]) / 2:
        rows = np.flatnonzero(levels[:, int((middle - strip.left) * strip.scale)])
        assert (rows[0] + rows[-1] + 1) / 2 == pytest.approx(HEIGHT / 2, abs=1.5)


def test_two_digits_of_unlike_height_are_no_slope() -> None:
    boxes = row(2)
    boxes[1, 1] += 20
    tiles = cut(inked(boxes), boxes).tiles
    assert np.ptp(tiles[:, 1]) == 0


@pytest.mark.parametrize("corner", ["first", "last"])
def test_beyond_the_page_there_is_paper(corner: str) -> None:
    boxes = row(3, left=2, top=2)
    if corner == "last":
        boxes += (500 - 4 - 80, 300 - 4 - 40) * 2
    pixels = inked(boxes)
    far = slice(-40, None) if corner == "first" else slice(40)
    pixels[far] = pixels[:, far] = INK  # what lies at the other border has no say
    strip = cut(pixels, boxes)
    levels = laid(strip)
    begin, end = np.rint(strip.span).astype(int)
    outside = np.hstack([levels[:, : begin - 1], levels[:, end + 1 :]])
    assert outside.shape[1] > 20
    assert outside.min() > PAPER - 1
    assert levels[[0, -1]].min() > PAPER - 1


def test_what_is_too_long_or_too_low_is_no_number() -> None:
    page = inked(np.zeros((0, 4)))
    assert cut_strip(page, row(3, height=int(LOWEST) - 1)) is None
    longest = (MOST_TILES * TILE / DIGIT - 2) * 40  # in pixels of the page
    for wide, there in ((longest - 5, True), (longest + 5, False)):
        strip = cut_strip(page, np.array([[0, 0, 20, 40], [wide - 20, 0, wide, 40]], np.float64))
        assert (strip is not None) is there
        assert strip is None or len(strip.tiles) == MOST_TILES


BOXES = st.lists(
    st.tuples(*[st.floats(-20, 120)] * 2, *[st.floats(0.5, 90)] * 2).map(
        lambda drawn: (drawn[0], drawn[1], drawn[0] + drawn[2], drawn[1] + drawn[3])
    ),
    min_size=1,
    max_size=5,
)


@given(BOXES, st.integers(8, 100), st.integers(8, 100))
def test_all_tiles_lie_on_the_picture(
    boxes: list[tuple[float, ...]], height: int, width: int
) -> None:
    strip = cut_strip(np.full((height, width, 3), PAPER, np.uint8), np.array(boxes, np.float64))
    if strip is None:
        return
    assert (strip.picture == PAPER).all()
    assert (strip.tiles[:, :2] >= 0).all()
    assert (strip.tiles[:, 2:] <= strip.picture.shape[1::-1]).all()
    assert 0 < strip.span[0] < strip.span[1] < len(strip.tiles) * TILE
