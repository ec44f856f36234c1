from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from digitus import consensus
from digitus.ctc import NOTHING, likeliest
from digitus.reading import Digit, Number
from digitus.transcriber import Transcript

HEIGHT, WIDTH, STEP, PAGE = 40, 20, 30, 400


def found(values: str, confidence: float = 0.99, *, left: int = 100) -> list[Digit]:
    """Digits side by side, as the finder reads them."""
    return [
        Digit(int(value), confidence, (x, 50, x + WIDTH, 50 + HEIGHT))
        for x, value in zip(range(left, PAGE, STEP), values, strict=False)
    ]


def middles_of(digits: Sequence[Digit]) -> list[float]:
    return [(digit.box[0] + digit.box[2]) / 2 for digit in digits]


def spelt(values: str, middles: Sequence[float], share: float = 0.999) -> Transcript:
    """What the transcriber spells, nothing between any two digits."""
    frames = np.full((2 * len(values) + 1, NOTHING + 1), (1 - share) / NOTHING, np.float32)
    said = np.full(len(frames), NOTHING)
    said[1::2] = [int(value) for value in values]
    frames[np.arange(len(frames)), said] = share
    return Transcript([frames], likeliest(frames), np.array(middles, np.float64))


def agreed(digits: Sequence[Digit], whole: float, transcript: Transcript | None) -> Number:
    number = consensus.agreed(digits, whole, transcript, PAGE)
    assert number is not None
    return number


@pytest.fixture
def believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where both differ, the transcriber is believed."""
    monkeypatch.setattr(consensus, "SPELT", (0.0, 0.0, 0.0, 0.0, 4.0))
    monkeypatch.setattr(consensus, "FOUND", (0.0, 0.0, 0.0, 0.0, -4.0))


# How sure


def test_what_both_read_clearly_is_surer_than_what_is_spelt_otherwise_and_in_doubt() -> None:
    digits = found("12")
    middles = middles_of(digits)
    same = agreed(digits, 0.99, spelt("12", middles))
    other = agreed(digits, 0.99, spelt("17", middles, 0.9))
    assert same.text == "12"
    assert other.text in ("12", "17")
    assert same.confidence > 0.95 > other.confidence


@pytest.mark.parametrize("transcript", [None, "12"])
def test_the_surer_finder_and_gaps_are_the_surer_the_number_is(transcript: str | None) -> None:
    def confidence(each: float, whole: float) -> float:
        digits = found("12", each)
        said = spelt(transcript, middles_of(digits)) if transcript else None
        return agreed(digits, whole, said).confidence

    assert confidence(0.6, 0.9) < confidence(0.99, 0.9)
    assert confidence(0.9, 0.6) < confidence(0.9, 0.99)


@pytest.mark.parametrize("transcript", [None, "12", "17"])
def test_no_number_is_surer_than_the_gaps_around_it(transcript: str | None) -> None:
    digits = found("12", 0.9999)
    said = spelt(transcript, middles_of(digits), 0.99999) if transcript else None
    assert agreed(digits, 0.54, said).confidence < 0.54


def test_the_surer_of_two_that_differ_is_believed() -> None:
    # A transcriber that hardly prefers what it spells, and one that is sure of it.
    for each, share, text in ((0.999, 0.12, "12"), (0.3, 0.999, "17")):
        digits = found("12", each)
        assert agreed(digits, 0.99, spelt("17", middles_of(digits), share)).text == text


@pytest.mark.parametrize("each", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("whole", [0.01, 1.0])
@pytest.mark.parametrize("transcript", [None, "12", "88", "123456"])
def test_a_confidence_is_a_probability(each: float, whole: float, transcript: str | None) -> None:
    digits = found("12", each)
    said = (
        spelt(transcript, np.linspace(100, 160, len(transcript)).tolist()) if transcript else None
    )
    number = agreed(digits, whole, said)
    assert 0 < number.confidence < 1
    assert number.digits


def test_a_doubtful_number_where_the_transcriber_sees_no_digit_is_none() -> None:
    assert consensus.agreed(found("12", 0.3), 0.3, spelt("", []), PAGE) is None
    assert consensus.agreed(found("12", 0.3), 0.3, None, PAGE) is not None  # nobody was asked


def test_a_number_that_is_likely_all_the_same_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consensus, "NOTHING", (0.0, 0.0, 0.0, 0.0, 1.0))
    number = agreed(found("12"), 0.9, spelt("", []))
    assert number.text == "12"
    assert number.confidence == pytest.approx(0.9 / (1 + np.exp(-1)))


# Where


def test_what_the_finder_read_stays_as_it_is_where_both_say_the_same() -> None:
    digits = found("407")
    number = agreed(digits, 0.9, spelt("407", middles_of(digits)))
    assert number.digits == tuple(digits)


def test_what_the_finder_read_stays_as_it_is_where_nothing_is_spelt() -> None:
    digits = found("407")
    assert agreed(digits, 0.9, None).digits == tuple(digits)


@pytest.mark.usefixtures("believed")
def test_a_digit_that_is_spelt_otherwise_keeps_its_box() -> None:
    digits = found("407", 0.4)
    number = agreed(digits, 0.9, spelt("417", middles_of(digits)))
    assert number.text == "417"
    assert [digit.box for digit in number.digits] == [digit.box for digit in digits]
    first, changed, last = number.digits
    assert (first, last) == (digits[0], digits[2])
    assert changed.confidence == pytest.approx(0.999)


@pytest.mark.usefixtures("believed")
def test_a_digit_that_was_not_found_gets_a_box_between_its_neighbours() -> None:
    first, missed, last = found("407")
    middles = middles_of([first, missed, last])
    number = agreed([first, last], 0.9, spelt("407", middles))
    assert number.text == "407"
    assert (number.digits[0], number.digits[2]) == (first, last)
    left, top, right, bottom = number.digits[1].box
    assert middles[0] < left < middles[1] < right < middles[2]
    assert (top, bottom) == (first.box[1], first.box[3])


@pytest.mark.usefixtures("believed")
def test_digits_in_one_box_share_the_room() -> None:
    wide = Digit(0, 0.5, (100, 50, 160, 50 + HEIGHT))
    middles = [105, 112, 150, 160]
    number = agreed([wide], 0.9, spelt("4075", middles))
    boxes = [digit.box for digit in number.digits]
    assert all(box[0] < middle < box[2] for box, middle in zip(boxes, middles, strict=True))
    assert all(one[2] <= other[0] + 1 for one, other in pairwise(boxes))


@pytest.mark.usefixtures("believed")
def test_what_was_found_but_is_not_spelt_is_left_out() -> None:
    digits = found("407")
    number = agreed(digits, 0.9, spelt("47", middles_of([digits[0], digits[2]])))
    assert number.digits == (digits[0], digits[2])


@pytest.mark.usefixtures("believed")
@pytest.mark.parametrize("left", [0, 4, PAGE - WIDTH])
def test_boxes_lie_inside_the_page(left: int) -> None:
    digits = found("4", left=left)
    middle = left + WIDTH / 2
    beyond = [middle - 60, middle - 25, middle, middle + 25, middle + 60]
    for digit in agreed(digits, 0.9, spelt("12435", beyond)).digits:
        x0, y0, x1, y1 = digit.box
        assert 0 <= x0 < x1 <= PAGE
        assert (y0, y1) == (50, 50 + HEIGHT)


@pytest.mark.usefixtures("believed")
def test_digits_stand_from_left_to_right_where_boxes_lie_over_each_other() -> None:
    digits = [Digit(1, 0.5, (x, 50, x + 10, 90)) for x in (100, 112)]
    number = agreed(digits, 0.9, spelt("17", [112, 118]))
    assert number.text == "17"
    assert [digit.box for digit in number.digits] == [digit.box for digit in digits]
