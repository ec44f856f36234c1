"""What the app does where the server wants a key, or cannot be reached."""

from __future__ import annotations

from real_server import serving

KEY = "a-key-of-32-letters-or-so-for-tests"


def test_it_asks_for_the_key_that_a_server_wants(open_app, tmp_path):
    keys = tmp_path / "keys.txt"
    keys.write_text(f"{KEY}\n")
    with serving("--api-key-file", str(keys)) as locked:
        app = open_app(url=locked.url)
        app.write("7")
        app.page.wait_for_selector("#locked[open]")
        app.page.locator("#key").fill(KEY)
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
    app.click("undo")
    app.click("redo")
    app.reads("7")
    assert any("ERR_INTERNET_DISCONNECTED" in one for one in app.complaints)
    app.complaints.clear()
