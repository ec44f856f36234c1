"""What the networks of usual MNIST projects reach: the bars beside every model in a report.

    python benchmarks/references.py

Trains the recipes ``dense``, ``dense-20`` and ``cnn``, seed 1, lets `digitus evaluate` measure them
on all sets that are here, and writes ``references.json`` of `digitus.training.evaluation`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from digitus.training.evaluation.references import FILE
from report import write_json

DIGITUS = (sys.executable, "-c", "from digitus.cli import main; main()")
RECIPES = ("dense", "dense-20", "cnn")


def main() -> None:
    """Train, measure and write."""
    with tempfile.TemporaryDirectory() as place:
        runs = [str(Path(place, name)) for name in RECIPES]
        for name, run in zip(RECIPES, runs, strict=True):
            subprocess.run([*DIGITUS, "train", name, "--out", run], check=True)
        numbers = Path(place, "evaluation.json")
        files = ("--out", str(Path(place, "evaluation.html")), "--json", str(numbers))
        subprocess.run([*DIGITUS, "evaluate", *runs, *files], check=True)
        content = json.loads(numbers.read_text(encoding="utf-8"))
    found = {}
    for one in content["sets"]:
        title = one["name"] if one["part"] == "check" else f"{one['name']} ({one['part']})"
        found[f"{title}: {one['pictures']}"] = {
            result["model"]: result["accuracy"]["part"] for result in one["results"]
        }
    write_json(found, FILE)


if __name__ == "__main__":
    main()
