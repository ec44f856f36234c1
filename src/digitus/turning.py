"""Pages that lie on their side or stand on their head."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from digitus.reading import Digit

Pixels = NDArray[np.uint8]
Side = TypeVar("Side", int, float)
# A page whose digits are less sure than this, in the middle, may not stand upright.
UNSURE = 0.85
# It is turned if that gives so many digits at least, of such confidence in the middle, and by this
# factor more certainty in all: scenery is full of digits, the more ways one looks at it.
FEWEST, SURE, GAIN = 4, 0.95, 2.0


def upright(
    pixels: Pixels, digits: Sequence[Digit], read: Callable[[Pixels], Sequence[Digit]]
) -> tuple[Sequence[Digit], int]:
    """Turn a page if it is read better then.

    Args:
        pixels: uint8 [H, W, 3].
        digits: What is read as it lies.
        read: Reads a page that was turned.

    Returns:
        The digits, their boxes in pixels of the page as it was turned, and by how many degrees that
        is clockwise: 0, 90, 180 or 270.
    """
    if not digits or _usual(digits) >= UNSURE:
        return digits, 0
    best, by, most = digits, 0, GAIN * _certainty(digits)
    for degrees in (90, 180, 270):
        others = read(turned(pixels, degrees))
        if len(others) < FEWEST or _usual(others) < SURE or _certainty(others) <= most:
            continue
        best, by, most = others, degrees, _certainty(others)
    return best, by


def turned(pixels: Pixels, degrees: int) -> Pixels:
    """Turn a page clockwise by quarters."""
    return np.ascontiguousarray(np.rot90(pixels, -degrees // 90)) if degrees else pixels


def turned_back(
    box: tuple[Side, Side, Side, Side], degrees: int, pixels: Pixels
) -> tuple[Side, Side, Side, Side]:
    """Return a box of a turned page on the page as it came.

    Args:
        box: Left, top, right and bottom.
        degrees: By how much the page was turned clockwise.
        pixels: The page as it came.
    """
    left, top, right, bottom = box
    height, width = pixels.shape[:2]
    if degrees == 90:
        return top, height - right, bottom, height - left
    if degrees == 180:
        return width - right, height - bottom, width - left, height - top
    if degrees == 270:
        return width - bottom, left, width - top, right
    return box


def _usual(digits: Sequence[Digit]) -> float:
    return float(np.median([digit.confidence for digit in digits]))


def _certainty(digits: Sequence[Digit]) -> float:
    """Return how many digits are right, as far as that is known; guesses count for nothing."""
    return float(sum(digit.confidence**4 for digit in digits))
