"""From strokes to ink: pens that draw the path of a hand.

A stroke is a float array `[n, 2]` of `(x, y)` points, y growing downwards, in any unit; a stroke
of one point is a dot. Ink is float32 `[H, W]`, 0 paper to 1 ink, as everywhere in digitus.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

FloatArray: TypeAlias = NDArray[np.floating[Any]]
Strokes: TypeAlias = Sequence[FloatArray]

# Drawn side in pixels up to which each supersampling factor is used: a glyph's pen may be less
# than a pixel wide and is then 5 samples of 8; on a large picture 2 x 2 cannot be told from more.
SUPERSAMPLING = ((48.0, 8), (100.0, 4), (200.0, 3), (math.inf, 2))
# A Gaussian blur is spent at 2.5 radii; the canvas grows by that, so that no soft ink is cut.
BLUR_REACH = 2.5
# The largest drawing; a slip in a unit should fail here and not in the memory of the machine.
MAX_SIDE = 8192

# What `warp` does at strength 1, seen on hands that are all still easily read.
MAX_ROTATION = math.radians(15.0)
MAX_SLANT = 0.28  # sideways shift per height
MAX_LOG_ASPECT = 0.22  # width to height, times 0.80 to 1.25
WOBBLE = 0.035  # amplitude of each wave, in sides of the bounding box
WAVES = 3  # waves for each axis
MAX_FREQUENCY = 1.4  # waves across the box; more would be a tremor, not another hand


def draw(
    strokes: Strokes,
    width: float,
    *,
    size: int | None = None,
    margin: float = 0.0,
    softness: float = 0.0,
) -> NDArray[np.float32]:
    """Draws strokes with a round pen, antialiased, on a canvas that just holds them.

    Args:
        strokes: float `[n, 2]` each, (x, y), y down.
        width: diameter of the pen in output pixels, above 0; may be fractional.
        size: longer side of the box around the points, in output pixels (the pen adds its
            width to it); None takes the strokes' own unit as pixels.
        margin: empty pixels around the ink.
        softness: radius of a final blur in pixels, 0 for none.

    Returns:
        Ink, float32 `[H, W]`, 0..1.

    Raises:
        ValueError: no points, a width that is not positive, or a drawing above `MAX_SIDE`.
    """
    if not width > 0:
        raise ValueError(f"the pen's width must be positive, not {width}")
    points, lengths, extent = _scaled(strokes, size)
    border = width / 2 + margin + BLUR_REACH * softness
    columns, rows = (max(1, math.ceil(side + 2 * border)) for side in extent)
    if max(columns, rows) > MAX_SIDE:
        raise ValueError(f"a drawing of {columns} x {rows} pixels is above {MAX_SIDE}")
    factor = next(f for side, f in SUPERSAMPLING if max(extent) <= side)
    # Half of what the canvas was rounded up by goes to each side: the ink is centred.
    offset = (np.array((columns, rows)) - extent) / 2
    canvas = Image.new("L", (columns * factor, rows * factor))
    _round_pen(canvas, (points + offset) * factor, lengths, max(1, round(width * factor)))
    small = canvas.reduce(factor)
    if softness > 0:
        small = small.filter(ImageFilter.GaussianBlur(softness))
    return _ink(small)


def draw_hard(strokes: Strokes, size: int, width_px: int = 1) -> NDArray[np.float32]:
    """Draws strokes as a simple paint program does: whole pixels, no antialiasing.

    Args:
        strokes: float `[n, 2]` each, (x, y), y down.
        size: longer side of the box around the points, in pixels.
        width_px: diameter of the brush in pixels, at least 1.

    Returns:
        Ink, float32 `[H, W]`, only 0 and 1, cut to the ink.

    Raises:
        ValueError: no points, or a width below 1.
    """
    if width_px < 1:
        raise ValueError(f"the brush's width must be at least 1 pixel, not {width_px}")
    # n pixels in a row span n - 1 from the first one's centre to the last one's.
    points, lengths, extent = _scaled(strokes, max(size - 1, 0))
    columns, rows = (math.ceil(side) + width_px for side in extent)
    canvas = Image.new("L", (columns, rows))
    _round_pen(canvas, points + width_px / 2, lengths, width_px)
    return _ink(canvas)


def warp(
    strokes: Strokes, rng: np.random.Generator, strength: float = 1.0
) -> list[NDArray[np.float64]]:
    """Bends strokes at random and smoothly, as if the same hand wrote once more, or another.

    Rotation, slant, aspect, and a few long waves that depend on the place alone, so that strokes
    that meet still meet.

    Args:
        strokes: float `[n, 2]` each, in any unit.
        rng: the source of chance.
        strength: 0 changes nothing, 1 is as far as hands usually differ.

    Returns:
        New strokes around the same centre and in the same unit, float64 `[n, 2]` each.
    """
    points = np.concatenate([np.asarray(s, dtype=np.float64) for s in strokes])
    low, high = points.min(axis=0), points.max(axis=0)
    middle, side = (low + high) / 2, max(float((high - low).max()), 1e-9)
    turn, slant, aspect = rng.uniform(-strength, strength, 3)
    cos, sin = math.cos(turn * MAX_ROTATION), math.sin(turn * MAX_ROTATION)
    widen = math.exp(aspect * MAX_LOG_ASPECT / 2)
    shear = np.array(((widen, -slant * MAX_SLANT), (0.0, 1 / widen)))
    unit = (points - middle) / side
    waves = rng.uniform(-1.0, 1.0, (4, 2, WAVES))
    phase = unit[:, :1] * waves[0].ravel() + unit[:, 1:] * waves[1].ravel()
    ripple = np.sin(2 * math.pi * (MAX_FREQUENCY * phase + waves[2].ravel()))
    bend = (ripple * waves[3].ravel()).reshape(-1, 2, WAVES).sum(axis=2) * (WOBBLE * strength)
    turned = (unit + bend) @ shear.T @ np.array(((cos, -sin), (sin, cos))).T
    ends = np.cumsum([len(s) for s in strokes])[:-1]
    return list(np.split(turned * side + middle, ends))


def _ink(canvas: Image.Image) -> NDArray[np.float32]:
    """Grey 0..255 to ink 0..1."""
    ink: NDArray[np.float32] = np.asarray(canvas, dtype=np.float32) / np.float32(255)
    return ink


def _scaled(
    strokes: Strokes, size: int | None
) -> tuple[NDArray[np.float64], list[int], NDArray[np.float64]]:
    """All points from (0, 0) on in pixels `[n, 2]`, points in each stroke, box (width, height)."""
    filled = [s for s in strokes if len(s)]
    if not filled:
        raise ValueError("there is nothing to draw: the strokes hold no point")
    points = np.concatenate(filled).astype(np.float64)
    points -= points.min(axis=0)
    longer = float(points.max())
    if size is not None and longer > 0:
        points *= size / longer
    return points, [len(s) for s in filled], points.max(axis=0)


def _round_pen(
    canvas: Image.Image, points: NDArray[np.float64], lengths: list[int], diameter: int
) -> None:
    """Moves a round pen of `diameter` pixels along the strokes; pixel i spans i to i + 1."""
    pencil = ImageDraw.Draw(canvas)
    grid = np.floor(points).astype(np.int64)
    # Pixels i to i + d - 1, both inclusive, are a disc whose centre is i + d / 2.
    corner = np.floor(points - diameter / 2 + 0.5).astype(np.int64)
    # A point that falls on its forerunner's pixel draws nothing new; dense data has many.
    fresh = np.ones(len(points), dtype=bool)
    fresh[1:] = (grid[1:] != grid[:-1]).any(axis=1)
    start = 0
    for length in lengths:
        fresh[start] = True
        keep = np.flatnonzero(fresh[start : start + length]) + start
        start += length
        if len(keep) > 1:
            path = grid[keep].ravel().tolist()
            pencil.line(path, fill=255, width=diameter)
        if diameter > 1:
            for x, y in corner[keep].tolist():
                pencil.ellipse((x, y, x + diameter - 1, y + diameter - 1), fill=255)
        elif len(keep) == 1:
            pencil.point(grid[keep].ravel().tolist(), fill=255)
