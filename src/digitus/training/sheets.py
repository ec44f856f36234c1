"""Sheets to write on: blank, ruled, squared, printed, or a blackboard.

A sheet is float32 `[H, W, 3]`, 0..255. Lengths are given as parts of the longer side, so that a
small picture and a large one show the same scene.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Plane = NDArray[np.float32]
Colour = tuple[float, float, float]
Shape = tuple[int, int]
Sheet = Callable[[Shape, np.random.Generator], Plane]

# Words as forms carry them: no digits, and no letter that stands alone.
FORM_WORDS = ("Name", "Date", "Amount", "Total", "Room", "Table", "Points", "Mark", "Form")


def clouds(shape: Shape, rng: np.random.Generator, cell: float) -> Plane:
    """Smooth noise with features of `cell` of the longer side, float32 `[H, W]`, -1..1."""
    rows, columns = (max(2, math.ceil(s / max(cell * max(shape), 1.0)) + 1) for s in shape)
    coarse = rng.uniform(-1.0, 1.0, (rows, columns)).astype(np.float32)
    fine = Image.fromarray(coarse).resize(shape[::-1], Image.Resampling.BICUBIC)
    noise: Plane = np.asarray(fine)
    return noise


def grid(shape: Shape) -> tuple[Plane, Plane]:
    """Rows `[H, 1]` and columns `[1, W]` from the middle, in parts of the longer side."""
    height, width = shape
    longer = np.float32(max(shape))
    y = (np.arange(height, dtype=np.float32) - height / 2)[:, None] / longer
    x = (np.arange(width, dtype=np.float32) - width / 2)[None] / longer
    return y, x


def _plain(shape: Shape, colour: Colour) -> Plane:
    sheet: Plane = np.empty((*shape, 3), dtype=np.float32)
    sheet[:] = colour
    return sheet


def _white(shape: Shape, rng: np.random.Generator) -> Plane:
    return _plain(shape, (rng.uniform(246, 255),) * 3)


def _grey(shape: Shape, rng: np.random.Generator) -> Plane:
    grey = rng.uniform(150, 235)
    sheet = _plain(shape, (grey, grey + rng.uniform(-4, 4), grey + rng.uniform(-10, 8)))
    return sheet + clouds(shape, rng, 0.4)[..., None] * rng.uniform(1, 6)


def _yellow(shape: Shape, rng: np.random.Generator) -> Plane:
    red = rng.uniform(195, 255)
    sheet = _plain(shape, (red, red * rng.uniform(0.86, 0.95), red * rng.uniform(0.5, 0.72)))
    return sheet + clouds(shape, rng, 0.01)[..., None] * rng.uniform(2, 9)


def _textured(shape: Shape, rng: np.random.Generator) -> Plane:
    sheet = _grey(shape, rng) + 15
    rough = clouds(shape, rng, 0.008) + clouds(shape, rng, 0.03)
    return sheet + rough[..., None] * rng.uniform(3, 12)


def _ruled(shape: Shape, rng: np.random.Generator) -> Plane:
    sheet = _white(shape, rng) - rng.uniform(0, 25)
    ink = _rules(shape, rng, rng.uniform(0.07, 0.25), math.pi / 2)
    _tint(sheet, ink, (rng.uniform(90, 190), rng.uniform(130, 190), rng.uniform(170, 230)))
    if rng.random() < 0.3:  # the red margin of a school book
        x = grid(shape)[1] + rng.uniform(0.25, 0.45)
        _tint(sheet, np.clip(1.5 - np.abs(x) * max(shape), 0, 1) + 0 * ink, (220, 110, 120))
    return sheet


def _squared(shape: Shape, rng: np.random.Generator) -> Plane:
    sheet = _white(shape, rng) - rng.uniform(0, 25)
    gap, turn = rng.uniform(0.05, 0.2), rng.uniform(-0.05, 0.05)
    net = np.maximum(_rules(shape, rng, gap, turn), _rules(shape, rng, gap, turn + math.pi / 2))
    _tint(sheet, net, (rng.uniform(130, 190), rng.uniform(150, 200), rng.uniform(180, 230)))
    return sheet


def _box(shape: Shape, rng: np.random.Generator) -> Plane:
    """The field of a form: a border, now and then cut by the edge of the picture."""
    sheet = _white(shape, rng)
    left, top = rng.uniform(0.0, 0.1, 2) * (shape[1], shape[0])
    right, bottom = (1 - rng.uniform(0.0, 0.1, 2)) * (shape[1], shape[0])
    width = max(1, round(max(shape) * rng.uniform(0.004, 0.02)))
    return _drawn(sheet, [("rectangle", (left, top, right, bottom), width)], rng)


def _table(shape: Shape, rng: np.random.Generator) -> Plane:
    sheet = _white(shape, rng)
    height, width = shape
    pen = max(1, round(max(shape) * rng.uniform(0.003, 0.012)))
    x0, x1 = rng.uniform(0.02, 0.12) * width, rng.uniform(0.88, 0.98) * width
    y0, y1 = rng.uniform(0.02, 0.12) * height, rng.uniform(0.88, 0.98) * height
    lines = [
        *((0.0, y, float(width), y + rng.normal(0, 0.01 * height)) for y in (y0, y1)),
        *((x, 0.0, x + rng.normal(0, 0.01 * width), float(height)) for x in (x0, x1)),
    ]
    return _drawn(sheet, [("line", line, pen) for line in lines], rng)


def _form(shape: Shape, rng: np.random.Generator) -> Plane:
    """A printed word in a corner and a line or a box to write in."""
    sheet = _box(shape, rng) if rng.random() < 0.5 else _white(shape, rng)
    height, width = shape
    image = Image.fromarray(np.clip(sheet, 0, 255).astype(np.uint8))
    pencil = ImageDraw.Draw(image)
    word = FORM_WORDS[int(rng.integers(len(FORM_WORDS)))]
    font = ImageFont.load_default(max(6.0, max(shape) * rng.uniform(0.04, 0.06)))
    y = height * float(rng.choice((0.02, 0.9)))
    pencil.text((width * rng.uniform(0.02, 0.5), y), word, fill=(40, 40, 40), font=font)
    return np.asarray(image, dtype=np.float32)


def _board(shape: Shape, rng: np.random.Generator) -> Plane:
    """A blackboard or a greenboard with the haze of what was wiped off."""
    sheet = _plain(shape, (30, 40, 34) if rng.random() < 0.4 else (30, 55, 42))
    haze = np.maximum(clouds(shape, rng, 0.3) + clouds(shape, rng, 0.1), 0)
    sheet += (haze * rng.uniform(5, 25) + clouds(shape, rng, 0.005) * 4)[..., None]
    return sheet


KINDS: dict[str, Sheet] = {
    "white": _white,
    "grey": _grey,
    "yellow": _yellow,
    "textured": _textured,
    "ruled": _ruled,
    "squared": _squared,
    "box": _box,
    "table": _table,
    "form": _form,
    "board": _board,
}


def _rules(shape: Shape, rng: np.random.Generator, gap: float, angle: float) -> Plane:
    """Parallel lines across the direction `angle` as ink, softly drawn, a pixel or more wide."""
    y, x = grid(shape)
    tilt = angle + rng.normal(0, 0.015)
    along = (x * math.cos(tilt) + y * math.sin(tilt) + rng.uniform(0, gap)) % gap
    half = max(0.5, max(shape) * rng.uniform(0.0005, 0.003))
    ink: Plane = np.clip(half + 0.5 - np.abs(along - gap / 2) * max(shape), 0, 1)
    return ink


def _tint(sheet: Plane, ink: Plane, colour: Colour) -> None:
    sheet += ink[..., None] * (np.asarray(colour, np.float32) - sheet)


def _drawn(
    sheet: Plane,
    figures: Sequence[tuple[str, tuple[float, float, float, float], int]],
    rng: np.random.Generator,
) -> Plane:
    """Print lines and rectangles of one dark colour on a sheet."""
    image = Image.fromarray(np.clip(sheet, 0, 255).astype(np.uint8))
    pencil = ImageDraw.Draw(image)
    grey = int(rng.integers(0, 130))
    for figure, place, width in figures:
        if figure == "line":
            pencil.line(place, fill=(grey, grey, grey), width=width)
        else:
            pencil.rectangle(place, outline=(grey, grey, grey), width=width)
    return np.asarray(image, dtype=np.float32)
