"""What has to be measured inside a process, each in one of its own; prints JSON.

python benchmarks/probes.py classify|read|numbers|memory MODEL SMALL [PHOTO...]
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, get_args

import numpy as np
from PIL import Image

from bare import feeds, session
from digitus.finder import FINDER, looked_at, reduced
from digitus.image import load
from digitus.reader import Expect, Reader
from timing import medians

Jobs = dict[str, Callable[[], object]]

MANY = 10_000


def classify(model: Path, small: Path) -> dict[str, float]:
    """Time the classification of one glyph and of many, against a bare session.

    Returns:
        Seconds: ``one``, ``bare one``, ``many``, and ``bare`` with the size of its batches.
    """
    reader, bare = Reader(model), session(str(model))
    glyph = np.asarray(Image.open(small))[None]
    glyphs = np.repeat(glyph, MANY, axis=0)
    one: Jobs = {
        "one": partial(reader.classify, glyph),
        "bare one": partial(bare.run, None, feeds(bare, glyph)),
    }
    ((name, values),) = feeds(bare, glyphs).items()

    def in_batches(size: int) -> None:
        for at in range(0, MANY, size):
            bare.run(None, {name: values[at : at + size]})

    many: Jobs = {"many": partial(reader.classify, glyphs)}
    for size in (64, 256, MANY):
        many[f"bare {size}"] = partial(in_batches, size)
    return {**medians(one, rounds=20, repeats=50), **medians(many, rounds=5)}


def read(model: Path, small: Path, *photos: Path) -> dict[str, Any]:
    """Time the reading of a 28x28 picture and of photos on one core.

    The clock is the processor's: on one core it shows what the wall's would on an idle machine.

    Returns:
        Seconds by what is expected, beside a ``bare`` run of the model on one glyph and Pillow's
        ``decode`` of the photo alone: ``small``, and ``photos``, a list.
    """
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    reader, bare = Reader(model), session(str(model))
    pixels = np.asarray(Image.open(small))
    quick: Jobs = {"bare": partial(bare.run, None, feeds(bare, pixels[None]))}
    for mode in get_args(Expect):
        quick[mode] = partial(reader.read, pixels, expect=mode)
    slow = []
    for content in (photo.read_bytes() for photo in photos):
        jobs: Jobs = {"decode": partial(_decode, content)}
        for mode in get_args(Expect):
            jobs[mode] = partial(reader.read, content, expect=mode)
        slow.append(medians(jobs, rounds=5, clock=time.process_time))
    return {
        "small": medians(quick, rounds=20, repeats=20, clock=time.process_time),
        "photos": slow,
    }


def numbers(
    model: Path,
    small: Path,  # noqa: ARG001  # every probe is given one
    *pages: Path,
) -> dict[str, dict[str, float]]:
    """Time the reading of pages of numbers on all cores, beside the finder's graph alone.

    Returns:
        Seconds by the name of the page: ``read``, and ``bare``.
    """
    reader = Reader(model)
    found = {}
    for page in pages:
        content = page.read_bytes()
        pixels = load(content).pixels
        size = looked_at(*pixels.shape[:2])[0]  # few pages are looked at twice
        feed = {"page": reduced(pixels, size), "size": np.array(size, np.int64)}
        bare = session(str(FINDER))
        jobs: Jobs = {
            "read": partial(reader.read, content),
            "bare": partial(bare.run, None, feed),
        }
        found[page.stem] = medians(jobs, rounds=7)
    return found


def memory(model: Path, small: Path, photo: Path) -> dict[str, int]:
    """Measure how the process grows while it reads a photo after a small picture.

    Returns:
        Bytes: ``growth``, and ``page``, the decoded photo.
    """
    reader, content = Reader(model), photo.read_bytes()
    reader.read(small)
    # Forgets the peak of the start, in whose shadow the photo would seem to cost nothing.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _status("VmRSS")
    reading = reader.read(content)
    return {"growth": _status("VmHWM") - before, "page": reading.width * reading.height * 3}


def _decode(content: bytes) -> None:
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()


def _status(key: str) -> int:
    """Read a size of this process, in bytes, from Linux."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (words,) = (line.split() for line in lines if line.startswith(f"{key}:"))
    return int(words[1]) * 1024


PROBES: dict[str, Callable[..., dict[str, Any]]] = {
    "classify": classify,
    "read": read,
    "numbers": numbers,
    "memory": memory,
}

if __name__ == "__main__":
    print(json.dumps(PROBES[sys.argv[1]](*map(Path, sys.argv[2:]))))
