import itertools

import numpy as np
import pytest

from digitus.training.handwriting import Writer
from digitus.training.pages.hands import MadeHand
from digitus.training.pages.masks import Nib
from digitus.training.pages.scribe import NO_DIGIT, Scribe, extent
from digitus.training.pages.spacing import Spacing

WRITER = Writer.from_seed(4)


def scribe(spacing=Spacing(0.15, 0.03), **habits):  # noqa: B008
    return Scribe(MadeHand(WRITER), WRITER, Nib(3.0), spacing, **habits)


def test_what_is_written_is_what_was_asked_for_from_left_to_right():
    pieces = scribe().write("31,8-x7", 40, np.random.default_rng(0))
    assert [p.value for p in pieces] == [3, 1, NO_DIGIT, 8, NO_DIGIT, NO_DIGIT, 7]
    lefts = [p.left for p in pieces]
    assert lefts == sorted(lefts)
    assert lefts[0] == 0


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12", [0, 0]),
        ("1.5,3'2", [0, 0, 0, 0]),
        ("1 2", [0, 1]),
        ("7/8", [0, 1]),
        ("-4kg5", [0, 1]),
    ],
)
def test_points_and_commas_join_numbers_and_all_else_parts_them(text, numbers):
    pieces = scribe().write(text, 30, np.random.default_rng(0))
    found = [p.number for p in pieces if p.value != NO_DIGIT]
    assert [sorted(set(found)).index(number) for number in found] == numbers


def test_digits_stand_on_the_line_and_signs_where_they_belong():
    point, comma, dash, digit = (
        scribe(drift=0.0, wander=0.0).write(f"8{c}", 40, np.random.default_rng(1))[1]
        for c in ".,-8"
    )
    assert digit.top + digit.mask.shape[0] == pytest.approx(0, abs=2)
    assert abs(point.top) < 12
    assert comma.top + comma.mask.shape[0] > 3
    assert -28 < dash.top < -12
    assert dash.mask.shape[1] > 2 * dash.mask.shape[0]


def test_writing_ends_where_there_is_no_more_room():
    pieces = scribe().write("0000000000", 40, np.random.default_rng(0), room=120)
    assert 2 <= len(pieces) <= 5
    assert extent(pieces)[2] <= 120


def test_lines_climb_fall_and_shrink():
    def ends(**how):
        pieces = scribe(drift=0, wander=0).write("88888888", 40, np.random.default_rng(0), **how)
        return pieces[0], pieces[-1]

    first, last = ends(slope=0.1)
    bottoms = [p.top + p.mask.shape[0] for p in (first, last)]
    assert bottoms[1] - bottoms[0] == pytest.approx(0.1 * last.left, rel=0.3)
    first, last = ends(shrink=0.5)
    assert last.mask.shape[0] == pytest.approx(20, abs=3)


def test_who_writes_digits_far_apart_leaves_more_between_words():
    for seed in range(20):
        pieces = scribe(Spacing(1.5, 0.0)).write("33 33", 40, np.random.default_rng(seed))
        inner, words, last = (b.left - a.right for a, b in itertools.pairwise(pieces))
        assert words > 1.5 * max(inner, last)


def test_noughts_of_a_garland_hang_together_and_other_digits_do_not():
    def free(text):
        pieces = scribe(Spacing(0.5, 0.0), garlands=True).write(text, 40, np.random.default_rng(3))
        return [after.left - before.right for before, after in itertools.pairwise(pieces)]

    assert max(free("0000")) < 0
    assert min(free("8080")) > 0


def test_dashes_rise_and_fall():
    heights = {
        scribe().write("8-", 60, np.random.default_rng(seed))[1].mask.shape[0] for seed in range(8)
    }
    assert len(heights) > 3
