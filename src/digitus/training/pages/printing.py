"""Rules, boxes and printed words on a sheet; no printed digit anywhere."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import ImageDraw, ImageFont

from digitus.training.pages.canvas import Box, Canvas
from digitus.training.pages.texts import words
from digitus.training.sheets import FORM_WORDS

Tone = tuple[int, int, int]

# Typefaces are made for whole sizes; making one takes longer than using it.
SMALLEST_PRINT = 7
RULES: tuple[Tone, ...] = ((150, 175, 210), (165, 185, 200), (120, 150, 195), (175, 175, 175))
"""Colours of the ruling of paper to write on."""
DARK_RULES: tuple[Tone, ...] = ((40, 40, 42), (80, 80, 84), (20, 20, 30), (120, 122, 126))
"""Colours of lines drawn or printed strongly."""
MARGIN: Tone = (220, 110, 120)


@lru_cache(maxsize=64)
def typeface(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Gives the typeface that comes with Pillow."""
    return ImageFont.load_default(size)


def pick(colours: tuple[Tone, ...], rng: np.random.Generator) -> Tone:
    """Picks a colour."""
    return colours[int(rng.integers(len(colours)))]


def rule_sheet(
    canvas: Canvas,
    pitch: float,
    first: float,
    rng: np.random.Generator,
    *,
    squared: bool = False,
    colour: Tone | None = None,
) -> None:
    """Rules the whole sheet.

    Args:
        canvas: the page.
        pitch: distance of the lines in pixels.
        first: row of one of them.
        rng: the source of chance.
        squared: with columns as well.
        colour: None picks one.
    """
    pencil = canvas.pencil
    if colour is None:
        colour = pick(RULES if rng.random() < 0.75 else DARK_RULES, rng)
    width = int(np.clip(round(pitch * rng.uniform(0.01, 0.05)), 1, 3))
    wide, tall = canvas.ground.size
    bow = rng.normal(0.0, 0.004) * tall  # paper is seldom flat
    for row in np.arange(first % pitch, tall, pitch):
        middle = row + bow
        pencil.line(((0, row), (wide / 2, middle), (wide, row)), fill=colour, width=width)
    if squared:
        for column in np.arange(rng.uniform(0, pitch), wide, pitch):
            pencil.line(((column, 0), (column, tall)), fill=colour, width=width)
    elif rng.random() < 0.2:
        column = canvas.area[0] + canvas.width * rng.uniform(0.02, 0.2)
        pencil.line(((column, 0), (column, tall)), fill=MARGIN, width=width)


def frame(
    pencil: ImageDraw.ImageDraw, box: Box, width: int, colour: Tone, rng: np.random.Generator
) -> None:
    """Draws a box as printers and people do: corners never quite where they should be."""
    left, top, right, bottom = box
    slip = rng.normal(0.0, 0.006, 8) * (bottom - top)
    corners = (
        (left + slip[0], top + slip[1]),
        (right + slip[2], top + slip[3]),
        (right + slip[4], bottom + slip[5]),
        (left + slip[6], bottom + slip[7]),
    )
    pencil.line((*corners, corners[0]), fill=colour, width=width, joint="curve")


def label(rng: np.random.Generator) -> str:
    """Gives what is printed beside a field."""
    if rng.random() < 0.5:
        return str(rng.choice(FORM_WORDS))
    return words(rng, int(rng.integers(1, 3))).capitalize()


def print_text(
    pencil: ImageDraw.ImageDraw,
    place: tuple[float, float],
    text: str,
    size: float,
    colour: Tone,
    anchor: str = "ls",
) -> float:
    """Prints a line of text and returns its width in pixels.

    Args:
        pencil: of the sheet.
        place: (x, y) of the anchor.
        text: what.
        size: of the type in pixels.
        colour: its colour.
        anchor: as Pillow has it; the left end of the base line unless told.
    """
    face = typeface(max(SMALLEST_PRINT, round(size)))
    pencil.text(place, text, fill=colour, font=face, anchor=anchor)
    return float(face.getlength(text))


def print_lines(
    canvas: Canvas, box: Box, size: float, colour: Tone, rng: np.random.Generator
) -> None:
    """Fills a box with printed text, in lines, cut off at its right."""
    left, top, right, bottom = box
    pencil = canvas.pencil
    for base in np.arange(top + size, bottom, size * rng.uniform(1.2, 1.7)):
        text = words(rng, max(1, int((right - left) / (size * 3.2) * rng.uniform(0.5, 1.0))))
        print_text(pencil, (left, base), text, size, colour)
