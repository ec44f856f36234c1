"""How well digitus reads hands, pens and cameras that it was not trained on.

    DIGITUS_DATA=../shared/data python benchmarks/accuracy.py [--model FILE] [--errors DIR]

Every picture of one digit goes through `Reader.read(..., expect="digit")`, the way of a stranger's
picture. A real digit that is rejected ("no digit") is wrong. The calibration error (top label, 15
bins of equal width) is that of the digits that were read; rejected ones are not in it. Pages go
through `Reader.read(...)`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import digitus
from check_sets import check_sets
from digitus.errors import DigitusError
from digitus.reader import Reader
from goals import GOALS
from measures import Measure, Outcome, measures, noted, summary
from misread import write_sheets
from page_measures import PageOutcome, page_measures, page_summary, wrong_though_sure
from page_sets import page_sets
from read_sets import read_all
from report import RESULTS, table, write_json

HEADINGS = ("set", "measure", "pictures", "measured %", "95 % interval", "floor", "aim")


def main() -> None:
    """Read all sets, print the table, write the results."""
    options = _options()
    try:
        make_reader = partial(Reader, options.model)
        model = make_reader().model
        outcomes = read_all(check_sets(), Outcome, make_reader)
        pages = read_all(page_sets(), PageOutcome, make_reader)
    except DigitusError as error:
        sys.exit(f"accuracy.py: {error}")
    everywhere = [outcome for one_set in pages.values() for outcome in one_set]
    sure = wrong_though_sure(everywhere)
    measured = {name: measures(one_set) for name, one_set in outcomes.items()}
    measured |= {name: page_measures(one_set) for name, one_set in pages.items()}
    counts = {name: len(one_set) for name, one_set in (outcomes | pages).items()}
    measured["sure numbers"], counts["sure numbers"] = {"wrong": sure}, len(everywhere)
    print(table(HEADINGS, _rows(measured, counts)))
    results = {
        "digitus": digitus.__version__,
        "model": {key: model.card.everything.get(key) for key in ("name", "sha256")},
        "sets": {name: summary(name, one_set) for name, one_set in outcomes.items()}
        | {name: page_summary(name, one_set) for name, one_set in pages.items()}
        | {"sure numbers": {"wrong": noted(sure, GOALS["sure numbers"]["wrong"])}},
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


def _rows(measured: dict[str, dict[str, Measure]], counts: dict[str, int]) -> list[Sequence[str]]:
    return [
        (name, measure.replace("_", " "), str(counts[name]), *_words(name, measure, value))
        for name, one_set in measured.items()
        for measure, value in one_set.items()
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
