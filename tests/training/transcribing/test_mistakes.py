from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from digitus.training.pages import Hands, SyntheticPage, gather_hands
from digitus.training.transcribing.mistakes import _written, mistakes
from digitus.training.transcribing.strips import crowded
from marks import keras_warns

pytestmark = keras_warns


def test_mistakes_repeat_by_their_seed_and_some_are_no_number_at_all() -> None:
    hands = gather_hands("train", ())
    first, again = (list(islice(mistakes(20, hands), 12)) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.levels, other.levels)
        np.testing.assert_array_equal(one.digits, other.digits)
    lengths = [len(strip.digits) for strip in first]
    assert min(lengths) == 0


# 52 stands from 100 to 140, 7 from 300 on.
BOXES = np.array(((122, 50, 140, 80), (100, 50, 118, 80), (300, 50, 320, 80)), np.float32)
NUMBERS = np.array((0, 0, 1))
PAGE = SyntheticPage(
    np.full((200, 400, 3), 255, np.uint8), BOXES, np.array((2, 5, 7), np.uint8), NUMBERS,
    NUMBERS, "made",
)  # fmt: skip


@pytest.mark.parametrize(
    ("found", "written"),
    [
        ([(98, 48, 142, 82)], [5, 2]),
        ([(98, 48, 110, 82), (108, 48, 120, 82), (121, 48, 142, 82)], [5, 2]),
        ([(121, 48, 142, 82)], None),  # half of a number
        ([(98, 48, 330, 82)], None),  # two of them
        ([(150, 48, 170, 82)], None),  # beside one
        ([(200, 120, 220, 150)], []),  # far from any
    ],
)
def test_what_was_found_is_called_by_what_was_written_there(
    found: list[tuple[int, int, int, int]], written: list[int] | None
) -> None:
    digits = _written(PAGE, np.array(found, np.float64))
    assert (None if digits is None else digits.tolist()) == written


def test_letters_beside_digits_are_among_what_is_mistaken(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def told(hands: Hands, rng: np.random.Generator, lettered: float) -> SyntheticPage:
        asked.append(lettered)
        return crowded(hands, rng, lettered)

    monkeypatch.setattr("digitus.training.transcribing.mistakes.crowded", told)
    list(islice(mistakes(20, gather_hands("train", ())), 20))
    assert set(asked) == {1.0}
