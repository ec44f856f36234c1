"""Printed lines: rules, squares, borders of boxes and tables, taken out of the ink."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitus.components import Components, IntArray, draw_runs, find_components, find_runs
from digitus.morphology import running_extreme

BoolArray = NDArray[np.bool_]

# A straight line is a printed rule where it spans this part of the frame ...
RULE_SPAN = 0.6
# ... in pieces of at least this part of the frame, with gaps that strokes fill ...
RULE_PIECE = 0.12
# ... which leave at least this part of it drawn ...
RULE_COVERED = 0.55
# ... is no thicker than this part of it, or these pixels ...
RULE_THICKNESS, THINNEST_RULE = 0.04, 4
# ... and runs to the frame, or lies apart from the digit and is longer by this factor. The bar of a
# 7 or the stem of a 4 does not.
RULE_LONGER = 1.1
# A rule rises by at most this part of its length; no part of it is thicker than its usual
# thickness times this; its edge is rough by these pixels.
RULE_SLOPE, RULE_UNEVEN, RULE_ROUGH = 0.15, 1.6, 1.0
# What it costs a line to be curved, beside the mean square of its distance from its ink.
STRAIGHT = 1e-3
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
    # Where there is nothing else, nothing lies apart: the stem of a 1 is no rule.
    box = (
        parts.boxes[int(np.argmax(parts.areas))] if len(parts) else np.array([0, 0, *mask.T.shape])
    )
    # A box or a grid has lines alike in both directions; upright strokes of a row of digits too,
    # but in one.
    boxed = bool(_alike(across.lines).any() and _alike(down.lines).any())
    across_print = across.lines.only(_printed(across.lines, box, mask.shape[1], boxed))
    down_print = down.lines.only(_printed(down.lines, box[[1, 0, 3, 2]], mask.shape[0], boxed))
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
    width = mask.shape[1]
    thin = max(THINNEST_RULE, round(RULE_THICKNESS * width))
    # Thickness of the mask at each pixel, measured down its column.
    flat = mask & ~_opened(mask.T, thin + 1).T
    # A slanted line is a staircase: its runs are as long as its thickness over its slope.
    steps = running_extreme(_opened(flat, max(8, width // 40)).view(np.uint8), 3, np.maximum)
    # Lines that cross it leave gaps as wide as they are thick; strokes of the digit wider ones.
    pieces = find_components(_widened(steps, thin))
    spans = pieces.boxes[:, 2] - pieces.boxes[:, 0] - 2 * thin
    pieces = pieces.only(spans >= RULE_PIECE * width)
    drawn = _drawn(pieces, mask.shape)
    lines = find_components(_widened(_bridged(drawn, mask, 2 * thin).view(np.uint8), thin))
    lines, covered = _measured(lines, drawn & steps.view(bool))
    spans, heights = (lines.boxes[:, 2:] - lines.boxes[:, :2]).T
    straight = (spans >= RULE_SPAN * width) & (heights <= RULE_SLOPE * spans)
    lines = lines.only(straight & (covered >= RULE_COVERED * spans))
    return _Rules(lines, flat & _drawn(lines, mask.shape))


def _bridged(lines: BoolArray, mask: BoolArray, blank: int) -> BoolArray:
    """Close the gaps in lines [H, W] that strokes of a mask fill but for some blank pixels."""
    row, start, end = find_runs(lines)
    paper = np.zeros((mask.shape[0], mask.shape[1] + 1), np.int32)
    np.cumsum(~mask, axis=1, out=paper[:, 1:])
    filled = (row[1:] == row[:-1]) & (
        paper[row[1:], start[1:]] - paper[row[:-1], end[:-1]] <= blank
    )
    bridges = draw_runs(row[:-1][filled], end[:-1][filled], start[1:][filled], mask.shape)
    return lines | bridges


def _measured(lines: Components, drawn: BoolArray) -> tuple[Components, IntArray]:
    """Measure widened lines by what is drawn of them, bool [H, W].

    Returns:
        The lines with their true boxes, and int64 [N], how many columns of each are drawn.
    """
    height, width = drawn.shape
    y, x = np.divmod(np.flatnonzero(drawn), width)
    label = lines.labels((height, width))[y, x].astype(np.int64) - 1
    boxes = np.tile(np.array([width, height, 0, 0]), (len(lines), 1))
    np.minimum.at(boxes[:, 0], label, x)
    np.minimum.at(boxes[:, 1], label, y)
    np.maximum.at(boxes[:, 2], label, x + 1)
    np.maximum.at(boxes[:, 3], label, y + 1)
    covered = np.bincount(np.unique(label * width + x) // width, minlength=len(lines))
    return replace(lines, boxes=boxes), covered


def _erasable(lines: Components, rules: _Rules, mask: BoolArray) -> BoolArray:
    """Tell bool [H, W] which ink of a mask belongs to lines, not to strokes that meet them.

    Ink further from a line's course than the line is thick, and columns of ink that are thicker
    than it, are strokes that meet it.
    """
    if not len(lines):
        return np.zeros_like(mask)
    labels = np.where(rules.ink, lines.labels((mask.shape[0], mask.shape[1])), 0)
    near = np.zeros_like(mask)
    thickest = 0.0
    for index, (left, top, right, bottom) in enumerate(lines.boxes.tolist(), start=1):
        own = labels[top:bottom, left:right] == index
        columns = own.sum(axis=0)
        thickness = float(np.median(columns[columns > 0]))
        away = np.arange(bottom - top)[:, None] - _course(own, thickness)
        near[top:bottom, left:right] |= own & (np.abs(away) <= thickness / 2 + RULE_ROUGH)
        thickest = max(thickest, thickness)
    erasable: BoolArray = near & ~_opened(mask.T, round(RULE_UNEVEN * thickest) + 2).T
    return erasable


def _course(own: BoolArray, thickness: float) -> NDArray[np.float64]:
    """Lay a parabola through a line, since paper is seldom quite flat.

    Args:
        own: bool [h, w], the ink of the line, and strokes that run along it.
        thickness: Of the line.

    Returns:
        float64 [w], the row of the line's middle in each column.
    """
    x = np.linspace(-1, 1, own.shape[1])
    powers = np.vander(x, 3)
    weight = own.sum(axis=0).astype(np.float64)
    y = np.arange(len(own)) @ own / np.maximum(weight, 1)
    weight = np.minimum(weight, thickness)
    course = np.zeros(3)
    for _ in range(3):  # from the second time on without the strokes that run along the line
        normal = powers.T @ (powers * weight[:, None])
        normal[0, 0] += STRAIGHT * weight.sum()  # where a straight line does as well, it is one
        course = np.linalg.lstsq(normal, powers.T @ (y * weight), rcond=None)[0]
        weight = weight * (np.abs(y - powers @ course) <= thickness / 2 + RULE_ROUGH)
    columns: NDArray[np.float64] = powers @ course
    return columns


def _drawn(lines: Components, shape: tuple[int, ...]) -> BoolArray:
    """Draw all of some lines: bool [H, W]."""
    return lines.mask(np.ones(len(lines), bool), (shape[0], shape[1]))


def _printed(rules: Components, box: IntArray, length: int, boxed: bool) -> BoolArray:
    """Tell which horizontal lines are print, not strokes of the digit.

    Args:
        rules: The lines.
        box: int64 [4], the digit without them.
        length: Width of the frame.
        boxed: Whether there are parallel lines in both directions.

    Returns:
        bool [N]: lines that run through the whole frame; that are longer than the digit, and lie
        apart from it or have a parallel of nearly their length; or that are sides of a box.
    """
    left, top, right, bottom = rules.boxes.T
    edge = max(2, round(0.015 * length))
    through = (left <= edge) & (right >= length - edge)
    apart = (bottom < box[1] - 1) | (top > box[3] + 1)
    longer = right - left >= RULE_LONGER * (box[2] - box[0])
    alike = _alike(rules)
    result: BoolArray = through | (apart & longer) | (alike & (longer | boxed))
    return result


def _alike(rules: Components) -> BoolArray:
    """Tell bool [N] which horizontal lines have a parallel of nearly their length."""
    span = rules.boxes[:, 2] - rules.boxes[:, 0]
    ordered = np.sort(span)
    first = np.searchsorted(ordered, span / (2 - RULE_ALIKE), side="left")
    last = np.searchsorted(ordered, span / RULE_ALIKE, side="right")
    several: BoolArray = last - first > 1  # itself and another
    return several


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
