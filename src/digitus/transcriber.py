"""The transcriber: a whole number at once, where digits touch and lie over each other.

The finder looks at one place after the other, and where digits are written into each other there
is no place for each. The transcriber sees the number as a strip and spells it from left to right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitus import ctc
from digitus.card import read_model
from digitus.errors import InvalidModel
from digitus.lines import Boxes
from digitus.model import session_of, softmax
from digitus.strip import cut_strip

TRANSCRIBER = Path(__file__).parent / "models" / "transcriber.onnx"
# Columns of the strip that a frame stands for.
FRAME = 2


@dataclass(frozen=True)
class Transcript:
    """What is spelt on a strip.

    Attributes:
        frames: float32 [F, 11], what each frame says: probabilities of ten digits and of nothing.
        runs: The digits that the likeliest path spells, from left to right.
        middles: float64 [N], where their middles are, in pixels of the page.
    """

    frames: NDArray[np.float32]
    runs: Sequence[ctc.Run]
    middles: NDArray[np.float64]

    @property
    def digits(self) -> tuple[int, ...]:
        """The digits, 0-9 each."""
        return tuple(run.digit for run in self.runs)

    def chance(self, digits: Sequence[int]) -> float:
        """Return how likely the strip spells some digits."""
        return ctc.chance(self.frames, digits)


class Transcriber:
    """Spells numbers with one model.

    Args:
        path: Its ONNX file; the shipped one by default.

    Raises:
        ModelError: The model is missing or damaged.
    """

    def __init__(self, path: Path = TRANSCRIBER) -> None:
        content = read_model(path)
        try:
            self._session = session_of(path, content)
        except Exception as error:  # ONNX Runtime's errors share no public base class
            raise InvalidModel(f"'{path}' is damaged: install digitus anew") from error

    def spell(self, pixels: NDArray[np.uint8], boxes: Boxes) -> Transcript | None:
        """Spell a number.

        Args:
            pixels: uint8 [H, W, 3], the page.
            boxes: float64 [N, 4], of the number's digits as they were found, one at least.

        Returns:
            What is spelt, which may be nothing; None where it is too long or too low for a number.
        """
        strip = cut_strip(pixels, boxes)
        if strip is None:
            return None
        feed = {"picture": strip.picture, "tiles": strip.tiles, "span": strip.span}
        (logits,) = self._session.run(["logits"], feed)
        frames = softmax(logits)
        runs = ctc.likeliest(frames)
        middles = np.array([sum(run.frames) / 2 for run in runs], np.float64) * FRAME / strip.scale
        return Transcript(frames, runs, strip.left + middles)
