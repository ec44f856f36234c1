"""An ONNX graph while it is written, and how pictures lie in it.

Pictures lie as [N, C, H, W], as ONNX has them; Keras's order, channels last, is restored where it
shows.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from digitus.training.exchange.blueprint import Shape

# The largest weight that is kept as a byte.
LARGEST = 127


@dataclass(frozen=True)
class Value:
    """What a step gives.

    Attributes:
        name: Of the tensor.
        shape: As Keras has it, without the batch. Of three axes, H, W and C, the tensor lies as
            [N, C, H, W]; any other lies as it is here.
        picture: H, W, C of a row that was made of a picture, and in which it still lies as
            C, H, W. A dense layer is given its weights in that order, which costs nothing.
    """

    name: str
    shape: Shape
    picture: Shape | None = None


class Graph:
    """Nodes and constants, named by their number."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._names = 0
        self._held: dict[tuple[Any, ...], str] = {}

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add an operator; return the name of what it gives."""
        name = f"{operator.lower()}_{self._names}"
        self._names += 1
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def constant(self, values: NDArray[Any] | float) -> str:
        """Add a constant, once where it is needed several times; floats become float32."""
        array = np.asarray(values)
        array = array.astype(np.float32) if array.dtype.kind == "f" else array
        key = (array.dtype.str, array.shape, hashlib.sha256(array.tobytes()).digest())
        if key not in self._held:
            self._held[key] = name = f"constant_{len(self.constants)}"
            self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return self._held[key]

    def byte(self, values: NDArray[np.float32], axis: int) -> str:
        """Add weights that are kept as bytes, in a quarter of the room.

        Args:
            values: The weights.
            axis: Of the outputs; each has a scale of its own.
        """
        others = tuple(side for side in range(values.ndim) if side != axis)
        scale = np.abs(values).max(axis=others, keepdims=True) / LARGEST
        scale[scale == 0] = 1.0
        kept = self.constant(np.rint(values / scale).astype(np.int8))
        steps = self.constant(scale.reshape(-1))
        return self.add("DequantizeLinear", kept, steps, axis=axis)

    def reshape(self, name: str, *shape: int) -> str:
        """Bring each glyph's values into a shape."""
        return self.add("Reshape", name, self.constant(np.array((-1, *shape), np.int64)))


def channels_last(graph: Graph, value: Value) -> str:
    """Return the name of a value that lies as Keras has it."""
    if len(value.shape) != 3:
        return value.name
    height, width, channels = value.shape
    if channels == 1 or height * width == 1:
        return graph.reshape(value.name, *value.shape)
    return graph.add("Transpose", value.name, perm=[0, 2, 3, 1])


def channels_first(graph: Graph, name: str, shape: Shape) -> Value:
    """Return the value of a tensor that lies as Keras has it."""
    if len(shape) != 3:
        return Value(name, shape)
    height, width, channels = shape
    if channels == 1 or height * width == 1:
        return Value(graph.reshape(name, channels, height, width), shape)
    return Value(graph.add("Transpose", name, perm=[0, 3, 1, 2]), shape)


def in_order(graph: Graph, value: Value) -> Value:
    """Return a value of which rows that were pictures lie as Keras has them."""
    if value.picture is None:
        return value
    height, width, channels = value.picture
    picture = graph.reshape(value.name, channels, height, width)
    row = graph.reshape(channels_last(graph, Value(picture, value.picture)), *value.shape)
    return Value(row, value.shape)
