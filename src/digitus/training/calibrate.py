"""Validation logits -> temperature and reject threshold."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitus.model import softmax
from digitus.training.glyphs import NO_DIGIT

# Of all validation digits, at most this part may be rejected by the threshold.
MAX_REJECTED = 0.003
# The threshold is never set above this: a digit that is as likely as all else is an answer.
HIGHEST_THRESHOLD = 0.5


@dataclass(frozen=True)
class Calibration:
    """What turns logits into confidence.

    Attributes:
        temperature: Logits are divided by it.
        reject_below: A digit of lower confidence is no digit.
    """

    temperature: float
    reject_below: float


UNCALIBRATED = Calibration(temperature=1.0, reject_below=0.0)
"""Where no writers were held out."""


def calibrate(logits: NDArray[np.float32], labels: NDArray[np.uint8]) -> Calibration:
    """Fit one temperature (Guo et al. 2017, "On calibration of modern neural networks").

    Args:
        logits: float32 [N, 11] of glyphs by writers that were not trained on.
        labels: uint8 [N], 10 for no digit.

    Returns:
        The temperature of least log loss, and the highest threshold, up to 0.5, that rejects at
        most 0.3 % of the digits.
    """
    candidates = np.exp(np.linspace(np.log(0.2), np.log(5.0), 161))
    losses = [log_loss(logits / t, labels) for t in candidates]
    temperature = round(float(candidates[int(np.argmin(losses))]), 4)
    shares = softmax(logits / temperature)
    confidence = shares[labels != NO_DIGIT, :NO_DIGIT].max(axis=1)
    # The lower of two neighbours, rounded down: not one digit more is rejected.
    threshold = min(float(np.quantile(confidence, MAX_REJECTED, method="lower")), HIGHEST_THRESHOLD)
    return Calibration(temperature, math.floor(threshold * 1e4) / 1e4)


def log_loss(logits: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    """Return the mean negative log-likelihood of labels."""
    shares = softmax(logits)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(shares, 1e-12)).mean())
