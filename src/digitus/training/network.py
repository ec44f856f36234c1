"""The network: a small residual net (He et al. 2016, "Deep residual learning")."""

from __future__ import annotations

import keras
from keras import layers

from digitus.glyph import SIDE
from digitus.training.glyphs import NO_DIGIT
from digitus.training.recipe import Network

CLASSES = NO_DIGIT + 1


def build(shape: Network) -> keras.Model:
    """Build the network, untrained.

    28x28 goes to 14x14 and 7x7, by a convolution of stride 2 each, and the channels double; each
    resolution has ``blocks`` residual blocks of two 3x3 convolutions.

    Args:
        shape: Channels of the first convolution and of the first resolution, blocks, dropout.

    Returns:
        Glyphs, uint8 [N, 28, 28, 1] -> logits float32 [N, 11]: ten digits and "no digit".
    """
    glyph = keras.Input((SIDE, SIDE, 1), dtype="uint8", name="glyph")
    x = layers.Rescaling(1 / 255, name="unit")(glyph)
    x = _convolution(x, shape.stem)
    for channels in (shape.width, 2 * shape.width):
        x = _convolution(x, channels, stride=2)
        for _ in range(shape.blocks):
            y = _convolution(x, channels)
            y = layers.Conv2D(channels, 3, padding="same", use_bias=False)(y)
            y = layers.BatchNormalization()(y)
            x = layers.ReLU()(layers.Add()([x, y]))
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(shape.dropout)(x)
    return keras.Model(glyph, layers.Dense(CLASSES, name="logits")(x))


def _convolution(x: keras.KerasTensor, channels: int, stride: int = 1) -> keras.KerasTensor:
    """Convolve 3x3, normalise, rectify."""
    x = layers.Conv2D(channels, 3, strides=stride, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))
