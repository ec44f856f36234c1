from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digitus.ctc import NOTHING
from digitus.errors import InvalidModel, ModelNotFound
from digitus.training.papers import Page
from digitus.transcriber import TRANSCRIBER, Transcriber
from pages import digit, page, plane

MARGIN, GAP = 40, 12


@pytest.fixture(scope="module")
def transcriber() -> Transcriber:
    if not TRANSCRIBER.exists():
        pytest.skip("the shipped transcriber is not there: train it, or take it from a release")
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
    assert transcript.frames.shape[1] == NOTHING + 1
    np.testing.assert_allclose(transcript.frames.sum(axis=1), 1, atol=1e-4)


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
