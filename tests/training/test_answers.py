from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_data import images

from digitus.model import Model
from digitus.reader import Reader
from digitus.training.datasets import Dataset
from digitus.training.evaluation.answers import answers
from digitus.training.evaluation.candidates import Candidates, find_candidates
from digitus.training.glyphs import NO_DIGIT, synthesised
from tiny_models import classifier, save, weights


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return Model(save(tmp_path / "tiny.onnx", classifier(matrix=weights(11)), reject_below=0.4))


def pictures() -> Dataset:
    """Digits, one in four with another one beside it, and a blank picture at the third place."""
    found, labels = images(24, 48, 5)
    wide = np.zeros((24, 48, 112), np.uint8)
    wide[:, :, 4:52] = found
    wide[::4, :, 60:108] = found[1::4]
    wide[2] = 0
    return Dataset("mnist", labels, wide)


def test_pictures_are_answered_as_the_reader_reads_them(model: Model, tmp_path: Path) -> None:
    data = pictures()
    given = answers(model, find_candidates(data))
    reader = Reader(tmp_path / "tiny.onnx")
    assert data.images is not None
    readings = [reader.read(image, expect="digit").digits for image in data.images]
    expected = [digits[0].digit if digits else NO_DIGIT for digits in readings]
    assert given.answer.tolist() == expected
    assert 0 < given.rejected.sum() < len(data)  # both kinds were met
    for confidence, digits in zip(given.confidence, readings, strict=True):
        if digits:
            assert confidence == pytest.approx(digits[0].confidence, abs=1e-6)


def test_some_pictures_have_several_candidates() -> None:
    candidates = find_candidates(pictures())
    assert len(candidates.glyphs) > len(candidates.labels)
    assert candidates.plausibility.min() < candidates.plausibility.max()


@pytest.mark.parametrize(("plausible", "answer"), [(1.0, 3), (0.9, 3), (0.4, 7), (0.0, 7)])
def test_of_several_candidates_the_likeliest_is_answered(
    tmp_path: Path, plausible: float, answer: int
) -> None:
    # Pixel 3 speaks for a 3 with 92 %, pixel 7 for a 7 with 38 %.
    matrix = np.eye(784, 10, dtype=np.float32)
    model = Model(save(tmp_path / "a.onnx", classifier(matrix=matrix * 4.6), reject_below=0))
    glyphs = np.zeros((2, 784), np.uint8)
    glyphs[0, 3], glyphs[1, 7] = 255, 95
    candidates = Candidates(
        glyphs.reshape(2, 28, 28),
        np.zeros(2, np.int64),
        np.array([plausible, 1.0]),
        np.array([3], np.uint8),
    )
    given = answers(model, candidates)
    assert given.likeliest.tolist() == [answer]
    assert given.glyphs[0].ravel().argmax() == answer


def test_a_blank_picture_is_no_digit(model: Model) -> None:
    given = answers(model, find_candidates(pictures()))
    assert given.inked.tolist() == [index != 2 for index in range(24)]
    assert given.answer[2] == NO_DIGIT
    assert not given.right[2]
    assert not given.glyphs[2].any()
    assert given.confidence[2] == 0


def test_a_set_of_blank_pictures_has_answers_too(model: Model) -> None:
    data = Dataset("mnist", np.arange(3, dtype=np.uint8), np.zeros((3, 28, 28), np.uint8))
    assert answers(model, find_candidates(data)).answer.tolist() == [NO_DIGIT] * 3


def test_a_model_without_a_no_digit_class_rejects_by_its_threshold_alone(tmp_path: Path) -> None:
    candidates = find_candidates(pictures())
    strict = Model(save(tmp_path / "a.onnx", classifier(), reject_below=1.0))
    mild = Model(save(tmp_path / "b.onnx", classifier(), reject_below=0.0))
    assert answers(strict, candidates).rejected.all()
    given = answers(mild, candidates)
    assert (given.rejected == ~given.inked).all()
    assert given.shares[given.inked].sum(axis=1) == pytest.approx(1)


def test_strokes_are_drawn_the_same_every_time() -> None:
    strokes, labels = synthesised(6, 3)
    data = Dataset("unipen", labels, strokes=strokes)
    first, again = find_candidates(data), find_candidates(data)
    assert first.picture.tolist() == list(range(6))
    assert (first.glyphs == again.glyphs).all()
    assert first.glyphs.reshape(6, -1).max(axis=1).min() > 0


def test_the_work_can_be_watched() -> None:
    seen = []

    def watch(rows: range) -> range:
        seen.append(len(rows))
        return rows

    find_candidates(pictures(), watch)
    assert seen == [24]
