"""How often numbers of pages are right: prints the weights that `digitus.consensus` holds.

python -m digitus.training.transcribing.sureness
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from digitus.consensus import Weights, evidence
from digitus.grouping import arrange
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

# Pages of each kind, by nature, and the seed of the first; and strings of each spacing.
PAGES, STRINGS, SEED = 900, 150, 90_000_000
RIDGE, STEPS = 1e-2, 40


@dataclass(frozen=True)
class Case:
    """A number of a made page.

    Attributes:
        seen: What speaks for it, see `digitus.consensus.evidence`.
        spelt: What the transcriber spelt; None where it was not asked.
        same: Whether that is what the finder read.
        found_right: Whether what the finder read is right.
        spelt_right: Whether what the transcriber spelt is.
    """

    seen: Weights
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
    groups = [group for line in arrange(places, page.pixels) for group in line]
    boxes = [np.array([digit.box for digit in group.digits], np.float64) for group in groups]
    spelt = [reader.transcriber.spell(page.pixels, box) for box in boxes]
    texts = ["".join(str(digit.digit) for digit in group.digits) for group in groups]
    others = ["".join(map(str, said.digits)) if said else None for said in spelt]
    truth = page.text.split()
    right = _right(truth, texts)
    spelt_right = _right(truth, [other or text for other, text in zip(others, texts, strict=True)])
    return [
        Case(evidence(Number.of(group.digits), group.whole, said), other, text == other, *fine)
        for group, said, text, other, *fine in zip(
            groups, spelt, texts, others, right, spelt_right, strict=True
        )
    ]


def _right(truth: list[str], read: list[str]) -> NDArray[np.bool_]:
    """Tell which numbers that were read are in the truth, in its order."""
    fine = np.zeros(len(read), bool)
    for block in SequenceMatcher(None, truth, read, autojunk=False).get_matching_blocks():
        fine[block.b : block.b + block.size] = True
    return fine


def fit(seen: Boxes, right: NDArray[np.bool_]) -> Weights:
    """Fit a logistic regression, by Newton's steps; the last weight is that of 1."""
    x = np.c_[seen, np.ones(len(seen))]
    weights = np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-x @ weights))
        curvature = (x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(x.shape[1])
        weights -= np.linalg.solve(curvature, x.T @ (p - right) + RIDGE * weights)
    return tuple(weights.tolist())


if __name__ == "__main__":
    reader = Reader()
    made = [case for page in pages(gather_hands("validation")) for case in cases(reader, page)]
    both = [case for case in made if case.spelt and not case.same]
    wanted = {
        "SAME": [(case.seen, case.found_right) for case in made if case.same],
        "SPELT": [(case.seen, case.spelt_right) for case in both],
        "FOUND": [(case.seen, case.found_right) for case in both],
        "NOTHING": [(case.seen, case.found_right) for case in made if case.spelt == ""],
        "UNSPELT": [(case.seen, case.found_right) for case in made],
    }
    for name, known in wanted.items():
        seen, right = np.array([one[0] for one in known]), np.array([one[1] for one in known])
        if name == "UNSPELT":  # where nobody is asked, nothing is known of that
            seen[:, 1:3] = 0
        weights = ", ".join(f"{weight:.3f}" for weight in fit(seen, right))
        print(f"{name}: Weights = ({weights})  # {len(right)} numbers, {right.mean():.1%} right")
