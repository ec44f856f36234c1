"""Digits in print: tables and score sheets, forms with fields, boxes with one digit each."""

from __future__ import annotations

import numpy as np

from digitus.training.pages import texts
from digitus.training.pages.canvas import Box, Canvas
from digitus.training.pages.clutter import signature
from digitus.training.pages.desk import SMALLEST, Desk
from digitus.training.pages.printing import DARK_RULES, Tone, frame, label, pick, print_text
from digitus.training.pages.scribe import Scribe, extent

CHALK: Tone = (215, 220, 210)
PRINT: tuple[Tone, ...] = ((30, 30, 32), (60, 60, 66), (30, 50, 110), (120, 60, 50), (90, 130, 90))
"""Colours in which forms are printed."""
# How often a table has one digit in each cell.
SINGLE = 0.12


def table(canvas: Canvas, desk: Desk) -> None:
    """A grid with a number in nearly every cell, some of it with a head or a first column."""
    rng = desk.rng
    filled = rng.uniform(0.55, 1.0) if rng.random() < 0.9 else rng.uniform(0.1, 0.5)
    columns, count = int(rng.integers(2, 8)), int(rng.integers(2, 10))
    shape = canvas.height / canvas.width
    count = max(1, min(count, round(columns * shape * 1.6)))
    lay_table(canvas, desk, columns, count, filled)


def lay_table(canvas: Canvas, desk: Desk, columns: int, count: int, filled: float) -> None:
    """Draws a table and fills it.

    Args:
        canvas: the page.
        desk: who writes.
        columns: how many.
        count: of rows.
        filled: part of the cells that get a number.
    """
    rng = desk.rng
    x, y = _cuts(canvas.area[0::2], columns, rng), _cuts(canvas.area[1::2], count, rng)
    cell = min(float(np.diff(x).min()), 3.0 * float(np.diff(y).min()))
    height = desk.height(min(cell / 2.2, 0.85 * float(np.diff(y).min())), 0.5)
    colour = CHALK if desk.chalk else pick(DARK_RULES if rng.random() < 0.6 else PRINT, rng)
    width = max(1, round(height * rng.uniform(0.02, 0.07)))
    pencil, style = canvas.pencil, rng.random()
    for row in y if style < 0.9 else y[::2]:
        ends = ((x[0], row), (x[-1], row + rng.normal(0.0, 0.4)))
        pencil.line(ends, fill=colour, width=width)
    for column in x if style > 0.1 else x[1:2]:
        ends = ((column, y[0]), (column + rng.normal(0.0, 0.4), y[-1]))
        pencil.line(ends, fill=colour, width=width)
    scribe = desk.scribe(height)
    headed, named = rng.random() < 0.25, rng.random() < 0.25
    single = rng.random() < SINGLE
    for row in range(len(y) - 1):
        canvas.begin_line()
        for column in range(len(x) - 1):
            box = (x[column], y[row], x[column + 1], y[row + 1])
            if (headed and not row) or (named and not column):
                _name_cell(canvas, scribe, box, height, colour, rng)
            elif rng.random() < filled:
                text = texts.run(rng, 1) if single else texts.score(rng)
                _fill(canvas, scribe, box, text, height, rng)


def form(canvas: Canvas, desk: Desk) -> None:
    """Printed labels, each with a box, a line or a row of boxes to write in."""
    rng = desk.rng
    fields = max(1, min(int(rng.integers(1, 8)), int(canvas.height / (2.2 * SMALLEST))))
    band = canvas.height / fields
    height = desk.height(min(0.6 * band, canvas.width / 7), 0.4)
    colour = CHALK if desk.chalk else pick(PRINT, rng)
    scribe, width = desk.scribe(height), max(1, round(height * rng.uniform(0.02, 0.1)))
    labelled = rng.random() < 0.75
    above = rng.random() < 0.3
    start = canvas.area[0] + canvas.width * (
        rng.uniform(0.2, 0.45) if labelled and not above else 0
    )
    for index in range(fields):
        top = canvas.area[1] + index * band
        field = (start, top + 0.3 * band, canvas.area[2], top + 0.95 * band)
        if labelled:
            place = (canvas.area[0], top + (0.25 if above else 0.7) * band)
            print_text(canvas.pencil, place, label(rng), min(0.3 * band, 0.5 * height), colour)
        if rng.random() < 0.1 and fields > 1:
            signature(canvas, desk, field[0], field[3], 0.6 * height)
            continue
        canvas.begin_line()
        if rng.random() < 0.45:
            comb(canvas, scribe, field, height, (colour, width), rng)
        else:
            _field(canvas, scribe, field, height, (colour, width), rng)


def boxes(canvas: Canvas, desk: Desk) -> None:
    """One row of boxes, one digit in each, large; or one box with a number."""
    rng = desk.rng
    height = desk.height(min(0.75 * canvas.height, canvas.width / 3), 0.4)
    colour = CHALK if desk.chalk else pick(PRINT, rng)
    style = (colour, max(1, round(height * rng.uniform(0.02, 0.12))))
    canvas.begin_line()
    if rng.random() < 0.6:
        comb(canvas, desk.scribe(height), canvas.area, height, style, rng)
    else:
        _field(canvas, desk.scribe(height), canvas.area, height, style, rng)


def comb(
    canvas: Canvas,
    scribe: Scribe,
    area: Box,
    height: float,
    style: tuple[Tone, int],
    rng: np.random.Generator,
) -> None:
    """Prints boxes side by side and writes a digit into each: one number.

    Args:
        canvas: the page.
        scribe: who writes.
        area: left, top, right, bottom of what there is room in.
        height: of a digit in pixels.
        style: colour and width of the boxes.
        rng: the source of chance.
    """
    side = height * rng.uniform(1.05, 1.7)
    tall = min(height * rng.uniform(1.15, 1.8), area[3] - area[1])
    gap = 0.0 if rng.random() < 0.6 else side * rng.uniform(0.05, 0.4)
    count = min(int((area[2] - area[0] + gap) / (side + gap)), int(rng.integers(2, 13)))
    top = area[1] + (area[3] - area[1] - tall) * rng.uniform(0.2, 0.8)
    left = area[0] + (area[2] - area[0] - count * (side + gap)) * rng.uniform(0.0, 0.6)
    left, ticks = max(left, area[0]), rng.random() < 0.2
    written = count if rng.random() < 0.7 else int(rng.integers(0, count + 1))
    for index in range(count):
        box = (left + index * (side + gap), top, left + index * (side + gap) + side, top + tall)
        if ticks:  # a line with short strokes up, as of a comb
            points = ((box[0], top + 0.6 * tall), (box[0], box[3]), (box[2], box[3]))
            canvas.pencil.line((*points, (box[2], top + 0.6 * tall)), fill=style[0], width=style[1])
        else:
            frame(canvas.pencil, box, style[1], style[0], rng)
        if index < written:
            _fill(canvas, scribe, box, texts.run(rng, 1), height, rng, joined=index > 0)


def _field(
    canvas: Canvas,
    scribe: Scribe,
    area: Box,
    height: float,
    style: tuple[Tone, int],
    rng: np.random.Generator,
) -> None:
    """Prints a box or a line and writes a number there."""
    room = area[2] - area[0]
    right = area[0] + max(room * rng.uniform(0.5, 1.0), min(2.5 * height, room))
    tall = min(height * rng.uniform(1.3, 1.9), area[3] - area[1])
    box = (area[0], area[3] - tall, right, area[3])
    if rng.random() < 0.65:
        frame(canvas.pencil, box, style[1], style[0], rng)
    else:
        row = area[3] - 0.1 * tall
        canvas.pencil.line(((area[0], row), (right, row)), fill=style[0], width=style[1])
    _fill(canvas, scribe, box, texts.number(rng, 8), height, rng)


def _fill(
    canvas: Canvas,
    scribe: Scribe,
    box: Box,
    text: str,
    height: float,
    rng: np.random.Generator,
    joined: bool = False,
) -> None:
    """Writes into a box, about in its middle; the hand does not always stay inside."""
    pieces = scribe.write(text, height, rng, room=1.05 * (box[2] - box[0]))
    left, top, right, bottom = extent(pieces)
    part = np.clip(rng.normal(0.5, 0.15, 2), 0.0, 1.0)
    x = box[0] + (box[2] - box[0] - right + left) * part[0] - left
    y = box[1] + (box[3] - box[1] - bottom + top) * part[1] - top
    canvas.put(pieces, x, y, joined)


def _name_cell(
    canvas: Canvas, scribe: Scribe, box: Box, height: float, colour: Tone, rng: np.random.Generator
) -> None:
    """Writes or prints a word into a cell."""
    if rng.random() < 0.5:
        _fill(canvas, scribe, box, texts.word(rng), 0.8 * height, rng)
    else:
        place = (box[0] + 0.1 * height, (box[1] + box[3]) / 2)
        print_text(canvas.pencil, place, label(rng)[:8], 0.55 * height, colour, "lm")


def _cuts(ends: tuple[float, ...], count: int, rng: np.random.Generator) -> list[float]:
    """Cuts a length into cells: all of one size, or the first one larger."""
    shares = np.ones(count)
    if rng.random() < 0.3:
        shares[0] *= rng.uniform(1.2, 2.0)
    low, high = ends[0], ends[-1]
    inner = rng.uniform(0.0, 0.03, 2) * (high - low)
    edges = np.concatenate(((0.0,), np.cumsum(shares / shares.sum())))
    return [float(v) for v in low + inner[0] + edges * (high - low - inner.sum())]
