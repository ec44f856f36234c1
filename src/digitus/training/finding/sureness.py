"""How often numbers of pages are right that seem as sure: prints what `digitus.grouping` holds.

python -m digitus.training.finding.sureness
"""

from __future__ import annotations

from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from digitus.grouping import LEAST, OFFSET, STEEPNESS
from digitus.reader import Reader
from digitus.training.pages import KINDS, gather_hands, make_page

# Pages of each kind, and the seed of the first.
PAGES, SEED = 60, 90_000_000
RIDGE, STEPS = 1e-3, 30


def numbers() -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Read made pages; return the log-odds of each number before they are mended, and its fate."""
    reader, hands = Reader(), gather_hands("validation")
    odds: list[float] = []
    right: list[bool] = []
    for kind in KINDS:
        for seed in range(SEED, SEED + PAGES):
            page = make_page(seed, hands, kind=kind)
            read = reader.read(page.pixels).numbers
            texts = [number.text for number in read]
            fine = np.zeros(len(read), bool)
            matcher = SequenceMatcher(None, page.text.split(), texts, autojunk=False)
            for block in matcher.get_matching_blocks():
                fine[block.b : block.b + block.size] = True
            if len(read) > 1 or (read and len(read[0].digits) > 1):
                sure = np.clip([number.confidence for number in read], LEAST, 1 - LEAST)
                odds.extend((np.log(sure / (1 - sure)) - OFFSET) / STEEPNESS)
                right.extend(fine)
    return np.array(odds), np.array(right)


def fit(odds: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, float]:
    """Fit the slope and the offset of a logistic curve, by Newton's steps."""
    x = np.c_[odds, np.ones(len(odds))]
    weights = np.zeros(2)
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-x @ weights))
        curvature = (x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(2)
        weights -= np.linalg.solve(curvature, x.T @ (p - right) + RIDGE * weights)
    return float(weights[0]), float(weights[1])


if __name__ == "__main__":
    steepness, offset = fit(*numbers())
    print(f"STEEPNESS, OFFSET = {steepness:.2f}, {offset:.2f}")
