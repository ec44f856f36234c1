"""Digits -> lines of numbers, in reading order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitus.lines import find_lines
from digitus.reading import Digit, Number
from digitus.spacing import parted

# Digits are missed and found that are none, so fewer numbers are right than digits and gaps alone
# would have it. Fitted on pages by validation writers (Platt 1999, "Probabilistic outputs for
# support vector machines", section 2), by `digitus.training.finding.sureness`.
STEEPNESS, OFFSET, LEAST = 0.65, -0.47, 1e-6
Lines = tuple[tuple[Number, ...], ...]


def arrange(digits: Sequence[Digit], pixels: NDArray[np.uint8]) -> Lines:
    """Put digits together to numbers and lines.

    Args:
        digits: The digits of a page, in any order.
        pixels: uint8 [H, W, 3], the page.

    Returns:
        Lines from top to bottom, each with its numbers from left to right.
    """
    if len(digits) == 1:
        return ((Number.of(digits),),)
    digits = sorted(digits, key=lambda digit: digit.box)
    boxes = np.array([digit.box for digit in digits], np.float64).reshape(-1, 4)
    lines = find_lines(boxes)
    return tuple(
        _numbers([digits[place] for place in line], gaps)
        for line, gaps in zip(lines, parted(boxes, lines, pixels[..., 1]), strict=True)
    )


def _numbers(line: Sequence[Digit], gaps: NDArray[np.float64]) -> tuple[Number, ...]:
    """Cut a line where its gaps more likely part two numbers than not."""
    cuts = [0, *(np.flatnonzero(gaps > 0.5) + 1), len(line)]
    sure = np.concatenate([[1.0], np.maximum(gaps, 1 - gaps), [1.0]])
    return tuple(
        _number(line[start:end], float(sure[start : end + 1].prod()))
        for start, end in pairwise(cuts)
    )


def _number(digits: Sequence[Digit], whole: float) -> Number:
    """Put digits of a page together.

    Args:
        digits: Those of one number.
        whole: How sure the gaps are that it begins and ends with them, and has none between.
    """
    number = Number.of(digits)
    product = min(max(number.confidence * whole, LEAST), 1 - LEAST)
    odds = STEEPNESS * math.log(product / (1 - product)) + OFFSET
    return Number(number.digits, 1 / (1 + math.exp(-odds)))
