"""A recipe that trains in seconds, and digits of synthesised hands for it."""

from __future__ import annotations

import numpy as np

from digitus.training import recipe
from digitus.training.corpus import Corpus
from digitus.training.datasets import Dataset
from digitus.training.glyphs import NO_DIGIT, glyphs_of, negative_glyphs, synthesised
from digitus.training.layers import layer
from digitus.training.recipe import Recipe

SHARES = {"mnist": 0.75, "negatives": 0.25}


def tiny_recipe(
    name: str = "tiny",
    *,
    seed: int = 3,
    samples: int = 64,
    epochs: int = 2,
    learning_rate: float = 1e-2,
) -> Recipe:
    listed = [{"conv": 4, "stride": 2}, {"residual": 8, "stride": 2}, {"flatten": True}]
    return Recipe(
        name,
        seed,
        recipe.Data(samples, dict(SHARES), negative_strokes=1),
        recipe.Network(tuple(layer(table) for table in [*listed, {"dropout": 0.2}])),
        recipe.Schedule(
            epochs,
            16,
            learning_rate,
            optimizer="adamw",
            warmup=1.0,
            decay="cosine",
            weight_decay=0.01,
            label_smoothing=0.02,
        ),
        recipe.Augmentation(rotation=10, shift=1, stroke=0.5),
    )


def tiny_corpus(digits: int, seed: int) -> Corpus:
    """Make glyphs: digits under the name of MNIST, and a quarter as many negatives."""
    strokes, labels = synthesised(digits, seed)
    drawn = glyphs_of(Dataset("synthesised", labels, strokes=strokes), 1, seed)
    negatives = negative_glyphs(digits // 4, 0, seed)
    return {"mnist": drawn, "negatives": (negatives, np.full(len(negatives), NO_DIGIT, np.uint8))}
