"""A window with one tall picture in it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PIL.Image import Image

Unit = Literal["units", "pages"]

# Of the screen, so that the frame and the task bar have room.
SHARE_OF_SCREEN = 0.85
# How often the window looks for events: as a video's frames, so that scrolling is smooth.
SECONDS = 1 / 60


class NoScreenError(Exception):
    """There is no screen to open a window on."""


def open_window(draw: Callable[[int], Image]) -> None:
    """Show a picture in a window that scrolls, until it is closed (also by Escape or q).

    Args:
        draw: Draws the picture for a width in pixels.

    Raises:
        NoScreenError: No display, or a Python without Tk.
    """
    if not _has_screen():
        raise NoScreenError
    try:
        import tkinter as tk

        from PIL import ImageTk

        root = tk.Tk()
    except (ImportError, RuntimeError) as error:
        raise NoScreenError from error
    except tk.TclError as error:  # a display is named but cannot be reached
        raise NoScreenError from error
    width = round(root.winfo_screenwidth() * SHARE_OF_SCREEN)
    height = round(root.winfo_screenheight() * SHARE_OF_SCREEN)
    picture = draw(width)
    root.title("digitus")
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
    open_now = True

    def close(*_: object) -> None:
        nonlocal open_now
        open_now = False

    root.protocol("WM_DELETE_WINDOW", close)
    for key in ("<Escape>", "q"):
        root.bind(key, close)

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
    # A loop of our own, because Tk's would not notice ctrl-C until the next event.
    try:
        while open_now:
            root.update()
            time.sleep(SECONDS)
    finally:
        root.destroy()


def _has_screen() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
