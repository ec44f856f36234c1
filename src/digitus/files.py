"""Files, folders and patterns -> the pictures in them, in the order in which people count."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from digitus.errors import ImageNotFound, UnreadableImage

# In a folder only files with these suffixes are pictures. A file that is named by itself may have
# any name.
SUFFIXES = frozenset(
    {
        *(".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".gif"),
        *(".tif", ".tiff", ".webp", ".pbm", ".pgm", ".ppm", ".pnm", ".avif"),
    }
)
MAGIC = re.compile(r"[*?\[]")
NUMBER = re.compile(r"([0-9]+)")


def find_images(path: str | os.PathLike[str]) -> list[Path]:
    """Return the pictures that one path stands for.

    - a file: that file, whatever its name is, also where its name looks like a pattern;
    - a folder: the pictures in it and in its folders, in natural order, without hidden ones
      and what may not be looked into;
    - a pattern that the shell has left as it was (``scans/*.png``, ``**/*.jpg``): the files that
      match, in natural order, without hidden ones; where it names no suffix, only pictures.

    Whether the files are pictures indeed shows when they are read.

    Args:
        path: One path, so that in a batch a wrong one does not stop the others.

    Returns:
        At least one path.

    Raises:
        ImageNotFound: No such file, a folder without pictures, a pattern without a match.
        UnreadableImage: It may not be looked at.
    """
    text = os.fsdecode(path)
    try:
        if not text:
            raise FileNotFoundError
        found = Path(text)
        found.stat()
    except (OSError, ValueError) as error:
        if MAGIC.search(text) and not os.path.lexists(text):
            return _match(text)
        if isinstance(error, PermissionError):
            raise _forbidden(text) from error
        raise ImageNotFound(
            f"there is no file or folder '{text}'. Check the name and the folder."
        ) from error
    return _search(found) if _is_folder(found) else [found]


def natural_key(path: str | os.PathLike[str]) -> tuple[Any, ...]:
    """Return a key that sorts paths as people do: digit2 before digit10, a before B.

    Args:
        path: Need not exist.
    """
    found = Path(os.fsdecode(path))
    *folders, name = found.parts or ("",)
    stem, suffix = name.removesuffix(found.suffix), found.suffix
    # The suffix by itself, so that digit.png comes before digit2.png; the path as it is last, so
    # that the order of 'A.png' and 'a.png' does not depend on the file system.
    parts = [(_pieces(folder), ()) for folder in folders] + [(_pieces(stem), _pieces(suffix))]
    return tuple(parts), str(found)


def _pieces(name: str) -> tuple[str | tuple[int, str], ...]:
    """Split 'Digit10b' into 'digit', 10, 'b': text and numbers in turn, so that they compare."""
    pieces = NUMBER.split(name.casefold())
    # A number is compared by its length, then its digits: no name is too long for that.
    return tuple(
        (len(piece.lstrip("0")), piece.lstrip("0")) if index % 2 else piece
        for index, piece in enumerate(pieces)
    )


def _search(folder: Path) -> list[Path]:
    """Return the pictures in a folder and in its folders."""
    try:
        os.scandir(folder).close()
    except PermissionError as error:
        raise _forbidden(str(folder)) from error
    found = sorted((path for path in _walk(folder) if _is_picture(path)), key=natural_key)
    if not found:
        raise ImageNotFound(
            f"there are no pictures in the folder '{folder}'. Files such as .png, .jpg or .tiff "
            "are looked for, also in the folders inside it."
        )
    return found


def _walk(folder: Path) -> Iterator[Path]:
    """Give the files below a folder; each folder once, however many links lead to it."""
    seen = {_identity(folder)}
    for place, folders, files in os.walk(folder, followlinks=True):
        inside = []
        for name in sorted(folders, key=natural_key):
            identity = _identity(Path(place, name))
            if not name.startswith(".") and identity not in seen:
                seen.add(identity)
                inside.append(name)
        folders[:] = inside  # os.walk goes where this says
        yield from (Path(place, name) for name in files if not name.startswith("."))


def _identity(folder: Path) -> str:
    """Return what is the same for all links to a folder."""
    return os.path.realpath(folder)


def _match(pattern: str) -> list[Path]:
    """Return the files that a pattern stands for."""
    root, rest = _split(pattern)
    # '**' stands for folders, so that what it ends in are all files below.
    parts = [part if part == "**" else re.sub(r"\*+", "*", part) for part in rest]
    parts = [part for at, part in enumerate(parts) if part != "**" or parts[at - 1 : at] != ["**"]]
    if parts[-1] == "**":
        parts.append("*")
    hidden = any(part.startswith(".") for part in parts)
    names_suffix = not MAGIC.search(Path(parts[-1]).suffix or "*")
    found = {
        path
        for path in _glob(root, parts)
        if (hidden or not any(part.startswith(".") for part in path.relative_to(root).parts))
        and (names_suffix or _is_picture(path))
        and _is_file(path)
    }
    if not found:
        raise ImageNotFound(
            f"no picture matches '{pattern}'. Check the pattern and the folder; '**/*.png' also "
            "looks into the folders inside it."
        )
    return sorted(found, key=natural_key)


def _split(pattern: str) -> tuple[Path, list[str]]:
    """Split a pattern into the folder that surely is meant, and the parts to match inside it."""
    parts = list(Path(pattern).parts)
    root = Path(parts.pop(0)) if Path(pattern).anchor else Path()
    while len(parts) > 1 and (not MAGIC.search(parts[0]) or _is_folder(root / parts[0])):
        root /= parts.pop(0)
    return root, parts


def _glob(root: Path, parts: list[str]) -> list[Path]:
    try:
        # Path.glob does not follow links below '**', so that loops do not hold it up.
        return list(root.glob("/".join(parts)))
    except (OSError, ValueError):  # a pattern that can match nothing
        return []


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112  # Path.is_dir raises where it may not look


def _is_picture(path: Path) -> bool:
    """Tell a picture by its name; a link to nowhere is one, a pipe is none."""
    if path.suffix.lower() not in SUFFIXES:
        return False
    return _is_file(path) or not os.path.exists(path)  # noqa: PTH110  # never raises


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113  # Path.is_file raises where it may not look


def _forbidden(path: str) -> UnreadableImage:
    return UnreadableImage(
        f"'{path}' may not be read: permission denied. Change its permissions and try again."
    )
