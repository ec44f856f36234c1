from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event
from threading import enumerate as enumerate_threads
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from digitus.cli.strokes import picture
from digitus.cli.window import new_window
from digitus.reader import Reader
from digitus.reading import Alternative, Digit, Number, Reading
from handwriting import DIGITS, LETTER, Stroke, at
from screen import PATIENCE, escape

if TYPE_CHECKING:
    from digitus.cli.pad import Pad


class SlowReader:
    """Reads a 7 off anything, as soon as it may."""

    def __init__(self) -> None:
        self.begun, self.may = Event(), Event()
        self.pictures: list[Image.Image] = []

    def read(self, image: Image.Image, **_: Any) -> Reading:
        self.pictures.append(image)
        self.begun.set()
        assert self.may.wait(PATIENCE)
        return Reading("", 1, *image.size, ((Number.of([Digit(7, 0.9, (0, 0, 9, 9))]),),))


@pytest.fixture
def open_pad(display: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], Pad]]:
    """Open the window with a reader."""
    monkeypatch.setenv("DISPLAY", display)
    from digitus.cli.pad import Pad

    root = new_window()
    failures: list[Any] = []
    monkeypatch.setattr(root, "report_callback_exception", lambda *why: failures.append(why))

    def start(reader: Any) -> Pad:
        pad = Pad(root, reader)
        while root.focus_get() is None:  # it hears no key before
            root.focus_force()
            root.update()
        return pad

    yield start
    if root.children:  # else the test has closed it
        root.destroy()
    assert failures == []


@pytest.fixture
def pad(open_pad: Callable[[Any], Pad], reader: Reader) -> Pad:
    return open_pad(reader)


@pytest.fixture
def slow(open_pad: Callable[[Any], Pad]) -> Iterator[tuple[Pad, SlowReader]]:
    """A pad that has begun to read, with the pen down, and its reader."""
    reader = SlowReader()
    pad = open_pad(reader)
    pad.sheet.event_generate("<ButtonPress-1>", x=20, y=20)
    pad.sheet.event_generate("<B1-Motion>", x=20, y=40)
    while not reader.begun.is_set():
        pad.root.tk.dooneevent()
    yield pad, reader
    reader.may.set()


def draw(pad: Pad, strokes: list[Stroke], left: float, top: float, side: float) -> None:
    """Draw with the mouse."""
    for stroke in at(strokes, left, top, side):
        places = [{"x": round(x), "y": round(y)} for x, y in stroke]
        pad.sheet.event_generate("<ButtonPress-1>", **places[0])
        for place in places[1:]:
            pad.sheet.event_generate("<B1-Motion>", **place)
        pad.sheet.event_generate("<ButtonRelease-1>", **places[-1])
    pad.root.update()


def said(pad: Pad, tag: str = "text") -> list[str]:
    """What is shown as soon as all is read."""
    while pad.reading:
        pad.root.tk.dooneevent()
    canvas = pad.answer.canvas
    return [canvas.itemcget(item, "text") for item in canvas.find_withtag(tag)]


def press(pad: Pad, key: str) -> None:
    pad.root.event_generate(key)
    pad.root.update()


def test_an_empty_sheet_says_what_to_do(pad):
    assert said(pad) == ["Draw a digit or a number"]
    assert pad.undo_button.instate(["disabled"])
    assert pad.clear_button.instate(["disabled"])
    press(pad, "<Control-z>")
    press(pad, "<Delete>")
    assert said(pad) == ["Draw a digit or a number"]


@pytest.mark.parametrize("digit", "0123456789")
def test_a_digit_is_read_as_soon_as_it_is_drawn(pad, digit):
    draw(pad, DIGITS[digit], 220, 60, 240)
    assert said(pad) == [digit]
    assert said(pad, "value")[0] == digit
    assert said(pad, "confidence")[0].endswith(" %")
    assert pad.sheet.find_all()


def test_a_number_is_read_digit_by_digit(pad):
    for place, digit in enumerate("2795"):
        draw(pad, DIGITS[digit], 60 + 130 * place, 100, 120)
    assert said(pad) == ["2795"]
    assert set(said(pad, "value")) >= set("2795")
    assert len(pad.answer.canvas.find_withtag("bar")) >= 4


def test_it_reads_while_the_pen_is_down(pad):
    (stroke,) = at(DIGITS["3"], 220, 60, 240)
    places = [{"x": round(x), "y": round(y)} for x, y in stroke]
    pad.sheet.event_generate("<ButtonPress-1>", **places[0])
    for place in places[1:]:
        pad.sheet.event_generate("<B1-Motion>", **place)
    while said(pad) != ["3"]:  # the timer is an event, too
        pad.root.tk.dooneevent()


def test_the_pen_is_followed_while_it_reads_and_the_newest_sheet_is_read(slow):
    from digitus.cli.pad import PEN, SIZE

    pad, reader = slow
    places = [(20 + 3 * step, 60 + step % 7) for step in range(100)]
    for x, y in places:
        pad.sheet.event_generate("<B1-Motion>", x=x, y=y)
        pad.root.update()
    pad.sheet.event_generate("<ButtonRelease-1>", x=x, y=y)
    assert pad.strokes == [[(20, 20), (20, 40), *places]]
    reader.may.set()
    assert said(pad) == ["7"]
    _, newest = reader.pictures  # and none between
    assert newest == picture(pad.strokes, SIZE, PEN)


def test_what_is_read_of_a_sheet_that_was_cleared_is_not_shown(slow):
    pad, reader = slow
    press(pad, "<Delete>")
    reader.may.set()
    while pad.root.tk.call("after", "info"):
        pad.root.tk.dooneevent()
    assert said(pad) == ["Draw a digit or a number"]


def test_with_the_window_the_thread_ends(slow):
    pad, reader = slow
    (thread,) = (one for one in enumerate_threads() if one.name.startswith("digitus-pad"))
    pad.root.destroy()
    reader.may.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_undo_takes_strokes_back_and_clear_all_of_them(pad):
    draw(pad, DIGITS["7"], 100, 60, 200)
    draw(pad, DIGITS["2"], 340, 60, 200)
    assert said(pad) == ["72"]
    pad.undo_button.invoke()
    assert said(pad) == ["7"]
    draw(pad, DIGITS["2"], 340, 60, 200)
    press(pad, "<Control-z>")
    assert said(pad) == ["7"]
    pad.clear_button.invoke()
    assert (said(pad), pad.sheet.find_all()) == (["Draw a digit or a number"], ())
    draw(pad, DIGITS["7"], 100, 60, 200)
    press(pad, "<Delete>")
    assert (said(pad), pad.sheet.find_all()) == (["Draw a digit or a number"], ())


def test_a_sheet_that_is_cleared_under_the_pen_stays_clear(pad):
    pad.sheet.event_generate("<ButtonPress-1>", x=50, y=50)
    press(pad, "<Delete>")
    pad.sheet.event_generate("<B1-Motion>", x=90, y=90)
    pad.sheet.event_generate("<ButtonRelease-1>", x=90, y=90)
    pad.root.update()
    assert (pad.strokes, pad.sheet.find_all()) == ([], ())


def test_a_letter_is_no_digit(pad):
    draw(pad, LETTER, 220, 60, 240)
    assert said(pad) == ["no digit"]
    assert said(pad, "value") == []


def test_one_digit_can_be_asked_for(pad):
    draw(pad, DIGITS["7"], 100, 60, 200)
    draw(pad, DIGITS["2"], 340, 60, 200)
    pad.expect.set("digit")
    pad.read()
    assert said(pad) != ["72"]
    assert len(said(pad)[0]) in {1, len("no digit")}


def test_runners_up_have_bars_as_long_as_they_are_likely(pad):
    others = (Alternative(7, 0.3), Alternative(2, 0.1))
    number = Number.of([Digit(1, 0.6, (0, 0, 9, 9), others)])
    pad.answer.show(Reading("", 1, 640, 360, ((number,),)))
    assert said(pad, "value") == ["1", "7", "2"]
    assert said(pad, "share") == ["60 %", "30 %", "10 %"]
    canvas = pad.answer.canvas
    widths = [canvas.coords(bar)[2] - canvas.coords(bar)[0] for bar in canvas.find_withtag("bar")]
    track = canvas.coords(canvas.find_withtag("track")[0])
    assert [one / (track[2] - track[0]) for one in widths] == pytest.approx(
        [0.6, 0.3, 0.1], abs=0.01
    )


def test_a_long_number_stays_inside(pad):
    number = Number.of([Digit(8, 0.99, (0, 0, 9, 9))] * 40)
    pad.answer.show(Reading("", 1, 640, 360, ((number,),)))
    left, _, right, _ = pad.answer.canvas.bbox("all")
    assert left >= -2
    assert right <= 642


def test_escape_closes_the_window(display, reader, monkeypatch):
    monkeypatch.setenv("DISPLAY", display)
    from digitus.cli.pad import Pad
    from digitus.cli.window import keep_open

    root = new_window()
    Pad(root, reader)
    root.after_idle(escape, root)
    keep_open(root)  # returns
