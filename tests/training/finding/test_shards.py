from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from digitus.training.finding import shards
from digitus.training.finding.crops import Crop, crops
from digitus.training.pages import Hands, gather_hands

HANDS = gather_hands("train", ())


def numbered(seed: int, _: Hands) -> Iterator[Crop]:
    """Crops that tell of their seed and place, without any digits, or with some."""
    for place in range(100):
        boxes = np.full((place % 3, 4), seed + place, np.float32)
        values = np.full(place % 3, place % 10, np.uint8)
        picture = np.full((8, 8), seed // shards.APART * 16 + place, np.uint8)
        yield Crop(picture, boxes, values, values == place % 2)


def same(one: Crop, other: Crop) -> bool:
    names = ("picture", "boxes", "values", "cut")
    pairs = [(getattr(one, name), getattr(other, name)) for name in names]
    return all(a.dtype == b.dtype and np.array_equal(a, b) for a, b in pairs)


def test_crops_are_loaded_as_they_were_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "SHARD", 6)
    (file,) = shards.make_shards(tmp_path, 6, 40, HANDS)
    found = shards.load(file)
    assert len(found) == 6
    assert sum(len(one.values) for one in found) > 5
    assert all(map(same, found, islice(crops(40, HANDS), 6)))


def test_files_are_made_once_and_those_that_lack_are_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "SHARD", 4)
    seeds: list[int] = []

    def counted(seed: int, hands: Hands) -> Iterator[Crop]:
        seeds.append(seed)
        return numbered(seed, hands)

    monkeypatch.setattr(shards, "crops", counted)
    folder = tmp_path / "crops"
    first = shards.make_shards(folder, 5, 7, HANDS)
    assert len(first) == 2
    assert len(set(seeds)) == 2
    more = shards.make_shards(folder, 12, 7, HANDS)
    assert more[:2] == first
    assert len(seeds) == len(set(seeds)) == len(more) == 3
    assert sorted(folder.iterdir()) == sorted(more)


def test_a_file_that_was_broken_off_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(file: BinaryIO, **_: object) -> None:
        file.write(b"half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(shards, "SHARD", 4)
    monkeypatch.setattr(shards, "crops", numbered)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(np, "savez_compressed", broken)
        with pytest.raises(KeyboardInterrupt):
            shards.make_shards(tmp_path, 4, 0, HANDS)
    (file,) = shards.make_shards(tmp_path, 4, 0, HANDS)
    assert len(shards.load(file)) == 4


def test_every_crop_is_given_once_in_an_order_of_chance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "SHARD", 5)
    monkeypatch.setattr(shards, "crops", numbered)
    files = shards.make_shards(tmp_path, 35, 0, HANDS)
    assert len(files) > shards.OPEN
    in_order = [int(one.picture[0, 0]) for file in files for one in shards.load(file)]
    orders = [
        [int(one.picture[0, 0]) for one in shards.mixed(files, np.random.default_rng(seed))]
        for seed in (0, 0, 1)
    ]
    assert len(set(in_order)) == 35
    assert all(Counter(order) == Counter(in_order) for order in orders)
    assert orders[0] == orders[1]
    assert in_order not in orders
    assert orders[1] != orders[2]
