from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitus.training.evaluation.metrics import (
    Share,
    calibration_error,
    class_scores,
    confusion_matrix,
    log_loss,
    reliability,
    risk_coverage,
)
from digitus.training.glyphs import NO_DIGIT


def bytes_of(*values: int) -> np.ndarray:
    return np.array(values, np.uint8)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # From Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_wilsons(part: int, whole: int, low: float, high: float) -> None:
    assert Share(part, whole).interval == pytest.approx((low, high), abs=5e-5)
    others = Share(whole - part, whole).interval
    assert others == pytest.approx((1 - high, 1 - low), abs=5e-5)


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_in_its_interval_and_that_in_0_to_1(counts: tuple[int, int]) -> None:
    share = Share(*counts)
    low, high = share.interval
    assert 0 <= low <= share.value + 1e-12
    assert share.value - 1e-12 <= high <= 1
    assert low < high


def test_of_nothing_nothing_is_known() -> None:
    assert math.isnan(Share(0, 0).value)
    assert Share(0, 0).interval == (0, 1)
    assert math.isnan(log_loss(np.zeros((0, 10)), bytes_of()))
    assert math.isnan(calibration_error(np.zeros(0), np.zeros(0, bool)))
    assert math.isnan(risk_coverage(np.zeros(0), np.zeros(0, bool)).area)


def test_the_loss_is_the_mean_surprise() -> None:
    shares = np.array([[0.5, 0.5], [0.75, 0.25]])
    assert log_loss(shares, bytes_of(0, 1)) == pytest.approx(-math.log(0.5 * 0.25) / 2)
    assert log_loss(np.full((3, 10), 0.1), bytes_of(1, 5, 9)) == pytest.approx(2.3026, abs=1e-4)
    assert log_loss(np.array([[1.0, 0.0]]), bytes_of(1)) == pytest.approx(-math.log(1e-12))


def test_the_confusion_matrix_counts_what_was_read_as_what() -> None:
    counts = confusion_matrix(bytes_of(3, 3, 3, 9), bytes_of(3, 5, 5, NO_DIGIT))
    assert counts.shape == (10, 11)
    assert counts.sum() == 4
    assert (counts[3, 3], counts[3, 5], counts[9, NO_DIGIT]) == (1, 2, 1)


def test_precision_and_recall_of_each_digit() -> None:
    # Four are shown, of which one is rejected and one is a 9; one 9 is read as a 4.
    truth, answer = bytes_of(4, 4, 4, 4, 9, 9), bytes_of(4, 4, NO_DIGIT, 9, 4, 9)
    scores = class_scores(confusion_matrix(truth, answer))
    assert (scores[4].precision, scores[4].recall) == (Share(2, 3), Share(2, 4))
    assert (scores[9].precision, scores[9].recall) == (Share(1, 2), Share(1, 2))
    assert scores[4].f1 == pytest.approx(2 * (2 / 3) * 0.5 / (2 / 3 + 0.5))
    assert math.isnan(scores[0].f1)
    assert math.isnan(scores[0].precision.value)


def test_honest_confidence_has_no_calibration_error() -> None:
    rng = np.random.default_rng(0)
    confidence = rng.random(200_000)
    right = rng.random(200_000) < confidence
    assert calibration_error(confidence, right) < 0.005
    assert calibration_error(np.sqrt(confidence), right) > 0.1


def test_the_calibration_error_is_the_weighted_gap_of_the_bins() -> None:
    # Three answers at 95 %, of which one is right; one at 55 %, which is right.
    confidence = np.array([0.95, 0.95, 0.95, 0.55])
    right = np.array([True, False, False, True])
    found = calibration_error(confidence, right, bins=10)
    assert found == pytest.approx(0.75 * (0.95 - 1 / 3) + 0.25 * 0.45)
    filled = [one for one in reliability(confidence, right, bins=10) if one.count]
    assert [(one.low, one.high, one.count) for one in filled] == [(0.5, 0.6, 1), (0.9, 1.0, 3)]


def test_certainty_is_in_the_last_bin() -> None:
    bins = reliability(np.array([1.0, 0.0]), np.array([True, False]))
    assert (bins[-1].count, bins[-1].accuracy, bins[0].count) == (1, 1.0, 1)
    assert math.isnan(bins[3].accuracy)


def test_risk_grows_from_the_surest_answer_to_the_last() -> None:
    confidence = np.array([0.2, 0.9, 0.8, 0.6])
    curve = risk_coverage(confidence, np.array([True, False, True, False]))
    assert curve.risk == pytest.approx([0, 1 / 2, 1 / 3, 2 / 4])
    assert curve.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)
    assert curve.at(1.0) == (0.5, 0.2)
    assert curve.at(0.5) == (0.5, 0.8)
    assert curve.at(0.51)[0] == pytest.approx(1 / 3)


def test_answers_of_the_same_confidence_come_in_no_order() -> None:
    confidence = np.full(4, 0.7)
    first = risk_coverage(confidence, np.array([True, False, False, False]))
    last = risk_coverage(confidence, np.array([False, False, False, True]))
    assert first.risk == pytest.approx(last.risk)
    assert first.area == pytest.approx(0.25)


def test_coverage_asks_for_no_picture_more_than_it_says() -> None:
    curve = risk_coverage(np.linspace(1, 0, 100), np.arange(100) >= 7)
    assert curve.at(0.07)[0] == 0  # 0.07 * 100 is a little more than 7 in floating point
