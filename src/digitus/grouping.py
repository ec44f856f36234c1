"""Digits -> lines of numbers, in reading order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitus.lines import find_lines
from digitus.reading import Digit, Number
from digitus.spacing import parted

Lines = tuple[tuple[Number, ...], ...]


def arrange(digits: Sequence[Digit]) -> Lines:
    """Put digits together to numbers and lines.

    Args:
        digits: The digits of a page, in any order.

    Returns:
        Lines from top to bottom, each with its numbers from left to right.
    """
    digits = sorted(digits, key=lambda digit: digit.box)
    boxes = np.array([digit.box for digit in digits], np.float64).reshape(-1, 4)
    lines = find_lines(boxes)
    return tuple(
        _numbers([digits[place] for place in line], gaps)
        for line, gaps in zip(lines, parted(boxes, lines), strict=True)
    )


def _numbers(line: Sequence[Digit], gaps: NDArray[np.float64]) -> tuple[Number, ...]:
    """Cut a line where its gaps more likely part two numbers than not."""
    groups = [[line[0]]]
    for digit, gap in zip(line[1:], gaps, strict=True):
        if gap > 0.5:
            groups.append([digit])
        else:
            groups[-1].append(digit)
    return tuple(Number.of(group) for group in groups)
