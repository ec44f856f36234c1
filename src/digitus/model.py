"""The model: one ONNX file and its card."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from digitus.card import load_card, read_model
from digitus.errors import InvalidArray, InvalidModel
from digitus.glyph import SIDE
from digitus.session import session_of

SHIPPED = Path(__file__).parent / "models" / "digitus.onnx"
DIGITS = 10
# Ten digits, or ten digits and "no digit".
OUTPUTS = (DIGITS, DIGITS + 1)
# Glyphs per run: larger batches fall out of the processor's cache and are slower per glyph.
BATCH = 64
# A batch of the slowest classifiers takes a second. A stranger's may go round without an end.
MOST_SECONDS = 60.0
# How far the probabilities of a glyph may miss 1: half floats and quantised models round.
ROUNDING = 0.02


class Model:
    """A digit classifier in ONNX Runtime.

    Args:
        path: The ONNX file; its card lies beside it, ``.json`` in place of ``.onnx``. The shipped
            model by default.
        shared: As in `Reader`.

    Attributes:
        card: What its card says.
        shipped: Whether it is the shipped model, by whatever path.

    Raises:
        ModelNotFound: The model or its card is not there.
        InvalidModel: The file is damaged or is not a digit classifier.
        InvalidCard: The card is damaged or belongs to another model.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, *, shared: bool = False) -> None:
        file = Path(path) if path is not None else SHIPPED
        content = read_model(file)
        self.card = load_card(file.with_suffix(".json"), content)
        self.shipped = file.resolve() == SHIPPED.resolve()
        try:
            self._session = session_of(file, content, shared=shared, bounded=not self.shipped)
            self._input = self._session.get_inputs()[0].name
            for count in (1, 2):  # a model of fixed batches fails at one of them
                outputs = np.asarray(self._run(np.zeros((count, SIDE, SIDE), np.uint8)))
            numbers = bool(np.isfinite(outputs).all())
        except Exception as error:  # ONNX Runtime's errors share no public base class
            if "external data" in str(error).lower():
                raise InvalidModel(
                    f"'{file}' keeps its weights in other files, which are not looked for: export "
                    "it anew, into one file"
                ) from error
            raise InvalidModel(
                f"'{file}' cannot be run as its card says ({_first_line(error)}): export it anew "
                "as ONNX, or mend its card"
            ) from error
        if outputs.ndim != 2 or len(outputs) != 2 or outputs.shape[1] not in OUTPUTS:
            raise InvalidModel(
                f"'{file}' answers with {list(outputs.shape)} for two glyphs: a digit classifier "
                "gives 10 values a glyph, or 11 with 'no digit'"
            )
        if not numbers:
            raise InvalidModel(f"'{file}' answers with values that are no numbers: train it anew")
        if self.card.output == "probabilities" and not _shares(outputs):
            raise InvalidModel(
                f"'{file}' does not give probabilities, as its card says: write logits into it"
            )

    def classify(self, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return calibrated probabilities.

        Args:
            glyphs: uint8 [N, 28, 28], white on black.

        Returns:
            float32 [N, 10]; what a row lacks to 1 is the probability of "no digit".

        Raises:
            InvalidArray: Another shape or dtype.
            InvalidModel: It fails on these glyphs, or gives no numbers.
        """
        if (
            not isinstance(glyphs, np.ndarray)
            or glyphs.dtype != np.uint8
            or glyphs.shape[1:] != (SIDE, SIDE)
        ):
            kind = getattr(glyphs, "dtype", type(glyphs).__name__)
            raise InvalidArray(
                f"classify wants glyphs uint8 [N, 28, 28], not {kind} "
                f"{list(getattr(glyphs, 'shape', []))}: scale to 0..255 and convert"
            )
        if not len(glyphs):
            return np.zeros((0, DIGITS), np.float32)
        try:
            parts = [self._run(glyphs[at : at + BATCH]) for at in range(0, len(glyphs), BATCH)]
        except Exception as error:  # ONNX Runtime's errors share no public base class
            raise InvalidModel(f"The model fails on some glyphs ({_first_line(error)})") from error
        outputs = np.concatenate(parts).astype(np.float32, copy=False)
        if len(outputs) != len(glyphs) or not np.isfinite(outputs).all():
            raise InvalidModel("The model does not give numbers for all glyphs: train it anew")
        if self.card.output == "probabilities":
            outputs = np.log(np.maximum(outputs, np.finfo(np.float32).tiny))
        return softmax(outputs / np.float32(self.card.temperature))[:, :DIGITS]

    def _run(self, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Run the network on a batch, prepared as its card says: its raw outputs."""
        batch = glyphs.reshape(-1, *self.card.shape)
        if self.card.dtype == "float32":
            batch = batch.astype(np.float32) * np.float32(self.card.scale)
        with nullcontext() if self.shipped else _time_limit() as limit:
            outputs: NDArray[np.float32] = self._session.run(None, {self._input: batch}, limit)[0]
        return outputs


@contextmanager
def _time_limit() -> Iterator[onnxruntime.RunOptions]:
    """Give the options of a run that fails where it takes too long."""
    options = onnxruntime.RunOptions()
    options.log_severity_level = 4
    timer = threading.Timer(MOST_SECONDS, setattr, (options, "terminate", True))
    timer.daemon = True
    timer.start()
    try:
        yield options
    finally:
        timer.cancel()


def _shares(outputs: NDArray[np.float32]) -> bool:
    """Tell whether outputs [N, C] are not below 0 and sum to 1 a row, but for rounding."""
    return bool(outputs.min() >= 0 and np.allclose(outputs.sum(axis=1), 1, atol=ROUNDING))


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return probabilities float32 [N, C] of logits."""
    grown = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = grown / grown.sum(axis=1, keepdims=True)
    return shares
