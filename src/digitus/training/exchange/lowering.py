"""Blueprint -> ONNX, for ONNX Runtime from 1.18 on; the same bytes every time.

Padding is written out, because TensorFlow puts the odd row at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from digitus.training.exchange.blueprint import INPUT, Blueprint, Node, Shape
from digitus.training.exchange.folding import batch_affine, folded
from digitus.training.exchange.graph import Graph, Value, channels_first, channels_last, in_order

OPSET, IR_VERSION = 17, 8
GLYPHS = "glyphs"
# Keras: the least standard deviation and the least length that are divided by.
LEAST_DEVIATION, LEAST_LENGTH = 1e-7, 1e-12


def lower(blueprint: Blueprint, output: str = "logits") -> onnx.ModelProto:
    """Write a network in ONNX.

    Args:
        blueprint: The network.
        output: What its output is called.

    Returns:
        The model: "glyphs" in, of the network's shape and type, float32 [N, classes] out.
    """
    blueprint = folded(blueprint)
    graph = Graph()
    values: list[Value] = []
    for node in blueprint.nodes:
        taken = [values[place] for place in node.inputs]
        if node.kind != "Dense":
            taken = [in_order(graph, value) for value in taken]
        values.append(LOWERED[node.kind](graph, node, *taken))
    last = channels_last(graph, in_order(graph, values[-1]))
    if not graph.nodes or graph.nodes[-1].output[0] != last:
        graph.add("Identity", last)
    graph.nodes[-1].output[0] = output
    bare = TensorProto.UINT8 if blueprint.whole_numbers else TensorProto.FLOAT
    made = helper.make_graph(
        graph.nodes,
        "digitus",
        [helper.make_tensor_value_info(GLYPHS, bare, ["N", *blueprint.takes])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["N", *blueprint.gives])],
        graph.constants,
    )
    opsets = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(
        made, opset_imports=opsets, ir_version=IR_VERSION, producer_name="digitus"
    )
    onnx.checker.check_model(model)
    return model


def onnx_of(blueprint: Blueprint, output: str = "logits") -> bytes:
    """Return the file of a network, see `lower`."""
    return bytes(lower(blueprint, output).SerializeToString())


def _axis(shape: Shape) -> int:
    """Return the axis of the channels."""
    return 1 if len(shape) == 3 else len(shape)


def _along(shape: Shape, numbers: NDArray[np.floating]) -> NDArray[np.floating]:
    """Give numbers of channels the shape in which they are laid over a value."""
    return numbers.reshape(-1, 1, 1) if len(shape) == 3 and numbers.ndim else numbers


def _input(graph: Graph, node: Node) -> Value:
    name = GLYPHS
    if node.options["dtype"] == "uint8":
        name = graph.add("Cast", name, to=TensorProto.FLOAT)
    return channels_first(graph, name, node.shape)


def _pads(shape: Shape, kernel: Sequence[int], node: Node) -> list[int]:
    """Return the padding of a window as ONNX wants it: top, left, bottom, right."""
    if node.options["padding"] == "valid":
        return [0, 0, 0, 0]
    before, after = [], []
    dilation = node.options.get("dilation_rate", (1, 1))
    for side, size, stride, apart in zip(
        shape[:2], kernel, node.options["strides"], dilation, strict=True
    ):
        span = (-(-side // stride) - 1) * stride + (size - 1) * apart + 1
        missing = max(span - side, 0)
        before.append(missing // 2)
        after.append(missing - missing // 2)
    return [*before, *after]


def _convolved(
    graph: Graph, node: Node, value: Value, kernel: NDArray[np.float32], groups: int, bias: bool
) -> str:
    constants = [graph.constant(kernel)]
    if bias:
        constants.append(graph.constant(node.weights[-1]))
    return graph.add(
        "Conv",
        value.name,
        *constants,
        kernel_shape=kernel.shape[2:],
        strides=node.options["strides"],
        dilations=node.options["dilation_rate"],
        pads=_pads(value.shape, kernel.shape[2:], node),
        group=groups,
    )


def _conv2d(graph: Graph, node: Node, value: Value) -> Value:
    kernel = node.weights[0].transpose(3, 2, 0, 1)
    groups, bias = node.options["groups"], node.options["use_bias"]
    return Value(_convolved(graph, node, value, kernel, groups, bias), node.shape)


def _depthwise(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn [kH, kW, C, M] into [C * M, 1, kH, kW]."""
    rows: NDArray[np.float32] = kernel.transpose(2, 3, 0, 1)
    return rows.reshape(-1, 1, *kernel.shape[:2])


def _depthwise_conv2d(graph: Graph, node: Node, value: Value) -> Value:
    kernel, groups = _depthwise(node.weights[0]), value.shape[2]
    return Value(
        _convolved(graph, node, value, kernel, groups, node.options["use_bias"]), node.shape
    )


def _separable_conv2d(graph: Graph, node: Node, value: Value) -> Value:
    kernel, groups = _depthwise(node.weights[0]), value.shape[2]
    between = _convolved(graph, node, value, kernel, groups, False)
    constants = [graph.constant(node.weights[1].transpose(3, 2, 0, 1))]
    if node.options["use_bias"]:
        constants.append(graph.constant(node.weights[2]))
    return Value(graph.add("Conv", between, *constants, kernel_shape=[1, 1]), node.shape)


def _dense(graph: Graph, node: Node, value: Value) -> Value:
    kernel = node.weights[0]
    if len(value.shape) == 3:  # each pixel by itself
        pixel = [graph.constant(kernel.T[:, :, None, None]), *map(graph.constant, node.weights[1:])]
        return Value(graph.add("Conv", value.name, *pixel, kernel_shape=[1, 1]), node.shape)
    if value.picture:
        height, width, channels = value.picture
        kernel = kernel.reshape(height, width, channels, -1).transpose(2, 0, 1, 3)
        kernel = kernel.reshape(len(node.weights[0]), -1)
    matrix = graph.constant(kernel)
    biases = [graph.constant(bias) for bias in node.weights[1:]]
    if len(value.shape) == 1:
        return Value(graph.add("Gemm", value.name, matrix, *biases), node.shape)
    name = graph.add("MatMul", value.name, matrix)
    return Value(graph.add("Add", name, *biases) if biases else name, node.shape)


def _affine(
    graph: Graph, value: Value, scale: NDArray[np.floating], shift: NDArray[np.floating]
) -> Value:
    """Multiply and add, a number for each channel or one for all."""
    name = value.name
    if (scale != 1).any():
        name = graph.add("Mul", name, graph.constant(_along(value.shape, scale)))
    if shift.any():
        name = graph.add("Add", name, graph.constant(_along(value.shape, shift)))
    return Value(name, value.shape)


def _batch_normalization(graph: Graph, node: Node, value: Value) -> Value:
    return _affine(graph, value, *batch_affine(node))


def _normalization(graph: Graph, node: Node, value: Value) -> Value:
    mean, variance = node.weights
    scale = 1 / np.maximum(np.sqrt(variance), np.float32(LEAST_DEVIATION))
    return _affine(graph, value, scale, -mean * scale)


def _rescaling(graph: Graph, node: Node, value: Value) -> Value:
    scale, offset = node.options["scale"], node.options["offset"]
    return _affine(graph, value, np.asarray(scale), np.asarray(offset))


def _layer_normalization(graph: Graph, node: Node, value: Value) -> Value:
    options, numbers = node.options, list(node.weights)
    channels = value.shape[-1]
    gamma = numbers.pop(0) if options["scale"] else np.ones(channels, np.float32)
    beta = numbers.pop(0) if options["center"] else np.zeros(channels, np.float32)
    name = graph.add(
        "LayerNormalization",
        channels_last(graph, value),
        graph.constant(gamma),
        graph.constant(beta),
        axis=-1,
        epsilon=options["epsilon"],
    )
    return channels_first(graph, name, node.shape)


def _unit_normalization(graph: Graph, node: Node, value: Value) -> Value:
    name = channels_last(graph, value)
    length = graph.add("ReduceL2", name, axes=node.options["axis"], keepdims=1)
    length = graph.add("Max", length, graph.constant(LEAST_LENGTH))
    return channels_first(graph, graph.add("Div", name, length), node.shape)


def _reshape(graph: Graph, node: Node, value: Value) -> Value:
    name = channels_last(graph, value)
    if len(node.shape) == 3 and node.shape[2] == 1:
        return Value(graph.reshape(name, 1, *node.shape[:2]), node.shape)
    return channels_first(graph, graph.reshape(name, *node.shape), node.shape)


def _flatten(graph: Graph, node: Node, value: Value) -> Value:
    mixed = len(value.shape) == 3 and value.shape[2] > 1 and value.shape[:2] != (1, 1)
    picture = value.shape if mixed else None
    return Value(graph.add("Flatten", value.name, axis=1), node.shape, picture)


def _activation(graph: Graph, node: Node, value: Value) -> Value:
    kind, name = node.options["activation"], value.name
    if kind in ("softmax", "log_softmax"):
        operator = "Softmax" if kind == "softmax" else "LogSoftmax"
        return Value(graph.add(operator, name, axis=_axis(value.shape)), value.shape)
    if kind == "silu":
        return Value(graph.add("Mul", name, graph.add("Sigmoid", name)), value.shape)
    if kind == "gelu":
        erf = graph.add("Erf", graph.add("Mul", name, graph.constant(0.5**0.5)))
        share = graph.add("Mul", graph.add("Add", erf, graph.constant(1.0)), graph.constant(0.5))
        return Value(graph.add("Mul", name, share), value.shape)
    if kind == "relu6":
        limits = graph.constant(0.0), graph.constant(6.0)
        return Value(graph.add("Clip", name, *limits), value.shape)
    operator, attributes = PLAIN_ACTIVATIONS[kind]
    return Value(graph.add(operator, name, **attributes), value.shape)


def _relu(graph: Graph, node: Node, value: Value) -> Value:
    slope, highest = node.options["negative_slope"], node.options["max_value"]
    name = graph.add("LeakyRelu", value.name, alpha=slope) if slope else ""
    name = name or graph.add("Relu", value.name)
    if highest is not None:
        name = graph.add("Min", name, graph.constant(float(highest)))
    return Value(name, value.shape)


def _leaky_relu(graph: Graph, node: Node, value: Value) -> Value:
    slope = node.options["negative_slope"]
    return Value(graph.add("LeakyRelu", value.name, alpha=slope), value.shape)


def _elu(graph: Graph, node: Node, value: Value) -> Value:
    return Value(graph.add("Elu", value.name, alpha=node.options["alpha"]), value.shape)


def _pooling(graph: Graph, node: Node, value: Value) -> Value:
    pool = node.options["pool_size"]
    operator = "MaxPool" if node.kind == "MaxPooling2D" else "AveragePool"
    name = graph.add(
        operator,
        value.name,
        kernel_shape=pool,
        strides=node.options["strides"],
        pads=_pads(value.shape, pool, node),
    )
    return Value(name, node.shape)


def _global_pooling(graph: Graph, node: Node, value: Value) -> Value:
    average = node.kind == "GlobalAveragePooling2D"
    name = graph.add("GlobalAveragePool" if average else "GlobalMaxPool", value.name)
    if not node.options["keepdims"]:
        name = graph.add("Flatten", name, axis=1)
    return Value(name, node.shape)


def _zero_padding2d(graph: Graph, node: Node, value: Value) -> Value:
    (top, bottom), (left, right) = node.options["padding"]
    pads = graph.constant(np.array([0, 0, top, left, 0, 0, bottom, right], np.int64))
    return Value(graph.add("Pad", value.name, pads), node.shape)


def _cropping2d(graph: Graph, node: Node, value: Value) -> Value:
    (top, _), (left, _) = node.options["cropping"]
    height, width, _ = node.shape
    sides = ((top, left), (top + height, left + width), (2, 3))
    names = [graph.constant(np.array(side, np.int64)) for side in sides]
    return Value(graph.add("Slice", value.name, *names), node.shape)


def _merge(graph: Graph, node: Node, *values: Value) -> Value:
    names = [value.name for value in values]
    if node.kind == "Concatenate":
        return Value(graph.add("Concat", *names, axis=_axis(node.shape)), node.shape)
    if node.kind != "Multiply":
        operator = {"Add": "Sum", "Average": "Mean", "Maximum": "Max"}[node.kind]
        return Value(graph.add(operator, *names), node.shape)
    product = names[0]
    for name in names[1:]:
        product = graph.add("Mul", product, name)
    return Value(product, node.shape)


PLAIN_ACTIVATIONS: dict[str, tuple[str, dict[str, float]]] = {
    "relu": ("Relu", {}),
    "leaky_relu": ("LeakyRelu", {"alpha": 0.2}),
    "elu": ("Elu", {"alpha": 1.0}),
    "selu": ("Selu", {}),
    "tanh": ("Tanh", {}),
    "sigmoid": ("Sigmoid", {}),
    "softplus": ("Softplus", {}),
    "softsign": ("Softsign", {}),
    "exponential": ("Exp", {}),
}
LOWERED: dict[str, Callable[..., Value]] = {
    INPUT: _input,
    "Activation": _activation,
    "Add": _merge,
    "Average": _merge,
    "AveragePooling2D": _pooling,
    "BatchNormalization": _batch_normalization,
    "Concatenate": _merge,
    "Conv2D": _conv2d,
    "Dense": _dense,
    "Cropping2D": _cropping2d,
    "DepthwiseConv2D": _depthwise_conv2d,
    "ELU": _elu,
    "Flatten": _flatten,
    "GlobalAveragePooling2D": _global_pooling,
    "GlobalMaxPooling2D": _global_pooling,
    "LayerNormalization": _layer_normalization,
    "LeakyReLU": _leaky_relu,
    "MaxPooling2D": _pooling,
    "Maximum": _merge,
    "Multiply": _merge,
    "Normalization": _normalization,
    "ReLU": _relu,
    "Rescaling": _rescaling,
    "Reshape": _reshape,
    "SeparableConv2D": _separable_conv2d,
    "UnitNormalization": _unit_normalization,
    "ZeroPadding2D": _zero_padding2d,
}
