"""Strings of given digits at a given spacing on plain paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np

from digitus.training.negatives import WRITERS
from digitus.training.pages.camera import View
from digitus.training.pages.canvas import Canvas
from digitus.training.pages.grounds import plain
from digitus.training.pages.hands import Hand, Hands
from digitus.training.pages.make import page_of
from digitus.training.pages.masks import Nib
from digitus.training.pages.page import SyntheticPage
from digitus.training.pages.scribe import Scribe, extent
from digitus.training.pages.spacing import Spacing
from digitus.training.papers import spoil

Distance = Literal["spaced", "touching", "overlapping"]

SPACINGS: dict[Distance, Spacing] = {
    "spaced": Spacing(0.12, 0.05),
    "touching": Spacing(0.0, 0.0, touching=1.0),
    "overlapping": Spacing(0.0, 0.0, overlapping=1.0),
}
"""How near neighbours stand: apart, with ink that just touches, written into each other."""
LENGTHS = (3, 8)
HEIGHTS = (28.0, 64.0)  # of digits in pixels, as in scanned forms
PEN = (0.05, 0.11)  # width of the pen in heights of a digit, of what is drawn
MARGIN = 0.4  # free paper around, in heights


def string_page(
    values: Sequence[int],
    hand: Hand,
    spacing: Spacing,
    rng: np.random.Generator,
    beside: tuple[str, str] = ("", ""),
) -> SyntheticPage:
    """Writes a string of digits in one hand on plain paper.

    Args:
        values: the digits, 0 to 9.
        hand: whose.
        spacing: how near neighbours stand.
        rng: the source of chance.
        beside: letters before and behind them.

    Returns:
        A page cut to the string; one number on one line.
    """
    height = rng.uniform(*HEIGHTS)
    nib = Nib(max(1.2, height * rng.uniform(*PEN)), float(rng.uniform(-0.5, 0.5)))
    writer = WRITERS[int(rng.integers(len(WRITERS))) if any(beside) else 0]
    scribe = Scribe(hand, writer, nib, spacing, drift=0.04, wander=0.02)
    pieces = scribe.write("".join(map(str, values)).join(beside), height, rng)
    left, top, right, bottom = extent(pieces)
    edge = round(MARGIN * height)
    shape = (bottom - top + 2 * edge, right - left + 2 * edge)
    tone = rng.uniform(215, 255)
    area = (0.0, 0.0, float(shape[1]), float(shape[0]))
    canvas = Canvas(plain((tone, tone, tone), shape), area)
    canvas.begin_line()
    canvas.put(pieces, edge - left, edge - top)
    ink = rng.uniform(10, 80)
    canvas.dry((ink, ink, ink), 1.0, 0.0, rng)
    pixels = spoil(np.asarray(canvas.ground), rng, "noise")
    return page_of(pixels, canvas.marks, View(shape, shape, area, None), "string")


def strings(hands: Hands, distance: Distance, count: int, seed: int) -> Iterator[SyntheticPage]:
    """Writes strings of 3 to 8 digits, each in the hand of one writer of the data sets.

    Args:
        hands: of the check part for a benchmark; made hands only where there are no others.
        distance: of all neighbours.
        count: how many.
        seed: fixes all chance.

    Yields:
        Pages as `string_page` gives them.
    """
    for index in range(count):
        rng = np.random.default_rng((seed, index, *distance.encode()))
        values = rng.integers(0, 10, int(rng.integers(LENGTHS[0], LENGTHS[1] + 1)))
        yield string_page([int(v) for v in values], hands.recorded(rng), SPACINGS[distance], rng)
