"""A model of any kind, named by a user -> the file that digitus can work with.

Nothing heavy is loaded here before it is clear that it is needed.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from digitus.errors import InvalidModel, InvalidOption, ModelNotFound, OutputError, TrainingError

KERAS, ONNX = ".keras", ".onnx"
RESAVE = "open it with Keras, if you trust it, and save it as .keras: model.save('model.keras')"
REBUILD = (
    "it can run any program when it is opened, and digitus opens none. Where it came from, export "
    "the model as ONNX"
)
REFUSED = {
    **dict.fromkeys((".h5", ".hdf5"), f"it is in Keras's old format: {RESAVE}"),
    **dict.fromkeys(
        (".pkl", ".pickle", ".joblib", ".sav", ".pt", ".pth", ".ckpt"), f"it is a pickle: {REBUILD}"
    ),
    ".pb": f"it is a graph of TensorFlow: {RESAVE}",
    ".tflite": "it can only be run, not read: name the .keras file that it was made of",
}


@dataclass(frozen=True)
class Readable:
    """A model that `digitus.model.Model` takes.

    Attributes:
        path: The ONNX file, its card beside it.
        remark: What was found out about it, in a sentence; empty where nothing was to find out.
    """

    path: Path
    remark: str = ""


def located(model: Path) -> Path:
    """Return the ``.keras`` or ``.onnx`` file that a user means.

    Args:
        model: Such a file, or the folder of a run, which holds one.

    Raises:
        ModelNotFound: There is nothing of the name, or no model in the folder.
        InvalidModel: It is of a kind that digitus does not open; the message says what to do.
    """
    if os.path.isdir(model):  # noqa: PTH112  # never raises, as Path's does for too long a name
        return _in_folder(model)
    suffix = model.suffix.lower()
    if suffix == ONNX:
        return model
    if not os.path.exists(model):  # noqa: PTH110
        raise ModelNotFound(f"There is no model '{model}': train one or name another")
    if suffix == KERAS:
        return model
    why = REFUSED.get(suffix, "a model is a .keras or an .onnx file: name one of these")
    raise InvalidModel(f"'{model}' is not opened: {why}")


def _in_folder(folder: Path) -> Path:
    if (folder / "saved_model.pb").exists():
        raise InvalidModel(f"'{folder}' is not opened: it is a SavedModel of TensorFlow: {RESAVE}")
    for suffix in (KERAS, ONNX):
        found = sorted(path for path in folder.glob(f"*{suffix}") if path.is_file())
        if len(found) == 1:
            return found[0]
        if found:
            raise ModelNotFound(f"'{folder}' holds several models: name one of them")
    raise ModelNotFound(f"There is no model in '{folder}': name the .keras or .onnx file")


@contextmanager
def readable(model: Path, scaling: str | None = None) -> Iterator[Readable]:
    """Make a model readable for as long as the block lasts; Keras is not needed for it.

    An ONNX model stays what it is. Of a Keras model, an ONNX model and a card are made in a
    temporary folder. Of a run's folder, the ONNX model is taken.

    Args:
        model: What the user named.
        scaling: How a Keras model wants its pixels, one of `digitus.training.exchange.scaling`,
            where that is known; it is measured by default.

    Yields:
        What `digitus.model.Model` takes.

    Raises:
        ModelError: There is no such model, or it is not one that digitus takes.
        InvalidOption: The scaling is unknown, or the model says itself what it wants.
        TrainingError: What reads Keras models is not installed.
    """
    path = located(model)
    if path != model and path.with_suffix(ONNX).is_file():
        path = path.with_suffix(ONNX)
    if path.suffix.lower() == ONNX:
        if scaling is not None:
            raise InvalidOption(
                f"--scaling is for Keras models: how '{path}' wants its pixels stands in its card"
            )
        yield Readable(path)
        return
    try:
        from digitus.training.exchange import cards
        from digitus.training.exchange.foreign import as_onnx
    except ImportError as error:
        raise TrainingError(
            f"a Keras model is read with '{error.name}', which is not installed: "
            "pip install 'digitus[train]'"
        ) from error
    made, card, remark = as_onnx(path, scaling)
    try:
        folder = tempfile.TemporaryDirectory(prefix="digitus-")
    except OSError as error:
        raise OutputError(f"there is no room for temporary files ({error.strerror})") from error
    with folder as name:
        target = Path(name) / f"{path.stem}{ONNX}"
        try:
            target.write_bytes(made)
            target.with_suffix(".json").write_text(cards.text(card), encoding="utf-8")
        except OSError as error:
            raise OutputError(f"there is no room for temporary files ({error.strerror})") from error
        yield Readable(target, remark)
