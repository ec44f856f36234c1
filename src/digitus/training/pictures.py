"""Whole pictures of strokes, as people make them: drawn, photographed, scanned, on a board."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from digitus.training import pens
from digitus.training.papers import Page, compose, light, paper, spoil, to_page
from digitus.training.sheets import Colour, Plane, clouds


@dataclass(frozen=True)
class Pen:
    """What somebody writes with.

    Attributes:
        width: thinnest and thickest, in heights of a digit.
        opacity: weakest and strongest.
        grain: how uneven the ink lies, 0 even to 1.
        colours: (red, green, blue), 0..255 each.
    """

    width: tuple[float, float]
    opacity: tuple[float, float]
    grain: float
    colours: tuple[Colour, ...]


_BLACK, _BLUE, _RED, _GREEN = (20, 20, 24), (28, 48, 140), (185, 30, 40), (20, 105, 60)
PENS = {
    "pencil": Pen((0.02, 0.045), (0.4, 0.8), 0.4, ((70, 70, 74), (100, 100, 104))),
    "ballpoint": Pen((0.022, 0.05), (0.75, 1.0), 0.2, (_BLACK, _BLUE, _BLUE, _RED, _GREEN)),
    "felt": Pen((0.045, 0.1), (0.85, 1.0), 0.1, (_BLACK, _BLUE, _RED, _GREEN, (20, 70, 90))),
    "marker": Pen((0.08, 0.17), (0.8, 1.0), 0.1, (_BLACK, _BLACK, _BLUE, _RED, _GREEN)),
    "brush": Pen((0.15, 0.28), (0.9, 1.0), 0.1, (_BLACK, (60, 30, 90), _BLUE)),
    "chalk": Pen((0.04, 0.1), (0.7, 0.95), 0.5, ((238, 238, 230), (240, 225, 150))),
}

# Pixels of the smallest digit: people cannot read one much below that.
SMALLEST = 14
# Digits below this part of the picture are spared from pencils and from being spoiled twice.
SMALL_PART = 0.25
# Pixels of the finest line in photos and scans; a finer one is seldom seen after the spoiling.
FINEST_LINE = 1.3
SCENES = ("drawn", "photo", "scan", "board")
PHOTO_PAPERS = ("white", "grey", "grey", "yellow", "textured", "ruled", "squared", "box", "form")
SCAN_PAPERS = ("white", "white", "grey", "ruled", "squared", "box", "table", "form")
# Drawing pads are what most people try a reader with.
SCENE_ODDS = (0.4, 0.35, 0.15, 0.1)


def picture(
    strokes: pens.Strokes,
    rng: np.random.Generator,
    *,
    scene: str | None = None,
    side: int | None = None,
    pen: str | None = None,
) -> Page:
    """Makes the picture that somebody would take of strokes, or the drawing of them.

    Args:
        strokes: float `[n, 2]` each, y down, in any unit.
        rng: the source of chance.
        scene: "drawn" (a paint program or a drawing pad, either polarity), "photo", "scan" or
            "board" (chalk); None picks.
        side: longer side of the picture in pixels, 28 or more; None picks, up to 900.
        pen: one of `PENS`; None picks one that goes with the scene; a board takes only chalk.

    Returns:
        A page with the strokes somewhere on it, 5 % to 100 % of its side.

    Raises:
        ValueError: no such scene.
    """
    scene = str(rng.choice(SCENES, p=SCENE_ODDS)) if scene is None else scene
    if scene not in SCENES:
        raise ValueError(f"there is no scene {scene!r}; there are {', '.join(SCENES)}")
    shape = _frame(scene, side, rng)
    if scene == "drawn":
        return _drawing(strokes, shape, rng, pen)
    if pen is None:
        pen = str(rng.choice(("pencil", "ballpoint", "ballpoint", "felt", "marker")))
    kinds = {"photo": PHOTO_PAPERS, "scan": SCAN_PAPERS, "board": ("board",)}[scene]
    page = paper(shape, rng, str(rng.choice(kinds)))
    size = _size(shape, rng)
    small = size < SMALL_PART * max(shape)
    # A pale line of one pixel in a dim corner is nothing that a person would find either.
    pen = "chalk" if scene == "board" else "ballpoint" if small and pen == "pencil" else pen
    tool = PENS[pen]
    width = max(FINEST_LINE, size * rng.uniform(*tool.width))
    ink = _placed(pens.draw(strokes, width, size=size), shape, rng)
    grain = 1 - tool.grain * np.abs(clouds(shape, rng, 1.5 / max(shape)))
    colour = tool.colours[int(rng.integers(len(tool.colours)))]
    page = compose(ink, page, colour, grain * np.float32(rng.uniform(*tool.opacity)))
    if scene != "scan" and rng.random() < 0.8:
        page = light(page, rng)
    for _ in range(int(rng.integers(0, 2 if small else 3))):
        page = spoil(page, rng, finest=width)
    return page


def _drawing(
    strokes: pens.Strokes, shape: tuple[int, int], rng: np.random.Generator, pen: str | None
) -> Page:
    """Even colours on an even ground, as programs draw; hard pixels now and then."""
    size = _size(shape, rng)
    if max(shape) <= 40 and pen is None and rng.random() < 0.5:
        width = float(rng.integers(1, 4))
        ink = pens.draw_hard(strokes, size, int(width))
    else:
        thin, thick = PENS[pen].width if pen else (0.02, 0.26)
        width = max(1.0, size * rng.uniform(thin, thick))
        ink = pens.draw(strokes, width, size=size)
    ink = _placed(ink, shape, rng)
    ground, colour = (255.0, 255.0, 255.0), (0.0, 0.0, 0.0)
    if rng.random() < 0.35:
        colour = PENS["felt"].colours[int(rng.integers(5))]
        shade = rng.uniform(225, 255)
        ground = (shade, shade, shade)
    if rng.random() < 0.4:
        ground, colour = (0.0, 0.0, 0.0), ground
    page = compose(ink, to_page(np.broadcast_to(ground, (*shape, 3))), colour)
    if rng.random() < 0.2:
        page = spoil(page, rng, str(rng.choice(("jpeg", "coarse"))), finest=width)
    return page


def _frame(scene: str, side: int | None, rng: np.random.Generator) -> tuple[int, int]:
    """Height and width of the picture."""
    if side is None:
        if scene == "drawn" and rng.random() < 0.35:
            return 28, 28
        side = round(
            math.exp(rng.uniform(math.log(48 if scene == "drawn" else 120), math.log(900)))
        )
    shorter = round(side * (1.0 if rng.random() < 0.3 else rng.uniform(0.6, 1.0)))
    return (side, shorter) if rng.random() < 0.5 else (shorter, side)


def _size(shape: tuple[int, int], rng: np.random.Generator) -> int:
    """Longer side of the digit in pixels: mostly a good part of the frame, rarely 5 or 100 %."""
    chance = rng.random()
    if chance < 0.75:
        part = rng.uniform(0.35, 0.9)
    elif chance < 0.95:
        part = math.exp(rng.uniform(math.log(0.05), math.log(0.35)))
    else:
        part = 1.0
    return max(SMALLEST, round(part * min(shape)))


def _placed(ink: Plane, shape: tuple[int, int], rng: np.random.Generator) -> Plane:
    """Ink `[h, w]` somewhere on an empty plane `[H, W]`, near the middle more often than not.

    Ink that is larger than the plane is cut evenly at both sides.
    """
    plane = np.zeros(shape, dtype=np.float32)
    here, there = [], []
    for full, own in zip(shape, ink.shape, strict=True):
        room = full - own
        at = round(room * float(np.clip(rng.normal(0.5, 0.22), 0, 1))) if room > 0 else room // 2
        here.append(slice(max(at, 0), min(at + own, full)))
        there.append(slice(max(-at, 0), max(-at, 0) + min(own, full)))
    plane[here[0], here[1]] = ink[there[0], there[1]]
    return plane
