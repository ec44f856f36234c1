"""Answers -> accuracy, loss, calibration, risk and coverage; each measure with its source."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitus.model import DIGITS
from digitus.training.glyphs import NO_DIGIT

Floats = NDArray[np.float64]

# The standard normal's quantile for a two-sided 95 % interval.
Z95 = 1.959964
BINS = 15
# A probability is never taken for less than this: its logarithm would be infinite.
LEAST = 1e-12


@dataclass(frozen=True)
class Share:
    """A share of counted things, such as of pictures that were read right.

    Attributes:
        part: How many are meant.
        whole: How many there are.
    """

    part: int
    whole: int

    @property
    def value(self) -> float:
        """The share, 0..1; not a number where there is nothing."""
        return self.part / self.whole if self.whole else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval, 0..1.

        The score interval, which holds near 0 and 1 and for few pictures as well (E. B. Wilson
        1927, "Probable inference, the law of succession, and statistical inference").
        """
        if not self.whole:
            return 0.0, 1.0
        p, n, z2 = self.value, self.whole, Z95 * Z95
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        reach = Z95 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        return max(middle - reach, 0.0), min(middle + reach, 1.0)


def log_loss(shares: Floats, labels: NDArray[np.uint8]) -> float:
    """Return the mean negative log-likelihood of labels, in nats.

    It is 0 where every true digit got the probability 1; a model that knows nothing of ten digits
    has 2.3 (Good 1952, "Rational decisions").

    Args:
        shares: float [N, C], probabilities.
        labels: uint8 [N], 0..C-1.

    Returns:
        Not a number where there are no labels.
    """
    if not len(labels):
        return math.nan
    likelihood = shares[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(likelihood, LEAST)).mean())


def confusion_matrix(truth: NDArray[np.uint8], answer: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Count what was read as what.

    Args:
        truth: uint8 [N], 0-9.
        answer: uint8 [N], 0-9, or 10 for no digit.

    Returns:
        int64 [10, 11]: a row for each true digit, a column for each answer, "no digit" last.
    """
    counts = np.zeros((DIGITS, NO_DIGIT + 1), np.int64)
    np.add.at(counts, (truth, answer), 1)
    return counts


@dataclass(frozen=True)
class ClassScore:
    """How well one digit was read.

    Attributes:
        digit: 0-9.
        precision: Of all that was read as this digit, how much is one.
        recall: Of all pictures of this digit, how many were read as one.
    """

    digit: int
    precision: Share
    recall: Share

    @property
    def f1(self) -> float:
        """The harmonic mean of both, 0..1 (van Rijsbergen 1979, "Information retrieval", ch. 7).

        Not a number where the digit was neither shown nor read.
        """
        size = self.precision.whole + self.recall.whole
        return 2 * self.recall.part / size if size else math.nan


def class_scores(confusion: NDArray[np.int64]) -> list[ClassScore]:
    """Return precision and recall of each digit, of a confusion matrix int64 [10, 11]."""
    answered, shown = confusion.sum(axis=0), confusion.sum(axis=1)
    return [
        ClassScore(
            digit,
            Share(int(confusion[digit, digit]), int(answered[digit])),
            Share(int(confusion[digit, digit]), int(shown[digit])),
        )
        for digit in range(DIGITS)
    ]


@dataclass(frozen=True)
class Bin:
    """Answers of about the same confidence.

    Attributes:
        low: Where the bin begins, 0..1.
        high: Where it ends.
        count: How many answers are in it.
        confidence: Their mean confidence; not a number where there are none.
        accuracy: How many of them are right, 0..1; not a number where there are none.
    """

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def reliability(confidence: Floats, right: NDArray[np.bool_], bins: int = BINS) -> list[Bin]:
    """Sort answers by confidence into bins of equal width.

    The reliability diagram of Guo et al. 2017, "On calibration of modern neural networks",
    section 2 (after DeGroot and Fienberg 1983).

    Args:
        confidence: float [N], 0..1.
        right: bool [N].
        bins: How many.
    """
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    count = np.bincount(place, minlength=bins)
    confident = np.bincount(place, confidence, bins)
    correct = np.bincount(place, right, bins)
    return [
        Bin(
            i / bins,
            (i + 1) / bins,
            n := int(count[i]),
            float(confident[i] / n) if n else math.nan,
            float(correct[i] / n) if n else math.nan,
        )
        for i in range(bins)
    ]


def calibration_error(confidence: Floats, right: NDArray[np.bool_], bins: int = BINS) -> float:
    """Return the expected calibration error, 0..1 (Naeini et al. 2015; Guo et al. 2017, eq. 3).

    It is the gap between confidence and accuracy in each bin of `reliability`, averaged over all
    answers.

    Returns:
        Not a number where there are no answers.
    """
    if not len(confidence):
        return math.nan
    gaps = [
        n.count * abs(n.confidence - n.accuracy)
        for n in reliability(confidence, right, bins)
        if n.count
    ]
    return float(sum(gaps) / len(confidence))


@dataclass(frozen=True)
class RiskCoverage:
    """What is wrong among the answers, where only the surest are given.

    Attributes:
        risk: float64 [N]; ``risk[i]`` is the part that is wrong, 0..1, of the ``i + 1`` surest.
        confidence: float64 [N], falling; ``confidence[i]`` is that of the least sure of them.
    """

    risk: Floats
    confidence: Floats

    @property
    def area(self) -> float:
        """The mean risk over all coverages; not a number without answers.

        AURC: Geifman et al. 2019, "Bias-reduced uncertainty estimation for deep neural
        classifiers".
        """
        return float(self.risk.mean()) if len(self.risk) else math.nan

    def at(self, coverage: float) -> tuple[float, float]:
        """Return risk and least confidence where at least this part, 0..1, is answered."""
        # What rounding added to a product such as 0.1 * 30 must not ask for one picture more.
        index = max(math.ceil(round(coverage * len(self.risk), 6)) - 1, 0)
        return float(self.risk[index]), float(self.confidence[index])


def risk_coverage(confidence: Floats, wrong: NDArray[np.bool_]) -> RiskCoverage:
    """Answer the surest first, and see how the errors grow.

    The risk-coverage curve of selective classification (El-Yaniv and Wiener 2010; Geifman and
    El-Yaniv 2017, "Selective classification for deep neural networks", section 2).

    Args:
        confidence: float [N], 0..1.
        wrong: bool [N], whether the likeliest answer is wrong.
    """
    order = np.argsort(-confidence, kind="stable")
    ordered = confidence[order]
    # Answers of the same confidence come in no order: each has the mean error of all of them.
    _, group, count = np.unique(-ordered, return_inverse=True, return_counts=True)
    mean = np.bincount(group, wrong[order]) / count
    answered = np.arange(1, len(ordered) + 1)
    return RiskCoverage(np.cumsum(mean[group]) / answered, ordered)
