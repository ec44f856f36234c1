from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from digitus.ink import Ink, find_ink
from digitus.layout import Candidate, digit_candidates
from digitus.reading import Box
from digitus.training import pens
from digitus.training.sheets import Plane
from pages import digit, page, plane, textbook

# More than these explanations of one picture are never worth reading.
MOST_CANDIDATES = 8


def ink_of(drawn: Plane) -> Ink:
    (ink,) = find_ink(page(drawn))
    return ink


def box_of(drawn: Plane) -> Box:
    """The box of all ink that can be seen."""
    ys, xs = np.nonzero(drawn > 0.1)
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


def near(box: Box, other: Box, by: int = 2) -> bool:
    return all(abs(a - b) <= by for a, b in zip(box, other, strict=True))


def holds(candidate: Candidate, drawn: Plane) -> bool:
    """The candidate is this ink, all of it and no other."""
    left, top, right, bottom = candidate.box
    laid = np.zeros_like(drawn)
    laid[top:bottom, left:right] = candidate.values
    return bool(np.abs(laid - drawn).mean() < 0.05 * drawn.mean())


def loose_five(gap: float) -> Plane:
    """A 5 whose hat is a stroke of its own that ends before the body."""
    body = np.array([(0, 0), (0, 40), (30, 42), (42, 62), (30, 90), (0, 88)], float)
    hat = np.array([(10 + gap, -4 - gap), (55 + gap, -6 - gap)], float)
    return pens.draw([body, hat], 8)


def specks(shape: tuple[int, int], count: int, seed: int = 0, radius: int = 1) -> Plane:
    drawn = np.zeros(shape, np.float32)
    rng = np.random.default_rng(seed)
    for y, x in rng.integers(0, shape, (count, 2)):
        drawn[y : y + radius, x : x + radius] = 1
    return drawn


@pytest.mark.parametrize("value", range(10))
def test_a_digit_is_one_candidate_with_all_its_ink(value: int) -> None:
    drawn = plane((160, 200), digit(value, 100), at=(20, 70))
    (found,) = digit_candidates(ink_of(drawn))
    assert near(found.box, box_of(drawn))
    assert holds(found, drawn)
    assert found.plausibility > 0.9


@pytest.mark.parametrize("gap", [6, 10, 14])
def test_a_five_with_a_loose_hat_is_one_digit(gap: int) -> None:
    drawn = plane((200, 200), loose_five(gap))
    ink = ink_of(drawn)
    first = digit_candidates(ink)[0]
    assert near(first.box, box_of(drawn))
    assert holds(first, drawn)


def test_specks_far_from_the_digit_are_left_out() -> None:
    own = plane((300, 300), digit(3, 110))
    far = specks(own.shape, 30, radius=3)
    far[60:240, 60:240] = 0
    for found in digit_candidates(ink_of(np.maximum(own, far))):
        assert holds(found, own)


def test_dust_on_the_digit_does_not_widen_its_box() -> None:
    own = plane((300, 300), digit(3, 160))
    first = digit_candidates(ink_of(np.maximum(own, specks(own.shape, 60))))[0]
    assert near(first.box, box_of(own))


def test_specks_alone_are_no_digit() -> None:
    ink = ink_of(specks((300, 300), 40, radius=3))
    assert digit_candidates(ink) == []


@pytest.mark.parametrize(
    "at", [(-12, 60), (75, 60), (30, -10), (30, 150)], ids=["top", "bottom", "left", "right"]
)
def test_a_digit_that_the_border_cuts(at: tuple[int, int]) -> None:
    drawn = plane((160, 200), digit(8, 100), at=at)
    first = digit_candidates(ink_of(drawn))[0]
    assert holds(first, drawn)
    left, top, right, bottom = first.box
    assert 0 in (left, top) or right == 200 or bottom == 160


def test_a_digit_beside_the_desk_is_proposed_too() -> None:
    own = plane((240, 300), digit(6, 60), at=(90, 150))
    desk = np.zeros_like(own)
    desk[:, :90] = 1
    inks = find_ink(page(np.maximum(own, desk)))  # the sheet may be ink on the desk
    assert any(holds(found, own) for ink in inks for found in digit_candidates(ink))


def test_two_rivals_are_both_proposed() -> None:
    large, small = digit(8, 120), digit(2, 90)
    one = plane((200, 400), large, at=(40, 60))
    other = plane((200, 400), small, at=(50, 280))
    found = digit_candidates(ink_of(np.maximum(one, other)))
    assert len(found) == 2
    assert holds(found[0], one)
    assert holds(found[1], other)
    assert found[0].plausibility > found[1].plausibility


def test_a_small_neighbour_is_no_rival() -> None:
    one = plane((200, 400), digit(8, 130), at=(30, 130))
    other = plane((200, 400), digit(2, 20), at=(170, 380))
    (found,) = digit_candidates(ink_of(np.maximum(one, other)))
    assert holds(found, one)


def test_the_print_around_a_digit_may_be_left_out() -> None:
    own = plane((200, 200), digit(4, 130))
    print_ = np.zeros_like(own)
    for left in (30, 55, 80, 105):
        print_[176:190, left : left + 14] = 1
    found = digit_candidates(ink_of(np.maximum(own, print_)))
    assert holds(found[0], np.maximum(own, print_))
    assert any(holds(candidate, own) for candidate in found[1:])


def test_a_digit_on_ruled_paper_is_proposed_without_and_with_the_lines() -> None:
    own = plane((200, 200), digit(8, 110))
    drawn = own.copy()
    for row in (12, 52, 148, 188):
        drawn[row : row + 2] = 1
    found = digit_candidates(ink_of(drawn))
    assert np.abs(np.subtract(found[0].box, box_of(own))).max() <= 3
    assert any(candidate.box[2] - candidate.box[0] == 200 for candidate in found[1:])
    assert all(candidate.plausibility < 1 for candidate in found[1:])


@pytest.mark.parametrize("radius", [1, 2, 3, 6])
def test_ten_thousand_specks_are_bounded(radius: int) -> None:
    drawn = specks((640, 640), 10_000, radius=radius)
    for ink in find_ink(page(drawn)):
        assert len(digit_candidates(ink)) <= MOST_CANDIDATES


@pytest.mark.parametrize("part", [0.02, 0.3, 0.5])
def test_texture_is_bounded(part: float) -> None:
    values = (np.random.default_rng(0).random((640, 640)) < part).astype(np.float32)
    ink = Ink(values, values > 0, 1.0, values * np.float32(255))
    assert len(digit_candidates(ink)) <= MOST_CANDIDATES


def test_no_ink_gives_no_candidates() -> None:
    blank = np.zeros((50, 60), np.float32)
    ink = Ink(blank, blank > 0, 1.0, blank)
    assert digit_candidates(ink) == []


PAGES = hnp.arrays(
    np.uint8,
    st.tuples(st.integers(8, 90), st.integers(8, 90), st.just(3)),
    elements=st.sampled_from([0, 1, 120, 250, 255]),
    fill=st.sampled_from([0, 255]),
)


@given(PAGES)
def test_candidates_lie_on_the_page_and_hold_their_ink(pixels: np.ndarray) -> None:
    for ink in find_ink(pixels):
        height, width = ink.values.shape
        single = digit_candidates(ink)
        assert len(single) <= MOST_CANDIDATES
        for candidate in single:
            left, top, right, bottom = candidate.box
            assert 0 <= left < right <= width
            assert 0 <= top < bottom <= height
            assert candidate.values.shape == (bottom - top, right - left)
            assert 0 < candidate.plausibility <= 1
            # The box is as small as can be.
            for edge in (candidate.values[0], candidate.values[-1], *candidate.values.T[[0, -1]]):
                assert edge.any()
            assert (ink.contrast[top:bottom, left:right][candidate.values > 0] > 0).all()


def test_the_textbook_has_digits_of_several_strokes() -> None:
    assert max(len(textbook(value)) for value in range(10)) > 1
