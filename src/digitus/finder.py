"""The finder: where on a page digits stand, and which they may be.

One ONNX graph does it, from the page's pixels on: a network looks at the page in several sizes for
centres of digits, a second one looks at each place that the first found. Here what was found twice
is dropped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitus.model import DIGITS, softmax
from digitus.session import shipped_session

FINDER = Path(__file__).parent / "models" / "finder.onnx"
# Pages are looked at with so many pixels at most; smaller ones than the second number doubled where
# need be, which takes four times as long.
MOST_PIXELS, FEW_PIXELS = 1_600_000, 100_000
# Need is where fewer digits are found, or lower ones in pixels, or one is neither likely nor not.
FEW, LOW, DOUBTFUL = 2, 18.0, (0.3, 0.7)
# Neither side is made smaller than this.
LEAST_SIDE = 16
# What is less likely a digit than this is none.
LEAST = 0.5
# Two boxes are the same digit where they share this part of their union, or of the smaller one.
SAME, INSIDE = 0.4, 0.75
# They are compared as if they were so wide at least, in heights: a one is but a few pixels wide.
NARROW = 0.5
# On a page of so many digits at least, one that is lower than this part of the usual height must be
# as sure as this.
FEWEST, SMALL, SURE = 3, 0.5, 0.97


@dataclass(frozen=True)
class Found:
    """Places where digits may stand, the likeliest first.

    Attributes:
        boxes: float32 [K, 4], left, top, right and bottom in pixels of the page.
        shares: float32 [K, 10], calibrated probabilities of the ten digits; what a row lacks to 1
            is that of "no digit".
    """

    boxes: NDArray[np.float32]
    shares: NDArray[np.float32]


class Finder:
    """Finds digits on pages with one model.

    Args:
        path: Its ONNX file; the shipped one by default.
        shared: As in `Reader`.

    Raises:
        ModelError: The model is missing or damaged.
    """

    def __init__(self, path: Path = FINDER, *, shared: bool = False) -> None:
        self._session = shipped_session(path, shared=shared)

    def find(self, pixels: NDArray[np.uint8]) -> Found:
        """Find digits.

        Args:
            pixels: uint8 [H, W, 3], the page.

        Returns:
            What was found, each place once.
        """
        for size in looked_at(*pixels.shape[:2]):
            boxes, logits = self.candidates(pixels, size)
            shares = softmax(logits)
            sure = 1 - shares[:, DIGITS]
            boxes, shares, sure = (v[sure >= DOUBTFUL[0]] for v in (boxes, shares, sure))
            kept = distinct(boxes, sure)
            boxes, shares, sure = (values[kept] for values in (boxes, shares, sure))
            if clear(boxes, sure):
                break
        boxes, shares = boxes[sure >= LEAST], shares[sure >= LEAST, :DIGITS]
        fit = plausible(boxes, shares.max(axis=1, initial=0))
        return Found(boxes[fit], shares[fit])

    def candidates(
        self, pixels: NDArray[np.uint8], size: tuple[int, int]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return every place that was looked at.

        Args:
            pixels: uint8 [H, W, 3], the page.
            size: Height and width at which it is looked at.

        Returns:
            Boxes float32 [K, 4] in pixels of the page, and logits float32 [K, 11] of ten digits
            and of none.
        """
        height, width = pixels.shape[:2]
        feed = {"page": reduced(pixels, size), "size": np.array(size, np.int64)}
        boxes, logits = self._session.run(["boxes", "logits"], feed)
        scale = np.array([width / size[1], height / size[0]] * 2, np.float32)
        return boxes * scale, logits


def looked_at(height: int, width: int) -> list[tuple[int, int]]:
    """Return the heights and widths at which a page is looked at, until all is clear."""
    pixels = height * width
    scales = [min(1.0, math.sqrt(MOST_PIXELS / pixels))]
    if pixels < FEW_PIXELS:
        scales.append(2.0)
    sizes = []
    for scale in scales:
        high, wide = (max(LEAST_SIDE, round(side * scale)) for side in (height, width))
        if high * wide > 2 * MOST_PIXELS:  # a strip one pixel high
            high, wide = min(high, MOST_PIXELS // LEAST_SIDE), min(wide, MOST_PIXELS // LEAST_SIDE)
        sizes.append((high, wide))
    return sizes


def clear(boxes: NDArray[np.float32], sure: NDArray[np.float32]) -> bool:
    """Tell whether boxes [K, 4] need no closer look.

    Args:
        boxes: Of which none is a digit with less than the lower bound of `DOUBTFUL`.
        sure: float32 [K], how likely each is any digit.
    """
    heights = (boxes[:, 3] - boxes[:, 1])[sure >= LEAST]
    enough = len(heights) >= FEW and bool(np.median(heights) >= LOW)
    return enough and bool((sure >= DOUBTFUL[1]).all())


def reduced(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Make a large page smaller by a whole number, so that it takes little memory as floats."""
    factor = min(pixels.shape[0] // size[0], pixels.shape[1] // size[1])
    if factor < 2:
        return np.ascontiguousarray(pixels)
    return np.asarray(Image.fromarray(pixels).reduce(factor))


def distinct(boxes: NDArray[np.float32], sure: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return which boxes [K, 4] remain, the surest first, where each place is named once."""
    order = np.argsort(-sure, kind="stable")
    left, top, right, bottom = boxes[order].T
    missing = np.maximum(NARROW * (bottom - top) - (right - left), 0) / 2
    left, right = left - missing, right + missing
    areas = (right - left) * (bottom - top)
    free = np.ones(len(order), bool)
    kept = []
    for place in range(len(order)):
        if not free[place]:
            continue
        kept.append(order[place])
        wide = np.minimum(right, right[place]) - np.maximum(left, left[place])
        high = np.minimum(bottom, bottom[place]) - np.maximum(top, top[place])
        shared = np.maximum(wide, 0) * np.maximum(high, 0)
        free &= shared <= SAME * (areas + areas[place] - shared)
        free &= shared <= INSIDE * np.minimum(areas, areas[place])
    return np.array(kept, np.intp)


def plausible(boxes: NDArray[np.float32], sure: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Tell bool [K] what fits the writing of a page: what is far smaller must be the surer.

    Specks of paper look like digits now and then; the usual height is the median over what is read,
    by how sure and how high it is.
    """
    heights = boxes[:, 3] - boxes[:, 1]
    if len(heights) < FEWEST:
        return np.ones(len(heights), bool)
    order = np.argsort(heights, kind="stable")
    weight = np.cumsum((sure**2 * heights)[order])
    usual = heights[order][np.searchsorted(weight, weight[-1] / 2)]
    result: NDArray[np.bool_] = (heights >= SMALL * usual) | (sure >= SURE)
    return result
