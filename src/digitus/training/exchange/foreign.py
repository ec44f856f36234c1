"""Other people's classifiers: what they want, found out by measuring, and how digitus runs them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitus.errors import InvalidModel, InvalidOption
from digitus.glyph import SIDE
from digitus.model import OUTPUTS, ROUNDING
from digitus.training.calibrate import log_loss
from digitus.training.exchange import archive, cards
from digitus.training.exchange.blueprint import Blueprint, without_answer
from digitus.training.exchange.lowering import onnx_of
from digitus.training.exchange.scaling import SCALINGS, prepared
from digitus.training.exchange.trial import run, specimens

INPUTS = ((SIDE, SIDE), (SIDE, SIDE, 1), (SIDE * SIDE,))
OWN = "own"  # the network prepares its pixels itself
# A network of MNIST reads 80 to 95 % of the specimens, prepared as it wants; 10 % is chance.
PLAUSIBLE = 0.4
# Networks that learnt too long are too sure, which must not favour a preparation that makes them
# less sure: what counts is the loss at the best temperature, and a little how far that is from 1.
TEMPERATURES = np.exp(np.linspace(np.log(0.2), np.log(5.0), 33))
FAR = 0.01 * np.log(TEMPERATURES) ** 2
# Losses that differ by less are equal, and the more usual preparation is taken.
EQUAL = 0.02


@dataclass(frozen=True, eq=False)
class Classifier:
    """A classifier that digitus can run.

    Attributes:
        name: Its name.
        blueprint: uint8 [N, 28, 28] -> [N, 10], or [N, 11] with "no digit".
        output: ``logits`` or ``probabilities``.
        scaling: How its pixels are prepared: one of `SCALINGS`, or `OWN`.
        right: Which part of synthesised digits it reads right.
    """

    name: str
    blueprint: Blueprint
    output: str
    scaling: str
    right: float

    def onnx(self) -> bytes:
        """Return it as ONNX."""
        return onnx_of(self.blueprint, self.output)

    def remark(self, measured: bool) -> str:
        """Say how its pixels are prepared; nothing where it does that itself, and well."""
        right = f"reads {100 * self.right:.0f} % of easy digits right"
        poor = self.right < PLAUSIBLE
        if self.scaling == OWN:
            return f"{self.name} {right}: is it trained on digits?" if poor else ""
        how = ", found by measuring" if measured else ""
        said = f"{self.name} is given its pixels as '{self.scaling}'{how}: it {right}"
        return f"{said}. Leave out --scaling, or name another" if poor else said


def adopt(path: Path, scaling: str | None = None) -> Classifier:
    """Read a stranger's classifier and find out how it wants its pixels.

    Args:
        path: A ``.keras`` file.
        scaling: How it wants them, one of `SCALINGS`, if that is known.

    Returns:
        The classifier.

    Raises:
        ModelNotFound: The file is not there.
        InvalidModel: It is damaged or not made of plain layers, is no digit classifier, or reads
            digits in no preparation.
        InvalidOption: There is no such scaling.
    """
    if scaling is not None and scaling not in SCALINGS:
        raise InvalidOption(f"there is no scaling '{scaling}': choose from {', '.join(SCALINGS)}")
    network = without_answer(archive.read(path))
    if network.takes not in INPUTS or len(network.gives) != 1 or network.gives[0] not in OUTPUTS:
        raise InvalidModel(
            f"'{path}' makes {list(network.gives)} of {list(network.takes)}: a digit classifier "
            f"takes [28, 28], [28, 28, 1] or [784] and gives 10 values, or 11 with 'no digit'"
        )
    if network.whole_numbers:
        return _measured(path, network, OWN)
    if scaling is not None:
        return _measured(path, network, scaling)
    return _best(path, network)


def as_onnx(path: Path, scaling: str | None = None) -> tuple[bytes, dict[str, Any], str]:
    """Make a stranger's classifier into what digitus reads with, without Keras.

    Args:
        path: As in `adopt`.
        scaling: As in `adopt`.

    Returns:
        The ONNX file, its card, and a remark on how it was prepared, for people.

    Raises:
        ModelError, InvalidOption: As in `adopt`.
    """
    classifier = adopt(path, scaling)
    content = classifier.onnx()
    return content, card_for(classifier, path, content), classifier.remark(scaling is None)


def card_for(classifier: Classifier, path: Path, content: bytes) -> dict[str, Any]:
    """Return the card of a classifier that was read from a file and written as ONNX."""
    kept = cards.beside(path, content, classifier.output)
    if kept is None:
        return cards.card(
            classifier.name,
            content,
            classifier.output,
            made_of=path.name,
            scaling=classifier.scaling,
        )
    return cards.renewed(kept, content, classifier.name)


def _best(path: Path, network: Blueprint) -> Classifier:
    """Choose the preparation by which it reads synthesised digits with the least loss."""
    glyphs, labels = specimens()
    losses: dict[str, float] = {}
    for scaling in SCALINGS:
        outputs = run(onnx_of(prepared(network, scaling)), glyphs)
        if np.isfinite(outputs).all():
            logits = np.log(np.maximum(outputs, 1e-12)) if _shares(outputs) else outputs
            softened = np.array([log_loss(logits / t, labels) for t in TEMPERATURES])
            losses[scaling] = float((softened + FAR).min())
    least = min(losses.values(), default=0.0)
    best = next((name for name, loss in losses.items() if loss < least + EQUAL), "unit")
    found = _measured(path, network, best)
    if found.right < PLAUSIBLE:
        raise InvalidModel(
            f"'{path}' reads no more than {100 * found.right:.0f} % of easy digits, whether it is "
            "given pixels of 0..1, 0..255 or others: is it trained on digits? If so, name what it "
            f"was trained on with --scaling: {', '.join(SCALINGS)}"
        )
    return found


def _measured(path: Path, network: Blueprint, scaling: str) -> Classifier:
    """Try one preparation."""
    glyphs, labels = specimens()
    blueprint = prepared(network, scaling)
    outputs = run(onnx_of(blueprint), glyphs)
    if not np.isfinite(outputs).all():
        raise InvalidModel(f"'{path}' answers with values that are no numbers: train it anew")
    output = "probabilities" if _shares(outputs) else "logits"
    right = float((outputs.argmax(axis=1) == labels).mean())
    return Classifier(path.stem, blueprint, output, scaling, right)


def _shares(outputs: NDArray[np.float32]) -> bool:
    """Tell whether outputs [N, C] are probabilities: not below 0, and 1 in a row."""
    sums = outputs.sum(axis=1)
    return bool(outputs.min() >= 0 and np.allclose(sums, 1, atol=ROUNDING))
