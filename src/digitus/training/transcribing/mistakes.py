"""Strips of what the finder takes for a number where there is none, or another one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from digitus.grouping import arrange
from digitus.reader import Reader
from digitus.strip import usual_height
from digitus.training.pages import Hands, SyntheticPage, make_page
from digitus.training.transcribing.strips import LONGEST, Cutter, Example, crowded
from digitus.training.transcribing.truth import inside, numbers_at

# Where it makes most of its mistakes; half of the pages hold no digit at all.
KINDS = {
    "empty": 0.5,
    "amount": 0.2,
    "notes": 0.12,
    "form": 0.08,
    "table": 0.05,
    "scattered": 0.05,
}
# So many other pages are digits close beside letters: half an A is like a 1.
LETTERED = 0.3
# A number of which it found as many digits as there are is no mistake: of those are plenty.
PLENTY = 0.1
# What is to be no number has no digit so many heights beside it, and above.
BESIDE, ABOVE = 1.2, 0.3


def mistakes(seed: int, hands: Hands) -> Iterator[Example]:
    """Make strips without an end; the same seed, hands and finder give the same ones."""
    cutter, reader = Cutter(), Reader()
    while True:
        rng = np.random.default_rng([seed, 6])
        if rng.random() < LETTERED:
            page = crowded(hands, rng, 1.0)
        else:
            kind = str(rng.choice(list(KINDS), p=list(KINDS.values())))
            page = make_page(seed, hands, kind=kind)
        seed += 1
        digits = reader.places(page.pixels)
        for line in arrange(digits, page.pixels) if digits else []:
            for group in line:
                boxes = np.array([digit.box for digit in group.digits], np.float64)
                written = _written(page, boxes)
                if written is None or (len(written) == len(boxes) and rng.random() > PLENTY):
                    continue
                example = cutter.cut(page.pixels, boxes, written)
                if example:
                    yield example


def _written(page: SyntheticPage, boxes: NDArray[np.float64]) -> NDArray[np.uint8] | None:
    """Tell which number was written where one was found.

    Returns:
        Its digits, uint8 [N], none where there is no number; None where there is another one
        beside, or only a part of one.
    """
    numbers = numbers_at(page, boxes)
    if not numbers:
        height = usual_height(boxes)
        near = inside(page, boxes, BESIDE * height, ABOVE * height)
        return None if near.any() else np.zeros(0, np.uint8)
    rows = numbers[0]
    if len(numbers) > 1 or not inside(page, boxes)[rows].all() or len(rows) > LONGEST:
        return None
    return page.values[rows]
