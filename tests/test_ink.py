from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image

from digitus.ink import WORK_SIDE, Ink, find_fainter_ink, find_ink
from digitus.training.papers import Page, to_page
from digitus.training.sheets import Colour, Plane
from pages import BLACK, WHITE, digit, hard_digit, overlap, page, plane

SHAPE = (160, 200)
FIVE = plane(SHAPE, digit(5, 110))
Y, X = np.indices(SHAPE) / np.array(SHAPE).reshape(2, 1, 1)

# Light and its share at each pixel.
LIGHTS: dict[str, NDArray[np.float64]] = {
    "from the side": 1 - 0.7 * X,
    "from a corner": 1 - 0.45 * (X + Y),
    "vignette": 1 - 1.4 * ((X - 0.5) ** 2 + (Y - 0.5) ** 2),
    "lamp": 0.5 + 0.5 * np.exp(-4 * ((X - 0.3) ** 2 + (Y - 0.2) ** 2)),
}
# Its hard edge runs across the digit.
SHADOWS: dict[str, NDArray[np.float64]] = {
    "upright": np.where(X > 0.52, 0.5, 1.0),
    "slanted": np.where(X + 0.4 * Y < 0.68, 0.6, 1.0),
    "level": np.where(Y > 0.4, 0.55, 1.0),
}
# Ink and paper.
COLOURS: dict[str, tuple[Colour, Colour]] = {
    "pencil": ((70, 70, 74), WHITE),
    "pale pencil": ((222, 222, 224), (248, 248, 248)),
    "hardly any": ((228, 228, 228), (240, 240, 240)),
    "grey paper": ((40, 40, 44), (150, 150, 148)),
    "blue on yellow paper": ((40, 60, 180), (240, 220, 140)),
    "yellow on white": ((255, 240, 60), WHITE),
    "red on blue": ((200, 30, 30), (30, 30, 200)),
    "green on red": ((40, 160, 60), (160, 40, 60)),
    "dark blue on black": ((20, 20, 110), BLACK),
    "chalk": ((238, 238, 230), (30, 55, 42)),
}


def best(found: list[Ink], ink: Plane) -> float:
    """How well the better one of the explanations holds the ink."""
    assert 1 <= len(found) <= 2
    return max(overlap(one, ink) for one in found)


def noisy(picture: Page, spread: float, seed: int = 0) -> Page:
    noise = np.random.default_rng(seed).normal(0, spread, (*picture.shape[:2], 1))
    return to_page(picture + noise)


def jpeg(picture: Page, quality: int) -> Page:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


@pytest.mark.parametrize("name", COLOURS)
def test_pens_and_papers_of_any_colour(name: str) -> None:
    (found,) = find_ink(page(FIVE, *COLOURS[name]))
    assert overlap(found, FIVE) > 0.95


@pytest.mark.parametrize("polarity", ["dark", "light"])
@pytest.mark.parametrize("name", LIGHTS)
def test_uneven_light(name: str, polarity: str) -> None:
    lit = to_page(page(FIVE, (50, 50, 50), (230, 230, 230)) * LIGHTS[name][..., None])
    assert best(find_ink(lit if polarity == "dark" else 255 - lit), FIVE) > 0.95


@pytest.mark.parametrize("name", LIGHTS)
def test_light_alone_leaves_no_ink(name: str) -> None:
    lit = to_page(page(np.zeros_like(FIVE)) * LIGHTS[name][..., None])
    assert find_ink(lit) == []
    assert find_ink(noisy(lit, 3)) == []


@pytest.mark.parametrize("name", SHADOWS)
def test_a_shadow_whose_edge_runs_across_the_digit(name: str) -> None:
    lit = to_page(page(FIVE, (50, 50, 50), (230, 230, 230)) * SHADOWS[name][..., None])
    found = find_ink(lit)
    assert best(found, FIVE) > 0.9
    assert overlap(found[0], FIVE) == best(found, FIVE)
    assert best(find_ink(noisy(lit, 3)), FIVE) > 0.85


@pytest.mark.parametrize("spread", [4, 10, 20, 30])
def test_noise(spread: int) -> None:
    (found,) = find_ink(noisy(page(FIVE, (60, 60, 60), (220, 220, 220)), spread))
    assert overlap(found, FIVE) > 0.85
    assert found.values[FIVE == 0].mean() < 0.02


@pytest.mark.parametrize("quality", [10, 20, 50])
def test_jpeg(quality: int) -> None:
    (found,) = find_ink(jpeg(page(FIVE, (60, 60, 60)), quality))
    assert overlap(found, FIVE) > 0.9
    assert found.values[FIVE == 0].mean() < 0.02


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("side", [8, 28, 300, 2000])
def test_blank_paper_holds_no_ink(level: int, side: int) -> None:
    assert find_ink(np.full((side, side, 3), level, np.uint8)) == []


@pytest.mark.parametrize("spread", [1, 4, 12, 30])
def test_grain_is_no_ink(spread: int) -> None:
    assert find_ink(noisy(np.full((200, 260, 3), 190, np.uint8), spread)) == []


@pytest.mark.parametrize("name", [None, *COLOURS])
def test_a_page_and_its_inversion_hold_the_same_ink(name: str | None) -> None:
    picture = page(FIVE, *COLOURS[name]) if name else noisy(page(FIVE), 9)
    (found,), (inverted,) = find_ink(picture), find_ink(255 - picture)
    np.testing.assert_allclose(found.values, inverted.values, atol=0.02)


@pytest.mark.parametrize("side", [64, 200, 400, 1000])
@pytest.mark.parametrize("value", [1, 4, 8])
def test_a_digit_that_fills_a_twentieth_of_the_frame(value: int, side: int) -> None:
    ink = plane((side, side), digit(value, max(10, side // 20), 0.2), at=(side // 8, side // 7))
    (found,) = find_ink(page(ink))
    assert overlap(found, ink) > 0.8


@pytest.mark.parametrize("pen", [0.05, 0.15, 0.28])
@pytest.mark.parametrize("size", [28, 64, 200])
@pytest.mark.parametrize("value", range(10))
def test_a_digit_that_fills_the_frame(value: int, size: int, pen: float) -> None:
    ink = digit(value, size, pen)
    if value == 1:  # cut to its box it is hardly more than a bar
        ink = plane((size, size // 2), ink)
    for picture in (page(ink), 255 - page(ink)):
        assert best(find_ink(picture), ink) > 0.9


@pytest.mark.parametrize("size", [8, 10, 12, 16])
@pytest.mark.parametrize("value", range(10))
def test_a_tiny_digit_that_fills_the_frame(value: int, size: int) -> None:
    for width in (1, 2):
        ink = hard_digit(value, size, width)
        ink = plane((max(8, ink.shape[0]), max(8, ink.shape[1])), ink)
        for picture in (page(ink), 255 - page(ink)):
            assert best(find_ink(picture), ink) == 1


@pytest.mark.parametrize("width", [1, 2, 3, 6])
@pytest.mark.parametrize("value", range(10))
def test_hard_pixels_stay_as_they_are(value: int, width: int) -> None:
    ink = plane((28, 28), hard_digit(value, 20, width))
    for picture in (page(ink), page(ink, WHITE, BLACK)):
        (found,) = find_ink(picture)
        np.testing.assert_array_equal(found.values, ink)
        np.testing.assert_array_equal(found.mask, ink > 0)


def test_soft_edges_stay_soft() -> None:
    (found,) = find_ink(page(FIVE, WHITE, BLACK))
    np.testing.assert_allclose(found.values, FIVE, atol=0.03)


@pytest.mark.parametrize("side", [641, 1000, 3001])
def test_large_pages_are_reduced(side: int) -> None:
    ink = plane((side, side // 2 + 1), digit(3, side // 3))
    (found,) = find_ink(page(ink))
    height, width = found.values.shape
    assert max(height, width) <= WORK_SIDE
    assert found.scale > 1
    assert side <= height * found.scale < side + found.scale
    assert overlap(found, ink) > 0.9


@pytest.mark.parametrize("side", [300, 640])
def test_small_pages_are_not_reduced(side: int) -> None:
    (found,) = find_ink(page(plane((side, side), digit(3, side // 3))))
    assert (found.scale, found.values.shape) == (1, (side, side))


@pytest.mark.parametrize("shape", [(40, 4000), (4000, 40), (8, 9000), (30, 641)])
def test_the_short_side_of_a_strip_is_kept(shape: tuple[int, int]) -> None:
    ink = plane(shape, digit(3, 3 * min(shape) // 4))
    (found,) = find_ink(page(ink))
    assert found.values.shape == shape
    assert overlap(found, ink) > 0.8


def test_a_strip_of_any_length_is_worked_on_within_bounds() -> None:
    for shape in ((30, 120_000), (120_000, 30)):
        page = np.full((*shape, 3), 255, np.uint8)
        page[10:20, 10:20] = 0
        (found,) = find_ink(page)
        assert found.values.size <= 2_000_000


@pytest.mark.parametrize("shape", [SHAPE, (1400, 900)])
def test_a_grey_plane_seen_three_times_is_read_as_its_copy(shape: tuple[int, int]) -> None:
    ink = plane(shape, digit(2, shape[1] // 2))
    grey = noisy(page(ink, (90, 90, 90), (210, 210, 210)), 3)[..., 0]
    seen = np.broadcast_to(grey[..., None], (*shape, 3))
    (found,), (copied,) = find_ink(seen), find_ink(np.ascontiguousarray(seen))
    assert found.scale == copied.scale
    np.testing.assert_allclose(found.values, copied.values, atol=0.005)


def test_pencil_below_print_is_found_when_the_print_is_wiped_off() -> None:
    pencil = plane(SHAPE, digit(5, 90))
    frame = np.zeros(SHAPE, np.float32)
    frame[10:150, 10:190] = 1
    frame[13:147, 13:187] = 0
    picture = np.minimum(page(pencil, (190, 190, 190)), page(frame))
    (found,) = find_ink(picture)
    assert overlap(found, pencil) < 0.3
    fainter = find_fainter_ink(found)
    assert fainter is not None
    assert overlap(fainter, pencil) > 0.9


def test_below_ink_on_blank_paper_there_is_nothing() -> None:
    (found,) = find_ink(noisy(page(FIVE, (30, 30, 30), (230, 230, 230)), 2))
    assert find_fainter_ink(found) is None


def bar(width: int, height: int) -> Plane:
    return np.ones((height, width), np.float32)


def dirt() -> Plane:
    """Specks in no order, on the left of a page."""
    places = np.random.default_rng(0).random((SHAPE[0] // 14, 4)) < 0.6
    return np.kron(places, np.pad(bar(9, 9), ((0, 5), (0, 5)))).astype(np.float32)


@pytest.mark.parametrize(
    ("beside", "alone"),
    [
        ({}, True),
        ({"speck": (bar(6, 6), (20, 20)), "another": (bar(5, 7), (140, 170))}, True),
        ({"piece of a ruling": (bar(60, 2), (150, 10))}, True),
        ({"small nought": (digit(0, 24), (100, 150))}, False),
        ({"thin one": (digit(1, 70, 0.03), (60, 150))}, False),
        ({"dirt": (dirt(), (0, 0))}, False),
    ],
    ids=lambda value: " and ".join(value) if isinstance(value, dict) else None,
)
def test_whether_a_digit_lies_alone(
    beside: dict[str, tuple[Plane, tuple[int, int]]], alone: bool
) -> None:
    ink = plane(SHAPE, digit(5, 70))
    box = Image.fromarray(ink).getbbox()
    assert box is not None
    for mark, place in beside.values():
        ink = np.maximum(ink, plane(SHAPE, mark, at=place))
    (found,) = find_ink(page(ink))
    left, top, right, bottom = box
    assert found.alone((left - 1, top - 1, right + 1, bottom + 1)) is alone


# Noise, and pages of a few levels as programs draw them.
LEVELS: list[Callable[[], st.SearchStrategy[int]]] = [
    lambda: st.integers(0, 255),
    lambda: st.sampled_from([0, 255]),
    lambda: st.sampled_from([0, 1, 127, 128, 254, 255]),
]
PAGES = st.tuples(
    st.tuples(st.integers(8, 70), st.integers(8, 70), st.just(3)), st.sampled_from(LEVELS)
).flatmap(lambda drawn: hnp.arrays(np.uint8, drawn[0], elements=drawn[1]()))


@given(PAGES)
def test_any_page_has_at_most_two_explanations(picture: Page) -> None:
    before = picture.copy()
    found = find_ink(picture)
    assert len(found) <= 2
    for ink in found:
        assert ink.values.dtype == np.float32
        assert ink.mask.dtype == np.bool_
        assert ink.values.shape == ink.mask.shape == ink.strokes.shape == picture.shape[:2]
        assert ink.values.min() >= 0
        assert ink.values.max() <= 1
        assert ink.mask.any()
        assert ink.scale == 1
    np.testing.assert_array_equal(picture, before)
