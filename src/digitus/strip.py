"""A number of a page as a strip: its line made level, its digits of one height, paper around it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitus.lines import Boxes

# Height of a strip in pixels, and of the digits on it.
HEIGHT, DIGIT = 32, 20.0
# A strip is cut in tiles of so many columns, each as high on the page as the line is there.
TILE = 8
# Noughts are written small: a number's digits are as high as this part of them at most.
USUAL = 0.8
# Paper at both ends, in heights of a digit: a digit that nobody found may stand there.
AROUND = 1.0
# The slope of a number is told by so many digits, if it is so many heights long, and is never more.
FEWEST, LONG, STEEPEST = 3, 1.5, 0.5
# Longer strips are no numbers; lower digits cannot be read.
MOST_TILES, LOWEST = 128, 4.0


@dataclass(frozen=True)
class Strip:
    """A part of a page, and how the strip lies on it.

    Attributes:
        picture: uint8 [h, w, 3], what is around the number.
        tiles: float32 [T, 4], left, top, right and bottom of each tile in pixels of the picture.
        span: float32 [2], between which columns of the strip the digits were found.
        left: Of the strip, in pixels of the page.
        scale: Columns of the strip per pixel of the page.
    """

    picture: NDArray[np.uint8]
    tiles: NDArray[np.float32]
    span: NDArray[np.float32]
    left: float
    scale: float


def cut_strip(pixels: NDArray[np.uint8], boxes: Boxes) -> Strip | None:
    """Cut a number out of a page.

    Args:
        pixels: uint8 [H, W, 3], the page.
        boxes: float64 [N, 4], of the number's digits, one at least.

    Returns:
        The strip; None where the number is too long or too low for one.
    """
    height = usual_height(boxes)
    first, last = float(boxes[:, 0].min()), float(boxes[:, 2].max())
    left, scale = first - AROUND * height, DIGIT / max(height, 1.0)
    count = math.ceil((last + AROUND * height - left) * scale / TILE)
    if height < LOWEST or count > MOST_TILES:
        return None
    edges = left + np.arange(count + 1) * TILE / scale
    middles = _middles(boxes, (edges[:-1] + edges[1:]) / 2, height)
    half = HEIGHT / 2 / scale
    tiles = np.stack([edges[:-1], middles - half, edges[1:], middles + half], axis=1)
    factor = max(1, math.floor(1 / scale))
    first_pixel = np.floor(tiles[:, :2].min(axis=0) / factor).astype(int) - 1
    last_pixel = np.ceil(tiles[:, 2:].max(axis=0) / factor).astype(int) + 1
    picture = _part(pixels, first_pixel, last_pixel, factor)
    placed = (tiles / factor - np.tile(first_pixel, 2)).astype(np.float32)
    span = np.array([(first - left) * scale, (last - left) * scale], np.float32)
    return Strip(picture, placed, span, left, scale)


def usual_height(boxes: Boxes) -> float:
    """Return how high the digits of a number are, with boxes float64 [N, 4], N at least 1."""
    return float(np.quantile(boxes[:, 3] - boxes[:, 1], USUAL))


def _middles(boxes: Boxes, columns: NDArray[np.float64], height: float) -> NDArray[np.float64]:
    """Return the row of the line's middle at some columns: a straight line through the digits."""
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    slope, away = 0.0, x - x.mean()
    if len(x) >= FEWEST and np.ptp(x) > LONG * height:
        slope = float(np.clip((away @ (y - y.mean())) / (away @ away), -STEEPEST, STEEPEST))
    middles: NDArray[np.float64] = y.mean() + slope * (columns - x.mean())
    return middles


def _part(
    pixels: NDArray[np.uint8], first: NDArray[np.int_], last: NDArray[np.int_], factor: int
) -> NDArray[np.uint8]:
    """Cut a rectangle of the page made smaller by a whole number, in pixels of that.

    Beyond the page is what lies at its border; that is put around what is small already.
    """
    sides = -(-np.array([pixels.shape[1], pixels.shape[0]]) // factor)
    low = np.clip(first, 0, sides - 1)
    high = np.clip(last, low + 1, sides)
    (left, top), (right, bottom) = low * factor, high * factor
    part = np.ascontiguousarray(pixels[top:bottom, left:right])
    if factor > 1:
        part = np.asarray(Image.fromarray(part).reduce(factor))
    columns, rows = (
        np.clip(np.arange(first[axis], last[axis]), low[axis], high[axis] - 1) - low[axis]
        for axis in (0, 1)
    )
    placed: NDArray[np.uint8] = part[rows[:, None], columns]
    return placed
