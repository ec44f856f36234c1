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
# More components than this are texture: the largest are enough.
MAX_COMPONENTS = 400


@dataclass(frozen=True)
class Candidate:
    """A piece of ink that may be one digit.

    Attributes:
        values: float32 [h, w], its ink alone, 0..1, cut to its box.
        box: Its box in pixels of the ink.
    """

    values: FloatArray
    box: Box


def digit_candidates(ink: Ink) -> list[Candidate]:
    """Propose what may be the one digit of a picture, most plausible first.

    Args:
        ink: The ink of the page.

    Returns:
        Usually one candidate: the largest group of strokes. Where straight lines run through the
        frame, a second one without them; where other groups rival the largest, these too.
    """
    masks = [ink.mask]
    without = _without_rules(ink.mask)
    if without is not None:
        masks.insert(0, without)
    found: list[Candidate] = []
    for mask in masks:
        found += _groups(ink, mask)
    return found


def _groups(ink: Ink, mask: BoolArray, most: int = 2) -> list[Candidate]:
    """Return the groups of strokes in a mask that rival the largest, largest first."""
    parts = find_components(mask)
    if not len(parts):
        return []
    weights = _weights(parts, mask.shape)
    free = np.zeros(len(parts), bool)
    free[np.argsort(-weights, kind="stable")[:MAX_COMPONENTS]] = True
    groups: list[Candidate] = []
    best = float(weights.max())
    while len(groups) < most and free.any():
        seed = int(np.argmax(np.where(free, weights, -1)))
        if weights[seed] < 0.3 * best:
            break
        chosen = _grow(parts, free, seed)
        groups.append(_cut(ink, parts, chosen))
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


def _cut(ink: Ink, parts: Components, chosen: BoolArray) -> Candidate:
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
    return Candidate(values[y0:y1, x0:x1], (left + x0, top + y0, left + x1, top + y1))


def _without_rules(mask: BoolArray) -> BoolArray | None:
    """Remove straight lines that run through the frame; None where there are none."""
    if min(mask.shape) < 48:  # no room for a rule beside a digit that could be told from it
        return None
    across = _rules(mask)
    down = _rules(mask.T).T
    lines = across | down
    if not lines.any():
        return None
    left = mask & ~lines
    return left if left.any() else None


def _rules(mask: BoolArray) -> BoolArray:
    """Find nearly horizontal thin lines that span the frame: bool [h, w]."""
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
    if not chosen.any():
        return np.zeros_like(mask)
    return steps.mask(chosen, mask.shape) & flat


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
