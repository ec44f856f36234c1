"""What the networks of usual MNIST projects reach: the bars beside every model in a report.

``benchmarks/references.py`` trains and measures them and writes ``references.json``.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from digitus.training.evaluation.metrics import Share
from digitus.training.evaluation.samples import Samples

FILE = Path(__file__).parent / "references.json"


def reference_shares(samples: Samples) -> list[tuple[str, Share]]:
    """Return what was read right of a set by the usual networks, the name of each with it.

    Nothing where they were not measured on just these pictures.
    """
    pictures = len(samples.data)
    return [
        (name, Share(right, pictures))
        for name, right in _measured().get(f"{samples.title}: {pictures}", {}).items()
    ]


@cache
def _measured() -> dict[str, dict[str, int]]:
    """By the title of a set and its number of pictures: how many each network reads right."""
    content: dict[str, dict[str, int]] = json.loads(FILE.read_text(encoding="utf-8"))
    return content
