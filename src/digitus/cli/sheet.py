"""A contact sheet: pictures and answers side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from digitus.drawing import (
    GREY,
    RED,
    WHITE,
    Pixels,
    confidence_colour,
    drawn,
    grown,
    percent,
    scaled,
    typeface,
)
from digitus.reading import Reading

ROSE, RULE = (254, 242, 242), (214, 211, 209)  # behind an error, and between the tiles
# A tile: a square for the picture, two lines of words below it.
TILE, MARGIN, LINE = 180, 8, 22
TILE_SIZE = (TILE + 2 * MARGIN, TILE + 2 * LINE + 3 * MARGIN)
WIDTH = 1640  # of the sheet where there is no screen to fit: eight tiles
WORDS, ANSWER, REMARK = 13, 20, 15  # sizes of letters


def tile(pixels: Pixels | None, reading: Reading) -> Image.Image:
    """Draw one tile of a contact sheet: the picture, its answer, its name.

    Args:
        pixels: The upright page, or None where the picture could not be read.
        reading: What was read on it, or why it could not be read.
    """
    canvas = Image.new("RGB", TILE_SIZE, WHITE if reading.error is None else ROSE)
    draw = ImageDraw.Draw(canvas)
    if reading.error is not None:
        answer, doubt, colour = "not read", "", RED
        _write_wrapped(draw, reading.error.message, typeface(WORDS))
    elif reading.numbers:
        lowest = min(number.confidence for number in reading.numbers)
        answer, doubt = reading.text.replace("\n", " / "), percent(lowest)
        colour = confidence_colour(lowest)
    else:
        answer, doubt, colour = "no digit", "", GREY
    if pixels is not None:
        _paste_thumbnail(canvas, pixels, reading)
    top, right = TILE + 2 * MARGIN + LINE // 2, TILE_SIZE[0] - MARGIN
    small, large = typeface(WORDS), typeface(ANSWER if reading.numbers else REMARK)
    room = TILE - small.getlength(doubt) - MARGIN
    draw.text((MARGIN, top), _shortened(answer, large, room), colour, large, anchor="lm")
    draw.text((right, top), doubt, colour, small, anchor="rm")
    name = _name(reading)
    draw.text((MARGIN, top + LINE), _shortened(name, small, TILE), GREY, small, anchor="lm")
    return canvas


def contact_sheet(tiles: Sequence[Image.Image], width: int = WIDTH) -> Image.Image:
    """Set tiles into a grid, in reading order, as many in a row as the width has room for."""
    across, down = TILE_SIZE[0] + MARGIN, TILE_SIZE[1] + MARGIN
    columns = max(1, min((width - MARGIN) // across, len(tiles)))
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (columns * across + MARGIN, max(1, rows) * down + MARGIN), RULE)
    for index, one in enumerate(tiles):
        row, column = divmod(index, columns)
        sheet.paste(one, (MARGIN + column * across, MARGIN + row * down))
    return sheet


def _paste_thumbnail(canvas: Image.Image, pixels: Pixels, reading: Reading) -> None:
    """Paste the page into the square of a tile, with a box around each number."""
    height, width = pixels.shape[:2]
    scale = TILE / max(width, height)
    # Tiny pictures grow by whole factors and keep their pixels; large ones shrink smoothly.
    scale = int(scale) if scale >= 2 else scale
    size = max(1, round(width * scale)), max(1, round(height * scale))
    method = Image.Resampling.NEAREST if scale >= 2 else Image.Resampling.BOX
    picture = Image.fromarray(pixels).resize(size, method)
    draw = ImageDraw.Draw(picture)
    for number in reading.numbers:
        box = grown(scaled(number.box, scale), 2, size)
        draw.rectangle(drawn(grown(box, 1, size), 0), outline=WHITE)  # seen on dark pictures
        draw.rectangle(drawn(box, 0), outline=confidence_colour(number.confidence))
    left, top = MARGIN + (TILE - size[0]) // 2, MARGIN + (TILE - size[1]) // 2
    frame = (left - 1, top - 1, left + size[0], top + size[1])  # a blank page needs an edge
    ImageDraw.Draw(canvas).rectangle(frame, outline=RULE)
    canvas.paste(picture, (left, top))


def _name(reading: Reading) -> str:
    name = Path(reading.source).name or reading.source
    return f"{name}, page {reading.page}" if reading.page > 1 else name


def _shortened(words: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    """Leave out the middle of words that are too wide: names differ at their ends."""
    words = "".join(letter if letter.isprintable() else "?" for letter in words)
    kept, whole = len(words), words
    while kept > 1 and font.getlength(words) > width:
        kept -= 1
        words = whole[: -(-kept // 2)] + "…" + whole[len(whole) - kept // 2 :]
    return words


def _write_wrapped(draw: ImageDraw.ImageDraw, sentence: str, font: ImageFont.FreeTypeFont) -> None:
    """Write a sentence into the square of a tile, as much of it as there is room for."""
    lines = [""]
    for word in sentence.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= TILE:
            lines[-1] = longer
        else:
            lines.append(_shortened(word, font, TILE))
    room = TILE // LINE
    draw.multiline_text((MARGIN, MARGIN), "\n".join(lines[:room]), RED, font, spacing=5)
