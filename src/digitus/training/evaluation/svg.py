"""Lines, bars and letters of a figure: inline SVG, in the colours of the page's style sheet.

Every figure is about as wide as a phone, so that its letters are as large there as on a desk.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH = 340
# Steps of an axis, of each power of ten.
STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Frame:
    """The frame of a plot: pixels of the figure, and the values at its edges.

    Attributes:
        box: Left, top, right and bottom, in pixels.
        x: The values at the left and the right.
        y: The values at the bottom and the top.
    """

    box: tuple[float, float, float, float]
    x: tuple[float, float]
    y: tuple[float, float]

    def at_x(self, value: float) -> float:
        """Return the pixel of a value, kept within the frame."""
        left, _, right, _ = self.box
        return left + (right - left) * _part(value, self.x)

    def at_y(self, value: float) -> float:
        """Return the pixel of a value, kept within the frame."""
        _, top, _, bottom = self.box
        return bottom - (bottom - top) * _part(value, self.y)

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> Iterator[Markup]:
        """Draw grid lines with their values, in percent."""
        left, top, right, bottom = self.box
        for value in xs:
            yield line("grid", self.at_x(value), top, self.at_x(value), bottom)
            yield text(_tick(value), self.at_x(value), bottom + 15, "middle")
        for value in ys:
            yield line("grid", left, self.at_y(value), right, self.at_y(value))
            yield text(_tick(value), left - 6, self.at_y(value) + 4, "end")

    def titles(self, x: str, y: str) -> Iterator[Markup]:
        """Write what the axes mean."""
        left, top, right, bottom = self.box
        yield text(x, (left + right) / 2, bottom + 34, "middle")
        middle = (top + bottom) / 2
        yield Markup(
            '<text transform="translate({} {}) rotate(-90)" text-anchor="middle">{}</text>'
        ).format(11, rounded(middle), y)


def step_above(about: float) -> float:
    """Return the next round number above, so that an axis has few and simple values."""
    power = 10.0 ** math.floor(math.log10(about))
    return next(step * power for step in STEPS if step * power >= about * (1 - 1e-9))


def ticks(first: float, last: float, step: float) -> list[float]:
    """Return the values at which an axis has lines."""
    return [first + i * step for i in range(round((last - first) / step) + 1)]


def _tick(value: float) -> str:
    return f"{round(100 * value, 4):g}"


def _part(value: float, edges: tuple[float, float]) -> float:
    return min(max((value - edges[0]) / (edges[1] - edges[0]), 0.0), 1.0)


def rounded(pixel: float) -> str:
    """Write a pixel; a tenth of it is fine enough."""
    return f"{pixel:.1f}"


def svg(height: float, said: str, drawn: Sequence[Markup]) -> Markup:
    """Put a figure together; ``said`` is for those who do not see it."""
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, rounded(height), said, Markup("").join(drawn)
    )


def line(style: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    """Draw a line of one style from one point to another."""
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
        style, *map(rounded, (x1, y1, x2, y2))
    )


def rectangle(style: str, left: float, top: float, right: float, bottom: float) -> Markup:
    """Draw a bar of one style."""
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        style, *map(rounded, (left, top, right - left, bottom - top))
    )


def circle(style: str, x: float, y: float, radius: float) -> Markup:
    """Draw a dot in the colour of a model."""
    return Markup('<circle class="dot {}" cx="{}" cy="{}" r="{}"/>').format(
        style, *map(rounded, (x, y, radius))
    )


def text(words: str, x: float, y: float, anchor: str, style: str = "") -> Markup:
    """Write words; ``anchor`` says which end of them is at x: start, middle or end."""
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        style, rounded(x), rounded(y), anchor, words
    )
