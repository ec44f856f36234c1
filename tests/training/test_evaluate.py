from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from made_answers import made_answers, made_evaluation
from made_data import MNIST_TEST

from digitus.training.evaluation.evaluate import Result, evaluate
from digitus.training.evaluation.metrics import Share
from digitus.training.evaluation.models import load_models
from digitus.training.evaluation.results import to_dict, to_json
from digitus.training.evaluation.samples import all_samples
from digitus.training.glyphs import NO_DIGIT
from tiny_models import classifier, save, weights

# Right, misread, rejected, misread and surer, blank.
RESULT = Result("m", made_answers([1, 2, 3, 4, 0], [1, 7, 10, 9, 10], [0.9, 0.6, 0.7, 0.8, 0], 1))


def test_a_digit_that_was_taken_for_none_is_wrong() -> None:
    assert RESULT.accuracy == Share(1, 5)
    assert RESULT.rejected == Share(2, 5)


def test_rejected_pictures_have_no_part_in_the_calibration() -> None:
    assert sum(one.count for one in RESULT.reliability) == 3
    assert RESULT.calibration_error == pytest.approx((0.1 + 0.6 + 0.8) / 3)


def test_the_loss_is_that_of_the_pictures_that_a_model_sees() -> None:
    # What the misread left to the truth: a twentieth of their doubt each.
    likelihoods = [0.9, 0.4 / 20, 0.7, 0.2 / 20]
    assert RESULT.log_loss == pytest.approx(-sum(map(math.log, likelihoods)) / 4)


def test_risk_is_that_of_the_likeliest_digit_whether_rejected_or_not() -> None:
    # By confidence: right, misread, rejected though right, misread, blank.
    assert RESULT.risk_coverage.risk == pytest.approx([0, 1 / 2, 1 / 3, 2 / 4, 3 / 5])


def test_the_surest_mistakes_come_first_and_the_rejected_last() -> None:
    assert RESULT.mistakes.tolist() == [3, 1, 2, 4]


def test_every_model_reads_every_set(tmp_path: Path, made: object) -> None:
    assert made
    files = [
        save(tmp_path / f"{seed}.onnx", classifier(matrix=weights(11, seed)), name=str(seed))
        for seed in range(3)
    ]
    found = evaluate(load_models(files), all_samples(["mnist", "unipen"]))
    assert [one.samples.name for one in found.sets] == ["mnist", "unipen"]
    for one in found.sets:
        assert [result.model for result in one.results] == ["0", "1", "2"]
        assert len(one.comparisons) == 3
        assert all(result.confusion.sum() == len(one.samples.data) for result in one.results)
    assert found.sets[0].results[0].accuracy.whole == MNIST_TEST


def test_the_json_tells_what_was_measured() -> None:
    other = made_answers([1, 2, 3, 4, 0], [1, 2, 3, 4, NO_DIGIT], [0.9] * 5, 1)
    evaluation = made_evaluation({"m": RESULT.answers, "other": other}, "validation")
    told = json.loads(to_json(evaluation))
    assert told == to_dict(evaluation)
    (one,) = told["sets"]
    assert (one["name"], one["part"], one["pictures"], one["without_ink"]) == (
        "mnist",
        "validation",
        5,
        1,
    )
    first, second = one["results"]
    assert first["accuracy"]["value"] == 0.2
    assert first["mistakes"][0] == {"picture": 3, "truth": 4, "answer": 9, "confidence": 0.8}
    assert first["mistakes"][-1]["answer"] is None
    assert second["confusion"][0][NO_DIGIT] == 1
    assert second["classes"][5]["f1"] is None  # no five was shown, and none was read
    assert one["comparisons"][0]["only_second"] == 3
