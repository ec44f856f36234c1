"""What networks reckon in while they learn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras


@contextmanager
def reckoning_in(precision: str) -> Iterator[None]:
    """Let the layers that are made within reckon in a precision, their weights being float32.

    Args:
        precision: ``float32`` or ``bfloat16``.
    """
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16" if precision == "bfloat16" else precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
