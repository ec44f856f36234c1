"""Ink -> digit candidates -> numbers and lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitus.components import Components, find_components
from digitus.glyph import ink_box
from digitus.ink import FloatArray, Ink, running_extreme
from digitus.reading import Box

BoolArray = NDArray[np.bool_]

# A component smaller than a square of this part of its digit's longer side is a speck.
SPECK = 0.02
# Parts of one digit (the loose hat of a 5) lie within this part of the digit's longer side.
PART_GAP = 0.25
# A straight line is a printed rule where it spans this part of the frame ...
RULE_SPAN = 0.6
# ... and is thinner than this part of it. Strokes of a digit that fills the frame are thicker, or
# they curve; where they are not, the candidate that keeps the line wins by its confidence.
RULE_THICKNESS = 0.03
# Ink this faint does not widen a digit's box.
FAINT = 0.02
# A group of strokes rivals the largest one where it has this part of its weight.
RIVAL_GROUP = 0.3
# Three or more parts, each smaller than this part of the main one, may be print beside the digit.
PRINT_PARTS, PRINT_SIZE = 3, 0.1
# How plausible it is that small parts are print, or that straight lines are strokes of the digit.
PART_ALONE, WITH_RULES = 0.6, 0.8
# A printed rule runs past the digit on both sides by this part of the rule's length, or to the
# frame; the bar of a 7 or the stem of a 4 does not.
RULE_BEYOND = 0.1
# More components than this are texture: the largest are enough.
MAX_COMPONENTS = 400


@dataclass(frozen=True)
class Candidate:
    """A piece of ink that may be one digit.

    Attributes:
        values: float32 [h, w], its ink alone, 0..1, cut to its box.
        box: Its box in pixels of the ink.
        plausibility: 0..1, how likely this piece is what was meant, by its place alone.
    """

    values: FloatArray
    box: Box
    plausibility: float


def digit_candidates(ink: Ink) -> list[Candidate]:
    """Propose what may be the one digit of a picture, most plausible first.

    Args:
        ink: The ink of the page.

    Returns:
        The largest group of strokes. Besides, where there are such: a second group that rivals
        it, its largest part alone (the rest may be print beside the digit), and the same with
        the straight lines that run through the frame, which the first ones are without.
    """
    without = _without_rules(ink.mask)
    if without is None:
        return _groups(ink, ink.mask, 1.0)
    return _groups(ink, without, 1.0) + _groups(ink, ink.mask, WITH_RULES)


def _groups(ink: Ink, mask: BoolArray, plausibility: float, most: int = 2) -> list[Candidate]:
    """Return the groups of strokes in a mask that rival the largest, largest first."""
    parts = find_components(mask)
    if not len(parts):
        return []
    weights = _weights(parts, mask.shape)
    free = np.zeros(len(parts), bool)
    free[np.argsort(-weights, kind="stable")[:MAX_COMPONENTS]] = True
    groups: list[Candidate] = []
    best = float(weights.max())
    for _ in range(most):
        seed = int(np.argmax(np.where(free, weights, 0)))
        rank = float(weights[seed]) / best
        if not free[seed] or rank < RIVAL_GROUP:
            break
        chosen = _grow(parts, free, seed)
        groups.append(_cut(ink, parts, chosen, plausibility * rank))
        alone = np.arange(len(parts)) == seed
        others = parts.areas[chosen & ~alone]
        if len(others) >= PRINT_PARTS and others.max() < PRINT_SIZE * parts.areas[seed]:
            groups.append(_cut(ink, parts, alone, plausibility * rank * PART_ALONE))
        free &= ~chosen
    return groups


def _weights(parts: Components, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Rank components [N] as the digit's main part: much ink, tall, near the middle."""
    boxes = parts.boxes.astype(np.float64)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    off = np.abs(middle / np.array([shape[1], shape[0]]) - 0.5).max(axis=1)
    height = boxes[:, 3] - boxes[:, 1]
    weights: NDArray[np.float64] = np.sqrt(parts.areas * height) * (1.2 - off)
    return weights


def _grow(parts: Components, free: BoolArray, seed: int) -> BoolArray:
    """Collect bool [N] the parts around a seed that belong to the same digit."""
    chosen = np.zeros(len(parts), bool)
    chosen[seed] = True
    box = parts.boxes[seed].copy()
    while True:
        size = max(box[2] - box[0], box[3] - box[1])
        gap = np.maximum(parts.boxes[:, :2] - box[2:], box[:2] - parts.boxes[:, 2:]).max(axis=1)
        near = free & ~chosen & (gap <= PART_GAP * size) & (parts.areas >= (SPECK * size) ** 2)
        if not near.any():
            return chosen
        chosen |= near
        box[:2] = np.minimum(box[:2], parts.boxes[near, :2].min(axis=0))
        box[2:] = np.maximum(box[2:], parts.boxes[near, 2:].max(axis=0))


def _cut(ink: Ink, parts: Components, chosen: BoolArray, plausibility: float) -> Candidate:
    """Cut the chosen parts out of the ink, with the soft edges around them."""
    boxes = parts.boxes[chosen]
    left, top = (int(v) for v in boxes[:, :2].min(axis=0))
    right, bottom = (int(v) for v in boxes[:, 2:].max(axis=0))
    # Soft edges reach a little beyond the mask; two pixels hold all of an MNIST picture's.
    soft = max(2, round(0.02 * max(right - left, bottom - top)))
    height, width = ink.values.shape
    left, top = max(left - soft, 0), max(top - soft, 0)
    right, bottom = min(right + soft, width), min(bottom + soft, height)
    values = ink.values[top:bottom, left:right]
    whole = parts.mask(chosen, ink.mask.shape)[top:bottom, left:right]
    near = running_extreme(whole.astype(np.uint8), 2 * soft + 1, np.maximum).astype(bool)
    values = np.where(near & ~(ink.mask[top:bottom, left:right] & ~whole), values, np.float32(0))
    inner = ink_box(values > FAINT)
    x0, y0, x1, y1 = inner
    box = (left + x0, top + y0, left + x1, top + y1)
    return Candidate(values[y0:y1, x0:x1], box, plausibility)


def _without_rules(mask: BoolArray) -> BoolArray | None:
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
    main = int(np.argmax(_weights(parts, mask.shape)))
    x0, y0, x1, y1 = parts.boxes[main]
    keep_across = _beyond(across, x0, x1, mask.shape[1])
    keep_down = _beyond(down, y0, y1, mask.shape[0])
    if not keep_across.any() and not keep_down.any():
        return None
    lines = across.mask(keep_across, mask.shape) | down.mask(keep_down, mask.T.shape).T
    without: BoolArray = mask & ~lines
    return without


def _beyond(rules: Components, start: int, end: int, length: int) -> BoolArray:
    """Tell bool [N] which horizontal rules run past start..end on both sides, or to the frame."""
    margin = RULE_BEYOND * (rules.boxes[:, 2] - rules.boxes[:, 0])
    edge = max(2, round(0.015 * length))
    left = (rules.boxes[:, 0] <= edge) | (rules.boxes[:, 0] <= start - margin)
    right = (rules.boxes[:, 2] >= length - edge) | (rules.boxes[:, 2] >= end + margin)
    result: BoolArray = left & right
    return result


def _drawn(parts: Components, shape: tuple[int, int]) -> BoolArray:
    """Draw all of some components: bool [H, W]."""
    return parts.mask(np.ones(len(parts), bool), shape)


def _rules(mask: BoolArray) -> Components:
    """Find nearly horizontal thin lines that span the frame."""
    height, width = mask.shape
    thin = max(2, round(RULE_THICKNESS * max(height, width)))
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
    height, width = mask.shape
    padded = np.zeros((height, width + 2), np.int8)
    padded[:, 1:-1] = mask
    steps = np.diff(padded, axis=1)
    row, start = np.nonzero(steps == 1)
    end = np.nonzero(steps == -1)[1]
    long = end - start >= length
    marks = np.zeros((height, width + 1), np.int8)
    marks[row[long], start[long]] = 1
    marks[row[long], end[long]] = -1
    return np.cumsum(marks, axis=1, dtype=np.int8)[:, :-1].astype(bool)
