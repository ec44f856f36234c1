"""Printed lines: rules, squares, borders of boxes and tables, taken out of the ink."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitus.components import Components, IntArray, draw_runs, find_components, find_runs
from digitus.ink import running_extreme

BoolArray = NDArray[np.bool_]

# A straight line is a printed rule where it spans this part of the frame ...
RULE_SPAN = 0.6
# ... is thinner than this part of it ...
RULE_THICKNESS = 0.03
# ... and runs past the ink between by this part of its own length on both sides, or to the frame.
# The bar of a 7 or the stem of a 4 does not.
RULE_BEYOND = 0.1
# The side of a box may hardly run past a digit that fills it, but it lies apart from it, and is
# longer by this factor.
RULE_LONGER = 1.1


def without_rules(mask: BoolArray) -> BoolArray | None:
    """Remove straight lines that run through the frame; None where there are none."""
    if min(mask.shape) < 48:  # no room for a rule beside a digit that could be told from it
        return None
    across, down = _rules(mask), _rules(mask.T)
    if not len(across) and not len(down):
        return None
    left = mask & ~_drawn(across, mask.shape) & ~_drawn(down, mask.T.shape).T
    parts = find_components(left)
    if not len(parts):
        return None
    main = int(np.argmax(parts.areas))
    box = parts.boxes[main]
    keep_across = _printed(across, box, mask.shape[1])
    keep_down = _printed(down, box[[1, 0, 3, 2]], mask.shape[0])
    if not keep_across.any() and not keep_down.any():
        return None
    lines = across.mask(keep_across, mask.shape) | down.mask(keep_down, mask.T.shape).T
    without: BoolArray = mask & ~lines
    return without


def _printed(rules: Components, box: IntArray, length: int) -> BoolArray:
    """Tell which horizontal lines are print, not strokes of the digit.

    Args:
        rules: The lines.
        box: int64 [4], the digit without them.
        length: Width of the frame.

    Returns:
        bool [N]: lines that run past the digit on both sides, or to the frame, or that lie apart
        from it and are longer.
    """
    left, top, right, bottom = rules.boxes.T
    margin = RULE_BEYOND * (right - left)
    edge = max(2, round(0.015 * length))
    past = (left <= edge) | (left <= box[0] - margin)
    past &= (right >= length - edge) | (right >= box[2] + margin)
    apart = (bottom < box[1] - 1) | (top > box[3] + 1)
    longer = right - left >= RULE_LONGER * (box[2] - box[0])
    result: BoolArray = past | (apart & longer)
    return result


def _drawn(parts: Components, shape: tuple[int, int]) -> BoolArray:
    """Draw all of some components: bool [H, W]."""
    return parts.mask(np.ones(len(parts), bool), shape)


def _rules(mask: BoolArray) -> Components:
    """Find nearly horizontal thin lines that span the frame."""
    height, width = mask.shape
    thin = max(3, round(RULE_THICKNESS * max(height, width)))
    # Thickness of the mask at each pixel, measured down its column.
    tall = _opened(mask.T, thin + 1).T
    flat = mask & ~tall
    # A slanted line is a staircase: its runs are as long as its thickness over its slope.
    long = _opened(flat, max(8, width // 40))
    steps = find_components(running_extreme(long.astype(np.uint8), 3, np.maximum).astype(bool))
    spans = steps.boxes[:, 2] - steps.boxes[:, 0]
    heights = steps.boxes[:, 3] - steps.boxes[:, 1]
    chosen = (spans >= RULE_SPAN * width) & (heights <= 0.15 * spans)
    return find_components(steps.mask(chosen, mask.shape) & flat)


def _opened(mask: BoolArray, length: int) -> BoolArray:
    """Keep the pixels that lie in a horizontal run of at least ``length``."""
    row, start, end = find_runs(mask)
    long = end - start >= length
    return draw_runs(row[long], start[long], end[long], mask.shape)
