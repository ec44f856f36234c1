"""Blueprint -> Keras model, by Keras's own constructors of the layers that digitus takes.

Keras is told what to build step by step; it never reads the file that the blueprint came from.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from digitus.training.exchange.blueprint import INPUT, Blueprint, Node
from digitus.training.exchange.kinds import MERGES
from digitus.training.exchange.lowering import GLYPHS, LEAST_LENGTH


def rebuild(blueprint: Blueprint, *, lite: bool = False) -> keras.Model:
    """Build a network in Keras, with its weights, in float32.

    Args:
        blueprint: The network.
        lite: Whether it is for TensorFlow Lite, and need not be saved by Keras.
    """
    makers = MAKERS | LITE_MAKERS if lite else MAKERS
    values: list[Any] = []
    for place, node in enumerate(blueprint.nodes):
        if node.kind == INPUT:
            values.append(keras.Input(node.shape, dtype=node.options["dtype"], name=GLYPHS))
            continue
        # A name of its own: Keras would count on from the models that were built before.
        name = f"{node.kind.lower()}_{place}"
        layer = makers[node.kind](name=name, dtype="float32", **node.options)
        taken = [values[source] for source in node.inputs]
        values.append(layer(taken if node.kind in MERGES else taken[0]))
        _give_weights(layer, node)
    return keras.Model(values[0], values[-1], name="classifier")


def _lite_unit_normalization(axis: list[int], **_: object) -> Callable[[Any], Any]:
    """Return what UnitNormalization does, for a runtime in which 0 divided by its length is NaN."""

    def divide(values: Any) -> Any:
        lengths = ops.sqrt(ops.sum(ops.square(values), axis=axis, keepdims=True))
        return values / ops.maximum(lengths, LEAST_LENGTH)

    return divide


def _give_weights(layer: layers.Layer, node: Node) -> None:
    if node.kind == "Normalization":
        layer.set_weights([*node.weights, np.zeros((), np.int32)])
        layer.finalize_state()  # it reckons with a copy
    elif node.weights:
        layer.set_weights(node.weights)


MAKERS: dict[str, Callable[..., Any]] = {
    "Activation": layers.Activation,
    "Add": layers.Add,
    "Average": layers.Average,
    "AveragePooling2D": layers.AveragePooling2D,
    "BatchNormalization": layers.BatchNormalization,
    "Concatenate": layers.Concatenate,
    "Conv2D": layers.Conv2D,
    "Cropping2D": layers.Cropping2D,
    "Dense": layers.Dense,
    "DepthwiseConv2D": layers.DepthwiseConv2D,
    "ELU": layers.ELU,
    "Flatten": layers.Flatten,
    "GlobalAveragePooling2D": layers.GlobalAveragePooling2D,
    "GlobalMaxPooling2D": layers.GlobalMaxPooling2D,
    "LayerNormalization": layers.LayerNormalization,
    "LeakyReLU": layers.LeakyReLU,
    "MaxPooling2D": layers.MaxPooling2D,
    "Maximum": layers.Maximum,
    "Multiply": layers.Multiply,
    "Normalization": layers.Normalization,
    "ReLU": layers.ReLU,
    "Rescaling": layers.Rescaling,
    "Reshape": layers.Reshape,
    "SeparableConv2D": layers.SeparableConv2D,
    "UnitNormalization": layers.UnitNormalization,
    "ZeroPadding2D": layers.ZeroPadding2D,
}
LITE_MAKERS: dict[str, Callable[..., Any]] = {"UnitNormalization": _lite_unit_normalization}
