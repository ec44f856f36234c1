"""Learns which gaps part two numbers, from made pages: prints what `digitus.spacing` holds.

python -m digitus.training.finding.gaps
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitus.lines import find_lines
from digitus.spacing import features
from digitus.training.pages import KINDS, gather_hands, make_page

# Pages of each kind, and the seed of the first.
PAGES, SEED = 150, 60_000_000
# A little of all weights is better than much of one; Newton's steps until nothing changes.
RIDGE, STEPS = 1.0, 30


def learn() -> tuple[float, NDArray[np.float64], float]:
    """Fit the regression; return bias, weights [10], and the part of gaps that are told wrong."""
    seen, split = [], []
    hands = gather_hands("train")
    for kind in KINDS:
        for seed in range(SEED, SEED + PAGES):
            page = make_page(seed, hands, kind=kind)
            boxes = page.boxes.astype(np.float64)
            lines = find_lines(boxes)
            for line, rows in zip(lines, features(boxes, lines), strict=True):
                same = page.lines[line[1:]] == page.lines[line[:-1]]  # those found as they are
                seen.append(rows[same])
                split.append((page.numbers[line[1:]] != page.numbers[line[:-1]])[same])
    x, y = np.concatenate(seen), np.concatenate(split).astype(np.float64)
    middle, spread = x.mean(axis=0), x.std(axis=0)
    z = np.c_[np.ones(len(x)), (x - middle) / spread]
    weights = np.zeros(z.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-z @ weights))
        gradient = z.T @ (p - y) + RIDGE * weights
        curvature = (z * (p * (1 - p))[:, None]).T @ z + RIDGE * np.eye(z.shape[1])
        weights -= np.linalg.solve(curvature, gradient)
    wrong = float(((z @ weights > 0) != (y > 0.5)).mean())
    plain = weights[1:] / spread
    return float(weights[0] - plain @ middle), plain, wrong


if __name__ == "__main__":
    bias, weights, wrong = learn()
    print(f"BIAS = {bias:.4f}")
    print(f"WEIGHTS = np.array({[round(float(weight), 4) for weight in weights]})")
    print(f"{100 * wrong:.2f} % of the gaps are told wrong")
