from __future__ import annotations

import io

import numpy as np
import pytest

from digitus.training.idx import read
from public_forms import gzipped, idx

LIMIT = 1 << 16
IMAGES = np.arange(3 * 4 * 5, dtype=np.uint8).reshape(3, 4, 5)
COLUMNS = np.arange(-6, 10, dtype=np.int32).reshape(2, 8)
GOOD = idx(IMAGES)


@pytest.mark.parametrize("array", [IMAGES, COLUMNS, IMAGES[:, 0, 0]])
@pytest.mark.parametrize("packed", [False, True])
def test_an_array_comes_back(array: np.ndarray, packed: bool) -> None:
    content = gzipped(idx(array)) if packed else idx(array)
    found = read(io.BytesIO(content), LIMIT)
    assert found.dtype == array.dtype
    assert found.dtype.isnative
    np.testing.assert_array_equal(found, array)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "does not begin as an IDX file"),
        (b"label,pixel0\n", "does not begin as an IDX file"),
        (b"\0\0\x07\x01", "does not begin as an IDX file"),
        (b"\0\0\x08\x00", "0 dimensions"),
        (b"\0\0\x08\xff", "255 dimensions"),
        (GOOD[:10], "cut short"),
        (GOOD[:-1], "59 bytes of values, and not 60"),
        (GOOD + b"\0", "longer than its 3 sides say"),
        (b"\0\0\x08\x03" + b"\xff" * 12, "at most 65536 are read"),
        (gzipped(GOOD)[:-12], "damaged"),
        (gzipped(GOOD)[:-8] + bytes(8), "damaged"),
        (gzipped(b"\0\0\x08\x01\x7f\xff\xff\xff"), "at most 65536"),
    ],
)
def test_damage_is_told(content: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read(io.BytesIO(content), LIMIT)
