"""Digits in lines: one digit, one number, rows of numbers, notes, numbers here and there."""

from __future__ import annotations

import numpy as np

from digitus.training.pages import texts
from digitus.training.pages.canvas import Canvas
from digitus.training.pages.clutter import underline
from digitus.training.pages.desk import SMALLEST, Desk
from digitus.training.pages.printing import rule_sheet
from digitus.training.pages.scribe import extent

# Rules of the sheet under one line of writing: people use every one, every other, or none.
PITCH = (1.3, 2.4)
RULED, SQUARED = 0.3, 0.1
# Distance of the base lines of neighbouring rows, in heights of a digit.
LEADING = (1.35, 3.2)
# Rows and columns of a page of many digits.
DENSE = 120


def digit(canvas: Canvas, desk: Desk) -> None:
    """One digit, mostly large."""
    rng = desk.rng
    height = desk.height(0.92 * min(canvas.height, 1.2 * canvas.width), 0.3)
    _rule(canvas, desk, height, canvas.area[3])
    pieces = desk.scribe(height).write(texts.run(rng, 1), height, rng)
    left, top, right, bottom = extent(pieces)
    x = canvas.area[0] + (canvas.width - right + left) * _middle(rng)
    y = canvas.area[1] + (canvas.height - bottom + top) * _middle(rng)
    canvas.begin_line()
    canvas.put(pieces, x - left, y - top)


def line(canvas: Canvas, desk: Desk) -> None:
    """One number, or a few side by side, on one line."""
    rng = desk.rng
    text = texts.number(rng)
    chance = rng.random()
    if chance < 0.15:
        text = " ".join(texts.digits(rng, 5) for _ in range(int(rng.integers(2, 4))))
    elif chance < 0.27:
        text = " ".join(texts.run(rng, int(rng.integers(2, 11))))
    fit = min(0.9 * canvas.height, canvas.width / (len(text) * desk.advance() + 0.2))
    height = desk.height(fit, 0.3 if rng.random() < 0.3 else 0.65)
    slope = float(rng.normal(0.0, 0.02))
    shrink = rng.uniform(0.1, 0.5) if rng.random() < 0.06 else 0.0
    scribe = desk.scribe(height)
    pieces = scribe.write(text, height, rng, room=canvas.width, slope=slope, shrink=shrink)
    left, top, right, bottom = extent(pieces)
    x = canvas.area[0] + (canvas.width - right + left) * _middle(rng)
    base = canvas.area[1] + (canvas.height - bottom + top) * _middle(rng) - top
    _rule(canvas, desk, height, base)
    canvas.begin_line()
    canvas.put(pieces, x - left, base)
    if rng.random() < 0.08:
        underline(canvas, desk, x, x + right, base + 0.15 * height)


def rows(canvas: Canvas, desk: Desk) -> None:
    """Numbers in rows, one to three of them in each, or digits far apart."""
    rng = desk.rng
    single = rng.random() < 0.35
    columns = int(rng.integers(3, 7)) if single else int(rng.choice((1, 1, 2, 3)))
    longest = 1 if single else int(rng.integers(1, 10 if columns == 1 else 6))
    _rows(canvas, desk, columns, longest, single)


def dense(canvas: Canvas, desk: Desk) -> None:
    """A page full of small digits."""
    rng = desk.rng
    _rows(canvas, desk, int(rng.integers(2, 6)), int(rng.integers(3, 8)), False, DENSE)


def scattered(canvas: Canvas, desk: Desk) -> None:
    """Numbers here and there, each on a line of its own or beside another one."""
    rng = desk.rng
    bands = int(rng.integers(2, 5))
    band = canvas.height / bands
    height = desk.height(min(0.6 * band, canvas.width / 6), 0.35)
    _rule(canvas, desk, height, canvas.area[3])
    scribe = desk.scribe(height)
    for index in range(bands):
        canvas.begin_line()
        sides = 2 if rng.random() < 0.3 else 1
        for side in range(sides):
            if rng.random() < 0.15:
                continue
            room = canvas.width / sides
            most = max(1, min(5, int(room / (height * desk.advance()))))
            text = texts.number(rng, most)
            pieces = scribe.write(text, height, rng, room=0.95 * room)
            left, top, right, bottom = extent(pieces)
            x = canvas.area[0] + side * room + (0.97 * room - right + left) * rng.random() - left
            free = max(band - (bottom - top), 0.0)
            # Two on a line stand at one height, more or less.
            part = rng.random() if sides == 1 else rng.uniform(0.4, 0.6)
            canvas.put(pieces, x, canvas.area[1] + index * band + free * part - top)


def notes(canvas: Canvas, desk: Desk) -> None:
    """Words and numbers, as on a shopping list or in a diary."""
    rng = desk.rng
    count = int(rng.integers(2, 8))
    fit = min(canvas.height / (count * 1.7), canvas.width / 7)
    height = max(desk.height(fit, 0.5), SMALLEST)
    leading = height * rng.uniform(1.5, 2.2)
    base = canvas.area[1] + height * rng.uniform(1.1, 1.6)
    _rule(canvas, desk, height, base, leading)
    scribe = desk.scribe(height)
    listed = rng.random() < 0.4
    while base < canvas.area[3] - 0.25 * height:
        parts = [
            texts.number(rng, 5) if rng.random() < 0.4 else texts.word(rng)
            for _ in range(int(rng.integers(1, 5)))
        ]
        pieces = scribe.write(" ".join(parts), height, rng, room=canvas.width)
        canvas.begin_line()
        canvas.put(pieces, canvas.area[0], base)
        if listed:  # a price at the right
            price = scribe.write(texts.number(rng, 4), height, rng, room=0.4 * canvas.width)
            start = canvas.width - extent(price)[2]
            if start > extent(pieces)[2] + height:
                canvas.put(price, canvas.area[0] + start, base)
        base += leading


def _rows(
    canvas: Canvas, desk: Desk, columns: int, longest: int, single: bool, most: int = 60
) -> None:
    """Fills the area with rows of numbers until there is no more room, or `most` digits."""
    rng = desk.rng
    cell = canvas.width / columns
    leading = rng.uniform(*LEADING)
    # Few rows are written large, many small.
    count = int(rng.integers(6, 25)) if most == DENSE else 1 + int(rng.geometric(0.3))
    fit = cell / (longest * desk.advance() + (0.5 if columns > 1 else 0.1))
    height = desk.height(min(fit, canvas.height / (count * leading)), 0.6)
    height = max(height, min(SMALLEST, fit))
    step = height * leading
    base = canvas.area[1] + height * rng.uniform(1.05, 1.4)
    scribe, slope = desk.scribe(height), float(rng.normal(0.0, 0.012))
    limit = canvas.area[3] - 0.1 * height
    base += max(limit - base - (count - 1) * step, 0.0) * rng.random()
    _rule(canvas, desk, height, base, step)
    for _ in range(count):
        if base > limit or len(canvas.marks) >= most:
            break
        canvas.begin_line()
        for column in range(columns):
            if rng.random() < 0.06:
                continue
            text = texts.run(rng, 1) if single else texts.number(rng, longest)
            pieces = scribe.write(text, height, rng, room=0.94 * cell, slope=slope)
            left, _, right, _ = extent(pieces)
            free = max(0.94 * cell - (right - left), 0.0)
            x = canvas.area[0] + column * cell + free * rng.uniform(0.0, 0.35 if single else 0.15)
            canvas.put(pieces, x, base + slope * (x - canvas.area[0]))
        base += step


def _rule(
    canvas: Canvas, desk: Desk, height: float, base: float, leading: float | None = None
) -> None:
    """Rules the sheet, or leaves it."""
    rng = desk.rng
    chance = rng.random()
    if chance > RULED + SQUARED or "blank" in desk.scene.grounds:
        return
    pitch = height * rng.uniform(*PITCH)
    squared = chance > RULED
    if squared:
        pitch = height * rng.uniform(0.35, 1.3)
    elif leading is not None and rng.random() < 0.7:
        pitch = leading
    elif rng.random() < 0.3:
        base += rng.uniform(0, pitch)
    colour = (90, 110, 100) if desk.chalk else None
    rule_sheet(canvas, pitch, base + 0.05 * height, rng, squared=squared, colour=colour)


def _middle(rng: np.random.Generator) -> float:
    """Part of the free room that is left of something, or above: mostly about a half."""
    return float(np.clip(rng.normal(0.5, 0.25), 0.0, 1.0))
