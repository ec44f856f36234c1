"""``examples/http/browser.html``, a page of another site than the server's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from file_host import hosted
from PIL import Image, ImageDraw

from real_server import serving

PAGE = Path(__file__).parents[2] / "examples" / "http"

pytestmark = pytest.mark.usefixtures("reader")  # without a model nothing can be served


@pytest.fixture
def pictures(tmp_path: Path) -> list[str]:
    seven = Image.new("L", (56, 56), 255)
    ImageDraw.Draw(seven).line([(14, 12), (42, 12), (24, 46)], fill=0, width=4, joint="curve")
    seven.save(tmp_path / "7.png")
    Image.new("L", (60, 60), 255).save(tmp_path / "blank.png")
    return [str(tmp_path / "7.png"), str(tmp_path / "blank.png")]


def said(browser: Any, pictures: list[str], address: str) -> list[str]:
    """Choose the pictures on the page, and return what it says then."""
    page = browser.new_page()
    page.goto(address)
    page.set_input_files("input", pictures)
    page.wait_for_function("document.querySelector('pre').textContent")
    lines: list[str] = page.inner_text("pre").splitlines()
    page.close()
    return lines


def test_it_reads_where_its_site_is_allowed(browser, pictures):
    with hosted(PAGE) as host, serving("--allow-origin", host.url) as server:
        seven, blank = said(browser, pictures, f"{host.url}/browser.html?{server.url}")
    assert seven.startswith("7.png: 7 (")
    assert blank == "blank.png: no digit"


def test_elsewhere_it_says_that_it_cannot(browser, pictures):
    with hosted(PAGE) as host, serving("--allow-origin", "https://example.org") as server:
        (line,) = said(browser, pictures, f"{host.url}/browser.html?{server.url}")
    assert "fetch" in line
