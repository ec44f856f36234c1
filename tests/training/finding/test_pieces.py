from __future__ import annotations

import numpy as np

from digitus.training.finding.crops import Crop, crops
from digitus.training.finding.pieces import candidates, cut, label
from digitus.training.finding.targets import COUNTS, HEAT, SIDES, VALUE, target
from digitus.training.pages import gather_hands

BOX = np.array([[100, 60, 116, 84]], np.float32)


def crop(boxes: np.ndarray, cut_off: bool = False) -> Crop:
    values = np.full(len(boxes), 7, np.uint8)
    return Crop(np.zeros((256, 256), np.uint8), boxes, values, np.full(len(boxes), cut_off))


def test_a_target_is_found_again_as_it_was_set() -> None:
    wanted = target(crop(BOX))
    said = np.zeros((64, 64, 15), np.float32)
    said[..., 0] = wanted[..., HEAT]
    said[..., 11:] = wanted[..., SIDES]
    boxes, words = candidates(said, 0.9)
    np.testing.assert_allclose(boxes, BOX, atol=1e-4)
    assert words.shape == (1, 15)
    assert wanted[18, 27, VALUE] == 7


def test_nothing_is_asked_about_digits_that_are_cut_off_or_almost_too_small() -> None:
    small = np.array([[100, 60, 106, 70]], np.float32)
    for unclear in (crop(BOX, cut_off=True), crop(small)):
        wanted = target(unclear)
        assert not wanted[..., HEAT].any()
        assert wanted[17, 26, COUNTS] == 0
        assert wanted[..., COUNTS].mean() > 0.9


def test_far_too_large_digits_are_no_digits_at_this_size() -> None:
    wanted = target(crop(np.array([[20, 20, 120, 200]], np.float32)))
    assert not wanted[..., HEAT].any()
    assert wanted[..., COUNTS].all()


def test_a_piece_holds_the_box_in_its_middle() -> None:
    picture = np.zeros((256, 256), np.uint8)
    picture[60:84, 100:116] = 200
    ((near, far),) = cut(picture, BOX).transpose(0, 3, 1, 2)
    ink = np.argwhere(near > 100)
    top, left = ink.min(axis=0)
    bottom, right = ink.max(axis=0) + 1
    assert bottom - top == 20
    assert abs((top + bottom) / 2 - 16) <= 0.5
    assert abs((left + right) / 2 - 16) <= 0.5
    inked = np.argwhere(far > 100)
    assert np.ptp(inked[:, 0]) + 1 == 20 / 2.5


def test_candidates_are_called_by_what_they_cover() -> None:
    found = np.array(
        [[101, 61, 117, 85], [106, 60, 122, 84], [108, 66, 130, 90], [10, 10, 30, 40]], np.float32
    )
    clear, labels = label(found, BOX, np.array([7], np.uint8), np.array([False]))
    assert clear.tolist() == [True, False, True, True]
    assert labels[[0, 2, 3]].tolist() == [7, 10, 10]
    clear, _ = label(found, BOX, np.array([7], np.uint8), np.array([True]))
    assert clear.tolist() == [False, False, False, True]


def test_crops_repeat_and_tell_where_their_digits_are() -> None:
    hands = gather_hands("train", ())
    made = [next(crops(seed, hands)) for seed in (3, 3, 4, 5, 6)]
    np.testing.assert_array_equal(made[0].picture, made[1].picture)
    assert sum(len(one.values) for one in made) > 5
    for one in made:
        assert one.picture.shape == (256, 256)
        assert (one.boxes[:, 2:] > one.boxes[:, :2]).all()
        middles = (one.boxes[:, :2] + one.boxes[:, 2:]) / 2
        assert ((middles[~one.cut] > 0) & (middles[~one.cut] < 256)).all()
