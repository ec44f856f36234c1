from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from digitus.components import draw_runs, find_components, find_runs

MASKS = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=14))


def flooded(mask: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """The components one by one, each flooded from its first pixel."""
    left, found = mask.copy(), []
    for y, x in np.argwhere(mask):
        if not left[y, x]:
            continue
        part, border = np.zeros_like(mask), [(int(y), int(x))]
        while border:
            row, column = border.pop()
            window = slice(max(row - 1, 0), row + 2), slice(max(column - 1, 0), column + 2)
            corner = np.array([window[0].start, window[1].start])
            new = np.argwhere(left[window]) + corner
            left[window] = False
            part[new[:, 0], new[:, 1]] = True
            border += [(int(a), int(b)) for a, b in new]
        found.append(part)
    return found


def drawn(rows: list[str]) -> NDArray[np.bool_]:
    return np.array([[letter == "#" for letter in row] for row in rows])


def serpentine(side: int) -> NDArray[np.bool_]:
    """One line that runs to and fro over all rows."""
    mask = np.zeros((side, side), bool)
    mask[::2] = True
    mask[1::4, -1] = mask[3::4, 0] = True
    return mask


def spiral(side: int) -> NDArray[np.bool_]:
    """One line that runs inwards, its turns one pixel apart."""
    mask = np.zeros((side, side), bool)
    for ring in range(0, side // 2, 2):
        mask[ring, ring : side - ring] = True
        mask[ring : side - ring, side - ring - 1] = True
        mask[side - ring - 1, ring : side - ring] = True
        mask[ring + 2 : side - ring, ring] = True
        mask[ring + 2, ring : ring + 3] = True
    return mask


@given(MASKS)
def test_components_are_those_of_a_flood(mask: NDArray[np.bool_]) -> None:
    parts, expected = find_components(mask), flooded(mask)
    assert len(parts) == len(expected)
    for index, pixels in enumerate(expected):  # also in the order of their first pixels
        rows, columns = np.nonzero(pixels)
        box = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        assert parts.boxes[index].tolist() == box
        assert parts.areas[index] == pixels.sum()
        chosen = np.arange(len(parts)) == index
        assert (parts.mask(chosen, mask.shape) == pixels).all()


@given(MASKS, st.integers(0, 2**32 - 1))
def test_chosen_components_are_drawn_and_no_others(mask: NDArray[np.bool_], seed: int) -> None:
    parts = find_components(mask)
    chosen = np.random.default_rng(seed).random(len(parts)) < 0.5
    rest = parts.mask(~chosen, mask.shape)
    kept = parts.mask(chosen, mask.shape)
    assert not (kept & rest).any()
    assert ((kept | rest) == mask).all()


@given(MASKS)
def test_a_window_shows_what_the_whole_shows_there(mask: NDArray[np.bool_]) -> None:
    parts = find_components(mask)
    for index, (left, top, right, bottom) in enumerate(parts.boxes.tolist()):
        chosen = np.arange(len(parts)) == index
        window = parts.mask(chosen, (bottom - top, right - left), (left, top))
        assert (window == parts.mask(chosen, mask.shape)[top:bottom, left:right]).all()


@given(MASKS, st.integers(0, 2**32 - 1))
def test_values_are_summed_over_each_component(mask: NDArray[np.bool_], seed: int) -> None:
    values = np.random.default_rng(seed).random(mask.shape, np.float32)
    sums = find_components(mask).sums(values)
    assert sums.dtype == np.float64
    np.testing.assert_allclose(sums, [values[part].sum() for part in flooded(mask)], rtol=1e-5)


@given(MASKS)
def test_runs_are_found_and_drawn(mask: NDArray[np.bool_]) -> None:
    row, start, end = find_runs(mask)
    assert (draw_runs(row, start, end, mask.shape) == mask).all()
    assert (end - start).sum() == mask.sum()
    for y, first, last in zip(row, start, end, strict=True):
        assert mask[y, first:last].all()
        assert first == 0 or not mask[y, first - 1]
        assert last == mask.shape[1] or not mask[y, last]


def test_pixels_that_meet_at_a_corner_are_one_component() -> None:
    assert len(find_components(drawn(["#.#", ".#.", "#.#"]))) == 1
    assert len(find_components(drawn(["##.", "...", ".##"]))) == 2


def test_the_ends_of_two_rows_do_not_meet_around_the_border() -> None:
    assert len(find_components(drawn(["...#", "#..."]))) == 2
    assert len(find_components(drawn(["..##", "....", "##.."]))) == 2


def test_arms_that_join_far_below_are_one_component() -> None:
    fork = ["#.#.#.#", "#.#.#.#", "#.#.###", "#.#....", "###...#"]
    parts = find_components(drawn(fork))
    assert len(parts) == 3
    assert parts.boxes.tolist() == [[0, 0, 3, 5], [4, 0, 7, 3], [6, 4, 7, 5]]
    assert parts.areas.tolist() == [11, 7, 1]


@pytest.mark.parametrize("shape", [(0, 0), (0, 7), (7, 0), (1, 1), (5, 9)])
def test_a_blank_mask_has_no_components(shape: tuple[int, int]) -> None:
    parts = find_components(np.zeros(shape, bool))
    assert len(parts) == 0
    assert parts.boxes.shape == (0, 4)
    assert parts.sums(np.zeros(shape, np.float32)).shape == (0,)
    assert parts.mask(np.zeros(0, bool), shape).shape == shape


@pytest.mark.parametrize(
    ("mask", "count"),
    [
        (np.ones((300, 200), bool), 1),
        (serpentine(301), 1),
        (serpentine(301).T, 1),
        (spiral(257), 1),
        (np.indices((150, 150)).sum(axis=0) % 2 == 0, 1),  # a chessboard
        (np.indices((300, 300)).max(axis=0) % 2 == 0, 150),  # corners in corners
        ((np.indices((300, 300)) % 3 == 1).all(axis=0), 10_000),  # dots
    ],
)
def test_long_and_winding_components(mask: NDArray[np.bool_], count: int) -> None:
    assert len(find_components(mask)) == count
