"""IDX, the format of MNIST's files: a magic number, the sides of the array, its values."""

from __future__ import annotations

import gzip
import math
import zlib
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

# Big-endian, by the third byte of the magic number.
DTYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
GZIP = b"\x1f\x8b"
MAX_DIMENSIONS = 4


def read(file: BinaryIO, limit: int) -> NDArray[Any]:
    """Read an IDX file, gzipped or not.

    Args:
        file: Opened, at its start, seekable.
        limit: How many bytes its values may take.

    Returns:
        The array, of the dtype of the file.

    Raises:
        ValueError: It is none, cut short, longer than it says, or holds more.
    """
    zipped = file.read(2) == GZIP
    file.seek(0)
    try:
        if zipped:
            with gzip.open(file) as content:
                return _read(content, limit)
        return _read(file, limit)
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(f"it is damaged: {error}") from error
    except MemoryError as error:
        raise ValueError("it holds more than there is memory for") from error


def _read(content: Any, limit: int) -> NDArray[Any]:
    magic = content.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in DTYPES:
        raise ValueError("it does not begin as an IDX file does")
    dtype, dimensions = np.dtype(DTYPES[magic[2]]), magic[3]
    if not 1 <= dimensions <= MAX_DIMENSIONS:
        raise ValueError(f"an array of {dimensions} dimensions holds neither pictures nor labels")
    sides = content.read(4 * dimensions)
    if len(sides) < 4 * dimensions:
        raise ValueError("it is cut short")
    shape = tuple(int(side) for side in np.frombuffer(sides, ">u4"))
    size = math.prod(shape) * dtype.itemsize
    if size > limit:
        raise ValueError(f"it holds {size} bytes, and at most {limit} are read")
    values = content.read(size)
    if len(values) < size:
        raise ValueError(f"it is cut short: {len(values)} bytes of values, and not {size}")
    if content.read(1):
        raise ValueError(f"it is longer than its {dimensions} sides say")
    return np.frombuffer(values, dtype).reshape(shape).astype(dtype.newbyteorder("="), copy=False)
