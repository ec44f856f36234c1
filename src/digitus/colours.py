"""Pillow pictures of any mode -> pixels, with alpha laid over paper that the drawing shows on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitus.arrays import stretch

ByteArray = NDArray[np.uint8]
Colour = tuple[int, ...]

# Modes with more than 8 bits a pixel; Pillow itself would cut them off at 255.
DEEP_MODES = {"I", "F"}
WHITE, BLACK, MIDDLE = 255, 0, 128
# A drawing whose levels differ by less than this is one colour of ink, with noise.
ONE_COLOUR = 64
# Enough pixels to tell the colours of a drawing; more would only cost time.
SAMPLE = 1 << 20


def to_pixels(image: Image.Image) -> ByteArray:
    """Turn a loaded Pillow picture of any mode into pixels.

    Args:
        image: Loaded and upright. It is not modified.

    Returns:
        uint8 ``[H, W, 3]``, read-only; where the picture has no colour, one plane seen three
        times (a stride of 0).

    Raises:
        ValueError: It holds NaN or infinity.
    """
    if image.mode in DEEP_MODES or image.mode.startswith("I;16"):
        return spread(stretch(np.asarray(image)))
    return spread(np.asarray(_flat(image)))


def spread(levels: ByteArray) -> ByteArray:
    """Return one grey plane as three, without a copy.

    Args:
        levels: uint8 ``[H, W]``, ``[H, W, 1]`` or ``[H, W, 3]``.

    Returns:
        uint8 ``[H, W, 3]``, read-only.
    """
    grey = levels[..., None] if levels.ndim == 2 else levels
    return np.broadcast_to(grey, (*grey.shape[:2], 3))


def _flat(image: Image.Image) -> Image.Image:
    """Convert to L or RGB."""
    mode = image.mode
    if mode in ("L", "RGB", "P", "1") and "transparency" in image.info:
        if mode == "P":
            image = image.copy()  # the conversion writes into the palette of its source
        return lay_over_paper(image.convert("LA" if mode in ("L", "1") else "RGBA"))
    if mode in ("L", "RGB"):
        return image
    if mode == "1":
        return image.convert("L")
    if mode in ("LA", "La"):
        return lay_over_paper(image.convert("LA"))
    if mode in ("RGBA", "RGBa", "PA") or (mode == "P" and _palette_has_alpha(image)):
        return lay_over_paper(image.convert("RGBA"))
    return image.convert("RGB")  # P, RGBX, CMYK, YCbCr, LAB, HSV


def _palette_has_alpha(image: Image.Image) -> bool:
    return image.palette is not None and "A" in image.palette.mode


def lay_over_paper(image: Image.Image) -> Image.Image:
    """Lay a picture with alpha over paper on which it shows.

    Ink alone is laid over its opposite: white for dark ink, black for light ink, by the mean
    luminance of what is drawn. What brings its own paper (more than half of it is covered, in
    several colours) is continued in that paper's colour, so that no edge appears. Alpha that is
    the same everywhere says nothing and is dropped; a fully transparent picture is white paper.

    Args:
        image: Mode LA or RGBA.

    Returns:
        Mode L or RGB.
    """
    alpha = image.getchannel("A")
    colour = image.getchannel("L") if image.mode == "LA" else image.convert("RGB")
    lowest, highest = alpha.getextrema()
    if highest == 0:
        return Image.new(colour.mode, colour.size, _even(WHITE, colour))
    if lowest == highest:
        return colour
    page = Image.new(colour.mode, colour.size, _paper(colour, alpha))
    page.paste(colour, mask=alpha)
    return page


def _paper(colour: Image.Image, alpha: Image.Image) -> Colour:
    """Choose the paper under a drawing."""
    step = max(1, round((colour.width * colour.height / SAMPLE) ** 0.5))
    weights = np.asarray(alpha)[::step, ::step].astype(np.float32)
    levels = np.asarray(colour.convert("L"))[::step, ::step]
    drawn = weights >= MIDDLE
    if weights.mean() > MIDDLE and np.ptp(levels[drawn]) > ONE_COLOUR:
        median = np.median(np.asarray(colour)[::step, ::step][drawn], axis=0)
        return tuple(int(value) for value in np.atleast_1d(median))
    luminance = float((levels * weights).sum() / max(1.0, float(weights.sum())))
    return _even(WHITE if luminance < MIDDLE else BLACK, colour)


def _even(level: int, colour: Image.Image) -> Colour:
    """Return a grey in the bands of a picture."""
    return (level,) * len(colour.getbands())
