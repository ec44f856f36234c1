"""Pages of which it is known where the ink is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitus.ink import Ink
from digitus.training import pens
from digitus.training.handwriting import Writer, write
from digitus.training.papers import Page, compose, to_page
from digitus.training.sheets import Colour, Plane
from digitus.training.skeletons import DIGITS

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)

# Writes every digit as its first shape in the table, without any habits of a hand.
TEXTBOOK = Writer(
    seed=0, slant=0.0, aspect=1.0, roundness=1.0, jitter=0.0, pen=0.1,
    allographs=tuple(next(iter(shapes)) for shapes in DIGITS),
)  # fmt: skip


def textbook(value: int) -> list[NDArray[np.float64]]:
    """The strokes of a digit, the same each time."""
    rng = np.random.default_rng(value)
    return write(value, TEXTBOOK, rng, allograph=TEXTBOOK.allographs[value])


def digit(value: int, size: int, pen: float = 0.1) -> Plane:
    """Ink of a digit; ``size`` is its longer side in pixels, the pen is a part of that."""
    width = max(1.0, pen * size)
    return pens.draw(textbook(value), width, size=max(1, round(size - width)))


def hard_digit(value: int, size: int, width: int = 1) -> Plane:
    """Ink of a digit in whole pixels; ``size`` is its longer side in pixels."""
    return pens.draw_hard(textbook(value), size - width + 1, width)


def plane(
    shape: tuple[int, int], *inks: Plane, at: tuple[int, int] | None = None, gap: int = 0
) -> Plane:
    """Lay pieces of ink side by side on an empty plane.

    Args:
        shape: Height and width of the plane.
        inks: Ink [h, w] each.
        at: Top and left of the first one; by default all together lie in the middle. What reaches
            over the border is cut.
        gap: Pixels between them.
    """
    laid = np.zeros(shape, np.float32)
    wide = sum(ink.shape[1] for ink in inks) + gap * (len(inks) - 1)
    left = at[1] if at else (shape[1] - wide) // 2
    for ink in inks:
        top = at[0] if at else (shape[0] - ink.shape[0]) // 2
        inside = ink[max(-top, 0) :, max(-left, 0) :][
            : shape[0] - max(top, 0), : shape[1] - max(left, 0)
        ]
        place = laid[max(top, 0) :, max(left, 0) :][: inside.shape[0], : inside.shape[1]]
        np.maximum(place, inside, out=place)
        left += ink.shape[1] + gap
    return laid


def page(ink: Plane, colour: Colour = BLACK, paper: Colour = WHITE) -> Page:
    """Even ink on even paper."""
    return compose(ink, to_page(np.broadcast_to(np.float32(paper), (*ink.shape, 3))), colour)


def overlap(found: Ink, ink: Plane) -> float:
    """Return how much of the ink was found: 1 for all of it and nothing else."""
    truth = np.asarray(Image.fromarray(ink).reduce(int(found.scale))) > 0.5
    seen = found.values > 0.5
    return float((seen & truth).sum() / max((seen | truth).sum(), 1))
