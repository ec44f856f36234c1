from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fake_reader import FakeReader
from PIL import Image
from typer.testing import CliRunner

from digitus.cli.app import app
from screen import screen

Run = Callable[..., Any]


@pytest.fixture(scope="session")
def one_screen() -> Iterator[str]:
    """One for all: a process that has ever opened a window ends with its screen."""
    with screen() as name:
        yield name


@pytest.fixture
def display(one_screen: str) -> str:
    """A screen; windows of earlier tests are gone, which no other thread may clear away."""
    gc.collect()
    return one_screen


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run ``digitus ARGUMENTS...`` in an empty folder, with the reader of file names."""
    module = ModuleType("digitus.reader")
    module.Reader = FakeReader  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "digitus.reader", module)
    monkeypatch.chdir(tmp_path)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)

    def invoke(*arguments: str, **options: Any) -> Any:
        result = CliRunner().invoke(app, arguments, **options)
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return invoke


@pytest.fixture
def picture(tmp_path: Path) -> Callable[..., Path]:
    """Save a small grey picture under a name, with its folders."""

    def save(name: str, size: tuple[int, int] = (64, 40), pages: int = 1) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        image = Image.new("L", size, 230)
        more = [image.copy() for _ in range(pages - 1)]
        image.save(path, **({"save_all": True, "append_images": more} if more else {}))
        return path

    return save
