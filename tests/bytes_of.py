"""Networks whose weights are what a graph keeps of them: bytes, with a scale for each output."""

from __future__ import annotations

import keras
import numpy as np

from digitus.training.exchange.graph import LARGEST


def rounded(model: keras.Model) -> keras.Model:
    """Round the kernels of a network; normalisation scales whole outputs, and changes nothing."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D | keras.layers.Dense):
            kernel, *bias = layer.get_weights()
            scale = np.abs(kernel).max(axis=tuple(range(kernel.ndim - 1)), keepdims=True) / LARGEST
            layer.set_weights([np.rint(kernel / scale) * scale, *bias])
    return model
