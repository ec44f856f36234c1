"""The finder as one ONNX graph: from the pixels of a page to candidates and what they may be.

Python, the server and the browser run the same graph; what is left to them is to drop what was
found twice, and to put digits together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from digitus.training.exchange.graph import Graph
from digitus.training.finding import nets
from digitus.training.finding.blocks import Folded, OnnxBlocks

# Resize smooths what it makes smaller from this version on.
OPSET, IR_VERSION = 18, 9
# The page as it is looked at, then halved and halved again: digits of 12 to 576 pixels.
LEVELS = 5
# Paper that is put around a level, in pixels: what touches the border has its surroundings.
MARGIN = 16
# How far a piece may reach over that, in pixels: the far view is as wide as 4 boxes of the highest.
REACH = 96
# Heights in pixels of a level that are believed: the network learnt from 12 to 36.
HEIGHTS = (9.0, 44.0)
# What is less like a centre is not looked at again; and of one page no more than so many places.
LEAST, MOST = 0.2, 1000
# Levels are smoothed by these windows to get the paper's light and how much it varies.
WINDOW, SMOOTH = 8, 5
# The least deviation, squared, that is divided by; and how much plain darkness counts.
DEVIATION, DARKNESS = 4e-4, 4.0
# The least variance of a piece that is divided by.
EVEN = 1e-3
# Share of red, green and blue in grey (Rec. 601).
GREY = (0.299, 0.587, 0.114)


@dataclass(frozen=True)
class Weights:
    """What was learnt.

    Attributes:
        search: Of the first network, by the name of the convolution: kernel and bias.
        look: Of the second.
        hidden: Kernel [I, H] and bias [H] of the layer that takes both networks' words.
        answer: Kernel [H, 11] and bias [11] of the last: ten digits, and none.
    """

    search: Folded
    look: Folded
    hidden: tuple[NDArray[np.float32], NDArray[np.float32]]
    answer: tuple[NDArray[np.float32], NDArray[np.float32]]


def build(weights: Weights, *, to_learn: bool = False) -> onnx.ModelProto:
    """Build the graph.

    Args:
        weights: Of both networks.
        to_learn: Whether it also gives what the second network gets to see: "words" float32
            [K, 15] and "pieces" float32 [K, 2, 32, 32].

    Returns:
        The model. In: "page", uint8 [H, W, 3], and "size", int64 [2], height and width at which
        it is looked at, 16 or more each. Out: "boxes" float32 [K, 4], left, top, right and bottom
        in pixels of that size, "logits" float32 [K, 11], ten digits and none; K is at most `MOST`.
    """
    graph = Graph()
    search, look = OnnxBlocks(graph, weights.search), OnnxBlocks(graph, weights.look)
    boxes, said, pieces = _all_levels(graph, search, _finest(graph))
    boxes, said, pieces = _likeliest(graph, boxes, said, pieces)
    given = {"boxes": boxes, "words": said, "pieces": pieces}
    # ONNX Runtime's convolutions want one piece at least: there is one more, of nothing.
    blank = np.zeros((1, len(nets.VIEWS), nets.PIECE, nets.PIECE), np.float32)
    even, deviation = _evened(graph, graph.add("Concat", pieces, graph.constant(blank), axis=0))
    seen = graph.add("Flatten", nets.look(look, even), axis=1)
    ends = [_numbers(graph, number) for number in (0, -1, 0)]
    known = [graph.add("Slice", part, *ends) for part in (seen, deviation)]
    x = graph.add("Concat", known[0], said, known[1], axis=1)
    hidden = graph.byte(weights.hidden[0], 1), graph.constant(weights.hidden[1])
    x = graph.add("Relu", graph.add("Gemm", x, *hidden))
    logits = graph.add("Gemm", x, *map(graph.constant, weights.answer))
    given["logits"] = logits
    shapes: dict[str, list[str | int]] = {"boxes": ["K", 4], "logits": ["K", 11]}
    if to_learn:
        views = [len(nets.VIEWS), nets.PIECE, nets.PIECE]
        shapes |= {"words": ["K", nets.SAID], "pieces": ["K", *views]}
    for outer in shapes:
        graph.nodes.append(helper.make_node("Identity", [given[outer]], [outer], name=outer))
    made = helper.make_graph(
        graph.nodes,
        "finder",
        [
            helper.make_tensor_value_info("page", TensorProto.UINT8, ["H", "W", 3]),
            helper.make_tensor_value_info("size", TensorProto.INT64, [2]),
        ],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, shape in shapes.items()
        ],
        graph.constants,
    )
    model = helper.make_model(
        made,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="digitus",
    )
    onnx.checker.check_model(model)
    return model


def _numbers(graph: Graph, *values: int) -> str:
    return graph.constant(np.array(values, np.int64))


def _finest(graph: Graph) -> str:
    """Make the page grey, 0..1, and as large as it is looked at: [1, 1, H, W]."""
    grey = np.array(GREY, np.float32).reshape(3, 1) / 255
    x = graph.add("MatMul", graph.add("Cast", "page", to=TensorProto.FLOAT), graph.constant(grey))
    x = graph.add("Unsqueeze", graph.add("Squeeze", x, _numbers(graph, 2)), _numbers(graph, 0, 1))
    size = graph.add("Concat", _numbers(graph, 1, 1), "size", axis=0)
    return graph.add("Resize", x, "", "", size, mode="linear", antialias=1)


def _padded(graph: Graph, level: str) -> str:
    """Put paper around a level, so that both sides are multiples of 8."""
    sides = graph.add("Shape", level, start=2, end=4)
    margins = graph.add("Add", sides, _numbers(graph, 2 * MARGIN, 2 * MARGIN))
    over = graph.add("Mod", graph.add("Neg", margins), _numbers(graph, 8, 8))
    after = graph.add("Add", over, _numbers(graph, MARGIN, MARGIN))
    pads = graph.add("Concat", _numbers(graph, 0, 0, MARGIN, MARGIN, 0, 0), after, axis=0)
    return graph.add("Pad", level, pads, mode="edge")


def _evened(graph: Graph, pieces: str) -> tuple[str, str]:
    """Give each view of pieces [K, 2, 32, 32] a mean of 0 and a deviation of about 1.

    Returns:
        The pieces, and the logarithm of the deviation of the near view, [K, 1].
    """
    axes = _numbers(graph, 2, 3)
    off = graph.add("Sub", pieces, graph.add("ReduceMean", pieces, axes))
    variance = graph.add("ReduceMean", graph.add("Mul", off, off), axes)
    root = graph.add("Sqrt", graph.add("Add", variance, graph.constant(EVEN)))
    near = graph.add("Slice", root, *(_numbers(graph, number) for number in (0, 1, 1)))
    return graph.add("Div", off, root), graph.add("Flatten", graph.add("Log", near), axis=1)


def _smoothed(graph: Graph, x: str, sides: str) -> str:
    x = graph.add("AveragePool", x, kernel_shape=[WINDOW] * 2, strides=[WINDOW] * 2)
    pads = [SMOOTH // 2] * 4
    x = graph.add("AveragePool", x, kernel_shape=[SMOOTH] * 2, strides=[1, 1], pads=pads)
    return graph.add("Resize", x, "", "", sides, mode="linear")


def _contrast(graph: Graph, page: str) -> str:
    """Return what the first network sees: contrast by what is usual there, and plain darkness."""
    sides = graph.add("Shape", page)
    off = graph.add("Sub", page, _smoothed(graph, page, sides))
    variance = _smoothed(graph, graph.add("Mul", off, off), sides)
    root = graph.add("Sqrt", graph.add("Add", variance, graph.constant(DEVIATION)))
    even = graph.add("Div", off, root)
    return graph.add("Concat", even, graph.add("Mul", off, graph.constant(DARKNESS)), axis=1)


def _all_levels(graph: Graph, search: OnnxBlocks, finest: str) -> tuple[str, str, str]:
    """Find places on all levels, see `_candidates`.

    A loop, not five copies: half of the time to load the model would be theirs.
    """
    carried = ("level", "scale", "boxes", "words", "pieces")
    start = len(graph.nodes)
    found = _candidates(graph, search, "level_in", "scale_in")
    after = [
        graph.add("AveragePool", "level_in", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1),
        graph.add("Mul", "scale_in", graph.constant(2.0)),
        *(
            graph.add("SequenceInsert", f"{name}_in", part)
            for name, part in zip(carried[2:], found, strict=True)
        ),
        graph.add("Identity", "go_on"),
    ]
    tensor = helper.make_tensor_type_proto(TensorProto.FLOAT, None)
    sequence = helper.make_sequence_type_proto(tensor)
    kinds = [tensor, tensor, sequence, sequence, sequence]
    truth = helper.make_tensor_type_proto(TensorProto.BOOL, [])
    body = helper.make_graph(
        graph.nodes[start:],
        "level",
        [
            helper.make_tensor_value_info("number", TensorProto.INT64, []),
            helper.make_value_info("go_on", truth),
            *(
                helper.make_value_info(f"{name}_in", kind)
                for name, kind in zip(carried, kinds, strict=True)
            ),
        ],
        [
            helper.make_value_info(after[-1], truth),
            *(
                helper.make_value_info(name, kind)
                for name, kind in zip(after[:-1], kinds, strict=True)
            ),
        ],
    )
    del graph.nodes[start:]
    empty = [graph.add("SequenceEmpty", dtype=TensorProto.FLOAT) for _ in found]
    count = graph.add("Squeeze", _numbers(graph, LEVELS))
    outputs = [f"{name}_out" for name in carried]
    first = [finest, graph.constant(1.0), *empty]
    graph.nodes.append(
        helper.make_node("Loop", [count, "", *first], outputs, name="levels", body=body)
    )
    boxes, words, pieces = (graph.add("ConcatFromSequence", name, axis=0) for name in outputs[2:])
    return boxes, words, pieces


def _candidates(graph: Graph, search: OnnxBlocks, level: str, scale: str) -> tuple[str, str, str]:
    """Find places on a level: boxes on the finest [K, 4], words [K, 15], pieces [K, 2, 32, 32]."""
    page = _padded(graph, level)
    said = nets.search(search, _contrast(graph, page))
    first, second = (_numbers(graph, side) for side in (0, 1))
    centre = graph.add("Slice", said, first, second, _numbers(graph, 1))
    highest = graph.add("MaxPool", centre, kernel_shape=[3, 3], strides=[1, 1], pads=[1] * 4)
    bar = graph.constant(float(np.log(LEAST / (1 - LEAST))))
    peak = graph.add(
        "And",
        graph.add("GreaterOrEqual", centre, highest),
        graph.add("GreaterOrEqual", centre, bar),
    )
    # [K, 4]: picture, channel, row, column of each peak; what is said lies in the last axis.
    places = graph.add("Transpose", graph.add("NonZero", peak), perm=[1, 0])
    rows = graph.add("Slice", places, _numbers(graph, 2), _numbers(graph, 4), _numbers(graph, 1))
    squeezed = graph.add("Squeeze", graph.add("Transpose", said, perm=[0, 2, 3, 1]), first)
    words = graph.add("GatherND", squeezed, rows)
    # column, row, column, row: where the middle of the cell lies.
    order = graph.add("Gather", rows, _numbers(graph, 1, 0, 1, 0), axis=1)
    middles = graph.add(
        "Mul",
        graph.add("Add", graph.add("Cast", order, to=TensorProto.FLOAT), graph.constant(0.5)),
        graph.constant(float(nets.CELL)),
    )
    sides = graph.add(
        "Slice", words, _numbers(graph, nets.SIDES.start), _numbers(graph, nets.SIDES.stop), second
    )
    away = np.array([-1, -1, 1, 1], np.float32) * nets.UNIT
    boxes = graph.add("Add", middles, graph.add("Mul", sides, graph.constant(away)))
    heights = graph.add("MatMul", boxes, graph.constant(np.array([[0], [-1], [0], [1.0]])))
    widths = graph.add("MatMul", boxes, graph.constant(np.array([[-1], [0], [1.0], [0]])))
    fine = graph.add(
        "And",
        graph.add(
            "And",
            graph.add("Greater", heights, graph.constant(HEIGHTS[0])),
            graph.add("Less", heights, graph.constant(HEIGHTS[1])),
        ),
        graph.add("Greater", widths, graph.constant(1.0)),
    )
    fine = graph.add("Squeeze", fine, second)
    boxes, words = (graph.add("Compress", x, fine, axis=0) for x in (boxes, words))
    pieces = _pieces(graph, page, boxes)
    inner = graph.add("Sub", boxes, graph.constant(float(MARGIN)))
    return graph.add("Mul", inner, scale), words, pieces


def _pieces(graph: Graph, page: str, boxes: str) -> str:
    """Cut squares around each box, so that its longer side is 20 of 32 pixels in the near view."""
    half = 0.5 * nets.PIECE / nets.DIGIT
    middle = np.array([[0.5, 0, 0.5, 0], [0, 0.5, 0, 0.5]] * 2, np.float32)
    centres = graph.add("MatMul", boxes, graph.constant(middle))
    size = np.array([[-1.0, 0], [0, -1], [1, 0], [0, 1]], np.float32) * half
    reach = graph.add("MatMul", boxes, graph.constant(size))
    reach = graph.add("ReduceMax", reach, _numbers(graph, 1))
    edges = _numbers(graph, 0, 0, REACH, REACH, 0, 0, REACH, REACH)
    page = graph.add("Pad", page, edges, mode="edge")  # beyond it, RoiAlign sees black
    count = graph.add("Shape", boxes, start=0, end=1)
    nought = graph.add("Expand", _numbers(graph, 0), count)
    views = []
    for far in nets.VIEWS:
        around = far * np.array([[-1.0, -1, 1, 1]], np.float32)
        square = graph.add("Add", centres, graph.add("Mul", reach, graph.constant(around)))
        view = graph.add(
            "RoiAlign",
            page,
            graph.add("Add", square, graph.constant(float(REACH))),
            nought,
            output_height=nets.PIECE,
            output_width=nets.PIECE,
            sampling_ratio=2,
            mode="avg",
            coordinate_transformation_mode="half_pixel",
        )
        views.append(view)
    return graph.add("Concat", *views, axis=1)


def _likeliest(graph: Graph, boxes: str, said: str, pieces: str) -> tuple[str, str, str]:
    """Keep the places that are most like centres."""
    first = [_numbers(graph, side) for side in (0, 1, 1)]
    centre = graph.add("Squeeze", graph.add("Slice", said, *first), first[1])
    count = graph.add("Shape", centre)
    most = graph.add("Min", count, _numbers(graph, MOST))
    name = f"topk_{len(graph.nodes)}"
    node = helper.make_node("TopK", [centre, most], [f"{name}_values", name], name=name, axis=0)
    graph.nodes.append(node)
    kept = [graph.add("Gather", x, name, axis=0) for x in (boxes, said, pieces)]
    return kept[0], kept[1], kept[2]
