"""Files -> models with names of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitus.model import SHIPPED, Model
from digitus.training.exchange.sources import located, readable


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
        paths: ONNX files with their cards beside them, Keras models, or folders of runs; none for
            the shipped model.

    Raises:
        ModelError: A model or its card is missing, damaged, or not a digit classifier.
        TrainingError: What reads Keras models is not installed.
    """
    named = {located(path): path for path in paths or [SHIPPED]}
    files, models = list(named), []
    for path in named.values():
        with readable(path) as found:
            models.append(Model(found.path))
    own = [
        str(model.card.everything.get("name") or file.stem)
        for file, model in zip(files, models, strict=True)
    ]
    often = Counter(own)
    return [
        NamedModel(name if often[name] == 1 else str(file), model)
        for name, file, model in zip(own, files, models, strict=True)
    ]
