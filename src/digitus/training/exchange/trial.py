"""Digits to try a model on, and how an ONNX model is run on them."""

from __future__ import annotations

from functools import cache

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from digitus.model import BATCH
from digitus.training.datasets import Dataset
from digitus.training.glyphs import glyphs_of, synthesised

# Always the same digits, of synthesised hands: no data set is needed for them.
SPECIMENS, SEED = 300, 28


@cache
def specimens() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return digits of synthesised hands: glyphs uint8 [N, 28, 28], labels uint8 [N], not to write.

    They are made once; it takes a fifth of a second.
    """
    strokes, labels = synthesised(SPECIMENS, SEED)
    glyphs, labels = glyphs_of(Dataset("synthesised", labels, strokes=strokes), 1, SEED)
    glyphs.flags.writeable = labels.flags.writeable = False
    return glyphs, labels


def run(content: bytes, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Run an ONNX model on glyphs uint8 [N, 28, 28]: float32 [N, classes]."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    batches = (glyphs[at : at + BATCH] for at in range(0, len(glyphs), BATCH))
    return np.concatenate([session.run(None, {name: batch})[0] for batch in batches])
