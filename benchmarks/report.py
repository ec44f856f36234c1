"""Results as a table for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Align words in columns, the first column at the left, the others at the right."""
    widths = [max(len(row[i]) for row in (headings, *rows)) for i in range(len(headings))]
    return "\n".join(
        "  ".join(
            word.rjust(width) if i else word.ljust(width)
            for i, (word, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (headings, *rows)
    )


def milliseconds(seconds: float) -> str:
    """Say a time."""
    return f"{seconds * 1e3:,.2f} ms"


def megabytes(size: float) -> str:
    """Say a size in bytes."""
    return f"{size / 1e6:.1f} MB"


def write_json(content: dict[str, Any], file: Path) -> None:
    """Write results to a file; its folder is made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
