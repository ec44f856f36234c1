"""What holds no digit: the pictures and strokes on which a reader must stay silent.

Every kind here is meant to be plain to people. What could pass for a digit - an O, an l, a 6
upside down, a heart as narrow as a 0 - is left out: it would only teach the reader to doubt.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from digitus.training.handwriting import MARKS, WORD, Writer, write, write_mark
from digitus.training.papers import Page, compose, light, paper, spoil, to_page
from digitus.training.pictures import picture
from digitus.training.sheets import KINDS, Plane, clouds, grid

Strokes = list[NDArray[np.float64]]
T = TypeVar("T")

# Hands to choose from; making a writer anew each time would cost as much as the writing.
WRITERS = tuple(Writer.from_seed(seed) for seed in range(64))
# Marks that a lost dot or a thick pen makes a digit of: `!` a 1, `?` a 7 or a 2, `&` an 8.
NEVER_ALONE = ("exclamation", "question", "ampersand")
SAFE_MARKS = tuple(mark for mark in MARKS if mark not in NEVER_ALONE)
# Digits that are nothing when turned by a quarter, to either side. Left out are 0 and 8, 1 (a
# dash), 2 and 5 (a 2 and an S still), 6 and 9 (loops with a tail), 7 (a 1 with a long hook).
SIDEWAYS = (3, 4)
# Digits that are plainly wrong in a mirror: a mirrored 2 is an S or a 5, a 5 a 2, a 1 a 1 still.
MIRRORED = (3, 4, 6, 7, 9)
# From this many digits on top of each other nobody reads any of them.
MESS_DIGITS = (4, 7)
ROW_LETTERS = (4, 9)
# Printed letters; the alphabet without those that look like digits in some typeface.
PRINTED = "AEFHKMNPRVWXaefhkmnrwx"
SMALLEST_SIDE = 28
# Papers whose print cannot pass for a digit: the corner of a box is a 7.
UNBOXED = tuple(kind for kind in KINDS if kind not in ("box", "table", "form"))
# A path longer than this, in sides of its box, is drawn with a fine pen: under a thick one a
# scribble closes to a blob in the outline of an 8.
LONG_PATH = 6.0
OCTAVES = (0.6, 0.25, 0.1, 0.04)  # sizes of what a landscape is made of


def negative_strokes(rng: np.random.Generator) -> Strokes:
    """Strokes that are no digit.

    Args:
        rng: the source of chance.

    Returns:
        Strokes, float64 `[n, 2]` each, the longer side of their box about 1, y down.
    """
    chance = rng.random()
    if chance < 0.82:
        return write_mark(_one(SAFE_MARKS, rng), _one(WRITERS, rng), rng)
    if chance < 0.90:
        return _turned(rng)
    if chance < 0.96:
        return _mess(rng)
    return _row(rng)


def negative_picture(
    rng: np.random.Generator, kind: str | None = None, side: int | None = None
) -> Page:
    """A picture that holds no digit.

    Args:
        rng: the source of chance.
        kind: one of `PICTURES`; None picks.
        side: longer side in pixels, 28 or more; None picks, up to 900.

    Returns:
        A page, uint8 `[H, W, 3]`.

    Raises:
        ValueError: no such kind.
    """
    kind = str(rng.choice(list(PICTURES), p=PICTURE_ODDS)) if kind is None else kind
    if kind not in PICTURES:
        raise ValueError(f"there is no negative {kind!r}; there are {', '.join(PICTURES)}")
    return PICTURES[kind](rng, side)


def _one(choices: Sequence[T], rng: np.random.Generator) -> T:
    return choices[int(rng.integers(len(choices)))]


def _turned(rng: np.random.Generator) -> Strokes:
    """A digit sideways or in a mirror."""
    writer = _one(WRITERS, rng)
    if rng.random() < 0.6:
        turn = float(rng.choice((-1.0, 1.0)))
        quarter = np.array(((0.0, turn), (-turn, 0.0)))
        return [stroke @ quarter for stroke in write(_one(SIDEWAYS, rng), writer, rng)]
    return [stroke * (-1.0, 1.0) for stroke in write(_one(MIRRORED, rng), writer, rng)]


def _mess(rng: np.random.Generator) -> Strokes:
    """Several digits written over each other."""
    writer = _one(WRITERS, rng)
    strokes: Strokes = []
    for _ in range(int(rng.integers(*MESS_DIGITS))):
        place, scale = rng.uniform(-0.3, 0.3, 2), rng.uniform(0.7, 1.2)
        strokes += [s * scale + place for s in write(int(rng.integers(10)), writer, rng)]
    return strokes


def _row(rng: np.random.Generator) -> Strokes:
    """Words on a line."""
    writer = _one(WRITERS, rng)
    first, second = write_mark(WORD, writer, rng), write_mark(WORD, writer, rng)
    return first + [stroke + np.array((1.08, 0.0)) for stroke in second]


def _shape(rng: np.random.Generator, side: int | None) -> tuple[int, int]:
    longer = side or round(math.exp(rng.uniform(math.log(SMALLEST_SIDE), math.log(900))))
    shorter = max(SMALLEST_SIDE, round(longer * rng.uniform(0.6, 1.0)))
    return (longer, shorter) if rng.random() < 0.5 else (shorter, longer)


def _blank(rng: np.random.Generator, side: int | None) -> Page:
    """A sheet of any kind on which nobody wrote, or an empty canvas."""
    shape = _shape(rng, side)
    if rng.random() < 0.15:
        grey = _one((0, 255, int(rng.integers(256))), rng)
        return to_page(np.full((*shape, 3), grey, dtype=np.float32))
    page = paper(shape, rng, _one(UNBOXED, rng))
    page = light(page, rng) if rng.random() < 0.6 else page
    for _ in range(int(rng.integers(0, 3))):
        page = spoil(page, rng)
    return page


def _marked(rng: np.random.Generator, side: int | None) -> Page:
    """Something written or drawn that is no digit, in any scene."""
    strokes = negative_strokes(rng)
    path = sum(float(np.hypot(*np.diff(stroke, axis=0).T).sum()) for stroke in strokes)
    pen = _one(("ballpoint", "felt"), rng) if path > LONG_PATH else None
    return picture(strokes, rng, side=side, pen=pen)


def _printed(rng: np.random.Generator, side: int | None) -> Page:
    """Letters in print, one or a row."""
    shape = _shape(rng, side)
    count = 1 if rng.random() < 0.4 else int(rng.integers(*ROW_LETTERS))
    text = "".join(_one(PRINTED, rng) for _ in range(count))
    size = max(12.0, min(shape) * rng.uniform(0.3, 0.9) if count == 1 else shape[1] / count)
    mask = Image.new("L", shape[::-1])
    middle = (shape[1] / 2, shape[0] / 2)
    font = ImageFont.load_default(size)
    ImageDraw.Draw(mask).text(middle, text, fill=255, font=font, anchor="mm")
    ink: Plane = np.asarray(mask, dtype=np.float32) / np.float32(255)
    grey = rng.uniform(0, 90)
    page = compose(ink, paper(shape, rng, _one(("white", "grey", "ruled"), rng)), (grey,) * 3)
    if rng.random() < 0.3:
        page = to_page(255.0 - page)
    return spoil(page, rng) if rng.random() < 0.5 else page


def _scenery(rng: np.random.Generator, side: int | None) -> Page:
    """Blobs, gradients and shapes in many colours: a photo of something else."""
    shape = _shape(rng, side)
    y, x = grid(shape)
    common = sum(clouds(shape, rng, cell) * cell**0.5 for cell in OCTAVES)
    channels = []
    for _ in range(3):
        slope = x * rng.uniform(-60, 60) + y * rng.uniform(-90, 90)
        own = clouds(shape, rng, rng.uniform(0.2, 0.8)) * 15
        channels.append(rng.uniform(70, 180) + slope + rng.uniform(50, 80) * common + own)
    image = Image.fromarray(to_page(np.stack(channels, axis=-1)))
    pencil = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(0, 6))):
        grey, tint = rng.integers(20, 220), rng.integers(-25, 26, 3)
        colour = (int(grey + tint[0]), int(grey + tint[1]), int(grey + tint[2]))
        if rng.random() < 0.5:
            points = rng.uniform(-0.2, 1.2, (int(rng.integers(3, 8)), 2)) * shape[::-1]
            pencil.polygon([(float(a), float(b)) for a, b in points], fill=colour)
        else:
            left, top = rng.uniform(-0.3, 0.8, 2) * shape[::-1]
            wide, high = rng.uniform(0.1, 0.7, 2) * shape[::-1]
            pencil.ellipse((left, top, left + wide, top + high), fill=colour)
    rough = clouds(shape, rng, 0.01) * rng.uniform(0, 25)
    return spoil(to_page(np.asarray(image) + rough[..., None]), rng)


def _grain(rng: np.random.Generator, side: int | None) -> Page:
    """Nothing but noise, fine or coarse."""
    shape = _shape(rng, side)
    noise = clouds(shape, rng, float(rng.choice((0.002, 0.01, 0.04, 0.1))))
    return to_page(128 + noise[..., None] * rng.uniform(10, 127) + np.zeros(3, np.float32))


PICTURES: dict[str, Callable[[np.random.Generator, int | None], Page]] = {
    "marked": _marked,
    "blank": _blank,
    "printed": _printed,
    "scenery": _scenery,
    "grain": _grain,
}
PICTURE_ODDS = (0.5, 0.2, 0.12, 0.13, 0.05)
