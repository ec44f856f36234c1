"""A model's file, read with care, and its card: what it expects, how sure it is, its origin."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitus.errors import InvalidCard, InvalidModel, ModelNotFound
from digitus.glyph import SIDE

INPUT_TYPES = ("uint8", "float32")
OUTPUTS = ("logits", "probabilities")
PIXELS = SIDE * SIDE
# Outside of these all classes would seem equally likely, or one certain.
TEMPERATURES = (0.01, 100.0)
# And of these all glyphs would be blank, or beyond what a float holds.
SCALES = (1e-6, 1e3)
# A longer file is no card; a longer reason is not read by anybody.
MAX_BYTES, MAX_REASON = 1 << 20, 200
# A model of this many bytes is no digit classifier; reading it would only fill the memory.
MAX_MODEL_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Card:
    """A model's card.

    Attributes:
        shape: Shape of one glyph as the model wants it: 784 values in all.
        dtype: ``uint8`` or ``float32``.
        scale: What glyphs, 0..255, are multiplied by; 1/255 for a model that wants 0..1. A uint8
            model takes them as they are: 1.
        output: ``logits`` or ``probabilities``.
        temperature: Logits are divided by it; 0.01 to 100.
        reject_below: A digit of lower confidence, 0..1, is no digit.
        everything: The whole card, also what only people read.
    """

    shape: tuple[int, ...]
    dtype: str
    scale: float
    output: str
    temperature: float
    reject_below: float
    everything: Mapping[str, Any]


def read_model(file: Path) -> bytes:
    """Read a model's file; nothing is made of it yet.

    Args:
        file: The ONNX or Keras file.

    Returns:
        Its content.

    Raises:
        ModelNotFound: It is not there or may not be read.
        InvalidModel: It is too large for a digit classifier.
    """
    try:
        if not file.is_file():
            raise ModelNotFound(f"There is no model '{file}': train one or name another")
        with file.open("rb") as opened:
            content = opened.read(MAX_MODEL_BYTES + 1)
    except OSError as error:
        raise ModelNotFound(f"The model '{file}' cannot be opened ({error.strerror})") from error
    if len(content) > MAX_MODEL_BYTES:
        raise InvalidModel(f"'{file}' is too large for a digit classifier: name another")
    return content


def load_card(path: Path, model: bytes) -> Card:
    """Load a card and see that it belongs to the model.

    Args:
        path: The JSON file.
        model: Content of the ONNX file.

    Raises:
        ModelNotFound: There is no card.
        InvalidCard: It is damaged, says something impossible, or belongs to another model.
    """
    try:
        text = path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
    except OSError as error:
        raise ModelNotFound(
            f"There is no card '{path}' beside the model: write one, it says how the model wants "
            "its input (docs/architecture.md shows a card)"
        ) from error
    try:
        content = json.loads(text)
        wanted = content["input"]
        card = Card(
            shape=tuple(_whole(side) for side in wanted["shape"]),
            dtype=str(wanted["dtype"]),
            scale=_number(wanted["scale"]),
            output=str(content["output"]),
            temperature=_number(content["temperature"]),
            reject_below=_number(content["reject_below"]),
            everything=content,
        )
        sha256 = str(content["sha256"])
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise InvalidCard(
            f"The card '{path}' is damaged ({repr(error)[:MAX_REASON]}): restore it from where it "
            "came"
        ) from error
    _check(card, path)
    if hashlib.sha256(model).hexdigest() != sha256.lower():
        raise InvalidCard(
            f"The card '{path}' belongs to another model (SHA-256 differs): restore both files"
        )
    return card


def _number(value: object) -> float:
    """Return a number of JSON; true and "1" are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _whole(value: object) -> int:
    """Return a whole number of JSON."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number")
    return value


def _check(card: Card, path: Path) -> None:
    """See that the values make sense."""
    size = 1
    for side in card.shape:
        size *= side
    impossible = (
        ("input.shape", card.shape, size == PIXELS and min(card.shape) > 0),
        ("input.dtype", card.dtype, card.dtype in INPUT_TYPES),
        (
            "input.scale",
            card.scale,
            card.scale == 1 if card.dtype == "uint8" else SCALES[0] <= card.scale <= SCALES[1],
        ),
        ("output", card.output, card.output in OUTPUTS),
        ("temperature", card.temperature, TEMPERATURES[0] <= card.temperature <= TEMPERATURES[1]),
        ("reject_below", card.reject_below, 0 <= card.reject_below <= 1),
    )
    for key, value, fine in impossible:
        if not fine:
            raise InvalidCard(f"The card '{path}' says {key} = {value}, which cannot be: mend it")
