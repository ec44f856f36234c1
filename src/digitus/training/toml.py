"""A TOML file that can tell on which line each of its keys stands."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Keys = tuple[str | int, ...]
# A longer file is no recipe; of a change so much is repeated.
MAX_BYTES, SAID = 1 << 20, 60
HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
ASSIGNED = re.compile(r"""\s*((?:[\w.-]|"[^"]*"|'[^']*')+)\s*=""")
PART = re.compile(r"""[^."']+|"[^"]*"|'[^']*'""")  # of a dotted name


class TomlFile:
    """The tables of a TOML file, some values changed by hand.

    Args:
        path: The file.
        changes: ``table.key=value`` each; the value is TOML, or else taken as a string.

    Attributes:
        tables: What the file holds, changed.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not TOML, or a change makes no sense.
    """

    def __init__(self, path: Path, changes: Iterable[str] = ()) -> None:
        self.path = path
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"it has more than {MAX_BYTES >> 20} MB")
        text = path.read_text(encoding="utf-8-sig")  # some editors write a mark first
        self.tables: dict[str, Any] = tomllib.loads(text)
        self._lines = text.splitlines()
        self._changed: dict[Keys, str] = {}
        for change in changes:
            self._change(change)

    def at(self, *keys: str | int) -> str:
        """Say where a key stands, or else its table: ``recipe.toml, line 12``.

        Args:
            keys: The names on the way to it; a number is a place in a list.
        """
        for length in range(len(keys), 0, -1):
            if keys[:length] in self._changed:
                return f"--set {self._changed[keys[:length]]:.{SAID}}"
        while keys:
            if line := self._line(keys):
                return f"'{self.path}', line {line}"
            keys = keys[:-1]
        return f"'{self.path}'"

    def _change(self, change: str) -> None:
        name, equals, value = change.partition("=")
        keys = _names(name)
        if not equals or not keys:
            raise ValueError(f"--set {change}: write it like --set schedule.epochs=3")
        table = self.tables
        for key in keys[:-1]:
            table = table.setdefault(key, {})
            if not isinstance(table, dict):
                raise ValueError(f"--set {change}: '{key}' is a value, not a table")
        table[keys[-1]] = _value(value)
        self._changed[keys] = change

    def _line(self, keys: Keys) -> int:
        """Return the line of a key, from 1; 0 where it is not found."""
        if isinstance(keys[-1], int):
            return self._entry(self._line(keys[:-1]), keys[-1])
        table: Keys = ()
        for number, line in enumerate(self._lines, 1):
            if header := HEADER.match(line):
                table = _names(header[1])
                if table == keys:
                    return number
            elif (key := ASSIGNED.match(line)) and (*table, *_names(key[1])) == keys:
                return number
        return 0

    def _entry(self, first: int, index: int) -> int:
        """Return the line of an entry of a list of tables that begins on line ``first``."""
        seen = -1
        for number in range(max(first, 1), len(self._lines) + 1):
            seen += self._lines[number - 1].partition("#")[0].count("{")
            if first and seen >= index:
                return number
        return 0


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in PART.findall(dotted))


def _value(text: str) -> Any:
    """Read a value as TOML writes it; what is none is a string."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return text
