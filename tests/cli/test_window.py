from __future__ import annotations

import signal
import sys

import pytest
from PIL import Image

from digitus.cli import window
from digitus.errors import InvalidModel, NoScreen
from screen import escape


def test_without_a_display_there_is_no_screen(monkeypatch):
    monkeypatch.setattr(window.sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(NoScreen, match="DISPLAY"):
        window.new_window()


def test_without_tk_it_says_what_to_install(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":4711")
    monkeypatch.setitem(sys.modules, "tkinter", None)
    with pytest.raises(NoScreen, match="python3-tk"):
        window.new_window()


def test_a_window_shows_a_tall_picture_until_it_is_closed(display, monkeypatch):
    monkeypatch.setenv("DISPLAY", display)
    kept = window.keep_open
    seen = []

    def look_and_close(root):
        root.wait_visibility()
        seen.append((root.title(), root.winfo_height()))
        root.after_idle(escape, root)
        kept(root)

    monkeypatch.setattr(window, "keep_open", look_and_close)
    window.open_window(lambda width: Image.new("RGB", (width, 5000)))
    assert seen == [("digitus", round(900 * window.SHARE_OF_SCREEN))]


@pytest.mark.parametrize("error", [InvalidModel("torn"), KeyboardInterrupt()])
def test_what_fails_in_a_window_is_raised(display, monkeypatch, error):
    monkeypatch.setenv("DISPLAY", display)
    root = window.new_window()

    def fail():
        raise error

    root.after_idle(fail)
    with pytest.raises(type(error)):
        window.keep_open(root)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_ctrl_c_closes_a_window_without_an_event(display, monkeypatch):
    monkeypatch.setenv("DISPLAY", display)
    root = window.new_window()
    root.after(1, signal.setitimer, signal.ITIMER_REAL, 0.05)
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            window.keep_open(root)
    finally:
        signal.signal(signal.SIGALRM, before)
