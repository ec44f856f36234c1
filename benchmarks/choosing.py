"""What weights and thresholds of the page's networks are chosen by: pages of validation writers.

    DIGITUS_DATA=../shared/data python benchmarks/choosing.py
    DIGITUS_DATA=../shared/data python benchmarks/choosing.py --finder A.onnx --transcriber B.onnx

All pages are made; no writer of them was learnt from, and none is of the check sets. Where digits
stand: amounts on cheques, pages of several numbers, strings of digits that are apart, touch or
overlap, and numbers behind one or two letters. Where none does: pages of other things, and single
marks on plain paper.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import digitus
from digitus.finder import FINDER, Finder
from digitus.reader import Reader
from digitus.training.negatives import negative_strokes
from digitus.training.pages import SPACINGS, Hands, SyntheticPage, gather_hands, make_page
from digitus.training.pages.masks import Nib, draw
from digitus.training.pages.strings import string_page, strings
from digitus.training.skeletons import LETTERS
from digitus.transcriber import TRANSCRIBER, Transcriber
from page_measures import PageOutcome, page_measures
from page_sets import PageSample
from read_sets import read_all
from report import RESULTS, table, write_json

SEED = 2_100_000_000
KINDS = ("notes", "rows", "table", "form", "line", "scattered")
# Of numbers behind letters; of marks alone, in pixels, and the free paper around.
DIGITS, BEFORE = (1, 4), (1, 2)
HEIGHTS, PENS, MARGIN = (60, 220), (3, 8), 40
# Letters of one character.
SINGLE = [name for name in LETTERS if len(name) == 1]


def main() -> None:
    """Read all pages, print the table, write the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--finder", type=Path, default=FINDER)
    parser.add_argument("--transcriber", type=Path, default=TRANSCRIBER)
    parser.add_argument("--out", type=Path, default=RESULTS / "choosing.json")
    options = parser.parse_args()
    make_reader = partial(_reader, options.finder, options.transcriber)
    outcomes = read_all(_sets(gather_hands("validation")), PageOutcome, make_reader)
    measured = {
        name: {what: round(value.percent, 2) for what, value in page_measures(one_set).items()}
        for name, one_set in outcomes.items()
    }
    rows = [
        (name, what.replace("_", " "), f"{percent:.2f}")
        for name, one_set in measured.items()
        for what, percent in one_set.items()
    ]
    print(table(("set", "measure", "measured"), rows))
    write_json({"digitus": digitus.__version__, "sets": measured}, options.out)


def _reader(finder: Path, transcriber: Path) -> Reader:
    reader = Reader()
    reader.finder = Finder(finder)
    reader.transcriber = Transcriber(transcriber)
    return reader


def _sets(hands: Hands) -> dict[str, list[PageSample]]:
    made: dict[str, tuple[int, Callable[[int], SyntheticPage]]] = {
        "made amounts": (600, lambda i: make_page(SEED + i, hands, kind="amount")),
        "made pages": (150, lambda i: make_page(SEED + i, hands, kind=KINDS[i % len(KINDS)])),
        "behind letters": (240, partial(_behind_letters, hands)),
    }
    sets = {
        name: [_sample(f"{name} {i}", make(i)) for i in range(count)]
        for name, (count, make) in made.items()
    }
    for distance in SPACINGS:
        written = strings(hands, distance, 400, SEED)
        name = f"{distance} strings"
        sets[name] = [_sample(f"{name} {i}", page) for i, page in enumerate(written)]
    # Of those made for digits some have none, cut off by the camera.
    sets = {name: [one for one in one_set if one.truth] for name, one_set in sets.items()}
    empty = [make_page(SEED + i, hands, kind="empty") for i in range(150)]
    return sets | {
        "pages without digits": [_sample(f"empty {i}", page) for i, page in enumerate(empty)],
        "marks alone": [PageSample(f"mark {i}", (), partial(_mark, i)) for i in range(300)],
    }


def _sample(source: str, page: SyntheticPage) -> PageSample:
    return PageSample(source, tuple(page.text.split()), partial(np.asarray, page.pixels))


def _behind_letters(hands: Hands, index: int) -> SyntheticPage:
    rng = np.random.default_rng((index, 78))
    values = rng.integers(0, 10, int(rng.integers(DIGITS[0], DIGITS[1] + 1)))
    letters = "".join(rng.choice(SINGLE, int(rng.integers(BEFORE[0], BEFORE[1] + 1))))
    hand = hands.recorded(rng)
    return string_page(values.tolist(), hand, SPACINGS["spaced"], rng, (letters, ""))


def _mark(index: int) -> NDArray[np.uint8]:
    rng = np.random.default_rng((index, 79))
    nib = Nib(float(rng.uniform(*PENS)))
    ink = draw(negative_strokes(rng), float(rng.uniform(*HEIGHTS)), nib, 1.0)
    page = np.pad(ink, MARGIN)
    return np.repeat(255 - page[..., None], 3, axis=2)


if __name__ == "__main__":
    main()
