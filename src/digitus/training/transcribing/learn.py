"""Trains the transcriber on strips of made pages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitus.ctc import NOTHING
from digitus.strip import HEIGHT, TILE
from digitus.training.finding.blocks import KerasBlocks
from digitus.training.memory import keep_freed_memory
from digitus.training.precision import reckoning_in
from digitus.training.transcribing import net
from digitus.training.transcribing.graph import INSIDE, OUTSIDE
from digitus.training.transcribing.shaking import shaken
from digitus.training.transcribing.strips import LONGEST, Example

log = logging.getLogger(__name__)

BATCH = 64
RATE, RISE, DECAY, MEAN, CLIP = 2.5e-3, 400, 0.02, 0.999, 5.0
# Strips of a batch are about as wide: they are put in order, mixed by so many columns.
MIXED = 24
PADDING = -1  # of shorter numbers


def model_of(precision: str = "float32") -> keras.Model:
    """Build the network, untrained.

    Args:
        precision: ``float32`` or ``bfloat16``.

    Returns:
        Strips float32 [N, 32, W, 2], even ink and where the number is -> logits float32
        [N, W / 2, 11].
    """
    with reckoning_in(precision):
        strip = keras.Input((HEIGHT, None, 2))
        said = net.read(KerasBlocks(), strip)
        return keras.Model(strip, keras.ops.squeeze(said, axis=1))


class Batches:
    """Strips in another order, shape and light each epoch.

    Args:
        strips: What there is to learn.
        seed: Of all chance.
    """

    def __init__(self, strips: Sequence[Example], seed: int) -> None:
        self.strips, self.seed = strips, seed
        self.widths = np.array([strip.levels.shape[1] for strip in strips])
        self.begin(0)

    def begin(self, epoch: int) -> None:
        """Draw the order of an epoch."""
        self.epoch = epoch
        chance = np.random.default_rng([self.seed, self.epoch, 0])
        order = np.argsort(self.widths + chance.uniform(-MIXED, MIXED, len(self.widths)))
        whole = order[: len(order) // BATCH * BATCH].reshape(-1, BATCH)
        self.order = chance.permutation(whole)

    def __len__(self) -> int:
        """Return the number of batches of an epoch."""
        return len(self.order)

    def __getitem__(self, number: int) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """Return batch ``number``: strips float32 [B, 32, W, 2] and digits int32 [B, 12]."""
        chance = np.random.default_rng([self.seed, self.epoch, number + 1])
        own = [self.strips[place] for place in self.order[number]]
        return together([shaken(strip, chance) for strip in own]), labels(own)


def labels(strips: Sequence[Example]) -> NDArray[np.int32]:
    """Return the digits of strips, int32 [N, 12], filled up with `PADDING`."""
    found = np.full((len(strips), LONGEST), PADDING, np.int32)
    for row, strip in zip(found, strips, strict=True):
        row[: len(strip.digits)] = strip.digits
    return found


def together(strips: Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]]) -> Any:
    """Lay strips and their spans together as the network sees them, float32 [N, 32, W, 2]."""
    step = 4 * TILE
    width = max(-(-levels.shape[1] // step) * step for levels, _ in strips)
    seen = np.zeros((len(strips), HEIGHT, width, 2), np.float32)
    seen[..., 1] = OUTSIDE
    columns = np.arange(width)
    for one, (levels, (begin, end)) in zip(seen, strips, strict=True):
        one[:, : levels.shape[1], 0] = levels
        one[:, (columns >= begin) & (columns < end), 1] = INSIDE
    return seen


def ctc(digits: Any, logits: Any) -> Any:
    """Return the loss of each strip, against digits that are filled up with `PADDING`."""
    ops = keras.ops
    digits = ops.cast(digits, "int32")
    known = ops.cast(ops.not_equal(digits, PADDING), "int32")
    frames = ops.full((ops.shape(logits)[0],), ops.shape(logits)[1], "int32")
    return ops.ctc_loss(
        digits * known,
        logits,
        ops.sum(known, axis=1),
        frames,
        mask_index=NOTHING,
    )


def learn(
    batches: Batches, epochs: int, told: Callable[[keras.Model, int, float], None] | None = None
) -> keras.Model:
    """Train the network; it is left with the running mean of its weights.

    Keras's own loop wants batches of one shape; strips are of many widths.

    Args:
        batches: What it learns from.
        epochs: How often.
        told: What is called after each epoch, with the network, the epoch's number and mean loss.
    """
    keep_freed_memory()
    keras.utils.set_random_seed(batches.seed % 2**32)
    model = model_of("bfloat16")
    rate = keras.optimizers.schedules.CosineDecay(
        RATE / 25, max(1, len(batches) * epochs - RISE), warmup_target=RATE, warmup_steps=RISE
    )
    optimizer = keras.optimizers.AdamW(
        rate, weight_decay=DECAY, global_clipnorm=CLIP, use_ema=True, ema_momentum=MEAN
    )
    model.compile(optimizer, ctc)
    with ThreadPoolExecutor(1) as pool:  # the next batch is made while the network learns
        for epoch in range(epochs):
            batches.begin(epoch)
            losses = []
            coming = pool.submit(batches.__getitem__, 0)
            for number in range(len(batches)):
                batch = coming.result()
                if number + 1 < len(batches):
                    coming = pool.submit(batches.__getitem__, number + 1)
                model.reset_metrics()  # or else it is the mean of some batches before
                losses.append(float(model.train_on_batch(*batch)))
            loss = float(np.mean(losses))
            log.info("epoch %d of %d: loss %.4f", epoch + 1, epochs, loss)
            if told:
                told(model, epoch, loss)
    optimizer.finalize_variable_values(model.trainable_variables)
    return model
