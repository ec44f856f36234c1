"""The model that the user names -> a reader."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from digitus.cli.output import printable
from digitus.errors import InvalidOption

if TYPE_CHECKING:
    from digitus.reader import Reader


def reader_with(model: Path | None, scaling: str | None = None, *, shared: bool = False) -> Reader:
    """Return a reader with the user's own model, of whatever kind, or with the shipped one."""
    from digitus.reader import Reader  # ONNX Runtime takes most of the starting time

    if model is None and scaling is None:
        return Reader(shared=shared)
    from digitus.training.exchange.sources import readable

    if model is None:
        raise InvalidOption("--scaling is for a .keras model: name it with --model")
    with readable(model, scaling) as found:
        if found.remark:
            typer.echo(printable(found.remark), err=True)
        return Reader(found.path, shared=shared)
