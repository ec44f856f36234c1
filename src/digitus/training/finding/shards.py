"""Crops on the disk: made once, in several files, each written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from digitus.training.finding.crops import Crop, crops
from digitus.training.pages import Hands

# Crops of one file: 66 MB before they are compressed.
SHARD = 1000
# Seeds between two files, more than one of them can use up.
APART = 10_000
# Files that are open at a time, while crops are mixed.
OPEN = 4


def make_shards(folder: Path, count: int, first_seed: int, hands: Hands) -> list[Path]:
    """Make files of crops; those that are there already are kept.

    Args:
        folder: Where.
        count: How many crops, rounded up to whole files.
        first_seed: Of the first file; files of other seeds hold other crops.
        hands: Whose digits.

    Returns:
        The files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number in range(-(-count // SHARD)):
        seed = first_seed + number * APART
        files.append(file := folder / f"{seed}.npz")
        if not file.exists():
            _write(file, list(islice(crops(seed, hands), SHARD)))
    return files


def load(file: Path) -> list[Crop]:
    """Load the crops of a file."""
    with np.load(file) as arrays:
        pictures, boxes, values, cut, ends = (
            arrays[name] for name in ("pictures", "boxes", "values", "cut", "ends")
        )
    starts = [0, *ends[:-1]]
    return [
        Crop(picture, boxes[start:end], values[start:end], cut[start:end])
        for picture, start, end in zip(pictures, starts, ends, strict=True)
    ]


def mixed(files: Sequence[Path], chance: np.random.Generator) -> Iterator[Crop]:
    """Give the crops of all files once, in an order mixed within a few files at a time."""
    waiting = [files[place] for place in chance.permutation(len(files))]
    held: list[list[Crop]] = []
    while waiting or held:
        while waiting and len(held) < OPEN:
            held.append(load(waiting.pop()))
        place = int(chance.integers(len(held)))
        yield held[place].pop(int(chance.integers(len(held[place]))))
        if not held[place]:
            held.pop(place)


def _write(file: Path, made: Sequence[Crop]) -> None:
    part = file.with_suffix(".part")
    with part.open("wb") as stream:
        np.savez_compressed(
            stream,
            pictures=np.stack([crop.picture for crop in made]),
            boxes=np.concatenate([crop.boxes for crop in made]),
            values=np.concatenate([crop.values for crop in made]),
            cut=np.concatenate([crop.cut for crop in made]),
            ends=np.cumsum([len(crop.values) for crop in made]),
        )
    part.replace(file)
