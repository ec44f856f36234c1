from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from digitus.decoding import MOST_TILES
from digitus.errors import UnreadableImage
from digitus.image import load
from digitus.tiff import NESTED, WHOLE, most_values

KINDS = pytest.mark.parametrize(("order", "long"), [("<", False), (">", False), ("<", True)])


def tiff(pages: list[dict[int, int]], order: str = "<", long: bool = False) -> bytes:
    """A TIFF of pages that have nothing but tags of so many values each."""
    number, entry, offset = ("Q", "HHQQ", "Q") if long else ("H", "HHLL", "L")
    mark = b"II" if order == "<" else b"MM"
    head = mark + struct.pack(order + ("HHH" if long else "H"), *((43, 8, 0) if long else (42,)))
    at, body = len(head) + struct.calcsize(order + offset), b""
    for place, tags in enumerate(pages):
        rows = b"".join(struct.pack(order + entry, tag, 4, n, 0) for tag, n in tags.items())
        at += struct.calcsize(order + number) + len(rows) + struct.calcsize(order + offset)
        body += struct.pack(order + number, len(tags)) + rows
        body += struct.pack(order + offset, at if place + 1 < len(pages) else 0)
    return head + struct.pack(order + offset, len(head) + struct.calcsize(order + offset)) + body


@KINDS
def test_the_most_values_of_any_page_are_counted(order: str, long: bool) -> None:
    pages = [{256: 1, 273: 5}, {273: 70_000, 279: 70_000}, {324: 12}]
    file = io.BytesIO(tiff(pages, order, long))
    assert most_values(file) == 70_000
    assert file.tell() == 0


@KINDS
@pytest.mark.parametrize("tag", [256, 258, 273, 274, 282, 324, 50000])
def test_a_picture_of_very_many_parts_is_refused_before_it_is_opened(
    tag: int, order: str, long: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("PIL.TiffImagePlugin.TiffImageFile", None)  # nobody may ask it
    with pytest.raises(UnreadableImage, match=f"{MOST_TILES + 1} values in one tag"):
        load(tiff([{256: 1}, {tag: MOST_TILES + 1}], order, long))


@KINDS
@pytest.mark.parametrize("nested", NESTED)
def test_tags_behind_tags_count_too(order: str, long: bool, nested: int) -> None:
    whole = bytearray(tiff([{256: 1, nested: 1}, {273: 70_000}], order, long))
    assert most_values(io.BytesIO(whole)) == 70_000
    entry, offset = (20, "Q") if long else (12, "L")
    head = 16 if long else 8
    count = 8 if long else 2
    second = head + count + 2 * entry
    (at,) = struct.unpack_from(order + offset, whole, second)
    struct.pack_into(order + offset, whole, second, 0)  # no second page
    assert most_values(io.BytesIO(whole)) == 1
    value = head + count + 2 * entry - struct.calcsize(order + offset)
    struct.pack_into(order + offset, whole, value, at)
    assert most_values(io.BytesIO(whole)) == 70_000


@pytest.mark.parametrize("kind", WHOLE)
def test_bytes_and_text_are_one_value(kind: int) -> None:
    whole = bytearray(tiff([{34377: 900_000}]))
    struct.pack_into("<H", whole, 8 + 2 + 2, kind)
    assert most_values(io.BytesIO(whole)) == 0


def test_big_tiffs_of_the_order_that_pillow_misreads_are_refused() -> None:
    with pytest.raises(UnreadableImage, match="neither PNG"):
        load(tiff([{256: 1}], ">", long=True))


def test_what_pillow_writes_is_counted_as_pillow_does() -> None:
    file = io.BytesIO()
    Image.new("L", (64, 5000)).save(file, "TIFF", tiffinfo={278: 10})
    file.seek(0)
    with Image.open(file) as image:
        assert most_values(file) == len(image.tile)  # type: ignore[attr-defined]


# 8 bytes of head, 2 of the number of tags, 12 for each of the two, 4 for the next page.
@pytest.mark.parametrize(
    ("length", "values"), [(0, 0), (6, 0), (9, 0), (15, 0), (22, 3), (30, 3), (34, 9), (38, 9)]
)
def test_of_a_file_that_is_cut_short_what_is_there_counts(length: int, values: int) -> None:
    whole = tiff([{273: 3, 279: 9}])
    assert len(whole) == 38
    assert most_values(io.BytesIO(whole[:length])) == values


@pytest.mark.parametrize("count", [3, 60_000])
def test_tags_that_are_promised_and_missing_hide_none(count: int) -> None:
    whole = bytearray(tiff([{273: 5, 279: 9}]))
    whole[8:10] = struct.pack("<H", count)
    assert most_values(io.BytesIO(whole)) == 9


def test_pages_in_circles_end() -> None:
    assert most_values(io.BytesIO(tiff([{273: 3}])[:-4] + struct.pack("<L", 8))) == 3


def test_pages_that_lie_over_each_other_are_refused() -> None:
    content = bytearray(b"II*\0" + struct.pack("<L", 8) + bytes(6000))
    tags = 300  # of each page, and the next one begins 16 bytes behind it
    for at in range(8, 8 + 16 * 40, 16):
        struct.pack_into("<H", content, at, tags)
        struct.pack_into("<L", content, at + 2 + 12 * tags, at + 16)
    with pytest.raises(UnreadableImage, match="lie over each other"):
        load(bytes(content))
