"""Arrays of any dtype -> 8-bit levels, without turning the noise of a blank page into contrast.

The factor follows from the dtype and from the range that the values are stored in, never from
the darkest and the lightest pixel alone: a blank page stays blank.

================  ==============================================================================
bool              0 and 255; so is any array that holds 0 and 1 alone
uint8             as it is
uint16            as it is up to 255; else 10, 12, 14 or 16 bits, whichever holds the largest
                  value, of which the upper 8 are kept
other integers    as they are, 0..255
float             0..1 times 255; 0..255 rounded
================  ==============================================================================
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitus.errors import InvalidArray
from digitus.limits import MIN_SIDE

ByteArray = NDArray[np.uint8]

# Rounding may carry a float this far past 0, 1 or 255 (as a part of the range).
SLACK = 1e-3
# Floats up to here are meant as 0..1 that was overshot, not as 0..255: that page would be black.
OVERSHOT = 2.0
# Below this float32 keeps every 8-bit level apart.
EXACT = 65536.0
CHANNELS = (1, 2, 3, 4)


def check_shape(array: NDArray[Any]) -> None:
    """Check that an array has the shape of one picture.

    Args:
        array: Any array.

    Raises:
        InvalidArray: It is not ``[H, W]`` or ``[H, W, 1 | 2 | 3 | 4]``, or it is empty.
    """
    shape = array.shape
    problem = f"an array of shape {list(shape)} is no picture: "
    if 0 in shape:
        raise InvalidArray(problem + "it is empty. Give it as [H, W] or [H, W, 3].")
    if len(shape) == 2 or (len(shape) == 3 and shape[2] in CHANNELS):
        return
    if len(shape) == 3 and shape[0] in CHANNELS and min(shape[1:]) >= MIN_SIDE:
        advice = (
            "with channels first, give np.moveaxis(array, 0, -1); "
            "with several pictures in it, give them one by one to read_many."
        )
    elif len(shape) in (3, 4):
        advice = (
            "it looks like a batch. Give [N, 28, 28] glyphs to classify, "
            "and pictures one by one to read_many."
        )
    elif len(shape) == 1:
        side = round(len(array) ** 0.5)
        square = f", such as array.reshape({side}, {side})" if side**2 == len(array) else ""
        advice = f"give it as [H, W]{square}."
    else:
        advice = "give it as [H, W] or [H, W, 3]."
    raise InvalidArray(problem + advice)


def to_levels(array: NDArray[Any]) -> ByteArray:
    """Bring the values of an array to 0..255.

    Args:
        array: Any shape; bool, integer or float, in the ranges of the table above. An array of
            only 0 and 1 is a bitmap, as bool is.

    Returns:
        uint8, the same shape; the array itself where it is uint8.

    Raises:
        InvalidArray: Of another dtype, not finite, or out of range.
    """
    kind = array.dtype.kind
    if array.dtype == np.uint8:
        levels: ByteArray = array
        return _bitmap(array) if array.max(initial=0) == 1 else levels
    if kind == "b":
        return _bitmap(array)
    if kind not in "uif":
        raise InvalidArray(
            f"an array of dtype {array.dtype} is no picture. "
            "Convert it: array.astype(np.uint8) for 0..255, or np.float32 for 0..1."
        )
    low, high = _extremes(array)
    if not (isfinite(low) and isfinite(high)):
        raise InvalidArray(
            "the array holds NaN or infinity. Replace them first, for example with "
            "np.nan_to_num(array)."
        )
    if kind == "f":
        return _from_floats(array, low, high)
    if kind == "u" and array.dtype.itemsize == 2 and high > 1:
        return drop_bits(array, int(high))
    if low < 0 or high > 255:
        raise InvalidArray(
            f"an array of {array.dtype} must hold 0..255, and this one holds "
            f"{low:.0f}..{high:.0f}. Scale it, or convert 16-bit data to np.uint16."
        )
    return _bitmap(array) if high == 1 else array.astype(np.uint8)


def stretch(values: NDArray[Any]) -> ByteArray:
    """Bring the values of an integer or float file to 0..255, whatever their range is.

    Values from 0 up are divided by what their range can hold, so that a blank page stays blank.
    Only where some are negative does nothing else remain than the lowest and the highest.

    Args:
        values: ``[H, W]``, integer or float.

    Returns:
        uint8 ``[H, W]``.

    Raises:
        ValueError: Some are not finite.
    """
    low, high = _extremes(values)
    if not (isfinite(low) and isfinite(high)):
        raise ValueError("it holds NaN or infinity")
    if values.dtype.kind != "f":
        if low >= 0:
            return drop_bits(values, int(high))
        return _scaled(values, low, high)
    if low < -SLACK:
        return _scaled(values, low, high)
    if high <= OVERSHOT:
        return _scaled(values, 0, max(1.0, high))
    return _scaled(values, 0, max(255.0, high))


def drop_bits(values: NDArray[Any], high: int) -> ByteArray:
    """Keep the upper 8 of the 8, 10, 12, 14, 16, 17, 18... bits that the largest value needs.

    Cameras and scanners store an even number of bits, 10 to 14, in 16. What was 8 bits
    times 257 comes back exactly.

    Args:
        values: Integers from 0.
        high: The largest of them.
    """
    bits = max(8, high.bit_length())
    if bits < 16:
        bits += bits % 2
    return (values >> (bits - 8)).astype(np.uint8) if bits > 8 else values.astype(np.uint8)


def _bitmap(array: NDArray[Any]) -> ByteArray:
    levels: ByteArray = array.astype(np.uint8) * np.uint8(255)
    return levels


def _from_floats(array: NDArray[Any], low: float, high: float) -> ByteArray:
    """Tell 0..1 from 0..255."""
    if low >= -SLACK and high <= 1 + SLACK:
        return _scaled(array, 0, 1)
    if low >= -255 * SLACK and OVERSHOT < high <= 255 * (1 + SLACK):
        return _scaled(array, 0, 255)
    raise InvalidArray(
        f"an array of floats must hold 0..1 or 0..255, and this one holds {low:.4g}..{high:.4g}. "
        "Scale it, or cut it off with np.clip(array, 0, 1)."
    )


def _extremes(values: NDArray[Any]) -> tuple[float, float]:
    """Return the smallest and the largest value; NaN where there is one."""
    with np.errstate(invalid="ignore"):
        return float(values.min()), float(values.max())


def _scaled(values: NDArray[Any], low: float, high: float) -> ByteArray:
    """Map low..high to 0..255, rounded; what lies outside is cut off."""
    if low == high:
        return np.zeros(values.shape, np.uint8)
    # float32 is half as large, and precise enough for all but large integers and their like.
    result = values.astype(np.float32 if max(-low, high) < EXACT else np.float64)
    result -= low
    result *= 255 / (high - low)
    np.rint(result, out=result)
    return np.clip(result, 0, 255, out=result).astype(np.uint8)
