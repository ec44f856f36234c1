"""Windows: one to begin with, one with a tall picture in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

from digitus.errors import NoScreen

if TYPE_CHECKING:
    import tkinter as tk

    from PIL.Image import Image

Unit = Literal["units", "pages"]

# Of the screen, so that the frame and the task bar have room.
SHARE_OF_SCREEN = 0.85
# How often Python gets a word, and notices ctrl-C; Tk's loop alone waits for the next event.
TICK_MS = 100


def new_window() -> tk.Tk:
    """Return an empty window.

    Raises:
        NoScreen: No display, or a Python without Tk.
    """
    if not _has_screen():
        raise NoScreen("there is no screen to open a window on (neither DISPLAY nor a desktop)")
    try:
        import tkinter as tk
    except (ImportError, RuntimeError) as error:
        raise NoScreen(
            "this Python has no Tk, which draws windows: install it (on Debian and Ubuntu "
            "'apt-get install python3-tk')"
        ) from error
    try:
        root = tk.Tk(className="digitus")
    except tk.TclError as error:  # a display is named but cannot be reached
        raise NoScreen(f"the screen cannot be reached: {error}") from error
    root.title("digitus")
    return root


def keep_open(root: tk.Tk) -> None:
    """Show a window until it is closed, ctrl-C included; what fails in it is raised here."""
    import tkinter as tk

    failures: list[BaseException] = []

    def fail(_: object, error: BaseException, __: object) -> None:
        failures.append(error)
        root.destroy()

    def tick() -> None:
        root.after(TICK_MS, tick)

    root.report_callback_exception = fail
    tick()
    try:
        root.mainloop()
    finally:
        with suppress(tk.TclError):  # it is closed already
            root.destroy()
    if failures:
        raise failures[0]


def open_window(draw: Callable[[int], Image]) -> None:
    """Show a picture in a window that scrolls, until it is closed (also by Escape or q).

    Args:
        draw: Draws the picture for a width in pixels.

    Raises:
        NoScreen: No display, or a Python without Tk.
    """
    root = new_window()
    import tkinter as tk

    try:
        from PIL import ImageTk
    except ImportError as error:  # some systems pack it apart from Pillow
        raise NoScreen("this Pillow has no ImageTk, which shows pictures") from error
    width = round(root.winfo_screenwidth() * SHARE_OF_SCREEN)
    height = round(root.winfo_screenheight() * SHARE_OF_SCREEN)
    picture = draw(width)
    bar = tk.Scrollbar(root)
    canvas = tk.Canvas(root, highlightthickness=0, yscrollcommand=bar.set)
    bar.config(command=canvas.yview)
    photo = ImageTk.PhotoImage(picture, master=root)
    canvas.create_image(0, 0, image=photo, anchor="nw")
    canvas.config(
        width=min(picture.width, width),
        height=min(picture.height, height),
        scrollregion=(0, 0, picture.width, picture.height),
    )
    if picture.height > height:
        bar.pack(side="right", fill="y")
    canvas.pack(side="left", fill="both", expand=True)
    for key in ("<Escape>", "q"):
        root.bind(key, lambda _: root.destroy())

    def scrolling(amount: int, unit: Unit) -> Callable[[object], None]:
        return lambda _: canvas.yview_scroll(amount, unit)

    keys: tuple[tuple[str, int, Unit], ...] = (
        *(("<Button-4>", -3, "units"), ("<Button-5>", 3, "units")),
        *(("<Up>", -3, "units"), ("<Down>", 3, "units")),
        *(("<Prior>", -1, "pages"), ("<Next>", 1, "pages")),
    )
    for key, amount, unit in keys:
        root.bind(key, scrolling(amount, unit))
    root.bind("<MouseWheel>", lambda e: canvas.yview_scroll(-1 if e.delta > 0 else 1, "units"))
    keep_open(root)


def _has_screen() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
