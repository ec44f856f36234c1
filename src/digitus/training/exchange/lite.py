"""Keras model -> TensorFlow Lite, by TensorFlow's own converter, and how that is run."""

from __future__ import annotations

import contextlib
import io
import warnings

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitus.model import BATCH


def convert(model: keras.Model) -> bytes:
    """Return the file of a model."""
    with contextlib.redirect_stdout(io.StringIO()):  # it prints what it saves on the way
        return bytes(tf.lite.TFLiteConverter.from_keras_model(model).convert())


def run_lite(content: bytes, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Run a model on glyphs uint8 [N, 28, 28]: float32 [N, classes]."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the interpreter is to move into a package of its own
        interpreter = tf.lite.Interpreter(model_content=content)
    taken, given = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    answers = []
    for at in range(0, len(glyphs), BATCH):
        batch = glyphs[at : at + BATCH]
        interpreter.resize_tensor_input(taken["index"], batch.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(taken["index"], batch)
        interpreter.invoke()
        answers.append(interpreter.get_tensor(given["index"]))
    return np.concatenate(answers)
