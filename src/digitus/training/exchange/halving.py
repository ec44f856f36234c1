"""A model with its weights kept in half precision: half as large to fetch, as sure to read.

python -m digitus.training.exchange.halving MODEL.onnx SMALL.onnx
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from digitus.card import load_card, read_model
from digitus.training.exchange.cards import renewed
from digitus.training.exchange.writing import write_model

# Smaller arrays are not worth it: biases, shapes.
WORTH = 256


def halved(content: bytes) -> bytes:
    """Keep the weights of a model in half precision; it still reckons in single."""
    model = onnx.load_model_from_string(content)
    casts = []
    for weight in model.graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < WORTH:
            continue
        name, kept = weight.name, f"{weight.name}_half"
        weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), kept))
        casts.append(helper.make_node("Cast", [kept], [name], name=name, to=TensorProto.FLOAT))
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend([*casts, *nodes])
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    whole = read_model(source)
    card = load_card(source.with_suffix(".json"), whole)
    small = halved(whole)
    write_model(target, small, renewed(card, small, target.stem))
