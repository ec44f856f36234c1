from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from digitus.bridging import bridged
from digitus.ctc import NOTHING, Run
from digitus.grouping import Group
from digitus.reading import Digit
from digitus.transcriber import Transcript

HEIGHT, WIDTH = 40, 24
Boxes = NDArray[np.float64]
Room = tuple[float, float]


def group(values: str, left: int, whole: float, room: Room) -> Group:
    digits = [
        Digit(int(value), 0.9, (left + 30 * at, 0, left + 30 * at + WIDTH, HEIGHT))
        for at, value in enumerate(values)
    ]
    return Group(tuple(digits), whole, room)


def pair(gap: int) -> list[Group]:
    """A 40 and a 0 so many pixels behind it."""
    half = 54 + gap / 2
    return [group("40", 0, 0.9, (-np.inf, half)), group("0", 54 + gap, 0.7, (half, np.inf))]


class Speller:
    """Spells digits at places of its own, whatever it is shown."""

    def __init__(self, *spelt: tuple[int, float], chance: float = 0.9) -> None:
        runs = [Run(digit, (0, 1), np.zeros(10, np.float32)) for digit, _ in spelt]
        # One frame a digit and one of nothing behind it, so likely all together.
        frames = np.full((2 * len(spelt), 11), 1e-6, np.float32)
        for place, (digit, _) in enumerate(spelt):
            frames[2 * place, digit] = chance ** (1 / len(spelt))
            frames[2 * place + 1, NOTHING] = 1
        middles = np.array([middle for _, middle in spelt])
        self.transcript = Transcript([frames], runs, middles)
        self.asked: list[tuple[Boxes, Room]] = []

    def __call__(self, boxes: Boxes, room: Room) -> Transcript | None:
        self.asked.append((boxes, room))
        return self.transcript


def test_a_number_in_which_a_digit_was_overlooked_is_one() -> None:
    line = pair(40)
    speller = Speller((4, 12), (0, 42), (0, 72), (0, 106))
    (joined,) = bridged(line, speller)
    assert joined == Group(line[0].digits + line[1].digits, 0.7, (-np.inf, np.inf))
    ((boxes, room),) = speller.asked
    assert boxes[:, 0].tolist() == [0, 30, 94]
    assert room == (-np.inf, np.inf)


@pytest.mark.parametrize(
    "spelt",
    [
        pytest.param([(4, 12), (0, 42), (0, 106)], id="nothing between"),
        pytest.param([(4, 12), (0, 30), (0, 42), (0, 106)], id="more, but not between"),
        pytest.param([(4, 12), (0, 72), (0, 106)], id="between, but no more than found"),
        pytest.param([], id="nothing at all"),
    ],
)
def test_numbers_with_nothing_between_stay_two(spelt: list[tuple[int, float]]) -> None:
    line = pair(40)
    assert bridged(line, Speller(*spelt)) == line


def test_where_nothing_can_be_spelt_numbers_stay_two() -> None:
    line = pair(40)
    assert bridged(line, lambda *_: None) == line


def test_what_is_spelt_by_chance_joins_nothing() -> None:
    line = pair(40)
    spelt = [(4, 12), (0, 42), (0, 72), (0, 106)]
    assert len(bridged(line, Speller(*spelt, chance=0.35))) == 1
    assert bridged(line, Speller(*spelt, chance=0.25)) == line


@pytest.mark.parametrize("gap", [4, 90, 400])
def test_gaps_that_hold_no_digit_are_not_looked_at(gap: int) -> None:
    speller = Speller((4, 12), (0, 42), (0, 54 + gap / 2), (0, 70 + gap))
    line = pair(gap)
    assert bridged(line, speller) == line
    assert not speller.asked


def test_a_number_may_lack_several_digits() -> None:
    line = [*pair(40), group("0", 158, 0.8, (138, np.inf))]
    speller = Speller((4, 12), (0, 42), (0, 72), (0, 106), (0, 138), (0, 170))
    (joined,) = bridged(line, speller)
    assert len(joined.digits) == 4
    assert joined.whole == 0.7


def test_an_empty_line_stays_empty() -> None:
    assert bridged([], Speller()) == []
