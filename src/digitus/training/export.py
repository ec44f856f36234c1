"""A trained network -> the ONNX file and its card, checked against Keras."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import keras
import numpy as np
import onnxruntime
import tensorflow as tf
import tf2onnx
from numpy.typing import NDArray

from digitus.errors import ExportMismatch
from digitus.glyph import SIDE
from digitus.training.calibrate import Calibration
from digitus.training.datasets import LICENCES
from digitus.training.recipe import Recipe

OPSET = 17
TOLERANCE = 1e-4  # of logits
CHECKED = 2000  # glyphs


def export(
    model: keras.Model,
    calibration: Calibration,
    recipe: Recipe,
    glyphs: NDArray[np.uint8],
    target: Path,
) -> Path:
    """Write the ONNX model and its card.

    Args:
        model: uint8 [N, 28, 28, 1] -> logits float32 [N, 11].
        calibration: Temperature and reject threshold.
        recipe: What it was trained by.
        glyphs: uint8 [N, 28, 28], real ones, on which ONNX Runtime must agree with Keras.
        target: The .onnx file.

    Returns:
        ``target``.

    Raises:
        ExportMismatch: The exported model does not do what Keras does.
    """
    signature = tf.TensorSpec((None, SIDE, SIDE), tf.uint8, name="glyphs")
    graph = tf.function(
        lambda glyphs: {"logits": model(glyphs[..., None], training=False)},
        input_signature=[signature],
    )
    onnx_model, _ = tf2onnx.convert.from_function(graph, [signature], opset=OPSET)
    content = onnx_model.SerializeToString()
    checked = glyphs[:CHECKED]
    session = onnxruntime.InferenceSession(content)
    difference = np.abs(
        session.run(None, {"glyphs": checked})[0]
        - model.predict(checked[..., None], batch_size=500, verbose=0)
    ).max()
    if not difference <= TOLERANCE:
        raise ExportMismatch(
            f"The exported model differs from Keras by {difference:.1e}: "
            "try other versions of tf2onnx and onnxruntime"
        )
    target.write_bytes(content)
    card = {
        "name": recipe.name,
        "input": {"shape": [SIDE, SIDE], "dtype": "uint8", "scale": 1.0},
        "output": "logits",
        "temperature": calibration.temperature,
        "reject_below": calibration.reject_below,
        "recipe": recipe.name,
        "seed": recipe.seed,
        "data": {name: LICENCES[name] for name in recipe.data.share if name in LICENCES},
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    target.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return target
