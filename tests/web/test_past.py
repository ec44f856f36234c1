"""What the app keeps of a session."""

from __future__ import annotations

from handwriting import DIGITS, at


def test_what_was_read_comes_back_from_the_session(open_app):
    app = open_app()
    app.write("2")
    app.reads("2")
    app.click("clear")
    app.write("7")
    app.reads("7")
    app.page.wait_for_selector(".entry >> nth=1")
    app.page.get_by_label("Show 2 again").press("Enter")
    app.reads("2")
    app.page.wait_for_selector(".entry >> nth=0 >> text=2")
    # Who came here by the keyboard is still there.
    label = app.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label == "Show 2 again"
    app.click("forget")
    assert app.page.locator("#past").is_hidden()


def test_undo_does_not_take_back_what_was_read(open_app):
    app = open_app()
    app.mouse(at(DIGITS["4"], 0.4, 0.2, 0.6))
    app.reads("4")
    app.page.get_by_label("Show 4 again").wait_for()
    app.click("undo")
    app.page.wait_for_function("() => document.querySelector('#text').textContent !== '4'")
    assert [one.get_attribute("aria-label") for one in app.page.locator(".entry").all()] == [
        "Show 4 again"
    ]


def test_what_was_cleared_before_its_answer_came_is_kept(open_app):
    app = open_app()
    app.page.evaluate(
        """() => {
          const call = fetch;
          window.fetch = async (...what) => {
            await new Promise((resolve) => setTimeout(resolve, 1500));
            return call(...what);
          };
        }"""
    )
    app.mouse(at(DIGITS["7"], 0.4, 0.2, 0.6))
    app.click("clear")
    app.mouse(at(DIGITS["2"], 0.4, 0.2, 0.6))
    app.reads("2")
    app.page.get_by_label("Show 7 again").wait_for()
    app.page.get_by_label("Show 2 again").wait_for()


def test_undo_ends_somewhere(open_app):
    app = open_app()
    steps = app.page.evaluate(
        """async () => {
          const { Timeline } = await import("./timeline.js");
          const { newSheet } = await import("./sheet.js");
          const timeline = new Timeline();
          const gone = [...Array(150)].flatMap(() => timeline.add(newSheet()));
          let steps = 0;
          for (; timeline.canUndo; steps++) timeline.undo();
          return [gone.length, steps];
        }"""
    )
    assert steps == [51, 99]
