"""Learns which gaps part two numbers, from made pages.

python -m digitus.training.finding.gaps FILE.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from digitus.lines import find_lines
from digitus.spacing import FEATURES, features
from digitus.training.pages import KINDS, Hands, gather_hands, make_page

# Pages of each kind, and the seed of the first.
PAGES, SEED = 300, 60_000_000
HIDDEN, EPOCHS, BATCH, RATE, DECAY = 32, 60, 128, 3e-3, 1e-3
DECIMALS = 4


def gaps(hands: Hands, pages: int) -> tuple[NDArray[np.float32], ...]:
    """Gather the gaps of made pages.

    Returns:
        Features float32 [N, `FEATURES`], whether each parts two numbers, and how much it counts: a
        page of many gaps counts more than one of few, but not as much as they all would.
    """
    seen, split, counts = [], [], []
    for kind in KINDS:
        for seed in range(SEED, SEED + pages):
            page = make_page(seed, hands, kind=kind)
            boxes = page.boxes.astype(np.float64)
            lines = find_lines(boxes)
            for line, rows in zip(lines, features(boxes, lines, page.pixels[..., 1]), strict=True):
                same = page.lines[line[1:]] == page.lines[line[:-1]]  # those found as they are
                seen.append(rows[same])
                split.append((page.numbers[line[1:]] != page.numbers[line[:-1]])[same])
                counts.append(np.full(same.sum(), 1 / np.sqrt(len(boxes))))
    x, y, weight = (np.concatenate(parts).astype(np.float32) for parts in (seen, split, counts))
    return x, y, weight


def learn(
    x: NDArray[np.float32], y: NDArray[np.float32], weight: NDArray[np.float32]
) -> dict[str, list[float]]:
    """Fit the network of one hidden layer; return its weights as `digitus.spacing` holds them."""
    keras.utils.set_random_seed(1)
    middle, spread = x.mean(axis=0), x.std(axis=0)
    network = keras.Sequential(
        [
            keras.Input((FEATURES,)),
            layers.Dense(HIDDEN, activation="relu"),
            layers.Dense(1),
        ]
    )
    rate = keras.optimizers.schedules.CosineDecay(RATE, EPOCHS * (len(x) // BATCH))
    network.compile(
        keras.optimizers.AdamW(rate, weight_decay=DECAY),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    network.fit(
        (x - middle) / spread,
        y,
        sample_weight=weight / weight.mean(),
        batch_size=BATCH,
        epochs=EPOCHS,
        verbose=0,
    )
    kernel, bias, output, last = network.get_weights()
    plain = kernel / spread[:, None]
    weights = {
        "hidden": plain,
        "hidden_bias": bias - middle @ plain,
        "output": output[:, 0],
        "bias": last[0],
    }
    return {name: np.round(values, DECIMALS).tolist() for name, values in weights.items()}


if __name__ == "__main__":
    learnt = learn(*gaps(gather_hands("train"), PAGES))
    Path(sys.argv[1]).write_text(json.dumps(learnt) + "\n", encoding="utf-8")
