"""Strokes of a pen -> the picture that is read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PIL import Image, ImageDraw

Stroke = list[tuple[float, float]]
"""Points in pixels of the sheet, in the pen's order; at least one."""

PAPER, INK = 255, 0
# Drawn so many times larger and reduced, which makes the edges smooth.
FINER = 2


def picture(strokes: Sequence[Stroke], size: tuple[int, int], pen: float) -> Image.Image:
    """Draw strokes with a round pen, black on white.

    Args:
        strokes: What was drawn; a stroke of one point is a dot.
        size: Width and height of the sheet in pixels.
        pen: The pen's width in pixels.
    """
    sheet = Image.new("L", (size[0] * FINER, size[1] * FINER), PAPER)
    draw = ImageDraw.Draw(sheet)
    for stroke in strokes:
        points = [(x * FINER, y * FINER) for x, y in stroke]
        for piece in pairwise(points):
            draw.line(piece, fill=INK, width=round(pen * FINER))
        for x, y in points:  # round ends and joints
            r = pen * FINER / 2
            draw.ellipse((x - r, y - r, x + r - 1, y + r - 1), fill=INK)
    return sheet.reduce(FINER)
