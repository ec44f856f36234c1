"""Ink -> glyph: the 28x28 picture that the model reads, laid out as MNIST is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitus.reading import Box

FloatArray = NDArray[np.float32]

SIDE = 28  # a glyph is 28x28, white on black
INNER = 20  # the longer side of the ink inside it (LeCun et al. 1998, section III.A)
# Strokes are made thicker or thinner on a canvas this many times finer than the glyph.
FINE = 3
# Mean stroke widths, in glyph pixels, that pass untouched: MNIST's own lie inside (its 1st and
# 99th percentile), so a picture made as MNIST's were keeps its strokes.
THINNEST, THICKEST = 1.4, 4.4
# Ink below this is an error of rounding.
TRACE = 1e-3


def cut_glyph(ink: FloatArray) -> NDArray[np.uint8]:
    """Cut a glyph out of ink as MNIST's were: 20 px by area-averaging, centred by mass.

    MNIST's makers scaled each digit into 20x20 keeping its aspect, and moved its centre of mass to
    the centre of 28x28 (LeCun et al. 1998, "Gradient-based learning applied to document
    recognition", section III.A). A glyph cut from an MNIST picture is that picture.

    Args:
        ink: float32 [H, W], 0 paper to 1 ink.

    Returns:
        uint8 [28, 28], 0 paper to 255 ink; all zeros where there is no ink.
    """
    return place_glyph(ink)[0]


def place_glyph(ink: FloatArray) -> tuple[NDArray[np.uint8], Box]:
    """Cut a glyph as `cut_glyph` does, and tell where in it the box around the ink lies.

    Args:
        ink: float32 [H, W], 0 paper to 1 ink.

    Returns:
        The glyph, and the box, in pixels of the glyph, that shows `ink_box(ink)`; an empty box
        where there is no ink.
    """
    left, top, right, bottom = ink_box(ink)
    crop = ink[top:bottom, left:right]
    glyph = np.zeros((SIDE, SIDE), np.uint8)
    if not crop.size:
        return glyph, (0, 0, 0, 0)
    height, width = crop.shape
    scale = INNER / max(height, width)
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    fine = _average(_average(crop, rows * FINE).T, columns * FINE).T
    small = _balance_stroke(fine)
    grown = (small.shape[0] - rows) // 2  # so far thicker strokes may reach out of the box
    rows, columns = small.shape

    mass = float(small.sum())
    if mass <= 0:
        return glyph, (0, 0, 0, 0)
    x = float(small.sum(axis=0) @ np.arange(columns)) / mass
    y = float(small.sum(axis=1) @ np.arange(rows)) / mass
    # MNIST's centre of mass is pixel 14 counted from 0 (its mean lies at 14.0, not 13.5); ink
    # whose mass is far off its middle is held inside the frame.
    x0 = min(max(_steadily(SIDE / 2 - x), 0), SIDE - columns)
    y0 = min(max(_steadily(SIDE / 2 - y), 0), SIDE - rows)
    glyph[y0 : y0 + rows, x0 : x0 + columns] = np.rint(small * 255)
    return glyph, (x0 + grown, y0 + grown, x0 + columns - grown, y0 + rows - grown)


def _steadily(value: float) -> int:
    """Round what is a half but for errors of rounding as a half: so lies the centre of even ink."""
    return round(round(value, 4))


def ink_box(ink: NDArray[np.generic]) -> Box:
    """Return the smallest box around all ink above zero; an empty box where there is none."""
    columns, rows = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    if not len(rows):
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def stroke_width(ink: FloatArray) -> float:
    """Estimate the mean stroke width of ink, in its pixels.

    A stroke of length l and width w has mass l * w and an outline of about 2 * l, and the total
    variation of ink measures the outline whether its edges are hard or soft.

    Args:
        ink: float32 [H, W], 0..1, with at least one pixel of paper around the strokes.
    """
    across, down = np.diff(ink, axis=1)[:-1], np.diff(ink, axis=0)[:, :-1]
    outline = float(np.sqrt(across * across + down * down).sum())
    return 2 * float(ink.sum()) / outline if outline > 0 else 0.0


def _average(values: FloatArray, size: int) -> FloatArray:
    """Resample the rows of values [H, W] to ``size`` rows by exact area-averaging."""
    count = len(values)
    if count == size:
        return values
    edges = np.arange(size + 1) * (count / size)
    # The integral up to each edge; differences of it are exact areas at any scale, up or down.
    total = np.zeros((count + 1, values.shape[1]), np.float64)
    np.cumsum(values, axis=0, out=total[1:])
    whole = np.minimum(edges.astype(np.int64), count - 1)
    integral = total[whole] + (edges - whole)[:, None] * values[whole]
    return (np.diff(integral, axis=0) * (size / count)).astype(np.float32)


def _balance_stroke(fine: FloatArray) -> FloatArray:
    """Bring strokes that are thinner or thicker than MNIST's towards it; average down by FINE.

    Args:
        fine: float32 [FINE * h, FINE * w].

    Returns:
        float32 [h', w'], at most SIDE on a side; h' = h and w' = w where nothing was changed.
    """
    rows, columns = fine.shape
    padded = np.zeros((rows + 2 * FINE, columns + 2 * FINE), np.float32)
    padded[FINE:-FINE, FINE:-FINE] = fine  # np.pad takes ten times as long
    width = stroke_width(padded)
    if width < THINNEST * FINE:
        # A pale thin line is made as dark as its darkest part before it is made thicker.
        inked = fine[fine > TRACE]
        top = float(np.quantile(inked, 0.9)) if inked.size else 1.0
        padded = np.minimum(padded / max(top, 0.2), 1)
        radius = min((THINNEST * FINE - width) / 2, FINE)
        padded = _shift(padded, radius, np.maximum)
    elif width > THICKEST * FINE:
        radius = min((width - THICKEST * FINE) / 2, FINE)
        padded = _shift(padded, radius, np.minimum)
    else:
        padded = fine
    rows, columns = padded.shape[0] // FINE, padded.shape[1] // FINE
    small: FloatArray = padded.reshape(rows, FINE, columns, FINE).mean(axis=(1, 3))
    return small


def _shift(ink: FloatArray, radius: float, extreme: np.ufunc) -> FloatArray:
    """Move the edges of ink outwards (maximum) or inwards (minimum) by ``radius`` pixels.

    Whole steps take the extreme over the 4 neighbours; the rest of the radius is mixed in.
    """
    while radius > 0:
        moved = ink.copy()
        moved[1:] = extreme(moved[1:], ink[:-1])
        moved[:-1] = extreme(moved[:-1], ink[1:])
        moved[:, 1:] = extreme(moved[:, 1:], ink[:, :-1])
        moved[:, :-1] = extreme(moved[:, :-1], ink[:, 1:])
        step = min(radius, 1.0)
        ink = ink + np.float32(step) * (moved - ink)
        radius -= step
    return ink
