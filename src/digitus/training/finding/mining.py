"""What else the second network learns from: whatever the first takes for digits on whole pages.

A page is seen at five sizes, and at most of them its digits are too large or too small; there the
first network sees digits in their strokes, and in words. Crops hold few of those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import onnxruntime

from digitus.finder import looked_at, reduced
from digitus.training.finding.graph import Weights, build
from digitus.training.finding.learn_look import READ
from digitus.training.finding.pieces import Pieces, joined, label
from digitus.training.glyphs import NO_DIGIT
from digitus.training.pages import Hands, SyntheticPage, make_page

# Digits and others that are learnt from, of one page; of the others, those that are most like one.
MOST_DIGITS, MOST_NONE = 60, 80
# How often pages are of each kind, and the seeds of two runs, apart.
ODDS = {
    "line": 0.10,
    "digit": 0.04,
    "amount": 0.22,
    "rows": 0.08,
    "table": 0.10,
    "form": 0.10,
    "boxes": 0.05,
    "notes": 0.10,
    "scattered": 0.06,
    "dense": 0.02,
    "empty": 0.13,
}
APART = 100_000_000


def mined_pages(count: int, seed: int, hands: Hands) -> Iterator[SyntheticPage]:
    """Make pages of all kinds, many of them cheques, and many without digits."""
    chance = np.random.default_rng(seed)
    for number in range(count):
        kind = str(chance.choice(list(ODDS), p=list(ODDS.values())))
        yield make_page(APART * seed + number, hands, kind=kind)


def mine(weights: Weights, pages: Iterable[SyntheticPage], seed: int) -> Pieces:
    """Gather the candidates of pages.

    Args:
        weights: Of both networks; what the second one says does not matter.
        pages: From which neither has learnt.
        seed: Of the chance by which some are taken of many.
    """
    session = onnxruntime.InferenceSession(
        build(weights, to_learn=True).SerializeToString(), providers=["CPUExecutionProvider"]
    )
    chance = np.random.default_rng(seed)
    parts = [_of_page(session, page, chance) for page in pages]
    return joined(parts)


def _of_page(
    session: onnxruntime.InferenceSession, page: SyntheticPage, chance: np.random.Generator
) -> Pieces:
    size = looked_at(*page.pixels.shape[:2])[-1]
    feed = {"page": reduced(page.pixels, size), "size": np.array(size, np.int64)}
    found, words, pieces = session.run(["boxes", "words", "pieces"], feed)
    height, width = page.pixels.shape[:2]
    boxes = page.boxes * np.array([size[1] / width, size[0] / height] * 2, np.float32)
    unclear = boxes[:, 3] - boxes[:, 1] < READ[0]
    clear, labels = label(found, boxes, page.values, unclear)
    digits = np.flatnonzero(clear & (labels < NO_DIGIT))
    none = np.flatnonzero(clear & (labels == NO_DIGIT))  # the likeliest centres come first
    kept = np.concatenate([chance.permutation(digits)[:MOST_DIGITS], none[:MOST_NONE]])
    levels = np.clip(np.rint(255 * pieces[kept]), 0, 255).astype(np.uint8)
    return Pieces(levels.transpose(0, 2, 3, 1), words[kept], labels[kept])
