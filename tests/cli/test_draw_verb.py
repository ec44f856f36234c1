from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from test_process import digitus_command
from typer.testing import CliRunner

from digitus.cli import window
from digitus.cli.app import app


def invoke(*arguments: str) -> Any:
    result = CliRunner().invoke(app, ["draw", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.fixture
def opened(reader, display, monkeypatch):  # noqa: ARG001
    """The window that the verb opens, closed as soon as it is there."""
    found = SimpleNamespace()

    def look_and_close(root):
        root.update()
        found.shown, found.expect = root.state(), root.getvar("expect")
        root.destroy()

    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setattr(window, "keep_open", look_and_close)
    return found


def test_it_opens_a_window(opened):
    result = invoke()
    assert (result.exit_code, result.output) == (0, "")
    assert (opened.shown, opened.expect) == ("normal", "numbers")
    assert invoke("--expect", "digit").exit_code == 0
    assert opened.expect == "digit"


@pytest.mark.usefixtures("opened")
def test_a_model_that_is_not_there_is_a_sentence():
    result = invoke("--model", "none.onnx")
    assert result.exit_code == 2
    assert "no model 'none.onnx'" in result.stderr


@pytest.mark.usefixtures("reader")
def test_without_a_screen_it_says_so_and_what_else_there_is(monkeypatch):
    monkeypatch.setattr(window.sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    result = invoke()
    assert result.exit_code == 2
    assert result.stderr.startswith("digitus: there is no screen")
    assert "digitus serve" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("reader")
def test_without_tk_it_says_so(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":4711")
    monkeypatch.setitem(sys.modules, "tkinter", None)
    result = invoke()
    assert result.exit_code == 2
    assert "no Tk" in result.stderr


def test_help_loads_neither_tk_nor_what_reading_needs():
    output, _, loaded = digitus_command("draw", "--help")
    assert "digitus draw" in output
    assert not loaded & {"tkinter", "numpy", "onnxruntime", "PIL"}
