"""Classifiers as strangers train them: small ones of synthesised digits, each in a second."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from digitus.training.datasets import Dataset
from digitus.training.glyphs import glyphs_of, synthesised

PREPARE: dict[str, Callable[[NDArray[np.uint8]], Any]] = {
    "unit": lambda x: x / 255,
    "columns": lambda x: keras.utils.normalize(x, axis=1),
    "raw": lambda x: x.astype(np.float32),
    "glyph": lambda x: keras.utils.normalize(x.reshape(-1, 784), axis=1).reshape(-1, 28, 28),
    "signed": lambda x: x / 127.5 - 1,
    "standard": lambda x: (x / 255 - 0.1307) / 0.3081,
    "rows": lambda x: keras.utils.normalize(x),
    "inverted": lambda x: 1 - x / 255,
    "inverted-raw": lambda x: 255.0 - x,
}
"""What a stranger does with glyphs uint8 [N, 28, 28] before training."""


@cache
def weights(preparation: str) -> list[NDArray[np.float32]]:
    """Train two dense layers on prepared digits."""
    strokes, labels = synthesised(1200, 5)
    glyphs, labels = glyphs_of(Dataset("synthesised", labels, strokes=strokes), 1, 5)
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((784,)),
            layers.Dense(32, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(5e-3), "sparse_categorical_crossentropy")
    model.fit(PREPARE[preparation](glyphs).reshape(-1, 784), labels, epochs=6, verbose=0)
    return list(model.get_weights())


def of_pixels(scaling: str) -> list[NDArray[np.float32]]:
    """Return the weights of a network of one preparation; most are made of that of 0..1."""
    if scaling in ("columns", "glyph", "rows"):
        return weights(scaling)
    kernel, bias, *rest = weights("unit")
    # x / 255 = prepared * scale + offset
    scale, offset = {
        "unit": (1.0, 0.0),
        "raw": (1 / 255, 0.0),
        "signed": (0.5, 0.5),
        "standard": (0.3081, 0.1307),
        "inverted": (-1.0, 1.0),
        "inverted-raw": (-1 / 255, 1.0),
    }[scaling]
    return [kernel * scale, bias + offset * kernel.sum(axis=0), *rest]


def classifier(
    scaling: str = "unit", shape: tuple[int, ...] = (28, 28), last: str = "softmax"
) -> keras.Model:
    """Build a classifier that was trained on pixels prepared in some way."""
    row = [] if shape == (784,) else [layers.Flatten()]
    dense = [layers.Dense(32, activation="relu"), layers.Dense(10, activation=last)]
    model = keras.Sequential([keras.Input(shape), *row, *dense])
    model.set_weights(of_pixels(scaling))
    return model
