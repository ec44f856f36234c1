"""From the digit that a hand wrote to ink at the size at which it stands on the page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from digitus.training import pens
from digitus.training.pages.hands import Form

Mask = NDArray[np.uint8]
"""Ink `[h, w]`, 0 paper to 255 ink, cut to what is visible."""

# What people see as ink; boxes and distances are measured by it.
VISIBLE = 80
# A digit wider than this many heights is a slip of the pen or of its cutting; it is narrowed.
WIDEST = 1.25
# Part of a scan's darkest pixel below which it is paper.
PAPER = 0.3
# Rows of a scan that is fine enough to show the grain of its strokes.
FINE = 40
# The thinnest line that is drawn, in pixels: people lose one that is much thinner.
THINNEST = 1.1


@dataclass(frozen=True)
class Nib:
    """How the ink of one writing looks, the same for all its digits.

    Attributes:
        width: of the pen in pixels, for what is drawn.
        weight: -1 lean to 1 fat, for what is scanned.
        shear: sideways shift per height, right positive, on top of the hand's own.
        hard: whole pixels, as simple paint programs draw.
    """

    width: float
    weight: float = 0.0
    shear: float = 0.0
    hard: bool = False


def ink_of(form: Form, height: float, nib: Nib) -> Mask:
    """Puts a digit's ink on a mask.

    Args:
        form: strokes or a scan.
        height: of its ink in pixels.
        nib: the pen.

    Returns:
        uint8 `[h, w]`, cut to the visible ink.
    """
    if isinstance(form, np.ndarray):
        return _scanned(form, height, nib)
    return draw(form, height, nib)


def draw(strokes: pens.Strokes, height: float, nib: Nib, tall: float | None = None) -> Mask:
    """Draws strokes.

    Args:
        strokes: float `[n, 2]` each, y down, in any unit.
        height: of what is `tall` units high, in pixels, the pen's own width included.
        nib: the pen.
        tall: None takes the height of the strokes.

    Returns:
        uint8 `[h, w]`, cut to the visible ink.
    """
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    width = max(nib.width, THINNEST)
    full = max(float(high[1] - low[1]), 1e-9) if tall is None else tall
    scale = max(height - width, 1.0) / full
    if tall is None:
        # What is flat by nature would become as broad as the page.
        scale = min(scale, WIDEST * height / max(float(high[0] - low[0]), 1e-9))
    lean = np.array(((scale, 0.0), (-nib.shear * scale, scale)))
    paths = [(stroke - low) @ lean for stroke in strokes]
    if nib.hard:
        side = float(np.ptp(np.concatenate(paths), axis=0).max())
        ink = pens.draw_hard(paths, max(1, round(side)), max(1, round(width)))
    else:
        ink = pens.draw(paths, width)
    return tight((ink * np.float32(255)).astype(np.uint8))


def broader(mask: Mask, times: float) -> Mask:
    """Stretches a mask sideways."""
    width = round(mask.shape[1] * times)
    if width == mask.shape[1]:
        return mask
    size = (width, mask.shape[0])
    return np.asarray(Image.fromarray(mask).resize(size, Image.Resampling.BILINEAR))


def tight(mask: Mask) -> Mask:
    """Cuts a mask to its visible ink; one without any stays as it is."""
    seen = mask >= VISIBLE
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        return mask
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _scanned(scan: NDArray[np.uint8], height: float, nib: Nib) -> Mask:
    """Brings a scan to its size, its ink from 0 to 255 whatever the pen and the scanner were."""
    peak = max(int(scan.max()), 1)
    seen = scan > PAPER * peak
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    tall, wide = int(rows[-1] - rows[0] + 1), int(columns[-1] - columns[0] + 1)
    scale = height / tall
    if wide > WIDEST * tall:
        scale = height * WIDEST / wide
    size = (max(1, round(wide * scale)), max(1, round(tall * scale)))
    # A pixel of paper all around, so that enlarging does not cut the edge of the ink off.
    left, top = int(columns[0]) - 1, int(rows[0]) - 1
    border = round(scale)
    size = (size[0] + 2 * border, size[1] + 2 * border)
    crop = Image.fromarray(scan).crop((left, top, left + wide + 2, top + tall + 2))
    if tall > FINE and scale > 0.5:
        # Some scanners left only the edges of the strokes, or a pattern of dots.
        crop = crop.filter(ImageFilter.GaussianBlur(0.8))
    small = crop.resize(size, Image.Resampling.BICUBIC)
    if nib.shear and min(size) > 1:
        shift = nib.shear * size[1]
        grown = (size[0] + round(abs(shift)), size[1])
        lean = (1.0, nib.shear, -max(shift, 0.0))
        small = small.transform(
            grown, Image.Transform.AFFINE, (*lean, 0, 1, 0), Image.Resampling.BILINEAR
        )
    levels = np.asarray(small, dtype=np.float32)
    # Enlarged scans have soft edges: a steeper curve makes them those of a pen, and where it
    # crosses decides how fat the stroke is.
    steep = float(np.clip(scale, 1.2, 4.0))
    middle = 0.42 - 0.17 * nib.weight
    ink = (levels / max(float(levels.max()), 1.0) - middle) * steep + 0.5
    # A thin line loses its darkness where it is scaled down; people see it all the same.
    return tight((np.clip(ink / max(float(ink.max()), 0.3), 0, 1) * 255).astype(np.uint8))
