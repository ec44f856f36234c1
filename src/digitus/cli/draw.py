"""``digitus draw``: a window to draw digits in, and what they are read as."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from digitus.cli.own_model import reader_with
from digitus.errors import NoScreen


def draw(
    expect: Annotated[
        Literal["digit", "numbers"],
        typer.Option(
            help="What is drawn: any numbers, or one digit alone; the window can change it."
        ),
    ] = "numbers",
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Read with your own model, as with read.", show_default=False
        ),
    ] = None,
) -> None:
    """Draw digits with the mouse or a pen in a window, and see at once what they are read as.

    Ctrl-Z takes the last stroke back, Delete clears, Escape closes the window.

    [bold]digitus draw[/bold]
    """
    from digitus.cli.window import keep_open, new_window

    reader = reader_with(model)  # first: a window that stays empty would stay open
    try:
        root = new_window()
    except NoScreen as error:
        raise NoScreen(f"{error}. Or draw in a browser: digitus serve") from error
    from digitus.cli.pad import Pad

    Pad(root, reader, expect)
    keep_open(root)
