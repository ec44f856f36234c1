"""Models on sets -> all measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from digitus.training.evaluation import metrics
from digitus.training.evaluation.answers import Answers, answers
from digitus.training.evaluation.candidates import Watch, find_candidates
from digitus.training.evaluation.compare import Comparison, compare
from digitus.training.evaluation.metrics import Bin, ClassScore, RiskCoverage, Share
from digitus.training.evaluation.models import NamedModel
from digitus.training.evaluation.samples import HELD_OUT, Samples
from digitus.training.origins import same_forms


@dataclass(frozen=True)
class Result:
    """What one model did on one set.

    Attributes:
        model: The model's name.
        answers: What it answered.
    """

    model: str
    answers: Answers

    @cached_property
    def accuracy(self) -> Share:
        """How many pictures were read right; a digit that was taken for none is wrong."""
        return Share(int(self.answers.right.sum()), len(self.answers.right))

    @cached_property
    def rejected(self) -> Share:
        """How many pictures were taken for no digit."""
        return Share(int(self.answers.rejected.sum()), len(self.answers.right))

    @cached_property
    def log_loss(self) -> float:
        """The loss, in nats, of the pictures in which ink was found: the others no model sees."""
        inked = self.answers.inked
        return metrics.log_loss(self.answers.shares[inked], self.answers.truth[inked])

    @cached_property
    def calibration_error(self) -> float:
        """The expected calibration error, 0..1, of the digits that were read."""
        read = ~self.answers.rejected
        return metrics.calibration_error(self.answers.confidence[read], self.answers.right[read])

    @cached_property
    def reliability(self) -> list[Bin]:
        """The digits that were read, in bins of confidence."""
        read = ~self.answers.rejected
        return metrics.reliability(self.answers.confidence[read], self.answers.right[read])

    @cached_property
    def risk_coverage(self) -> RiskCoverage:
        """What would be wrong if every picture, or only the surest, got its likeliest digit."""
        wrong = (self.answers.likeliest != self.answers.truth) | ~self.answers.inked
        return metrics.risk_coverage(self.answers.confidence, wrong)

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """int64 [10, 11]: what was read as what."""
        return metrics.confusion_matrix(self.answers.truth, self.answers.answer)

    @cached_property
    def classes(self) -> list[ClassScore]:
        """Precision and recall of each digit."""
        return metrics.class_scores(self.confusion)

    @cached_property
    def mistakes(self) -> NDArray[np.int64]:
        """int64 [K]: places of the pictures that were misread, the surest mistakes first.

        Rejected digits, where the model owned its doubt, come last.
        """
        wrong = np.flatnonzero(~self.answers.right)
        confidence = self.answers.confidence[wrong]
        order = np.lexsort((wrong, -confidence, self.answers.rejected[wrong]))
        return wrong[order]


@dataclass(frozen=True)
class SetEvaluation:
    """One set.

    Attributes:
        samples: Its pictures.
        results: One a model, in their order.
        comparisons: One a pair of models.
    """

    samples: Samples
    results: tuple[Result, ...]
    comparisons: tuple[Comparison, ...]

    @property
    def blank(self) -> int:
        """In how many pictures no ink was found."""
        return int((~self.results[0].answers.inked).sum())


@dataclass(frozen=True)
class Evaluation:
    """Models on sets.

    Attributes:
        models: The models, one or more.
        sets: The sets, each read by all of them.
    """

    models: tuple[NamedModel, ...]
    sets: tuple[SetEvaluation, ...]

    @property
    def remarks(self) -> list[str]:
        """What is to be known before the numbers are believed, in sentences."""
        said = [
            f"{one.samples.name}: measured on every tenth picture; a model has learnt from the "
            "others, which the same people may have written"
            for one in self.sets
            if one.samples.part == HELD_OUT
        ]
        for one in self.sets:
            for named in self.models:
                other = same_forms(one.samples.name, named.model.card.everything)
                if other:
                    said.append(
                        f"{one.samples.name}: {named.name} has learnt from {other}, in which the "
                        "same people have written: its numbers are too good"
                    )
        return said


def evaluate(
    models: Sequence[NamedModel], sets: Sequence[Samples], watch: Watch = iter
) -> Evaluation:
    """Let every model read every set.

    Args:
        models: One or more.
        sets: One or more.
        watch: Wraps the loop over the pictures of a set, to show how far it has come.
    """
    return Evaluation(tuple(models), tuple(_evaluate(models, one_set, watch) for one_set in sets))


def _evaluate(models: Sequence[NamedModel], samples: Samples, watch: Watch) -> SetEvaluation:
    candidates = find_candidates(samples.data, watch)
    results = tuple(Result(named.name, answers(named.model, candidates)) for named in models)
    comparisons = compare(
        [result.model for result in results], [result.answers.right for result in results]
    )
    return SetEvaluation(samples, results, tuple(comparisons))
