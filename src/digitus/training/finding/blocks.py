"""What networks of the finder are made of, once for Keras, which trains them, once for ONNX.

Both build from the same description (`nets`), so they cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from digitus.training.exchange.graph import Graph

T = TypeVar("T")
Folded = Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]
Sides = int | tuple[int, int]
"""Of a kernel or a stride: both, or rows and columns."""
# Batch normalisation: of the running means, and the least variance.
MOMENTUM, EPSILON = 0.98, 1e-3


class Blocks(Protocol[T]):
    """Steps of a network on pictures [N, H, W, C] (ONNX: [N, C, H, W]), sides even."""

    def conv(
        self, x: T, name: str, filters: int, kernel: Sides = 3, stride: Sides = 1, relu: bool = True
    ) -> T:
        """Convolve ("same"), normalise by the batch, and cut off what is below 0."""

    def out(self, x: T, name: str, filters: int, start: NDArray[np.float32] | None = None) -> T:
        """Give float32 values for each pixel, at first about as large as ``start``."""

    def add(self, x: T, y: T) -> T:
        """Add, and cut off what is below 0."""

    def up(self, x: T) -> T:
        """Double both sides, each pixel four times."""

    def join(self, x: T, y: T) -> T:
        """Lay channels behind each other."""


class KerasBlocks:
    """The steps as Keras layers, to be trained."""

    def conv(
        self,
        x: keras.KerasTensor,
        name: str,
        filters: int,
        kernel: Sides = 3,
        stride: Sides = 1,
        relu: bool = True,
    ) -> keras.KerasTensor:
        """See `Blocks`."""
        convolve = layers.Conv2D(
            filters, kernel, strides=stride, padding="same", use_bias=False, name=name
        )
        x = layers.BatchNormalization(momentum=MOMENTUM, epsilon=EPSILON, name=f"{name}_norm")(
            convolve(x)
        )
        return layers.Activation("relu")(x) if relu else x

    def out(
        self,
        x: keras.KerasTensor,
        name: str,
        filters: int,
        start: NDArray[np.float32] | None = None,
    ) -> keras.KerasTensor:
        """See `Blocks`."""
        bias = "zeros" if start is None else keras.initializers.Constant(start)
        return layers.Conv2D(filters, 1, bias_initializer=bias, dtype="float32", name=name)(x)

    def add(self, x: keras.KerasTensor, y: keras.KerasTensor) -> keras.KerasTensor:
        """See `Blocks`."""
        return layers.Activation("relu")(layers.Add()([x, y]))

    def up(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """See `Blocks`."""
        return layers.UpSampling2D(2)(x)

    def join(self, x: keras.KerasTensor, y: keras.KerasTensor) -> keras.KerasTensor:
        """See `Blocks`."""
        return layers.Concatenate()([x, y])


class OnnxBlocks:
    """The steps as nodes of a graph, with weights that were learnt.

    Args:
        graph: Where the nodes are added; it may be given the same network several times, and
            keeps the weights once, as bytes: the graph is to be fetched by browsers.
        weights: Kernel [O, I, kH, kW] and bias [O] of each convolution by its name.
    """

    def __init__(self, graph: Graph, weights: Folded) -> None:
        self.graph = graph
        self.names = {
            name: (graph.byte(kernel, 0), graph.constant(bias))
            for name, (kernel, bias) in weights.items()
        }

    def conv(
        self,
        x: str,
        name: str,
        filters: int,
        kernel: Sides = 3,
        stride: Sides = 1,
        relu: bool = True,
    ) -> str:
        """See `Blocks`."""
        del filters  # the weights know
        sides, strides = _both(kernel), _both(stride)
        # Of even sides; TensorFlow puts the odd row at the end.
        missing = [max(side - step, 0) for side, step in zip(sides, strides, strict=True)]
        before = [some // 2 for some in missing]
        after = [some - some // 2 for some in missing]
        x = self.graph.add(
            "Conv",
            x,
            *self.names[name],
            kernel_shape=sides,
            strides=strides,
            pads=[*before, *after],
        )
        return self.graph.add("Relu", x) if relu else x

    def out(self, x: str, name: str, filters: int, start: NDArray[np.float32] | None = None) -> str:
        """See `Blocks`."""
        del filters, start
        return self.graph.add("Conv", x, *self.names[name], kernel_shape=[1, 1])

    def add(self, x: str, y: str) -> str:
        """See `Blocks`."""
        return self.graph.add("Relu", self.graph.add("Add", x, y))

    def up(self, x: str) -> str:
        """See `Blocks`."""
        scales = self.graph.constant(np.array([1, 1, 2, 2], np.float32))
        return self.graph.add(
            "Resize",
            x,
            "",
            scales,
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )

    def join(self, x: str, y: str) -> str:
        """See `Blocks`."""
        return self.graph.add("Concat", x, y, axis=1)


def _both(sides: Sides) -> list[int]:
    return [sides, sides] if isinstance(sides, int) else list(sides)


def folded(model: keras.Model) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Return the weights of a trained network for `OnnxBlocks`, normalisation put into them."""
    found = {}
    named = {layer.name: layer for layer in model.layers}
    for name, layer in named.items():
        if not isinstance(layer, layers.Conv2D):
            continue
        kernel, *biases = (np.asarray(weight, np.float64) for weight in layer.get_weights())
        bias: Any = biases[0] if biases else 0.0
        if f"{name}_norm" in named:
            gamma, beta, mean, variance = named[f"{name}_norm"].get_weights()
            scale = gamma / np.sqrt(variance.astype(np.float64) + EPSILON)
            kernel, bias = kernel * scale, (bias - mean) * scale + beta
        found[name] = (
            kernel.transpose(3, 2, 0, 1).astype(np.float32),
            np.asarray(bias, np.float32),
        )
    return found
