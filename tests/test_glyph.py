from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from digitus.glyph import INNER, SIDE, THICKEST, THINNEST, cut_glyph, ink_box, stroke_width
from digitus.training import datasets, pens
from digitus.training.handwriting import Writer, write
from marks import needs_data

# A stroke that is made thicker grows by a pixel on each side.
GROWTH = 2

INKS = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=40),
    elements=st.floats(0, 1, width=32),
)
BITMAPS = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=16)).map(
    lambda mask: mask.astype(np.float32)
)


def digit(value: int, pen: float, size: int = 60, seed: int = 3) -> NDArray[np.float32]:
    """Ink of a digit, 0..1; ``pen`` is a part of its longer side."""
    strokes = write(value, Writer.from_seed(seed), np.random.default_rng(seed))
    return pens.draw(strokes, pen * size, size=size, margin=1)


def shares(glyph: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.pad(glyph / np.float32(255), 1)


def sides(glyph: NDArray[np.uint8]) -> tuple[int, int]:
    left, top, right, bottom = ink_box(glyph)
    return right - left, bottom - top


def nearly(glyph: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """The same up to rounding, which may also move the glyph by a pixel where two are as good."""
    shifted = (np.roll(other, (y, x), (0, 1)) for y in (0, -1, 1) for x in (0, -1, 1))
    return any(np.abs(glyph.astype(int) - moved).max() <= 1 for moved in shifted)


@given(INKS)
def test_any_ink_gives_a_glyph(ink: NDArray[np.float32]) -> None:
    glyph = cut_glyph(ink)
    assert glyph.shape == (SIDE, SIDE)
    assert glyph.dtype == np.uint8
    assert max(sides(glyph)) <= INNER + GROWTH


@given(BITMAPS)
def test_a_glyph_holds_ink_where_the_ink_does(ink: NDArray[np.float32]) -> None:
    assert cut_glyph(ink).any() == ink.any()


@given(BITMAPS, st.integers(2, 4))
def test_a_larger_scan_of_the_same_gives_the_same_glyph(
    ink: NDArray[np.float32], factor: int
) -> None:
    larger = np.kron(ink, np.ones((factor, factor), np.float32))
    assert nearly(cut_glyph(ink), cut_glyph(larger))


@given(BITMAPS, st.tuples(*[st.integers(0, 30)] * 4))
def test_paper_around_the_ink_does_not_matter(
    ink: NDArray[np.float32], margins: tuple[int, int, int, int]
) -> None:
    top, bottom, left, right = margins
    wide = np.pad(ink, ((top, bottom), (left, right)))
    np.testing.assert_array_equal(cut_glyph(ink), cut_glyph(wide))


@given(BITMAPS)
def test_a_turned_picture_gives_the_turned_glyph(ink: NDArray[np.float32]) -> None:
    assert nearly(cut_glyph(ink.T), cut_glyph(ink).T)


@pytest.mark.parametrize("shape", [(0, 0), (0, 9), (9, 0), (1, 1), (28, 28), (3, 500)])
def test_no_ink_gives_an_empty_glyph(shape: tuple[int, int]) -> None:
    assert not cut_glyph(np.zeros(shape, np.float32)).any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (4000, 1), (2, 900), (2000, 1500)])
def test_extreme_shapes_give_a_glyph_of_their_kind(shape: tuple[int, int]) -> None:
    width, height = sides(cut_glyph(np.ones(shape, np.float32)))
    assert max(width, height) <= INNER + GROWTH
    assert (height > width, height < width) == (shape[0] > shape[1], shape[0] < shape[1])


@pytest.mark.parametrize("size", [12, 20, 28, 60, 133, 400])
@pytest.mark.parametrize("value", range(10))
def test_the_longer_side_is_20_pixels_and_the_aspect_stays(value: int, size: int) -> None:
    ink = digit(value, 0.12, size)
    left, top, right, bottom = ink_box(ink)
    width, height = sides(cut_glyph(ink))
    assert INNER - 1 <= max(width, height) <= INNER + 1  # a border's last pixel may be too pale
    assert width / height == pytest.approx((right - left) / (bottom - top), abs=0.1)


@pytest.mark.parametrize("value", range(10))
def test_the_centre_of_mass_lies_in_the_middle(value: int) -> None:
    glyph = cut_glyph(digit(value, 0.1)).astype(float)
    rows, columns = np.indices(glyph.shape)
    assert (glyph * rows).sum() / glyph.sum() == pytest.approx(SIDE / 2, abs=0.51)
    assert (glyph * columns).sum() / glyph.sum() == pytest.approx(SIDE / 2, abs=0.51)


def test_ink_far_off_its_middle_stays_inside_the_frame() -> None:
    flag = np.zeros((100, 100), np.float32)
    flag[:, :4] = 0.02
    flag[:12] = 1
    glyph = cut_glyph(flag)
    assert sides(glyph)[0] == INNER
    mass = flag.sum() * (INNER / 100) ** 2
    assert glyph.sum() / 255 == pytest.approx(mass, rel=0.02)  # nothing was cut off


@pytest.mark.parametrize("pen", [0.005, 0.015, 0.03, 0.06, 0.1, 0.16, 0.22])
@pytest.mark.parametrize("value", [0, 1, 4, 7])
def test_strokes_come_to_the_weight_of_mnist(value: int, pen: float) -> None:
    width = stroke_width(shares(cut_glyph(digit(value, pen, 200))))
    assert THINNEST * 0.9 < width < THICKEST * 1.1


@pytest.mark.parametrize("pen", [0.005, 0.015, 0.03, 0.05])
@pytest.mark.parametrize("value", [0, 1, 4, 7])
def test_thin_strokes_become_just_as_thick_as_need_be(value: int, pen: float) -> None:
    width = stroke_width(shares(cut_glyph(digit(value, pen, 200))))
    assert width == pytest.approx(THINNEST, rel=0.12)


@pytest.mark.parametrize("value", [0, 1, 4, 7])
def test_the_strokes_of_a_fat_brush_become_thinner(value: int) -> None:
    ink = digit(value, 0.45, 200)
    left, top, right, bottom = ink_box(ink)
    as_it_is = stroke_width(ink) * INNER / max(right - left, bottom - top)
    assert as_it_is > THICKEST
    assert stroke_width(shares(cut_glyph(ink))) < as_it_is - 0.2


def test_a_stroke_of_usual_weight_is_left_alone() -> None:
    ink = digit(3, 0.12, 200)
    glyph = cut_glyph(ink)
    width, height = ink_box(ink)[2] - ink_box(ink)[0], ink_box(ink)[3] - ink_box(ink)[1]
    scale = INNER / max(width, height)  # to whole pixels
    area = round(width * scale) * round(height * scale) / (width * height)
    assert glyph.sum() / 255 == pytest.approx(ink.sum() * area, rel=0.01)


@needs_data
def test_a_glyph_of_mnist_is_cut_as_itself() -> None:
    images = datasets.load("mnist", "validation").images
    assert images is not None
    same = [np.array_equal(cut_glyph(image / np.float32(255)), image) for image in images[:300]]
    assert np.mean(same) > 0.9  # others have strokes thinner or thicker than most


def test_a_pale_hair_becomes_as_dark_as_a_pen() -> None:
    pale = digit(2, 0.01, 200) * np.float32(0.3)
    assert cut_glyph(pale).max() > 180


def test_ink_is_not_changed() -> None:
    for pen in (0.005, 0.1, 0.4):
        ink = digit(8, pen)
        before = ink.copy()
        cut_glyph(ink)
        np.testing.assert_array_equal(ink, before)


@given(BITMAPS)
def test_the_box_of_ink_holds_all_of_it_and_no_more(ink: NDArray[np.float32]) -> None:
    left, top, right, bottom = ink_box(ink)
    assert ink[top:bottom, left:right].sum() == ink.sum()
    if ink.any():
        for edge in (ink[top], ink[bottom - 1], ink[:, left], ink[:, right - 1]):
            assert edge.any()
    else:
        assert (left, top, right, bottom) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("width", "softness"), [(1, 0.0), (2, 0.0), (3, 0.0), (6, 0.0), (6, 1.0), (10, 2.0)]
)
def test_the_width_of_a_stroke_is_measured(width: int, softness: float) -> None:
    line = [np.array([[0.0, 0.0], [0.0, 200.0]])]
    ink = pens.draw(line, width, margin=2, softness=softness)
    assert stroke_width(ink) == pytest.approx(width, rel=0.12)


def test_paper_has_no_stroke() -> None:
    assert stroke_width(np.zeros((9, 9), np.float32)) == 0
