"""What the transcriber learns from: numbers of made pages, cut as badly as they are found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from digitus.strip import cut_strip
from digitus.training.pages import Hands, SyntheticPage, make_page
from digitus.training.pages.spacing import Spacing
from digitus.training.pages.strings import string_page
from digitus.training.pages.texts import CAPITAL_POOL, LETTER_POOL
from digitus.training.transcribing import graph
from digitus.training.transcribing.truth import numbers_of

# Strings on plain paper, of digits that are mostly written into each other; else whole pages.
STRINGS, LENGTHS, ROUND, RECORDED = 0.4, (2, 8), 0.15, 0.75
CLOSE = (
    (0.15, (0.03, 0.3), 0.06, (0.0, 0.0), (0.0, 0.0)),
    (0.35, (0.0, 0.0), 0.02, (0.5, 1.0), (0.0, 0.0)),
    (0.20, (0.0, 0.0), 0.02, (0.3, 0.3), (0.4, 0.7)),
    (0.30, (0.0, 0.0), 0.0, (0.0, 0.0), (1.0, 1.0)),
)
"""How near the digits of strings stand: odds, then gap, spread, touching and overlapping."""
# Before or behind so many strings stand letters, one or two: half an A is like a 1. Such strings
# may be a single digit.
LETTERED, FEW, BEFORE, CAPITALS = 0.1, (1, 4), 0.65, 0.7
KINDS = {
    "line": 0.24,
    "amount": 0.34,
    "rows": 0.12,
    "table": 0.08,
    "form": 0.07,
    "boxes": 0.05,
    "notes": 0.06,
    "scattered": 0.04,
}
# So many numbers of one page at most, of so many digits, so high in pixels; of single digits, which
# are read by other means as well, only some.
MOST, LONGEST, LOWEST, SINGLE = 14, 12, 9.0, 0.4
# The finder's boxes are off by this part of the height; it misses the first or last digit, takes
# what stands beside for one, or misses one between, so often.
OFF, SHORT, BESIDE, BETWEEN = 0.05, 0.08, 0.08, 0.06
# A 1 at the beginning, which has the longest upstroke, it misses more often.
SHORT_OF_ONE = 0.2
# How far beside, in heights; and tiles of the longest strip.
FAR, MOST_TILES = (0.3, 1.0), 64


@dataclass(frozen=True)
class Example:
    """A strip and what stands on it.

    Attributes:
        levels: uint8 [32, W], grey.
        span: float32 [2], columns between which the number was found.
        digits: uint8 [N], 0-9.
    """

    levels: NDArray[np.uint8]
    span: NDArray[np.float32]
    digits: NDArray[np.uint8]


class Cutter:
    """Cuts strips out of pages."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        model, providers = graph.cutter().SerializeToString(), ["CPUExecutionProvider"]
        self._session = onnxruntime.InferenceSession(model, options, providers=providers)

    def cut(
        self, pixels: NDArray[np.uint8], boxes: NDArray[np.float64], digits: NDArray[np.uint8]
    ) -> Example | None:
        """Cut the strip of a number that was found.

        Args:
            pixels: uint8 [H, W, 3], the page.
            boxes: float64 [N, 4], what was found of the number.
            digits: uint8 [M], the number as it was written.

        Returns:
            The strip; None where it is too long.
        """
        strip = cut_strip(pixels, boxes)
        if strip is None or len(strip.tiles) > MOST_TILES:
            return None
        (levels,) = self._session.run(None, {"picture": strip.picture, "tiles": strip.tiles})
        return Example(np.rint(255 * levels).astype(np.uint8), strip.span, digits)


def examples(seed: int, hands: Hands) -> Iterator[Example]:
    """Make strips without an end; the same seed and hands give the same ones.

    Raises:
        ValueError: The hands are kept for checking.
    """
    if hands.part == "check":
        raise ValueError("strips are for training: the writers kept for checking must not be there")
    cutter = Cutter()
    while True:
        rng = np.random.default_rng([seed, 5])
        page = crowded(hands, rng, LETTERED) if rng.random() < STRINGS else _page(seed, hands, rng)
        seed += 1
        for rows in numbers_of(page)[:MOST]:
            boxes = page.boxes[rows].astype(np.float64)
            low = np.median(boxes[:, 3] - boxes[:, 1]) < LOWEST
            if low or len(rows) > LONGEST or (len(rows) == 1 and rng.random() > SINGLE):
                continue
            values = page.values[rows]
            example = cutter.cut(page.pixels, _found(boxes, values, rng), values)
            if example:
                yield example


def crowded(hands: Hands, rng: np.random.Generator, lettered: float) -> SyntheticPage:
    """Write digits close to each other.

    Args:
        hands: Whose.
        rng: The source of chance.
        lettered: How often letters stand beside them, 0 to 1.
    """
    odds = [habit[0] for habit in CLOSE]
    _, gap, spread, touching, overlapping = CLOSE[int(rng.choice(len(CLOSE), p=odds))]
    spacing = Spacing(rng.uniform(*gap), spread, rng.uniform(*touching), rng.uniform(*overlapping))
    beside = _letters(rng) if rng.random() < lettered else ("", "")
    low, high = FEW if any(beside) else LENGTHS
    values = rng.integers(0, 10, int(rng.integers(low, high + 1)))
    if rng.random() < ROUND:
        values[int(rng.integers(len(values))) :] = 0
    hand = hands.recorded(rng) if rng.random() < RECORDED else hands.made(rng)
    return string_page(values.tolist(), hand, spacing, rng, beside)


def _letters(rng: np.random.Generator) -> tuple[str, str]:
    """Choose letters before or behind a string."""
    pool = CAPITAL_POOL if rng.random() < CAPITALS else LETTER_POOL
    text = "".join(rng.choice(list(pool), int(rng.integers(1, 3))))
    return (text, "") if rng.random() < BEFORE else ("", text)


def _page(seed: int, hands: Hands, rng: np.random.Generator) -> SyntheticPage:
    return make_page(seed, hands, kind=str(rng.choice(list(KINDS), p=list(KINDS.values()))))


def _found(
    boxes: NDArray[np.float64], values: NDArray[np.uint8], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw the boxes of a number as the finder does: askew, and now and then one too few."""
    heights = boxes[:, 3] - boxes[:, 1]
    boxes = boxes + rng.normal(0.0, OFF, boxes.shape) * heights[:, None]
    boxes[:, 2:] = np.maximum(boxes[:, 2:], boxes[:, :2] + 2)
    if values[0] == 1 and len(boxes) > 1 and rng.random() < SHORT_OF_ONE:
        return boxes[1:]
    chance, side = rng.random(), rng.random() < 0.5
    if chance < SHORT and len(boxes) > 1:
        return boxes[1:] if side else boxes[:-1]
    if SHORT < chance < SHORT + BESIDE:
        far = float(heights.mean()) * rng.uniform(*FAR)
        if side:
            boxes[boxes[:, 0].argmin(), 0] -= far
        else:
            boxes[boxes[:, 2].argmax(), 2] += far
    elif chance > 1 - BETWEEN and len(boxes) > 3:
        return np.delete(boxes, int(rng.integers(1, len(boxes) - 1)), axis=0)
    return boxes
