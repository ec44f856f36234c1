"""Files of the old Unix program compress (``.Z``), in which UCI keeps its oldest data.

Python has no module for them. Codes of 9 to at most 16 bits, lowest bit first, stand for strings
that have been seen before (Welch 1984); where their width changes, the rest of a group of eight
codes is left unused.
"""

from __future__ import annotations

MAGIC = b"\x1f\x9d"
NARROWEST, WIDEST = 9, 16
# In the third byte: the widest code, and whether the table may be cleared.
WIDTH_BITS, MAY_CLEAR = 0x1F, 0x80
CLEAR = 256


def decompress(data: bytes, limit: int) -> bytes:
    """Undo what compress did.

    Args:
        data: The whole file.
        limit: How many bytes it may hold.

    Raises:
        ValueError: It is damaged, no such file, or holds more.
    """
    if len(data) < 3 or data[:2] != MAGIC or not NARROWEST < data[2] & WIDTH_BITS <= WIDEST:
        raise ValueError("it was not made by the program compress")
    widest = data[2] & WIDTH_BITS
    may_clear = bool(data[2] & MAY_CLEAR)
    first = [bytes([value]) for value in range(256)] + [b""] * may_clear
    table, before = first.copy(), b""
    pieces: list[bytes] = []
    length, position, width = 0, 3, NARROWEST
    while position < len(data):
        group = data[position : position + width]  # eight codes, or what is left of them
        position += width
        bits = int.from_bytes(group, "little")
        for _ in range(len(group) * 8 // width):
            code = bits & ((1 << width) - 1)
            bits >>= width
            if code == CLEAR and may_clear:
                table, before, width = first.copy(), b"", NARROWEST
                break
            if code < len(table):
                found = table[code]
            elif code == len(table) and before:
                found = before + before[:1]
            else:
                raise ValueError("it is damaged: a code stands for nothing")
            pieces.append(found)
            length += len(found)
            if length > limit:
                raise ValueError(f"it holds more than {limit} bytes")
            if before and len(table) < 1 << widest:
                table.append(before + found[:1])
            before = found
            if len(table) == 1 << width and width < widest:
                width += 1
                break
    return b"".join(pieces)
