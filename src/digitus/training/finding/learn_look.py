"""Trains the second network: pieces of pages, as the first finds them -> which digit, or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray

from digitus.training.augment import bent
from digitus.training.batches import WORKERS
from digitus.training.finding import nets
from digitus.training.finding.blocks import KerasBlocks
from digitus.training.finding.crops import Crop, toned
from digitus.training.finding.graph import EVEN, HEIGHTS
from digitus.training.finding.learn_search import BATCH as CROPS
from digitus.training.finding.learn_search import contrast
from digitus.training.finding.pieces import Pieces, candidates, cut, joined, label
from digitus.training.finding.shards import load
from digitus.training.glyphs import NO_DIGIT
from digitus.training.memory import keep_freed_memory
from digitus.training.precision import reckoning_in
from digitus.training.recipe import Augmentation

BATCH = 256
RATE, RISE, DECAY, MEAN, SMOOTHING = 2.5e-3, 200, 0.02, 0.998, 0.02
# Of the values between the networks and the last layers, and parts of them left out each time.
HIDDEN, DROPPED, UNTOLD = 96, 0.25, 0.1
# Candidates less like a digit are not learnt from; of those that are none, so many of a crop.
LEAST, MOST_NONE = 0.06, 16
# Pieces are bent anew each time: the same digits stand on many pages, and would be learnt by heart.
BENT = Augmentation(rotation=9, shear=0.2, scale=0.12, shift=1.2, elastic=0.7)
# Noise, at most, against what is there already.
NOISE = 0.5
# Heights of digits in pixels that should be read.
READ = (11.0, 40.0)


def look_model(precision: str = "float32") -> keras.Model:
    """Build the second network, untrained.

    Args:
        precision: ``float32`` or ``bfloat16``.

    Returns:
        Pieces uint8 [N, 32, 32, 2] and words float32 [N, 15] -> logits float32 [N, 11].
    """
    with reckoning_in(precision):
        piece = keras.Input((nets.PIECE, nets.PIECE, len(nets.VIEWS)), dtype="uint8")
        words = keras.Input((nets.SAID,))
        x = layers.Rescaling(1 / 255, dtype="float32")(piece)
        near = keras.ops.var(x[..., 0], axis=(1, 2))
        deviation = keras.ops.log(keras.ops.sqrt(near + EVEN))[:, None]
        x = layers.LayerNormalization(
            axis=(1, 2), center=False, scale=False, epsilon=EVEN, dtype="float32"
        )(x)
        x = layers.Dropout(DROPPED)(layers.Flatten()(nets.look(KerasBlocks(), x)))
        told = layers.Concatenate(dtype="float32")([words, deviation])
        x = layers.Concatenate(dtype="float32")([x, layers.Dropout(UNTOLD)(told)])
        x = layers.Dense(HIDDEN, activation="relu", name="hidden", dtype="float32")(x)
        x = layers.Dropout(DROPPED)(x)
        answer = layers.Dense(NO_DIGIT + 1, name="answer", dtype="float32")(x)
        return keras.Model([piece, words], answer)


def make_pieces(search: keras.Model, files: Iterable[Path], seed: int) -> Pieces:
    """Let the first network find candidates on crops from which it has not learnt.

    Args:
        search: It.
        files: Of crops.
        seed: Of the light in which they are seen.
    """
    chance = np.random.default_rng(seed)

    @tf.function  # type: ignore[untyped-decorator]
    def said(pictures: Any) -> Any:
        return search(contrast(pictures), training=False)

    parts: list[Pieces] = []
    for file in files:
        crops = load(file)
        for start in range(0, len(crops), CROPS):
            some = crops[start : start + CROPS]
            pictures = np.stack([toned(crop.picture, chance) for crop in some])
            words = said(tf.constant(pictures[..., None])).numpy()
            parts.extend(map(_of_crop, some, pictures, words, [chance] * len(some)))
    return joined(parts)


def _of_crop(
    crop: Crop, picture: NDArray[np.uint8], said: NDArray[np.float32], chance: np.random.Generator
) -> Pieces:
    boxes, words = candidates(said, float(np.log(LEAST / (1 - LEAST))))
    widths, heights = (boxes[:, 2:] - boxes[:, :2]).T
    whole = (heights > HEIGHTS[0]) & (heights < HEIGHTS[1]) & (widths > 1)
    boxes, words = boxes[whole], words[whole]
    high = crop.boxes[:, 3] - crop.boxes[:, 1]
    unclear = crop.cut | (high < READ[0]) | (high > READ[1])
    clear, labels = label(boxes, crop.boxes, crop.values, unclear)
    none = np.flatnonzero(clear & (labels == NO_DIGIT))
    if len(none) > MOST_NONE:
        clear[np.setdiff1d(none, chance.choice(none, MOST_NONE, replace=False))] = False
    return Pieces(cut(picture, boxes[clear]), words[clear], labels[clear])


class _Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """Pieces in another order, shape, light and noise each epoch."""

    def __init__(self, pieces: Pieces, seed: int) -> None:
        super().__init__(workers=WORKERS)
        self.pieces, self.seed, self.epoch = pieces, seed, 0
        self.on_epoch_end()

    def on_epoch_end(self) -> None:
        self.epoch += 1
        chance = np.random.default_rng([self.seed, self.epoch])
        self.order = chance.permutation(len(self.pieces.labels))

    def __len__(self) -> int:
        return len(self.order) // BATCH

    def __getitem__(self, number: int) -> tuple[Sequence[NDArray[np.generic]], NDArray[np.float32]]:
        own = self.order[number * BATCH : (number + 1) * BATCH]
        chance = np.random.default_rng([self.seed, self.epoch, number])
        pictures = self.pieces.pieces[own].astype(np.float32)
        pictures = bent(pictures, BENT, chance, reach=nets.VIEWS, outside="edge")
        lit, noisy = chance.random(len(own)) < 0.3, chance.random(len(own)) < 0.2
        shape = (lit.sum(), 1, 1, 1)
        grown = (pictures[lit] / 255) ** np.exp(chance.uniform(-0.5, 0.5, shape))
        pictures[lit] = chance.uniform(0, 60, shape) + 255 * chance.uniform(0.5, 0.8, shape) * grown
        strength = chance.uniform(0, NOISE, (noisy.sum(), 1, 1, 1))
        strength = strength * pictures[noisy].std(axis=(1, 2), keepdims=True)
        pictures[noisy] += chance.normal(0, 1, pictures[noisy].shape) * strength
        seen = np.clip(pictures, 0, 255).astype(np.uint8)
        targets = np.eye(NO_DIGIT + 1, dtype=np.float32)[self.pieces.labels[own]]
        return (seen, self.pieces.words[own]), targets


def learn_look(train: Pieces, epochs: int, seed: int) -> keras.Model:
    """Train the second network; it is left with the running mean of its weights."""
    keep_freed_memory()
    keras.utils.set_random_seed(seed)
    batches = _Batches(train, seed)
    model = look_model("bfloat16")
    steps = len(batches) * epochs
    rate = keras.optimizers.schedules.CosineDecay(
        RATE / 25, max(1, steps - RISE), warmup_target=RATE, warmup_steps=RISE
    )
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=DECAY, use_ema=True, ema_momentum=MEAN),
        keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=SMOOTHING),
        metrics=["accuracy"],
    )
    model.fit(batches, epochs=epochs, verbose=2)
    model.optimizer.finalize_variable_values(model.trainable_variables)
    return model
