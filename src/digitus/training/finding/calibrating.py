"""How sure the finder is: one temperature, from pages by writers that nobody learnt from."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from digitus.finder import Finder, looked_at
from digitus.training.calibrate import Calibration, calibrate
from digitus.training.finding.pieces import label
from digitus.training.pages import KINDS, Hands, SyntheticPage, make_page

# Pages of each kind, and the seed of the first.
PAGES, SEED = 40, 70_000_000
# Heights of digits that should be found, in pixels of the page.
LEAST_HEIGHT = 12.0


def validation_pages(hands: Hands) -> Iterable[SyntheticPage]:
    """Make the pages on which the finder is calibrated."""
    for kind in KINDS:
        for seed in range(SEED, SEED + PAGES):
            yield make_page(seed, hands, kind=kind)


def calibrated(finder: Finder, pages: Iterable[SyntheticPage]) -> Calibration:
    """Fit the temperature of a finder that has none yet.

    Args:
        finder: It.
        pages: What it reads.
    """
    logits: list[NDArray[np.float32]] = []
    labels: list[NDArray[np.uint8]] = []
    for page in pages:
        sizes = looked_at(*page.pixels.shape[:2])
        boxes, said = finder.candidates(page.pixels, sizes[-1])
        unclear = page.boxes[:, 3] - page.boxes[:, 1] < LEAST_HEIGHT
        clear, own = label(boxes, page.boxes, page.values, unclear)
        logits.append(said[clear])
        labels.append(own[clear])
    return calibrate(np.concatenate(logits), np.concatenate(labels))
