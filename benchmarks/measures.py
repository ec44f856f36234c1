"""How well a set was read: accuracy, rejection and calibration, in percent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from check_sets import Sample
from digitus.reading import DECIMALS, Digit, Reading
from digitus.training.evaluation import metrics
from goals import GOALS, Goal

# Misread pictures that are listed of one set.
MOST_LISTED = 60


@dataclass(frozen=True)
class Outcome:
    """A picture and what was read on it."""

    sample: Sample
    reading: Reading

    @property
    def digit(self) -> Digit | None:
        """The digit that was read; None for "no digit"."""
        return self.reading.digits[0] if self.reading.digits else None

    @property
    def right(self) -> bool:
        """Whether the truth was read; a real digit that was rejected is wrong."""
        return (self.digit.digit if self.digit else None) == self.sample.truth

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as the results list it."""
        return {
            "source": self.sample.source,
            "truth": self.sample.truth,
            "read": self.digit.digit if self.digit else None,
            "confidence": round(self.digit.confidence, DECIMALS) if self.digit else None,
        }


@dataclass(frozen=True)
class Measure:
    """One measured value, in percent.

    Attributes:
        percent: The value.
        interval: Its 95 % interval; None where none is known.
    """

    percent: float
    interval: tuple[float, float] | None = None


def measures(outcomes: Sequence[Outcome]) -> dict[str, Measure]:
    """Measure one set, all of digits or all without.

    Returns:
        ``accuracy``, ``wrongly_rejected`` and ``calibration_error`` of digits; ``rejected`` of a
        set without.
    """
    right = share(sum(outcome.right for outcome in outcomes), len(outcomes))
    if outcomes[0].sample.truth is None:
        return {"rejected": right}
    rejected = sum(outcome.digit is None for outcome in outcomes)
    return {
        "accuracy": right,
        "wrongly_rejected": share(rejected, len(outcomes)),
        "calibration_error": Measure(calibration_error(outcomes)),
    }


def share(part: int, whole: int) -> Measure:
    """Return a share with its Wilson score interval."""
    found = metrics.Share(part, whole)
    low, high = found.interval
    return Measure(100 * found.value, (100 * low, 100 * high))


def calibration_error(outcomes: Sequence[Outcome]) -> float:
    """Return the expected calibration error of the digits that were read.

    A rejected picture has no confidence and counts in none of the bins.

    Returns:
        Percent; 100 where nothing was read.
    """
    read = [(outcome.digit.confidence, outcome.right) for outcome in outcomes if outcome.digit]
    if not read:
        return 100.0
    confidence, right = map(np.array, zip(*read, strict=True))
    return 100 * metrics.calibration_error(confidence, right)


def summary(name: str, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return all that is kept of one set: its measures, its groups and what was misread."""
    wrong = [outcome for outcome in outcomes if not outcome.right]
    total = Counter(outcome.sample.group for outcome in outcomes)
    missed = Counter(outcome.sample.group for outcome in wrong)
    return {
        "pictures": len(outcomes),
        "wrong": len(wrong),
        **{
            what: noted(measure, GOALS[name].get(what))
            for what, measure in measures(outcomes).items()
        },
        "groups": {
            group: {"pictures": count, "wrong": missed[group]}
            for group, count in total.items()
            if group
        },
        "misread": [outcome.to_dict() for outcome in wrong[:MOST_LISTED]],
    }


def noted(measure: Measure, goal: Goal | None) -> dict[str, Any]:
    """Return a measure, rounded, with what it was held against, unrounded."""
    noted: dict[str, Any] = {"percent": round(measure.percent, 3)}
    if measure.interval:
        noted["interval"] = [round(bound, 3) for bound in measure.interval]
    return noted | (goal.to_dict(measure.percent) if goal else {})
