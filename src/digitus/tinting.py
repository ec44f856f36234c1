"""Evidence in colours: on a glyph, and on the page that it was cut from."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image

from digitus.drawing import WHITE, Colour, Pixels
from digitus.evidence import FloatArray
from digitus.explain import Explanation
from digitus.glyph import SIDE

# What speaks for and against: vermilion and blue, which the colour-blind tell apart too (Okabe
# and Ito 2008, "Color universal design"), and their lighter kin for pictures that are dark.
FOR, AGAINST = (213, 94, 0), (0, 114, 178)
FOR_ON_DARK, AGAINST_ON_DARK = (255, 138, 51), (86, 180, 233)
# Ink that makes no difference, on a glyph.
NEUTRAL = (205, 205, 205)
# Where nothing is written the colour is fainter, so that the digit is seen first.
ON_PAPER = 0.35
# So much of the ink is coloured in part, the rest in full, and so it is with the paper, unless it
# says less than the ink. Where no ink has so many log-odds a pixel, all of it stays pale.
FULL, LEAST_FULL = 0.95, 0.04
# How much of a page's own contrast is left below the colours.
FADED = 0.45


def tint_glyph(explanation: Explanation, speaks: FloatArray) -> Image.Image:
    """Colour the ink of a glyph, and fainter its paper, by what they say.

    Args:
        explanation: Has the glyph.
        speaks: float32 [28, 28], one of its maps.

    Returns:
        The glyph, 28 x 28, its ink on white paper.
    """
    ink = explanation.glyph[..., None] / np.float32(255)
    ink_full, paper_full = _full_strength(explanation)
    full = np.where(ink > 0, ink_full * ink, paper_full).astype(np.float32)
    amount = np.clip(speaks[..., None] / full, -1, 1)
    colour = _colours(amount, FOR, AGAINST)
    empty = np.where(ink > 0, np.float32(0), np.float32(ON_PAPER))
    on_paper = _mix(_rgb(WHITE), colour, empty * abs(amount))
    on_ink = _mix(_rgb(NEUTRAL), colour, abs(amount))
    return _picture(_mix(on_paper, on_ink, ink))


def tint_page(pixels: Pixels, explanations: Sequence[Explanation], side: int) -> Image.Image:
    """Fade a page, and colour the ink of its digits by what it says.

    Args:
        pixels: The upright page, uint8 [H, W, 3].
        explanations: Of the digits that were read on it.
        side: Its longer side, in pixels, when it is drawn; a tiny page is enlarged by a whole
            factor, to at most that.
    """
    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    scale = math.floor(scale) if scale >= 2 else scale
    size = max(1, round(width * scale)), max(1, round(height * scale))
    method = Image.Resampling.NEAREST if scale >= 2 else Image.Resampling.BOX
    small = Image.fromarray(pixels).resize(size, method).convert("L")
    grey = np.asarray(small, np.float32)[..., None]
    paper = float(np.median(grey))
    page = np.repeat(np.float32(paper) + np.float32(FADED) * (grey - np.float32(paper)), 3, axis=2)
    colours = (FOR, AGAINST) if paper >= 128 else (FOR_ON_DARK, AGAINST_ON_DARK)
    for explanation in explanations:
        _tint_digit(page, explanation, scale, colours)
    return _picture(page)


def _tint_digit(
    page: FloatArray, explanation: Explanation, scale: float, colours: tuple[Colour, Colour]
) -> None:
    """Lay the evidence of a digit's ink over a page float32 [h, w, 3], in place."""
    x0, y0, x1, y1 = (edge * scale for edge in explanation.frame)
    left, top = max(math.floor(x0), 0), max(math.floor(y0), 0)
    right, bottom = min(math.ceil(x1), page.shape[1]), min(math.ceil(y1), page.shape[0])
    # The part of the glyph that is seen there; rounding misses it by less than a pixel, which is
    # all that a tiny digit at the border has.
    seen = [SIDE * (edge - x0) / (x1 - x0) for edge in (left, right)]
    seen += [SIDE * (edge - y0) / (y1 - y0) for edge in (top, bottom)]
    part = np.clip(seen, 0, SIDE)[[0, 2, 1, 3]]
    if part[0] >= part[2] or part[1] >= part[3]:
        return
    ink = np.where(explanation.glyph > 0, explanation.evidence, np.float32(0))
    as_it_came = np.rot90(ink, explanation.rotation // 90)
    amount = Image.fromarray(as_it_came / np.float32(_full_strength(explanation)[0]))
    smooth = amount.resize((right - left, bottom - top), Image.Resampling.BILINEAR, tuple(part))
    amounts = np.clip(np.asarray(smooth), -1, 1)[..., None]
    region = page[top:bottom, left:right]
    region[:] = _mix(region, _colours(amounts, *colours), abs(amounts))


def _full_strength(explanation: Explanation) -> tuple[float, float]:
    """Return the log-odds per pixel of ink, and of paper, that both maps colour in full."""
    glyph = explanation.glyph
    maps = abs(np.stack([explanation.evidence, explanation.against_runner_up]))
    density = maps[:, glyph > 0] / (glyph[glyph > 0] / np.float32(255))
    ink = max(float(np.quantile(density, FULL)), LEAST_FULL)
    return ink, max(float(np.quantile(maps[:, glyph == 0], FULL)), ink)


def _colours(amount: FloatArray, above: Colour, below: Colour) -> FloatArray:
    """Return the colour of each amount [h, w, 1]: float32 [h, w, 3]."""
    return np.where(amount > 0, _rgb(above), _rgb(below))


def _rgb(colour: Colour) -> FloatArray:
    return np.array(colour, np.float32)


def _mix(one: FloatArray, other: FloatArray, part: FloatArray) -> FloatArray:
    """Return colours that are ``part`` of the way, 0..1, from one to the other."""
    return one + (other - one) * part


def _picture(colours: FloatArray) -> Image.Image:
    return Image.fromarray(np.rint(colours).astype(np.uint8))
