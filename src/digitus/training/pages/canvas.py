"""A page while it is being made: paper, wet ink, and where the digits are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw

from digitus.training.pages.masks import VISIBLE, Mask
from digitus.training.pages.scribe import NO_DIGIT, Piece
from digitus.training.pages.spacing import sides
from digitus.training.sheets import Colour, clouds

# Rows of a digit's outline that are kept: enough for a box to be right to a pixel when turned.
OUTLINE = 48
# Cells of uneven ink, in pixels: as fine as the grain of paper.
GRAIN = 1.6

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Mark:
    """A digit on the canvas.

    Attributes:
        outline: float64 `[k, 2]`, points (x, y) around its ink.
        value: 0 to 9.
        number: which number of the page.
        line: which line of the page.
    """

    outline: NDArray[np.float64]
    value: int
    number: int
    line: int


class Canvas:
    """A page while it is being made.

    Args:
        ground: the sheet, RGB; it is drawn on.
        area: left, top, right, bottom of the part that will be seen, whatever the camera does.

    Attributes:
        ground: the sheet and what is dry on it.
        area: as given.
        marks: the digits, in the order in which they were written.
        lines: how many lines were begun.
    """

    def __init__(self, ground: Image.Image, area: Box) -> None:
        self.ground = ground
        self.area = area
        self.marks: list[Mark] = []
        self.lines = 0
        self._numbers = 0
        self._ink = np.zeros((ground.height, ground.width), np.uint8)

    @property
    def width(self) -> float:
        """Columns of the area."""
        return self.area[2] - self.area[0]

    @property
    def height(self) -> float:
        """Rows of the area."""
        return self.area[3] - self.area[1]

    @property
    def pencil(self) -> ImageDraw.ImageDraw:
        """Draws print and rules on the sheet."""
        return ImageDraw.Draw(self.ground)

    def begin_line(self) -> None:
        """Counts a new line; what is put down next belongs to it."""
        self.lines += 1

    def put(self, pieces: Sequence[Piece], x: float, base: float, joined: bool = False) -> None:
        """Lays writing down, still wet.

        Args:
            pieces: what a scribe wrote.
            x: column of its left edge.
            base: row of the base line.
            joined: the first number of it goes on with the one that was put down last.
        """
        seen = -1
        for piece in pieces:
            left, top = round(x) + piece.left, round(base) + piece.top
            if not self.stamp(piece.mask, left, top) or piece.value == NO_DIGIT:
                continue
            if piece.number != seen:
                self._numbers += not (joined and seen == -1)
                seen = piece.number
            outline = _outline(piece.mask) + np.array((left, top))
            self.marks.append(Mark(outline, piece.value, self._numbers, self.lines))

    def stamp(self, mask: Mask, left: int, top: int) -> bool:
        """Lays ink down, still wet; what is outside is cut off. Says whether any is inside."""
        rows, columns = self._ink.shape
        y0, y1 = max(top, 0), min(top + mask.shape[0], rows)
        x0, x1 = max(left, 0), min(left + mask.shape[1], columns)
        if y0 >= y1 or x0 >= x1:
            return False
        part = mask[y0 - top : y1 - top, x0 - left : x1 - left]
        place = self._ink[y0:y1, x0:x1]
        np.maximum(place, part, out=place)
        return True

    def dry(self, colour: Colour, opacity: float, grain: float, rng: np.random.Generator) -> None:
        """Lets the wet ink dry in one pen's colour; then another pen can be taken.

        Args:
            colour: (red, green, blue), 0..255.
            opacity: 0..1.
            grain: how uneven it lies, 0..1.
            rng: the source of chance.
        """
        rows = np.flatnonzero(self._ink.any(axis=1))
        if not len(rows):
            return
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        cover = Image.fromarray(self._ink[top:bottom])
        if grain > 0:
            shape = (bottom - top, self.ground.width)
            uneven = np.abs(clouds(shape, rng, GRAIN / max(shape)))
            level = 255 * opacity * (1 - grain * np.clip(uneven, 0, 1))
            cover = ImageChops.multiply(cover, Image.fromarray(level.astype(np.uint8)))
        else:
            cover = cover.point([round(level * opacity) for level in range(256)])
        red, green, blue = (round(c) for c in colour)
        self.ground.paste((red, green, blue), (0, top), cover)
        self._ink[top:bottom] = 0


def boxes_of(outlines: Iterable[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Puts boxes around outlines: float64 `[n, 4]`."""
    found = [np.concatenate((points.min(axis=0), points.max(axis=0))) for points in outlines]
    return np.array(found, dtype=np.float64).reshape(-1, 4)


def _outline(mask: Mask) -> NDArray[np.float64]:
    """Finds points around the visible ink, float64 `[k, 2]`."""
    first, last = sides(mask)
    rows = np.flatnonzero((mask >= VISIBLE).any(axis=1))
    if len(rows) > OUTLINE:
        far = rows[[first[rows].argmin(), last[rows].argmax()]]
        even = rows[np.linspace(0, len(rows) - 1, OUTLINE).astype(int)]
        rows = np.concatenate((even, far))
    x = np.concatenate((first[rows], first[rows], last[rows], last[rows]))
    y = np.concatenate((rows, rows + 1, rows, rows + 1))
    return np.stack((x, y), axis=1)
