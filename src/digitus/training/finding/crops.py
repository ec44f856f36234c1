"""Squares of made pages, at the size at which digits are looked for, and where the digits are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitus.training.pages import Hands, SyntheticPage, make_page

# Side of a crop in pixels.
SIDE = 256
# Most digits are as high as the network reads them, some clearly higher or lower: it has to leave
# them to another size of the page. Odds, and heights in pixels.
HEIGHTS = ((0.85, (11.0, 34.0)), (0.10, (46.0, 260.0)), (0.05, (4.0, 8.0)))
# Of small pictures, laid below each other, with the odds of each kind; and of pieces of pages.
STRIPS = 0.5
SMALL = {"line": 0.36, "amount": 0.42, "digit": 0.09, "boxes": 0.13}
LARGE = {
    "rows": 0.24,
    "table": 0.17,
    "form": 0.14,
    "notes": 0.12,
    "scattered": 0.10,
    "dense": 0.07,
    "empty": 0.16,
}
# Sides of a page in pixels, and how many crops are cut from a small and a large one.
SIDES, LARGE_PAGE, CUTS = (256, 720), 400 * 400, (2, 3)
# Pages are not enlarged more than this; so many small pictures at most fill a crop.
MOST_ENLARGED, MOST_STRIPS = 3.0, 12
# The part of a digit that must be in the crop for it to be clear what it is.
SEEN = 0.6
TURNED, TONED = 0.12, 0.4
SEEDS = 16  # of small pictures, for each crop


@dataclass(frozen=True)
class Crop:
    """A square of a page.

    Attributes:
        picture: uint8 [256, 256], grey.
        boxes: float32 [N, 4], of its digits: left, top, right and bottom in pixels.
        values: uint8 [N], 0-9.
        cut: bool [N], whether too little of a digit is seen.
    """

    picture: NDArray[np.uint8]
    boxes: NDArray[np.float32]
    values: NDArray[np.uint8]
    cut: NDArray[np.bool_]


def crops(seed: int, hands: Hands) -> Iterator[Crop]:
    """Make crops without an end; the same seed and hands give the same ones."""
    while True:
        chance = np.random.default_rng([seed, 77])
        seed += 1
        if chance.random() < STRIPS:
            yield _strips(seed, hands, chance)
            continue
        kind = _one_of(LARGE, chance)
        height, width = (int(side) for side in chance.integers(*SIDES, size=2))
        page = make_page(seed, hands, kind=kind, size=(height, width))
        for _ in range(CUTS[height * width >= LARGE_PAGE]):
            yield _piece(page, chance)


def toned(picture: NDArray[np.uint8], chance: np.random.Generator) -> NDArray[np.uint8]:
    """Give a crop another light, or turn dark into light, now and then."""
    if chance.random() < TURNED:
        picture = 255 - picture
    if chance.random() < TONED:
        gamma = np.exp(chance.uniform(-0.6, 0.6))
        low, high = chance.uniform(0, 60), chance.uniform(150, 255)
        tones = low + (high - low) * (np.arange(256) / 255) ** gamma
        picture = tones.astype(np.uint8)[picture]
    return picture


def _one_of(odds: dict[str, float], chance: np.random.Generator) -> str:
    return str(chance.choice(list(odds), p=list(odds.values())))


def _height(chance: np.random.Generator) -> float:
    ranges = [span for _, span in HEIGHTS]
    low, high = ranges[chance.choice(len(ranges), p=[odds for odds, _ in HEIGHTS])]
    return float(np.exp(chance.uniform(np.log(low), np.log(high))))


def _resized(page: SyntheticPage, factor: float) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return a page in grey, larger or smaller, and the boxes on it."""
    grey = Image.fromarray(page.pixels).convert("L")
    factor = min(factor, MOST_ENLARGED)
    width, height = (max(8, round(side * factor)) for side in grey.size)
    way = Image.Resampling.BILINEAR if factor < 1 else Image.Resampling.BICUBIC
    stretch = np.array([width / grey.width, height / grey.height] * 2, np.float32)
    return np.asarray(grey.resize((width, height), way)), page.boxes * stretch


def _piece(page: SyntheticPage, chance: np.random.Generator) -> Crop:
    """Cut a square from a page, mostly where there are digits."""
    factor = float(np.exp(chance.uniform(np.log(0.3), 0)))
    if len(page):
        heights = page.boxes[:, 3] - page.boxes[:, 1]
        factor = _height(chance) / float(chance.choice(heights))
    picture, boxes = _resized(page, factor)
    free = np.array([picture.shape[1], picture.shape[0]]) - SIDE
    corner = chance.uniform(0, np.maximum(free, 1))
    if len(boxes):
        box = boxes[chance.integers(len(boxes))]
        corner = (box[:2] + box[2:]) / 2 - chance.uniform(0.15, 0.85, 2) * SIDE
    left, top = np.clip(corner, np.minimum(free, 0), np.maximum(free, 0)).astype(int)
    before = max(0, -top), max(0, -left)
    seen = picture[max(0, top) : top + SIDE, max(0, left) : left + SIDE]
    after = (SIDE - gone - side for gone, side in zip(before, seen.shape, strict=True))
    padded = np.pad(seen, tuple(zip(before, after, strict=True)), mode="edge")
    moved = boxes - np.array([left, top, left, top], np.float32)
    return _inside(padded, moved, page.values, (0, 0, SIDE, SIDE))


def _strips(seed: int, hands: Hands, chance: np.random.Generator) -> Crop:
    """Lay small pictures below each other until the square is full."""
    square = np.zeros((SIDE, SIDE), np.uint8)
    parts: list[Crop] = []
    free = 0
    for number in range(MOST_STRIPS):
        if SIDE - free < 20:
            break
        page = make_page(seed * SEEDS + number, hands, kind=_one_of(SMALL, chance))
        if not len(page):
            continue
        heights = page.boxes[:, 3] - page.boxes[:, 1]
        picture, boxes = _resized(page, _height(chance) / float(chance.choice(heights)))
        high = min(picture.shape[0], SIDE - free)
        top = int(chance.integers(0, picture.shape[0] - high + 1))
        over = picture.shape[1] - SIDE
        left = int(chance.integers(min(over, 0), max(over, 0) + 1))
        seen = picture[top : top + high, max(0, left) : left + SIDE]
        before = max(0, -left)
        sides = (before, SIDE - before - seen.shape[1])
        square[free : free + high] = np.pad(seen, ((0, 0), sides), mode="edge")
        moved = boxes - np.array([left, top - free, left, top - free], np.float32)
        parts.append(_inside(square, moved, page.values, (0, free, SIDE, free + high)))
        free += high
    return Crop(
        square,
        np.concatenate([part.boxes for part in parts]),
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.cut for part in parts]),
    )


def _inside(
    picture: NDArray[np.uint8],
    boxes: NDArray[np.float32],
    values: NDArray[np.uint8],
    window: tuple[int, int, int, int],
) -> Crop:
    """Keep the digits that are at least partly in a window; of those cut, what is seen of them."""
    left, top, right, bottom = window
    clipped = np.clip(boxes, (left, top, left, top), (right, bottom, right, bottom))
    areas, seen = (
        (some[:, 2] - some[:, 0]) * (some[:, 3] - some[:, 1]) for some in (boxes, clipped)
    )
    cut = seen < SEEN * areas
    there = seen > 0
    kept = np.where(cut[:, None], clipped, boxes)[there].astype(np.float32)
    return Crop(picture, kept, values[there], cut[there])
