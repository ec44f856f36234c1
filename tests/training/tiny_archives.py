"""Archives as Keras writes them, small, and ways to spoil them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
from keras import layers
from numpy.typing import NDArray

from digitus.errors import InvalidModel
from digitus.training.exchange import archive
from digitus.training.exchange.blueprint import Blueprint

Parts = dict[str, bytes]
CONFIG, METADATA, WEIGHTS = archive.CONFIG, archive.METADATA, archive.WEIGHTS


def scrambled(model: keras.Model, seed: int = 0) -> keras.Model:
    """Give a model weights as training leaves them: none is 0 or 1, no mean and no variance."""
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        if weight.dtype != "float32":  # a count, the state of a generator
            continue
        positive = weight.name in ("gamma", "moving_variance", "variance")
        values = (
            rng.uniform(0.5, 1.5, weight.shape) if positive else rng.normal(0, 0.3, weight.shape)
        )
        weight.assign(values)
    for layer in model.layers:
        if isinstance(layer, layers.Normalization):
            layer.finalize_state()  # it reckons with a copy
    return model


def small() -> keras.Model:
    """A classifier of pictures with one of each: convolution, normalisation, dense layer."""
    return scrambled(
        keras.Sequential(
            [
                keras.Input((28, 28, 1)),
                layers.Conv2D(3, 5, strides=3, use_bias=False),
                layers.BatchNormalization(),
                layers.ReLU(),
                layers.Dropout(0.5),
                layers.Flatten(),
                layers.Dense(10, activation="softmax"),
            ]
        )
    )


def stack(*steps: Any, shape: tuple[int, ...] = (28, 28, 1)) -> keras.Model:
    """Stack layers on an input, with weights."""
    return scrambled(keras.Sequential([keras.Input(shape), *steps]))


def parts_of(model: keras.Model, folder: Path) -> Parts:
    """Save a model, and take its archive apart."""
    path = folder / "whole.keras"
    model.save(path)
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def packed(parts: Parts, compression: int = zipfile.ZIP_STORED) -> bytes:
    """Put an archive together."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return target.getvalue()


def blueprint_of(model: keras.Model, folder: Path) -> Blueprint:
    """Save a model and read it back as a blueprint."""
    path = folder / "model.keras"
    model.save(path)
    return archive.read(path)


def with_config(parts: Parts, change: Callable[[dict[str, Any]], object]) -> Parts:
    """Change the settings of a model in place."""
    config = json.loads(parts[CONFIG])
    change(config)
    return parts | {CONFIG: json.dumps(config).encode()}


def with_layer(parts: Parts, kind: str, **settings: Any) -> Parts:
    """Change settings of the first layer of a class."""

    def change(config: dict[str, Any]) -> None:
        found = [entry for entry in config["config"]["layers"] if entry["class_name"] == kind]
        found[0]["config"].update(settings)

    return with_config(parts, change)


def with_entry(parts: Parts, **changes: Any) -> Parts:
    """Change what the last layer is."""
    return with_config(parts, lambda config: config["config"]["layers"][-1].update(changes))


def with_weights(parts: Parts, change: Callable[[h5py.File], object]) -> Parts:
    """Change the weights of a model in place."""
    target = io.BytesIO(parts[WEIGHTS])
    with h5py.File(target, "r+") as file:
        change(file)
    return parts | {WEIGHTS: target.getvalue()}


def pictures(count: int, shape: tuple[int, ...], seed: int = 0) -> NDArray[np.float32]:
    """Return float32 [count, *shape], from -1 to 1."""
    return np.random.default_rng(seed).uniform(-1, 1, (count, *shape)).astype(np.float32)


class Told(Parts):
    """Parts that Hypothesis can print: it warns of arguments of 30 kB."""

    def __repr__(self) -> str:
        return f"<{', '.join(self)}>"


def refusal(folder: Path, content: Parts | bytes) -> str:
    """Return what is said about a file; nothing but `InvalidModel` may be raised."""
    path = folder / "strange.keras"
    path.write_bytes(content if isinstance(content, bytes) else packed(content))
    with pytest.raises(InvalidModel) as raised:
        archive.read(path)
    said = str(raised.value)
    assert said.startswith(f"'{path}' is ")
    assert len(said) < len(str(path)) + 400
    assert said.isprintable()
    return said


def taken(path: Path) -> tuple[int, ...] | None:
    """Return what a model gives, or None where it is refused; no other error may be raised."""
    try:
        return archive.read(path).gives
    except InvalidModel:
        return None
