from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitus.errors import InvalidModel, ModelNotFound
from digitus.finder import LEAST_SIDE, MOST_PIXELS, Finder, clear, distinct, looked_at, plausible


def test_what_was_found_twice_is_named_once() -> None:
    boxes = np.array(
        [[0, 0, 20, 30], [1, 1, 21, 30], [4, 4, 14, 14], [18, 0, 38, 30], [100, 0, 120, 30]],
        np.float32,
    )
    sure = np.array([0.8, 0.9, 0.7, 0.6, 0.95], np.float32)
    # The second is the first, the third lies within it; neighbours that touch are two.
    assert distinct(boxes, sure).tolist() == [4, 1, 3]


def test_what_is_far_smaller_than_the_writing_must_be_sure() -> None:
    boxes = np.array([[30 * i, 0, 30 * i + 20, 40] for i in range(4)] + [[300, 0, 306, 12]], "f4")
    sure = np.array([0.9, 0.8, 0.95, 0.9, 0.9], np.float32)
    assert plausible(boxes, sure).tolist() == [True] * 4 + [False]
    sure[-1] = 0.99
    assert plausible(boxes, sure).all()
    # Of two digits nobody can say which is the usual one.
    assert plausible(boxes[3:], sure[3:]).all()


def test_nothing_found_is_nothing() -> None:
    assert distinct(np.zeros((0, 4), np.float32), np.zeros(0, np.float32)).tolist() == []


@given(st.integers(1, 40_000), st.integers(1, 40_000))
def test_a_page_of_any_size_is_looked_at_in_bounded_time(height: int, width: int) -> None:
    for high, wide in looked_at(height, width):
        assert min(high, wide) >= LEAST_SIDE
        assert high * wide <= 2.1 * MOST_PIXELS


def test_small_pages_are_enlarged_and_large_ones_made_smaller() -> None:
    assert looked_at(28, 28) == [(28, 28), (56, 56)]
    assert looked_at(800, 1000) == [(800, 1000)]
    assert looked_at(3000, 4000) == [pytest.approx((1095, 1461), abs=1)]


def test_small_digits_few_ones_and_doubtful_ones_need_a_closer_look() -> None:
    boxes = np.array([[0, 0, 20, 30], [25, 0, 45, 30], [50, 0, 70, 30]], np.float32)
    sure = np.array([0.99, 0.9, 0.95], np.float32)
    assert clear(boxes, sure)
    assert not clear(boxes / 2, sure)
    assert not clear(boxes[:1], sure[:1])
    assert not clear(boxes[:0], sure[:0])
    assert not clear(boxes, np.array([0.99, 0.9, 0.4], np.float32))


def test_a_damaged_finder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        Finder(tmp_path / "gone.onnx")
    (tmp_path / "odd.onnx").write_bytes(b"odd")
    with pytest.raises(InvalidModel, match="install digitus anew"):
        Finder(tmp_path / "odd.onnx")
