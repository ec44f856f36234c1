"""The network of a recipe, in Keras: its layers, or what the user's own Python file builds."""

from __future__ import annotations

import runpy
import traceback
from collections.abc import Callable
from typing import Any, TypeAlias

import keras
from keras import layers

from digitus.errors import InvalidRecipe
from digitus.glyph import SIDE
from digitus.training.exchange.weights import MOST_WEIGHTS
from digitus.training.layers import Layer
from digitus.training.precision import reckoning_in
from digitus.training.recipe import Network

Tensor: TypeAlias = keras.KerasTensor
# The name of the function that a user's own file must define.
BUILD = "build"
# Layers that take rows, columns and channels.
OF_PICTURES = ("conv", "separable", "residual", "pool", "global_pool")


def build(network: Network, classes: int, precision: str = "float32") -> keras.Model:
    """Build the network, untrained.

    Args:
        network: Its layers, or a Python file with a function ``build(classes)``.
        classes: 10, or 11 with "no digit".
        precision: What the layers reckon in, ``float32`` or ``bfloat16``; weights, input and
            logits are float32 in any case.

    Returns:
        Glyphs, uint8 [N, 28, 28, 1] -> logits float32 [N, classes].

    Raises:
        InvalidRecipe: The layers do not fit on each other, or the file builds something else.
    """
    with reckoning_in(precision):
        return _from_file(network.file, classes) if network.file else _layered(network, classes)


def _layered(network: Network, classes: int) -> keras.Model:
    """Build the layers that a recipe lists."""
    glyph = keras.Input((SIDE, SIDE, 1), dtype="uint8", name="glyph")
    x = layers.Rescaling(1 / 255, name="unit", dtype="float32")(glyph)
    weights = 0
    for number, layer in enumerate(network.layers, 1):
        named = f"layer {number} of [network], '{layer.kind}',"
        misfit = (
            f"L{named[1:]} does not fit on the one before it, which gives {list(x.shape[1:])} a "
            "glyph"
        )
        if layer.kind in OF_PICTURES and len(x.shape) != 4:
            raise InvalidRecipe(
                f"{misfit}: it takes rows, columns and channels, so put it before any flatten or "
                "global_pool"
            )
        weights += _weights(layer, x)
        if weights > MOST_WEIGHTS:
            raise InvalidRecipe(
                f"With {named} the network would have {weights:,} weights, and it may have "
                f"{MOST_WEIGHTS:,}: make this layer or one before it smaller"
            )
        try:
            x = MAKERS[layer.kind](x, **layer.options)
        except ValueError as error:
            raise InvalidRecipe(
                f"{misfit}: nothing would be left of that. Leave out a layer that makes the "
                "picture smaller, or its stride"
            ) from error
    if len(x.shape) != 2:
        raise InvalidRecipe(
            f"The last layer of [network] gives {list(x.shape[1:])} a glyph, not one row of "
            "values: end it with flatten, global_pool or dense"
        )
    return keras.Model(glyph, layers.Dense(classes, name="logits", dtype="float32")(x))


def _weights(layer: Layer, x: Tensor) -> int:
    """Return how many weights a layer has at least, before any memory is taken for them."""
    channels, options = x.shape[-1], layer.options
    if layer.kind == "dense":
        return int(channels * options["dense"])
    area = options.get("kernel", 0) ** 2
    if layer.kind == "separable":
        return int(channels * (area + options["separable"]))
    size = options[layer.kind] if layer.kind in ("conv", "residual") else 0
    return int(area * size * (channels + (size if layer.kind == "residual" else 0)))


def _conv(
    x: Tensor, conv: int, kernel: int, stride: int, padding: str, normalise: bool, activation: str
) -> Tensor:
    x = layers.Conv2D(conv, kernel, strides=stride, padding=padding, use_bias=not normalise)(x)
    return _finished(x, normalise, activation)


def _separable(x: Tensor, separable: int, kernel: int, stride: int, activation: str) -> Tensor:
    x = layers.DepthwiseConv2D(kernel, strides=stride, padding="same", use_bias=False)(x)
    x = _finished(x, True, activation)
    return _conv(x, separable, 1, 1, "same", True, activation)


def _residual(x: Tensor, residual: int, kernel: int, stride: int, activation: str) -> Tensor:
    y = _conv(x, residual, kernel, stride, "same", True, activation)
    y = _conv(y, residual, kernel, 1, "same", True, "linear")
    if stride > 1 or x.shape[-1] != residual:  # the input is brought to the same shape
        x = _conv(x, residual, 1, stride, "same", True, "linear")
    return _finished(layers.Add()([x, y]), False, activation)


def _pool(x: Tensor, pool: int, by: str) -> Tensor:
    return (layers.MaxPooling2D if by == "max" else layers.AveragePooling2D)(pool)(x)


def _global_pool(x: Tensor, global_pool: str) -> Tensor:
    if global_pool == "max":
        return layers.GlobalMaxPooling2D()(x)
    return layers.GlobalAveragePooling2D()(x)


def _flatten(x: Tensor, flatten: bool) -> Tensor:  # noqa: ARG001  # it can only be true
    return layers.Flatten()(x)


def _dense(x: Tensor, dense: int, normalise: bool, activation: str) -> Tensor:
    return _finished(layers.Dense(dense, use_bias=not normalise)(x), normalise, activation)


def _dropout(x: Tensor, dropout: float) -> Tensor:
    return layers.Dropout(dropout)(x)


def _finished(x: Tensor, normalise: bool, activation: str) -> Tensor:
    """Normalise by the batch, if so wanted, and activate."""
    if normalise:
        x = layers.BatchNormalization()(x)
    return x if activation == "linear" else layers.Activation(activation)(x)


MAKERS: dict[str, Callable[..., Tensor]] = {
    "conv": _conv,
    "separable": _separable,
    "residual": _residual,
    "pool": _pool,
    "global_pool": _global_pool,
    "flatten": _flatten,
    "dense": _dense,
    "dropout": _dropout,
}


def _from_file(file: str, classes: int) -> keras.Model:
    """Build the network that a user's own Python file defines.

    Raises:
        InvalidRecipe: It defines none, or one of another input or output.
    """
    try:
        build_own: Any = runpy.run_path(file).get(BUILD)
        model = build_own(classes) if callable(build_own) else None
    except (Exception, SystemExit) as error:
        raise InvalidRecipe(
            f"'{file}' fails{_line(file, error)} ({type(error).__name__}: {error}): mend it"
        ) from error
    if not callable(build_own):
        raise InvalidRecipe(
            f"'{file}' defines no function {BUILD}(classes): add one that returns a Keras model"
        )
    if not isinstance(model, keras.Model):
        raise InvalidRecipe(f"{BUILD}() of '{file}' returns no Keras model: let it return one")
    try:
        shapes = tuple(model.input_shape), tuple(model.output_shape)
    except AttributeError as error:
        raise InvalidRecipe(
            f"The model of '{file}' does not say what it takes: build it as a Sequential or "
            "Functional model that begins with keras.Input((28, 28, 1))"
        ) from error
    if shapes != ((None, SIDE, SIDE, 1), (None, classes)):
        raise InvalidRecipe(
            f"The model of '{file}' makes {shapes[1]} of {shapes[0]}: let it take glyphs "
            f"(None, 28, 28, 1) of 0..255 and give logits (None, {classes})"
        )
    return model


def _line(file: str, error: BaseException) -> str:
    """Say on which line of a file something went wrong, if it was in that file."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return f" on line {error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == file]
    return f" on line {lines[-1]}" if lines else ""
