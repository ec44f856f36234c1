from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from app import App

from digitus.reader import Reader
from real_server import Server, serving

# The background services of Chromium would look for hosts of their own.
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
SCREENSHOTS = "DIGITUS_SCREENSHOTS"

Open = Callable[..., App]


@pytest.fixture(scope="module")  # its event loop would be in the way of other tests
def browser() -> Iterator[Any]:
    """Start Chromium; without it the tests skip."""
    api = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install '.[dev]'")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium: apt-get install chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *CAMERA])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(reader: Reader) -> Iterator[Server]:  # noqa: ARG001  # skips without a model
    with serving() as started:
        yield started


@pytest.fixture
def open_app(browser: Any, server: Server) -> Iterator[Open]:
    """Open the app; fails where the page complains or calls another host."""
    apps: list[App] = []

    def start(
        width: int = 1024, height: int = 768, *, url: str = server.url, **options: Any
    ) -> App:
        options = {"locale": "en-US", "color_scheme": "light", **options}
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(30_000)
        app = App(context.new_page(), url)
        apps.append(app)
        return app

    yield start
    for app in apps:
        app.page.context.close()
    for app in apps:
        assert app.complaints == []
        strangers = {urlsplit(one).netloc for one in app.requests} - {urlsplit(app.url).netloc, ""}
        assert strangers == set()


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for pictures of the app, kept where the environment names one."""
    named = os.environ.get(SCREENSHOTS)
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
