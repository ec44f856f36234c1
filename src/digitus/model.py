"""The model: one ONNX file and its card."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from digitus.errors import InvalidArray, InvalidCard, InvalidModel, ModelNotFound
from digitus.glyph import SIDE

SHIPPED = Path(__file__).parent / "models" / "digitus.onnx"
DIGITS = 10
# Glyphs per run: larger batches fall out of the processor's cache and are slower per glyph.
BATCH = 64


class Model:
    """A digit classifier in ONNX Runtime.

    Args:
        path: The ONNX file; its card lies beside it, ``.json`` in place of ``.onnx``.

    Raises:
        ModelNotFound: The model or its card is not there.
        InvalidModel: The file is damaged or is not a digit classifier.
        InvalidCard: The card is damaged or belongs to another model.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:  # noqa: D107
        file = Path(path) if path is not None else SHIPPED
        card = file.with_suffix(".json")
        for needed, what in ((file, "model"), (card, "card")):
            if not needed.is_file():
                raise ModelNotFound(f"There is no {what} '{needed}': train one or name another")
        content = file.read_bytes()
        try:
            self.card = json.loads(card.read_text(encoding="utf-8"))
            self.temperature = float(self.card["temperature"])
            self.reject_below = float(self.card["reject_below"])
            sha256 = str(self.card["sha256"])
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidCard(
                f"The card '{card}' is damaged ({error!r}): restore it from where it came"
            ) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise InvalidCard(f"The card '{card}' belongs to another model: restore both files")
        try:
            self.session = onnxruntime.InferenceSession(content)
        except Exception as error:  # ONNX Runtime's errors share no public base class
            raise InvalidModel(f"'{file}' is not a model that can be run ({error})") from error
        self.input = self.session.get_inputs()[0].name

    def classify(self, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return calibrated probabilities.

        Args:
            glyphs: uint8 [N, 28, 28], white on black.

        Returns:
            float32 [N, 10]; what a row lacks to 1 is the probability of "no digit".

        Raises:
            InvalidArray: Another shape or dtype.
        """
        if glyphs.dtype != np.uint8 or glyphs.ndim != 3 or glyphs.shape[1:] != (SIDE, SIDE):
            raise InvalidArray(
                f"classify wants glyphs uint8 [N, 28, 28], not {glyphs.dtype} {list(glyphs.shape)}"
            )
        parts = [
            self.session.run(None, {self.input: glyphs[at : at + BATCH]})[0]
            for at in range(0, len(glyphs), BATCH)
        ]
        if not parts:
            return np.zeros((0, DIGITS), np.float32)
        logits = np.concatenate(parts).astype(np.float32) / np.float32(self.temperature)
        grown = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: NDArray[np.float32] = grown / grown.sum(axis=1, keepdims=True)
        return shares[:, :DIGITS]
