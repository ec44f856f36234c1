"""What the app does where the server wants a key, or cannot be reached."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from real_server import serving

SEVEN = Path(__file__).parents[2] / "examples" / "7-crossed-ruled.png"
KEY = "a-key-of-32-letters-or-so-for-tests"


def test_it_asks_for_the_key_that_a_server_wants(open_app, tmp_path):
    keys = tmp_path / "keys.txt"
    keys.write_text(f"{KEY}\n")
    with serving("--api-key-file", str(keys)) as locked:
        app = open_app(url=locked.url)
        app.write("7")
        app.page.wait_for_selector("#locked[open]")
        key, wrong = app.page.locator("#key"), app.page.locator("#wrong")
        assert wrong.is_hidden()
        # Browsers send no such letter, and would say that there is no server.
        key.fill("Schlüssel")
        app.page.keyboard.press("Enter")
        assert "ASCII" in key.evaluate("it => it.validationMessage")
        key.fill("another-key-of-so-many-letters")
        app.page.keyboard.press("Enter")
        wrong.wait_for()
        key.fill(KEY)
        app.page.keyboard.press("Enter")
        app.reads("7")
        app.write("27")
        app.page.wait_for_selector("#locked:not([open])", state="attached")
        assert KEY not in app.page.evaluate("() => JSON.stringify(localStorage)")
        app.page.close()  # before its server is gone: it may be fetching something
    refused = [one for one in app.complaints if "401" in one]  # the browser notes them
    app.complaints = [one for one in app.complaints if one not in refused]
    assert refused


def test_it_says_so_where_the_server_cannot_be_reached(open_app):
    app = open_app()
    app.page.context.set_offline(True)
    app.write("7")
    app.reads("It could not be read", "failed")
    app.page.context.set_offline(False)
    # On a machine that has no network but its own, the browser knows of no change.
    app.page.evaluate("() => dispatchEvent(new Event('online'))")
    app.reads("7")
    assert any("ERR_INTERNET_DISCONNECTED" in one for one in app.complaints)
    app.complaints.clear()


def problem(kind, status=422, *, page_error=None, **headers):
    """Return an answer of the server."""
    readings = [{"numbers": [], "error": {"type": page_error, "message": "In English"}}]
    body = {"type": f"/docs#{kind}", "detail": "In English"}
    return {
        "status": status,
        "headers": headers,
        "content_type": "application/problem+json",
        "body": json.dumps({**body, "readings": readings} if page_error else body),
    }


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (problem("unreadable", page_error="ImageTooSmall"), "zu klein"),
        (problem("too-large", 413, page_error="ImageTooLarge"), "zu groß"),
        (problem("too-large", 413), "zu groß"),
        (problem("slow-upload", 408), "Senden"),
        (problem("too-slow", 504), "Lesen"),
        (problem("failed", 500), "ging etwas schief"),
    ],
)
def test_what_failed_is_told_in_the_language_of_the_page_and_tried_again(open_app, answer, words):
    app = open_app(locale="de-DE")
    app.page.route("**/v1/read*", lambda route: route.fulfill(**answer))
    app.page.locator("#file").set_input_files(SEVEN)
    app.reads("Es ließ sich nicht lesen", "failed")
    assert words in app.page.locator("#sure").text_content()
    app.page.unroute("**/v1/read*")
    app.page.get_by_role("button", name="Noch einmal").click()
    app.reads("7")
    assert app.page.locator("#retry").is_hidden()
    app.complaints.clear()  # the browser notes every such answer


def test_a_busy_server_is_asked_again(open_app):
    app = open_app()
    busy = problem("busy", 503, **{"Retry-After": "1"})
    app.page.route("**/v1/read*", lambda route: route.fulfill(**busy), times=1)
    app.page.evaluate(
        """() => new MutationObserver(() => {
          if (document.querySelector("#result").dataset.state === "failed") window.failed = true;
        }).observe(document.querySelector("#result"), { attributes: true })"""
    )
    app.page.locator("#file").set_input_files(SEVEN)
    app.reads("7")
    assert not app.page.evaluate("window.failed")
    app.complaints.clear()  # the browser notes every answer 503
