from __future__ import annotations

import pytest

from handwriting import DIGITS, LETTER, at

SIZES = [(360, 740), (820, 1180), (1440, 900)]


@pytest.mark.parametrize(("pen", "expect"), [("mouse", "Numbers"), ("touch", "One digit")])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_digit_is_read_on_every_screen(open_app, size, pen, expect):
    app = open_app(*size, has_touch=pen == "touch")
    app.page.get_by_label(expect).check(force=True)
    for digit, strokes in DIGITS.items():
        getattr(app, pen)(at(strokes, 0.35, 0.15, 0.7))
        app.reads(digit)
        app.click("clear")
        app.reads("The sheet is empty", "empty")


def test_whole_numbers_are_read_and_marked(open_app):
    app = open_app()
    app.write("274")
    app.reads("274")
    assert app.page.locator("#boxes span").all_text_contents() == list("274")
    assert app.page.locator(".first .value").all_text_contents() == list("274")


def test_boxes_lie_around_the_ink(open_app):
    app = open_app()
    app.mouse(at(DIGITS["0"], 0.5, 0.3, 0.5))
    app.reads("0")
    (stroke,) = app.on_screen(at(DIGITS["0"], 0.5, 0.3, 0.5))
    xs, ys = [x for x, _ in stroke], [y for _, y in stroke]
    # Boxes are drawn anew with each reading, the last one after the pen was lifted.
    app.page.wait_for_function(
        """([left, top, right, bottom]) => {
            const box = document.querySelector("#boxes div")?.getBoundingClientRect();
            return box && box.left < left && right < box.right && box.right < right + 40
                && box.top < top && bottom < box.bottom && box.bottom < bottom + 40;
        }""",
        arg=[min(xs), min(ys), max(xs), max(ys)],
    )


def test_it_is_read_before_the_pen_is_lifted(open_app):
    app = open_app()
    (stroke,) = app.on_screen(at(DIGITS["2"], 0.4, 0.2, 0.6))
    app.page.mouse.move(*stroke[0])
    app.page.mouse.down()
    for point in stroke[1:]:
        app.page.mouse.move(*point, steps=3)
    app.page.wait_for_timeout(200)
    app.page.mouse.move(stroke[-1][0] + 1, stroke[-1][1])
    app.reads("2")
    app.page.mouse.up()
    app.reads("2")


def test_a_doubtful_digit_shows_what_else_it_may_be(open_app):
    app = open_app()
    # Between a 1 and a 7.
    app.mouse([[(0.485, 0.277), (0.62, 0.2), (0.6, 0.5), (0.56, 0.8)]])
    # What was half drawn may have been doubtful, too: only the last answer counts.
    app.page.wait_for_function(
        """() => {
            const values = [...document.querySelectorAll(".bar .value")].map(v => v.textContent);
            return document.querySelector(".other .filled") && values.sort().join() === "1,7";
        }"""
    )
    first, *others = app.page.locator(".bar .share").all_text_contents()
    shares = [float(share.rstrip("%")) for share in (first, *others)]
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize("expect", ["Numbers", "One digit"])
def test_a_letter_is_no_digit(open_app, expect):
    app = open_app()
    app.page.get_by_label(expect).check(force=True)
    app.mouse(at(LETTER, 0.35, 0.15, 0.7))
    app.reads("No digit", "none")
    assert app.page.locator("#boxes div").count() == 0


def test_an_empty_sheet_says_so(open_app):
    app = open_app()
    app.reads("The sheet is empty", "empty")
    assert app.page.locator("#hint").is_visible()
    assert app.page.locator("#clear").is_disabled()


def test_writing_does_not_scroll(open_app):
    app = open_app(360, 500, has_touch=True)
    app.touch([[(0.6, 0.8), (0.6, 0.5), (0.6, 0.1)]])
    assert app.page.evaluate("scrollY") == 0


def test_ink_is_sharp_on_dense_screens(open_app):
    app = open_app(360, 740, device_scale_factor=3)
    canvas = app.page.locator("#canvas")
    assert canvas.evaluate("it => it.width / it.clientWidth") == pytest.approx(3, abs=0.02)


def test_undo_redo_and_clear(open_app):
    app = open_app()
    app.write("27")
    app.reads("27")
    app.click("undo")
    app.reads("2")
    app.page.keyboard.press("Control+z")
    app.reads("The sheet is empty", "empty")
    assert app.page.locator("#undo").is_disabled()
    app.page.keyboard.press("Control+y")
    app.click("redo")
    app.reads("27")
    app.page.keyboard.press("Delete")
    app.reads("The sheet is empty", "empty")
    app.click("undo")
    app.reads("27")


def test_undo_while_the_pen_is_down_breaks_the_stroke_off(open_app):
    app = open_app()
    (stroke,) = app.on_screen([[(0.5, 0.2), (0.5, 0.8), (0.6, 0.8)]])
    app.page.mouse.move(*stroke[0])
    app.page.mouse.down()
    app.page.mouse.move(*stroke[1])
    app.page.keyboard.press("Control+z")
    app.page.mouse.move(*stroke[2])
    app.page.mouse.up()
    app.reads("The sheet is empty", "empty")
    assert app.page.locator("#redo").is_disabled()


def test_a_pen_that_leaves_without_a_word_was_lifted(open_app):
    app = open_app()
    (stroke,) = app.on_screen(at(DIGITS["7"], 0.4, 0.2, 0.6))
    app.page.mouse.move(*stroke[0])
    app.page.mouse.down()
    for point in stroke[1:]:
        app.page.mouse.move(*point, steps=3)
    canvas = app.page.locator("#canvas")
    canvas.dispatch_event("lostpointercapture", {"pointerId": 1})
    app.page.wait_for_selector("#undo:enabled")
    app.page.mouse.up()
    app.reads("7")
    app.click("undo")
    app.reads("The sheet is empty", "empty")


def test_the_pen_is_as_wide_as_told(open_app):
    app = open_app()
    widths = []
    for place, width in enumerate((6, 24)):
        app.page.locator("#pen").fill(str(width))
        app.mouse([[(0.66, 0.2), (0.66, 0.5), (0.66, 0.8)]])
        app.page.wait_for_selector(f".entry >> nth={place}")  # whole strokes alone are noted down
        widths.append(app.page.locator("#boxes div").evaluate("it => it.clientWidth"))
        app.click("clear")
    scale = app.page.locator("#canvas").evaluate("it => it.clientWidth / 480")
    assert (widths[1] - widths[0]) / scale == pytest.approx(18, abs=3)
