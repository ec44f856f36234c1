import numpy as np
import pytest
from PIL import Image

from digitus.training.pages.canvas import Canvas, boxes_of
from digitus.training.pages.scribe import NO_DIGIT, Piece

SQUARE = np.full((10, 6), 255, np.uint8)
AREA = (0.0, 0.0, 60.0, 40.0)


@pytest.fixture
def canvas():
    return Canvas(Image.new("RGB", (60, 40), "white"), AREA)


def test_ink_lies_where_it_was_put_and_its_box_around_it(canvas):
    canvas.put([Piece(SQUARE, 0, -10, 4, 0)], 20, 30)
    canvas.dry((0, 0, 0), 1.0, 0.0, np.random.default_rng(0))
    dark = np.argwhere(np.asarray(canvas.ground)[..., 0] < 128)
    assert dark.min(axis=0).tolist() == [20, 20]
    assert dark.max(axis=0).tolist() == [29, 25]
    assert boxes_of(mark.outline for mark in canvas.marks).tolist() == [[20, 20, 26, 30]]


@pytest.mark.parametrize(("x", "y"), [(-3, 4), (57, 4), (4, -6), (4, 36), (-3, 36)])
def test_ink_across_the_border_is_cut(canvas, x, y):
    assert canvas.stamp(SQUARE, x, y)
    canvas.dry((0, 0, 0), 1.0, 0.0, np.random.default_rng(0))
    assert 0 < (np.asarray(canvas.ground) < 128).sum() < 3 * SQUARE.size


@pytest.mark.parametrize(("x", "y"), [(-6, 0), (60, 0), (0, -10), (0, 40)])
def test_ink_beyond_the_border_is_no_digit(canvas, x, y):
    canvas.put([Piece(SQUARE, 0, 0, 4, 0)], x, y)
    assert canvas.marks == []


def test_numbers_and_lines_are_counted(canvas):
    one, two, sign = (Piece(SQUARE, 8 * i, 0, v, i) for i, v in enumerate((1, 2, NO_DIGIT)))
    for joined in (False, False, True):
        canvas.begin_line()
        canvas.put([one, two, sign], 0, 0, joined)
    assert [mark.number for mark in canvas.marks] == [1, 2, 3, 4, 4, 5]
    assert [mark.line for mark in canvas.marks] == [1, 1, 2, 2, 3, 3]


def test_a_second_pen_has_a_colour_of_its_own(canvas):
    rng = np.random.default_rng(0)
    canvas.stamp(SQUARE, 5, 5)
    canvas.dry((200, 0, 0), 1.0, 0.0, rng)
    canvas.stamp(SQUARE, 35, 5)
    canvas.dry((0, 0, 200), 0.5, 0.0, rng)
    page = np.asarray(canvas.ground)
    assert page[8, 8].tolist() == [200, 0, 0]
    assert page[8, 38].tolist() == pytest.approx([127, 127, 227], abs=2)


def test_uneven_ink_is_paler_in_places(canvas):
    canvas.stamp(np.full((40, 60), 255, np.uint8), 0, 0)
    canvas.dry((0, 0, 0), 0.9, 0.6, np.random.default_rng(0))
    assert np.asarray(canvas.ground).std() > 10
