import numpy as np
import pytest

from digitus.training.pages.spacing import Spacing, place_after

RNG = np.random.default_rng(0)
RING = np.zeros((40, 30), np.uint8)
RING[:4], RING[-4:], RING[:, :4], RING[:, -4:] = 255, 255, 255, 255
STEM = np.full((40, 4), 255, np.uint8)
# A 7 without a foot: an arm above and a leg at its left.
ARM = np.zeros((40, 30), np.uint8)
ARM[:4], ARM[:, :4] = 255, 255


def shared(left, right, at):
    """Pixels of ink of both, where the right one begins at a column of the left one."""
    plane = np.zeros((2, 40, 90), bool)
    plane[0, :, : left.shape[1]] = left > 0
    plane[1, :, at : at + right.shape[1]] = right > 0
    grown = plane[0] | np.roll(plane[0], 1, axis=1)
    return int((plane[0] & plane[1]).sum()), bool((grown & plane[1]).any())


@pytest.mark.parametrize("right", [RING, STEM])
@pytest.mark.parametrize("left", [RING, STEM, ARM])
def test_ink_is_apart_or_touches_or_overlaps_as_asked(left, right):
    for _ in range(20):
        args = (left, right, 0, 40.0, 4.0)
        over, near = shared(left, right, place_after(*args, Spacing(0.0, 0.02), RNG))
        assert not over
        assert not near
        over, near = shared(left, right, place_after(*args, Spacing(0, 0, touching=1), RNG))
        assert near
        assert over <= 4 * 40
        deep = place_after(*args, Spacing(0, 0, overlapping=1), RNG)
        assert shared(left, right, deep)[0] > 0
        assert deep >= 0.25 * left.shape[1]


def test_a_digit_slides_under_an_arm_but_not_far():
    at = place_after(ARM, STEM, 6, 40.0, 4.0, Spacing(0.0, 0.0), RNG)
    assert 30 - 0.3 * 40 <= at <= 34


def test_gaps_are_as_wide_as_the_hand_has_them():
    wide = [place_after(RING, RING, 0, 40.0, 4.0, Spacing(0.5, 0.05), RNG) - 30 for _ in range(50)]
    assert np.mean(wide) == pytest.approx(20, abs=2)


def test_ink_that_is_on_no_row_of_the_other_goes_beside_it():
    low = np.full((4, 4), 255, np.uint8)
    assert place_after(RING, low, 60, 40.0, 4.0, Spacing(0.1, 0.0, touching=1), RNG) >= 18
