"""How well pages were read: digits, numbers and whole pages, in percent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from digitus.reading import DECIMALS, Reading
from goals import GOALS
from measures import MOST_LISTED, Measure, noted, share
from page_sets import PageSample

# From this confidence on a number should be right.
SURE = 0.99


@dataclass(frozen=True)
class PageOutcome:
    """A page and what was read on it."""

    sample: PageSample
    reading: Reading

    @property
    def read(self) -> tuple[str, ...]:
        """The numbers that were read, in reading order."""
        return tuple(number.text for number in self.reading.numbers)

    @property
    def right(self) -> bool:
        """Whether all numbers were read, in their order, and no others."""
        return self.read == self.sample.truth

    @property
    def right_digits(self) -> bool:
        """Whether all digits were read in their order, wherever numbers begin and end."""
        return "".join(self.read) == "".join(self.sample.truth)

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as the results list it."""
        return {
            "source": self.sample.source,
            "truth": " ".join(self.sample.truth),
            "read": " ".join(self.read),
            "confidence": [round(n.confidence, DECIMALS) for n in self.reading.numbers],
        }


def page_measures(outcomes: Sequence[PageOutcome]) -> dict[str, Measure]:
    """Measure one set, all of pages with digits or all without.

    Returns:
        ``digits`` (1 - edits / digits, in reading order), ``numbers`` (of all numbers), ``pages``
        (every number right, and no others) and ``digit_strings`` (all digits right, digits only)
        of pages with digits; ``found_per_100_pages`` of pages without.
    """
    truths = [outcome.sample.truth for outcome in outcomes]
    if not any(truths):
        found = sum(len(outcome.reading.digits) for outcome in outcomes)
        return {"found_per_100_pages": Measure(100 * found / len(outcomes))}
    edits = sum(_edits("".join(o.sample.truth), "".join(o.read)) for o in outcomes)
    digits = sum(len("".join(truth)) for truth in truths)
    in_order = sum(sum(_in_order(outcome)) for outcome in outcomes)
    return {
        "digits": Measure(100 * (1 - edits / digits)),
        "numbers": share(in_order, sum(map(len, truths))),
        "pages": share(sum(outcome.right for outcome in outcomes), len(outcomes)),
        "digit_strings": share(sum(o.right_digits for o in outcomes), len(outcomes)),
    }


def wrong_though_sure(outcomes: Sequence[PageOutcome]) -> Measure:
    """Return how many of the numbers with a confidence of at least `SURE` are wrong."""
    right = [
        fine
        for outcome in outcomes
        for number, fine in zip(outcome.reading.numbers, _in_order(outcome), strict=True)
        if number.confidence >= SURE
    ]
    return share(len(right) - sum(right), len(right)) if right else Measure(0.0)


def page_summary(name: str, outcomes: Sequence[PageOutcome]) -> dict[str, Any]:
    """Return all that is kept of one set: its measures and what was misread."""
    wrong = [outcome for outcome in outcomes if not outcome.right]
    return {
        "pictures": len(outcomes),
        **{
            what: noted(measure, GOALS[name].get(what))
            for what, measure in page_measures(outcomes).items()
        },
        "misread": [outcome.to_dict() for outcome in wrong[:MOST_LISTED]],
    }


def _edits(truth: str, read: str) -> int:
    """Return the Levenshtein distance: fewest digits to change, add or remove."""
    row = np.arange(len(read) + 1)
    letters = np.frombuffer(read.encode(), np.uint8)
    for letter in truth.encode():
        best = np.minimum(row[1:] + 1, row[:-1] + (letters != letter))
        row = np.concatenate([[row[0] + 1], best])
        row = np.minimum.accumulate(row - np.arange(len(row))) + np.arange(len(row))
    return int(row[-1])


def _in_order(outcome: PageOutcome) -> list[bool]:
    """Tell which numbers that were read are in a longest common subsequence with the truth."""
    truth, read = outcome.sample.truth, outcome.read
    length = np.zeros((len(truth) + 1, len(read) + 1), int)
    for i in reversed(range(len(truth))):
        for j in reversed(range(len(read))):
            same = truth[i] == read[j]
            length[i, j] = (
                length[i + 1, j + 1] + 1 if same else max(length[i + 1, j], length[i, j + 1])
            )
    right = [False] * len(read)
    i = j = 0
    while i < len(truth) and j < len(read):
        if truth[i] == read[j]:
            right[j] = True
            i, j = i + 1, j + 1
        elif length[i + 1, j] >= length[i, j + 1]:
            i += 1
        else:
            j += 1
    return right
