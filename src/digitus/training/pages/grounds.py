"""Sheets that fill a page, before anything is ruled, printed or written on them."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from digitus.training.papers import paper
from digitus.training.sheets import Plane, clouds, grid

Shape = tuple[int, int]

SHEETS = ("white", "grey", "yellow", "textured", "board")
"""Sheets that `papers` makes."""
GROUNDS = (*SHEETS, "blank", "crumpled", "guilloche")
# Distance of the lines of a cheque's texture in heights of a digit, and the least in pixels: finer
# ones are a grey tone to every camera.
LINE_GAP, FINEST_GAP = (0.07, 0.22), 2.6
# Shade of the texture's lines below the paper.
LINE_SHADE = (8.0, 42.0)


def ground(kind: str, shape: Shape, height: float, rng: np.random.Generator) -> Image.Image:
    """Makes a sheet.

    Args:
        kind: one of `GROUNDS`.
        shape: (height, width) in pixels.
        height: of the digits that will stand on it, in pixels.
        rng: the source of chance.

    Returns:
        RGB; "board" is dark, all others are light.

    Raises:
        ValueError: no such sheet.
    """
    if kind in SHEETS:
        return Image.fromarray(paper(shape, rng, kind))
    if kind == "blank":
        return plain((255.0, 255.0, 255.0), shape)
    if kind == "crumpled":
        return _tinted(_crumpled(shape, rng), rng, 0.08)
    if kind == "guilloche":
        return _tinted(_guilloche(shape, height, rng), rng, 0.25 if rng.random() < 0.5 else 0.0)
    raise ValueError(f"there is no ground {kind!r}; there are {', '.join(GROUNDS)}")


def _tinted(grey: Plane, rng: np.random.Generator, most: float) -> Image.Image:
    """Gives grey 0..255 a colour: each channel loses up to that part."""
    plane = Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
    shares = 1 - rng.uniform(0.0, most, 3) if most else np.ones(3)
    channels = [plane.point([round(level * share) for level in range(256)]) for share in shares]
    return Image.merge("RGB", channels)


def _crumpled(shape: Shape, rng: np.random.Generator) -> Plane:
    """Paper that was folded or crushed: soft faces that meet in edges."""
    sheet = np.full(shape, rng.uniform(185, 245), dtype=np.float32)
    for cell in rng.uniform(0.08, 0.4, 3):
        sheet -= np.abs(clouds(shape, rng, float(cell))) * rng.uniform(4, 16)
    return sheet + clouds(shape, rng, 0.01) * rng.uniform(1, 4)


def _guilloche(shape: Shape, height: float, rng: np.random.Generator) -> Plane:
    """Fine wavy lines, alone or crossing, as cheques carry them against forgers."""
    base = rng.uniform(150, 240)
    sheet = np.full(shape, base, dtype=np.float32)
    sheet += clouds(shape, rng, rng.uniform(0.2, 0.6)) * rng.uniform(0, 12)
    y, x = (plane * np.float32(max(shape)) for plane in grid(shape))
    shade = min(rng.uniform(*LINE_SHADE), base - 90)
    families = int(rng.choice((1, 2, 2, 3)))
    kind = rng.random()
    for _ in range(families):
        gap = max(height * rng.uniform(*LINE_GAP), FINEST_GAP)
        sheet -= _waves(x, y, shape, height, gap, kind, rng) * np.float32(shade / families**0.5)
    if rng.random() < 0.3:
        sheet += clouds(shape, rng, 2.0 / max(shape)) * rng.uniform(3, 16)
    return sheet


def _waves(
    x: Plane,
    y: Plane,
    shape: Shape,
    height: float,
    gap: float,
    kind: float,
    rng: np.random.Generator,
) -> Plane:
    """Draws one family of lines as ink 0..1 [H, W]: wavy, straight, in rings, or rows of dots."""
    if kind < 0.15:  # rings around a place that need not be on the page
        away = rng.uniform(-1.0, 1.0, 2) * shape
        distance = np.sqrt((x - np.float32(away[1])) ** 2 + (y - np.float32(away[0])) ** 2)
    else:
        angle = rng.normal(math.pi / 2, 0.15 if kind < 0.7 else 0.7)
        distance = x * np.float32(math.cos(angle)) + y * np.float32(math.sin(angle))
        length = height * rng.uniform(0.5, 3.0)
        swing = gap * rng.uniform(0.0, 1.8)
        phase = rng.uniform(0, 2 * math.pi)
        distance = distance + np.float32(swing) * np.sin(
            x * np.float32(2 * math.pi / length) + np.float32(phase)
        )
        distance += clouds(shape, rng, rng.uniform(0.1, 0.5)) * np.float32(gap * rng.uniform(0, 3))
    level = np.cos(distance * np.float32(2 * math.pi / gap))
    if kind > 0.88:
        level = level * np.cos((x - y * np.float32(0.3)) * np.float32(2 * math.pi / gap))
    # Lines of a third of the gap, or a tone that swells.
    edge = np.float32(rng.uniform(-0.3, 0.6))
    ink: Plane = np.clip((level - edge) / (1 - edge), 0, 1)
    return ink


def plain(colour: tuple[float, float, float], shape: Shape) -> Image.Image:
    """Makes a sheet of one colour, RGB."""
    red, green, blue = (round(level) for level in colour)
    return Image.new("RGB", shape[::-1], (red, green, blue))
