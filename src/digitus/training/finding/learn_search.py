"""Trains the first network: crops -> where digits stand."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitus.training.finding import nets
from digitus.training.finding.blocks import KerasBlocks
from digitus.training.finding.crops import SIDE, Crop, toned
from digitus.training.finding.graph import DARKNESS, DEVIATION, SMOOTH, WINDOW
from digitus.training.finding.shards import mixed
from digitus.training.finding.targets import COUNTS, HEAT, SIDES, VALUE, WEIGHT, target
from digitus.training.precision import reckoning_in

log = logging.getLogger(__name__)

BATCH = 32
# AdamW with a rise and half a cosine; the running mean of the weights is kept.
RATE, RISE, DECAY, CLIPPED, MEAN = 3e-3, 300, 0.01, 5.0, 0.998
# Of the focal loss (CornerNet: Law and Deng 2018, equation 1).
SURE, NEAR = 2, 4
SMOOTHING, SIDES_COUNT = 0.03, 2.0
TOLD_EVERY = 500
Batch = tuple[NDArray[np.uint8], NDArray[np.float32]]


def search_model(side: int | None = SIDE, precision: str = "float32") -> keras.Model:
    """Build the first network, untrained: float32 [N, H, W, 2] -> [N, H / 4, W / 4, 15]."""
    with reckoning_in(precision):
        seen = keras.Input((side, side, 2), dtype="float32")
        return keras.Model(seen, nets.search(KerasBlocks(), seen))


def contrast(pictures: Any) -> Any:
    """Return what the network sees of pictures uint8 [N, H, W, 1], as `graph` does it."""
    page = tf.cast(pictures, tf.float32) / 255.0
    off = page - _smoothed(page)
    even = off * tf.math.rsqrt(_smoothed(off * off) + DEVIATION)
    return tf.concat([even, DARKNESS * off], axis=-1)


def _smoothed(x: Any) -> Any:
    y = tf.nn.avg_pool2d(x, WINDOW, WINDOW, "VALID")
    y = tf.nn.avg_pool2d(y, SMOOTH, 1, "SAME")
    return tf.image.resize(y, tf.shape(x)[1:3], method="bilinear")


def learn_search(files: Sequence[Path], steps: int, seed: int) -> keras.Model:
    """Train the first network.

    Args:
        files: Of crops, see `shards`.
        steps: Of `BATCH` crops each.
        seed: Of all chance.

    Returns:
        The network, its weights their running mean.
    """
    keras.utils.set_random_seed(seed)
    model = search_model(precision="bfloat16")
    rate = keras.optimizers.schedules.CosineDecay(
        RATE / 20, max(1, steps - RISE), warmup_target=RATE, warmup_steps=RISE, alpha=0.01
    )
    optimizer = keras.optimizers.AdamW(
        rate, weight_decay=DECAY, clipnorm=CLIPPED, use_ema=True, ema_momentum=MEAN
    )
    optimizer.build(model.trainable_variables)

    @tf.function  # type: ignore[untyped-decorator]
    def step(pictures: Any, wanted: Any) -> Any:
        with tf.GradientTape() as tape:
            losses = _losses(model(contrast(pictures), training=True), wanted)
            loss = losses[0] + losses[1] + SIDES_COUNT * losses[2]
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return losses

    mean = np.zeros(3)
    for number, batch in enumerate(_ahead(_batches(files, steps, seed)), 1):
        losses = np.array([float(loss) for loss in step(*map(tf.constant, batch))])
        mean = losses if number == 1 else 0.98 * mean + 0.02 * losses
        if number % TOLD_EVERY == 0 or number == steps:
            log.info("step %d of %d: centres %.3f, values %.3f, sides %.3f", number, steps, *mean)
    optimizer.finalize_variable_values(model.trainable_variables)
    return model


def _losses(said: Any, wanted: Any) -> tuple[Any, Any, Any]:
    """Return the losses of centres, values and sides."""
    sure = tf.clip_by_value(tf.sigmoid(said[..., 0]), 1e-4, 1 - 1e-4)
    heat, weight = wanted[..., HEAT], wanted[..., WEIGHT]
    middle = tf.cast(heat >= 0.999, tf.float32)
    focal = middle * (1 - sure) ** SURE * tf.math.log(sure)
    focal += (1 - middle) * (1 - heat) ** NEAR * sure**SURE * tf.math.log(1 - sure)
    centres = -tf.reduce_sum(focal * wanted[..., COUNTS]) / (tf.reduce_sum(middle) + 1)
    total = tf.reduce_sum(weight) + 1
    values = tf.one_hot(tf.cast(wanted[..., VALUE], tf.int32), 10)
    values = values * (1 - SMOOTHING) + SMOOTHING / 10
    crossed = tf.nn.softmax_cross_entropy_with_logits(values, said[..., nets.VALUES])
    off = tf.abs(said[..., nets.SIDES] - wanted[..., SIDES]) * weight[..., None]
    return centres, tf.reduce_sum(crossed * weight) / total, tf.reduce_sum(off) / total


def _batches(files: Sequence[Path], steps: int, seed: int) -> Iterator[Batch]:
    """Give so many batches of crops, in another light each time."""
    chance = np.random.default_rng(seed)
    batch: list[Crop] = []
    while True:
        for crop in mixed(files, chance):
            batch.append(crop)
            if len(batch) < BATCH:
                continue
            yield (
                np.stack([toned(one.picture, chance) for one in batch])[..., None],
                np.stack([target(one) for one in batch]),
            )
            batch = []
            steps -= 1
            if not steps:
                return


def _ahead(batches: Iterator[Batch], most: int = 4) -> Iterator[Batch]:
    """Make batches in a thread of their own, while the network learns from those before."""
    waiting: queue.Queue[Batch | BaseException | None] = queue.Queue(most)

    def make() -> None:
        try:
            for batch in batches:
                waiting.put(batch)
            waiting.put(None)
        except BaseException as error:  # it is raised where the batch is asked for
            waiting.put(error)

    threading.Thread(target=make, daemon=True).start()
    while (batch := waiting.get()) is not None:
        if isinstance(batch, BaseException):
            raise batch
        yield batch
