from __future__ import annotations

import io
import json
import pickle
import random
import stat
import struct
import zipfile
from collections.abc import Callable
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
    small,
    stack,
    with_config,
    with_entry,
    with_layer,
    with_weights,
)

from digitus import model as model_module
from digitus.errors import InvalidModel, ModelNotFound
from digitus.training.exchange import archive, fields, sources, structure, weights
from digitus.training.exchange.archive import read
from marks import keras_warns

pytestmark = keras_warns

KERNEL = "layers/conv2d/vars/0"


class Told(Parts):
    """Parts that Hypothesis can print: it warns of arguments of 30 kB."""

    def __repr__(self) -> str:
        return f"<{', '.join(self)}>"


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """An archive as it should be."""
    return Told(parts_of(small(), tmp_path_factory.mktemp("good")))


def refusal(folder: Path, content: Parts | bytes) -> str:
    """Return what is said about a file; nothing but `InvalidModel` may be raised."""
    path = folder / "strange.keras"
    path.write_bytes(content if isinstance(content, bytes) else packed(content))
    with pytest.raises(InvalidModel) as raised:
        read(path)
    said = str(raised.value)
    assert said.startswith(f"'{path}' is ")
    assert len(said) < len(str(path)) + 400
    assert said.isprintable()
    return said


def taken(path: Path) -> tuple[int, ...] | None:
    """Return what a model gives, or None where it is refused; no other error may be raised."""
    try:
        return read(path).gives
    except InvalidModel:
        return None


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


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**12) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(place=st.integers(0, 10**6), value=VALUES)
def test_any_settings_are_refused_or_make_a_network(
    tmp_path: Path, parts: Parts, place: int, value: object
) -> None:
    def change(config: dict[str, Any]) -> None:
        places: list[tuple[Any, Any]] = []

        def walk(value: Any) -> None:
            items = value.items() if isinstance(value, dict) else enumerate(value)
            for key, inner in items:
                places.append((value, key))
                if isinstance(inner, dict | list):
                    walk(inner)

        walk(config)
        holder, key = places[place % len(places)]
        holder[key] = value

    path = tmp_path / "changed.keras"
    path.write_bytes(packed(with_config(parts, change)))
    taken(path)


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
    assert sources.MAX_BYTES == model_module.MAX_BYTES
    monkeypatch.setattr(sources, "MAX_BYTES", 1000)
    assert "too large" in refusal(tmp_path, parts)


# What the settings may say


def test_settings_that_are_no_plain_json(tmp_path: Path, parts: Parts) -> None:
    deep = b"[" * 200_000 + b"]" * 200_000
    for text in (b"", b"{", b"[]", b'"text"', b"\xff\xfe", b'{"a": NaN}', deep):
        refusal(tmp_path, parts | {CONFIG: text})
        refusal(tmp_path, parts | {METADATA: text[: 2**15]})
    inner: Any = []
    for _ in range(800):
        inner = [inner]
    refusal(tmp_path, with_config(parts, lambda config: config["config"].update(layers=inner)))


@pytest.mark.parametrize("settings", ["0", 7, None, [["units", 10]]])
def test_settings_of_a_layer_that_are_no_settings(
    tmp_path: Path, parts: Parts, settings: object
) -> None:
    def change(config: dict[str, Any]) -> None:
        config["config"]["layers"][-1]["config"] = settings

    refusal(tmp_path, with_config(parts, change))


def test_a_model_of_another_version(tmp_path: Path, parts: Parts) -> None:
    metadata = json.dumps({"keras_version": "4.0.1"}).encode()
    assert "saved by Keras '4.0.1'" in refusal(tmp_path, parts | {METADATA: metadata})


def lambda_layer() -> keras.Model:
    return stack(layers.Lambda(lambda values: values * 2), layers.Flatten(), layers.Dense(10))


def test_a_lambda_is_refused_and_its_code_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = parts_of(lambda_layer(), tmp_path)
    monkeypatch.setattr(keras.layers.Lambda, "__init__", None)
    said = refusal(tmp_path, content)
    assert "a Lambda, which holds a program" in said
    assert "or export it as ONNX" in said


@keras.saving.register_keras_serializable("strange")
class Strange(layers.Layer):
    """A layer of somebody's own."""

    def call(self, inputs: Any) -> Any:
        return inputs


class OwnModel(keras.Model):
    """A model of somebody's own."""

    def __init__(self) -> None:
        super().__init__()
        self.row, self.classes = layers.Flatten(), layers.Dense(10)

    def call(self, inputs: Any) -> Any:
        return self.classes(self.row(inputs))


def test_classes_of_their_authors_own_are_refused(tmp_path: Path) -> None:
    custom = stack(Strange(), layers.Flatten(), layers.Dense(10))
    assert "a 'Strange' of its author's own" in refusal(tmp_path, parts_of(custom, tmp_path))
    model = OwnModel()
    model(np.zeros((1, 28, 28, 1), np.float32))
    assert "'OwnModel' with code of its own" in refusal(tmp_path, parts_of(model, tmp_path))


@pytest.mark.parametrize(
    "entry",
    [
        {"class_name": "TFSMLayer", "config": {"filepath": "/tmp/evil", "name": "x"}},
        {"class_name": "function", "module": "builtins", "config": "exec"},
        {"class_name": "Popen", "module": "subprocess", "registered_name": "Popen"},
        {"class_name": "run", "module": "keras.src.utils", "registered_name": None},
        {"class_name": "__lambda__", "config": {"value": "print()", "name": "x"}},
        {"class_name": "Dense", "registered_name": "strange>Dense"},
        {"class_name": "Dense", "module": "keras.src.ops.numpy"},
        {"class_name": "LSTM"},
        {"class_name": "Resizing"},
        {"class_name": ["Dense"]},
        {"class_name": {"a": 1}},
        {"class_name": None},
        {"class_name": "InputLayer"},
        {"config": None},
        {"config": []},
        {"config": {"class_name": "__numpy__"}},
    ],
)
def test_other_layers_and_objects_are_refused(
    tmp_path: Path, parts: Parts, entry: dict[str, Any]
) -> None:
    refusal(tmp_path, with_entry(parts, **entry))


@pytest.mark.parametrize(
    ("kind", "changes", "says"),
    [
        ("Conv2D", {"data_format": "channels_first"}, "data_format='channels_last'"),
        ("Conv2D", {"padding": "causal"}, "padding = 'causal', which must be one of same, valid"),
        ("Conv2D", {"kernel_size": [5, 10**9]}, "two whole numbers from 1 to 64"),
        ("Conv2D", {"kernel_size": 5.0}, "two whole numbers"),
        ("Conv2D", {"kernel_size": 29}, "nothing is left"),
        ("Conv2D", {"filters": 0}, "a whole number from 1"),
        ("Conv2D", {"filters": True}, "a whole number from 1"),
        ("Conv2D", {"filters": 4}, "weights of [5, 5, 1, 3] where its settings want [5, 5, 1, 4]"),
        ("Conv2D", {"groups": 2}, "make no 2 groups"),
        ("Conv2D", {"strides": [2, 2], "dilation_rate": [2, 2]}, "both strides and a dilation"),
        ("Conv2D", {"use_bias": True}, "holds 1 arrays of weights, not 2"),
        ("Conv2D", {"activation": "exec"}, "activation 'exec' is not known"),
        ("Conv2D", {"activation": {"class_name": "__lambda__"}}, "is not known"),
        ("Conv2D", {"trick": 1}, "'trick' = 1, which digitus does not know"),
        ("Dense", {"dtype": "int8"}, "reckons in 'int8'"),
        (
            "Dense",
            {"dtype": {"config": {"name": "int8_from_float32"}}},
            "save the model in float32",
        ),
        ("Dense", {"units": 10**5}, "where its settings want [192, 100000]"),
        ("Dense", {"units": 10**6}, "too many weights"),
        ("Dense", {"units": 10**9}, "a whole number from 1"),
        ("Dense", {"lora_rank": 4}, "'lora_rank' = 4"),
        ("BatchNormalization", {"axis": 1}, "the last one, -1"),
        ("BatchNormalization", {"epsilon": -1}, "a number from 0 to 1"),
        ("BatchNormalization", {"epsilon": 10**400}, "a number from 0 to 1"),
        ("BatchNormalization", {"renorm": True}, "which digitus does not know"),
        ("ReLU", {"threshold": 1.0}, "must be a number from 0 to 0"),
        ("InputLayer", {"dtype": "string"}, "pixels of type 'string'"),
        ("InputLayer", {"batch_shape": [None, 28, 28, None]}, "no shape"),
        ("InputLayer", {"batch_shape": [None, 10**9, 10**9, 1]}, "too much for a digit classifier"),
        ("InputLayer", {"batch_shape": None}, "no shape"),
    ],
)
def test_settings_that_cannot_be(
    tmp_path: Path, parts: Parts, kind: str, changes: dict[str, Any], says: str
) -> None:
    assert says in refusal(tmp_path, with_layer(parts, kind, **changes))


@pytest.mark.parametrize(
    "steps",
    [
        lambda: [layers.ZeroPadding2D(600)],
        lambda: [layers.ZeroPadding2D(60) for _ in range(12)],
        lambda: [
            layers.Conv2D(300, 1),
            *(layers.AveragePooling2D(60, 1, "same") for _ in "x" * 20),
        ],
    ],
)
def test_a_network_that_would_fill_the_memory_or_take_hours(
    tmp_path: Path, steps: Callable[[], list[Any]]
) -> None:
    model = keras.Sequential([keras.Input((28, 28, 1)), *steps()])
    said = refusal(tmp_path, parts_of(model, tmp_path))
    assert "for a digit classifier" in said or "from 0 to 64" in said


def test_a_network_of_too_many_layers(
    tmp_path: Path, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(structure, "MOST_STEPS", 5)
    assert "more than 5 layers" in refusal(tmp_path, parts)


def test_models_that_multiply(tmp_path: Path) -> None:
    model = stack(layers.Dense(4), shape=(4,))
    for _ in range(6):  # 4 ** 6 layers
        glyph = keras.Input((4,))
        x = glyph
        for _ in range(4):
            x = model(x)
        model = keras.Model(glyph, x)
    assert "more than 1000 layers" in refusal(tmp_path, parts_of(model, tmp_path))


def test_too_many_weights(tmp_path: Path, parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "MOST_WEIGHTS", 1000)
    assert "too many weights" in refusal(tmp_path, parts)


def branched(keep: Callable[[Any, Any], Any], inputs: int = 1) -> keras.Model:
    ports = [keras.Input((28, 28, 1)) for _ in range(inputs)]
    rows = [layers.Flatten()(port) for port in ports]
    return keras.Model(ports, keep(rows, layers))


def _learning(make: Any, row: Any) -> Any:
    return make.Dropout(0.5)(row, training=True)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (
            lambda: branched(lambda rows, make: [make.Dense(10)(rows[0]), make.Dense(2)(rows[0])]),
            "several outputs",
        ),
        (
            lambda: branched(lambda rows, make: make.Dense(10)(make.Add()(rows)), 2),
            "takes 2 inputs",
        ),
        (
            lambda: branched(lambda rows, make: make.Dense(10)(rows[0] * 2)),
            "of its author's own",
        ),
        (
            lambda: branched(lambda rows, make: make.Dense(10)(_learning(make, rows[0]))),
            "is called with",
        ),
    ],
)
def test_other_structures(tmp_path: Path, model: Callable[[], keras.Model], says: str) -> None:
    assert says in refusal(tmp_path, parts_of(model(), tmp_path))


@pytest.fixture(scope="module")
def functional(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    glyph = keras.Input((28, 28, 1))
    model = keras.Model(glyph, layers.Dense(10)(layers.Flatten()(glyph)))
    return parts_of(model, tmp_path_factory.mktemp("functional"))


@pytest.mark.parametrize(
    ("place", "history"),
    [(1, ["dense", 0, 0]), (2, ["nobody", 0, 0]), (1, ["flatten", 0, 1]), (1, ["flatten", 9, 0])],
)
def test_layers_that_wait_for_each_other_or_for_nobody(
    tmp_path: Path, functional: Parts, place: int, history: list[Any]
) -> None:
    def change(config: dict[str, Any]) -> None:
        entries = config["config"]["layers"]
        named = dict(zip(("glyph", "flatten", "dense"), (e["name"] for e in entries), strict=True))
        history[0] = named.get(history[0], history[0])
        call = entries[place]["inbound_nodes"][0]
        call["args"][0]["config"]["keras_history"] = history

    refusal(tmp_path, with_config(functional, change))


# What the weights may be


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
