"""How near one piece of ink stands to the next: apart, touching or overlapping."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitus.training.pages.masks import VISIBLE, Mask

# Rows above and below, in parts of the height, in which ink counts as beside: the slanting leg of
# a 7 and the 1 under its arm are near each other though no row cuts both.
REACH = 0.08
# Pixels that must stay empty between digits that are apart: one is lost to any blur.
APART = 2.0
# How far the boxes of two digits may slide over each other, in heights, though the ink is apart.
TUCKED = 0.3
# How deep a digit is written into the one before, in heights: both can still be read.
OVERLAP = (0.03, 0.13)
# Columns that touching digits share at least: the edges of ink are half paper.
LEAST_TOUCH = 2.0
# Far away to the left: a row without ink.
NOWHERE = -1e6


@dataclass(frozen=True)
class Spacing:
    """The distances in one hand's writing; lengths are in heights of a digit.

    Attributes:
        gap: mean distance of neighbours.
        spread: its standard deviation.
        touching: part of all neighbours whose ink just touches.
        overlapping: part of all neighbours that are written into each other.
    """

    gap: float
    spread: float
    touching: float = 0.0
    overlapping: float = 0.0


def sides(mask: Mask) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Finds the first visible column and the one after the last: float64 `[h]` each.

    A row without ink begins nowhere at the right and ends nowhere at the left.
    """
    seen = mask >= VISIBLE
    some = seen.any(axis=1)
    first = np.where(some, seen.argmax(axis=1), -NOWHERE)
    last = np.where(some, mask.shape[1] - seen[:, ::-1].argmax(axis=1), NOWHERE)
    return first, last


def place_after(
    left: Mask,
    right: Mask,
    drop: int,
    height: float,
    pen: float,
    spacing: Spacing,
    rng: np.random.Generator,
) -> int:
    """Says where the next piece of ink goes.

    Args:
        left: the piece before.
        right: the piece to place.
        drop: how much lower the top of `right` is than that of `left`, in pixels.
        height: of a digit in pixels.
        pen: width of a stroke in pixels.
        spacing: the hand's.
        rng: the source of chance.

    Returns:
        Columns from the left edge of `left` to that of `right`.
    """
    chance = rng.random()
    if chance < spacing.touching + spacing.overlapping:
        # The first column at which no row has both, and then somewhat less.
        contact = _contact(left, right, drop, 0)
        if contact > NOWHERE / 2:
            into = rng.uniform(0.3, 0.9) * pen
            if chance < spacing.overlapping:
                into += rng.uniform(*OVERLAP) * height
            # Never so far that the next one begins before this one.
            at = contact - max(LEAST_TOUCH, round(into))
            return int(max(at, 0.25 * left.shape[1], left.shape[1] - 0.9 * right.shape[1]))
    gap = height * max(rng.normal(spacing.gap, spacing.spread), 0.0)
    reach = max(1, round(REACH * height))
    contact = max(_contact(left, right, drop, reach), left.shape[1] - TUCKED * height)
    # The eye sees something between the distance of the ink and that of the boxes.
    natural = (contact + left.shape[1]) / 2 + gap
    return int(np.ceil(max(natural, contact + APART)))


def _contact(left: Mask, right: Mask, drop: int, reach: int) -> float:
    """Finds the column at which `right` would begin to touch `left`; `NOWHERE` if it never does.

    Args:
        left: the piece before.
        right: the piece after.
        drop: how much lower its top is.
        reach: rows around each in which ink counts as beside.
    """
    last, first = sides(left)[1], sides(right)[0]
    if reach:
        padded = np.pad(last, reach, constant_values=NOWHERE)
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
        last = np.asarray(windows.max(axis=1))
    top, bottom = max(0, drop), min(len(last), drop + len(first))
    if top >= bottom:
        return NOWHERE
    return float((last[top:bottom] - first[top - drop : bottom - drop]).max())
