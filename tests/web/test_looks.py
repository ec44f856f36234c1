"""What can be seen: pictures of the app for people, and rules that a program can check."""

from __future__ import annotations

import pytest

from handwriting import DIGITS, at

SIZES = [(360, 740), (740, 360), (820, 1180), (1440, 900)]
SCHEMES = [("light", "en-US"), ("dark", "de-DE")]


@pytest.mark.parametrize(("scheme", "locale"), SCHEMES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_it_fits_and_everybody_can_use_it(open_app, screenshots, size, scheme, locale):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="no axe: pip install '.[dev]'"
    )
    app = open_app(*size, color_scheme=scheme, locale=locale)

    def look(state: str) -> None:
        app.page.wait_for_timeout(300)  # colours change slowly
        name = f"{size[0]}x{size[1]}-{scheme}-{state}.png"
        app.page.screenshot(path=screenshots / name, full_page=True)
        assert app.page.evaluate("document.documentElement.scrollWidth") == size[0]
        assert app.page.locator("#pad").bounding_box()["height"] < size[1]
        found = axe.Axe().run(app.page).response["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in found] == []

    look("empty")
    app.write("274")
    app.reads("274")
    app.page.locator("summary").click()
    look("read")
    app.click("clear")
    for i, digit in enumerate("274018263512"):
        app.mouse(at(DIGITS[digit], 0.06 + 0.2 * (i % 6), 0.1 + 0.45 * (i // 6), 0.3))
    app.page.wait_for_selector(".digit >> nth=9")
    look("many")
    app.page.context.set_offline(True)
    app.mouse(at(DIGITS["1"], 0.06, 0.8, 0.15))
    app.page.wait_for_selector("#result[data-state=failed]")
    look("failed")
    app.complaints.clear()  # the browser notes that there is no network
    app.page.context.set_offline(False)
    app.click("camera")
    app.page.wait_for_selector("#take:enabled")
    look("camera")


def test_a_long_name_of_a_server_is_cut_short(open_app):
    app = open_app(360, 740)
    name = "Read by handwriting.department-of-archives.example.org"
    app.page.locator("#place").evaluate("(it, name) => { it.textContent = name; }", name)
    assert app.page.evaluate("document.documentElement.scrollWidth") == 360
    box = app.page.locator("#theme").bounding_box()
    assert box["x"] + box["width"] <= 360


def test_light_and_dark_follow_the_system_until_switched(open_app):
    app = open_app(color_scheme="dark")

    def light() -> bool:
        colour = app.page.evaluate("getComputedStyle(document.body).backgroundColor")
        return int(colour[4:-1].split(",")[0]) > 128

    assert not light()
    app.page.emulate_media(color_scheme="light")
    assert light()
    app.click("theme")
    assert not light()
    app.page.reload()
    assert not light()
    # The bars of a phone, too.
    ground = app.page.evaluate("getComputedStyle(document.body).backgroundColor")
    bars = app.page.locator("meta[name=theme-color]")
    assert {one.get_attribute("content") for one in bars.all()} == {ground}


def test_german_and_english(open_app):
    app = open_app(locale="de-CH")
    assert app.page.locator("html").get_attribute("lang") == "de"
    app.reads("Das Blatt ist leer", "empty")
    app.write("7")
    app.reads("7")
    assert "sicher" in app.page.locator("#sure").text_content()
    app.page.locator("summary").click()
    assert "Strg+Umschalt+Z" in app.page.locator("#keys").text_content()
    app.click("language")
    assert "sure" in app.page.locator("#sure").text_content()
    assert app.page.locator("html").get_attribute("lang") == "en"
    app.page.reload()
    app.reads("The sheet is empty", "empty")


def test_a_screen_reader_is_told_the_answer(open_app):
    app = open_app()
    assert app.page.locator("#said").get_attribute("aria-live") == "polite"
    app.write("7")
    app.page.wait_for_function(
        "() => document.querySelector('#said').textContent.startsWith('Read: 7')"
    )


def test_the_keyboard_reaches_everything_and_its_focus_is_seen(open_app):
    app = open_app()
    app.write("7")
    app.reads("7")
    seen = []
    for _ in range(40):  # once around
        app.page.keyboard.press("Tab")
        name, outline = app.page.evaluate(
            """[document.activeElement.id || document.activeElement.tagName,
                getComputedStyle(document.activeElement.nextElementSibling?.parentElement
                  .matches("label:has(input[type=radio])")
                  ? document.activeElement.nextElementSibling
                  : document.activeElement).outlineStyle]"""
        )
        seen.append(name)
        assert outline == "solid" or name in {"A", "BODY"}, name
    assert {"language", "theme", "open", "camera", "undo", "clear", "pen", "copy"} <= set(seen)
