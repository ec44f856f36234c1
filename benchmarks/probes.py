"""What has to be measured inside a process, each in one of its own; prints JSON.

python benchmarks/probes.py classify|read|memory MODEL SMALL PHOTO
python benchmarks/probes.py photo MODEL SMALL PHOTO          makes the photo, a JPEG
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import get_args

import numpy as np
from PIL import Image

from bare import feeds, session
from digitus.reader import Expect, Reader
from timing import medians

Jobs = dict[str, Callable[[], object]]
Values = dict[str, float]

MANY = 10_000
SIZE = (1632, 1224)  # two megapixels
JPEG_QUALITY = 92  # what cameras write


def classify(model: Path, small: Path, _: Path) -> Values:
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

    many: Jobs = {
        "many": partial(reader.classify, glyphs),
        **{f"bare {size}": partial(in_batches, size) for size in (64, 256, MANY)},
    }
    return {**medians(one, rounds=20, repeats=50), **medians(many, rounds=3)}


def read(model: Path, small: Path, photo: Path) -> Values:
    """Time the reading of a 28x28 picture and of a photo on one core.

    Returns:
        Seconds: ``small`` and ``photo`` with what is expected, and beside them ``bare``, a bare
        run of the model on one glyph, and ``decode``, Pillow's decoding of the photo alone.
    """
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    reader, bare = Reader(model), session(str(model))
    pixels, content = np.asarray(Image.open(small)), photo.read_bytes()
    quick: Jobs = {"bare": partial(bare.run, None, feeds(bare, pixels[None]))}
    slow: Jobs = {"decode": lambda: Image.open(io.BytesIO(content)).load()}
    for mode in get_args(Expect):
        quick[f"small {mode}"] = partial(reader.read, pixels, expect=mode)
        slow[f"photo {mode}"] = partial(reader.read, content, expect=mode)
    return {**medians(quick, rounds=20, repeats=20), **medians(slow, rounds=15)}


def memory(model: Path, small: Path, photo: Path) -> Values:
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


def photo(_: Path, __: Path, target: Path) -> Values:
    """Make a photo of a 7 on paper; a process of its own, since it leaves memory behind."""
    from digitus.training.handwriting import Writer, write
    from digitus.training.pictures import picture

    rng = np.random.default_rng(7)
    page = picture(write(7, Writer.from_seed(7), rng), rng, scene="photo", side=max(SIZE))
    Image.fromarray(page).resize(SIZE).save(target, quality=JPEG_QUALITY)
    return {}


def _status(key: str) -> int:
    """Read a size, in bytes, of this process from Linux."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (words,) = (line.split() for line in lines if line.startswith(f"{key}:"))
    return int(words[1]) * 1024


PROBES = {"classify": classify, "read": read, "memory": memory, "photo": photo}

if __name__ == "__main__":
    print(json.dumps(PROBES[sys.argv[1]](*map(Path, sys.argv[2:5]))))
