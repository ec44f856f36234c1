"""What each frame of a strip says -> digits: connectionist temporal classification.

Method: Graves et al. 2006, "Connectionist temporal classification", sections 3.2 and 4.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# What a frame says besides ten digits.
NOTHING = 10


@dataclass(frozen=True)
class Run:
    """Neighbouring frames that say the same digit.

    Attributes:
        digit: 0-9.
        frames: The first one, and the one after the last.
        shares: float32 [10], probabilities of the digits in the frame that is surest of it.
    """

    digit: int
    frames: tuple[int, int]
    shares: NDArray[np.float32]


def likeliest(shares: NDArray[np.float32]) -> list[Run]:
    """Read the digits that the likeliest path through the frames spells.

    Args:
        shares: float32 [F, 11], of each frame: ten digits and nothing.
    """
    said = shares.argmax(axis=1)
    edges = np.flatnonzero(np.diff(said)) + 1
    starts, ends = [0, *edges.tolist()], [*edges.tolist(), len(said)]
    runs = []
    for start, end in zip(starts, ends, strict=True):
        digit = int(said[start])
        if digit != NOTHING:
            surest = start + int(shares[start:end, digit].argmax())
            runs.append(Run(digit, (start, end), shares[surest, :NOTHING]))
    return runs


def chance(shares: NDArray[np.float32], digits: Sequence[int]) -> float:
    """Return how likely frames spell some digits, on whichever path.

    Args:
        shares: float32 [F, 11], of each frame: ten digits and nothing.
        digits: 0-9 each.
    """
    spelt = np.full(2 * len(digits) + 1, NOTHING)
    spelt[1::2] = digits
    # From one digit to the next without nothing between: not if they are the same.
    skips = np.zeros(len(spelt), bool)
    skips[2:] = (spelt[2:] != NOTHING) & (spelt[2:] != spelt[:-2])
    there = np.zeros(len(spelt))
    there[:2] = 1.0
    logarithm = 0.0
    for number, frame in enumerate(shares.astype(np.float64)):
        if number:
            before = there.copy()
            there[1:] += before[:-1]
            there[2:] += np.where(skips[2:], before[:-2], 0.0)
        there *= frame[spelt]
        total = there.sum()
        if total <= 0:
            return 0.0
        logarithm += float(np.log(total))  # kept apart: the product of many frames is tiny
        there /= total
    return float(np.exp(logarithm) * there[-2:].sum())
