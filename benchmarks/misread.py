"""Contact sheets of what was misread: each picture, its glyphs, the truth and the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitus.cli.sheet import contact_sheet, tile
from digitus.glyph import SIDE, cut_glyph
from digitus.image import load
from digitus.ink import find_ink
from digitus.layout import digit_candidates
from measures import MOST_LISTED, Outcome


def write_sheets(outcomes: Mapping[str, Sequence[Outcome]], folder: Path) -> None:
    """Write one PNG a set into a folder; none for a set without a mistake."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, one_set in outcomes.items():
        wrong = [outcome for outcome in one_set if not outcome.right][:MOST_LISTED]
        if wrong:
            contact_sheet([_tile(outcome) for outcome in wrong]).save(folder / f"{name}.png")


def _tile(outcome: Outcome) -> Image.Image:
    """Draw one misread picture, its truth in front of its name."""
    truth = "no digit" if outcome.sample.truth is None else outcome.sample.truth
    source = Path(outcome.sample.source).name
    pixels = _with_glyphs(load(outcome.sample.picture()).pixels)
    return tile(pixels, replace(outcome.reading, source=f"is {truth}: {source}"))


def _with_glyphs(page: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Put all glyphs that the reader chose from in a row below a page."""
    height, width = page.shape[:2]
    glyphs = [
        cut_glyph(candidate.values) for ink in find_ink(page) for candidate in digit_candidates(ink)
    ]
    side = max(SIDE, width // max(2, len(glyphs)))
    canvas = Image.new("RGB", (max(width, side * len(glyphs)), height + side))
    canvas.paste(Image.fromarray(page))
    for index, glyph in enumerate(glyphs):
        enlarged = Image.fromarray(glyph).resize((side, side), Image.Resampling.NEAREST)
        canvas.paste(enlarged, (index * side, height))
    return np.asarray(canvas)
