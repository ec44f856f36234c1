"""What the pages of a TIFF claim to have, told without a decoder.

Pillow lists the strips or tiles of a page before anything else is known of it; of a small file that
claims millions, that takes seconds and gigabytes. Format: Adobe 1992, "TIFF Revision 6.0", section
2; BigTIFF has longer offsets and counts.
"""

from __future__ import annotations

import io
from typing import BinaryIO

import numpy as np

# Tags of which Pillow lists every value at once: bits per sample, offsets and lengths of strips,
# resolutions, offsets and lengths of tiles, what further samples are, how they are stored.
LISTED = (258, 273, 279, 282, 283, 324, 325, 338, 339, 530)
# A file of more pages is none that a person made.
MOST_PAGES = 20_000


def most_values(file: BinaryIO) -> int:
    """Return how many values the longest of the tags claims that Pillow lists at once.

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
    is_listed = np.zeros(1 << 16, bool)
    is_listed[list(LISTED)] = True
    most, left, seen = 0, size, set[int]()
    file.seek(8 if long else 4)
    at = _number(file, offset, order)
    while 0 < at < size and at not in seen:
        seen.add(at)
        file.seek(at)
        entries = _number(file, number, order)
        listed = file.read(min(entries * entry.itemsize, size))
        whole = len(listed) // entry.itemsize  # of a page that is cut short, Pillow takes these
        tags = np.frombuffer(listed, entry, whole)
        most = max(most, int(tags["count"][is_listed[tags["tag"]]].max(initial=0)))
        left -= number + whole * entry.itemsize
        if left < 0 or len(seen) > MOST_PAGES:
            raise ValueError("its pages lie over each other, or are very many")
        at = _number(file, offset, order) if whole == entries else 0
    file.seek(0)
    return most


def _number(file: BinaryIO, size: int, order: str) -> int:
    """Read a number of so many bytes; 0 where the file ends before it does."""
    content = file.read(size)
    return int.from_bytes(content, "little" if order == "<" else "big") * (len(content) == size)
