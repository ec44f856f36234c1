"""A sheet to draw on, and below it what is read there; loaded by ``digitus draw`` alone."""

from __future__ import annotations

import tkinter as tk
from concurrent.futures import Future, ThreadPoolExecutor
from tkinter import ttk
from typing import cast

from digitus.cli.answer import ACCENT, Answer
from digitus.cli.strokes import Stroke, picture
from digitus.reader import Expect, Reader
from digitus.reading import Reading

# Room for a number of six or seven digits.
SIZE = (640, 360)
# As a felt pen is to the digits that people draw on such a sheet.
PEN = 12
# While the pen is down, the sheet is read this long after it moved: as often as an eye follows.
PAUSE_MS = 60
# How often it is seen whether something was read.
LOOK_MS = 10
GAP = 16
DESK, PAPER, INK, LINE = "#f6f5f1", "#ffffff", "#1b2033", "#dedbd3"
CHOICES: tuple[tuple[Expect, str], ...] = (("numbers", "Numbers"), ("digit", "One digit"))


class Pad:
    """The content of the window.

    A thread reads, since Tk forgets where the pen went while it has to wait. It reads one sheet at
    a time; of those that have changed meanwhile, only the newest is read.

    Args:
        root: The window.
        reader: Reads what is drawn.
        expect: What is drawn at first: numbers, or one digit.

    Attributes:
        strokes: What is on the sheet.
        reading: What is being read; None where all has been said about the sheet.
    """

    def __init__(self, root: tk.Tk, reader: Reader, expect: Expect = "numbers") -> None:
        self.root = root
        self.reader = reader
        self.expect = tk.StringVar(root, expect, "expect")
        self.strokes: list[Stroke] = []
        self._waiting: str | None = None  # the next look at the sheet
        self._thread = ThreadPoolExecutor(1, "digitus-pad")
        self.reading: Future[Reading] | None = None
        self._changed = False  # since the sheet that is being read
        root.bind("<Destroy>", lambda _: self._thread.shutdown(False, cancel_futures=True))
        self._dress()
        bar = tk.Frame(root, background=DESK)
        bar.pack(fill="x", padx=GAP, pady=GAP)
        for value, words in CHOICES:
            ttk.Radiobutton(
                bar, text=words, value=value, variable=self.expect, command=self.read
            ).pack(side="left", padx=(0, GAP))
        self.clear_button = ttk.Button(bar, text="Clear", command=self.clear)
        self.undo_button = ttk.Button(bar, text="Undo", command=self.undo)
        self.clear_button.pack(side="right")
        self.undo_button.pack(side="right", padx=GAP // 2)
        self.sheet = tk.Canvas(root, width=SIZE[0], height=SIZE[1], background=PAPER)
        self.sheet.config(highlightthickness=1, highlightbackground=LINE, cursor="pencil")
        self.sheet.pack(padx=GAP)
        self.answer = Answer(root, SIZE[0], DESK)
        self.answer.canvas.pack(padx=GAP, pady=GAP)
        self.sheet.bind("<ButtonPress-1>", self._begin)
        self.sheet.bind("<B1-Motion>", self._go_on)
        self.sheet.bind("<ButtonRelease-1>", lambda _: self.read())
        for key in ("<Control-z>", "<Command-z>", "<BackSpace>"):
            if key != "<Command-z>" or root.tk.call("tk", "windowingsystem") == "aqua":
                root.bind(key, lambda _: self.undo())
        root.bind("<Delete>", lambda _: self.clear())
        root.bind("<Escape>", lambda _: root.destroy())
        self.read()

    def undo(self) -> None:
        """Take the last stroke back."""
        if self.strokes:
            self.strokes.pop()
            self._redraw()

    def clear(self) -> None:
        """Take a new sheet."""
        self.strokes.clear()
        self._redraw()

    def read(self) -> None:
        """Read the sheet as it is now."""
        if self._waiting is not None:
            self.root.after_cancel(self._waiting)
            self._waiting = None
        state = "!disabled" if self.strokes else "disabled"
        self.undo_button.state([state])
        self.clear_button.state([state])
        if not self.strokes:
            self.reading, self._changed = None, False  # whatever it will be, it is gone
            self.answer.invite()
        elif self.reading is not None:
            self._changed = True
        else:
            strokes = [list(stroke) for stroke in self.strokes]
            expect = cast(Expect, self.expect.get())
            self.reading = self._thread.submit(_read, self.reader, strokes, expect)
            self.root.after(LOOK_MS, self._look, self.reading)

    def _look(self, reading: Future[Reading]) -> None:
        """Show what was read, as soon as it is."""
        if reading is not self.reading:
            return
        if not reading.done():
            self.root.after(LOOK_MS, self._look, reading)
            return
        self.reading = None
        self.answer.show(reading.result())
        if self._changed:
            self._changed = False
            self.read()

    def _begin(self, event: tk.Event[tk.Canvas]) -> None:
        self.strokes.append([(event.x, event.y)])
        self._line(self.strokes[-1] * 2)  # a dot, until it moves

    def _go_on(self, event: tk.Event[tk.Canvas]) -> None:
        if not self.strokes:  # cleared by a key while the pen was down
            return
        stroke = self.strokes[-1]
        stroke.append((event.x, event.y))
        self._line(stroke[-2:])
        if self._waiting is None:
            self._waiting = self.root.after(PAUSE_MS, self.read)

    def _line(self, points: Stroke) -> None:
        self.sheet.create_line(points, width=PEN, fill=INK, capstyle="round", joinstyle="round")

    def _redraw(self) -> None:
        self.sheet.delete("all")
        for stroke in self.strokes:
            self._line(stroke if len(stroke) > 1 else stroke * 2)
        self.read()

    def _dress(self) -> None:
        """Give the window the colours of the web app, as far as the system lets it."""
        self.root.config(background=DESK)
        self.root.resizable(False, False)
        style = ttk.Style(self.root)
        if self.root.tk.call("tk", "windowingsystem") == "x11":
            style.theme_use("clam")
            style.configure("TButton", background=PAPER, bordercolor=LINE, relief="flat")
            style.map("TButton", foreground=[("disabled", "#a3a8b6")], background=[])
            style.configure("TRadiobutton", indicatorbackground=PAPER)
            style.map("TRadiobutton", indicatorbackground=[("selected", ACCENT)])
        style.configure("TRadiobutton", background=DESK)


def _read(reader: Reader, strokes: list[Stroke], expect: Expect) -> Reading:
    return reader.read(picture(strokes, SIZE, PEN), expect=expect)
