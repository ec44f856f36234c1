from __future__ import annotations

import io
import pickle
import random
import stat
import struct
import zipfile
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keras import layers
from tiny_archives import (
    CONFIG,
    METADATA,
    WEIGHTS,
    Parts,
    packed,
    parts_of,
    refusal,
    taken,
    with_config,
    with_layer,
    with_weights,
)

from digitus.errors import ModelNotFound
from digitus.training.exchange import archive
from digitus.training.exchange.archive import read
from marks import keras_warns

pytestmark = keras_warns

KERNEL = "layers/conv2d/vars/0"


def test_a_network_is_read_as_plain_data(tmp_path: Path, parts: Parts) -> None:
    path = tmp_path / "good.keras"
    path.write_bytes(packed(parts))
    blueprint = read(path)
    kinds = [node.kind for node in blueprint.nodes]
    assert kinds == [
        "Input",
        "Conv2D",
        "BatchNormalization",
        "ReLU",
        "Flatten",
        "Dense",
        "Activation",
    ]
    assert (blueprint.takes, blueprint.gives) == ((28, 28, 1), (10,))
    assert blueprint.nodes[1].shape == (8, 8, 3)
    with h5py.File(io.BytesIO(parts[WEIGHTS])) as file:
        np.testing.assert_array_equal(blueprint.nodes[1].weights[0], file[KERNEL])


def test_a_model_of_keras_2_13_is_read(tmp_path: Path, parts: Parts) -> None:
    # It kept the weights in another folder, and called shapes and slopes otherwise.
    def older(config: dict[str, Any]) -> None:
        for entry in config["config"]["layers"]:
            own = entry["config"]
            own["dtype"] = "float32"
            if "batch_shape" in own:
                own["batch_input_shape"] = own.pop("batch_shape")
            if entry["class_name"] == "BatchNormalization":
                own["axis"] = [3]

    def moved(file: h5py.File) -> None:
        file.move("layers", "_layer_checkpoint_dependencies")

    new, old = tmp_path / "new.keras", tmp_path / "old.keras"
    new.write_bytes(packed(parts))
    old.write_bytes(packed(with_weights(with_config(parts, older), moved)))
    for node, same in zip(read(new).nodes, read(old).nodes, strict=True):
        assert (node.kind, node.shape) == (same.kind, same.shape)
        for array, other in zip(node.weights, same.weights, strict=True):
            np.testing.assert_array_equal(array, other)


def test_a_functional_model_of_keras_2_is_read(tmp_path: Path) -> None:
    glyph = keras.Input((28, 28, 1))
    inner = keras.Sequential([layers.Flatten(), layers.Dense(10)])
    scores = layers.Add()([inner(glyph), inner(glyph)])
    parts = parts_of(keras.Model(glyph, scores), tmp_path)

    def older(config: dict[str, Any]) -> None:
        names = [entry["name"] for entry in config["config"]["layers"]]
        seen, nested, add = names
        for entry in config["config"]["layers"]:
            if entry["name"] == nested:  # its first call was counted when it was made
                entry["inbound_nodes"] = [[[seen, 0, 0, {}]], [[seen, 0, 0, {}]]]
            elif entry["name"] == add:
                entry["inbound_nodes"] = [[[nested, 1, 0, {}], [nested, 2, 0, {}]]]
        config["config"]["output_layers"] = [[add, 0, 0]]

    path = tmp_path / "old.keras"
    path.write_bytes(packed(with_config(parts, older)))
    kinds = [node.kind for node in read(path).nodes]
    assert kinds == ["Input", "Flatten", "Dense", "Flatten", "Dense", "Add"]


def test_what_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.keras", tmp_path, tmp_path / ("x" * 5000)):
        with pytest.raises(ModelNotFound, match=r"no model|cannot be opened"):
            read(path)


# What is not an archive


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"\x89HDF\r\n\x1a\n" + bytes(100), pickle.dumps(np.zeros(3)), b"x" * 1000],
)
def test_other_files_are_no_archive(tmp_path: Path, content: bytes) -> None:
    assert "is no archive as Keras 3 writes it" in refusal(tmp_path, content)


def test_a_file_of_hdf5_says_how_to_save_it(tmp_path: Path) -> None:
    path = tmp_path / "old.h5"
    with h5py.File(path, "w"):
        pass
    assert "model.save('model.keras')" in refusal(tmp_path, path.read_bytes())


@pytest.mark.parametrize("part", [0.3, 0.9, 0.999])
def test_a_file_that_was_cut_short(tmp_path: Path, parts: Parts, part: float) -> None:
    content = packed(parts)
    assert "cut short" in refusal(tmp_path, content[: int(len(content) * part)])


def test_a_file_with_more_before_or_behind(tmp_path: Path, parts: Parts) -> None:
    content = packed(parts)
    for odd in (content + b"more", b"PK, not just an archive" + content):
        assert "more than an archive" in refusal(tmp_path, odd)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_damaged_archive_is_refused_or_still_a_network(
    tmp_path: Path, parts: Parts, seed: int
) -> None:
    chance = random.Random(seed)
    content = bytearray(packed(parts))
    for _ in range(chance.randint(1, 8)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    path = tmp_path / "damaged.keras"
    path.write_bytes(content)
    assert taken(path) in (None, (10,))


# What an archive may hold


@pytest.mark.parametrize(
    "name",
    [
        "../evil.py",
        "/etc/passwd",
        "assets/words.txt",
        "a\\b",
        "C:/x",
        "config.json/",
        "Config.json",
    ],
)
def test_parts_that_do_not_belong_in_it(tmp_path: Path, parts: Parts, name: str) -> None:
    assert "parts, not just config.json" in refusal(tmp_path, parts | {name: b"x"})
    replaced = {key: value for key, value in parts.items() if key != METADATA} | {name: b"{}"}
    said = refusal(tmp_path, replaced)
    assert "no part of a Keras model" in said
    assert not list(tmp_path.glob("*.py"))


def test_a_name_with_control_characters_is_not_printed(tmp_path: Path, parts: Parts) -> None:
    replaced = {key: value for key, value in parts.items() if key != METADATA}
    refusal(tmp_path, replaced | {"\x1b[31mred": b"{}"})
    refusal(tmp_path, with_layer(parts, "Dense", activation="\x1b[31m" + "red" * 1000))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice(tmp_path: Path, parts: Parts) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name in (CONFIG, WEIGHTS, CONFIG):
            file.writestr(name, parts[name])
    assert "some twice" in refusal(tmp_path, target.getvalue())


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_a_part_that_is_a_link_or_a_device(tmp_path: Path, parts: Parts, kind: int) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (kind | 0o777) << 16 if name == WEIGHTS else 0
            file.writestr(entry, b"/etc/passwd" if name == WEIGHTS else content)
    assert "is a link or a device" in refusal(tmp_path, target.getvalue())


def test_a_zip_bomb_is_not_unpacked(
    tmp_path: Path, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = packed(parts | {WEIGHTS: bytes(50_000_000)}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    whole = packed(parts)
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    assert "a zip bomb" in refusal(tmp_path, bomb)
    monkeypatch.setitem(archive.LIMITS, WEIGHTS, 1000)
    assert "too large" in refusal(tmp_path, whole)


def test_a_part_that_is_longer_than_it_says(tmp_path: Path, parts: Parts) -> None:
    content = bytearray(packed(parts))
    place = content.rindex(b"PK\1\2")  # the last entry of the directory
    place = content.index(struct.pack("<L", len(parts[WEIGHTS])), place)
    struct.pack_into("<L", content, place + 4, len(parts[WEIGHTS]) - 100)
    refusal(tmp_path, bytes(content))


def test_an_encrypted_part(tmp_path: Path, parts: Parts) -> None:
    content = bytearray(packed(parts))
    content[content.rindex(b"PK\1\2") + 8] |= 1
    assert "packed in an odd way" in refusal(tmp_path, bytes(content))


def test_an_archive_with_another_directory_is_refused(tmp_path: Path, parts: Parts) -> None:
    content = packed(parts)
    end = content[-archive.END.size :]
    fields_ = list(archive.END.unpack(end))
    locator = b"PK\6\7" + bytes(16)
    fields_[5] += len(locator)
    assert "cut short" in refusal(tmp_path, content[:-22] + locator + archive.END.pack(*fields_))


def test_a_file_too_large_is_not_read_to_its_end(
    tmp_path: Path, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitus.card.MAX_MODEL_BYTES", 1000)
    assert "too large" in refusal(tmp_path, parts)
