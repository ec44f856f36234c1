"""Measures -> JSON, for programs; its names are stable."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

import digitus
from digitus.training.evaluation.evaluate import Evaluation, Result, SetEvaluation
from digitus.training.evaluation.metrics import Share
from digitus.training.glyphs import NO_DIGIT

DECIMALS = 6
# What is kept of a model's card.
CARD_KEYS = ("sha256", "temperature", "reject_below", "recipe", "seed", "data")
# Coverages, 0..1, at which the risk is told.
COVERAGES = (1.0, 0.99, 0.98, 0.95, 0.9, 0.8, 0.5)


def to_json(evaluation: Evaluation) -> str:
    """Return all measures as JSON."""
    return json.dumps(to_dict(evaluation), indent=2, ensure_ascii=False) + "\n"


def to_dict(evaluation: Evaluation) -> dict[str, Any]:
    """Return all measures in numbers, text and lists; shares are 0..1, None is not a number."""
    return {
        "digitus": digitus.__version__,
        "models": [
            {"name": named.name, **{key: named.card(key) for key in CARD_KEYS}}
            for named in evaluation.models
        ],
        "remarks": evaluation.remarks,
        "sets": [_set(one_set) for one_set in evaluation.sets],
    }


def _set(one_set: SetEvaluation) -> dict[str, Any]:
    return {
        "name": one_set.samples.name,
        "part": one_set.samples.part,
        "pictures": len(one_set.samples.data),
        "without_ink": one_set.blank,
        "results": [_result(result) for result in one_set.results],
        "comparisons": [
            {**asdict(comparison), "real": comparison.real} for comparison in one_set.comparisons
        ],
    }


def _result(result: Result) -> dict[str, Any]:
    return {
        "model": result.model,
        "accuracy": _share(result.accuracy),
        "no_digit": _share(result.rejected),
        "log_loss": _number(result.log_loss),
        "calibration_error": _number(result.calibration_error),
        "risk_coverage_area": _number(result.risk_coverage.area),
        "risk_at_coverage": {
            str(coverage): _number(result.risk_coverage.at(coverage)[0]) for coverage in COVERAGES
        },
        "classes": [
            {
                "digit": score.digit,
                "precision": _share(score.precision),
                "recall": _share(score.recall),
                "f1": _number(score.f1),
            }
            for score in result.classes
        ],
        "confusion": result.confusion.tolist(),
        "reliability": [
            {key: _number(value) for key, value in asdict(one).items()}
            for one in result.reliability
        ],
        "mistakes": [_mistake(result, int(index)) for index in result.mistakes],
    }


def _mistake(result: Result, index: int) -> dict[str, Any]:
    answer = int(result.answers.answer[index])
    return {
        "picture": index,
        "truth": int(result.answers.truth[index]),
        "answer": None if answer == NO_DIGIT else answer,
        "confidence": _number(float(result.answers.confidence[index])),
    }


def _share(share: Share) -> dict[str, Any]:
    return {
        "part": share.part,
        "whole": share.whole,
        "value": _number(share.value),
        "interval": [_number(bound) for bound in share.interval],
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, DECIMALS)
