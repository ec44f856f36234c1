"""Digits -> lines of groups, in reading order; each group is a number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitus.lines import Room, find_lines
from digitus.reading import Digit
from digitus.spacing import parted


@dataclass(frozen=True)
class Group:
    """Digits that stand together.

    Attributes:
        digits: From left to right.
        whole: How sure the gaps are that a number begins and ends with them, and none is between.
        room: Between which columns there is no other group: half-way to those beside it.
    """

    digits: tuple[Digit, ...]
    whole: float
    room: Room = (-math.inf, math.inf)


def arrange(digits: Sequence[Digit], pixels: NDArray[np.uint8]) -> list[list[Group]]:
    """Put digits together to groups and lines.

    Args:
        digits: The digits of a page, in any order.
        pixels: uint8 [H, W, 3], the page.

    Returns:
        Lines from top to bottom, each with its groups from left to right.
    """
    if len(digits) == 1:
        return [[Group(tuple(digits), 1.0)]]
    digits = sorted(digits, key=lambda digit: digit.box)
    boxes = np.array([digit.box for digit in digits], np.float64).reshape(-1, 4)
    lines = find_lines(boxes)
    return [
        _groups([digits[place] for place in line], gaps)
        for line, gaps in zip(lines, parted(boxes, lines, pixels[..., 1]), strict=True)
    ]


def _groups(line: Sequence[Digit], gaps: NDArray[np.float64]) -> list[Group]:
    """Cut a line where its gaps more likely part two numbers than not."""
    cuts = [0, *(np.flatnonzero(gaps > 0.5) + 1), len(line)]
    sure = np.concatenate([[1.0], np.maximum(gaps, 1 - gaps), [1.0]])
    free = [(line[cut - 1].box[2] + line[cut].box[0]) / 2 for cut in cuts[1:-1]]
    rooms = pairwise([-math.inf, *free, math.inf])
    return [
        Group(tuple(line[start:end]), float(sure[start : end + 1].prod()), room)
        for (start, end), room in zip(pairwise(cuts), rooms, strict=True)
    ]
