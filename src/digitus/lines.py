"""Digits -> numbers -> lines, in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from digitus.reading import Digit, Number

# Digits are on one line where they share this part of the lower one's height.
SAME_LINE = 0.5
# Neighbours are one number where the gap between them is below this part of the line's height.
NUMBER_GAP = 0.7


def arrange(digits: Sequence[Digit]) -> tuple[tuple[Number, ...], ...]:
    """Put digits together to numbers and lines.

    Args:
        digits: The digits of a page, in any order.

    Returns:
        Lines from top to bottom, each with its numbers from left to right.
    """
    lines: list[list[Digit]] = []
    for digit in sorted(digits, key=lambda digit: digit.box):
        place = max(lines, key=lambda line: _shared(line[-1], digit), default=None)
        if place is None or _shared(place[-1], digit) < SAME_LINE:
            lines.append([digit])
        else:
            place.append(digit)
    lines.sort(key=lambda line: median(digit.box[1] + digit.box[3] for digit in line))
    return tuple(_numbers(line) for line in lines)


def _shared(left: Digit, right: Digit) -> float:
    """Return how much of the lower digit's height two digits share."""
    shared = min(left.box[3], right.box[3]) - max(left.box[1], right.box[1])
    return shared / min(_height(left), _height(right))


def _height(digit: Digit) -> int:
    return digit.box[3] - digit.box[1]


def _numbers(line: Sequence[Digit]) -> tuple[Number, ...]:
    """Cut a line, from left to right, into numbers where the gaps are wide."""
    height = median(_height(digit) for digit in line)
    groups = [[line[0]]]
    for left, right in pairwise(line):
        if right.box[0] - left.box[2] < NUMBER_GAP * height:
            groups[-1].append(right)
        else:
            groups.append([right])
    return tuple(Number.of(group) for group in groups)
