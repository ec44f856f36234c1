from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitus.reading import Digit, Number, Reading
from digitus.turning import turned_back
from handwriting import DIGITS, at

EXAMPLES = Path(__file__).parents[2] / "examples"
SEVEN = EXAMPLES / "7-crossed-ruled.png"
SHOW = """([base64, name, kind, count]) => {
  const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  const data = new DataTransfer();
  for (let i = 0; i < count; i++) data.items.add(new File([bytes], name, { type: "image/png" }));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true })
    : new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
}"""


def bring(app, path, kind, count=1):
    content = base64.b64encode(path.read_bytes()).decode()
    app.page.evaluate(SHOW, [content, path.name, kind, count])


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_picture_that_is_dropped_or_pasted_is_read(open_app, kind):
    app = open_app()
    app.page.get_by_label("One digit").check(force=True)
    bring(app, SEVEN, kind)
    app.reads("7")
    assert app.page.locator("#boxes span").all_text_contents() == ["7"]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_page_on_its_side_is_shown_in_lines(open_app, rotation):
    page = np.rot90(np.zeros((100, 160, 3), np.uint8), rotation // 90)
    height, width = page.shape[:2]

    def number(text, left, top):
        box = (left, top, left + 20 * len(text), top + 20)
        back = turned_back(box, rotation, page)
        return Number.of([Digit(int(digit), 0.9, back) for digit in text])

    lines = ((number("12", 10, 10), number("3", 60, 12)), (number("456", 40, 50),))
    reading = Reading("page", 1, width, height, lines, rotation=rotation)
    app = open_app()
    app.page.route(
        "**/v1/read?*", lambda route: route.fulfill(json={"readings": [reading.to_dict()]})
    )
    bring(app, SEVEN, "drop")
    app.reads("12 3\n456")


def test_of_several_files_it_says_that_one_was_taken(open_app):
    app = open_app()
    bring(app, SEVEN, "drop", 3)
    app.reads("7")
    assert "of 3, the first one" in app.page.locator("#note").text_content()
    app.click("clear")
    assert app.page.locator("#note").is_hidden()


def test_of_a_large_photo_no_more_is_kept_than_is_shown(open_app, tmp_path):
    app = open_app()
    app.page.get_by_label("One digit").check(force=True)
    app.page.evaluate(
        """() => {
          const make = createImageBitmap;
          window.made = [];
          window.createImageBitmap = async (...how) => {
            window.made.push(await make(...how));
            return window.made.at(-1);
          };
        }"""
    )
    with Image.open(SEVEN) as seven:
        seven.resize((2000, 3000)).save(tmp_path / "large.png")
    app.page.locator("#file").set_input_files(tmp_path / "large.png")
    app.reads("7")
    # Those that were closed have no sides.
    sizes = app.page.evaluate("made.map(({ width, height }) => [width, height])")
    assert [one for one in sizes if one != [0, 0]] == [[960, 1440]]
    box = app.page.locator("#boxes div").bounding_box()
    sheet = app.page.locator("#pad").bounding_box()
    assert sheet["y"] < box["y"] < box["y"] + box["height"] < sheet["y"] + sheet["height"]


def test_a_file_over_the_page_is_welcome(open_app):
    app = open_app()
    bring(app, SEVEN, "dragover")
    assert app.page.locator("#drop").is_visible()
    bring(app, SEVEN, "drop")
    assert app.page.locator("#drop").is_hidden()
    app.reads("7")


@pytest.mark.parametrize("kind", ["file", "capture"])
@pytest.mark.parametrize("name", ["7-crossed-ruled.png", "6-16-bit-grey.tiff"])
def test_a_picture_that_is_opened_or_photographed_is_read(open_app, kind, name):
    app = open_app()
    app.page.get_by_label("One digit").check(force=True)
    app.page.locator(f"#{kind}").set_input_files(EXAMPLES / name)
    app.reads(name[0])
    assert app.page.locator("#unseen").is_visible() == name.endswith("tiff")


def test_a_file_that_is_no_picture_is_told_in_words(open_app, tmp_path):
    app = open_app()
    (tmp_path / "notes.png").write_text("not a picture")
    app.page.locator("#file").set_input_files(tmp_path / "notes.png")
    app.reads("It could not be read", "failed")
    assert "cannot be opened" in app.page.locator("#sure").text_content()
    app.complaints.clear()  # the browser notes every answer 422


def test_writing_on_a_picture_puts_it_aside_until_undo(open_app):
    app = open_app()
    app.page.locator("#file").set_input_files(SEVEN)
    app.reads("7")
    app.mouse(at(DIGITS["2"], 0.4, 0.2, 0.6))
    app.reads("2")
    app.click("undo")
    app.reads("7")


def test_the_camera_is_shown_and_its_picture_taken(open_app):
    app = open_app(permissions=["camera"])
    app.click("camera")
    app.page.wait_for_selector("#take:enabled")
    app.click("take")
    app.page.wait_for_selector("#result:not([data-state=empty], [data-state=waiting])")
    assert app.page.locator("#hint").is_hidden()
    assert not app.page.evaluate("document.querySelector('#video').srcObject")


def test_one_camera_reads_at_a_time_however_often_it_is_opened(open_app):
    app = open_app(permissions=["camera"])
    app.page.evaluate(
        """() => {
          const call = fetch;
          window.calls = 0;
          window.most = 0;
          window.fetch = async (...what) => {
            window.most = Math.max(window.most, ++window.calls);
            await new Promise((resolve) => setTimeout(resolve, 600));
            window.calls--;
            return call(...what);
          };
        }"""
    )
    for _ in range(3):
        app.click("camera")
        app.page.wait_for_function("() => calls > 0")
        app.click("stop")
    app.click("camera")
    app.page.wait_for_timeout(2000)
    app.page.evaluate("window.most = 0")
    app.page.wait_for_function("() => most > 0")
    app.page.wait_for_timeout(2000)
    assert app.page.evaluate("most") == 1
    app.click("stop")


def test_the_result_is_copied_and_downloaded(open_app):
    app = open_app(permissions=["clipboard-read", "clipboard-write"])
    app.write("27")
    app.reads("27")
    app.click("copy")
    app.page.wait_for_selector("text=Copied")
    assert app.page.evaluate("navigator.clipboard.readText()") == "27"
    with app.page.expect_download() as download:
        app.click("json")
    reading = json.loads(Path(download.value.path()).read_text())
    assert reading["numbers"][0]["text"] == "27"
    assert (reading["width"], reading["height"], reading["source"]) == (480, 360, "drawing")
    with app.page.expect_download() as download:
        app.click("csv")
    heading, row = Path(download.value.path()).read_text().splitlines()
    assert heading == "source,page,number,text,confidence,left,top,right,bottom,error"
    assert row.startswith("drawing,1,1,27,0.")
