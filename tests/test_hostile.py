"""Bad input through the whole reader: an error of ours that says what to do, or a reading."""

from __future__ import annotations

import contextlib
import io
import os
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image

from digitus import errors
from digitus.errors import (
    ImageError,
    ImageNotFound,
    ImageTooLarge,
    ImageTooSmall,
    InvalidArray,
    UnreadableImage,
)
from digitus.reader import Reader
from digitus.reading import Reading, ReadingError
from pages import digit, page, plane

GOOD = page(plane((60, 50), digit(3, 44)))
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")


def encoded(kind: str, pixels: NDArray[np.uint8] = GOOD, **options: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


FILES = {kind: encoded(kind) for kind in FORMATS}


def claiming(width: int, height: int) -> bytes:
    """A PNG whose header claims a size and whose data is a few bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def read_or_told(reader: Reader, image: Any) -> Reading | None:
    """Read a picture in both ways; anything but a reading or an error of a picture is raised.

    Returns:
        The reading; None where it could not be read, and the batch says the same.
    """
    in_batch = next(reader.read_many([image], expect="digit"))
    reading, told = None, None
    try:
        reading = reader.read(image, expect="digit")
    except ImageError as error:
        told = ReadingError(type(error).__name__, str(error))
    assert in_batch.error == told
    assert told is None or told.type in vars(errors)
    assert reading is None or in_batch.numbers == reading.numbers
    return reading


def says_what_to_do(error: ImageError) -> bool:
    """In one line: what is wrong, and then advice."""
    wrong, *advice = re.split(r"[.:] ", str(error))
    return bool(wrong and advice) and "\n" not in str(error)


@pytest.mark.parametrize("part", [0.01, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("kind", FORMATS)
def test_files_that_are_cut_short(reader: Reader, kind: str, part: float, tmp_path: Path) -> None:
    whole = FILES[kind]
    short = whole[: max(1, int(part * len(whole)))]
    path = tmp_path / f"short.{kind.lower()}"
    path.write_bytes(short)
    for image in (short, path, io.BytesIO(short)):
        with pytest.raises(UnreadableImage) as caught:
            reader.read(image)
        assert says_what_to_do(caught.value)
        assert read_or_told(reader, image) is None


@pytest.mark.parametrize("kind", FORMATS)
def test_whole_files_are_read(reader: Reader, kind: str) -> None:
    reading = read_or_told(reader, FILES[kind])
    assert reading is not None
    assert reading.text == "3"


@given(st.sampled_from(FORMATS), st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_flipped_bytes(reader: Reader, kind: str, data: st.DataObject) -> None:
    content = bytearray(FILES[kind])
    places = st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)
    for place in data.draw(places):
        content[place] = data.draw(st.integers(0, 255))
    read_or_told(reader, bytes(content))


@given(st.sampled_from([b"", *(content[:24] for content in FILES.values())]), st.binary())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_random_bytes(reader: Reader, start: bytes, rest: bytes) -> None:
    read_or_told(reader, start + rest)


@pytest.mark.parametrize("name", ["text.png", "empty.jpg", "page.pdf", "drawing.svg", "noise.tif"])
def test_files_that_are_no_pictures(reader: Reader, name: str, tmp_path: Path) -> None:
    contents = {
        "text.png": b"These are not pixels.\n" * 50,
        "empty.jpg": b"",
        "page.pdf": b"%PDF-1.7\n" + bytes(200),
        "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "noise.tif": b"II*\0" + np.random.default_rng(0).bytes(500),
    }
    path = tmp_path / name
    path.write_bytes(contents[name])
    with pytest.raises(UnreadableImage, match=re.escape(name)) as caught:
        reader.read(path)
    assert says_what_to_do(caught.value)
    assert read_or_told(reader, path) is None


def test_paths_without_a_file(reader: Reader, tmp_path: Path) -> None:
    for path in (tmp_path / "missing.png", tmp_path / "no" / "folder.png", "", "nul\0.png"):
        with pytest.raises(ImageNotFound) as caught:
            reader.read(path)
        assert says_what_to_do(caught.value)


def test_folders(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(UnreadableImage, match="is a folder") as caught:
        reader.read(tmp_path)
    assert says_what_to_do(caught.value)
    (reading,) = reader.read_many(tmp_path)
    assert reading.error is not None
    assert reading.error.type == "ImageNotFound"
    assert reading.source == str(tmp_path)


def test_a_file_that_may_not_be_read(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(FILES["PNG"])

    def forbid(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbid)
    with pytest.raises(UnreadableImage, match="permission denied"):
        reader.read(path)
    assert read_or_told(reader, path) is None


@pytest.mark.parametrize("size", [(50_000, 50_000), (2**31 - 1, 2**31 - 1), (100_000_001, 1)])
def test_pictures_that_claim_to_be_huge(reader: Reader, size: tuple[int, int]) -> None:
    with pytest.raises(ImageTooLarge) as caught:
        reader.read(claiming(*size))
    assert says_what_to_do(caught.value)
    assert read_or_told(reader, claiming(*size)) is None


@pytest.mark.parametrize("size", [(0, 0), (0, 50), (1, 1), (7, 500), (500, 7)])
def test_pictures_that_claim_to_be_tiny(reader: Reader, size: tuple[int, int]) -> None:
    with pytest.raises((ImageTooSmall, UnreadableImage)) as caught:
        reader.read(claiming(*size))
    assert says_what_to_do(caught.value)


def test_a_picture_that_claims_more_than_it_holds(reader: Reader) -> None:
    with pytest.raises(UnreadableImage):
        reader.read(claiming(2000, 2000))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_numbers(reader: Reader, value: float) -> None:
    for dtype in (np.float16, np.float32, np.float64):
        array = np.zeros((40, 40), dtype)
        array[20, 20] = value
        with pytest.raises(InvalidArray) as caught:
            reader.read(array)
        assert says_what_to_do(caught.value)
        assert read_or_told(reader, array) is None


@pytest.mark.parametrize(
    "shape", [(), (784,), (0, 0), (28, 0), (28, 28, 5), (28, 28, 0), (10, 28, 28), (1, 28, 28, 1)]
)
def test_wrong_shapes(reader: Reader, shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidArray) as caught:
        reader.read(np.zeros(shape, np.uint8))
    assert says_what_to_do(caught.value)
    assert read_or_told(reader, np.zeros(shape, np.uint8)) is None


@pytest.mark.parametrize("thing", [None, 7, 2.5, ["a.png"], {"a": 1}, object(), np.uint8(3)])
def test_things_that_are_no_pictures(reader: Reader, thing: Any) -> None:
    with pytest.raises(InvalidArray) as caught:
        reader.read(thing)
    assert says_what_to_do(caught.value)
    assert read_or_told(reader, thing) is None


@pytest.mark.parametrize("raised", [OSError(5, "I/O error"), RuntimeError("no"), MemoryError()])
def test_streams_that_fail(reader: Reader, raised: Exception) -> None:
    class Failing:
        def read(self, *_: int) -> bytes:
            raise raised

    with pytest.raises(UnreadableImage):
        reader.read(Failing())  # type: ignore[arg-type]
    assert read_or_told(reader, Failing()) is None


def test_text_streams_and_closed_streams(reader: Reader) -> None:
    closed = io.BytesIO(FILES["PNG"])
    closed.close()
    for stream in (io.StringIO("text"), closed):
        with pytest.raises(UnreadableImage):
            reader.read(stream)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((28, 28), np.uint8),
        np.zeros((2, 28, 28), np.float32),
        np.zeros((2, 28, 27), np.uint8),
        np.zeros((2, 784), np.uint8),
        [[0] * 28] * 28,
        None,
    ],
)
def test_wrong_glyphs(reader: Reader, wrong: Any) -> None:
    with pytest.raises(InvalidArray, match=r"uint8 \[N, 28, 28\]"):
        reader.classify(wrong)


@pytest.mark.parametrize("expect", ["digit", "numbers"])
def test_patterns_that_are_no_handwriting(reader: Reader, expect: Any) -> None:
    rng = np.random.default_rng(0)
    y, x = np.indices((300, 300))
    patterns: list[NDArray[Any]] = [
        (y + x) % 2 * 255, y % 2 * 255, (x // 8 + y // 8) % 2 * 255, (y * x) % 256,
        rng.integers(0, 256, (300, 300)), rng.choice([0, 255], (300, 300)),
        np.eye(300) * 255, np.triu(np.full((300, 300), 255)),
    ]  # fmt: skip
    for pattern in patterns:
        assert len(reader.read(pattern.astype(np.uint8), expect=expect).numbers) < 100


@pytest.mark.parametrize("shape", [(8, 8), (8, 20_000), (20_000, 8), (9, 3000), (3000, 40)])
def test_extreme_shapes(reader: Reader, shape: tuple[int, int]) -> None:
    array = np.full(shape, 255, np.uint8)
    array[2:6, 2:6] = 0
    reading = read_or_told(reader, array)
    assert reading is not None
    assert (reading.height, reading.width) == shape


def test_a_bad_picture_does_not_stop_the_batch(reader: Reader, tmp_path: Path) -> None:
    for index, kind in enumerate(FORMATS):
        (tmp_path / f"{index}a.{kind.lower()}").write_bytes(FILES[kind])
        (tmp_path / f"{index}b.{kind.lower()}").write_bytes(FILES[kind][: len(FILES[kind]) // 2])
    readings = list(reader.read_many(tmp_path, expect="digit"))
    assert len(readings) == 2 * len(FORMATS)
    assert [reading.text for reading in readings[::2]] == ["3"] * len(FORMATS)
    assert {reading.error.type for reading in readings[1::2] if reading.error} == {
        "UnreadableImage"
    }
    assert all(reading.error for reading in readings[1::2])


@pytest.mark.skipif(not Path(os.sep, "dev", "zero").exists(), reason="this system has no devices")
def test_devices_without_an_end(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitus.limits.MAX_BYTES", 1 << 16)
    with pytest.raises((ImageTooLarge, UnreadableImage)):
        reader.read(Path(os.sep, "dev", "zero"))


ARRAYS: list[Callable[[], st.SearchStrategy[Any]]] = [
    hnp.integer_dtypes, hnp.unsigned_integer_dtypes, hnp.floating_dtypes, hnp.boolean_dtypes,
    hnp.complex_number_dtypes,
]  # fmt: skip
SHAPES = st.one_of(
    hnp.array_shapes(min_dims=0, max_dims=4, max_side=12),
    st.tuples(st.integers(6, 40), st.integers(6, 40)),
    st.tuples(st.integers(6, 30), st.integers(6, 30), st.integers(1, 5)),
)


@given(st.sampled_from(ARRAYS).flatmap(lambda kind: hnp.arrays(kind(), SHAPES)))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_array(reader: Reader, array: NDArray[Any]) -> None:
    reading = read_or_told(reader, array)
    assert reading is None or (reading.height, reading.width) == array.shape[:2]


PIXELS = hnp.arrays(
    np.uint8,
    st.tuples(st.integers(8, 120), st.integers(8, 120)),
    elements=st.sampled_from([0, 90, 255]),
    fill=st.sampled_from([0, 200, 255]),
)


@given(PIXELS, st.sampled_from(["digit", "numbers"]))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_drawing_is_read(reader: Reader, pixels: NDArray[np.uint8], expect: Any) -> None:
    reading = reader.read(pixels, expect=expect)
    height, width = pixels.shape
    for found in reading.digits:
        left, top, right, bottom = found.box
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        assert reader.model.card.reject_below <= found.confidence <= 1


@given(st.text(max_size=30))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_name(reader: Reader, name: str) -> None:
    with contextlib.suppress(ImageNotFound, UnreadableImage):
        reader.read(Path("no such folder") / name)
