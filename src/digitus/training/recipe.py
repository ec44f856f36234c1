"""A recipe: the TOML file that fully determines a training run."""

from __future__ import annotations

import dataclasses
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from digitus.errors import InvalidRecipe

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# Smallest and largest sensible value of each number; what is not named may be anything from 0.
LIMITS: dict[str, tuple[float, float]] = {
    "samples": (1, 1e9),
    "stem": (1, 4096),
    "width": (1, 4096),
    "blocks": (0, 100),
    "dropout": (0, 0.95),
    "epochs": (1, 100_000),
    "batch": (1, 1e6),
    "learning_rate": (1e-9, 10),
    "weight_decay": (0, 1),
    "label_smoothing": (0, 0.9),
}
RECIPES = Path(__file__).parent / "recipes"
T = TypeVar("T", bound="DataclassInstance")


@dataclass(frozen=True)
class Data:
    """What is learnt from.

    Attributes:
        samples: Glyphs an epoch.
        drawings: How often each stroked digit is drawn, each time with another pen.
        pictures: How many whole pictures of digits are made.
        synthesised: How many digits of synthesised hands are made.
        negative_strokes: How many letters, marks and scribbles are drawn.
        negative_pictures: How many whole pictures without a digit are made.
        negative_pairs: How many pairs of digits side by side are made.
        share: Part of an epoch that comes from each source; scaled to sum to 1.
    """

    samples: int
    drawings: int
    pictures: int
    synthesised: int
    negative_strokes: int
    negative_pictures: int
    negative_pairs: int
    share: dict[str, float]


@dataclass(frozen=True)
class Network:
    """The shape of the network; see `digitus.training.network.build`."""

    stem: int
    width: int
    blocks: int
    dropout: float


@dataclass(frozen=True)
class Schedule:
    """How the network learns.

    Attributes:
        epochs: Epochs.
        batch: Glyphs a step.
        learning_rate: The highest; reached after one epoch, from there by half a cosine to zero.
        weight_decay: Of AdamW.
        label_smoothing: Part of the probability that is spread over all classes.
    """

    epochs: int
    batch: int
    learning_rate: float
    weight_decay: float
    label_smoothing: float


@dataclass(frozen=True)
class Recipe:
    """All that determines a training run.

    Attributes:
        name: Name of the model.
        seed: Seed of all chance.
        data: What is learnt from.
        network: The shape of the network.
        schedule: How it learns.
    """

    name: str
    seed: int
    data: Data
    network: Network
    schedule: Schedule


def load(name: str) -> Recipe:
    """Load a shipped recipe by its name, or any by its path.

    Args:
        name: ``digitus``, or the path of a TOML file.

    Returns:
        The recipe.

    Raises:
        InvalidRecipe: No such recipe, not TOML, or a key is missing, unknown or of a wrong type.
    """
    path = Path(name)
    if path.suffix != ".toml":
        path = RECIPES / f"{name}.toml"
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        known = ", ".join(sorted(recipe.stem for recipe in RECIPES.glob("*.toml")))
        raise InvalidRecipe(
            f"There is no recipe '{name}': name one of {known}, or a .toml file"
        ) from error
    except ValueError as error:
        raise InvalidRecipe(f"The recipe '{path}' is not TOML ({error}): mend it") from error
    parts: dict[str, type[DataclassInstance]] = {
        "data": Data,
        "network": Network,
        "schedule": Schedule,
    }
    for key, kind in parts.items():
        if not isinstance(tables.get(key), dict):
            raise InvalidRecipe(f"The recipe '{path}' has no table [{key}]: add it")
        tables[key] = _fill(kind, tables[key], f"[{key}] of the recipe '{path}'")
    _check_shares(tables["data"].share, path)
    return _fill(Recipe, tables, f"The recipe '{path}'")


def _check_shares(share: object, path: Path) -> None:
    """See that every share is a number above 0, and that there is one."""
    where = f"[data.share] of the recipe '{path}'"
    if not isinstance(share, dict) or not share:
        raise InvalidRecipe(f"{where} names no source: name at least one, as in mnist = 1")
    for source, part in share.items():
        number = isinstance(part, int | float) and not isinstance(part, bool)
        if not number or not 0 < part < math.inf:
            raise InvalidRecipe(f"{where}: '{source}' is {part!r}, but must be a number above 0")


def _fill(kind: type[T], table: dict[str, Any], where: str) -> T:
    """Make a dataclass of a table, with all its keys and no others, of the right types."""
    wanted = {field.name: str(field.type) for field in dataclasses.fields(kind)}
    for key in table:
        if key not in wanted:
            raise InvalidRecipe(f"{where} has a key '{key}' that nothing uses: remove it")
    for key, type_name in wanted.items():
        if key not in table:
            raise InvalidRecipe(f"{where} lacks the key '{key}': add it")
        value = table[key]
        if type_name == "float" and isinstance(value, int) and not isinstance(value, bool):
            table[key] = float(value)
        elif type_name in ("int", "float", "str") and type(value).__name__ != type_name:
            raise InvalidRecipe(f"{where}: '{key}' is {value!r}, but must be of type {type_name}")
        if type_name in ("int", "float"):
            low, high = LIMITS.get(key, (0, math.inf))
            if not low <= value <= high:  # also catches nan
                raise InvalidRecipe(f"{where}: '{key}' is {value}, but must be {low:g} to {high:g}")
    return kind(**table)
