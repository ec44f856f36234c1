"""What the second network learns from: pieces of pages where the first saw a digit, or almost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitus.training.finding import nets
from digitus.training.glyphs import NO_DIGIT

# A candidate is the digit with which it shares this part of the union of both; with less than the
# second number of any it is none. Nobody learns from those between.
RIGHT, WRONG = 0.5, 0.3
# Boxes are compared as if they were so wide at least, in heights: a one is but a few pixels wide.
NARROW = 0.5


@dataclass(frozen=True)
class Pieces:
    """Candidates.

    Attributes:
        pieces: uint8 [K, 32, 32, 2], grey, near and far.
        words: float32 [K, 15], what the first network said.
        labels: uint8 [K], 0-9, or 10 for none.
    """

    pieces: NDArray[np.uint8]
    words: NDArray[np.float32]
    labels: NDArray[np.uint8]


def joined(parts: Sequence[Pieces]) -> Pieces:
    """Put candidates together."""
    return Pieces(
        np.concatenate([part.pieces for part in parts]),
        np.concatenate([part.words for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )


def candidates(
    said: NDArray[np.float32], least: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Find the peaks in what the first network says, as the graph does.

    Args:
        said: float32 [H, W, 15].
        least: The least logit of a centre.

    Returns:
        Boxes float32 [K, 4] in pixels, and words float32 [K, 15].
    """
    centre = said[..., 0]
    rows, columns = centre.shape
    around = np.pad(centre, 1, constant_values=-np.inf)
    highest = np.max(
        [around[i : i + rows, j : j + columns] for i in range(3) for j in range(3)], axis=0
    )
    y, x = np.nonzero((centre >= highest) & (centre >= least))
    words = said[y, x]
    middle = (np.stack([x, y, x, y], axis=1) + 0.5) * nets.CELL
    away = np.array([-1, -1, 1, 1], np.float32) * nets.UNIT
    return (middle + words[:, nets.SIDES] * away).astype(np.float32), words


def cut(picture: NDArray[np.uint8], boxes: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Cut squares around each box, as the graph does: uint8 [K, 32, 32, 2]."""
    side = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    views = [_squares(picture, boxes, far * side * nets.PIECE / nets.DIGIT) for far in nets.VIEWS]
    return np.stack(views, axis=-1)


def _squares(
    picture: NDArray[np.uint8], boxes: NDArray[np.float32], side: NDArray[np.float32]
) -> NDArray[np.uint8]:
    steps = (np.arange(2 * nets.PIECE) + 0.5) / (2 * nets.PIECE) - 0.5
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    grid = middles[..., None] + steps * side[:, None, None] - 0.5
    height, width = picture.shape
    x, y = np.clip(grid[:, 0], 0, width - 1.001), np.clip(grid[:, 1], 0, height - 1.001)
    x0, y0 = x.astype(int), y.astype(int)
    right, down = (x - x0)[:, None, :], (y - y0)[:, :, None]
    x0, y0 = x0[:, None, :], y0[:, :, None]
    level = picture.astype(np.float32)
    upper = level[y0, x0] * (1 - right) + level[y0, x0 + 1] * right
    lower = level[y0 + 1, x0] * (1 - right) + level[y0 + 1, x0 + 1] * right
    fine = upper * (1 - down) + lower * down
    coarse = fine.reshape(-1, nets.PIECE, 2, nets.PIECE, 2).mean(axis=(2, 4))
    squares: NDArray[np.uint8] = np.rint(coarse).astype(np.uint8)
    return squares


def label(
    found: NDArray[np.float32],
    boxes: NDArray[np.float32],
    values: NDArray[np.uint8],
    unclear: NDArray[np.bool_],
) -> tuple[NDArray[np.bool_], NDArray[np.uint8]]:
    """Say what candidates are.

    Args:
        found: float32 [K, 4], their boxes.
        boxes: float32 [N, 4], of the digits that are there.
        values: uint8 [N], 0-9.
        unclear: bool [N], digits that are cut off, or too small or too large.

    Returns:
        Which of them are clear, bool [K], and what each is, uint8 [K].
    """
    if not len(boxes) or not len(found):
        return np.ones(len(found), bool), np.full(len(found), NO_DIGIT, np.uint8)
    found, boxes = _wide(found), _wide(boxes)
    corner = np.maximum(found[:, None, :2], boxes[None, :, :2])
    other = np.minimum(found[:, None, 2:], boxes[None, :, 2:])
    shared = np.prod(np.maximum(other - corner, 0), axis=2)
    areas = [np.prod(np.maximum(some[:, 2:] - some[:, :2], 0), axis=1) for some in (found, boxes)]
    part = shared / np.maximum(areas[0][:, None] + areas[1][None] - shared, 1e-6)
    best = part.argmax(axis=1)
    most = part.max(axis=1)
    clear = (most >= RIGHT) & ~unclear[best] | (most < WRONG)
    # A candidate among digits that nobody can read is neither.
    clear &= (shared[:, unclear] <= 0.2 * areas[0][:, None]).all(axis=1)
    labels = np.where(most >= RIGHT, values[best], NO_DIGIT).astype(np.uint8)
    return clear, labels


def _wide(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Widen narrow boxes about their middles."""
    missing = NARROW * (boxes[:, 3] - boxes[:, 1]) - (boxes[:, 2] - boxes[:, 0])
    away = np.maximum(missing, 0)[:, None] / 2 * np.array([-1, 0, 1, 0], np.float32)
    return (boxes + away).astype(np.float32)
