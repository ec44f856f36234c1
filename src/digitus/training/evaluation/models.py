"""Files -> models with names of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitus.errors import ModelNotFound
from digitus.model import SHIPPED, Model

SUFFIX = ".onnx"


@dataclass(frozen=True)
class NamedModel:
    """A model and what it is called beside others.

    Attributes:
        name: The name in its card, or its file where another model has the same name.
        model: The model.
    """

    name: str
    model: Model

    def card(self, key: str) -> Any:
        """Return what the card says of ``key``; None where it says nothing."""
        return self.model.card.everything.get(key)

    @property
    def trained_on(self) -> str:
        """What the card says of the data, in words; cards that people wrote may say anything."""
        data = self.card("data")
        return ", ".join(map(str, data)) if isinstance(data, dict | list) else str(data or "")


def load_models(paths: Sequence[Path] = ()) -> list[NamedModel]:
    """Load models, each once.

    Args:
        paths: ONNX files with their cards beside them, or folders of runs; none for the shipped
            model.

    Raises:
        ModelError: A model or its card is missing, damaged, or not a digit classifier.
    """
    files = list(dict.fromkeys(_file(path) for path in paths)) or [SHIPPED]
    models = [Model(file) for file in files]
    own = [
        str(model.card.everything.get("name") or file.stem)
        for file, model in zip(files, models, strict=True)
    ]
    often = Counter(own)
    return [
        NamedModel(name if often[name] == 1 else str(file), model)
        for name, file, model in zip(own, files, models, strict=True)
    ]


def _file(path: Path) -> Path:
    """Return the model's file of a run, or the path itself where it is no folder.

    Raises:
        ModelNotFound: The folder holds no model, or several of which none has its name.
    """
    if not path.is_dir():
        return path
    named = path / f"{path.resolve().name}{SUFFIX}"
    if named.is_file():
        return named
    found = sorted(path.glob(f"*{SUFFIX}"))
    if len(found) != 1:
        what = f"{len(found)} models" if found else "no model"
        raise ModelNotFound(f"The folder '{path}' holds {what}: name one {SUFFIX} file")
    return found[0]
