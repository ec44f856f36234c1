"""A recipe: the TOML file that fully determines a training run."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from digitus.errors import InvalidRecipe
from digitus.training.layers import Layer, layer
from digitus.training.toml import TomlFile

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

RECIPES = Path(__file__).parent / "recipes"
# Smallest and largest sensible value of each number; what is not named may be anything from 0.
LIMITS: dict[str, tuple[float, float]] = {
    "seed": (0, 2**32 - 1),
    "samples": (1, 1e9),
    "drawings": (1, 1000),
    "corrupted": (0, 1000),
    "rotation": (0, 180),
    "shear": (0, 2),
    "scale": (0, 1),
    "shift": (0, 14),
    "elastic": (0, 5),
    "epochs": (1, 100_000),
    "batch": (1, 1e6),
    "learning_rate": (1e-9, 10),
    "warmup": (0, 1000),
    "weight_decay": (0, 1),
    "label_smoothing": (0, 0.9),
    "average": (0, 0.99999),
    **dict.fromkeys(("pictures", "synthesised"), (0, 1e8)),
    **dict.fromkeys(("negative_strokes", "negative_pictures", "negative_pairs"), (0, 1e8)),
    **dict.fromkeys(("stroke", "blur", "coarse", "tone", "noise"), (0, 1)),
    **dict.fromkeys(("rule", "cut", "fade", "speck"), (0, 1)),
}
NAME = re.compile(r"\w[\w.-]{0,99}", re.ASCII)
CHOICES = {
    "optimizer": ("adam", "adamw", "sgd"),
    "decay": ("cosine", "none"),
    "precision": ("float32", "bfloat16"),
}
MOST_SHARE = 1e9
T = TypeVar("T", bound="DataclassInstance")


@dataclass(frozen=True)
class Data:
    """What is learnt from.

    Attributes:
        samples: Glyphs an epoch.
        share: Part of an epoch that comes from each source; scaled to sum to 1.
        held_out: Whether some writers are kept from training, to validate and calibrate by.
        through_ink: Whether pictures are cut as a stranger's would be; if not, those of 28 x 28 are
            glyphs as they are.
        drawings: How often each stroked digit is drawn, each time with another pen.
        pictures: How many whole pictures of digits are made.
        synthesised: How many digits of synthesised hands are made.
        negative_strokes: How many letters, marks and scribbles are drawn.
        negative_pictures: How many whole pictures without a digit are made.
        negative_pairs: How many pairs of digits side by side are made.
        corrupted: How often each digit of MNIST is corrupted as in MNIST-C, in one of its ways.
    """

    samples: int
    share: dict[str, float]
    held_out: bool = True
    through_ink: bool = True
    drawings: int = 1
    pictures: int = 0
    synthesised: int = 0
    negative_strokes: int = 0
    negative_pictures: int = 0
    negative_pairs: int = 0
    corrupted: int = 0


@dataclass(frozen=True)
class Augmentation:
    """How glyphs are distorted, each anew every time; see `digitus.training.augment`.

    Attributes:
        rotation: Degrees to either side.
        shear: Slant to either side, in pixels per pixel.
        scale: Natural logarithm of the largest factor, of each axis on its own.
        shift: Pixels to either side.
        elastic: Standard deviation of the elastic distortion, in pixels.
        stroke: How often strokes are made thicker or thinner.
        blur: How often a glyph is softened.
        coarse: How often it loses half its resolution.
        tone: How often its gamma and gain are changed.
        noise: How often noise and haze are laid over it.
        rule: How often the rest of a printed line is left in it.
        cut: How often it is cut by the picture's border.
        fade: How often pieces of the strokes are missing, as from a dry pen.
        speck: How often specks are left in it.
    """

    rotation: float = 0.0
    shear: float = 0.0
    scale: float = 0.0
    shift: float = 0.0
    elastic: float = 0.0
    stroke: float = 0.0
    blur: float = 0.0
    coarse: float = 0.0
    tone: float = 0.0
    noise: float = 0.0
    rule: float = 0.0
    cut: float = 0.0
    fade: float = 0.0
    speck: float = 0.0


@dataclass(frozen=True)
class Network:
    """The network, by one of these; see `digitus.training.network`.

    Attributes:
        layers: Its layers, from the glyph on; that of the classes is added.
        file: A Python file whose ``build(classes)`` returns a Keras model; its name is relative
            to the recipe's folder.
    """

    layers: tuple[Layer, ...] = ()
    file: str = ""


@dataclass(frozen=True)
class Schedule:
    """How the network learns.

    Attributes:
        epochs: Epochs.
        batch: Glyphs a step.
        learning_rate: The highest.
        optimizer: ``adam``, ``adamw`` or ``sgd`` (with Nesterov's momentum of 0.9).
        warmup: Epochs in which the learning rate rises to its highest.
        decay: How it falls from there: ``cosine``, to zero at the end, or ``none``.
        weight_decay: Of AdamW and SGD.
        label_smoothing: Part of the probability that is spread over all classes.
        average: Momentum of the running mean of the weights that is kept in the end; 0: none.
        precision: What is reckoned in while learning: ``float32``, or ``bfloat16``, which
            processors with AVX-512-BF16 or AMX and all GPUs do faster. The model is float32.
    """

    epochs: int
    batch: int
    learning_rate: float
    optimizer: str = "adam"
    warmup: float = 0.0
    decay: str = "none"
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    average: float = 0.0
    precision: str = "float32"


@dataclass(frozen=True)
class Recipe:
    """All that determines a training run.

    Attributes:
        name: Name of the model.
        seed: Seed of all chance.
        data: What is learnt from.
        network: The network.
        schedule: How it learns.
        augmentation: How glyphs are distorted.
    """

    name: str
    seed: int
    data: Data
    network: Network
    schedule: Schedule
    augmentation: Augmentation = field(default_factory=Augmentation)


TABLES: dict[str, type[DataclassInstance]] = {
    "data": Data,
    "network": Network,
    "schedule": Schedule,
    "augmentation": Augmentation,
}


def known() -> list[str]:
    """Return the names of the shipped recipes."""
    return sorted(path.stem for path in RECIPES.glob("*.toml"))


def load(name: str, changes: Iterable[str] = ()) -> Recipe:
    """Load a shipped recipe by its name, or any by its path.

    Args:
        name: ``digitus`` and the like, or the path of a TOML file.
        changes: ``table.key=value`` each: what is to be other than the file says.

    Returns:
        The recipe.

    Raises:
        InvalidRecipe: No such recipe, not TOML, or a key is missing, unknown or of a wrong value;
            its line is named.
    """
    path = Path(name)
    if path.suffix != ".toml":
        path = RECIPES / f"{name}.toml"
    try:
        if not os.path.isfile(path):  # noqa: PTH113  # never raises; a pipe would be waited for
            raise FileNotFoundError(name)
        file = TomlFile(path, changes)
    except OSError as error:
        raise InvalidRecipe(
            f"There is no recipe '{name}': name one of {', '.join(known())}, or a .toml file"
        ) from error
    except (ValueError, RecursionError) as error:
        raise InvalidRecipe(f"The recipe '{path}' cannot be used ({error}): mend it") from error
    tables = file.tables
    for key, kind in TABLES.items():
        if key in tables and not isinstance(tables[key], dict):
            raise InvalidRecipe(f"{file.at(key)}: '{key}' must be a table: write [{key}]")
        if key in tables or key != "augmentation":
            tables[key] = _fill(kind, tables.get(key, {}), file, key)
    recipe = _fill(Recipe, tables, file)
    share = {_located(source, path.parent): part for source, part in recipe.data.share.items()}
    recipe = dataclasses.replace(recipe, data=dataclasses.replace(recipe.data, share=share))
    if not recipe.network.file:
        return recipe
    own = _located(recipe.network.file, path.parent)
    if not os.path.isfile(own):  # noqa: PTH113  # never raises
        raise InvalidRecipe(
            f"{file.at('network', 'file')}: there is no file '{recipe.network.file:.200}', neither "
            "beside the recipe nor here"
        )
    network = dataclasses.replace(recipe.network, file=own)
    return dataclasses.replace(recipe, network=network)


def _located(source: str, beside: Path) -> str:
    """Return where a file of the user's own lies: beside the recipe, or else where we are.

    The names of data sets stay; a run goes on from wherever it is asked to.
    """
    if not source.isidentifier():
        for place in (beside / source, Path(source)):
            if os.path.exists(place):  # noqa: PTH110  # never raises
                return str(place.resolve())
    return source


def to_json(recipe: Recipe) -> str:
    """Write a recipe with all its values."""
    return json.dumps(dataclasses.asdict(recipe), indent=2) + "\n"


def from_json(text: str) -> Recipe:
    """Read what `to_json` wrote; it is checked as a recipe is, for anybody may have changed it.

    Raises:
        ValueError, KeyError, TypeError: It is something else.
    """
    tables, file = json.loads(text), _Json()
    network = tables["network"]
    network["layers"] = [own["options"] for own in network["layers"]]
    try:
        made = {key: _fill(kind, tables[key], file, key) for key, kind in TABLES.items()}
        return _fill(Recipe, tables | made, file)
    except InvalidRecipe as error:
        raise ValueError(str(error)) from error


class _Json:
    """Stands for a `TomlFile` where there are no lines to name."""

    def at(self, *keys: str | int) -> str:
        return ".".join(map(str, keys))


def _fill(kind: type[T], table: dict[str, Any], file: TomlFile | _Json, *place: str) -> T:
    """Make a dataclass of a table: all the keys that it needs, no others, of the right values."""
    fields = {field.name: field for field in dataclasses.fields(kind)}
    for key in table:
        if key not in fields:
            tables = [name for name, inner in TABLES.items() if key in _names_of(inner)]
            deeper = ", ".join(f"'{name}.{key}'" for name in tables if not place)
            meant = f"did you mean {deeper}" if deeper else f"choose from {', '.join(fields)}"
            raise InvalidRecipe(
                f"{file.at(*place, key)}: nothing uses the key '{key:.60}': remove it, or {meant}"
            )
    values = {}
    for key, known in fields.items():
        if key in table:
            try:
                values[key] = _checked(key, str(known.type), table[key], file, (*place, key))
            except ValueError as error:
                raise InvalidRecipe(f"{file.at(*place, key)}: {error}") from error
        elif known.default is known.default_factory is dataclasses.MISSING:
            where = f"[{'.'.join(place)}]" if place else "the recipe"
            raise InvalidRecipe(f"{file.at(*place)}: {where} lacks the key '{key}': add it")
    if kind is Network and bool(values.get("layers")) == bool(values.get("file")):
        where = file.at(*place, "layers" if "layers" in table else "file")
        raise InvalidRecipe(f"{where}: [network] must have either layers or a file")
    return kind(**values)


def _names_of(kind: type[DataclassInstance]) -> list[str]:
    return [field.name for field in dataclasses.fields(kind)]


def _checked(
    key: str, kind: str, value: Any, file: TomlFile | _Json, place: tuple[str, ...]
) -> Any:
    """Return a value as its field wants it.

    Raises:
        ValueError: It cannot be; the message says why.
    """
    if kind == "dict[str, float]":
        return _shares(value, file, place)
    if kind == "tuple[Layer, ...]":
        return _layers(value, file, place)
    if kind not in ("int", "float", "str", "bool"):
        return value  # a table that was made before
    if type(value).__name__ != kind and not (kind == "float" and type(value) is int):
        raise ValueError(f"'{key}' is {value!r:.60}, but must be of type {kind}")
    low, high = LIMITS.get(key, (0, math.inf))
    if kind in ("int", "float") and not low <= value <= high:  # also catches nan
        raise ValueError(f"'{key}' is {value!r:.60}, but must be {low:g} to {high:g}")
    if kind == "float":
        return float(value)
    if key in CHOICES and value not in CHOICES[key]:
        raise ValueError(f"'{key}' is {value!r:.60}, but must be one of {', '.join(CHOICES[key])}")
    if key == "name" and not NAME.fullmatch(value):
        raise ValueError(f"{value!r:.60} cannot be the name of a model's file")
    return value


def _layers(value: object, file: TomlFile | _Json, place: tuple[str, ...]) -> tuple[Layer, ...]:
    """Return the layers of a network."""
    if not isinstance(value, list):
        raise ValueError("'layers' must be a list, like [{ conv = 32 }, { flatten = true }]")
    layers = []
    for index, table in enumerate(value):
        try:
            layers.append(layer(table))
        except ValueError as error:
            raise InvalidRecipe(f"{file.at(*place, index)}: layer {index + 1}: {error}") from error
    return tuple(layers)


def _shares(value: object, file: TomlFile | _Json, place: tuple[str, ...]) -> dict[str, float]:
    """Return shares that are numbers above 0; there is one at least."""
    if not isinstance(value, dict) or not value:
        raise ValueError("'share' names no source: name at least one, as in mnist = 1")
    for source, part in value.items():
        number = isinstance(part, int | float) and not isinstance(part, bool)
        if not number or not 0 < part <= MOST_SHARE:
            where = file.at(*place, source)
            raise InvalidRecipe(
                f"{where}: '{source}' is {part!r:.60}, but must be a number above 0 "
                f"and at most {MOST_SHARE:g}"
            )
    return value
