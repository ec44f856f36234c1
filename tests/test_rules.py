from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from digitus.rules import SMALLEST_RULED, without_rules
from pages import digit, plane

Mask = NDArray[np.bool_]

SHAPE = (200, 220)


def written(value: int, size: int = 120, pen: float = 0.08, shape: tuple[int, int] = SHAPE) -> Mask:
    mask: Mask = plane(shape, digit(value, size, pen)) > 0.5
    return mask


def rules(
    gap: int, *, start: int = 14, slope: float = 0.0, thick: int = 2, shape: tuple[int, int] = SHAPE
) -> Mask:
    """Parallel lines through the whole frame, nearly level."""
    y, x = np.indices(shape)
    place = np.floor(y - start - math.tan(math.radians(slope)) * x)
    mask: Mask = place % gap < thick
    return mask


def columns(gap: int, **more: Any) -> Mask:
    """Parallel lines through the whole frame, nearly upright."""
    return rules(gap, shape=SHAPE[::-1], **more).T


def border(
    left: int, top: int, right: int, bottom: int, thick: int = 2, shape: tuple[int, int] = SHAPE
) -> Mask:
    y, x = np.indices(shape)
    outer = (y >= top) & (y < bottom) & (x >= left) & (x < right)
    inner = (y >= top + thick) & (y < bottom - thick) & (x >= left + thick) & (x < right - thick)
    mask: Mask = outer & ~inner
    return mask


def around(mask: Mask, reach: int) -> Mask:
    grown = mask.copy()
    for axis in (0, 1):
        grown = np.any([np.roll(grown, step, axis) for step in range(-reach, reach + 1)], axis=0)
    return grown


def lost(left: Mask, digit_mask: Mask, lines: Mask) -> float:
    """Part of the digit, away from the lines, that is gone."""
    own = digit_mask & ~around(lines, 1)
    return float((own & ~left).sum() / own.sum())


def kept(left: Mask, digit_mask: Mask, lines: Mask) -> float:
    """Part of the lines, away from the digit, that is still there."""
    own = lines & ~around(digit_mask, 4)
    return float((own & left).sum() / own.sum())


@pytest.mark.parametrize("slope", [0, 0.6, -2])
@pytest.mark.parametrize("gap", [24, 45, 110])
@pytest.mark.parametrize("value", range(10))
def test_ruled_paper(value: int, gap: int, slope: float) -> None:
    own, lines = written(value), rules(gap, slope=slope)
    left = without_rules(own | lines)
    assert kept(left, own, lines) < 0.05
    assert lost(left, own, lines) < 0.03


@pytest.mark.parametrize("gap", [30, 60])
@pytest.mark.parametrize("value", range(10))
def test_squared_paper(value: int, gap: int) -> None:
    own = written(value)
    lines = rules(gap, slope=0.5) | columns(gap, slope=-0.5)
    left = without_rules(own | lines)
    assert kept(left, own, lines) < 0.05
    assert lost(left, own, lines) < 0.03


@pytest.mark.parametrize("thick", [1, 2, 4])
@pytest.mark.parametrize("value", range(10))
def test_the_border_of_a_box(value: int, thick: int) -> None:
    own, lines = written(value), border(20, 15, 200, 185, thick)
    left = without_rules(own | lines)
    assert not (left & lines).any()
    assert (left | lines)[own].all()


@pytest.mark.parametrize("value", [0, 1, 4, 5, 7])
def test_a_box_that_the_digit_fills(value: int) -> None:
    own = written(value, 160)
    ys, xs = np.nonzero(own)
    lines = border(min(xs.min() - 6, 40), ys.min() - 6, max(xs.max() + 6, 180), ys.max() + 6)
    left = without_rules(own | lines)
    assert not (left & lines).any()
    assert lost(left, own, lines) == 0


@pytest.mark.parametrize("value", range(10))
def test_a_box_that_the_picture_cuts(value: int) -> None:
    own, lines = written(value), border(-10, 16, 206, 230)
    left = without_rules(own | lines)
    assert kept(left, own, lines) < 0.05
    assert lost(left, own, lines) < 0.03


@pytest.mark.parametrize("value", range(10))
def test_a_digit_that_crosses_the_lines_of_a_table_stays_in_one_piece(value: int) -> None:
    own = written(value, 150)
    lines = border(-5, 60, 230, 140) | border(60, -5, 160, 210)
    left = without_rules(own | lines)
    assert kept(left, own, lines) < 0.1
    assert lost(left, own, lines) < 0.03


@pytest.mark.parametrize("pen", [0.02, 0.05, 0.1])
@pytest.mark.parametrize("part", [0.5, 0.7, 0.85])
@pytest.mark.parametrize("value", range(10))
def test_bars_and_stems_of_a_digit_are_no_rules(value: int, part: float, pen: float) -> None:
    own = written(value, round(part * min(SHAPE)), pen)
    assert (without_rules(own) == own).all()


def test_a_straight_stroke_as_long_as_a_rule_is_kept() -> None:
    seven = np.zeros((100, 100), bool)
    seven[10:13, 10:90] = True  # four fifths of the frame
    for step in range(80):
        seven[12 + step, 88 - step // 2 : 92 - step // 2] = True
    assert (without_rules(seven) == seven).all()
    assert (without_rules(seven.T) == seven.T).all()


@pytest.mark.parametrize("lines", [rules(24), columns(24), rules(40) | columns(40)])
def test_of_empty_ruled_paper_nothing_is_left(lines: Mask) -> None:
    assert without_rules(lines).sum() < 0.01 * lines.sum()


def test_upright_and_level_lines_are_treated_alike() -> None:
    own = written(3) | rules(40) | columns(60)
    np.testing.assert_array_equal(without_rules(own.T).T, without_rules(own))


def test_a_mask_without_lines_is_given_back_itself() -> None:
    blank = np.zeros(SHAPE, bool)
    assert without_rules(blank) is blank
    own = written(8)
    assert without_rules(own) is own


def test_small_pages_have_no_room_for_rules() -> None:
    side = SMALLEST_RULED - 1
    lines = rules(12, shape=(side, side))
    assert without_rules(lines) is lines


MASKS = hnp.arrays(
    bool, st.tuples(st.integers(1, 90), st.integers(1, 90)), elements=st.booleans()
) | st.builds(
    lambda gap, start, slope, thick: rules(gap, start=start, slope=slope, thick=thick),
    st.integers(2, 250),
    st.integers(0, 250),
    st.floats(-12, 12),
    st.integers(1, 9),
)


@given(MASKS)
def test_nothing_is_added_to_any_mask(mask: Mask) -> None:
    before = mask.copy()
    left = without_rules(mask)
    assert left.shape == mask.shape
    assert not (left & ~mask).any()
    np.testing.assert_array_equal(mask, before)
