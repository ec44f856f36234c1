"""Batches of augmented glyphs, drawn from the sources by their shares."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

from digitus.errors import InvalidRecipe
from digitus.training.augment import augment
from digitus.training.corpus import Corpus
from digitus.training.recipe import Augmentation

# Threads that make batches, in order. With one, Keras leaves that to tf.data, and the thread in
# which it tunes itself sleeps for up to as long as the epoch has lasted before it lets it end. On
# other backends Keras asks for a batch before the first epoch, and with more than one thread takes
# those that were made along with it for the first ones of all epochs.
WORKERS = 2 if keras.backend.backend() == "tensorflow" else 1

Batch = tuple[NDArray[np.uint8], NDArray[np.float32]]


class Batches(keras.utils.PyDataset):
    """The batches of one epoch after the other.

    What batch b of epoch e holds depends on the seed, e and b alone, so a run that was broken off
    goes on as if it had not been.

    Args:
        corpus: Glyphs and labels by source.
        shares: Part of an epoch that comes from each source; scaled to sum to 1.
        classes: 10, or 11 with "no digit".
        samples: Glyphs an epoch.
        batch: Glyphs a batch.
        augmentation: How glyphs are distorted.
        seed: Seed of all chance.
        epoch: The epoch to begin with; `begin` goes to another.

    Raises:
        InvalidRecipe: A source has glyphs but no share, or a share but no glyphs; there are none
            for one batch; or some hold no digit, and the network has no class for that.
    """

    def __init__(
        self,
        corpus: Corpus,
        shares: dict[str, float],
        *,
        classes: int,
        samples: int,
        batch: int,
        augmentation: Augmentation,
        seed: int,
        epoch: int = 0,
    ) -> None:
        super().__init__(workers=WORKERS, use_multiprocessing=False)
        filled = {name for name, (_, labels) in corpus.items() if len(labels)}
        if odd := ", ".join(sorted(set(shares) ^ filled)):
            raise InvalidRecipe(f"[data.share] must name just the sources in use; look at: {odd}")
        self.glyphs = np.concatenate([corpus[name][0] for name in shares])
        self.labels = np.concatenate([corpus[name][1] for name in shares])
        if self.labels.max() >= classes:
            raise InvalidRecipe(
                "Some pictures hold no digit, and without 'negatives' in [data.share] the network "
                "has no class for that: give negatives a share, or leave these pictures out"
            )
        total = sum(shares.values())
        self.counts = [round(share / total * samples) for share in shares.values()]
        self.sizes = [len(corpus[name][1]) for name in shares]
        self.targets = np.eye(classes, dtype=np.float32)
        self.augmentation = augmentation
        self.batch, self.seed, self.epoch = batch, seed, epoch
        self._shuffle()
        if not len(self):
            raise InvalidRecipe(
                f"[data] samples gives {len(self.order)} glyphs an epoch, fewer than the {batch} "
                "of [schedule] batch: raise the one or lower the other"
            )

    def __len__(self) -> int:
        """Return the number of batches of an epoch; a last incomplete one is left out."""
        return len(self.order) // self.batch

    def __getitem__(self, index: int) -> Batch:
        """Return batch ``index``: glyphs uint8 [B, 28, 28, 1], targets float32 [B, C]."""
        rows = self.order[index * self.batch : (index + 1) * self.batch]
        rng = np.random.default_rng([self.seed, self.epoch, index + 1])
        glyphs = augment(self.glyphs[rows], self.augmentation, rng)
        return glyphs[..., None], self.targets[self.labels[rows]]

    def begin(self, epoch: int) -> None:
        """Draw the rows of an epoch."""
        self.epoch = epoch
        self._shuffle()

    def _shuffle(self) -> None:
        """Draw the epoch's rows: every glyph of a source once before any comes twice."""
        rng = np.random.default_rng([self.seed, self.epoch, 0])
        rows, first = [], 0
        for count, size in zip(self.counts, self.sizes, strict=True):
            whole = np.tile(np.arange(size), count // size)
            rest = rng.permutation(size)[: count % size]
            rows.append(first + np.concatenate([whole, rest]))
            first += size
        self.order = rng.permutation(np.concatenate(rows))
