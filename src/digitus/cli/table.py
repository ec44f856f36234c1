"""The table on a terminal, and the progress bar; with `evaluate` the only one to load Rich."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, TypeVar

from rich import box
from rich.console import Console, JustifyMethod
from rich.progress import track
from rich.table import Table
from rich.text import Text

from digitus.cli.formats import COLUMNS, Row, table_rows
from digitus.drawing import DOUBTFUL, SURE
from digitus.reading import Reading

Item = TypeVar("Item")

REMARK_WIDTH = 22
JUSTIFY: tuple[JustifyMethod, ...] = ("left", "left", "right", "left")


class RichTable:
    """A table in colours: green is sure, yellow doubtful, red a guess or a failure."""

    def __init__(self, stream: IO[str]) -> None:
        """Print to a terminal, at the end."""
        self._console = Console(file=stream)
        self._table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for heading, justify in zip(COLUMNS, JUSTIFY, strict=True):
            # Long names are folded, never cut: they must stay readable and clickable.
            self._table.add_column(heading, justify=justify, overflow="fold")
        # Sentences may wrap before names must.
        self._table.columns[-1].max_width = max(REMARK_WIDTH, self._console.width // 4)

    def add(self, reading: Reading) -> None:
        """Keep the rows: the widths of the columns are known at the end."""
        for row in table_rows(reading):
            # Text, not markup: a file may be called "[red].png".
            self._table.add_row(
                Text(row.picture, "red" if row.failed else ""),
                Text(row.text, _text_style(row)),
                Text(row.sure, _style(row.confidence)),
                Text(row.remark, "red" if row.failed else "dim"),
            )

    def finish(self, summary: str) -> None:
        """Print the table and its summary."""
        self._console.print(self._table)
        self._console.print(Text(summary, "dim"))


def with_progress(items: Iterable[Item], total: int) -> Iterator[Item]:
    """Show on standard error how many items have been asked for; the bar vanishes at the end."""
    console = Console(stderr=True)
    yield from track(items, "Reading", total=total, console=console, transient=True)


def _text_style(row: Row) -> str:
    if row.failed:
        return "red"
    return "dim" if row.confidence is None else "bold"


def _style(confidence: float | None) -> str:
    if confidence is None:
        return ""
    return "green" if confidence >= SURE else "yellow" if confidence >= DOUBTFUL else "red"
