"""Ink -> digit candidates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitus.components import Components, find_components
from digitus.glyph import ink_box
from digitus.ink import FloatArray, Ink, find_fainter_ink
from digitus.morphology import running_extreme
from digitus.reading import Box

BoolArray = NDArray[np.bool_]

# A component smaller than a square of this part of its digit's longer side is a speck.
SPECK = 0.02
# Parts of one digit (the loose hat of a 5) lie within this part of the digit's longer side.
PART_GAP = 0.25
# What is paler than this part of the digit is print, or shines through from the other side.
PALE = 0.45
# Ink this faint does not widen a digit's box.
FAINT = 0.02
# A group of strokes rivals the largest one where it has this part of its weight.
RIVAL_GROUP = 0.3
# Three or more parts, each smaller than this part of the main one, may be print beside the digit.
PRINT_PARTS, PRINT_SIZE = 3, 0.1
# How plausible it is that small parts are print, or that straight lines are strokes of the digit.
PART_ALONE, WITH_RULES = 0.6, 0.95
# How plausible it is that what reaches the frame is not the digit, but what lies inside.
INSIDE = 0.7
# Corners of a page are paper: an explanation in which all four are ink is less plausible by this
# part. (The paper around a bold 4 can look like a 9.)
INKED_CORNERS = 0.2
# The longer side of a digit has at least this part of the page's shorter one, and these pixels.
SMALLEST_DIGIT, SMALLEST_PIXELS = 0.04, 5
# What is thinner than this part of the digit's stroke is the rest of a printed line.
HAIR = 0.4
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
    """Propose what may be the one digit of a picture, the most plausible first.

    Args:
        ink: The ink of the page.

    Returns:
        The largest group of strokes, or, where there are but printed lines and specks, that of
        the fainter ink below them. Besides, where there are such: a second group that rivals it,
        its largest part alone (the rest may be print beside the digit), and the same with the
        straight lines that run through the frame, which the first ones are without.
    """
    found = _groups(ink, ink.parts, 1.0)
    if not found and (below := find_fainter_ink(ink)) is not None:
        found = _groups(below, below.parts, 1.0)
    if ink.strokes is not ink.mask:
        found += _groups(ink, find_components(ink.mask), WITH_RULES)
    return found


def _groups(ink: Ink, parts: Components, plausibility: float) -> list[Candidate]:
    """Return the groups of parts that may be the digit, largest first."""
    shape = ink.mask.shape
    able = parts.sides >= _smallest(shape)  # anything less is a speck, or a part of something
    if not able.any():
        return []
    plausibility *= 1 - INKED_CORNERS * float(ink.mask[[0, 0, -1, -1], [0, -1, 0, -1]].mean())
    strength = parts.sums(ink.values) / parts.areas
    weights = _weights(parts, shape) * strength
    free = np.zeros(len(parts), bool)
    free[np.argsort(-weights, kind="stable")[:MAX_COMPONENTS]] = True

    def group(seed: int, pool: BoolArray) -> BoolArray:
        like = strength >= PALE * strength[seed]
        like &= parts.thickness >= HAIR * parts.thickness[seed]
        return _grow(parts, pool & like, seed)

    first = int(np.argmax(weights * able))
    chosen = group(first, free)
    groups = _with_main_part(ink, parts, chosen, first, plausibility)
    second = int(np.argmax(weights * (able & ~chosen)))
    rank = float(weights[second] / weights[first])
    if not chosen[second] and able[second] and rank >= RIVAL_GROUP:
        chosen = group(second, free & ~chosen)
        groups += _with_main_part(ink, parts, chosen, second, plausibility * rank)
    outside = _touching_frame(parts, shape)
    if outside[first] and (able & ~outside).any():
        # The desk around the sheet, or a digit that fills the frame; only the model can tell.
        inside = int(np.argmax(weights * (able & ~outside)))
        chosen = group(inside, free & ~outside)
        groups.append(_cut(ink, parts, chosen, plausibility * INSIDE))
    return groups


def _with_main_part(
    ink: Ink, parts: Components, chosen: BoolArray, seed: int, plausibility: float
) -> list[Candidate]:
    """Cut a group of parts; also its main part alone where the others may be print beside it."""
    groups = [_cut(ink, parts, chosen, plausibility)]
    alone = np.arange(len(parts)) == seed
    others = parts.areas[chosen & ~alone]
    if len(others) >= PRINT_PARTS and others.max() < PRINT_SIZE * parts.areas[seed]:
        groups.append(_cut(ink, parts, alone, plausibility * PART_ALONE))
    return groups


def _smallest(shape: tuple[int, ...]) -> float:
    """Return the longer side, in pixels, of the smallest digit of a page."""
    return max(SMALLEST_PIXELS, SMALLEST_DIGIT * min(shape))


def _touching_frame(parts: Components, shape: tuple[int, int]) -> BoolArray:
    """Tell bool [N] which components reach the frame."""
    height, width = shape
    left, top, right, bottom = parts.boxes.T
    result: BoolArray = (left <= 0) | (top <= 0) | (right >= width) | (bottom >= height)
    return result


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
    whole = parts.mask(chosen, (bottom - top, right - left), (left, top))
    near = running_extreme(whole.astype(np.uint8), 2 * soft + 1, np.maximum).astype(bool)
    values = np.where(near & ~(ink.mask[top:bottom, left:right] & ~whole), values, np.float32(0))
    inner = ink_box(values > FAINT)
    x0, y0, x1, y1 = inner
    box = (left + x0, top + y0, left + x1, top + y1)
    return Candidate(values[y0:y1, x0:x1], box, plausibility)
