"""The built site on a file host: it reads in the browser, also without a network."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from file_host import Host, hosted

from handwriting import DIGITS, LETTER, at

DIST = Path(__file__).parents[2] / "web" / "dist"
FIRST_LOAD = 6_000_000
IN_CHARGE = "() => navigator.serviceWorker.controller"


@pytest.fixture(scope="module")
def site() -> Iterator[Host]:
    if not (DIST / "files.js").exists():
        pytest.skip("the site is not built: npm ci && npm run build in web/")
    with hosted(DIST) as host:
        yield host


def test_it_reads_on_the_device_alone(open_app, site):
    app = open_app(url=site.url)
    app.page.wait_for_selector("#place[data-place=device]")
    assert app.page.locator("#api").is_hidden()
    for digit, strokes in DIGITS.items():
        app.mouse(at(strokes, 0.35, 0.15, 0.7))
        app.reads(digit)
        app.click("clear")
    app.mouse(at(LETTER, 0.35, 0.15, 0.7))
    app.reads("No digit", "none")


def test_it_reads_after_the_network_is_cut_and_the_page_loaded_again(open_app, site):
    app = open_app(url=site.url)
    app.page.wait_for_function(IN_CHARGE)
    app.page.context.set_offline(True)
    app.page.reload()
    app.page.wait_for_selector("#place[data-place=device]")
    app.write("274")
    app.reads("274")


def test_a_second_visit_loads_nothing(open_app, site):
    app = open_app(url=site.url)
    app.page.wait_for_function(IN_CHARGE)
    site.asked.clear()
    app.page.reload()
    app.page.wait_for_selector("#place[data-place=device]")
    app.write("7")
    app.reads("7")
    # The browser may look whether there is a new version.
    assert set(site.asked) <= {"/sw.js", "/files.js"}


def test_the_first_visit_is_small():
    if not DIST.exists():
        pytest.skip("the site is not built: npm ci && npm run build in web/")
    sizes = [len(gzip.compress(path.read_bytes())) for path in DIST.rglob("*") if path.is_file()]
    assert sum(sizes) < FIRST_LOAD
