from __future__ import annotations

import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_archives import (
    WEIGHTS,
    Parts,
    packed,
    refusal,
    taken,
    with_weights,
)

from digitus.training.exchange import fields
from marks import keras_warns

pytestmark = keras_warns

KERNEL = "layers/conv2d/vars/0"


def replaced(make: Callable[[h5py.Group], object]) -> Callable[[h5py.File], None]:
    """Return a change that puts something else in the place of the kernel."""

    def change(file: h5py.File) -> None:
        del file[KERNEL]
        make(file["layers/conv2d/vars"])

    return change


SHAPE = (5, 5, 1, 3)
ARRAY = np.ones(SHAPE, np.float32)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda _: None, "not 1"),
        (lambda group: group.create_group("0"), "do not lie as Keras lays them"),
        (lambda group: group.create_dataset("0", data=ARRAY.T), "where its settings want"),
        (lambda group: group.create_dataset("0", data=ARRAY[..., :1]), "where its settings want"),
        (lambda group: group.create_dataset("0", SHAPE, "f4"), "not all there"),
        (lambda group: group.create_dataset("0", (10**6,) * 3, "f4"), "where its settings want"),
        (lambda group: group.create_dataset("0", data=ARRAY.astype("i4")), "no floats"),
        (lambda group: group.create_dataset("0", data=ARRAY.astype("S4")), "no floats"),
        (lambda group: group.create_dataset("0", data=ARRAY * np.nan), "no numbers"),
        (lambda group: group.create_dataset("0", data=ARRAY * np.inf), "no numbers"),
        (lambda group: group.create_dataset("0", data=ARRAY.astype("f8") * 1e300), "no numbers"),
        (lambda group: group.create_dataset("0", data=ARRAY, compression="gzip"), "packed"),
        (lambda group: group.create_dataset("0", data=ARRAY, compression="lzf"), "packed"),
        (lambda group: group.create_dataset("0", data=ARRAY, chunks=True), "packed"),
        (lambda group: group.create_dataset("0", data=h5py.Empty("f4")), "are damaged"),
        (
            lambda group: group.create_dataset("0", SHAPE, h5py.ref_dtype),
            "no floats",
        ),
        (
            lambda group: group.create_dataset("0", SHAPE, h5py.string_dtype()),
            "no floats",
        ),
        (
            lambda group: group.create_dataset(
                "0", SHAPE, "f4", external=[("/etc/passwd", 0, 300)]
            ),
            "lie in other files",
        ),
        (
            lambda group: group.create_virtual_dataset("0", h5py.VirtualLayout(SHAPE, "f4")),
            "lie in other files",
        ),
    ],
)
def test_weights_that_are_no_plain_arrays(
    tmp_path: Path, parts: Parts, make: Callable[[h5py.Group], object], says: str
) -> None:
    assert says in refusal(tmp_path, with_weights(parts, replaced(make)))


@pytest.mark.parametrize("place", [KERNEL, "layers/conv2d/vars", "layers/conv2d", "layers"])
def test_links_are_not_followed(tmp_path: Path, parts: Parts, place: str) -> None:
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file, h5py.File(io.BytesIO(parts[WEIGHTS])) as good:
        good.copy("layers", file)
    group, _, name = place.rpartition("/")
    for link in (h5py.ExternalLink(str(other), f"/{place}"), h5py.SoftLink("/kept")):

        def linked(file: h5py.File, link: object = link) -> None:
            file.move(place, "kept")
            file[f"{group}/{name}" if group else name] = link

        assert "are links to somewhere else" in refusal(tmp_path, with_weights(parts, linked))


def test_weights_that_are_missing_or_no_hdf5(tmp_path: Path, parts: Parts) -> None:
    def empty(file: h5py.File) -> None:
        del file["layers"]

    assert "are missing" in refusal(tmp_path, with_weights(parts, empty))
    assert "no HDF5 file" in refusal(tmp_path, parts | {WEIGHTS: b"x" * 1000})
    half = parts[WEIGHTS][: len(parts[WEIGHTS]) // 2]
    refusal(tmp_path, parts | {WEIGHTS: half})


def test_a_pickled_array_is_no_weight(tmp_path: Path, parts: Parts) -> None:
    class Evil:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return open, (str(tmp_path / "opened"),)

    file = io.BytesIO()
    np.save(file, np.array([Evil()], object), allow_pickle=True)
    refusal(tmp_path, parts | {WEIGHTS: file.getvalue()})
    replaced = {key: value for key, value in parts.items() if key != WEIGHTS}
    refusal(tmp_path, replaced | {"model.weights.npz": file.getvalue()})
    assert not (tmp_path / "opened").exists()


def test_what_a_stranger_wrote_is_told_short() -> None:
    assert len(fields.said({"a": ["b" * 10**6] * 1000})) < 300


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(seed=st.integers(0, 2**32 - 1))
def test_damaged_weights_are_refused_or_still_a_network(
    tmp_path: Path, parts: Parts, seed: int
) -> None:
    chance = random.Random(seed)
    content = bytearray(parts[WEIGHTS])
    for _ in range(chance.randint(1, 8)):  # most of HDF5's own structures lie at the beginning
        content[chance.randrange(min(len(content), 20_000))] = chance.randrange(256)
    path = tmp_path / "damaged.keras"
    path.write_bytes(packed(parts | {WEIGHTS: bytes(content)}))
    assert taken(path) in (None, (10,))
