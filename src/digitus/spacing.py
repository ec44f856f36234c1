"""Lines of digits -> numbers: which gaps between neighbours part two numbers.

How wide a gap must be depends on how the line is written, and on what stands above and below it:
digits in the boxes of a form stand as far apart as the numbers of a narrow table. So each gap is
compared with the others of its line and page; a logistic regression, learnt from made pages, weighs
what that gives.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitus.lines import Boxes

Line = NDArray[np.intp]
# What is not known of a line of two digits, and of a page of one line.
NO_OTHER, NO_COLUMN = -0.5, 0.5
# Widths of gaps in heights of a digit are believed between these.
NARROWEST, WIDEST = -0.5, 4.0
# Gaps that differ by less, in heights, are equally wide.
EVEN = 0.02
# A gap's middle is free of a digit of another line that ends so near, in heights.
CLOSE = 0.1
# Learnt by `digitus.training.finding.gaps`: a bias, and a weight of each of `features`.
BIAS = -7.1766
WEIGHTS = np.array(
    [1.8021, 1.4353, 0.0846, 3.8305, 0.1368, -0.4607, 2.4485, 3.5202, -0.9551, 0.4009]
)


def parted(boxes: Boxes, lines: Sequence[Line]) -> list[NDArray[np.float64]]:
    """Return how likely the gaps of each line part two numbers.

    Args:
        boxes: float64 [N, 4], of the digits of a page.
        lines: Places of the digits of each line, from left to right.

    Returns:
        Probabilities float64 [n - 1] for each line of n digits.
    """
    return [
        1 / (1 + np.exp(-(BIAS + each @ WEIGHTS))) if len(each) else np.zeros(0)
        for each in features(boxes, lines)
    ]


def features(boxes: Boxes, lines: Sequence[Line]) -> list[NDArray[np.float64]]:
    """Describe the gaps of each line, float64 [n - 1, 10].

    Width (in heights of the line's digits) and its logarithm; the middle width of the others of the
    line; by how much it is wider than the next narrower one, and narrower than the next wider; the
    middle width of the page; in how many lines above and below it is free there, too; how far apart
    the two digits stand, for this line; how many gaps of the page are narrower; whether it is the
    only one of its line.
    """
    heights = boxes[:, 3] - boxes[:, 1]
    high = [float(np.median(heights[line])) for line in lines]
    gaps = [
        (boxes[line[1:], 0] - boxes[line[:-1], 2]) / height
        for line, height in zip(lines, high, strict=True)
    ]
    page = np.concatenate([*gaps, np.zeros(0)])
    usual = float(np.median(page)) if len(page) else 0.0
    found = []
    for number, (line, own) in enumerate(zip(lines, gaps, strict=True)):
        middles = (boxes[line, 0] + boxes[line, 2]) / 2 / high[number]
        steps = np.diff(middles)
        free = _free(boxes, lines, number, high[number])
        rows = [
            (
                gap,
                np.log(max(gap, 0) + 0.05),
                *_among(gap, np.delete(own, place)),
                usual,
                free[place],
                steps[place] / max(float(np.median(steps)), 0.05),
                float((page < gap - EVEN).mean()),
                float(len(own) == 1),
            )
            for place, gap in enumerate(own)
        ]
        found.append(np.clip(np.array(rows).reshape(-1, 10), NARROWEST, WIDEST))
        found[-1][:, 1] = [row[1] for row in rows]  # the logarithm of a narrow gap is far below 0
    return found


def _among(gap: float, others: NDArray[np.float64]) -> tuple[float, float, float]:
    """Compare a gap with the others of its line."""
    if not len(others):
        return NO_OTHER, 0.0, 0.0
    below, above = others[others < gap - EVEN], others[others > gap + EVEN]
    wider = gap - below.max() if len(below) else 0.0
    narrower = above.min() - gap if len(above) else 0.0
    return float(np.median(others)), float(wider), float(narrower)


def _free(boxes: Boxes, lines: Sequence[Line], own: int, height: float) -> NDArray[np.float64]:
    """Return in which part of the other lines that reach there each gap is free as well."""
    line = lines[own]
    middles = (boxes[line[:-1], 2] + boxes[line[1:], 0]) / 2
    free, reached = np.zeros(len(middles)), np.zeros(len(middles))
    for number, other in enumerate(lines):
        if number == own or len(other) < 2:
            continue
        reaches = (middles > boxes[other[0], 0]) & (middles < boxes[other[-1], 2])
        left, right = boxes[other, 0] - CLOSE * height, boxes[other, 2] + CLOSE * height
        taken = ((left[:, None] < middles) & (middles < right[:, None])).any(axis=0)
        reached += reaches
        free += reaches & ~taken
    return np.where(reached > 0, free / np.maximum(reached, 1), NO_COLUMN)
