"""The app as its users have it: what they do, and what they see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from handwriting import DIGITS, Stroke, at

# The machine may be busy.
PATIENCE = 30_000


class App:
    """A page with the app.

    Args:
        page: Of Playwright.
        url: Of the app.
    """

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(url)
        page.wait_for_selector("#place[data-place]")

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def on_screen(self, strokes: Iterable[Stroke]) -> list[Stroke]:
        """Return strokes in pixels of the page; theirs are parts of the sheet's height."""
        canvas = self.page.locator("#canvas")
        canvas.scroll_into_view_if_needed()  # a click further down may have scrolled it away
        box = canvas.bounding_box()
        height = box["height"]
        return [[(box["x"] + x * height, box["y"] + y * height) for x, y in s] for s in strokes]

    def mouse(self, strokes: Iterable[Stroke]) -> None:
        """Write with the mouse."""
        for first, *others in self.on_screen(strokes):
            self.page.mouse.move(*first)
            self.page.mouse.down()
            for point in others:
                self.page.mouse.move(*point, steps=3)
            self.page.mouse.up()

    def touch(self, strokes: Iterable[Stroke]) -> None:
        """Write with a finger."""
        session = self.page.context.new_cdp_session(self.page)

        def send(kind: str, *points: tuple[float, float]) -> None:
            touches = [{"x": x, "y": y} for x, y in points]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

        for first, *others in self.on_screen(strokes):
            send("touchStart", first)
            for point in others:
                send("touchMove", point)
            send("touchEnd")

    def write(self, text: str) -> None:
        """Write digits side by side with the mouse."""
        for place, digit in enumerate(text):
            self.mouse(at(DIGITS[digit], 0.12 + 0.38 * place, 0.32, 0.4))

    def reads(self, text: str, state: str = "read") -> None:
        """Wait for an answer."""
        self.page.wait_for_function(
            """([text, state]) => document.querySelector("#text").textContent === text
               && document.querySelector("#result").dataset.state === state""",
            arg=[text, state],
            timeout=PATIENCE,
        )

    def wait_until(self, promised: str) -> None:
        """Wait until a function's promise is kept by something true.

        ``wait_for_function`` takes the promise itself for true.
        """
        for _ in range(PATIENCE // 100):
            if self.page.evaluate(f"async () => Boolean(await ({promised})())"):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"not so after {PATIENCE} ms: {promised}")

    def click(self, name: str) -> None:
        self.page.locator(f"#{name}").click()
