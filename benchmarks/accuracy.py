"""How well digitus reads hands, pens and cameras that it was not trained on.

    DIGITUS_DATA=../shared/data python benchmarks/accuracy.py [--model FILE] [--errors DIR]

Every picture goes through `Reader.read(..., expect="digit")`, the way of a stranger's picture. A
real digit that is rejected ("no digit") is wrong. The calibration error (top label, 15 bins of
equal width) is that of the digits that were read; rejected ones are not in it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import digitus
from check_sets import Sample, check_sets
from digitus.errors import DigitusError
from digitus.reader import Reader
from digitus.reading import Reading
from goals import GOALS
from measures import Measure, Outcome, measures, summary
from misread import write_sheets
from report import RESULTS, table, write_json

HEADINGS = ("set", "measure", "pictures", "measured %", "95 % interval", "floor", "aim")
# Pictures a worker takes at a time: the slow ones, photos, are not all in one hand.
CHUNK = 8

_reader: Reader  # of a worker process


def main() -> None:
    """Read all sets, print the table, write the results."""
    options = _options()
    try:
        model = Reader(options.model).model
        outcomes = _read_all(check_sets(), options.model)
    except DigitusError as error:
        sys.exit(f"accuracy.py: {error}")
    print(table(HEADINGS, _rows(outcomes)))
    results = {
        "digitus": digitus.__version__,
        "model": {key: model.card.everything.get(key) for key in ("name", "sha256")},
        "sets": {name: summary(name, one_set) for name, one_set in outcomes.items()},
    }
    write_json(results, options.out)
    if options.errors:
        write_sheets(outcomes, options.errors)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", type=Path, help="an ONNX file; by default the shipped model")
    parser.add_argument("--out", type=Path, default=RESULTS / "accuracy.json")
    parser.add_argument("--errors", type=Path, help="folder for a sheet of the misread of each set")
    return parser.parse_args()


def _read_all(sets: dict[str, list[Sample]], model: Path | None) -> dict[str, list[Outcome]]:
    """Read all pictures on all cores."""
    outcomes: dict[str, list[Outcome]] = {}
    # Workers are started afresh: a fork of a process with threads may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=context, initializer=_start, initargs=(model,)) as pool:
        for name, samples in sets.items():
            print(f"{name}: {len(samples)} pictures", file=sys.stderr)
            readings = pool.map(_read, samples, chunksize=CHUNK)
            outcomes[name] = [Outcome(*pair) for pair in zip(samples, readings, strict=True)]
    return outcomes


def _start(model: Path | None) -> None:
    """Give a worker process its reader."""
    global _reader
    _reader = Reader(model)


def _read(sample: Sample) -> Reading:
    return _reader.read(sample.picture(), expect="digit")


def _rows(outcomes: dict[str, list[Outcome]]) -> list[Sequence[str]]:
    return [
        (name, measure.replace("_", " "), str(len(one_set)), *_words(name, measure, measured))
        for name, one_set in outcomes.items()
        for measure, measured in measures(one_set).items()
    ]


def _words(name: str, measure: str, measured: Measure) -> Sequence[str]:
    """Say a measured value, its interval, its floor and its aim."""
    interval = "{:.2f} - {:.2f}".format(*measured.interval) if measured.interval else ""
    goal = GOALS[name].get(measure)
    bounds = ["", ""]
    if goal:
        sign = "<=" if goal.at_most else ">="
        bounds = [
            f"{sign} {bound:g} {'met' if goal.met(measured.percent, bound) else 'NOT MET'}"
            for bound in (goal.floor, goal.aim)
        ]
    return (f"{measured.percent:.2f}", interval, *bounds)


if __name__ == "__main__":
    main()
