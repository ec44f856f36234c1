"""From the pen's lift to the answer, in a real browser that reads by itself.

    npm run build --prefix web
    python benchmarks/pen_lift.py [--site web/dist] [--rounds 3]

Digits by made writers are drawn with the mouse. The app reads while the pen moves; what counts is
when the last answer after its lift stands in the page. It wants Chromium and Playwright.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np

from digitus.training.handwriting import Writer, write
from report import RESULTS
from rows import Row, tell

SITE = Path(__file__).parents[1] / "web" / "dist"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
# The median time that may pass, in milliseconds.
LIMIT = 50.0
# Seeds of writers from here on belong to benchmarks, see `digitus.training.pages.hands`.
FIRST_WRITER = 2**31
# An answer is the last one if none follows for so long.
SETTLED = 700
# Of the sheet's height: where a digit is drawn, and how large. Every so manieth point of a curve is
# a movement of the mouse.
LEFT, TOP, SIZE, EVERY = 0.35, 0.15, 0.7, 3
MODES = {"digit": "One digit", "numbers": "Numbers"}
WATCH = """() => {
    window.seen = { lifted: 0, answered: [] };
    addEventListener("pointerup", () => {
        window.seen = { lifted: performance.now(), answered: [] };
    }, true);
    new MutationObserver(() => window.seen.answered.push(performance.now()))
        .observe(document.querySelector("#text"), { childList: true });
}"""


class Quiet(SimpleHTTPRequestHandler):
    """Hosts files and says nothing of it."""

    def log_message(self, *_: Any) -> None:
        """Keep what was asked for out of the table."""


def main() -> None:
    """Measure all, print the table, write the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--site", type=Path, default=SITE, help="the built site")
    parser.add_argument("--rounds", type=int, default=3, help="how often each digit is drawn")
    parser.add_argument("--out", type=Path, default=RESULTS / "pen_lift.json")
    options = parser.parse_args()
    if not (options.site / "index.html").is_file():
        sys.exit(f"pen_lift.py: there is no site in '{options.site}': npm run build in web/")
    load = os.getloadavg()[0]
    with _hosted(options.site) as url, _page(url) as page:
        rows = [_row(page, mode, options.rounds) for mode in MODES]
    tell(rows, options.out, load)


@contextmanager
def _hosted(folder: Path) -> Iterator[str]:
    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def _page(url: str) -> Iterator[Any]:
    """Open the app, and wait until the browser reads by itself."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1024, "height": 768}, locale="en-US")
        page.goto(url)
        page.wait_for_selector("#place[data-place=device]")
        page.evaluate(WATCH)
        yield page
        browser.close()


def _row(page: Any, mode: str, rounds: int) -> Row:
    page.get_by_label(MODES[mode]).check(force=True)
    _draw(page, 7, 0)  # what is made on the first call is made
    times, right = [], 0
    for number in range(10 * rounds):
        lifted, text = _draw(page, number % 10, number)
        times.append(lifted)
        right += text == str(number % 10)
    slow = statistics.quantiles(times, n=20)[-1]
    ours = f"{statistics.median(times):.0f} ms, 95 % within {slow:.0f} ms"
    what = f"pen lift to answer, one digit, mode {mode!r}: ms ({right} of {len(times)} right)"
    return Row(what, ours, "", statistics.median(times), LIMIT)


def _draw(page: Any, digit: int, seed: int) -> tuple[float, str]:
    """Draw a digit.

    Returns:
        Milliseconds from the pen's lift to the last answer, and that answer.
    """
    box = page.locator("#canvas").bounding_box()
    side, corner = SIZE * box["height"], np.array((box["x"], box["y"]))
    corner = corner + np.array((LEFT, TOP)) * box["height"]
    for stroke in write(digit, Writer.from_seed(FIRST_WRITER + seed), np.random.default_rng(seed)):
        first, *others = (corner + side * stroke).tolist()
        page.mouse.move(*first)
        page.mouse.down()
        for point in [*others[:-1:EVERY], *others[-1:]]:
            page.mouse.move(*point)
        page.mouse.up()
    page.wait_for_function(
        "settled => seen.answered.length && performance.now() > seen.answered.at(-1) + settled",
        arg=SETTLED,
    )
    seen, text = page.evaluate("[window.seen, document.querySelector('#text').textContent]")
    page.locator("#clear").click()
    page.wait_for_selector("#result[data-state=empty]")
    return seen["answered"][-1] - seen["lifted"], text


if __name__ == "__main__":
    main()
