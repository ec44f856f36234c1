"""The built site on a file host: it reads in the browser, also without a network."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from app import App
from file_host import Host, hosted

from handwriting import DIGITS, LETTER, at

WEB = Path(__file__).parents[2] / "web"
FIRST_LOAD = 6_000_000
IN_CHARGE = "() => navigator.serviceWorker.controller"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site from what is here now."""
    if shutil.which("node") is None or not (WEB / "node_modules" / "onnxruntime-web").is_dir():
        pytest.skip("the site cannot be built: install Node, and npm ci in web/")
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(["node", WEB / "build.mjs", folder], check=True, timeout=60)
    return folder


@pytest.fixture(scope="module")
def site(built: Path) -> Iterator[Host]:
    with hosted(built) as host:
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


def test_nothing_slow_is_begun_before_the_pen_is_lifted(open_app, site):
    """Finding several digits takes so long that it would keep the last answer waiting."""
    app = open_app(url=site.url)
    app.page.wait_for_selector("#place[data-place=device]")
    app.page.evaluate(
        """() => {
            window.asked = [];
            const { postMessage } = Worker.prototype;
            Worker.prototype.postMessage = function (message) {
                window.asked.push(message.glance);
                postMessage.call(this, message);
            };
        }"""
    )
    app.mouse(at(DIGITS["2"], 0.2, 0.3, 0.5))
    app.reads("2")
    app.mouse(at(DIGITS["7"], 0.6, 0.3, 0.5))
    app.reads("27")
    *before, lifted = app.page.evaluate("window.asked")
    assert before.count(False) == 1  # where the 2 was done
    assert before.count(True) >= 2
    assert not lifted


def test_it_reads_after_the_network_is_cut_and_the_page_loaded_again(open_app, site):
    app = open_app(url=site.url)
    app.page.wait_for_function(IN_CHARGE)
    app.page.context.set_offline(True)
    app.page.reload()
    app.page.wait_for_selector("#place[data-place=device]")
    app.write("274")
    app.reads("274")


@pytest.mark.parametrize("address", ["/index.html", "/?utm_source=somewhere"])
def test_other_addresses_of_the_page_work_without_a_network_too(open_app, site, address):
    app = open_app(url=site.url)
    app.page.wait_for_function(IN_CHARGE)
    app.page.context.set_offline(True)
    app.page.goto(site.url + address)
    app.reads("The sheet is empty", "empty")


def test_a_new_version_waits_until_the_pages_of_the_old_one_are_closed(open_app, built, tmp_path):
    folder = shutil.copytree(built, tmp_path / "site")
    with hosted(folder) as host:
        app = open_app(url=host.url)
        app.page.wait_for_function(IN_CHARGE)
        for name, old, new in (
            ("files.js", 'version":"', 'version":"2'),
            ("words/en.js", "The sheet is empty", "Nothing there"),
        ):
            (folder / name).write_text((folder / name).read_text().replace(old, new))
        # What the page loads when it first needs it, and could not do with.
        (folder / "model" / "finder.onnx").write_bytes(b"another finder")
        app.page.evaluate("navigator.serviceWorker.ready.then((it) => it.update())")
        # It is there: it waits, or is in charge already, which it should not be.
        app.wait_until(
            """async () => {
              const { installing, waiting } = await navigator.serviceWorker.ready;
              const kept = await caches.keys();
              return !installing && (waiting || kept.every((one) => one.startsWith("digitus-2")));
            }"""
        )
        app.page.wait_for_timeout(500)
        app.write("27")
        app.reads("27")
        later = app.page.context.new_page()
        app.page.close()
        later.wait_for_timeout(500)
        App(later, host.url).reads("Nothing there", "empty")
        later.close()


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


def test_the_first_visit_is_small(open_app, built):
    with hosted(built) as host:
        app = open_app(url=host.url)
        app.page.wait_for_function(IN_CHARGE)
        app.write("27")
        app.reads("27")
        app.page.close()
    assert host.sent < FIRST_LOAD


def test_a_page_that_its_server_reads_for_is_not_kept(open_app):
    app = open_app()
    # As earlier versions did, which then stood at the address for good.
    app.page.evaluate("navigator.serviceWorker.register('sw.js')")
    app.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    app.page.reload()
    app.wait_until("async () => !(await navigator.serviceWorker.getRegistrations()).length")
    app.page.reload()
    app.reads("The sheet is empty", "empty")
    assert not app.page.evaluate(IN_CHARGE)
