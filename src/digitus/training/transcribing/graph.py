"""The transcriber as one ONNX graph: from the pixels around a number to what each frame says."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper

from digitus.strip import HEIGHT, TILE
from digitus.training.exchange.graph import Graph
from digitus.training.finding.blocks import Folded, OnnxBlocks
from digitus.training.finding.graph import GREY, IR_VERSION, OPSET
from digitus.training.transcribing import net

# The least variance of a strip that is divided by, of levels 0..1.
EVEN = 1e-3
# Where the number is, as the network sees it: inside and outside.
INSIDE, OUTSIDE = 0.5, -0.5


def build(weights: Folded) -> onnx.ModelProto:
    """Build the graph.

    Args:
        weights: Of the network, by the name of the convolution: kernel and bias.

    Returns:
        The model. In: "picture", uint8 [h, w, 3]; "tiles", float32 [T, 4], left, top, right and
        bottom in pixels of it; "span", float32 [2], columns of the strip. Out: "logits", float32
        [F, 11], of each frame, ten digits and nothing.
    """
    graph = Graph()
    strip = _even(graph, _strip(graph))
    x = graph.add("Concat", strip, _where(graph, strip), axis=1)
    said = net.read(OnnxBlocks(graph, weights), x)
    # [1, 11, 1, F] -> [F, 11]
    rows = graph.add("Squeeze", said, graph.constant(np.array([0, 2], np.int64)))
    logits = graph.add("Transpose", rows, perm=[1, 0])
    return _model(graph, "transcriber", logits, "logits", ["F", net.SAID], span=True)


def cutter() -> onnx.ModelProto:
    """Build what only cuts: "strip", float32 [32, W], levels 0..1, of "picture" and "tiles"."""
    graph = Graph()
    strip = graph.add("Squeeze", _strip(graph), graph.constant(np.array([0, 1], np.int64)))
    return _model(graph, "cutter", strip, "strip", [HEIGHT, "W"], span=False)


def _model(
    graph: Graph, name: str, given: str, outer: str, shape: list[str | int], *, span: bool
) -> onnx.ModelProto:
    graph.nodes.append(helper.make_node("Identity", [given], [outer], name=outer))
    inputs = [
        helper.make_tensor_value_info("picture", TensorProto.UINT8, ["h", "w", 3]),
        helper.make_tensor_value_info("tiles", TensorProto.FLOAT, ["T", 4]),
    ]
    if span:
        inputs.append(helper.make_tensor_value_info("span", TensorProto.FLOAT, [2]))
    output = helper.make_tensor_value_info(outer, TensorProto.FLOAT, shape)
    model = helper.make_model(
        helper.make_graph(graph.nodes, name, inputs, [output], graph.constants),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="digitus",
    )
    onnx.checker.check_model(model)
    return model


def _strip(graph: Graph) -> str:
    """Lay the tiles side by side, in grey: [1, 1, 32, 8 T], 0..1."""
    grey = np.array(GREY, np.float32).reshape(3, 1) / 255
    x = graph.add(
        "MatMul", graph.add("Cast", "picture", to=TensorProto.FLOAT), graph.constant(grey)
    )
    x = graph.add("Transpose", x, perm=[2, 0, 1])
    first = graph.constant(np.array([0], np.int64))
    x = graph.add("Unsqueeze", x, first)
    nought = graph.add("Expand", first, graph.add("Shape", "tiles", start=0, end=1))
    tiles = graph.add(
        "RoiAlign",
        x,
        "tiles",
        nought,
        output_height=HEIGHT,
        output_width=TILE,
        sampling_ratio=2,
        mode="avg",
        coordinate_transformation_mode="half_pixel",
    )
    rows = graph.add("Transpose", tiles, perm=[1, 2, 0, 3])  # [1, 32, T, 8]
    return graph.add("Reshape", rows, graph.constant(np.array([1, 1, HEIGHT, -1], np.int64)))


def _even(graph: Graph, strip: str) -> str:
    """Give a strip a mean of 0 and a deviation of about 1."""
    axes = graph.constant(np.array([2, 3], np.int64))
    off = graph.add("Sub", strip, graph.add("ReduceMean", strip, axes))
    variance = graph.add("ReduceMean", graph.add("Mul", off, off), axes)
    root = graph.add("Sqrt", graph.add("Add", variance, graph.constant(EVEN)))
    return graph.add("Div", off, root)


def _where(graph: Graph, strip: str) -> str:
    """Say of each pixel of a strip whether the number is there: [1, 1, 32, W]."""
    last = graph.constant(np.array(3, np.int64))
    width = graph.add("Gather", graph.add("Shape", strip), last, axis=0)
    steps = [graph.constant(np.array(step, np.int64)) for step in (0, 1)]
    columns = graph.add("Cast", graph.add("Range", steps[0], width, steps[1]), to=TensorProto.FLOAT)
    begin, end = (
        graph.add("Gather", "span", graph.constant(np.array(side, np.int64)), axis=0)
        for side in (0, 1)
    )
    within = graph.add(
        "And",
        graph.add("GreaterOrEqual", columns, begin),
        graph.add("Less", columns, end),
    )
    inside, outside = graph.constant(INSIDE), graph.constant(OUTSIDE)
    row = graph.add("Where", within, inside, outside)
    return graph.add("Expand", row, graph.add("Shape", strip))
