"""The plain layers of Keras that digitus takes: what each may say, holds and gives.

Nothing else is taken. A layer that is not here may well be harmless, but nobody has looked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from digitus.training.exchange.blueprint import Refused, Shape
from digitus.training.exchange.fields import Fields, said

ACTIVATIONS = (
    "linear",
    "relu",
    "relu6",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "swish",
    "tanh",
    "sigmoid",
    "softplus",
    "softsign",
    "exponential",
    "softmax",
    "log_softmax",
)
# These do nothing but while learning.
IDLE_LAYERS = frozenset(
    (
        "Dropout",
        "SpatialDropout2D",
        "GaussianNoise",
        "GaussianDropout",
        "AlphaDropout",
        "ActivityRegularization",
        "Identity",
        "RandomBrightness",
        "RandomContrast",
        "RandomElasticTransform",
        "RandomErasing",
        "RandomFlip",
        "RandomGaussianBlur",
        "RandomPerspective",
        "RandomRotation",
        "RandomShear",
        "RandomTranslation",
        "RandomZoom",
    )
)
# A step of a digit classifier gives no more values than this for one glyph.
MOST_VALUES = 2**20
SIDES, CHANNELS, UNITS = 64, 65536, 2**20
LARGE = 1e9  # larger numbers in the settings are nonsense


@dataclass(frozen=True)
class Step:
    """What a layer does to inputs of certain shapes.

    Attributes:
        shape: Of what it gives, without the batch.
        options: Arguments of Keras's layer.
        weights: Shape of each of its arrays.
        activation: What is done to what it gives.
    """

    shape: Shape
    options: dict[str, Any] = field(default_factory=dict)
    weights: tuple[Shape, ...] = ()
    activation: str = "linear"


def step(kind: str, config: Fields, inputs: Sequence[Shape]) -> Step:
    """Check a layer.

    Args:
        kind: Keras's name of it, one of `KINDS`.
        config: Its settings.
        inputs: Shapes of what it takes, without the batch.

    Returns:
        What it does.

    Raises:
        Refused: A setting cannot be, or does not fit on what the layer takes.
    """
    if kind not in MERGES and len(inputs) != 1:
        raise Refused(f"it takes {len(inputs)} inputs, not one")
    found = KINDS[kind](config, *inputs)
    config.finish()
    if min(found.shape, default=1) < 1:
        raise Refused(f"nothing is left of its input of {list(inputs[0])}")
    if math.prod(found.shape) > MOST_VALUES:
        raise Refused(f"it gives {list(found.shape)} for a glyph, too much for a digit classifier")
    return found


def _picture(shape: Shape) -> tuple[int, int, int]:
    if len(shape) != 3:
        raise Refused(f"it takes {list(shape)}, not rows, columns and channels")
    return shape[0], shape[1], shape[2]


def _size(side: int, kernel: int, stride: int, dilation: int, padding: str) -> int:
    """Return how many places a window has along one axis."""
    if padding == "same":
        return -(-side // stride)
    return (side - (kernel - 1) * dilation - 1) // stride + 1


def _window(config: Fields, shape: Shape) -> tuple[int, int, dict[str, Any]]:
    """Take what all convolutions say; return the size of what they give."""
    height, width, _ = _picture(shape)
    config.channels_last()
    kernel = config.pair("kernel_size", 1, SIDES)
    strides = config.pair("strides", 1, SIDES, (1, 1))
    dilation = config.pair("dilation_rate", 1, SIDES, (1, 1))
    padding = config.choice("padding", ("same", "valid"), "valid")
    if max(strides) > 1 and max(dilation) > 1:
        raise Refused("it has both strides and a dilation, which TensorFlow does not take")
    return (
        _size(height, kernel[0], strides[0], dilation[0], padding),
        _size(width, kernel[1], strides[1], dilation[1], padding),
        {
            "kernel_size": kernel,
            "strides": strides,
            "dilation_rate": dilation,
            "padding": padding,
            "use_bias": config.flag("use_bias", True),
        },
    )


def _activation(config: Fields) -> str:
    value = config.take("activation", "linear")
    if value is None:
        return "linear"
    if not isinstance(value, str) or value not in ACTIVATIONS:
        raise Refused(
            f"its activation {said(value)} is not known to digitus, which takes "
            f"{', '.join(ACTIVATIONS)}"
        )
    return "silu" if value == "swish" else value


def _conv2d(config: Fields, shape: Shape) -> Step:
    height, width, options = _window(config, shape)
    filters = config.whole("filters", 1, CHANNELS)
    groups = config.whole("groups", 1, CHANNELS, 1)
    if shape[2] % groups or filters % groups:
        raise Refused(f"its {shape[2]} channels and {filters} filters make no {groups} groups")
    weights: tuple[Shape, ...] = ((*options["kernel_size"], shape[2] // groups, filters),)
    if options["use_bias"]:
        weights += ((filters,),)
    options |= {"filters": filters, "groups": groups}
    return Step((height, width, filters), options, weights, _activation(config))


def _depthwise_conv2d(config: Fields, shape: Shape) -> Step:
    height, width, options = _window(config, shape)
    config.whole("groups", 1, 1, 1)
    times = config.whole("depth_multiplier", 1, CHANNELS, 1)
    options["depth_multiplier"] = times
    weights: tuple[Shape, ...] = ((*options["kernel_size"], shape[2], times),)
    if options["use_bias"]:
        weights += ((shape[2] * times,),)
    return Step((height, width, shape[2] * times), options, weights, _activation(config))


def _separable_conv2d(config: Fields, shape: Shape) -> Step:
    height, width, options = _window(config, shape)
    config.whole("groups", 1, 1, 1)
    times = config.whole("depth_multiplier", 1, CHANNELS, 1)
    filters = config.whole("filters", 1, CHANNELS)
    options |= {"depth_multiplier": times, "filters": filters}
    depthwise = (*options["kernel_size"], shape[2], times)
    weights: tuple[Shape, ...] = (depthwise, (1, 1, shape[2] * times, filters))
    if options["use_bias"]:
        weights += ((filters,),)
    return Step((height, width, filters), options, weights, _activation(config))


def _dense(config: Fields, shape: Shape) -> Step:
    units = config.whole("units", 1, UNITS)
    use_bias = config.flag("use_bias", True)
    weights: tuple[Shape, ...] = ((shape[-1], units),)
    if use_bias:
        weights += ((units,),)
    options = {"units": units, "use_bias": use_bias}
    return Step((*shape[:-1], units), options, weights, _activation(config))


def _normalised(config: Fields, shape: Shape, arrays: int) -> Step:
    """Take what batch and layer normalisation have in common; both have arrays of channels."""
    config.last_axis(len(shape) + 1)
    center, scale = config.flag("center", True), config.flag("scale", True)
    epsilon = config.number("epsilon", 0, 1, 1e-3)
    options = {"center": center, "scale": scale, "epsilon": epsilon}
    return Step(shape, options, ((shape[-1],),) * (center + scale + arrays))


def _batch_normalization(config: Fields, shape: Shape) -> Step:
    if not config.flag("renorm", False):
        config.take("renorm_momentum", None)
    return _normalised(config, shape, 2)


def _layer_normalization(config: Fields, shape: Shape) -> Step:
    return _normalised(config, shape, 0)


def _normalization(config: Fields, shape: Shape) -> Step:
    """Take a mean and a variance, of all or of each channel, that were measured on data."""
    if any(config.take(key, None) is not None for key in ("mean", "variance")):
        raise Refused("its mean and variance are written out: use adapt(), or Rescaling")
    axis = config.take("axis", [-1])
    if axis in (None, []):
        return Step(shape, {"axis": None}, ((), ()))
    if axis not in (-1, [-1], len(shape), [len(shape)]):
        raise Refused(f"it says axis = {said(axis)}, which must be the last one, -1, or none")
    return Step(shape, {"axis": -1}, ((shape[-1],), (shape[-1],)))


def _unit_normalization(config: Fields, shape: Shape) -> Step:
    given = config.take("axis", -1)
    axes = given if isinstance(given, list) else [given]
    rank = len(shape) + 1
    if not axes or any(type(axis) is not int or not -rank < axis < rank for axis in axes):
        raise Refused(f"it says axis = {said(given)}, which its input of {list(shape)} has not")
    whole = sorted({axis % rank for axis in axes})
    if 0 in whole:
        raise Refused("it reckons over all glyphs of a batch together: leave out axis 0")
    return Step(shape, {"axis": whole})


def _rescaling(config: Fields, shape: Shape) -> Step:
    scale = config.number("scale", -LARGE, LARGE)
    return Step(shape, {"scale": scale, "offset": config.number("offset", -LARGE, LARGE, 0.0)})


def _reshape(config: Fields, shape: Shape) -> Step:
    target = config.take("target_shape")
    fine = isinstance(target, list) and 1 <= len(target) <= 3
    if not fine or any(type(side) is not int or side < -1 or side == 0 for side in target):
        raise Refused(f"it says target_shape = {said(target)}, which must be 1 to 3 whole numbers")
    known = math.prod(side for side in target if side > 0)
    size = math.prod(shape)
    if target.count(-1) > 1 or size % known or (target.count(-1) == 0 and size != known):
        raise Refused(f"{list(shape)} cannot be brought into {target}")
    found = tuple(size // known if side == -1 else side for side in target)
    return Step(found, {"target_shape": found})


def _flatten(config: Fields, shape: Shape) -> Step:
    config.channels_last()
    return Step((math.prod(shape),))


def _act(config: Fields, shape: Shape) -> Step:
    return Step(shape, activation=_activation(config))


def _softmax(config: Fields, shape: Shape) -> Step:
    config.last_axis(len(shape) + 1)
    return Step(shape, activation="softmax")


def _relu(config: Fields, shape: Shape) -> Step:
    highest = config.take("max_value", None)
    if highest is not None and (type(highest) not in (int, float) or not 0 <= highest <= LARGE):
        raise Refused(f"it says max_value = {said(highest)}, which must be a number from 0")
    config.number("threshold", 0, 0, 0)
    slope = config.number("negative_slope", 0, LARGE, 0)
    return Step(shape, {"max_value": highest, "negative_slope": slope})


def _leaky_relu(config: Fields, shape: Shape) -> Step:
    old = config.take("alpha", None)  # its name in Keras 2
    slope = config.number("negative_slope", 0, LARGE, 0.3 if old is None else old)
    return Step(shape, {"negative_slope": slope})


def _elu(config: Fields, shape: Shape) -> Step:
    return Step(shape, {"alpha": config.number("alpha", 0, LARGE, 1.0)})


def _pooling(config: Fields, shape: Shape) -> Step:
    height, width, channels = _picture(shape)
    config.channels_last()
    pool = config.pair("pool_size", 1, SIDES)
    strides = config.take("strides", None)
    strides = pool if strides is None else Fields({"strides": strides}).pair("strides", 1, SIDES)
    padding = config.choice("padding", ("same", "valid"), "valid")
    return Step(
        (
            _size(height, pool[0], strides[0], 1, padding),
            _size(width, pool[1], strides[1], 1, padding),
            channels,
        ),
        {"pool_size": pool, "strides": strides, "padding": padding},
    )


def _global_pooling(config: Fields, shape: Shape) -> Step:
    channels = _picture(shape)[2]
    config.channels_last()
    keep = config.flag("keepdims", False)
    return Step((1, 1, channels) if keep else (channels,), {"keepdims": keep})


def _zero_padding2d(config: Fields, shape: Shape) -> Step:
    height, width, channels = _picture(shape)
    config.channels_last()
    sides = Fields({"rows": None, "columns": None} | _both(config.take("padding")))
    rows, columns = sides.pair("rows", 0, SIDES), sides.pair("columns", 0, SIDES)
    return Step((height + sum(rows), width + sum(columns), channels), {"padding": (rows, columns)})


def _cropping2d(config: Fields, shape: Shape) -> Step:
    height, width, channels = _picture(shape)
    config.channels_last()
    sides = Fields({"rows": None, "columns": None} | _both(config.take("cropping")))
    rows, columns = sides.pair("rows", 0, SIDES), sides.pair("columns", 0, SIDES)
    left = height - sum(rows), width - sum(columns), channels
    return Step(left, {"cropping": (rows, columns)})


def _both(padding: object) -> dict[str, Any]:
    if isinstance(padding, list) and len(padding) == 2:
        return {"rows": padding[0], "columns": padding[1]}
    return {}


def _merge(config: Fields, *shapes: Shape) -> Step:  # noqa: ARG001  # it says nothing
    if len(shapes) < 2 or len({len(shape) for shape in shapes}) != 1:
        raise Refused(f"it joins {', '.join(str(list(s)) for s in shapes)}: they must be alike")
    found = tuple(max(sides) for sides in zip(*shapes, strict=True))
    if any(side not in (1, full) for s in shapes for side, full in zip(s, found, strict=True)):
        raise Refused(f"it joins {', '.join(str(list(s)) for s in shapes)}: they must be alike")
    return Step(found)


def _concatenate(config: Fields, *shapes: Shape) -> Step:
    if len(shapes) < 2 or len({shape[:-1] for shape in shapes}) != 1:
        raise Refused(f"it joins {', '.join(str(list(s)) for s in shapes)}: they must be alike")
    config.last_axis(len(shapes[0]) + 1)
    return Step((*shapes[0][:-1], sum(shape[-1] for shape in shapes)), {"axis": -1})


# Nothing but an activation, which is a step by itself.
BARE = ("Activation", "Softmax")
MERGES = ("Add", "Average", "Concatenate", "Maximum", "Multiply")
KINDS: dict[str, Callable[..., Step]] = {
    "Activation": _act,
    "Add": _merge,
    "Average": _merge,
    "AveragePooling2D": _pooling,
    "BatchNormalization": _batch_normalization,
    "Concatenate": _concatenate,
    "Conv2D": _conv2d,
    "Dense": _dense,
    "Cropping2D": _cropping2d,
    "DepthwiseConv2D": _depthwise_conv2d,
    "ELU": _elu,
    "Flatten": _flatten,
    "GlobalAveragePooling2D": _global_pooling,
    "GlobalMaxPooling2D": _global_pooling,
    "LayerNormalization": _layer_normalization,
    "LeakyReLU": _leaky_relu,
    "MaxPooling2D": _pooling,
    "Maximum": _merge,
    "Multiply": _merge,
    "Normalization": _normalization,
    "ReLU": _relu,
    "Rescaling": _rescaling,
    "Reshape": _reshape,
    "SeparableConv2D": _separable_conv2d,
    "Softmax": _softmax,
    "UnitNormalization": _unit_normalization,
    "ZeroPadding2D": _zero_padding2d,
}
"""Every layer that is taken, besides input layers and those of `IDLE_LAYERS`."""
