"""Readings as text: one JSON object a line, CSV, or a plain table for pipes and files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import IO, Protocol

from digitus.cli.output import printable
from digitus.reading import Number, Reading

CSV_COLUMNS = (
    *("source", "page", "number", "text", "confidence"),
    *("left", "top", "right", "bottom", "error"),
)
COLUMNS = ("Picture", "Read", "Sure", "Remark")
# How many other ways to read a line are named, and how probable they must be.
MOST_DOUBTS, LEAST_DOUBT = 2, 0.01


@dataclass
class Tally:
    """Counts what has been read."""

    pages: int = 0
    numbers: int = 0
    empty: int = 0
    failed: int = 0

    def add(self, reading: Reading) -> None:
        """Count one page."""
        self.pages += 1
        self.numbers += len(reading.numbers)
        self.failed += reading.error is not None
        self.empty += reading.error is None and not reading.numbers

    def __str__(self) -> str:
        """Say it in a few words."""
        parts = [_count(self.pages, "picture"), _count(self.numbers, "number")]
        if self.empty:
            parts.append(f"{self.empty} without a digit")
        if self.failed:
            parts.append(f"{self.failed} not read")
        return ", ".join(parts)


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


class Writer(Protocol):
    """Takes readings as they come."""

    def add(self, reading: Reading) -> None:
        """Write one reading, or keep it for the end."""

    def finish(self, summary: str) -> None:
        """Write what was kept."""


class JsonLines:
    """One JSON object a page, as soon as the page is read."""

    def __init__(self, stream: IO[str]) -> None:
        """Write to an open text file."""
        self._stream = stream

    def add(self, reading: Reading) -> None:
        """Write one line; ASCII, so that it passes any pipe and any file name survives."""
        self._stream.write(json.dumps(reading.to_dict()) + "\n")
        self._stream.flush()

    def finish(self, summary: str) -> None:
        """Nothing is kept."""


class Csv:
    """One line a number; a page without a number has one line without text."""

    def __init__(self, stream: IO[str]) -> None:
        """Write the headings to an open text file."""
        self._stream = stream
        import csv  # not needed for anything else

        self._csv = csv.writer(stream, lineterminator="\n")
        self._csv.writerow(CSV_COLUMNS)

    def add(self, reading: Reading) -> None:
        """Write the lines of one page."""
        page = [reading.source, reading.page]
        error = f"{reading.error.type}: {reading.error.message}" if reading.error else ""
        if not reading.numbers:
            self._csv.writerow([*page, *[""] * 7, error])
        for index, number in enumerate(reading.numbers, start=1):
            values = number.to_dict()
            row = [index, values["text"], values["confidence"], *values["box"], error]
            self._csv.writerow([*page, *row])
        self._stream.flush()

    def finish(self, summary: str) -> None:
        """Nothing is kept."""


@dataclass(frozen=True)
class Row:
    """One row of a table: a line of a page, or the page that holds none."""

    picture: str
    text: str
    confidence: float | None
    remark: str
    failed: bool = False

    @property
    def sure(self) -> str:
        """The confidence in percent, rounded down: only certainty is 100 %."""
        if self.confidence is None:
            return ""
        return f"{int(self.confidence * 1000) / 10:.1f} %"


class PlainTable:
    """An aligned table without colours or frames, as wide as it needs to be."""

    def __init__(self, stream: IO[str]) -> None:
        """Write to an open text file, at the end."""
        self._stream = stream
        self._rows: list[Row] = []

    def add(self, reading: Reading) -> None:
        """Keep the rows: the widths of the columns are known at the end."""
        self._rows.extend(table_rows(reading))

    def finish(self, summary: str) -> None:
        """Write the table and its summary."""
        lines = [COLUMNS, *((row.picture, row.text, row.sure, row.remark) for row in self._rows)]
        picture, text, sure = (max(len(line[column]) for line in lines) for column in range(3))
        for line in lines:
            cells = f"{line[0]:<{picture}}  {line[1]:<{text}}  {line[2]:>{sure}}  {line[3]}"
            self._stream.write(cells.rstrip() + "\n")
        self._stream.write(f"\n{summary}\n")


def table_rows(reading: Reading) -> list[Row]:
    """Return one row a line of the page; the picture's name stands in the first."""
    name = printable(reading.source)
    if reading.page > 1:
        name += f", page {reading.page}"
    if reading.error:
        return [Row(name, "not read", None, printable(reading.error.message), failed=True)]
    if not reading.lines:
        return [Row(name, "no digit", None, "")]
    rows = []
    for line in reading.lines:
        text = " ".join(number.text for number in line)
        rows.append(Row(name, text, min(number.confidence for number in line), _doubts(line)))
        name = ""
    return rows


def _doubts(line: tuple[Number, ...]) -> str:
    """Say how else the numbers of a line might be read, the most probable first."""
    doubts = []
    for number in line:
        for place, digit in enumerate(number.digits):
            for other in digit.alternatives:
                text = number.text[:place] + str(other.digit) + number.text[place + 1 :]
                which = f"{number.text} or {text}" if len(line) > 1 else f"or {text}"
                doubts.append((other.confidence, f"{which} {int(other.confidence * 100)} %"))
    doubts.sort(key=lambda doubt: -doubt[0])
    return ", ".join(words for chance, words in doubts[:MOST_DOUBTS] if chance >= LEAST_DOUBT)
