"""CSV files of digits: a row of pixels each, as on Kaggle, or the name of a picture each."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitus.errors import InvalidData

# What the columns may be called.
LABEL = ("label", "class", "digit", "y")
FILE = ("file", "filename", "file_name", "image", "path", "picture")
# A row of pixels has more columns than a table of files has.
MANY_COLUMNS = 64


@dataclass(frozen=True)
class Row:
    """A line of the file: its number, from 1, and its fields without spaces around them."""

    line: int
    fields: list[str]


@dataclass(frozen=True)
class Table:
    """What a CSV file says of digits.

    Attributes:
        labels: What each is, as it is written.
        lines: On which line each stands.
        pixels: uint8 [N, side, side], where the file holds pixels.
        files: The name of each picture, where it names them.
    """

    labels: list[str]
    lines: list[int]
    pixels: NDArray[np.uint8] | None = None
    files: list[str] | None = None


def read(path: Path) -> Table:
    """Read a CSV file; whether it holds pixels or names shows in its first line.

    Raises:
        InvalidData: It is no such file; the sentence names the line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = _rows(file)
            first = next(rows, None)
            if first is None:
                raise InvalidData(f"'{path}' is empty")
            if len(first.fields) > MANY_COLUMNS:
                return _pixels(path, first, rows)
            return _files(path, first, rows)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidData(f"'{path}' cannot be read as CSV: {error}") from error


def _rows(file: Iterator[str]) -> Iterator[Row]:
    """Give the lines that are not blank."""
    reader = csv.reader(file)
    for fields in reader:
        stripped = [field.strip() for field in fields]
        if any(stripped):
            yield Row(reader.line_num, stripped)


def _pixels(path: Path, first: Row, rows: Iterator[Row]) -> Table:
    """Read rows of a label and the pixels of a square; the heading may be left out."""
    columns = len(first.fields)
    side = math.isqrt(columns - 1)
    if side * side != columns - 1:
        raise InvalidData(
            f"'{path}', line {first.line} has {columns} columns: there must be one for the label "
            "and one for each pixel of a square, such as 785 for 28 x 28"
        )
    headed = not first.fields[0].isdecimal()
    place = _column(first, LABEL) if headed else 0
    if place is None:
        raise InvalidData(f"'{path}', line {first.line} names no column 'label'")
    labels, lines, pixels = [], [], bytearray()
    for row in rows if headed else chain([first], rows):
        fields = row.fields
        if len(fields) != columns:
            raise InvalidData(
                f"'{path}', line {row.line} has {len(fields)} columns, and the first has {columns}"
            )
        labels.append(fields.pop(place))
        lines.append(row.line)
        try:
            pixels += bytes(map(int, fields))
        except ValueError as error:
            raise InvalidData(
                f"'{path}', line {row.line} has a pixel that is no whole number from 0 to 255"
            ) from error
    images = np.frombuffer(bytes(pixels), np.uint8).reshape(-1, side, side)
    return Table(labels, lines, pixels=images)


def _files(path: Path, first: Row, rows: Iterator[Row]) -> Table:
    """Read rows of a name and a label, and perhaps more."""
    name, label = _column(first, FILE), _column(first, LABEL)
    if name is None or label is None:
        raise InvalidData(
            f"'{path}', line {first.line} must name the columns 'file' and 'label', or 'label' "
            "and each pixel"
        )
    labels, lines, files = [], [], []
    for row in rows:
        if len(row.fields) <= max(name, label):
            raise InvalidData(f"'{path}', line {row.line} has no file or no label")
        labels.append(row.fields[label])
        lines.append(row.line)
        files.append(row.fields[name])
    return Table(labels, lines, files=files)


def _column(heading: Row, names: tuple[str, ...]) -> int | None:
    """Return the place of the first of these names in the heading."""
    found = [field.lower() for field in heading.fields]
    return next((found.index(name) for name in names if name in found), None)
