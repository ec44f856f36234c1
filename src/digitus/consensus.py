"""Two readings of one number -> its digits, and how sure they are.

The finder reads each digit at its place, the transcriber spells the number as a whole. Where they
differ, the one that is right more often under such odds is believed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from digitus.reading import Box, Digit, Number
from digitus.transcriber import Transcript

Weights: TypeAlias = tuple[float, ...]
# How likely what is read is right, if it is one number and whole: the log-odds are a weighed sum
# (Platt 1999, "Probabilistic outputs for support vector machines", section 2) of what `evidence`
# gives, and 1. Fitted on pages by validation writers, by `digitus.training.transcribing.sureness`:
# both say the same; the transcriber's or the finder's, where they differ; the finder's, where the
# transcriber sees no digit at all, and where it was not asked. Of NOTHING there were too few to fit
# (165, of which 10 right): it is one that was fitted to earlier weights of the transcriber.
SAME: Weights = (0.18, 0.65, 0.00, 0.00, 0.39)
SPELT: Weights = (-0.03, 0.61, 0.03, 0.24, -0.05)
FOUND: Weights = (0.12, 0.26, -0.80, -0.92, -0.36)
NOTHING: Weights = (0.62, 1.51, -1.83, 0.99, -0.91)
UNSPELT: Weights = (0.82, 0.00, 0.00, 0.00, -0.86)
# Digits that are less likely right, though nothing else was read there, are none.
DOUBTED = 0.5
# Probabilities are believed to be at least so far from 0 and 1.
LEAST = 1e-6
# More digits than so many, or fewer, count as so many.
MOST = 2
# A digit is spelt at the place where it was found that is so near its middle, in heights; where
# there is none, it is taken to be so wide.
NEAR, WIDE = 0.35, 0.6


def agreed(
    digits: Sequence[Digit], whole: float, transcript: Transcript | None, width: int
) -> Number | None:
    """Put the digits of a number of a page together.

    Args:
        digits: As the finder read them, from left to right.
        whole: How sure the gaps are that it begins and ends with them, and has none between.
        transcript: What was spelt there, if anybody was asked.
        width: Of the page in pixels.

    Returns:
        The number; None where there rather is none.
    """
    found = Number.of(digits)
    seen = evidence(found, transcript)
    if transcript is None:
        return replace(found, confidence=whole * odds(seen, UNSPELT))
    if transcript.digits == tuple(digit.digit for digit in digits):
        return replace(found, confidence=whole * odds(seen, SAME))
    if not transcript.digits:
        sure = odds(seen, NOTHING)
        return replace(found, confidence=whole * sure) if sure >= DOUBTED else None
    ours, theirs = odds(seen, FOUND), odds(seen, SPELT)
    if ours >= theirs:
        return replace(found, confidence=whole * ours)
    return Number(_placed(digits, transcript, width), whole * theirs)


def evidence(found: Number, transcript: Transcript | None) -> Weights:
    """Tell what speaks for the digits of a number.

    Returns:
        How sure the finder is; how sure the transcriber is of what it spells; by how much the
        likelier it holds that than what the finder read, all as logarithms of odds; and how many
        more digits it spells than the finder read.
    """
    if transcript is None:
        return _logit(found.confidence), 0.0, 0.0, 0.0
    spelt = max(transcript.chance(transcript.digits), LEAST)
    read = tuple(digit.digit for digit in found.digits)
    own = spelt if read == transcript.digits else max(transcript.chance(read), LEAST)
    more = max(-MOST, min(len(transcript.digits) - len(read), MOST))
    return _logit(found.confidence), _logit(spelt), math.log(spelt / own), more


def odds(seen: Weights, weights: Weights) -> float:
    """Weigh evidence: a probability."""
    total = sum(weight * value for weight, value in zip(weights, (*seen, 1.0), strict=True))
    return 1 / (1 + math.exp(-total))


def _logit(share: float) -> float:
    share = min(max(share, LEAST), 1 - LEAST)
    return math.log(share / (1 - share))


def _placed(digits: Sequence[Digit], transcript: Transcript, width: int) -> tuple[Digit, ...]:
    """Return the digits that were spelt, each where it was found, or else about its middle."""
    height = max(digit.box[3] - digit.box[1] for digit in digits)
    middles = transcript.middles.tolist()
    own = [_middle(digit) for digit in digits]
    # As many as were found, each near its own: those they are, even if another is nearer.
    ordered = len(own) == len(middles) and all(
        abs(one - other) <= NEAR * height for one, other in zip(own, middles, strict=True)
    )
    placed = []
    for number, (run, middle) in enumerate(zip(transcript.runs, middles, strict=True)):
        if ordered:
            place, there = number, True
        else:  # each must be the other's nearest
            place = _nearest(own, middle)
            mutual = _nearest(middles, own[place]) == number
            there = mutual and abs(own[place] - middle) <= NEAR * height
        found = digits[place]
        if there:
            placed.append(found if found.digit == run.digit else Digit.of(run.shares, found.box))
            continue
        left, right = middle - WIDE / 2 * height, middle + WIDE / 2 * height
        if number:
            left = max(left, (middles[number - 1] + middle) / 2)
        if number + 1 < len(middles):
            right = min(right, (middles[number + 1] + middle) / 2)
        placed.append(Digit.of(run.shares, _box(left, found.box, min(right, width))))
    return tuple(placed)


def _nearest(columns: Sequence[float], column: float) -> int:
    """Return the place of the one that is nearest to a column, the first of such."""
    return min(range(len(columns)), key=lambda place: abs(columns[place] - column))


def _middle(digit: Digit) -> float:
    return (digit.box[0] + digit.box[2]) / 2


def _box(left: float, beside: Box, right: float) -> Box:
    """Return a box between two columns, as high as one beside it, a pixel wide at least."""
    end = max(1, math.ceil(right))
    return max(0, min(math.floor(left), end - 1)), beside[1], end, beside[3]
