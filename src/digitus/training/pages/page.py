"""What `make_page` gives: a picture and where its digits are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class SyntheticPage:
    """A made page. Digits stand in reading order: line by line, from left to right.

    Attributes:
        pixels: uint8 `[H, W, 3]`.
        boxes: float32 `[n, 4]`, left, top, right, bottom of each digit's ink in pixels.
        values: uint8 `[n]`, 0 to 9.
        numbers: int64 `[n]`, which number a digit belongs to, counted from 0 without gaps.
        lines: int64 `[n]`, which line, counted from 0 without gaps; a number stands in one line.
        kind: one of `make.KINDS`, or what else made it.
    """

    pixels: NDArray[np.uint8]
    boxes: NDArray[np.float32]
    values: NDArray[np.uint8]
    numbers: NDArray[np.int64]
    lines: NDArray[np.int64]
    kind: str

    def __len__(self) -> int:
        """Return the number of digits."""
        return len(self.values)

    @property
    def text(self) -> str:
        """The digits as `digitus.Reading.text` has them: numbers spaced, lines on their own."""
        rows = []
        for line in np.unique(self.lines):
            here = self.lines == line
            rows.append(
                " ".join(
                    "".join(map(str, self.values[here & (self.numbers == number)]))
                    for number in np.unique(self.numbers[here])
                )
            )
        return "\n".join(rows)
