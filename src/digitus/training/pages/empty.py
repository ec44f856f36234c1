"""Pages without any digit: text, tables, textures, names, stains, pictures of something else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image

from digitus.training import negatives
from digitus.training.pages import texts
from digitus.training.pages.canvas import Canvas
from digitus.training.pages.clutter import haze, signature, stain
from digitus.training.pages.desk import SMALLEST, Desk
from digitus.training.pages.masks import Nib, draw
from digitus.training.pages.printing import DARK_RULES, frame, pick, print_lines, rule_sheet
from digitus.training.pages.tables import CHALK, lay_table


def empty(canvas: Canvas, desk: Desk) -> None:
    """Makes one of the kinds below, sometimes two on top of each other."""
    rng = desk.rng
    kinds, odds = list(KINDS), np.array([odds for odds, _ in KINDS.values()])
    kind = kinds[int(rng.choice(len(kinds), p=odds / odds.sum()))]
    KINDS[kind][1](canvas, desk)
    if rng.random() < 0.2:
        stain(canvas, rng)


def _bare(canvas: Canvas, desk: Desk) -> None:
    """The sheet alone, or what was rubbed out of it."""
    if desk.rng.random() < 0.4:
        haze(canvas, desk.rng)


def _ruling(canvas: Canvas, desk: Desk) -> None:
    """Lines or squares, and nothing on them."""
    rng = desk.rng
    pitch = max(6.0, canvas.height * rng.uniform(0.04, 0.3))
    colour = CHALK if desk.chalk else None
    rule_sheet(canvas, pitch, rng.uniform(0, pitch), rng, squared=rng.random() < 0.4, colour=colour)


def _table(canvas: Canvas, desk: Desk) -> None:
    """A table that nobody filled."""
    rng = desk.rng
    lay_table(canvas, desk, int(rng.integers(2, 8)), int(rng.integers(2, 10)), 0.0)


def _boxes(canvas: Canvas, desk: Desk) -> None:
    """Boxes in which nothing stands, empty or with crosses and ticks."""
    rng = desk.rng
    colour = CHALK if desk.chalk else pick(DARK_RULES, rng)
    side = max(SMALLEST, min(canvas.height, canvas.width) * rng.uniform(0.08, 0.5))
    height = 0.7 * side
    scribe = desk.scribe(height)
    for top in np.arange(canvas.area[1], canvas.area[3] - side, side * rng.uniform(1.1, 2.0)):
        step = side * rng.uniform(1.0, 1.6)
        for left in np.arange(canvas.area[0], canvas.area[2] - side, step)[:12]:
            box = (float(left), float(top), float(left) + side, float(top) + side)
            frame(canvas.pencil, box, max(1, round(0.04 * side)), colour, rng)
            if rng.random() < 0.3:
                pieces = scribe.write(str(rng.choice(("x", "+", "-", "K", "A"))), height, rng)
                canvas.put(pieces, left + 0.25 * side, top + 0.85 * side)


def _print(canvas: Canvas, desk: Desk) -> None:
    """Printed text."""
    rng = desk.rng
    size = max(8.0, canvas.height * np.exp(rng.uniform(np.log(0.03), np.log(0.35))))
    colour = CHALK if desk.chalk else pick(DARK_RULES, rng)
    print_lines(canvas, canvas.area, size, colour, rng)


def _script(canvas: Canvas, desk: Desk) -> None:
    """Handwritten words in lines, or few and large."""
    rng = desk.rng
    count = int(rng.integers(1, 9))
    height = desk.height(min(canvas.height / (1.8 * count), canvas.width / 4), 0.5)
    leading, base = height * rng.uniform(1.5, 2.3), canvas.area[1] + 1.2 * height
    if rng.random() < 0.4:
        colour = CHALK if desk.chalk else None
        rule_sheet(canvas, leading, base + 0.05 * height, rng, colour=colour)
    scribe = desk.scribe(height)
    while base < canvas.area[3]:
        text = texts.words(rng, max(1, int(canvas.width / (height * 3.5))))
        pieces = scribe.write(text, height, rng, room=canvas.width)
        canvas.put(pieces, canvas.area[0] + rng.uniform(0, 0.5) * height, base)
        base += leading


def _names(canvas: Canvas, desk: Desk) -> None:
    """Signatures."""
    rng = desk.rng
    for _ in range(int(rng.integers(1, 4))):
        height = max(SMALLEST, min(canvas.height, canvas.width) * rng.uniform(0.08, 0.35))
        desk.scribe(height)  # takes up the pen
        x = canvas.area[0] + canvas.width * rng.uniform(0.0, 0.4)
        signature(canvas, desk, x, canvas.area[3] - canvas.height * rng.uniform(0.05, 0.6), height)


def _doodles(canvas: Canvas, desk: Desk) -> None:
    """Marks, drawings and scribbles, as `negatives` has them, all over the page."""
    rng = desk.rng
    for _ in range(int(rng.integers(1, 9))):
        side = min(canvas.height, canvas.width) * np.exp(rng.uniform(np.log(0.1), np.log(0.8)))
        desk.scribe(side)
        strokes = negatives.negative_strokes(rng)
        mask = draw(strokes, max(side, SMALLEST), Nib(min(desk.pen, 0.08 * side)), 1.0)
        x, y = rng.uniform(0, 1, 2) * (canvas.width - side, canvas.height - side)
        canvas.stamp(mask, round(canvas.area[0] + x), round(canvas.area[1] + y))


def _scenery(canvas: Canvas, desk: Desk) -> None:
    """A photo of something else, or noise."""
    kind = "scenery" if desk.rng.random() < 0.7 else "grain"
    size = canvas.ground.size
    photo = Image.fromarray(negatives.negative_picture(desk.rng, kind, max(size)))
    canvas.ground.paste(photo.resize(size, Image.Resampling.BILINEAR))


KINDS: dict[str, tuple[float, Callable[[Canvas, Desk], None]]] = {
    "bare": (0.1, _bare),
    "ruling": (0.12, _ruling),
    "table": (0.1, _table),
    "boxes": (0.08, _boxes),
    "print": (0.14, _print),
    "script": (0.2, _script),
    "names": (0.08, _names),
    "doodles": (0.12, _doodles),
    "scenery": (0.06, _scenery),
}
"""Odds and function of each kind."""
