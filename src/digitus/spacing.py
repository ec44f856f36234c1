"""Lines of digits -> numbers: which gaps between neighbours part two numbers.

How wide a gap must be depends on how the line is written, on what stands above and below it, and on
what is in it: digits in the boxes of a form stand as far apart as the numbers of a narrow table,
and a point parts thousands. So each gap is compared with the others of its line and page, and
looked into; a small network, learnt from made pages, weighs what that gives, and a second one
what the other gaps of the page say (`votes.py`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitus.lines import Boxes
from digitus.votes import votes

Line = NDArray[np.intp]
FEATURES = 16
# What is not known of a line of two digits, and of a page of one line.
NO_OTHER, NO_COLUMN = -0.5, 0.5
# Neighbours in a number stand as near as this part of all gaps, if the page has such numbers.
NEAR = 0.1
# Widths of gaps in heights of a digit are believed between these.
NARROWEST, WIDEST = -0.5, 4.0
# Gaps that differ by less, in heights, are equally wide.
EVEN = 0.02
# A gap's middle is free of a digit of another line that ends so near, in heights.
CLOSE = 0.1
# A gap of fewer pixels is not looked into; of one of many rows, about so many are.
THINNEST, ROWS = 2, 24
# What differs from the paper by this part of how a digit does, of its strongest pixels, is ink; the
# lower part of a gap begins at this part of its height.
INK, STRONG, LOWER = 0.4, 0.9, 0.6
# What was learnt, by `digitus.training.finding.gaps`.
LEARNT = Path(__file__).parent / "models" / "spacing.json"


Layers: TypeAlias = dict[str, NDArray[np.float64]]
"""A network of one hidden layer: hidden [F, H], hidden_bias [H], output [H] and bias."""


@cache
def _learnt() -> dict[str, Layers]:
    """Load the networks: what judges a gap alone, and what does so among the others."""
    networks = json.loads(LEARNT.read_text(encoding="utf-8"))
    return {
        network: {name: np.array(values) for name, values in weights.items()}
        for network, weights in networks.items()
    }


def parted(
    boxes: Boxes, lines: Sequence[Line], grey: NDArray[np.uint8]
) -> list[NDArray[np.float64]]:
    """Return how likely the gaps of each line part two numbers.

    Args:
        boxes: float64 [N, 4], of the digits of a page.
        lines: Places of the digits of each line, from left to right.
        grey: uint8 [H, W], the page.

    Returns:
        Probabilities float64 [n - 1] for each line of n digits.
    """
    learnt = _learnt()
    seen = among(boxes, lines, features(boxes, lines, grey), learnt["alone"])
    return [1 / (1 + np.exp(-odds_of(each, learnt["among"]))) for each in seen]


def among(
    boxes: Boxes, lines: Sequence[Line], seen: Sequence[NDArray[np.float64]], alone: Layers
) -> list[NDArray[np.float64]]:
    """Add to the features of gaps what the others of the page say, judged alone.

    Returns:
        float64 [n - 1, `FEATURES` + `VOTES`] for each line.
    """
    widths, odds = [each[:, 0] for each in seen], [odds_of(each, alone) for each in seen]
    said = votes(boxes, lines, widths, odds)
    return [np.hstack(both) for both in zip(seen, said, strict=True)]


def odds_of(seen: NDArray[np.float64], layers: Layers) -> NDArray[np.float64]:
    """Return the logits [N] of gaps that are described by float64 [N, F]."""
    hidden = np.maximum(seen @ layers["hidden"] + layers["hidden_bias"], 0)
    odds: NDArray[np.float64] = hidden @ layers["output"] + layers["bias"]
    return odds


def features(
    boxes: Boxes, lines: Sequence[Line], grey: NDArray[np.uint8]
) -> list[NDArray[np.float64]]:
    """Describe the gaps of each line, float64 [n - 1, `FEATURES`].

    Width (in heights of the line's digits) and its logarithm; the middle width of the others of the
    line; by how much it is wider than the next narrower one, and narrower than the next wider; the
    middle width of the page, and that of the near ones; in how many lines above and below it is
    free there, too; how far apart the two digits stand, for this line; how many gaps of the page
    are narrower; whether it is the only one of its line, how many there are (as a logarithm), and
    how many other lines have as many; and what is in it, see `_between`.
    """
    heights = boxes[:, 3] - boxes[:, 1]
    high = [float(np.median(heights[line])) for line in lines]
    gaps = [
        (boxes[line[1:], 0] - boxes[line[:-1], 2]) / height
        for line, height in zip(lines, high, strict=True)
    ]
    page = np.concatenate([*gaps, np.zeros(0)])
    usual, near = np.quantile(page, (0.5, NEAR)) if len(page) else (0.0, 0.0)
    found = []
    for number, (line, own) in enumerate(zip(lines, gaps, strict=True)):
        middles = (boxes[line, 0] + boxes[line, 2]) / 2 / high[number]
        steps = np.diff(middles)
        free = _free(boxes, lines, number, high[number])
        others = [len(other) == len(line) for place, other in enumerate(lines) if place != number]
        alike = float(np.mean(others)) if others else NO_COLUMN
        rows = [
            (
                gap,
                np.log(max(gap, 0) + 0.05),
                *_beside(gap, np.delete(own, place)),
                usual,
                near,
                free[place],
                steps[place] / max(float(np.median(steps)), 0.05),
                float((page < gap - EVEN).mean()),
                float(len(own) == 1),
                np.log(len(own)),
                alike,
                *_between(grey, boxes[line[place]], boxes[line[place + 1]]),
            )
            for place, gap in enumerate(own)
        ]
        found.append(np.clip(np.array(rows).reshape(-1, FEATURES), NARROWEST, WIDEST))
        found[-1][:, 1] = [row[1] for row in rows]  # the logarithm of a narrow gap is far below 0
    return found


def _between(
    grey: NDArray[np.uint8], left: NDArray[np.float64], right: NDArray[np.float64]
) -> tuple[float, float, float]:
    """Look into a gap.

    Returns:
        How much of the inkiest column is ink, from top to bottom, in its upper and in its lower
        part: a rule has all, a point or comma but the last.
    """
    top, bottom = int(max(min(left[1], right[1]), 0)), int(max(left[3], right[3]))
    x0, x1 = int(np.ceil(left[2])), int(right[0])
    step = max(1, (bottom - top) // ROWS)
    gap = grey[top:bottom:step, x0:x1:step].astype(np.int16)
    digit = grey[top:bottom:step, int(left[0]) : x0 : step].astype(np.int16)
    if min(*gap.shape, *digit.shape) < THINNEST:
        return 0.0, 0.0, 0.0
    paper = np.median(gap)
    ink = np.abs(gap - paper) > INK * np.quantile(np.abs(digit - paper), STRONG)
    wide = np.pad(ink, ((0, 0), (1, 1)))
    ink = wide[:, 2:] | wide[:, 1:-1] | wide[:, :-2]  # a rule may be a little askew
    below = round(len(ink) * LOWER)
    whole, upper, lower = (
        float(part.mean(axis=0).max()) for part in (ink, ink[:below], ink[below:])
    )
    return whole, upper, lower


def _beside(gap: float, others: NDArray[np.float64]) -> tuple[float, float, float]:
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
    others = [other for number, other in enumerate(lines) if number != own and len(other) > 1]
    if not others:
        return np.full(len(middles), NO_COLUMN)
    begins, ends = (boxes[[other[at] for other in others], side] for at, side in ((0, 0), (-1, 2)))
    reaches = (middles > begins[:, None]) & (middles < ends[:, None])
    digits = np.concatenate(others)
    left, right = boxes[digits, 0] - CLOSE * height, boxes[digits, 2] + CLOSE * height
    within = (left[:, None] < middles) & (middles < right[:, None])
    firsts = np.cumsum([0, *map(len, others[:-1])])
    taken = np.logical_or.reduceat(within, firsts, axis=0)
    reached, free = reaches.sum(axis=0), (reaches & ~taken).sum(axis=0)
    return np.where(reached > 0, free / np.maximum(reached, 1), NO_COLUMN)
