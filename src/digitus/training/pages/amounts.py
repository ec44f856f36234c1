"""The amount field of a cheque: one number on a texture, with rules and remains of print."""

from __future__ import annotations

import numpy as np

from digitus.training.pages import texts
from digitus.training.pages.canvas import Canvas
from digitus.training.pages.clutter import signature, underline
from digitus.training.pages.desk import Desk
from digitus.training.pages.printing import DARK_RULES, frame, pick, print_text
from digitus.training.pages.scribe import extent

# Part of the field's height that its digits take where the picture is cut to the field.
TALL = (0.52, 0.98)
# How often whoever writes it is in a hurry.
HURRIED = 0.4
# Width of a sign in heights of a digit.
SIGN = 0.3
# The field of a whole cheque is not higher than this part of its width.
FIELD = 0.45
PRINTED_SIGNS = ("$", "CHF", "EUR", "Fr.", "€", "$")


def amount(canvas: Canvas, desk: Desk) -> None:
    """Writes an amount, its field filling the picture or lying in the middle of a cheque."""
    rng = desk.rng
    field = min(canvas.height, FIELD * canvas.width)
    height = field * rng.uniform(*TALL)
    fitting = canvas.width / (height * desk.advance()) * rng.uniform(0.7, 1.1)
    text = texts.amount(rng, int(np.clip(round(fitting), 2, 8)))
    signs = sum(not character.isdigit() for character in text)
    wide = (len(text) - signs) * desk.advance() + SIGN * signs
    height = min(height, canvas.width / max(wide, 1.2))
    scribe = desk.scribe(height, HURRIED)
    pieces = scribe.write(text, height, rng, room=canvas.width, slope=float(rng.normal(0, 0.03)))
    left, top, right, bottom = extent(pieces)
    free = max(canvas.width - (right - left), 0.0)
    x = canvas.area[0] + free * rng.random() ** 2 - left  # mostly at the left
    # An area that is hardly higher than its digits loses some of their tails.
    middle = (canvas.area[1] + canvas.area[3]) / 2
    spare = canvas.height - (bottom - top)
    base = middle - (bottom + top) / 2 + spare * np.clip(rng.normal(0, 0.15), -0.4, 0.4)
    _rules(canvas, base, field, desk)
    canvas.begin_line()
    canvas.put(pieces, x, base)
    if free > height and rng.random() < 0.1:
        # The line that people draw so that nothing can be added.
        underline(canvas, desk, x + right + 3 * desk.pen, canvas.area[2], base - 0.4 * height)
    if canvas.height > 2.2 * height:
        _surroundings(canvas, base, height, desk)


def _rules(canvas: Canvas, base: float, field: float, desk: Desk) -> None:
    """Prints the lines above and below the amount, its box, and a strip of bare paper."""
    rng = desk.rng
    pencil, wide = canvas.pencil, canvas.ground.width
    colour = pick(DARK_RULES, rng)
    width = max(1, round(field * rng.uniform(0.01, 0.04)))
    tilt = rng.normal(0.0, 0.01) * wide
    if rng.random() < 0.12:  # a band without texture at one edge
        edge = base - field * rng.uniform(0.7, 1.0)
        tone = int(rng.integers(200, 250))
        pencil.rectangle((0, 0, wide, max(edge, 0.0)), fill=(tone, tone, tone))
    chance = rng.random()
    if chance < 0.15:
        box = (canvas.area[0], base - 0.95 * field, canvas.area[2], base + 0.15 * field)
        frame(pencil, box, width, colour, rng)
        return
    if chance < 0.7:
        row = base + field * rng.uniform(-0.02, 0.2)
        pencil.line(((0, row), (wide, row + tilt)), fill=colour, width=width)
    if chance > 0.5:
        row = base - field * rng.uniform(0.75, 1.0)
        pencil.line(((0, row), (wide, row + tilt)), fill=colour, width=width)


def _surroundings(canvas: Canvas, base: float, height: float, desk: Desk) -> None:
    """Prints and writes what else stands on a cheque: words above, a name below."""
    rng = desk.rng
    colour = pick(DARK_RULES, rng)
    size = height * rng.uniform(0.25, 0.5)
    if rng.random() < 0.6:
        place = (canvas.area[0], base - 1.5 * height)
        print_text(canvas.pencil, place, texts.words(rng, 4), size, colour)
    if rng.random() < 0.5:
        place = (canvas.area[0], base + 0.9 * height)
        print_text(canvas.pencil, place, texts.words(rng, 5), size, colour)
    if rng.random() < 0.5:
        x = canvas.area[0] + canvas.width * rng.uniform(0.0, 0.5)
        signature(canvas, desk, x, base + 1.9 * height, 0.5 * height)
    if rng.random() < 0.3:
        sign = PRINTED_SIGNS[int(rng.integers(len(PRINTED_SIGNS)))]
        print_text(canvas.pencil, (canvas.area[0], base - height), sign, size, colour)
