from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from digitus import image as image_module
from digitus.errors import ImageNotFound, ImageTooLarge, InvalidArray, UnreadableImage
from digitus.image import Page, load, load_pages

LEVELS = np.arange(12 * 9, dtype=np.uint8).reshape(12, 9) * 2
PIXELS = np.repeat(LEVELS[..., None], 3, axis=2)


@pytest.fixture
def png() -> bytes:
    file = io.BytesIO()
    Image.fromarray(LEVELS).save(file, "PNG")
    return file.getvalue()


class OnlyRead:
    """A stream that can do nothing but give its bytes, a few at a time."""

    def __init__(self, content: Any, step: int = 7) -> None:
        self.content = content
        self.step = step

    def read(self, count: int = -1) -> Any:
        count = min(self.step, count) if count >= 0 else self.step
        piece, self.content = self.content[:count], self.content[count:]
        return piece


def test_paths(png: bytes, tmp_path: Path) -> None:
    path = tmp_path / "digit without a suffix"
    path.write_bytes(png)
    for given in (path, str(path)):
        page = load(given)
        assert (page.pixels == PIXELS).all()
        assert (page.source, page.number) == (str(path), 1)


def test_the_suffix_does_not_matter(png: bytes, tmp_path: Path) -> None:
    path = tmp_path / "digit.tiff"
    path.write_bytes(png)
    assert (load(path).pixels == PIXELS).all()


def test_bytes(png: bytes) -> None:
    for given in (png, bytearray(png), memoryview(png)):
        page = load(given)  # type: ignore[arg-type]
        assert (page.pixels == PIXELS).all()
        assert page.source == "<bytes>"


def test_streams(png: bytes) -> None:
    at_its_end = io.BytesIO(png)
    at_its_end.seek(0, io.SEEK_END)
    for given in (io.BytesIO(png), at_its_end, OnlyRead(png)):
        page = load(given)  # type: ignore[arg-type]
        assert (page.pixels == PIXELS).all()
        assert page.source == "<stream>"


def test_an_open_file_keeps_its_name_and_stays_open(png: bytes, tmp_path: Path) -> None:
    path = tmp_path / "digit.png"
    path.write_bytes(png)
    with path.open("rb") as file:
        assert load(file).source == str(path)
        assert not file.closed


def test_pictures() -> None:
    picture = Image.fromarray(LEVELS)
    before = dict(picture.info)
    page = load(picture)
    assert (page.pixels == PIXELS).all()
    assert page.source == "<image>"
    assert (np.asarray(picture) == LEVELS).all()
    assert picture.info == before


def test_pictures_that_were_opened_but_not_loaded(png: bytes, tmp_path: Path) -> None:
    path = tmp_path / "digit.png"
    path.write_bytes(png)
    with Image.open(path) as picture:
        page = load(picture)
    assert (page.pixels == PIXELS).all()
    assert page.source == str(path)


def test_a_picture_whose_file_was_closed(png: bytes) -> None:
    with Image.open(io.BytesIO(png)) as picture:
        pass
    picture.close()
    with pytest.raises(UnreadableImage):
        load(picture)


def test_arrays() -> None:
    page = load(LEVELS)
    assert (page.pixels == PIXELS).all()
    assert page.source == "<array>"


def test_pages_are_read_only(png: bytes) -> None:
    file = io.BytesIO()
    Image.fromarray(PIXELS).save(file, "PNG")
    for given in (png, file.getvalue(), PIXELS, PIXELS / 255, LEVELS.astype(np.uint16)):
        page = load(given)
        assert page.pixels.dtype == np.uint8
        assert page.pixels.shape == (12, 9, 3)
        assert not page.pixels.flags.writeable


def test_pages_are_decoded_when_they_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "pages.tiff"
    first = Image.fromarray(LEVELS)
    first.save(path, save_all=True, append_images=[Image.fromarray(LEVELS[::-1])])
    pages = load_pages(path)
    assert next(pages).number == 1
    second = next(pages)
    assert (second.number, second.source) == (2, str(path))
    assert (second.pixels == PIXELS[::-1]).all()
    assert list(pages) == []
    assert load(path).number == 1


def test_no_file_is_left_open(png: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    real = image_module._open_file
    monkeypatch.setattr(
        image_module, "_open_file", lambda path: opened.append(real(path)) or opened[-1]
    )
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    good.write_bytes(png)
    bad.write_bytes(png[:50])
    load(good)
    with pytest.raises(UnreadableImage):
        load(bad)
    assert [file.closed for file in opened] == [True, True]


@pytest.mark.parametrize("name", ["missing.png", "missing/digit.png", "", "nul\0.png", "\ud800"])
def test_missing_files(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ImageNotFound, match="there is no file") as caught:
        load(name)
    assert name in str(caught.value)


def test_a_file_taken_for_a_folder(png: bytes, tmp_path: Path) -> None:
    (tmp_path / "digit.png").write_bytes(png)
    with pytest.raises(ImageNotFound):
        load(tmp_path / "digit.png" / "digit.png")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UnreadableImage, match=r"is a folder, not a picture\..*digitus read"):
        load(tmp_path)


def test_no_permission(png: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "digit.png"
    path.write_bytes(png)

    def forbid(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbid)
    with pytest.raises(UnreadableImage, match="permission denied"):
        load(path)


def test_a_disk_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(UnreadableImage, match="Input/output error"):
        load(tmp_path / "digit.png")


def test_sentences_name_the_file_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "notes.png"
    path.write_text("These are not pixels.")
    with pytest.raises(UnreadableImage) as caught:
        load(path)
    assert str(caught.value) == (
        f"'{path}' is not a picture digitus can read (neither PNG, JPEG, BMP, GIF, TIFF nor WebP). "
        "Save it as PNG or JPEG and try again."
    )


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.png"
    path.touch()
    with pytest.raises(UnreadableImage, match="it is empty: 0 bytes"):
        load(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe(png: bytes, tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(png,), daemon=True)
    writer.start()
    page = load(path)
    writer.join()
    assert (page.pixels == PIXELS).all()


def test_text_streams() -> None:
    with pytest.raises(UnreadableImage, match=r"binary mode: open\(path, 'rb'\)"):
        load(io.StringIO("text"))  # type: ignore[arg-type]


def test_closed_and_failing_streams(png: bytes) -> None:
    closed = io.BytesIO(png)
    closed.close()
    with pytest.raises(UnreadableImage, match="closed file"):
        load(closed)

    class Failing(OnlyRead):
        def read(self, *_: int) -> Any:
            raise RuntimeError("the network is down")

    with pytest.raises(UnreadableImage, match="the network is down"):
        load(Failing(png))  # type: ignore[arg-type]


def test_empty_streams() -> None:
    for given in (io.BytesIO(), OnlyRead(b""), b""):
        with pytest.raises(UnreadableImage, match="0 bytes"):
            load(given)  # type: ignore[arg-type]


def test_streams_without_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(OnlyRead):
        def read(self, *_: int) -> bytes:
            return b"\0" * 1000

    monkeypatch.setattr("digitus.limits.MAX_BYTES", 1 << 20)
    with pytest.raises(ImageTooLarge, match="more than 1 MB"):
        load(Endless(b""))  # type: ignore[arg-type]


def test_files_and_bytes_above_the_limit(
    png: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "digit.png"
    path.write_bytes(png)
    monkeypatch.setattr("digitus.limits.MAX_BYTES", len(png))
    assert load(path).pixels.shape == load(png).pixels.shape
    monkeypatch.setattr("digitus.limits.MAX_BYTES", len(png) - 1)
    for given in (path, png):
        with pytest.raises(ImageTooLarge, match="cut it into parts"):
            load(given)


@pytest.mark.parametrize("thing", [None, 7, [[0, 255]], {"image": b""}, object()])
def test_what_is_no_image_at_all(thing: Any) -> None:
    with pytest.raises(InvalidArray, match=f"a {type(thing).__name__} is no picture. Give a path"):
        load(thing)


def test_pages_compare_by_identity() -> None:
    page = Page(PIXELS, "<array>")
    assert page == page
    assert page != Page(PIXELS, "<array>")
    assert len({page, page}) == 1


def test_only_the_decoder_that_is_needed_is_imported(png: bytes, tmp_path: Path) -> None:
    path = tmp_path / "digit.png"
    path.write_bytes(png)
    code = (
        "import sys; from digitus.image import load; load(sys.argv[1]); "
        "print([m for m in ('Gif', 'Jpeg', 'Tiff', 'WebP', 'Eps') "
        "if f'PIL.{m}ImagePlugin' in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
