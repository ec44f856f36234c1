"""Paper, ink on it, light, and the ways in which a picture is spoiled.

A page is uint8 `[H, W, 3]` as everywhere in digitus. Lengths are given as parts of the longer side,
so that a small picture and a large one show the same scene.
"""

from __future__ import annotations

import io
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from digitus.training.sheets import KINDS, Colour, Plane, clouds, grid

Page = NDArray[np.uint8]


def paper(shape: tuple[int, int], rng: np.random.Generator, kind: str | None = None) -> Page:
    """Makes an empty sheet.

    Args:
        shape: (height, width) in pixels.
        rng: the source of chance.
        kind: one of `KINDS`; None picks one.

    Returns:
        A page without ink; "board" is dark, all others are light.

    Raises:
        ValueError: no such kind.
    """
    if kind is None:
        kind = list(KINDS)[int(rng.integers(len(KINDS)))]
    if kind not in KINDS:
        raise ValueError(f"there is no paper {kind!r}; there are {', '.join(KINDS)}")
    return to_page(KINDS[kind](shape, rng))


def compose(ink: Plane, page: Page, colour: Colour, opacity: float | Plane = 1.0) -> Page:
    """Lays ink on paper.

    Args:
        ink: float32 `[H, W]`, 0..1.
        page: the sheet, of the same height and width.
        colour: of the pen, (red, green, blue), 0..255.
        opacity: how much the pen covers, 0..1; a plane `[H, W]` for ink that is uneven.

    Returns:
        The written page.
    """
    cover = (ink * opacity)[..., None]
    return to_page(page + cover * (np.asarray(colour, dtype=np.float32) - page))


def light(page: Page, rng: np.random.Generator, kind: str | None = None) -> Page:
    """Takes the sheet into a room with light that is not even.

    Args:
        page: uint8 `[H, W, 3]`.
        rng: the source of chance.
        kind: "gradient", "vignette", "shadow" (with a hard edge), "lamp" or "tint"; None picks.

    Returns:
        The page as a camera sees it.

    Raises:
        ValueError: no such light.
    """
    kinds = ("gradient", "vignette", "shadow", "lamp", "tint")
    kind = kinds[int(rng.integers(len(kinds)))] if kind is None else kind
    if kind not in kinds:
        raise ValueError(f"there is no light {kind!r}; there are {', '.join(kinds)}")
    shape = (page.shape[0], page.shape[1])
    y, x = grid(shape)
    angle = rng.uniform(0.0, 2 * math.pi)
    along = x * math.cos(angle) + y * math.sin(angle)
    tone = np.ones(3, dtype=np.float32)
    if kind == "gradient":
        lit = 1 - rng.uniform(0.1, 0.45) * (along + 0.7) / 1.4
    elif kind == "vignette":
        lit = 1 - rng.uniform(0.3, 0.9) * (x * x + y * y)
    elif kind == "shadow":
        # The edge of a hand or a phone: a line that is bent, sharp to a pixel or two.
        edge = along + rng.uniform(-0.25, 0.25) + rng.uniform(0.0, 0.25) * clouds(shape, rng, 0.5)
        sharp = rng.uniform(20.0, 120.0)
        lit = 1 - rng.uniform(0.2, 0.55) / (1 + np.exp(-np.clip(edge * sharp, -30, 30)))
        tone = np.array((0.97, 0.985, 1.0), dtype=np.float32)
    elif kind == "lamp":
        far = (x - rng.uniform(-0.4, 0.4)) ** 2 + (y - rng.uniform(-0.4, 0.4)) ** 2
        lit = 0.6 + 0.5 * np.exp(-far / rng.uniform(0.05, 0.3))
        tone = np.array((1.03, 1.0, 0.9), dtype=np.float32)
    else:
        lit = np.full(shape, rng.uniform(0.65, 0.95))
        tone = rng.uniform(0.88, 1.05, 3).astype(np.float32)
    return to_page(page * (lit.astype(np.float32)[..., None] * tone))


def spoil(
    page: Page, rng: np.random.Generator, kind: str | None = None, *, finest: float | None = None
) -> Page:
    """Loses quality on the way to the file.

    Args:
        page: uint8 `[H, W, 3]`.
        rng: the source of chance.
        kind: "jpeg", "blur", "noise", "coarse" (a low resolution) or "specks"; None picks.
        finest: pixels of the finest line that must stay visible; None takes a hundredth of the
            longer side.

    Returns:
        A page of the same size.

    Raises:
        ValueError: no such kind.
    """
    kinds = ("jpeg", "blur", "noise", "coarse", "specks")
    kind = kinds[int(rng.integers(len(kinds)))] if kind is None else kind
    if kind not in kinds:
        raise ValueError(f"there is no way to spoil {kind!r}; there are {', '.join(kinds)}")
    height, width = page.shape[:2]
    finest = max(height, width) / 100 if finest is None else finest
    image = Image.fromarray(page)
    if kind == "jpeg":
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=int(rng.integers(12, 70)))
        image = Image.open(buffer)
    elif kind == "blur":
        image = image.filter(ImageFilter.GaussianBlur(finest * rng.uniform(0.2, 0.8)))
    elif kind == "coarse":
        # A line that is less than two thirds of a pixel wide is lost to people as well.
        part = min(1.0, max(rng.uniform(0.25, 0.9), 0.67 / finest))
        small = (max(8, round(width * part)), max(8, round(height * part)))
        image = image.resize(small, Image.Resampling.BILINEAR)
        image = image.resize((width, height), Image.Resampling.BILINEAR)
    elif kind == "noise":
        grain = rng.standard_normal((height, width, 1), dtype=np.float32) * rng.uniform(2, 14)
        return to_page(page + grain)
    else:
        pencil = ImageDraw.Draw(image)
        for _ in range(int(rng.integers(3, 25))):
            x, y = rng.uniform(0, width), rng.uniform(0, height)
            r = max(height, width) * rng.uniform(0.001, 0.006)
            grey = int(rng.choice((0, 60, 120, 255)))
            pencil.ellipse((x - r, y - r, x + r, y + r), fill=(grey, grey, grey))
    return np.asarray(image.convert("RGB"))


def to_page(values: NDArray[Any]) -> Page:
    """Rounds to uint8, whatever the arithmetic before gave."""
    page: Page = np.clip(values + 0.5, 0, 255).astype(np.uint8)
    return page
