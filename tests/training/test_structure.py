from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keras import layers
from tiny_archives import (
    CONFIG,
    METADATA,
    Parts,
    packed,
    parts_of,
    refusal,
    stack,
    taken,
    with_config,
    with_entry,
    with_layer,
)

from digitus.training.exchange import structure, weights
from marks import keras_warns

pytestmark = keras_warns

KERNEL = "layers/conv2d/vars/0"


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
        ("InputLayer", {"batch_shape": [None, 10**6, 10**6, 1]}, "too much for a digit classifier"),
        ("InputLayer", {"batch_shape": [None, 10**4000, 10**4000, 1]}, "no shape"),
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


@pytest.mark.parametrize(
    "history",
    [["input", 0], ["input", 0, 0, 0], [], "flatten", [["flatten"], 0, 0], 7],
    ids=str,
)
def test_origins_that_are_none(tmp_path: Path, functional: Parts, history: Any) -> None:
    def change(config: dict[str, Any]) -> None:
        call = config["config"]["layers"][2]["inbound_nodes"][0]
        call["args"][0]["config"]["keras_history"] = history

    refusal(tmp_path, with_config(functional, change))


def test_a_layer_that_is_called_on_two_things(tmp_path: Path, functional: Parts) -> None:
    def change(config: dict[str, Any]) -> None:
        entry = config["config"]["layers"][1]
        entry["class_name"] = "Dropout"
        entry["config"] = {"name": entry["config"]["name"], "rate": 0.5}
        entry["inbound_nodes"][0]["args"] *= 2

    assert "save the model anew" in refusal(tmp_path, with_config(functional, change))


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
