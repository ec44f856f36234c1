from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from digitus.model import softmax
from digitus.training.calibrate import (
    HIGHEST_THRESHOLD,
    MAX_REJECTED,
    calibrate,
    log_loss,
)
from digitus.training.glyphs import NO_DIGIT

Logits = NDArray[np.float32]
Labels = NDArray[np.uint8]


def judged(temperature: float, count: int = 4000, seed: int = 0) -> tuple[Logits, Labels]:
    """Logits that are right just as often as they say once divided by the temperature."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (count, NO_DIGIT + 1)).astype(np.float32)
    shares = softmax(logits).cumsum(axis=1)
    labels = (shares < rng.random((count, 1))).sum(axis=1).clip(0, NO_DIGIT)
    return logits * np.float32(temperature), labels.astype(np.uint8)


def rejected(logits: Logits, labels: Labels, temperature: float, threshold: float) -> float:
    """Part of the digits below a threshold."""
    confidence = softmax(logits / np.float32(temperature))[labels != NO_DIGIT, :NO_DIGIT]
    return float((confidence.max(axis=1) < threshold).mean())


@pytest.mark.parametrize("temperature", [0.3, 0.7, 1.0, 1.6, 4.0])
def test_a_known_temperature_is_found(temperature: float) -> None:
    assert calibrate(*judged(temperature)).temperature == pytest.approx(temperature, rel=0.06)


def test_the_temperature_makes_confidence_as_high_as_accuracy() -> None:
    logits, labels = judged(3.0)
    shares = softmax(logits / np.float32(calibrate(logits, labels).temperature))
    accuracy = (shares.argmax(axis=1) == labels).mean()
    assert shares.max(axis=1).mean() == pytest.approx(accuracy, abs=0.02)
    assert softmax(logits).max(axis=1).mean() > accuracy + 0.1  # what it was before


@pytest.mark.parametrize(("sure", "limit"), [(100.0, 0.2), (0.001, 5.0)])
def test_the_temperature_stays_within_its_limits(sure: float, limit: float) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 11, 500).astype(np.uint8)
    logits = np.zeros((500, 11), np.float32)
    right = labels if sure > 1 else rng.permutation(labels)
    logits[np.arange(500), right] = sure if sure > 1 else 50
    assert calibrate(logits, labels).temperature == pytest.approx(limit, rel=0.01)


def faint(count: int, share: float) -> tuple[Logits, Labels]:
    """Digits of which a part is taken for none; one in ten of all is none indeed."""
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 10, count).astype(np.uint8)
    logits = rng.normal(0, 0.5, (count, 11)).astype(np.float32)
    logits[np.arange(count), labels] += 8
    hidden = rng.random(count) < share
    logits[hidden, NO_DIGIT] += rng.uniform(4, 11, hidden.sum()).astype(np.float32)
    labels[::NO_DIGIT] = NO_DIGIT
    logits[::NO_DIGIT] = 0
    logits[::NO_DIGIT, NO_DIGIT] = 9
    return logits, labels


def test_the_threshold_is_the_highest_that_spares_the_digits_whatever_the_rest() -> None:
    logits, labels = faint(8000, 0.03)
    found = calibrate(logits, labels)
    assert 0 < found.reject_below < HIGHEST_THRESHOLD
    assert rejected(logits, labels, found.temperature, found.reject_below * 0.9) <= MAX_REJECTED
    assert rejected(logits, labels, found.temperature, found.reject_below * 1.1) > MAX_REJECTED


@pytest.mark.parametrize("count", [50, 500, 1000, 5000])
def test_no_more_digits_are_rejected_than_promised(count: int) -> None:
    for seed in range(4):
        logits, labels = judged(1.0, count, seed)
        found = calibrate(logits, labels)
        part = rejected(logits, labels, found.temperature, found.reject_below)
        assert part <= MAX_REJECTED


def test_a_digit_that_is_as_likely_as_all_else_is_never_rejected() -> None:
    logits, labels = faint(1000, 0)
    assert calibrate(logits, labels).reject_below == HIGHEST_THRESHOLD == 0.5


def test_log_loss_is_the_mean_surprise() -> None:
    logits = np.log(np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]], np.float32))
    labels = np.array([0, 2], np.uint8)
    assert log_loss(logits, labels) == pytest.approx(-np.log(0.5 * 0.8) / 2, rel=1e-5)
    assert log_loss(np.array([[200.0, 0.0]], np.float32), np.array([1], np.uint8)) < 30
