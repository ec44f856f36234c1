"""Two models on the same pictures -> is the difference real, or may it be chance?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

# A difference that chance alone would give less often than this is called real.
SIGNIFICANCE = 0.05
# Below this a probability is not told: its digits mean nothing.
SMALLEST_TOLD = 0.001


@dataclass(frozen=True)
class Comparison:
    """Two models on the same pictures.

    Attributes:
        first: Name of a model.
        second: Name of the other.
        pictures: How many both have read.
        only_first: How many only the first has read right.
        only_second: How many only the second has read right.
        p: How often chance alone would part two equally good models so far, corrected for all
            comparisons on these pictures, 0..1.
    """

    first: str
    second: str
    pictures: int
    only_first: int
    only_second: int
    p: float

    @property
    def real(self) -> bool:
        """Whether the difference is more than chance explains."""
        return self.p < SIGNIFICANCE

    @property
    def difference(self) -> str:
        """Who reads how many more, in words."""
        more = abs(self.only_first - self.only_second)
        if not more:
            return f"{self.first} and {self.second} read equally many pictures right."
        names = (self.first, self.second)
        better, worse = names if self.only_first > self.only_second else names[::-1]
        pictures = "picture" if more == 1 else "pictures"
        return f"{better} reads {more:,} {pictures} more right than {worse}."

    @property
    def verdict(self) -> str:
        """Whether it is real, in words."""
        p = f"p < {SMALLEST_TOLD}" if self.p < SMALLEST_TOLD else f"p = {self.p:.2g}"
        if self.only_first == self.only_second:
            return f"There is no difference ({p})."
        return f"The difference {'is real' if self.real else 'may be chance'} ({p})."


def mcnemar(only_first: int, only_second: int) -> float:
    """Test whether two models err equally often, by the pictures on which just one of them errs.

    McNemar's test in its exact form, two-sided: were both equally good, each such picture would
    fall to either with the probability 1/2 (McNemar 1947; Dietterich 1998, "Approximate
    statistical tests for comparing supervised classification learning algorithms", section 3.1).

    Args:
        only_first: Pictures that only the first model has read right.
        only_second: Pictures that only the second has read right.

    Returns:
        The p-value, 0..1; 1 where they never differ.
    """
    count = only_first + only_second
    ways = tail = 1  # in whole numbers, so that no count is too large
    for k in range(min(only_first, only_second)):
        ways = ways * (count - k) // (k + 1)
        tail += ways
    return min(2 * tail / (1 << count), 1.0)


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p-values for their number.

    Holm 1979, "A simple sequentially rejective multiple test procedure".

    Args:
        p_values: Of all tests of one family.

    Returns:
        The corrected ones, in the same order. Where nothing differs, the chance that any of them
        falls below a bound is at most that bound.
    """
    order = np.argsort(p_values, kind="stable")
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(p_values[index] * (len(p_values) - rank), 1.0))
        corrected[index] = highest
    return corrected


def compare(names: Sequence[str], right: Sequence[NDArray[np.bool_]]) -> list[Comparison]:
    """Compare every model with every other one on the same pictures.

    Args:
        names: Of the models.
        right: bool [N] for each of them: which pictures it has read right.

    Returns:
        One comparison a pair, its p-value corrected for the number of pairs.
    """
    pairs = list(combinations(range(len(names)), 2))
    counts = [
        (int((right[a] & ~right[b]).sum()), int((right[b] & ~right[a]).sum())) for a, b in pairs
    ]
    p_values = holm([mcnemar(*count) for count in counts])
    return [
        Comparison(names[a], names[b], len(right[a]), *count, p)
        for (a, b), count, p in zip(pairs, counts, p_values, strict=True)
    ]
