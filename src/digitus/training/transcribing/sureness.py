"""How often numbers of pages are right: prints the weights that `digitus.consensus` holds.

python -m digitus.training.transcribing.sureness
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitus.consensus import Weights, evidence
from digitus.lines import Boxes
from digitus.reader import Reader
from digitus.reading import Number
from digitus.training.pages import (
    SPACINGS,
    Hands,
    SyntheticPage,
    gather_hands,
    make_page,
    strings,
)
from digitus.training.transcribing.truth import numbers_at

# Pages of each kind, by nature, and the seed of the first; and strings of each spacing.
PAGES, STRINGS, SEED = 2000, 150, 90_000_000
RIDGE, STEPS = 1e-2, 40
LEAST = 1e-6  # of a variance


@dataclass(frozen=True)
class Case:
    """A number of a made page.

    Attributes:
        seen: What speaks for its digits, see `digitus.consensus.evidence`.
        whole: How sure the gaps are that it begins and ends there, and none parts it.
        spelt: What the transcriber spelt; None where it was not asked.
        same: Whether that is what the finder read.
        found_right: Whether what the finder read is right.
        spelt_right: Whether what the transcriber spelt is.
    """

    seen: Weights
    whole: float
    spelt: str | None
    same: bool
    found_right: bool
    spelt_right: bool


def pages(hands: Hands) -> Iterator[SyntheticPage]:
    """Make pages by writers that nobody learnt from."""
    for seed in range(SEED, SEED + PAGES):
        yield make_page(seed, hands)
    for distance in SPACINGS:
        yield from strings(hands, distance, STRINGS, SEED)


def cases(reader: Reader, page: SyntheticPage) -> list[Case]:
    """Read a page in both ways."""
    places = reader.places(page.pixels)
    if len(places) < 2:
        return []
    groups = [group for line in reader.groups(places, page.pixels) for group in line]
    boxes = [np.array([digit.box for digit in group.digits], np.float64) for group in groups]
    spelt = [reader.spelt(group, page.pixels) for group in groups]
    texts = ["".join(str(digit.digit) for digit in group.digits) for group in groups]
    others = ["".join(map(str, said.digits)) if said else None for said in spelt]
    written = [_written(page, box) for box in boxes]
    return [
        Case(
            evidence(Number.of(group.digits), said),
            group.whole,
            other,
            text == other,
            text == truth,
            other == truth,
        )
        for group, said, text, other, truth in zip(
            groups, spelt, texts, others, written, strict=True
        )
    ]


def _written(page: SyntheticPage, boxes: Boxes) -> str:
    """Return the number that stands where one was found; nothing where there is not just one."""
    numbers = numbers_at(page, boxes)
    return "".join(map(str, page.values[numbers[0]])) if len(numbers) == 1 else ""


def fit(seen: Boxes, whole: NDArray[np.float64], right: NDArray[np.bool_]) -> Weights:
    """Fit how likely numbers are right, by Fisher scoring.

    Args:
        seen: float64 [N, F], what speaks for their digits.
        whole: float64 [N], how sure the gaps are; a number is right no more often than they.
        right: bool [N].

    Returns:
        Weights of the evidence, the last one that of 1.
    """
    x = np.c_[seen, np.ones(len(seen))]
    weights = np.zeros(x.shape[1])
    for _ in range(STEPS):
        share = 1 / (1 + np.exp(-x @ weights))
        p = whole * share
        slope = p * (1 - share)
        spread = np.maximum(p * (1 - p), LEAST)
        curvature = (x * (slope**2 / spread)[:, None]).T @ x + RIDGE * np.eye(x.shape[1])
        weights += np.linalg.solve(
            curvature, x.T @ (slope * (right - p) / spread) - RIDGE * weights
        )
    return tuple(weights.tolist())


if __name__ == "__main__":
    reader = Reader()
    made = [case for page in pages(gather_hands("validation")) for case in cases(reader, page)]
    both = [case for case in made if case.spelt and not case.same]
    wanted = {
        "SAME": [(case, case.found_right) for case in made if case.same],
        "SPELT": [(case, case.spelt_right) for case in both],
        "FOUND": [(case, case.found_right) for case in both],
        "NOTHING": [(case, case.found_right) for case in made if case.spelt == ""],
        "UNSPELT": [(case, case.found_right) for case in made],
    }
    for name, known in wanted.items():
        seen, whole = np.array([c.seen for c, _ in known]), np.array([c.whole for c, _ in known])
        right = np.array([fine for _, fine in known])
        if name == "UNSPELT":  # where nobody is asked, nothing is known of that
            seen[:, 1:] = 0
        weights = ", ".join(f"{weight:.3f}" for weight in fit(seen, whole, right))
        print(f"{name}: Weights = ({weights})  # {len(right)} numbers, {right.mean():.1%} right")
