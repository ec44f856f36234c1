"""How well digitus reads MNIST's test digits when they are corrupted as in MNIST-C.

    DIGITUS_DATA=../shared/data python benchmarks/corruptions.py [MODEL...] [--pictures N]

Every picture is corrupted in fifteen ways (`digitus.training.corruptions`). It is read twice: as a
stranger's picture, by `Reader.read(..., expect="digit")`, where "no digit" is wrong, and as MNIST-C
is usually measured, by classifying its 28x28 pixels as they are.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import digitus
from check_sets import SEED
from digitus.errors import DigitusError
from digitus.glyph import SIDE
from digitus.reader import Reader
from digitus.training import datasets
from digitus.training.corruptions import KINDS, corrupt
from digitus.training.evaluation.metrics import Z95
from digitus.training.glyphs import NO_DIGIT
from goals import Goal
from measures import Measure, share
from report import RESULTS, table, write_json

# Of the mean over all kinds, classified as they are, in percent.
GOAL = Goal(97.5, 98.5)
# The same pictures as they were; not in the mean.
UNTOUCHED = "untouched"
WAYS = ("read", "classified")
HEADINGS = ("corruption", "read %", "95 % interval", "no digit %", "classified %", "95 % interval")
# Pictures a worker takes at a time.
CHUNK = 50
# Pictures of each kind on the sheet, and how often they are enlarged.
SHOWN, ENLARGED = 16, 3

_reader: Reader  # of a worker process


@dataclass(frozen=True)
class Task:
    """Some pictures and what to do to them.

    Attributes:
        kind: One of `KINDS`, or `UNTOUCHED`.
        indices: Their places in the set.
        pictures: uint8 [N, 28, 28].
    """

    kind: str
    indices: NDArray[np.int64]
    pictures: NDArray[np.uint8]

    def corrupted(self) -> NDArray[np.uint8]:
        """Return the pictures as they are to be read, uint8 [N, 28, 28]."""
        if self.kind == UNTOUCHED:
            return self.pictures
        made = []
        for picture, index in zip(self.pictures, self.indices, strict=True):
            rng = np.random.default_rng((SEED, int(index), *self.kind.encode()))
            made.append(corrupt(picture, self.kind, rng))
        return np.stack(made)


def main() -> None:
    """Read all kinds with each model, print a table each, write the results."""
    options = _options()
    try:
        data = datasets.load("mnist", "check")
        assert data.images is not None
        indices = _chosen(len(data), options.pictures)
        if options.sheet:
            write_sheet(data.images[indices[:SHOWN]], indices[:SHOWN], options.sheet)
        models = [
            _measure(path, data.images, data.labels, indices) for path in options.models or [None]
        ]
    except DigitusError as error:
        sys.exit(f"corruptions.py: {error}")
    results = {"digitus": digitus.__version__, "set": "mnist", "pictures": len(indices)}
    write_json(results | {"models": models}, options.out)


def _measure(
    path: Path | None,
    images: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    indices: NDArray[np.int64],
) -> dict[str, Any]:
    """Measure one model, and print its table."""
    card = Reader(path).model.card.everything
    answers = _answer_all(images, indices, path)
    right = {kind: found == labels[indices] for kind, found in answers.items()}
    print(f"{card.get('name')}\n{table(HEADINGS, list(_rows(answers, right)))}\n")
    means = {way: _noted(mean(right, way)) for way in WAYS}
    means["classified"] |= GOAL.to_dict(mean(right, "classified").percent)
    return {
        "name": card.get("name"),
        "sha256": card.get("sha256"),
        "mean": means,
        "kinds": {kind: _kind(answers[kind], right[kind]) for kind in answers},
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "models", nargs="*", type=Path, help="ONNX files; by default the shipped model"
    )
    parser.add_argument("--pictures", type=int, help="so many, chosen by chance; by default all")
    parser.add_argument("--sheet", type=Path, help="draw some pictures of each kind into a PNG")
    parser.add_argument("--out", type=Path, default=RESULTS / "corruptions.json")
    return parser.parse_args()


def _chosen(count: int, wanted: int | None) -> NDArray[np.int64]:
    """Return the places of the pictures, in order; the same ones each time."""
    if wanted is None or wanted >= count:
        return np.arange(count)
    return np.sort(np.random.default_rng(SEED).choice(count, wanted, replace=False))


def _answer_all(
    images: NDArray[np.uint8], indices: NDArray[np.int64], model: Path | None
) -> dict[str, NDArray[np.uint8]]:
    """Answer all pictures of all kinds.

    Returns:
        uint8 [2, N] by kind: 0-9, or 10 for no digit, in both ways.
    """
    answers = {}
    # Workers are started afresh: a fork of a process with threads may hang.
    pool = ProcessPoolExecutor(
        mp_context=multiprocessing.get_context("spawn"), initializer=_start, initargs=(model,)
    )
    with pool:
        for kind in (UNTOUCHED, *KINDS):
            print(kind, file=sys.stderr)
            starts = range(0, len(indices), CHUNK)
            parts = [indices[start : start + CHUNK] for start in starts]
            tasks = [Task(kind, part, images[part]) for part in parts]
            answers[kind] = np.concatenate(list(pool.map(_answer, tasks)), axis=1)
    return answers


def _start(model: Path | None) -> None:
    """Give a worker process its reader."""
    global _reader
    _reader = Reader(model)


def _answer(task: Task) -> NDArray[np.uint8]:
    """Answer pictures in both ways, uint8 [2, N]."""
    pictures = task.corrupted()
    readings = [_reader.read(picture, expect="digit") for picture in pictures]
    read = [reading.digits[0].digit if reading.digits else NO_DIGIT for reading in readings]
    classified = _reader.classify(pictures).argmax(axis=1)
    return np.stack([read, classified]).astype(np.uint8)


def mean(right: dict[str, NDArray[np.bool_]], way: str) -> Measure:
    """Return the mean accuracy over all kinds.

    Its interval knows that the same pictures are in all kinds: it is that of the mean over
    pictures of the part of the kinds in which each was read right.

    Args:
        right: bool [2, N] by kind.
        way: One of `WAYS`.
    """
    kinds = [found[WAYS.index(way)] for kind, found in right.items() if kind != UNTOUCHED]
    parts = 100 * np.mean(kinds, axis=0)
    middle, reach = float(parts.mean()), Z95 * float(parts.std() / np.sqrt(len(parts)))
    return Measure(middle, (max(middle - reach, 0.0), min(middle + reach, 100.0)))


def _accuracy(right: NDArray[np.bool_]) -> Measure:
    return share(int(right.sum()), len(right))


def _rows(
    answers: dict[str, NDArray[np.uint8]], right: dict[str, NDArray[np.bool_]]
) -> Iterator[Sequence[str]]:
    for kind, found in right.items():
        read, classified = (_words(_accuracy(one)) for one in found)
        yield kind.replace("_", " "), *read, f"{_rejected(answers[kind]):.2f}", *classified
    read, classified = (_words(mean(right, way)) for way in WAYS)
    rejected = np.mean([_rejected(answers[kind]) for kind in KINDS])
    yield "mean of the fifteen", *read, f"{rejected:.2f}", *classified


def _rejected(answers: NDArray[np.uint8]) -> float:
    """Return how much was taken for no digit when it was read, in percent."""
    return float(100 * np.mean(answers[0] == NO_DIGIT))


def _words(measured: Measure) -> tuple[str, str]:
    assert measured.interval is not None
    return f"{measured.percent:.2f}", "{:.2f} - {:.2f}".format(*measured.interval)


def _noted(measured: Measure) -> dict[str, Any]:
    assert measured.interval is not None
    interval = [round(bound, 3) for bound in measured.interval]
    return {"percent": round(measured.percent, 3), "interval": interval}


def _kind(answers: NDArray[np.uint8], right: NDArray[np.bool_]) -> dict[str, Any]:
    """Return what is kept of one kind."""
    read, classified = (_noted(_accuracy(one)) for one in right)
    return {
        "read": read | {"wrongly_rejected": round(_rejected(answers), 3)},
        "classified": classified,
    }


def write_sheet(pictures: NDArray[np.uint8], indices: NDArray[np.int64], file: Path) -> None:
    """Draw pictures, and below them the same in every kind of corruption."""
    rows = [
        np.hstack(list(Task(kind, indices, pictures).corrupted())) for kind in (UNTOUCHED, *KINDS)
    ]
    gap = np.full((4, SIDE * len(pictures)), 128, np.uint8)
    sheet = Image.fromarray(np.vstack([part for row in rows for part in (row, gap)]))
    size = sheet.width * ENLARGED, sheet.height * ENLARGED
    sheet.resize(size, Image.Resampling.NEAREST).save(file)


if __name__ == "__main__":
    main()
