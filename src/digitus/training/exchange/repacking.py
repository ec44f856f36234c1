"""An ONNX model with a card -> one that takes glyphs as they are: its preparation put into it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from digitus.card import Card
from digitus.glyph import SIDE
from digitus.training.exchange.blueprint import Refused
from digitus.training.exchange.lowering import GLYPHS

# Of the nodes that are added; no other exporter begins a name so.
OURS = "digitus_"


def opened(content: bytes) -> onnx.ModelProto:
    """Parse an ONNX file.

    Raises:
        Refused: It is none, or its weights lie in other files.
    """
    try:
        model = onnx.load_from_string(content)
    except Exception as error:  # protobuf's own, which has no types
        raise Refused("it is no ONNX file: export it anew") from error
    if any(tensor.data_location == TensorProto.EXTERNAL for tensor in _tensors(model)):
        raise Refused("its weights lie in other files: export it as one file")
    return model


def repacked(model: onnx.ModelProto, card: Card) -> bytes:
    """Return the file of a model of uint8 [N, 28, 28] that does what one does as its card says."""
    if card.dtype == "uint8" and card.shape == (SIDE, SIDE):
        return bytes(model.SerializeToString())
    graph, held = model.graph, {tensor.name for tensor in model.graph.initializer}
    wanted = next(value for value in graph.input if value.name not in held)
    constants = [numpy_helper.from_array(np.array((-1, *card.shape), np.int64), f"{OURS}shape")]
    nodes = [helper.make_node("Reshape", [GLYPHS, f"{OURS}shape"], [f"{OURS}glyphs"])]
    if card.dtype == "float32":
        constants.append(numpy_helper.from_array(np.float32(card.scale), f"{OURS}scale"))
        nodes += [
            helper.make_node("Cast", [f"{OURS}glyphs"], [f"{OURS}values"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"{OURS}values", f"{OURS}scale"], [f"{OURS}pixels"]),
        ]
    _rename(model, GLYPHS, f"{OURS}own_glyphs")  # it may use the name for something else
    nodes[-1].output[0] = wanted.name
    own = list(graph.node)
    del graph.node[:]
    graph.node.extend([*nodes, *own])
    graph.initializer.extend(constants)
    place = list(graph.input).index(wanted)
    del graph.input[place]
    glyphs = helper.make_tensor_value_info(GLYPHS, TensorProto.UINT8, ["N", SIDE, SIDE])
    graph.input.insert(0, glyphs)
    return bytes(model.SerializeToString())


def _rename(model: onnx.ModelProto, old: str, new: str) -> None:
    """Give a value of the outermost graph another name, wherever it is used."""
    for graph in _graphs(model.graph):
        for node in graph.node:
            for names in (node.input, node.output):
                for place, name in enumerate(names):
                    if name == old:
                        names[place] = new
        for values in (graph.input, graph.output, graph.value_info, graph.initializer):
            for value in values:
                if value.name == old:
                    value.name = new


def _graphs(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """Yield a graph and those inside its nodes."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            for inner in (attribute.g, *attribute.graphs):
                if inner.ByteSize():
                    yield from _graphs(inner)


def _tensors(model: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    """Yield every tensor that a model holds."""
    for graph in _graphs(model.graph):
        yield from graph.initializer
        for sparse in graph.sparse_initializer:
            yield from (sparse.values, sparse.indices)
    nodes = [node for graph in _graphs(model.graph) for node in graph.node]
    nodes += [node for function in model.functions for node in function.node]
    for node in nodes:
        for attribute in node.attribute:
            yield from (attribute.t, *attribute.tensors)
