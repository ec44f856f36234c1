from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digitus.ctc import NOTHING
from digitus.errors import InvalidModel, ModelNotFound
from digitus.strip import DIGIT, TILE
from digitus.training.papers import Page
from digitus.transcriber import FRAME, SIZES, Transcriber
from pages import digit, page, plane

MARGIN, GAP = 40, 12


@pytest.fixture(scope="module")
def transcriber() -> Transcriber:
    return Transcriber()


def written(text: str, size: int = 60) -> tuple[Page, NDArray[np.float64]]:
    """A number on plain paper, and where its digits are."""
    inks = [digit(int(value), size) for value in text]
    ends = MARGIN + np.cumsum([ink.shape[1] + GAP for ink in inks]) - GAP
    boxes = [
        (end - ink.shape[1], MARGIN, end, MARGIN + ink.shape[0])
        for end, ink in zip(ends, inks, strict=True)
    ]
    laid = plane((size + 2 * MARGIN, int(ends[-1]) + MARGIN), *inks, at=(MARGIN, MARGIN), gap=GAP)
    return page(laid), np.array(boxes, np.float64)


@pytest.mark.parametrize("text", ["27", "4830", "52084"])
@pytest.mark.parametrize("size", [30, 60, 200])
def test_a_clear_number_is_spelt_digit_by_digit(
    transcriber: Transcriber, text: str, size: int
) -> None:
    pixels, boxes = written(text, size)
    transcript = transcriber.spell(pixels, boxes)
    assert transcript is not None
    assert "".join(map(str, transcript.digits)) == text
    assert ((boxes[:, 0] < transcript.middles) & (transcript.middles < boxes[:, 2])).all()


def test_what_is_spelt_is_likelier_than_anything_else(transcriber: Transcriber) -> None:
    pixels, boxes = written("27")
    transcript = transcriber.spell(pixels, boxes)
    assert transcript is not None
    chances = [transcript.chance(digits) for digits in ((2, 7), (2,), (2, 1), (2, 7, 7), ())]
    assert chances[0] > 0.5
    assert sum(chances) <= 1.0001
    for frames in transcript.looks:
        assert frames.shape[1] == NOTHING + 1
        np.testing.assert_allclose(frames.sum(axis=1), 1, atol=1e-4)


def test_a_digit_that_the_finder_missed_is_spelt(transcriber: Transcriber) -> None:
    pixels, boxes = written("4830")
    transcript = transcriber.spell(pixels, boxes[[0, 1, 3]])
    assert transcript is not None
    assert transcript.digits == (4, 8, 3, 0)


def test_light_ink_is_read_as_dark_ink_is(transcriber: Transcriber) -> None:
    pixels, boxes = written("27")
    transcript = transcriber.spell(255 - pixels, boxes)
    assert transcript is not None
    assert transcript.digits == (2, 7)


def test_the_number_alone_is_spelt_not_what_stands_beside_it(transcriber: Transcriber) -> None:
    pixels, boxes = written("2748")
    cut = int(boxes[1, 2]) + GAP // 2
    paper = np.full_like(pixels[:, :50], 255)
    apart = np.concatenate([pixels[:, :cut], paper, pixels[:, cut:]], axis=1)
    transcript = transcriber.spell(apart, boxes[:2])
    assert transcript is not None
    assert transcript.digits == (2, 7)


def test_nothing_is_spelt_beyond_the_room_of_the_number(transcriber: Transcriber) -> None:
    pixels, boxes = written("2748")
    cut = boxes[1, 2] + GAP / 2
    for room, digits in (((-math.inf, cut), (2, 7)), ((cut, math.inf), (4, 8)), ((cut, cut), ())):
        transcript = transcriber.spell(pixels, boxes, room)
        assert transcript is not None
        assert transcript.digits == digits
        assert transcript.chance((2, 7, 4, 8)) < 1e-6


class Told:
    """A network that says a digit in some frames, as surely as it is told, once after the other.

    Args:
        answers: Digit, its share, and the frames; the last one is repeated.
    """

    def __init__(self, *answers: tuple[int, float, slice]) -> None:
        self.answers = list(answers)
        self.heights: list[float] = []

    def run(self, _: object, feed: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        tiles = feed["tiles"]
        self.heights.append(float(tiles[0, 3] - tiles[0, 1]))
        digit, share, where = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        frames = np.full((len(tiles) * TILE // FRAME, NOTHING + 1), 1e-6, np.float32)
        frames[:, NOTHING] = 1
        frames[where] = (1 - share) / NOTHING
        frames[where, digit] = share
        return [np.log(frames)]


def test_what_is_clear_is_looked_at_once(
    transcriber: Transcriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Told((7, 0.99, slice(10, 11)))
    monkeypatch.setattr(transcriber, "_session", network)
    transcript = transcriber.spell(*written("7"))
    assert transcript is not None
    assert transcript.digits == (7,)
    assert len(network.heights) == len(transcript.looks) == 1


def test_what_is_doubtful_is_looked_at_again_and_judged_by_all_looks(
    transcriber: Transcriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = slice(10, 11)
    doubtful = [(1, 0.15, where) for _ in SIZES[1:]]
    network = Told((1, 0.6, where), (7, 0.95, where), *doubtful)
    monkeypatch.setattr(transcriber, "_session", network)
    transcript = transcriber.spell(*written("7", 30))
    assert transcript is not None
    assert transcript.digits == (7,)
    first, *others = network.heights
    assert [height / first for height in others] == pytest.approx(SIZES, abs=0.02)
    shares = [0.4 / 10, 0.95, *(0.85 / 10 for _ in doubtful)]
    assert len(transcript.looks) == len(shares)
    chance = np.prod(shares) ** (1 / len(shares))
    assert transcript.chance((7,)) == pytest.approx(chance, rel=0.01)


@pytest.mark.parametrize(
    ("room", "first", "last"),
    [((-math.inf, math.inf), 0, 60), ((-9, 99), 0, 60), ((10, math.inf), 10, 60), ((4, 44), 4, 44)],
)
def test_nothing_is_spelt_beyond_the_page_or_the_room(
    transcriber: Transcriber, monkeypatch: pytest.MonkeyPatch, room: tuple[float, float],
    first: float, last: float,
) -> None:  # fmt: skip
    monkeypatch.setattr(transcriber, "_session", Told((1, 0.9999, slice(None))))
    box = np.array([[5, 10, 55, 50]], np.float64)  # a strip of it is wider than the page
    transcript = transcriber.spell(np.full((60, 60, 3), 255, np.uint8), box, room)
    assert transcript is not None
    assert transcript.digits == (1,)
    (run,) = transcript.runs
    column = 40 / DIGIT  # of the strip, in pixels of the page
    assert (run.frames[1] - run.frames[0]) * FRAME * column == pytest.approx(last - first, abs=4)
    assert transcript.middles[0] == pytest.approx((first + last) / 2, abs=3)


def test_what_is_too_low_or_too_long_for_a_number_is_not_spelt(transcriber: Transcriber) -> None:
    pixels, boxes = written("27")
    assert transcriber.spell(pixels, boxes / 30) is None
    assert transcriber.spell(pixels, boxes * (90, 1, 90, 1)) is None


def test_blank_paper_spells_nothing(transcriber: Transcriber) -> None:
    pixels, boxes = written("27")
    transcript = transcriber.spell(np.full_like(pixels, 255), boxes)
    assert transcript is not None
    assert transcript.digits == ()
    assert transcript.middles.shape == (0,)
    assert transcript.chance(()) > transcript.chance((2, 7))


def test_a_missing_or_damaged_transcriber_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        Transcriber(tmp_path / "gone.onnx")
    (tmp_path / "odd.onnx").write_bytes(b"odd")
    with pytest.raises(InvalidModel, match="install digitus anew"):
        Transcriber(tmp_path / "odd.onnx")
