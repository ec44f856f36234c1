"""Makes a page of digits out of a seed: sheet, rules, writing, camera."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitus.training.pages import amounts, camera, clutter, empty, rows, tables
from digitus.training.pages.canvas import Canvas, Mark, boxes_of
from digitus.training.pages.desk import SCENES, Desk
from digitus.training.pages.grounds import ground
from digitus.training.pages.hands import Hands
from digitus.training.pages.masks import THINNEST
from digitus.training.pages.page import SyntheticPage

# Part of a digit's box that must be in the picture; of what is cut more nobody can say what it is.
SEEN = 0.6
# Part of the shorter side that stays free around the writing; now and then it reaches the edge.
MARGINS = (0.0, 0.12)


@dataclass(frozen=True)
class Kind:
    """What stands on a page.

    Attributes:
        odds: how often pages are of this kind.
        layout: writes it.
        scenes: odds of each scene, by name.
        sides: shortest and longest height in pixels where the caller names no size.
        aspects: width to height, from .. to.
    """

    odds: float
    layout: Callable[[Canvas, Desk], None]
    scenes: dict[str, float]
    sides: tuple[float, float] = (200.0, 1200.0)
    aspects: tuple[float, float] = (0.7, 1.4)


_ANY = {"photo": 0.45, "scan": 0.25, "drawn": 0.15, "board": 0.07, "cheque": 0.08}
_PAPER = {"photo": 0.6, "scan": 0.35, "board": 0.05}
KINDS: dict[str, Kind] = {
    "line": Kind(0.16, rows.line, _ANY, (28.0, 500.0), (1.2, 6.0)),
    "digit": Kind(0.05, rows.digit, _ANY, (28.0, 400.0), (0.8, 1.3)),
    "amount": Kind(0.18, amounts.amount, {"cheque": 0.92, "scan": 0.08}, (36.0, 200.0), (2.0, 4.4)),
    "rows": Kind(0.13, rows.rows, {"photo": 0.65, "scan": 0.15, "drawn": 0.13, "board": 0.07}),
    "table": Kind(0.1, tables.table, _PAPER),
    "form": Kind(0.07, tables.form, {"photo": 0.45, "scan": 0.5, "cheque": 0.05}),
    "boxes": Kind(0.05, tables.boxes, {"photo": 0.3, "scan": 0.7}, (40.0, 300.0), (1.5, 5.0)),
    "notes": Kind(0.07, rows.notes, _PAPER),
    "scattered": Kind(0.05, rows.scattered, _ANY),
    "dense": Kind(0.04, rows.dense, _PAPER, (400.0, 1200.0)),
    "empty": Kind(0.1, empty.empty, _ANY),
}
"""Every kind of page."""


def make_page(
    seed: int, hands: Hands, *, size: tuple[int, int] | None = None, kind: str | None = None
) -> SyntheticPage:
    """Makes a page.

    Args:
        seed: fixes all chance; the same seed, hands, size and kind give the same page.
        hands: whose digits, from `gather_hands`.
        size: (height, width) in pixels, 28 or more each; None picks what fits the kind, up to
            1200 x 1600.
        kind: one of `KINDS`; None picks one.

    Returns:
        The page and where its digits are. "empty" has none, and others may lack them too.

    Raises:
        ValueError: no such kind, a size that is too small, or hands of the writers that are kept
            for checking.
    """
    if hands.part == "check":
        raise ValueError("pages are for training: the writers kept for checking must not be there")
    rng = np.random.default_rng(seed)
    if kind is None:
        odds = np.array([each.odds for each in KINDS.values()])
        kind = list(KINDS)[int(rng.choice(len(odds), p=odds / odds.sum()))]
    if kind not in KINDS:
        raise ValueError(f"there is no kind {kind!r}; there are {', '.join(KINDS)}")
    if size is not None and min(size) < 28:
        raise ValueError(f"a page has at least 28 x 28 pixels, not {size[0]} x {size[1]}")
    what = KINDS[kind]
    scene = str(rng.choice(list(what.scenes), p=np.array(list(what.scenes.values()))))
    shape = size or _shape(what, rng)
    desk = Desk(hands, scene, rng)
    margin = rng.uniform(*MARGINS)
    view = camera.look(shape, rng.random() < desk.scene.turned, margin, rng)
    sheet = str(rng.choice(desk.scene.grounds))
    canvas = Canvas(ground(sheet, view.canvas, _texture(shape), rng), view.area)
    if scene == "photo" and rng.random() < 0.06:
        clutter.show_through(canvas, rng)
    what.layout(canvas, desk)
    desk.dry(canvas)
    if scene == "photo" and rng.random() < 0.1:
        clutter.dark_border(canvas, rng)
    if scene in ("photo", "scan") and rng.random() < 0.03:
        clutter.stain(canvas, rng)
    pixels = _develop(np.asarray(view.picture(canvas.ground)), desk, rng)
    return page_of(pixels, canvas.marks, view, kind)


def page_of(
    pixels: NDArray[np.uint8],
    marks: list[Mark],
    view: camera.View,
    kind: str,
) -> SyntheticPage:
    """Puts a page together: boxes where the camera saw the digits, counted anew.

    Args:
        pixels: uint8 `[H, W, 3]`.
        marks: the digits on the sheet, in reading order.
        view: how it was seen.
        kind: what stands on the page.
    """
    whole = boxes_of(view.seen(mark.outline) for mark in marks)
    height, width = pixels.shape[:2]
    boxes = np.clip(whole, 0, (width, height, width, height))
    area, inside = _area(whole), _area(boxes)
    keep = np.flatnonzero(inside >= SEEN * np.maximum(area, 1e-9))
    kept = [marks[int(index)] for index in keep]
    return SyntheticPage(
        pixels,
        boxes[keep].astype(np.float32),
        np.array([mark.value for mark in kept], np.uint8),
        _from_zero([mark.number for mark in kept]),
        _from_zero([mark.line for mark in kept]),
        kind,
    )


def _develop(page: NDArray[np.uint8], desk: Desk, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Lights, spoils and converts, as the scene has it."""
    scene, pen = desk.scene, max(desk.pen, THINNEST)
    if rng.random() < scene.lit:
        page = camera.expose(page, rng)
    if desk.binary:
        page = camera.threshold(page, pen, rng)
    else:
        page = camera.lose(page, scene.spoiled, pen, rng)
    if rng.random() < scene.inverted:
        page = 255 - page
    if scene is SCENES["cheque"] and rng.random() < 0.6:  # most banks keep grey pictures
        grey = page.mean(axis=2).astype(np.uint8)
        page = np.repeat(grey[..., None], 3, axis=2)
    return page


def _shape(what: Kind, rng: np.random.Generator) -> tuple[int, int]:
    height = math.exp(rng.uniform(*np.log(what.sides)))
    width = height * math.exp(rng.uniform(*np.log(what.aspects)))
    return max(28, round(height)), max(28, min(1600, round(width)))


def _texture(shape: tuple[int, int]) -> float:
    """Height of a digit that a texture goes with, before anybody knows the digits."""
    return min(0.7 * shape[0], 0.25 * shape[1])


def _area(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    sides: NDArray[np.float64] = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    return sides[:, 0] * sides[:, 1]


def _from_zero(counted: list[int]) -> NDArray[np.int64]:
    """Counts anew, from 0 without gaps."""
    return np.unique(np.array(counted, np.int64), return_inverse=True)[1].astype(np.int64)
