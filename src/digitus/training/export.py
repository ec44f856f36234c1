"""A trained network -> the file that it is used as, run and compared before it is written.

Our own models and other people's go one way: the ``.keras`` file is read as plain data, prepared
so that it takes glyphs as they are, and written as ONNX by ourselves. Keras, built anew from the
same data, is the judge.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import keras
import numpy as np
from numpy.typing import NDArray

from digitus.card import read_model
from digitus.errors import (
    ExportMismatch,
    InvalidModel,
    InvalidOption,
    InvalidRecipe,
    OutputError,
    TrainingError,
)
from digitus.model import Model
from digitus.training.calibrate import Calibration
from digitus.training.exchange import archive, cards, foreign, sources
from digitus.training.exchange.blueprint import ANSWERS, Refused
from digitus.training.exchange.lowering import onnx_of
from digitus.training.exchange.rebuilding import rebuild
from digitus.training.exchange.repacking import opened, repacked
from digitus.training.exchange.scaling import prepared
from digitus.training.exchange.trial import run, specimens
from digitus.training.exchange.writing import write, write_model
from digitus.training.origins import origins
from digitus.training.recipe import Recipe

Format = Literal["onnx", "keras", "tflite"]

TOLERANCE = 1e-4  # of logits up to this size; of larger ones, which float32 cannot hold as finely,
USUAL_LOGIT = 10.0  # in proportion. Networks of pixels 0..255 reach thousands.
CHECKED = 2000  # glyphs


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        path: The model; an ONNX model's card lies beside it.
        remark: How its pixels are prepared, if that had to be found out.
        difference: By how much its answers differ from Keras's at most.
    """

    path: Path
    remark: str
    difference: float


def export(
    model: keras.Model,
    calibration: Calibration,
    recipe: Recipe,
    glyphs: NDArray[np.uint8],
    target: Path,
) -> Path:
    """Write the ONNX model of a training, and its card.

    Args:
        model: What was trained: uint8 [N, 28, 28, 1] -> logits float32 [N, classes].
        calibration: Temperature and reject threshold.
        recipe: What it was trained by.
        glyphs: uint8 [N, 28, 28], real ones, on which ONNX Runtime must agree with Keras.
        target: The .onnx file.

    Returns:
        ``target``.

    Raises:
        TrainingError: The network has other than plain layers, or weights that are no numbers.
        ExportMismatch: The exported model does not do what Keras does.
        OutputError: The file cannot be written.
    """
    try:
        content = _lowered(_saved(model))
    except Refused as error:
        raise TrainingError(f"The network cannot be exported: {error}") from error
    checked = glyphs[:CHECKED]
    compare("ONNX model", _predict(model, checked[..., None]), run(content, checked))
    card = cards.card(
        recipe.name,
        content,
        calibration=calibration,
        recipe=recipe.name,
        seed=recipe.seed,
        **origins(recipe.data),
    )
    write_model(target, content, card)
    return target


def export_file(
    model: Path, to: Format, target: Path | None = None, scaling: str | None = None
) -> Exported:
    """Write a model in another format; it takes glyphs uint8 [N, 28, 28] as they are.

    Args:
        model: A ``.keras`` file, the folder of a run, or an ``.onnx`` file with its card.
        to: The format.
        target: The file to write; by default beside the model, with the format's suffix.
        scaling: How a Keras model wants its pixels, one of `digitus.training.exchange.scaling`,
            where that is known; it is measured by default.

    Returns:
        What was written.

    Raises:
        ModelError: There is no such model, or it is not one that digitus takes.
        InvalidOption: The scaling is unknown, an ONNX model is to become something else, or the
            target's name ends otherwise than the format's.
        ExportMismatch: The exported model does not do what Keras does.
        OutputError: The file cannot be written, or is the model itself.
    """
    source = sources.located(model)
    target = target or _beside(source, to)
    if target.suffix.lower() != f".{to}" and not target.is_dir():
        raise InvalidOption(
            f"'{target}' cannot be the {to} model: name a file that ends in .{to}, or choose "
            "another format by --to"
        )
    if target.resolve() == source.resolve():
        raise OutputError(f"'{target}' is the model itself: name another file by --out")
    if source.suffix.lower() == sources.ONNX:
        if to != "onnx" or scaling is not None:
            raise InvalidOption(
                f"'{source}' is an ONNX model, which stays one, prepared as its card says: to make "
                "something else of it, name the .keras file that it was made of"
            )
        return _export_onnx(source, target)
    classifier = foreign.adopt(source, scaling)
    remark = classifier.remark(scaling is None)
    judge = rebuild(classifier.blueprint)
    glyphs, _ = specimens()
    expected = _predict(judge, glyphs)
    content = classifier.onnx()
    difference = compare("ONNX model", expected, run(content, glyphs))
    if to == "onnx":
        write_model(target, content, foreign.card_for(classifier, source, content))
        return Exported(target, remark, difference)
    if to == "keras":
        content = _saved(judge)
        found = run(_lowered(content), glyphs)
    else:
        from digitus.training.exchange.lite import convert, run_lite  # TensorFlow, at any backend

        content = convert(rebuild(classifier.blueprint, lite=True))
        found = run_lite(content, glyphs)
    difference = compare(f"{to} model", expected, found)
    write(target, content)
    return Exported(target, remark, difference)


def rehearse(model: keras.Model) -> None:
    """See that a network can be exported, before hours are spent on its training.

    Raises:
        InvalidRecipe: It has other than plain layers, or gives probabilities.
    """
    try:
        blueprint = archive.parse(_saved(model))
        onnx_of(prepared(blueprint, "raw"))
    except Refused as error:
        raise InvalidRecipe(f"The network could not be exported once trained: {error}") from error
    last = blueprint.nodes[-1]
    if last.kind == "Activation" and last.options["activation"] in ANSWERS:
        raise InvalidRecipe(
            f"The network ends in a {last.options['activation']}, and a training wants logits, "
            "from which it makes probabilities itself: leave that out"
        )


def compare(name: str, expected: NDArray[np.float32], found: NDArray[np.float32]) -> float:
    """See that a model answers as Keras does; return the largest difference.

    Raises:
        ExportMismatch: It does not, or not with numbers.
    """
    difference = float(np.abs(found - expected).max())
    allowed = TOLERANCE * max(1.0, float(np.abs(expected).max()) / USUAL_LOGIT)
    if not difference <= allowed:  # also catches nan
        raise ExportMismatch(
            f"The {name} differs from Keras by {difference:.1e}, and was not written: try other "
            "versions of keras, tensorflow and onnxruntime"
        )
    return difference


def _beside(source: Path, to: Format) -> Path:
    """Return where an export goes by default; never over the model that it is made of."""
    target = source.with_suffix(f".{to}")
    return source.with_name(f"{source.stem}-uint8.{to}") if target == source else target


def _export_onnx(source: Path, target: Path) -> Exported:
    """Put the preparation of an ONNX model into it; it is compared with what it was."""
    try:
        parsed = opened(read_model(source))
    except Refused as error:
        raise InvalidModel(f"'{source}' is not taken: {error}") from error
    model = Model(source)
    old = model.card
    content = repacked(parsed, old)
    card = cards.renewed(old, content, source.stem)
    glyphs, _ = specimens()
    with tempfile.TemporaryDirectory(prefix="digitus-") as folder:
        trial = Path(folder) / "trial.onnx"
        write_model(trial, content, card)
        shares = Model(trial).classify(glyphs)
    difference = float(np.abs(shares - model.classify(glyphs)).max())
    if not difference <= TOLERANCE:
        raise ExportMismatch(
            f"With its preparation in it, '{source}' answers otherwise, by {difference:.1e}, and "
            "was not written: export it anew where it came from"
        )
    write_model(target, content, card)
    return Exported(target, "", difference)


def _predict(model: keras.Model, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
    answers: NDArray[np.float32] = model.predict(glyphs, batch_size=500, verbose=0)
    return answers


def _saved(model: keras.Model) -> bytes:
    """Return the ``.keras`` file of a model.

    Raises:
        OutputError: There is no room for temporary files.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="digitus-") as folder:
            path = Path(folder) / "model.keras"
            model.save(path)
            return path.read_bytes()
    except OSError as error:
        raise OutputError(
            f"there is no room for temporary files ({error.strerror or error}): make some, or set "
            "TMPDIR to a folder on another disk"
        ) from error


def _lowered(content: bytes) -> bytes:
    """Read the ``.keras`` file of a model that takes pixels of 0..255; make it into ONNX."""
    return onnx_of(prepared(archive.parse(content), "raw"))
