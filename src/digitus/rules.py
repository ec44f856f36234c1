"""Printed lines: rules, squares, borders of boxes and tables, taken out of the ink."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitus.components import Components, IntArray, draw_runs, find_components, find_runs
from digitus.morphology import running_extreme

BoolArray = NDArray[np.bool_]

# A straight line is a printed rule where it spans this part of the frame ...
RULE_SPAN = 0.6
# ... is no thicker than this part of it, or these pixels ...
RULE_THICKNESS, THINNEST_RULE = 0.035, 4
# ... and runs to the frame, or lies apart from the digit and is longer by this factor. The bar of a
# 7 or the stem of a 4 does not.
RULE_LONGER = 1.1
# A rule rises by at most this part of its length; no part of it is thicker than its usual
# thickness times this.
RULE_SLOPE, RULE_UNEVEN = 0.15, 1.6
# A smaller page has no room for a rule beside a digit that could be told from it.
SMALLEST_RULED = 48
# Ruling and boxes have parallel lines of the same length, to this part; digits seldom have.
RULE_ALIKE = 0.9


def without_rules(mask: BoolArray) -> BoolArray:
    """Remove straight lines that run through the frame.

    Args:
        mask: bool [H, W], all ink.

    Returns:
        bool [H, W], the ink without the lines; the mask itself where there are none.
    """
    if min(mask.shape) < SMALLEST_RULED:
        return mask
    across, down = _find_rules(mask), _find_rules(mask.T)
    if not len(across.lines) and not len(down.lines):
        return mask
    parts = find_components(mask & ~across.ink & ~down.ink.T)
    box = parts.boxes[int(np.argmax(parts.areas))] if len(parts) else np.zeros(4, np.int64)
    across_print = across.lines.only(_printed(across.lines, box, mask.shape[1]))
    down_print = down.lines.only(_printed(down.lines, box[[1, 0, 3, 2]], mask.shape[0]))
    if not len(across_print) and not len(down_print):
        return mask
    left: BoolArray = mask & ~_erasable(across_print, across, mask)
    left &= ~_erasable(down_print, down, mask.T).T
    left &= ~(_drawn(across_print, mask.shape) & _drawn(down_print, mask.T.shape).T)  # crossings
    return left


@dataclass(frozen=True)
class _Rules:
    """Nearly horizontal thin lines that span the frame.

    Attributes:
        lines: The lines, somewhat wider than they are, without gaps where others cross them.
        ink: bool [H, W], the thin ink in which they lie; strokes that run along them as well.
    """

    lines: Components
    ink: BoolArray


def _find_rules(mask: BoolArray) -> _Rules:
    """Find the nearly horizontal rules of a mask [H, W]."""
    height, width = mask.shape
    thin = max(THINNEST_RULE, round(RULE_THICKNESS * max(height, width)))
    # Thickness of the mask at each pixel, measured down its column.
    flat = mask & ~_opened(mask.T, thin + 1).T
    # A slanted line is a staircase: its runs are as long as its thickness over its slope.
    long = _opened(flat, max(8, width // 40))
    # Lines that cross it leave gaps as wide as they are thick.
    found = find_components(_widened(running_extreme(long.view(np.uint8), 3, np.maximum), thin))
    spans = found.boxes[:, 2] - found.boxes[:, 0]
    heights = found.boxes[:, 3] - found.boxes[:, 1]
    lines = found.only((spans >= RULE_SPAN * width) & (heights <= RULE_SLOPE * spans))
    return _Rules(lines, flat & _drawn(lines, mask.shape))


def _erasable(lines: Components, rules: _Rules, mask: BoolArray) -> BoolArray:
    """Tell bool [H, W] which ink of a mask belongs to lines, not to strokes that meet them.

    Where a column of ink is thicker than the lines are, a stroke crosses or runs along them.
    """
    if not len(lines):
        return np.zeros_like(mask)
    own = rules.ink & _drawn(lines, mask.shape)
    columns = [own[top:bottom, left:right].sum(axis=0) for left, top, right, bottom in lines.boxes]
    thickness = float(np.median(np.concatenate(columns)))
    erasable: BoolArray = own & ~_opened(mask.T, round(RULE_UNEVEN * thickness) + 2).T
    return erasable


def _drawn(lines: Components, shape: tuple[int, ...]) -> BoolArray:
    """Draw all of some lines: bool [H, W]."""
    return lines.mask(np.ones(len(lines), bool), (shape[0], shape[1]))


def _printed(rules: Components, box: IntArray, length: int) -> BoolArray:
    """Tell which horizontal lines are print, not strokes of the digit.

    Args:
        rules: The lines.
        box: int64 [4], the digit without them.
        length: Width of the frame.

    Returns:
        bool [N]: lines that run through the whole frame; that lie apart from the digit and are
        longer; or that have a parallel of nearly their length.
    """
    left, top, right, bottom = rules.boxes.T
    span = right - left
    edge = max(2, round(0.015 * length))
    through = (left <= edge) & (right >= length - edge)
    apart = (bottom < box[1] - 1) | (top > box[3] + 1)
    longer = span >= RULE_LONGER * (box[2] - box[0])
    alike = np.abs(span[:, None] - span) <= (1 - RULE_ALIKE) * span
    result: BoolArray = through | (apart & longer) | (alike.sum(axis=1) > 1)
    return result


def _widened(mask: NDArray[np.uint8], by: int) -> BoolArray:
    """Widen the runs of a mask [H, W] of 0 and 1 by ``by`` pixels to the left and right."""
    height, width = mask.shape
    total = np.zeros((height, width + 2 * by + 1), np.int32)
    np.cumsum(mask, axis=1, out=total[:, by + 1 : by + 1 + width])
    total[:, by + 1 + width :] = total[:, [by + width]]
    result: BoolArray = total[:, 2 * by + 1 :] > total[:, : -2 * by - 1]
    return result


def _opened(mask: BoolArray, length: int) -> BoolArray:
    """Keep the pixels that lie in a horizontal run of at least ``length``."""
    row, start, end = find_runs(mask)
    long = end - start >= length
    return draw_runs(row[long], start[long], end[long], mask.shape)
