"""Grey-scale morphology in NumPy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ByteArray = NDArray[np.uint8]


def running_extreme(values: ByteArray, window: int, extreme: np.ufunc) -> ByteArray:
    """Take the extreme of a centred square window, by doubling: log2(window) passes an axis."""
    for _ in range(2):
        half = window // 2
        last = len(values) - 1
        padded = values[np.clip(np.arange(-half, last + half + 1), 0, last)]  # repeats the edge
        width = 1
        while width < window:
            step = min(width, window - width)
            padded = extreme(padded[step:], padded[:-step])
            width += step
        values = np.ascontiguousarray(padded.T)
    return values
