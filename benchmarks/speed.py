"""How fast and how small digitus is, beside the floor that no reader can get under.

    python benchmarks/speed.py [--model FILE]

The floors are measured in the same minute, turn about with digitus: on a busy machine both are
slow, and their ratio stays. Runs on Linux.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import digitus
from report import RESULTS, megabytes, milliseconds
from rows import Row, tell
from timing import medians, run

HERE = Path(__file__).parent
# Not from digitus.model, which would make this process too large (see timing.py).
SHIPPED = Path(digitus.__file__).parent / "models" / "digitus.onnx"
EXAMPLES = HERE.parent / "examples"
PICTURE, SMALL = EXAMPLES / "7-crossed-ruled.png", EXAMPLES / "0-mnist-like.png"
# Pages of `photos.py`, what they are, and how many milliseconds they may take.
PAGE_LIMITS = {
    "amount": ("a cheque's amount", 15.0),
    "page": ("a page of numbers, 2 megapixels", 200.0),
    "photo": ("a photo of numbers, 12 megapixels", 900.0),
}
# Milliseconds for a photo of two megapixels, by what is expected on it.
PHOTO_LIMITS = {"digit": 60.0, "numbers": 200.0}
PROCESSES = 15  # turns of each program


def main() -> None:
    """Measure all, print the table, write the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--model", type=Path, default=SHIPPED, help="an ONNX file; by default the shipped model"
    )
    parser.add_argument("--out", type=Path, default=RESULTS / "speed.json")
    options = parser.parse_args()
    if not options.model.is_file():
        sys.exit(f"speed.py: there is no model '{options.model}': name one with --model")
    # pip compiles what it installs; here the first run of each program, before the clock starts,
    # compiles what a checkout lacks.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    load = os.getloadavg()[0]
    rows = [*_processes(options.model), *_insides(options.model)]
    model = {"sha256": hashlib.sha256(options.model.read_bytes()).hexdigest()}
    tell(rows, options.out, load, model=model)


def _processes(model: Path) -> Iterator[Row]:
    """Measure whole programs, from the shell's return key to their end."""
    reads = [*_digitus(), "read", str(PICTURE), "--model", str(model)]
    programs = {
        "bare": [sys.executable, str(HERE / "bare.py"), str(model), str(PICTURE)],
        "read": reads,
        "help": [*_digitus(), "--help"],
    }
    seconds = medians({name: partial(run, words) for name, words in programs.items()}, PROCESSES)
    bare, read, help_ = (seconds[name] for name in ("bare", "read", "help"))
    yield Row(
        "digitus read one.png / bare script",
        milliseconds(read),
        milliseconds(bare),
        read / bare,
        1.5,
    )
    yield Row(
        "digitus --help / digitus read one.png",
        milliseconds(help_),
        milliseconds(read),
        help_ / read,
        1,
    )
    peak, bare_peak = (max(run(programs[name]) for _ in range(3)) for name in ("read", "bare"))
    yield Row(
        "digitus read one.png: peak MB", megabytes(peak), megabytes(bare_peak), peak / 1e6, 120
    )


def _digitus() -> list[str]:
    """Return the command ``digitus`` of this Python, installed or not."""
    script = Path(sys.executable).with_name("digitus")
    if script.is_file():
        return [str(script)]
    return [sys.executable, "-c", "from digitus.cli import main; main()"]


def _insides(model: Path) -> Iterator[Row]:
    """Measure within processes that have started."""
    with tempfile.TemporaryDirectory() as folder:
        run([sys.executable, str(HERE / "photos.py"), folder])
        photos = sorted(Path(folder).glob("[0-9].jpg"))
        pages = [Path(folder) / f"{name}.jpg" for name in PAGE_LIMITS]
        yield from _classify_rows(_probe("classify", model))
        yield from _read_rows(_probe("read", model, *photos))
        yield from _page_rows(_probe("numbers", model, *pages))
        sizes = [_probe("memory", model, photo) for photo in photos]
        large = _probe("memory", model, pages[-1])["growth"]
    yield Row("read a 12-megapixel photo: peak MB", megabytes(large), "", large / 1e6, 600)
    shipped = sum(file.stat().st_size for file in SHIPPED.parent.glob("*.onnx"))
    yield Row("all shipped models: MB", megabytes(shipped), "", shipped / 1e6, 8)
    growth, page = max((size["growth"], size["page"]) for size in sizes)
    yield Row(
        "read a photo: memory / decoded page", megabytes(growth), megabytes(page), growth / page, 10
    )


def _classify_rows(seconds: dict[str, float]) -> Iterator[Row]:
    """Hold `classify` against a bare session; its best batches are the floor for many glyphs."""
    one, bare = seconds["one"], seconds["bare one"]
    yield Row(
        "classify 1 glyph / bare session", milliseconds(one), milliseconds(bare), one / bare, 1.3
    )
    best = min((name for name in seconds if name.split()[-1].isdigit()), key=seconds.__getitem__)
    what = f"classify 10,000: throughput / {best} a batch"
    many, floor = seconds["many"], seconds[best]
    yield Row(what, milliseconds(many), milliseconds(floor), floor / many, 0.9, at_most=False)


def _read_rows(seconds: dict[str, Any]) -> Iterator[Row]:
    """Hold `read` against its limits: the small picture, the middle photo and the slowest."""
    small, photos = seconds["small"], seconds["photos"]
    for mode in ("digit", "numbers"):
        what = f"read 28x28, expect {mode}: ms"
        yield Row(
            what, milliseconds(small[mode]), milliseconds(small["bare"]), small[mode] * 1e3, 1
        )
        by_time = sorted(photos, key=lambda photo: float(photo[mode]))
        for which, photo in (("median", by_time[len(by_time) // 2]), ("slowest", by_time[-1])):
            what = f"read 2-megapixel JPEG, expect {mode}, {which} of {len(photos)}: ms"
            yield Row(
                what,
                milliseconds(photo[mode]),
                milliseconds(photo["decode"]),
                photo[mode] * 1e3,
                PHOTO_LIMITS[mode],
            )


def _page_rows(seconds: dict[str, dict[str, float]]) -> Iterator[Row]:
    """Hold the reading of pages of numbers against its limits."""
    for name, (what, limit) in PAGE_LIMITS.items():
        own, bare = seconds[name]["read"], seconds[name]["bare"]
        yield Row(f"read {what}: ms", milliseconds(own), milliseconds(bare), own * 1e3, limit)


def _probe(name: str, model: Path, *photos: Path) -> dict[str, Any]:
    """Run one of `probes.py` in a process of its own."""
    words = [sys.executable, str(HERE / "probes.py"), name, str(model), str(SMALL)]
    done = subprocess.run([*words, *map(str, photos)], check=True, stdout=subprocess.PIPE)
    values: dict[str, Any] = json.loads(done.stdout)
    return values


if __name__ == "__main__":
    main()
