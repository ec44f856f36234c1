from __future__ import annotations

import io
import struct
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from time import process_time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from PIL.TiffImagePlugin import AppendingTiffWriter

from digitus.errors import ImageError, ImageTooLarge, ImageTooSmall, UnreadableImage
from digitus.image import Page, load, load_pages

# A page that looks different from all sides, in large even areas that survive lossy formats.
PAGE = np.full((48, 32), 230, np.uint8)
PAGE[8:40, 8:16] = 20
PAGE[32:40, 8:24] = 120


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def picture(mode: str, levels: NDArray[np.uint8] = PAGE) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(levels.astype(np.uint16) * 257)
    if mode == "I":
        return Image.fromarray(levels.astype(np.int32) * 257)
    if mode == "1":
        return Image.fromarray(levels > 127)
    if mode == "LAB":
        return Image.fromarray(levels).convert("RGB").convert("LAB")
    if mode == "PA":
        return Image.fromarray(levels).convert("P").convert("PA")
    return Image.fromarray(levels).convert(mode)


WRITTEN = {
    "PNG": "1 L LA P RGB RGBA I;16",
    "JPEG": "1 L RGB RGBX CMYK YCbCr",
    "BMP": "1 L P RGB RGBA",
    "GIF": "1 L LA P RGB RGBA",
    "TIFF": "1 L LA P PA RGB RGBA RGBX CMYK LAB I I;16 F",
    "WEBP": "L RGB RGBA P LA I CMYK YCbCr",
    "PPM": "1 L RGB I",
}
CASES = [(kind, mode) for kind, modes in WRITTEN.items() for mode in modes.split()]


@pytest.mark.parametrize(("kind", "mode"), CASES)
def test_every_format_and_mode(kind: str, mode: str) -> None:
    image = picture(mode)
    if kind == "WEBP" and mode == "I":  # written with 8 bits
        image = Image.fromarray(PAGE.astype(np.int32))
    pixels = load(encode(image, kind)).pixels
    expected = np.where(PAGE > 127, 255, 0) if mode == "1" else PAGE
    assert np.abs(pixels.astype(int) - expected[..., None]).mean() < 3


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_deflate", "packbits", "jpeg"])
def test_compressed_tiff(compression: str) -> None:
    for mode in ("L", "RGB"):
        pixels = load(encode(picture(mode), "TIFF", compression=compression)).pixels
        assert np.abs(pixels.astype(int) - PAGE[..., None]).mean() < 3


def test_fax_tiff() -> None:
    pixels = load(encode(picture("1"), "TIFF", compression="group4")).pixels
    assert (pixels[..., 0] == np.where(PAGE > 127, 255, 0)).all()


def test_progressive_jpeg_and_interlaced_gif() -> None:
    jpeg = encode(picture("RGB"), "JPEG", progressive=True)
    gif = encode(picture("L"), "GIF", interlace=1)
    for data in (jpeg, gif):
        assert np.abs(load(data).pixels.astype(int) - PAGE[..., None]).mean() < 3


@pytest.mark.parametrize("data", [b"P2 8 9 255\n" + b"7 " * 72, b"P1\n8 9\n" + b"1 " * 72])
def test_plain_text_bitmaps(data: bytes) -> None:
    assert load(data).pixels.shape == (9, 8, 3)


# What lies in the file, for each value of the EXIF orientation (CIPA DC-008, 4.6.4).
STORED = {
    1: PAGE,
    2: PAGE[:, ::-1],
    3: PAGE[::-1, ::-1],
    4: PAGE[::-1],
    5: PAGE.T,
    6: np.rot90(PAGE),
    7: PAGE[::-1, ::-1].T,
    8: np.rot90(PAGE, -1),
}


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_orientation(orientation: int, kind: str, mode: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(STORED[orientation])
    data = encode(picture(mode, stored), kind, exif=exif.tobytes())
    with Image.open(io.BytesIO(data)) as opened:
        for page in (load(data), load(opened)):
            assert page.pixels.shape == (48, 32, 3)
            assert np.abs(page.pixels.astype(int) - PAGE[..., None]).mean() < 3


@pytest.mark.parametrize("note", [b"Exif\0\0", b"Exif\0\0garbage that is no TIFF", b"\0" * 40])
def test_damaged_exif_does_not_damage_the_picture(note: bytes) -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        pixels = load(encode(picture("L"), kind, exif=note)).pixels
        assert np.abs(pixels.astype(int) - PAGE[..., None]).mean() < 3


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_the_first_picture_of_an_animation(kind: str) -> None:
    others = [picture("RGB", np.zeros_like(PAGE)), picture("RGB", PAGE // 2)]
    extra = {"lossless": True} if kind == "WEBP" else {}
    data = encode(picture("RGB"), kind, save_all=True, append_images=others, **extra)
    (page,) = load_pages(data)
    assert np.abs(page.pixels.astype(int) - PAGE[..., None]).mean() < 3


def tiff(*pages: Image.Image, **options: Any) -> bytes:
    return encode(pages[0], "TIFF", save_all=True, append_images=pages[1:], **options)


def test_every_page_of_a_tiff() -> None:
    images = [picture("L"), picture("RGB", PAGE[::-1]), picture("1"), picture("I;16", PAGE.T)]
    pages = list(load_pages(tiff(*images)))
    assert [page.number for page in pages] == [1, 2, 3, 4]
    for page, image in zip(pages, images, strict=True):
        assert (page.pixels == load(image).pixels).all()


def test_thumbnails_in_a_tiff_are_no_pages() -> None:
    file = io.BytesIO()
    with AppendingTiffWriter(file, new=True) as writer:
        for levels, kind in ((PAGE, 0), (PAGE[::4, ::4], 1), (PAGE[::-1], 0)):
            picture("L", levels).save(writer, "TIFF", tiffinfo={254: kind})
            writer.newFrame()
    pages = list(load_pages(file.getvalue()))
    assert [page.number for page in pages] == [1, 2]
    assert (pages[1].pixels[..., 0] == PAGE[::-1]).all()


def test_a_damaged_second_page_does_not_take_the_first() -> None:
    data = tiff(picture("L"), picture("L", PAGE.T.copy()), compression="tiff_deflate")
    one = len(tiff(picture("L"), compression="tiff_deflate"))
    pages = load_pages(data[: one + 20])
    assert (next(pages).pixels[..., 0] == PAGE).all()
    damaged = next(pages)
    assert isinstance(damaged, UnreadableImage)
    assert str(damaged).startswith("page 2 of <bytes> is")


def test_pages_after_one_that_cannot_be_read_are_given() -> None:
    small = picture("L", PAGE[:5, :5])
    pages = list(load_pages(tiff(picture("L"), small, picture("L"), picture("L"))))
    assert [type(page).__name__ for page in pages] == ["Page", "ImageTooSmall", "Page", "Page"]
    assert [page.number for page in pages if isinstance(page, Page)] == [1, 3, 4]
    first, second = load_pages(tiff(small, picture("L")))
    assert isinstance(first, ImageTooSmall)
    assert isinstance(second, Page)
    assert second.number == 2


@pytest.mark.parametrize(
    "data",
    [
        encode(picture("L"), "JPEG").replace(b"\xff\xda", b"\xff\xda" * 101),
        b"P2\n10 12\n255\n" + b"# a word\n" * 101 + b"9 " * 120,
    ],
)
def test_a_small_file_does_not_keep_a_decoder_busy(data: bytes) -> None:
    with pytest.raises(UnreadableImage, match=r"of an unusual kind: it has \d+ (scans|comments)"):
        load(data)


def test_plain_text_is_a_picture() -> None:
    rows = "\n".join(" ".join(map(str, row)) for row in PAGE)
    plain = f"P2\n# a comment\n{PAGE.shape[1]} {PAGE.shape[0]}\n255\n{rows}\n".encode()
    assert (load(plain).pixels[..., 0] == PAGE).all()


def directory(data: bytes) -> tuple[int, int]:
    """Return where the entries of a TIFF's first page begin, and how many there are."""
    (first,) = struct.unpack_from("<I", data, 4)
    return first + 2, struct.unpack_from("<H", data, first)[0]


def with_tag(data: bytes, tag: int, value: int) -> bytes:
    """Change a number in the header of a TIFF's first page."""
    changed = bytearray(data)
    start, count = directory(data)
    for entry in range(start, start + 12 * count, 12):
        if struct.unpack_from("<H", data, entry)[0] == tag:
            struct.pack_into("<HII", changed, entry + 2, 4, 1, value)
    assert changed != data
    return bytes(changed)


def test_a_page_that_points_to_itself_ends() -> None:
    data = bytearray(encode(picture("L"), "TIFF"))
    start, count = directory(bytes(data))
    struct.pack_into("<I", data, start + 12 * count, start - 2)
    assert len(list(load_pages(bytes(data)))) == 1


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_header(width: int, height: int) -> bytes:
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = png_chunk(b"IHDR", size) + png_chunk(b"IDAT", zlib.compress(b""))
    return b"\x89PNG\r\n\x1a\n" + data


def resized(data: bytes, width: int, height: int, kind: str) -> bytes:
    """Write another size into the header of a file."""
    changed = bytearray(data)
    if kind == "GIF":
        struct.pack_into("<HH", changed, 6, width, height)
    elif kind == "BMP":
        struct.pack_into("<ii", changed, 18, width, height)
    elif kind == "JPEG":
        struct.pack_into(">HH", changed, changed.index(b"\xff\xc0") + 5, height, width)
    return bytes(changed)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "JPEG", "PPM", "TIFF"])
def test_a_bomb_is_refused_by_its_header(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if kind == "PNG":
        data = png_header(50_000, 50_000)
    elif kind == "PPM":
        data = b"P6 50000 50000 255\n" + b"0" * 100
    elif kind == "TIFF":
        data = encode(picture("1"), "TIFF", compression="group4")
        data = with_tag(with_tag(data, 256, 50_000), 257, 50_000)
    else:
        data = resized(encode(picture("L"), kind), 50_000, 50_000, kind)

    def refuse(*_: object) -> None:
        raise AssertionError("memory for the pixels was asked for")

    monkeypatch.setattr(Image.core, "new", refuse)
    monkeypatch.setattr(Image.core, "fill", refuse)
    with pytest.raises(ImageTooLarge, match=r"50000 x 50000 pixels.*100 megapixels"):
        load(data)


def test_pillows_own_limit_neither_warns_nor_leaks(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [encode(picture("L"), kind) for kind in ("PNG", "TIFF", "GIF")]
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", PAGE.size - 1)
    for data in files:
        assert (load(data).pixels[..., 0] == PAGE).all()
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", PAGE.size // 3)
    pages = list(load_pages(tiff(picture("L"), picture("L"))))
    assert isinstance(pages[1], ImageTooLarge)


def test_sizes() -> None:
    assert load(encode(picture("L", PAGE[:8, :8]), "PNG")).pixels.shape == (8, 8, 3)
    assert load(encode(Image.new("L", (100_000, 8)), "PNG")).pixels.shape == (8, 100_000, 3)
    with pytest.raises(ImageTooSmall, match="32 x 7 pixels"):
        load(encode(picture("L", PAGE[:7]), "PNG"))
    with pytest.raises(ImageTooSmall):
        load(picture("L", PAGE[:, :7]))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM"])
@pytest.mark.parametrize("part", [0.05, 0.5, 0.9])
def test_a_file_that_is_cut_short_is_no_half_picture(kind: str, part: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 48, 3), np.uint8)
    data = encode(Image.fromarray(noise), kind)
    with pytest.raises(UnreadableImage, match=r"damaged, cut short.*try again\.$"):
        load(data[: int(part * len(data))])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "0 bytes"),
        (b"not a picture at all", "neither PNG, JPEG"),
        (b"%PDF-1.7 and so on", "a PDF document"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "neither PNG"),
        (b"8BPS\0\1" + b"\0" * 40, "neither PNG"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
    ],
)
def test_no_picture(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableImage, match=why):
        load(data)


def test_filters_of_warnings_survive_threads() -> None:
    data = encode(picture("L"), "TIFF")
    before = list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(load, [data] * 40))
    assert list(warnings.filters) == before


NOISE = np.random.default_rng(1).integers(0, 256, (12, 10, 4), np.uint8)
SEEDS = [
    *(encode(Image.fromarray(NOISE[..., :3]), kind) for kind in ("PNG", "JPEG", "BMP", "WEBP")),
    encode(Image.fromarray(NOISE), "PNG"),
    encode(Image.fromarray(NOISE[..., 0]), "GIF", transparency=3),
    encode(Image.fromarray(NOISE[..., 0]).convert("P"), "PNG", transparency=b"\0\1\2"),
    encode(Image.fromarray(NOISE[..., 0]), "BMP"),
    encode(Image.fromarray(NOISE[..., 0]), "PPM"),
    tiff(Image.fromarray(NOISE[..., :3]), Image.fromarray(NOISE[..., 0])),
    tiff(Image.fromarray(NOISE), compression="tiff_lzw"),
]


def gives_pages_or_our_error(data: bytes) -> None:
    try:
        for page in load_pages(data):
            if isinstance(page, ImageError):
                continue
            assert page.pixels.dtype == np.uint8
            assert page.pixels.shape[2] == 3
    except ImageError:
        pass


@given(st.binary(max_size=200), st.sampled_from([b"", *(seed[:16] for seed in SEEDS)]))
def test_any_bytes_are_a_page_or_an_error_of_ours(data: bytes, start: bytes) -> None:
    gives_pages_or_our_error(start + data)


@given(st.sampled_from(SEEDS), st.data())
@settings(max_examples=400)
def test_damaged_files_are_a_page_or_an_error_of_ours(seed: bytes, data: st.DataObject) -> None:
    places = st.integers(0, len(seed) - 1)
    changed = bytearray(seed)
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=4)):
        changed[place] = value
    start, end = sorted((data.draw(places), data.draw(places)))
    how = data.draw(st.sampled_from(["as it is", "cut short", "cut out", "twice"]))
    if how == "cut short":
        del changed[end:]
    elif how == "cut out":
        del changed[start : min(end, start + 8)]
    elif how == "twice":
        changed[start:start] = changed[start:end]
    gives_pages_or_our_error(bytes(changed))


def many_thumbnails(count: int) -> bytes:
    """A TIFF of a page and many thumbnails of it, all of the same pixels."""
    data = tiff(picture("L"))
    at, entries = directory(data)
    found = bytearray(data)
    struct.pack_into("<I", found, at + 12 * entries, len(data))
    tags = ((254, 1), (256, 8), (257, 8), (262, 1), (273, 8))
    thumbnail = struct.pack("<H", len(tags))
    thumbnail += b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    for place in range(1, count + 1):
        following = len(data) + (len(thumbnail) + 4) * place if place < count else 0
        found += thumbnail + struct.pack("<I", following)
    return bytes(found)


def many_strips(count: int) -> bytes:
    """A TIFF of one row a strip, all of them the same eight pixels."""
    tags = [(256, 1, 8), (257, 1, count), (258, 1, 8), (259, 1, 1), (262, 1, 1),
            (273, count, 16 + 2 + 12 * 7 + 4), (278, 1, 1)]  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, 4, many, value) for tag, many, value in tags)
    return (
        struct.pack("<2sHIQH", b"II", 42, 16, 0, len(tags)) + entries + bytes(4)
        + struct.pack("<I", 8) * count
    )  # fmt: skip


def with_segments(kind: str, segment: bytes, count: int, at: int) -> bytes:
    data = encode(picture("L"), kind)
    return data[:at] + segment * count + data[at:]


EXIF = b"\xff\xe1\0\x0dExif\0\0hello"
CHUNK = b"\0\0\0\0prVt" + struct.pack(">I", zlib.crc32(b"prVt"))


@pytest.mark.parametrize(
    ("kind", "segment", "at"),
    [
        ("JPEG", EXIF, 2),
        ("JPEG", b"\xff\xe5\0\2", 2),
        ("JPEG", b"\xff\xd0", 2),
        ("JPEG", b"\xff", 2),
        ("PNG", CHUNK, 33),
    ],
)
def test_segments_before_the_pixels_are_limited(kind: str, segment: bytes, at: int) -> None:
    """Half a million of them take minutes."""
    began = process_time()
    with pytest.raises(UnreadableImage, match="segments"):
        load(with_segments(kind, segment, 500_000, at))
    assert process_time() - began < 1
    assert load(with_segments(kind, segment, 100, at)).pixels.shape[:2] == PAGE.shape


def test_thumbnails_of_a_page_are_limited() -> None:
    began = process_time()
    first, last = load_pages(many_thumbnails(15_000))
    assert isinstance(first, Page)
    assert isinstance(last, UnreadableImage)
    assert "thumbnails" in str(last)
    assert process_time() - began < 1
    with pytest.raises(UnreadableImage, match="very many"):
        load(many_thumbnails(100_000))
    assert process_time() - began < 1
    (page,) = load_pages(many_thumbnails(50))
    assert isinstance(page, Page)


def test_strips_are_limited() -> None:
    with pytest.raises(UnreadableImage, match="150000 values"):
        load(many_strips(150_000))
    assert load(many_strips(30_000)).pixels.shape[:2] == (30_000, 8)


def test_long_strips_of_paper_are_read() -> None:
    strip = Image.new("L", (30_000, 30), 255)
    assert load(encode(strip, "PNG")).pixels.shape[:2] == (30, 30_000)
    assert load(encode(strip.transpose(Image.Transpose.ROTATE_90), "TIFF")).pixels.shape[1] == 30
