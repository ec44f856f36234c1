"""What the user named -> the pictures to read."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from digitus.errors import ImageError
from digitus.reading import Reading, ReadingError

if TYPE_CHECKING:
    from digitus.reader import Reader

PIECE = 1 << 20  # bytes read at a time, so that a stream without an end is noticed early


class StandardInput(BytesIO):
    """What was piped in, kept: it may be needed again for drawing on it."""

    name = "<stdin>"  # becomes the source of the reading


Source = Path | StandardInput | Reading
"""A file, standard input, or the reading that says why there is no picture."""


def find_sources(paths: Iterable[str]) -> list[Source]:
    """Resolve files, folders, patterns and ``-``, in the order in which they were named."""
    from digitus.files import find_images

    sources: list[Source] = []
    for path in paths:
        if path == "-":
            sources.append(_standard_input())
            continue
        try:
            sources.extend(find_images(path))
        except ImageError as error:
            why = ReadingError(type(error).__name__, str(error))
            sources.append(Reading(source=path, page=1, width=0, height=0, error=why))
    return sources


def read_sources(reader: Reader, sources: Iterable[Source], **options: Any) -> Iterator[Reading]:
    """Read every source in order, one reading a page; what cannot be read says why."""
    for source in sources:
        if isinstance(source, Reading):
            yield source
        else:
            yield from reader.read_many([source], **options)


def _standard_input() -> StandardInput:
    from digitus.limits import MAX_BYTES

    if sys.stdin is None or sys.stdin.isatty():
        raise typer.BadParameter(
            "- reads a picture from standard input: pipe one in, as in 'digitus read - < 7.png'."
        )
    content = StandardInput()
    try:
        while content.tell() <= MAX_BYTES and (piece := sys.stdin.buffer.read(PIECE)):
            content.write(piece)
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"- cannot be read from standard input: {error}.") from error
    return content
