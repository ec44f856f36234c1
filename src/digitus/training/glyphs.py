"""Data sets -> glyphs: the same ink, layout and glyph code that reads a stranger's picture."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitus.glyph import SIDE, cut_glyph, ink_box
from digitus.ink import find_ink
from digitus.layout import digit_candidates
from digitus.training import pens
from digitus.training.datasets import Dataset, Strokes
from digitus.training.handwriting import Writer, write
from digitus.training.negatives import negative_picture, negative_strokes
from digitus.training.pictures import picture

GlyphArray = NDArray[np.uint8]

NO_DIGIT = 10  # the class behind the ten digits
# Pens from a hair to a fat brush, as parts of the digit's longer side.
PEN = (0.02, 0.24)
# Digits are drawn at this size and then cut as a picture of that size would be.
DRAWN = (10, 48)
# One drawing in this many is made of whole pixels, as simple paint programs do.
HARD_ONE_IN = 3
WARP = 0.5  # how far a redrawn digit is bent: within one person's own variation
# Semeion stretched every digit to a square; one is put back to a width between these parts of it.
ASPECT = (0.35, 1.0)
# Correlation, at a quarter of the resolution, above which a glyph shows the digit that was drawn.
ALIKE = 0.8
# Pixels between two digits that make a pair (below zero they overlap), and how far their heights
# may differ.
PAIR_GAP, PAIR_DRIFT = (-2, 8), 4


def glyph_of_picture(page: NDArray[np.uint8]) -> GlyphArray | None:
    """Cut the most plausible glyph out of a page, uint8 [H, W, 3]; None on blank paper."""
    for ink in find_ink(page):
        for candidate in digit_candidates(ink):
            return cut_glyph(candidate.values)
    return None


def glyphs_of(data: Dataset, drawings: int, seed: int) -> tuple[GlyphArray, NDArray[np.uint8]]:
    """Cut the glyphs of a data set.

    Args:
        data: Pictures or strokes.
        drawings: How often each stroked digit is drawn with another pen, or each picture of
            a source that lost its aspect is cut with another aspect.
        seed: Seed of all chance.

    Returns:
        Glyphs uint8 [M, 28, 28] and their labels uint8 [M].
    """
    rng = np.random.default_rng(seed)
    glyphs: list[GlyphArray] = []
    labels: list[int] = []
    for index, label in enumerate(data.labels):
        for glyph in _each(data, index, drawings, rng):
            glyphs.append(glyph)
            labels.append(int(label))
    return np.array(glyphs, np.uint8).reshape(-1, SIDE, SIDE), np.array(labels, np.uint8)


def picture_glyphs(
    strokes: Sequence[Strokes], labels: NDArray[np.uint8], count: int, seed: int
) -> tuple[GlyphArray, NDArray[np.uint8]]:
    """Cut glyphs out of made pictures: digits on all kinds of paper, in all kinds of light.

    They carry what the ink step leaves of rules, shadows and noise. A glyph that does not look
    like the digit that was drawn (the ink was not found) is left out.

    Args:
        strokes: The digits to choose from.
        labels: uint8 [N], their values.
        count: How many pictures are made.
        seed: Seed of all chance.

    Returns:
        Glyphs uint8 [M, 28, 28] and labels uint8 [M], M at most ``count``.
    """
    rng = np.random.default_rng(seed)
    glyphs: list[GlyphArray] = []
    kept: list[int] = []
    for index in rng.integers(len(labels), size=count):
        bent = pens.warp(strokes[index], rng, WARP)
        clean = _coarse(cut_glyph(pens.draw(bent, 3.0, size=30)))
        found = [
            cut_glyph(candidate.values)
            for ink in find_ink(picture(bent, rng))
            for candidate in digit_candidates(ink)
        ]
        for glyph in found:
            if float(_coarse(glyph) @ clean) > ALIKE:
                glyphs.append(glyph)
                kept.append(int(labels[index]))
                break
    return np.array(glyphs, np.uint8).reshape(-1, SIDE, SIDE), np.array(kept, np.uint8)


def synthesised(count: int, seed: int) -> tuple[list[Strokes], NDArray[np.uint8]]:
    """Write ``count`` digits in as many synthesised hands; strokes and labels uint8 [count]."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(10, size=count).astype(np.uint8)
    hands = [Writer.from_seed(int(rng.integers(2**31))) for _ in range(count)]
    return [
        [stroke.astype(np.float32) for stroke in write(int(label), hand, rng)]
        for label, hand in zip(labels, hands, strict=True)
    ], labels


def negative_glyphs(strokes: int, pictures: int, seed: int) -> GlyphArray:
    """Cut glyphs that hold no digit.

    Args:
        strokes: How many are drawn straight as glyphs.
        pictures: How many whole pictures are made; those in which ink is found give a glyph.
        seed: Seed of all chance.

    Returns:
        Glyphs uint8 [M, 28, 28].
    """
    rng = np.random.default_rng(seed)
    glyphs = [draw_glyph(negative_strokes(rng), rng) for _ in range(strokes)]
    for _ in range(pictures):
        page = negative_picture(rng)
        for ink in find_ink(page):
            glyphs += [cut_glyph(candidate.values) for candidate in digit_candidates(ink)]
    return np.array(glyphs, np.uint8).reshape(-1, SIDE, SIDE)


def pair_glyphs(images: NDArray[np.uint8] | None, count: int, seed: int) -> GlyphArray:
    """Cut glyphs out of two digits side by side, which are not one digit.

    Args:
        images: uint8 [N, 28, 28], digits to choose from.
        count: How many pairs.
        seed: Seed of all chance.

    Returns:
        Glyphs uint8 [count, 28, 28].
    """
    if images is None:
        raise ValueError("pairs are made of pictures, not of strokes")
    rng = np.random.default_rng(seed)
    glyphs: list[GlyphArray] = []
    while len(glyphs) < count:
        left, right = (_tight(images[i]) for i in rng.integers(len(images), size=2))
        gap = int(rng.integers(*PAIR_GAP))
        height = max(len(left), len(right)) + PAIR_DRIFT
        width = left.shape[1] + right.shape[1] + gap
        ink = np.zeros((height, width), np.float32)
        for part, x in ((left, 0), (right, width - right.shape[1])):
            y = int(rng.integers(height - len(part) + 1))
            place = ink[y : y + len(part), x : x + part.shape[1]]
            np.maximum(place, part / np.float32(255), out=place)
        glyphs.append(cut_glyph(ink))
    return np.array(glyphs, np.uint8).reshape(-1, SIDE, SIDE)


def _tight(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Cut a digit to its box."""
    left, top, right, bottom = ink_box(image)
    return image[top:bottom, left:right]


def draw_glyph(strokes: pens.Strokes, rng: np.random.Generator) -> GlyphArray:
    """Draw strokes with a random pen at a random size and cut the glyph, uint8 [28, 28]."""
    size = int(rng.integers(*DRAWN))
    width = size * math.exp(rng.uniform(math.log(PEN[0]), math.log(PEN[1])))
    if rng.integers(HARD_ONE_IN) == 0:
        return cut_glyph(pens.draw_hard(strokes, size, max(1, round(width))))
    return cut_glyph(pens.draw(strokes, max(width, 0.8), size=size))


def _each(
    data: Dataset, index: int, drawings: int, rng: np.random.Generator
) -> Iterator[GlyphArray]:
    """Yield the glyphs of one sample."""
    if data.strokes is not None:
        for _ in range(drawings):
            yield draw_glyph(pens.warp(data.strokes[index], rng, WARP), rng)
        return
    for ink in find_ink(data.page(index))[:1]:
        for candidate in digit_candidates(ink)[:1]:
            if data.name != "semeion":
                yield cut_glyph(candidate.values)
                continue
            for _ in range(drawings):
                yield cut_glyph(_narrowed(candidate.values, rng.uniform(*ASPECT)))


def _coarse(glyph: GlyphArray) -> NDArray[np.float64]:
    """Average a glyph down to 7x7 and scale it to length 1: float64 [49]."""
    small = glyph.reshape(7, 4, 7, 4).mean(axis=(1, 3)).ravel()
    unit: NDArray[np.float64] = small / max(float(np.linalg.norm(small)), 1e-9)
    return unit


def _narrowed(values: NDArray[np.float32], aspect: float) -> NDArray[np.float32]:
    """Scale ink [H, W] to ``aspect`` of its width."""
    height, width = values.shape
    size = (max(1, round(width * 3 * aspect)), height * 3)
    return np.asarray(Image.fromarray(values).resize(size, Image.Resampling.BILINEAR), np.float32)
