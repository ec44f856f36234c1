"""Pictures -> glyphs, by the code that reads a stranger's picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitus.glyph import SIDE, cut_glyph
from digitus.ink import find_ink
from digitus.layout import digit_candidates
from digitus.training.datasets import Dataset
from digitus.training.glyphs import GlyphArray, draw_glyph

# Each stroked digit is drawn with a pen of its own, always the same.
SEED = 2026
# Shows how far the work has come, as progress bars do.
Watch = Callable[[range], Iterable[int]]


@dataclass(frozen=True)
class Candidates:
    """All pieces of ink that may be the one digit of a picture, of all pictures of a set.

    Attributes:
        glyphs: uint8 [M, 28, 28], picture by picture, most plausible first.
        picture: int64 [M], which picture each is from, 0..N-1; a blank picture has none.
        plausibility: float64 [M], 0..1, by its place in the picture alone.
        labels: uint8 [N], what each picture shows, 0-9.
    """

    glyphs: GlyphArray
    picture: NDArray[np.int64]
    plausibility: NDArray[np.float64]
    labels: NDArray[np.uint8]


def find_candidates(data: Dataset, watch: Watch = iter) -> Candidates:
    """Cut the candidates out of every picture, as `digitus.Reader` does for ``expect="digit"``.

    Args:
        data: Pictures; a set that has only strokes is drawn, each digit with one random pen.
        watch: Wraps the loop over the pictures.
    """
    rng = np.random.default_rng(SEED)
    glyphs: list[GlyphArray] = []
    picture: list[int] = []
    plausibility: list[float] = []
    for index in watch(range(len(data))):
        for glyph, plausible in _each(data, index, rng):
            glyphs.append(glyph)
            picture.append(index)
            plausibility.append(plausible)
    return Candidates(
        np.array(glyphs, np.uint8).reshape(-1, SIDE, SIDE),
        np.array(picture, np.int64),
        np.array(plausibility, np.float64),
        data.labels,
    )


def _each(
    data: Dataset, index: int, rng: np.random.Generator
) -> Iterator[tuple[GlyphArray, float]]:
    """Yield the glyphs of one picture with their plausibilities."""
    if data.strokes is not None:
        yield draw_glyph(data.strokes[index], rng), 1.0
        return
    for ink in find_ink(data.page(index)):
        for candidate in digit_candidates(ink):
            yield cut_glyph(candidate.values), candidate.plausibility
