"""Where results go: standard output, or files that are never left half-written."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import count
from pathlib import Path
from typing import IO, Any

from digitus.errors import OutputError

# File names need not be valid text; what the output's encoding lacks is written as \\udcff.
UNENCODABLE = "backslashreplace"
# Where there is no terminal a table is as wide as it needs to be.
PIPE_WIDTH = 200
_PARTS = count()  # so that files that are written at the same time have names of their own


@contextmanager
def text_output(path: Path | None) -> Iterator[IO[str]]:
    """Yield standard output, or a file that replaces ``path`` when all has been written."""
    if path is not None:
        with replacing(path, "w", encoding="utf-8", errors=UNENCODABLE, newline="\n") as file:
            yield file
        return
    if sys.stdout is None:  # closed by the caller
        raise OutputError("there is no standard output. Name a file with --out.")
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors=UNENCODABLE)
    with _sentences("standard output"):
        yield sys.stdout
        sys.stdout.flush()


def width_of(stream: IO[str]) -> int | None:
    """Return how wide a table may be, in letters; None where the terminal says it."""
    return None if stream.isatty() else PIPE_WIDTH


@contextmanager
def replacing(path: Path, mode: str, **options: Any) -> Iterator[IO[Any]]:
    """Open a temporary file beside ``path`` and rename it when the block ends without an error.

    Args:
        path: The file to write; a device or a pipe is written to directly.
        mode: ``"w"`` or ``"wb"``.
        **options: For ``open``.

    Raises:
        OutputError: The folder cannot be written to, or the disk is full.
    """
    with _sentences(str(path)):
        target = Path(os.path.realpath(path))  # a link stays a link; a loop is an error to open
        if target.is_dir():
            raise OutputError(f"'{path}' is a folder: name a file in it.")
        if target.exists() and not target.is_file():
            with target.open(mode, **options) as file:
                yield file
            return
        # Not made of its name, which may be as long as names can be.
        part = target.with_name(f".digitus-{os.getpid()}-{next(_PARTS)}.part")
        try:
            with part.open(mode, **options) as file:
                yield file
            if target.exists():
                shutil.copymode(target, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Create a folder and its parents; fail now rather than after an hour of reading."""
    with _sentences(str(path)):
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK):
            raise PermissionError(None, "permission denied")


def printable(words: str) -> str:
    """Return the words with control characters written out: they must not rule the terminal."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in words
    )


def same_file(one: Path, other: Path) -> bool:
    """Tell whether two paths lead to the same file or folder, which is there."""
    try:
        return one.samefile(other)
    except OSError:
        return False


@contextmanager
def _sentences(name: str) -> Iterator[None]:
    """Turn the system's errors into one sentence; a closed pipe is not an error but the end."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"cannot write to {name}: {reason[:1].lower()}{reason[1:]}. "
            "Choose another place, or make room for it."
        ) from error
