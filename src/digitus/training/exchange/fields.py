"""The settings of one layer, as a stranger's file has them, asked for one by one."""

from __future__ import annotations

import math
import reprlib
from typing import Any

from digitus.training.exchange.blueprint import Refused

# Settings that only training needs, and names.
IDLE = frozenset(
    ("name", "trainable", "seed", "momentum", "synchronized", "batch_input_shape", "batch_shape")
)
IDLE_ENDS = ("_initializer", "_regularizer", "_constraint")
# In which numbers a layer may reckon. With less than float32 it was trained to bear more.
PRECISIONS = ("float32", "float64", "float16", "mixed_float16", "mixed_bfloat16")
NOTHING: Any = object()
# No picture of a digit has a longer side, nor a layer more values in a row.
LONGEST_SIDE = 1 << 20


def said(value: object) -> str:
    """Return what a stranger wrote, short and without control characters."""
    return reprlib.repr(value)


class Fields:
    """The settings of a layer; every method takes one and sees that it makes sense.

    Args:
        values: The ``config`` of the layer.

    Raises:
        Refused: By every method, where a setting is missing or cannot be.
    """

    def __init__(self, values: object) -> None:
        if not isinstance(values, dict):
            raise Refused(f"its settings are {said(values)}: save the model anew with Keras 3")
        self._left: dict[str, Any] = dict(values)
        precision = self._left.pop("dtype", "float32")
        if isinstance(precision, dict):
            inner = precision.get("config")
            precision = inner.get("name") if isinstance(inner, dict) else None
        if precision is not None and precision not in PRECISIONS:
            raise Refused(f"it reckons in {said(precision)}: save the model in float32")

    def take(self, key: str, default: Any = NOTHING) -> Any:
        """Take a setting as it is."""
        value = self._left.pop(key, default)
        if value is NOTHING:
            raise Refused(f"it lacks '{key}': save the model anew with Keras 3")
        return value

    def whole(self, key: str, low: int, high: int, default: Any = NOTHING) -> int:
        """Take a whole number."""
        value = self.take(key, default)
        if type(value) is not int or not low <= value <= high:
            raise _cannot(key, value, f"a whole number from {low} to {high}")
        return value

    def number(self, key: str, low: float, high: float, default: Any = NOTHING) -> float:
        """Take a number."""
        value = self.take(key, default)
        if type(value) not in (int, float) or not low <= value <= high:  # also catches nan
            raise _cannot(key, value, f"a number from {low:g} to {high:g}")
        return float(value)

    def flag(self, key: str, default: Any = NOTHING) -> bool:
        """Take true or false."""
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise _cannot(key, value, "true or false")
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: Any = NOTHING) -> str:
        """Take one of some words."""
        value = self.take(key, default)
        if not isinstance(value, str) or value not in choices:
            raise _cannot(key, value, f"one of {', '.join(choices)}")
        return value

    def pair(self, key: str, low: int, high: int, default: Any = NOTHING) -> tuple[int, int]:
        """Take two whole numbers, of rows and of columns."""
        value = self.take(key, default)
        if isinstance(value, int):
            value = [value, value]
        fine = isinstance(value, list | tuple) and len(value) == 2
        if not fine or any(type(v) is not int or not low <= v <= high for v in value):
            raise _cannot(key, value, f"two whole numbers from {low} to {high}")
        return value[0], value[1]

    def channels_last(self) -> None:
        """See that the channels are the last axis."""
        order = self.take("data_format", "channels_last")
        if order not in ("channels_last", None):
            raise Refused(
                "it has the channels before the pixels ('channels_first'): build the model with "
                "data_format='channels_last'"
            )

    def last_axis(self, rank: int) -> None:
        """See that ``axis`` is the last of ``rank`` axes, the batch among them."""
        axis = self.take("axis", -1)
        if axis not in (-1, rank - 1, [-1], [rank - 1]) or isinstance(axis, bool):
            raise _cannot("axis", axis, "the last one, -1")

    def finish(self) -> None:
        """See that nothing is left that could change what the layer does."""
        for key, value in self._left.items():
            idle = key in IDLE or key.endswith(IDLE_ENDS)
            if not idle and value is not None and value is not False:
                raise Refused(
                    f"it says {said(key)} = {said(value)}, which digitus does not know: build the "
                    "model of plain layers"
                )


def shape_of(value: object, what: str) -> tuple[int, ...]:
    """Check a shape such as ``[null, 28, 28, 1]``; return it without the batch.

    Raises:
        Refused: It is none.
    """
    sides = value[1:] if isinstance(value, list) else []
    whole = all(type(side) is int and 1 <= side <= LONGEST_SIDE for side in sides)
    if not 1 <= len(sides) <= 3 or not whole:
        raise Refused(f"{what} is {said(value)}, which is no shape of a picture's values")
    return tuple(sides)


def _cannot(key: str, value: object, wanted: str) -> Refused:
    largest = isinstance(value, float) and not math.isfinite(value)
    shown = "no number" if largest else said(value)
    return Refused(f"it says {key} = {shown}, which must be {wanted}")
