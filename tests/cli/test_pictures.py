from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from digitus.cli import pictures, window
from digitus.cli.sheet import TILE_SIZE
from digitus.errors import NoScreen


def names(folder: str) -> set[str]:
    return {path.name for path in Path(folder).iterdir()}


def test_annotate_draws_on_every_picture(run, picture):
    picture("7.png", size=(28, 28))
    picture("blank.jpg")
    assert run("read", "7.png", "blank.jpg", "--annotate", "new/seen").exit_code == 0
    assert names("new/seen") == {"7.png", "blank.jpg"}
    with Image.open("new/seen/7.png") as drawn:
        assert min(drawn.size) >= 240
        assert len(drawn.getcolors()) > 3
    with Image.open("new/seen/blank.jpg") as drawn:
        assert drawn.format == "JPEG"


def test_names_stay_apart(run, picture):
    for name in ("a/7.png", "b/7.png", "b/7.tif", "c/8.png"):
        picture(name)
    run("read", "a", "b", "c", "--annotate", "seen")
    assert names("seen") == {"a-7.png", "b-7.png", "b-7-2.png", "8.png"}


def test_every_page_has_its_picture(run, picture):
    picture("5.tif", pages=3)
    run("read", "5.tif", "--annotate", "seen")
    assert names("seen") == {"5.png", "5-p2.png", "5-p3.png"}


def test_the_same_picture_twice_is_drawn_twice(run, picture):
    picture("5.tif", pages=2)
    run("read", "5.tif", "5.tif", "--annotate", "seen")
    assert len(names("seen")) == 4


def test_standard_input_is_drawn_on_too(run):
    file = BytesIO()
    Image.new("L", (30, 30)).save(file, "PNG")
    run("read", "-", "--annotate", "seen", input=file.getvalue())
    assert names("seen") == {"stdin.png"}


def test_a_picture_that_fails_is_left_out(run, picture):
    picture("1.png")
    Path("2.png").write_bytes(b"torn")
    assert run("read", "1.png", "2.png", "--annotate", "seen").exit_code == 1
    assert names("seen") == {"1.png"}


def test_a_picture_that_vanishes_while_reading_is_left_out(run, picture, monkeypatch):
    path = picture("1.png")
    monkeypatch.setattr(pictures, "load_pages", lambda _: _vanished(path))
    assert run("read", "1.png", "--annotate", "seen").exit_code == 0
    assert names("seen") == set()


def _vanished(path: Path):
    path.unlink()
    from digitus.image import load_pages

    return load_pages(path)


def test_show_without_a_screen_writes_a_contact_sheet(run, picture, monkeypatch):
    monkeypatch.setattr(window.sys, "platform", "linux")
    picture("1.png")
    picture("blank.png")
    result = run("read", "1.png", "blank.png", "gone.png", "--show")
    assert result.exit_code == 1
    assert str(Path("contact-sheet.png").resolve()) in result.stderr.replace("\n", "")
    with Image.open("contact-sheet.png") as sheet:
        assert sheet.width > 3 * TILE_SIZE[0]


def test_a_sheet_has_an_end(run, picture, monkeypatch):
    monkeypatch.setattr(pictures, "MOST_TILES", 2)
    monkeypatch.setattr(window.sys, "platform", "linux")
    for name in ("1.png", "2.png", "3.png"):
        picture(name)
    result = run("read", ".", "--show")
    assert "first 2 pictures; 1 more" in result.stderr


def test_show_opens_a_window_where_there_is_a_screen(run, picture, monkeypatch):
    shown = []
    monkeypatch.setattr(window, "open_window", lambda draw: shown.append(draw(500)))
    for name in ("1.png", "2.png", "3.png"):
        picture(name)
    assert run("read", ".", "--show").exit_code == 0
    (sheet,) = shown
    assert 2 * TILE_SIZE[0] < sheet.width <= 500
    assert not Path("contact-sheet.png").exists()


def test_a_screen_that_cannot_be_reached_is_none(monkeypatch):
    pytest.importorskip("tkinter")
    monkeypatch.setattr(window.sys, "platform", "linux")
    monkeypatch.setenv("DISPLAY", ":4711")
    with pytest.raises(NoScreen):
        window.open_window(lambda _: pytest.fail("nothing to draw for"))
