"""What the pages of a TIFF claim to have, told without a decoder.

Pillow makes a list of all values of a tag that it asks for, strips, tiles and others; of a small
file that claims millions, that takes seconds and gigabytes. Format: Adobe 1992, "TIFF Revision
6.0", section 2; BigTIFF has longer offsets and counts.
"""

from __future__ import annotations

import io
from typing import BinaryIO

import numpy as np

# Types whose values stay together: bytes, text, and what only its maker understands.
WHOLE = (1, 2, 7)
# Tags whose value is where more tags stand: EXIF, GPS and interoperability.
NESTED = (34665, 34853, 40965)
# A file of more pages is none that a person made.
MOST_PAGES = 20_000


def most_values(file: BinaryIO) -> int:
    """Return how many values the longest of the tags claims that Pillow may list.

    Args:
        file: A TIFF or a BigTIFF of the order ``II``, seekable. It is at its start afterwards.

    Raises:
        ValueError: It has very many pages, or pages that lie over each other, which costs whoever
            looks through them more than the file's size.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    head = file.read(4)
    order, long = ("<" if head.startswith(b"II") else ">"), head[2:] == b"+\0"
    number, offset = 2 + 6 * long, 4 + 4 * long  # bytes of each
    counts = f"{order}u{offset}"
    entry = np.dtype(
        [("tag", f"{order}u2"), ("type", f"{order}u2"), ("count", counts), ("value", counts)]
    )
    is_listed, is_nested = np.ones(1 << 16, bool), np.zeros(1 << 16, bool)
    is_listed[list(WHOLE)], is_nested[list(NESTED)] = False, True
    most, left, seen = 0, size, set[int]()
    file.seek(8 if long else 4)
    ahead = [_number(file, offset, order)]
    while ahead:
        at = ahead.pop()
        if not 0 < at < size or at in seen:
            continue
        seen.add(at)
        file.seek(at)
        entries = _number(file, number, order)
        listed = file.read(min(entries * entry.itemsize, size))
        whole = len(listed) // entry.itemsize  # of a page that is cut short, Pillow takes these
        tags = np.frombuffer(listed, entry, whole)
        most = max(most, int(tags["count"][is_listed[tags["type"]]].max(initial=0)))
        left -= number + whole * entry.itemsize
        if left < 0 or len(seen) > MOST_PAGES:
            raise ValueError("its pages lie over each other, or are very many")
        if whole == entries:
            ahead.append(_number(file, offset, order))
        ahead += tags["value"][is_nested[tags["tag"]]].tolist()
    file.seek(0)
    return most


def _number(file: BinaryIO, size: int, order: str) -> int:
    """Read a number of so many bytes; 0 where the file ends before it does."""
    content = file.read(size)
    return int.from_bytes(content, "little" if order == "<" else "big") * (len(content) == size)
