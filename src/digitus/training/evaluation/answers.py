"""A model on glyphs -> its answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from digitus.glyph import SIDE
from digitus.model import DIGITS, Model
from digitus.training.evaluation.candidates import Candidates
from digitus.training.glyphs import NO_DIGIT, GlyphArray


@dataclass(frozen=True)
class Answers:
    """What one model answered on the N pictures of one set.

    Attributes:
        truth: uint8 [N], what each picture shows, 0-9.
        answer: uint8 [N], what was read: 0-9, or 10 for no digit.
        shares: float64 [N, 10], the probability of each digit; what a row lacks to 1 is that of
            no digit. Zero for a blank picture.
        glyphs: uint8 [N, 28, 28], what the model saw; black for a blank picture.
        inked: bool [N], whether any ink was found in the picture.
    """

    truth: NDArray[np.uint8]
    answer: NDArray[np.uint8]
    shares: NDArray[np.float64]
    glyphs: GlyphArray
    inked: NDArray[np.bool_]

    @cached_property
    def right(self) -> NDArray[np.bool_]:
        """Bool [N]; a digit that was taken for none is wrong."""
        right: NDArray[np.bool_] = self.answer == self.truth
        return right

    @cached_property
    def rejected(self) -> NDArray[np.bool_]:
        """Bool [N]: no digit was read."""
        rejected: NDArray[np.bool_] = self.answer == NO_DIGIT
        return rejected

    @cached_property
    def confidence(self) -> NDArray[np.float64]:
        """float64 [N]: the probability of the likeliest digit, read or rejected."""
        highest: NDArray[np.float64] = self.shares.max(axis=1)
        return highest

    @cached_property
    def likeliest(self) -> NDArray[np.uint8]:
        """uint8 [N]: the likeliest digit, read or rejected."""
        likeliest: NDArray[np.uint8] = self.shares.argmax(axis=1).astype(np.uint8)
        return likeliest


def answers(model: Model, candidates: Candidates) -> Answers:
    """Read every picture by its likeliest candidate, by the rule of `digitus.Reader`.

    Args:
        model: The model.
        candidates: Of all pictures of a set.
    """
    count = len(candidates.labels)
    all_shares = model.classify(candidates.glyphs).astype(np.float64)
    likely = all_shares.max(axis=1) * candidates.plausibility
    # By picture, there by likelihood; of equals the first.
    order = np.lexsort((-likely, candidates.picture))
    picture, first = np.unique(candidates.picture[order], return_index=True)
    best = order[first]

    shares = np.zeros((count, DIGITS))
    glyphs = np.zeros((count, SIDE, SIDE), np.uint8)
    inked = np.zeros(count, bool)
    bound = np.ones(count)
    shares[picture], glyphs[picture], inked[picture] = all_shares[best], candidates.glyphs[best], 1
    # What is less plausible by its place must be the surer by its shape.
    bound[picture] -= (1 - model.card.reject_below) * candidates.plausibility[best]
    sure = inked & (shares.max(axis=1) >= bound)
    answer = np.where(sure, shares.argmax(axis=1), NO_DIGIT).astype(np.uint8)
    return Answers(candidates.labels, answer, shares, glyphs, inked)
