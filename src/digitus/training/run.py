"""The folder of a run: what a training reads and writes, and whether there is room for it."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from digitus.errors import TrainingError
from digitus.training import recipe as recipes
from digitus.training.recipe import Recipe

UNKNOWN = "NA"  # what Keras wrote for measures of validation where there is none
NETWORK = "network.py"  # of a recipe whose network is a Python file: a copy of it


@dataclass(frozen=True)
class Run:
    """A run in its folder; `begin` and `reopen` make one.

    Attributes:
        folder: Where all of it lies.
        recipe: What is trained.
    """

    folder: Path
    recipe: Recipe

    @property
    def epochs(self) -> Path:
        """Loss and accuracy of every whole epoch, CSV."""
        return self.folder / "epochs.csv"

    @property
    def curves(self) -> Path:
        """The same as a picture, PNG."""
        return self.folder / "curves.png"

    @property
    def state(self) -> Path:
        """The weights after the last whole epoch and all that the optimizer knows."""
        return self.folder / "state" / "latest.weights.h5"

    @property
    def best(self) -> Path:
        """The same after the epoch of least validation loss, or least loss without validation."""
        return self.folder / "best.weights.h5"

    @property
    def keras(self) -> Path:
        """The trained model, for Keras."""
        return self.folder / f"{self.recipe.name}.keras"

    @property
    def onnx(self) -> Path:
        """The trained model as digitus reads with it; its card lies beside it."""
        return self.folder / f"{self.recipe.name}.onnx"

    def glyphs(self, part: str) -> Path:
        """The glyphs of one part, made once."""
        return self.folder / f"{part}.npz"

    def history(self) -> list[dict[str, float]]:
        """Return the curves: one dict of numbers for each whole epoch.

        Raises:
            TrainingError: They are damaged.
        """
        if not self.epochs.is_file():
            return []
        try:
            with self.epochs.open(encoding="utf-8", newline="") as file:
                return [
                    {key: float(value) for key, value in row.items() if value != UNKNOWN}
                    for row in csv.DictReader(file)
                ]
        except (ValueError, TypeError, csv.Error) as error:
            raise TrainingError(
                f"'{self.epochs}' is damaged ({error}): restore it, or begin another run"
            ) from error

    def note(self, rows: Sequence[Mapping[str, float]]) -> None:
        """Write the curves, whole or not at all.

        Args:
            rows: One a whole epoch, of the same keys.
        """
        unfinished = self.epochs.with_suffix(".part.csv")
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]) if rows else [])
            writer.writeheader()
            writer.writerows({**row, "epoch": int(row["epoch"])} for row in rows)
        unfinished.replace(self.epochs)

    def withdraw(self) -> None:
        """Take back a run that was but begun, so that its folder is free again."""
        for name in ("recipe.json", NETWORK):
            (self.folder / name).unlink(missing_ok=True)
        with suppress(OSError):  # it holds something else
            self.folder.rmdir()

    def make_room(self, needed: int) -> None:
        """See that ``needed`` bytes can be written into the folder.

        Raises:
            TrainingError: They cannot.
        """
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise TrainingError(
                f"'{self.folder}' has room for {free / 1e6:.0f} MB, and this run needs "
                f"{needed / 1e6:.0f} MB: free some, or name another folder with --out"
            )


def begin(recipe: Recipe, folder: Path | None = None) -> Run:
    """Make the folder of a new run.

    Args:
        recipe: What will be trained; it is kept in the folder, and so is the Python file of its
            network: the user's own may change before the run goes on.
        folder: Where; by default ``runs/`` and the recipe's name, numbered where that is taken.

    Raises:
        TrainingError: The folder holds something already, or cannot be written into.
    """
    place = folder or _free(Path("runs"), recipe.name)
    try:
        place.mkdir(parents=True, exist_ok=True)
        if any(place.iterdir()):
            raise TrainingError(
                f"'{place}' is not empty: go on with a run by --resume '{place}', or name another "
                "folder with --out"
            )
        if recipe.network.file:
            shutil.copyfile(recipe.network.file, place / NETWORK)
            recipe = _with_copy(recipe, place)
        _begun(place / "recipe.json", recipes.to_json(recipe))
    except OSError as error:
        raise TrainingError(
            f"The run cannot be written into '{place}' ({error.strerror}): name another folder "
            "with --out"
        ) from error
    return Run(place, recipe)


def _begun(file: Path, recipe: str) -> None:
    """Write the recipe whole or not at all; of two runs at once in one folder one is refused."""
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(recipe)
    except FileExistsError:
        raise
    except OSError:
        file.unlink(missing_ok=True)
        raise


def reopen(folder: Path) -> Run:
    """Open the folder of a run that was broken off.

    Raises:
        TrainingError: There is no run in it.
    """
    try:
        recipe = recipes.from_json((folder / "recipe.json").read_text(encoding="utf-8"))
        return Run(folder, _with_copy(recipe, folder) if recipe.network.file else recipe)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise TrainingError(
            f"There is no run in '{folder}' (no recipe.json that can be read): name the folder of "
            "one, such as runs/cnn"
        ) from error


def _with_copy(recipe: Recipe, folder: Path) -> Recipe:
    """Let a recipe build the network from the file in the run's folder, wherever that is now."""
    network = replace(recipe.network, file=str((folder / NETWORK).resolve()))
    return replace(recipe, network=network)


def _free(parent: Path, name: str) -> Path:
    """Return a folder that is not there yet: runs/cnn, runs/cnn-2, ..."""
    place, number = parent / name, 1
    while place.exists():
        number += 1
        place = parent / f"{name}-{number}"
    return place
