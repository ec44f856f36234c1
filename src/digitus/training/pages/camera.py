"""From the sheet on the table to the picture in the file: view, light, loss, black and white."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from digitus.training.pages.canvas import Box
from digitus.training.papers import Page, light, spoil, to_page
from digitus.training.sheets import clouds, grid

# Degrees by which pages are turned: mostly a few, rarely as many as people still call straight.
USUAL_TURN, FULL_TURN = 2.5, 12.0
# How far a corner is off, in parts of the page, when it is seen from the side.
CORNER = 0.05
# A strip is turned less: this part of its height goes up from one end to the other.
RISE = 0.35
# Shadows and vignettes that leave a page black are of no use to anybody.
DARKEST = 0.35
LOSSES = ("jpeg", "blur", "noise", "coarse", "specks")
LOSS_ODDS = (0.32, 0.28, 0.2, 0.18, 0.02)
# A thick pen is not blurred more than a camera blurs: pixels.
FINEST = 4.0
# A threshold looks at a neighbourhood of so many pen widths, as scanning programs do.
NEIGHBOURHOOD = 12.0


@dataclass(frozen=True)
class View:
    """How a page is seen.

    Attributes:
        shape: (height, width) of the picture.
        canvas: (height, width) of the sheet that has to be there for it.
        area: left, top, right, bottom on the sheet of what is seen in any case.
        corners: float64 `[4, 2]`, (x, y) on the sheet of the picture's corners: top left, bottom
            left, bottom right, top right; None where the picture is the sheet.
    """

    shape: tuple[int, int]
    canvas: tuple[int, int]
    area: Box
    corners: NDArray[np.float64] | None

    def picture(self, sheet: Image.Image) -> Image.Image:
        """Takes the picture of a sheet."""
        if self.corners is None:
            return sheet
        size = self.shape[::-1]
        backward = _homography(_frame(self.shape), self.corners)
        return sheet.transform(
            size,
            Image.Transform.PERSPECTIVE,
            tuple(float(value) for value in backward.ravel()[:8]),
            Image.Resampling.BILINEAR,
        )

    def seen(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Says where points `[k, 2]` of the sheet are in the picture."""
        if self.corners is None:
            return points
        forward = _homography(self.corners, _frame(self.shape))
        mapped = np.column_stack((points, np.ones(len(points)))) @ forward.T
        result: NDArray[np.float64] = mapped[:, :2] / mapped[:, 2:]
        return result


def look(shape: tuple[int, int], turned: bool, margin: float, rng: np.random.Generator) -> View:
    """Chooses a view.

    Args:
        shape: (height, width) of the picture.
        turned: whether it is not straight.
        margin: parts of the shorter side that stay free around what is written.
        rng: the source of chance.
    """
    height, width = shape
    if not turned:
        edge = margin * min(shape)
        return View(shape, shape, (edge, edge, width - edge, height - edge), None)
    most = math.degrees(math.atan(RISE * min(shape) / max(shape)))
    degrees = rng.normal(0.0, USUAL_TURN) if rng.random() < 0.85 else rng.uniform(-1, 1) * FULL_TURN
    angle = math.radians(float(np.clip(degrees, -min(most, FULL_TURN), min(most, FULL_TURN))))
    frame = _frame(shape)
    middle = frame.mean(axis=0)
    turn = np.array(((math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))))
    corners = (frame - middle) @ turn
    if rng.random() < 0.5:
        corners += rng.uniform(-CORNER, CORNER, (4, 2)) * min(shape)
    corners -= corners.min(axis=0)
    wide, tall = (max(1, math.ceil(side)) for side in corners.max(axis=0))
    inner = (
        float(max(corners[0, 0], corners[1, 0])),
        float(max(corners[0, 1], corners[3, 1])),
        float(min(corners[2, 0], corners[3, 0])),
        float(min(corners[1, 1], corners[2, 1])),
    )
    edge = margin * min(inner[2] - inner[0], inner[3] - inner[1])
    area = (inner[0] + edge, inner[1] + edge, inner[2] - edge, inner[3] - edge)
    return View(shape, (tall, wide), area, corners)


def expose(page: Page, rng: np.random.Generator) -> Page:
    """Lights a page unevenly, colours the light and exposes it more or less."""
    shape = (page.shape[0], page.shape[1])
    before = float(page.mean())
    for _ in range(1 if rng.random() < 0.75 else 2):
        lit = light(page, rng)
        if lit.mean() > DARKEST * before:
            page = lit
    chance = rng.random()
    if chance < 0.15:  # a cheap camera: the colour of the light drifts across the picture
        y, x = grid(shape)
        angle = rng.uniform(0, 2 * math.pi)
        along = x * np.float32(math.cos(angle)) + y * np.float32(math.sin(angle))
        casts = 1 + along[..., None] * rng.uniform(-0.35, 0.35, 3).astype(np.float32)
        page = to_page(page * casts)
    elif chance < 0.35:  # too dark or too flat
        low, high = rng.uniform(0, 60), rng.uniform(170, 255)
        levels = low + (high - low) * (np.arange(256) / 255) ** rng.uniform(0.8, 1.3)
        page = levels.astype(np.uint8)[page]
    return page


def lose(page: Page, times: int, pen: float, rng: np.random.Generator) -> Page:
    """Loses quality up to so many times; lines of `pen` pixels stay visible."""
    for _ in range(int(rng.integers(0, times + 1))):
        kind = LOSSES[int(rng.choice(len(LOSSES), p=LOSS_ODDS))]
        page = spoil(page, rng, kind, finest=min(pen, FINEST))
    return page


def threshold(page: Page, pen: float, rng: np.random.Generator) -> Page:
    """Makes a page black and white, as scanning programs do: darker than what is around it."""
    grey = Image.fromarray(page).convert("L")
    around = grey.filter(ImageFilter.BoxBlur(max(3.0, NEIGHBOURHOOD * pen)))
    levels = np.asarray(grey, dtype=np.float32)
    darker = np.asarray(around, dtype=np.float32) - levels
    # A part of the contrast of the strongest ink; paper's grain stays below it, mostly.
    cut = max(rng.uniform(0.18, 0.35) * float(np.percentile(darker, 99.5)), 8.0)
    if rng.random() < 0.4:  # edges eaten by noise
        darker += clouds((page.shape[0], page.shape[1]), rng, 1.5 / max(page.shape)) * 0.3 * cut
    flat = np.where(darker > cut, 0, 255).astype(np.uint8)
    return np.repeat(flat[..., None], 3, axis=2)


def _frame(shape: tuple[int, int]) -> NDArray[np.float64]:
    height, width = shape
    return np.array(((0, 0), (0, height), (width, height), (width, 0)), dtype=np.float64)


def _homography(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Finds the matrix [3, 3] that takes four points to four others."""
    rows = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows.append((x, y, 1, 0, 0, 0, -u * x, -u * y))
        rows.append((0, 0, 0, x, y, 1, -v * x, -v * y))
    solved = np.linalg.solve(np.array(rows), target.ravel())
    return np.append(solved, 1.0).reshape(3, 3)
