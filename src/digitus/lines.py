"""Digits -> lines, from top to bottom, each from left to right."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]
"""float64 [N, 4]: left, top, right and bottom of each digit."""
Room: TypeAlias = tuple[float, float]
"""Between which columns of a page there is no other number."""

# A digit's right neighbour begins behind this part of its height, is not more than so many times
# as high or low, and stands off the line by this part of the higher one's height at most.
AHEAD, ALIKE, OFF = 0.1, 2.6, 0.55
# The same of the near neighbours by which the slope of the lines is told, and how near they are.
NEAR_ALIKE, NEAR_OFF, NEAR = 1.8, 0.6, (0.2, 3.0)
# Pieces side by side are one line where they are no further apart than this part of the distance
# between lines: what stands in the cells of a table does not stand on one height.
SAME_ROW = 0.45
# The distance between lines, in heights of a digit, where there is but one.
ALONE = 1.6


def find_lines(boxes: Boxes) -> list[NDArray[np.intp]]:
    """Find the lines on which digits stand.

    Neighbours are linked first, each with the nearest one to its right along the slope of the
    page, so that lines may be askew and bent; then pieces of lines that stand side by side are
    put together.

    Args:
        boxes: Of the digits of a page, in any order.

    Returns:
        The places of the digits of each line, lines from top to bottom, digits from left to right.
    """
    if not len(boxes):
        return []
    middles, heights = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 3] - boxes[:, 1]
    slope = _slope(middles, heights)
    level = middles[:, 1] - slope * middles[:, 0]
    right = _neighbours(middles, level, heights)
    pieces = _pieces(right)
    rows = _rows(pieces, boxes, level, float(np.median(heights)))
    rows.sort(key=lambda row: float(np.median(level[row])))
    return [row[np.argsort(middles[row, 0], kind="stable")] for row in rows]


def _slope(middles: Boxes, heights: NDArray[np.float64]) -> float:
    """Return how far lines sink from one pixel to the next."""
    across, down = (middles[None, :, axis] - middles[:, None, axis] for axis in (0, 1))
    high, low = np.maximum(heights[:, None], heights), np.minimum(heights[:, None], heights)
    near = (across > NEAR[0] * low) & (across < NEAR[1] * high)
    near &= (np.abs(down) < NEAR_OFF * high) & (high < NEAR_ALIKE * low)
    return float(np.median(down[near] / across[near])) if near.any() else 0.0


def _neighbours(
    middles: Boxes, level: NDArray[np.float64], heights: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Return the right neighbour of each digit, int [N], or -1: each is the other's nearest."""
    across = middles[None, :, 0] - middles[:, None, 0]
    off = np.abs(level[None] - level[:, None])
    high, low = np.maximum(heights[:, None], heights), np.minimum(heights[:, None], heights)
    fit = (across > AHEAD * low) & (off < OFF * high) & (high < ALIKE * low)
    cost = np.where(fit, across + 2 * off, np.inf)
    nearest, back = cost.argmin(axis=1), cost.argmin(axis=0)
    each = np.arange(len(level))
    linked = np.isfinite(cost[each, nearest]) & (back[nearest] == each)
    return np.where(linked, nearest, -1)


def _pieces(right: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Follow the links from each digit that nothing stands before."""
    pieces = []
    for first in np.setdiff1d(np.arange(len(right)), right):
        piece = [first]
        while (after := right[piece[-1]]) >= 0:
            piece.append(after)
        pieces.append(np.array(piece, np.intp))
    return pieces


def _rows(
    pieces: list[NDArray[np.intp]], boxes: Boxes, level: NDArray[np.float64], height: float
) -> list[NDArray[np.intp]]:
    """Put pieces of lines together that stand side by side."""
    levels = np.array([np.median(level[piece]) for piece in pieces])
    spans = [(boxes[piece, 0].min(), boxes[piece, 2].max()) for piece in pieces]
    apart = np.abs(levels[:, None] - levels)
    starts, ends = (np.array(sides) for sides in zip(*spans, strict=True))
    beside = np.maximum(starts[:, None], starts) >= np.minimum(ends[:, None], ends)
    above = np.where(beside, np.inf, apart)
    np.fill_diagonal(above, np.inf)
    nearest = above.min(axis=1)
    known = nearest[np.isfinite(nearest)]
    pitch = float(np.median(known)) if len(known) else ALONE * height
    row = np.arange(len(pieces))
    first, second = np.nonzero(np.triu(beside & (apart < SAME_ROW * pitch), 1))
    for nearer in np.argsort(apart[first, second], kind="stable"):
        one, other = row[first[nearer]], row[second[nearer]]
        if one != other and beside[np.ix_(row == one, row == other)].all():
            row[row == other] = one
    return [
        np.concatenate([piece for piece, own in zip(pieces, row, strict=True) if own == number])
        for number in np.unique(row)
    ]
