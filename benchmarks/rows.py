"""Measured values beside their limits, as a table for people and as JSON for programs."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import digitus
from report import table, write_json

HEADINGS = ("what", "digitus", "floor", "measured", "limit", "")
# Processes that run or wait for a processor, above which times are those of a busy machine.
BUSY = 0.5


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        what: What was measured, and what it is compared with.
        ours: The value of digitus, with its unit.
        floor: The value beside it, with its unit; empty where there is none.
        measured: What is held against the limit: a ratio, milliseconds or megabytes.
        limit: The bound.
        at_most: Whether it is an upper bound.
    """

    what: str
    ours: str
    floor: str
    measured: float
    limit: float
    at_most: bool = True

    @property
    def met(self) -> bool:
        """Whether the limit is kept; nothing is rounded before."""
        return self.measured <= self.limit if self.at_most else self.measured >= self.limit

    def words(self) -> tuple[str, ...]:
        """Return the cells of the table."""
        limit = f"{'<=' if self.at_most else '>='} {self.limit:g}"
        met = "met" if self.met else "NOT MET"
        return self.what, self.ours, self.floor, f"{self.measured:.4g}", limit, met


def tell(rows: Sequence[Row], file: Path, load: float, **about: Any) -> None:
    """Print rows, and write them to a file.

    Args:
        rows: What was measured.
        file: Where.
        load: Of the machine before the measurements, over one minute.
        about: What else belongs to the results.
    """
    print(table(HEADINGS, [row.words() for row in rows]))
    if load > BUSY:
        print(f"The machine was busy (load {load:.1f} before the start): measure again when idle.")
    machine = {
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_before": load,
    }
    told = [{**asdict(row), "met": row.met} for row in rows]
    write_json({"digitus": digitus.__version__, **about, "machine": machine, "rows": told}, file)
