"""Tiny ONNX classifiers with their cards: one matrix between a glyph and its classes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from digitus.glyph import SIDE

PIXELS = SIDE * SIDE
# What onnxruntime 1.18, the oldest that digitus takes, can load.
OPSET, IR_VERSION = 17, 8


def weights(classes: int = 10, seed: int = 0) -> NDArray[np.float32]:
    """Return float32 [784, classes] that give logits of a few units for glyphs of 0..1."""
    return np.random.default_rng(seed).normal(0, 0.2, (PIXELS, classes)).astype(np.float32)


def random_glyphs(count: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (count, SIDE, SIDE), np.uint8)


def classifier(
    shape: Sequence[int] = (SIDE, SIDE),
    dtype: str = "uint8",
    *,
    matrix: NDArray[np.float32] | None = None,
    softmax: bool = False,
    last: Sequence[onnx.NodeProto] = (),
    output: onnx.ValueInfoProto | None = None,
    batch: str | int = "N",
    more_inputs: Sequence[onnx.ValueInfoProto] = (),
) -> onnx.ModelProto:
    """Build a classifier.

    Args:
        shape: Shape of one glyph as the model wants it.
        dtype: ``uint8`` (0..255, which the model scales to 0..1 by itself) or ``float32``.
        matrix: float32 [784, classes].
        softmax: Whether it gives probabilities.
        last: Nodes behind the "scores" that give the output.
        output: What the model gives, where it is not "scores" float32 [N, classes].
        batch: Name of the batch's axis, or its fixed size.
        more_inputs: Inputs that no glyph is fed into.
    """
    matrix = weights() if matrix is None else matrix
    wanted = TensorProto.UINT8 if dtype == "uint8" else TensorProto.FLOAT
    scale = np.float32(1 / 255 if dtype == "uint8" else 1)
    nodes = [
        helper.make_node("Cast", ["glyphs"], ["values"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["values", "scale"], ["scaled"]),
        helper.make_node("Flatten", ["scaled"], ["flat"], axis=1),
        helper.make_node("MatMul", ["flat", "matrix"], ["logits" if softmax else "scores"]),
    ]
    if softmax:
        nodes.append(helper.make_node("Softmax", ["logits"], ["scores"], axis=1))
    scores = helper.make_tensor_value_info(
        "scores", TensorProto.FLOAT, [batch, int(matrix.shape[1])]
    )
    graph = helper.make_graph(
        [*nodes, *last],
        "classifier",
        [helper.make_tensor_value_info("glyphs", wanted, [batch, *shape]), *more_inputs],
        [output or scores],
        [numpy_helper.from_array(matrix, "matrix"), numpy_helper.from_array(scale, "scale")],
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )


def card_for(content: bytes, **changes: Any) -> dict[str, Any]:
    """Return the card of a model file; ``input`` of the changes is merged, None drops a key."""
    card: dict[str, Any] = {
        "name": "tiny",
        "input": {"shape": [SIDE, SIDE], "dtype": "uint8", "scale": 1.0},
        "output": "logits",
        "temperature": 1.0,
        "reject_below": 0.3,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    card["input"] |= changes.pop("input", {})
    card |= changes
    return {key: value for key, value in card.items() if value is not None}


def save(path: Path, model: onnx.ModelProto | bytes, **changes: Any) -> Path:
    """Write a model, or any bytes, and the card beside it; return the model's path."""
    content = model if isinstance(model, bytes) else model.SerializeToString()
    path.write_bytes(content)
    card = json.dumps(card_for(content, **changes))
    path.with_suffix(".json").write_text(card, encoding="utf-8")
    return path
