"""The card of an exported model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from digitus.card import Card
from digitus.errors import ModelError
from digitus.glyph import SIDE
from digitus.model import DIGITS, Model, softmax
from digitus.training.calibrate import UNCALIBRATED, Calibration
from digitus.training.exchange.trial import run, specimens

# What every card has, whoever made the model.
KEYS = ("name", "input", "output", "temperature", "reject_below", "sha256")
# Probabilities of two models that do the same.
SAME = 1e-4


def card(
    name: str,
    content: bytes,
    output: str = "logits",
    calibration: Calibration = UNCALIBRATED,
    **more: Any,
) -> dict[str, Any]:
    """Return the card of a model that takes glyphs as they are.

    Args:
        name: Its name.
        content: The ONNX file.
        output: ``logits`` or ``probabilities``.
        calibration: Temperature and reject threshold.
        **more: What people may want to know.
    """
    return {
        "name": name,
        "input": {"shape": [SIDE, SIDE], "dtype": "uint8", "scale": 1.0},
        "output": output,
        "temperature": calibration.temperature,
        "reject_below": calibration.reject_below,
        **more,
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def renewed(old: Card, content: bytes, name: str) -> dict[str, Any]:
    """Return the card of a model that was made of another and takes glyphs as they are.

    Args:
        old: The other's card.
        content: The ONNX file.
        name: Its name, if it had none.
    """
    more = {key: value for key, value in old.everything.items() if key not in KEYS}
    calibration = Calibration(old.temperature, old.reject_below)
    name = str(old.everything.get("name", name))
    return card(name, content, old.output, calibration, **more)


def beside(source: Path, content: bytes, output: str) -> Card | None:
    """Return the card that a training wrote beside a Keras model, if it is that model's.

    It belongs to the ONNX model beside, so that must do what the Keras model does: it may be left
    from another training.

    Args:
        source: The ``.keras`` file.
        content: What it was made into, ONNX.
        output: What that gives.
    """
    try:
        model = Model(source.with_suffix(".onnx"))
    except ModelError:
        return None
    if (model.card.output, output) != ("logits", "logits"):
        return None
    glyphs, _ = specimens()
    logits = run(content, glyphs)
    shares = softmax(logits / np.float32(model.card.temperature))[:, :DIGITS]
    return model.card if np.abs(model.classify(glyphs) - shares).max() <= SAME else None


def text(entries: Mapping[str, Any]) -> str:
    """Write a card as JSON."""
    return json.dumps(entries, indent=2) + "\n"
