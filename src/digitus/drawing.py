"""The picture with what was read drawn on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from digitus.reading import Box, Number, Reading

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]

# From here on a confidence is drawn green, below it amber, and below the second one red.
SURE, DOUBTFUL = 0.95, 0.75
# Dark enough that white letters on them can be read (contrast at least 5 to 1).
GREEN, AMBER, RED, GREY = (21, 128, 61), (180, 83, 9), (185, 28, 28), (87, 83, 78)
WHITE, PAPER = (255, 255, 255), (245, 245, 244)

# A smaller picture is enlarged by a whole factor until its shorter side has this many pixels...
SHORT_SIDE = 240
# ...or its longer side would have more than this many.
LONG_SIDE = 4000
# Letters on a page, as a share of the height of the number that they belong to.
LETTERS = 0.3
SMALLEST_LETTERS = 11


def confidence_colour(confidence: float) -> Colour:
    """Return green for a sure reading, amber for a doubtful one, red for a guess."""
    return GREEN if confidence >= SURE else AMBER if confidence >= DOUBTFUL else RED


def percent(confidence: float) -> str:
    """Return a confidence in whole percent, rounded down: only certainty is 100 %."""
    return f"{int(confidence * 100)} %"


def annotate(pixels: Pixels, reading: Reading) -> Image.Image:
    """Draw boxes, digits and confidences on a page.

    Args:
        pixels: The upright page, uint8 ``[H, W, 3]``.
        reading: What was read on it.

    Returns:
        The page, enlarged where it is tiny, with a band above it where the labels need the room.
    """
    height, width = pixels.shape[:2]
    scale = _enlargement(width, height)
    page = Image.fromarray(pixels)
    if scale > 1:
        page = page.resize((width * scale, height * scale), Image.Resampling.NEAREST)
    labels = [_Label(number, scale, page.size) for number in reading.numbers]
    labels = labels or [_Label(None, scale, page.size)]
    band = max(label.missing_room for label in labels)
    canvas = Image.new("RGB", (page.width, page.height + band), PAPER)
    canvas.paste(page, (0, band))
    draw = ImageDraw.Draw(canvas)
    for label in labels:
        label.draw_boxes(draw, band)
    for label in labels:  # after all boxes, so that no box crosses a label
        label.draw_chip(draw, band)
    return canvas


class _Label:
    """One number on the page: its boxes and the chip that says what was read."""

    def __init__(self, number: Number | None, scale: int, size: tuple[int, int]) -> None:
        self.number = number
        self.size = size
        self.line = max(1, round(min(size) / 400))
        self.scale = scale
        if number is None:
            self.words, self.colour, self.box = "no digit", GREY, None
            letters = min(size) // 12
        else:
            self.words = f"{number.text}  {percent(number.confidence)}"
            self.colour = confidence_colour(number.confidence)
            self.box = grown(scaled(number.box, scale), 3 * self.line, size)
            letters = round(LETTERS * (self.box[3] - self.box[1]))
        # Neither lost on a large photo nor larger than a title on a small one.
        side = round((size[0] * size[1]) ** 0.5)
        largest, smallest = max(SMALLEST_LETTERS, side // 14), max(SMALLEST_LETTERS, side // 90)
        self.font = _fitting_font(self.words, min(max(letters, smallest), largest), size[0])
        self.pad = max(2, round(self.font.size / 4))
        self.chip_width = round(self.font.getlength(self.words)) + 2 * self.pad
        self.chip_height = round(self.font.size) + 2 * self.pad

    @property
    def missing_room(self) -> int:
        """How many pixels the page lacks above the box for the chip to stand there."""
        return 0 if self.box is None else max(0, self.chip_height + self.line - self.box[1])

    def draw_boxes(self, draw: ImageDraw.ImageDraw, band: int) -> None:
        """Draw a box around the number and, where there are several, around each digit."""
        if self.number is None or self.box is None:
            return
        if len(self.number.digits) > 1:
            for digit in self.number.digits:
                box = grown(scaled(digit.box, self.scale), self.line, self.size)
                colour = confidence_colour(digit.confidence)
                draw.rectangle(drawn(box, band), outline=colour, width=max(1, self.line // 2))
        draw.rectangle(drawn(self.box, band), outline=WHITE, width=3 * self.line)
        inner = grown(self.box, -self.line, self.size)
        draw.rectangle(drawn(inner, band), outline=self.colour, width=self.line)

    def draw_chip(self, draw: ImageDraw.ImageDraw, band: int) -> None:
        """Write what was read above the box, inside the picture."""
        left, top = (self.line, self.line + band)
        if self.box is not None:
            left = max(0, min(self.box[0], self.size[0] - self.chip_width))
            top = max(0, self.box[1] + band - self.chip_height)
        chip = (left, top, left + self.chip_width - 1, top + self.chip_height - 1)
        draw.rounded_rectangle(chip, radius=self.pad, fill=self.colour)
        middle = (left + self.pad, top + self.chip_height / 2)
        draw.text(middle, self.words, font=self.font, fill=WHITE, anchor="lm")


def _enlargement(width: int, height: int) -> int:
    """Return the whole factor that makes a small page large enough to write on."""
    wanted = -(-SHORT_SIDE // min(width, height))
    return max(1, min(wanted, LONG_SIDE // max(width, height)))


def scaled(box: Box, scale: float) -> Box:
    """Return the box on a picture that was enlarged or reduced."""
    left, top, right, bottom = (round(edge * scale) for edge in box)
    return left, top, right, bottom


def grown(box: Box, by: int, size: tuple[int, int]) -> Box:
    """Move every edge outwards, but not off the page."""
    left, top, right, bottom = box
    return max(0, left - by), max(0, top - by), min(size[0], right + by), min(size[1], bottom + by)


def drawn(box: Box, down: int) -> Box:
    """Return the box lower on the canvas, its right and bottom inclusive, as Pillow draws."""
    left, top, right, bottom = box
    return left, top + down, max(left, right - 1), max(top, bottom - 1) + down


def typeface(size: int) -> ImageFont.FreeTypeFont:
    """Return the letters that come with Pillow, so high in pixels."""
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # Pillow's own wheels always have FreeType
    return font


def _fitting_font(words: str, size: int, width: int) -> ImageFont.FreeTypeFont:
    """Return the font of this size, or a smaller one in which the words are not too wide."""
    font = typeface(size)
    needed = font.getlength(words) + size
    return font if needed <= width else typeface(max(SMALLEST_LETTERS, int(size * width / needed)))
