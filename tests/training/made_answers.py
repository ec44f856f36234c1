"""Answers of models that do not exist, for the measures, the figures and the report."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from digitus.glyph import SIDE
from digitus.model import SHIPPED, Model
from digitus.training.datasets import Dataset
from digitus.training.evaluation.answers import Answers
from digitus.training.evaluation.compare import compare
from digitus.training.evaluation.evaluate import Evaluation, Result, SetEvaluation
from digitus.training.evaluation.models import NamedModel
from digitus.training.evaluation.samples import Samples
from digitus.training.glyphs import NO_DIGIT


def made_answers(
    truth: Sequence[int], answer: Sequence[int], confidence: Sequence[float], blank: int = 0
) -> Answers:
    """Answers with the given confidences; the last ``blank`` pictures hold no ink."""
    count = len(truth)
    read = np.array(answer)
    likeliest = np.where(read == NO_DIGIT, np.array(truth), read)
    shares = np.repeat((1 - np.array(confidence, float))[:, None] / 20, 10, axis=1)
    shares[np.arange(count), likeliest] = confidence
    inked = np.arange(count) < count - blank
    shares[~inked] = 0
    glyphs = np.random.default_rng(0).integers(0, 256, (count, SIDE, SIDE), np.uint8)
    return Answers(np.array(truth, np.uint8), read.astype(np.uint8), shares, glyphs, inked)


def made_evaluation(answers: dict[str, Answers], part: str = "check") -> Evaluation:
    """One set that was read by models of these names; their cards are the shipped model's."""
    results = tuple(Result(name, given) for name, given in answers.items())
    truth = results[0].answers.truth
    data = Dataset("mnist", truth, np.zeros((len(truth), SIDE, SIDE), np.uint8))
    right = [result.answers.right for result in results]
    shipped = Model(SHIPPED)
    return Evaluation(
        tuple(NamedModel(name, shipped) for name in answers),
        (SetEvaluation(Samples(data, part), results, tuple(compare(list(answers), right))),),
    )
