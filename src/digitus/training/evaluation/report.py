"""Measures -> one HTML page that needs nothing else: no script, no network."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import numpy as np

import digitus
from digitus.training.datasets import LICENCES
from digitus.training.evaluation import figures
from digitus.training.evaluation.evaluate import Evaluation, Result
from digitus.training.evaluation.references import reference_shares
from digitus.training.glyphs import NO_DIGIT

PAGE = Path(__file__).parent / "page"
# Of each model on each set: mistakes that are shown, and other pictures.
MOST_MISTAKES, SHOWN = 60, 15
# Chooses the pictures that are shown, the same for all models.
SEED = 1
# Parts, 0..1, of which the risk is told.
COVERAGES = (1.0, 0.99, 0.95, 0.9, 0.8)
# Digits that are shown of one answer.
LIKELIEST = 3
NOTHING = "–"
PARTS = {
    "check": "the check part: people whose digits were kept apart only to report on",
    "validation": "the validation part: people whose digits are not learnt from, but by which a "
    "training fits its confidence",
    "own": "your own pictures",
    "held out": "every tenth of your own pictures: a model has learnt from the others",
}


@dataclass(frozen=True)
class Shown:
    """A picture in a gallery.

    Attributes:
        number: Its place in the set, from 0.
        image: Its glyph, as the address of a PNG.
        truth: What it shows.
        answer: What was read; None for no digit.
        likeliest: The likeliest digits with their probabilities, 0..1; none for a blank picture.
    """

    number: int
    image: str
    truth: int
    answer: int | None
    likeliest: list[tuple[int, float]]

    @property
    def right(self) -> bool:
        """Whether the truth was read."""
        return self.answer == self.truth

    @property
    def sure(self) -> str:
        """How sure the model was; of which digit, where it rejected it."""
        if not self.likeliest:
            return "no ink"
        digit, share = self.likeliest[0]
        return percent(share, 1) if self.answer is not None else f"{digit}? {percent(share, 1)}"

    @property
    def words(self) -> str:
        """The picture in words, for those who do not see it."""
        if self.answer is None:
            return f"a {self.truth} that was taken for no digit"
        return f"a {self.truth} that was read as {self.answer}, {self.sure} sure"


def write_page(evaluation: Evaluation) -> str:
    """Return the report as HTML.

    Args:
        evaluation: One or more models on one or more sets.
    """
    page = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PAGE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.filters |= {"percent": percent, "loss": _loss}
    return page.get_template("page.html").render(
        evaluation=evaluation,
        version=digitus.__version__,
        references=reference_shares,
        referred=any(reference_shares(one.samples) for one in evaluation.sets),
        parts=PARTS,
        licences=LICENCES,
        coverages=COVERAGES,
        no_digit=NO_DIGIT,
        styles=figures.STYLES,
        accuracy_intervals=figures.accuracy_intervals,
        reliability_diagram=figures.reliability_diagram,
        risk_curves=figures.risk_curves,
        mistakes=mistakes,
        sample_predictions=sample_predictions,
        heat=_heat,
        taken_for=_taken_for,
    )


def mistakes(result: Result) -> list[Shown]:
    """Return the worst mistakes: the surest first, at most 60."""
    return [_shown(result, int(index)) for index in result.mistakes[:MOST_MISTAKES]]


def sample_predictions(result: Result) -> list[Shown]:
    """Return some pictures with what was read, chosen by chance, right or wrong."""
    count = len(result.answers.truth)
    chosen = np.random.default_rng(SEED).choice(count, min(SHOWN, count), replace=False)
    return [_shown(result, int(index)) for index in np.sort(chosen)]


def percent(value: float, decimals: int = 2) -> str:
    """Return a share, 0..1, in percent."""
    return NOTHING if math.isnan(value) else f"{100 * value:.{decimals}f} %"


def _loss(value: float) -> str:
    return NOTHING if math.isnan(value) else f"{value:.4f}"


def _shown(result: Result, index: int) -> Shown:
    shares = result.answers.shares[index]
    answer = int(result.answers.answer[index])
    order = np.argsort(-shares, kind="stable")[:LIKELIEST]
    return Shown(
        index,
        figures.png(result.answers.glyphs[index]),
        int(result.answers.truth[index]),
        None if answer == NO_DIGIT else answer,
        [(int(digit), float(shares[digit])) for digit in order if result.answers.inked[index]],
    )


def _heat(count: int, row: Any, right: bool) -> str:
    """Return how strongly a cell of the confusion matrix is coloured, 0..1.

    A handful of mistakes among a thousand pictures must be seen: their share counts by its square
    root.
    """
    total = max(int(sum(row)), 1)
    share = count / total
    strength = 0.55 * share if right else min(0.12 + 1.5 * math.sqrt(share), 0.85)
    return f"{strength:.3f}"


def _taken_for(row: Any, digit: int) -> Iterator[tuple[int, int]]:
    """Yield the two answers that a digit was most often mistaken for, with their counts."""
    wrong = [(int(count), answer) for answer, count in enumerate(row) if answer != digit and count]
    for count, answer in sorted(wrong, key=lambda pair: (-pair[0], pair[1]))[:2]:
        yield answer, count
