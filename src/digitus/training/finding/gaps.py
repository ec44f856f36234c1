"""Learns which gaps part two numbers, from made pages.

python -m digitus.training.finding.gaps FILE.json
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from digitus.lines import find_lines
from digitus.spacing import among, features
from digitus.training.pages import Hands, SyntheticPage, gather_hands, make_page

Page: TypeAlias = tuple[NDArray[np.float64], list[NDArray[np.intp]], list[NDArray[np.float64]]]
Weights: TypeAlias = dict[str, Any]
# Pages, and the seed of the first.
PAGES, SEED = 10_000, 60_000_000
# Boxes as they are, and with sides as far off as those of the finder, in heights of a digit.
SHAKEN = (0.0, 0.05)
HIDDEN, EPOCHS, BATCH, RATE, DECAY = 32, 40, 256, 3e-3, 1e-3
DECIMALS = 4


@dataclass(frozen=True)
class Gaps:
    """The gaps of made pages; rows of the same page and line belong together.

    Attributes:
        pages: Boxes, lines and features of each page, as `digitus.spacing` has them.
        parts: bool [N], whether each gap parts two numbers, line by line.
        known: bool [N], whether it is a gap of a line that was found as it is.
        weight: float32 [N], how much each counts: a page of many gaps counts more than one of few,
            but not as much as they all would.
    """

    pages: list[Page]
    parts: NDArray[np.bool_]
    known: NDArray[np.bool_]
    weight: NDArray[np.float32]


def gather(hands: Hands, pages: int) -> Gaps:
    """Gather the gaps of made pages."""
    found, parts, known, weight = [], [], [], []
    for seed in range(SEED, SEED + pages):
        page = make_page(seed, hands)
        if len(page) < 2:
            continue
        for shake in SHAKEN:
            boxes = _shaken(page, shake, np.random.default_rng(seed))
            lines = find_lines(boxes)
            found.append((boxes, lines, features(boxes, lines, page.pixels[..., 1])))
            for line in lines:
                parts.append(page.numbers[line[1:]] != page.numbers[line[:-1]])
                known.append(page.lines[line[1:]] == page.lines[line[:-1]])
                weight.append(np.full(len(line) - 1, 1 / np.sqrt(len(boxes)), np.float32))
    return Gaps(found, np.concatenate(parts), np.concatenate(known), np.concatenate(weight))


def _shaken(page: SyntheticPage, shake: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw the boxes of a page as badly as the finder does."""
    boxes = page.boxes.astype(np.float64)
    heights = (boxes[:, 3] - boxes[:, 1])[:, None]
    boxes += rng.normal(0.0, shake, boxes.shape) * heights
    boxes[:, 2:] = np.maximum(boxes[:, 2:], boxes[:, :2] + 2)
    height, width = page.pixels.shape[:2]
    return np.clip(boxes, 0, (width, height, width, height))


def learn(gaps: Gaps) -> dict[str, Weights]:
    """Fit both networks; return their weights as `digitus.spacing` holds them."""
    alone = _fit([seen for page in gaps.pages for seen in page[2]], gaps)
    layers = {name: np.array(values) for name, values in alone.items()}
    told = [seen for page in gaps.pages for seen in among(*page, layers)]
    return {"alone": alone, "among": _fit(told, gaps)}


def _fit(seen: list[NDArray[np.float64]], gaps: Gaps) -> Weights:
    """Fit a network of one hidden layer to what is seen of the gaps of all lines."""
    x, y = np.concatenate(seen)[gaps.known], gaps.parts[gaps.known]
    weight = gaps.weight[gaps.known]
    keras.utils.set_random_seed(1)
    middle, spread = x.mean(axis=0), x.std(axis=0)
    spread[spread == 0] = 1.0  # what never varies tells nothing
    network = keras.Sequential(
        [
            keras.Input((x.shape[1],)),
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
        ((x - middle) / spread).astype(np.float32),
        y.astype(np.float32),
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
    learnt = learn(gather(gather_hands("train"), PAGES))
    Path(sys.argv[1]).write_text(json.dumps(learnt) + "\n", encoding="utf-8")
