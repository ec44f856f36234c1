"""What was read, as the drawing window shows it: text, confidence, a bar for each runner-up."""

from __future__ import annotations

import tkinter as tk
from tkinter import font as fonts
from typing import Literal

from digitus.drawing import percent
from digitus.reading import Digit, Reading

HEIGHT = 190
TEXT, SOFT, ACCENT, OTHER, EMPTY = "#1b2033", "#5d6070", "#3451c6", "#b9b8b9", "#eceae4"
# Letters in pixels: the text as large as it fits, the rest to be read with ease.
LARGE, SMALL, PLAIN = 52, 20, 15
# The middle of the text, and of the first row of bars; a digit and three others have room.
MIDDLE, TOP, ROW, BAR = 36, 86, 26, 10
# The value before its bar.
VALUE = 20
# Columns of bars: ten have room; those narrower than ROOMY go without the percent.
WIDEST, ROOMY, NARROWEST = 300, 110, 46
GAP = 18


class Answer:
    """The place of the answer.

    Args:
        parent: The window.
        width: In pixels.
        background: The colour of the window.
    """

    def __init__(self, parent: tk.Misc, width: int, background: str) -> None:
        self.width = width
        self.canvas = tk.Canvas(parent, width=width, height=HEIGHT, background=background)
        self.canvas.config(highlightthickness=0)

    def invite(self) -> None:
        """Say that there is nothing yet."""
        self._say("Draw a digit or a number", "", SOFT, SMALL)

    def show(self, reading: Reading) -> None:
        """Show what was read."""
        if not reading:
            self._say("no digit", "", SOFT, SMALL)
            return
        sureness = percent(min(number.confidence for number in reading.numbers))
        self._say(reading.text.replace("\n", "  "), sureness, TEXT, LARGE)
        columns = min(len(reading.digits), (self.width + GAP) // (NARROWEST + GAP))
        across = min(WIDEST, (self.width + GAP) // columns - GAP)
        for place, digit in enumerate(reading.digits[:columns]):
            self._bars(digit, place * (across + GAP), across)

    def _say(self, words: str, sureness: str, colour: str, size: int) -> None:
        self.canvas.delete("all")
        font = _letters(size)
        room = self.width - _letters(SMALL).measure("100 %") - GAP
        if (needed := font.measure(words)) > room:
            font = _letters(max(PLAIN, size * room // needed))
        self._write(0, MIDDLE, words, font, colour, "text")
        self._write(
            font.measure(words) + GAP, MIDDLE, sureness, _letters(SMALL), SOFT, "confidence"
        )

    def _bars(self, digit: Digit, left: int, across: int) -> None:
        """Draw the digit and its runners-up, the longest bar the surest."""
        rows = [(digit.digit, digit.confidence)]
        rows += [(other.digit, other.confidence) for other in digit.alternatives]
        font = _letters(PLAIN)
        begin, end = left + VALUE, left + across
        if across >= ROOMY:
            end -= font.measure("100 %") + VALUE // 2
        for row, (value, confidence) in enumerate(rows):
            middle = TOP + ROW * row
            ink, colour = (SOFT, OTHER) if row else (TEXT, ACCENT)
            self._write(left, middle, str(value), font, ink, "value")
            self._bar(begin, end, middle, EMPTY, "track")
            until = begin + max(2, round((end - begin) * confidence))
            self._bar(begin, until, middle, colour, "bar")
            if across >= ROOMY:
                self._write(left + across, middle, percent(confidence), font, ink, "share", "e")

    def _bar(self, left: int, right: int, middle: int, colour: str, tag: str) -> None:
        edges = (left, middle - BAR // 2, right, middle + BAR // 2)
        self.canvas.create_rectangle(edges, fill=colour, width=0, tags=tag)

    def _write(
        self,
        x: int,
        y: int,
        words: str,
        font: fonts.Font,
        colour: str,
        tag: str,
        anchor: Literal["w", "e"] = "w",
    ) -> None:
        self.canvas.create_text(x, y, text=words, font=font, fill=colour, tags=tag, anchor=anchor)


def _letters(size: int) -> fonts.Font:
    font = fonts.nametofont("TkDefaultFont").copy()
    font.config(size=-size)  # in pixels
    return font
