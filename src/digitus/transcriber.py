"""The transcriber: a whole number at once, where digits touch and lie over each other.

The finder looks at one place after the other, and where digits are written into each other there
is no place for each. The transcriber sees the number as a strip and spells it from left to right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitus import ctc
from digitus.lines import Boxes, Room
from digitus.model import DIGITS, softmax
from digitus.session import shipped_session
from digitus.strip import cut_strip

TRANSCRIBER = Path(__file__).parent / "models" / "transcriber.onnx"
# Columns of the strip that a frame stands for.
FRAME = 2
# What is spelt with less than this is looked at again, as if it were so much higher. Of amounts and
# crowded strings by validation writers the last two of the four looks mend one in a hundred; the
# numbers that are looked at again are one in five of plain ones, half of those that touch.
CLEAR, SIZES = 0.9, (0.9, 1.12, 0.8, 1.25)
# No look makes anything less likely than this.
LEAST = 1e-9
_NOTHING = np.eye(DIGITS + 1, dtype=np.float32)[ctc.NOTHING]


@dataclass(frozen=True)
class Transcript:
    """What is spelt on a strip.

    Attributes:
        looks: float32 [F, 11] each, what each frame says: probabilities of ten digits and of
            nothing. Where the first look was in doubt, more follow at other sizes.
        runs: The digits that the likeliest path spells, from left to right.
        middles: float64 [N], where their middles are, in pixels of the page.
    """

    looks: Sequence[NDArray[np.float32]]
    runs: Sequence[ctc.Run]
    middles: NDArray[np.float64]

    @property
    def digits(self) -> tuple[int, ...]:
        """The digits, 0-9 each."""
        return tuple(run.digit for run in self.runs)

    def chance(self, digits: Sequence[int]) -> float:
        """Return how likely the strip spells some digits: the geometric mean of all looks."""
        chances = [max(ctc.chance(frames, digits), LEAST) for frames in self.looks]
        return math.exp(sum(map(math.log, chances)) / len(chances))


class Transcriber:
    """Spells numbers with one model.

    Args:
        path: Its ONNX file; the shipped one by default.
        shared: As in `Reader`.

    Raises:
        ModelError: The model is missing or damaged.
    """

    def __init__(self, path: Path = TRANSCRIBER, *, shared: bool = False) -> None:
        self._session = shipped_session(path, shared=shared)

    def spell(
        self,
        pixels: NDArray[np.uint8],
        boxes: Boxes,
        room: Room = (-math.inf, math.inf),
    ) -> Transcript | None:
        """Spell a number.

        Args:
            pixels: uint8 [H, W, 3], the page.
            boxes: float64 [N, 4], of the number's digits as they were found, one at least.
            room: Between which columns of the page there is no other number. Beyond them, and
                beyond the page, nothing is spelt.

        Returns:
            What is spelt, which may be nothing; None where it is too long or too low for a number.
        """
        first = self._look(pixels, boxes, room)
        if first is None or first.chance(first.digits) >= CLEAR:
            return first
        others = [self._look(pixels, _resized(boxes, size), room) for size in SIZES]
        seen = [first, *(other for other in others if other)]
        return max((_together(one, seen) for one in seen), key=lambda one: one.chance(one.digits))

    def _look(self, pixels: NDArray[np.uint8], boxes: Boxes, room: Room) -> Transcript | None:
        """Spell a number once."""
        strip = cut_strip(pixels, boxes)
        if strip is None:
            return None
        feed = {"picture": strip.picture, "tiles": strip.tiles, "span": strip.span}
        (logits,) = self._session.run(["logits"], feed)
        frames = softmax(logits)
        columns = strip.left + (np.arange(len(frames)) + 0.5) * FRAME / strip.scale
        first, last = max(room[0], 0), min(room[1], pixels.shape[1])
        frames[(columns < first) | (columns > last)] = _NOTHING
        runs = ctc.likeliest(frames)
        middles = np.array([sum(run.frames) / 2 for run in runs], np.float64) * FRAME / strip.scale
        return Transcript((frames,), runs, strip.left + middles)


def _together(one: Transcript, seen: Sequence[Transcript]) -> Transcript:
    """Return what one look spells, judged by all."""
    return replace(one, looks=[frames for other in seen for frames in other.looks])


def _resized(boxes: Boxes, size: float) -> Boxes:
    """Make boxes higher about their middles, so that a strip shows them smaller, or lower."""
    middles = (boxes[:, 1] + boxes[:, 3])[:, None] / 2
    resized: Boxes = boxes.copy()
    resized[:, 1::2] = middles + (boxes[:, 1::2] - middles) * size
    return resized
