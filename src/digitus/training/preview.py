"""A data set at a glance: one picture with a row of digits of each class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digitus.drawing import GREY, PAPER, WHITE, typeface
from digitus.training import pens
from digitus.training.datasets import Dataset, Strokes
from digitus.training.glyphs import NO_DIGIT

CELL, GAP, MARGIN = 56, 4, 20
# Room for the digit before its row, for the title, and for the words behind the row.
LABEL, TITLE, COUNT = 44, 44, 64
COLUMNS = 20
INK, RULE = (28, 25, 23), (214, 211, 209)
TITLE_LETTERS, LABEL_LETTERS, WORD_LETTERS = 20, 26, 13
# Which digits are shown is left to chance, but it is the same each time.
SEED = 2026
# The pen that strokes are drawn with, as a part of the cell.
PEN = 0.07


def contact_sheet(data: Dataset, title: str, columns: int = COLUMNS) -> Image.Image:
    """Draw digits of each class, chosen by chance.

    Args:
        data: Some digits.
        title: What stands above them.
        columns: How many of each class.

    Returns:
        An RGB picture: a row a class, with its digit before and its number of samples behind.

    Raises:
        ImageError: One of the pictures cannot be read.
    """
    classes = [*range(10), *([NO_DIGIT] if (data.labels == NO_DIGIT).any() else [])]
    pitch = CELL + GAP
    width = 2 * MARGIN + LABEL + columns * pitch + COUNT
    sheet = Image.new("RGB", (width, 2 * MARGIN + TITLE + len(classes) * pitch), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN, MARGIN), title, INK, typeface(TITLE_LETTERS))
    counts = f"{len(data):,} digits"
    place = (width - MARGIN, MARGIN + TITLE_LETTERS)
    draw.text(place, counts, GREY, typeface(WORD_LETTERS), anchor="rs")
    rng = np.random.default_rng(SEED)
    for row, digit in enumerate(classes):
        found = np.flatnonzero(data.labels == digit)
        top = MARGIN + TITLE + row * pitch
        middle = top + CELL / 2
        name = "-" if digit == NO_DIGIT else str(digit)
        draw.text((MARGIN, middle), name, INK, typeface(LABEL_LETTERS), anchor="lm")
        words = (width - MARGIN, middle)
        draw.text(words, f"{len(found):,}", GREY, typeface(WORD_LETTERS), anchor="rm")
        for column, index in enumerate(rng.permutation(found)[:columns]):
            left = MARGIN + LABEL + column * pitch
            _paste(sheet, _picture(data, int(index)), left, top)
    return sheet


def _picture(data: Dataset, index: int) -> Image.Image:
    """Return one sample as a picture that fits a cell."""
    if data.strokes is not None:
        return _drawn(data.strokes[index])
    picture = Image.fromarray(np.ascontiguousarray(data.page(index)))
    scale = CELL / max(picture.size)
    width, height = (max(1, round(side * scale)) for side in picture.size)
    method = Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.LANCZOS
    return picture.resize((width, height), method)


def _drawn(strokes: Strokes) -> Image.Image:
    """Draw the pen's path on a black cell, as the pictures of MNIST are."""
    pen = PEN * CELL
    ink: NDArray[np.float32] = pens.draw(strokes, pen, size=CELL - 8 - round(pen))
    cell = Image.new("L", (CELL, CELL))
    drawn = Image.fromarray((ink * 255).astype(np.uint8))
    cell.paste(drawn, ((CELL - drawn.width) // 2, (CELL - drawn.height) // 2))
    return cell.convert("RGB")


def _paste(sheet: Image.Image, picture: Image.Image, left: int, top: int) -> None:
    """Put a picture into the middle of its cell, with an edge that white paper needs."""
    ImageDraw.Draw(sheet).rectangle((left, top, left + CELL - 1, top + CELL - 1), WHITE, RULE)
    at = left + (CELL - picture.width) // 2, top + (CELL - picture.height) // 2
    sheet.paste(picture, at)
    edge = (at[0], at[1], at[0] + picture.width - 1, at[1] + picture.height - 1)
    ImageDraw.Draw(sheet).rectangle(edge, outline=RULE)
